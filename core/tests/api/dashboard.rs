//! The personal dashboard (spec §6): every figure by its definition, at its edges, and the same as what it opens.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use satchel_core::{
    Command, DocId, Kind, Money, Percent, Value,
    query::{
        Asker, Listing, Period, Term,
        dashboard::{Dashboard, Detail, Figure, Performance, ToDo, Whose, dashboard, due, meetings, team_dashboard},
    },
    record::{ActivityType, Measure},
    value::When,
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

/// Ann's dashboard now, each figure checked against the list that it opens.
fn mine(desk: &Desk) -> Dashboard {
    of(desk, Whose::User(desk.ws.user()))
}

fn of(desk: &Desk, whose: Whose) -> Dashboard {
    let (asker, now) = (asker(desk), desk.ws.environment().now());
    let records = desk.ws.records();
    let shown = dashboard(&records, whose, &asker, now);
    let overdue_or_today = shown.next_actions.overdue.count + shown.next_actions.today.count;
    assert_eq!(due(&records, whose, shown.today), overdue_or_today);
    let to_dos = |t: &ToDo| [t.today.clone(), t.next_days.clone(), t.overdue.clone()];
    let both = |p: &Performance| [p.this_month.clone(), p.last_month.clone()];
    let figures = [&shown.next_actions, &shown.closings].map(to_dos).concat();
    for figure in figures.into_iter().chain([&shown.done, &shown.won].map(both).concat()) {
        agrees(desk, &figure, |o| o.expected_revenue);
    }
    for figure in to_dos(&shown.meetings).iter().take(2) {
        let Detail::Calendar(from, to) = figure.detail else { panic!("meetings open the calendar") };
        assert_eq!(from, shown.today);
        assert_eq!(meetings(&records, whose, &asker, now, to).len(), figure.count);
    }
    shown
}

fn agrees(desk: &Desk, figure: &Figure, amount: impl Fn(&satchel_core::record::Opportunity) -> Money) {
    let records = desk.ws.records();
    let ids = figure.ids(&records, &asker(desk)).unwrap();
    assert_eq!(ids.len(), figure.count, "{:?}", figure.detail);
    if let Detail::List(Listing::Opportunities, _) = figure.detail {
        let sum: Money = ids.iter().map(|id| amount(&records.opportunities[id])).sum();
        assert_eq!(sum, figure.amount, "{:?}", figure.detail);
    }
}

fn counts(to_do: &ToDo) -> [usize; 3] {
    [to_do.today.count, to_do.next_days.count, to_do.overdue.count]
}

fn meeting(desk: &Desk, start: &str, user: DocId) {
    let when = When::between(moment(start), moment(start) + TimeDelta::hours(1), Tz::UTC).unwrap();
    let fields = own(&[("name", "Talk".into()), ("when", when.into()), ("user", user.into())]);
    desk.run(Command::Create { id: desk.ws.new_id(Kind::Meeting), fields });
}

fn act(desk: &Desk, on: DocId, date_deadline: &str, user: DocId) -> DocId {
    let id = desk.ws.new_id(Kind::Activity);
    let (summary, note) = (String::new(), String::new());
    let date_deadline = day(date_deadline);
    desk.run(Command::AddActivity { on, id, kind: ActivityType::CALL, summary, note, date_deadline, user: Some(user) });
    id
}

#[test]
fn nothing_at_all_is_said_to_be_new() {
    let ann = Desk::ann();
    let shown = mine(&ann);
    assert!(shown.is_new && shown.next_meeting.is_none());
    assert_eq!([counts(&shown.meetings), counts(&shown.next_actions), counts(&shown.closings)], [[0; 3]; 3]);
    let id = ann.add(&[("name", "First".into())]);
    assert!(!mine(&ann).is_new);
    ann.run(Command::Trash { ids: vec![id] });
    assert!(mine(&ann).is_new);
}

#[test]
fn meetings_count_from_the_minute_they_start() {
    let ann = Desk::ann();
    let me = ann.ws.user();
    let bob = ann.ws.new_id(Kind::User);
    ann.run(Command::Create { id: bob, fields: own(&[("name", "Bob".into())]) });
    meeting(&ann, "2026-11-12T11:59:00Z", me);
    meeting(&ann, "2026-11-12T12:00:00Z", me);
    meeting(&ann, "2026-11-12T23:59:00Z", me);
    meeting(&ann, "2026-11-13T00:00:00Z", me);
    meeting(&ann, "2026-11-19T23:59:00Z", me);
    meeting(&ann, "2026-11-20T00:00:00Z", me);
    meeting(&ann, "2026-11-12T13:00:00Z", bob);
    let shown = mine(&ann);
    assert_eq!(counts(&shown.meetings), [2, 4, 0]);
    assert!(shown.next_meeting.is_some());
    ann.clock.advance(TimeDelta::seconds(1));
    assert_eq!(counts(&mine(&ann).meetings), [1, 3, 0]);
    let all = When::days(day("2026-11-12"), day("2026-11-13")).unwrap();
    let fields = own(&[("name", "Fair".into()), ("when", all.into()), ("user", me.into())]);
    ann.run(Command::Create { id: ann.ws.new_id(Kind::Meeting), fields });
    assert_eq!(counts(&mine(&ann).meetings), [2, 4, 0]);
}

#[test]
fn next_actions_are_mine_and_to_be_done_in_the_next_seven_days() {
    let ann = Desk::ann();
    let me = ann.ws.user();
    let bob = ann.admit("Bob Road", 2).ws.user();
    let deal = ann.add(&[("name", "Deal".into())]);
    for due in ["2026-11-10", "2026-11-11", "2026-11-12", "2026-11-13", "2026-11-19", "2026-11-20"] {
        act(&ann, deal, due, me);
    }
    act(&ann, deal, "2026-11-12", bob);
    let done = act(&ann, deal, "2026-11-12", me);
    assert_eq!(counts(&mine(&ann).next_actions), [2, 4, 2]);
    ann.run(Command::ActivityDone { id: done, feedback: String::new() });
    assert_eq!(counts(&mine(&ann).next_actions), [1, 3, 2]);
    assert_eq!(counts(&of(&ann, Whose::User(bob)).next_actions), [1, 1, 0]);
    assert_eq!(counts(&of(&ann, Whose::All).next_actions), [2, 4, 2]);
    ann.run(Command::MarkLost { ids: vec![deal], reason: None, note: String::new() });
    assert_eq!(counts(&mine(&ann).next_actions), [0; 3]);
}

#[test]
fn expected_closings_are_of_open_opportunities() {
    let ann = Desk::ann();
    let me = ann.ws.user();
    let deal = |closing: &str, more: &[(&str, Value)]| {
        let mut fields = vec![
            ("name", Value::from("Deal")),
            ("user", me.into()),
            ("expected_revenue", Money(1_000).into()),
            ("date_deadline", day(closing).into()),
        ];
        fields.extend_from_slice(more);
        ann.add(&fields)
    };
    deal("2026-11-11", &[]);
    deal("2026-11-12", &[]);
    deal("2026-11-19", &[]);
    deal("2026-11-20", &[]);
    deal("2026-11-12", &[("type", "lead".into())]);
    deal("2026-11-12", &[("user", Value::Null)]);
    deal("2026-11-12", &[("archived", true.into())]);
    deal("2026-11-12", &[("stage", ann.stage("Won").into())]);
    let lost = deal("2026-11-11", &[]);
    ann.run(Command::MarkLost { ids: vec![lost], reason: None, note: String::new() });
    let shown = mine(&ann);
    assert_eq!(counts(&shown.closings), [1, 2, 1]);
    assert_eq!(shown.closings.next_days.amount, Money(2_000));
}

#[test]
fn performances_end_with_the_month_on_the_wall_of_who_asks() {
    let ann = Desk::in_zone(Tz::America__New_York);
    let me = ann.ws.user();
    let won = |name: &str, closed: &str| {
        ann.add(&[
            ("name", name.into()),
            ("user", me.into()),
            ("expected_revenue", Money(1_000).into()),
            ("stage", ann.stage("Won").into()),
            ("date_closed", moment(closed).into()),
        ])
    };
    // Midnight in New York is 04:00 UTC until 1 November 2026, 05:00 from then on.
    won("September", "2026-10-01T03:59:59Z");
    won("October begins", "2026-10-01T04:00:00Z");
    won("October ends", "2026-11-01T03:59:59Z");
    won("November", "2026-11-01T04:00:00Z");
    let last = won("now", "2026-11-12T12:00:00Z");
    won("December", "2026-12-01T05:00:00Z");
    let shown = mine(&ann);
    let of = |p: &Performance| (p.this_month.count, p.last_month.count);
    assert_eq!(of(&shown.won), (2, 2));
    assert_eq!(shown.won.this_month.amount, Money(2_000));
    assert_eq!((shown.won.target, shown.won.percent(), shown.won.reached()), (None, None, false));
    // Won and archived is still won.
    ann.set(last, &[("archived", true.into())]);
    assert_eq!(mine(&ann).won.this_month.count, 2);
    let target = |cents| Command::SetTarget {
        whom: me,
        month: day("2026-11-12"),
        measure: Measure::Won,
        target: Value::Money(Money(cents)),
    };
    ann.run(target(2_001));
    let shown = mine(&ann);
    assert_eq!((shown.won.target, shown.won.percent(), shown.won.reached()), (Some(2_001), Some(99), false));
    ann.run(target(2_000));
    let shown = mine(&ann);
    assert_eq!((shown.won.percent(), shown.won.reached()), (Some(100), true));
}

#[test]
fn activities_count_for_who_did_them_when_they_did() {
    let ann = Desk::ann();
    let me = ann.ws.user();
    let bob = ann.admit("Bob Road", 2).ws.user();
    let deal = ann.add(&[("name", "Deal".into())]);
    let customer = ann.ws.new_id(Kind::Contact);
    ann.run(Command::Create { id: customer, fields: own(&[("name", "Acme".into())]) });
    for (at, on) in [
        ("2026-09-30T23:59:59Z", deal),
        ("2026-10-01T00:00:00Z", deal),
        ("2026-10-31T23:59:59Z", customer),
        ("2026-11-01T00:00:00Z", customer),
        ("2026-11-12T12:00:00Z", deal),
    ] {
        ann.clock.set(moment(at));
        let id = act(&ann, on, "2026-12-24", bob);
        ann.run(Command::ActivityDone { id, feedback: String::new() });
    }
    let shown = mine(&ann);
    assert_eq!((shown.done.this_month.count, shown.done.last_month.count), (2, 2));
    let bobs = of(&ann, Whose::User(bob));
    assert_eq!((bobs.done.this_month.count, bobs.done.last_month.count), (0, 0));
    ann.run(Command::Trash { ids: vec![customer] });
    assert_eq!(mine(&ann).done.this_month.count, 1);
    // As a team's.
    let west = ann.ws.new_id(Kind::Team);
    ann.run(Command::Create { id: west, fields: own(&[("name", "West".into())]) });
    assert_eq!(of(&ann, Whose::Team(west)).done.this_month.count, 0);
    ann.run(Command::JoinTeam { team: west, users: vec![me] });
    assert_eq!(of(&ann, Whose::Team(west)).done.this_month.count, 1);
}

#[test]
fn a_team_has_the_target_set_for_it_or_its_members_together() {
    let ann = Desk::ann();
    let me = ann.ws.user();
    let bob = ann.admit("Bob Road", 2).ws.user();
    let west = ann.ws.new_id(Kind::Team);
    ann.run(Command::Create { id: west, fields: own(&[("name", "West".into())]) });
    ann.run(Command::JoinTeam { team: west, users: vec![me, bob] });
    let set = |whom, count| {
        let (month, target) = (day("2026-11-01"), Value::Int(count));
        ann.run(Command::SetTarget { whom, month, measure: Measure::Done, target });
    };
    set(me, 30);
    set(bob, 20);
    assert_eq!(of(&ann, Whose::Team(west)).done.target, Some(50));
    set(west, 60);
    assert_eq!(of(&ann, Whose::Team(west)).done.target, Some(60));
    assert_eq!(of(&ann, Whose::All).done.target, Some(60));
    assert_eq!(mine(&ann).done.target, Some(30));
}

#[test]
fn a_teams_dashboard_agrees_with_what_it_opens() {
    let ann = Desk::ann();
    let west = ann.ws.new_id(Kind::Team);
    ann.run(Command::Create {
        id: west,
        fields: own(&[("name", "West".into()), ("use_leads", true.into()), ("use_opportunities", true.into())]),
    });
    let deal = |closing: Option<&str>, more: &[(&str, Value)]| {
        let mut fields = vec![
            ("name", Value::from("Deal")),
            ("team", west.into()),
            ("expected_revenue", Money(1_001).into()),
            ("date_deadline", closing.map(day).into()),
        ];
        fields.extend_from_slice(more);
        ann.add(&fields)
    };
    deal(Some("2026-11-01"), &[]);
    deal(Some("2026-11-12"), &[("probability", Percent::whole(50).into())]);
    deal(Some("2026-11-30"), &[]);
    deal(Some("2026-12-01"), &[]);
    deal(None, &[]);
    deal(None, &[("type", "lead".into())]);
    deal(None, &[("type", "lead".into()), ("user", ann.ws.user().into()), ("team", west.into())]);
    deal(Some("2026-11-12"), &[("team", Value::Null)]);
    let (asker, now) = (asker(&ann), ann.ws.environment().now());
    for whose in [Whose::Team(west), Whose::All, Whose::User(ann.ws.user())] {
        let shown = team_dashboard(&ann.ws.records(), whose, &asker, now, Period::Week, Period::Month);
        let probable = |o: &satchel_core::record::Opportunity| ann.ws.records().prorated_revenue(o);
        agrees(&ann, &shown.open, probable);
        agrees(&ann, &shown.unassigned, |_| Money(0));
        agrees(&ann, &shown.overdue, |o| o.expected_revenue);
        for step in &shown.closings {
            agrees(&ann, &step.figure, probable);
        }
        assert_eq!((shown.closings[0].from, shown.closings[0].to), (day("2026-11-01"), day("2026-11-01")));
        assert_eq!(shown.closings.last().unwrap().to, day("2026-11-30"));
    }
    let shown = team_dashboard(&ann.ws.records(), Whose::Team(west), &asker, now, Period::Day, Period::Month);
    assert_eq!((shown.open.count, shown.unassigned.count, shown.overdue.count), (5, 1, 1));
    assert_eq!(shown.closings.len(), 30);
    assert_eq!(shown.closings[11].figure.amount, Money(501));
    assert!(matches!(&shown.open.detail, Detail::List(_, q) if q.has(&Term::new("Open", "won_status = pending"))));
}
