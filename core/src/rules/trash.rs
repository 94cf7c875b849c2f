//! Into the trash and back.

use super::{
    draft::Draft,
    fields,
    standing::{Asked, among},
};
use crate::{
    error::{Error, Result},
    id::{DocId, Kind},
};

/// Takes records back from the trash as they went there; else from being lost or archived.
pub(super) fn restore(draft: &mut Draft, ids: &[DocId]) -> Result<String> {
    for id in ids {
        if draft.edit_even_trashed(*id)?.meta().deleted {
            draft.write_field(*id, "deleted", false);
            continue;
        }
        let asked = Asked { active: true, ..Asked::default() };
        fields::write(draft, *id, &asked.into(), false)?;
        if draft.edit(*id)?.meta().archived {
            draft.write_field(*id, "archived", false);
        }
    }
    Ok(format!("Restore{}", among(ids)))
}

pub(super) fn trash(draft: &mut Draft, ids: &[DocId]) -> Result<String> {
    for id in ids {
        let record = draft.edit_even_trashed(*id)?;
        let (name, deleted) = (record.name(), record.meta().deleted);
        match id.kind() {
            Kind::Company => return Err(Error::refused("the company itself cannot go to the trash")),
            Kind::Stage => match draft.standing_in(*id) {
                0 => {}
                1 => {
                    return Err(Error::refused(format!("1 record stands in ‘{name}’: move it to another stage first")));
                }
                n => {
                    return Err(Error::refused(format!(
                        "{n} records stand in ‘{name}’: move them to another stage first"
                    )));
                }
            },
            _ => {}
        }
        if !deleted {
            draft.write_field(*id, "deleted", true);
        }
    }
    Ok(format!("Move to trash{}", among(ids)))
}
