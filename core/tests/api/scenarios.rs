//! The scenarios of the specification with known outcomes, through the workspace.

use crate::common::{Desk, own};
use chrono::{DateTime, Utc};
use satchel_core::{
    Command, DocId, Kind, Money, Percent, Value,
    record::{ActivityType, Opportunity, WonStatus},
    workspace::StageSet,
};

fn time(text: &str) -> DateTime<Utc> {
    text.parse().expect("a time")
}

fn look<T>(desk: &Desk, id: DocId, at: impl Fn(&Opportunity) -> T) -> T {
    at(&desk.ws.records().opportunities[&id])
}

/// Stage, status, probability.
fn stands(desk: &Desk, id: DocId) -> (String, WonStatus, Percent) {
    let records = desk.ws.records();
    let o = &records.opportunities[&id];
    (records.stage(o).map_or(String::new(), |s| s.name.clone()), records.won_status(o), records.probability(o))
}

fn standing(stage: &str, status: WonStatus, percent: i32) -> (String, WonStatus, Percent) {
    (stage.to_owned(), status, Percent::whole(percent))
}

fn won(desk: &Desk, id: DocId) {
    desk.run(Command::MarkWon { ids: vec![id] });
}

fn refused(desk: &Desk, command: Command) -> String {
    let before = desk.digest();
    let message = desk.ws.execute(command).expect_err("refused").to_string();
    assert_eq!(before, desk.digest());
    message
}

fn percent(value: i32) -> Value {
    Percent::whole(value).into()
}

#[test]
fn scenario_1_probable_turnover() {
    let desk = Desk::ann();
    let id = desk.add(&[
        ("name", "Desks".into()),
        ("expected_revenue", Money(100_000).into()),
        ("probability", percent(30)),
        ("recurring_revenue", Money(120_000).into()),
        ("recurring_plan", "Yearly".into()),
    ]);
    assert_eq!(desk.ws.records().prorated_revenue(&look(&desk, id, Clone::clone)).to_string(), "300.00");
    assert_eq!(look(&desk, id, Opportunity::recurring_revenue_monthly).to_string(), "100.00");
    desk.set(id, &[("probability", percent(50))]);
    assert_eq!(desk.ws.records().recurring_revenue_prorated(&look(&desk, id, Clone::clone)).to_string(), "50.00");
}

#[test]
fn scenario_2_lost_is_one_entry_of_the_history() {
    let desk = Desk::ann();
    let id = desk.add(&[("name", "Desks".into()), ("probability", percent(32))]);
    let reason = *desk.ws.records().lost_reasons.keys().next().expect("a reason");
    desk.run(Command::MarkLost { ids: vec![id], reason: Some(reason), note: "Too late".into() });
    assert_eq!(stands(&desk, id), standing("New", WonStatus::Lost, 0));
    assert_eq!(look(&desk, id, |o| o.standing.lost_reason()), Some(reason));
    assert!(!desk.ws.records().is_active(&look(&desk, id, Clone::clone)));
    let history = desk.ws.history(id).expect("history");
    assert_eq!((history.len(), history[0].label.as_str()), (2, "Mark lost"));
    let changed: Vec<&str> = history[0].changes.iter().map(|c| c.field.as_str()).collect();
    for field in ["won_status", "lost_reason", "probability", "note"] {
        assert!(changed.contains(&field), "{field} in {changed:?}");
    }
}

#[test]
fn scenario_3_the_first_won_stage_after_the_current_one() {
    let desk = Desk::ann();
    let make = |kind: Kind, fields: &[(&str, Value)]| {
        let id = desk.ws.new_id(kind);
        desk.run(Command::Create { id, fields: own(fields) });
        id
    };
    let team = make(Kind::Team, &[("name", "T1".into())]);
    let starting: Vec<DocId> = desk.ws.records().stages.keys().copied().collect();
    desk.run(Command::Trash { ids: starting });
    let stages = [
        ("T1 New", 1, 10, true),
        ("T1 second", 5, 40, true),
        ("T1 won", 70, 100, true),
        ("generic won", 30, 100, false),
    ];
    for (name, sequence, probability, of_team) in stages {
        let mut fields =
            vec![("name", name.into()), ("sequence", Value::Int(sequence)), ("probability", percent(probability))];
        fields.push(("is_won", (probability == 100).into()));
        fields.push(("teams", Value::Refs(of_team.then_some(team).into_iter().collect())));
        make(Kind::Stage, &fields);
    }
    let id = desk.add(&[("name", "Desks".into()), ("team", team.into())]);
    assert_eq!(stands(&desk, id).0, "T1 New");
    won(&desk, id);
    assert_eq!(stands(&desk, id), standing("generic won", WonStatus::Won, 100));
}

#[test]
fn scenario_4_what_won_means() {
    let desk = Desk::ann();
    let id = desk.add(&[("name", "Desks".into())]);
    desk.set(id, &[("probability", percent(100))]);
    assert_eq!(stands(&desk, id), standing("New", WonStatus::Pending, 100));
    won(&desk, id);
    let why = refused(&desk, Command::MarkLost { ids: vec![id], reason: None, note: String::new() });
    assert!(why.contains("is won"), "{why}");
    desk.set(id, &[("archived", true.into())]);
    assert_eq!(stands(&desk, id), standing("Won", WonStatus::Won, 100));
    let lower = Command::Set { id, fields: own(&[("probability", percent(75))]), seen: None };
    assert!(refused(&desk, lower).contains("is won"));
}

#[test]
fn scenario_5_back_from_lost() {
    let desk = Desk::ann();
    let id = desk.add(&[("name", "Desks".into()), ("probability", percent(55))]);
    let reason = desk.ws.records().lost_reasons.keys().next().copied();
    let lost = Command::MarkLost { ids: vec![id], reason, note: String::new() };
    desk.run(lost.clone());
    desk.set(id, &[("stage", desk.stage("Won").into())]);
    assert_eq!(stands(&desk, id), standing("Won", WonStatus::Won, 100));
    assert!(desk.ws.records().is_active(&look(&desk, id, Clone::clone)));

    let other = desk.add(&[("name", "Chairs".into())]);
    desk.run(Command::MarkLost { ids: vec![other], reason, note: String::new() });
    desk.run(Command::Restore { ids: vec![other] });
    assert_eq!(stands(&desk, other), standing("New", WonStatus::Pending, 10));
    assert_eq!(look(&desk, other, |o| o.standing.lost_reason()), None);
}

#[test]
fn scenario_6_dates() {
    let desk = Desk::ann();
    desk.clock.set(time("2026-11-06T10:00:00Z"));
    let id = desk.add(&[("name", "Desks".into())]);
    assert_eq!(look(&desk, id, |o| o.date_open), None);
    desk.clock.set(time("2026-11-23T10:00:00Z"));
    desk.set(id, &[("user", desk.ws.user().into())]);
    assert_eq!(look(&desk, id, |o| o.date_open), Some(time("2026-11-23T10:00:00Z")));
    assert_eq!(look(&desk, id, |o| o.standing.since), Some(time("2026-11-06T10:00:00Z")));
    desk.clock.set(time("2026-11-26T10:00:00Z"));
    won(&desk, id);
    assert_eq!(look(&desk, id, |o| o.standing.since), Some(time("2026-11-26T10:00:00Z")));
    assert_eq!(look(&desk, id, |o| o.standing.closed), Some(time("2026-11-26T10:00:00Z")));
}

#[test]
fn scenario_15_a_confirmed_order_never_lowers() {
    let desk = Desk::ann();
    let id = desk.add(&[("name", "Desks".into())]);
    desk.run(Command::OrderConfirmed { id, total: Money(20_000) });
    assert_eq!(look(&desk, id, |o| o.expected_revenue), Money(20_000));
    let smaller = desk.ws.execute(Command::OrderConfirmed { id, total: Money(15_000) }).expect("fine");
    assert_eq!((smaller.commit, look(&desk, id, |o| o.expected_revenue)), (None, Money(20_000)));
}

#[test]
fn guided_six_moves_on_by_itself_and_back_by_one_undo() {
    let desk = Desk::founded(StageSet::Guided);
    let on = desk.add(&[("name", "Desks".into())]);
    let id = desk.ws.new_id(Kind::Activity);
    desk.run(Command::AddActivity {
        on,
        id,
        kind: ActivityType::CALL,
        summary: "Offer".into(),
        note: String::new(),
        date_deadline: time("2026-11-12T10:00:00Z").date_naive(),
        user: None,
    });
    let outcome = desk.ws.execute(Command::ActivityDone { id, feedback: "Interested".into() }).expect("done");
    assert_eq!(outcome.notices, ["‘Desks’ moved to First Activity"]);
    assert_eq!(stands(&desk, on), standing("First Activity", WonStatus::Pending, 20));
    desk.ws.undo().expect("undone");
    assert_eq!(stands(&desk, on).0, "New");
    assert_eq!(look(&desk, on, |o| o.activities[0].done), None);
}

#[test]
fn bad_values_change_nothing() {
    let desk = Desk::ann();
    let id = desk.add(&[("name", "Desks".into())]);
    let set = |field: &str, value: Value| Command::Set { id, fields: own(&[(field, value)]), seen: None };
    let long = "x".repeat(65_537);
    assert!(refused(&desk, set("description", long.as_str().into())).contains("64 KB"));
    assert_eq!(
        refused(&desk, set("probability", percent(140))),
        "The probability of closing the deal should be between 0% and 100%"
    );
    let stranger = desk.ws.new_id(Kind::Stage);
    assert_eq!(refused(&desk, set("stage", stranger.into())), format!("Stage: there is no stage {stranger}"));
    assert!(refused(&desk, set("nonsense", "x".into())).contains("has no field ‘nonsense’"));
}
