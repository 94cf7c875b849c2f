//! The question that all views share: facets, ready and custom filters, groups; and that it can be written down.

use std::sync::Arc;

use chrono::{DateTime, FixedOffset, NaiveDate, Utc};
use satchel_core::{
    DocId, Kind, Money, Record, Records,
    environment::{Clock, Environment, fixed},
    query::{
        Asker, Filter, GroupBy, Item, ListField, Listing, MOST_GROUPS, Query, Term,
        custom::{Operator, condition},
        fields, ready,
    },
    record::{Contact, Opportunity, Outcome, Stage, Tag, Team, User},
};

fn id(kind: Kind, number: u8) -> DocId {
    DocId::new(kind, 1_000, [number; 9])
}

fn today() -> NaiveDate {
    "2026-11-12".parse().unwrap()
}

fn time(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn asker() -> Asker {
    Asker { user: Some(id(Kind::User, 1)), ..Asker::from(today()) }
}

fn records() -> Records {
    let mut records = Records::default();
    let stage = Stage { name: "New".into(), ..Stage::blank(id(Kind::Stage, 1)) };
    records.insert(Record::Stage(stage));
    for (number, name) in [(1, "West"), (2, "East")] {
        records.insert(Record::Team(Team { name: name.into(), ..Team::blank(id(Kind::Team, number)) }));
    }
    for (number, name) in [(1, "Ann Field"), (2, "Bob Road")] {
        let team = Some(id(Kind::Team, number));
        records.insert(Record::User(User { name: name.into(), team, ..User::blank(id(Kind::User, number)) }));
    }
    for (number, name, country) in [(1, "Acme", "France"), (2, "O'Neill and Sons", "Korea")] {
        let (name, country) = (name.into(), country.into());
        records.insert(Record::Contact(Contact { name, country, ..Contact::blank(id(Kind::Contact, number)) }));
    }
    for (number, name) in [(1, "VIP"), (2, "Late")] {
        records.insert(Record::Tag(Tag { name: name.into(), ..Tag::blank(id(Kind::Tag, number)) }));
    }
    let rows = [
        (1, "Desks", Some(1), Some(1)),
        (2, "Chairs", Some(2), Some(2)),
        (3, "Lamps", None, Some(2)),
        (4, "Rugs", None, None),
    ];
    for (number, name, user, partner) in rows {
        let mut o = Opportunity::blank(id(Kind::Opportunity, number));
        (o.name, o.r#type, o.expected_revenue) = (name.into(), "opportunity".into(), Money(i64::from(number) * 1_000));
        (o.user, o.partner) = (user.map(|u| id(Kind::User, u)), partner.map(|c| id(Kind::Contact, c)));
        o.standing.stage = Some(id(Kind::Stage, 1));
        // Half past eleven in the evening in UTC.
        o.meta.create_date = Some(time("2026-10-31T23:30:00Z"));
        o.tags = if number == 1 { vec![id(Kind::Tag, 1), id(Kind::Tag, 2)] } else { Vec::new() };
        if number == 4 {
            o.standing.outcome = Outcome::Lost { reason: None };
        }
        records.insert(Record::Opportunity(o));
    }
    records
}

/// Names of the opportunities that answer a question, in order.
fn names(records: &Records, query: &Query) -> Vec<String> {
    let query = query.ask(records, Listing::Opportunities, &asker()).unwrap();
    let mut names: Vec<String> = query.ids(records).iter().map(|id| records.name(*id).to_owned()).collect();
    names.sort();
    names
}

fn of(filter: &str) -> Vec<String> {
    let mut query = Query::default();
    query.add("Custom", Term::new(filter, filter));
    names(&records(), &query)
}

#[test]
fn conditions_about_one_thing_are_alternatives_and_facets_must_all_hold() {
    let records = records();
    let mut query = Query::default();
    query.add("Salesperson", Term::new("My Pipeline", "user = me"));
    assert_eq!(names(&records, &query), ["Desks"]);
    query.add("Salesperson", Term::new("Unassigned", "user is empty"));
    query.add("Salesperson", Term::new("Unassigned", "user is empty"));
    assert_eq!((query.facets.len(), query.facets[0].label().as_str()), (1, "My Pipeline or Unassigned"));
    assert_eq!(names(&records, &query), ["Desks", "Lamps"]);
    query.add("Customer", Term::new("Acme", "partner contains 'acm'"));
    assert_eq!(names(&records, &query), ["Desks"]);
    query.toggle("Salesperson", Term::new("My Pipeline", "user = me"));
    assert_eq!(names(&records, &query), Vec::<String>::new());
    query.remove(1);
    assert_eq!(names(&records, &query), ["Lamps"]);
    query.only("Salesperson", Some(Term::new("Bob", "user = 'Bob Road'")));
    assert_eq!(names(&records, &query), ["Chairs"]);
    query.clear();
    assert!(query.is_open());
    assert_eq!(names(&records, &query).len(), 3);
}

#[test]
fn a_condition_that_looks_among_archived_records_brings_no_others_of_them() {
    let records = records();
    let mut query = Query::default();
    query.add("Outcome", Term::new("Lost", "won_status = lost").archived());
    assert_eq!(names(&records, &query), ["Rugs"]);
    query.add("Outcome", Term::new("Open", "won_status = pending"));
    assert_eq!(names(&records, &query), ["Chairs", "Desks", "Lamps", "Rugs"]);
    query.add("Archived", Term::new("Archived", "active = false").archived());
    assert_eq!(names(&records, &query), ["Rugs"]);
}

#[test]
fn filters_reach_through_references_and_know_who_asks() {
    assert_eq!(of("partner.country = France"), ["Desks"]);
    assert_eq!(of("partner.country = Korea and user.team = East"), ["Chairs"]);
    assert_eq!(of("user.team = my team"), ["Desks"]);
    assert_eq!(of("user.team.name starts 'we'"), ["Desks"]);
    assert_eq!(of("tags.name = VIP"), ["Desks"]);
    assert_eq!(of("partner.country is empty"), Vec::<String>::new());
    assert_eq!(of("user.team is empty"), ["Lamps"]);
    assert_eq!(of("partner = 'o''neill and sons'"), ["Chairs", "Lamps"]);
    assert_eq!(of("user != me"), ["Chairs", "Lamps"]);
    for (wrong, says) in [
        ("partner.color = 1", "contacts have no field ‘color’"),
        ("name.city = Ghent", "name names no record"),
        ("partner.parent.parent.parent.parent.name = x", "too many records"),
    ] {
        let error = Filter::parse(&records(), Listing::Opportunities, wrong, asker()).unwrap_err().to_string();
        assert!(error.contains(says), "{error}");
    }
    let by = GroupBy::parse(&records(), Listing::Opportunities, "partner.country").unwrap();
    assert_eq!(by.field.label, "Customer: Country");
}

#[test]
fn a_question_written_down_and_read_again_asks_the_same() {
    let records = records();
    let mut query = Query { sort: "-expected_revenue".into(), ..Query::default() };
    query.add("Salesperson", Term::new("My Pipeline", "user = me"));
    query.add("Salesperson", Term::new("Unassigned", "user is empty"));
    query.add("Outcome", Term::new("Lost", "won_status = lost").archived());
    query.group_by = vec!["user".into(), "create_date:quarter".into(), "tags".into()];
    assert_eq!(Query::from_text(&query.to_text()).unwrap(), query);
    assert!(Query::from_text("{").is_err());
    assert_eq!(Query::from_text(r#"{"later": 1}"#).unwrap(), Query::default());
    // As `list --filter … --archived` it finds the same.
    let mut plain = Query { archived: query.looks_at_archived(), ..Query::default() };
    for (n, filter) in query.filters().into_iter().enumerate() {
        plain.add(&n.to_string(), Term::new("", filter));
    }
    assert_eq!(names(&records, &plain), names(&records, &query));
    // One facet as one expression too.
    assert_eq!(query.facets[0].expression(), "(user = me) or (user is empty)");
}

#[test]
fn every_ready_filter_and_group_is_understood() {
    let records = records();
    for listing in Listing::ALL {
        for (about, term) in ready::filters(listing).iter().flat_map(|r| r.terms.iter().map(|t| (r.about, t))) {
            let mut query = Query::default();
            query.add(about, term.clone());
            query.ask(&records, listing, &asker()).unwrap_or_else(|e| panic!("{}: {e}", listing.name()));
        }
        for (label, group) in ready::groups(listing) {
            GroupBy::parse(&records, listing, group).unwrap_or_else(|e| panic!("{label}: {e}"));
        }
    }
    let mut query = Query { group_by: vec!["user".into(); MOST_GROUPS + 1], ..Query::default() };
    assert!(query.ask(&records, Listing::Opportunities, &asker()).is_err());
    query.group_by.clear();
    for group in ["user", "team", "stage", "tags", "user"] {
        query.toggle_group(group);
    }
    assert_eq!(query.group_by, ["team", "stage"]);
}

#[test]
fn every_operator_of_every_field_is_understood() {
    let records = records();
    for listing in Listing::ALL {
        for field in fields(&records, listing) {
            for operator in Operator::of(field.ty) {
                let value = match field.ty {
                    satchel_core::record::FieldType::Choice(choices) => choices[0],
                    satchel_core::record::FieldType::Bool => "yes",
                    satchel_core::record::FieldType::Date
                    | satchel_core::record::FieldType::Time
                    | satchel_core::record::FieldType::When => "last quarter",
                    _ => "12",
                };
                let text = condition(&field, *operator, value);
                let filter = Filter::parse(&records, listing, &text, asker());
                filter.unwrap_or_else(|e| panic!("{} {} {text}: {e}", listing.name(), operator.label(field.ty)));
            }
        }
    }
    let named = |name| ListField::named(&records, Listing::Opportunities, name).unwrap();
    assert_eq!(condition(&named("user"), Operator::Is, "me"), "user = me");
    assert_eq!(of(&condition(&named("partner"), Operator::Contains, "o'neill and")), ["Chairs", "Lamps"]);
    assert_eq!(of(&condition(&named("expected_revenue"), Operator::Greater, "$20.00")), ["Lamps"]);
}

#[test]
fn groups_say_which_filter_they_are_three_levels_deep() {
    let records = records();
    let query = Query { group_by: ["user", "partner.country", "tags"].map(str::to_owned).into(), ..Query::default() };
    let asked = query.ask(&records, Listing::Opportunities, &asker()).unwrap();
    let groups = asked.groups(&records);
    let ann = &groups[0];
    assert_eq!((ann.title.as_deref(), ann.groups[0].title.as_deref()), (Some("Ann Field"), Some("France")));
    assert_eq!(ann.groups[0].groups.len(), 2, "one for each tag");
    for group in &groups {
        let filter = asked.group_by[0].filter(&group.value);
        assert_eq!(of(&filter).len(), group.count, "{filter}");
    }
    let json = asked.json(&records);
    assert_eq!(json[0]["groups"][0]["groups"][0]["group"], "Late");
}

/// Two hours east of UTC.
struct East;

impl Clock for East {
    fn now(&self) -> DateTime<Utc> {
        time("2026-11-12T09:00:00Z")
    }

    fn offset(&self, _: DateTime<Utc>) -> FixedOffset {
        FixedOffset::east_opt(7_200).unwrap()
    }
}

#[test]
fn moments_lie_in_the_users_day() {
    let records = records();
    let east = Environment::new(Arc::new(East), fixed::SeededRandomness::new(1));
    let asker = Asker::new(&east, id(Kind::User, 1));
    let query = Query { group_by: vec!["create_date:month".into()], ..Query::default() };
    let titles = |asker: &Asker| -> Vec<Option<String>> {
        let asked = query.ask(&records, Listing::Opportunities, asker).unwrap();
        asked.groups(&records).into_iter().map(|g| g.title).collect()
    };
    assert_eq!(titles(&asker), [Some("2026-11".to_owned())], "half past one in the morning there");
    assert_eq!(titles(&self::asker()), [Some("2026-10".to_owned())]);
    let count = |filter: &str, asker: &Asker| {
        let mut query = Query::default();
        query.add("Created", Term::new("", filter));
        query.ask(&records, Listing::Opportunities, asker).unwrap().ids(&records).len()
    };
    for (period, in_east, in_utc) in
        [("2026-11-01", 3, 0), ("2026-10", 0, 3), ("this month", 3, 0), ("2026-Q4", 3, 3), ("2026-W44", 3, 3)]
    {
        let filter = format!("create_date = {period}");
        assert_eq!((count(&filter, &asker), count(&filter, &self::asker())), (in_east, in_utc), "{period}");
    }
}

#[test]
fn the_index_and_the_records_answer_alike() {
    let records = records();
    let terms = ready::filters(Listing::Opportunities).into_iter().flat_map(|r| r.terms).map(|t| t.filter);
    let more = [
        "not (user = me)",
        "team is empty or user = 'Bob Road' and stage = New",
        "stage = New and not partner.country = France",
        "expected_revenue > 15 and won_status != lost",
        "date_deadline is empty and priority = 0 and active = true",
        "anywhere contains 'desk' or city is not empty",
    ];
    for filter in terms.chain(more.map(str::to_owned)) {
        let mut query = Query { archived: true, ..Query::default() };
        query.add("Custom", Term::new("", filter.as_str()));
        let parsed = Filter::parse(&records, Listing::Opportunities, &filter, asker()).unwrap();
        let holds = |o: &&Opportunity| parsed.holds(&records, Item::Opportunity(o), &asker());
        let mut expected: Vec<String> = records.opportunities.values().filter(holds).map(|o| o.name.clone()).collect();
        expected.sort();
        assert_eq!(names(&records, &query), expected, "{filter}");
    }
}
