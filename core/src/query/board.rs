//! The pipeline as columns.

use chrono::NaiveDate;

use crate::{
    id::DocId,
    record::{ActivityState, Records, WonStatus},
    value::{Money, Percent},
};

/// Which opportunities the board shows.
#[derive(Clone, Debug, PartialEq)]
pub struct BoardQuery {
    /// Only this team's, and its stages; nothing means all.
    pub team: Option<DocId>,
    /// Only this salesperson's.
    pub user: Option<DocId>,
    /// Words that must all occur in name, customer, contact, salesperson or tags; any case, accents ignored.
    pub search: String,
    pub today: NaiveDate,
}

#[derive(Clone, Debug, PartialEq)]
pub struct BoardView {
    /// One per stage, in order; then Lost as the last one.
    pub columns: Vec<Column>,
    pub count: usize,
    pub expected_revenue: Money,
    pub prorated_revenue: Money,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// Nothing for the Lost column.
    pub stage: Option<DocId>,
    pub title: String,
    pub probability: Percent,
    pub is_won: bool,
    /// Starts folded.
    pub fold: bool,
    /// Cards in their order: priority descending, then newest first.
    pub cards: Vec<DocId>,
    pub expected_revenue: Money,
    pub prorated_revenue: Money,
    /// How many cards have as their worst activity state: planned, today, overdue, none.
    pub planned: usize,
    pub due_today: usize,
    pub overdue: usize,
    pub no_activity: usize,
}

/// What one card shows; made for the visible ones only.
#[derive(Clone, Debug, PartialEq)]
pub struct Card {
    pub id: DocId,
    pub name: String,
    /// The customer's name, else the company's or contact's as written on the opportunity.
    pub customer: String,
    pub expected_revenue: Money,
    pub probability: Percent,
    pub won_status: WonStatus,
    pub priority: i64,
    pub tags: Vec<(String, i64)>,
    /// The next open activity: kind's label, deadline, state.
    pub activity: Option<(crate::record::ActivityKind, NaiveDate, ActivityState)>,
    pub user: Option<(DocId, String)>,
    /// Expected closing while open, the day it was closed when closed.
    pub date_deadline: Option<NaiveDate>,
    pub date_closed: Option<NaiveDate>,
    /// Names of fields with concurrent values.
    pub conflicts: Vec<String>,
    /// Days it rots, if it does.
    pub rotting_days: Option<i64>,
}

pub fn board(_records: &Records, _query: &BoardQuery) -> BoardView {
    todo!()
}

/// Nothing if the opportunity is not here.
pub fn card(_records: &Records, _id: DocId, _today: NaiveDate) -> Option<Card> {
    todo!()
}
