//! The page before a workspace that is being opened, by the names of its controls.

use std::{fs, path::Path};

use egui_kittest::{Harness, kittest::Queryable};
use satchel::SatchelApp;
use satchel_core::{Storage, Workspace, environment::fixed::environment};

use crate::scene;

fn window(folder: &Path) -> Harness<'static, SatchelApp> {
    let environment = environment(&scene::clock(), 1);
    let mut harness = scene::over_folder(folder.to_owned(), None, environment, [1280.0, 800.0]);
    harness.run_steps(4);
    harness
}

fn founded(folder: &Path) -> Workspace {
    scene::founded(Storage::Folder(folder.to_owned()), environment(&scene::clock(), 1))
}

fn click(harness: &mut Harness<'_, SatchelApp>, name: &str) {
    harness.get_by_label(name).click();
    harness.run_steps(8);
}

fn is_there(harness: &Harness<'_, SatchelApp>, name: &str) -> bool {
    harness.query_all_by_label_contains(name).next().is_some()
}

fn is_at_work(harness: &Harness<'_, SatchelApp>) -> bool {
    is_there(harness, "Pipeline")
}

#[test]
fn a_workspace_that_is_there_is_opened() {
    let folder = tempfile::tempdir().unwrap();
    drop(founded(folder.path()));
    assert!(is_at_work(&window(folder.path())));
}

#[test]
fn one_that_is_open_elsewhere_is_said_to_be_and_opened_when_it_no_longer_is() {
    let folder = tempfile::tempdir().unwrap();
    let elsewhere = founded(folder.path());
    let mut harness = window(folder.path());
    assert!(is_there(&harness, "The workspace cannot be opened") && is_there(&harness, "It is open in another window"));
    assert!(!is_there(&harness, "Put it aside"), "nothing is wrong with it");
    click(&mut harness, "Try again");
    assert!(is_there(&harness, "It is open in another window"));
    drop(elsewhere);
    click(&mut harness, "Try again");
    assert!(is_at_work(&harness));
}

#[test]
fn a_damaged_one_is_put_aside_and_nothing_of_it_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    drop(founded(folder.path()));
    let file = folder.path().join("workspace.satchel");
    let bytes = b"This is a letter, not a workspace. ".repeat(300);
    fs::write(&file, &bytes).unwrap();
    let mut harness = window(folder.path());
    assert!(is_there(&harness, "Its file is damaged (the file is no workspace)"));
    assert_eq!(fs::read(&file).unwrap(), bytes, "left as it is");
    click(&mut harness, "Open something else");
    assert!(is_there(&harness, "Put a backup back") && file.exists());

    let mut harness = window(folder.path());
    click(&mut harness, "Put it aside and begin again");
    assert!(is_there(&harness, "Put a backup back") && !file.exists());
    let aside = fs::read_dir(folder.path()).unwrap().next().unwrap().unwrap().path();
    assert_eq!(fs::read(aside.join("workspace.satchel")).unwrap(), bytes);
}

#[test]
fn one_whose_pages_are_damaged_is_made_anew_and_that_is_told() {
    let folder = tempfile::tempdir().unwrap();
    drop(founded(folder.path()));
    let file = folder.path().join("workspace.satchel");
    let whole = fs::read(&file).unwrap();
    // One of these places is a record's, on a page that counts; the log has the word too.
    let word = b"Qualified";
    let told = whole.windows(word.len()).enumerate().filter(|(_, found)| found == word).any(|(at, _)| {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x20;
        fs::write(&file, &bytes).unwrap();
        let harness = window(folder.path());
        is_at_work(&harness) && is_there(&harness, "was damaged and is made anew from its log")
    });
    assert!(told);
    assert!(
        fs::read_dir(folder.path()).unwrap().any(|e| e.unwrap().file_name().to_string_lossy().starts_with("aside"))
    );
}
