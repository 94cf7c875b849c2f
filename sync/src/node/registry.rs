//! What this device knows of the others just now.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    net::SocketAddr,
    time::Duration,
};

use satchel_core::DeviceId;
use tokio::time::Instant;

use crate::protocol::{ENOUGH, Traffic};

/// How long a device that sent something wrong is left alone.
const QUARANTINE: Duration = Duration::from_secs(600);
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// After a session that ended well because the other side would not stay.
const PAUSE_AFTER_PARTING: Duration = Duration::from_secs(20);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

#[derive(Default)]
pub(super) struct Registry {
    sessions: BTreeMap<u64, Open>,
    /// What those carried that the other side dialled and that are over.
    answered: Traffic,
    next_session: u64,
    /// Devices of this workspace that announce themselves on the local network.
    pub announced: HashMap<DeviceId, Vec<SocketAddr>>,
    pauses: HashMap<DeviceId, Pause>,
    quarantined: HashMap<DeviceId, Instant>,
    dialling: HashSet<DeviceId>,
    /// What keeps this device from syncing with anybody.
    pub problem: Option<String>,
}

/// One session that goes on.
#[derive(Clone, Debug)]
pub(super) struct Open {
    pub device: DeviceId,
    pub dialled: bool,
    pub address: Option<SocketAddr>,
    pub trusted: bool,
    pub live: bool,
    /// The start of the peer's node that this session is with.
    pub instance: u64,
    pub up_to_date: bool,
    pub traffic: Traffic,
    /// Another session with the same device goes on in its place.
    pub superseded: bool,
}

/// How dialling a device went, once it is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialled {
    Failed,
    /// Connected, and the connection broke off.
    Lost,
    /// Connected, and parted by agreement.
    Parted,
}

struct Pause {
    failures: u32,
    until: Instant,
}

impl Registry {
    pub fn open(&mut self, device: DeviceId, dialled: bool) -> u64 {
        self.next_session += 1;
        if dialled {
            self.dialling.remove(&device);
        }
        let open = Open {
            device,
            dialled,
            address: None,
            trusted: false,
            live: false,
            instance: 0,
            up_to_date: false,
            traffic: Traffic::default(),
            superseded: false,
        };
        self.sessions.insert(self.next_session, open);
        self.next_session
    }

    pub fn close(&mut self, session: u64) {
        if let Some(closed) = self.sessions.remove(&session).filter(|closed| !closed.dialled) {
            self.answered = self.answered.beside(closed.traffic);
        }
    }

    /// What sessions carried that the other side dialled.
    pub fn answered(&self) -> Traffic {
        let open = self.sessions.values().filter(|open| !open.dialled);
        open.fold(self.answered, |sum, open| sum.beside(open.traffic))
    }

    pub fn session(&mut self, session: u64) -> Option<&mut Open> {
        self.sessions.get_mut(&session)
    }

    pub fn sessions(&self) -> impl Iterator<Item = &Open> {
        self.sessions.values()
    }

    pub fn live_sessions(&self) -> usize {
        self.sessions.values().filter(|s| s.live && !s.superseded).count()
    }

    /// A session of this side's making is about to give or take commits.
    pub fn is_exchanging(&self) -> bool {
        self.sessions.values().any(|s| s.dialled && s.trusted && !s.up_to_date)
    }

    pub fn is_connected(&self, device: DeviceId) -> bool {
        self.sessions.values().any(|s| s.device == device && (s.live || s.dialled) && !s.superseded)
    }

    /// Two live sessions with one device are one too many. With a device that has started anew the newer stays, the older
    /// is a leftover; so does the newer of two that the same side dialled; of two dialled from either side stays the one
    /// dialled by the lower id. Both sides come to the same result.
    pub fn settle_doubles(&mut self, own: DeviceId, device: DeviceId) {
        let keep_dialled = own < device;
        let mut live: Vec<&mut Open> =
            self.sessions.values_mut().filter(|s| s.device == device && s.live && !s.superseded).collect();
        let Some(instance) = live.last().map(|s| s.instance) else { return };
        let same = |s: &Open| s.instance == instance;
        let both_ways = live.iter().any(|s| same(s) && s.dialled) && live.iter().any(|s| same(s) && !s.dialled);
        let stays = live.iter().rposition(|s| same(s) && (!both_ways || s.dialled == keep_dialled));
        for (at, session) in live.iter_mut().enumerate() {
            session.superseded = Some(at) != stays;
        }
    }

    /// Whether the live network may try a device now; if so it counts as being dialled.
    pub fn may_dial(&mut self, device: DeviceId, now: Instant) -> bool {
        let free = !self.is_connected(device)
            && !self.is_quarantined(device, now)
            && self.pauses.get(&device).is_none_or(|p| p.until <= now)
            && self.live_sessions() + self.dialling.len() < ENOUGH;
        free && self.dialling.insert(device)
    }

    /// After failures a device is left alone for longer and longer.
    pub fn dialled(&mut self, device: DeviceId, how: Dialled, now: Instant) {
        self.dialling.remove(&device);
        let failures = if how == Dialled::Failed { self.pauses.get(&device).map_or(0, |p| p.failures) + 1 } else { 0 };
        let pause = match how {
            Dialled::Parted => PAUSE_AFTER_PARTING,
            _ => (FIRST_PAUSE * 2u32.saturating_pow(failures.min(10))).min(LONGEST_PAUSE),
        };
        // Not all at the same moment: up to a quarter more, by the device's id.
        let spread = pause.mul_f32(f32::from(device.0[7]) / 1024.0);
        self.pauses.insert(device, Pause { failures, until: now + pause + spread });
    }

    /// A device announced itself: worth trying at once. True if this is news.
    pub fn announce(&mut self, device: DeviceId, addresses: Vec<SocketAddr>) -> bool {
        if self.announced.get(&device) == Some(&addresses) {
            return false;
        }
        self.announced.insert(device, addresses);
        self.pauses.remove(&device);
        true
    }

    pub fn quarantine(&mut self, device: DeviceId, now: Instant) {
        self.quarantined.insert(device, now + QUARANTINE);
    }

    pub fn is_quarantined(&self, device: DeviceId, now: Instant) -> bool {
        self.quarantined.get(&device).is_some_and(|until| *until > now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn live(registry: &mut Registry, device: DeviceId, dialled: bool) -> u64 {
        let session = registry.open(device, dialled);
        registry.session(session).unwrap().live = true;
        session
    }

    #[test]
    fn what_answered_sessions_carried_is_counted_while_they_go_on_and_after() {
        let mut registry = Registry::default();
        let (dialled, answered) = (registry.open(DeviceId([1; 32]), true), registry.open(DeviceId([1; 32]), false));
        for session in [dialled, answered] {
            registry.session(session).unwrap().traffic = Traffic { received: 3, ..Traffic::default() };
        }
        assert_eq!(registry.answered().received, 3);
        registry.close(dialled);
        registry.close(answered);
        let next = registry.open(DeviceId([2; 32]), false);
        registry.session(next).unwrap().traffic.received = 1;
        assert_eq!(registry.answered().received, 4);
    }

    #[test]
    fn both_sides_keep_the_same_of_two_connections() {
        let (low, high) = (DeviceId([1; 32]), DeviceId([2; 32]));
        let kept = |own: DeviceId, other: DeviceId| {
            let mut registry = Registry::default();
            let (dialled, answered) = (live(&mut registry, other, true), live(&mut registry, other, false));
            registry.settle_doubles(own, other);
            let stays = |r: &mut Registry, s| !r.session(s).unwrap().superseded;
            (stays(&mut registry, dialled), stays(&mut registry, answered))
        };
        assert_eq!(kept(low, high), (true, false));
        assert_eq!(kept(high, low), (false, true));
        let mut registry = Registry::default();
        let (old, new) = (live(&mut registry, high, false), live(&mut registry, high, false));
        registry.settle_doubles(low, high);
        assert!(registry.session(old).unwrap().superseded && !registry.session(new).unwrap().superseded);
        // It was killed and has started anew, while the connection dialled from here is not known to be dead yet.
        let mut registry = Registry::default();
        let (old, new) = (live(&mut registry, high, true), live(&mut registry, high, false));
        registry.session(new).unwrap().instance = 2;
        registry.settle_doubles(low, high);
        assert!(registry.session(old).unwrap().superseded && !registry.session(new).unwrap().superseded);
    }

    #[test]
    fn a_device_that_cannot_be_reached_is_tried_less_and_less_often() {
        let (device, start) = (DeviceId([1; 32]), Instant::now());
        let mut registry = Registry::default();
        let mut now = start;
        for _ in 0..20 {
            assert!(registry.may_dial(device, now));
            assert!(!registry.may_dial(device, now), "not twice at once");
            registry.dialled(device, Dialled::Failed, now);
            assert!(!registry.may_dial(device, now));
            now += LONGEST_PAUSE * 2;
        }
        registry.dialled(device, Dialled::Failed, now);
        assert!(registry.announce(device, vec![]) && !registry.announce(device, vec![]));
        assert!(registry.may_dial(device, now), "an announced device is tried at once");
    }
}
