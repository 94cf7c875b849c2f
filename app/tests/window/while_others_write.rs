//! The window goes on while an import is being written and a colleague's work arrives: nothing waits, nothing is lost.

use std::{
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use eframe::egui::Key;
use egui_kittest::kittest::Queryable;
use satchel_core::{Command, Kind, demo, environment::fixed::environment};

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
