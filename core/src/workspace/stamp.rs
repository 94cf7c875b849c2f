//! Which commit touched a record last.

use crate::{commit::Body, id::DocId, record::Meta};

/// Of concurrent commits every device takes the same one for the last, whichever arrived last.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Written {
    lamport: u64,
    time: i64,
    user: Option<DocId>,
}

/// The last commit that touched a record: in the graph's order, and in the order of arrival.
#[derive(Clone, Copy)]
pub(super) struct Stamp {
    written: Written,
    arrival: u64,
    from: Option<DocId>,
}

impl Stamp {
    pub fn of(body: &Body, arrival: u64) -> Stamp {
        let user = Some(body.user);
        Stamp { written: Written { lamport: body.lamport, time: body.time, user }, arrival, from: user }
    }

    pub fn read(meta: &Meta) -> Stamp {
        let time = meta.write_date.map_or(0, |t| t.timestamp_millis());
        let written = Written { lamport: meta.write_lamport, time, user: meta.write_user };
        Stamp { written, arrival: meta.arrival, from: meta.arrived_from }
    }

    /// After a further commit.
    pub fn and(self, other: Stamp) -> Stamp {
        let (arrival, from) =
            if other.arrival > self.arrival { (other.arrival, other.from) } else { (self.arrival, self.from) };
        Stamp { written: self.written.max(other.written), arrival, from }
    }

    pub fn put(self, meta: &mut Meta) {
        meta.arrival = self.arrival;
        meta.arrived_from = self.from;
        meta.write_lamport = self.written.lamport;
        meta.write_date = chrono::DateTime::from_timestamp_millis(self.written.time);
        meta.write_user = self.written.user;
    }
}
