//! More logs than one frame tells of: a member's key may begin as many as it likes.

#![allow(clippy::unwrap_used)]

use std::{
    sync::{Mutex, MutexGuard},
    time::Duration,
};

use satchel_core::{
    DeviceId, Epoch, Error, Result, WorkspaceId,
    commit::{Mark, Vector},
    members::{JoinRequest, Welcome},
    workspace::Accepted,
};
use satchel_sync::protocol::{Batch, Replica, Session, Standing, Terms, Traffic, simulation::Line};

/// A replica of which all are members, and whose commits are nothing but their place.
struct Beginnings {
    device: DeviceId,
    held: Mutex<(Vec<Place>, Vector)>,
}

type Place = (DeviceId, Epoch, u64);

impl Beginnings {
    fn new(device: u8) -> Beginnings {
        Beginnings { device: DeviceId([device; 32]), held: Mutex::default() }
    }

    /// Logs of one commit each, of one device.
    fn begin(&self, device: u8, logs: std::ops::Range<u32>) {
        logs.for_each(|n| self.put((DeviceId([device; 32]), epoch(n), 1)));
    }

    fn put(&self, place: Place) {
        let mut held = self.held();
        held.0.push(place);
        held.1.0.insert((place.0, place.1), place.2);
    }

    fn held(&self) -> MutexGuard<'_, (Vec<Place>, Vector)> {
        self.held.lock().unwrap()
    }
}

fn epoch(n: u32) -> Epoch {
    let mut epoch = Epoch([0; 16]);
    epoch.0[8..12].copy_from_slice(&n.to_be_bytes());
    epoch
}

impl Replica for Beginnings {
    fn workspace(&self) -> WorkspaceId {
        WorkspaceId([9; 16])
    }

    fn device(&self) -> DeviceId {
        self.device
    }

    fn vector(&self) -> Vector {
        self.held().1.clone()
    }

    fn holds(&self, device: DeviceId, epoch: Epoch) -> bool {
        self.held().1.get(device, epoch) > 0
    }

    fn mark(&self, device: DeviceId, epoch: Epoch, seq: u64) -> Option<Mark> {
        (self.held().1.get(device, epoch) >= seq).then_some([seq as u8; 8])
    }

    fn commits_beyond(&self, peer: &Vector, from: u64, max_bytes: usize) -> Result<Batch> {
        let held = self.held();
        let (mut commits, mut bytes, mut next) = (Vec::new(), 0, from);
        for place in &held.0[from as usize..] {
            if bytes >= max_bytes {
                return Ok(Batch { commits, next, more: true });
            }
            next += 1;
            if place.2 > peer.get(place.0, place.1) {
                commits.push(postcard::to_stdvec(place).unwrap());
                bytes += commits.last().unwrap().len();
            }
        }
        Ok(Batch { commits, next, more: false })
    }

    fn accept(&self, commits: Vec<Vec<u8>>) -> Result<Accepted> {
        let mut accepted = Accepted::default();
        for commit in commits {
            let place: Place = postcard::from_bytes(&commit).unwrap();
            let is_known = self.held().1.get(place.0, place.1) >= place.2;
            match is_known {
                true => accepted.known += 1,
                false => {
                    self.put(place);
                    accepted.applied += 1;
                }
            }
        }
        Ok(accepted)
    }

    fn standing(&self, _device: DeviceId) -> Standing {
        Standing::Member
    }

    fn proof(&self) -> Result<Vec<Vec<u8>>> {
        Ok(Vec::new())
    }

    fn recognise(&self, _device: DeviceId, _proof: &[Vec<u8>]) -> Result<()> {
        Ok(())
    }

    fn admit(&self, _request: &JoinRequest) -> Result<Welcome> {
        Err(Error::refused("nobody is invited"))
    }
}

/// As over a slow line: what is said arrives in pieces, of both in turn.
fn meet(a: &Beginnings, b: &Beginnings) -> (Traffic, Traffic) {
    const PIECE: usize = 16 << 10;
    let (terms, mut now) = (Terms { live: true, instance: 0 }, Duration::ZERO);
    let mut one = (a, Session::dial(a, b.device(), terms, now), Vec::new());
    let mut other = (b, Session::answer(a.device(), terms, now), Vec::new());
    loop {
        now += Duration::from_secs(1);
        for (_, session, said) in [&mut one, &mut other] {
            said.extend(session.take_output());
            session.tick(now);
        }
        if one.2.is_empty() && other.2.is_empty() {
            break;
        }
        for (from, to) in [(&mut one.2, (other.0, &mut other.1)), (&mut other.2, (one.0, &mut one.1))] {
            let piece: Vec<u8> = from.drain(..from.len().min(PIECE)).collect();
            to.1.receive(to.0, &piece, now);
        }
    }
    let ends = (one.1.ended(), other.1.ended());
    assert!(a.vector() == b.vector(), "they differ: {ends:?}");
    assert!(one.1.up_to_date() && other.1.up_to_date(), "{ends:?}");
    (one.1.traffic(), other.1.traffic())
}

/// More than one frame tells of.
const MANY: u32 = 12_000;

#[test]
fn devices_with_more_logs_than_a_frame_tells_of_meet() {
    let (ann, bob, cid) = (Beginnings::new(1), Beginnings::new(2), Beginnings::new(3));
    ann.begin(7, 0..MANY);
    ann.begin(1, 0..3);
    bob.begin(2, 0..4);
    let (a, b) = meet(&ann, &bob);
    assert_eq!((a.sent, b.received), (u64::from(MANY) + 3, u64::from(MANY) + 3));
    assert_eq!(a.received, 4);

    // Nothing differs: a hello.
    let (a, _) = meet(&ann, &bob);
    assert!(a.bytes < 1_024, "{} bytes", a.bytes);

    // One commit differs on each side: that is all that is sent.
    ann.begin(1, 3..4);
    bob.begin(2, 4..5);
    let (a, b) = meet(&bob, &ann);
    assert_eq!((a.sent, b.sent), (1, 1));

    // Each has taken up what the other has from a third, and more.
    cid.begin(3, 0..2);
    meet(&cid, &ann);
    bob.begin(7, MANY..MANY + 6_000);
    let (a, b) = meet(&bob, &cid);
    assert_eq!((b.received, a.received), (6_000, 2));
}

#[test]
fn what_comes_while_both_are_connected_is_told_in_parts() {
    let (ann, bob) = (Beginnings::new(1), Beginnings::new(2));
    ann.begin(1, 0..1);
    let mut line = Line::connect(&ann, &bob);
    line.run(usize::MAX);
    // Both hear of the same from somebody else.
    for both in [&ann, &bob] {
        both.begin(7, 0..MANY);
    }
    line.changed();
    line.run(usize::MAX);
    ann.begin(1, 1..2);
    line.changed();
    line.run(usize::MAX);
    let (a, b) = line.cut();
    assert!(ann.vector() == bob.vector() && a.up_to_date && b.up_to_date);
    assert_eq!((a.traffic.received, b.traffic.received), (0, 2));
}
