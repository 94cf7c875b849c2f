//! A measure by groups (spec §7 Pipeline Analysis): a table of up to two row groups and one column group, with totals, and the
//! same as series for a graph. Every cell has the question that opens what it counts.

mod axis;
mod look;
mod measure;

use std::collections::HashMap;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use self::{axis::Axis, measure::Reading};
pub use self::{
    axis::Head,
    look::{Graph, Look},
    measure::{Cell, Measure, Number, Unit},
};
use super::{
    Asker, Facet, GroupBy, Item, ListQuery, Listing, Query, Term,
    index::{Doing, Place, Row, TOLD},
    search::Found,
};
use crate::{
    error::Result,
    record::{FieldType, Records},
};

/// How a question's answer is laid out. Plain data, to be kept with it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Layout {
    /// A field's name, or `count`.
    pub measure: String,
    /// As in `list --group-by`; two at most.
    pub rows: Vec<String>,
    pub column: Option<String>,
}

/// Probable turnover by nothing: one total.
impl Default for Layout {
    fn default() -> Layout {
        Layout { measure: "prorated_revenue".to_owned(), rows: Vec::new(), column: None }
    }
}

impl Layout {
    pub fn new(measure: &str, rows: &[&str], column: Option<&str>) -> Layout {
        let rows = rows.iter().map(|r| (*r).to_owned()).collect();
        Layout { measure: measure.to_owned(), rows, column: column.map(str::to_owned) }
    }
}

#[derive(Clone, Debug)]
pub struct Pivot {
    pub measure: Measure,
    /// What the rows are grouped by, from the outside in; then the columns.
    pub row_groups: Vec<GroupBy>,
    pub column_group: Option<GroupBy>,
    pub columns: Vec<Head>,
    /// Outer rows in order, each followed by its inner ones.
    pub rows: Vec<PivotRow>,
    /// Of each column over all rows. What stands in several groups counts once in a total.
    pub totals: Vec<Cell>,
    pub total: Cell,
    query: Query,
}

#[derive(Clone, Debug, PartialEq)]
pub struct PivotRow {
    /// What it has in common: one head for an outer row, two for an inner one.
    pub path: Vec<Head>,
    /// One for each column.
    pub cells: Vec<Cell>,
    pub total: Cell,
}

/// One line, or one colour of bars: a column of the outer rows, or their totals where there are no columns.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// The column; nothing for totals.
    pub head: Option<Head>,
    /// One for each outer row, in order.
    pub points: Vec<Cell>,
}

impl PivotRow {
    pub fn head(&self) -> Option<&Head> {
        self.path.last()
    }

    pub fn is_outer(&self) -> bool {
        self.path.len() == 1
    }
}

impl Pivot {
    /// The question that opens what a cell counts: of a row, or of all; of a column, or of all.
    pub fn drill(&self, row: Option<usize>, column: Option<usize>) -> Query {
        let mut query = Query { group_by: Vec::new(), ..self.query.clone() };
        let path = row.and_then(|row| self.rows.get(row)).map_or(&[][..], |row| &row.path);
        let across = column.and_then(|column| self.columns.get(column));
        let heads = self.row_groups.iter().zip(path).chain(self.column_group.iter().zip(across));
        for (group, head) in heads {
            let term = Term::new(head.title.as_deref().unwrap_or("–"), group.filter(&head.value));
            // Beside what is there about the same thing, not instead of it.
            query.facets.push(Facet { about: group.field.label.to_string(), terms: vec![term] });
        }
        query
    }

    /// What the number in a cell is.
    pub fn number(&self, cell: &Cell) -> Number {
        cell.number(self.measure.unit)
    }

    pub fn outer_rows(&self) -> impl Iterator<Item = (usize, &PivotRow)> {
        self.rows.iter().enumerate().filter(|(_, row)| row.is_outer())
    }

    /// The same for a graph.
    pub fn series(&self) -> Vec<Series> {
        if self.columns.is_empty() {
            return vec![Series { head: None, points: self.outer_rows().map(|(_, row)| row.total).collect() }];
        }
        let series = |(at, head): (usize, &Head)| Series {
            head: Some(head.clone()),
            points: self.outer_rows().map(|(_, row)| row.cells[at]).collect(),
        };
        self.columns.iter().enumerate().map(series).collect()
    }

    /// The outer rows with the largest totals, largest first; of equals the first in order. Those without a value are no rows.
    pub fn top(&self, most: usize) -> Vec<(usize, &PivotRow)> {
        let mut rows: Vec<_> = self.outer_rows().filter(|(_, row)| row.total.count > 0).collect();
        rows.retain(|(_, row)| row.head().is_some_and(|head| !head.value.is_null()));
        rows.sort_by(|(_, a), (_, b)| self.number(&b.total).order(&self.number(&a.total)));
        rows.truncate(most);
        rows
    }
}

/// Answers a question as a table. Its groups and order are not asked: the layout is.
///
/// Refused with what is wrong about a filter, a group or the measure.
pub fn pivot(records: &Records, listing: Listing, query: &Query, layout: &Layout, asker: &Asker) -> Result<Pivot> {
    let ask = Ask::new(records, listing, query, layout, asker)?;
    let is_of_rows = matches!(listing, Listing::Opportunities | Listing::Leads);
    let sums = match is_of_rows && (ask.is_told_by_rows() || !ask.list.search.trim().is_empty()) {
        true => {
            let found = Found::new(records, listing.kind(), &ask.list.search);
            ask.of_rows(records, &found.rows(records), |place, row| ask.is_shown(records, place, row, &found))
        }
        false => ask.of_items(records, &ask.list.unordered(records)),
    };
    Ok(ask.lay_out(records, sums))
}

/// As [`pivot`], over the rows that the question finds, which the caller knows.
pub(in crate::query) fn pivot_among(
    records: &Records,
    rows: &[(&Place, &Row)],
    query: &Query,
    layout: &Layout,
    asker: &Asker,
) -> Result<Pivot> {
    let ask = Ask::new(records, Listing::Opportunities, query, layout, asker)?;
    let sums = ask.of_rows(records, rows, |_, _| true);
    Ok(ask.lay_out(records, sums))
}

/// As [`pivot`], over the activities that the question finds, which the caller knows; by type, people and days only.
pub(in crate::query) fn pivot_of_doings(
    records: &Records,
    doings: &[&Doing],
    query: &Query,
    layout: &Layout,
    asker: &Asker,
) -> Result<Pivot> {
    let ask = Ask::new(records, Listing::Activities, query, layout, asker)?;
    let one = Cell { count: 1, sum: 0, with: 1 };
    let sums = ask.sum(records, doings, |axes, doing, at| {
        for (axis, at) in axes.iter_mut().zip(at) {
            axis.of_doing(records, doing, asker, at);
        }
        Some(one)
    });
    Ok(ask.lay_out(records, sums))
}

/// Whether a list can be laid out so.
///
/// Refused with what is wrong about a group or the measure.
pub fn check(records: &Records, listing: Listing, layout: &Layout) -> Result<()> {
    let asker = Asker::from(chrono::NaiveDate::default());
    Ask::new(records, listing, &Query::default(), layout, &asker).map(drop)
}

/// As [`pivot`], over opportunities as they were: their rows then. What rows do not tell is taken as it is now.
pub(in crate::query) fn pivot_of(
    records: &Records,
    rows: &[(&Place, &Row)],
    query: &Query,
    layout: &Layout,
    asker: &Asker,
) -> Result<Pivot> {
    let ask = Ask::new(records, Listing::Opportunities, query, layout, asker)?;
    let found = Found::new(records, Listing::Opportunities.kind(), &ask.list.search);
    let sums = ask.of_rows(records, rows, |place, row| ask.is_shown(records, place, row, &found));
    Ok(ask.lay_out(records, sums))
}

/// Rows and columns by their numbers on their axes.
type Key = (u32, u32, u32);

/// The number of all groups together.
const ALL: u32 = u32::MAX;

struct Ask {
    list: ListQuery,
    measure: Measure,
    /// Outer rows, inner rows, columns; nothing where there is no such group.
    groups: [Option<GroupBy>; 3],
    query: Query,
}

/// What a part of the records adds up to.
struct Sums {
    axes: [Axis; 3],
    cells: HashMap<Key, Cell>,
    /// Of records one after the other that stand in the same groups; no cell yet.
    run: Option<(Key, Cell)>,
}

/// So many rows are not worth a second core.
const SMALL: usize = 4_096;

impl Ask {
    fn new(records: &Records, listing: Listing, query: &Query, layout: &Layout, asker: &Asker) -> Result<Ask> {
        if layout.rows.len() > 2 {
            return Err(refused!("a pivot has two row groups at most, not {count}", count = layout.rows.len()));
        }
        let query = Query { group_by: Vec::new(), sort: String::new(), ..query.clone() };
        let list = query.ask(records, listing, asker)?;
        let measure = Measure::named(records, listing, &layout.measure)?;
        let group = |text: Option<&String>| text.map(|text| GroupBy::parse(records, listing, text)).transpose();
        let groups = [group(layout.rows.first())?, group(layout.rows.get(1))?, group(layout.column.as_ref())?];
        Ok(Ask { list, measure, groups, query })
    }

    fn none(&self, records: &Records) -> Sums {
        let axis = |group: &Option<GroupBy>| Axis::new(records, group.as_ref());
        Sums { axes: self.groups.each_ref().map(axis), cells: HashMap::new(), run: None }
    }

    /// On which axes a record may stand in several groups.
    fn manifold(&self) -> [bool; 3] {
        self.groups.each_ref().map(|g| g.as_ref().is_some_and(|g| matches!(g.field.ty, FieldType::Refs(_))))
    }

    /// Whether rows of the index tell all that is asked for: no record need be looked at then.
    fn is_told_by_rows(&self) -> bool {
        let is_told = |name: &str| TOLD.contains(&name);
        self.groups.iter().flatten().all(|group| is_told(&group.field.name))
            && (self.measure.unit == Unit::Count || is_told(&self.measure.name))
    }

    fn is_shown(&self, records: &Records, place: &Place, row: &Row, found: &Found) -> bool {
        row.is_lead == (self.list.listing == Listing::Leads)
            && !row.is_trashed
            && (self.list.archived || row.is_active())
            && found.has_slot(row.slot)
            && self.list.filters.iter().all(|f| f.holds_row(records, place, row, &self.list.asker))
    }

    fn of_rows(
        &self,
        records: &Records,
        rows: &[(&Place, &Row)],
        is_shown: impl Fn(&Place, &Row) -> bool + Sync,
    ) -> Sums {
        let reading = Reading::new(&self.measure);
        self.sum(records, rows, |axes, (place, row), at| {
            if !is_shown(place, row) {
                return None;
            }
            for (axis, at) in axes.iter_mut().zip(at) {
                axis.of_row(records, place, row, &self.list.asker, at);
            }
            Some(reading.of_row(records, place, row, &self.list.asker))
        })
    }

    fn of_items(&self, records: &Records, items: &[Item]) -> Sums {
        let reading = Reading::new(&self.measure);
        self.sum(records, items, |axes, item, at| {
            for (axis, at) in axes.iter_mut().zip(at) {
                axis.of_item(records, *item, &self.list.asker, at);
            }
            Some(reading.of_item(records, *item, &self.list.asker))
        })
    }

    /// Sums up by all cores. `read` says in which groups of each axis one stands, and what it amounts to; nothing leaves it out.
    fn sum<T: Sync>(
        &self,
        records: &Records,
        all: &[T],
        read: impl Fn(&mut [Axis; 3], &T, &mut [Vec<u32>; 3]) -> Option<Cell> + Sync,
    ) -> Sums {
        let manifold = self.manifold();
        let part = |all: &[T]| {
            let mut sums = self.none(records);
            let mut at: [Vec<u32>; 3] = Default::default();
            for one in all {
                at.iter_mut().for_each(Vec::clear);
                if let Some(cell) = read(&mut sums.axes, one, &mut at) {
                    sums.take(&mut at, cell, manifold);
                }
            }
            sums.end_run();
            sums
        };
        let size = all.len().div_ceil(rayon::current_num_threads()).max(SMALL);
        let sums = all.par_chunks(size).map(part).reduce_with(Sums::join).unwrap_or_else(|| self.none(records));
        sums.with_totals(manifold)
    }

    fn lay_out(self, records: &Records, sums: Sums) -> Pivot {
        let [outer, inner, across] = &sums.axes;
        let [outer_heads, inner_heads, columns] = [outer, inner, across].map(|axis| axis.heads(records));
        let cell = |key: Key| sums.cells.get(&key).copied().unwrap_or_default();
        let mut rows = Vec::new();
        let row = |path: Vec<Head>, r: u32, i: u32| PivotRow {
            path,
            cells: columns.iter().map(|(c, _)| cell((r, i, *c))).collect(),
            total: cell((r, i, ALL)),
        };
        for (r, head) in &outer_heads {
            rows.push(row(vec![head.clone()], *r, ALL));
            for (i, within) in &inner_heads {
                if sums.cells.contains_key(&(*r, *i, ALL)) {
                    rows.push(row(vec![head.clone(), within.clone()], *r, *i));
                }
            }
        }
        let [first, second, column_group] = self.groups;
        Pivot {
            measure: self.measure,
            totals: columns.iter().map(|(c, _)| cell((ALL, ALL, *c))).collect(),
            total: cell((ALL, ALL, ALL)),
            columns: columns.into_iter().map(|(_, head)| head).collect(),
            rows,
            row_groups: first.into_iter().chain(second).collect(),
            column_group,
            query: self.query,
        }
    }
}

impl Sums {
    /// Counts a record in its groups, and where it may stand in several of an axis, in that axis' total: what it counts for
    /// there cannot be told from the groups later.
    fn take(&mut self, at: &mut [Vec<u32>; 3], cell: Cell, manifold: [bool; 3]) {
        for (codes, is_manifold) in at.iter_mut().zip(manifold) {
            if is_manifold || codes.is_empty() {
                codes.push(ALL);
            }
        }
        let [outer, inner, across] = &*at;
        for r in outer {
            for i in inner {
                across.iter().for_each(|c| self.add((*r, *i, *c), cell));
            }
        }
    }

    fn add(&mut self, key: Key, cell: Cell) {
        match &mut self.run {
            Some((known, sum)) if *known == key => sum.add(&cell),
            _ => {
                self.end_run();
                self.run = Some((key, cell));
            }
        }
    }

    fn end_run(&mut self) {
        if let Some((key, sum)) = self.run.take() {
            self.cells.entry(key).or_default().add(&sum);
        }
    }

    /// The totals of axes on which a record stands in one group.
    fn with_totals(mut self, manifold: [bool; 3]) -> Sums {
        let or_all = |code: u32, at: usize| if manifold[at] { vec![code] } else { vec![code, ALL] };
        for ((r, i, c), cell) in std::mem::take(&mut self.cells) {
            let mut keys = Vec::with_capacity(8);
            for r in or_all(r, 0) {
                for i in or_all(i, 1) {
                    keys.extend(or_all(c, 2).into_iter().map(|c| (r, i, c)));
                }
            }
            keys.sort_unstable();
            keys.dedup();
            keys.into_iter().for_each(|key| self.cells.entry(key).or_default().add(&cell));
        }
        self
    }

    /// Takes what another part of the records adds up to.
    fn join(mut self, other: Sums) -> Sums {
        let mut numbers = self.axes.each_mut().into_iter().zip(other.axes).map(|(own, other)| own.learn(other));
        let [outer, inner, across] = std::array::from_fn(|_| numbers.next().unwrap_or_default());
        drop(numbers);
        let own = |numbers: &[u32], code: u32| if code == ALL { ALL } else { numbers[code as usize] };
        for ((r, i, c), cell) in other.cells {
            let key = (own(&outer, r), own(&inner, i), own(&across, c));
            self.cells.entry(key).or_default().add(&cell);
        }
        self
    }
}
