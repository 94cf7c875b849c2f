//! Changes that no program of ours writes, in commits that a member's own key signed: every device refuses them, whatever it holds
//! and in whatever order they come.

use satchel_core::{
    DocId,
    commit::forge::{
        Change, Layout, author,
        column::{
            ACTION, BEFORE, BEFORE_ACTOR, BEFORE_COUNT, FIELD, INSERT, KEY, KEY_ACTOR, OBJECT, OBJECT_ACTOR, VALUE,
            VALUE_KIND,
        },
        forge, id, number, signed,
    },
};

use crate::common::{Desk, give, meet};

const DELETE: u8 = 3;
/// Once what follows, and twice.
const ONE: u8 = 0x7f;
const TWO: u8 = 0x7e;
/// Numbers of ten bytes that are larger than any, and one in more bytes than it needs.
const NUMBERS: [&[u8]; 3] = [
    &[0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x02],
    &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x3f],
    &[0x81, 0x00],
];
const NO_NUMBER: &str = "not as it is written";

/// One that says that an opportunity is nowhere, by the author of another and in its place.
fn nowhere(like: &[u8]) -> Layout {
    let columns = [
        (FIELD, [&[ONE, 4][..], b"city"].concat()),
        (INSERT, vec![1]),
        (ACTION, vec![ONE, 1]),
        (VALUE_KIND, vec![ONE, 0]),
        (BEFORE_COUNT, vec![ONE, 0]),
    ];
    Layout { columns: columns.into(), ..Layout::of(like).expect("a change") }
}

/// Deletes, of the same author, an operation so many after it.
fn delete(change: &mut Layout, later: u64) {
    change.put(ACTION, &[ONE, DELETE]);
    change.put(BEFORE_COUNT, &[ONE, 1]);
    change.put(BEFORE_ACTOR, &[ONE, 0]);
    change.put(BEFORE, &[&[ONE], &signed(start(change) + later)[..]].concat());
}

fn start(change: &Layout) -> u64 {
    change.first().expect("a number")
}

/// Ann, Bob who holds what she does, and a deal; then what she writes next of it, which he has not.
struct Attack {
    ann: Desk,
    bob: Desk,
    deal: DocId,
    next: Vec<u8>,
}

impl Attack {
    fn new() -> Attack {
        let ann = Desk::ann();
        let deal = ann.add(&[("name", "GTX Pro".into())]);
        let bob = ann.admit("Bob Road", 2);
        let next = next(&ann, &bob, deal, "Ghent");
        Attack { ann, bob, deal, next }
    }

    /// Her next commit with another change in it.
    fn forged(&self, alter: impl FnOnce(&mut Layout)) -> Vec<u8> {
        with(&self.ann, &self.next, |change| {
            let mut layout = nowhere(change);
            alter(&mut layout);
            *change = layout.change();
        })
    }

    fn refuses(&self, what: &str, why: &str, alter: impl FnOnce(&mut Layout)) {
        let before = self.bob.digest();
        let accepted = self.bob.ws.accept(vec![self.forged(alter)]).expect("accepted");
        assert_eq!(accepted.applied, 0, "{what}");
        assert!(accepted.refused.first().is_some_and(|r| r.contains(why)), "{what}: {:?}", accepted.refused);
        assert_eq!(self.bob.digest(), before, "{what}");
    }
}

/// What one writes next of a deal, which the other does not hold.
fn next(of: &Desk, without: &Desk, deal: DocId, city: &str) -> Vec<u8> {
    meet(of, without);
    of.set(deal, &[("city", city.into())]);
    let (mut commits, _) = of.ws.commits_beyond(&without.ws.vector(), 0, usize::MAX).expect("read");
    assert_eq!(commits.len(), 1);
    commits.remove(0)
}

fn with(author: &Desk, commit: &[u8], alter: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    forge(commit, &author.ws.device_key(), |body| {
        body.changes.truncate(1);
        if let Change::Automerge(change) = &mut body.changes[0].change {
            alter(change);
        }
    })
    .expect("forged")
}

#[test]
fn what_is_laid_out_here_is_taken() {
    let attack = Attack::new();
    let accepted = attack.bob.ws.accept(vec![attack.forged(|_| {})]).expect("accepted");
    assert_eq!((accepted.applied, accepted.refused), (1, vec![]));
    assert_eq!(attack.bob.text(attack.deal, "city"), "");
}

#[test]
fn a_number_that_is_none_is_refused_wherever_it_stands() {
    let attack = Attack::new();
    let columns =
        [OBJECT_ACTOR, OBJECT, KEY_ACTOR, KEY, FIELD, INSERT, ACTION, VALUE_KIND, BEFORE_COUNT, BEFORE_ACTOR, BEFORE];
    for bytes in NUMBERS {
        for spec in columns {
            attack.refuses(&format!("{bytes:x?} as column {spec}"), NO_NUMBER, |change| change.put(spec, bytes));
        }
        for spec in columns.into_iter().filter(|spec| ![FIELD, INSERT].contains(spec)) {
            let value = [&[ONE], bytes].concat();
            attack.refuses(&format!("{bytes:x?} in column {spec}"), NO_NUMBER, |change| change.put(spec, &value));
        }
        attack.refuses("its number", NO_NUMBER, |change| change.seq = bytes.to_vec());
        attack.refuses("its first operation's", NO_NUMBER, |change| change.start = bytes.to_vec());
        attack.refuses("its time", NO_NUMBER, |change| change.time = bytes.to_vec());
    }
}

#[test]
fn a_change_that_tells_a_time_of_its_own_is_refused() {
    let attack = Attack::new();
    let first = [&[0x80; 9][..], &[0x7f]].concat();
    for time in [vec![1], first] {
        attack.refuses("a time", "tells a time", |change| change.time = time);
    }
}

/// A change grows to no more than its bytes: each letter that is put takes one, as does each key.
#[test]
fn a_change_that_puts_more_than_it_holds_is_refused() {
    let attack = Attack::new();
    let put = |change: &mut Layout, times: u64, kind: u8, letters: usize| {
        let run = |value: &[u8]| [&signed(times), value].concat();
        change.put(FIELD, &run(&[&[4], &b"city"[..]].concat()));
        change.put(INSERT, &number(times));
        change.put(ACTION, &run(&[1]));
        change.put(VALUE_KIND, &run(&[kind]));
        change.put(VALUE, &vec![b'a'; letters]);
        change.put(BEFORE_COUNT, &run(&[0]));
    };
    let why = "puts more than it holds";
    let length = |times: u64| {
        let mut length = 0;
        attack.forged(|change| {
            put(change, times, 0, 0);
            length = change.change().len() as u64;
        });
        length
    };
    let few = (1..1_000).rfind(|times| *times <= length(*times)).expect("one");
    assert!(few < 200, "{few} bytes");
    attack.refuses("one more than there are bytes", why, |change| put(change, few + 1, 0, 0));
    attack.refuses("a thousand nothings", why, |change| put(change, 1_000, 0, 0));
    for commit in
        [attack.forged(|change| put(change, few, 0, 0)), attack.forged(|change| put(change, 1_000, 22, 1_000))]
    {
        let bob = attack.ann.admit(&format!("Bob {}", commit.len()), commit.len() as u64);
        assert_eq!(bob.ws.accept(vec![commit]).expect("accepted").refused, Vec::<String>::new());
    }
}

#[test]
fn what_speaks_of_an_operation_to_come_is_refused_whether_it_comes_with_it_or_not() {
    let attack = Attack::new();
    let why = "operations that come after";
    attack.refuses("the next", why, |change| delete(change, 1));
    attack.refuses("one far away", why, |change| delete(change, 1 << 40));
    attack.refuses("the next beside its own", why, |change| {
        delete(change, 0);
        change.put(BEFORE_COUNT, &[ONE, 2]);
        change.put(BEFORE_ACTOR, &[2, 0]);
        let (_, data) = change.columns.iter().find(|(spec, _)| *spec == BEFORE).expect("what it replaces");
        let data = [&[TWO], &data[1..], &[1]].concat();
        change.put(BEFORE, &data);
    });
    attack.refuses("an object", why, |change| {
        change.put(OBJECT_ACTOR, &[ONE, 0]);
        change.put(OBJECT, &[&[ONE], &number(start(change) + 1)[..]].concat());
    });
    // With the operation that it names, in one go: refused too.
    let mut first = None;
    let commit = attack.forged(|change| {
        delete(change, 1);
        first = Some(change.clone());
    });
    let first = first.expect("forged");
    let (parent, number_after) = (id(&commit).expect("a commit"), start(&first) + 1);
    let follower = forge(&attack.next, &attack.ann.ws.device_key(), |body| {
        let author = author(body.device, body.epoch);
        (body.seq, body.lamport, body.parents) = (body.seq + 1, body.lamport + 1, vec![parent]);
        body.changes.truncate(1);
        if let Change::Automerge(change) = &mut body.changes[0].change {
            let mut next = nowhere(change);
            next.place(&[first.hash()], &author, &[]);
            (next.seq[0], next.start) = (first.seq[0] + 1, number(number_after));
            *change = next.change();
        }
    });
    let before = attack.bob.digest();
    let accepted = attack.bob.ws.accept(vec![commit, follower.expect("forged")]).expect("accepted");
    assert_eq!((accepted.applied, accepted.refused.len(), accepted.waiting), (0, 1, 1));
    assert!(accepted.refused[0].contains(why), "{:?}", accepted.refused);
    assert_eq!(attack.bob.digest(), before);
}

#[test]
fn what_cannot_be_read_is_refused_also_where_a_document_is_settled() {
    let Attack { ann, bob, deal, .. } = Attack::new();
    let cal = ann.admit("Cal Ford", 3);
    meet(&ann, &cal);
    ann.ws.remove_device(cal.ws.device()).expect("removed");
    cal.set(deal, &[("city", "Bruges".into())]);
    let good = next(&ann, &bob, deal, "Antwerp");
    let unreadable = with(&ann, &good, |change| {
        let mut layout = nowhere(change);
        // A text of three bytes, and no bytes.
        layout.put(VALUE_KIND, &[ONE, 0x36]);
        *change = layout.change();
    });
    for is_settled in [false, true] {
        if is_settled {
            // What a removed device wrote lies aside: the deal is made again whenever something comes of it.
            give(&cal, &bob);
        }
        let before = bob.digest();
        let accepted = bob.ws.accept(vec![unreadable.clone()]).expect("accepted");
        assert_eq!((accepted.applied, accepted.refused.len()), (0, 1), "settled: {is_settled}");
        assert_eq!(bob.digest(), before);
    }
    assert_eq!(bob.ws.accept(vec![good]).expect("accepted").applied, 1);
    assert_eq!(bob.text(deal, "city"), "Antwerp");
}

/// Where automerge applies a change it does not look at the checksum, so nor may what makes documents from the log.
#[test]
fn a_change_under_a_wrong_checksum_counts_everywhere_alike() {
    let ann = Desk::ann();
    let (bob, carl, eve) = (ann.admit("Bob", 2), ann.admit("Carl", 3), ann.admit("Eve", 4));
    let deal = ann.add(&[("name", "Heat pump".into())]);
    [&bob, &carl, &eve].into_iter().for_each(|desk| give(&ann, desk));
    eve.set(deal, &[("zip", "9000".into())]);
    ann.ws.remove_device(eve.ws.device()).expect("removed");
    let met = ann.ws.vector();
    [&bob, &carl].into_iter().for_each(|desk| give(&ann, desk));
    // At Carl's what touches the deal is settled from the log from here on.
    give(&eve, &carl);
    ann.set(deal, &[("city", "Ghent".into())]);
    let (commits, _) = ann.ws.commits_beyond(&met, 0, usize::MAX).expect("read");
    let forged = forge(&commits[0], &ann.ws.device_key(), |body| {
        for change in &mut body.changes {
            if let Change::Automerge(bytes) = &mut change.change {
                bytes[4] ^= 1;
            }
        }
    });
    let accepted = bob.ws.accept(vec![forged.expect("forged")]).expect("accepted");
    assert_eq!((accepted.applied, accepted.aside), (1, Vec::new()), "{:?}", accepted.refused);
    bob.set(deal, &[("email_from", "bob@example.com".into())]);
    give(&bob, &carl);
    give(&carl, &bob);
    for desk in [&bob, &carl] {
        assert_eq!(
            (desk.text(deal, "city"), desk.text(deal, "email_from")),
            ("Ghent".into(), "bob@example.com".into())
        );
        assert_eq!((desk.digest(), desk.ws.set_aside().expect("read").len()), (bob.digest(), 1));
        desk.ws.rebuild().expect("made again");
        assert_eq!(desk.digest(), bob.digest());
    }
}
