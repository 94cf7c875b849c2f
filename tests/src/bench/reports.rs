//! Figures: dashboards, pivots, the past.

use std::time::Duration;

use chrono::Days;
use satchel_core::{
    Records,
    query::{
        Asker, Listing, Period, Query,
        dashboard::{Whose, dashboard, team_dashboard},
        past::{between, pivot_as_of},
        pivot::{Layout, pivot},
        reports::{Frame, revenue, win_loss},
    },
};

use super::{
    Row,
    local::{at_full_size, set_city, spread},
    samples::{Samples, ratio, time},
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

/// Right after a change, as everything is worked out anew then.
pub fn dashboards(bench: &Bench) -> anyhow::Result<Vec<Row>> {
    let workspace = bench.imported()?;
    let ids = spread(&workspace, 20);
    let asker = Asker::new(workspace.environment(), workspace.user());
    let now = workspace.environment().now();
    let (mut mine, mut teams, mut closed, mut years) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let frame = Frame::new(Whose::All, Period::Year, asker.today);
    for (n, id) in ids.iter().enumerate() {
        workspace.execute(set_city(*id, n))?;
        let records = workspace.records();
        let once = |work: &mut dyn FnMut()| Samples::take(1, |_| work()).median();
        mine.push(once(&mut || drop(dashboard(&records, Whose::All, &asker, now))));
        let team = &mut || drop(team_dashboard(&records, Whose::All, &asker, now, Period::Week, Period::Year));
        teams.push(once(team));
        closed.push(once(&mut || drop(win_loss(&records, frame, &asker))));
        years.push(once(&mut || drop(revenue(&records, frame, 2, &asker))));
    }
    let median = |mut all: Vec<Duration>| {
        all.sort();
        all[all.len() / 2]
    };
    let floor = pass(&workspace.records());
    Ok(vec![
        row(bench, "dashboard of all, after a change", median(mine), floor, 16),
        row(bench, "team dashboard, after a change", median(teams), floor, 16),
        row(bench, "win/loss, after a change", median(closed), floor, 16),
        row(bench, "revenue of three years, after a change", median(years), floor, 16),
    ])
}

pub fn pivots(bench: &Bench) -> anyhow::Result<Vec<Row>> {
    let workspace = bench.imported()?;
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
    let workspace = bench.imported()?;
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
