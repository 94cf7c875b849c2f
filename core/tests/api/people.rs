//! Leads, duplicates, phones and earlier versions, through the workspace.

use crate::common::{Desk, meet, own};
use satchel_core::{
    Command, DocId, Kind, Value,
    command::Customer,
    query::{
        duplicates::{self, Likeness, Probe},
        search,
    },
    record::Opportunity,
};

pub fn contact(desk: &Desk, fields: &[(&str, Value)]) -> DocId {
    let id = desk.ws.new_id(Kind::Contact);
    desk.run(Command::Create { id, fields: own(fields) });
    id
}

pub fn lead(desk: &Desk, fields: &[(&str, Value)]) -> DocId {
    let mut all = vec![("type", "lead".into())];
    all.extend(fields.iter().cloned());
    desk.add(&all)
}

pub fn look<T>(desk: &Desk, id: DocId, at: impl Fn(&Opportunity) -> T) -> T {
    at(&desk.ws.records().opportunities[&id])
}

pub fn refused(desk: &Desk, command: Command) -> String {
    let before = desk.digest();
    let message = desk.ws.execute(command).expect_err("refused").to_string();
    assert_eq!(before, desk.digest());
    assert!(!message.contains('\n'));
    message
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
