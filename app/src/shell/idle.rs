//! Locking a workspace that is under a passphrase: after a while without a hand on it, or at once.

use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use eframe::egui::{self, Event};

use satchel_core::{Passphrase, environment::Environment};

/// The setting of this device: minutes, or `never`.
pub const LOCK_AFTER: &str = "lock_after";
/// What is offered, in minutes; nothing is never.
pub const CHOICES: [Option<u64>; 4] = [Some(5), Some(15), Some(60), None];
const DEFAULT: Option<u64> = Some(15);
/// It is looked so often, since what wakes the program does not count while the laptop sleeps.
pub const LOOK: Duration = Duration::from_secs(20);
/// A field that loses the focus is saved in the next frame, and known to be in the one after it.
pub const FRAMES: u8 = 3;

/// Why an open workspace is closed.
#[derive(Clone, Debug)]
pub enum Leave {
    Lock,
    /// It is written anew: under the one it is under now, under another one, or none.
    Protect {
        now: Option<Passphrase>,
        with: Option<Passphrase>,
    },
}

/// The minutes that a setting says.
pub fn minutes(setting: Option<Vec<u8>>) -> Option<u64> {
    match setting.as_deref().map(std::str::from_utf8) {
        Some(Ok("never")) => None,
        Some(Ok(text)) => text.parse().ok().filter(|n| *n > 0).or(DEFAULT),
        _ => DEFAULT,
    }
}

/// As it is kept.
pub fn stored(minutes: Option<u64>) -> Vec<u8> {
    minutes.map_or_else(|| "never".to_owned(), |n| n.to_string()).into_bytes()
}

/// A moment by both clocks: the one that runs with the program stands while the laptop sleeps, the wall's may be set.
#[derive(Clone, Copy)]
pub struct Moment {
    pub running: Instant,
    pub wall: DateTime<Utc>,
}

impl Moment {
    pub fn now(environment: &Environment) -> Moment {
        Moment { running: Instant::now(), wall: environment.now() }
    }

    /// By the clock that says more.
    fn since(self, before: Moment) -> Duration {
        let wall = (self.wall - before.wall).to_std().unwrap_or_default();
        wall.max(self.running.saturating_duration_since(before.running))
    }
}

/// Since when nobody has touched keys or pointer.
#[derive(Default)]
pub struct Idle {
    since: Option<Moment>,
    /// How many frames what is typed was given to save itself, once it was time.
    pub given: u8,
}

impl Idle {
    /// How long until it is time: nothing left, it is. It is never if it is not wanted.
    pub fn left(&mut self, now: Moment, after: Option<u64>) -> Option<Duration> {
        let idle = now.since(*self.since.get_or_insert(now));
        after.map(|minutes| Duration::from_secs(minutes.saturating_mul(60)).saturating_sub(idle))
    }

    /// In a frame's events: whether somebody is there. Who comes when it is time already comes too late.
    pub fn look(&mut self, ctx: &egui::Context, now: Moment, after: Option<u64>) {
        if ctx.input(|i| i.events.iter().any(is_of_a_person)) && self.left(now, after) != Some(Duration::ZERO) {
            self.since = Some(now);
        }
    }
}

fn is_of_a_person(event: &Event) -> bool {
    !matches!(event, Event::WindowFocused(_))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_that_says_more_counts() {
        let (running, wall) = (Instant::now(), DateTime::UNIX_EPOCH);
        let at = |ran: u64, went: i64| Moment {
            running: running + Duration::from_secs(ran),
            wall: wall + chrono::TimeDelta::seconds(went),
        };
        let left = |ran, went| {
            let mut idle = Idle::default();
            idle.left(at(0, 0), Some(5));
            idle.left(at(ran, went), Some(5)).unwrap().as_secs()
        };
        assert_eq!(left(100, 100), 200);
        assert_eq!(left(1, 3_600), 0, "the laptop slept");
        assert_eq!(left(100, -86_400), 200, "the clock was put back");
        assert_eq!(left(300, -86_400), 0);
        assert_eq!(Idle::default().left(at(0, 0), None), None);
    }
}
