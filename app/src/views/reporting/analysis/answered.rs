//! The answer as it is drawn: the pivot, and the same as a graph and as a pie with what is too much for them put together.

use std::cmp::Reverse;

use satchel_core::{
    Kind, Records, Result, Value,
    query::{
        Asker, Facet, GroupBy, Listing, Query, Term,
        pivot::{self, Cell, Head, Layout, Number, Pivot, Unit},
    },
    record::FieldType,
};
use tr::tr;

use super::words;
use crate::{
    locale::said,
    views::groups,
    widgets::graph::{Graph, Point, Series, Step},
};

pub struct Answered {
    pub pivot: Pivot,
    /// What the graph is of: where two groups make the rows, the inner one goes across.
    chart: Option<Pivot>,
    /// In words, of every row its own group.
    pub rows: Vec<String>,
    pub columns: Vec<String>,
    pub graph: Graph,
    pub pie: Graph,
    /// The rows and columns behind the graph's steps and series, the rows behind the pie's.
    steps: Vec<Vec<usize>>,
    series: Vec<Vec<usize>>,
    slices: Vec<Vec<usize>>,
}

/// More than these are put together, the largest staying.
const MOST_STEPS: usize = 60;
const MOST_IN_ORDER: usize = 8;
const MOST_SERIES: usize = 8;
const MOST_SLICES: usize = 8;

impl Answered {
    pub fn of(
        records: &Records,
        listing: Listing,
        query: &Query,
        layout: &Layout,
        asker: &Asker,
    ) -> std::result::Result<Answered, String> {
        Answered::made(records, layout, |layout| pivot::pivot(records, listing, query, layout, asker))
    }

    pub fn made(
        records: &Records,
        layout: &Layout,
        ask: impl Fn(&Layout) -> Result<Pivot>,
    ) -> std::result::Result<Answered, String> {
        let ask = |layout: &Layout| ask(layout).map_err(|e| said(&e.message()));
        let pivot = ask(layout)?;
        let chart = match (layout.rows.as_slice(), &layout.column) {
            ([outer, inner], None) => {
                let across = Layout { rows: vec![outer.clone()], column: Some(inner.clone()), ..layout.clone() };
                Some(ask(&across)?)
            }
            _ => None,
        };
        Ok(Answered::drawn(records, pivot, chart))
    }

    fn drawn(records: &Records, pivot: Pivot, chart: Option<Pivot>) -> Answered {
        let heads = |heads: &[Head], by: Option<&GroupBy>| -> Vec<String> {
            let title = |head: &Head| by.map(|by| groups::title(records, by, &head.value, head.title.as_deref()));
            heads.iter().filter_map(title).collect()
        };
        let row = |row: &pivot::PivotRow| {
            let by = pivot.row_groups.get(row.path.len().saturating_sub(1));
            let head = row.head().zip(by);
            head.map(|(head, by)| groups::title(records, by, &head.value, head.title.as_deref())).unwrap_or_default()
        };
        let rows = pivot.rows.iter().map(row).collect();
        let columns = heads(&pivot.columns, pivot.column_group.as_ref());
        let of = chart.as_ref().unwrap_or(&pivot);
        let in_time = of.rows.iter().any(|row| matches!(row.head(), Some(Head { value: Value::Date(_), .. })));
        let mut outer: Vec<usize> = of.outer_rows().map(|(at, _)| at).collect();
        let size = |cell: &Cell| of.number(cell).as_f64().abs();
        // Many that have no order of their own are looked at from the largest.
        let in_order = |by: &GroupBy| !matches!(by.field.ty, FieldType::Ref(kind) if kind != Kind::Stage);
        if outer.len() > MOST_IN_ORDER && !of.row_groups.first().is_some_and(in_order) {
            outer.sort_by(|a, b| size(&of.rows[*b].total).total_cmp(&size(&of.rows[*a].total)));
        }
        // Without a group there is one step: all.
        let steps = match outer.as_slice() {
            [] => vec![Vec::new()],
            _ if in_time => outer.iter().map(|row| vec![*row]).collect(),
            _ => together(&outer, MOST_STEPS, |row| size(&of.rows[row].total)),
        };
        let all: Vec<usize> = (0..of.columns.len()).collect();
        let series = match all.as_slice() {
            [] => vec![Vec::new()],
            _ => together(&all, MOST_SERIES, |column| size(&of.totals[column])),
        };
        let slices = match outer.as_slice() {
            [] => vec![Vec::new()],
            _ => {
                let mut by_size = outer.clone();
                by_size.sort_by(|a, b| size(&of.rows[*b].total).total_cmp(&size(&of.rows[*a].total)));
                together(&by_size, MOST_SLICES, |row| size(&of.rows[row].total))
            }
        };
        let column_titles = heads(&of.columns, of.column_group.as_ref());
        let step = |rows: &Vec<usize>| match rows.as_slice() {
            [] => named(tr!("All")),
            [row] => {
                let (head, by) = (of.rows[*row].head(), of.row_groups.first());
                let step = head.zip(by).map(|(head, by)| {
                    let step = named(groups::title(records, by, &head.value, head.title.as_deref()));
                    Step { label: words::short(by, head).unwrap_or_else(|| step.name.clone()), ..step }
                });
                step.unwrap_or_default()
            }
            many => named(tr!("{n} others", n = many.len())),
        };
        let point = |rows: &[usize], columns: &[usize]| {
            let cells: Vec<&Cell> = match (rows, columns) {
                ([], []) => vec![&of.total],
                ([], columns) => columns.iter().map(|column| &of.totals[*column]).collect(),
                (rows, []) => rows.iter().map(|row| &of.rows[*row].total).collect(),
                (rows, columns) => {
                    rows.iter().flat_map(|row| columns.iter().map(|column| &of.rows[*row].cells[*column])).collect()
                }
            };
            let mut sum = Cell::default();
            for cell in cells {
                sum = Cell { count: sum.count + cell.count, sum: sum.sum + cell.sum, with: sum.with + cell.with };
            }
            let value = match of.number(&sum) {
                Number::None => None,
                number => Some(number.as_f64()),
            };
            Point { value, count: sum.count }
        };
        let others = |columns: &[usize]| columns.len() > 1;
        let series_of = |(at, columns): (usize, &Vec<usize>)| Series {
            name: match columns.as_slice() {
                [] => crate::locale::text(&of.measure.label),
                [column] => column_titles.get(*column).cloned().unwrap_or_default(),
                many => tr!("{n} others", n = many.len()),
            },
            hue: (!others(columns)).then_some(at),
            points: steps.iter().map(|rows| point(rows, columns)).collect(),
        };
        let graph = Graph {
            steps: steps.iter().map(&step).collect(),
            series: series.iter().enumerate().map(series_of).collect(),
            in_time,
            ..Graph::default()
        };
        let rest = slices.last().is_some_and(|rows| rows.len() > 1);
        let pie = Graph {
            steps: slices.iter().map(&step).collect(),
            series: vec![Series {
                name: crate::locale::text(&of.measure.label),
                hue: (!rest).then_some(0),
                points: slices.iter().map(|rows| point(rows, &[])).collect(),
            }],
            ..Graph::default()
        };
        Answered { rows, columns, graph, pie, steps, series, slices, pivot, chart }
    }

    pub fn is_empty(&self) -> bool {
        self.pivot.total.count == 0
    }

    /// Whether parts make a whole: sums do, means do not.
    pub fn adds_up(&self) -> bool {
        matches!(self.pivot.measure.unit, Unit::Count | Unit::Money | Unit::Sum)
    }

    /// The question that opens a mark of the graph, or of the pie.
    pub fn drill(&self, (step, series): (usize, Option<usize>), of_pie: bool) -> Query {
        let pivot = self.chart.as_ref().unwrap_or(&self.pivot);
        let rows = if of_pie { &self.slices[step] } else { &self.steps[step] };
        let none = Vec::new();
        let columns = series.filter(|_| !of_pie).map_or(&none, |at| &self.series[at]);
        let one = |of: &[usize]| if let [only] = of { Some(*only) } else { None };
        let mut query = pivot.drill(one(rows), one(columns));
        let heads = |rows: &[usize]| rows.iter().filter_map(|row| pivot.rows[*row].head()).collect::<Vec<_>>();
        if let (true, Some(by)) = (rows.len() > 1, pivot.row_groups.first()) {
            query.facets.push(any_of(by, &heads(rows)));
        }
        if let (true, Some(by)) = (columns.len() > 1, &pivot.column_group) {
            query.facets.push(any_of(by, &columns.iter().map(|column| &pivot.columns[*column]).collect::<Vec<_>>()));
        }
        query
    }
}

fn named(name: String) -> Step {
    Step { label: name.clone(), name, note: None }
}

/// Records in any of these groups.
fn any_of(by: &GroupBy, heads: &[&Head]) -> Facet {
    let filters: Vec<String> = heads.iter().map(|head| format!("({})", by.filter(&head.value))).collect();
    let term = Term::new(tr!("{n} others", n = heads.len()), filters.join(" or "));
    Facet { about: by.field.label.to_string(), terms: vec![term] }
}

/// Each by itself, in its order; of more than so many the smallest together at the end.
fn together(all: &[usize], most: usize, size: impl Fn(usize) -> f64) -> Vec<Vec<usize>> {
    if all.len() <= most {
        return all.iter().map(|at| vec![*at]).collect();
    }
    let mut by_size = all.to_vec();
    by_size.sort_by_key(|at| Reverse((size(*at) * 100.0) as i64));
    let kept = &by_size[..most - 1];
    let mut out: Vec<Vec<usize>> = all.iter().filter(|at| kept.contains(at)).map(|at| vec![*at]).collect();
    out.push(all.iter().copied().filter(|at| !kept.contains(at)).collect());
    out
}
