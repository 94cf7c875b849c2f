//! Searches kept under a name: private, shared, and one default a person, also after two devices disagreed.

use crate::common::{Desk, meet, own};
use satchel_core::{
    Command, DocId, Kind, Value,
    query::{
        Asker, Filter, Item, ListQuery, Listing, Query, Term,
        pivot::{Graph, Layout, Look},
    },
};

fn keep(desk: &Desk, name: &str, filter: &str, more: &[(&str, Value)]) -> DocId {
    let mut query = Query::default();
    query.add("Custom", Term::new(filter, filter));
    let id = desk.ws.new_id(Kind::Favourite);
    let mut fields = own(&[("name", name.into()), ("query", query.to_text().into())]);
    fields.extend(own(more));
    desk.run(Command::Create { id, fields });
    id
}

fn default(desk: &Desk) -> Option<String> {
    let records = desk.ws.records();
    records.default_favourite(desk.ws.user(), Listing::Opportunities).map(|f| f.name.clone())
}

fn seen(desk: &Desk) -> Vec<String> {
    let records = desk.ws.records();
    records.favourites_of(desk.ws.user(), Listing::Opportunities).iter().map(|f| f.name.clone()).collect()
}

const DEFAULT: (&str, Value) = ("default", Value::Bool(true));
const SHARED: (&str, Value) = ("shared", Value::Bool(true));

#[test]
fn a_person_has_one_default_and_their_own_beats_a_shared_one() {
    let ann = Desk::ann();
    let bob = ann.admit("Bob Road", 2);
    keep(&ann, "Ours", "won_status = pending", &[SHARED, DEFAULT]);
    keep(&ann, "Secret", "priority = 3", &[]);
    meet(&ann, &bob);
    assert_eq!(seen(&bob), ["Ours"]);
    assert_eq!(default(&bob).as_deref(), Some("Ours"));
    let first = keep(&bob, "Mine", "user = me", &[DEFAULT]);
    assert_eq!(default(&bob).as_deref(), Some("Mine"));
    let second = keep(&bob, "Late", "date_deadline < today", &[]);
    bob.set(second, &[DEFAULT]);
    assert_eq!(default(&bob).as_deref(), Some("Late"));
    assert!(!bob.ws.records().favourites[&first].default, "one default a person and list");
    meet(&ann, &bob);
    assert_eq!(default(&ann).as_deref(), Some("Ours"));
    assert_eq!((seen(&ann).join(", "), seen(&bob).join(", ")), ("Ours, Secret".into(), "Late, Mine, Ours".into()));
    bob.run(Command::Trash { ids: vec![second] });
    assert_eq!(default(&bob).as_deref(), Some("Ours"));
    let asker = Asker::new(bob.ws.environment(), bob.ws.user());
    assert_eq!(ListQuery::new(Listing::Favourites, asker).ids(&bob.ws.records()).len(), 2);
}

#[test]
fn two_devices_of_a_person_that_chose_different_defaults_agree_on_one() {
    let ann = Desk::ann();
    let bob = ann.admit("Bob Road", 2);
    let (a, b) = (keep(&ann, "A", "priority = 1", &[SHARED]), keep(&ann, "B", "priority = 2", &[SHARED]));
    meet(&ann, &bob);
    // A manager may set the defaults of others; here both set Ann's while apart.
    ann.set(a, &[DEFAULT]);
    bob.set(b, &[DEFAULT]);
    meet(&ann, &bob);
    let chosen = default(&ann);
    assert!(chosen.is_some());
    assert_eq!(chosen, default(&bob));
    // Choosing again settles it in the records too.
    ann.set(a, &[DEFAULT]);
    let loser = if chosen.as_deref() == Some("A") { b } else { a };
    ann.set(loser, &[("default", Value::Bool(false))]);
    ann.set(loser, &[DEFAULT]);
    meet(&ann, &bob);
    let records = bob.ws.records();
    assert_eq!(records.favourites.values().filter(|f| f.default).count(), 1);
}

#[test]
fn a_favourite_that_cannot_be_asked_is_refused() {
    let ann = Desk::ann();
    let refused = |fields: &[(&str, Value)]| {
        let id = ann.ws.new_id(Kind::Favourite);
        ann.ws.execute(Command::Create { id, fields: own(fields) }).expect_err("refused").to_string()
    };
    assert!(refused(&[("query", "user = me".into())]).contains("needs a name"));
    assert!(refused(&[("name", " ".into())]).contains("needs a name"));
    assert!(refused(&[("name", "x".into()), ("query", "colour = red".into())]).contains("no field ‘colour’"));
    assert!(refused(&[("name", "x".into()), ("query", "{".into())]).contains("not one that Satchel wrote"));
    assert!(refused(&[("name", "x".into()), ("listing", "planets".into())]).contains("not one of opportunities"));
    let id = keep(&ann, "France", "partner.country = France", &[]);
    let records = ann.ws.records();
    let favourite = &records.favourites[&id];
    assert_eq!((favourite.owner, favourite.listing.as_str()), (Some(ann.ws.user()), "opportunities"));
    assert_eq!(favourite.question().map(|q| q.filters()), Some(vec!["partner.country = France".to_owned()]));
}

#[test]
fn a_report_is_kept_with_its_look_and_pinned_by_each_for_themselves() {
    let ann = Desk::ann();
    let bob = ann.admit("Bob Road", 2);
    let layout = Layout::new("expected_revenue", &["user"], Some("stage"));
    let look = Look { layout, graph: Graph::Pie, apart: true };
    let report = ("report", Value::from(look.to_text().as_str()));
    let id = keep(&ann, "By person", "won_status = pending", &[SHARED, DEFAULT, report.clone()]);
    keep(&ann, "Open", "won_status = pending", &[DEFAULT]);
    meet(&ann, &bob);
    let kept = bob.ws.records().favourites[&id].clone();
    assert_eq!(kept.look(), Some(look), "as it was kept");
    assert_eq!(seen(&bob), [""; 0], "a report is no search of the list");
    assert_eq!(bob.ws.records().reports_of(bob.ws.user(), Listing::Opportunities).len(), 1);
    assert_eq!(default(&ann).as_deref(), Some("Open"), "the list has a default of its own");
    assert!(ann.ws.records().default_report(ann.ws.user(), Listing::Opportunities).is_some());
    // Each while apart: neither takes the other's away.
    for desk in [&ann, &bob] {
        desk.set(id, &[("pinned", Value::Refs(vec![desk.ws.user()]))]);
    }
    meet(&ann, &bob);
    for desk in [&ann, &bob] {
        assert_eq!(desk.ws.records().pinned_reports(desk.ws.user()).len(), 1);
    }
    assert_eq!(ann.ws.records().favourites[&id].pinned.len(), 2);
    // What cannot be laid out is refused, and what an older version kept still opens.
    let wrong = Look { layout: Layout::new("beauty", &["user"], None), ..Look::default() };
    let fields = own(&[("report", wrong.to_text().as_str().into())]);
    let refused = ann.ws.execute(Command::Set { id, fields, seen: None }).unwrap_err().to_string();
    assert!(refused.contains("beauty"), "{refused}");
    assert_eq!(Look::from_text("{}").unwrap(), Look::default());
}

#[test]
fn records_are_asked_for_by_their_ids() {
    let ann = Desk::ann();
    let ids: Vec<DocId> = ["A", "B", "C"].into_iter().map(|name| ann.add(&[("name", name.into())])).collect();
    let asker = Asker::new(ann.ws.environment(), ann.ws.user());
    let mut query = Query::default();
    query.add("Report", Term::new("these", format!("id in ({}, {})", ids[0], ids[2])).archived());
    let found = query.ask(&ann.ws.records(), Listing::Opportunities, &asker).unwrap().ids(&ann.ws.records());
    assert_eq!(found.len(), 2);
    assert!(found.contains(&ids[0]) && found.contains(&ids[2]));
    let records = ann.ws.records();
    let not =
        Filter::parse(&records, Listing::Opportunities, &format!("id not in ({})", ids[0]), asker.clone()).unwrap();
    let holds = |id: &DocId| not.holds(&records, Item::of(&records, *id).unwrap(), &asker);
    assert_eq!(ids.iter().map(holds).collect::<Vec<_>>(), [false, true, true]);
    let why = Filter::parse(&records, Listing::Opportunities, "id in (7)", asker).unwrap_err().to_string();
    assert!(why.contains("‘7’ is no id"), "{why}");
}
