//! A backup: everything in one file, put back elsewhere, and going on from there.

use std::io::Cursor;

use crate::common::{Desk, meet};
use chrono::TimeDelta;
use satchel_core::{Command, Error, Money, Storage, Workspace, environment::fixed::environment, workspace::ZONE};

fn backup(of: &Workspace) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    of.back_up(&mut file).expect("backed up");
    file.into_inner()
}

fn restored(from: &[u8], desk: &Desk, seed: u64) -> Result<Workspace, Error> {
    Workspace::restore_backup(Cursor::new(from), Storage::Memory, environment(&desk.clock, seed))
}

fn digest(of: &Workspace) -> [u8; 32] {
    of.status().expect("status").digest
}

/// Ann with a deal that has a past, a file and a setting.
fn desk() -> (Desk, satchel_core::DocId) {
    let ann = Desk::ann();
    let deal = ann.add(&[("name", "Rollout".into()), ("expected_revenue", Money(100_000).into())]);
    ann.set(deal, &[("name", "Rollout, 4 sites".into())]);
    ann.ws.attach(deal, "Plan.txt", b"twelve bytes").expect("attached");
    ann.ws.set_setting(ZONE, b"Europe/Brussels").expect("kept");
    (ann, deal)
}

#[test]
fn what_is_put_back_is_what_there_was() {
    let (ann, deal) = desk();
    let file = backup(&ann.ws);
    let about = Workspace::read_backup(Cursor::new(&file), None, ann.ws.environment()).expect("read");
    assert_eq!((about.user.as_str(), about.commits, about.files), ("Ann Field", ann.ws.status().unwrap().commits, 1));
    let back = restored(&file, &ann, 90).expect("put back");
    assert_eq!(digest(&back), digest(&ann.ws));
    assert_eq!((back.id(), back.user(), back.device()), (ann.ws.id(), ann.ws.user(), ann.ws.device()));
    assert_eq!(back.history(deal).unwrap(), ann.ws.history(deal).unwrap());
    assert_eq!(back.setting(ZONE).as_deref(), Some(b"Europe/Brussels".as_slice()));
    let hash = back.records().files().next().unwrap().0;
    assert_eq!(back.file(hash).unwrap(), b"twelve bytes");
    assert_eq!(back.check().unwrap().problems, Vec::<String>::new());
}

#[test]
fn both_may_go_on_and_what_was_lost_comes_back_from_a_colleague() {
    let (ann, deal) = desk();
    let bob = ann.admit("Bob Road", 2);
    let file = backup(&ann.ws);
    ann.clock.advance(TimeDelta::hours(1));
    ann.set(deal, &[("probability", satchel_core::Percent::whole(60).into())]);
    meet(&ann, &bob);
    // The laptop is gone; its backup goes on, not knowing of the last hour.
    let again = Desk { ws: restored(&file, &ann, 90).expect("put back"), ..Desk::ann() };
    again.run(Command::Set { id: deal, fields: vec![("name".into(), "Rollout, 5 sites".into())], seen: None });
    meet(&again, &bob);
    assert_eq!(digest(&again.ws), digest(&bob.ws));
    assert_eq!(again.text(deal, "name"), "Rollout, 5 sites");
    let probability = again.ws.records().opportunities[&deal].standing.probability;
    assert_eq!(probability, Some(satchel_core::Percent::whole(60)), "what the backup did not know came back");
    // And the laptop was not gone after all: one key, two logs, nothing is lost.
    ann.set(deal, &[("expected_revenue", Money(200_000).into())]);
    meet(&ann, &bob);
    meet(&again, &bob);
    assert_eq!(digest(&again.ws), digest(&ann.ws));
}

#[test]
fn what_is_no_backup_or_damaged_is_refused_and_leaves_nothing() {
    let (ann, _) = desk();
    let file = backup(&ann.ws);
    let why = |bytes: &[u8]| restored(bytes, &ann, 91).err().map(|e| e.to_string()).unwrap_or_default();
    assert!(why(b"not a zip").contains("no backup"));
    assert!(why(&file[..file.len() / 2]).contains("no backup"));
    let mut noticed = 0;
    for at in (0..file.len()).step_by(7) {
        let mut flipped = file.clone();
        flipped[at] ^= 0x10;
        match restored(&flipped, &ann, 92) {
            Err(_) => noticed += 1,
            // In a name, a time or a file that is then wanted from a colleague: never in a record.
            Ok(back) => assert_eq!(digest(&back), digest(&ann.ws), "byte {at}"),
        }
    }
    assert!(noticed > 0);
    let folder = tempfile::tempdir().unwrap();
    let place = || Storage::Folder(folder.path().join("ann"));
    let broken = Workspace::restore_backup(Cursor::new(&file[..file.len() - 30]), place(), environment(&ann.clock, 93));
    assert!(broken.is_err());
    // The middle is in the log, which is read only once the place is taken.
    let mut flipped = file.clone();
    flipped[file.len() / 2] ^= 0x10;
    let broken = Workspace::restore_backup(Cursor::new(&flipped), place(), environment(&ann.clock, 93));
    assert!(broken.is_err() && !folder.path().join("ann").exists());
    Workspace::restore_backup(Cursor::new(&file), place(), environment(&ann.clock, 94))
        .expect("the place is free still");
    let again = Workspace::restore_backup(Cursor::new(&file), place(), environment(&ann.clock, 95)).err().unwrap();
    assert!(again.to_string().contains("already holds a workspace"), "{again}");
}
