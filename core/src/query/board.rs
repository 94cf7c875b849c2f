//! The pipeline as columns.

use std::cmp::Ordering;

use chrono::NaiveDate;
use rayon::prelude::*;

use super::{
    Asker, Listing, Query,
    index::{NONE, Place, Row},
    search::Found,
};
use crate::{
    error::Result,
    id::{DocId, Kind},
    record::{ActivityState, Records, Stage, WonStatus},
    value::{Money, Percent},
};

#[derive(Clone, Debug, PartialEq)]
pub struct BoardView {
    /// The team whose pipeline it is, where the question asks for one team's only.
    pub team: Option<DocId>,
    /// One per stage, in order; then Lost as the last one.
    pub columns: Vec<Column>,
    /// The count and sums of all columns but Lost.
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

/// The opportunities that answer a question, by stage; asked for one team's, the columns are that team's stages. Lost ones
/// have a column of their own, whether archived records are asked for or not. Leads and the trash are not on it.
///
/// Refused with what is wrong about a filter.
pub fn board(records: &Records, query: &Query, asker: &Asker) -> Result<BoardView> {
    let query = query.ask(records, Listing::Opportunities, asker)?;
    let team = query.team(records);
    let found = Found::new(records, Kind::Opportunity, &query.search);
    let is_shown = |place: &Place, row: &Row| {
        !(row.is_lead || row.is_trashed || row.is_archived && !query.archived)
            && found.has_slot(row.slot)
            && query.filters.iter().all(|f| f.holds_row(records, place, row, asker))
    };
    let fill = |rows: &[(&Place, &Row)]| {
        let mut columns = Columns::new(records, team);
        for (place, row) in rows {
            if is_shown(place, row) {
                columns.of(row).take(place.2.0, row, asker.today);
            }
        }
        columns
    };
    let rows: Vec<_> = records.index.rows.iter().collect();
    let part = rows.len().div_ceil(rayon::current_num_threads()).max(SMALL);
    let columns = rows.par_chunks(part).map(fill).reduce_with(Columns::join);
    Ok(columns.unwrap_or_else(|| Columns::new(records, team)).finish(team))
}

/// So many rows are not worth a second core.
const SMALL: usize = 4_096;

/// The columns being filled.
struct Columns<'a> {
    records: &'a Records,
    columns: Vec<(i64, Column)>,
    lost: Column,
    /// Which column a stage has, by the stage's slot.
    by_stage: Vec<Option<usize>>,
    /// Where those go whose stage is not here (yet).
    nowhere: usize,
}

impl<'a> Columns<'a> {
    fn new(records: &'a Records, team: Option<DocId>) -> Columns<'a> {
        let lost = Column::empty(None, "Lost", Percent::ZERO);
        let mut columns = Columns { records, columns: Vec::new(), lost, by_stage: Vec::new(), nowhere: 0 };
        let stages = records.stages_of(team);
        for stage in &stages {
            columns.add(stage);
        }
        let first = records.default_stage(team).map(|s| s.id);
        columns.nowhere = stages.iter().position(|s| Some(s.id) == first).unwrap_or(0);
        columns
    }

    fn add(&mut self, stage: &Stage) -> usize {
        let probability = if stage.is_won { Percent::HUNDRED } else { stage.probability };
        let mut column = Column::empty(Some(stage.id), &stage.name, probability);
        (column.is_won, column.fold) = (stage.is_won, stage.fold);
        self.columns.push((stage.sequence, column));
        let at = self.columns.len() - 1;
        if let Some(slot) = self.records.index.stages.known_slot(stage.id) {
            self.show_at(slot, at);
        }
        at
    }

    fn show_at(&mut self, stage: u32, column: usize) {
        let slot = stage as usize;
        self.by_stage.resize(self.by_stage.len().max(slot + 1), None);
        self.by_stage[slot] = Some(column);
    }

    /// The column of a row. A stage that is archived or another team's gets one when something stands in it.
    fn of(&mut self, row: &Row) -> &mut Column {
        if row.is_lost {
            return &mut self.lost;
        }
        let known = self.by_stage.get(row.stage as usize).copied().flatten();
        let at = known.unwrap_or_else(|| {
            let stages = &self.records.index.stages;
            let id = (row.stage != NONE).then(|| stages.id(row.stage));
            match id.and_then(|id| self.records.stage_now(id)) {
                Some(stage) => {
                    // Merged or removed: it shows in the stage that took its place.
                    let column = self.columns.iter().position(|(_, c)| c.stage == Some(stage.id));
                    let at = column.unwrap_or_else(|| self.add(stage));
                    self.show_at(row.stage, at);
                    at
                }
                None if self.columns.is_empty() => {
                    self.columns.push((0, Column::empty(None, "No stage", Percent::ZERO)));
                    0
                }
                None => self.nowhere,
            }
        });
        &mut self.columns[at].1
    }

    /// Takes what another part of the rows, later in their order, has put into its columns.
    fn join(mut self, later: Columns<'a>) -> Columns<'a> {
        for (sequence, column) in later.columns {
            match self.columns.iter_mut().find(|(_, c)| c.stage == column.stage) {
                Some((_, mine)) => mine.join(column),
                None => self.columns.push((sequence, column)),
            }
        }
        self.lost.join(later.lost);
        self
    }

    fn finish(mut self, team: Option<DocId>) -> BoardView {
        self.columns.sort_by_key(|(sequence, column)| (*sequence, column.stage));
        let mut columns: Vec<Column> = self.columns.into_iter().map(|(_, column)| column).collect();
        let (count, expected_revenue, prorated_revenue) = (
            columns.iter().map(|c| c.cards.len()).sum(),
            columns.iter().map(|c| c.expected_revenue).sum(),
            columns.iter().map(|c| c.prorated_revenue).sum(),
        );
        columns.push(self.lost);
        BoardView { team, columns, count, expected_revenue, prorated_revenue }
    }
}

impl Column {
    fn empty(stage: Option<DocId>, title: &str, probability: Percent) -> Column {
        Column {
            stage,
            title: title.to_owned(),
            probability,
            is_won: false,
            fold: stage.is_none(),
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

    fn take(&mut self, id: DocId, row: &Row, today: NaiveDate) {
        self.cards.push(id);
        let probability = match row.probability {
            Some(manual) if !self.is_won && !row.is_lost => manual,
            _ => self.probability,
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
