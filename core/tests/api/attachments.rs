//! Files attached to records: kept, taken off, undone, refused.

use crate::common::{Desk, meet};
use satchel_core::{FileHash, FilePart, Storage, Value, Workspace, query, record::MAX_FILE};

/// What a device lacks, with how much of each has come.
fn wanted(workspace: &Workspace) -> Vec<(FileHash, u64)> {
    workspace.files_wanted().into_iter().map(|hash| (hash, workspace.file_begun(hash))).collect()
}

#[test]
fn a_file_is_attached_taken_off_and_put_back() {
    let ann = Desk::ann();
    let deal = ann.add(&[("name", "Rollout".into())]);
    let (id, outcome) = ann.ws.attach(deal, "Offer.pdf", b"%PDF").unwrap();
    assert_eq!(outcome.label, "Attach ‘Offer.pdf’");
    let attached = ann.ws.records().attachment(id).map(|(on, a)| (on, a.name.clone(), a.size, a.hash)).unwrap();
    assert_eq!((attached.0, attached.1.as_str(), attached.2), (deal, "Offer.pdf", 4));
    assert_eq!(ann.ws.file(attached.3).unwrap(), b"%PDF");
    assert!(ann.ws.files_wanted().is_empty());

    ann.run(satchel_core::Command::Detach { id });
    assert!(ann.ws.records().attachment(id).is_none());
    let history = ann.ws.history(deal).unwrap();
    let last = &history[0].changes[0];
    assert_eq!((last.field.as_str(), &last.old, &last.new), ("attachment", &Value::from("Offer.pdf"), &Value::Null));
    ann.ws.undo().unwrap();
    assert!(ann.ws.records().attachment(id).is_some());
    ann.ws.undo().unwrap();
    assert!(ann.ws.records().attachment(id).is_none(), "the attaching is undone too");
    ann.ws.redo().unwrap();
    assert_eq!(ann.ws.file(ann.ws.records().attachment(id).unwrap().1.hash).unwrap(), b"%PDF");
}

#[test]
fn what_cannot_be_attached_is_refused_in_words() {
    let ann = Desk::ann();
    let deal = ann.add(&[("name", "Rollout".into())]);
    let before = ann.ws.status().unwrap().digest;
    let refused = |on, name: &str, bytes: &[u8]| ann.ws.attach(on, name, bytes).unwrap_err().to_string();
    let large = vec![0; MAX_FILE as usize + 1];
    assert!(refused(deal, "film.mkv", &large).starts_with("‘film.mkv’ has 25.0 MiB, more than the 25"));
    assert_eq!(refused(deal, "  ", b"x"), "the file has no name: give it one");
    assert!(refused(deal, &"n".repeat(300), b"x").contains("300 bytes"));
    assert!(refused(ann.stage("New"), "a.txt", b"x").contains("only opportunities and contacts"));
    assert_eq!(ann.ws.status().unwrap().digest, before);
}

#[test]
fn the_bytes_come_later_in_parts_and_only_if_they_are_right() {
    let ann = Desk::ann();
    let bob = ann.admit("Bob Road", 2);
    let deal = ann.add(&[("name", "Rollout".into())]);
    let bytes: Vec<u8> = (0..1_000u32).flat_map(u32::to_le_bytes).collect();
    let (id, _) = ann.ws.attach(deal, "Plan.xlsx", &bytes).unwrap();
    meet(&ann, &bob);
    let hash = bob.ws.records().attachment(id).unwrap().1.hash;
    assert_eq!(wanted(&bob.ws), [(hash, 0)]);
    assert!(bob.ws.file(hash).unwrap_err().to_string().contains("not on this device yet"));

    let part = |from: u64| ann.ws.file_part(hash, from, 1_500).unwrap().unwrap();
    assert_eq!(bob.ws.take_file_part(hash, 0, &part(0)).unwrap(), FilePart::More(1_500));
    // The same part again changes nothing.
    assert_eq!(bob.ws.take_file_part(hash, 0, &part(0)).unwrap(), FilePart::More(1_500));
    assert_eq!(wanted(&bob.ws), [(hash, 1_500)]);
    // What does not add up to the hash is thrown away, and so is what goes on for ever.
    assert_eq!(bob.ws.take_file_part(hash, 1_500, &[7; 2_500]).unwrap(), FilePart::Wrong);
    assert_eq!(wanted(&bob.ws), [(hash, 0)]);
    assert_eq!(bob.ws.take_file_part(hash, 0, &[7; 4_001]).unwrap(), FilePart::Wrong);
    for from in [0, 1_500, 3_000] {
        bob.ws.take_file_part(hash, from, &part(from)).unwrap();
    }
    assert_eq!(bob.ws.file(hash).unwrap(), bytes);
    assert!(bob.ws.files_wanted().is_empty());
    // Nobody fills this device with what no record names.
    let stray = FileHash::of(b"stray");
    assert!(bob.ws.take_file_part(stray, 0, b"stray").is_err());
}

#[test]
fn on_disk_a_file_survives_the_program_and_goes_on_where_it_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let ann = Desk::ann();
    let deal = ann.add(&[("name", "Rollout".into())]);
    let (id, _) = ann.ws.attach(deal, "Plan.xlsx", b"twelve bytes").unwrap();
    let bob = ann.admit_on("Bob Road", 2, Storage::Folder(folder.path().join("bob")));
    meet(&ann, &bob);
    let hash = bob.ws.records().attachment(id).unwrap().1.hash;
    bob.ws.take_file_part(hash, 0, b"twelve").unwrap();
    let environment = bob.ws.environment().clone();
    drop(bob);
    let bob = Workspace::open(Storage::Folder(folder.path().join("bob")), environment.clone()).unwrap();
    assert_eq!(wanted(&bob), [(hash, 6)]);
    assert_eq!(bob.take_file_part(hash, 6, b" bytes").unwrap(), FilePart::Whole);
    drop(bob);
    let bob = Workspace::open(Storage::Folder(folder.path().join("bob")), environment).unwrap();
    assert_eq!(bob.file(hash).unwrap(), b"twelve bytes");
    let shown = query::json::record(&bob.records(), deal, bob.environment().today()).unwrap();
    assert_eq!(shown["attachments"][0]["name"], "Plan.xlsx");
}

#[test]
fn parts_that_are_no_use_throw_nothing_away() {
    let ann = Desk::ann();
    let bob = ann.admit("Bob Road", 2);
    let deal = ann.add(&[("name", "Rollout".into())]);
    let (id, _) = ann.ws.attach(deal, "Plan.xlsx", &[5; 4_000]).unwrap();
    meet(&ann, &bob);
    let hash = bob.ws.records().attachment(id).unwrap().1.hash;
    bob.ws.take_file_part(hash, 0, &[5; 1_500]).unwrap();
    assert_eq!(bob.ws.take_file_part(hash, 1_500, &[]).unwrap(), FilePart::Wrong);
    assert_eq!(bob.ws.take_file_part(hash, 1_500, &[5; 2_501]).unwrap(), FilePart::Wrong);
    assert_eq!(wanted(&bob.ws), [(hash, 1_500)]);
    assert_eq!(bob.ws.take_file_part(hash, 1_500, &[5; 2_500]).unwrap(), FilePart::Whole);
}

#[test]
fn a_file_comes_whatever_sizes_records_tell() {
    for told in [5, 900] {
        let ann = Desk::ann();
        let bob = ann.admit("Bob Road", 2);
        let deal = ann.add(&[("name", "Rollout".into())]);
        ann.ws.attach(deal, "Plan.xlsx", b"twelve bytes").unwrap();
        let (id, hash) = (ann.ws.new_id(satchel_core::Kind::Attachment), FileHash::of(b"twelve bytes"));
        ann.run(satchel_core::Command::Attach { on: deal, id, name: "Copy.xlsx".into(), hash, size: told });
        meet(&ann, &bob);
        let mut part = bob.ws.take_file_part(hash, 0, b"twelve bytes").unwrap();
        if told > 12 {
            assert_eq!(part, FilePart::More(12));
            part = bob.ws.take_file_part(hash, 12, b"").unwrap();
        }
        assert_eq!(part, FilePart::Whole);
        assert_eq!(bob.ws.file(hash).unwrap(), b"twelve bytes");
    }
}

#[test]
fn on_disk_a_damaged_file_is_put_aside_and_wanted_again() {
    let folder = tempfile::tempdir().unwrap();
    let ann = Desk::ann();
    let deal = ann.add(&[("name", "Rollout".into())]);
    let home = folder.path().join("bob");
    let bob = ann.admit_on("Bob Road", 2, Storage::Folder(home.clone()));
    meet(&ann, &bob);
    bob.ws.attach(deal, "Plan.xlsx", b"twelve bytes").unwrap();
    let hash = FileHash::of(b"twelve bytes");
    let file = home.join("files").join(hash.to_string());
    let names = || {
        let mut names: Vec<String> = std::fs::read_dir(home.join("files"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    };

    std::fs::write(&file, b"twelve bites").unwrap();
    assert!(bob.ws.file(hash).unwrap_err().to_string().contains("damaged on this device"));
    assert_eq!(wanted(&bob.ws), [(hash, 0)]);
    assert_eq!(names(), [format!("{hash}.damaged")]);
    assert_eq!(bob.ws.take_file_part(hash, 0, b"twelve bytes").unwrap(), FilePart::Whole);
    assert_eq!(bob.ws.file(hash).unwrap(), b"twelve bytes");

    // Taken away behind Satchel's back, and attached once more.
    std::fs::remove_file(&file).unwrap();
    bob.ws.attach(deal, "Again.xlsx", b"twelve bytes").unwrap();
    assert_eq!(bob.ws.file(hash).unwrap(), b"twelve bytes");

    // What is refused leaves nothing behind, and what a crash left is swept up.
    assert!(bob.ws.attach(ann.stage("New"), "Other.xlsx", b"other bytes").is_err());
    std::fs::write(home.join("files").join("half.new"), b"half").unwrap();
    let environment = bob.ws.environment().clone();
    drop(bob);
    Workspace::open(Storage::Folder(home.clone()), environment).unwrap();
    assert_eq!(names(), [hash.to_string(), format!("{hash}.damaged")]);
}
