//! Series with what was changed in their occurrences, within a span of time.

use std::{borrow::Cow, collections::HashMap};

use chrono::{NaiveDateTime, TimeDelta};

use super::Recurrence;
use crate::{
    environment::Zone,
    id::DocId,
    record::{Meeting, Records},
    value::{Moments, When},
};

/// An event as it stands in the calendar.
#[derive(Clone, Debug)]
pub struct Occurrence<'a> {
    /// As it is this time: what was changed in it alone is in it already.
    pub meeting: Cow<'a, Meeting>,
    pub when: When,
    pub moments: Moments,
    /// Of a series: the series, and which one of it it is ([`Meeting::offset`]), as
    /// [`Command::SetOccurrence`](crate::Command::SetOccurrence) takes them.
    pub of: Option<(DocId, i64)>,
}

/// All events, with what was changed in series found by series.
pub struct Calendar<'a> {
    records: &'a Records,
    changes: HashMap<DocId, Vec<&'a Meeting>>,
}

/// Deeper than this nobody splits a series of a series.
const DEEPEST: usize = 64;

impl<'a> Calendar<'a> {
    pub fn new(records: &'a Records) -> Calendar<'a> {
        let mut changes: HashMap<DocId, Vec<&Meeting>> = HashMap::new();
        for meeting in records.meetings.values().filter(|m| !m.meta.deleted && !m.meta.archived) {
            if let Some(series) = meeting.series {
                changes.entry(series).or_default().push(meeting);
            }
        }
        Calendar { records, changes }
    }

    /// What there is between two moments and is wanted, for somebody in this zone; in no particular order.
    pub fn between(&self, span: Moments, viewer: &Zone, wanted: impl Fn(&Meeting) -> bool) -> Vec<Occurrence<'a>> {
        let mut search = Search {
            calendar: self,
            span,
            viewer,
            wanted: &wanted,
            found: Vec::new(),
            from: viewer.wall(span.start),
            to: viewer.wall(span.stop),
        };
        for meeting in self.records.meetings.values() {
            if meeting.series.is_some() || !meeting.is_live() {
                continue;
            }
            let Some(when) = meeting.when else { continue };
            let is_changed = self.changes.contains_key(&meeting.id);
            if meeting.recurrence.is_empty() && !is_changed {
                search.take(Cow::Borrowed(meeting), when, None);
            } else if is_changed || wanted(meeting) {
                search.segment(meeting, None, &[(meeting.id, 0)]);
            }
        }
        search.found
    }

    /// The series a segment of one belongs to, from its beginning.
    pub(crate) fn root(&self, segment: &'a Meeting) -> &'a Meeting {
        let mut root = segment;
        for _ in 0..DEEPEST {
            match root.series.and_then(|s| self.records.meetings.get(&s)) {
                Some(parent) => root = parent,
                None => break,
            }
        }
        root
    }

    /// What was changed in occurrences of one series, and what others made of its later ones; not in the trash.
    pub(crate) fn changes_of(&self, series: DocId) -> &[&'a Meeting] {
        self.changes.get(&series).map_or(&[], Vec::as_slice)
    }

    /// A series and all that others made of its later occurrences.
    pub(crate) fn segments(&self, root: &'a Meeting) -> Vec<&'a Meeting> {
        let mut all = vec![root];
        let mut at = 0;
        while at < all.len() && all.len() < 1_000 {
            let next = self.changes.get(&all[at].id).into_iter().flatten();
            all.extend(next.filter(|m| m.following && !m.cancelled));
            at += 1;
        }
        all
    }
}

struct Search<'s, 'a> {
    calendar: &'s Calendar<'a>,
    span: Moments,
    viewer: &'s Zone,
    wanted: &'s dyn Fn(&Meeting) -> bool,
    found: Vec<Occurrence<'a>>,
    /// The span on the viewer's wall.
    from: NaiveDateTime,
    to: NaiveDateTime,
}

impl<'a> Search<'_, 'a> {
    fn take(&mut self, meeting: Cow<'a, Meeting>, when: When, of: Option<(DocId, i64)>) {
        if when.is_beyond(self.from, self.to) || !(self.wanted)(&meeting) {
            return;
        }
        let moments = when.moments(self.viewer);
        let is_within = moments.start < self.span.stop
            && (moments.stop > self.span.start || moments.stop == moments.start && moments.start >= self.span.start);
        if is_within {
            self.found.push(Occurrence { meeting, when, moments, of });
        }
    }

    /// The occurrences that one record rules: up to those that another one does, or up to `end`. `chain` are the series in which
    /// its occurrences may have been changed, with how far into them it begins.
    fn segment(&mut self, segment: &'a Meeting, end: Option<i64>, chain: &[(DocId, i64)]) {
        let Some(first) = segment.when else { return };
        let none = Vec::new();
        let changes = |id: &DocId| self.calendar.changes.get(id).unwrap_or(&none);
        let offset_of = |m: &Meeting| m.offset.unwrap_or(0);
        let mut followings: Vec<&Meeting> = changes(&segment.id).iter().copied().filter(|m| m.following).collect();
        followings.sort_by_key(|m| (offset_of(m), m.id));
        followings.dedup_by_key(|m| offset_of(m));
        let earlier = |a: Option<i64>, b: Option<i64>| a.into_iter().chain(b).min();
        let own_end = earlier(end, followings.first().map(|m| offset_of(m)));
        let is_own = |offset: i64| offset >= 0 && own_end.is_none_or(|end| offset < end);

        // Farthest first, so that what was changed nearest lies on top.
        let mut changed: HashMap<i64, Meeting> = HashMap::new();
        for (series, shift) in chain.iter().rev() {
            for change in changes(series).iter().filter(|m| !m.following) {
                let offset = offset_of(change) - shift;
                if is_own(offset) {
                    let below = changed.remove(&offset).unwrap_or_else(|| Meeting { when: None, ..segment.clone() });
                    changed.insert(offset, below.with(change));
                }
            }
        }
        let mut taken = Vec::new();
        let hour = TimeDelta::hours(1);
        let slack = first.length() + hour * 27;
        let recurrence = Recurrence::parse(&segment.recurrence, first);
        let starts = match &recurrence {
            Ok(recurrence) if !segment.recurrence.is_empty() => {
                recurrence.starts(self.from - slack, self.to + hour * 27)
            }
            _ => vec![first.start()],
        };
        for start in starts {
            let offset = (start - first.start()).num_seconds();
            let Some(when) = first.starting(start).filter(|_| is_own(offset)) else { continue };
            let of = Some((segment.id, offset));
            match changed.get(&offset) {
                Some(change) if change.cancelled || change.when.is_some() => {}
                Some(change) => taken.push((Cow::Owned(Meeting { when: Some(when), ..change.clone() }), when, of)),
                None => taken.push((Cow::Borrowed(segment), when, of)),
            }
        }
        // What was moved alone stands where it was moved to, though the series may not come there any more.
        for (offset, change) in changed {
            if let (Some(when), false) = (change.when, change.cancelled) {
                taken.push((Cow::Owned(change), when, Some((segment.id, offset))));
            }
        }
        let mut parts = Vec::new();
        for (at, following) in followings.iter().enumerate().filter(|(_, f)| !f.cancelled) {
            let offset = offset_of(following);
            if end.is_some_and(|end| offset >= end) {
                continue;
            }
            let next = followings.get(at + 1).map(|m| offset_of(m));
            let chain: Vec<(DocId, i64)> =
                [(following.id, 0)].into_iter().chain(chain.iter().map(|(id, shift)| (*id, shift + offset))).collect();
            parts.push((*following, earlier(end, next).map(|end| end - offset), chain));
        }
        for (meeting, when, of) in taken {
            self.take(meeting, when, of);
        }
        for (following, end, chain) in parts {
            if chain.len() < DEEPEST {
                self.segment(following, end, &chain);
            }
        }
    }
}
