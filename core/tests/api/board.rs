//! The board and the search over names, on records put together by hand.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use proptest::prelude::*;
use satchel_core::{
    DocId, Kind, Money, Percent, Record, Records,
    query::{
        Asker, Query, Term,
        board::{BoardView, ColumnKey, MOST_COLUMNS, board, card},
        duplicates, fold, search,
    },
    record::{
        Activity, ActivityState, ActivityType, Contact, Merged, Opportunity, Outcome, Stage, Standing, Tag, User,
        WonStatus,
    },
};

fn id(kind: Kind, number: u64) -> DocId {
    let mut tail = [0; 9];
    tail[1..].copy_from_slice(&number.to_be_bytes());
    DocId::new(kind, 1_000, tail)
}

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 12).unwrap()
}

fn time(days_ago: i64) -> DateTime<Utc> {
    today().and_hms_opt(9, 0, 0).unwrap().and_utc() - TimeDelta::days(days_ago)
}

fn stages(records: &mut Records) {
    for (number, name, sequence, probability) in [(1, "New", 10, 10), (2, "Proposition", 30, 70), (3, "Won", 100, 100)]
    {
        let mut stage = Stage::blank(id(Kind::Stage, number));
        (stage.name, stage.sequence, stage.is_won) = (name.into(), sequence, probability == 100);
        stage.probability = Percent::whole(probability);
        stage.rotting_days = if number == 1 { 3 } else { 0 };
        records.insert(Record::Stage(stage));
    }
}

fn opportunity(number: u64, name: &str, stage: u64, revenue: i64) -> Opportunity {
    let mut o = Opportunity::blank(id(Kind::Opportunity, number));
    (o.name, o.r#type, o.expected_revenue) = (name.into(), "opportunity".into(), Money(revenue * 100));
    o.standing = Standing { stage: Some(id(Kind::Stage, stage)), since: Some(time(1)), ..Standing::default() };
    o.meta.create_date = Some(time(1));
    o
}

fn contact(number: u64, name: &str) -> Contact {
    let mut c = Contact::blank(id(Kind::Contact, number));
    c.name = name.into();
    c
}

fn activity(number: u64, in_days: i64) -> Activity {
    Activity {
        id: id(Kind::Activity, number),
        kind: ActivityType::CALL,
        summary: String::new(),
        note: String::new(),
        date_deadline: today() + TimeDelta::days(in_days),
        user: None,
        done: None,
        done_by: None,
        feedback: String::new(),
    }
}

fn everything() -> Query {
    Query::default()
}

fn shown(records: &Records, query: &Query) -> BoardView {
    board(records, query, &Asker::from(today())).unwrap()
}

#[test]
fn columns_hold_cards_in_order_with_sums_and_activity_states() {
    let mut records = Records::default();
    stages(&mut records);
    let mut old = opportunity(1, "Old", 1, 100);
    old.meta.create_date = Some(time(9));
    old.activities = vec![activity(1, 3), activity(2, -1)];
    let new = opportunity(2, "New", 1, 200);
    let mut starred = opportunity(3, "Starred", 1, 300);
    (starred.priority, starred.meta.create_date) = (2, Some(time(20)));
    starred.standing.probability = Some(Percent::whole(50));
    starred.activities = vec![activity(3, 0)];
    let won = opportunity(4, "Won", 3, 1000);
    let mut lost = opportunity(5, "Lost", 2, 50);
    lost.standing.outcome = Outcome::Lost { reason: None };
    let mut lead = opportunity(6, "Lead", 1, 5);
    lead.r#type = "lead".into();
    let mut archived = opportunity(7, "Archived", 1, 5);
    archived.meta.archived = true;
    for o in [&old, &new, &starred, &won, &lost, &lead, &archived] {
        records.insert(Record::Opportunity(o.clone()));
    }
    let view = shown(&records, &everything());
    let titles: Vec<_> = view.columns.iter().map(|c| (c.title.as_str(), c.cards.len())).collect();
    assert_eq!(titles, [("New", 3), ("Proposition", 0), ("Won", 1), ("Lost", 1)]);
    let first = &view.columns[0];
    assert_eq!(first.cards, [starred.id, new.id, old.id], "priority, then newest first");
    assert_eq!((first.expected_revenue, first.prorated_revenue), (Money(60_000), Money(15_000 + 2_000 + 1_000)));
    assert_eq!((first.planned, first.due_today, first.overdue, first.no_activity), (0, 1, 1, 1));
    assert_eq!((view.count, view.expected_revenue, view.prorated_revenue), (4, Money(160_000), Money(118_000)));
    assert_eq!((&view.columns[3].key, view.columns[3].expected_revenue), (&ColumnKey::Lost, Money(5_000)));

    // Moving a card moves it, once.
    let mut moved = new.clone();
    (moved.standing.stage, moved.priority) = (Some(id(Kind::Stage, 2)), 3);
    records.insert(Record::Opportunity(moved));
    let view = shown(&records, &everything());
    assert_eq!(view.columns[0].cards, [starred.id, old.id]);
    assert_eq!(view.columns[1].cards, [new.id]);
}

#[test]
fn a_card_shows_customer_next_activity_and_rot() {
    let mut records = Records::default();
    stages(&mut records);
    let mut o = opportunity(1, "Desks", 1, 100);
    (o.partner, o.partner_name) = (Some(id(Kind::Contact, 1)), "As written".into());
    o.standing.since = Some(time(4));
    records.insert(Record::Opportunity(o.clone()));
    assert_eq!(card(&records, o.id, today()).unwrap().customer, "As written", "until the customer arrives");
    records.insert(Record::Contact(contact(1, "Acme")));
    let shown = card(&records, o.id, today()).unwrap();
    assert_eq!((shown.customer.as_str(), shown.rotting_days, shown.won_status), ("Acme", Some(4), WonStatus::Pending));
    o.activities = vec![activity(1, 5), activity(2, 2)];
    records.insert(Record::Opportunity(o.clone()));
    let shown = card(&records, o.id, today()).unwrap();
    let next = (ActivityType::CALL, today() + TimeDelta::days(2), ActivityState::Planned);
    assert_eq!((shown.activity, shown.rotting_days), (Some(next), None), "a planned activity stops the rot");
    assert_eq!(card(&records, id(Kind::Opportunity, 9), today()), None);
}

#[test]
fn scenario_12_rotting() {
    let mut records = Records::default();
    stages(&mut records);
    let mut o = opportunity(1, "Desks", 1, 0);
    o.standing.since = Some("2026-01-01T08:00:00Z".parse().unwrap());
    records.insert(Record::Opportunity(o.clone()));
    let on = |day| NaiveDate::from_ymd_opt(2026, 1, day).unwrap();
    assert_eq!(records.rotting_days(&o, on(5)), Some(4));
    assert_eq!(records.rotting_days(&o, on(4)), None);
    o.standing.since = Some("2026-01-04T08:00:00Z".parse().unwrap());
    assert_eq!(records.rotting_days(&o, on(5)), None);
    o.standing.stage = Some(id(Kind::Stage, 2));
    assert_eq!(records.rotting_days(&o, on(30)), None, "threshold 0");
}

#[test]
fn search_folds_case_and_accents_and_follows_renamed_customers() {
    let mut records = Records::default();
    stages(&mut records);
    let mut ann = User::blank(id(Kind::User, 1));
    ann.name = "Ann Field".into();
    records.insert(Record::User(ann));
    let mut tag = Tag::blank(id(Kind::Tag, 1));
    tag.name = "Großkunde".into();
    records.insert(Record::Tag(tag));
    let mut o = opportunity(1, "Café chairs", 1, 0);
    (o.partner, o.user, o.tags) = (Some(id(Kind::Contact, 1)), Some(id(Kind::User, 1)), vec![id(Kind::Tag, 1)]);
    o.email_from = "buyer@shop.example".into();
    records.insert(Record::Opportunity(o.clone()));
    let mut customer = contact(1, "Müller");
    (customer.phone, customer.email) = ("+32 485 00 11 22".into(), "info@mueller.example".into());
    records.insert(Record::Contact(customer.clone()));
    let finds = |records: &Records, text: &str| !search::opportunities(records, text, 10).is_empty();
    for text in ["", "cafe", "CAFÉ", "muller", "fe MÜL field", "grosskunde", "buyer@", "chairs ann"] {
        assert!(finds(&records, text), "{text}");
        let query = Query { text: text.into(), ..everything() };
        assert_eq!(shown(&records, &query).count, 1, "{text}");
    }
    for text in ["mueller.example", "485001122", "table", "chairs bob", "chairsmuller"] {
        assert!(!finds(&records, text), "{text}");
    }
    let mut person = contact(2, "Jo");
    person.parent = Some(customer.id);
    records.insert(Record::Contact(person));
    let found = |records: &Records, text: &str| search::contacts(records, text, 10).len();
    assert_eq!((found(&records, "muller"), found(&records, "jo muller")), (2, 1));
    for phone in ["+32485001122", "0032485001122", "485001122"] {
        assert_eq!(found(&records, phone), 1, "{phone}");
    }
    customer.name = "Schmidt".into();
    records.insert(Record::Contact(customer));
    assert!(finds(&records, "schmidt") && !finds(&records, "müller"));
    records.insert(Record::Opportunity(opportunity(1, "Tables", 1, 0)));
    assert!(finds(&records, "table") && !finds(&records, "cafe") && !finds(&records, "schmidt"));
}

proptest! {
    /// Whatever is put in, replaced and looked for, the search finds what reading every text would find.
    #[test]
    fn search_finds_what_reading_everything_finds(
        writes in prop::collection::vec((0u64..12, "[aAbBé ]{0,6}", prop::option::of(0u64..4)), 1..60),
        customers in prop::collection::vec((0u64..4, "[abÉ]{0,3}"), 0..12),
        text in "[abé]{1,2}( [abé]{1,2})?",
    ) {
        let mut records = Records::default();
        for (at, (number, name, partner)) in writes.iter().enumerate() {
            let mut o = opportunity(*number, name, 1, 0);
            o.partner = partner.map(|p| id(Kind::Contact, p));
            records.insert(Record::Opportunity(o));
            if let Some((number, name)) = customers.get(at) {
                records.insert(Record::Contact(contact(*number, name)));
            }
        }
        let words: Vec<String> = fold(&text).split_whitespace().map(str::to_owned).collect();
        let holds = |o: &&Opportunity| {
            let customer = o.partner.map_or("", |p| records.name(p));
            words.iter().all(|w| fold(&o.name).contains(w) || fold(customer).contains(w))
        };
        let mut wanted: Vec<DocId> = records.opportunities.values().filter(holds).map(|o| o.id).collect();
        let mut found = search::opportunities(&records, &text, usize::MAX);
        wanted.sort();
        found.sort();
        prop_assert_eq!(found, wanted);
    }
}

/// Enough texts to be swept in parts, and enough of them replaced to be packed anew.
#[test]
fn search_in_many_texts_that_change() {
    let mut records = Records::default();
    for round in ["first", "second", "third"] {
        for number in 0..9_000 {
            let name = format!("Deal {number} {round}{}", if number % 7 == 0 { " été" } else { "" });
            records.insert(Record::Opportunity(opportunity(number, &name, 1, 0)));
        }
    }
    let count = |text: &str| search::opportunities(&records, text, usize::MAX).len();
    assert_eq!((count("THIRD"), count("second"), count("first"), count("ete"), count("8999")), (9_000, 0, 0, 1_286, 1));
    let both = (0..9_000).filter(|n| n % 7 == 0 && n.to_string().contains("77")).count();
    assert_eq!((count("77 ete"), count("nothing")), (both, 0));
}

#[test]
fn facets_narrow_the_board_by_row_and_by_record_alike() {
    let mut records = Records::default();
    stages(&mut records);
    let mut mine = opportunity(1, "Mine", 1, 100);
    mine.user = Some(id(Kind::User, 1));
    (mine.date_deadline, mine.city) = (Some(today() - TimeDelta::days(1)), "Ghent".into());
    for (number, country) in [(1, "France"), (2, "Belgium")] {
        let mut customer = contact(number, "Customer");
        customer.country = country.into();
        records.insert(Record::Contact(customer));
    }
    mine.partner = Some(id(Kind::Contact, 1));
    records.insert(Record::Opportunity(mine));
    records.insert(Record::Opportunity(opportunity(2, "Nobody’s", 1, 500)));
    let mut lost = opportunity(3, "Lost", 1, 900);
    lost.standing.outcome = Outcome::Lost { reason: None };
    records.insert(Record::Opportunity(lost));
    let mut archived = opportunity(4, "Archived", 1, 50);
    archived.meta.archived = true;
    records.insert(Record::Opportunity(archived));
    let asker = Asker { user: Some(id(Kind::User, 1)), ..Asker::from(today()) };
    let found = |terms: &[(&str, Term)]| {
        let mut query = everything();
        for (about, term) in terms {
            query.add(about, term.clone());
        }
        let view = board(&records, &query, &asker).unwrap();
        let mut names: Vec<&str> = view.columns.iter().flat_map(|c| &c.cards).map(|id| records.name(*id)).collect();
        names.sort_unstable();
        names.join(", ")
    };
    let term = |filter: &str| Term::new(filter, filter);
    assert_eq!(found(&[]), "Lost, Mine, Nobody’s");
    assert_eq!(found(&[("Salesperson", term("user = me"))]), "Mine");
    assert_eq!(
        found(&[("Salesperson", term("user = me")), ("Salesperson", term("user is empty"))]),
        "Lost, Mine, Nobody’s"
    );
    assert_eq!(found(&[("A", term("user is empty")), ("B", term("won_status = pending"))]), "Nobody’s");
    assert_eq!(found(&[("A", term("won_status = lost"))]), "Lost");
    assert_eq!(found(&[("A", term("active = false").archived())]), "Archived, Lost");
    assert_eq!(found(&[("A", term("city = Ghent or expected_revenue >= 500"))]), "Lost, Mine, Nobody’s");
    assert_eq!(found(&[("A", term("city = Ghent and date_deadline < today"))]), "Mine");
    assert_eq!(found(&[("A", term("partner.country = France"))]), "Mine");
    assert_eq!(found(&[("A", term("partner.country = Belgium"))]), "");
    assert_eq!(found(&[("A", term("partner.country is empty and won_status = pending"))]), "Nobody’s");
    assert_eq!(found(&[("A", term("partner = Customer"))]), "Mine");
    assert_eq!(found(&[("A", term("not (city = Ghent) and won_status != lost"))]), "Nobody’s");
    assert_eq!(found(&[("A", term("anywhere contains 'min'"))]), "Mine");
    let refused = Query { facets: Vec::new(), ..Query::default() };
    let mut refused = Query { text: String::new(), ..refused };
    refused.add("A", term("colour = red"));
    assert!(board(&records, &refused, &asker).unwrap_err().to_string().contains("colour"));
}

fn grouped(records: &Records, by: &str) -> BoardView {
    shown(records, &Query { group_by: vec![by.to_owned()], ..Query::default() })
}

fn titles(view: &BoardView) -> Vec<(&str, usize)> {
    view.columns.iter().map(|c| (c.title.as_str(), c.cards.len())).collect()
}

/// Three deals of two people, one lost, one of nobody; the first with two tags.
fn deals() -> Records {
    let mut records = Records::default();
    stages(&mut records);
    for (number, name) in [(1, "Ann"), (2, "Bob"), (3, "Cleo")] {
        let mut user = User::blank(id(Kind::User, number));
        user.name = name.into();
        records.insert(Record::User(user));
        let mut tag = Tag::blank(id(Kind::Tag, number));
        tag.name = format!("Tag {number}");
        records.insert(Record::Tag(tag));
    }
    for (number, user, stage, month) in [(1, 2, 1, 11), (2, 1, 3, 11), (3, 1, 2, 2), (4, 0, 1, 0), (5, 1, 1, 1)] {
        let mut o = opportunity(number, &format!("Deal {number}"), stage, 100 * number as i64);
        o.user = (user > 0).then(|| id(Kind::User, user));
        o.date_deadline = NaiveDate::from_ymd_opt(2026 + i32::from(month < 10), month, 15);
        if number == 1 {
            o.tags = vec![id(Kind::Tag, 1), id(Kind::Tag, 2)];
        }
        if number == 5 {
            o.standing.outcome = Outcome::Lost { reason: None };
        }
        records.insert(Record::Opportunity(o));
    }
    records
}

#[test]
fn grouped_by_a_field_its_columns_are_the_values() {
    let records = deals();
    let view = grouped(&records, "user");
    assert_eq!(
        titles(&view),
        [("Ann", 2), ("Bob", 1), ("Cleo", 0), ("", 1)],
        "nobody’s come last, lost ones not at all"
    );
    assert_eq!(view.columns[0].key, ColumnKey::Value(id(Kind::User, 1).into()));
    // 200 won, and 70 % of 300.
    assert_eq!((view.columns[0].expected_revenue, view.columns[0].prorated_revenue), (Money(50_000), Money(41_000)));
    assert_eq!(view.columns[0].no_activity, 2);
    let stages = shown(&records, &everything());
    assert_eq!((view.count, view.expected_revenue, view.prorated_revenue), (4, Money(100_000), Money(46_000)));
    assert_eq!((stages.count, stages.expected_revenue, stages.prorated_revenue), (4, Money(100_000), Money(46_000)));

    let months = [("2026-11", 2), ("2026-12", 0), ("2027-01", 0), ("2027-02", 1), ("", 1)];
    assert_eq!(titles(&grouped(&records, "date_deadline:month")), months, "no month is left out");
    let tags = grouped(&records, "tags");
    assert_eq!(titles(&tags), [("Tag 1", 1), ("Tag 2", 1), ("", 3)]);
    assert_eq!((tags.count, tags.expected_revenue), (4, Money(100_000)), "a card with two tags counts once");
    assert_eq!(titles(&grouped(&records, "won_status")), [("pending", 3), ("won", 1), ("lost", 1)]);
    assert_eq!(titles(&grouped(&records, "stage")), titles(&stages), "stages are columns anyway");
}

#[test]
fn of_too_many_groups_the_smallest_share_a_column() {
    let mut records = Records::default();
    stages(&mut records);
    for number in 0..250u64 {
        // The first 50 sources have two deals each.
        let mut o = opportunity(number + 1, "Deal", 1, 1);
        o.source = format!("Source {:03}", number % 200);
        records.insert(Record::Opportunity(o));
    }
    let view = grouped(&records, "source");
    assert_eq!(view.columns.len(), MOST_COLUMNS + 1);
    assert_eq!(view.columns.iter().map(|c| c.cards.len()).sum::<usize>(), 250);
    assert!(view.columns[..50].iter().all(|c| c.cards.len() == 2));
    let others = &view.columns[MOST_COLUMNS];
    assert_eq!((&others.key, others.cards.len()), (&ColumnKey::Others, 100));
    let newest_first = |a: &DocId, b: &DocId| a > b;
    assert!(others.cards.is_sorted_by(newest_first), "in the board’s order");
}

#[test]
fn records_taken_at_once_are_those_taken_one_by_one() {
    let mut all: Vec<Record> = Vec::new();
    let one_by_one = deals();
    all.extend(one_by_one.opportunities.values().cloned().map(Record::Opportunity));
    all.extend(one_by_one.users.values().cloned().map(Record::User));
    all.extend(one_by_one.stages.values().cloned().map(Record::Stage));
    for (number, merged) in [(1, None), (2, Some(1)), (3, None)] {
        let mut c = contact(number, &format!("Customer {number}"));
        c.email = format!("{}@acme.example", number % 2);
        // The second is shown in the first.
        c.meta.conflicts = if number > 1 { vec!["city".to_owned()] } else { Vec::new() };
        c.meta.merged = merged.map(|into| Merged { into: id(Kind::Contact, into), changed: Vec::new() });
        all.push(Record::Contact(c));
    }
    for (number, merged) in [(11, None), (12, Some(11))] {
        let mut o = opportunity(number, &format!("Merged {number}"), 1, 10);
        o.partner = Some(id(Kind::Contact, 2));
        o.activities = vec![activity(number, 1)];
        o.meta.conflicts = vec!["city".to_owned()];
        o.meta.merged = merged.map(|into| Merged { into: id(Kind::Opportunity, into), changed: Vec::new() });
        all.push(Record::Opportunity(o));
    }
    all.sort_by_key(Record::id);
    let at_once = Records::of(all.clone());
    let mut one_by_one = Records::default();
    one_by_one.insert_all(all.clone());
    assert_eq!(at_once.opportunities, one_by_one.opportunities);
    assert_eq!(at_once.contacts, one_by_one.contacts);
    let asked = BTreeSet::from([id(Kind::Contact, 3), id(Kind::Opportunity, 11)]);
    assert_eq!((at_once.disputed(), one_by_one.disputed()), (&asked, &asked));
    assert_eq!(at_once.opportunities[&id(Kind::Opportunity, 11)].partner, Some(id(Kind::Contact, 1)), "its head");
    assert_eq!(shown(&at_once, &everything()), shown(&one_by_one, &everything()));
    assert_eq!(grouped(&at_once, "partner"), grouped(&one_by_one, "partner"));
    for record in &all {
        let id = record.id();
        assert_eq!(at_once.own(id), one_by_one.own(id));
        assert_eq!(duplicates::of(&at_once, id), duplicates::of(&one_by_one, id), "{id}");
        assert_eq!(at_once.activity(id).is_some(), one_by_one.activity(id).is_some());
    }
    assert_eq!(at_once.activity(activity(12, 1).id).map(|(holder, _)| holder), Some(id(Kind::Opportunity, 11)));
    let found = |records: &Records| search::opportunities(records, "Merged", 9);
    assert_eq!(found(&at_once), found(&one_by_one));
}
