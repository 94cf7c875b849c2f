//! Into the trash and back.

use super::{
    draft::Draft,
    fields, sale,
    standing::{Asked, among},
    targets,
};
use crate::{
    error::{Error, Result},
    id::{DocId, Kind},
    value::Value,
};

/// Takes records back from the trash as they went there; else from being lost or archived.
pub(super) fn restore(draft: &mut Draft, ids: &[DocId]) -> Result<String> {
    for id in ids {
        if id.kind() == Kind::Target {
            targets::may_set(draft, &Vec::new())?;
        }
        if id.kind() == Kind::OrderLine {
            sale::may_put_back(draft.records(), *id, &[]).map_err(Error::refused)?;
        }
        let record = draft.edit_even_trashed(*id)?;
        let (deleted, replaced) = (record.meta().deleted, record.get("merged_into").is_some_and(|v| !v.is_null()));
        draft.decide_flag(*id, "deleted", false)?;
        if replaced && id.kind() == Kind::Stage {
            draft.write_field(*id, "merged_into", Value::Null);
        }
        if deleted || replaced {
            continue;
        }
        let asked = Asked { active: true, ..Asked::default() };
        fields::write(draft, *id, &asked.into(), false)?;
        draft.decide_flag(*id, "archived", false)?;
    }
    Ok(format!("Restore{}", among(ids)))
}

pub(super) fn trash(draft: &mut Draft, ids: &[DocId]) -> Result<String> {
    for id in ids {
        let record = draft.edit_even_trashed(*id)?;
        let deleted = record.meta().deleted;
        match id.kind() {
            Kind::Company => return Err(refused!("the company itself cannot go to the trash")),
            Kind::Quotation | Kind::OrderLine | Kind::Invoice | Kind::Series => sale::may_set(draft, *id, &Vec::new())?,
            Kind::Target => targets::may_set(draft, &Vec::new())?,
            Kind::Stage if !deleted => {
                super::stages::remove(draft, *id, None)?;
                continue;
            }
            _ => {}
        }
        draft.decide_flag(*id, "deleted", true)?;
    }
    Ok(format!("Move to trash{}", among(ids)))
}
