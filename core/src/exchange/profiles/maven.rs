//! The CRM sales opportunities of Maven Analytics: sales_pipeline, accounts, products, sales_teams.

use super::Shape;
use crate::exchange::mapping::{Profile::Maven, RowKind};

pub(super) const SHAPES: &[Shape] = &[
    Shape::new(
        Maven,
        RowKind::Opportunities,
        &["opportunityid", "salesagent", "dealstage", "closevalue"],
        &[
            ("opportunityid", "id"),
            ("salesagent", "user"),
            ("product", "product"),
            ("account", "partner"),
            ("dealstage", "stage"),
            ("engagedate", "date_open"),
            ("closedate", "date_closed"),
            ("closevalue", "expected_revenue"),
        ],
    )
    .keeping_rest(),
    // The dictionary that comes with the files says that their revenue is in millions of dollars.
    Shape::new(
        Maven,
        RowKind::Companies,
        &["account", "sector", "officelocation"],
        &[
            ("account", "name"),
            ("sector", "industry"),
            ("yearestablished", "year_founded"),
            ("revenue", "annual_revenue*1000000"),
            ("employees", "employees"),
            ("officelocation", "country"),
            ("subsidiaryof", "parent"),
        ],
    )
    .keeping_rest(),
    Shape::new(
        Maven,
        RowKind::Products,
        &["product", "series", "salesprice"],
        &[("product", "name"), ("series", "category"), ("salesprice", "list_price")],
    )
    .keeping_rest(),
    Shape::new(
        Maven,
        RowKind::Users,
        &["salesagent", "manager", "regionaloffice"],
        &[("salesagent", "name"), ("manager", "manager"), ("regionaloffice", "region")],
    ),
    Shape::refused(
        Maven,
        &["table", "field", "description"],
        "describes the columns of other files and holds no records: nothing to import",
    ),
];
