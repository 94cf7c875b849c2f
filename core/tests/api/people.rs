//! Leads, duplicates, merges, phones and earlier versions, through the workspace; with two devices where it merges.

use crate::common::{Desk, meet, own};
use satchel_core::{
    Command, DocId, Kind, Money, Percent, Value,
    command::Customer,
    merge_preview,
    query::{
        duplicates::{self, Likeness, Probe},
        search,
    },
    record::{ActivityType, Opportunity, WonStatus},
};

fn contact(desk: &Desk, fields: &[(&str, Value)]) -> DocId {
    let id = desk.ws.new_id(Kind::Contact);
    desk.run(Command::Create { id, fields: own(fields) });
    id
}

fn lead(desk: &Desk, fields: &[(&str, Value)]) -> DocId {
    let mut all = vec![("type", "lead".into())];
    all.extend(fields.iter().cloned());
    desk.add(&all)
}

fn look<T>(desk: &Desk, id: DocId, at: impl Fn(&Opportunity) -> T) -> T {
    at(&desk.ws.records().opportunities[&id])
}

fn refused(desk: &Desk, command: Command) -> String {
    let before = desk.digest();
    let message = desk.ws.execute(command).expect_err("refused").to_string();
    assert_eq!(before, desk.digest());
    assert!(!message.contains('\n'));
    message
}

fn merge(ids: &[DocId]) -> Command {
    Command::Merge { ids: ids.to_vec(), choices: Vec::new() }
}

fn convert(ids: &[DocId]) -> Command {
    Command::Convert { ids: ids.to_vec(), customer: Customer::Find, users: Vec::new() }
}

fn country(desk: &Desk, code: &str) {
    let id = desk.ws.records().company.as_ref().expect("a company").id;
    desk.set(id, &[("country", code.into())]);
}

// Scenario 9

#[test]
fn phones_are_kept_in_one_form_and_found_in_any() {
    let desk = Desk::ann();
    country(&desk, "be");
    let a = desk.add(&[("name", "Plus".into()), ("phone", "+32485001122".into())]);
    let b = desk.add(&[("name", "Zeros".into()), ("mobile", "0032 485 00 11 22".into())]);
    let c = contact(&desk, &[("name", "National".into()), ("phone", "0485/00.11.22".into())]);
    let d = desk.add(&[("name", "Words".into()), ("phone", "ask at the desk".into())]);
    assert_eq!((desk.text(b, "mobile"), desk.text(c, "phone")), ("+32485001122".into(), "+32485001122".into()));
    assert_eq!(desk.text(d, "phone"), "ask at the desk");
    for text in ["+32485001122", "0032485001122", "485001122", "0485 00 11 22", "+32 485 00 11 22", "500112"] {
        let mut found = search::opportunities(&desk.ws.records(), text, 10);
        found.sort();
        assert_eq!(found, [a, b], "{text}");
        assert_eq!(search::contacts(&desk.ws.records(), text, 10), [c], "{text}");
    }
    assert!(search::opportunities(&desk.ws.records(), "48", 10).is_empty(), "fewer than three characters");
    let company = desk.ws.records().company.as_ref().expect("a company").id;
    let nowhere = Command::Set { id: company, fields: own(&[("country", "Belgium".into())]), seen: None };
    assert!(refused(&desk, nowhere).contains("write two letters"));
}

// Duplicates

#[test]
fn duplicates_by_address_phone_customer_and_company_domain() {
    let desk = Desk::ann();
    let customer = contact(&desk, &[("name", "Acme".into())]);
    let first = desk.add(&[
        ("name", "First".into()),
        ("email_from", "Ann@Acme.com".into()),
        ("phone", "+32485001122".into()),
        ("partner", customer.into()),
    ]);
    let alike = |fields: &[(&str, Value)]| {
        let records = desk.ws.records();
        let probe = Probe::of_fields(&records, Kind::Opportunity, &own(fields));
        duplicates::like(&records, Kind::Opportunity, &probe).into_iter().map(|d| (d.id, d.alike)).collect::<Vec<_>>()
    };
    assert_eq!(alike(&[("email_from", "ann@acme.COM".into())]), [(first, vec![Likeness::Email])]);
    assert_eq!(alike(&[("email_from", "bob@acme.com".into())]), [(first, vec![Likeness::Domain])]);
    assert_eq!(alike(&[("phone", "0032 485 00 11 22".into())]), [(first, vec![Likeness::Phone])]);
    assert_eq!(alike(&[("partner", customer.into())]), [(first, vec![Likeness::Customer])]);
    assert_eq!(alike(&[("email_from", "ann@other.com".into()), ("phone", "1".into())]), []);
    desk.add(&[("name", "Free".into()), ("email_from", "x@gmail.com".into())]);
    assert_eq!(alike(&[("email_from", "y@gmail.com".into())]), [], "a provider's domain says nothing");
    desk.set(first, &[("email_from", "ann@else.com".into())]);
    assert_eq!(alike(&[("email_from", "ann@acme.com".into())]), []);
    desk.run(Command::Trash { ids: vec![first] });
    assert_eq!(alike(&[("partner", customer.into())]), []);
}

#[test]
fn a_domain_or_phone_of_more_than_twenty_says_nothing() {
    let desk = Desk::ann();
    for n in 0..20 {
        desk.add(&[("name", format!("{n}").into()), ("email_from", format!("p{n}@acme.com").into())]);
    }
    let found = |desk: &Desk| {
        let records = desk.ws.records();
        let probe = Probe { emails: vec!["new@acme.com".into()], ..Probe::default() };
        duplicates::like(&records, Kind::Opportunity, &probe).len()
    };
    assert_eq!(found(&desk), 20);
    desk.add(&[("name", "One more".into()), ("email_from", "p20@acme.com".into())]);
    assert_eq!(found(&desk), 0);
}

#[test]
fn colleagues_of_one_company_are_no_duplicates_of_each_other() {
    let desk = Desk::ann();
    let ann = contact(&desk, &[("name", "Ann".into()), ("email", "ann@acme.com".into())]);
    contact(&desk, &[("name", "Bob".into()), ("email", "bob@acme.com".into())]);
    assert_eq!(duplicates::of(&desk.ws.records(), ann), []);
    let again = contact(&desk, &[("name", "Ann Field".into()), ("email_other", "ANN@acme.com".into())]);
    assert_eq!(duplicates::of(&desk.ws.records(), ann)[0].id, again);
}

// Scenario 8

#[test]
fn scenario_8_convert() {
    let desk = Desk::ann();
    let acme = contact(&desk, &[("name", "Acme".into()), ("is_company", true.into())]);
    let same_name = lead(&desk, &[("name", "By name".into()), ("contact_name", "acme".into())]);
    let twin = lead(&desk, &[("name", "Twin".into()), ("email_from", "eve@new.com".into())]);
    let new = lead(
        &desk,
        &[
            ("name", "New".into()),
            ("contact_name", "Eve Adams".into()),
            ("partner_name", "New Ltd".into()),
            ("email_from", "Eve@new.com".into()),
            ("phone", "+32485001122".into()),
            ("city", "Ghent".into()),
        ],
    );
    let nobody = lead(&desk, &[("name", "Nobody".into())]);
    desk.run(convert(&[same_name]));
    assert_eq!(
        look(&desk, same_name, |o| (o.partner, o.is_lead(), o.date_conversion)),
        (Some(acme), false, Some(crate::common::noon()))
    );
    desk.run(convert(&[nobody]));
    assert_eq!(look(&desk, nobody, |o| (o.partner, o.is_lead())), (None, false));

    assert_eq!(duplicates::of(&desk.ws.records(), new)[0].id, twin);
    let outcome = desk.ws.execute(convert(&[new])).expect("converted");
    assert!(
        outcome.notices[0].to_string().contains("‘New’ looks like ‘Twin’ (same e-mail): they can be merged"),
        "{:?}",
        outcome.notices
    );
    let records = desk.ws.records();
    let eve = &records.contacts[&records.opportunities[&new].partner.expect("a customer")];
    assert_eq!((eve.name.as_str(), eve.phone.as_str(), eve.is_company), ("Eve Adams", "+32485001122", false));
    let company = &records.contacts[&eve.parent.expect("a company")];
    assert_eq!((company.name.as_str(), company.city.as_str(), company.is_company), ("New Ltd", "Ghent", true));
    drop(records);
    assert!(refused(&desk, convert(&[new])).contains("is an opportunity already"));

    desk.ws.undo().expect("undone");
    assert_eq!(look(&desk, new, |o| (o.partner, o.is_lead(), o.date_conversion)), (None, true, None));
    assert_eq!(search::contacts(&desk.ws.records(), "Eve", 5), []);
    desk.run(convert(&[new]));
    assert_eq!(search::contacts(&desk.ws.records(), "Eve", 5).len(), 1, "the same one again");
}

#[test]
fn many_leads_are_converted_at_once_and_assigned_in_turn() {
    let desk = Desk::ann();
    let users: Vec<DocId> = ["U1", "U2", "U3", "U4"]
        .map(|name| {
            let id = desk.ws.new_id(Kind::User);
            desk.run(Command::Create { id, fields: own(&[("name", name.into())]) });
            id
        })
        .to_vec();
    let leads: Vec<DocId> = (0..8).map(|n| lead(&desk, &[("name", format!("L{n}").into())])).collect();
    desk.run(Command::MarkLost { ids: vec![leads[2]], reason: None, note: String::new() });
    desk.set(leads[4], &[("archived", true.into())]);
    let command = Command::Convert { ids: leads.clone(), customer: Customer::Keep, users: users.clone() };
    let outcome = desk.ws.execute(command).expect("converted");
    let assigned: Vec<_> = leads.iter().filter_map(|l| look(&desk, *l, |o| (!o.is_lead()).then_some(o.user))).collect();
    assert_eq!(assigned, [0, 1, 2, 3, 0, 1].map(|n| Some(users[n])));
    assert_eq!(outcome.notices, ["‘L2’ is lost: restore it first", "‘L4’ is archived: restore it first"]);
}

#[test]
fn a_lead_converted_on_two_devices_makes_one_customer() {
    let ann = Desk::ann();
    let bob = ann.admit("Bob Road", 2);
    let id = lead(&ann, &[("name", "New".into()), ("contact_name", "Eve".into()), ("partner_name", "New Ltd".into())]);
    meet(&ann, &bob);
    ann.run(convert(&[id]));
    bob.run(convert(&[id]));
    meet(&ann, &bob);
    assert_eq!(ann.digest(), bob.digest());
    assert_eq!(ann.ws.records().counts()["contacts"], 2);
    assert_eq!(ann.ws.conflicts(None).expect("conflicts"), []);
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

// Earlier versions

#[test]
fn an_earlier_version_comes_back_as_a_change_that_can_be_undone() {
    let desk = Desk::ann();
    let id = desk.add(&[("name", "GTX Pro".into()), ("description", "First words".into()), ("phone", "1".into())]);
    desk.set(id, &[("phone", "2".into()), ("city", "Ghent".into())]);
    let wanted = desk.ws.history(id).expect("history")[0].commit;
    desk.set(
        id,
        &[("phone", "3".into()), ("city", Value::Null), ("name", "Other".into()), ("description", "Worse".into())],
    );
    let note = desk.ws.new_id(Kind::Note);
    desk.run(Command::AddNote { on: id, id: note, text: "Stays".into() });
    desk.run(Command::MarkLost { ids: vec![id], reason: None, note: String::new() });
    desk.run(Command::RestoreVersion { id, commit: wanted });
    let o = look(&desk, id, Clone::clone);
    assert_eq!((o.name.as_str(), o.phone.as_str(), o.city.as_str()), ("GTX Pro", "2", "Ghent"));
    assert_eq!((o.description.as_str(), o.notes.len(), o.standing.is_lost()), ("First words", 1, false));
    assert_eq!(desk.ws.history(id).expect("history")[0].label, "Restore version");
    desk.ws.undo().expect("undone");
    assert_eq!((desk.text(id, "phone"), look(&desk, id, |o| o.standing.is_lost())), ("3".into(), true));
    let other = desk.add(&[("name", "Other".into())]);
    assert!(
        refused(&desk, Command::RestoreVersion { id: other, commit: wanted }).contains("not in the record's history")
    );
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
