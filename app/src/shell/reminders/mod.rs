//! Reminders of meetings while the app runs (spec §4): in the window and as notifications of the system. Each is told once;
//! what fell due while the app was closed is told when it opens.

mod notices;
mod strip;

use chrono::{DateTime, TimeDelta, Utc};
use eframe::egui;
use satchel_core::{
    DocId, Records, Workspace,
    environment::Environment,
    query::agenda::{self, Entry, Times},
};
use serde::{Deserialize, Serialize};

pub use self::notices::Notices;
use super::engine::{Engine, Pending, Task};
use crate::views::format;

/// How a person wants to be reminded on this device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Wanted {
    pub reminders: bool,
    /// Also outside the window.
    pub notices: bool,
}

impl Default for Wanted {
    fn default() -> Wanted {
        Wanted { reminders: true, notices: true }
    }
}

/// One meeting that somebody is to be reminded of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Due {
    id: DocId,
    of: Option<(DocId, i64)>,
    title: String,
    location: String,
    start: DateTime<Utc>,
    all_day: bool,
}

/// What the device keeps.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Kept {
    wanted: Wanted,
    /// Everything up to then was told.
    told: Option<DateTime<Utc>>,
    snoozed: Vec<(DateTime<Utc>, Due)>,
}

pub struct Reminders {
    kept: Kept,
    notices: Notices,
    user: DocId,
    /// What the window shows, the earliest first.
    shown: Vec<Due>,
    pending: Option<Pending<Found>>,
    /// What is kept says so much of what was told.
    written: Option<DateTime<Utc>>,
    /// At which revision it was looked last, and what meetings there were.
    asked: (Option<u64>, Meetings),
    /// When there is something to look for again.
    next: DateTime<Utc>,
}

/// How many there are, and when the last one arrived: tells whether they are others.
type Meetings = (usize, u64);

struct Found {
    due: Vec<Due>,
    upto: DateTime<Utc>,
    next: Option<DateTime<Utc>>,
}

/// The setting of the device.
pub const SETTING: &str = "reminders";
/// It is looked ahead so far, and back after the app was closed.
const AHEAD: TimeDelta = TimeDelta::hours(6);
const BACK: TimeDelta = TimeDelta::days(7);
/// How exactly the device remembers what was told when nothing was.
const REMEMBERED: TimeDelta = TimeDelta::minutes(15);
pub const SNOOZE: TimeDelta = TimeDelta::minutes(5);

impl Reminders {
    pub fn load(workspace: &Workspace, notices: Notices) -> Reminders {
        let stored = workspace.setting(SETTING).and_then(|text| serde_json::from_slice(&text).ok());
        let mut kept: Kept = stored.unwrap_or_default();
        let now = workspace.environment().now();
        let written = kept.told;
        kept.told = Some(kept.told.unwrap_or(now).clamp(now - BACK, now));
        let user = workspace.user();
        Reminders { kept, notices, user, shown: Vec::new(), pending: None, written, asked: (None, (0, 0)), next: now }
    }

    pub fn wanted(&self) -> Wanted {
        self.kept.wanted
    }

    /// What keeps it on this device.
    pub fn want(&mut self, wanted: Wanted) -> Task {
        self.kept.wanted = wanted;
        if !wanted.reminders {
            self.shown.clear();
        }
        self.keep()
    }

    fn keep(&self) -> Task {
        Task::Keep(SETTING.to_owned(), serde_json::to_vec(&self.kept).unwrap_or_default())
    }

    /// Looks for what is due; also while the window is hidden.
    pub fn turn<S: Default + Send + 'static>(&mut self, ctx: &egui::Context, engine: &Engine<S>) {
        let workspace = engine.workspace();
        let environment = workspace.environment().clone();
        let now = environment.now();
        let others = self.are_others(&workspace.records());
        self.take(&environment, engine);
        self.wake(now, &environment, engine);
        if self.pending.is_none() && (others || now >= self.next) {
            let (after, user, zone) = (self.kept.told.unwrap_or(now), self.user, environment.zone());
            let (pending, job) = Pending::of(move |workspace, _| {
                let records = workspace.records();
                let found = agenda::reminders(&records, user, after, now, &zone);
                let ahead = agenda::reminders(&records, user, now, now + AHEAD, &zone);
                Found {
                    due: found.into_iter().map(|(_, entry)| Due::of(entry, &zone)).collect(),
                    upto: now,
                    next: ahead.first().map(|(at, _)| *at),
                }
            });
            engine.background(job);
            self.pending = Some(pending);
            self.take(&environment, engine);
        }
        let snoozed = self.kept.snoozed.iter().map(|(at, _)| *at).min();
        let wait = snoozed.map_or(self.next, |at| at.min(self.next)) - now;
        if let Ok(wait) = wait.max(TimeDelta::milliseconds(100)).to_std() {
            ctx.request_repaint_after(wait);
        }
    }

    /// Whether the meetings are others than when it was asked last.
    fn are_others(&mut self, records: &Records) -> bool {
        if self.pending.is_some() || self.asked.0 == Some(records.revision) {
            return false;
        }
        let arrival = records.meetings.values().map(|m| m.meta.arrival).max();
        let now = (records.meetings.len(), arrival.unwrap_or(0));
        let first = self.asked.0.is_none();
        let before = std::mem::replace(&mut self.asked, (Some(records.revision), now));
        first || before.1 != now
    }

    /// Takes what was found.
    fn take<S: Default + Send + 'static>(&mut self, environment: &Environment, engine: &Engine<S>) {
        let Some(found) = self.pending.as_ref().and_then(Pending::take) else { return };
        self.pending = None;
        self.next = found.next.unwrap_or(found.upto + AHEAD);
        self.kept.told = Some(found.upto);
        let is_old = self.written.is_none_or(|written| found.upto - written >= REMEMBERED);
        if is_old || !found.due.is_empty() {
            self.written = Some(found.upto);
            self.tell(found.due, environment);
            engine.ask(self.keep(), S::default());
        }
    }

    /// Tells again what was put off.
    fn wake<S: Default + Send + 'static>(&mut self, now: DateTime<Utc>, environment: &Environment, engine: &Engine<S>) {
        let due: Vec<Due> = self.kept.snoozed.extract_if(.., |(at, _)| *at <= now).map(|(_, due)| due).collect();
        if !due.is_empty() {
            self.tell(due, environment);
            engine.ask(self.keep(), S::default());
        }
    }

    fn tell(&mut self, due: Vec<Due>, environment: &Environment) {
        if !self.kept.wanted.reminders {
            return;
        }
        for due in due {
            if self.kept.wanted.notices {
                self.notices.show(&due.title, &due.line(environment));
            }
            self.shown.retain(|shown| (shown.id, shown.of) != (due.id, due.of));
            self.shown.push(due);
        }
        self.shown.sort_by_key(|due| (due.start, due.id));
    }
}

impl Due {
    fn of(entry: Entry, zone: &satchel_core::environment::Zone) -> Due {
        let (start, all_day) = match entry.times {
            Times::Days { first, .. } => (zone.moment(first.and_time(chrono::NaiveTime::MIN)), true),
            Times::Hours(moments) => (moments.start, false),
        };
        Due { id: entry.id, of: entry.of, title: entry.title, location: entry.location, start, all_day }
    }

    /// `today 14:00 · Room 3`
    fn line(&self, environment: &Environment) -> String {
        let when = match self.all_day {
            true => format::near_day(environment.day(self.start), environment.today()),
            false => format::moment(self.start, environment),
        };
        if self.location.is_empty() { when } else { format!("{when} · {}", self.location) }
    }
}
