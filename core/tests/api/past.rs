//! The pipeline as of a past day, and what changed between two days (spec §7).

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use satchel_core::{
    Command, DocId, Money, Percent, Storage, Value, Workspace,
    environment::fixed::environment,
    query::{
        Asker, Facet, Listing, Period, Query, Term,
        dashboard::Whose,
        past::{Changes, between, end_of, pivot_as_of},
        pivot::{Layout, pivot},
        reports::{Frame, missed_sales},
    },
};

use crate::common::{Desk, give, meet};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn moment(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn asker(desk: &Desk) -> Asker {
    Asker::new(desk.ws.environment(), desk.ws.user())
}

fn deal(desk: &Desk, name: &str, cents: i64) -> DocId {
    desk.add(&[("name", name.into()), ("expected_revenue", Money(cents).into())])
}

fn worth(desk: &Desk, id: DocId, cents: i64) {
    desk.set(id, &[("expected_revenue", Money(cents).into())]);
}

fn open() -> Query {
    with("won_status = pending")
}

fn with(filter: &str) -> Query {
    let facets = vec![Facet { about: "Custom".into(), terms: vec![Term::new(filter, filter)] }];
    Query { facets, ..Query::default() }
}

/// Count, expected and probable cents of what was open at the end of a day.
fn then(desk: &Desk, on: &str) -> (usize, i64, i64) {
    let (past, records) = (desk.ws.past().unwrap(), desk.ws.records());
    let sum = |measure: &str| {
        let layout = Layout::new(measure, &["stage"], None);
        let made = pivot_as_of(&records, &past, day(on), &open(), &layout, &asker(desk)).unwrap();
        // The slow way round: the records of then, asked as those of today are.
        let whole = past.records(&records, end_of(day(on), &asker(desk)));
        let again = pivot(&whole, Listing::Opportunities, &open(), &layout, &asker(desk)).unwrap();
        assert_eq!((&made.rows, made.total), (&again.rows, again.total));
        made.total
    };
    let expected = sum("expected_revenue");
    (expected.count, expected.sum, sum("prorated_revenue").sum)
}

fn changed(desk: &Desk, from: &str, to: &str) -> Changes {
    let (past, records) = (desk.ws.past().unwrap(), desk.ws.records());
    let changes = between(&records, &past, day(from), day(to), &Query::default(), &asker(desk)).unwrap();
    for (on, step) in [(from, &changes.start), (to, &changes.end)] {
        assert_eq!(then(desk, on), (step.ids.len(), step.expected.0, step.probable.0));
    }
    let sums = |amount: fn(&satchel_core::query::past::Step) -> i64| {
        let steps = changes.steps().map(|(_, step)| amount(step));
        (steps[..7].iter().sum::<i64>(), steps[7])
    };
    for (steps, end) in [sums(|s| s.expected.0), sums(|s| s.probable.0)] {
        assert_eq!(steps, end, "{changes:?}");
    }
    changes
}

#[test]
fn a_pipeline_is_told_day_by_day() {
    let ann = Desk::ann();
    ann.clock.set(moment("2026-10-01T23:59:59.999Z"));
    let id = deal(&ann, "Lamps", 100_000);
    ann.clock.set(moment("2026-10-05T00:00:00Z"));
    worth(&ann, id, 200_000);
    ann.clock.set(moment("2026-10-10T12:00:00Z"));
    ann.run(Command::MoveToStage { ids: vec![id], stage: ann.stage("Proposition") });
    assert_eq!(then(&ann, "2026-10-10").0, 1);
    ann.clock.set(moment("2026-10-20T12:00:00Z"));
    ann.run(Command::MarkWon { ids: vec![id] });
    ann.clock.set(moment("2026-11-12T12:00:00Z"));
    assert_eq!(then(&ann, "2026-09-30"), (0, 0, 0));
    assert_eq!(then(&ann, "2026-10-01"), (1, 100_000, 10_000));
    assert_eq!(then(&ann, "2026-10-04"), (1, 100_000, 10_000));
    assert_eq!(then(&ann, "2026-10-05"), (1, 200_000, 20_000));
    assert_eq!(then(&ann, "2026-10-10"), (1, 200_000, 140_000));
    assert_eq!(then(&ann, "2026-10-20"), (0, 0, 0));
    // In the trash and out of it.
    ann.run(Command::Trash { ids: vec![id] });
    assert_eq!(then(&ann, "2026-10-10").0, 1);
}

#[test]
fn a_day_ends_on_the_wall_of_who_asks() {
    let ann = Desk::in_zone(Tz::America__New_York);
    ann.clock.set(moment("2026-10-02T03:59:59Z"));
    deal(&ann, "Lamps", 100);
    ann.clock.set(moment("2026-10-02T04:00:00Z"));
    deal(&ann, "Bulbs", 100);
    assert_eq!(then(&ann, "2026-10-01").0, 1);
    assert_eq!(then(&ann, "2026-10-02").0, 2);
}

#[test]
fn every_step_of_the_waterfall() {
    let ann = Desk::ann();
    let made: Vec<DocId> = ["kept", "moved", "dearer", "won", "lost", "gone", "archived"]
        .into_iter()
        .map(|name| {
            ann.clock.set(moment("2026-10-01T09:00:00Z"));
            deal(&ann, name, 10_000)
        })
        .collect();
    let back = deal(&ann, "back", 5_000);
    ann.run(Command::MarkLost { ids: vec![back], reason: None, note: String::new() });
    ann.clock.set(moment("2026-10-15T09:00:00Z"));
    let stage = ann.stage("Proposition");
    ann.run(Command::MoveToStage { ids: vec![made[1]], stage });
    ann.set(made[2], &[("expected_revenue", Money(30_000).into()), ("stage", stage.into())]);
    ann.run(Command::MarkWon { ids: vec![made[3]] });
    ann.run(Command::MarkLost { ids: vec![made[4]], reason: None, note: String::new() });
    ann.run(Command::Trash { ids: vec![made[5]] });
    ann.set(made[6], &[("archived", true.into())]);
    ann.run(Command::Restore { ids: vec![back] });
    let fresh = deal(&ann, "new", 7_000);
    let quick = deal(&ann, "new and won", 9_000);
    ann.run(Command::MarkWon { ids: vec![quick] });
    let changes = changed(&ann, "2026-10-14", "2026-10-15");
    let ids = |of: &[DocId]| {
        let mut ids = of.to_vec();
        ids.sort();
        ids
    };
    let told = |step: &satchel_core::query::past::Step| ids(&step.ids);
    assert_eq!(told(&changes.start), ids(&made));
    assert_eq!(told(&changes.added), ids(&[back, fresh, quick]));
    assert_eq!(told(&changes.won), ids(&[made[3], quick]));
    assert_eq!(told(&changes.lost), [made[4]]);
    assert_eq!(told(&changes.removed), ids(&[made[5], made[6]]));
    assert_eq!(told(&changes.moved), ids(&[made[1], made[2]]));
    assert_eq!(told(&changes.revalued), [made[2]]);
    assert_eq!((changes.moved.expected, changes.moved.probable), (Money(0), Money(12_000)));
    assert_eq!((changes.revalued.expected, changes.revalued.probable), (Money(20_000), Money(14_000)));
    assert_eq!(changed(&ann, "2026-10-15", "2026-10-15").start.ids.len(), 5);
    assert_eq!(changed(&ann, "2026-09-01", "2026-10-15").start.ids.len(), 0);
}

#[test]
fn two_devices_tell_the_same_past_whatever_arrived_first() {
    let ann = Desk::ann();
    let bob = ann.admit("Bob Road", 2);
    let cid = ann.admit("Cid Lane", 3);
    let id = deal(&ann, "Lamps", 100);
    meet(&ann, &bob);
    meet(&ann, &cid);
    // At once, and Bob's clock is a week behind.
    ann.clock.set(moment("2026-11-13T12:00:00Z"));
    bob.clock.set(moment("2026-11-06T12:00:00Z"));
    worth(&ann, id, 300);
    worth(&ann, id, 400);
    worth(&bob, id, 500);
    bob.run(Command::MoveToStage { ids: vec![id], stage: bob.stage("Qualified") });
    give(&bob, &cid);
    give(&ann, &cid);
    meet(&ann, &bob);
    let days = ["2026-11-05", "2026-11-06", "2026-11-12", "2026-11-13", "2026-11-20"];
    let told: Vec<_> = days.iter().map(|on| then(&ann, on)).collect();
    for desk in [&bob, &cid] {
        desk.clock.set(moment("2026-11-13T12:00:00Z"));
        assert_eq!(days.iter().map(|on| then(desk, on)).collect::<Vec<_>>(), told);
    }
    let records = ann.ws.records();
    let shown = &records.opportunities[&id];
    assert_eq!(told[4], (1, shown.expected_revenue.0, records.prorated_revenue(shown).0), "now is as it is shown");
    // Bob claims to have done it before there was anything: it is told so.
    assert_eq!(told[1].0, 1);
}

#[test]
fn the_past_up_to_now_is_the_present() {
    let ann = Desk::ann();
    let me = ann.ws.user();
    let mut dice = 7u64;
    let mut throw = |sides: u64| {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (dice >> 33) % sides
    };
    let mut ids: Vec<DocId> = (0..12).map(|n| deal(&ann, "Deal", n * 1_000)).collect();
    let stages: Vec<DocId> = ann.ws.records().stages_of(None).iter().map(|s| s.id).collect();
    for round in 0..150 {
        ann.clock.advance(TimeDelta::hours(throw(30) as i64));
        let id = ids[throw(ids.len() as u64) as usize];
        let other = ids[throw(ids.len() as u64) as usize];
        let stage = stages[throw(stages.len() as u64) as usize];
        let field = |name: &str, value: Value| Command::Set { id, fields: vec![(name.to_owned(), value)], seen: None };
        let command = match throw(13) {
            0 => Command::MoveToStage { ids: vec![id], stage },
            1 => Command::MarkWon { ids: vec![id] },
            2 => Command::MarkLost { ids: vec![id], reason: None, note: String::new() },
            3 => Command::Restore { ids: vec![id] },
            4 => Command::Trash { ids: vec![id] },
            5 => Command::Merge { ids: vec![id, other], choices: Vec::new() },
            6 => field("archived", (throw(2) == 0).into()),
            7 => field("user", if throw(2) == 0 { me.into() } else { Value::Null }),
            8 => field("date_deadline", day("2027-01-31").into()),
            9 => field("probability", Percent::whole(throw(101) as i32).into()),
            10 => field("recurring_revenue", Money(throw(9_000) as i64).into()),
            11 => field("recurring_plan", "Yearly".into()),
            _ => field("expected_revenue", Money(throw(900_000) as i64).into()),
        };
        let _refused = ann.ws.execute(command);
        if round % 7 == 0 {
            let _nothing = ann.ws.undo();
        }
        if round % 31 == 0 {
            ids.push(deal(&ann, "More", 500));
        }
        if round % 10 != 0 {
            continue;
        }
        let (past, records) = (ann.ws.past().unwrap(), ann.ws.records());
        let today = asker(&ann).today;
        for measure in ["expected_revenue", "prorated_revenue", "recurring_revenue_monthly"] {
            let layout = Layout::new(measure, &["stage", "user"], Some("date_deadline"));
            for query in [Query::default(), Query { archived: true, ..Query::default() }] {
                let now = pivot(&records, Listing::Opportunities, &query, &layout, &asker(&ann)).unwrap();
                let told = pivot_as_of(&records, &past, today, &query, &layout, &asker(&ann)).unwrap();
                assert_eq!((told.rows, told.totals, told.total), (now.rows, now.totals, now.total), "round {round}");
            }
        }
    }
}

#[test]
fn before_an_import_it_was_as_the_import_left_it() {
    let ann = Desk::ann();
    let id = ann.add(&[
        ("name", "Lamps".into()),
        ("expected_revenue", Money(100).into()),
        ("create_date", moment("2026-03-01T00:00:00Z").into()),
        ("stage", ann.stage("Won").into()),
        ("date_closed", moment("2026-05-01T00:00:00Z").into()),
    ]);
    assert_eq!(then(&ann, "2026-02-28").0, 0);
    assert_eq!(then(&ann, "2026-03-01"), (1, 100, 0));
    assert_eq!(then(&ann, "2026-04-30"), (1, 100, 0));
    assert_eq!(then(&ann, "2026-05-01").0, 0);
    ann.clock.advance(TimeDelta::seconds(1));
    worth(&ann, id, 900);
    assert_eq!(then(&ann, "2026-03-01"), (1, 100, 0));
}

#[test]
fn the_past_survives_being_thrown_away() {
    let folder = tempfile::tempdir().unwrap();
    let storage = || Storage::Folder(folder.path().to_owned());
    let ann = Desk::ann();
    let bob = ann.admit_on("Bob Road", 2, storage());
    meet(&ann, &bob);
    ann.clock.set(moment("2026-10-01T12:00:00Z"));
    let id = deal(&ann, "Lamps", 100);
    ann.clock.set(moment("2026-10-02T12:00:00Z"));
    worth(&ann, id, 200);
    meet(&ann, &bob);
    let days = ["2026-09-30", "2026-10-01", "2026-10-02"];
    let told = |desk: &Desk| days.map(|on| then(desk, on));
    let wanted = [(0, 0, 0), (1, 100, 10), (1, 200, 20)];
    assert_eq!([told(&ann), told(&bob)], [wanted, wanted]);
    bob.ws.rebuild().unwrap();
    assert_eq!(told(&bob), wanted);
    let clock = bob.clock.clone();
    drop(bob);
    let again = Desk { ws: Workspace::open(storage(), environment(&clock, 9)).unwrap(), clock };
    assert_eq!(told(&again), wanted);
}

#[test]
fn a_damaged_past_is_noticed_and_made_again() {
    use redb::{ReadableDatabase, ReadableTable, TableDefinition};
    const PAST: TableDefinition<&[u8], &[u8]> = TableDefinition::new("fields");
    type Harm = fn(&redb::WriteTransaction);

    let harms: [(Harm, bool); 3] = [
        (|write| _ = write.open_table(PAST).unwrap().pop_last().unwrap(), true),
        (
            |write| {
                let mut table = write.open_table(PAST).unwrap();
                let (key, mut value) = {
                    let (key, value) = table.last().unwrap().unwrap();
                    (key.value().to_vec(), value.value().to_vec())
                };
                value[3] ^= 1;
                table.insert(key.as_slice(), value.as_slice()).unwrap();
            },
            true,
        ),
        // A table that is gone is made again by who opens the workspace.
        (|write| assert!(write.delete_table(PAST).unwrap()), false),
    ];
    for (harm, is_told) in harms {
        let folder = tempfile::tempdir().unwrap();
        let storage = || Storage::Folder(folder.path().to_owned());
        let ann = Desk::ann();
        let bob = ann.admit_on("Bob Road", 2, storage());
        let id = deal(&ann, "Lamps", 100);
        worth(&ann, id, 200);
        meet(&ann, &bob);
        let wanted = then(&bob, "2026-11-12");
        let clock = bob.clock.clone();
        drop(bob);
        let file = redb::Database::open(folder.path().join("workspace.satchel")).unwrap();
        let write = file.begin_write().unwrap();
        harm(&write);
        write.commit().unwrap();
        drop(file.begin_read().unwrap());
        drop(file);
        let again = Desk { ws: Workspace::open(storage(), environment(&clock, 9)).unwrap(), clock };
        let problems = again.ws.check().unwrap().problems;
        assert_eq!(problems.len(), usize::from(is_told), "{problems:?}");
        assert!(problems.iter().all(|p| p.starts_with("the log of fields")), "{problems:?}");
        // What cannot be read is made again by who asks, what is missing by who rebuilds.
        then(&again, "2026-11-12");
        again.ws.rebuild().unwrap();
        assert_eq!(then(&again, "2026-11-12"), wanted);
        assert!(again.ws.check().unwrap().problems.is_empty());
    }
}

#[test]
fn missed_sales_are_worth_what_they_were_when_they_were_lost() {
    let ann = Desk::ann();
    let id = deal(&ann, "Lamps", 500);
    ann.run(Command::MarkLost { ids: vec![id], reason: None, note: String::new() });
    ann.clock.advance(TimeDelta::minutes(1));
    worth(&ann, id, 900);
    let past = ann.ws.past().unwrap();
    assert_eq!(past.expected_when_lost(id), Some(Money(500)));
    let frame = Frame::new(Whose::All, Period::Month, day("2026-11-12"));
    let missed = missed_sales(&ann.ws.records(), frame, &asker(&ann), |id| past.expected_when_lost(id));
    assert_eq!((missed.total.count, missed.total.amount), (1, Money(500)));
    ann.run(Command::Restore { ids: vec![id] });
    assert_eq!(ann.ws.past().unwrap().expected_when_lost(id), None);
}
