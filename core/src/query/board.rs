//! The pipeline as columns: of stages, or of whatever it is grouped by.

mod grouped;
mod stages;

use std::cmp::Ordering;

use chrono::NaiveDate;
use rayon::prelude::*;

use self::{grouped::Groups, stages::Stages};
use super::{
    Asker, GroupBy, ListQuery, Listing, Query,
    index::{Place, Row},
    search::Found,
};
use crate::{
    error::Result,
    id::{DocId, Kind},
    record::{ActivityState, Records, WonStatus},
    value::{Money, Percent, Value},
};

#[derive(Clone, Debug, Default, PartialEq)]
pub struct BoardView {
    /// The team whose pipeline it is, where the question asks for one team's only.
    pub team: Option<DocId>,
    /// One per stage, in order; then Lost as the last one. Grouped by another field, one per value, in order; then that of
    /// the cards that have none.
    pub columns: Vec<Column>,
    /// The count and sums of all cards but the lost ones; each counts once.
    pub count: usize,
    pub expected_revenue: Money,
    pub prorated_revenue: Money,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    pub key: ColumnKey,
    /// The stage's name, or the value as in `list --group-by`; empty for no value.
    pub title: String,
    /// Of a stage.
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

/// What the cards of a column have in common.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ColumnKey {
    Stage(DocId),
    Lost,
    /// Of the field that the board is grouped by, of a date its period's first day; Null for none.
    Value(Value),
    /// Any of the values for which there are too many columns: see [`MOST_COLUMNS`].
    Others,
}

/// Of more groups than these the largest have a column, and all others one together.
pub const MOST_COLUMNS: usize = 100;

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
    /// The next open activity: type, deadline, state.
    pub activity: Option<(DocId, NaiveDate, ActivityState)>,
    pub user: Option<(DocId, String)>,
    /// Expected closing while open, the day it was closed when closed.
    pub date_deadline: Option<NaiveDate>,
    pub date_closed: Option<NaiveDate>,
    /// Names of fields with concurrent values.
    pub conflicts: Vec<String>,
    /// Days it rots, if it does.
    pub rotting_days: Option<i64>,
}

/// The opportunities that answer a question, by stage; asked for one team's, the columns are that team's stages. Lost ones
/// have a column of their own, whether archived records are asked for or not. Leads and the trash are not on it.
///
/// Refused with what is wrong about a filter.
pub fn board(records: &Records, query: &Query, asker: &Asker) -> Result<BoardView> {
    Ok(answer(records, &query.ask(records, Listing::Opportunities, asker)?))
}

/// As [`board`], of a question that is ready.
pub fn answer(records: &Records, query: &ListQuery) -> BoardView {
    let team = query.team(records);
    match grouped_by(query) {
        None => fill(records, query, || Stages::new(records, team)).finish(team),
        Some(by) => fill(records, query, || Groups::new(records, by, query)).finish(team),
    }
}

/// What the columns stand for, where that is not the stage: the first level of the groups.
pub fn grouped_by(query: &ListQuery) -> Option<&GroupBy> {
    query.group_by.first().filter(|by| by.field.name != "stage")
}

/// Columns that rows are put into, part by part.
trait Columns: Send {
    fn take(&mut self, place: &Place, row: &Row, asker: &Asker);
    /// Takes what another part of the rows, later in their order, has put into its columns.
    fn join(self, later: Self) -> Self;
}

fn fill<C: Columns>(records: &Records, query: &ListQuery, none: impl Fn() -> C + Sync) -> C {
    let found = Found::new(records, Kind::Opportunity, &query.search);
    let is_shown = |place: &Place, row: &Row| {
        !(row.is_lead || row.is_trashed || row.is_archived && !query.archived)
            && found.has_slot(row.slot)
            && query.filters.iter().all(|f| f.holds_row(records, place, row, &query.asker))
    };
    let fill = |rows: &[(&Place, &Row)]| {
        let mut columns = none();
        for (place, row) in rows {
            if is_shown(place, row) {
                columns.take(place, row, &query.asker);
            }
        }
        columns
    };
    let rows = found.rows(records);
    let part = rows.len().div_ceil(rayon::current_num_threads()).max(SMALL);
    rows.par_chunks(part).map(fill).reduce_with(C::join).unwrap_or_else(none)
}

/// So many rows are not worth a second core.
const SMALL: usize = 4_096;

impl Column {
    /// What its cards have in common, on a board that is grouped.
    pub fn value(&self) -> Option<&Value> {
        match &self.key {
            ColumnKey::Value(value) => Some(value),
            _ => None,
        }
    }

    pub fn stage(&self) -> Option<DocId> {
        match self.key {
            ColumnKey::Stage(stage) => Some(stage),
            _ => None,
        }
    }

    fn empty(key: ColumnKey, title: &str, probability: Percent) -> Column {
        Column {
            fold: key == ColumnKey::Lost,
            key,
            title: title.to_owned(),
            probability,
            is_won: false,
            cards: Vec::new(),
            expected_revenue: Money(0),
            prorated_revenue: Money(0),
            planned: 0,
            due_today: 0,
            overdue: 0,
            no_activity: 0,
        }
    }

    fn join(&mut self, later: Column) {
        self.cards.extend(later.cards);
        self.expected_revenue = self.expected_revenue + later.expected_revenue;
        self.prorated_revenue = self.prorated_revenue + later.prorated_revenue;
        self.planned += later.planned;
        self.due_today += later.due_today;
        self.overdue += later.overdue;
        self.no_activity += later.no_activity;
    }

    /// Takes a card with the probability of its stage.
    fn take(&mut self, id: DocId, row: &Row, stage: Percent, is_won: bool, today: NaiveDate) {
        self.cards.push(id);
        let probability = match row.probability {
            _ if row.is_lost => Percent::ZERO,
            Some(manual) if !is_won => manual,
            _ => stage,
        };
        self.expected_revenue = self.expected_revenue + row.expected_revenue;
        self.prorated_revenue = self.prorated_revenue + row.expected_revenue.share(probability);
        match row.next_deadline.map(|d| d.cmp(&today)) {
            None => self.no_activity += 1,
            Some(Ordering::Less) => self.overdue += 1,
            Some(Ordering::Equal) => self.due_today += 1,
            Some(Ordering::Greater) => self.planned += 1,
        }
    }
}

/// Nothing if the opportunity is not here.
pub fn card(records: &Records, id: DocId, today: NaiveDate) -> Option<Card> {
    let o = records.opportunities.get(&id)?;
    let partner = o.partner.map_or("", |p| records.name(p));
    let customer = [partner, &o.partner_name, &o.contact_name].into_iter().find(|n| !n.is_empty());
    let next = o.activities.iter().filter(|a| a.done.is_none()).min_by_key(|a| (a.date_deadline, a.id));
    let tags = o.tags.iter().filter_map(|t| records.tags.get(t)).map(|t| (t.name.clone(), t.color));
    Some(Card {
        id,
        name: o.name.clone(),
        customer: customer.unwrap_or_default().to_owned(),
        expected_revenue: o.expected_revenue,
        probability: records.probability(o),
        won_status: records.won_status(o),
        priority: o.priority,
        tags: tags.collect(),
        activity: next.and_then(|a| Some((a.kind, a.date_deadline, a.state(today)?))),
        user: o.user.map(|u| (u, records.name(u).to_owned())),
        date_deadline: o.date_deadline,
        date_closed: o.standing.closed.map(|t| t.date_naive()),
        conflicts: o.meta.conflicts.clone(),
        rotting_days: records.rotting_days(o, today),
    })
}
