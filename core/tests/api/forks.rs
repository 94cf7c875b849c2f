//! Folders that are copied or put back: logs that fork.

use std::sync::{Arc, Mutex};

use satchel_core::{
    Command, Kind, Storage, Value, Workspace,
    environment::fixed::environment,
    members::Role,
    workspace::{Event, told_copied},
};

use crate::common::{Desk, disk::Disk, meet as catch_up, noon, own};

/// The same device again, from a copy of its disk.
fn again(disk: Disk, seed: u64) -> Desk {
    let clock = satchel_core::environment::fixed::FixedClock::at(noon());
    let ws = Workspace::open(disk.storage(), environment(&clock, seed)).unwrap();
    Desk { clock, ws }
}

/// Both give each other all they have: what vectors leave out where logs have forked is the protocol's to find.
fn meet(a: &Desk, b: &Desk) {
    for (from, to) in [(a, b), (b, a)] {
        let accepted = to.ws.accept(from.ws.commits_beyond(&Default::default(), 0, usize::MAX).unwrap().0).unwrap();
        assert_eq!((accepted.refused, accepted.waiting), (Vec::<String>::new(), 0));
    }
}

fn deal(desk: &Desk, name: &str) -> satchel_core::DocId {
    desk.add(&[("name", Value::from(name))])
}

#[test]
fn an_old_copy_put_back_goes_on_and_nothing_is_lost() {
    let ann = Desk::ann();
    let disk = Disk::new();
    let bob = ann.admit_on("Bob Road", 2, disk.storage());
    catch_up(&ann, &bob);
    let first = deal(&bob, "First");
    let old = disk.copy();
    let second = deal(&bob, "Second");
    bob.set(first, &[("city", "Ghent".into())]);
    meet(&ann, &bob);
    ann.set(second, &[("city", "Bruges".into())]);
    drop(bob);

    let bob = again(old, 50);
    let told = Arc::new(Mutex::new(Vec::new()));
    let heard = told.clone();
    bob.ws.listen(Box::new(move |event| {
        if let Event::Problem(problem) = event {
            heard.lock().unwrap().push(problem.clone());
        }
    }));
    let third = deal(&bob, "Third");
    for _ in 0..2 {
        meet(&bob, &ann);
    }
    assert_eq!(bob.ws.held(), ann.ws.held());
    assert_eq!(bob.ws.status().unwrap().digest, ann.ws.status().unwrap().digest);
    for desk in [&ann, &bob] {
        let records = desk.ws.records();
        for (id, name) in [(first, "First"), (second, "Second"), (third, "Third")] {
            assert_eq!(records.opportunities[&id].name, name);
        }
        assert_eq!(records.opportunities[&first].city, "Ghent");
        drop(records);
        assert!(desk.ws.check().unwrap().problems.is_empty());
    }
    // Two of the lost ones, one since; what Ann built on one of them is hers to give again.
    assert_eq!((bob.ws.forked().unwrap(), ann.ws.forked().unwrap()), (3, 0));
    assert_eq!(told.lock().unwrap().last(), Some(&told_copied(3)));
    let fell: Vec<_> = ann.ws.set_aside().unwrap().into_iter().filter(|s| s.is_offered).collect();
    assert_eq!(fell.len(), 1, "{fell:?}");
    ann.ws.again(fell[0].commit).unwrap();
    meet(&ann, &bob);
    assert_eq!(bob.ws.records().opportunities[&second].city, "Bruges");
}

#[test]
fn a_copy_from_long_ago_forks_a_log_that_is_packed() {
    let ann = Desk::ann();
    let disk = Disk::new();
    let bob = ann.admit_on("Bob Road", 2, disk.storage());
    catch_up(&ann, &bob);
    let lamps = deal(&bob, "Lamps");
    let call = |n: i64| bob.set(lamps, &[("expected_revenue", satchel_core::Money(100 * n).into())]);
    (1..130).for_each(call);
    let old = disk.copy();
    (130..400).for_each(call);
    catch_up(&ann, &bob);
    let there = bob.ws.history(lamps).unwrap().len();
    assert!(there >= 400, "{there}");
    drop(bob);

    let bob = again(old, 50);
    bob.set(lamps, &[("city", "Ghent".into())]);
    for _ in 0..2 {
        meet(&bob, &ann);
    }
    for desk in [&ann, &bob] {
        assert_eq!(desk.ws.held(), ann.ws.held());
        let records = desk.ws.records();
        let deal = &records.opportunities[&lamps];
        assert_eq!((deal.expected_revenue, deal.city.as_str()), (satchel_core::Money(39_900), "Ghent"));
        drop(records);
        assert_eq!(desk.ws.check().unwrap().problems, Vec::<String>::new());
        desk.ws.rebuild().unwrap();
        assert_eq!((desk.ws.held(), desk.digest()), (ann.ws.held(), ann.digest()));
    }
    let last = again(disk, 51);
    assert_eq!(last.ws.check().unwrap().problems, Vec::<String>::new());
}

#[test]
fn a_fork_is_the_same_whatever_came_first() {
    let ann = Desk::ann();
    let disk = Disk::new();
    let bob = ann.admit_on("Bob Road", 2, disk.storage());
    catch_up(&ann, &bob);
    deal(&bob, "Shared");
    let twin = again(disk.copy(), 60);
    let third = again(disk.copy(), 61);
    deal(&bob, "One");
    let later = again(disk.copy(), 62);
    for (desk, names) in [(&bob, ["A", "B"]), (&twin, ["C", "D"]), (&third, ["E", "F"]), (&later, ["G", "H"])] {
        names.iter().for_each(|name| _ = deal(desk, name));
    }
    let logs =
        [&bob, &twin, &third, &later].map(|desk| desk.ws.commits_beyond(&Default::default(), 0, usize::MAX).unwrap().0);
    let mut ends = Vec::new();
    for order in [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1], [1, 3, 0, 2]] {
        let reader = ann.admit_unmet(&format!("Reader {}", ends.len()), 70 + ends.len() as u64);
        for log in order {
            let accepted = reader.ws.accept(logs[log].clone()).unwrap();
            assert_eq!(accepted.refused, Vec::<String>::new());
        }
        let (held, digest) = (reader.ws.held(), reader.ws.status().unwrap().digest);
        let names: Vec<String> = reader.ws.records().opportunities.values().map(|o| o.name.clone()).collect();
        assert_eq!(names, ["Shared"]);
        assert_eq!(reader.ws.set_aside().unwrap().len(), 9);
        let digest_before = digest;
        reader.ws.rebuild().unwrap();
        assert_eq!(reader.ws.status().unwrap().digest, digest_before);
        ends.push((held, digest));
    }
    assert!(ends.windows(2).all(|two| two[0] == two[1]));
}

/// Ann, Bob, and a copy of Bob's laptop that went on too; all have met.
fn twins() -> [Desk; 3] {
    let ann = Desk::ann();
    let disk = Disk::new();
    let bob = ann.admit_on("Bob Road", 2, disk.storage());
    catch_up(&ann, &bob);
    deal(&bob, "Shared");
    let twin = again(disk.copy(), 60);
    deal(&bob, "One");
    deal(&twin, "Two");
    for _ in 0..4 {
        ann.clock.advance(chrono::TimeDelta::hours(1));
        meet(&bob, &ann);
        meet(&twin, &ann);
    }
    [ann, bob, twin]
}

#[test]
fn a_device_that_is_its_own_copy_writes_each_thing_again_once() {
    let [ann, bob, twin] = twins();
    assert_eq!(bob.ws.held(), ann.ws.held());
    assert_eq!(twin.ws.held(), ann.ws.held());
    assert_eq!(ann.ws.records().opportunities.len(), 3);
    let commits = ann.ws.status().unwrap().commits;
    deal(&twin, "Three");
    for desk in [&twin, &bob] {
        meet(desk, &ann);
    }
    assert_eq!(ann.ws.status().unwrap().commits, commits + 1, "no fork any more");
}

#[test]
fn a_backup_of_logs_that_have_forked_is_put_back() {
    let [ann, bob, twin] = twins();
    let shared = ann.ws.records().opportunities.keys().next().copied().expect("a deal");
    for desk in [&ann, &bob, &twin] {
        let mut file = std::io::Cursor::new(Vec::new());
        let about = desk.ws.back_up(&mut file).expect("backed up");
        let held = desk.ws.commits_beyond(&Default::default(), 0, usize::MAX).unwrap().0.len() as u64;
        assert_eq!((about.commits, desk.ws.status().unwrap().commits), (held, held));
        desk.clock.advance(chrono::TimeDelta::days(1));
        let back = Workspace::restore_backup(file, Storage::Memory, environment(&desk.clock, 90)).expect("put back");
        assert_eq!(back.status().unwrap().digest, desk.digest());
        assert_eq!(back.held(), desk.ws.held(), "nothing is written again that was");
        assert_eq!(back.history(shared).unwrap(), desk.ws.history(shared).unwrap());
        assert_eq!(back.check().unwrap().problems, Vec::<String>::new());
    }
}

#[test]
fn a_demotion_that_is_written_again_takes_what_was_written_before_it() {
    let ann = Desk::ann();
    let disk = Disk::new();
    let mia = ann.admit_on("Mia Vale", 2, disk.storage());
    let bob = ann.admit("Bob Road", 3);
    ann.ws.set_role(mia.ws.user(), Role::Owner).unwrap();
    ann.ws.set_role(bob.ws.user(), Role::Manager).unwrap();
    catch_up(&ann, &mia);
    catch_up(&ann, &bob);
    let copy = again(disk.copy(), 50);
    mia.ws.set_role(bob.ws.user(), Role::Salesperson).unwrap();
    deal(&copy, "On the copy");
    let stage = bob.ws.new_id(Kind::Stage);
    bob.run(Command::Create { id: stage, fields: own(&[("name", "Signed".into())]) });
    meet(&ann, &copy);
    meet(&ann, &bob);

    // Mia learns of the fork and of Bob's stage at once: her demotion has no effect, and is written again with the same cut.
    for _ in 0..2 {
        meet(&mia, &ann);
    }
    assert_eq!(mia.ws.members().roles[&bob.ws.user()], Role::Salesperson);
    for desk in [&ann, &mia] {
        assert!(desk.ws.records().own(stage).is_none(), "written without the right to it");
        let digest = desk.ws.status().unwrap().digest;
        assert_eq!(digest, ann.ws.status().unwrap().digest);
        desk.ws.rebuild().unwrap();
        assert_eq!(desk.ws.status().unwrap().digest, digest, "made again it is the same");
    }
}
