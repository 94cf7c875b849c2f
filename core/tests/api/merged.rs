//! What a person decides about records that were merged, or that two devices wrote at once; tags that become one; long chains.

use crate::common::{Desk, meet, own};
use satchel_core::{
    Command, DocId, Kind, Record, Records, Value, merge_preview,
    query::{Filter, ListQuery, Listing},
    record::{ActivityType, Contact, Merged, Note, WonStatus},
    workspace::StageSet,
};

fn merge(ids: &[DocId]) -> Command {
    Command::Merge { ids: ids.to_vec(), choices: Vec::new() }
}

/// Two opportunities merged by Ann, while Bob has not heard of it.
fn merged_while_bob_is_away(stages: StageSet) -> (Desk, Desk, DocId, DocId) {
    let ann = Desk::founded(stages);
    let bob = ann.admit("Bob Road", 2);
    let head = ann.add(&[("name", "Head".into())]);
    ann.clock.advance(chrono::TimeDelta::hours(1));
    let other = ann.add(&[("name", "Other".into())]);
    meet(&ann, &bob);
    ann.run(merge(&[head, other]));
    (ann, bob, head, other)
}

fn disputed(desk: &Desk) -> Vec<String> {
    desk.ws.conflicts(None).expect("conflicts").into_iter().map(|c| c.field).collect()
}

fn stage_of(desk: &Desk, id: DocId) -> String {
    let records = desk.ws.records();
    records.stage(&records.opportunities[&id]).map(|s| s.name.clone()).unwrap_or_default()
}

/// Carries out a command on Ann's device after Bob did his, and sees that nothing is asked any more on either.
fn decides(ann: &Desk, bob: &Desk, asked: &str, command: Command) {
    meet(ann, bob);
    assert_eq!(disputed(ann), [asked]);
    ann.run(command);
    assert_eq!(disputed(ann), [""; 0]);
    meet(ann, bob);
    assert_eq!(disputed(bob), [""; 0]);
    assert_eq!(ann.digest(), bob.digest());
}

#[test]
fn a_record_that_was_merged_asks_nobody_any_more() {
    let ann = Desk::ann();
    let bob = ann.admit("Bob Road", 2);
    let head = ann.add(&[("name", "Head".into())]);
    ann.clock.advance(chrono::TimeDelta::hours(1));
    let other = ann.add(&[("name", "Other".into())]);
    meet(&ann, &bob);
    ann.set(other, &[("city", "Ghent".into())]);
    bob.set(other, &[("city", "Bruges".into())]);
    meet(&ann, &bob);
    assert_eq!(disputed(&bob), ["city"]);
    ann.run(merge(&[head, other]));
    meet(&ann, &bob);
    for desk in [&ann, &bob] {
        assert!(desk.ws.records().disputed().is_empty());
        assert_eq!(disputed(desk), [""; 0]);
    }
}

#[test]
fn dragging_a_head_to_where_it_is_shown_decides_where_it_stands() {
    let (ann, bob, head, other) = merged_while_bob_is_away(StageSet::Standard);
    bob.run(Command::MarkLost { ids: vec![other], reason: None, note: String::new() });
    decides(&ann, &bob, "standing", Command::MoveToStage { ids: vec![head], stage: ann.stage("New") });
    assert_eq!(stage_of(&bob, head), "New");
    assert!(!bob.ws.records().opportunities[&head].standing.is_lost());
}

#[test]
fn taking_back_a_head_decides_that_it_is_neither_lost_nor_archived() {
    let (ann, bob, head, other) = merged_while_bob_is_away(StageSet::Standard);
    bob.run(Command::MarkLost { ids: vec![other], reason: None, note: String::new() });
    decides(&ann, &bob, "standing", Command::Restore { ids: vec![head] });
    let (ann, bob, head, other) = merged_while_bob_is_away(StageSet::Standard);
    bob.set(other, &[("archived", true.into())]);
    decides(&ann, &bob, "archived", Command::Restore { ids: vec![head] });
    assert!(!bob.ws.records().opportunities[&head].meta.archived);
    let (ann, bob, head, other) = merged_while_bob_is_away(StageSet::Standard);
    bob.set(other, &[("archived", true.into())]);
    decides(&ann, &bob, "archived", Command::MarkWon { ids: vec![head] });
    let (ann, bob, head, other) = merged_while_bob_is_away(StageSet::Standard);
    bob.set(other, &[("archived", true.into())]);
    let fields = own(&[("archived", true.into())]);
    decides(&ann, &bob, "archived", Command::Set { id: head, fields, seen: None });
    assert!(bob.ws.records().opportunities[&head].meta.archived);
}

#[test]
fn giving_a_field_the_value_that_is_shown_decides_it() {
    let ann = Desk::ann();
    let bob = ann.admit("Bob Road", 2);
    let deal = ann.add(&[("name", "Deal".into())]);
    meet(&ann, &bob);
    ann.set(deal, &[("name", "Ann's".into())]);
    bob.set(deal, &[("name", "Bob's".into())]);
    meet(&ann, &bob);
    let shown = ann.text(deal, "name");
    let fields = own(&[("name", shown.as_str().into())]);
    decides(&ann, &bob, "name", Command::Set { id: deal, fields, seen: None });
    assert_eq!(bob.text(deal, "name"), shown);

    for desk in [&ann, &bob] {
        let stage = if desk.ws.user() == ann.ws.user() { "Qualified" } else { "Proposition" };
        desk.run(Command::MoveToStage { ids: vec![deal], stage: desk.stage(stage) });
    }
    meet(&ann, &bob);
    let shown = stage_of(&ann, deal);
    decides(&ann, &bob, "standing", Command::MoveToStage { ids: vec![deal], stage: ann.stage(&shown) });
    assert_eq!(stage_of(&bob, deal), shown);
}

#[test]
fn a_rule_decides_nothing_that_people_are_asked() {
    let (ann, bob, head, other) = merged_while_bob_is_away(StageSet::Guided);
    let call = ann.ws.new_id(Kind::Activity);
    ann.run(Command::AddActivity {
        on: head,
        id: call,
        kind: ActivityType::CALL,
        summary: String::new(),
        note: String::new(),
        date_deadline: "2026-11-20".parse().unwrap(),
        user: None,
    });
    bob.run(Command::MoveToStage { ids: vec![other], stage: bob.stage("Quotation") });
    meet(&ann, &bob);
    ann.run(Command::ActivityDone { id: call, feedback: String::new() });
    assert_eq!((stage_of(&ann, head).as_str(), disputed(&ann)), ("New", vec!["standing".to_owned()]));
    decides(&ann, &bob, "standing", Command::Resolve { id: head, field: "standing".into(), choice: 1 });
    assert_eq!(stage_of(&bob, head), "Quotation");
}

#[test]
fn a_step_that_a_rule_takes_asks_nobody_about_what_was_agreed() {
    let (ann, bob, head, other) = merged_while_bob_is_away(StageSet::Guided);
    // Both gave it the same chances: nothing to ask.
    for (desk, id) in [(&ann, head), (&bob, other)] {
        desk.set(id, &[("probability", satchel_core::Percent::whole(40).into())]);
    }
    meet(&ann, &bob);
    assert_eq!(disputed(&ann), [""; 0]);
    let call = ann.ws.new_id(Kind::Activity);
    ann.run(Command::AddActivity {
        on: head,
        id: call,
        kind: ActivityType::CALL,
        summary: String::new(),
        note: String::new(),
        date_deadline: "2026-11-20".parse().unwrap(),
        user: None,
    });
    ann.run(Command::ActivityDone { id: call, feedback: String::new() });
    assert_eq!((stage_of(&ann, head).as_str(), disputed(&ann)), ("First Activity", Vec::new()));
}

#[test]
fn an_earlier_version_is_one_without_what_sets_gained_since() {
    let (ann, bob, head, other) = merged_while_bob_is_away(StageSet::Standard);
    let tag = bob.ws.new_id(Kind::Tag);
    bob.run(Command::Create { id: tag, fields: own(&[("name", "hot".into())]) });
    bob.set(other, &[("tags", Value::Refs(vec![tag])), ("phone", "2".into())]);
    meet(&ann, &bob);
    assert_eq!(ann.ws.records().opportunities[&head].tags, [tag]);
    let history = ann.ws.history(head).unwrap();
    let first = history.iter().find(|e| e.of == head && e.label.starts_with("Create")).unwrap().commit;
    decides(&ann, &bob, "phone", Command::RestoreVersion { id: head, commit: first });
    for desk in [&ann, &bob] {
        assert_eq!(desk.ws.records().opportunities[&head].tags, []);
    }
}

#[test]
fn the_head_is_the_one_that_was_shown_also_where_stages_were_merged() {
    let ann = Desk::ann();
    let further = ann.add(&[("name", "In Qualified".into()), ("stage", ann.stage("Qualified").into())]);
    let moved = ann.add(&[("name", "In New".into())]);
    ann.run(Command::MergeStages { ids: vec![ann.stage("New")], into: ann.stage("Proposition") });
    let shown = merge_preview(&ann.ws.records(), &[further, moved]).unwrap().order[0];
    ann.run(merge(&[further, moved]));
    assert_eq!((shown, ann.ws.records().head(further)), (moved, moved));
}

#[test]
fn tags_become_one_on_every_device_and_two_again() {
    let ann = Desk::ann();
    let bob = ann.admit("Bob Road", 2);
    let [vip, very, hot] = ["VIP", "Very important", "Hot"].map(|name| {
        let id = ann.ws.new_id(Kind::Tag);
        ann.run(Command::Create { id, fields: own(&[("name", name.into())]) });
        id
    });
    let one = ann.add(&[("name", "One".into()), ("tags", Value::Refs(vec![very, hot]))]);
    let both = ann.add(&[("name", "Both".into()), ("tags", Value::Refs(vec![vip, very]))]);
    meet(&ann, &bob);
    let plan = ann.ws.execute(merge(&[vip, very])).unwrap();
    assert_eq!(plan.label, "Merge tag Very important into VIP");
    // Bob has not heard of it.
    let late = bob.add(&[("name", "Late".into()), ("tags", Value::Refs(vec![very]))]);
    let person = bob.ws.new_id(Kind::Contact);
    bob.run(Command::Create { id: person, fields: own(&[("name", "Eve".into()), ("tags", Value::Refs(vec![very]))]) });
    meet(&ann, &bob);
    assert_eq!(ann.digest(), bob.digest());
    for desk in [&ann, &bob] {
        let records = desk.ws.records();
        let tags = |id: DocId| records.opportunities[&id].tags.clone();
        let mut shown = vec![vip, hot];
        shown.sort();
        assert_eq!((tags(one), tags(both), tags(late)), (shown, vec![vip], vec![vip]));
        assert_eq!(records.contacts[&person].tags, [vip]);
        assert!(!records.tags.contains_key(&very) && records.counts()["tags"] == 2);
        for filter in ["tags = VIP".to_owned(), "tags = Very important".to_owned(), format!("tags = {very}")] {
            let today = "2026-11-12".parse::<chrono::NaiveDate>().unwrap();
            let asked = Filter::parse(&records, Listing::Opportunities, &filter, today).unwrap();
            let query = ListQuery { filters: vec![asked], ..ListQuery::new(Listing::Opportunities, today) };
            assert_eq!(query.ids(&records).len(), 3, "{filter}");
        }
        drop(records);
        assert_eq!(disputed(desk), [""; 0]);
        assert_eq!(desk.ws.check().unwrap().problems, [""; 0]);
    }
    // What is written from now on is written with the one that stays.
    let next = bob.add(&[("name", "Next".into()), ("tags", Value::Refs(vec![very]))]);
    assert_eq!(bob.ws.records().opportunities[&next].tags, [vip]);
    bob.set(late, &[("tags", Value::Refs(Vec::new()))]);
    ann.ws.undo().unwrap();
    meet(&ann, &bob);
    for desk in [&ann, &bob] {
        let records = desk.ws.records();
        let tags = |id: DocId| records.opportunities[&id].tags.clone();
        let mut shown = vec![very, hot];
        shown.sort();
        assert_eq!((tags(one), tags(late), tags(next)), (shown, vec![], vec![vip]));
        assert_eq!((tags(both).len(), records.tags.len()), (2, 3));
    }
    let refused = |ids: &[DocId]| ann.ws.execute(merge(ids)).unwrap_err().to_string();
    assert!(refused(&[vip, vip]).contains("‘VIP’ alone cannot be merged"));
    assert!(refused(&[vip, one]).contains("only tags"));
}

#[test]
fn tags_merged_into_each_other_are_the_lowest() {
    let ann = Desk::ann();
    let bob = ann.admit("Bob Road", 2);
    let [a, b] = ["A", "B"].map(|name| {
        let id = ann.ws.new_id(Kind::Tag);
        ann.run(Command::Create { id, fields: own(&[("name", name.into())]) });
        id
    });
    let deal = ann.add(&[("name", "Deal".into()), ("tags", Value::Refs(vec![a, b]))]);
    meet(&ann, &bob);
    ann.run(merge(&[a, b]));
    bob.run(merge(&[b, a]));
    meet(&ann, &bob);
    for desk in [&ann, &bob] {
        assert_eq!(desk.ws.records().opportunities[&deal].tags, [a.min(b)]);
        assert_eq!(disputed(desk), [""; 0]);
    }
}

fn contact(number: u32, into: Option<u32>) -> Record {
    let id = |number: u32| DocId::new(Kind::Contact, i64::from(number), [0; 9]);
    let mut contact = Contact { name: format!("Contact {number}"), ..Contact::blank(id(number)) };
    contact.meta.merged = into.map(|into| Merged { into: id(into), changed: Vec::new() });
    let note = DocId::new(Kind::Note, i64::from(number), [0; 9]);
    contact.notes.push(Note { id: note, text: "Hello".into(), time: Default::default(), user: None });
    Record::Contact(contact)
}

#[test]
fn a_chain_of_five_thousand_and_a_ring_are_followed_once() {
    let mut records = Records::default();
    records.insert_all((0..5_000).map(|n| contact(n, Some(n + 1))));
    records.insert(contact(5_000, None));
    let shown: Vec<&Contact> = records.contacts.values().collect();
    assert_eq!((shown.len(), shown[0].name.as_str(), shown[0].notes.len()), (1, "Contact 5000", 5_001));
    records.insert(contact(5_000, Some(0)));
    let shown: Vec<&Contact> = records.contacts.values().collect();
    assert_eq!((shown.len(), shown[0].name.as_str(), shown[0].notes.len()), (1, "Contact 0", 5_001));
}

#[test]
fn what_is_merged_into_a_record_that_comes_later_is_shown_meanwhile_and_then_there() {
    let mut records = Records::default();
    records.insert(contact(1, Some(2)));
    records.insert(contact(2, Some(3)));
    let names =
        |records: &Records| records.contacts.values().map(|c| (c.name.clone(), c.notes.len())).collect::<Vec<_>>();
    assert_eq!(names(&records), [("Contact 2".to_owned(), 2)]);
    records.insert(contact(3, None));
    assert_eq!(names(&records), [("Contact 3".to_owned(), 3)]);
    records.insert(contact(2, None));
    assert_eq!(names(&records), [("Contact 2".to_owned(), 2), ("Contact 3".to_owned(), 1)]);
}

#[test]
fn a_contact_tells_how_many_opportunities_of_it_are_open() {
    let ann = Desk::ann();
    let acme = ann.ws.new_id(Kind::Contact);
    let idle = ann.ws.new_id(Kind::Contact);
    for (id, name) in [(acme, "Acme"), (idle, "Idle")] {
        ann.run(Command::Create { id, fields: own(&[("name", name.into())]) });
    }
    let deals = ["One", "Two", "Lost"].map(|name| ann.add(&[("name", name.into()), ("partner", acme.into())]));
    ann.add(&[("name", "Lead".into()), ("type", "lead".into()), ("partner", acme.into())]);
    ann.run(Command::MarkLost { ids: vec![deals[2]], reason: None, note: String::new() });
    let today = "2026-11-12".parse::<chrono::NaiveDate>().unwrap();
    let records = ann.ws.records();
    for (filter, expected) in [("opportunity_count = 2", acme), ("opportunity_count = 0", idle)] {
        let asked = Filter::parse(&records, Listing::Contacts, filter, today).unwrap();
        let query = ListQuery { filters: vec![asked], ..ListQuery::new(Listing::Contacts, today) };
        assert_eq!(query.ids(&records), [expected], "{filter}");
    }
    assert_eq!(records.won_status(&records.opportunities[&deals[0]]), WonStatus::Pending);
}

#[test]
fn a_team_works_with_leads_with_opportunities_or_with_both() {
    let ann = Desk::ann();
    let team = |name: &str, leads: bool, opportunities: bool| {
        let id = ann.ws.new_id(Kind::Team);
        let fields = [("use_leads", leads.into()), ("use_opportunities", opportunities.into()), ("name", name.into())];
        ann.ws.execute(Command::Create { id, fields: own(&fields) }).map(|_| id)
    };
    let (inside, field) = (team("Inside", true, false).unwrap(), team("Field", true, true).unwrap());
    assert!(team("Idle", false, false).unwrap_err().to_string().contains("leave one of them on"));
    let bob = ann.ws.new_id(Kind::User);
    ann.run(Command::Create { id: bob, fields: own(&[("name", "Bob".into()), ("team", field.into())]) });
    // What is made in a team without saying what it is.
    let kind_in = |team: DocId| {
        let id = ann.add(&[("name", "Call back".into()), ("team", team.into())]);
        (id, ann.text(id, "type"))
    };
    assert_eq!(kind_in(field).1, "opportunity");
    let (lead, kind) = kind_in(inside);
    assert_eq!(kind, "lead");
    // It becomes an opportunity with a salesperson of a team that has them.
    let convert = |users: Vec<DocId>| {
        ann.ws.execute(Command::Convert { ids: vec![lead], customer: Default::default(), users }).map(drop)
    };
    assert!(convert(Vec::new()).unwrap_err().to_string().contains("a team that has leads only"));
    convert(vec![bob]).unwrap();
    assert_eq!(
        (ann.text(lead, "type").as_str(), ann.ws.records().opportunities[&lead].team),
        ("opportunity", Some(field))
    );
    let fields = own(&[("use_leads", false.into())]);
    let refused = ann.ws.execute(Command::Set { id: inside, fields, seen: None }).unwrap_err().to_string();
    assert!(refused.contains("‘Inside’ works with leads"));
}
