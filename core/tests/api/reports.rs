//! Pivots and reports (spec §7): totals against plain loops over the files they came from, and every cell against what it opens.

use std::{collections::BTreeMap, path::PathBuf};

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use satchel_core::{
    Command, DocId, Kind, Money, Percent, Value,
    exchange::import,
    query::{
        Asker, Facet, Listing, Period, Query, Term,
        dashboard::{Figure, Whose},
        pivot::{Layout, Number, Pivot, pivot},
        reports::{
            Frame, Ratio, Won, activities, actual_vs_target, missed_sales, pipeline, revenue, sales_cycle, win_loss,
        },
    },
    record::{ActivityType, Measure, WonStatus},
};

use crate::common::{Desk, own};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn moment(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn asker(desk: &Desk) -> Asker {
    Asker::new(desk.ws.environment(), desk.ws.user())
}

fn all() -> Query {
    Query { archived: true, ..Query::default() }
}

fn with(filter: &str) -> Query {
    let facets = vec![Facet { about: "Custom".into(), terms: vec![Term::new(filter, filter)] }];
    Query { facets, archived: true, ..Query::default() }
}

fn quick(desk: &Desk, query: &Query, layout: &Layout) -> Pivot {
    pivot(&desk.ws.records(), Listing::Opportunities, query, layout, &asker(desk)).unwrap()
}

/// The pivot, every cell of it checked against the records that it opens.
fn table(desk: &Desk, query: &Query, layout: &Layout) -> Pivot {
    let records = desk.ws.records();
    let made = pivot(&records, Listing::Opportunities, query, layout, &asker(desk)).unwrap();
    let check = |row: Option<usize>, column: Option<usize>, cell: satchel_core::query::pivot::Cell| {
        let drill = made.drill(row, column);
        let ids = drill.ask(&records, Listing::Opportunities, &asker(desk)).unwrap().ids(&records);
        assert_eq!(ids.len(), cell.count, "{:?}", drill.filters());
        if layout.measure == "expected_revenue" {
            let sum: Money = ids.iter().map(|id| records.opportunities[id].expected_revenue).sum();
            assert_eq!(Number::Money(sum), made.number(&cell), "{:?}", drill.filters());
        }
    };
    check(None, None, made.total);
    for (at, row) in made.rows.iter().enumerate() {
        check(Some(at), None, row.total);
        for (column, cell) in row.cells.iter().enumerate() {
            check(Some(at), Some(column), *cell);
        }
    }
    for (column, cell) in made.totals.iter().enumerate() {
        check(None, Some(column), *cell);
    }
    made
}

/// Count and cents by what a row has in common; rows of nothing are left out.
fn sums(made: &Pivot) -> BTreeMap<String, (usize, i64)> {
    let rows = made.outer_rows().filter(|(_, row)| row.total.count > 0);
    rows.map(|(_, row)| (row.path[0].title.clone().unwrap_or_default(), (row.total.count, row.total.sum))).collect()
}

fn files(folder: &str, names: &[&str]) -> Option<Vec<(String, Vec<u8>)>> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/data").join(folder);
    let files = names.iter().map(|n| Some(((*n).to_owned(), std::fs::read(root.join(n)).ok()?)));
    let files: Option<Vec<_>> = files.collect();
    if files.is_none() {
        println!("skipped: {} is not here", root.display());
    }
    files
}

/// The rows of a CSV file by the names of its columns.
fn lines(bytes: &[u8]) -> Vec<BTreeMap<String, String>> {
    csv::Reader::from_reader(bytes).deserialize().map(|row| row.unwrap()).collect()
}

#[test]
fn maven_totals_are_those_of_the_files() {
    let names = ["sales_pipeline_half.csv", "accounts.csv", "products.csv", "sales_teams.csv"];
    let Some(files) = files("maven-crm", &names) else { return };
    let ann = Desk::ann();
    ann.clock.set(moment("2017-11-12T12:00:00Z"));
    import::read(files.clone(), None).unwrap().run(&ann.ws, false, &mut |_, _| {}).unwrap();
    let deals = lines(&files[0].1);
    let teams: BTreeMap<String, (String, String)> = lines(&files[3].1)
        .into_iter()
        .map(|row| (row["sales_agent"].clone(), (row["manager"].clone(), row["regional_office"].clone())))
        .collect();
    let mut by: BTreeMap<&str, BTreeMap<String, (usize, i64)>> = BTreeMap::new();
    let mut days: BTreeMap<String, (i64, i64)> = BTreeMap::new();
    let (mut won, mut lost) = (0, 0);
    for deal in &deals {
        match deal["deal_stage"].as_str() {
            "Won" => won += 1,
            "Lost" => lost += 1,
            _ => continue,
        }
        if deal["deal_stage"] != "Won" {
            continue;
        }
        let cents = deal["close_value"].parse::<i64>().unwrap() * 100;
        let (manager, region) = &teams[&deal["sales_agent"]];
        // One product's name is written without its space here.
        let product = deal["product"].replace("GTXPro", "GTX Pro");
        for (field, value) in [
            ("date_closed:month", deal["close_date"][..7].to_owned()),
            ("user", deal["sales_agent"].clone()),
            ("team.leader", manager.clone()),
            ("team.region", region.clone()),
            ("product", product),
            ("partner", deal["account"].clone()),
        ] {
            let sum = by.entry(field).or_default().entry(value).or_default();
            *sum = (sum.0 + 1, sum.1 + cents);
        }
        let took = (day(&deal["close_date"]) - day(&deal["engage_date"])).num_days();
        for key in [deal["close_date"][..7].to_owned(), "all".to_owned()] {
            let sum = days.entry(key).or_default();
            *sum = (sum.0 + took, sum.1 + 1);
        }
    }
    for (field, wanted) in &by {
        let layout = Layout::new("expected_revenue", &[field], None);
        // Cells of the few are opened; opening each of a hundred customers takes its time.
        let made = match wanted.len() < 20 {
            true => table(&ann, &with("won_status = won"), &layout),
            false => quick(&ann, &with("won_status = won"), &layout),
        };
        assert_eq!(&sums(&made), wanted, "{field}");
        assert_eq!((made.total.count, made.total.sum), (won, wanted.values().map(|v| v.1).sum()));
        let series = made.series();
        assert_eq!((series.len(), series[0].points.len()), (1, made.rows.len()));
    }
    // Months of regions, with people within: the same sums in cells.
    let layout = Layout::new("expected_revenue", &["team.region", "user"], Some("date_closed:quarter"));
    let made = quick(&ann, &with("won_status = won"), &layout);
    assert_eq!(made.columns.len(), 4);
    for (_, row) in made.outer_rows() {
        let title = row.path[0].title.clone().unwrap();
        assert_eq!((row.total.count, row.total.sum), by["team.region"][&title]);
        assert_eq!(row.cells.iter().map(|c| c.sum).sum::<i64>(), row.total.sum);
    }

    let records = ann.ws.records();
    let frame = Frame::new(Whose::All, Period::Year, day("2017-06-01"));
    let ratio = win_loss(&records, frame, &asker(&ann));
    assert_eq!((ratio.won.count, ratio.lost.count), (won, lost));
    assert_eq!(ratio.rate(Won::ByCount), Some(won as f64 / (won + lost) as f64));
    assert_eq!(ratio.ratio(Won::ByCount), Ratio::Ratio(won as f64 / lost as f64));
    assert_eq!(ratio.ratio(Won::ByAmount), Ratio::NoLosses, "what was lost is worth nothing in this file");
    let cycle = sales_cycle(&records, frame, &asker(&ann)).unwrap();
    let mean = |key: &str| days[key].0 as f64 / days[key].1 as f64;
    assert_eq!((cycle.days, cycle.days_before), (Some(mean("all")), None));
    for (_, row) in cycle.months.outer_rows() {
        let month = row.path[0].title.clone().unwrap();
        assert_eq!(cycle.months.number(&row.total), Number::Mean(mean(&month)));
    }
    let shown = revenue(&records, frame, 1, &asker(&ann)).unwrap();
    assert_eq!(shown.years, [2017, 2016]);
    for month in &shown.months {
        let wanted = by["date_closed:month"].get(&format!("2017-{:02}", month.month)).copied().unwrap_or_default();
        assert_eq!((month.cells[0].count, month.cells[0].sum), wanted);
        assert_eq!(month.cells[1].count, 0);
        let opened = shown.drill(0, month.month).unwrap();
        let opened = opened.ask(&records, Listing::Opportunities, &asker(&ann)).unwrap().ids(&records);
        assert_eq!(opened.len(), wanted.0);
    }
    let mut largest: Vec<(i64, String)> = by["partner"].iter().map(|(name, (_, sum))| (-sum, name.clone())).collect();
    largest.sort();
    let top: Vec<(i64, String)> =
        shown.customers.top(10).iter().map(|(_, row)| (-row.total.sum, row.path[0].title.clone().unwrap())).collect();
    assert_eq!(top, largest[..10]);
    assert_eq!(shown.people.top(5).len(), 5);
}

#[test]
fn salesforce_totals_are_those_of_the_files() {
    let names = ["Account.csv", "Contact.csv", "Opportunity.csv"];
    let Some(files) = files("crm-export/salesforce-devorg", &names) else { return };
    let ann = Desk::ann();
    import::read(files.clone(), None).unwrap().run(&ann.ws, false, &mut |_, _| {}).unwrap();
    let accounts: BTreeMap<String, String> =
        lines(&files[0].1).into_iter().map(|row| (row["Id"].clone(), row["Name"].clone())).collect();
    let mut by: BTreeMap<String, (usize, i64)> = BTreeMap::new();
    let mut of_month: BTreeMap<String, (usize, i64)> = BTreeMap::new();
    for deal in lines(&files[2].1).iter().filter(|deal| deal["IsWon"] == "TRUE") {
        let cents = (deal["Amount"].parse::<f64>().unwrap_or(0.0) * 100.0).round() as i64;
        let [month, _, year]: [&str; 3] = deal["CloseDate"].split('/').collect::<Vec<_>>().try_into().unwrap();
        let keys = [(&mut by, accounts[&deal["AccountId"]].clone()), (&mut of_month, format!("20{year}-{month}"))];
        for (sums, key) in keys {
            let sum = sums.entry(key).or_default();
            *sum = (sum.0 + 1, sum.1 + cents);
        }
    }
    assert!(!by.is_empty());
    for (field, wanted) in [("partner", &by), ("date_closed:month", &of_month)] {
        let made = table(&ann, &with("won_status = won"), &Layout::new("expected_revenue", &[field], None));
        assert_eq!(&sums(&made), wanted, "{field}");
    }
    let written = |text: &str| NaiveDate::parse_from_str(text, "%m/%d/%y").unwrap();
    let of_year: Vec<BTreeMap<String, String>> =
        lines(&files[2].1).into_iter().filter(|deal| written(&deal["CloseDate"]).year() == 2024).collect();
    let closed = |won: bool| {
        let closed = of_year.iter().filter(move |deal| deal["IsClosed"] == "TRUE" && (deal["IsWon"] == "TRUE") == won);
        closed.clone().fold((0, 0), |(count, cents): (usize, i64), deal| {
            (count + 1, cents + (deal["Amount"].parse::<f64>().unwrap_or(0.0) * 100.0).round() as i64)
        })
    };
    let records = ann.ws.records();
    let frame = Frame::new(Whose::All, Period::Year, day("2024-06-01"));
    let ratio = win_loss(&records, frame, &asker(&ann));
    let told = [&ratio.won, &ratio.lost].map(|figure| (figure.count, figure.amount.0));
    assert_eq!(told, [closed(true), closed(false)]);
    let [won, lost] = told;
    assert!(won.0 > 0 && lost.0 > 0, "{told:?}");
    assert_eq!(ratio.rate(Won::ByCount), Some(won.0 as f64 / (won.0 + lost.0) as f64));
    assert_eq!(ratio.ratio(Won::ByAmount), Ratio::Ratio(won.1 as f64 / lost.1 as f64));
    // The file says that all were created after they were closed: nothing takes less than no time.
    let days = of_year.iter().filter(|deal| deal["IsWon"] == "TRUE");
    let days = days.map(|deal| (written(&deal["CloseDate"]) - written(&deal["CreatedDate"])).num_days().max(0));
    let mean = days.clone().sum::<i64>() as f64 / days.count() as f64;
    assert_eq!(sales_cycle(&records, frame, &asker(&ann)).unwrap().days, Some(mean));
}

fn deal(desk: &Desk, fields: &[(&str, Value)]) -> DocId {
    let mut all = vec![("name", Value::from("Deal")), ("expected_revenue", Money(1_001).into())];
    all.extend_from_slice(fields);
    desk.add(&all)
}

fn tag(desk: &Desk, name: &str) -> DocId {
    let id = desk.ws.new_id(Kind::Tag);
    desk.run(Command::Create { id, fields: own(&[("name", name.into())]) });
    id
}

#[test]
fn every_cell_opens_what_it_counts() {
    let ann = Desk::ann();
    let me = ann.ws.user();
    let (hot, big) = (tag(&ann, "hot"), tag(&ann, "big"));
    let closing = |text: &str| Value::from(day(text));
    deal(&ann, &[("user", me.into()), ("tags", Value::Refs(vec![hot, big])), ("date_deadline", closing("2026-01-31"))]);
    deal(&ann, &[("tags", Value::Refs(vec![big])), ("date_deadline", closing("2026-04-01")), ("source", "Web".into())]);
    deal(&ann, &[("user", me.into()), ("source", "web".into()), ("probability", Percent::whole(50).into())]);
    deal(&ann, &[("stage", ann.stage("Won").into()), ("city", "Köln".into()), ("source", "Isn't, or is".into())]);
    let lost = deal(&ann, &[("date_deadline", closing("2026-01-01")), ("priority", 2.into())]);
    ann.run(Command::MarkLost { ids: vec![lost], reason: None, note: String::new() });
    deal(&ann, &[("type", "lead".into())]);
    let mut layouts = Vec::new();
    for measure in ["expected_revenue", "prorated_revenue", "count", "day_close", "probability"] {
        for rows in [&[][..], &["tags"], &["stage", "user"], &["date_deadline:month"], &["source", "tags"]] {
            for column in [None, Some("won_status"), Some("date_deadline:quarter"), Some("tags"), Some("city")] {
                layouts.push(Layout::new(measure, rows, column));
            }
        }
    }
    for query in [Query::default(), all(), with("user = me")] {
        for layout in &layouts {
            table(&ann, &query, layout);
        }
    }
    let by_tag = table(&ann, &all(), &Layout::new("expected_revenue", &["tags"], None));
    assert_eq!(sums(&by_tag)["big"].0 + sums(&by_tag)["hot"].0, 3);
    assert_eq!((by_tag.total.count, by_tag.total.sum), (5, 5_005), "what has two tags counts once in the total");
    let by_source = table(&ann, &all(), &Layout::new("count", &["source"], None));
    assert_eq!(by_source.rows.iter().map(|r| r.total.count).collect::<Vec<_>>(), [1, 2, 2]);
    let by_month = table(&ann, &all(), &Layout::new("count", &["date_deadline:month"], None));
    let months: Vec<_> = by_month.rows.iter().map(|r| r.path[0].title.clone().unwrap_or_default()).collect();
    assert_eq!(months, ["2026-01", "2026-02", "2026-03", "2026-04", ""], "no month is missing in between");
    let probable = table(&ann, &Query::default(), &Layout::default());
    assert_eq!(probable.number(&probable.total), Number::Money(Money(100 + 100 + 501 + 1_001)));
    let days = table(&ann, &with("won_status = pending"), &Layout::new("day_close", &["user"], None));
    assert_eq!(days.number(&days.total), Number::None, "the mean of nothing is nothing");
    let records = ann.ws.records();
    let refused = |layout: Layout| {
        pivot(&records, Listing::Opportunities, &all(), &layout, &asker(&ann)).unwrap_err().to_string()
    };
    assert!(refused(Layout::new("name", &[], None)).contains("is no measure"));
    assert!(refused(Layout::new("count", &["a"], None)).contains("no field"));
    assert!(refused(Layout::new("count", &["user", "team", "stage"], None)).contains("two row groups"));
}

fn agrees(desk: &Desk, figure: &Figure) {
    let records = desk.ws.records();
    let ids = figure.ids(&records, &asker(desk)).unwrap();
    assert_eq!(ids.len(), figure.count, "{:?}", figure.detail);
    let sum: Money = ids.iter().map(|id| records.opportunities[id].expected_revenue).sum();
    assert_eq!(sum, figure.amount, "{:?}", figure.detail);
}

#[test]
fn reports_of_nothing_divide_by_nothing() {
    let ann = Desk::ann();
    let frame = Frame::new(Whose::All, Period::Year, day("2026-11-12"));
    {
        let records = ann.ws.records();
        let closed = win_loss(&records, frame, &asker(&ann));
        assert_eq!((closed.ratio(Won::ByCount), closed.rate(Won::ByAmount)), (Ratio::Nothing, None));
        assert_eq!(sales_cycle(&records, frame, &asker(&ann)).unwrap().days, None);
        assert!(missed_sales(&records, frame, &asker(&ann), |_| None).by_reason.is_empty());
        assert_eq!(revenue(&records, frame, 2, &asker(&ann)).unwrap().total(0).count, 0);
        let reached = actual_vs_target(&records, frame, &asker(&ann));
        assert_eq!((reached.total.percent(), reached.lines.len()), (None, 0));
    }
    let won = |fields: &[(&str, Value)]| {
        let id = deal(&ann, fields);
        ann.run(Command::MarkWon { ids: vec![id] });
        id
    };
    won(&[]);
    let records = || ann.ws.records();
    assert_eq!(win_loss(&records(), frame, &asker(&ann)).ratio(Won::ByCount), Ratio::NoLosses);
    assert_eq!(sales_cycle(&records(), frame, &asker(&ann)).unwrap().days, Some(0.0));
    // Without a customer and a salesperson it counts, and is in no list of the largest.
    let shown = revenue(&records(), frame, 0, &asker(&ann)).unwrap();
    assert_eq!((shown.total(0).count, shown.customers.top(10).len()), (1, 0));
}

#[test]
fn missed_sales_tell_the_reasons_of_their_period() {
    let ann = Desk::ann();
    let reason = ann.ws.records().lost_reasons.keys().next().copied().unwrap();
    let lose = |amount: i64, reason, at: &str| {
        ann.clock.set(moment(at));
        let id = deal(&ann, &[("expected_revenue", Money(amount).into())]);
        ann.run(Command::MarkLost { ids: vec![id], reason, note: String::new() });
    };
    lose(100, Some(reason), "2026-10-31T23:59:59Z");
    lose(200, Some(reason), "2026-11-01T00:00:00Z");
    lose(300, None, "2026-11-12T12:00:00Z");
    lose(400, None, "2026-12-01T00:00:00Z");
    ann.clock.set(moment("2026-11-12T12:00:00Z"));
    let missed = |period, first| {
        let frame = Frame::new(Whose::All, period, day(first));
        let missed = missed_sales(&ann.ws.records(), frame, &asker(&ann), |_| None);
        missed.by_reason.iter().map(|(.., figure)| figure).chain([&missed.total]).for_each(|f| agrees(&ann, f));
        missed
    };
    let november = missed(Period::Month, "2026-11-12");
    assert_eq!((november.total.count, november.total.amount), (2, Money(500)));
    let reasons: Vec<_> = november.by_reason.iter().map(|(id, _, figure)| (*id, figure.amount)).collect();
    assert_eq!(reasons, [(Some(reason), Money(200)), (None, Money(300))]);
    assert_eq!(missed(Period::Month, "2026-10-01").total.amount, Money(100));
    assert_eq!(missed(Period::Quarter, "2026-11-12").total.amount, Money(1_000));
    assert_eq!(missed(Period::Year, "2026-11-12").total.count, 4);
    assert_eq!(missed(Period::Year, "2025-11-12").total.count, 0);
}

#[test]
fn targets_of_a_quarter_are_those_of_its_months() {
    let ann = Desk::ann();
    let me = ann.ws.user();
    let team = |name: &str| {
        let id = ann.ws.new_id(Kind::Team);
        ann.run(Command::Create { id, fields: own(&[("name", name.into())]) });
        id
    };
    let (west, _idle) = (team("West"), team("Idle"));
    ann.run(Command::JoinTeam { team: west, users: vec![me] });
    for (month, cents) in [("2026-09-01", 5), ("2026-10-01", 1_000), ("2026-12-31", 1_000)] {
        let (measure, target) = (Measure::Won, Value::Money(Money(cents)));
        ann.run(Command::SetTarget { whom: me, month: day(month), measure, target });
    }
    let id = deal(&ann, &[("user", me.into())]);
    ann.run(Command::MarkWon { ids: vec![id] });
    let reached = |whose| {
        let frame = Frame::new(whose, Period::Quarter, day("2026-11-12"));
        let reached = actual_vs_target(&ann.ws.records(), frame, &asker(&ann));
        reached.lines.iter().chain([&reached.total]).for_each(|line| agrees(&ann, &line.actual));
        reached
    };
    let all = reached(Whose::All);
    assert_eq!((all.total.target, all.total.percent()), (Some(2_000), Some(50)));
    assert_eq!(all.lines.iter().map(|l| (l.whose, l.percent())).collect::<Vec<_>>(), [(Whose::Team(west), Some(50))]);
    let of_west = reached(Whose::Team(west));
    assert_eq!(of_west.lines.iter().map(|l| l.name.as_str()).collect::<Vec<_>>(), ["Ann Field"]);
    assert_eq!(reached(Whose::User(me)).total.percent(), Some(50));
}

#[test]
fn activities_are_told_by_type_person_and_week() {
    let ann = Desk::ann();
    let me = ann.ws.user();
    let on = deal(&ann, &[]);
    for (at, kind) in [
        ("2026-11-01T00:00:00Z", ActivityType::CALL),
        ("2026-11-12T12:00:00Z", ActivityType::CALL),
        ("2026-11-12T12:00:00Z", ActivityType::EMAIL),
        ("2026-12-01T00:00:00Z", ActivityType::EMAIL),
    ] {
        ann.clock.set(moment(at));
        let id = ann.ws.new_id(Kind::Activity);
        let (summary, note, date_deadline) = (String::new(), String::new(), day("2026-11-12"));
        ann.run(Command::AddActivity { on, id, kind, summary, note, date_deadline, user: None });
        ann.run(Command::ActivityDone { id, feedback: String::new() });
    }
    ann.clock.set(moment("2026-11-12T12:00:00Z"));
    let records = ann.ws.records();
    let made =
        activities(&records, Frame::new(Whose::User(me), Period::Month, day("2026-11-12")), &asker(&ann)).unwrap();
    let rows: Vec<_> = made.outer_rows().map(|(_, r)| (r.path[0].title.clone().unwrap(), r.total.count)).collect();
    assert_eq!(rows, [("Call".to_owned(), 2), ("Email".to_owned(), 1)]);
    assert_eq!(
        made.columns.iter().map(|c| c.title.clone().unwrap()).collect::<Vec<_>>(),
        ["2026-W44", "2026-W45", "2026-W46"]
    );
    for (at, row) in made.rows.iter().enumerate() {
        let opened = made.drill(Some(at), None).ask(&records, Listing::Activities, &asker(&ann)).unwrap();
        assert_eq!(opened.ids(&records).len(), row.total.count);
    }
    let open = pipeline(&records, Whose::All, &Layout::new("count", &["stage"], None), &asker(&ann)).unwrap();
    assert_eq!(open.total.count, 1);
    assert!(records.opportunities.values().all(|o| records.won_status(o) == WonStatus::Pending));
}

#[test]
fn pages_are_workbooks_with_totals_and_what_was_asked_for() {
    use std::io::Cursor;

    use calamine::{Data, Reader, Xlsx};
    use satchel_core::exchange::pages::{Report, Wish, json, pages, xlsx};

    let ann = Desk::ann();
    let me = ann.ws.user();
    let won = deal(&ann, &[("user", me.into())]);
    ann.run(Command::MarkWon { ids: vec![won] });
    deal(&ann, &[("user", me.into()), ("date_deadline", day("2026-11-12").into())]);
    deal(&ann, &[("name", "=1+1".into())]);
    let records = ann.ws.records();
    let names = |id| records.name(id).to_owned();
    let (asker, now) = (asker(&ann), ann.ws.environment().now());
    for report in Report::ALL {
        let made = pages(&records, &Wish::new(report, &asker), &asker, now, |_| None).unwrap();
        for page in &made {
            let widths = page.rows.iter().map(|line| line.entries.len()).chain(page.total.iter().map(Vec::len));
            assert!(widths.into_iter().all(|width| width == page.columns.len()), "{report:?}: {}", page.name);
        }
        assert!(json(&made, &names).is_object());
        let bytes = xlsx(&made, &Wish::new(report, &asker).notes(&records, &asker), &names).unwrap();
        let book = Xlsx::new(Cursor::new(bytes)).unwrap();
        assert_eq!(book.sheet_names().len(), made.len() + 1, "{report:?}");
    }
    let mut wish = Wish::new(Report::Pipeline, &asker);
    wish.layout = Layout::new("expected_revenue", &["stage", "user"], Some("date_deadline:month"));
    let made = pages(&records, &wish, &asker, now, |_| None).unwrap();
    let mut book = Xlsx::new(Cursor::new(xlsx(&made, &wish.notes(&records, &asker), &names).unwrap())).unwrap();
    let sheet = book.worksheet_range("Pipeline").unwrap();
    let rows: Vec<Vec<String>> = sheet.rows().map(|row| row.iter().map(Data::to_string).collect()).collect();
    assert_eq!(rows[0], ["Stage / Salesperson", "2026-11", "–", "Count", "Expected revenue"]);
    assert_eq!(rows[1], ["New", "10.01", "10.01", "2", "20.02"]);
    assert_eq!(rows[2], ["Ann Field", "10.01", "0", "1", "10.01"]);
    assert_eq!(rows.last().unwrap(), &["Total", "10.01", "10.01", "2", "20.02"]);
    assert!(matches!(sheet.get_value((1, 1)), Some(Data::Float(_))), "numbers are numbers");
    let notes = book.worksheet_range("Filters").unwrap();
    assert!(notes.rows().any(|row| row[0].to_string().contains("2026-11-12")));
}
