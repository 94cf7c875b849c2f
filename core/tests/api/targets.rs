//! What people and teams are to reach in a month (spec §6): who sets it, and what two managers set at once.

use chrono::NaiveDate;
use satchel_core::{Command, DocId, Kind, Money, Value, members::Role, record::Measure};

use crate::common::{Desk, meet, own};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn set(whom: DocId, month: &str, measure: Measure, target: Value) -> Command {
    Command::SetTarget { whom, month: day(month), measure, target }
}

#[test]
fn a_target_is_set_changed_and_taken_away_and_its_history_tells_it() {
    let ann = Desk::ann();
    let me = ann.ws.user();
    let id = ann.ws.target_id(me, day("2026-11-30"), Measure::Won);
    ann.run(set(me, "2026-11-17", Measure::Won, Value::Money(Money(6_000_000))));
    {
        let records = ann.ws.records();
        let target = &records.targets[&id];
        assert_eq!((target.user, target.month, target.goal()), (Some(me), Some(day("2026-11-01")), Some(6_000_000)));
        assert_eq!(target.value(), Value::Money(Money(6_000_000)));
    }
    ann.run(set(me, "2026-11-01", Measure::Won, Value::Money(Money(7_000_000))));
    ann.run(set(me, "2026-11-01", Measure::Won, Value::Null));
    assert_eq!(ann.ws.records().targets[&id].goal(), None);
    let history = ann.ws.history(id).unwrap();
    let amounts: Vec<Value> = history
        .iter()
        .filter_map(|entry| entry.changes.iter().find(|c| c.field == "amount").map(|c| c.new.clone()))
        .collect();
    assert_eq!(amounts, [0, 7_000_000, 6_000_000].map(|cents| Value::Money(Money(cents))));
    assert_eq!(history[0].label, "Set target won 2026-11 of Ann Field");
    ann.ws.undo().unwrap();
    assert_eq!(ann.ws.records().targets[&id].goal(), Some(7_000_000));
}

#[test]
fn salespeople_set_no_targets_managers_do() {
    let ann = Desk::ann();
    let bob = ann.admit("Bob Road", 2);
    let whom = bob.ws.user();
    let wish = || set(whom, "2026-11-01", Measure::Done, Value::Int(80));
    let refused = bob.ws.execute(wish()).unwrap_err().to_string();
    assert!(refused.contains("managers"), "{refused}");
    ann.run(wish());
    meet(&ann, &bob);
    let id = bob.ws.target_id(whom, day("2026-11-01"), Measure::Done);
    for task in [
        Command::Set { id, fields: own(&[("count", Value::Int(1))]), seen: None },
        Command::Trash { ids: vec![id] },
        Command::Restore { ids: vec![id] },
    ] {
        assert!(bob.ws.execute(task).is_err());
    }
    ann.ws.set_role(whom, Role::Manager).unwrap();
    meet(&ann, &bob);
    bob.run(set(whom, "2026-11-01", Measure::Done, Value::Int(90)));
    assert_eq!(bob.ws.records().targets[&id].goal(), Some(90));
}

#[test]
fn what_two_managers_set_at_once_is_one_target_and_one_question() {
    let ann = Desk::ann();
    let bob = ann.admit("Bob Road", 2);
    ann.ws.set_role(bob.ws.user(), Role::Manager).unwrap();
    meet(&ann, &bob);
    let whom = bob.ws.user();
    ann.run(set(whom, "2026-11-01", Measure::Won, Value::Money(Money(100))));
    bob.run(set(whom, "2026-11-30", Measure::Won, Value::Money(Money(200))));
    meet(&ann, &bob);
    assert_eq!(ann.digest(), bob.digest());
    for desk in [&ann, &bob] {
        let records = desk.ws.records();
        assert_eq!(records.targets.len(), 1);
        let target = records.targets.values().next().unwrap();
        assert_eq!(target.meta.conflicts, ["amount"]);
    }
}

#[test]
fn a_target_that_makes_no_sense_is_refused() {
    let ann = Desk::ann();
    let me = ann.ws.user();
    let refused = |command| ann.ws.execute(command).unwrap_err().to_string();
    assert!(refused(set(me, "2026-11-01", Measure::Won, Value::Int(5))).contains("takes an amount"));
    assert!(refused(set(me, "2026-11-01", Measure::Done, Value::Money(Money(5)))).contains("takes a number"));
    assert!(refused(set(me, "2026-11-01", Measure::Won, Value::Money(Money(-5)))).contains("below 0"));
    assert!(refused(set(ann.stage("New"), "2026-11-01", Measure::Won, Value::Null)).contains("not a user"));
    let id = ann.ws.new_id(Kind::Target);
    assert!(refused(Command::Create { id, fields: own(&[("name", "T".into())]) }).contains("set it there"));
    ann.run(set(me, "2026-11-01", Measure::Won, Value::Money(Money(5))));
    let id = ann.ws.target_id(me, day("2026-11-01"), Measure::Won);
    let moved = Command::Set { id, fields: own(&[("month", day("2026-12-01").into())]), seen: None };
    assert!(refused(moved).contains("stay as they are"));
}
