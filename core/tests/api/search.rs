//! Searching: mistyped names, notes by their words, everything at once, and what a typed word may be looked for in.

use chrono::{DateTime, NaiveDate, Utc};
use proptest::prelude::*;
use satchel_core::{
    DocId, Kind, Money, Record, Records,
    query::{
        Asker, Listing, Query,
        board::board,
        search::{self, Section, contacts, everywhere, opportunities, suggestions},
    },
    record::{Activity, ActivityType, Contact, Note, Opportunity, Outcome, Stage, Tag, Team, User},
};

fn id(kind: Kind, number: u8) -> DocId {
    DocId::new(kind, 1_000, [number; 9])
}

fn time() -> DateTime<Utc> {
    "2026-11-03T09:00:00Z".parse().unwrap()
}

fn today() -> NaiveDate {
    "2026-11-12".parse().unwrap()
}

fn named(records: &mut Records, number: u8, name: &str) {
    let mut o = Opportunity::blank(id(Kind::Opportunity, number));
    (o.name, o.r#type) = (name.into(), "opportunity".into());
    records.insert(Record::Opportunity(o));
}

fn records() -> Records {
    let mut records = Records::default();
    records.insert(Record::Stage(Stage { name: "Proposition".into(), ..Stage::blank(id(Kind::Stage, 1)) }));
    records.insert(Record::Team(Team { name: "West".into(), ..Team::blank(id(Kind::Team, 1)) }));
    let team = Some(id(Kind::Team, 1));
    records.insert(Record::User(User { name: "Hayden Neloms".into(), team, ..User::blank(id(Kind::User, 1)) }));
    records.insert(Record::Tag(Tag { name: "Hospital".into(), ..Tag::blank(id(Kind::Tag, 1)) }));
    for (number, name, parent) in [(1, "Hottechi", None), (2, "Ji-woo Park", Some(1)), (3, "Acme", None)] {
        let mut contact = Contact::blank(id(Kind::Contact, number));
        (contact.name, contact.is_company) = (name.into(), parent.is_none());
        contact.parent = parent.map(|p| id(Kind::Contact, p));
        contact.country = "Korea".into();
        records.insert(Record::Contact(contact));
    }
    named(&mut records, 1, "GTK 500 ×2, Seoul fab");
    let mut deal = records.opportunities[&id(Kind::Opportunity, 1)].clone();
    (deal.partner, deal.user, deal.standing.stage) =
        (Some(id(Kind::Contact, 1)), Some(id(Kind::User, 1)), Some(id(Kind::Stage, 1)));
    deal.expected_revenue = Money(5_353_600);
    deal.notes = vec![
        Note { id: id(Kind::Note, 1), text: "Rang twice".into(), time: time(), user: None },
        Note {
            id: id(Kind::Note, 2),
            text: "The purchasing committee meets on the first Monday; they want a warranty of five years and on-site service"
                .into(),
            time: time(),
            user: None,
        },
    ];
    records.insert(Record::Opportunity(deal));
    named(&mut records, 2, "Hotel chain, 40 desks");
    named(&mut records, 3, "Old hottechi pilot");
    let mut lost = records.opportunities[&id(Kind::Opportunity, 3)].clone();
    lost.standing.outcome = Outcome::Lost { reason: None };
    records.insert(Record::Opportunity(lost));
    let mut acme = records.contacts[&id(Kind::Contact, 3)].clone();
    acme.description = "Warranty questions go to the head office".into();
    acme.activities = vec![Activity {
        id: id(Kind::Activity, 1),
        kind: ActivityType::CALL,
        summary: "Ask for the framework contract".into(),
        note: String::new(),
        date_deadline: today(),
        user: None,
        done: None,
        done_by: None,
        feedback: String::new(),
    }];
    records.insert(Record::Contact(acme));
    records
}

fn titles(sections: &[Section], of: &str) -> Vec<String> {
    let section = sections.iter().find(|s| s.title == of);
    section.map_or_else(Vec::new, |s| s.hits.iter().map(|h| h.title.clone()).collect())
}

#[test]
fn names_are_found_with_one_letter_wrong_or_missing_from_four_letters_on() {
    let records = records();
    for typed in ["Hottechi", "Hotechi", "Hottecki", "hottechii", "Hottehci", "ottechi", "hotechi seoul", "HOTTÉCKI"] {
        let found = opportunities(&records, typed, 9);
        assert!(found.contains(&id(Kind::Opportunity, 1)), "{typed}: {found:?}");
        assert!(typed.contains("seoul") || contacts(&records, typed, 9).len() == 2, "{typed}");
        let sections = everywhere(&records, typed, 5);
        assert!(titles(&sections, "Opportunities").contains(&"GTK 500 ×2, Seoul fab".to_owned()), "{typed}");
    }
    assert!(opportunities(&records, "hxtxchi", 9).is_empty(), "two letters wrong");
    assert!(opportunities(&records, "hoy", 9).is_empty(), "three letters are looked for as they are");
    assert_eq!(titles(&everywhere(&records, "haydn", 5), "Salespeople"), ["Hayden Neloms"]);
    assert_eq!(titles(&everywhere(&records, "hospitla", 5), "Tags"), ["Hospital"]);
    // The board is narrowed by what is written exactly, where there is that; else by what is near.
    let count = |text: &str| {
        let query = Query { text: text.into(), ..Query::default() };
        board(&records, &query, &Asker::from(today())).unwrap().columns.iter().map(|c| c.cards.len()).sum::<usize>()
    };
    assert_eq!((count("hote"), count("hottexhi"), count("hotechi")), (1, 2, 2));
}

#[test]
fn a_renamed_record_is_found_by_its_new_name_only_however_it_is_mistyped() {
    let mut records = records();
    named(&mut records, 2, "Umbrella");
    assert!(opportunities(&records, "hotek chain", 9).is_empty());
    assert_eq!(opportunities(&records, "umbrela", 9), [id(Kind::Opportunity, 2)]);
    for round in 0..200 {
        named(&mut records, 9, &format!("{} round {round}", "long words ".repeat(60)));
        named(&mut records, 9, "Umbrellas");
    }
    assert_eq!(opportunities(&records, "umbrelas", 9), [id(Kind::Opportunity, 9)]);
    assert!(opportunities(&records, "ruond", 9).is_empty());
}

#[test]
fn notes_activities_and_descriptions_are_found_by_words() {
    let records = records();
    let found = |text: &str| {
        let section = search::notes(&records, text, 9);
        section.map_or_else(Vec::new, |s| s.hits.into_iter().map(|h| format!("{}: {}", h.title, h.detail)).collect())
    };
    let committee = found("commit monday");
    assert_eq!(committee.len(), 1);
    assert!(committee[0].starts_with("GTK 500 ×2, Seoul fab: The purchasing committee meets"), "{committee:?}");
    assert_eq!(found("warranty").len(), 2);
    assert!(
        found("service").iter().all(|hit| hit.contains("… five years and on-site service")),
        "{:?}",
        found("service")
    );
    assert_eq!(found("framework"), ["Acme: Ask for the framework contract"]);
    assert!(found("ommittee").is_empty(), "words are found from their beginning");
    assert!(found("wa").is_empty());
    let all = everywhere(&records, "warranty", 5);
    assert_eq!(all.iter().map(|s| s.title).collect::<Vec<_>>(), ["Notes and activities"]);
}

#[test]
fn everything_is_found_the_likeliest_first_and_says_what_it_is() {
    let mut records = records();
    let all = everywhere(&records, "hott", 5);
    assert_eq!(
        titles(&all, "Opportunities")[..2],
        ["GTK 500 ×2, Seoul fab", "Hotel chain, 40 desks"].map(String::from)
    );
    assert_eq!(titles(&all, "Opportunities").last().map(String::as_str), Some("Old hottechi pilot"), "lost ones last");
    assert_eq!(titles(&all, "Contacts")[..2], ["Hottechi", "Ji-woo Park"].map(String::from));
    let hit = &all[0].hits[0];
    assert_eq!((hit.id, hit.detail.as_str()), (id(Kind::Opportunity, 1), "Hottechi · Proposition"));
    named(&mut records, 4, "Hottub");
    named(&mut records, 5, "A new hottub");
    assert_eq!(titles(&everywhere(&records, "hott", 2), "Opportunities"), ["Hottub", "A new hottub"]);
    assert_eq!(titles(&everywhere(&records, "hay", 5), "Salespeople"), ["Hayden Neloms"]);
    assert_eq!(titles(&everywhere(&records, "propos", 5), "Stages"), ["Proposition"]);
    assert!(everywhere(&records, "  ", 5).is_empty());
    let mut trashed = records.opportunities[&id(Kind::Opportunity, 4)].clone();
    trashed.meta.deleted = true;
    records.insert(Record::Opportunity(trashed));
    assert!(!titles(&everywhere(&records, "hottub", 5), "Opportunities").contains(&"Hottub".to_owned()));
}

#[test]
fn a_typed_word_is_suggested_for_the_fields_it_may_be_in() {
    let records = records();
    let asker = Asker::from(today());
    let of = |text: &str| suggestions(&records, Listing::Opportunities, text, &asker);
    let all = of("hott");
    let said: Vec<(&str, &str)> = all.iter().map(|s| (s.about.as_str(), s.label.as_str())).collect();
    assert_eq!(
        said[..4],
        [
            ("Search", "everything"),
            ("Customer", "Hottechi"),
            ("Customer", "Ji-woo Park"),
            ("Opportunity", "Opportunity")
        ]
    );
    for suggestion in
        of("hott").into_iter().chain(of("2026-11")).chain(of("o'neill")).chain(of("555")).chain(of("over"))
    {
        let mut query = Query::default();
        query.add(&suggestion.about, suggestion.term);
        query.ask(&records, Listing::Opportunities, &asker).unwrap();
    }
    assert!(of("over").iter().any(|s| s.label == "Overdue" && s.is_exact));
    assert!(of("last month").iter().any(|s| s.about == "Expected closing"));
    assert!(of("555").iter().any(|s| s.about == "Phone") && !of("hott").iter().any(|s| s.about == "Phone"));
    assert!(of(" ").is_empty());
    for listing in Listing::ALL {
        suggestions(&records, listing, "hott", &asker);
    }
}

proptest! {
    #[test]
    fn no_text_is_too_strange(text in "[ -~äßжé'\u{1F600}\\\\]{0,12}") {
        let records = records();
        everywhere(&records, &text, 3);
        for suggestion in suggestions(&records, Listing::Opportunities, &text, &Asker::from(today())) {
            let mut query = Query::default();
            query.add(&suggestion.about, suggestion.term);
            query.ask(&records, Listing::Opportunities, &Asker::from(today())).unwrap();
        }
    }
}

#[test]
fn a_name_that_was_cleared_is_found_no_more() {
    let mut records = Records::default();
    named(&mut records, 1, "Hottechi");
    assert_eq!(opportunities(&records, "hotechi", 9).len(), 1);
    named(&mut records, 1, "");
    assert!(opportunities(&records, "hotechi", 9).is_empty());
}

#[test]
fn a_word_begins_after_any_sign_and_not_within_another() {
    let mut records = Records::default();
    for (number, text) in [(1, "They said “rollout” twice"), (2, "Straßrollout"), (3, "–rollout"), (4, "Москваrollout")]
    {
        let mut o = Opportunity::blank(id(Kind::Opportunity, number));
        (o.name, o.description) = (format!("Deal {number}"), text.into());
        records.insert(Record::Opportunity(o));
    }
    let mut found: Vec<DocId> = search::notes(&records, "rollout", 9).unwrap().hits.iter().map(|hit| hit.id).collect();
    found.sort();
    assert_eq!(found, [id(Kind::Opportunity, 1), id(Kind::Opportunity, 3)]);
}
