use satchel_core::{DocId, Workspace};
use tokio::time::Instant;

use crate::protocol::{Calling, Hand, Taken};

/// The phone of this device: which call it has in hand, and which ones colleagues who are connected have.
///
/// Nothing of it is kept. A device that is not on the network has a phone too, at which nobody else is heard.
#[derive(Clone)]
pub struct Phone {
    pub(super) calling: Calling,
    /// When its clock began.
    pub(super) start: Instant,
}

impl Phone {
    /// Of a device that is not on the network.
    pub fn alone(workspace: &Workspace) -> Phone {
        let calling = Calling::new(workspace.device(), workspace.user(), first_word(workspace), || {});
        Phone { calling, start: Instant::now() }
    }

    /// Asks for the first of these calls that no colleague has; see [`Phone::hand`] for what came of it. What was in hand is given
    /// back, unless it is that one. Sits down at the phone.
    pub fn ask(&self, calls: impl IntoIterator<Item = DocId>) {
        self.calling.ask(calls, self.start.elapsed());
    }

    /// Goes on with a call that is in hand already.
    pub fn keep(&self, call: DocId) {
        self.calling.keep(call, self.start.elapsed());
    }

    pub fn give_back(&self) {
        self.calling.give_back(self.start.elapsed());
    }

    /// Leaves the phone: nothing is in hand and nobody is told anything more.
    pub fn leave(&self) {
        self.calling.leave(self.start.elapsed());
    }

    /// To be looked at in every frame, which also lets the clock go on.
    pub fn hand(&self) -> Hand {
        self.calling.tick(self.start.elapsed());
        self.calling.hand()
    }

    /// What colleagues have in hand.
    pub fn taken(&self) -> Vec<Taken> {
        self.calling.taken(self.start.elapsed())
    }
}

/// Words are numbered from the time on, so that those after a restart are the newer ones.
pub(super) fn first_word(workspace: &Workspace) -> u64 {
    workspace.environment().now().timestamp_millis().try_into().unwrap_or(0)
}
