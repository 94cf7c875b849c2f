//! Devices meet in memory: what they say to each other, and that they end up the same.

#![allow(clippy::unwrap_used)]

use std::time::Duration;

use proptest::prelude::*;
use satchel_core::{DeviceId, Epoch, Result, WorkspaceId, commit::Vector, members::JoinRequest};
use satchel_sync::protocol::{
    Batch, Ending, GREETING_PATIENCE, Happening, Joining, Refusal, Replica, Session, Standing, Terms,
    simulation::{Line, Logs, Side},
};

const WORKSPACE: WorkspaceId = WorkspaceId([9; 16]);

fn device(number: u8) -> DeviceId {
    DeviceId([number; 32])
}

/// A founder and others it admitted, none of which has met another since.
fn team(others: u8) -> Vec<Logs> {
    let founder = Logs::found(WORKSPACE, device(1));
    let admitted: Vec<Logs> = (0..others).map(|n| founder.admit_device(device(n + 2))).collect();
    std::iter::once(founder).chain(admitted).collect()
}

fn meet<A: Replica, B: Replica>(a: &A, b: &B) -> (Side, Side) {
    let mut line = Line::connect(a, b);
    line.run(usize::MAX);
    line.cut()
}

fn ending(side: &Side) -> Option<&Ending> {
    side.happenings.iter().find_map(|h| match h {
        Happening::Ended(ending) => Some(ending),
        _ => None,
    })
}

#[test]
fn both_sides_get_what_they_lack() {
    let [ann, bob] = team(1).try_into().ok().unwrap();
    ann.write(vec![1; 10]);
    bob.write(vec![2; 10]);
    let (a, b) = meet(&ann, &bob);
    assert_eq!(ann.vector(), bob.vector());
    assert_eq!((a.traffic.sent, a.traffic.received), (2, 1), "the admission and one's own writing against one");
    assert!(a.up_to_date && b.up_to_date);
    assert!(a.happenings.contains(&Happening::Settled) && ending(&a).is_none());
}

#[test]
fn a_reconnect_with_nothing_new_is_one_round_trip_and_under_a_kilobyte() {
    let [ann, bob] = team(1).try_into().ok().unwrap();
    for n in 0..50 {
        ann.write(vec![n; 100]);
        bob.write(vec![n; 100]);
    }
    meet(&ann, &bob);
    let (a, b) = meet(&ann, &bob);
    assert_eq!(a.happenings, [Happening::Trusted, Happening::Settled]);
    assert_eq!(b.happenings, [Happening::Trusted, Happening::Settled]);
    assert_eq!(a.traffic.round_trips, 1);
    assert!(a.traffic.bytes <= 1024, "{} bytes", a.traffic.bytes);
    assert_eq!(a.traffic.bytes, (a.said.len() + b.said.len()) as u64);
}

#[test]
fn two_that_a_third_admitted_accept_each_other_at_their_first_meeting() {
    let [ann, bob, cid] = team(2).try_into().ok().unwrap();
    assert_eq!(bob.standing(cid.device()), Standing::Unknown);
    bob.write(vec![1; 10]);
    cid.write(vec![2; 10]);
    let (a, b) = meet(&bob, &cid);
    assert_eq!(bob.vector(), cid.vector());
    assert!(a.up_to_date && b.up_to_date);
    meet(&ann, &cid);
    let (a, _) = meet(&cid, &bob);
    assert!(a.up_to_date);
    assert_eq!(ann.vector(), bob.vector());
}

#[test]
fn one_that_knows_the_other_needs_no_proof_of_it() {
    let [ann, bob, cid] = team(2).try_into().ok().unwrap();
    meet(&ann, &cid);
    assert_eq!((cid.standing(device(2)), bob.standing(device(3))), (Standing::Member, Standing::Unknown));
    meet(&bob, &cid);
    assert_eq!(bob.vector(), cid.vector());
    let [_, bob, cid] = team(2).try_into().ok().unwrap();
    meet(&cid, &bob);
    assert_eq!(bob.vector(), cid.vector());
}

#[test]
fn a_stranger_learns_nothing() {
    let ann = Logs::found(WORKSPACE, device(1));
    ann.write(b"the secret".to_vec());
    let elsewhere = Logs::found(WorkspaceId([8; 16]), device(5));
    let (s, a) = meet(&elsewhere, &ann);
    assert_eq!(ending(&s), Some(&Ending::Refused(Refusal::WrongWorkspace)));
    assert_eq!(ending(&a), Some(&Ending::Refusing(Refusal::WrongWorkspace)));
    assert!(a.said.len() < 16, "only a refusal: {} bytes", a.said.len());

    // Knows the workspace's id, but nobody admitted it.
    let forger = Logs::found(WORKSPACE, device(6));
    let (s, a) = meet(&forger, &ann);
    assert_eq!(ending(&s), Some(&Ending::Refused(Refusal::Stranger)));
    assert_eq!(ending(&a), Some(&Ending::Refusing(Refusal::Stranger)));
    assert!(!a.happenings.contains(&Happening::Trusted));
    assert!(!a.said.windows(10).any(|w| w == b"the secret"));
    let (a, _) = meet(&ann, &forger);
    assert!(!a.said.windows(10).any(|w| w == b"the secret"));
    assert!(!a.happenings.contains(&Happening::Trusted));
}

#[test]
fn a_removed_device_is_told_so_and_nothing_else() {
    let [ann, bob] = team(1).try_into().ok().unwrap();
    meet(&ann, &bob);
    ann.remove_device(bob.device());
    ann.write(b"the secret".to_vec());
    let (b, a) = meet(&bob, &ann);
    assert_eq!(ending(&b), Some(&Ending::Refused(Refusal::Removed)));
    // It may prove that it was invited again: so it is greeted, as a stranger is.
    assert!(a.said.len() < 100, "a greeting and a refusal: {} bytes", a.said.len());
    let (a, _) = meet(&ann, &bob);
    assert_eq!(ending(&a), Some(&Ending::Refusing(Refusal::Removed)));
    assert!(a.said.len() < 100, "a greeting and a refusal: {} bytes", a.said.len());
}

#[test]
fn a_device_that_is_removed_while_connected_gets_no_more() {
    let [ann, bob] = team(1).try_into().ok().unwrap();
    let mut line = Line::connect(&bob, &ann);
    line.run(usize::MAX);
    ann.remove_device(bob.device());
    ann.write(b"the secret".to_vec());
    line.changed();
    line.run(usize::MAX);
    let (b, a) = line.cut();
    assert_eq!(ending(&b), Some(&Ending::Refused(Refusal::Removed)));
    assert!(!a.said.windows(10).any(|w| w == b"the secret"));
}

#[test]
fn changes_are_passed_on_at_once_and_not_echoed() {
    let [ann, bob, cid] = team(2).try_into().ok().unwrap();
    let (mut first, mut second) = (Line::connect(&bob, &ann), Line::connect(&cid, &bob));
    first.run(usize::MAX);
    second.run(usize::MAX);
    second.changed();
    first.run(usize::MAX);
    first.changed();
    first.run(usize::MAX);
    assert_eq!(ann.vector(), cid.vector());
    ann.write(vec![0; 1000]);
    first.changed();
    let carried = first.run(usize::MAX);
    assert!((1000..1300).contains(&carried), "once over the first line: {carried} bytes");
    second.changed();
    let carried = second.run(usize::MAX);
    assert!((1000..1300).contains(&carried), "once over the second line: {carried} bytes");
    first.changed();
    assert_eq!(first.run(usize::MAX), 0, "no echo");
    assert_eq!(ann.vector(), cid.vector());
}

#[test]
fn a_large_backlog_is_resumed_where_it_broke_off() {
    let [ann, bob] = team(1).try_into().ok().unwrap();
    for n in 0..8000u32 {
        ann.write([n.to_le_bytes().to_vec(), vec![0; 1000]].concat());
    }
    let mut line = Line::connect(&bob, &ann);
    line.run(5_000_000);
    let (b, _) = line.cut();
    assert!(b.traffic.received > 2000 && bob.len() < 8001, "{}", bob.len());
    let held = bob.len() as u64;
    let (b, a) = meet(&bob, &ann);
    assert_eq!(a.traffic.sent, 8001 - held, "what was held is not sent again");
    assert!(b.up_to_date);
    assert_eq!(ann.vector(), bob.vector());
}

#[test]
fn a_device_joins_with_a_ticket_and_greets_on_the_same_connection() {
    let ann = Logs::found(WORKSPACE, device(1));
    ann.write(b"work".to_vec());
    ann.offer([7; 32]);
    let request = JoinRequest {
        workspace: WORKSPACE,
        invitation: [7; 32],
        device: device(2),
        device_name: "Bob's laptop".into(),
        user_name: None,
        signature: vec![0; 64],
    };
    let now = Duration::ZERO;
    let mut answering = Session::answer(device(2), Terms::default(), now);
    let mut joining = Joining::new(&request);
    assert!(joining.receive(&[]).is_none());
    answering.receive(&ann, &joining.take_output(), now);
    let welcome = joining.receive(&answering.take_output()).unwrap().unwrap();
    assert_eq!(welcome.workspace, WORKSPACE);
    assert_eq!(answering.next_happening(), Some(Happening::Admitted));

    let bob = Logs::found(WORKSPACE, device(2));
    let mut greeting = Session::dial(&bob, ann.device(), Terms::default(), now);
    answering.receive(&ann, &greeting.take_output(), now);
    assert!(answering.trusted(), "{:?}", answering.ended());

    // A second time, and for another device than the one that connects.
    for (peer, refusal) in [
        (device(2), Refusal::Ticket("this ticket was used already: ask for a new one".into())),
        (device(3), Refusal::Fault("a request to join for another device".into())),
    ] {
        let mut answering = Session::answer(peer, Terms::default(), now);
        let mut joining = Joining::new(&request);
        answering.receive(&ann, &joining.take_output(), now);
        assert_eq!(joining.receive(&answering.take_output()), Some(Err(Ending::Refused(refusal))));
    }
}

#[test]
fn a_silent_peer_is_given_up() {
    let [ann, bob] = team(1).try_into().ok().unwrap();
    let mut session = Session::dial(&ann, bob.device(), Terms::default(), Duration::from_secs(5));
    session.tick(Duration::from_secs(5) + GREETING_PATIENCE);
    assert!(session.ended().is_none());
    session.tick(Duration::from_secs(6) + GREETING_PATIENCE);
    assert_eq!(session.ended(), Some(&Ending::Silent));
}

#[test]
fn a_stranger_that_says_a_little_now_and_then_is_given_up_too() {
    let ann = Logs::found(WORKSPACE, device(1));
    let begun = Duration::from_secs(5);
    let mut session = Session::answer(device(66), Terms::default(), begun);
    let mut now = begun;
    for byte in [200, 0, 0, 0, satchel_sync::protocol::VERSION] {
        assert!(session.ended().is_none());
        session.receive(&ann, &[byte], now);
        now += GREETING_PATIENCE / 4;
        session.tick(now);
    }
    assert_eq!(session.ended(), Some(&Ending::Silent));
}

/// Forgets to send its first commits the first time it is asked for commits.
struct Forgetful<'a> {
    logs: &'a Logs,
    forgets: std::cell::Cell<u32>,
}

impl Replica for Forgetful<'_> {
    fn workspace(&self) -> WorkspaceId {
        self.logs.workspace()
    }
    fn device(&self) -> DeviceId {
        self.logs.device()
    }
    fn vector(&self) -> Vector {
        self.logs.vector()
    }
    fn holds(&self, device: DeviceId, epoch: Epoch) -> bool {
        self.logs.holds(device, epoch)
    }
    fn commits_beyond(&self, peer: &Vector, from: u64, max_bytes: usize) -> Result<Batch> {
        let mut batch = self.logs.commits_beyond(peer, from, max_bytes)?;
        if from == 0 && self.forgets.get() > 0 {
            self.forgets.set(self.forgets.get() - 1);
            batch.commits.drain(..2);
        }
        Ok(batch)
    }
    fn accept(&self, commits: Vec<Vec<u8>>) -> Result<satchel_core::workspace::Accepted> {
        self.logs.accept(commits)
    }
    fn standing(&self, device: DeviceId) -> Standing {
        self.logs.standing(device)
    }
    fn proof(&self) -> Result<Vec<Vec<u8>>> {
        self.logs.proof()
    }
    fn recognise(&self, device: DeviceId, proof: &[Vec<u8>]) -> Result<()> {
        self.logs.recognise(device, proof)
    }
    fn admit(&self, request: &JoinRequest) -> Result<satchel_core::members::Welcome> {
        self.logs.admit(request)
    }
}

#[test]
fn missing_causes_are_asked_for() {
    for (forgets, heals) in [(1, true), (100, false)] {
        let [ann, bob] = team(1).try_into().ok().unwrap();
        (0..20).for_each(|n| ann.write(vec![n; 50]));
        let ann = Forgetful { logs: &ann, forgets: forgets.into() };
        let (a, b) = meet(&ann, &bob);
        assert_eq!(ann.vector() == bob.vector(), heals);
        assert_eq!(a.up_to_date && b.up_to_date, heals);
        assert_eq!(matches!(ending(&b), Some(Ending::Fault(_))), !heals, "{b:?}");
    }
}

#[derive(Clone, Debug)]
enum Step {
    Write(usize),
    /// Meet, cut after so many bytes if at all.
    Meet(usize, usize, Option<usize>),
    /// Takes again, in some order, commits that a peer holds.
    Duplicates(usize, usize),
}

const DEVICES: usize = 4;

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let one = || 0..DEVICES;
    let step = prop_oneof![
        2 => one().prop_map(Step::Write),
        3 => (one(), one(), proptest::option::of(0usize..3000)).prop_map(|(a, b, cut)| Step::Meet(a, b, cut)),
        1 => (one(), one()).prop_map(|(a, b)| Step::Duplicates(a, b)),
    ];
    proptest::collection::vec(step, 0..60)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn any_meetings_cut_anywhere_end_in_the_same_state(steps in steps()) {
        let team = team(DEVICES as u8 - 1);
        for (n, step) in steps.into_iter().enumerate() {
            match step {
                Step::Write(who) => team[who].write(vec![n as u8; n * 7]),
                Step::Meet(a, b, cut) if a != b => {
                    let mut line = Line::connect(&team[a], &team[b]);
                    line.run(cut.unwrap_or(usize::MAX));
                    let (a, b) = line.cut();
                    prop_assert!(ending(&a).is_none() && ending(&b).is_none(), "{a:?} {b:?}");
                    prop_assert!(cut.is_some() || (a.up_to_date && b.up_to_date));
                }
                Step::Meet(..) => {}
                Step::Duplicates(a, b) => {
                    let mut commits = team[a].commits_beyond(&Vector::default(), 0, usize::MAX).unwrap().commits;
                    commits.reverse();
                    prop_assert!(team[b].accept(commits).unwrap().refused.is_empty());
                }
            }
        }
        for n in (1..DEVICES).chain((0..DEVICES - 1).rev()) {
            meet(&team[n], &team[if n == 0 { 1 } else { n - 1 }]);
        }
        for n in 1..DEVICES {
            meet(&team[n], &team[n - 1]);
            prop_assert_eq!(team[n].vector(), team[0].vector());
        }
    }

    #[test]
    fn hostile_bytes_never_panic_nor_convince(
        noise in proptest::collection::vec(any::<u8>(), 0..200),
        at in 0usize..2000,
        flips in proptest::collection::vec((any::<prop::sample::Index>(), 1u8..), 0..4),
    ) {
        let now = Duration::ZERO;
        let ann = Logs::found(WORKSPACE, device(1));
        let mut session = Session::answer(device(66), Terms::default(), now);
        session.receive(&ann, &noise, now);
        prop_assert!(!session.trusted());

        // A member's own words, mangled.
        let [ann, bob] = team(1).try_into().ok().unwrap();
        ann.write(vec![1; 300]);
        bob.write(vec![2; 300]);
        let (b, _) = meet(&bob, &ann);
        let mut said = b.said;
        for (index, flip) in flips {
            let index = index.index(said.len());
            said[index] ^= flip;
        }
        let at = at.min(said.len());
        said.splice(at..at, noise);
        let [ann, bob] = team(1).try_into().ok().unwrap();
        let mut session = Session::answer(bob.device(), Terms::default(), now);
        session.receive(&ann, &said, now);
        session.changed(&ann);
        session.take_output();
    }
}
