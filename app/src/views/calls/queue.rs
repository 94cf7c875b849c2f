//! What is to be called of a list, worked out when the records, the minute or what colleagues have in hand changes.

use satchel_core::{
    DocId, Records,
    query::calls::{self, Progress},
    record::Call,
};
use satchel_sync::protocol::Taken;

use crate::shell::Context;

/// Which calls: a list's, or one's own that are in none.
pub type Of = Option<DocId>;

/// Which calls, the revision, the minute, and who has which in hand.
type Key = (Of, u64, i64, Vec<(DocId, DocId)>);

#[derive(Default)]
pub struct Queue {
    key: Option<Key>,
    /// To be called now, what colleagues have left out.
    pub due: Vec<DocId>,
    /// To be called later, the soonest first.
    pub later: Vec<DocId>,
    /// What this person called or gave up last, today; the latest last.
    pub handled: Vec<DocId>,
    /// Called by two while they were apart.
    pub doubles: Vec<DocId>,
    /// What colleagues have in hand, of these calls.
    pub taken: Vec<Taken>,
    pub progress: Progress,
}

/// So many of what is handled stay in sight.
const HANDLED: usize = 3;

impl Queue {
    pub fn find(&mut self, cx: &Context, of: Of) {
        let taken = cx.phone.taken();
        let claims: Vec<(DocId, DocId)> = taken.iter().map(|taken| (taken.call, taken.user)).collect();
        let key = Some((of, cx.records.revision, cx.now.timestamp() / 60, claims));
        let is_of = |call: DocId| cx.records.calls.get(&call).is_some_and(|call| call.list == of);
        self.taken = taken.into_iter().filter(|taken| is_of(taken.call)).collect();
        if self.key == key {
            return;
        }
        self.key = key;
        let records = cx.records;
        // Another device of one's own may have it in hand as well.
        let claimed = |call: DocId| self.taken.iter().any(|taken| taken.call == call).then_some(call);
        let ids = |calls: Vec<&Call>| calls.into_iter().map(|call| call.id).collect::<Vec<DocId>>();
        self.due = ids(match of {
            Some(list) => calls::queue(records, list, cx.user, cx.now, &claimed),
            None => calls::own(records, cx.user, cx.now, &claimed),
        });
        self.later = ids(calls::later(records, of, cx.user, cx.now));
        self.doubles = of.map(|list| ids(calls::doubles(records, list))).unwrap_or_default();
        self.progress = of.map(|list| calls::progress(records, list)).unwrap_or_default();
        self.handled = handled(cx, records, of);
    }
}

fn handled(cx: &Context, records: &Records, of: Of) -> Vec<DocId> {
    let mine = |call: &&Call| match call.state.as_str() {
        Call::CALLED => call.done_by == Some(cx.user),
        _ => false,
    };
    let today = |call: &&Call| call.date.is_some_and(|date| cx.environment.day(date) == cx.today && date <= cx.now);
    let live = records.calls.values().filter(|call| call.list == of && !call.meta.deleted);
    let mut done: Vec<&Call> = live.filter(mine).filter(today).collect();
    done.sort_by_key(|call| (call.date, call.id));
    done.split_off(done.len().saturating_sub(HANDLED)).into_iter().map(|call| call.id).collect()
}
