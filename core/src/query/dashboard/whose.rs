use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::{
    id::DocId,
    query::{
        Asker, Facet, Listing, Term,
        index::{Bits, Row},
    },
    record::{Goals, Measure, Records},
};

/// Whose figures: one person's, a team's, everybody's. An opportunity is its salesperson's and its team's; activities and
/// meetings are a team's through its members.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Whose {
    User(DocId),
    Team(DocId),
    All,
}

impl Whose {
    /// What narrows a list to them, by the field that names a person (of opportunities `user`, by which their team is found too).
    pub(crate) fn facet(self, records: &Records, asker: &Asker, listing: Listing, field: &str) -> Option<Facet> {
        let is_pipeline = matches!(listing, Listing::Opportunities | Listing::Leads);
        let team_field = if is_pipeline { "team".to_owned() } else { format!("{field}.team") };
        let my_team = asker.user.and_then(|u| records.users.get(&u)?.team);
        // As the lists call what they narrow by.
        let (person, team_is, mine) = match (is_pipeline, field) {
            (true, _) => ("Salesperson", "Sales team", "My Pipeline"),
            (false, "done_by") => ("Done by", "Done by", "Done by me"),
            (false, _) => ("Assigned to", "Assigned to", "My Activities"),
        };
        Some(match self {
            Whose::All => return None,
            Whose::User(user) if asker.user == Some(user) => about((person, Term::new(mine, format!("{field} = me")))),
            Whose::User(user) => about((person, Term::new(records.name(user), format!("{field} = {user}")))),
            Whose::Team(team) if my_team == Some(team) => {
                about((team_is, Term::new("My Team", format!("{team_field} = my team"))))
            }
            Whose::Team(team) => about((team_is, Term::new(records.name(team), format!("{team_field} = {team}")))),
        })
    }

    /// What narrows quotations and invoices to them: their own, and those of their opportunities.
    pub(crate) fn sales(self, records: &Records, asker: &Asker) -> Option<Facet> {
        let of = |field: &str, value: String| format!("{field} = {value} or opportunity.{field} = {value}");
        let my_team = asker.user.and_then(|u| records.users.get(&u)?.team);
        Some(match self {
            Whose::All => return None,
            Whose::User(user) if asker.user == Some(user) => {
                about(("Salesperson", Term::new("Mine", of("user", "me".to_owned()))))
            }
            Whose::User(user) => about(("Salesperson", Term::new(records.name(user), of("user", user.to_string())))),
            Whose::Team(team) if my_team == Some(team) => {
                about(("Sales team", Term::new("My Team", of("team", "my team".to_owned()))))
            }
            Whose::Team(team) => about(("Sales team", Term::new(records.name(team), of("team", team.to_string())))),
        })
    }

    /// What narrows sales of other channels to them.
    pub(crate) fn lines(self, records: &Records, asker: &Asker) -> Option<Facet> {
        match self {
            Whose::Team(_) => self.facet(records, asker, Listing::Opportunities, "user"),
            _ => self.facet(records, asker, Listing::RevenueLines, "user"),
        }
    }

    /// Whether a quotation or an invoice is theirs.
    pub(crate) fn sold(
        self,
        records: &Records,
        user: Option<DocId>,
        team: Option<DocId>,
        opportunity: Option<DocId>,
    ) -> bool {
        let of = || opportunity.and_then(|o| records.opportunities.get(&records.head(o)));
        match self {
            Whose::All => true,
            Whose::User(id) => user == Some(id) || of().is_some_and(|o| o.user == Some(id)),
            Whose::Team(id) => team == Some(id) || of().is_some_and(|o| o.team == Some(id)),
        }
    }

    /// Which opportunities are theirs.
    pub(in crate::query) fn rows(self, records: &Records) -> impl Fn(&Row) -> bool + use<> {
        let (user, team) = match self {
            Whose::All => (None, None),
            Whose::User(user) => (Some(records.index.users.known_slot(user)), None),
            Whose::Team(team) => (None, Some(records.index.teams.known_slot(team))),
        };
        move |row| user.is_none_or(|slot| slot == Some(row.user)) && team.is_none_or(|slot| slot == Some(row.team))
    }

    /// The people; nothing for everybody.
    pub(in crate::query) fn people(self, records: &Records) -> Option<BTreeSet<DocId>> {
        match self {
            Whose::All => None,
            Whose::User(user) => Some(BTreeSet::from([user])),
            Whose::Team(team) => Some(records.users.values().filter(|u| u.team == Some(team)).map(|u| u.id).collect()),
        }
    }

    /// Whether what these sold is theirs.
    pub(in crate::query) fn is_seller(self, user: Option<DocId>, team: Option<DocId>) -> bool {
        match self {
            Whose::All => true,
            Whose::User(id) => user == Some(id),
            Whose::Team(id) => team == Some(id),
        }
    }

    /// What they are to reach in a month.
    pub(in crate::query) fn goal(
        self,
        records: &Records,
        goals: &Goals,
        month: NaiveDate,
        measure: Measure,
    ) -> Option<i64> {
        match self {
            Whose::User(user) => goals.own(user, month, measure),
            Whose::Team(team) => goals.of_team(records, team, month, measure),
            Whose::All => goals.of_all(records, month, measure),
        }
    }
}

/// One facet with one condition.
pub(crate) fn about((about, term): (&str, Term)) -> Facet {
    Facet { about: about.to_owned(), terms: vec![term] }
}

/// People by their slots in the index.
pub(in crate::query) struct Members(Option<Bits>);

impl Members {
    pub fn of(records: &Records, whose: Whose) -> Members {
        let users = &records.index.users;
        let slots = |people: BTreeSet<DocId>| {
            let mut slots = Bits::none(users.len());
            people.into_iter().filter_map(|id| users.known_slot(id)).for_each(|slot| slots.set(slot));
            slots
        };
        Members(whose.people(records).map(slots))
    }

    pub fn has(&self, user: u32) -> bool {
        self.0.as_ref().is_none_or(|people| people.has(user))
    }
}
