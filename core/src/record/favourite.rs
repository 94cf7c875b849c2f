use std::cmp::Reverse;

use super::Records;
use crate::{
    id::{DocId, Kind},
    query::{Listing, Query, fold},
};

record!(
    /// A search kept under a name (spec §8): filters, groups, order, and how it is shown.
    Favourite {
        name: Text = "Favourite",
        owner: Ref(Kind::User) = "Owner",
        shared: Bool = "Shared with all users",
        /// The list opens with it. Of several of one person (two devices may disagree) the newest counts.
        default: Bool = "Used by default",
        /// What it lists: `opportunities`.
        listing: Text = "Lists",
        /// How it is shown: `kanban`, `list`; empty for any.
        view: Text = "View",
        /// [`Query::to_text`], or a filter expression.
        query: Text = "Search",
    }
);

impl Favourite {
    /// What it asks; nothing if it was written by a newer version.
    pub fn question(&self) -> Option<Query> {
        Query::from_text(&self.query).ok()
    }

    /// Whether a person sees it: their own, and shared ones.
    pub fn is_seen_by(&self, user: Option<DocId>) -> bool {
        self.shared || user.is_none() || self.owner == user
    }
}

impl Records {
    /// The favourites of a list that a person sees: their own first, each by name.
    pub fn favourites_of(&self, user: DocId, listing: Listing) -> Vec<&Favourite> {
        let mut seen: Vec<&Favourite> = self.live_favourites(listing).filter(|f| f.is_seen_by(Some(user))).collect();
        seen.sort_by_key(|f| (f.owner != Some(user), fold(&f.name), f.id));
        seen
    }

    /// What a list opens with: a person's own default, else a shared one; the newest of several.
    pub fn default_favourite(&self, user: DocId, listing: Listing) -> Option<&Favourite> {
        let seen = self.live_favourites(listing).filter(|f| f.default && f.is_seen_by(Some(user)));
        seen.min_by_key(|f| (f.owner != Some(user), Reverse(f.id)))
    }

    fn live_favourites(&self, listing: Listing) -> impl Iterator<Item = &Favourite> {
        let live = |f: &&Favourite| !f.meta.deleted && !f.meta.archived;
        self.favourites.values().filter(live).filter(move |f| Listing::named(&f.listing) == Some(listing))
    }
}
