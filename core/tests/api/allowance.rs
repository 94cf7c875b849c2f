//! How much of one record counts of one person: what a record costs everybody has an end, whoever writes it.

use std::{
    collections::BTreeSet,
    sync::atomic::{AtomicBool, Ordering},
};

use satchel_core::{Command, CommitId, DocId, Storage, Workspace, commit::forge, workspace::RowOutcome};

use crate::common::{Desk, own};

/// Letters of a text that is written anew at every step: as many that go, and as many that come.
const LETTERS: usize = 60_000;

fn text(letter: char) -> String {
    String::from(letter).repeat(LETTERS)
}

fn set(ws: &Workspace, deal: DocId, field: &str, value: String) -> Result<(), String> {
    let fields = own(&[(field, value.into())]);
    ws.execute(Command::Set { id: deal, fields, seen: None }).map(drop).map_err(|error| error.to_string())
}

/// Writes the description anew, in one letter after the other.
fn write(ws: &Workspace, deal: DocId, letters: &str) -> Result<(), String> {
    letters.chars().try_for_each(|letter| set(ws, deal, "description", text(letter)))
}

fn give(from: &Workspace, to: &Workspace) {
    let (commits, _) = from.commits_beyond(&to.vector(), 0, usize::MAX).expect("read");
    let accepted = to.accept(commits).expect("accepted");
    assert_eq!((accepted.refused, accepted.waiting), (Vec::new(), 0));
}

fn digest(ws: &Workspace) -> [u8; 32] {
    ws.status().expect("a status").digest
}

fn asides(ws: &Workspace) -> BTreeSet<(CommitId, String)> {
    ws.set_aside().expect("read").iter().map(|aside| (aside.commit, aside.reason.to_string())).collect()
}

#[test]
fn who_has_written_too_much_into_a_record_is_told_so_and_others_go_on() {
    let ann = Desk::ann();
    let bob = ann.admit("Bob", 2);
    let deal = ann.add(&[("name", "Heat pump".into())]);
    assert_eq!(write(&ann.ws, deal, "abcd"), Ok(()));
    let refused = write(&ann.ws, deal, "e").expect_err("more than counts of her");
    assert!(refused.contains("Heat pump") && refused.contains("new record"), "{refused}");
    assert_eq!(ann.text(deal, "description"), text('d'));
    assert_eq!(set(&ann.ws, deal, "city", "Ghent".into()), Ok(()), "there is room for less");
    assert_eq!(write(&ann.ws, ann.add(&[("name", "A copy".into())]), "e"), Ok(()));
    give(&ann.ws, &bob.ws);
    assert_eq!(write(&bob.ws, deal, "fg"), Ok(()), "his are others");
    give(&bob.ws, &ann.ws);
    assert_eq!(ann.text(deal, "description"), text('g'));
    assert_eq!((digest(&ann.ws), asides(&ann.ws)), (digest(&bob.ws), BTreeSet::new()));
}

#[test]
fn of_a_person_who_wrote_too_much_on_two_laptops_the_first_counts_whatever_comes_first() {
    let ann = Desk::ann();
    let second = ann.second(2, Storage::Memory);
    let (bob, carl) = (ann.admit("Bob", 3), ann.admit("Carl", 4));
    let deal = ann.add(&[("name", "Heat pump".into())]);
    assert_eq!(write(&ann.ws, deal, "a"), Ok(()));
    for other in [&second, &bob.ws, &carl.ws] {
        give(&ann.ws, other);
    }
    assert_eq!(write(&ann.ws, deal, "bc"), Ok(()));
    assert_eq!(write(&second, deal, "de"), Ok(()));
    // Each goes on from one of them; one of them falls with it.
    give(&ann.ws, &bob.ws);
    give(&second, &carl.ws);
    assert_eq!(set(&bob.ws, deal, "email_from", "bob@example.com".into()), Ok(()));
    assert_eq!(set(&carl.ws, deal, "city", "Ghent".into()), Ok(()));
    give(&carl.ws, &bob.ws);
    give(&bob.ws, &carl.ws);
    let state = (digest(&bob.ws), asides(&bob.ws));
    assert_eq!((digest(&carl.ws), asides(&carl.ws)), state);
    let why: Vec<&str> = state.1.iter().map(|(_, why)| why.as_str()).collect();
    assert_eq!(why.iter().filter(|why| why.contains("more into one record")).count(), 1, "{why:?}");
    assert_eq!(why.len(), 2, "and what was built on it: {why:?}");

    // It is made the same from the log, and what fell is given again.
    carl.ws.rebuild().expect("made again");
    assert_eq!((digest(&carl.ws), asides(&carl.ws)), state);
    let (fallen, other) = match set_aside_of(&bob.ws) {
        Some(commit) => ((&bob.ws, commit), &carl.ws),
        None => ((&carl.ws, set_aside_of(&carl.ws).expect("his or the other's")), &bob.ws),
    };
    fallen.0.again(fallen.1).expect("given again");
    give(fallen.0, other);
    let records = other.records();
    let said = |field| records.get(deal).and_then(|record| record.get(field));
    assert_eq!((said("email_from"), said("city")), (Some("bob@example.com".into()), Some("Ghent".into())));
    drop(records);
    assert_eq!(digest(fallen.0), digest(other));
}

#[test]
fn while_a_large_record_is_made_its_reader_goes_on_writing_into_it() {
    let ann = Desk::ann();
    let bob = ann.admit("Bob", 2);
    let deal = ann.add(&[("name", "Heat pump".into())]);
    give(&ann.ws, &bob.ws);
    assert_eq!(write(&ann.ws, deal, "ab"), Ok(()));
    let is_over = AtomicBool::new(false);
    let written = std::thread::scope(|scope| {
        let writing = scope.spawn(|| {
            let mut written = 0;
            while written < 3 || written < 20 && !is_over.load(Ordering::Relaxed) {
                written += 1;
                assert_eq!(set(&bob.ws, deal, "city", written.to_string()), Ok(()));
            }
            written
        });
        give(&ann.ws, &bob.ws);
        is_over.store(true, Ordering::Relaxed);
        writing.join().expect("written")
    });
    assert_eq!(bob.text(deal, "description"), text('b'));
    let own = bob.ws.history(deal).expect("read").iter().filter(|entry| entry.user == bob.ws.user()).count();
    assert_eq!((bob.text(deal, "city"), own), (written.to_string(), written));
    give(&bob.ws, &ann.ws);
    assert_eq!((digest(&ann.ws), asides(&ann.ws)), (digest(&bob.ws), BTreeSet::new()));
    assert_eq!(bob.ws.check().expect("checked").problems, Vec::<String>::new());
}

#[test]
fn what_was_too_much_is_so_however_often_it_is_sent() {
    let ann = Desk::ann();
    let second = ann.second(2, Storage::Memory);
    let bob = ann.admit("Bob", 3);
    let deal = ann.add(&[("name", "Heat pump".into())]);
    assert_eq!(write(&ann.ws, deal, "a"), Ok(()));
    give(&ann.ws, &second);
    assert_eq!((write(&ann.ws, deal, "bc"), write(&second, deal, "de")), (Ok(()), Ok(())));
    give(&second, &bob.ws);
    give(&ann.ws, &bob.ws);
    let state = (digest(&bob.ws), asides(&bob.ws).len());
    assert_eq!(state.1, 1);
    let last = bob.ws.set_aside().expect("read")[0].commit;
    let (all, _) = bob.ws.commits_beyond(&Default::default(), 0, usize::MAX).expect("read");
    let bytes = all.iter().find(|bytes| forge::id(bytes) == Some(last)).expect("held");
    let again = [&ann.ws, &second].into_iter().find_map(|ws| {
        let mut is_own = false;
        let forged = forge::forge(bytes, &ws.device_key(), |body| {
            is_own = body.device == ws.device();
            (body.seq, body.lamport, body.parents) = (body.seq + 1, body.lamport + 1, vec![last]);
        });
        forged.filter(|_| is_own)
    });
    let accepted = bob.ws.accept(vec![again.expect("forged")]).expect("accepted");
    assert_eq!((accepted.applied, accepted.aside.len()), (1, 1), "{accepted:?}");
    assert_eq!((digest(&bob.ws), asides(&bob.ws).len()), (state.0, 2));
}

#[test]
fn what_fell_takes_up_room_though_it_is_not_in_the_record() {
    let ann = Desk::ann();
    let (bob, carl) = (ann.admit("Bob", 2), ann.admit("Carl", 3));
    let deal = ann.add(&[("name", "Heat pump".into())]);
    give(&ann.ws, &carl.ws);
    assert_eq!(set(&carl.ws, deal, "city", "Ghent".into()), Ok(()));
    give(&carl.ws, &bob.ws);
    assert_eq!(write(&bob.ws, deal, "abcd"), Ok(()));
    ann.ws.remove_device(carl.ws.device()).expect("removed");
    give(&ann.ws, &bob.ws);
    assert_eq!((bob.text(deal, "description"), asides(&bob.ws).len()), (String::new(), 5));
    assert_eq!(write(&bob.ws, deal, "e"), Ok(()));
    let refused = write(&bob.ws, deal, "f").expect_err("others would leave it without effect");
    assert!(refused.contains("new record"), "{refused}");
    give(&bob.ws, &ann.ws);
    assert_eq!((ann.text(deal, "description"), digest(&ann.ws)), (text('e'), digest(&bob.ws)));
}

#[test]
fn a_full_record_refuses_its_own_row_of_an_import() {
    let ann = Desk::ann();
    let deals = [ann.add(&[("name", "Heat pump".into())]), ann.add(&[("name", "Boiler".into())])];
    assert_eq!(write(&ann.ws, deals[0], "abcd"), Ok(()));
    let row = |id: &DocId| Command::Set { id: *id, fields: own(&[("description", text('e').into())]), seen: None };
    let outcome = ann.ws.execute_batch("Import", deals.iter().map(row).collect(), false, &mut |_, _| {});
    let results = outcome.expect("carried out").results;
    assert!(matches!(&results[0], RowOutcome::Refused(why) if why.to_string().contains("Heat pump")), "{results:?}");
    assert_eq!(results[1], RowOutcome::Updated(deals[1]));
    assert_eq!(deals.map(|deal| ann.text(deal, "description")), [text('d'), text('e')]);
}

/// What is offered to be given again.
fn set_aside_of(ws: &Workspace) -> Option<CommitId> {
    ws.set_aside().expect("read").iter().find(|aside| aside.is_offered).map(|aside| aside.commit)
}
