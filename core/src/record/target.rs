use std::collections::HashMap;

use chrono::NaiveDate;

use super::Records;
use crate::{
    id::{DocId, Kind, WorkspaceId},
    query::Period,
    value::{Money, Value},
};

record!(
    /// What a person or a team is to reach in a month (spec §6). Whose it is, month and measure are part of its id and never
    /// change.
    Target {
        name: Text = "Target",
        user: Ref(Kind::User) = "Salesperson",
        team: Ref(Kind::Team) = "Sales team",
        /// By its first day.
        month: Date = "Month",
        measure: Choice(&["done", "won", "invoiced"]) = "Measure",
        /// Of turnover won or invoiced.
        amount: Money = "Amount",
        /// Of activities done.
        count: Int = "Activities",
    }
);

/// What a target is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Measure {
    /// Activities done, a number.
    Done,
    /// Turnover won.
    Won,
    /// Invoiced, without tax and less refunds.
    Invoiced,
}

impl Measure {
    pub const ALL: [Measure; 3] = [Measure::Done, Measure::Won, Measure::Invoiced];

    /// `done`, `won`, `invoiced`
    pub fn name(self) -> &'static str {
        match self {
            Measure::Done => "done",
            Measure::Won => "won",
            Measure::Invoiced => "invoiced",
        }
    }

    pub fn named(name: &str) -> Option<Measure> {
        Measure::ALL.into_iter().find(|m| m.name().eq_ignore_ascii_case(name.trim()))
    }
}

impl Target {
    /// The id under which what somebody is to reach in a month is kept: one, whichever device sets it first.
    pub fn id_of(workspace: WorkspaceId, whom: DocId, month: NaiveDate, measure: Measure) -> DocId {
        let month = Period::Month.start(month);
        DocId::derived(workspace, "target", Kind::Target, &format!("{whom}:{month}:{}", measure.name()))
    }

    pub fn measure(&self) -> Option<Measure> {
        Measure::named(&self.measure)
    }

    /// The person or the team.
    pub fn whom(&self) -> Option<DocId> {
        self.user.or(self.team)
    }

    /// What is to be reached: cents, or a number of activities; nothing where none is set.
    pub fn goal(&self) -> Option<i64> {
        let goal = if self.measure() == Some(Measure::Done) { self.count } else { self.amount.0 };
        (goal != 0 && !self.meta.deleted && !self.meta.archived).then_some(goal)
    }

    /// As [`Command::SetTarget`](crate::Command::SetTarget) takes it.
    pub fn value(&self) -> Value {
        match (self.goal(), self.measure()) {
            (None, _) => Value::Null,
            (Some(count), Some(Measure::Done)) => Value::Int(count),
            (Some(cents), _) => Value::Money(Money(cents)),
        }
    }
}

/// The targets that are set, by whom, first day of the month and measure.
pub(crate) struct Goals(HashMap<(DocId, NaiveDate, Measure), i64>);

impl Goals {
    pub fn new(records: &Records) -> Goals {
        let key = |t: &Target| Some(((t.whom()?, Period::Month.start(t.month?), t.measure()?), t.goal()?));
        Goals(records.targets.values().filter_map(key).collect())
    }

    /// Of one person or team itself.
    pub fn own(&self, whom: DocId, month: NaiveDate, measure: Measure) -> Option<i64> {
        self.0.get(&(whom, Period::Month.start(month), measure)).copied()
    }

    /// A team's is what was set for it, else what its members are to reach together.
    pub fn of_team(&self, records: &Records, team: DocId, month: NaiveDate, measure: Measure) -> Option<i64> {
        let members = || records.users.values().filter(|u| u.team == Some(team) && !u.meta.deleted);
        self.own(team, month, measure).or_else(|| sum(members().map(|u| self.own(u.id, month, measure))))
    }

    /// Everybody's: the teams' and that of people without a team.
    pub fn of_all(&self, records: &Records, month: NaiveDate, measure: Measure) -> Option<i64> {
        let teams = records.teams.values().filter(|t| !t.meta.deleted);
        let teams = teams.map(|t| self.of_team(records, t.id, month, measure));
        sum(teams.chain([self.of_alone(records, month, measure)]))
    }

    /// What people without a team are to reach together.
    pub fn of_alone(&self, records: &Records, month: NaiveDate, measure: Measure) -> Option<i64> {
        let is_in_team = |team: DocId| records.teams.get(&team).is_some_and(|t| !t.meta.deleted);
        let alone = records.users.values().filter(|u| !u.meta.deleted && !u.team.is_some_and(is_in_team));
        sum(alone.map(|u| self.own(u.id, month, measure)))
    }
}

/// Of those that are set; nothing where none is.
fn sum(goals: impl Iterator<Item = Option<i64>>) -> Option<i64> {
    goals.flatten().fold(None, |sum: Option<i64>, goal| Some(sum.unwrap_or(0).saturating_add(goal)))
}
