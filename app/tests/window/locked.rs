//! A workspace under a passphrase, by the names of its controls.

use std::{path::Path, sync::Arc};

use chrono::TimeDelta;
use eframe::{
    App,
    egui::{Event, Key, Modifiers, RawInput, ViewportCommand},
};
use egui_kittest::{Harness, kittest::Queryable};
use satchel::SatchelApp;
use satchel_core::{
    Command, Cost, Kind, Passphrase, Storage, Workspace,
    environment::fixed::{FixedClock, environment},
};

use crate::scene;

fn storage(folder: &Path, passphrase: Option<&str>) -> Storage {
    Storage::Folder(folder.to_owned()).under(passphrase.map(|text| Passphrase::new(text).at_cost(Cost::FOR_TESTS)))
}

/// The window over a workspace in a folder, which it opens by itself.
fn window(folder: &Path, passphrase: Option<&str>) -> Harness<'static, SatchelApp> {
    window_at(&scene::clock(), folder, passphrase)
}

/// In the workspace is one deal, with a file.
fn window_at(clock: &Arc<FixedClock>, folder: &Path, passphrase: Option<&str>) -> Harness<'static, SatchelApp> {
    let environment = environment(clock, 1);
    let workspace = scene::founded(storage(folder, passphrase), environment.clone());
    let id = workspace.new_id(Kind::Opportunity);
    workspace.execute(Command::Create { id, fields: vec![("name".into(), "Ten lorries".into())] }).unwrap();
    workspace.attach(id, "Offer.pdf", b"ten of them").unwrap();
    drop(workspace);
    let open = passphrase.is_none().then(|| Workspace::open(storage(folder, None), environment.clone()).unwrap());
    let mut harness = scene::over_folder(folder.to_owned(), open, environment, [1440.0, 900.0]);
    harness.run_steps(4);
    harness
}

fn unlock(harness: &mut Harness<'_, SatchelApp>) {
    fill(harness, "Passphrase", "correct horse");
    click(harness, "Unlock");
}

/// On the page of the deal.
fn at_the_deal(harness: &mut Harness<'_, SatchelApp>) {
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Num1);
    harness.run_steps(4);
    harness.get_by_label_contains("Ten lorries").click();
    harness.run_steps(8);
}

fn fill(harness: &mut Harness<'_, SatchelApp>, name: &str, text: &str) {
    harness.get_by_label(name).focus();
    harness.run_steps(3);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    harness.get_by_label(name).type_text(text);
    harness.run_steps(3);
}

fn click(harness: &mut Harness<'_, SatchelApp>, name: &str) {
    harness.get_by_label(name).click();
    harness.run_steps(8);
}

fn is_there(harness: &Harness<'_, SatchelApp>, name: &str) -> bool {
    harness.query_all_by_label_contains(name).next().is_some()
}

fn security(harness: &mut Harness<'_, SatchelApp>) {
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Comma);
    harness.run_steps(6);
    click(harness, "Security");
}

fn opens(folder: &Path, passphrase: Option<&str>) -> bool {
    Workspace::open(storage(folder, passphrase), environment(&scene::clock(), 2)).is_ok()
}

#[test]
fn it_is_unlocked_with_the_passphrase_alone() {
    let (folder, clock) = (tempfile::tempdir().unwrap(), scene::clock());
    let mut harness = window_at(&clock, folder.path(), Some("correct horse"));
    assert!(is_there(&harness, "Satchel is locked") && !is_there(&harness, "Vicki"));
    fill(&mut harness, "Passphrase", "incorrect horse");
    click(&mut harness, "Unlock");
    harness.get_by_label_contains("This is not the passphrase");
    click(&mut harness, "Show the passphrase");
    click(&mut harness, "Hide the passphrase");
    fill(&mut harness, "Passphrase", "correct horse");
    harness.get_by_label("Passphrase").focus();
    harness.key_press(Key::Enter);
    harness.run_steps(8);
    assert!(!is_there(&harness, "Satchel is locked"));

    // At once, and by itself after a while.
    harness.key_press_modifiers(Modifiers::COMMAND | Modifiers::SHIFT, Key::L);
    harness.run_steps(6);
    harness.get_by_label("Satchel is locked");
    assert!(opens(folder.path(), Some("correct horse")), "nothing holds it any more");
    unlock(&mut harness);
    security(&mut harness);
    click(&mut harness, "5 min");
    let later = |harness: &mut Harness<'_, SatchelApp>, seconds: i64| {
        clock.advance(TimeDelta::seconds(seconds));
        harness.run_steps(2);
    };
    later(&mut harness, 290);
    harness.event(Event::PointerMoved([400.0, 300.0].into()));
    harness.run_steps(2);
    later(&mut harness, 290);
    assert!(!is_there(&harness, "Satchel is locked"), "somebody was there");
    later(&mut harness, 20);
    harness.get_by_label("Satchel is locked");
}

#[test]
fn it_locks_in_time_whatever_comes_then_and_without_being_seen() {
    let (folder, clock) = (tempfile::tempdir().unwrap(), scene::clock());
    let mut harness = window_at(&clock, folder.path(), Some("correct horse"));
    unlock(&mut harness);
    clock.advance(TimeDelta::minutes(16));
    harness.event(Event::PointerMoved([400.0, 300.0].into()));
    harness.step();
    harness.step();
    harness.get_by_label("Satchel is locked");

    // A hidden window has no frames.
    unlock(&mut harness);
    at_the_deal(&mut harness);
    let hidden = |harness: &mut Harness<'_, SatchelApp>| {
        let ctx = harness.ctx.clone();
        let mut frame = eframe::Frame::_new_kittest();
        ctx.run_logic(&RawInput::default(), |ctx| harness.state_mut().logic(ctx, &mut frame))
    };
    clock.advance(TimeDelta::minutes(14));
    hidden(&mut harness);
    assert!(!opens(folder.path(), Some("correct horse")));
    clock.advance(TimeDelta::minutes(2));
    hidden(&mut harness);
    assert!(opens(folder.path(), Some("correct horse")));

    // What is typed is saved before, or keeps it open until it is.
    harness.run_steps(2);
    unlock(&mut harness);
    at_the_deal(&mut harness);
    harness.get_by_label("Write a note").focus();
    harness.run_steps(3);
    harness.get_by_label("Write a note").type_text("They want twelve");
    harness.run_steps(3);
    clock.advance(TimeDelta::minutes(16));
    let asked = hidden(&mut harness).viewport_commands.into_values().flatten();
    assert!(asked.into_iter().any(|command| command == ViewportCommand::RequestPaintWhileHidden));
    harness.run_steps(8);
    harness.get_by_label_contains("Save or close what is open first");
    fill(&mut harness, "Write a note", "They want twelve of them");
    assert!(!is_there(&harness, "Satchel is locked"));
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Enter);
    harness.run_steps(4);
    harness.get_by_label("Satchel is locked");
    unlock(&mut harness);
    at_the_deal(&mut harness);
    assert!(is_there(&harness, "They want twelve of them"));
}

#[test]
fn what_was_shown_of_it_is_gone_once_it_is_locked() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = window(folder.path(), Some("correct horse"));
    unlock(&mut harness);
    at_the_deal(&mut harness);
    click(&mut harness, "Open: Offer.pdf");
    let shown = scene::SHOWN.with_borrow(|shown| shown[0].clone());
    assert_eq!(std::fs::read(&shown).unwrap(), b"ten of them");
    harness.key_press_modifiers(Modifiers::COMMAND | Modifiers::SHIFT, Key::L);
    harness.run_steps(6);
    harness.get_by_label("Satchel is locked");
    assert!(!shown.exists());

    unlock(&mut harness);
    at_the_deal(&mut harness);
    click(&mut harness, "Open: Offer.pdf");
    let shown = scene::SHOWN.with_borrow(|shown| shown[1].clone());
    assert!(shown.exists());
    drop(harness);
    assert!(!shown.exists(), "the window is closed");

    // A crash leaves it, until the next start.
    std::fs::create_dir_all(shown.parent().unwrap()).unwrap();
    std::fs::write(&shown, b"ten of them").unwrap();
    let mut permissions = std::fs::metadata(&shown).unwrap().permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(&shown, permissions).unwrap();
    let other = tempfile::tempdir().unwrap();
    window(other.path(), Some("correct horse"));
    assert!(!shown.exists());
}

#[test]
fn setting_it_loses_nothing_that_is_typed() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = window(folder.path(), None);
    at_the_deal(&mut harness);
    harness.get_by_label("Write a note").focus();
    harness.run_steps(3);
    harness.get_by_label("Write a note").type_text("They want twelve");
    harness.run_steps(3);
    security(&mut harness);
    let set = |harness: &mut Harness<'_, SatchelApp>| {
        fill(harness, "New passphrase", "correct horse");
        fill(harness, "Once more", "correct horse");
        click(harness, "Set the passphrase");
    };
    set(&mut harness);
    harness.get_by_label_contains("Save or close what is open first");
    assert!(!Storage::Folder(folder.path().to_owned()).is_locked().unwrap());
    at_the_deal(&mut harness);
    assert_eq!(harness.get_by_label("Write a note").value().as_deref(), Some("They want twelve"));
    fill(&mut harness, "Write a note", "They want twelve of them");
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Enter);
    harness.run_steps(4);
    security(&mut harness);
    set(&mut harness);
    harness.get_by_label_contains("The workspace is under the passphrase");
}

#[test]
fn what_is_still_in_use_is_not_said_to_be_under_one() {
    let folder = tempfile::tempdir().unwrap();
    let environment = environment(&scene::clock(), 1);
    let workspace = scene::founded(storage(folder.path(), None), environment.clone());
    let at_work = workspace.clone();
    let mut harness = scene::over_folder(folder.path().to_owned(), Some(workspace), environment, [1440.0, 900.0]);
    harness.run_steps(4);
    security(&mut harness);
    fill(&mut harness, "New passphrase", "correct horse");
    fill(&mut harness, "Once more", "correct horse");
    click(&mut harness, "Set the passphrase");
    assert!(!is_there(&harness, "is locked"));
    harness.get_by_label_contains("It is open in another window");
    drop(at_work);
    click(&mut harness, "Try again");
    assert!(is_there(&harness, "in use"), "why it is under none");
    security(&mut harness);
    harness.get_by_label("Set the passphrase");
}

#[test]
fn it_is_set_changed_and_removed_in_the_settings() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = window(folder.path(), None);
    security(&mut harness);
    fill(&mut harness, "New passphrase", "correct horse");
    fill(&mut harness, "Once more", "correct house");
    click(&mut harness, "Set the passphrase");
    harness.get_by_label("The two are not the same");
    fill(&mut harness, "New passphrase", "horse");
    fill(&mut harness, "Once more", "horse");
    click(&mut harness, "Set the passphrase");
    harness.get_by_label_contains("8 characters or more");
    fill(&mut harness, "New passphrase", "correct horse");
    fill(&mut harness, "Once more", "correct horse");
    click(&mut harness, "Set the passphrase");
    harness.get_by_label_contains("The workspace is under the passphrase");
    assert!(Storage::Folder(folder.path().to_owned()).is_locked().unwrap());

    // Where it was set.
    fill(&mut harness, "Passphrase until now", "not this one");
    fill(&mut harness, "New passphrase", "battery staple");
    fill(&mut harness, "Once more", "battery staple");
    click(&mut harness, "Change the passphrase");
    harness.get_by_label_contains("This is not the passphrase");
    fill(&mut harness, "Passphrase until now", "correct horse");
    click(&mut harness, "Change the passphrase");
    harness.get_by_label_contains("The passphrase is changed");

    fill(&mut harness, "Passphrase to remove", "correct horse");
    click(&mut harness, "Remove the passphrase");
    harness.get_by_label_contains("This is not the passphrase");
    fill(&mut harness, "Passphrase to remove", "battery staple");
    click(&mut harness, "Remove the passphrase");
    harness.get_by_label_contains("under no passphrase any more");
    drop(harness);
    assert!(opens(folder.path(), None));
}

#[test]
fn who_forgot_it_joins_again() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = window(folder.path(), Some("correct horse"));
    click(&mut harness, "Forgot the passphrase?");
    harness.get_by_label_contains("a colleague can invite this laptop again");
    click(&mut harness, "Put it aside and join again");
    harness.get_by_label("Ticket");
    let aside = std::fs::read_dir(folder.path()).unwrap().next().unwrap().unwrap().path();
    assert!(opens(&aside, Some("correct horse")));
}

#[test]
fn without_a_passphrase_there_is_nothing_to_lock() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = window(folder.path(), None);
    harness.key_press_modifiers(Modifiers::COMMAND | Modifiers::SHIFT, Key::L);
    harness.run_steps(4);
    harness.get_by_label_contains("Only a passphrase locks");
}

/// `SATCHEL_PICTURES=DIR`: what a person sees, to look at.
#[test]
fn pictures() {
    let Ok(to) = std::env::var("SATCHEL_PICTURES") else { return };
    let save = |harness: &mut Harness<'_, SatchelApp>, name: &str| {
        harness.render().expect("a software GPU").save(format!("{to}/{name}.png")).unwrap();
    };
    for (theme, name) in [(eframe::egui::Theme::Light, "light"), (eframe::egui::Theme::Dark, "dark")] {
        let (open, locked) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let mut harness = window(locked.path(), Some("correct horse"));
        harness.ctx.set_theme(theme);
        fill(&mut harness, "Passphrase", "incorrect horse");
        click(&mut harness, "Unlock");
        click(&mut harness, "Forgot the passphrase?");
        save(&mut harness, &format!("locked-{name}"));
        fill(&mut harness, "Passphrase", "correct horse");
        click(&mut harness, "Unlock");
        security(&mut harness);
        save(&mut harness, &format!("security-sealed-{name}"));
        let mut harness = window(open.path(), None);
        harness.ctx.set_theme(theme);
        security(&mut harness);
        save(&mut harness, &format!("security-{name}"));
    }
}
