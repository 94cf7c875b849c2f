//! What the list-like views ask: one question a listing, so that the same search stays while the view changes.

use std::collections::HashMap;

use satchel_core::{
    Records,
    query::{Asker, Listing, Query, Term},
};

use crate::views::reporting::{self, Desk};

/// A list, or a report over it: each has a question of its own, so that what a figure opens leaves the report's filters.
pub type About = (Listing, Option<Desk>);

#[derive(Default)]
pub struct Questions(HashMap<About, Query>);

/// What the facet of a sales team is about.
pub const TEAM: &str = "Sales team";

impl Questions {
    /// The question of a listing: the one left there, else the one it opens with.
    pub fn take(&mut self, records: &Records, about: About, asker: &Asker) -> Query {
        self.0.remove(&about).unwrap_or_else(|| first(records, about, asker))
    }

    /// Keeps a question; one that is as it opened stays free to change with what it opens with.
    pub fn put(&mut self, records: &Records, about: About, asker: &Asker, query: Query) {
        if query != first(records, about, asker) {
            self.0.insert(about, query);
        } else {
            self.0.remove(&about);
        }
    }
}

/// What the facet of who is to do it is about.
pub const ASSIGNED: &str = "Assigned to";

/// A list opens with its default favourite (spec §8), the pipeline else on one's own team (spec §2), the
/// activities on one's own.
fn first(records: &Records, (listing, desk): About, asker: &Asker) -> Query {
    let favourite = asker.user.and_then(|user| match desk {
        Some(Desk::Changes | Desk::Team) => None,
        Some(_) => records.default_report(user, listing),
        None => records.default_favourite(user, listing),
    });
    if let Some(query) = favourite.and_then(|f| f.question()) {
        return query;
    }
    if let Some(desk) = desk {
        return reporting::first_question(desk);
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
