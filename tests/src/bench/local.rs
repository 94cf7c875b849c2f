//! On one device.

use std::{env, fs, path::Path, process, time::Duration};

use anyhow::{Context, ensure};
use satchel_core::{
    Command, DocId, Records, Storage, Workspace,
    environment::fixed::{FixedClock, environment},
    exchange,
    query::{
        Asker, Listing, Query, Term,
        board::{self, BoardView},
        search::{self, opportunities},
    },
};

use super::{
    Row, floor,
    samples::{Samples, bytes, ratio, time, timed},
    sized::Bench,
};

fn board_view(bench: &Bench, records: &Records, search: &str) -> BoardView {
    let query = Query { text: search.to_owned(), ..Query::default() };
    board::board(records, &query, &Asker::from(bench.today())).expect("words alone are never refused")
}

pub fn at_full_size(bench: &Bench) -> bool {
    bench.records >= 100_000
}

/// A target set for the full size only.
fn target(bench: &Bench, words: &str, met: bool) -> Option<(String, bool)> {
    at_full_size(bench).then(|| (words.to_owned(), met))
}

pub fn open(bench: &Bench) -> anyhow::Result<Vec<Row>> {
    let floor = floor::read_file(&bench.imported_folder())?.median();
    let samples = Samples::try_take(5, |_| {
        let workspace = bench.imported()?;
        let view = board_view(bench, &workspace.records(), "");
        ensure!(view.count > 0, "an empty board");
        Ok(workspace)
    })?;
    let took = samples.median();
    let ratio = ratio(took, floor);
    Ok(vec![Row {
        name: "open to first board",
        measured: time(took),
        floor: format!("{} reading the file", time(floor)),
        ratio: Some(ratio),
        target: target(bench, "≤ 1 s and ≤ 10×", took <= Duration::from_secs(1) && ratio <= 10.0),
    }])
}

/// Opportunities spread over all of them.
pub fn spread(workspace: &Workspace, count: usize) -> Vec<DocId> {
    let records = workspace.records();
    let step = (records.opportunities.len() / count).max(1);
    records.opportunities.keys().step_by(step).take(count).copied().collect()
}

pub fn set_city(id: DocId, n: usize) -> Command {
    Command::Set { id, fields: vec![("city".into(), format!("City {n}").into())], seen: None }
}

pub fn edit(bench: &Bench) -> anyhow::Result<Vec<Row>> {
    let raw = bench.raw()?;
    let documents = raw.documents.len() as u64;
    let workspace = bench.imported()?;
    // Other values than an earlier run in this folder left.
    let fresh = workspace.arrivals()? as usize;
    let before = workspace.vector();
    let ids = spread(&workspace, 200);
    let samples = Samples::try_take(ids.len(), |n| Ok(workspace.execute(set_city(ids[n], fresh + n))?))?;
    let (commits, _) = workspace.commits_beyond(&before, 0, usize::MAX)?;
    let commit = commits.iter().map(Vec::len).sum::<usize>() / commits.len().max(1);
    let document = raw.documents.iter().map(|d| d.len() as u64).sum::<u64>() / documents;
    let size = commit as u64 + document + raw.record_bytes / documents;
    drop(workspace);
    let floor = floor::durable_commits(&bench.imported_folder(), size as usize, 200)?.median();
    let took = samples.median();
    let ratio = ratio(took, floor);
    Ok(vec![Row {
        name: "one edit, durable",
        measured: format!("{} (p99 {})", time(took), time(samples.percentile(99))),
        floor: format!("{} one durable redb commit of {}", time(floor), bytes(size)),
        ratio: Some(ratio),
        target: target(bench, "≤ 2×", ratio <= 2.0),
    }])
}

pub fn board(bench: &Bench) -> anyhow::Result<Vec<Row>> {
    let workspace = bench.imported()?;
    let records = workspace.records();
    let took = Samples::take(20, |_| board_view(bench, &records, "")).median();
    let sum = |_| records.opportunities.values().map(|o| o.expected_revenue.0).sum::<i64>();
    let floor = Samples::take(20, sum).median();
    Ok(vec![Row {
        name: "board query",
        measured: time(took),
        floor: format!("{} summing one field of all", time(floor)),
        ratio: Some(ratio(took, floor)),
        target: None,
    }])
}

pub fn search(bench: &Bench) -> anyhow::Result<Vec<Row>> {
    let workspace = bench.imported()?;
    let ids = spread(&workspace, 60);
    let records = workspace.records();
    let typed: Vec<String> = ids
        .iter()
        .map(|id| records.name(*id).to_owned())
        .flat_map(|name| (1..=10).map(move |n| name.chars().take(n).collect::<String>()))
        .collect();
    let listed = Samples::take(typed.len(), |n| opportunities(&records, &typed[n], 50));
    let narrowed = Samples::take(typed.len(), |n| board_view(bench, &records, &typed[n]));
    let scan = |n: usize| records.opportunities.values().filter(|o| o.name.contains(&typed[n])).count();
    let floor = Samples::take(typed.len(), scan).percentile(99);
    let row = |name, samples: &Samples| {
        let p99 = samples.percentile(99);
        Row {
            name,
            measured: format!("{} p99 (median {})", time(p99), time(samples.median())),
            floor: format!("{} looking into all names", time(floor)),
            ratio: Some(ratio(p99, floor)),
            target: target(bench, "≤ 8 ms p99", p99 <= Duration::from_millis(8)),
        }
    };
    Ok(vec![row("search keystroke, first 50 found", &listed), row("search keystroke, board narrowed", &narrowed)])
}

/// Names with a letter left out, over all kinds; and words in notes.
pub fn find(bench: &Bench) -> anyhow::Result<Vec<Row>> {
    let workspace = bench.imported()?;
    let ids = spread(&workspace, 200);
    let records = workspace.records();
    let misspelt = |id: &DocId| {
        let word = records.name(*id).split_whitespace().max_by_key(|w| w.chars().count())?;
        let at = word.chars().count().checked_sub(2).filter(|at| *at >= 3)?;
        Some(word.chars().enumerate().filter(|(i, _)| *i != at).map(|(_, c)| c).collect::<String>())
    };
    let typed: Vec<String> = ids.iter().filter_map(misspelt).collect();
    ensure!(!typed.is_empty(), "no name is long enough to be misspelt");
    let near = Samples::take(typed.len(), |n| search::names(&records, &typed[n], 8));
    let notes = Samples::take(typed.len(), |n| search::notes(&records, &typed[n], 8));
    let scan = |n: usize| records.opportunities.values().filter(|o| o.name.contains(&typed[n])).count();
    let floor = Samples::take(typed.len(), scan).percentile(99);
    let row = |name, samples: &Samples, most: u64| {
        let p99 = samples.percentile(99);
        Row {
            name,
            measured: format!("{} p99 (median {})", time(p99), time(samples.median())),
            floor: format!("{} looking into all names", time(floor)),
            ratio: Some(ratio(p99, floor)),
            target: target(bench, &format!("≤ {most} ms p99"), p99 <= Duration::from_millis(most)),
        }
    };
    Ok(vec![row("misspelt name, all kinds", &near, 8), row("words in notes", &notes, 50)])
}

/// A facet added to the board, and a list grouped three levels deep.
pub fn facets(bench: &Bench) -> anyhow::Result<Vec<Row>> {
    let workspace = bench.imported()?;
    let records = workspace.records();
    let asker = Asker::new(workspace.environment(), workspace.user());
    let facets =
        ["user = me", "user is empty", "won_status = pending", "date_deadline < today", "partner.country = France"];
    let ask = |n: usize| {
        let mut query = Query::default();
        query.add("Custom", Term::new("", facets[n % facets.len()]));
        board::board(&records, &query, &asker).map(|view| view.count)
    };
    let changed = Samples::try_take(40, |n| Ok(ask(n)?))?;
    let by = |groups: &[&str]| Query { group_by: groups.iter().map(|g| (*g).to_owned()).collect(), ..Query::default() };
    let group = |query: &Query| Ok(query.ask(&records, Listing::Opportunities, &asker)?.groups(&records));
    let one = Samples::try_take(10, |_| group(&by(&["user"])))?.median();
    let three = Samples::try_take(5, |_| group(&by(&["user", "stage", "create_date:month"])))?.median();
    let sum = |_| records.opportunities.values().map(|o| o.expected_revenue.0).sum::<i64>();
    let floor = Samples::take(20, sum).median();
    let row = |name, took, measured| Row {
        name,
        measured,
        floor: format!("{} summing one field of all", time(floor)),
        ratio: Some(ratio(took, floor)),
        target: None,
    };
    let p99 = changed.percentile(99);
    Ok(vec![
        row("facet change, board", p99, format!("{} p99 (median {})", time(p99), time(changed.median()))),
        row("group by, one level", one, time(one)),
        row("group by, three levels", three, time(three)),
    ])
}

/// A file as a person would export it from elsewhere.
pub fn file(bench: &Bench) -> anyhow::Result<Vec<u8>> {
    let workspace = bench.imported()?;
    let records = workspace.records();
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record([
        "Opportunity ID",
        "Opportunity Name",
        "Account Name",
        "Stage",
        "Amount",
        "Close Date",
        "Opportunity Owner",
        "Email",
        "Lead Source",
        "Description",
    ])?;
    for (n, o) in records.opportunities.values().enumerate() {
        out.write_record([
            format!("OPP{n:07}").as_str(),
            &o.name,
            o.partner.map_or("", |p| records.name(p)),
            records.stage(o).map_or("", |s| &s.name),
            &o.expected_revenue.to_string(),
            &o.date_deadline.map(|d| d.to_string()).unwrap_or_default(),
            o.user.map_or("", |u| records.name(u)),
            &o.email_from,
            &o.source,
            &o.description,
        ])?;
    }
    Ok(out.into_inner()?)
}

pub fn import(bench: &Bench) -> anyhow::Result<Vec<Row>> {
    let file = file(bench)?;
    let parse = || csv::Reader::from_reader(file.as_slice()).into_records().filter(Result::is_ok).count();
    let (rows, floor) = timed(parse);
    ensure!(rows == bench.records, "{rows} rows");
    let workspace = bench.found(Storage::Folder(bench.folder("import")))?;
    let (report, took) = timed(|| {
        let draft = exchange::import::read(vec![("opportunities.csv".into(), file.clone())], None)?;
        draft.run(&workspace, false, &mut |_, _| {})
    });
    let report = report?;
    let created: usize = report.files.iter().map(|f| f.created).sum();
    ensure!(created == rows, "{created} of {rows} rows created");
    let per_second = |took: Duration| rows as f64 / took.as_secs_f64();
    Ok(vec![Row {
        name: "import of a CSV file",
        measured: format!("{:.0} rows/s ({})", per_second(took), time(took)),
        floor: format!("{:.0} rows/s parsing the file", per_second(floor)),
        ratio: Some(ratio(took, floor)),
        target: None,
    }])
}

pub fn memory(bench: &Bench) -> anyhow::Result<Vec<Row>> {
    let record_bytes = bench.raw()?.record_bytes;
    let (now, peak) = memory_of(&bench.imported_folder(), "--opened")?;
    Ok(vec![Row {
        name: "memory of a process that has it open",
        measured: format!("{} (peak {})", bytes(now), bytes(peak)),
        floor: format!("{} of encoded records", bytes(record_bytes)),
        ratio: Some(now as f64 / record_bytes as f64),
        target: target(bench, "≤ 400 MB", now <= 400_000_000),
    }])
}

/// The memory in bytes of a process that has a workspace open: now and at its peak.
pub fn memory_of(folder: &Path, how: &str) -> anyhow::Result<(u64, u64)> {
    let output = process::Command::new(env::current_exe()?).arg(how).arg(folder).output()?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout)?;
    let mut figures = text.split_whitespace().map(str::parse::<u64>);
    let mut next = || anyhow::Ok(figures.next().context("two figures")?? * 1024);
    Ok((next()?, next()?))
}

/// Opens a workspace and its first board, its past too if so wished, and prints this process's memory in KB: now and at its peak.
pub fn opened_memory(folder: &Path, with_past: bool) -> anyhow::Result<()> {
    let clock = FixedClock::at(Default::default());
    let workspace = Workspace::open(Storage::Folder(folder.to_owned()), environment(&clock, 9))?;
    let today = workspace.environment().today();
    let view = board::board(&workspace.records(), &Query::default(), &Asker::from(today))?;
    let past = with_past.then(|| workspace.past()).transpose()?;
    let status = fs::read_to_string("/proc/self/status").context("memory is read from /proc, which is Linux's")?;
    let figure = |name: &str| {
        let line = status.lines().find(|l| l.starts_with(name)).context("a line of /proc/self/status")?;
        line.split_whitespace().nth(1).context("a figure").map(str::to_owned)
    };
    println!("{} {}", figure("VmRSS:")?, figure("VmHWM:")?);
    drop((view, past));
    Ok(())
}

pub fn disk(bench: &Bench) -> anyhow::Result<Vec<Row>> {
    let raw = bench.raw()?;
    let documents = raw.documents.len() as u64;
    let saved: u64 = raw.documents.iter().map(|d| d.len() as u64).sum();
    Ok(vec![Row {
        name: "bytes on disk per record, imported",
        measured: format!("{} (log {})", bytes(raw.file_bytes / documents), bytes(raw.log_bytes / documents)),
        floor: format!("{} of saved document", bytes(saved / documents)),
        ratio: Some(raw.file_bytes as f64 / saved as f64),
        target: None,
    }])
}
