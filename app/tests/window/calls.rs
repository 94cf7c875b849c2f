//! The phone, as a person works with it: lists handed out one by one, answered, noted, tried again.

use chrono::{TimeDelta, TimeZone, Utc};
use eframe::egui::{self, Key};
use egui_kittest::kittest::Queryable;
use satchel_core::{
    Command, DocId, Kind, Value, Workspace, command::CallStep, environment::fixed::environment, query::calls,
    record::Call,
};
use satchel_sync::{
    Phone,
    protocol::{Hand, simulation::Line},
};

use crate::scene::{self, DIALLED, Desk};

const SCRIPT: &str = "Say who you are\n“Vicki Laflamme from MavenTech, I look after your GTX machines.”\n\nAsk how the machines do\nAge, number, what is slow.\n\nOffer the renewal\nGTX Plus Basic $1,096, from ten pieces 5 % less.\n\nThank, confirm address";

const PEOPLE: [(&str, &str, &str, i64); 6] = [
    ("Ana Duarte", "Kinnamplus", "+13125550176", 2),
    ("Leah Brandt", "Toughzap", "+13125550177", 1),
    ("Piet Vos", "Zathunicon", "+13125550178", 1),
    ("Ioana Marin", "Sumace", "+13125550179", 0),
    ("Rob Hale", "Cancity", "+13125550180", 0),
    ("Sue Ellison", "Hatfan", "+13125550181", 0),
];

fn run(workspace: &Workspace, command: Command) {
    workspace.execute(command).unwrap();
}

fn named(workspace: &Workspace, kind: Kind, name: &str, more: Vec<(&str, Value)>) -> DocId {
    let id = workspace.new_id(kind);
    let more = more.into_iter().map(|(field, value)| (field.to_owned(), value));
    let fields = std::iter::once(("name".to_owned(), Value::from(name))).chain(more).collect();
    run(workspace, Command::Create { id, fields });
    id
}

/// A list of six people over the board's workspace.
fn with_list(workspace: &Workspace) -> DocId {
    let list = named(workspace, Kind::CallList, "GTX renewal", vec![("script", SCRIPT.into())]);
    for (at, (name, company, phone, priority)) in PEOPLE.into_iter().enumerate() {
        let company = named(workspace, Kind::Contact, company, vec![("is_company", Value::Bool(true))]);
        let job = ("function", "Purchasing".into());
        let person = named(workspace, Kind::Contact, name, vec![("parent", company.into()), job]);
        let fields = vec![
            ("list", Value::Ref(list)),
            ("phone", phone.into()),
            ("partner", person.into()),
            ("priority", Value::Int(priority)),
            ("sequence", Value::Int(at as i64)),
        ];
        named(workspace, Kind::Call, name, fields);
    }
    list
}

fn at_the_phone() -> (Desk, DocId) {
    let mut desk = Desk::at_the_board([1440.0, 900.0]);
    let list = with_list(&desk.workspace);
    desk.harness.run();
    desk.click("Calls");
    desk.click("Start calling: GTX renewal");
    (desk, list)
}

fn call(workspace: &Workspace, name: &str) -> Call {
    workspace.records().calls.values().find(|call| call.name == name).unwrap().clone()
}

#[test]
fn a_list_is_called_one_by_one_by_three_keys() {
    let (mut desk, list) = at_the_phone();
    assert!(desk.is_there("Call Ana Duarte") && desk.is_there("Dial +1 312-555-0176"), "the most urgent one");
    DIALLED.with_borrow_mut(Vec::clear);
    desk.key(Key::D);
    assert_eq!(DIALLED.with_borrow(Vec::clone), ["tel:+13125550176"]);
    desk.clock.advance(TimeDelta::seconds(161));
    desk.harness.run();
    assert!(desk.is_there("02:41 since the call started"));
    desk.type_over("Notes on this call", "Wants a price by Friday.");
    desk.focus("Step 1: Say who you are");
    desk.key(Key::Num1);
    let ana = call(&desk.workspace, "Ana Duarte");
    assert_eq!(
        (ana.state.as_str(), ana.minutes(), ana.description.as_str()),
        ("called", 3, "Wants a price by Friday.")
    );
    assert_eq!(ana.done_by, Some(desk.workspace.user()));

    assert!(desk.is_there("Call Leah Brandt"), "the next one is handed out");
    desk.key(Key::Num2);
    let leah = call(&desk.workspace, "Leah Brandt");
    let again = Utc.with_ymd_and_hms(2026, 11, 12, 13, 30, 0).unwrap();
    assert_eq!((leah.state.as_str(), leah.attempts(), leah.date), ("to call", 1, Some(again)));
    assert!(desk.is_there("Leah Brandt, Retry · 1 attempt, 13:30"));

    desk.key(Key::Num3);
    assert_eq!(call(&desk.workspace, "Piet Vos").state, "cancelled");
    let progress = calls::progress(&desk.workspace.records(), list);
    assert_eq!((progress.called, progress.cancelled, progress.to_call), (1, 1, 4));
    assert!(desk.is_there("2 of 6 handled"));
    desk.keys(egui::Modifiers::COMMAND, Key::Z);
    assert_eq!(call(&desk.workspace, "Piet Vos").state, "to call", "taken back");
}

#[test]
fn what_is_suggested_can_be_chosen_otherwise_and_many_attempts_suggest_to_cancel() {
    let (mut desk, _) = at_the_phone();
    let id = call(&desk.workspace, "Ana Duarte").id;
    for _ in 0..4 {
        let step = CallStep::NotCalled { attempt: desk.workspace.new_id(Kind::Attempt), again: Some(desk.clock_now()) };
        run(&desk.workspace, Command::Call { id, step });
    }
    desk.harness.run();
    assert!(desk.is_there("Tried 4 times without an answer") && desk.is_there("4 attempts"));
    assert!(desk.is_there("no answer, you"), "who tried, from the history");
    desk.click("If not called, do not try again");
    desk.click("Not called");
    assert_eq!(call(&desk.workspace, "Ana Duarte").state, "not called");
}

#[test]
fn a_call_becomes_an_opportunity_and_another_call() {
    let (mut desk, _) = at_the_phone();
    desk.click("Make it an opportunity");
    let deal = call(&desk.workspace, "Ana Duarte").opportunity.unwrap();
    assert_eq!(desk.workspace.records().opportunities[&deal].name, "Ana Duarte");
    desk.key(Key::R);
    desk.click("Schedule call");
    let records = desk.workspace.records();
    let again: Vec<&Call> = records.calls.values().filter(|c| c.name == "Ana Duarte" && c.list.is_none()).collect();
    assert_eq!((again.len(), again[0].opportunity, again[0].phone.as_str()), (1, Some(deal), "+13125550176"));
}

#[test]
fn a_past_call_is_logged_with_its_minutes() {
    let mut desk = Desk::at_the_board([1280.0, 800.0]);
    desk.click("Calls");
    assert!(desk.is_there("Nobody to call yet"));
    desk.key(Key::L);
    desk.type_over("What about", "Asked about GTK");
    desk.type_over("Phone", "+1 312 555 0190");
    desk.rewrite("Time", "9:40");
    desk.type_over("Minutes", "nine");
    desk.click("Log call");
    assert!(desk.is_there("‘nine’ is no whole number"), "in place, nothing lost");
    desk.rewrite("Minutes", "9");
    desk.click("They called");
    desk.click("Log call");
    let made = call(&desk.workspace, "Asked about GTK");
    assert_eq!((made.state.as_str(), made.direction.as_str(), made.minutes()), ("called", "incoming", 9));
    assert_eq!(made.date, Some(Utc.with_ymd_and_hms(2026, 11, 12, 9, 40, 0).unwrap()));
}

#[test]
fn a_list_is_made_and_edited() {
    let mut desk = Desk::at_the_board([1280.0, 800.0]);
    desk.click("Calls");
    desk.click("New call list");
    desk.click("Create list");
    assert!(desk.is_there("A call list needs a name"));
    desk.type_over("Name of the list", "Autumn");
    desk.type_over("What the operators say", "Say hello");
    desk.click("Create list");
    desk.click("Edit Autumn");
    desk.rewrite("Name of the list", "Winter");
    desk.click("Save");
    let records = desk.workspace.records();
    let list = records.call_lists.values().next().unwrap();
    assert_eq!((list.name.as_str(), list.script.as_str()), ("Winter", "Say hello"));
}

#[test]
fn what_a_connected_colleague_has_is_not_handed_out() {
    let clock = scene::clock();
    let workspace = scene::pipeline(&clock);
    with_list(&workspace);
    let other = scene::colleague(&workspace, &clock);
    let mut desk = Desk::over(workspace.clone(), clock.clone(), [1440.0, 900.0]);
    let theirs = Phone::alone(&other);
    let mine = desk.harness.state().phone().unwrap().clone();
    theirs.ask([call(&workspace, "Ana Duarte").id]);
    let phones = [Some(mine.calling()), Some(theirs.calling())];
    let mut line = Line::calling(&workspace, &other, phones, mine.now());
    line.run(usize::MAX);
    desk.click("Calls");
    desk.click("Start calling: GTX renewal");
    assert!(desk.is_there("Asking your colleagues for the next call"));
    clock.advance(TimeDelta::seconds(1));
    line.tick(mine.now());
    line.run(usize::MAX);
    desk.harness.run();
    assert!(desk.is_there("Call Leah Brandt"), "the first one that nobody has");
    assert!(desk.is_there("Ana Duarte, Celia Rouche, since 10:2"));
    line.changed();
    line.run(usize::MAX);
    assert_eq!(theirs.taken().len(), 1);
    desk.click("Pause");
    line.changed();
    line.run(usize::MAX);
    assert!(theirs.taken().is_empty(), "given back");
    assert_eq!(theirs.hand(), Hand::Holds(call(&workspace, "Ana Duarte").id));
}

#[test]
fn who_took_a_call_apart_is_told_whose_it_is() {
    let clock = scene::clock();
    let workspace = scene::pipeline(&clock);
    with_list(&workspace);
    let other = scene::colleague(&workspace, &clock);
    let mut desk = Desk::over(workspace.clone(), clock, [1440.0, 900.0]);
    desk.click("Calls");
    desk.click("Start calling: GTX renewal");
    let both = [workspace.user(), other.user()];
    let is_theirs = |name: &&str| calls::arbiter(call(&workspace, name).id, &both) == Some(other.user());
    let lost = PEOPLE.iter().map(|(name, ..)| *name).skip(1).find(is_theirs).unwrap();
    desk.harness.get_by_label_contains(lost).click();
    desk.harness.run_steps(8);
    assert!(desk.is_there(&format!("Call {lost}")), "taken out of turn");
    let theirs = Phone::alone(&other);
    theirs.ask([call(&workspace, lost).id]);
    let mine = desk.harness.state().phone().unwrap().clone();
    let mut line = Line::calling(&workspace, &other, [Some(mine.calling()), Some(theirs.calling())], mine.now());
    line.run(usize::MAX);
    desk.harness.run();
    assert!(desk.is_there("Celia Rouche took this call while you were apart, and has it."));
    desk.click("Next call");
    desk.clock.advance(TimeDelta::seconds(1));
    line.tick(mine.now());
    line.run(usize::MAX);
    desk.harness.run();
    assert!(desk.is_there("Call Ana Duarte") && theirs.hand() == Hand::Holds(call(&workspace, lost).id));
}

#[test]
fn doubles_made_apart_are_shown_with_their_owner() {
    let clock = scene::clock();
    let workspace = scene::pipeline(&clock);
    with_list(&workspace);
    let other = scene::colleague(&workspace, &clock);
    let id = call(&workspace, "Ana Duarte").id;
    for device in [&workspace, &other] {
        run(device, Command::Call { id, step: CallStep::Called { minutes: Some(4) } });
    }
    scene::meet(&workspace, &other);
    let mut desk = Desk::over(workspace.clone(), clock, [1440.0, 900.0]);
    desk.click("Calls");
    assert!(desk.is_there("GTX renewal: 1 of 6 handled"));
    desk.click("Start calling: GTX renewal");
    let owner = workspace.records().name(call(&workspace, "Ana Duarte").done_by.unwrap()).to_owned();
    desk.click(&format!("Ana Duarte, Counts for {owner}"));
    assert!(desk.is_there("Log call") || desk.is_there("Reopen"));
}

#[test]
fn pictures() {
    let Ok(folder) = std::env::var("SATCHEL_PICTURES") else { return };
    for (theme, dark) in [("light", egui::Theme::Light), ("dark", egui::Theme::Dark)] {
        for size in [[1280.0, 800.0], [1920.0, 1080.0]] {
            let clock = scene::clock();
            let workspace = scene::pipeline(&clock);
            with_list(&workspace);
            let other = scene::colleague(&workspace, &clock);
            let doubled = call(&workspace, "Rob Hale").id;
            for device in [&workspace, &other] {
                run(device, Command::Call { id: doubled, step: CallStep::Called { minutes: Some(4) } });
            }
            scene::meet(&workspace, &other);
            let id = call(&workspace, "Ana Duarte").id;
            for _ in 0..2 {
                let attempt = workspace.new_id(Kind::Attempt);
                run(&workspace, Command::Call { id, step: CallStep::NotCalled { attempt, again: None } });
                run(&workspace, Command::Call { id, step: CallStep::Reopen });
            }
            let mut desk = Desk::over(workspace.clone(), clock.clone(), size);
            desk.harness.ctx.set_theme(dark);
            let theirs = Phone::alone(&other);
            let mine = desk.harness.state().phone().unwrap().clone();
            theirs.ask([call(&workspace, "Leah Brandt").id]);
            let phones = [Some(mine.calling()), Some(theirs.calling())];
            let mut line = Line::calling(&workspace, &other, phones, mine.now());
            line.run(usize::MAX);
            desk.click("Calls");
            save(&mut desk, &folder, &format!("call-lists-{theme}-{}", size[0]));
            desk.click("Start calling: GTX renewal");
            clock.advance(TimeDelta::seconds(1));
            line.tick(mine.now());
            line.run(usize::MAX);
            desk.harness.run();
            desk.click("Step 1: Say who you are");
            desk.click("Step 2: Ask how the machines do");
            for _ in 0..40 {
                clock.advance(TimeDelta::seconds(4));
                line.tick(mine.now());
                line.run(usize::MAX);
            }
            desk.harness.run();
            save(&mut desk, &folder, &format!("calls-{theme}-{}", size[0]));
            desk.key(Key::L);
            save(&mut desk, &folder, &format!("call-log-{theme}-{}", size[0]));
            desk.click("Close");
            desk.click("Edit the list and its script");
            save(&mut desk, &folder, &format!("call-list-{theme}-{}", size[0]));
        }
    }
}

fn save(desk: &mut Desk, folder: &str, name: &str) {
    desk.harness.run();
    let picture = desk.harness.render().expect("a software GPU");
    picture.save(format!("{folder}/{name}.png")).unwrap();
}

impl Desk {
    /// Writes something else into a field.
    fn rewrite(&mut self, name: &str, text: &str) {
        self.focus(name);
        self.keys(egui::Modifiers::COMMAND, Key::A);
        self.harness.get_by_label(name).type_text(text);
        self.harness.run_steps(4);
    }

    fn clock_now(&self) -> chrono::DateTime<Utc> {
        environment(&self.clock, 5).now()
    }
}
