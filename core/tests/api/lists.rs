//! Filters, groups, sorting and JSON of lists, on records put together by hand.

use chrono::{DateTime, NaiveDate, Utc};
use proptest::prelude::*;
use satchel_core::{
    DocId, Kind, Money, Percent, Record, Records,
    query::{Filter, GroupBy, ListField, ListQuery, Listing, Sort, json},
    record::{Activity, ActivityType, Contact, LostReason, Note, Opportunity, Outcome, Stage, Standing, Tag, User},
};
use serde_json::json;

fn id(kind: Kind, number: u8) -> DocId {
    DocId::new(kind, 1_000, [number; 9])
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn time(text: &str) -> DateTime<Utc> {
    format!("{text}T09:00:00Z").parse().unwrap()
}

fn today() -> NaiveDate {
    day("2026-11-12")
}

/// Five opportunities and a lead over three stages, two salespeople and two customers.
fn records() -> Records {
    let mut records = Records::default();
    for (number, name, sequence, probability) in [(1, "New", 10, 10), (2, "Proposition", 30, 70), (3, "Won", 100, 100)]
    {
        let mut stage = Stage::blank(id(Kind::Stage, number));
        (stage.name, stage.sequence, stage.is_won) = (name.into(), sequence, probability == 100);
        stage.probability = Percent::whole(probability);
        records.insert(Record::Stage(stage));
    }
    for (number, name) in [(1, "Ann Field"), (2, "Bob Road")] {
        records.insert(Record::User(User { name: name.into(), ..User::blank(id(Kind::User, number)) }));
    }
    for (number, name) in [(1, "Acme"), (2, "Café Zoë")] {
        records.insert(Record::Contact(Contact { name: name.into(), ..Contact::blank(id(Kind::Contact, number)) }));
    }
    let reason = LostReason { name: "Too expensive".into(), ..LostReason::blank(id(Kind::LostReason, 1)) };
    records.insert(Record::LostReason(reason));
    records.insert(Record::Tag(Tag { name: "VIP".into(), ..Tag::blank(id(Kind::Tag, 1)) }));
    let rows = [
        (1, "Desks", 1, Some(1), Some(1), 100_000, Some("2026-11-20")),
        (2, "Chairs", 2, Some(2), Some(1), 50_050, Some("2026-11-10")),
        (3, "Lamps", 3, Some(2), Some(2), 200_000, None),
        (4, "Shelves", 1, None, None, 10_000, Some("2027-02-01")),
        (5, "Carpets", 2, Some(1), Some(2), 70_000, None),
        (6, "A lead", 1, None, None, 0, None),
    ];
    for (number, name, stage, user, partner, revenue, deadline) in rows {
        let mut o = Opportunity::blank(id(Kind::Opportunity, number));
        (o.name, o.expected_revenue) = (name.into(), Money(revenue));
        o.r#type = if number == 6 { "lead" } else { "opportunity" }.into();
        (o.user, o.partner) = (user.map(|u| id(Kind::User, u)), partner.map(|c| id(Kind::Contact, c)));
        o.date_deadline = deadline.map(day);
        o.meta.create_date = Some(time("2026-11-01"));
        let closed = (stage == 3 || number == 5).then(|| time("2026-10-30"));
        let outcome = match number {
            3 => Outcome::Won,
            5 => Outcome::Lost { reason: Some(id(Kind::LostReason, 1)) },
            _ => Outcome::Open,
        };
        o.standing = Standing {
            stage: Some(id(Kind::Stage, stage)),
            outcome,
            since: Some(time("2026-11-02")),
            closed,
            probability: None,
        };
        if number == 1 {
            o.tags = vec![id(Kind::Tag, 1)];
            o.activities = vec![activity(1, "2026-11-10", false), activity(2, "2026-11-30", true)];
            let (text, user) = ("Rang twice".to_owned(), Some(id(Kind::User, 1)));
            o.notes = vec![Note { id: id(Kind::Note, 1), text, time: time("2026-11-03"), user }];
        }
        records.insert(Record::Opportunity(o));
    }
    records
}

fn activity(number: u8, deadline: &str, is_done: bool) -> Activity {
    Activity {
        id: id(Kind::Activity, number),
        kind: ActivityType::CALL,
        summary: if is_done { String::new() } else { "Offer".into() },
        note: String::new(),
        date_deadline: day(deadline),
        user: Some(id(Kind::User, 1)),
        done: is_done.then(|| time("2026-11-05")),
        done_by: None,
        feedback: String::new(),
    }
}

fn query(listing: Listing) -> ListQuery {
    ListQuery::new(listing, today())
}

fn names(query: &ListQuery, records: &Records) -> Vec<String> {
    query.ids(records).into_iter().map(|id| records.name(id).to_owned()).collect()
}

/// Names of all opportunities, archived ones too, that meet a filter; sorted.
fn found(text: &str) -> Vec<String> {
    let records = records();
    let filters = vec![Filter::parse(&records, Listing::Opportunities, text, today()).unwrap()];
    let mut names = names(&ListQuery { filters, archived: true, ..query(Listing::Opportunities) }, &records);
    names.sort();
    names
}

fn mistake(text: &str) -> String {
    Filter::parse(&records(), Listing::Opportunities, text, today()).expect_err(text).to_string()
}

#[test]
fn filters_mean_what_they_say() {
    let cases: &[(&str, &[&str])] = &[
        ("won_status = won", &["Lamps"]),
        ("won_status != won", &["Carpets", "Chairs", "Desks", "Shelves"]),
        ("user = 'Ann Field'", &["Carpets", "Desks"]),
        ("user = ann field and stage = new", &["Desks"]),
        ("user is empty", &["Shelves"]),
        ("user is not empty and not won_status in (won, lost)", &["Chairs", "Desks"]),
        ("partner = 'cafe zoe' or user is empty", &["Carpets", "Lamps", "Shelves"]),
        ("(partner contains ACM or user is empty) and expected_revenue >= 500.50", &["Chairs", "Desks"]),
        ("expected_revenue > 1,000", &["Lamps"]),
        ("expected_revenue = 1000.00", &["Desks"]),
        ("probability < 70", &["Carpets", "Desks", "Shelves"]),
        ("stage in (New, 'Won')", &["Desks", "Lamps", "Shelves"]),
        ("stage not in (New, 'Won')", &["Carpets", "Chairs"]),
        ("name starts ch", &["Chairs"]),
        ("name starts with 'C' and name not contains PET", &["Chairs"]),
        ("tags = vip", &["Desks"]),
        ("tags is empty and user = Bob Road", &["Chairs", "Lamps"]),
        ("lost_reason = 'Too expensive'", &["Carpets"]),
        ("date_deadline < today", &["Chairs"]),
        ("date_deadline >= today and date_deadline <= today+8", &["Desks"]),
        ("date_deadline = this month", &["Chairs", "Desks"]),
        ("date_deadline > this year", &["Shelves"]),
        ("date_deadline = 2026-11-20", &["Desks"]),
        ("date_deadline = next quarter", &["Shelves"]),
        ("date_closed = last month", &["Carpets", "Lamps"]),
        ("date_closed > 2026-10-30T08:00:00Z", &["Carpets", "Lamps"]),
        ("date_deadline is empty", &["Carpets", "Lamps"]),
        ("date_deadline > today + 2 months", &["Shelves"]),
        ("active", &["Chairs", "Desks", "Lamps", "Shelves"]),
        ("active = no", &["Carpets"]),
        ("activity_state = overdue", &["Desks"]),
        ("name = ''", &[]),
        ("user = Nobody", &[]),
    ];
    for (filter, wanted) in cases {
        assert_eq!(found(filter), *wanted, "{filter}");
    }
    let acme = format!("partner = {}", id(Kind::Contact, 1));
    assert_eq!(found(&acme), ["Chairs", "Desks"]);
}

#[test]
fn mistakes_in_filters_are_named_with_their_place() {
    let known = mistake("won_status = won and colour = 3");
    assert!(known.starts_with("filter ‘won_status = won and colour = 3’, character 22: opportunities have no field ‘colour’: they have id, name, stage,"), "{known}");
    let wrong = [
        ("name", "character 5: expected one of = != < <= > >= contains starts in is, found the end"),
        ("name =", "character 7: expected a value, found the end"),
        ("(name = a", "character 10: expected ), found the end"),
        ("name = a) or", "character 9: expected and, or, or the end, found ‘)’"),
        ("name = 'a", "character 8: the quote is not closed"),
        ("expected_revenue > much", "character 20: ‘much’ is not an amount"),
        ("won_status = gone", "character 14: ‘gone’ is not one of pending, won, lost"),
        ("date_deadline = someday", "character 17: ‘someday’ is not a day"),
        ("stage > New", "character 9: stage names a record"),
        ("", "character 1: expected a field, found the end"),
    ];
    for (filter, why) in wrong {
        let message = mistake(filter);
        assert!(message.contains(why), "{message}");
        assert!(!message.contains('\n'));
    }
    assert!(mistake(&"(".repeat(100_000)).contains("too many parentheses"));
}

#[test]
fn lists_hide_archived_lost_and_leads_unless_asked() {
    let records = records();
    assert_eq!(
        names(&query(Listing::Opportunities), &records),
        ["Shelves", "Lamps", "Chairs", "Desks"],
        "newest first"
    );
    assert_eq!(names(&ListQuery { archived: true, ..query(Listing::Opportunities) }, &records).len(), 5);
    assert_eq!(names(&query(Listing::Leads), &records), ["A lead"]);
    assert_eq!(names(&query(Listing::Contacts), &records), ["Acme", "Café Zoë"]);
    assert_eq!(names(&query(Listing::Stages), &records), ["New", "Proposition", "Won"]);
    let search = ListQuery { search: "ZOE lam".into(), ..query(Listing::Opportunities) };
    assert_eq!(names(&search, &records), ["Lamps"]);
    assert_eq!(query(Listing::Activities).ids(&records), [id(Kind::Activity, 1)]);
    assert_eq!(ListQuery { archived: true, ..query(Listing::Activities) }.ids(&records).len(), 2);
}

#[test]
fn sorting_puts_the_empty_last_either_way() {
    let records = records();
    let sorted = |text: &str| {
        let sort = Sort::parse(&records, Listing::Opportunities, text).unwrap();
        names(&ListQuery { sort, ..query(Listing::Opportunities) }, &records)
    };
    assert_eq!(sorted("date_deadline"), ["Chairs", "Desks", "Shelves", "Lamps"]);
    assert_eq!(sorted("-date_deadline"), ["Shelves", "Desks", "Chairs", "Lamps"]);
    assert_eq!(sorted("user desc, name"), ["Chairs", "Lamps", "Desks", "Shelves"]);
    assert_eq!(sorted("-stage"), ["Lamps", "Chairs", "Shelves", "Desks"], "stages by sequence");
    let limited = ListQuery { limit: Some(1), ..query(Listing::Opportunities) };
    assert_eq!(names(&limited, &records), ["Shelves"]);
    assert!(
        Sort::parse(&records, Listing::Stages, "revenue")
            .unwrap_err()
            .to_string()
            .contains("stages have no field ‘revenue’")
    );
}

#[test]
fn groups_count_and_sum() {
    let records = records();
    let by = |texts: &[&str], archived| {
        let group_by = texts.iter().map(|t| GroupBy::parse(&records, Listing::Opportunities, t).unwrap()).collect();
        ListQuery { group_by, archived, ..query(Listing::Opportunities) }.json(&records)
    };
    assert_eq!(
        by(&["user"], false),
        json!([
            {"group": "Ann Field", "count": 1, "sum": {"expected_revenue": "1000.00", "prorated_revenue": "100.00"}},
            {"group": "Bob Road", "count": 2, "sum": {"expected_revenue": "2500.50", "prorated_revenue": "2350.35"}},
            {"group": null, "count": 1, "sum": {"expected_revenue": "100.00", "prorated_revenue": "10.00"}},
        ])
    );
    let titles = |json: serde_json::Value| -> Vec<(String, u64)> {
        let groups = json.as_array().unwrap().clone();
        groups.iter().map(|g| (g["group"].as_str().unwrap_or("-").to_owned(), g["count"].as_u64().unwrap())).collect()
    };
    let pair = |(title, count): (&str, u64)| (title.to_owned(), count);
    assert_eq!(titles(by(&["stage"], true)), [("New", 2), ("Proposition", 2), ("Won", 1)].map(pair));
    assert_eq!(titles(by(&["won_status"], true)), [("pending", 3), ("won", 1), ("lost", 1)].map(pair));
    assert_eq!(titles(by(&["date_deadline"], true)), [("2026-11", 2), ("2027-02", 1), ("-", 2)].map(pair));
    assert_eq!(titles(by(&["date_deadline:quarter"], true)), [("2026-Q4", 2), ("2027-Q1", 1), ("-", 2)].map(pair));
    assert_eq!(titles(by(&["date_deadline:week"], true))[0], pair(("2026-W46", 1)));
    assert_eq!(titles(by(&["tags"], true)), [("VIP", 1), ("-", 4)].map(pair));
    let nested = by(&["user", "stage"], true);
    assert_eq!(titles(nested[0]["groups"].clone()), [("New", 1), ("Proposition", 1)].map(pair));
    assert!(GroupBy::parse(&records, Listing::Opportunities, "user:month").is_err());
    assert!(GroupBy::parse(&records, Listing::Opportunities, "date_closed:fortnight").is_err());
}

#[test]
fn json_has_the_shape_of_the_command_line() {
    let records = records();
    let list = ListQuery { archived: true, ..query(Listing::Opportunities) }.json(&records);
    let lamps = list.as_array().unwrap().iter().find(|o| o["name"] == "Lamps").unwrap();
    assert_eq!(lamps["id"], id(Kind::Opportunity, 3).to_string());
    assert_eq!(lamps["stage"], json!({"id": id(Kind::Stage, 3).to_string(), "name": "Won"}));
    assert_eq!((&lamps["won_status"], &lamps["probability"]), (&json!("won"), &json!(100)));
    assert_eq!((&lamps["expected_revenue"], &lamps["prorated_revenue"]), (&json!("2000.00"), &json!("2000.00")));
    assert_eq!((&lamps["user"]["name"], &lamps["partner"]["name"]), (&json!("Bob Road"), &json!("Café Zoë")));
    assert_eq!((&lamps["date_closed"], &lamps["lost_reason"]), (&json!("2026-10-30T09:00:00Z"), &json!(null)));
    assert_eq!((&lamps["email_from"], &lamps["tags"], &lamps["active"]), (&json!(null), &json!([]), &json!(true)));

    let desks = json::record(&records, id(Kind::Opportunity, 1), today()).unwrap();
    assert_eq!((&desks["kind"], &desks["date_deadline"]), (&json!("opportunity"), &json!("2026-11-20")));
    assert_eq!(
        (&desks["activities"][0]["type"], &desks["activities"][0]["state"]),
        (&json!("Call"), &json!("overdue"))
    );
    assert_eq!(
        (&desks["notes"][0]["text"], &desks["notes"][0]["user"]["name"]),
        (&json!("Rang twice"), &json!("Ann Field"))
    );
    let offer = json::record(&records, id(Kind::Activity, 1), today()).unwrap();
    assert_eq!((&offer["name"], &offer["record"]["name"]), (&json!("Offer"), &json!("Desks")));
    assert_eq!(json::record(&records, id(Kind::Opportunity, 99), today()), None);

    let columns = ["name", "probability"].map(|name| ListField::named(&records, Listing::Opportunities, name).unwrap());
    let rows = query(Listing::Opportunities).rows(&records, &columns);
    assert_eq!(rows[0], ["Shelves".into(), Percent::whole(10).into()]);
}

#[test]
fn lists_by_singular_and_plural_name() {
    for (text, listing) in [
        ("opportunity", Listing::Opportunities),
        ("Leads", Listing::Leads),
        ("activities", Listing::Activities),
        ("lost-reason", Listing::LostReasons),
    ] {
        assert_eq!(Listing::named(text), Some(listing));
    }
    assert_eq!(Listing::named("notes"), None);
}

proptest! {
    /// Whatever is typed as a filter is understood or refused in one line.
    #[test]
    fn no_filter_panics(text in "([a-z_]{1,6}|[ ()=<>!,'é+-]|user|name|and|or|in|is|empty|not|today|contains|[0-9]{1,4}){0,12}") {
        match Filter::parse(&records(), Listing::Opportunities, &text, today()) {
            Ok(filter) => {
                let records = records();
                ListQuery { filters: vec![filter], ..query(Listing::Opportunities) }.ids(&records);
            }
            Err(error) => prop_assert!(!error.to_string().contains('\n')),
        }
    }
}
