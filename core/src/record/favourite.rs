use std::cmp::Reverse;

use super::Records;
use crate::{
    id::{DocId, Kind},
    query::{Listing, Query, fold, pivot::Look},
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
        /// How a report of it is looked at: [`Look::to_text`]; empty for a search of the list itself.
        report: Text = "Report",
        /// On whose dashboards the report stands.
        pinned: Refs(Kind::User) = "Pinned by",
    }
);

impl Favourite {
    /// What it asks; nothing if it was written by a newer version.
    pub fn question(&self) -> Option<Query> {
        Query::from_text(&self.query).ok()
    }

    /// How it is looked at, if it is a report; nothing of one that was written by a newer version.
    pub fn look(&self) -> Option<Look> {
        if self.is_report() { Look::from_text(&self.report).ok() } else { None }
    }

    pub fn is_report(&self) -> bool {
        !self.report.is_empty()
    }

    fn is_live(&self) -> bool {
        !self.meta.deleted && !self.meta.archived
    }

    /// Whether a person sees it: their own, and shared ones.
    pub fn is_seen_by(&self, user: Option<DocId>) -> bool {
        self.shared || user.is_none() || self.owner == user
    }
}

impl Records {
    /// The favourites of a list that a person sees: their own first, each by name.
    pub fn favourites_of(&self, user: DocId, listing: Listing) -> Vec<&Favourite> {
        self.seen_favourites(user, listing, false)
    }

    /// As [`Records::favourites_of`], the reports over the list.
    pub fn reports_of(&self, user: DocId, listing: Listing) -> Vec<&Favourite> {
        self.seen_favourites(user, listing, true)
    }

    /// What a list opens with: a person's own default, else a shared one; the newest of several.
    pub fn default_favourite(&self, user: DocId, listing: Listing) -> Option<&Favourite> {
        self.first_favourite(user, listing, false)
    }

    /// As [`Records::default_favourite`], what the report over a list opens with.
    pub fn default_report(&self, user: DocId, listing: Listing) -> Option<&Favourite> {
        self.first_favourite(user, listing, true)
    }

    /// The reports that a person put on their dashboard, in the order they were made.
    pub fn pinned_reports(&self, user: DocId) -> Vec<&Favourite> {
        let seen = self.favourites.values().filter(|f| f.is_live() && f.is_report() && f.is_seen_by(Some(user)));
        seen.filter(|f| f.pinned.contains(&user)).collect()
    }

    fn seen_favourites(&self, user: DocId, listing: Listing, report: bool) -> Vec<&Favourite> {
        let mut seen: Vec<&Favourite> =
            self.live_favourites(listing, report).filter(|f| f.is_seen_by(Some(user))).collect();
        seen.sort_by_key(|f| (f.owner != Some(user), fold(&f.name), f.id));
        seen
    }

    fn first_favourite(&self, user: DocId, listing: Listing, report: bool) -> Option<&Favourite> {
        let seen = self.live_favourites(listing, report).filter(|f| f.default && f.is_seen_by(Some(user)));
        seen.min_by_key(|f| (f.owner != Some(user), Reverse(f.id)))
    }

    fn live_favourites(&self, listing: Listing, report: bool) -> impl Iterator<Item = &Favourite> {
        let fits = move |f: &&Favourite| f.is_live() && f.is_report() == report;
        self.favourites.values().filter(fits).filter(move |f| Listing::named(&f.listing) == Some(listing))
    }
}
