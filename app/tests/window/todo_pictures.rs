//! Draws what there is to do into pictures, for people to look at: `SATCHEL_PICTURES=DIR cargo test --test window
//! todo_pictures`. Without the variable nothing is drawn.

use eframe::egui::{Key, Modifiers, Theme};
use satchel::locale::{Language, Locale, speak};
use satchel_core::{Command, Kind, Value, record::ActivityType};

use crate::scene::Desk;

fn shoot(desk: &mut Desk, name: &str) {
    let folder = std::env::var("SATCHEL_PICTURES").unwrap();
    desk.harness.run_steps(4);
    let picture = desk.harness.render().expect("a software GPU");
    picture.save(format!("{folder}/{name}.png")).unwrap();
}

/// Types that lead from one to the next, a plan, a kind of events, a meeting.
fn set_up(desk: &Desk) {
    let workspace = &desk.workspace;
    let create = |kind: Kind, fields: &[(&str, Value)]| {
        let id = workspace.new_id(kind);
        let fields = fields.iter().map(|(n, v)| ((*n).to_owned(), v.clone())).collect();
        workspace.execute(Command::Create { id, fields }).unwrap();
        id
    };
    desk.set(ActivityType::EMAIL, &[("summary", "Send the offer".into()), ("delay", "5 days".into())]);
    desk.set(ActivityType::CALL, &[("next", ActivityType::EMAIL.into()), ("chaining", "suggest".into())]);
    create(
        Kind::ActivityType,
        &[("name", "Site visit".into()), ("icon", "person".into()), ("sequence", Value::Int(50))],
    );
    let plan = create(Kind::ActivityPlan, &[("name", "Onboarding".into())]);
    for (at, (name, kind, delay)) in
        [("Welcome call", ActivityType::CALL, ""), ("Send the contract", ActivityType::EMAIL, "3 days")]
            .into_iter()
            .enumerate()
    {
        create(
            Kind::PlanStep,
            &[
                ("name", name.into()),
                ("plan", plan.into()),
                ("type", kind.into()),
                ("delay", delay.into()),
                ("sequence", Value::Int(at as i64)),
            ],
        );
    }
    create(Kind::EventKind, &[("name", "Technical intervention".into()), ("color", Value::Int(3))]);
    let on = desk.named(Kind::Opportunity, "GTK 500 ×2, Seoul fab");
    let mut fields = workspace.records().meeting_about(on, workspace.user());
    let when = "2026-11-12T14:00/2026-11-12T15:00 UTC".parse().unwrap();
    fields.extend([("when".to_owned(), Value::When(when)), ("reminders".to_owned(), "15".into())]);
    let id = workspace.new_id(Kind::Meeting);
    workspace.execute(Command::Create { id, fields }).unwrap();
}

#[test]
fn pictures() {
    if std::env::var("SATCHEL_PICTURES").is_err() {
        return;
    }
    for (theme, name) in [(Theme::Light, "light"), (Theme::Dark, "dark")] {
        for size in [[1280.0, 800.0], [1920.0, 1080.0]] {
            let mut desk = Desk::at_the_board(size);
            set_up(&desk);
            desk.harness.ctx.set_theme(theme);
            desk.harness.run_steps(4);
            let file = |what: &str| format!("todo-{what}-{name}-{}", size[0]);
            desk.keys(Modifiers::COMMAND, Key::Num5);
            shoot(&mut desk, &file("list"));
            desk.key(Key::D);
            shoot(&mut desk, &file("feedback"));
            desk.key(Key::Escape);
            desk.click("Mark done: Call, GTK 500 pilot");
            desk.key(Key::Enter);
            desk.click("Snooze: Email, GTX Pro for call floor");
            shoot(&mut desk, &file("next"));
            desk.key(Key::Escape);
            desk.key(Key::X);
            desk.key(Key::J);
            desk.key(Key::X);
            shoot(&mut desk, &file("many"));
            desk.key(Key::Escape);
            desk.click("Show what is done");
            shoot(&mut desk, &file("done"));
            desk.click("Show what is to do");
            desk.keys(Modifiers::COMMAND, Key::Num1);
            desk.open("GTK 500 ×2, Seoul fab, Hottechi, $53,536, Proposition");
            desk.click("Schedule");
            shoot(&mut desk, &file("form"));
            desk.click("Close without adding");
            for (place, row) in [
                ("Activity types", Some("Type Call")),
                ("Activity plans", Some("Onboarding, 2 steps")),
                ("Kinds of events", Some("Kind Technical intervention")),
                ("General", None),
            ] {
                desk.click("Settings");
                desk.click(place);
                row.into_iter().for_each(|row| desk.click(row));
                if place == "Activity plans" {
                    desk.click("Step Send the contract");
                }
                shoot(&mut desk, &file(&place.to_lowercase().replace(' ', "-")));
            }
            desk.clock.set(chrono::TimeZone::with_ymd_and_hms(&chrono::Utc, 2026, 11, 12, 13, 50, 0).unwrap());
            desk.keys(Modifiers::COMMAND, Key::Num5);
            shoot(&mut desk, &file("reminder"));
            speak(Locale { language: Language::German, ..Locale::default() });
            shoot(&mut desk, &file("german"));
            speak(Locale::default());
        }
    }
}
