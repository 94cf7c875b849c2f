use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};

use super::ALL;
use crate::{
    query::{
        Asker, GroupBy, Item,
        dashboard::Moments,
        fold,
        index::{Doing, NONE, Place, Row},
    },
    record::Records,
    value::Value,
};

/// What a row or a column has in common.
#[derive(Clone, Debug, PartialEq)]
pub struct Head {
    /// Of a date its period's first day; Null where the field is empty.
    pub value: Value,
    /// The value in words; nothing where the field is empty.
    pub title: Option<String>,
}

/// Numbers for the values that records are grouped by, so that no record needs a text of its own.
pub(super) struct Axis {
    by: Option<GroupBy>,
    told: Told,
    values: Vec<Value>,
    numbers: HashMap<Value, u32>,
    /// Numbers of people, teams, customers, stages, by slot.
    by_slot: Vec<u32>,
    by_day: HashMap<NaiveDate, u32>,
    /// Periods on the asker's wall with their numbers, in order: the calendar is asked once for each, not for every moment.
    by_moment: Vec<(Moments, u32)>,
    /// Texts as they are written, folded once.
    by_text: HashMap<String, u32>,
    /// The last value and its number: what lies together is often alike.
    last: Option<(Value, u32)>,
    /// The number of no value.
    empty: u32,
}

/// Where in a row the group is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Told {
    User,
    Team,
    Customer,
    Stage,
    Deadline,
    Closed,
    /// Of activities: its type, who did it and when.
    Type,
    DoneBy,
    Done,
    /// Nowhere so directly.
    Not,
}

/// Of more periods than this between the first and the last the empty ones are left out.
const MOST_PERIODS: usize = 400;

impl Axis {
    pub fn new(records: &Records, by: Option<&GroupBy>) -> Axis {
        let told = match by.map(|by| &*by.field.name) {
            Some("user") => Told::User,
            Some("team") => Told::Team,
            Some("partner") => Told::Customer,
            Some("stage") => Told::Stage,
            Some("date_deadline") => Told::Deadline,
            Some("date_closed") => Told::Closed,
            Some("type") => Told::Type,
            Some("done_by") => Told::DoneBy,
            Some("done") => Told::Done,
            _ => Told::Not,
        };
        let slots = match told {
            Told::User | Told::DoneBy => records.index.users.len(),
            Told::Type => records.index.types.len(),
            Told::Team => records.index.teams.len(),
            Told::Customer => records.index.contacts.len(),
            Told::Stage => records.index.stages.len(),
            _ => 0,
        };
        Axis {
            by: by.cloned(),
            told,
            values: Vec::new(),
            numbers: HashMap::new(),
            by_slot: vec![ALL; slots],
            by_day: HashMap::new(),
            by_moment: Vec::new(),
            by_text: HashMap::new(),
            last: None,
            empty: ALL,
        }
    }

    /// The groups of an opportunity by its row; none on an axis without groups.
    pub fn of_row(&mut self, records: &Records, place: &Place, row: &Row, asker: &Asker, out: &mut Vec<u32>) {
        let index = &records.index;
        match self.told {
            Told::User => out.push(self.of_slot(row.user, |slot| Value::Ref(index.users.id(slot)))),
            Told::Team => out.push(self.of_slot(row.team, |slot| Value::Ref(index.teams.id(slot)))),
            Told::Customer => out.push(self.of_slot(row.partner, |slot| Value::Ref(index.contacts.id(slot)))),
            Told::Stage => out.push(self.of_slot(row.stage, |slot| {
                let stage = index.stages.id(slot);
                Value::Ref(records.stage_now(stage).map_or(stage, |s| s.id))
            })),
            Told::Deadline => out.push(self.of_day(row.date_deadline)),
            Told::Closed => out.push(self.of_time(row.date_closed, asker)),
            Told::Type | Told::DoneBy | Told::Done | Told::Not => {
                let Some(by) = self.by.take() else { return };
                for value in by.of_row(records, place, row, asker) {
                    out.push(self.number(value));
                }
                self.by = Some(by);
            }
        }
    }

    pub fn of_item(&mut self, records: &Records, item: Item, asker: &Asker, out: &mut Vec<u32>) {
        let Some(by) = self.by.take() else { return };
        match by.field.value(records, item, asker.today) {
            Value::Time(time) => {
                self.by = Some(by);
                return out.push(self.of_time(Some(time), asker));
            }
            value => by.parts(value, asker).for_each(|value| out.push(self.number(value))),
        }
        self.by = Some(by);
    }

    /// The group of an activity by what the index keeps of it; none on an axis without groups.
    pub fn of_doing(&mut self, records: &Records, doing: &Doing, asker: &Asker, out: &mut Vec<u32>) {
        let index = &records.index;
        match self.told {
            Told::User => out.push(self.of_slot(doing.user, |slot| Value::Ref(index.users.id(slot)))),
            Told::DoneBy => out.push(self.of_slot(doing.done_by, |slot| Value::Ref(index.users.id(slot)))),
            Told::Type => out.push(
                self.of_slot(doing.kind, |slot| Value::Text(records.activity_type(index.types.id(slot)).name.clone())),
            ),
            Told::Done => out.push(self.of_time(doing.done, asker)),
            Told::Deadline => out.push(self.of_day(Some(doing.deadline))),
            _ if self.by.is_some() => out.push(self.none()),
            _ => {}
        }
    }

    fn of_time(&mut self, time: Option<DateTime<Utc>>, asker: &Asker) -> u32 {
        let Some(time) = time else { return self.none() };
        let next = self.by_moment.partition_point(|(moments, _)| moments.start <= time);
        if let Some((moments, number)) = next.checked_sub(1).and_then(|at| self.by_moment.get(at))
            && moments.has(time)
        {
            return *number;
        }
        let day = asker.zone.day(time);
        let number = self.of_day(Some(day));
        if let Some(by) = &self.by {
            let moments = Moments::of(asker, by.period, by.period.start(day));
            if moments.has(time) {
                self.by_moment.insert(next, (moments, number));
            }
        }
        number
    }

    fn of_slot(&mut self, slot: u32, value: impl Fn(u32) -> Value) -> u32 {
        if slot == NONE {
            return self.none();
        }
        let known = self.by_slot[slot as usize];
        if known != ALL {
            return known;
        }
        let number = self.number(value(slot));
        self.by_slot[slot as usize] = number;
        number
    }

    fn of_day(&mut self, day: Option<NaiveDate>) -> u32 {
        let Some(day) = day else { return self.none() };
        let first = self.by.as_ref().map_or(day, |by| by.period.start(day));
        if let Some(known) = self.by_day.get(&first) {
            return *known;
        }
        let number = self.number(Value::Date(first));
        self.by_day.insert(first, number);
        number
    }

    fn none(&mut self) -> u32 {
        if self.empty == ALL {
            self.empty = self.number(Value::Null);
        }
        self.empty
    }

    fn number(&mut self, value: Value) -> u32 {
        if let Some((_, number)) = self.last.as_ref().filter(|(last, _)| *last == value) {
            return *number;
        }
        let number = self.number_of(&value);
        self.last = Some((value, number));
        number
    }

    fn number_of(&mut self, value: &Value) -> u32 {
        // Texts that differ in nothing a filter sees are one group.
        let key = match value {
            Value::Text(text) => {
                if let Some(known) = self.by_text.get(text) {
                    return *known;
                }
                Value::Text(fold(text))
            }
            other => other.clone(),
        };
        let number = *self.numbers.entry(key).or_insert_with(|| {
            self.values.push(value.clone());
            (self.values.len() - 1) as u32
        });
        if let Value::Text(text) = value {
            self.by_text.insert(text.clone(), number);
        }
        number
    }

    /// Takes the values of another axis of the same group: which number each of its numbers is here.
    pub fn learn(&mut self, other: Axis) -> Vec<u32> {
        other.values.into_iter().map(|value| self.number(value)).collect()
    }

    /// The groups with their numbers, in order. Between the first and the last date there is every period.
    pub fn heads(&self, records: &Records) -> Vec<(u32, Head)> {
        let Some(by) = &self.by else { return Vec::new() };
        let mut numbered: Vec<(u32, Value)> = (0u32..).zip(self.values.iter().cloned()).collect();
        let mut days: Vec<NaiveDate> =
            self.values.iter().filter_map(|v| if let Value::Date(day) = v { Some(*day) } else { None }).collect();
        days.sort_unstable();
        if let (Some(first), Some(last)) = (days.first(), days.last()) {
            let next = |day: &NaiveDate| by.period.later(*day, 1).filter(|day| day < last);
            let all: Vec<NaiveDate> = std::iter::successors(Some(*first), next).take(MOST_PERIODS + 1).collect();
            if all.len() <= MOST_PERIODS {
                let missing = all.into_iter().filter(|day| days.binary_search(day).is_err());
                // The number of none: nothing is found under it.
                numbered.extend(missing.map(|day| (ALL - 1, Value::Date(day))));
            }
        }
        numbered.sort_by_cached_key(|(number, value)| (by.order(records, value), *number));
        let head = |(number, value): (u32, Value)| (number, Head { title: by.title(records, &value), value });
        numbered.into_iter().map(head).collect()
    }
}
