//! Atomic CRM: contacts and companies as its list exports them.

use super::Shape;
use crate::exchange::mapping::{Profile::Atomic, RowKind};

pub(super) const SHAPES: &[Shape] = &[
    Shape::new(
        Atomic,
        RowKind::People,
        &["firstname", "lastname", "background", "hasnewsletter"],
        &[
            ("id", "id"),
            ("firstname", "first_name"),
            ("lastname", "last_name"),
            ("gender", "*"),
            ("title", "function"),
            ("background", "description"),
            ("firstseen", "create_date"),
            ("lastseen", ""),
            ("hasnewsletter", ""),
            ("status", "*"),
            ("tags", "tags"),
            ("companyid", ""),
            ("salesid", ""),
            ("linkedinurl", "*"),
            ("company", "parent"),
            ("companyname", ""),
            ("nbtasks", ""),
            ("sales", "user"),
            ("emailwork", "email"),
            ("emailhome", "email_other"),
            ("emailother", "email_3"),
            ("phonework", "phone"),
            ("phonehome", "phone_other"),
            ("phoneother", "phone_3"),
        ],
    )
    .keeping_rest(),
    Shape::new(
        Atomic,
        RowKind::Companies,
        &["name", "sector", "linkedinurl", "nbdeals"],
        &[
            ("id", "id"),
            ("name", "name"),
            ("sector", "industry"),
            ("size", "employees"),
            ("linkedinurl", "*"),
            ("website", "website"),
            ("phonenumber", "phone"),
            ("address", "street"),
            ("zipcode", "zip"),
            ("city", "city"),
            ("stateabbr", "state"),
            ("country", "country"),
            ("description", "description"),
            ("revenue", "*"),
            ("taxidentifier", "reference"),
            ("createdat", "create_date"),
            ("sales", "user"),
        ],
    ),
];
