//! What the page shows, worked out once for a question and a revision: activities under the heads of their groups, among
//! them the meetings and calls of today.

use std::collections::{BTreeSet, HashSet};

use satchel_core::{
    DocId, Records, Value,
    query::{
        Group, ListQuery,
        agenda::{Agenda, Entry, Source},
    },
};
use tr::tr;

use crate::views::groups;

pub enum Line {
    Head(Head),
    /// A meeting or a call.
    Event(Box<Entry>),
    Activity(DocId),
}

pub struct Head {
    pub title: String,
    pub depth: usize,
    /// `overdue`, `today`, `planned`, where activities are grouped by it.
    pub state: String,
    /// Its activities.
    pub ids: Vec<DocId>,
    /// How many lines are under it.
    pub count: usize,
}

#[derive(Default)]
pub struct Lines {
    pub lines: Vec<Line>,
    /// How many activities there are.
    pub count: usize,
}

impl Lines {
    /// `agenda` is asked for meetings and calls.
    pub fn of(records: &Records, query: &ListQuery, agenda: Option<&Agenda>) -> Lines {
        let mut lines = Vec::new();
        let events = agenda.map(|agenda| agenda.entries(records)).unwrap_or_default();
        let mut events: Vec<Entry> = events.into_iter().filter(|e| !e.is_done).collect();
        events.dedup_by_key(|e| (e.id, e.of));
        let (ids, mut found) = query.arranged(records);
        // What was done last comes first.
        if query.group_by.first().is_some_and(|by| by.field.name == "done") {
            found.reverse();
        }
        let count = ids.iter().collect::<HashSet<_>>().len();
        match found.is_empty() {
            true => lines.extend(ids.into_iter().map(Line::Activity)),
            false => grouped(records, query, found, 0, &mut lines),
        }
        if !events.is_empty() {
            let title = tr!("Meetings and calls today");
            let head = Head { title, depth: 0, state: String::new(), ids: Vec::new(), count: events.len() };
            // Behind what is overdue.
            let ahead = |line: &Line| matches!(line, Line::Head(head) if head.state != "overdue");
            let at = lines.iter().position(ahead).unwrap_or(lines.len());
            let events = events.into_iter().map(|e| Line::Event(Box::new(e)));
            lines.splice(at..at, [Line::Head(head)].into_iter().chain(events));
        }
        Lines { lines, count }
    }

    /// The activities in their order.
    pub fn ids(&self) -> impl Iterator<Item = DocId> + '_ {
        self.lines.iter().filter_map(|line| match line {
            Line::Activity(id) => Some(*id),
            _ => None,
        })
    }
}

fn grouped(records: &Records, query: &ListQuery, found: Vec<Group>, depth: usize, lines: &mut Vec<Line>) {
    let by = &query.group_by[depth];
    for group in found {
        let state = match &group.value {
            Value::Text(state) if by.field.name == "state" => state.clone(),
            _ => String::new(),
        };
        let title = groups::title(records, by, &group.value, group.title.as_deref());
        let count = group.ids.len();
        lines.push(Line::Head(Head { title, depth, state, ids: group.ids.clone(), count }));
        match group.groups.is_empty() {
            true => lines.extend(group.ids.into_iter().map(Line::Activity)),
            false => grouped(records, query, group.groups, depth + 1, lines),
        }
    }
}

/// Today's meetings and calls of these people; nothing means everybody's.
pub fn today(records: &Records, asker: &satchel_core::query::Asker, people: Option<BTreeSet<DocId>>) -> Agenda {
    let tomorrow = asker.today.succ_opt().unwrap_or(asker.today);
    let mut agenda = Agenda::new(asker.today, tomorrow, asker.zone.clone());
    agenda.people = people;
    agenda.hidden =
        Source::all(records).into_iter().filter(|s| matches!(s, Source::Activities | Source::Closings)).collect();
    agenda
}
