//! A member with a changed program: whatever it signs, nobody else's process dies, hangs or holds a damaged workspace.
//!
//! What chance makes of bytes is tried by `torture hostile`, what is made to grow by `torture explosions`.

use crate::common::{Desk, disk::Disk, own};
use satchel_core::{
    Command, CommitId, DocId, Kind, Money, Value, Workspace,
    commit::{
        Vector,
        forge::{Body, Change, forge},
    },
    environment::fixed::environment,
    record::ActivityType,
    workspace::DeviceKey,
};

/// Ann's device, and Bob's as it was before each of her commits.
struct Attack {
    ann: Desk,
    /// One after the other, with Bob's disk before each.
    commits: Vec<(Vec<u8>, Disk)>,
    deal: DocId,
}

fn open(disk: &Disk, clock: &Desk) -> Workspace {
    Workspace::open(disk.copy().storage(), environment(&clock.clock, 77)).expect("opened")
}

fn attack() -> Attack {
    let ann = Desk::ann();
    let deal = ann.add(&[("name", "GTX Pro".into()), ("description", "The quick brown fox.".into())]);
    let disk = Disk::new();
    let bob = ann.admit_on("Bob Road", 2, disk.storage());
    crate::common::meet(&ann, &bob);
    drop(bob);
    let tag = DocId::derived(ann.ws.id(), "test", Kind::Tag, "a");
    let activity = ann.ws.new_id(Kind::Activity);
    let script = [
        Command::Create { id: tag, fields: own(&[("name", "Hot".into())]) },
        Command::Create {
            id: ann.ws.new_id(Kind::Opportunity),
            fields: own(&[("name", "GTK 500".into()), ("expected_revenue", Money(120_000).into())]),
        },
        Command::Set {
            id: deal,
            fields: own(&[("city", "Ghent".into()), ("priority", 3i64.into()), ("tags", Value::Refs(vec![tag]))]),
            seen: None,
        },
        Command::Set { id: deal, fields: own(&[("description", "The slow brown foxes jump.".into())]), seen: None },
        Command::AddActivity {
            on: deal,
            id: activity,
            kind: ActivityType::CALL,
            summary: "Offer".into(),
            note: String::new(),
            date_deadline: ann.ws.environment().today(),
            user: None,
        },
        Command::ActivityDone { id: activity, feedback: "well".into() },
        Command::MarkWon { ids: vec![deal] },
        Command::Set { id: deal, fields: own(&[("description", Value::Null), ("city", Value::Null)]), seen: None },
        Command::Trash { ids: vec![deal] },
    ];
    script.into_iter().for_each(|command| ann.run(command));
    let bob = open(&disk, &ann);
    let (commits, _) = ann.ws.commits_beyond(&bob.vector(), 0, usize::MAX).expect("read");
    drop(bob);
    let mut states = Vec::new();
    let mut before = disk;
    for commit in commits {
        let after = before.copy();
        let bob = Workspace::open(after.storage(), environment(&ann.clock, 77)).expect("opened");
        assert_eq!(bob.accept(vec![commit.clone()]).expect("accepted").applied, 1);
        drop(bob);
        states.push((commit, before));
        before = after;
    }
    Attack { ann, commits: states, deal }
}

fn digest(ws: &Workspace) -> [u8; 32] {
    ws.status().expect("a status").digest
}

fn automerge_changes(body: &mut Body) -> Vec<&mut Vec<u8>> {
    body.changes
        .iter_mut()
        .filter_map(|c| match &mut c.change {
            Change::Automerge(bytes) => Some(bytes),
            Change::Seed { .. } => None,
        })
        .collect()
}

#[test]
fn a_bad_commit_among_good_ones_takes_only_its_followers_with_it() {
    let attack = attack();
    let cal = attack.ann.admit("Cal Ford", 3);
    let mut good = Vec::new();
    for n in 0..20 {
        cal.add(&[("name", format!("Deal {n}").into())]);
    }
    let first = &attack.commits[0].1;
    let bob = open(first, &attack.ann);
    good.extend(cal.ws.commits_beyond(&bob.vector(), 0, usize::MAX).expect("read").0);
    let key = attack.ann.ws.device_key();
    let bad = forge(&attack.commits[3].0, &key, |body| {
        for change in automerge_changes(body) {
            change.pop();
        }
    })
    .expect("forged");
    let place = good.iter().position(|c| *c == attack.commits[3].0).expect("among them");
    good[place] = bad;
    let total = good.len();
    let accepted = bob.accept(good).expect("accepted");
    assert_eq!(accepted.refused.len(), 1);
    // Ann's later ones, and Cal's that build on them, wait for the real one.
    assert_eq!(accepted.applied, place);
    assert_eq!(accepted.waiting, total - place - 1);
    let accepted = bob.accept(vec![attack.commits[3].0.clone()]).expect("accepted");
    assert_eq!((accepted.applied, accepted.waiting), (total - place, 0));
    assert_eq!(digest(&bob), cal.digest());
}

#[test]
fn a_change_that_does_not_fit_among_thousands_leaves_nothing_of_its_commit() {
    const MANY: usize = 3_000;
    let ann = Desk::ann();
    let bob = ann.admit("Bob Road", 2);
    let ids: Vec<DocId> = (0..MANY).map(|_| ann.ws.new_id(Kind::Opportunity)).collect();
    let create = |(n, id): (usize, &DocId)| Command::Create {
        id: *id,
        fields: own(&[
            ("name", format!("Deal {n}").into()),
            ("description", Value::from(if n % 3 == 0 { "Asked for it." } else { "" })),
            ("expected_revenue", Money(100 * n as i64).into()),
        ]),
    };
    ann.ws.execute_batch("many", ids.iter().enumerate().map(create).collect(), false, &mut |_, _| {}).expect("made");
    ann.set(ids[MANY - 1], &[("city", "Ghent".into())]);
    let before = ann.digest();
    ann.set(ids[7], &[("city", "Bruges".into())]);
    let (mut commits, _) = ann.ws.commits_beyond(&bob.ws.vector(), 0, usize::MAX).expect("read");
    let honest = commits.pop().expect("the last one");
    let unheard_of = ann.ws.new_id(Kind::Opportunity);
    let lie = forge(&honest, &ann.ws.device_key(), |body| body.changes[0].doc = unheard_of).expect("forged");
    commits.push(lie);
    let count = commits.len();
    let accepted = bob.ws.accept(commits).expect("accepted");
    // Held, and without effect.
    assert_eq!((accepted.applied, accepted.refused.len(), accepted.aside.len()), (count, 0, 1));
    assert!(accepted.aside[0].contains("what it builds on"), "{:?}", accepted.aside);
    assert_eq!(bob.digest(), before);
    let checked = bob.ws.check().expect("checked");
    assert!(checked.problems.is_empty(), "{:?}", checked.problems);
    bob.ws.rebuild().expect("rebuilt");
    assert_eq!((bob.digest(), bob.ws.set_aside().expect("read").len()), (before, 1));
    assert_eq!(bob.text(ids[MANY - 1], "city"), "Ghent");
    let cal = ann.admit("Cal Ford", 3);
    assert_eq!(cal.digest(), ann.digest());
    let records = cal.ws.records();
    assert_eq!(records.opportunities.len(), MANY);
    assert!(ids.iter().enumerate().all(|(n, id)| records.opportunities[id].expected_revenue == Money(100 * n as i64)));
    assert_eq!(
        (&*records.opportunities[&ids[7]].city, &*records.opportunities[&ids[MANY - 1]].city),
        ("Bruges", "Ghent")
    );
}

#[test]
fn an_honest_text_of_full_length_written_anew_is_taken() {
    let ann = Desk::ann();
    let bob = ann.admit("Bob Road", 2);
    let id = ann.add(&[("name", "GTX Pro".into()), ("description", "a".repeat(65_536).into())]);
    ann.set(id, &[("description", "b".repeat(65_536).into())]);
    crate::common::meet(&ann, &bob);
    assert_eq!(bob.text(id, "description"), "b".repeat(65_536));
}

#[test]
fn a_signed_lie_about_place_or_author_is_refused() {
    let attack = attack();
    let key = attack.ann.ws.device_key();
    let (commit, disk) = &attack.commits[2];
    let bob = open(disk, &attack.ann);
    let before = digest(&bob);
    let stranger = DeviceKey([9; 32]);
    let other = Desk::ann();
    let bob_user = bob.user();
    let bob_key = bob.device_key();
    let other_company = DocId::derived(attack.ann.ws.id(), "test", Kind::Company, "company");
    type Lie<'a> = Box<dyn FnOnce(&mut Body) + 'a>;
    let lies: Vec<(&str, &DeviceKey, Lie)> = vec![
        ("newer version", &key, Box::new(|b| b.version += 1)),
        ("another workspace", &key, Box::new(|b| b.workspace.0[0] ^= 1)),
        ("not shared", &key, Box::new(|b| b.space.0[0] ^= 1)),
        ("right after its causes", &key, Box::new(|b| b.lamport += 1)),
        ("right after its causes", &key, Box::new(|b| b.lamport = u64::MAX)),
        ("right after its causes", &key, Box::new(|b| b.lamport = 0)),
        ("right after its causes", &key, Box::new(|b| b.parents.clear())),
        ("previous one", &key, Box::new(|b| b.parents.reverse())),
        ("previous one", &key, Box::new(|b| b.seq -= 1)),
        ("another user's name", &key, Box::new(|b| b.user = bob_user)),
        ("by nobody", &key, Box::new(|b| b.user = attack.deal)),
        ("signature", &stranger, Box::new(|_| {})),
        ("not made by the device", &stranger, Box::new(|b| b.device = stranger.device())),
        ("not made by the device", &bob_key, Box::new(|b| b.device = bob_key.device())),
        ("not made by the device", &key, Box::new(|b| b.epoch.0[0] ^= 1)),
        ("not a document", &key, Box::new(|b| b.changes[0].doc = other.ws.new_id(Kind::Note))),
        ("not this workspace's company", &key, Box::new(|b| b.changes[0].doc = other_company)),
        ("cannot be read", &key, Box::new(|b| b.seq = 0)),
        ("cannot be read", &key, Box::new(|b| b.label = "x".repeat(5_000))),
        ("long text", &key, Box::new(|b| b.changes[0].change = seed("name", "x"))),
        ("long text", &key, Box::new(|b| b.changes[0].change = seed("description", &"x".repeat(70_000)))),
    ];
    for (reason, key, lie) in lies {
        let parents_before = commit.clone();
        let mut multiple = true;
        let forged = forge(&parents_before, key, |body| {
            multiple = body.parents.len() > 1;
            lie(body);
        })
        .expect("forged");
        if forged == *commit || reason == "previous one" && !multiple {
            continue;
        }
        let accepted = bob.accept(vec![forged]).expect("accepted");
        assert_eq!(accepted.applied, 0, "{reason}");
        assert!(accepted.refused.first().is_some_and(|r| r.contains(reason)), "{reason}: {:?}", accepted.refused);
        assert_eq!(digest(&bob), before, "{reason}");
    }
    // A stranger without changes of its own, and a gap: neither does anything.
    let hello = forge(commit, &stranger, |body| {
        (body.device, body.seq) = (stranger.device(), 1);
        body.changes.clear();
    });
    let accepted = bob.accept(vec![hello.expect("forged")]).expect("accepted");
    assert!(accepted.refused[0].contains("not a member"), "{:?}", accepted.refused);
    let gap = forge(commit, &key, |body| body.seq += 5).expect("forged");
    let accepted = bob.accept(vec![gap]).expect("accepted");
    assert_eq!((accepted.applied, accepted.waiting), (0, 1));
    assert_eq!(digest(&bob), before);
    assert_eq!(bob.check().expect("checked").problems, Vec::<String>::new());
    assert_eq!(bob.accept(vec![commit.clone()]).expect("accepted").applied, 1);
}

fn seed(key: &str, text: &str) -> Change {
    Change::Seed { key: key.into(), text: text.into() }
}

/// Commits that build on some that there are not, as many as are named.
fn flood(commit: &[u8], key: &DeviceKey, causes: &[usize]) -> Vec<Vec<u8>> {
    let nowhere = |n: usize| CommitId(*blake3::hash(&n.to_le_bytes()).as_bytes());
    let one = |(causes, seq): (&usize, u64)| {
        forge(commit, key, |body| {
            (body.device, body.seq) = (key.device(), seq);
            body.changes.clear();
            body.parents = (0..*causes).map(nowhere).collect();
        })
        .expect("forged")
    };
    causes.iter().zip(10..).map(one).collect()
}

/// The large ones first, so that in 16 MiB nothing is left free.
fn sizes() -> Vec<usize> {
    [(4_000, 140), (400, 20), (40, 20), (1, 200)].into_iter().flat_map(|(causes, count)| vec![causes; count]).collect()
}

#[test]
fn a_flood_of_commits_without_causes_is_let_go() {
    let attack = attack();
    let (commit, disk) = &attack.commits[0];
    let bob = open(disk, &attack.ann);
    let flood = flood(commit, &attack.ann.ws.device_key(), &sizes());
    let all = flood.len();
    let accepted = bob.accept(flood).expect("accepted");
    assert!(accepted.refused.is_empty() && (100..all - 20).contains(&accepted.waiting), "{accepted:?}");
    let (rest, _) = attack.ann.ws.commits_beyond(&bob.vector(), 0, usize::MAX).expect("read");
    bob.accept(rest).expect("accepted");
    assert_eq!(digest(&bob), attack.ann.digest());
    assert_ne!(*bob.vector(), Vector::default());
}

#[test]
fn what_strangers_sign_takes_no_room_from_what_members_do() {
    let attack = attack();
    let bob = open(&attack.commits[0].1, &attack.ann);
    let flood = flood(&attack.commits[0].0, &DeviceKey([9; 32]), &sizes());
    let all = flood.len();
    let accepted = bob.accept(flood).expect("accepted");
    assert!(accepted.refused.is_empty() && (100..all - 20).contains(&accepted.waiting), "{accepted:?}");
    let own = attack.ann.ws.commits_beyond(&bob.vector(), 0, usize::MAX).expect("read").0;
    for commit in own.into_iter().rev() {
        let accepted = bob.accept(vec![commit]).expect("accepted");
        assert!(accepted.refused.is_empty(), "{accepted:?}");
    }
    assert_eq!(digest(&bob), attack.ann.digest());
}
