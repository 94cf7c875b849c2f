use std::sync::Arc;

use satchel_core::{DocId, Workspace};

use crate::protocol::{Calling, Hand, Moment, Taken};

/// The phone of this device: which call it has in hand, and which ones colleagues who are connected have.
///
/// Nothing of it is kept. A device that is not on the network has a phone too, at which nobody else is heard.
#[derive(Clone)]
pub struct Phone {
    pub(super) calling: Calling,
    pub(super) clock: Arc<dyn Fn() -> Moment + Send + Sync>,
}

impl Phone {
    /// Of a device that is not on the network.
    pub fn alone(workspace: &Workspace) -> Phone {
        let calling = Calling::new(workspace.device(), workspace.user(), first_word(workspace), || {});
        let environment = workspace.environment().clone();
        let start = environment.now();
        let clock = move || (environment.now() - start).to_std().unwrap_or_default();
        Phone { calling, clock: Arc::new(clock) }
    }

    /// What its sessions share.
    pub fn calling(&self) -> &Calling {
        &self.calling
    }

    /// The time by its clock.
    pub fn now(&self) -> Moment {
        (self.clock)()
    }

    /// Asks for the first of these calls that no colleague has; see [`Phone::hand`] for what came of it. What was in hand is given
    /// back, unless it is that one. Sits down at the phone.
    pub fn ask(&self, calls: impl IntoIterator<Item = DocId>) {
        self.calling.ask(calls, self.now());
    }

    /// Goes on with a call that is in hand already.
    pub fn keep(&self, call: DocId) {
        self.calling.keep(call, self.now());
    }

    pub fn give_back(&self) {
        self.calling.give_back(self.now());
    }

    /// Leaves the phone: nothing is in hand and nobody is told anything more.
    pub fn leave(&self) {
        self.calling.leave(self.now());
    }

    /// To be looked at in every frame, which also lets the clock go on.
    pub fn hand(&self) -> Hand {
        self.calling.tick(self.now());
        self.calling.hand()
    }

    /// Whether a colleague is connected whom it could be agreed with.
    pub fn is_heard(&self) -> bool {
        self.calling.is_heard()
    }

    /// What colleagues have in hand.
    pub fn taken(&self) -> Vec<Taken> {
        self.calling.taken(self.now())
    }
}

/// Words are numbered from the time on, so that those after a restart are the newer ones.
pub(super) fn first_word(workspace: &Workspace) -> u64 {
    workspace.environment().now().timestamp_millis().try_into().unwrap_or(0)
}
