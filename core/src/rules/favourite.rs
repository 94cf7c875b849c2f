//! Favourites: whose they are, that they can be asked, and that a person has one default a list (spec §8).

use chrono::NaiveDate;

use super::draft::Draft;
use crate::{
    error::Result,
    id::DocId,
    query::{
        Asker, Listing, Query,
        pivot::{Look, check},
    },
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
    let asked = Query::from_text(&favourite.query)?.ask(draft.records(), listing, &asker_of(&favourite));
    asked.map_err(|e| refused!("Search: {why}", why = e))?;
    if favourite.is_report() {
        let layout = Look::from_text(&favourite.report)?.layout;
        check(draft.records(), listing, &layout).map_err(|e| refused!("Report: {why}", why = e))?;
    }
    if favourite.default {
        let is_other = |f: &&Favourite| {
            f.id != id
                && f.default
                && f.owner == favourite.owner
                && !f.meta.deleted
                && f.is_report() == favourite.is_report()
        };
        let others = draft.records().favourites.values().filter(is_other);
        let others: Vec<DocId> = others.filter(|f| Listing::named(&f.listing) == Some(listing)).map(|f| f.id).collect();
        for other in others {
            draft.edit(other)?;
            draft.write_field(other, "default", Value::Bool(false));
        }
    }
    Ok(())
}

fn asker_of(favourite: &Favourite) -> Asker {
    Asker { user: favourite.owner, ..Asker::from(NaiveDate::default()) }
}

fn edited<'a>(draft: &'a mut Draft, id: DocId) -> Result<&'a Favourite> {
    match draft.edit(id)? {
        Record::Favourite(favourite) => Ok(favourite),
        _ => Err(refused!("{id} is no favourite", id)),
    }
}
