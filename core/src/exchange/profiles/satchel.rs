//! Satchel's own exports: the fields' names or labels as headers, and an `id` column that keeps the ids.

use super::{Shape, word};
use crate::{
    exchange::{
        mapping::{Profile, RowKind},
        table::Table,
    },
    id::{DocId, Kind},
};

pub(super) fn recognise(table: &Table) -> Option<Shape> {
    let id = table.headers.iter().position(|h| word(h) == "id")?;
    let ids: Vec<Option<DocId>> = table.column(id).take(20).map(|c| c.parse().ok()).collect();
    let kind = (*ids.first()?)?.kind();
    if !ids.iter().all(|id| id.is_some_and(|id| id.kind() == kind)) {
        return None;
    }
    let kind = match kind {
        Kind::Opportunity => RowKind::Opportunities,
        Kind::Contact => RowKind::People,
        Kind::Product => RowKind::Products,
        Kind::User => RowKind::Users,
        Kind::Team => RowKind::Teams,
        Kind::Stage => RowKind::Stages,
        Kind::Tag => RowKind::Tags,
        Kind::LostReason => RowKind::LostReasons,
        Kind::RevenueLine => RowKind::RevenueLines,
        Kind::Meeting => RowKind::Meetings,
        _ => return None,
    };
    Some(Shape { profile: Profile::Satchel, kind, marks: &[], columns: &[], keep_rest: false, refused: None })
}
