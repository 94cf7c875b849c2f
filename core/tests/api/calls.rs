//! Phone calls and call lists, on one device and on two (spec §5, scenario 16).

use chrono::TimeDelta;
use satchel_core::{Command, DocId, Kind, Message, Value, command::CallStep, query::calls, record::Call};

use crate::common::{Desk, meet, noon, own};

fn call(desk: &Desk, name: &str, more: &[(&str, Value)]) -> DocId {
    let id = desk.ws.new_id(Kind::Call);
    let mut fields = own(&[("name", name.into())]);
    fields.extend(own(more));
    desk.run(Command::Create { id, fields });
    id
}

fn step(desk: &Desk, id: DocId, step: CallStep) -> Result<Vec<Message>, String> {
    desk.ws.execute(Command::Call { id, step }).map(|o| o.notices).map_err(|e| e.to_string())
}

fn missed(desk: &Desk, again: bool) -> CallStep {
    let again = again.then(|| noon() + TimeDelta::hours(1));
    CallStep::NotCalled { attempt: desk.ws.new_id(Kind::Attempt), again }
}

fn now(desk: &Desk, id: DocId) -> Call {
    desk.ws.records().calls[&id].clone()
}

#[test]
fn scenario_16_called_reopened_not_called() {
    let ann = Desk::ann();
    let id = call(&ann, "Ring Bob", &[]);
    assert_eq!((now(&ann, id).state.as_str(), now(&ann, id).direction.as_str()), ("to call", "outgoing"));
    ann.clock.advance(TimeDelta::minutes(7));
    step(&ann, id, CallStep::Called { minutes: None }).expect("called");
    assert_eq!(
        (now(&ann, id).state.as_str(), now(&ann, id).minutes(), now(&ann, id).done_by),
        ("called", 7, Some(ann.ws.user()))
    );
    assert!(step(&ann, id, missed(&ann, false)).unwrap_err().contains("reopen"));
    step(&ann, id, CallStep::Reopen).expect("reopened");
    assert_eq!((now(&ann, id).duration, now(&ann, id).attempts()), (Some(0), 0));
    step(&ann, id, missed(&ann, false)).expect("not called");
    assert_eq!((now(&ann, id).state.as_str(), now(&ann, id).attempts()), ("not called", 1));
    assert!(step(&ann, id, missed(&ann, false)).is_err(), "only what is to be called");
    step(&ann, id, CallStep::Reopen).expect("reopened");
    step(&ann, id, CallStep::Called { minutes: Some(12) }).expect("called");
    assert_eq!(now(&ann, id).minutes(), 12);
}

#[test]
fn attempts_of_two_operators_add_up_and_many_suggest_to_cancel() {
    let ann = Desk::ann();
    let id = call(&ann, "Ring Bob", &[]);
    let bob = ann.admit("Bob Road", 2);
    for desk in [&ann, &bob] {
        step(desk, id, missed(desk, true)).expect("tried");
        step(desk, id, missed(desk, true)).expect("tried");
    }
    meet(&ann, &bob);
    assert_eq!((now(&ann, id).attempts(), now(&bob, id).attempts()), (4, 4));
    assert!(now(&ann, id).is_tried_too_often());
    assert!(ann.ws.records().disputed().is_empty(), "two who did the same do not disagree");
    assert!(step(&bob, id, missed(&bob, true)).expect("tried")[0].to_string().contains("cancelled"));
    bob.ws.undo().expect("undone");
    assert_eq!(now(&bob, id).attempts(), 4);
    step(&bob, id, CallStep::Cancel).expect("cancelled");
    assert_eq!(now(&bob, id).state, "cancelled");
}

#[test]
fn a_call_becomes_another_and_an_opportunity() {
    let ann = Desk::ann();
    let customer = ann.ws.new_id(Kind::Contact);
    ann.run(Command::Create { id: customer, fields: own(&[("name", "Carla".into())]) });
    let id = call(
        &ann,
        "Ring Carla",
        &[
            ("partner", customer.into()),
            ("phone", "+32 485 00 11 22".into()),
            ("priority", Value::Int(2)),
            ("description", "Wants lamps".into()),
        ],
    );
    let (new, deal) = (ann.ws.new_id(Kind::Call), ann.ws.new_id(Kind::Opportunity));
    ann.run(Command::CallToOpportunity { id, opportunity: deal });
    ann.run(Command::CallAgain { id, new, date: noon() + TimeDelta::days(1) });
    let again = now(&ann, new);
    assert_eq!(
        (again.partner, again.phone.as_str(), again.priority, again.opportunity),
        (Some(customer), "+32485001122", 2, Some(deal))
    );
    let records = ann.ws.records();
    let made = &records.opportunities[&deal];
    assert_eq!(
        (made.partner, made.phone.as_str(), made.description.as_str()),
        (Some(customer), "+32485001122", "Wants lamps")
    );
    drop(records);
    let twice = Command::CallToOpportunity { id, opportunity: ann.ws.new_id(Kind::Opportunity) };
    assert!(ann.ws.execute(twice).unwrap_err().to_string().contains("already"));
    let long = own(&[("phone", "1".repeat(200).into())]);
    assert!(ann.ws.execute(Command::Set { id, fields: long, seen: None }).unwrap_err().to_string().contains("digits"));
}

#[test]
fn a_queue_its_progress_and_doubles_made_apart() {
    let ann = Desk::ann();
    let list = ann.ws.new_id(Kind::CallList);
    ann.run(Command::Create { id: list, fields: own(&[("name", "Autumn".into()), ("script", "Good day".into())]) });
    let of = |name: &str, at: i64, priority: i64| {
        call(&ann, name, &[("list", list.into()), ("sequence", Value::Int(at)), ("priority", Value::Int(priority))])
    };
    let [first, second, urgent] = [of("First", 1, 0), of("Second", 2, 0), of("Urgent", 3, 3)];
    let bob = ann.admit("Bob Road", 2);
    let queue = |desk: &Desk, claimed: &dyn Fn(DocId) -> Option<DocId>| -> Vec<DocId> {
        let records = desk.ws.records();
        calls::queue(&records, list, desk.ws.user(), noon(), claimed).iter().map(|c| c.id).collect()
    };
    assert_eq!(queue(&ann, &|_| None), [urgent, first, second]);
    let by_bob = |id: DocId| (id == urgent).then(|| bob.ws.user());
    assert_eq!(queue(&ann, &by_bob), [first, second]);
    assert_eq!(queue(&bob, &by_bob), [urgent, first, second], "what one has oneself stays");
    let both = [ann.ws.user(), bob.ws.user()];
    assert_eq!(calls::arbiter(first, &both), calls::arbiter(first, &[both[1], both[0]]));

    step(&ann, first, missed(&ann, false)).expect("tried");
    for desk in [&ann, &bob] {
        step(desk, urgent, CallStep::Called { minutes: Some(3) }).expect("called");
    }
    meet(&ann, &bob);
    for desk in [&ann, &bob] {
        let records = desk.ws.records();
        assert_eq!(calls::doubles(&records, list).iter().map(|c| c.id).collect::<Vec<_>>(), [urgent]);
        let progress = calls::progress(&records, list);
        assert_eq!((progress.total, progress.to_call, progress.not_called, progress.called), (3, 1, 1, 1));
        assert_eq!((progress.attempts, progress.doubles), (1, 1));
    }
    assert_eq!(now(&ann, urgent).done_by, now(&bob, urgent).done_by, "one owner everywhere");
}
