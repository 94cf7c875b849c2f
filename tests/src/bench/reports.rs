//! Figures: dashboards, pivots, the past; over a year of work, five activities for every opportunity.

use std::time::Duration;

use chrono::Days;
use satchel_core::{
    Command, Money, Records,
    query::{
        Asker, Listing, Period, Query,
        dashboard::{Whose, dashboard, team_dashboard},
        past::{between, pivot_as_of},
        pivot::{Layout, pivot},
        reports::{Frame, activities, actual_vs_target, missed_sales, revenue, sales_cycle, win_loss},
    },
};

use super::{
    Row,
    local::{at_full_size, memory_of, set_city, spread},
    samples::{Samples, bytes, ratio, time},
    sized::Bench,
};

/// One pass over the records.
fn pass(records: &Records) -> Duration {
    let sum = |_| {
        let opportunities = records.opportunities.values();
        opportunities.map(|o| o.expected_revenue.0 + o.activities.len() as i64).sum::<i64>()
    };
    Samples::take(20, sum).median()
}

fn row(bench: &Bench, name: &'static str, took: Duration, floor: Duration, most: u64) -> Row {
    Row {
        name,
        measured: time(took),
        floor: format!("{} one pass over the records", time(floor)),
        ratio: Some(ratio(took, floor)),
        target: at_full_size(bench).then(|| (format!("≤ {most} ms"), took <= Duration::from_millis(most))),
    }
}

type Report<'a> = (&'static str, Box<dyn Fn(&Records) + 'a>);

/// Right after a change, as everything is worked out anew then.
pub fn dashboards(bench: &Bench) -> anyhow::Result<Vec<Row>> {
    let workspace = bench.busy()?;
    let asker = Asker::new(workspace.environment(), workspace.user());
    let now = workspace.environment().now();
    let (me, frame) = (Whose::User(workspace.user()), Frame::new(Whose::All, Period::Year, asker.today));
    let all: Vec<Report> = vec![
        ("my dashboard, after a change", Box::new(|r| drop(dashboard(r, me, &asker, now)))),
        ("dashboard of all, after a change", Box::new(|r| drop(dashboard(r, Whose::All, &asker, now)))),
        (
            "team dashboard, after a change",
            Box::new(|r| drop(team_dashboard(r, Whose::All, &asker, now, Period::Week, Period::Year))),
        ),
        ("win/loss of a year, after a change", Box::new(|r| drop(win_loss(r, frame, &asker)))),
        ("missed sales of a year, after a change", Box::new(|r| drop(missed_sales(r, frame, &asker, |_| None)))),
        ("sales cycle of a year, after a change", Box::new(|r| drop(sales_cycle(r, frame, &asker)))),
        ("actual against target, after a change", Box::new(|r| drop(actual_vs_target(r, frame, &asker)))),
        ("revenue of three years, after a change", Box::new(|r| drop(revenue(r, frame, 2, &asker)))),
        ("activities of a year, after a change", Box::new(|r| drop(activities(r, frame, &asker)))),
    ];
    let mut took: Vec<Vec<Duration>> = vec![Vec::new(); all.len()];
    // Other values than an earlier run in this folder left.
    let fresh = workspace.arrivals()? as usize;
    for (n, id) in spread(&workspace, 20).into_iter().enumerate() {
        workspace.execute(set_city(id, fresh + n))?;
        let records = workspace.records();
        for ((_, work), took) in all.iter().zip(&mut took) {
            took.push(Samples::take(1, |_| work(&records)).median());
        }
    }
    let floor = pass(&workspace.records());
    let rows = all.iter().zip(took).map(|((name, _), took)| row(bench, name, Samples::of(took).median(), floor, 16));
    Ok(rows.collect())
}

pub fn pivots(bench: &Bench) -> anyhow::Result<Vec<Row>> {
    let workspace = bench.busy()?;
    let records = workspace.records();
    let asker = Asker::new(workspace.environment(), workspace.user());
    let floor = pass(&records);
    let layouts = [
        ("pivot, by stage", Layout::new("prorated_revenue", &["stage"], None)),
        ("pivot, team and person by month", Layout::new("prorated_revenue", &["team", "user"], Some("date_deadline"))),
        ("pivot, source by tag", Layout::new("day_close", &["source"], Some("tags"))),
    ];
    let mut rows = Vec::new();
    for (name, layout) in layouts {
        let query = Query { archived: true, ..Query::default() };
        let once = |_| Ok(pivot(&records, Listing::Opportunities, &query, &layout, &asker)?);
        rows.push(row(bench, name, Samples::try_take(20, once)?.median(), floor, 50));
    }
    Ok(rows)
}

pub fn past(bench: &Bench) -> anyhow::Result<Vec<Row>> {
    let workspace = bench.busy()?;
    let asker = Asker::new(workspace.environment(), workspace.user());
    let first = Samples::try_take(1, |_| Ok(workspace.past()?))?.median();
    let records = workspace.records();
    let floor = pass(&records);
    let day = asker.today - Days::new(60);
    let layout = Layout::new("prorated_revenue", &["stage"], None);
    let told = Samples::try_take(10, |_| {
        let past = workspace.past()?;
        Ok(pivot_as_of(&records, &past, day, &Query::default(), &layout, &asker)?)
    })?;
    let changed = Samples::try_take(10, |_| {
        let past = workspace.past()?;
        Ok(between(&records, &past, day, asker.today, &Query::default(), &asker)?)
    })?;
    Ok(vec![
        Row {
            name: "the past, read once",
            measured: time(first),
            floor: format!("{} one pass over the records", time(floor)),
            ratio: Some(ratio(first, floor)),
            target: None,
        },
        row(bench, "pipeline as of a day", told.median(), floor, 200),
        row(bench, "changes between two days", changed.median(), floor, 200),
    ])
}

/// What the log of fields costs who writes, and who has asked for the past.
pub fn log_of_fields(bench: &Bench) -> anyhow::Result<Vec<Row>> {
    let raw = bench.raw()?;
    let (past, all, records) = (raw.past_bytes, raw.file_bytes, raw.documents.len() as u64);
    let folder = bench.imported_folder();
    let workspace = bench.imported()?;
    let (ids, fresh) = (spread(&workspace, 400), workspace.arrivals()? as usize);
    let worth = |n: usize| Command::Set {
        id: ids[n],
        fields: vec![("expected_revenue".into(), Money((1_000 + fresh + n) as i64).into())],
        seen: None,
    };
    let (mut kept, mut others) = (Vec::new(), Vec::new());
    for n in (0..ids.len() - 1).step_by(2) {
        kept.push(Samples::try_take(1, |_| Ok(workspace.execute(worth(n))?))?.median());
        others.push(Samples::try_take(1, |_| Ok(workspace.execute(set_city(ids[n + 1], fresh + n))?))?.median());
    }
    drop(workspace);
    let (kept, others) = (Samples::of(kept).median(), Samples::of(others).median());
    let (with, without) = (memory_of(&folder, "--opened-with-past")?.0, memory_of(&folder, "--opened")?.0);
    Ok(vec![
        Row {
            name: "one edit that the log of fields keeps",
            measured: time(kept),
            floor: format!("{} one that it does not", time(others)),
            ratio: Some(ratio(kept, others)),
            target: None,
        },
        Row {
            name: "the log of fields on disk, per record",
            measured: bytes(past / records),
            floor: format!("{} of the file", bytes(all / records)),
            ratio: Some(past as f64 / all as f64),
            target: None,
        },
        Row {
            name: "the past in memory",
            measured: bytes(with.saturating_sub(without)),
            floor: format!("{} of a process that has not asked for it", bytes(without)),
            ratio: Some(with.saturating_sub(without) as f64 / without as f64),
            target: None,
        },
    ])
}
