//! The window goes on while an import is being written and a colleague's work arrives: nothing waits, nothing is lost.

use std::{
    sync::{Mutex, mpsc},
    thread,
    time::{Duration, Instant},
};

use eframe::egui::Key;
use egui_kittest::kittest::Queryable;
use satchel_core::{Command, Kind, demo, environment::fixed::environment, workspace::Event};

use crate::scene;

type Harness<'a> = egui_kittest::Harness<'a, satchel::SatchelApp>;

const SIZE: [f32; 2] = [1440.0, 1000.0];

/// Draws frames until something is so; how long a busy machine takes does not matter.
fn until(harness: &mut Harness<'_>, is_so: impl Fn(&Harness<'_>) -> bool) {
    let begun = Instant::now();
    while !is_so(harness) {
        assert!(begun.elapsed() < Duration::from_secs(120), "it never came");
        harness.step();
        thread::yield_now();
    }
}

/// The window's thread never waits for who takes in a colleague's commits, though everything is locked that this locks, nor for
/// who waits to show them because a report is being worked out.
#[test]
fn frames_are_drawn_while_a_colleagues_commits_are_taken_in() {
    let clock = scene::clock();
    let workspace = scene::pipeline(&clock);
    let colleague = scene::colleague(&workspace, &clock);
    let mut harness = scene::threaded(workspace.clone(), environment(&clock, 1), SIZE);
    until(&mut harness, |h| h.query_by_label("GTK 500 pilot, Ron-tech, $26,768, New").is_some());
    let rows = demo::commands(colleague.id(), 10, 5, colleague.environment().today());
    colleague.execute_batch("Many", rows, false, &mut |_, _| {}).unwrap();
    let id = colleague.new_id(Kind::Opportunity);
    let fields = vec![("type".into(), "opportunity".into()), ("name".into(), "From the train".into())];
    colleague.execute(Command::Create { id, fields }).unwrap();

    // Whoever reads for long, until the window has shown that it does not care.
    let before = workspace.vector();
    let (reading, is_reading) = mpsc::channel();
    let (enough, read_enough) = mpsc::channel::<()>();
    let report = thread::spawn({
        let workspace = workspace.clone();
        move || {
            let records = workspace.records();
            reading.send(()).unwrap();
            // Only a window that stands still takes so long.
            let in_time = read_enough.recv_timeout(Duration::from_secs(60)).is_ok();
            (in_time, records.opportunities.len())
        }
    });
    is_reading.recv().unwrap();
    // The window hears of what was accepted in the middle of it.
    let (tell, told) = mpsc::channel();
    let (go_on, may_go_on) = mpsc::channel::<()>();
    let held = Mutex::new(Some((tell, may_go_on)));
    workspace.listen(Box::new(move |event| {
        if let (Event::Committed { remote: true, .. }, Some((tell, may_go_on))) = (event, held.lock().unwrap().take()) {
            tell.send(()).unwrap();
            may_go_on.recv().unwrap();
        }
    }));
    let accepting = thread::spawn({
        let (workspace, colleague) = (workspace.clone(), colleague.clone());
        move || scene::meet(&workspace, &colleague)
    });
    // All of it is durable and waits to be shown: the report reads.
    let draw = |harness: &mut Harness<'_>| (0..40).for_each(|_| harness.step());
    until(&mut harness, |_| workspace.vector() != before);
    draw(&mut harness);
    enough.send(()).unwrap();
    let (in_time, seen) = report.join().unwrap();
    assert!(in_time, "a frame waited for who waited for the report");
    assert!(harness.query_all_by_label_contains("From the train").next().is_none(), "{seen} were shown so far");
    // It is shown, and held in the middle.
    told.recv().unwrap();
    draw(&mut harness);
    assert!(harness.query_all_by_label_contains("From the train").next().is_some());
    assert!(!accepting.is_finished(), "it was to be still under way");
    go_on.send(()).unwrap();
    accepting.join().unwrap();
    assert_eq!(workspace.status().unwrap().digest, colleague.status().unwrap().digest);
}

#[test]
fn a_card_moves_and_a_search_narrows_while_an_import_and_a_sync_run() {
    let clock = scene::clock();
    let workspace = scene::pipeline(&clock);
    let colleague = scene::colleague(&workspace, &clock);
    let before = workspace.records().opportunities.len();
    let mut harness = scene::threaded(workspace.clone(), environment(&clock, 1), SIZE);
    until(&mut harness, |h| h.query_by_label("GTK 500 pilot, Ron-tech, $26,768, New").is_some());

    // An import that has got as far as its first rows and goes on only when it is told to.
    let rows = demo::commands(workspace.id(), 300, 5, workspace.environment().today());
    let (tell, told) = mpsc::channel();
    let (go_on, may_go_on) = mpsc::channel::<()>();
    let importing = {
        let workspace = workspace.clone();
        thread::spawn(move || {
            let mut waited = false;
            let mut progress = |_: usize, _: usize| {
                if !std::mem::replace(&mut waited, true) {
                    tell.send(()).unwrap();
                    may_go_on.recv().unwrap();
                }
            };
            workspace.execute_batch("Import", rows, false, &mut progress).unwrap()
        })
    };
    told.recv().unwrap();

    // Meanwhile a colleague's new card comes,
    let id = colleague.new_id(Kind::Opportunity);
    let fields = vec![("type".into(), "opportunity".into()), ("name".into(), "From the train".into())];
    colleague.execute(Command::Create { id, fields }).unwrap();
    scene::meet(&workspace, &colleague);
    until(&mut harness, |h| h.query_all_by_label_contains("From the train").next().is_some());
    // a card is moved by its key and stands in the next column,
    harness.get_by_label("GTK 500 pilot, Ron-tech, $26,768, New").focus();
    harness.step();
    harness.key_press(Key::M);
    until(&mut harness, |h| h.query_by_label("GTK 500 pilot, Ron-tech, $26,768, Qualified").is_some());
    // which is on disk already,
    let qualified = scene::stage(&workspace, "Qualified");
    until(&mut harness, |_| {
        let records = workspace.records();
        let moved = records.opportunities.values().find(|o| o.name == "GTK 500 pilot");
        moved.is_some_and(|o| o.standing.stage == Some(qualified))
    });
    // and the search box narrows.
    harness.get_by_label("Search").focus();
    harness.step();
    harness.get_by_label("Search").type_text("train");
    until(&mut harness, |h| {
        h.query_by_label("GTK 500 pilot, Ron-tech, $26,768, Qualified").is_none()
            && h.query_all_by_label_contains("From the train").next().is_some()
    });
    assert!(!importing.is_finished(), "the import was to be still under way");

    go_on.send(()).unwrap();
    let outcome = importing.join().unwrap();
    assert!(outcome.commits > 0);
    scene::meet(&workspace, &colleague);
    assert_eq!(workspace.status().unwrap().digest, colleague.status().unwrap().digest);
    let records = workspace.records();
    assert!(records.opportunities.len() >= before + 301, "{} of them", records.opportunities.len());
    let moved = records.opportunities.values().find(|o| o.name == "GTK 500 pilot").unwrap();
    assert_eq!(moved.standing.stage, Some(qualified));
}
