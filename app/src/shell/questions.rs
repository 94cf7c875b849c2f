//! What the list-like views ask: one question a listing, so that the same search stays while the view changes.

use std::collections::HashMap;

use satchel_core::{
    Records,
    query::{Asker, Listing, Query, Term},
};

#[derive(Default)]
pub struct Questions(HashMap<Listing, Query>);

/// What the facet of a sales team is about.
pub const TEAM: &str = "Sales team";

impl Questions {
    /// The question of a listing: the one left there, else the one it opens with.
    pub fn take(&mut self, records: &Records, listing: Listing, asker: &Asker) -> Query {
        self.0.remove(&listing).unwrap_or_else(|| first(records, listing, asker))
    }

    /// Keeps a question; one that is as it opened stays free to change with what it opens with.
    pub fn put(&mut self, records: &Records, listing: Listing, asker: &Asker, query: Query) {
        if query != first(records, listing, asker) {
            self.0.insert(listing, query);
        }
    }
}

/// What the facet of who is to do it is about.
pub const ASSIGNED: &str = "Assigned to";

/// A list opens with its default favourite (spec §8), the pipeline else on one's own team (spec §2), the
/// activities on one's own.
fn first(records: &Records, listing: Listing, asker: &Asker) -> Query {
    let favourite = asker.user.and_then(|user| records.default_favourite(user, listing));
    if let Some(query) = favourite.and_then(|f| f.question()) {
        return query;
    }
    let mut query = Query::default();
    if listing == Listing::Activities {
        query.add(ASSIGNED, Term::new("My Activities", "user = me"));
        query.group_by.push("state".to_owned());
    }
    let team = asker.user.and_then(|u| records.users.get(&u)?.team);
    if let (Listing::Opportunities, Some(team)) = (listing, team) {
        query.add(TEAM, Term::new(records.name(team), "team = my team"));
    }
    query
}
