//! Quotations, sales orders, invoices (spec §9) and what dashboards make of them.

use chrono::{DateTime, NaiveDate, Utc};
use satchel_core::{
    Command, DocId, Kind, Money, Percent, Value,
    command::SaleStep,
    query::{
        Asker, Listing, Period,
        dashboard::{Detail, Figure, Whose, dashboard, team_dashboard},
        reports::{Frame, actual_vs_target},
    },
    record::Measure,
    workspace::Gone,
};

use crate::common::{Desk, meet, own};

fn moment(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn deal(desk: &Desk, cents: i64) -> DocId {
    let me = Value::from(desk.ws.user());
    desk.add(&[("name", "Desks".into()), ("expected_revenue", Money(cents).into()), ("user", me)])
}

fn sale(desk: &Desk, step: SaleStep) {
    desk.run(Command::Sale(step));
}

fn refused(desk: &Desk, step: SaleStep) -> String {
    desk.ws.execute(Command::Sale(step)).unwrap_err().to_string()
}

fn quote(desk: &Desk, opportunity: DocId) -> DocId {
    let id = desk.ws.new_id(Kind::Quotation);
    sale(desk, SaleStep::Quote { opportunity, id });
    id
}

fn line(desk: &Desk, order: DocId, fields: &[(&str, Value)]) -> DocId {
    let id = desk.ws.new_id(Kind::OrderLine);
    let mut all = vec![("name", Value::from("Lamp")), ("order", order.into())];
    all.extend_from_slice(fields);
    desk.run(Command::Create { id, fields: own(&all) });
    id
}

fn post(desk: &Desk, order: DocId) -> DocId {
    let id = desk.ws.new_id(Kind::Invoice);
    sale(desk, SaleStep::Invoice { order, id });
    sale(desk, SaleStep::Post { id });
    id
}

fn refund(desk: &Desk, id: DocId, untaxed: Option<i64>) -> DocId {
    let new = desk.ws.new_id(Kind::Invoice);
    sale(desk, SaleStep::Refund { id, new, untaxed: untaxed.map(Money) });
    sale(desk, SaleStep::Post { id: new });
    new
}

fn expected(desk: &Desk, id: DocId) -> Money {
    desk.ws.records().opportunities[&id].expected_revenue
}

#[test]
fn a_confirmed_order_raises_what_is_expected_and_never_lowers_it() {
    let ann = Desk::ann();
    let id = deal(&ann, 20_000);
    let first = quote(&ann, id);
    assert_eq!(ann.ws.records().totals(first).untaxed, Money(20_000));
    line(&ann, first, &[("quantity", 3.into()), ("price", Money(333).into()), ("discount", Percent::whole(10).into())]);
    line(&ann, first, &[("price", Money(1_001).into()), ("tax", Percent(1_950).into())]);
    {
        let records = ann.ws.records();
        let totals = records.totals(first);
        // 3 × 3.33 less 10 % is 8.991, rounded 8.99; 19.5 % of 10.01 is 1.95.
        assert_eq!((totals.untaxed, totals.tax, totals.total()), (Money(21_900), Money(195), Money(22_095)));
    }
    sale(&ann, SaleStep::Send { id: first });
    sale(&ann, SaleStep::Confirm { id: first });
    assert_eq!(expected(&ann, id), Money(21_900));
    assert!(refused(&ann, SaleStep::Confirm { id: first }).contains("confirmed already"));
    let smaller = ann.ws.new_id(Kind::Quotation);
    ann.run(Command::Create { id: smaller, fields: own(&[("opportunity", id.into())]) });
    line(&ann, smaller, &[("price", Money(5).into())]);
    assert_eq!(ann.ws.records().quotations[&smaller].user, Some(ann.ws.user()));
    sale(&ann, SaleStep::Confirm { id: smaller });
    assert_eq!(expected(&ann, id), Money(21_900));
    // What was confirmed stays so.
    let late = Command::Create {
        id: ann.ws.new_id(Kind::OrderLine),
        fields: own(&[("name", "More".into()), ("order", first.into())]),
    };
    assert!(ann.ws.execute(late).unwrap_err().to_string().contains("stays as it was confirmed"));
    let edit = Command::Set { id: first, fields: own(&[("state", "draft".into())]), seen: None };
    assert!(ann.ws.execute(edit).is_err());
    sale(&ann, SaleStep::Cancel { id: smaller });
    assert_eq!(ann.ws.records().quotations[&smaller].state, "cancelled");
}

#[test]
fn two_devices_that_number_apart_give_no_number_twice() {
    let ann = Desk::ann();
    let bob = ann.admit("Bob Road", 2);
    let id = deal(&ann, 100);
    meet(&ann, &bob);
    let made: Vec<DocId> = [&ann, &bob, &ann, &bob].map(|desk| quote(desk, id)).into();
    meet(&ann, &bob);
    let third = quote(&ann, id);
    let records = ann.ws.records();
    let mut numbers: Vec<&str> = made.iter().chain([&third]).map(|id| records.name(*id)).collect();
    assert!(numbers[4].starts_with("Q/2026/") && numbers[4].ends_with("/0003"), "{numbers:?}");
    numbers.sort();
    numbers.dedup();
    assert_eq!(numbers.len(), 5);
}

#[test]
fn what_is_posted_stays_as_it_was() {
    let ann = Desk::ann();
    let bob = ann.admit("Bob Road", 2);
    let id = deal(&ann, 10_000);
    let order = quote(&ann, id);
    meet(&ann, &bob);
    // Bob knows nothing of the order yet.
    let first = bob.ws.records().lines_of(order)[0].id;
    bob.set(first, &[("price", Money(99_900).into())]);
    sale(&ann, SaleStep::Confirm { id: order });
    let invoice = post(&ann, order);
    let before = ann.ws.records().invoices[&invoice].frozen().unwrap();
    meet(&ann, &bob);
    for desk in [&ann, &bob] {
        let records = desk.ws.records();
        assert_eq!(records.totals(order).untaxed, Money(99_900), "the line was changed");
        assert_eq!(records.invoice_totals(&records.invoices[&invoice]).untaxed, Money(10_000));
        assert_eq!(records.invoices[&invoice].frozen().unwrap(), before);
        assert_eq!((before.lines[0].price, before.number.as_str()), (Money(10_000), records.name(invoice)));
    }
    assert_eq!(ann.digest(), bob.digest());
    assert!(refused(&ann, SaleStep::Post { id: invoice }).contains("posted already"));
    assert!(refused(&ann, SaleStep::Cancel { id: order }).contains("refund that first"));
    for command in [
        Command::Set { id: invoice, fields: own(&[("user", Value::Null)]), seen: None },
        Command::Trash { ids: vec![invoice] },
    ] {
        assert!(ann.ws.execute(command).unwrap_err().to_string().contains("refund it instead"));
    }
    sale(&ann, SaleStep::Pay { id: invoice, on: day("2026-11-20") });
    assert_eq!(ann.ws.records().invoices[&invoice].state(), "paid");
    ann.ws.undo().unwrap();
    assert_eq!(ann.ws.records().invoices[&invoice].state(), "posted");
}

#[test]
fn posted_on_two_devices_at_once_it_is_one_invoice_and_one_question() {
    let ann = Desk::ann();
    let bob = ann.admit("Bob Road", 2);
    let order = quote(&ann, deal(&ann, 10_000));
    sale(&ann, SaleStep::Confirm { id: order });
    let id = ann.ws.new_id(Kind::Invoice);
    sale(&ann, SaleStep::Invoice { order, id });
    meet(&ann, &bob);
    sale(&ann, SaleStep::Post { id });
    sale(&bob, SaleStep::Post { id });
    meet(&ann, &bob);
    assert_eq!(ann.digest(), bob.digest());
    let [a, b] = [&ann, &bob].map(|desk| desk.ws.records().invoices[&id].clone());
    assert_eq!((&a.frozen, a.state()), (&b.frozen, "posted"));
    // Number, day and lines are decided together: they are one register.
    assert_eq!(a.meta.conflicts, ["frozen"]);
    let conflict = ann.ws.conflicts(Some(id)).unwrap().remove(0);
    assert!(conflict.value.text.starts_with(&a.name), "{:?}", conflict.value.text);
    let other = conflict.others[0].text.clone();
    ann.run(Command::Resolve { id, field: "frozen".to_owned(), choice: 1 });
    meet(&ann, &bob);
    for desk in [&ann, &bob] {
        let invoice = desk.ws.records().invoices[&id].clone();
        assert!(other.starts_with(&invoice.name) && invoice.meta.conflicts.is_empty());
        assert_eq!(invoice.frozen().unwrap().number, invoice.name);
    }
}

#[test]
fn a_number_that_lost_or_was_undone_is_given_no_second_time() {
    let ann = Desk::ann();
    let bob = ann.admit("Bob Road", 2);
    let order = quote(&ann, deal(&ann, 10_000));
    sale(&ann, SaleStep::Confirm { id: order });
    let draft = ann.ws.new_id(Kind::Invoice);
    sale(&ann, SaleStep::Invoice { order, id: draft });
    meet(&ann, &bob);
    let mut given: Vec<String> = Vec::new();
    for desk in [&ann, &bob] {
        sale(desk, SaleStep::Post { id: draft });
        given.push(desk.ws.records().invoices[&draft].name.clone());
    }
    meet(&ann, &bob);
    // One of the two numbers stands nowhere now; neither device gives its own again.
    for desk in [&ann, &bob] {
        let next = post(desk, order);
        given.push(desk.ws.records().invoices[&next].name.clone());
    }
    let missing = |desk: &Desk| -> Vec<(String, Gone)> {
        let all = desk.ws.numbers().unwrap().into_iter().flat_map(|counted| counted.missing);
        all.map(|missing| (missing.number.unwrap(), missing.why)).collect()
    };
    meet(&ann, &bob);
    let winner = ann.ws.records().name(draft).to_owned();
    let lost = given[..2].iter().find(|number| **number != winner).unwrap().clone();
    given.sort();
    given.dedup();
    assert_eq!(given.len(), 4, "{given:?}");
    assert_eq!(missing(&ann), [(lost, Gone::Replaced(draft))]);
    assert_eq!(missing(&bob), missing(&ann));
    // What was undone keeps its number, and an import of several at once counts on.
    let id = deal(&ann, 100);
    let undone = quote(&ann, id);
    let number = ann.ws.records().name(undone).to_owned();
    ann.ws.undo().unwrap();
    assert!(ann.ws.records().quotations[&undone].meta.deleted);
    let quotes = [0, 1].map(|_| SaleStep::Quote { opportunity: id, id: ann.ws.new_id(Kind::Quotation) });
    ann.ws.execute_batch("Quotations", quotes.map(Command::Sale).into(), false, &mut |_, _| {}).unwrap();
    assert!(missing(&ann).contains(&(number.clone(), Gone::Trashed(undone))));
    let records = ann.ws.records();
    let named = |name: &str| records.quotations.values().filter(|q| q.name == name).count();
    assert_eq!(named(&number), 1);
    let mut numbers: Vec<&str> = records.quotations.values().map(|q| q.name.as_str()).collect();
    numbers.sort();
    numbers.dedup();
    assert_eq!(numbers.len(), records.quotations.len());
    assert!(numbers.last().unwrap().ends_with("/0004"), "{numbers:?}");
}

#[test]
fn numbers_are_counted_and_not_written() {
    let ann = Desk::ann();
    quote(&ann, deal(&ann, 100));
    let series = *ann.ws.records().series.keys().next().unwrap();
    for command in [
        Command::Set { id: series, fields: own(&[("quotations", 0.into())]), seen: None },
        Command::Trash { ids: vec![series] },
        Command::Create { id: ann.ws.new_id(Kind::Series), fields: own(&[("name", "X".into())]) },
    ] {
        assert!(ann.ws.execute(command).unwrap_err().to_string().contains("are counted"));
    }
}

#[test]
fn undo_passes_over_what_is_posted_and_goes_on_with_what_was_done_before() {
    let ann = Desk::ann();
    let id = deal(&ann, 10_000);
    let order = quote(&ann, id);
    ann.set(id, &[("priority", 2.into())]);
    sale(&ann, SaleStep::Confirm { id: order });
    let invoice = post(&ann, order);
    let outcome = ann.ws.undo().unwrap();
    let records = ann.ws.records();
    assert_eq!((outcome.label.as_str(), records.opportunities[&id].priority), ("Change Priority", 0));
    assert!(outcome.kept[0].1.to_string().contains("it is posted"), "{:?}", outcome.kept);
    assert_eq!(
        (records.invoices[&invoice].state(), records.quotations[&order].state.as_str()),
        ("posted", "confirmed")
    );
    drop(records);
    ann.ws.redo().unwrap();
    assert_eq!(ann.ws.records().opportunities[&id].priority, 2);
}

#[test]
fn what_is_confirmed_is_changed_by_no_undo_and_by_no_trash() {
    let ann = Desk::ann();
    let bob = ann.admit("Bob Road", 2);
    let order = quote(&ann, deal(&ann, 10_000));
    let first = ann.ws.records().lines_of(order)[0].id;
    let second = line(&ann, order, &[("price", Money(500).into())]);
    ann.run(Command::Trash { ids: vec![second] });
    ann.set(first, &[("price", Money(9_000).into())]);
    meet(&ann, &bob);
    sale(&bob, SaleStep::Confirm { id: order });
    meet(&ann, &bob);
    let total = |desk: &Desk| desk.ws.records().totals(order).untaxed;
    assert_eq!(total(&ann), Money(9_000));
    let commit = |desk: &Desk, of: DocId| desk.ws.history(of).unwrap()[0].commit;
    let refused = ann.ws.undo_commit(commit(&ann, first)).unwrap_err().to_string();
    assert!(refused.contains("stays as it was confirmed"), "{refused}");
    let refused = ann.ws.execute(Command::Restore { ids: vec![second] }).unwrap_err().to_string();
    assert!(refused.contains("stays as it was confirmed"), "{refused}");
    assert_eq!(total(&ann), Money(9_000));
    // The step itself can be taken back by who made it, as long as nothing was posted.
    bob.ws.undo().unwrap();
    assert_eq!(bob.ws.records().quotations[&order].state, "draft");
    bob.ws.redo().unwrap();
    let invoice = post(&bob, order);
    let outcome = bob.ws.undo();
    assert!(outcome.is_err_and(|e| e.to_string().contains("it is posted")), "nothing older is Bob's");
    assert_eq!(bob.ws.records().invoices[&invoice].state(), "posted");
    assert_eq!(bob.ws.records().quotations[&order].state, "confirmed");
}

#[test]
fn what_was_wholly_refunded_can_be_cancelled_and_nothing_is_refunded_twice() {
    let ann = Desk::ann();
    let bob = ann.admit("Bob Road", 2);
    let order = quote(&ann, deal(&ann, 10_000));
    sale(&ann, SaleStep::Confirm { id: order });
    let invoice = post(&ann, order);
    refund(&ann, invoice, Some(4_000));
    let refuse = |untaxed: i64| {
        let new = ann.ws.new_id(Kind::Invoice);
        refused(&ann, SaleStep::Refund { id: invoice, new, untaxed: Some(Money(untaxed)) })
    };
    assert!(refuse(6_001).contains("60.00 without tax at most") && refuse(-1).contains("not for nothing"));
    assert!(refused(&ann, SaleStep::Cancel { id: order }).contains("refund that first"));
    // A draft may be changed within what is left, and counts for those made after it.
    let draft = ann.ws.new_id(Kind::Invoice);
    sale(&ann, SaleStep::Refund { id: invoice, new: draft, untaxed: Some(Money(1_000)) });
    assert!(refuse(5_001).contains("50.00 without tax at most"));
    let amount = |cents: i64| Command::Set { id: draft, fields: own(&[("refunded", Money(cents).into())]), seen: None };
    for wrong in [-1, 0, 6_001] {
        assert!(ann.ws.execute(amount(wrong)).unwrap_err().to_string().contains("60.00 without tax at most"));
    }
    ann.run(amount(6_000));
    // Bob gives the rest back meanwhile: the draft comes too late.
    meet(&ann, &bob);
    bob.run(Command::Trash { ids: vec![draft] });
    refund(&bob, invoice, None);
    meet(&ann, &bob);
    ann.run(Command::Restore { ids: vec![draft] });
    assert!(refused(&ann, SaleStep::Post { id: draft }).contains("refunded already"));
    sale(&ann, SaleStep::Cancel { id: order });
    assert_eq!(ann.ws.records().quotations[&order].state, "cancelled");
}

#[test]
fn an_order_that_was_cancelled_meanwhile_is_invoiced_no_more() {
    let ann = Desk::ann();
    let bob = ann.admit("Bob Road", 2);
    let order = quote(&ann, deal(&ann, 10_000));
    sale(&ann, SaleStep::Confirm { id: order });
    let draft = ann.ws.new_id(Kind::Invoice);
    sale(&ann, SaleStep::Invoice { order, id: draft });
    meet(&ann, &bob);
    sale(&bob, SaleStep::Cancel { id: order });
    meet(&ann, &bob);
    assert!(refused(&ann, SaleStep::Post { id: draft }).contains("no sales order any more"));
}

fn agrees(desk: &Desk, figure: &Figure) {
    let records = desk.ws.records();
    let asker = Asker::new(desk.ws.environment(), desk.ws.user());
    let ids = figure.ids(&records, &asker).unwrap();
    assert_eq!(ids.len(), figure.count, "{:?}", figure.detail);
    let Detail::List(listing, _) = figure.detail else { panic!("a list") };
    let worth = |id: &DocId| match listing {
        Listing::Invoices => records.invoice_totals(&records.invoices[id]).untaxed,
        Listing::Quotations => records.totals(*id).untaxed,
        Listing::RevenueLines => records.revenue_lines[id].amount,
        _ => records.opportunities[id].expected_revenue,
    };
    assert_eq!(ids.iter().map(worth).sum::<Money>(), figure.amount, "{:?}", figure.detail);
}

#[test]
fn invoiced_is_what_was_posted_less_what_was_refunded() {
    let ann = Desk::ann();
    let bob = ann.admit("Bob Road", 2);
    let west = ann.ws.new_id(Kind::Team);
    ann.run(Command::Create { id: west, fields: own(&[("name", "West".into())]) });
    ann.run(Command::JoinTeam { team: west, users: vec![ann.ws.user()] });
    let mine = deal(&ann, 10_000);
    let order = quote(&ann, mine);
    line(&ann, order, &[("price", Money(2_000).into()), ("tax", Percent::whole(20).into())]);
    ann.clock.set(moment("2026-10-31T23:59:59Z"));
    sale(&ann, SaleStep::Confirm { id: order });
    let october = post(&ann, order);
    ann.clock.set(moment("2026-11-12T12:00:00Z"));
    let november = post(&ann, order);
    let draft = ann.ws.new_id(Kind::Invoice);
    sale(&ann, SaleStep::Invoice { order, id: draft });
    refund(&ann, november, Some(3_000));
    let shown = |desk: &Desk, whose: Whose| {
        let asker = Asker::new(desk.ws.environment(), desk.ws.user());
        let now = desk.ws.environment().now();
        let shown = dashboard(&desk.ws.records(), whose, &asker, now).invoiced;
        agrees(desk, &shown.this_month);
        agrees(desk, &shown.last_month);
        (shown.this_month.amount.0, shown.last_month.amount.0)
    };
    let me = ann.ws.user();
    for whose in [Whose::User(me), Whose::Team(west), Whose::All] {
        assert_eq!(shown(&ann, whose), (9_000, 12_000), "{whose:?}");
    }
    assert_eq!(shown(&ann, Whose::User(bob.ws.user())), (0, 0));
    // The opportunity goes to Bob: the invoices are hers who sold them, and his whose opportunity it is.
    ann.set(mine, &[("user", bob.ws.user().into())]);
    assert_eq!(
        (shown(&ann, Whose::User(me)), shown(&ann, Whose::User(bob.ws.user()))),
        ((9_000, 12_000), (9_000, 12_000))
    );
    // Two devices refund the whole at once: more is given back than was taken.
    meet(&ann, &bob);
    bob.clock.set(moment("2026-11-12T12:00:00Z"));
    refund(&ann, october, None);
    refund(&bob, october, None);
    meet(&ann, &bob);
    assert_eq!(shown(&ann, Whose::All), (9_000 - 24_000, 12_000));
    assert_eq!(shown(&bob, Whose::All), (9_000 - 24_000, 12_000));
    assert!(
        refused(
            &ann,
            SaleStep::Refund { id: october, new: ann.ws.new_id(Kind::Invoice), untaxed: Some(Money(12_001)) }
        )
        .contains("refunded already")
    );
    let records = ann.ws.records();
    let back = records.invoices.values().find(|i| i.refund_of == Some(november)).unwrap();
    assert_eq!(back.posted().unwrap().1.tax, Money(-100), "the tax goes with the part");
}

#[test]
fn orders_are_set_against_targets_and_every_stream_is_told() {
    let ann = Desk::ann();
    let me = ann.ws.user();
    let west = ann.ws.new_id(Kind::Team);
    ann.run(Command::Create { id: west, fields: own(&[("name", "West".into())]) });
    ann.run(Command::JoinTeam { team: west, users: vec![me] });
    let (measure, target) = (Measure::Won, Value::Money(Money(20_000)));
    ann.run(Command::SetTarget { whom: me, month: day("2026-11-01"), measure, target });
    let order = quote(&ann, deal(&ann, 10_000));
    ann.clock.set(moment("2026-11-01T00:00:00Z"));
    sale(&ann, SaleStep::Confirm { id: order });
    quote(&ann, deal(&ann, 77));
    ann.clock.set(moment("2026-11-12T12:00:00Z"));
    post(&ann, order);
    for (channel, on, cents) in [
        ("Shop", "2026-11-02", 100),
        ("shop", "2026-11-30", 200),
        ("Web", "2026-11-03", -50),
        ("Web", "2026-10-31", 900),
    ] {
        let id = ann.ws.new_id(Kind::RevenueLine);
        let fields = [
            ("name", Value::from("Sale")),
            ("channel", channel.into()),
            ("date", day(on).into()),
            ("amount", Money(cents).into()),
            ("team", west.into()),
        ];
        ann.run(Command::Create { id, fields: own(&fields) });
    }
    let asker = Asker::new(ann.ws.environment(), me);
    for whose in [Whose::All, Whose::Team(west), Whose::User(me)] {
        let reached = actual_vs_target(&ann.ws.records(), Frame::new(whose, Period::Month, day("2026-11-12")), &asker);
        reached.lines.iter().chain([&reached.total]).for_each(|line| agrees(&ann, &line.actual));
        assert_eq!((reached.total.actual.amount, reached.total.percent()), (Money(10_000), Some(50)));
    }
    let now = ann.ws.environment().now();
    let board = team_dashboard(&ann.ws.records(), Whose::Team(west), &asker, now, Period::Week, Period::Month);
    board.streams.iter().for_each(|stream| agrees(&ann, &stream.figure));
    let told: Vec<(String, i64)> = board.streams.iter().map(|s| (s.name.to_lowercase(), s.figure.amount.0)).collect();
    let wanted = [("sales orders", 10_000), ("invoices", 10_000), ("shop", 300), ("web", -50)];
    assert_eq!(told, wanted.map(|(name, cents)| (name.to_owned(), cents)), "the two ways to write shop are one");
}

#[test]
fn what_was_sold_without_a_team_or_a_salesperson_is_a_line_too() {
    let ann = Desk::ann();
    let me = ann.ws.user();
    let west = ann.ws.new_id(Kind::Team);
    ann.run(Command::Create { id: west, fields: own(&[("name", "West".into())]) });
    let (measure, target) = (Measure::Won, Value::Money(Money(50_000)));
    ann.run(Command::SetTarget { whom: me, month: day("2026-11-01"), measure, target });
    let asker = Asker::new(ann.ws.environment(), me);
    let shown = |whose: Whose| {
        let reached = actual_vs_target(&ann.ws.records(), Frame::new(whose, Period::Month, day("2026-11-12")), &asker);
        reached.lines.iter().chain([&reached.total]).for_each(|line| agrees(&ann, &line.actual));
        let sum: Money = reached.lines.iter().map(|line| line.actual.amount).sum();
        if !matches!(whose, Whose::User(_)) {
            assert_eq!((sum, reached.lines.len()), (reached.total.actual.amount, 2), "{whose:?}");
        }
        let rest = reached.lines.last().map(|line| (line.name.clone(), line.actual.amount.0, line.target));
        (rest, reached.total.target)
    };
    // What was won stands for orders where there are none.
    for (cents, team, user) in [(1_000, Some(west), Some(me)), (200, None, Some(me)), (30, Some(west), None)] {
        let id = ann.add(&[("name", "Desks".into()), ("expected_revenue", Money(cents).into())]);
        ann.set(id, &[("user", user.into()), ("team", team.into())]);
        ann.run(Command::MarkWon { ids: vec![id] });
    }
    let rest = |cents: i64, target: Option<i64>| Some((String::new(), cents, target));
    assert_eq!(shown(Whose::All), (rest(200, Some(50_000)), Some(50_000)));
    assert_eq!(shown(Whose::Team(west)), (rest(30, None), None));
    assert_eq!(shown(Whose::User(me)), (None, Some(50_000)));
    for (cents, team, user) in [(1_001, Some(west), Some(me)), (202, None, Some(me)), (33, Some(west), None)] {
        let id = ann.ws.new_id(Kind::Quotation);
        ann.run(Command::Create { id, fields: own(&[("team", team.into()), ("user", user.into())]) });
        line(&ann, id, &[("price", Money(cents).into())]);
        sale(&ann, SaleStep::Confirm { id });
    }
    assert_eq!(shown(Whose::All), (rest(202, Some(50_000)), Some(50_000)));
    assert_eq!(shown(Whose::Team(west)), (rest(33, None), None));
}

#[test]
fn sales_of_other_channels_come_from_a_table() {
    use satchel_core::exchange::import;

    let ann = Desk::ann();
    let table = "Receipt,Channel,Date,Sales team,Net amount\nR1,Web shop,2026-11-02,West,19.90\nR2,Till,2026-11-03,East,5\n\
                 R3,Till,2026-11-04,West,-2.50\nR4,Till,,West,1\n";
    let run = || {
        let draft = import::read(vec![("sales.csv".to_owned(), table.as_bytes().to_vec())], None).unwrap();
        draft.run(&ann.ws, false, &mut |_, _| {}).unwrap()
    };
    let report = run();
    assert_eq!((report.files[0].kind, report.files[0].created, report.files[0].refused.len()), ("revenue_lines", 3, 1));
    let again = run();
    assert_eq!((again.files[0].created, again.files[0].unchanged), (0, 3));
    let records = ann.ws.records();
    let west = records.teams.values().find(|t| t.name == "West").unwrap().id;
    let of_west: Money = records.revenue_lines.values().filter(|l| l.team == Some(west)).map(|l| l.amount).sum();
    assert_eq!(of_west, Money(1_740));
}

#[test]
fn lines_stand_as_they_were_written_down() {
    let ann = Desk::ann();
    let order = quote(&ann, deal(&ann, 0));
    let names = ["Desk", "Chair", "Lamp", "Shelf", "Rug", "Plant", "Clock"];
    for name in names {
        line(&ann, order, &[("name", name.into())]);
    }
    line(&ann, order, &[("name", "First".into()), ("sequence", Value::Int(-1))]);
    let records = ann.ws.records();
    let told: Vec<&str> = records.lines_of(order).iter().map(|line| line.name.as_str()).collect();
    assert_eq!(told[0], "First");
    assert_eq!(told[told.len() - names.len()..], names);
}
