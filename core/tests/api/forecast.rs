//! The forecast by month and the closings by day (spec §1, §7).

use chrono::NaiveDate;
use satchel_core::{
    Command, DocId, Kind, Money, Value, Workspace,
    query::{
        Asker, Query, Term,
        forecast::{Span, closings, forecast},
    },
};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn deal(workspace: &Workspace, name: &str, revenue: i64, closing: Option<&str>) -> DocId {
    let id = workspace.new_id(Kind::Opportunity);
    let fields = vec![
        ("type".to_owned(), "opportunity".into()),
        ("name".to_owned(), name.into()),
        ("expected_revenue".to_owned(), Money(revenue * 100).into()),
        ("date_deadline".to_owned(), Value::from(closing.map(day))),
    ];
    workspace.execute(Command::Create { id, fields }).unwrap();
    id
}

#[test]
fn months_hold_what_closes_in_them_and_say_where_a_card_moves_to() {
    let desk = crate::common::Desk::ann();
    let workspace = &desk.ws;
    let asker = Asker::from(day("2026-11-12"));
    deal(workspace, "Late", 100, Some("2026-10-30"));
    let won_before = deal(workspace, "Won before", 200, Some("2026-10-01"));
    let won = deal(workspace, "Won", 300, Some("2026-11-02"));
    deal(workspace, "This month", 400, Some("2026-11-30"));
    deal(workspace, "February", 500, Some("2027-02-01"));
    deal(workspace, "Far", 600, Some("2028-01-01"));
    deal(workspace, "Some day", 700, None);
    let lost = deal(workspace, "Lost", 800, Some("2026-11-15"));
    workspace.execute(Command::MarkWon { ids: vec![won, won_before] }).unwrap();
    workspace.execute(Command::MarkLost { ids: vec![lost], reason: None, note: String::new() }).unwrap();

    let records = workspace.records();
    let found = forecast(&records, &Query::default(), &asker, asker.today, 4).unwrap();
    let names = |ids: &[DocId]| ids.iter().map(|id| records.name(*id).to_owned()).collect::<Vec<_>>().join(", ");
    let columns: Vec<(Span, String, i64)> =
        found.columns.iter().map(|c| (c.span, names(&c.cards), c.expected_revenue.0 / 100)).collect();
    let month = |text: &str| Span::Month(day(text));
    let expected = [
        (Span::Before, "Late", 100),
        (month("2026-11-01"), "Won, This month", 700),
        (month("2026-12-01"), "", 0),
        (month("2027-01-01"), "", 0),
        (month("2027-02-01"), "February", 500),
        (Span::Later, "Far", 600),
        (Span::NoDate, "Some day", 700),
    ];
    assert_eq!(columns, expected.map(|(span, names, sum)| (span, names.to_owned(), sum)));
    assert_eq!((found.count, found.expected_revenue), (6, Money(260_000)));
    // 300 won at 100 %, 400 at the first stage's 10 %.
    assert_eq!(found.columns[1].prorated_revenue, Money(34_000));

    assert_eq!(month("2027-02-01").closing(), Some(Some(day("2027-02-28"))));
    assert_eq!(month("2028-02-01").closing(), Some(Some(day("2028-02-29"))));
    assert_eq!(Span::NoDate.closing(), Some(None));
    assert_eq!((Span::Before.closing(), Span::Later.closing()), (None, None));

    // The same search narrows it.
    let mut query = Query::default();
    query.add("Outcome", Term::new("Won", "won_status = won"));
    assert_eq!(forecast(&records, &query, &asker, asker.today, 4).unwrap().count, 1);
    query.add("Outcome", Term::new("?", "no_such_field = 1"));
    assert!(forecast(&records, &query, &asker, asker.today, 4).is_err());
}

#[test]
fn closings_lie_on_their_days() {
    let desk = crate::common::Desk::ann();
    let workspace = &desk.ws;
    let asker = Asker::from(day("2026-11-12"));
    let first = deal(workspace, "First", 100, Some("2026-11-01"));
    let last = deal(workspace, "Last", 100, Some("2026-11-30"));
    deal(workspace, "Beyond", 100, Some("2026-12-01"));
    deal(workspace, "Never", 100, None);
    let records = workspace.records();
    let found = closings(&records, &Query::default(), &asker, day("2026-11-01"), day("2026-11-30")).unwrap();
    let found: Vec<(NaiveDate, Vec<DocId>)> = found.into_iter().collect();
    assert_eq!(found, [(day("2026-11-01"), vec![first]), (day("2026-11-30"), vec![last])]);
}
