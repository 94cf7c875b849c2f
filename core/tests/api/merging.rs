//! Records merged into one, also while a colleague is away; and what was decided since.

use crate::{
    common::{Desk, meet, own},
    people::{contact, lead, look, refused},
};
use satchel_core::{
    Command, DocId, Kind, Money, Percent, Value, merge_preview,
    query::search,
    record::{ActivityType, Opportunity, WonStatus},
};

fn merge(ids: &[DocId]) -> Command {
    Command::Merge { ids: ids.to_vec(), choices: Vec::new() }
}

// Scenario 7

#[test]
fn scenario_7_merge() {
    let desk = Desk::ann();
    let tags: Vec<DocId> = ["t0", "t1", "t2", "t3"]
        .map(|name| {
            let id = desk.ws.new_id(Kind::Tag);
            desk.run(Command::Create { id, fields: own(&[("name", name.into())]) });
            id
        })
        .to_vec();
    let some = |picked: &[usize]| Value::Refs(picked.iter().map(|n| tags[*n]).collect());
    let old = desk.add(&[
        ("name", "Older".into()),
        ("tags", some(&[0, 1, 2])),
        ("street", "Main".into()),
        ("description", "First".into()),
    ]);
    desk.clock.advance(chrono::TimeDelta::days(1));
    let new = desk.add(&[
        ("name", "Newer".into()),
        ("priority", Value::Int(2)),
        ("tags", some(&[0, 1, 3])),
        ("email_from", "a@b.com".into()),
        ("city", "Ghent".into()),
        ("zip", "9000".into()),
        ("description", "Second".into()),
    ]);
    let third =
        lead(&desk, &[("name", "Lead".into()), ("priority", Value::Int(1)), ("expected_revenue", Money(500).into())]);
    let call = desk.ws.new_id(Kind::Activity);
    desk.run(Command::AddActivity {
        on: new,
        id: call,
        kind: ActivityType::CALL,
        summary: "Ask".into(),
        note: String::new(),
        date_deadline: crate::common::noon().date_naive(),
        user: None,
    });
    let before = desk.ws.records().opportunities.clone();
    assert_eq!(merge_preview(&desk.ws.records(), &[third, new, old]).expect("a preview").order, [old, new, third]);
    desk.run(merge(&[third, new, old]));
    let o = look(&desk, old, Clone::clone);
    assert_eq!((o.name.as_str(), o.priority, o.tags.len()), ("Older", 2, 4));
    assert_eq!((o.email_from.as_str(), o.expected_revenue), ("a@b.com", Money(500)));
    assert_eq!(
        (o.street.as_str(), o.city.as_str(), o.zip.as_str()),
        ("", "Ghent", "9000"),
        "the fuller address, whole"
    );
    assert_eq!(o.description, "First\n\nSecond");
    assert_eq!(o.activities.len(), 1);
    assert_eq!(o.meta.merges.len(), 2);
    assert_eq!(desk.ws.records().opportunities.len(), 1, "the others show in it");
    let told = desk.ws.history(old).expect("history");
    assert_eq!(told[0].label, "Merge (3 records)");
    assert_eq!(told[0].changes.iter().filter(|c| c.field == "merged").count(), 2);
    assert!(told.iter().any(|e| e.label == "Schedule Call"));

    // What is done in the head to what lies in the others is done there.
    desk.run(Command::ActivityDone { id: call, feedback: "Yes".into() });
    assert!(look(&desk, old, |o| o.activities[0].done.is_some()));
    desk.ws.undo().expect("the activity");
    assert_eq!(desk.ws.check().expect("checked").problems, Vec::<String>::new());
    desk.ws.undo().expect("the merge");
    let strip = |all: &std::collections::BTreeMap<DocId, Opportunity>| -> Vec<Opportunity> {
        all.values().cloned().map(|o| Opportunity { meta: Default::default(), ..o }).collect()
    };
    assert_eq!(strip(&desk.ws.records().opportunities), strip(&before));
    desk.ws.redo().expect("again");
    assert_eq!(desk.ws.records().opportunities.len(), 1);
}

#[test]
fn what_may_not_be_merged_is_said() {
    let desk = Desk::ann();
    let ids: Vec<DocId> = (0..6).map(|n| desk.add(&[("name", format!("{n}").into())])).collect();
    let ann = contact(&desk, &[("name", "Ann".into())]);
    assert!(refused(&desk, merge(&ids[..1])).contains("one record alone cannot be merged"));
    assert!(refused(&desk, merge(&[ids[0], ids[0]])).contains("one record alone"));
    assert!(refused(&desk, merge(&[])).contains("choose two to five"));
    assert!(refused(&desk, merge(&ids)).contains("6 records are too many"));
    assert!(refused(&desk, merge(&[ids[0], ann])).contains("only leads and opportunities, or only contacts"));
    desk.run(Command::Trash { ids: vec![ids[1]] });
    assert!(refused(&desk, merge(&ids[..2])).contains("in the trash"));
    let stranger = Command::Merge { ids: vec![ids[0], ids[2]], choices: vec![("name".into(), ids[3])] };
    assert!(refused(&desk, stranger).contains("choose it from one of the records merged"));
}

#[test]
fn choices_go_before_the_rule() {
    let desk = Desk::ann();
    let a = desk.add(&[("name", "A".into()), ("city", "Ghent".into()), ("description", "One".into())]);
    let b = desk.add(&[
        ("name", "B".into()),
        ("city", "Bruges".into()),
        ("description", "Two".into()),
        ("probability", Percent::whole(5).into()),
    ]);
    let choices = ["name", "address", "description", "standing"].map(|field| (field.to_owned(), b)).to_vec();
    desk.run(Command::Merge { ids: vec![a, b], choices });
    assert_eq!(
        (desk.text(a, "name"), desk.text(a, "city"), desk.text(a, "description")),
        ("B".into(), "Bruges".into(), "Two".into())
    );
    assert_eq!(look(&desk, a, |o| o.standing.probability), Some(Percent::whole(5)));
}

/// Two opportunities merged by Ann, while Bob has not heard of it.
fn merged_while_bob_is_away() -> (Desk, Desk, DocId, DocId) {
    let ann = Desk::ann();
    let bob = ann.admit("Bob Road", 2);
    let head = ann.add(&[("name", "Head".into()), ("phone", "1".into())]);
    ann.clock.advance(chrono::TimeDelta::hours(1));
    let other = ann.add(&[("name", "Other".into()), ("phone", "1".into())]);
    meet(&ann, &bob);
    ann.run(merge(&[head, other]));
    (ann, bob, head, other)
}

#[test]
fn edits_that_arrive_later_for_a_merged_record_land_in_the_head() {
    let (ann, bob, head, other) = merged_while_bob_is_away();
    let tag = bob.ws.new_id(Kind::Tag);
    bob.run(Command::Create { id: tag, fields: own(&[("name", "hot".into())]) });
    bob.set(other, &[("phone", "2".into()), ("tags", Value::Refs(vec![tag]))]);
    bob.run(Command::MarkWon { ids: vec![other] });
    let note = bob.ws.new_id(Kind::Note);
    bob.run(Command::AddNote { on: other, id: note, text: "They called".into() });
    meet(&ann, &bob);
    assert_eq!(ann.digest(), bob.digest());
    for desk in [&ann, &bob] {
        let o = look(desk, head, Clone::clone);
        assert_eq!((o.tags.as_slice(), o.notes.len()), (&[tag][..], 1));
        let conflicts = desk.ws.conflicts(Some(head)).expect("conflicts");
        let mut fields: Vec<(&str, &str, &str)> =
            conflicts.iter().map(|c| (c.field.as_str(), c.value.text.as_str(), c.others[0].text.as_str())).collect();
        fields.sort();
        assert_eq!(fields, [("phone", "1", "2"), ("standing", "New", "Won")]);
        assert!(conflicts.iter().all(|c| c.others[0].user_name == "Bob Road"));
        assert!(!desk.ws.records().opportunities.contains_key(&other));
        assert!(desk.ws.history(head).expect("history").iter().any(|e| e.of == other && e.label == "Mark won"));
    }
    ann.run(Command::Resolve { id: head, field: "phone".into(), choice: 1 });
    bob.run(Command::Resolve { id: head, field: "standing".into(), choice: 1 });
    meet(&ann, &bob);
    for desk in [&ann, &bob] {
        assert_eq!(desk.ws.conflicts(None).expect("conflicts"), []);
        assert_eq!(desk.text(head, "phone"), "2");
        let records = desk.ws.records();
        assert_eq!(records.won_status(&records.opportunities[&head]), WonStatus::Won);
    }
    // What is decided stays so, whatever the head becomes.
    ann.set(head, &[("phone", "3".into()), ("tags", Value::Refs(Vec::new()))]);
    assert_eq!(ann.ws.conflicts(None).expect("conflicts"), []);
    assert_eq!(look(&ann, head, |o| o.tags.clone()), []);
    assert_eq!(ann.digest() == bob.digest(), {
        meet(&ann, &bob);
        false
    });
    assert_eq!(bob.ws.check().expect("checked").problems, Vec::<String>::new());
}

#[test]
fn a_person_who_gives_the_field_a_value_decides_too() {
    let (ann, bob, head, other) = merged_while_bob_is_away();
    bob.set(other, &[("phone", "2".into())]);
    meet(&ann, &bob);
    assert_eq!(ann.ws.conflicts(Some(head)).expect("conflicts").len(), 1);
    ann.set(head, &[("phone", "4".into())]);
    assert_eq!(ann.ws.conflicts(None).expect("conflicts"), []);
    // To the merged record, by its own id, the same.
    ann.set(other, &[("phone", "5".into())]);
    assert_eq!(ann.text(head, "phone"), "5");
    bob.set(other, &[("phone", "2".into())]);
    meet(&ann, &bob);
    let records = ann.ws.records();
    assert!(!records.opportunities.contains_key(&other));
}

#[test]
fn undoing_a_merge_shows_both_again_also_with_what_came_since() {
    let (ann, bob, head, other) = merged_while_bob_is_away();
    bob.set(other, &[("phone", "2".into())]);
    meet(&ann, &bob);
    ann.ws.undo().expect("undone");
    meet(&ann, &bob);
    for desk in [&ann, &bob] {
        assert_eq!((desk.text(head, "phone"), desk.text(other, "phone")), ("1".into(), "2".into()));
        assert_eq!(desk.ws.records().opportunities.len(), 2);
        assert_eq!(desk.ws.conflicts(None).expect("conflicts"), []);
    }
}

#[test]
fn merged_into_each_other_on_two_devices_the_lowest_is_the_head() {
    let ann = Desk::ann();
    let bob = ann.admit("Bob Road", 2);
    let a = ann.add(&[("name", "A".into())]);
    let b = ann.add(&[("name", "B".into())]);
    meet(&ann, &bob);
    ann.run(merge(&[a, b]));
    // On Bob's device B goes before A.
    bob.run(Command::MoveToStage { ids: vec![b], stage: bob.stage("Proposition") });
    bob.run(merge(&[a, b]));
    meet(&ann, &bob);
    assert_eq!(ann.digest(), bob.digest());
    for desk in [&ann, &bob] {
        assert_eq!(desk.ws.records().opportunities.keys().collect::<Vec<_>>(), [&a.min(b)]);
        assert_eq!(desk.ws.records().head(a.max(b)), a.min(b));
    }
}

#[test]
fn merged_alike_on_two_devices_is_merged_once() {
    let ann = Desk::ann();
    let bob = ann.admit("Bob Road", 2);
    let a = ann.add(&[("name", "A".into()), ("description", "One".into())]);
    ann.clock.advance(chrono::TimeDelta::hours(1));
    let b = ann.add(&[("name", "B".into()), ("email_from", "b@c.de".into()), ("description", "Two".into())]);
    meet(&ann, &bob);
    ann.run(merge(&[a, b]));
    bob.run(merge(&[a, b]));
    meet(&ann, &bob);
    assert_eq!(ann.digest(), bob.digest());
    assert_eq!((ann.text(a, "email_from"), ann.text(a, "description")), ("b@c.de".into(), "One\n\nTwo".into()));
    assert_eq!(ann.ws.conflicts(None).expect("conflicts"), []);
}

#[test]
fn references_to_a_merged_contact_are_to_its_head() {
    let ann = Desk::ann();
    let bob = ann.admit("Bob Road", 2);
    let acme = contact(&ann, &[("name", "Acme".into()), ("is_company", true.into()), ("city", "Ghent".into())]);
    let twin = contact(&ann, &[("name", "ACME Inc".into()), ("is_company", true.into())]);
    let person = contact(&ann, &[("name", "Eve".into()), ("parent", twin.into())]);
    let deal = ann.add(&[("name", "Deal".into()), ("partner", twin.into())]);
    meet(&ann, &bob);
    ann.run(merge(&[twin, acme]));
    let late = bob.add(&[("name", "Late".into()), ("partner", twin.into())]);
    meet(&ann, &bob);
    for desk in [&ann, &bob] {
        let records = desk.ws.records();
        assert_eq!(records.opportunities[&deal].partner, Some(acme));
        assert_eq!(records.opportunities[&late].partner, Some(acme));
        assert_eq!(records.contacts[&person].parent, Some(acme));
        assert_eq!(records.contacts.len(), 2);
        assert_eq!(search::contacts(&records, "acme", 9), [acme, person]);
        drop(records);
        assert_eq!(desk.ws.check().expect("checked").problems, Vec::<String>::new());
    }
    let next = ann.add(&[("name", "Next".into()), ("partner", twin.into())]);
    assert_eq!(look(&ann, next, |o| o.partner), Some(acme));
    ann.ws.undo().expect("the new one");
    ann.ws.undo().expect("the merge");
    let records = ann.ws.records();
    assert_eq!((records.opportunities[&deal].partner, records.contacts[&person].parent), (Some(twin), Some(twin)));
    assert_eq!(records.opportunities[&late].partner, Some(twin));
}

#[test]
fn a_person_is_not_merged_into_belonging_to_itself() {
    let desk = Desk::ann();
    let acme = contact(
        &desk,
        &[("name", "Acme".into()), ("is_company", true.into()), ("city", "Ghent".into()), ("zip", "9000".into())],
    );
    let eve = contact(&desk, &[("name", "Eve".into()), ("parent", acme.into())]);
    desk.run(merge(&[acme, eve]));
    assert_eq!(desk.ws.records().contacts[&acme].parent, None);
}

// What was decided, and what needed no decision

#[test]
fn decisions_are_listed_and_so_is_what_merged_by_itself() {
    let ann = Desk::ann();
    let bob = ann.admit("Bob Road", 2);
    let id = ann.add(&[("name", "GTX Pro".into())]);
    meet(&ann, &bob);
    ann.set(id, &[("phone", "1".into())]);
    ann.set(id, &[("city", "Ghent".into())]);
    bob.set(id, &[("phone", "2".into())]);
    bob.set(id, &[("street", "Main".into())]);
    meet(&ann, &bob);
    let merged = ann.ws.self_merged(10).expect("read");
    let told: Vec<_> =
        merged.iter().map(|m| (m.entry.user_name.as_str(), m.entry.label.as_str(), m.mine.label.as_str())).collect();
    assert_eq!(told, [("Bob Road", "Change Street", "Change City")]);
    assert_eq!(ann.ws.decisions(10).expect("read"), []);
    bob.run(Command::Resolve { id, field: "phone".into(), choice: 0 });
    meet(&ann, &bob);
    let decisions = ann.ws.decisions(10).expect("read");
    assert_eq!(
        (decisions.len(), decisions[0].name.as_str(), decisions[0].entry.user_name.as_str()),
        (1, "GTX Pro", "Bob Road")
    );
    assert_eq!(decisions[0].entry.label, "Decide Phone");
}
