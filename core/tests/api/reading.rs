//! Who reads waits for nobody: not for the disk, not for a colleague's commits, not for a writer that itself waits for a reader.

use std::{
    sync::{
        Arc, Barrier, Mutex,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};

use satchel_core::{Command, demo, workspace::Event};

use crate::common::{Desk, meet};

/// Only a failure takes so long.
const FAR_TOO_LONG: Duration = Duration::from_secs(60);

/// Reads now and then until it has done so often enough.
fn reads_go_on(desk: &Desk) {
    let (tell, told) = mpsc::channel();
    let ws = desk.ws.clone();
    thread::spawn(move || {
        for _ in 0..300 {
            assert!(ws.records().revision > 0);
            thread::sleep(Duration::from_millis(1));
        }
        tell.send(()).unwrap();
    });
    told.recv_timeout(FAR_TOO_LONG).expect("a reader waits");
}

#[test]
fn a_writer_that_waits_for_a_reader_holds_up_no_other_reader() {
    let ann = Desk::ann();
    let id = ann.add(&[("name", "Van".into())]);
    let before = ann.ws.vector();
    let report = ann.ws.records();
    let writing = thread::spawn({
        let ws = ann.ws.clone();
        move || ws.execute(Command::Set { id, fields: vec![("city".into(), "Ghent".into())], seen: None }).unwrap()
    });
    // It is durable, and about to be shown.
    while ann.ws.vector() == before {
        thread::yield_now();
    }
    reads_go_on(&ann);
    assert_eq!(report.opportunities[&id].city, "");
    drop(report);
    writing.join().unwrap();
    assert_eq!(ann.ws.records().opportunities[&id].city, "Ghent");
}

/// Questions asked within a frame are spread over threads that nobody keeps busy with a batch: so writing does without these.
#[test]
fn what_is_taken_in_or_imported_needs_no_thread_that_questions_need() {
    let ann = Desk::ann();
    let bob = ann.admit("Bob", 2);
    let rows = |desk: &Desk| demo::commands(desk.ws.id(), 50, 3, desk.ws.environment().today());
    bob.ws.execute_batch("Many", rows(&bob), false, &mut |_, _| {}).unwrap();
    let (begun, released) =
        (Barrier::new(rayon::current_num_threads() + 1), Barrier::new(rayon::current_num_threads() + 1));
    let both = Arc::new((begun, released));
    rayon::spawn_broadcast({
        let both = both.clone();
        move |_| {
            both.0.wait();
            both.1.wait();
        }
    });
    both.0.wait();
    let (tell, told) = mpsc::channel();
    thread::spawn({
        let (ann, bob) = (ann.ws.clone(), bob.ws.clone());
        move || {
            let (commits, _) = bob.commits_beyond(&ann.vector(), 0, usize::MAX).unwrap();
            let taken = ann.accept(commits).unwrap().applied;
            let rows = demo::commands(ann.id(), 50, 4, ann.environment().today());
            ann.execute_batch("More", rows, false, &mut |_, _| {}).unwrap();
            tell.send(taken).unwrap();
        }
    });
    let taken = told.recv_timeout(FAR_TOO_LONG);
    both.1.wait();
    assert!(taken.expect("writing waits for the threads of questions") > 0);
}

#[test]
fn reads_go_on_while_a_large_batch_of_a_colleague_is_taken_in() {
    let ann = Desk::ann();
    let bob = ann.admit("Bob", 2);
    for number in 0..600 {
        bob.add(&[("name", format!("Deal {number}").as_str().into())]);
    }
    let (tell, told) = mpsc::channel();
    let (go_on, may_go_on) = mpsc::channel::<()>();
    let (may_go_on, heard) = (Mutex::new(may_go_on), AtomicUsize::new(0));
    ann.ws.listen(Box::new(move |event| {
        // Held in the middle of it, with everything locked that accepting locks.
        if matches!(event, Event::Committed { remote: true, .. }) && heard.fetch_add(1, Ordering::Relaxed) == 0 {
            tell.send(()).unwrap();
            may_go_on.lock().unwrap().recv().unwrap();
        }
    }));
    let accepting = thread::spawn({
        let (ann, bob) = (ann.ws.clone(), bob.ws.clone());
        move || {
            let (commits, _) = bob.commits_beyond(&ann.vector(), 0, usize::MAX).unwrap();
            ann.accept(commits).unwrap()
        }
    });
    told.recv().unwrap();
    reads_go_on(&ann);
    assert!(!accepting.is_finished());
    go_on.send(()).unwrap();
    assert_eq!(accepting.join().unwrap().applied, 600);
    assert_eq!(ann.ws.records().opportunities.len(), 600);
    meet(&ann, &bob);
    assert_eq!(ann.digest(), bob.digest());
}
