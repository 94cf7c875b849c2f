//! Activity types, plans, what follows what is done (spec §3).

use chrono::{NaiveDate, TimeDelta};
use satchel_core::{
    Command, DocId, Kind, Message, Value,
    query::{Asker, ListQuery, Listing},
    record::{Activity, ActivityType},
    workspace::StageSet,
};

use crate::common::{Desk, meet, noon, own};

fn today() -> NaiveDate {
    noon().date_naive()
}

fn plan(desk: &Desk, on: DocId, kind: DocId, deadline: NaiveDate) -> DocId {
    let id = desk.ws.new_id(Kind::Activity);
    let (summary, note) = (String::new(), String::new());
    desk.run(Command::AddActivity { on, id, kind, summary, note, date_deadline: deadline, user: None });
    id
}

fn done(desk: &Desk, id: DocId) -> Vec<Message> {
    desk.ws.execute(Command::ActivityDone { id, feedback: String::new() }).expect("done").notices
}

fn open(desk: &Desk, record: DocId) -> Vec<Activity> {
    let mut open = desk.ws.records().opportunities[&record].activities.clone();
    open.retain(|a| a.done.is_none());
    open
}

fn create(desk: &Desk, kind: Kind, fields: &[(&str, Value)]) -> DocId {
    let id = desk.ws.new_id(kind);
    desk.run(Command::Create { id, fields: own(fields) });
    id
}

#[test]
fn built_in_types_are_the_same_everywhere_and_can_be_changed() {
    let ann = Desk::ann();
    let bob = ann.admit_manager("Bob Road", 2);
    let names = |desk: &Desk| -> Vec<String> {
        desk.ws.records().activity_types_in_order().iter().map(|t| t.name.clone()).collect()
    };
    assert_eq!(names(&ann), ["To-Do", "Email", "Call", "Meeting"]);
    ann.set(ActivityType::CALL, &[("delay", "2 weeks".into())]);
    bob.set(ActivityType::CALL, &[("name", "Phone call".into())]);
    meet(&ann, &bob);
    for desk in [&ann, &bob] {
        let records = desk.ws.records();
        let call = records.activity_type(ActivityType::CALL);
        assert_eq!((call.name.as_str(), call.delay.as_str(), call.icon.as_str()), ("Phone call", "2 weeks", "call"));
        assert_eq!(call.deadline(today(), None), today() + TimeDelta::days(14));
    }
    assert_eq!(ann.digest(), bob.digest());
    // Undone, it is what it was; it never goes away.
    ann.ws.undo().expect("undone");
    assert_eq!(ann.text(ActivityType::CALL, "delay"), "");
    assert_eq!(names(&ann), ["To-Do", "Email", "Phone call", "Meeting"]);
    let asker = Asker::from(today());
    assert_eq!(ListQuery::new(Listing::ActivityTypes, asker).ids(&ann.ws.records()).len(), 4);
    let soon = own(&[("delay", "soon".into())]);
    let refused = ann.ws.execute(Command::Set { id: ActivityType::CALL, fields: soon, seen: None });
    assert!(refused.unwrap_err().to_string().contains("5 days"));
}

#[test]
fn what_is_done_suggests_or_triggers_the_next() {
    let ann = Desk::ann();
    let bob = ann.admit("Bob Road", 2);
    let visit = create(
        &ann,
        Kind::ActivityType,
        &[
            ("name", "Visit".into()),
            ("summary", "See the site".into()),
            ("delay", "3 days".into()),
            ("delay_from", "previous deadline".into()),
        ],
    );
    let deal = ann.add(&[("name", "Lamps".into())]);
    ann.set(ActivityType::CALL, &[("next", visit.into())]);
    let call = plan(&ann, deal, ActivityType::CALL, today() - TimeDelta::days(1));
    assert_eq!(done(&ann, call), ["Next could be: Visit, 2026-11-14"]);
    assert!(open(&ann, deal).is_empty());
    assert_eq!(ann.ws.records().opportunities[&deal].activities[0].done_by, Some(ann.ws.user()));

    ann.set(ActivityType::CALL, &[("chaining", "trigger".into())]);
    let call = plan(&ann, deal, ActivityType::CALL, today());
    meet(&ann, &bob);
    // Done on two devices at once, the next one is planned once.
    done(&ann, call);
    done(&bob, call);
    meet(&ann, &bob);
    for desk in [&ann, &bob] {
        let next = open(desk, deal);
        assert_eq!(next.len(), 1);
        assert_eq!((next[0].kind, next[0].summary.as_str()), (visit, "See the site"));
        assert_eq!(next[0].date_deadline, today() + TimeDelta::days(3));
    }
}

#[test]
fn a_plan_is_applied_in_one_go_to_many() {
    let ann = Desk::ann();
    let plan = create(&ann, Kind::ActivityPlan, &[("name", "Welcome".into())]);
    for (at, (name, delay)) in
        [("Say hello", ""), ("Ask how it goes", "1 week"), ("Offer more", "2 months")].into_iter().enumerate()
    {
        let fields = [
            ("name", name.into()),
            ("plan", plan.into()),
            ("delay", delay.into()),
            ("sequence", Value::Int(at as i64)),
            ("type", ActivityType::CALL.into()),
        ];
        create(&ann, Kind::PlanStep, &fields);
    }
    let deals = [ann.add(&[("name", "Lamps".into())]), ann.add(&[("name", "Desks".into())])];
    let apply = || Command::ApplyPlan {
        plan,
        on: deals.to_vec(),
        id: ann.ws.new_id(Kind::Activity),
        from: today(),
        user: None,
    };
    ann.run(apply());
    for deal in deals {
        let days: Vec<i64> = open(&ann, deal).iter().map(|a| (a.date_deadline - today()).num_days()).collect();
        assert_eq!(days.iter().sum::<i64>(), 7 + 61, "{days:?}");
    }
    ann.ws.undo().expect("undone");
    assert!(open(&ann, deals[0]).is_empty());
    ann.run(apply());
    ann.run(apply());
    assert_eq!(open(&ann, deals[0]).len(), 6, "a second time is another plan");
    let all: Vec<DocId> = open(&ann, deals[0]).iter().map(|a| a.id).collect();
    let tomorrow = today() + TimeDelta::days(1);
    ann.run(Command::Reschedule { ids: all, date_deadline: tomorrow });
    assert!(open(&ann, deals[0]).iter().all(|a| a.date_deadline == tomorrow));
    let empty = create(&ann, Kind::ActivityPlan, &[("name", "Empty".into())]);
    let command = Command::ApplyPlan {
        plan: empty,
        on: deals.to_vec(),
        id: ann.ws.new_id(Kind::Activity),
        from: today(),
        user: None,
    };
    assert!(ann.ws.execute(command).unwrap_err().to_string().contains("no steps"));
}

#[test]
fn the_first_done_moves_a_guided_opportunity_once() {
    let ann = Desk::founded(StageSet::Guided);
    let deal = ann.add(&[("name", "Lamps".into())]);
    let [first, second] =
        [plan(&ann, deal, ActivityType::TODO, today()), plan(&ann, deal, ActivityType::TODO, today())];
    done(&ann, first);
    assert_eq!(ann.ws.records().opportunities[&deal].standing.stage, Some(ann.stage("First Activity")));
    ann.run(Command::MoveToStage { ids: vec![deal], stage: ann.stage("New") });
    done(&ann, second);
    assert_eq!(ann.ws.records().opportunities[&deal].standing.stage, Some(ann.stage("New")));
}
