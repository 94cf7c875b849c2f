//! Favourites: whose they are, that they can be asked, and that a person has one default a list (spec §8).

use chrono::NaiveDate;

use super::draft::Draft;
use crate::{
    error::Result,
    id::DocId,
    query::{Asker, Listing, Query},
    record::{Favourite, Record},
    value::Value,
};

/// What a new favourite is when nothing is said: one's own, of opportunities, asking for everything.
pub(super) fn complete(draft: &mut Draft, id: DocId) -> Result<()> {
    let favourite = edited(draft, id)?.clone();
    if favourite.owner.is_none() {
        draft.write_field(id, "owner", draft.context.user);
    }
    if favourite.listing.is_empty() {
        draft.write_field(id, "listing", Listing::Opportunities.name());
    }
    settle(draft, id)
}

/// Checks what stands there now; a default takes that from the person's others of the list.
pub(super) fn settle(draft: &mut Draft, id: DocId) -> Result<()> {
    let favourite = edited(draft, id)?.clone();
    let Some(listing) = Listing::named(&favourite.listing) else {
        let known = Listing::ALL.map(Listing::name).join(", ");
        return Err(refused!("Lists: ‘{listing}’ is not one of {known}", listing = favourite.listing, known));
    };
    let asker = Asker { user: favourite.owner, ..Asker::from(NaiveDate::default()) };
    let asked = Query::from_text(&favourite.query)?.ask(draft.records(), listing, &asker);
    asked.map_err(|e| refused!("Search: {why}", why = e))?;
    if favourite.default {
        let is_other = |f: &&Favourite| f.id != id && f.default && f.owner == favourite.owner && !f.meta.deleted;
        let others = draft.records().favourites.values().filter(is_other);
        let others: Vec<DocId> = others.filter(|f| Listing::named(&f.listing) == Some(listing)).map(|f| f.id).collect();
        for other in others {
            draft.edit(other)?;
            draft.write_field(other, "default", Value::Bool(false));
        }
    }
    Ok(())
}

fn edited<'a>(draft: &'a mut Draft, id: DocId) -> Result<&'a Favourite> {
    match draft.edit(id)? {
        Record::Favourite(favourite) => Ok(favourite),
        _ => Err(refused!("{id} is no favourite", id)),
    }
}
