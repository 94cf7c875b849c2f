//! Changes that do not fit what they build on, in commits that a member's own key signed: held by every device and without effect,
//! in whatever order they come.

use proptest::{collection::vec, prelude::*};
use satchel_core::{
    Command, CommitId, DocId, Epoch, Kind, Storage, Workspace,
    commit::forge::{
        self, Change, DocChange, Layout,
        column::{ACTION, BEFORE, BEFORE_ACTOR, BEFORE_COUNT, FIELD, INSERT, VALUE_KIND},
        forge, number,
    },
    environment::fixed::{FixedClock, environment},
};

use crate::common::{Desk, meet, noon};

/// Once what follows, and twice.
const ONE: u8 = 0x7f;
const TWO: u8 = 0x7e;

/// Ann, three colleagues who hold what she does, and two deals; then what she writes next, which they have not.
struct Team {
    ann: Desk,
    others: Vec<Desk>,
    deals: [DocId; 2],
    next: Vec<u8>,
    /// Of each, what a change may build on, and the number before its first one.
    bases: [([u8; 32], u64); 2],
    /// What every opportunity begins with.
    genesis: [u8; 32],
}

/// A change that puts nothing into a field, as anybody might write it who does not care whether it fits.
#[derive(Clone, Debug)]
struct Put {
    /// Which of the author's logs it is in.
    log: u8,
    field: bool,
    /// Which of the ones before it builds on: of none, on what all hold.
    on: Vec<usize>,
    /// How much more than that its number is; nothing for no more.
    skip: Option<u64>,
    /// Which of the ones before it says to replace; or what would be next to that.
    before: Option<usize>,
    misses: bool,
    /// Says so twice; and puts nothing in its place.
    twice: bool,
    deletes: bool,
    /// How far its place among its author's is off.
    off: i64,
    /// Another commit in its place as well.
    twin: bool,
    /// Of the second deal; and beside it, one of the other deal that fits by itself.
    second: bool,
    both: bool,
}

/// As it was written.
struct Written {
    epoch: Epoch,
    commit: CommitId,
    lamport: u64,
    seq: u64,
    /// What it says of each deal: its hash and its number.
    said: [Option<([u8; 32], u64)>; 2],
}

/// One that fits.
fn fitting(log: u8, on: &[usize]) -> Put {
    Put {
        log,
        field: true,
        on: on.to_vec(),
        skip: Some(0),
        before: None,
        misses: false,
        twice: false,
        deletes: false,
        off: 0,
        twin: false,
        second: false,
        both: false,
    }
}

impl Team {
    fn new() -> Team {
        let ann = Desk::ann();
        let deals = ["GTX Pro", "GTK 500"].map(|name| ann.add(&[("name", name.into())]));
        let others: Vec<Desk> = (2..5).map(|n| ann.admit(&format!("Colleague {n}"), n)).collect();
        others.iter().for_each(|other| meet(&ann, other));
        deals.iter().for_each(|deal| ann.set(*deal, &[("city", "Ghent".into())]));
        let sent = ann.ws.commits_beyond(&others[0].ws.vector(), 0, usize::MAX).expect("read").0;
        let base = |commit: &Vec<u8>| {
            let mut found = None;
            forge(commit, &ann.ws.device_key(), |body| {
                if let Change::Automerge(change) = &body.changes[0].change {
                    found = Layout::of(change);
                }
            });
            let layout = found.expect("a change");
            (layout.head[1..33].try_into().expect("a hash"), layout.first().expect("a number") - 1)
        };
        let bases = [base(&sent[0]), base(&sent[1])];
        let genesis = forge::genesis(Kind::Opportunity);
        Team { ann, others, deals, next: sent[0].clone(), bases, genesis }
    }

    /// Commits of these changes, signed by Ann's device.
    fn sign(&self, all: &[Put]) -> Vec<Vec<u8>> {
        let key = self.ann.ws.device_key();
        let (mut written, mut commits): (Vec<Written>, Vec<Vec<u8>>) = (Vec::new(), Vec::new());
        for put in all {
            let epoch = Epoch([put.log + 1; 16]);
            let at = usize::from(put.second);
            let mut said = [None, None];
            let mut changes = vec![(at, self.change(put, at, &written))];
            if put.both {
                let other = 1 - at;
                let last = (0..written.len()).rev().find(|n| written[*n].said[other].is_some());
                let beside = Put { log: put.log, ..fitting(put.log, last.as_slice()) };
                changes.push((other, self.change(&beside, other, &written)));
            }
            changes.iter().for_each(|(at, (layout, start))| said[*at] = Some((layout.hash(), *start)));
            let own = written.iter().rfind(|written| written.epoch == epoch);
            let (mut lamport, mut seq) = (0, 0);
            let mut sign = |label: &str| {
                forge(&self.next, &key, |body| {
                    if let Some(own) = own {
                        (body.lamport, body.parents) = (own.lamport + 1, vec![own.commit]);
                    }
                    (body.epoch, body.seq) = (epoch, own.map_or(0, |own| own.seq) + 1);
                    body.label = label.to_owned();
                    body.changes = changes
                        .iter()
                        .map(|(at, (layout, _))| DocChange {
                            doc: self.deals[*at],
                            change: Change::Automerge(layout.change()),
                        })
                        .collect();
                    (lamport, seq) = (body.lamport, body.seq);
                })
                .expect("forged")
            };
            if put.twin {
                commits.push(sign("a twin"));
            }
            commits.push(sign("a change"));
            let commit = forge::id(commits.last().expect("one")).expect("a commit");
            written.push(Written { epoch, commit, lamport, seq, said });
        }
        commits
    }

    /// A change of one of the deals, and its number.
    fn change(&self, put: &Put, deal: usize, written: &[Written]) -> (Layout, u64) {
        let device = self.ann.ws.device();
        let epoch = Epoch([put.log + 1; 16]);
        let author = forge::author(device, epoch);
        let said =
            |at: &usize| written.get(*at).and_then(|written| written.said[deal].map(|said| (written.epoch, said)));
        let on: Vec<([u8; 32], u64)> = put.on.iter().filter_map(said).map(|(_, said)| said).collect();
        let (base, end) = self.bases[deal];
        let deps = if on.is_empty() { vec![base] } else { on.iter().map(|(hash, _)| *hash).collect() };
        let last = on.iter().map(|(_, start)| *start).max().unwrap_or(end);
        let start = put.skip.map_or(last, |skip| last + 1 + skip);
        let own = written.iter().filter(|w| w.epoch == epoch && w.said[deal].is_some()).count() as u64;
        // An operation to come is refused in any case.
        let before = put.before.as_ref().and_then(said);
        let before = before.map(|(epoch, (_, before))| (epoch, before + u64::from(put.misses)));
        let before = before.filter(|(_, before)| *before <= start);
        let others = before.map(|(epoch, _)| forge::author(device, epoch)).filter(|other| *other != author);
        let mut layout = self.nowhere();
        layout.put(FIELD, &if put.field { [&[ONE, 4][..], b"city"] } else { [&[ONE, 3][..], b"zip"] }.concat());
        layout.seq = number((own + 1).saturating_add_signed(put.off).max(1));
        layout.start = number(start);
        if let Some((_, before)) = before {
            assert!(before < 64, "one byte");
            let (author, before) = (u8::from(others.is_some()), before as u8);
            // The second is none further on.
            let (count, authors, numbers) = match put.twice {
                true => (2, vec![2, author], vec![TWO, before, 0]),
                false => (1, vec![ONE, author], vec![ONE, before]),
            };
            layout.put(BEFORE_COUNT, &[ONE, count]);
            layout.put(BEFORE_ACTOR, &authors);
            layout.put(BEFORE, &numbers);
        }
        if put.deletes {
            layout.put(ACTION, &[ONE, 3]);
        }
        layout.place(&deps, &author, others.as_slice());
        (layout, start)
    }

    fn nowhere(&self) -> Layout {
        let columns =
            [(INSERT, vec![1]), (ACTION, vec![ONE, 1]), (VALUE_KIND, vec![ONE, 0]), (BEFORE_COUNT, vec![ONE, 0])];
        let (head, time, others, tail) = (Vec::new(), vec![0], Vec::new(), Vec::new());
        let (seq, start) = (Vec::new(), Vec::new());
        Layout { head, seq, start, time, others, columns: columns.into(), tail }
    }

    /// What one makes of commits that come one by one, and what it leaves aside.
    fn makes(&self, other: usize, commits: impl IntoIterator<Item = Vec<u8>>) -> ([u8; 32], Vec<CommitId>) {
        let ws = &self.others[other].ws;
        for commit in commits {
            let accepted = ws.accept(vec![commit]).expect("accepted");
            assert_eq!(accepted.refused, Vec::<String>::new());
            // What never came is no gap in it.
            self.deals.iter().for_each(|deal| _ = ws.history(*deal).expect("a history"));
        }
        state(ws)
    }
}

fn state(ws: &Workspace) -> ([u8; 32], Vec<CommitId>) {
    let mut aside: Vec<CommitId> = ws.set_aside().expect("read").iter().map(|aside| aside.commit).collect();
    aside.sort_unstable();
    (ws.status().expect("a status").digest, aside)
}

fn why(ws: &Workspace) -> Vec<String> {
    ws.set_aside().expect("read").iter().map(|aside| aside.reason.to_string()).collect()
}

#[test]
fn what_fits_counts_and_what_does_not_is_held_without_effect() {
    let put = |alter: fn(&mut Put)| {
        let mut put = fitting(2, &[1]);
        alter(&mut put);
        put
    };
    let cases: [(&str, Put, bool); 15] = [
        ("what it builds on", put(|put| put.before = Some(1)), true),
        ("what that builds on", put(|put| put.before = Some(0)), true),
        ("further on", put(|put| put.skip = Some(5)), true),
        ("as far on as may be", put(|put| put.skip = Some(1_000_000 - 1)), true),
        ("too far on", put(|put| put.skip = Some(1_000_000)), false),
        ("nothing in its place", put(|put| (put.before, put.deletes) = (Some(1), true)), true),
        ("nothing in the place of nothing", put(|put| put.deletes = true), false),
        ("it twice", put(|put| (put.before, put.twice) = (Some(1), true)), false),
        ("no further on", put(|put| put.skip = None), false),
        ("beside", put(|put| put.on = vec![0]), true),
        ("what lies beside it", put(|put| (put.on, put.before, put.skip) = (vec![0], Some(1), Some(1))), false),
        ("from the beginning", put(|put| (put.on, put.before, put.skip) = (Vec::new(), Some(1), Some(2))), false),
        ("what is not there", put(|put| (put.before, put.misses, put.skip) = (Some(0), true, Some(3))), false),
        ("not the first of its author", put(|put| put.off = 1), false),
        ("not after its author's last", put(|put| (put.log, put.on, put.skip) = (1, vec![0], Some(1))), false),
    ];
    for (what, put, does_fit) in cases {
        let team = Team::new();
        let before = team.others[0].ws.status().expect("a status").digest;
        let commits = team.sign(&[fitting(0, &[]), fitting(1, &[0]), put]);
        let state = team.makes(0, commits.clone());
        assert_ne!(state.0, before, "{what}");
        assert_eq!(state.1.len(), usize::from(!does_fit), "{what}");
        assert!(why(&team.others[0].ws).iter().all(|why| why.contains("does not fit")), "{what}");
        assert_eq!(team.makes(1, commits.into_iter().rev()), state, "{what}");
    }
}

/// It speaks of what lies beside it, which on one device counts when it comes and on another never did.
#[test]
fn what_speaks_of_another_branch_makes_the_same_whatever_became_of_that() {
    let team = Team::new();
    let beside = Put { before: Some(0), skip: Some(1), ..fitting(1, &[]) };
    let [twin, one, other] = team.sign(&[Put { twin: true, ..fitting(0, &[]) }, beside]).try_into().expect("three");
    let first = team.makes(0, [one.clone(), other.clone(), twin.clone()]);
    let second = team.makes(1, [twin.clone(), one.clone(), other.clone()]);
    let third = team.makes(2, [other, twin, one]);
    assert_eq!((&first, &second), (&second, &third));
    assert_eq!(first.1.len(), 3);
    // Honest work that builds on all of it goes on everywhere.
    team.makes(0, team.sign(&[fitting(2, &[])]));
    let set = |at: usize, city: &str| team.others[at].set(team.deals[0], &[("city", city.into())]);
    set(0, "Bruges");
    meet(&team.others[0], &team.others[1]);
    set(1, "Antwerp");
    meet(&team.others[1], &team.others[2]);
    assert_eq!(team.others[2].text(team.deals[0], "city"), "Antwerp");
    assert_eq!(state(&team.others[1].ws), state(&team.others[2].ws));
}

/// Who leaves out all numbers that may be: others go on, but not from before it.
#[test]
fn a_record_goes_on_whoever_uses_up_its_numbers() {
    let team = Team::new();
    let (bob, deal) = (&team.others[0], team.deals[0]);
    let seen = bob.ws.records().seen(deal).expect("a version");
    team.makes(0, team.sign(&[Put { skip: Some(999_999), ..fitting(0, &[]) }]));
    let describe = |text: &str, seen| {
        let fields = vec![("description".into(), text.into())];
        bob.ws.execute(Command::Set { id: deal, fields, seen })
    };
    let refused = describe("Rollout", Some(seen)).expect_err("it goes on from all that is here");
    assert!(refused.to_string().contains("look at it again"), "{refused}");
    for (other, text) in team.others[1..].iter().zip(["Rollout", "Rollout, five sites"]) {
        describe(text, None).expect("taken");
        meet(bob, other);
        assert_eq!(state(&other.ws), state(&bob.ws));
        assert_eq!(other.text(deal, "description"), text);
    }
    assert!(why(&bob.ws).is_empty());
}

/// After an update that makes records otherwise, all is made again of what is stored.
#[test]
fn what_does_not_fit_is_known_after_an_update() {
    let team = Team::new();
    let folder = tempfile::tempdir().expect("a folder");
    let dan = team.ann.admit_on("Dan Hale", 9, Storage::Folder(folder.path().to_owned()));
    meet(&team.others[0], &dan);
    let unheard_of = team.ann.ws.new_id(Kind::Opportunity);
    let unfit = Put { off: 1, both: true, ..fitting(0, &[]) };
    let mut commits = team.sign(&[unfit]);
    // Its second change is of a record that nobody has: it would fit.
    commits[0] = forge(&commits[0], &team.ann.ws.device_key(), |body| {
        let author = forge::author(body.device, body.epoch);
        body.changes[1].doc = unheard_of;
        if let Change::Automerge(change) = &mut body.changes[1].change {
            let mut first = Layout::of(change).expect("a change");
            first.place(&[team.genesis], &author, &[]);
            *change = first.change();
        }
    })
    .expect("forged");
    let lacking = Put { on: vec![0], ..fitting(1, &[]) };
    commits.extend(team.sign(&[fitting(2, &[]), lacking]).pop());
    for commit in &commits {
        assert_eq!(dan.ws.accept(vec![commit.clone()]).expect("accepted").refused, Vec::<String>::new());
    }
    let before = state(&dan.ws);
    assert_eq!(before.1.len(), 2, "{:?}", why(&dan.ws));
    drop(dan);
    {
        let database = redb::Database::open(folder.path().join("workspace.satchel")).expect("opened");
        let write = database.begin_write().expect("begun");
        let meta = redb::TableDefinition::<&str, &[u8]>::new("meta");
        write.open_table(meta).expect("a table").remove("records").expect("removed");
        write.commit().expect("committed");
    }
    let clock = FixedClock::at(noon());
    let dan = Workspace::open(Storage::Folder(folder.path().to_owned()), environment(&clock, 10)).expect("opened");
    assert_eq!(state(&dan), before);
    assert!(dan.records().get(unheard_of).is_none());
    assert_eq!(dan.check().expect("checked").problems, Vec::<String>::new());
    team.deals.iter().for_each(|deal| _ = dan.history(*deal).expect("a history"));
}

fn put() -> impl Strategy<Value = Put> {
    let on = prop_oneof![1 => Just(Vec::new()), 4 => vec(0..6usize, 1..3)];
    let rare = prop_oneof![8 => Just(0i64), 1 => Just(1), 2 => Just(-1)];
    let rarely = || prop::bool::weighted(0.1);
    let often = || prop::bool::weighted(0.3);
    let flags = (any::<bool>(), rarely(), rarely(), often(), often(), rarely(), often());
    let skip = prop::option::weighted(0.9, 0..3u64);
    (0..4u8, flags, on, skip, prop::option::of(0..6usize), rare).prop_map(
        |(log, (field, twin, misses, second, both, twice, deletes), mut on, skip, before, off)| {
            on.sort_unstable();
            on.dedup();
            Put { log, field, on, skip, before, misses, twice, deletes, off, twin, second, both }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(48) })]
    #[test]
    fn whatever_changes_build_on_every_order_makes_the_same(all in vec(put(), 1..7), keys in vec(any::<u32>(), 14)) {
        let team = Team::new();
        let commits = team.sign(&all);
        let first = team.makes(0, commits.clone());
        let mut shuffled: Vec<_> = commits.iter().cloned().zip(keys).collect();
        shuffled.sort_by_key(|(_, key)| *key);
        prop_assert_eq!(&team.makes(1, shuffled.into_iter().map(|(commit, _)| commit)), &first);
        let ws = &team.others[2].ws;
        let mut backwards = commits;
        backwards.reverse();
        prop_assert_eq!(ws.accept(backwards).expect("accepted").refused, Vec::<String>::new());
        prop_assert_eq!(&state(ws), &first);
        prop_assert_eq!(ws.check().expect("checked").problems, Vec::<String>::new());
        ws.rebuild().expect("rebuilt");
        prop_assert_eq!(&state(ws), &first);
    }
}
