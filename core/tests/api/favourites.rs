//! Searches kept under a name: private, shared, and one default a person, also after two devices disagreed.

use crate::common::{Desk, meet, own};
use satchel_core::{
    Command, DocId, Kind, Value,
    query::{Asker, ListQuery, Listing, Query, Term},
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
