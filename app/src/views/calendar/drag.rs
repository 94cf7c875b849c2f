//! What is drawn, moved or made longer under the pointer.

use chrono::{NaiveDate, NaiveDateTime, TimeDelta};

use super::{
    place::{Place, STEP, USUAL},
    shown::Key,
};

/// What the pointer is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Under {
    /// A day and the minutes since its midnight.
    Hour(NaiveDate, i64),
    /// The lane of what lasts all day.
    AllDay(NaiveDate),
    /// A day of a month.
    Day(NaiveDate),
}

impl Under {
    pub fn day(self) -> NaiveDate {
        match self {
            Under::Hour(day, _) | Under::AllDay(day) | Under::Day(day) => day,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    New,
    Move,
    /// The end, the beginning.
    Stop,
    Start,
}

#[derive(Clone, Debug)]
pub struct Drag {
    pub what: What,
    /// Nothing while something new is drawn.
    pub key: Option<Key>,
    /// A meeting may become one of whole days, and back.
    pub turns: bool,
    pub grabbed: Under,
    pub before: Place,
    /// Where it would be dropped.
    pub place: Place,
}

fn at(day: NaiveDate, minutes: i64) -> NaiveDateTime {
    day.and_time(chrono::NaiveTime::MIN) + TimeDelta::minutes(minutes)
}

fn floor(minutes: i64) -> i64 {
    minutes.div_euclid(STEP) * STEP
}

fn nearest(minutes: i64) -> i64 {
    floor(minutes + STEP / 2)
}

impl Drag {
    pub fn new(under: Under) -> Drag {
        let place = match under {
            Under::Hour(day, minutes) => Place::hours(at(day, floor(minutes)), STEP),
            Under::AllDay(day) | Under::Day(day) => Place::Days { first: day, last: day },
        };
        Drag { what: What::New, key: None, turns: true, grabbed: under, before: place, place }
    }

    pub fn of(what: What, key: Key, turns: bool, grabbed: Under, before: Place) -> Drag {
        Drag { what, key: Some(key), turns, grabbed, before, place: before }
    }

    /// The pointer is over this now.
    pub fn turn_to(&mut self, under: Under) {
        let place = match self.what {
            What::New => self.drawn(under),
            What::Move => self.moved(under),
            What::Stop | What::Start => self.stretched(under),
        };
        self.place = place.unwrap_or(self.place);
    }

    fn drawn(&self, under: Under) -> Option<Place> {
        match (self.grabbed, under) {
            (Under::Hour(day, from), Under::Hour(other, to)) => {
                let (one, two) = (at(day, from), at(other, to));
                let (from, to) = if one <= two { ((day, from), (other, to)) } else { ((other, to), (day, from)) };
                let start = at(from.0, floor(from.1));
                let stop = at(to.0, floor(to.1 + STEP - 1)).max(start + TimeDelta::minutes(STEP));
                Some(Place::Hours { start, stop })
            }
            (Under::Hour(..), _) => None,
            (grabbed, under) => {
                let (one, two) = (grabbed.day(), under.day());
                Some(Place::Days { first: one.min(two), last: one.max(two) })
            }
        }
    }

    fn moved(&self, under: Under) -> Option<Place> {
        let days = (under.day() - self.grabbed.day()).num_days();
        match (self.grabbed, under) {
            (Under::Hour(_, from), Under::Hour(_, to)) => {
                let Place::Hours { start, .. } = self.before else { return Some(self.before.moved(days, 0)) };
                let minutes = nearest(super::shown::minutes_of(start) + to - from) - super::shown::minutes_of(start);
                Some(self.before.moved(days, minutes))
            }
            (Under::Hour(..), Under::AllDay(day)) if self.turns => Some(Place::Days { first: day, last: day }),
            (Under::AllDay(_), Under::Hour(day, minutes)) if self.turns && self.before.is_all_day() => {
                Some(Place::hours(at(day, floor(minutes)), USUAL))
            }
            (Under::Hour(..), _) => None,
            _ => Some(self.before.moved(days, 0)),
        }
    }

    fn stretched(&self, under: Under) -> Option<Place> {
        match (self.before, under, self.what) {
            (Place::Hours { start, .. }, Under::Hour(day, minutes), What::Stop) => {
                let stop = at(day, nearest(minutes)).max(start + TimeDelta::minutes(STEP));
                Some(Place::Hours { start, stop })
            }
            (Place::Hours { stop, .. }, Under::Hour(day, minutes), _) => {
                let start = at(day, nearest(minutes)).min(stop - TimeDelta::minutes(STEP));
                Some(Place::Hours { start, stop })
            }
            (Place::Days { first, .. }, under, What::Stop) => Some(Place::Days { first, last: under.day().max(first) }),
            (Place::Days { last, .. }, under, _) => Some(Place::Days { first: under.day().min(last), last }),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, day).unwrap()
    }

    #[test]
    fn what_is_dragged_goes_by_quarters_of_an_hour() {
        let mut new = Drag::new(Under::Hour(day(13), 13 * 60 + 4));
        new.turn_to(Under::Hour(day(13), 14 * 60 + 22));
        assert_eq!(new.place, Place::hours(at(day(13), 13 * 60), 90));
        new.turn_to(Under::Hour(day(13), 12 * 60 + 20));
        assert_eq!(new.place, Place::hours(at(day(13), 12 * 60 + 15), 60), "up as well");
        let before = Place::hours(at(day(12), 9 * 60 + 10), 50);
        let key = (satchel_core::record::ActivityType::CALL, None);
        let mut moved = Drag::of(What::Move, key, true, Under::Hour(day(12), 9 * 60 + 30), before);
        moved.turn_to(Under::Hour(day(13), 10 * 60 + 31));
        assert_eq!(moved.place, Place::hours(at(day(13), 10 * 60 + 15), 50));
        moved.turn_to(Under::AllDay(day(14)));
        assert_eq!(moved.place, Place::Days { first: day(14), last: day(14) });
        let mut longer = Drag::of(What::Stop, key, true, Under::Hour(day(12), 600), before);
        longer.turn_to(Under::Hour(day(12), 8 * 60));
        assert_eq!(longer.place, Place::hours(at(day(12), 9 * 60 + 10), 15), "never before it begins");
    }
}
