//! What is in sight, worked out once for a revision, a span of days and what is switched off: who stands beside whom.

use chrono::{NaiveDate, NaiveDateTime, TimeDelta, Timelike};
use satchel_core::{
    DocId, Records,
    query::agenda::{Agenda, Entry, Source, colour_of},
};
use tr::tr;

use super::{
    place::Place,
    span::{Mode, later},
};
use crate::{
    design::{Icon, icons},
    locale::Locale,
    views::{board::face::activity_icon, format},
};

#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    pub revision: u64,
    pub agenda: Agenda,
    pub mode: Mode,
    /// Only what has these words.
    pub words: String,
    pub locale: Locale,
    /// Who looks.
    pub user: DocId,
}

/// What tells one from another: the record, and of a series which one of it.
pub type Key = (DocId, Option<i64>);

pub struct Item {
    pub entry: Entry,
    pub key: Key,
    pub colour: Option<u64>,
    pub place: Place,
    pub title: String,
    /// When, where and with whom, as far as there is room.
    pub lines: Vec<String>,
    /// What people who do not see it hear.
    pub name: String,
    pub icon: Option<Icon>,
}

impl Item {
    /// Whether it may last longer or shorter.
    pub fn has_length(&self) -> bool {
        matches!(self.entry.source, Source::Meetings | Source::Events(_))
            || self.entry.source == Source::Calls && !self.place.is_all_day()
    }

    pub fn is_meeting(&self) -> bool {
        matches!(self.entry.source, Source::Meetings | Source::Events(_))
    }
}

/// Over the days of a week, in a lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bar {
    pub item: usize,
    pub lane: usize,
    /// Days from the week's first.
    pub first: usize,
    pub last: usize,
    /// Whether it begins and ends in this week.
    pub begins: bool,
    pub ends: bool,
}

/// Among the hours of a day, beside others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    pub item: usize,
    /// Minutes from midnight.
    pub top: i64,
    pub bottom: i64,
    pub column: usize,
    pub columns: usize,
    /// Over so many columns, where the others are free.
    pub wide: usize,
}

pub struct Week {
    pub first: NaiveDate,
    pub days: usize,
    pub bars: Vec<Bar>,
    pub lanes: usize,
    /// Of each day; nothing in a month.
    pub blocks: Vec<Vec<Block>>,
}

pub struct Shown {
    pub from: NaiveDate,
    pub items: Vec<Item>,
    pub weeks: Vec<Week>,
    /// What touches each day, in order.
    pub days: Vec<Vec<usize>>,
}

impl Shown {
    pub fn of(records: &Records, question: &Question) -> Shown {
        let words = satchel_core::query::fold(question.words.trim());
        let words: Vec<&str> = words.split_whitespace().collect();
        let mut items: Vec<Item> =
            question.agenda.entries(records).into_iter().map(|entry| item(records, question, entry)).collect();
        if !words.is_empty() {
            items.retain(|item| {
                let text = satchel_core::query::fold(&format!("{} {}", item.name, item.lines.join(" ")));
                words.iter().all(|word| text.contains(word))
            });
        }
        let (from, to) = (question.agenda.from, question.agenda.to);
        let count = (to - from).num_days().max(0) as usize;
        let mut days = vec![Vec::new(); count];
        for (at, item) in items.iter().enumerate() {
            let first = (item.place.first() - from).num_days().max(0) as usize;
            let last = (item.place.last() - from).num_days().clamp(-1, count as i64 - 1);
            for day in days.iter_mut().take((last + 1) as usize).skip(first) {
                day.push(at);
            }
        }
        let is_month = question.mode == Mode::Month;
        let weeks = match question.mode {
            Mode::Agenda => Vec::new(),
            Mode::Day => vec![week(&items, from, 1, false)],
            _ => (0..count / 7).map(|at| week(&items, later(from, 7 * at as i64), 7, is_month)).collect(),
        };
        Shown { from, items, weeks, days }
    }

    pub fn nothing(from: NaiveDate) -> Shown {
        Shown { from, items: Vec::new(), weeks: Vec::new(), days: Vec::new() }
    }

    pub fn of_day(&self, day: NaiveDate) -> &[usize] {
        let at = usize::try_from((day - self.from).num_days()).ok();
        at.and_then(|at| self.days.get(at)).map_or(&[], Vec::as_slice)
    }

    pub fn find(&self, key: Key) -> Option<&Item> {
        self.items.iter().find(|item| item.key == key)
    }
}

fn item(records: &Records, question: &Question, entry: Entry) -> Item {
    let zone = &question.agenda.zone;
    let place = Place::of(entry.times, zone);
    let title = match records.activity(entry.id) {
        Some((_, activity)) => format::activity(records, activity),
        None if entry.title.trim().is_empty() => tr!("(No title)"),
        None => entry.title.clone(),
    };
    let person = entry.person.filter(|person| *person != question.user).map(|person| records.name(person));
    let person = person.filter(|name| !name.is_empty());
    let mut lines = Vec::new();
    if !place.is_all_day() {
        lines.push(place.words());
    }
    if let Some(there) = elsewhere(&entry, question) {
        lines.push(there);
    }
    if !entry.location.is_empty() {
        lines.push(entry.location.clone());
    }
    let with = with_whom(records, question, &entry);
    lines.extend(with);
    if !entry.title.is_empty() && entry.source != Source::Closings {
        lines.extend(entry.record.map(|id| records.name(id).to_owned()).filter(|name| *name != entry.title));
    }
    lines.extend(person.map(str::to_owned));
    let what = match entry.source {
        Source::Closings => tr!("{title}, expected closing", title),
        Source::Calls => tr!("{title}, call", title),
        Source::Activities => tr!("{title}, activity", title),
        _ => title.clone(),
    };
    let owner = entry.person.map(|person| records.name(person)).filter(|name| !name.is_empty());
    let name = match owner {
        Some(owner) => format!("{what}, {}, {owner}", place.full_words()),
        None => format!("{what}, {}", place.full_words()),
    };
    let icon = match entry.source {
        _ if entry.is_done => Some(icons::CHECK),
        Source::Closings => Some(icons::CLOSING),
        Source::Calls => Some(icons::CALL),
        Source::Activities => {
            Some(records.activity(entry.id).map_or(icons::TODO, |(_, activity)| activity_icon(records, activity.kind)))
        }
        Source::Events(_) => Some(icons::OWN_KIND),
        Source::Meetings => None,
    };
    let colour = entry.person.map(|person| colour_of(records, person) as u64);
    Item { key: (entry.id, entry.of.map(|(_, offset)| offset)), colour, place, title, lines, name, icon, entry }
}

/// `16:00 – 17:00 in Asia/Seoul`, of a meeting that is told by clocks elsewhere.
fn elsewhere(entry: &Entry, question: &Question) -> Option<String> {
    let when = entry.when?;
    let zone = when.zone().filter(|zone| *zone != question.agenda.zone.name())?;
    let wall = (question.agenda.zone.wall(when.moments(&question.agenda.zone).start), when.start());
    (wall.0 != wall.1).then(|| {
        let time = Place::Hours { start: when.start(), stop: when.stop() }.words();
        tr!("{time} in {zone}", time, zone = zone_name(zone.name()))
    })
}

/// `Buenos Aires` of `America/Argentina/Buenos_Aires`.
pub fn zone_name(zone: &str) -> String {
    zone.rsplit('/').next().unwrap_or(zone).replace('_', " ")
}

/// `With Donna Reyes`, `With Donna Reyes, 2 more`
fn with_whom(records: &Records, question: &Question, entry: &Entry) -> Option<String> {
    let meeting = records.meetings.get(&entry.id)?;
    let colleagues = meeting.users.iter().filter(|user| **user != question.user && Some(**user) != entry.person);
    let all: Vec<DocId> = meeting.contacts.iter().map(|c| records.head(*c)).chain(colleagues.copied()).collect();
    let name = records.name(*all.first()?).to_owned();
    Some(match all.len() - 1 {
        0 => tr!("With {}", name),
        more => tr!("With {name}, {more} more", name, more),
    })
}

/// Lays out what touches these days. In a month everything is a bar.
fn week(items: &[Item], first: NaiveDate, days: usize, is_month: bool) -> Week {
    let last = later(first, days as i64 - 1);
    let touches = |item: &&(usize, &Item)| item.1.place.first() <= last && item.1.place.last() >= first;
    let here: Vec<(usize, &Item)> = items.iter().enumerate().filter(|i| touches(&i)).collect();
    let is_bar = |item: &Item| is_month || item.place.is_bar();
    let mut bars: Vec<(usize, &Item)> = here.iter().copied().filter(|(_, item)| is_bar(item)).collect();
    bars.sort_by_key(|(at, item)| {
        let begins = item.place.first().max(first);
        let ends = item.place.last().min(last);
        (begins, !item.place.is_bar(), std::cmp::Reverse(ends), *at)
    });
    let mut free: Vec<usize> = Vec::new();
    let mut laid = Vec::with_capacity(bars.len());
    for (at, item) in bars {
        let from = (item.place.first() - first).num_days().max(0) as usize;
        let to = (item.place.last() - first).num_days().clamp(0, days as i64 - 1) as usize;
        let lane = free.iter().position(|end| *end <= from).unwrap_or(free.len());
        if lane == free.len() {
            free.push(0);
        }
        free[lane] = to + 1;
        let (begins, ends) = (item.place.first() >= first, item.place.last() <= last);
        laid.push(Bar { item: at, lane, first: from, last: to, begins, ends });
    }
    let blocks = match is_month {
        true => Vec::new(),
        false => (0..days).map(|at| day(&here, later(first, at as i64))).collect(),
    };
    Week { first, days, bars: laid, lanes: free.len(), blocks }
}

/// The shortest that something is drawn, in minutes.
const SHORTEST: i64 = 20;

/// Side by side what happens at the same time.
fn day(here: &[(usize, &Item)], day: NaiveDate) -> Vec<Block> {
    let midnight = day.and_time(chrono::NaiveTime::MIN);
    let end = midnight + TimeDelta::days(1);
    let minutes = |time: NaiveDateTime| (time.clamp(midnight, end) - midnight).num_minutes();
    let mut blocks: Vec<Block> = here
        .iter()
        .filter_map(|(at, item)| match item.place {
            Place::Hours { start, stop }
                if !item.place.is_bar() && start < end && (stop > midnight || start >= midnight) =>
            {
                let top = minutes(start);
                let bottom = minutes(stop).max(top + SHORTEST).min(24 * 60);
                let top = top.min(24 * 60 - SHORTEST);
                Some(Block { item: *at, top, bottom, column: 0, columns: 1, wide: 1 })
            }
            _ => None,
        })
        .collect();
    blocks.sort_by_key(|block| (block.top, std::cmp::Reverse(block.bottom), block.item));
    let mut begun = 0;
    while begun < blocks.len() {
        let mut until = blocks[begun].bottom;
        let mut end = begun + 1;
        while end < blocks.len() && blocks[end].top < until {
            until = until.max(blocks[end].bottom);
            end += 1;
        }
        beside(&mut blocks[begun..end]);
        begun = end;
    }
    blocks
}

/// Gives blocks that hang together columns, and those that can more than one.
fn beside(cluster: &mut [Block]) {
    let mut free: Vec<i64> = Vec::new();
    for block in cluster.iter_mut() {
        let column = free.iter().position(|end| *end <= block.top).unwrap_or(free.len());
        if column == free.len() {
            free.push(0);
        }
        free[column] = block.bottom;
        block.column = column;
    }
    for at in 0..cluster.len() {
        let block = cluster[at];
        let meets = |other: &&Block| other.top < block.bottom && block.top < other.bottom;
        let next = cluster.iter().filter(meets).map(|o| o.column).filter(|column| *column > block.column).min();
        cluster[at].columns = free.len();
        cluster[at].wide = next.unwrap_or(free.len()) - block.column;
    }
}

/// Minutes from midnight.
pub fn minutes_of(time: NaiveDateTime) -> i64 {
    i64::from(time.num_seconds_from_midnight() / 60)
}
