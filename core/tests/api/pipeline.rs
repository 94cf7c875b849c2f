//! Stages, teams, assignment and custom fields: what a manager sets up, on one device and on two.

use crate::common::{Desk, meet, noon, own};
use chrono::{NaiveDate, TimeDelta};
use satchel_core::{
    Command, DocId, Kind, Money, Percent, Value,
    query::{Asker, Filter, GroupBy, ListQuery, Listing, Query, Sort, Term, board::board, json},
    record::{CustomField, WonStatus},
};

fn today() -> NaiveDate {
    noon().date_naive()
}

fn make(desk: &Desk, kind: Kind, fields: &[(&str, Value)]) -> DocId {
    let id = desk.ws.new_id(kind);
    desk.run(Command::Create { id, fields: own(fields) });
    id
}

fn refused(desk: &Desk, command: Command) -> String {
    let before = desk.digest();
    let message = desk.ws.execute(command).expect_err("refused").to_string();
    assert_eq!(before, desk.digest(), "a refusal changes nothing");
    assert!(!message.contains('\n'), "{message}");
    message
}

fn titles(desk: &Desk) -> Vec<String> {
    desk.ws.records().stages_of(None).iter().map(|s| s.name.clone()).collect()
}

/// Title and number of cards of each column that is not empty.
fn columns(desk: &Desk) -> Vec<(String, usize)> {
    let view = board(&desk.ws.records(), &Query::default(), &Asker::from(today())).expect("a board");
    view.columns.into_iter().filter(|c| !c.cards.is_empty()).map(|c| (c.title, c.cards.len())).collect()
}

fn shows_in(desk: &Desk, id: DocId) -> String {
    let records = desk.ws.records();
    records.stage(&records.opportunities[&id]).map(|s| s.name.clone()).unwrap_or_default()
}

fn user(desk: &Desk, name: &str) -> DocId {
    make(desk, Kind::User, &[("name", name.into())])
}

fn owner(desk: &Desk, id: DocId) -> String {
    let records = desk.ws.records();
    records.opportunities[&id].user.map(|u| records.name(u).to_owned()).unwrap_or_default()
}

#[test]
fn stages_are_put_in_order() {
    let desk = Desk::ann();
    let [new, qualified, proposition] = ["New", "Qualified", "Proposition"].map(|n| desk.stage(n));
    desk.run(Command::ArrangeStage { id: proposition, before: Some(qualified) });
    assert_eq!(titles(&desk), ["New", "Proposition", "Qualified", "Won"]);
    desk.run(Command::ArrangeStage { id: qualified, before: Some(new) });
    assert_eq!(titles(&desk), ["Qualified", "New", "Proposition", "Won"]);
    desk.run(Command::ArrangeStage { id: new, before: None });
    assert_eq!(titles(&desk), ["Qualified", "Proposition", "Won", "New"]);
    // Between two neighbours with no number between them, all are numbered anew.
    for _ in 0..12 {
        desk.run(Command::ArrangeStage { id: new, before: Some(proposition) });
        desk.run(Command::ArrangeStage { id: qualified, before: Some(proposition) });
    }
    assert_eq!(titles(&desk), ["New", "Qualified", "Proposition", "Won"]);
}

#[test]
fn a_removed_stage_gives_its_records_to_another() {
    let desk = Desk::ann();
    let [qualified, proposition, won] = ["Qualified", "Proposition", "Won"].map(|n| desk.stage(n));
    let id = desk.add(&[("name", "Desks".into()), ("stage", qualified.into())]);
    let commits = desk.ws.history(id).expect("a history").len();
    for (into, why) in [
        (None, "1 record stands in ‘Qualified’"),
        (Some(won), "‘Won’ is a won stage"),
        (Some(qualified), "choose another stage"),
    ] {
        let message = refused(&desk, Command::RemoveStage { id: qualified, into });
        assert!(message.contains(why), "{message}");
    }
    let message = refused(&desk, Command::Trash { ids: vec![qualified] });
    assert!(message.contains("say which stage it goes to"), "{message}");

    desk.run(Command::RemoveStage { id: qualified, into: Some(proposition) });
    assert_eq!(titles(&desk), ["New", "Proposition", "Won"]);
    assert_eq!(columns(&desk), [("Proposition".to_owned(), 1)]);
    assert_eq!(desk.ws.records().probability(&desk.ws.records().opportunities[&id]), Percent::whole(70));
    assert_eq!(desk.ws.history(id).expect("a history").len(), commits, "no record is touched");
    let filter = |text: &str| {
        let filters = vec![Filter::parse(&desk.ws.records(), Listing::Opportunities, text, today()).expect("a filter")];
        ListQuery { filters, ..ListQuery::new(Listing::Opportunities, today()) }.ids(&desk.ws.records()).len()
    };
    assert_eq!((filter("stage = Proposition"), filter("stage = Qualified")), (1, 0));
    let mut query = Query::default();
    query.add("Stage", Term::new("Proposition", "stage = Proposition"));
    let view = board(&desk.ws.records(), &query, &Asker::from(today())).expect("a board");
    assert_eq!(view.count, 1, "the board asks its rows");
    let message = refused(&desk, Command::Set { id: qualified, fields: own(&[("name", "X".into())]), seen: None });
    assert!(message.contains("was removed"), "{message}");

    // It is in the trash, and comes back with what stood in it.
    let trash = ListQuery { trash: true, ..ListQuery::new(Listing::Stages, today()) };
    assert_eq!(trash.ids(&desk.ws.records()), [qualified]);
    desk.run(Command::Restore { ids: vec![qualified] });
    assert_eq!(columns(&desk), [("Qualified".to_owned(), 1)]);

    // Moved on from where it shows, a record forgets the stage that is gone.
    desk.run(Command::RemoveStage { id: qualified, into: Some(proposition) });
    desk.set(id, &[("probability", Percent::whole(55).into())]);
    desk.run(Command::Restore { ids: vec![qualified] });
    assert_eq!(shows_in(&desk, id), "Proposition");
    // The last won stage has no other to give its deals to.
    desk.run(Command::MarkWon { ids: vec![id] });
    let message = refused(&desk, Command::RemoveStage { id: won, into: Some(proposition) });
    assert!(message.contains("choose a won stage"), "{message}");
    let message =
        refused(&desk, Command::Set { id: proposition, fields: own(&[("merged_into", won.into())]), seen: None });
    assert!(message.contains("merge"), "{message}");
}

#[test]
fn a_card_moved_into_a_stage_that_a_colleague_removes_shows_in_the_target() {
    let ann = Desk::ann();
    let bob = ann.admit_manager("Bob Road", 2);
    let [qualified, proposition] = ["Qualified", "Proposition"].map(|n| ann.stage(n));
    let card = bob.add(&[("name", "Desks".into())]);
    let fresh = bob.ws.new_id(Kind::Opportunity);
    meet(&ann, &bob);
    ann.run(Command::RemoveStage { id: qualified, into: None });
    bob.run(Command::MoveToStage { ids: vec![card], stage: qualified });
    bob.run(Command::Create { id: fresh, fields: own(&[("name", "Lamps".into()), ("stage", qualified.into())]) });
    meet(&ann, &bob);
    for desk in [&ann, &bob] {
        assert_eq!(columns(desk), [("New".to_owned(), 2)], "to its neighbour");
        assert_eq!(titles(desk), ["New", "Proposition", "Won"]);
    }
    // A stage removed into one that is removed elsewhere meanwhile: further on.
    let extra = make(&ann, Kind::Stage, &[("name", "Extra".into())]);
    meet(&ann, &bob);
    bob.run(Command::MoveToStage { ids: vec![card], stage: extra });
    ann.run(Command::MergeStages { ids: vec![extra], into: proposition });
    let new = ann.stage("New");
    bob.run(Command::RemoveStage { id: proposition, into: Some(new) });
    meet(&ann, &bob);
    for desk in [&ann, &bob] {
        assert_eq!(columns(desk), [("New".to_owned(), 2)]);
    }
    assert_eq!(ann.digest(), bob.digest());
}

#[test]
fn two_devices_that_order_stages_agree_without_a_question() {
    let ann = Desk::ann();
    let bob = ann.admit_manager("Bob Road", 2);
    let [new, proposition] = ["New", "Proposition"].map(|n| ann.stage(n));
    ann.run(Command::ArrangeStage { id: proposition, before: Some(new) });
    bob.run(Command::ArrangeStage { id: proposition, before: None });
    meet(&ann, &bob);
    assert_eq!(titles(&ann), titles(&bob));
    assert!(ann.ws.conflicts(None).expect("conflicts").is_empty());
}

#[test]
fn a_team_in_the_trash_gets_nothing_more() {
    let desk = Desk::ann();
    let team = make(&desk, Kind::Team, &[("name", "Direct".into())]);
    let bob = make(&desk, Kind::User, &[("name", "Bob Road".into()), ("team", team.into())]);
    desk.run(Command::Trash { ids: vec![team] });
    let id = desk.add(&[("name", "Desks".into()), ("user", bob.into())]);
    assert_eq!(desk.ws.records().opportunities[&id].team, None);
}

#[test]
fn two_stages_merged_into_each_other_are_one() {
    let ann = Desk::ann();
    let bob = ann.admit_manager("Bob Road", 2);
    let [new, qualified] = ["New", "Qualified"].map(|n| ann.stage(n));
    ann.add(&[("name", "Desks".into()), ("stage", new.into())]);
    bob.add(&[("name", "Lamps".into()), ("stage", qualified.into())]);
    ann.run(Command::MergeStages { ids: vec![new, qualified], into: new });
    bob.run(Command::MergeStages { ids: vec![new, qualified], into: qualified });
    meet(&ann, &bob);
    let kept = if new < qualified { "New" } else { "Qualified" };
    for desk in [&ann, &bob] {
        assert_eq!(columns(desk), [(kept.to_owned(), 2)], "the lowest id, on every device");
        assert_eq!(titles(desk).len(), 3);
    }
}

#[test]
fn merged_stages_serve_the_teams_of_both() {
    let desk = Desk::ann();
    let [direct, partners] = ["Direct", "Partners"].map(|n| make(&desk, Kind::Team, &[("name", n.into())]));
    let of = |name: &str, team: DocId| {
        make(&desk, Kind::Stage, &[("name", name.into()), ("teams", Value::Refs(vec![team]))])
    };
    let (offer, tender) = (of("Offer", direct), of("Tender", partners));
    let message = refused(&desk, Command::RemoveStage { id: offer, into: Some(tender) });
    assert!(message.contains("not every team that has ‘Offer’ has ‘Tender’"), "{message}");
    desk.run(Command::MergeStages { ids: vec![offer, tender], into: tender });
    let mut teams = vec![direct, partners];
    teams.sort();
    assert_eq!(desk.ws.records().stages[&tender].teams, teams);
    let message = refused(&desk, Command::MergeStages { ids: vec![tender], into: tender });
    assert!(message.contains("two stages at least"), "{message}");
    desk.ws.undo().expect("undone");
    assert_eq!(desk.ws.records().stages[&tender].teams, [partners]);
    assert!(titles(&desk).contains(&"Offer".to_owned()));
}

#[test]
fn a_stage_in_use_does_not_become_won() {
    let desk = Desk::ann();
    desk.add(&[("name", "Desks".into())]);
    let new = desk.stage("New");
    let message = refused(&desk, Command::Set { id: new, fields: own(&[("is_won", true.into())]), seen: None });
    assert!(message.contains("1 records stand in ‘New’") || message.contains("1 record stands in ‘New’"), "{message}");
    desk.set(desk.stage("Proposition"), &[("is_won", true.into())]);
}

#[test]
fn scenario_10_one_team_per_person() {
    let desk = Desk::ann();
    let [direct, partners] = ["Direct", "Partners"].map(|n| make(&desk, Kind::Team, &[("name", n.into())]));
    let bob = user(&desk, "Bob Road");
    desk.run(Command::JoinTeam { team: direct, users: vec![bob] });
    let message = refused(&desk, Command::JoinTeam { team: direct, users: vec![bob] });
    assert_eq!(message, "‘Bob Road’ is a member of ‘Direct’ already");
    let outcome = desk.ws.execute(Command::JoinTeam { team: partners, users: vec![bob] }).expect("joined");
    assert_eq!(outcome.notices, ["Bob Road leaves Direct for Partners"]);
    assert_eq!(desk.ws.records().users[&bob].team, Some(partners));
    // The same by editing the person.
    let fields = own(&[("team", direct.into())]);
    let outcome = desk.ws.execute(Command::Set { id: bob, fields, seen: None }).expect("set");
    assert_eq!(outcome.notices, ["Bob Road leaves Partners for Direct"]);
    // What is assigned to a member gets the member's team.
    let id = desk.add(&[("name", "Desks".into()), ("user", bob.into())]);
    assert_eq!(desk.ws.records().opportunities[&id].team, Some(direct));
}

#[test]
fn two_devices_that_disagree_about_a_team_agree_and_tell() {
    let ann = Desk::ann();
    let bob = ann.admit_manager("Bob Road", 2);
    let [direct, partners] = ["Direct", "Partners"].map(|n| make(&ann, Kind::Team, &[("name", n.into())]));
    let eva = user(&ann, "Eva Lake");
    meet(&ann, &bob);
    ann.run(Command::JoinTeam { team: direct, users: vec![eva] });
    bob.run(Command::JoinTeam { team: partners, users: vec![eva] });
    meet(&ann, &bob);
    let team = |desk: &Desk| desk.ws.records().users[&eva].team.expect("a team");
    assert_eq!(team(&ann), team(&bob));
    for desk in [&ann, &bob] {
        let conflicts = desk.ws.conflicts(Some(eva)).expect("conflicts");
        let told: Vec<&str> = conflicts.iter().map(|c| c.field.as_str()).collect();
        assert_eq!(told, ["team"]);
    }
    let other = if team(&ann) == direct { partners } else { direct };
    ann.run(Command::Resolve { id: eva, field: "team".into(), choice: 1 });
    meet(&ann, &bob);
    assert_eq!((team(&ann), team(&bob)), (other, other));
    assert!(bob.ws.conflicts(Some(eva)).expect("conflicts").is_empty());
}

#[test]
fn scenario_11_six_over_four_people() {
    let desk = Desk::ann();
    let people = ["One", "Two", "Three", "Four"].map(|name| user(&desk, name)).to_vec();
    let ids: Vec<DocId> = (0..6).map(|i| desk.add(&[("name", format!("Lead {i}").into())])).collect();
    desk.run(Command::Assign { ids: ids.clone(), users: people });
    let owners: Vec<String> = ids.iter().map(|id| owner(&desk, *id)).collect();
    assert_eq!(owners, ["One", "Two", "Three", "Four", "One", "Two"]);
    assert!(desk.ws.records().opportunities[&ids[0]].date_open.is_some());
    desk.run(Command::Assign { ids: ids.clone(), users: Vec::new() });
    assert!(ids.iter().all(|id| desk.ws.records().opportunities[id].date_open.is_none()));
    let message = refused(&desk, Command::Assign { ids: Vec::new(), users: Vec::new() });
    assert!(message.contains("nothing was chosen"), "{message}");
}

/// A team of two, of capacities 4 and 2, where the second takes large deals only.
fn direct(desk: &Desk) -> DocId {
    let filter = "partner_name != Rival";
    let team = make(desk, Kind::Team, &[("name", "Direct".into()), ("assignment_filter", filter.into())]);
    for (name, capacity, filter) in [("Bob Road", 4, ""), ("Eva Lake", 2, "expected_revenue >= 1000")] {
        let fields = [
            ("name", name.into()),
            ("team", team.into()),
            ("assignment_max", Value::Int(capacity)),
            ("assignment_filter", filter.into()),
        ];
        make(desk, Kind::User, &fields);
    }
    team
}

#[test]
fn assignment_by_rules_follows_filters_and_capacity() {
    let desk = Desk::ann();
    let team = direct(&desk);
    let deal = |name: &str, cents: i64, company: &str, priority: i64| {
        desk.clock.advance(TimeDelta::minutes(1));
        desk.add(&[
            ("name", name.into()),
            ("expected_revenue", Money(cents).into()),
            ("partner_name", company.into()),
            ("priority", Value::Int(priority)),
        ])
    };
    let ids = [
        deal("small", 10_000, "", 0),
        deal("rival", 900_000, "Rival", 3),
        deal("large", 200_000, "", 0),
        deal("first", 200_000, "", 2),
        deal("third", 200_000, "", 0),
    ];
    let lead = desk.add(&[("name", "lead".into()), ("type", "lead".into())]);
    desk.run(Command::AssignByRules { team: None });
    let owners = ids.map(|id| owner(&desk, id));
    // first → Bob (4/4, before Eva by id), small → Bob only, large → Eva (2/2), third → Bob (2/4 against 1/2: by id).
    assert_eq!(owners, ["Bob Road", "", "Eva Lake", "Bob Road", "Bob Road"]);
    assert_eq!(owner(&desk, lead), "", "a team without leads gets none");
    assert_eq!(desk.ws.records().opportunities[&ids[0]].team, Some(team));
    // Bob has one left, Eva one; the rest waits until 30 days are over.
    let more: Vec<DocId> = (0..4).map(|i| deal(&format!("more {i}"), 200_000, "", 0)).collect();
    desk.run(Command::AssignByRules { team: Some(team) });
    let assigned = |desk: &Desk| more.iter().filter(|id| !owner(desk, **id).is_empty()).count();
    assert_eq!(assigned(&desk), 2);
    let message = refused(&desk, Command::AssignByRules { team: None });
    assert!(message.contains("nothing is waiting"), "{message}");
    desk.clock.advance(TimeDelta::days(31));
    desk.run(Command::AssignByRules { team: None });
    assert_eq!(assigned(&desk), 4);
    let wrong = own(&[("assignment_filter", "revenue > 1".into())]);
    let message = refused(&desk, Command::Set { id: team, fields: wrong, seen: None });
    assert!(message.contains("no field ‘revenue’"), "{message}");
}

#[test]
fn two_devices_assign_alike() {
    let ann = Desk::ann();
    let bob = ann.admit("Bob Road", 2);
    direct(&ann);
    let ids: Vec<DocId> = (0..5).map(|i| ann.add(&[("name", format!("Deal {i}").into())])).collect();
    meet(&ann, &bob);
    bob.clock.advance(TimeDelta::minutes(7));
    ann.run(Command::AssignByRules { team: None });
    bob.run(Command::AssignByRules { team: None });
    meet(&ann, &bob);
    for id in &ids {
        assert_eq!(owner(&ann, *id), owner(&bob, *id));
    }
    assert!(ann.ws.conflicts(None).expect("conflicts").is_empty(), "the same was done on both");
}

#[test]
fn recurring_revenue_by_plan() {
    let desk = Desk::ann();
    for (plan, monthly) in
        [("Monthly", "3600.00"), ("Yearly", "300.00"), ("Over 3 years", "100.00"), ("Over 5 years", "60.00")]
    {
        let id = desk.add(&[
            ("name", plan.into()),
            ("recurring_revenue", Money(360_000).into()),
            ("recurring_plan", plan.into()),
        ]);
        let shown = json::record(&desk.ws.records(), id, today()).expect("shown");
        assert_eq!(shown["recurring_revenue_monthly"], monthly);
    }
}

fn define(desk: &Desk, name: &str, ty: &str, more: &[(&str, Value)]) -> DocId {
    let on = more.iter().any(|(n, v)| *n == "on" && *v == "contact".into());
    let kind = if on { Kind::Contact } else { Kind::Opportunity };
    let id = desk.ws.custom_field_id(kind, &CustomField::key_for(name));
    let mut fields = vec![("name", name.into()), ("type", ty.into())];
    fields.extend(more.iter().cloned());
    desk.run(Command::Create { id, fields: own(&fields) });
    id
}

#[test]
fn custom_fields_are_fields() {
    let desk = Desk::ann();
    define(&desk, "Machine hours", "number", &[]);
    define(&desk, "Budget", "money", &[]);
    define(&desk, "Fitting day", "date", &[]);
    let size = define(&desk, "Size", "choice", &[("choices", "Small, Large".into())]);
    define(&desk, "On site?", "yes/no", &[]);
    define(&desk, "Architect", "contact", &[]);
    let acme = make(&desk, Kind::Contact, &[("name", "Acme".into())]);
    let day = NaiveDate::from_ymd_opt(2026, 12, 1).expect("a day");
    let id = desk.add(&[
        ("name", "Desks".into()),
        ("x_machine_hours", Value::Int(12)),
        ("x_budget", Money(150_000).into()),
        ("x_fitting_day", day.into()),
        ("x_size", "Large".into()),
        ("x_on_site", true.into()),
        ("x_architect", acme.into()),
    ]);
    desk.add(&[("name", "Lamps".into()), ("x_size", "Small".into()), ("x_machine_hours", Value::Int(2))]);
    let records = desk.ws.records();
    let shown = json::record(&records, id, today()).expect("shown");
    assert_eq!(
        (&shown["x_budget"], &shown["x_fitting_day"], &shown["x_on_site"], &shown["x_architect"]["name"]),
        (&"1500.00".into(), &"2026-12-01".into(), &true.into(), &"Acme".into())
    );
    let listing = Listing::Opportunities;
    let found = |text: &str| {
        let filters = vec![Filter::parse(&records, listing, text, today()).expect(text)];
        ListQuery { filters, ..ListQuery::new(listing, today()) }.ids(&records).len()
    };
    for (filter, count) in [
        ("x_machine_hours > 5", 1),
        ("x_budget >= 1,500.00", 1),
        ("x_fitting_day = 2026-12", 1),
        ("x_size in (small, large)", 2),
        ("x_on_site", 1),
        ("x_architect = acme", 1),
        ("x_architect is empty", 1),
    ] {
        assert_eq!(found(filter), count, "{filter}");
    }
    let groups = |by: &str| {
        let group_by = vec![GroupBy::parse(&records, listing, by).expect(by)];
        let groups = ListQuery { group_by, ..ListQuery::new(listing, today()) }.groups(&records);
        groups.into_iter().map(|g| g.title.unwrap_or_default()).collect::<Vec<_>>()
    };
    assert_eq!(groups("x_size"), ["Small", "Large"], "in the order of the choices");
    assert_eq!(groups("x_fitting_day:quarter"), ["2026-Q4", ""]);
    let sort = Sort::parse(&records, listing, "-x_machine_hours").expect("a sort");
    let sorted = ListQuery { sort, ..ListQuery::new(listing, today()) }.ids(&records);
    assert_eq!(sorted[0], id);
    drop(records);

    let set = |name: &str, value: Value| Command::Set { id, fields: own(&[(name, value)]), seen: None };
    for (command, why) in [
        (set("x_size", "Huge".into()), "Size: ‘Huge’ is not one of Small, Large"),
        (set("x_budget", "much".into()), "Budget: takes an amount"),
        (set("x_colour", "red".into()), "has no field ‘x_colour’"),
        (set("x_architect", id.into()), "Architect:"),
        (Command::Set { id: size, fields: own(&[("type", "text".into())]), seen: None }, "Type: it stays choice"),
        (Command::Set { id: size, fields: own(&[("choices", "".into())]), seen: None }, "Choices:"),
    ] {
        let message = refused(&desk, command);
        assert!(message.contains(why), "{message}");
    }
    let history = desk.ws.history(id).expect("history");
    assert!(history[0].changes.iter().any(|c| c.field == "x_size" && c.new == "Large".into()));
    desk.set(id, &[("x_budget", Value::Null)]);
    assert!(desk.ws.records().get(id).and_then(|r| r.get("x_budget")).expect("a field").is_null());
    desk.ws.undo().expect("undone");
    assert_eq!(desk.ws.records().get(id).and_then(|r| r.get("x_budget")), Some(Money(150_000).into()));
    // Thrown away, it is no field any more; its values are kept and come back with it.
    desk.run(Command::Trash { ids: vec![size] });
    assert!(refused(&desk, set("x_size", "Small".into())).contains("has no field ‘x_size’"));
    desk.run(Command::Restore { ids: vec![size] });
    assert_eq!(desk.text(id, "x_size"), "Large");
}

#[test]
fn one_custom_field_made_on_two_devices_is_one() {
    let ann = Desk::ann();
    let bob = ann.admit_manager("Bob Road", 2);
    define(&ann, "Budget", "money", &[]);
    define(&bob, "Budget", "money", &[]);
    let (a, b) =
        (ann.add(&[("name", "Desks".into()), ("x_budget", Money(100).into())]), bob.ws.new_id(Kind::Opportunity));
    bob.run(Command::Create { id: b, fields: own(&[("name", "Lamps".into()), ("x_budget", Money(200).into())]) });
    meet(&ann, &bob);
    for desk in [&ann, &bob] {
        let records = desk.ws.records();
        assert_eq!(records.custom_fields_of(Kind::Opportunity).len(), 1);
        assert_eq!(records.opportunities[&a].custom["x_budget"], Money(100).into());
        assert_eq!(records.opportunities[&b].custom["x_budget"], Money(200).into());
    }
    assert!(ann.ws.conflicts(None).expect("conflicts").is_empty());
    // Two values at once are a conflict as of any field.
    ann.set(a, &[("x_budget", Money(300).into())]);
    bob.set(a, &[("x_budget", Money(400).into())]);
    meet(&ann, &bob);
    let conflicts = ann.ws.conflicts(Some(a)).expect("conflicts");
    let mut values = vec![conflicts[0].value.text.clone(), conflicts[0].others[0].text.clone()];
    values.sort();
    assert_eq!(values, ["3.00", "4.00"]);
    let message = refused(
        &ann,
        Command::Create { id: ann.ws.new_id(Kind::CustomField), fields: own(&[("name", "budget".into())]) },
    );
    assert!(message.contains("‘Budget’ has x_budget already"), "{message}");
    let message = refused(
        &ann,
        Command::Create { id: ann.ws.new_id(Kind::CustomField), fields: own(&[("name", "数量".into())]) },
    );
    assert!(message.contains("Technical name"), "{message}");
}

#[test]
fn a_record_won_in_a_stage_that_is_merged_stays_won() {
    let desk = Desk::ann();
    let delivered = make(&desk, Kind::Stage, &[("name", "Delivered".into()), ("is_won", true.into())]);
    let id = desk.add(&[("name", "Desks".into()), ("stage", delivered.into())]);
    let won = desk.stage("Won");
    desk.run(Command::RemoveStage { id: delivered, into: Some(won) });
    let records = desk.ws.records();
    let record = &records.opportunities[&id];
    assert_eq!((records.won_status(record), records.probability(record)), (WonStatus::Won, Percent::HUNDRED));
}
