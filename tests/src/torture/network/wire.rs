//! A connection between two laptops: what is under way on it, in order, until it breaks.

use std::collections::VecDeque;

use satchel_sync::protocol::{Joining, Moment, Session};

/// What an end is doing.
pub enum Talk {
    Session(Box<Session>),
    /// A newcomer asks to be let in.
    Joining(Joining),
    /// It has hung up.
    Gone,
}

pub struct End {
    /// Whose laptop it is.
    pub at: usize,
    pub talk: Talk,
    /// How much of the laptop's news the session was told.
    pub told: u64,
    /// On their way to this end, with when they come.
    pub coming: VecDeque<(Moment, Vec<u8>)>,
    /// When it learns that the other end is gone.
    pub loses: Option<Moment>,
}

impl End {
    pub fn new(at: usize, talk: Talk) -> End {
        End { at, talk, told: 0, coming: VecDeque::new(), loses: None }
    }

    pub fn is_gone(&self) -> bool {
        matches!(self.talk, Talk::Gone)
    }

    /// Nothing is missing, as far as this end knows.
    pub fn is_content(&self) -> bool {
        match &self.talk {
            Talk::Session(session) => session.up_to_date(),
            Talk::Joining(_) => false,
            Talk::Gone => true,
        }
    }

    /// What follows comes after what is under way.
    pub fn send(&mut self, at: Moment, bytes: Vec<u8>) {
        let last = self.coming.back().map_or(at, |(last, _)| *last);
        self.coming.push_back((at.max(last), bytes));
    }
}

pub struct Wire {
    pub ends: [End; 2],
}

impl Wire {
    pub fn joins(&self, a: usize, b: usize) -> bool {
        let [x, y] = &self.ends;
        (x.at, y.at) == (a, b) || (x.at, y.at) == (b, a)
    }

    pub fn is_over(&self) -> bool {
        self.ends.iter().all(End::is_gone)
    }

    pub fn is_quiet(&self) -> bool {
        self.ends.iter().all(|end| end.coming.is_empty() && end.is_content() && end.loses.is_none())
    }
}
