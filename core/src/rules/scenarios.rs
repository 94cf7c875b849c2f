//! The scenarios of the specification that rules alone decide, on records in memory.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::{Context, Edit, Plan, apply, founding, plan, plan_row, stage_id, user_id};
use crate::{
    command::{Command, Fields, Seen},
    error::Result,
    id::{DocId, Kind, WorkspaceId},
    record::{ActivityType, Contact, Opportunity, Record, Records, Stage, WonStatus},
    value::{Money, Percent, Value, parse_iso_time},
    workspace::{Founding, StageSet},
};

/// Records that commands are carried out on.
struct World {
    records: Records,
    context: Context,
    made: u8,
}

fn time(text: &str) -> DateTime<Utc> {
    parse_iso_time(text).unwrap()
}

fn fields<const N: usize>(fields: [(&str, Value); N]) -> Fields {
    fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

impl World {
    fn founded(stages: StageSet) -> World {
        let workspace = WorkspaceId([7; 16]);
        let user = user_id(workspace, "Ann Field");
        let now = time("2026-11-06T09:00:00Z");
        let context = Context { workspace, user, role: None, series: *b"TESTS", now, today: now.date_naive() };
        let mut world = World { records: Records::default(), context, made: 0 };
        let wish = Founding {
            name: "Acme".into(),
            user: "Ann Field".into(),
            device_name: "laptop".into(),
            currency: "usd".into(),
            stages,
        };
        world.apply(&founding(&context, &wish).unwrap());
        world
    }

    /// The stages that the scenarios use, with the ids of the teams T1 and TC.
    fn of_scenarios() -> (World, DocId, DocId) {
        let mut world = World::founded(StageSet::Standard);
        world.records.stages.clear();
        let (t1, tc) =
            (world.create(Kind::Team, [("name", "T1".into())]), world.create(Kind::Team, [("name", "TC".into())]));
        let stages = [
            ("T1 New", 1, 10, Some(t1)),
            ("T1 second", 5, 40, Some(t1)),
            ("T1 won", 70, 100, Some(t1)),
            ("generic", 3, 30, None),
            ("generic won", 30, 100, None),
            ("TC New", 1, 10, Some(tc)),
        ];
        for (name, sequence, probability, team) in stages {
            world.create(
                Kind::Stage,
                [
                    ("name", name.into()),
                    ("sequence", Value::Int(sequence)),
                    ("probability", Percent::whole(probability).into()),
                    ("is_won", (probability == 100).into()),
                    ("teams", Value::Refs(team.into_iter().collect())),
                ],
            );
        }
        (world, t1, tc)
    }

    fn apply(&mut self, edits: &[Edit]) {
        for edit in edits {
            let mut record = self.records.own(edit.doc).or_else(|| Record::empty(edit.doc)).unwrap();
            for write in &edit.writes {
                apply(&mut record, write);
            }
            self.records.insert(record);
        }
    }

    fn run(&mut self, command: Command) -> Result<Plan> {
        let plan = plan(&self.records, &self.context, &command)?;
        self.apply(&plan.edits);
        Ok(plan)
    }

    fn refused(&mut self, command: Command) -> String {
        let before = self.records.clone();
        let message = self.run(command).expect_err("is refused").to_string();
        assert_eq!(before.revision, self.records.revision);
        assert!(!message.contains('\n'), "one line: {message}");
        message
    }

    fn new_id(&mut self, kind: Kind) -> DocId {
        self.made += 1;
        DocId::new(kind, self.context.now.timestamp_millis(), [self.made; 9])
    }

    fn create<const N: usize>(&mut self, kind: Kind, given: [(&str, Value); N]) -> DocId {
        let id = self.new_id(kind);
        self.run(Command::Create { id, fields: fields(given) }).unwrap();
        id
    }

    fn set<const N: usize>(&mut self, id: DocId, given: [(&str, Value); N]) -> Result<Plan> {
        self.run(Command::Set { id, fields: fields(given), seen: None })
    }

    fn stage(&self, name: &str) -> DocId {
        self.records.stages.values().find(|s: &&Stage| s.name == name).unwrap().id
    }

    fn reason(&self, name: &str) -> DocId {
        self.records.lost_reasons.values().find(|r| r.name == name).unwrap().id
    }

    fn at(&self, id: DocId) -> &Opportunity {
        &self.records.opportunities[&id]
    }

    fn stands(&self, id: DocId) -> (&str, WonStatus, Percent) {
        let o = self.at(id);
        let stage = self.records.stage(o).map_or("", |s| s.name.as_str());
        (stage, self.records.won_status(o), self.records.probability(o))
    }
}

#[test]
fn founding_sets_up_company_founder_stages_and_reasons() {
    let world = World::founded(StageSet::Standard);
    let company = world.records.company.as_ref().unwrap();
    assert_eq!((company.name.as_str(), company.currency.as_str()), ("Acme", "USD"));
    let stages: Vec<_> =
        world.records.stages_of(None).iter().map(|s| (s.name.clone(), s.probability.to_string(), s.is_won)).collect();
    assert_eq!(
        stages,
        [("New", "10", false), ("Qualified", "30", false), ("Proposition", "70", false), ("Won", "100", true)]
            .map(|(n, p, w)| (n.to_owned(), p.to_owned(), w))
    );
    assert_eq!(world.records.lost_reasons.len(), 3);
    assert_eq!(world.records.name(user_id(world.context.workspace, " ann FIELD ")), "Ann Field");
    assert_eq!(World::founded(StageSet::Guided).records.stages.len(), 5);
}

#[test]
fn scenario_1_probable_turnover_and_recurring_revenue() {
    let mut world = World::founded(StageSet::Standard);
    let id = world.create(
        Kind::Opportunity,
        [
            ("name", "Desks".into()),
            ("expected_revenue", Money(100_000).into()),
            ("probability", Percent::whole(30).into()),
            ("recurring_revenue", Money(120_000).into()),
            ("recurring_plan", "Yearly".into()),
        ],
    );
    assert_eq!(world.records.prorated_revenue(world.at(id)).to_string(), "300.00");
    assert_eq!(world.at(id).recurring_revenue_monthly().to_string(), "100.00");
    world.set(id, [("probability", Percent::whole(50).into())]).unwrap();
    assert_eq!(world.records.recurring_revenue_prorated(world.at(id)).to_string(), "50.00");
}

#[test]
fn scenario_2_lost_with_a_reason() {
    let mut world = World::founded(StageSet::Standard);
    let id = world.create(Kind::Opportunity, [("name", "Desks".into()), ("probability", Percent::whole(32).into())]);
    let reason = world.reason("Too expensive");
    let lost = Command::MarkLost { ids: vec![id], reason: Some(reason), note: "They wait a year".into() };
    let plan = world.run(lost).unwrap();
    assert_eq!(plan.label, "Mark lost");
    assert_eq!(plan.edits.len(), 1, "one entry of the history");
    let o = world.at(id);
    assert!(!world.records.is_active(o));
    assert_eq!(world.stands(id), ("New", WonStatus::Lost, Percent::ZERO));
    assert_eq!(o.standing.lost_reason(), Some(reason));
    assert_eq!(o.standing.closed, Some(world.context.now));
    assert_eq!(o.notes[0].text, "They wait a year");
}

#[test]
fn scenario_3_won_moves_to_the_first_won_stage_after_the_current_one() {
    let (mut world, t1, _) = World::of_scenarios();
    let id = world.create(Kind::Opportunity, [("name", "Desks".into()), ("team", t1.into())]);
    assert_eq!(world.stands(id).0, "T1 New");
    assert_eq!(world.run(Command::MarkWon { ids: vec![id] }).unwrap().label, "Mark won");
    assert_eq!(world.stands(id), ("generic won", WonStatus::Won, Percent::HUNDRED));
    assert!(world.run(Command::MarkWon { ids: vec![id] }).unwrap().edits.is_empty(), "won already");
    // Behind the last won stage, the last one it is.
    let stage = world.create(Kind::Stage, [("name", "Late".into()), ("sequence", Value::Int(90))]);
    world.set(id, [("stage", stage.into())]).unwrap();
    world.run(Command::MarkWon { ids: vec![id] }).unwrap();
    assert_eq!(world.stands(id).0, "T1 won");
}

#[test]
fn scenario_4_a_hundred_percent_is_not_won_and_won_is_a_hundred_percent() {
    let mut world = World::founded(StageSet::Standard);
    let id = world.create(Kind::Opportunity, [("name", "Desks".into())]);
    world.set(id, [("probability", Percent::HUNDRED.into())]).unwrap();
    assert_eq!(world.stands(id), ("New", WonStatus::Pending, Percent::HUNDRED));

    world.run(Command::MarkWon { ids: vec![id] }).unwrap();
    let why = world.refused(Command::MarkLost { ids: vec![id], reason: None, note: String::new() });
    assert_eq!(why, "‘Desks’ is won: move it to a stage that is not won before marking it lost");
    world.refused(Command::Set { id, fields: fields([("won_status", "lost".into())]), seen: None });
    world.set(id, [("archived", true.into())]).unwrap();
    assert_eq!(world.stands(id).1, WonStatus::Won);
    world.refused(Command::Set { id, fields: fields([("probability", Percent::whole(75).into())]), seen: None });

    let new = world.stage("New");
    let out = [("stage", new.into()), ("probability", Percent::whole(75).into()), ("active", true.into())];
    world.set(id, out).unwrap();
    assert_eq!(world.stands(id), ("New", WonStatus::Pending, Percent::whole(75)));
    assert_eq!(world.at(id).standing.closed, None);
}

#[test]
fn scenario_5_lost_then_won_or_restored() {
    let mut world = World::founded(StageSet::Standard);
    let id = world.create(Kind::Opportunity, [("name", "Desks".into()), ("probability", Percent::whole(55).into())]);
    let reason = Some(world.reason("Not enough stock"));
    let lost = Command::MarkLost { ids: vec![id], reason, note: String::new() };
    world.run(lost.clone()).unwrap();
    let won = world.stage("Won");
    world.set(id, [("stage", won.into())]).unwrap();
    assert_eq!(world.stands(id), ("Won", WonStatus::Won, Percent::HUNDRED));
    assert!(world.records.is_active(world.at(id)));

    let new = world.stage("New");
    world.run(Command::MoveToStage { ids: vec![id], stage: new }).unwrap();
    world.run(lost.clone()).unwrap();
    world.run(Command::Restore { ids: vec![id] }).unwrap();
    assert_eq!(world.stands(id), ("New", WonStatus::Pending, Percent::whole(10)));
    assert_eq!((world.at(id).standing.lost_reason(), world.at(id).standing.closed), (None, None));

    // Dropped from the Lost column onto its own stage, it is taken back too.
    world.run(lost).unwrap();
    world.run(Command::MoveToStage { ids: vec![id], stage: new }).unwrap();
    assert_eq!(world.stands(id).1, WonStatus::Pending);
}

#[test]
fn scenario_6_dates_of_assignment_and_stage() {
    let mut world = World::founded(StageSet::Standard);
    let id = world.create(Kind::Opportunity, [("name", "Desks".into())]);
    assert_eq!(world.at(id).date_open, None);
    assert_eq!(world.at(id).standing.since, Some(time("2026-11-06T09:00:00Z")));

    world.context.now = time("2026-11-23T10:00:00Z");
    let ann = world.context.user;
    assert_eq!(world.set(id, [("user", ann.into())]).unwrap().label, "Assign to Ann Field");
    assert_eq!(world.at(id).date_open, Some(world.context.now));
    assert_eq!(world.at(id).standing.since, Some(time("2026-11-06T09:00:00Z")));

    world.context.now = time("2026-11-26T10:00:00Z");
    world.run(Command::MarkWon { ids: vec![id] }).unwrap();
    assert_eq!(world.at(id).standing.since, Some(world.context.now));
    assert_eq!(world.at(id).standing.closed, Some(world.context.now));

    world.set(id, [("user", Value::Null)]).unwrap();
    assert_eq!(world.at(id).date_open, None);
}

#[test]
fn scenario_15_a_confirmed_order_raises_the_expected_revenue() {
    let mut world = World::founded(StageSet::Standard);
    let id = world.create(Kind::Opportunity, [("name", "Desks".into())]);
    world.run(Command::OrderConfirmed { id, total: Money(20_000) }).unwrap();
    assert_eq!(world.at(id).expected_revenue.to_string(), "200.00");
    assert!(world.run(Command::OrderConfirmed { id, total: Money(10_000) }).unwrap().edits.is_empty());
    assert_eq!(world.at(id).expected_revenue.to_string(), "200.00");
}

#[test]
fn closing_date_is_kept_between_won_stages_and_cleared_when_reopened() {
    let (mut world, t1, _) = World::of_scenarios();
    let id = world.create(Kind::Opportunity, [("name", "Desks".into()), ("team", t1.into())]);
    world.run(Command::MarkWon { ids: vec![id] }).unwrap();
    let closed = world.at(id).standing.closed;
    world.context.now += TimeDelta::days(3);
    let other = world.stage("T1 won");
    world.run(Command::MoveToStage { ids: vec![id], stage: other }).unwrap();
    assert_eq!(world.at(id).standing.closed, closed);
    assert_eq!(world.at(id).standing.since, Some(world.context.now));
    let open = world.stage("generic");
    world.run(Command::MoveToStage { ids: vec![id], stage: open }).unwrap();
    assert_eq!(world.at(id).standing.closed, None);
}

#[test]
fn entering_a_stage_drops_the_manual_probability_unless_the_same_edit_sets_it() {
    let mut world = World::founded(StageSet::Standard);
    let id = world.create(Kind::Opportunity, [("name", "Desks".into()), ("probability", Percent::whole(55).into())]);
    let (qualified, proposition) = (world.stage("Qualified"), world.stage("Proposition"));
    assert_eq!(world.set(id, [("stage", qualified.into())]).unwrap().label, "Move to Qualified");
    assert_eq!(world.stands(id).2, Percent::whole(30));
    world.set(id, [("stage", proposition.into()), ("probability", Percent::whole(65).into())]).unwrap();
    assert_eq!(world.stands(id).2, Percent::whole(65));
    assert_eq!(world.set(id, [("probability", Value::Null)]).unwrap().label, "Change Probability");
    assert_eq!(world.stands(id).2, Percent::whole(70));
}

#[test]
fn an_opportunity_gets_the_team_of_the_salesperson_and_its_default_stage() {
    let (mut world, t1, tc) = World::of_scenarios();
    let bob = world.create(Kind::User, [("name", "Bob Road".into()), ("team", tc.into())]);
    let id = world.create(Kind::Opportunity, [("name", "Desks".into()), ("user", bob.into())]);
    assert_eq!((world.at(id).team, world.stands(id).0), (Some(tc), "TC New"));
    let other = world.create(Kind::Opportunity, [("name", "Chairs".into()), ("user", bob.into()), ("team", t1.into())]);
    assert_eq!(world.at(other).team, Some(t1));
}

#[test]
fn guided_six_moves_on_with_the_first_activity() {
    let mut world = World::founded(StageSet::Guided);
    let on = world.create(Kind::Opportunity, [("name", "Desks".into())]);
    let day = NaiveDate::from_ymd_opt(2026, 11, 9).unwrap();
    let activity = |world: &mut World| {
        let id = world.new_id(Kind::Activity);
        let (summary, note) = ("Offer".to_owned(), String::new());
        let kind = ActivityType::CALL;
        world.run(Command::AddActivity { on, id, kind, summary, note, date_deadline: day, user: None }).unwrap();
        id
    };
    let first = activity(&mut world);
    assert_eq!(world.at(on).activities[0].user, Some(world.context.user));
    let plan = world.run(Command::ActivityDone { id: first, feedback: "went well".into() }).unwrap();
    assert_eq!(plan.label, "Call done");
    assert_eq!(plan.notices, ["‘Desks’ moved to First Activity"]);
    assert_eq!(world.stands(on), ("First Activity", WonStatus::Pending, Percent::whole(20)));
    world.refused(Command::ActivityDone { id: first, feedback: String::new() });

    let new = stage_id(world.context.workspace, "New");
    world.run(Command::MoveToStage { ids: vec![on], stage: new }).unwrap();
    let second = activity(&mut world);
    world.run(Command::ActivityDone { id: second, feedback: String::new() }).unwrap();
    assert_eq!(world.stands(on).0, "New", "only the first one moves it");
    let third = activity(&mut world);
    let later = fields([("date_deadline", day.succ_opt().into()), ("summary", "Offer".into())]);
    let plan = world.run(Command::SetActivity { id: third, fields: later }).unwrap();
    assert_eq!((plan.label.as_str(), plan.edits[0].writes.len()), ("Reschedule activity", 1));
    world.run(Command::ActivityCancel { id: third }).unwrap();
    assert_eq!(world.at(on).activities.len(), 2);
}

#[test]
fn only_what_differs_is_written() {
    let mut world = World::founded(StageSet::Standard);
    let id = world.create(Kind::Opportunity, [("name", "Desks".into()), ("phone", "12".into())]);
    let same =
        [("name", "Desks".into()), ("phone", "12".into()), ("priority", Value::Int(0)), ("email_from", "".into())];
    assert!(world.set(id, same.clone()).unwrap().edits.is_empty());
    let seen = Some(Seen(Box::default()));
    let plan = world.run(Command::Set { id, fields: fields(same), seen: seen.clone() }).unwrap();
    assert_eq!((plan.edits[0].writes.len(), plan.edits[0].seen.clone()), (4, seen), "what was seen may differ");
    let plan = world.set(id, [("expected_revenue", Money(100).into())]).unwrap();
    assert_eq!(plan.label, "Change Expected revenue");
}

#[test]
fn bad_input_gets_one_clear_line() {
    let mut world = World::founded(StageSet::Standard);
    let id = world.create(Kind::Opportunity, [("name", "Desks".into())]);
    let nobody = world.new_id(Kind::User);
    let cases = [
        ("name", Value::from("  "), "Opportunity: an opportunity needs a name"),
        ("phone", "1".repeat(65_537).into(), "Phone: 65537 bytes of text, 65536 (64 KB) is the most: shorten it"),
        (
            "probability",
            Percent::whole(140).into(),
            "The probability of closing the deal should be between 0% and 100%",
        ),
        ("priority", Value::Int(4), "Priority: 4 is not one of 0 Low, 1 Medium, 2 High, 3 Very High"),
        ("expected_revenue", "much".into(), "Expected revenue: takes an amount, not text"),
        (
            "recurring_plan",
            "Weekly".into(),
            "Recurring plan: ‘Weekly’ is not one of Monthly, Yearly, Over 3 years, Over 5 years",
        ),
    ];
    for (name, value, why) in cases {
        assert_eq!(world.refused(Command::Set { id, fields: fields([(name, value)]), seen: None }), why);
    }
    let set = |name, value| Command::Set { id, fields: fields([(name, value)]), seen: None };
    assert_eq!(world.refused(set("user", nobody.into())), format!("Salesperson: there is no user {nobody}"));
    assert!(world.refused(set("partner", world.context.user.into())).contains("is a user, not a contact"));
    assert!(
        world.refused(set("color2", Value::Null)).starts_with("an opportunity has no field ‘color2’: it has name,")
    );
    let beyond = Money(Money::MAX.0 + 1);
    assert!(world.refused(set("expected_revenue", beyond.into())).contains("is beyond"));
    let stranger = world.new_id(Kind::Opportunity);
    let unknown = world.refused(Command::MarkWon { ids: vec![id, stranger] });
    assert_eq!(unknown, format!("there is no opportunity {stranger}"));
    let company = super::founding::company_id(world.context.workspace);
    let currency = Command::Set { id: company, fields: fields([("currency", "EUR".into())]), seen: None };
    assert_eq!(world.refused(currency), "Currency: it is chosen once, when the workspace is founded");
    let new = world.stage("New");
    assert_eq!(
        world.refused(Command::Trash { ids: vec![new] }),
        "1 record stands in ‘New’: say which stage it goes to"
    );
    world.run(Command::Trash { ids: vec![id] }).unwrap();
    assert_eq!(world.refused(set("phone", "1".into())), "‘Desks’ is in the trash: restore it first");
    world.run(Command::Restore { ids: vec![id] }).unwrap();
    assert!(world.records.is_active(world.at(id)));
}

#[test]
fn commands_together_see_each_other_and_make_one_edit_a_document() {
    let mut world = World::founded(StageSet::Standard);
    let (contact, deal, stage) =
        (world.new_id(Kind::Contact), world.new_id(Kind::Opportunity), world.new_id(Kind::Stage));
    let commands = vec![
        Command::Create { id: contact, fields: fields([("name", "Acme".into())]) },
        Command::Create { id: stage, fields: fields([("name", "Demo".into())]) },
        Command::Create { id: deal, fields: fields([("name", "Desks".into()), ("partner", contact.into())]) },
        Command::MoveToStage { ids: vec![deal], stage },
        Command::Set { id: deal, fields: fields([("priority", Value::Int(2))]), seen: None },
    ];
    let plan = world.run(Command::Together { label: "New customer".into(), commands }).unwrap();
    assert_eq!((plan.label.as_str(), plan.edits.len()), ("New customer", 3));
    assert_eq!(world.stands(deal).0, "Demo");
    assert_eq!(world.at(deal).partner, Some(contact));
    let names: Vec<_> = world.records.stages_of(None).iter().map(|s| s.name.clone()).collect();
    assert_eq!(names, ["New", "Qualified", "Proposition", "Demo", "Won"], "new stages come before the won one");
}

#[test]
fn an_imported_row_writes_only_what_the_file_changed() {
    let mut world = World::founded(StageSet::Standard);
    let id = DocId::derived(world.context.workspace, "crm", Kind::Opportunity, "A1");
    let (won, new) = (world.stage("Won"), world.stage("New"));
    let mut last: Vec<(u32, u32)> = Vec::new();
    let mut import = |world: &mut World, row: &Fields| {
        let plan = plan_row(&world.records, &world.context, id, "crm", row, &last).unwrap();
        for edit in &plan.edits {
            for write in &edit.writes {
                if let super::Write::Imported(_, pairs) = write {
                    last = pairs.clone();
                }
            }
        }
        world.apply(&plan.edits);
        plan.edits.len()
    };
    let row = |revenue: i64, status: &str, stage: DocId| {
        fields([
            ("name", "GTX - Acme".into()),
            ("expected_revenue", Money(revenue).into()),
            ("phone", Value::Null),
            ("stage", stage.into()),
            ("won_status", status.into()),
            ("date_closed", NaiveDate::from_ymd_opt(2017, 3, 1).into()),
            ("create_date", NaiveDate::from_ymd_opt(2016, 10, 20).into()),
        ])
    };
    assert_eq!(import(&mut world, &row(105_400, "won", won)), 1);
    assert_eq!(world.at(id).standing.closed, Some(time("2017-03-01")));
    assert_eq!(world.at(id).standing.since, Some(time("2017-03-01")));
    assert_eq!(world.at(id).meta.create_date, Some(time("2016-10-20")));
    assert_eq!(import(&mut world, &row(105_400, "won", won)), 0, "nothing new");

    world.set(id, [("expected_revenue", Money(1).into()), ("phone", "123".into()), ("stage", new.into())]).unwrap();
    assert_eq!(import(&mut world, &row(105_400, "won", won)), 0, "work done since is not reverted");
    import(&mut world, &row(200_000, "won", won));
    assert_eq!((world.at(id).expected_revenue, world.stands(id).0), (Money(200_000), "New"));
    import(&mut world, &row(200_000, "lost", new));
    assert_eq!(world.stands(id), ("New", WonStatus::Lost, Percent::ZERO));
    assert_eq!(world.at(id).standing.closed, Some(time("2017-03-01")));
    import(&mut world, &row(200_000, "pending", new));
    assert_eq!(world.stands(id), ("New", WonStatus::Pending, Percent::whole(10)), "an idle closing date is no matter");
    assert_eq!(world.at(id).phone, "123", "an empty cell that never was filled is no news");
}

#[test]
fn a_contact_cannot_belong_to_itself() {
    let mut world = World::founded(StageSet::Standard);
    let acme = world.create(Kind::Contact, [("name", "Acme".into())]);
    let branch = world.create(Kind::Contact, [("name", "Acme Bonn".into()), ("parent", acme.into())]);
    let around = Command::Set { id: acme, fields: fields([("parent", branch.into())]), seen: None };
    assert_eq!(world.refused(around), "Company: ‘Acme Bonn’ belongs to this contact already");
    let parent = |c: &Contact| c.parent;
    assert_eq!(world.records.contacts.get(&branch).and_then(parent), Some(acme));
}
