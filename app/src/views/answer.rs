//! What a view shows of many records: worked out beside the window's thread, the last answer staying until the next is there.

use std::rc::Rc;

use satchel_core::{Records, Workspace};

use crate::{
    locale,
    shell::{Context, Pending},
};

/// From so many records on a question is answered in a thread of its own; fewer are answered within the frame, which stays within
/// 16 ms though a colleague's commits make it ask anew in every one.
const MANY: usize = 12_000;

pub struct Answer<Q, T> {
    shown: Option<(Q, Rc<T>)>,
    /// What is being worked out.
    pending: Option<(Q, Pending<T>)>,
}

impl<Q, T> Default for Answer<Q, T> {
    fn default() -> Answer<Q, T> {
        Answer { shown: None, pending: None }
    }
}

impl<Q: PartialEq, T: Send + 'static> Answer<Q, T> {
    /// What is shown answers this.
    pub fn question(&self) -> Option<&Q> {
        self.shown.as_ref().map(|(question, _)| question)
    }

    pub fn shown(&self) -> Option<&Rc<T>> {
        self.shown.as_ref().map(|(_, answer)| answer)
    }

    /// Whether there is nothing to ask now: this is what is shown, or something is being worked out.
    pub fn is_busy(&self, question: &Q) -> bool {
        self.question() == Some(question) || self.pending.is_some()
    }

    /// Takes what has been worked out meanwhile for who asks `question` now. True if another answer is shown from now on.
    pub fn turn(&mut self, question: &Q) -> bool {
        let Some((of, done)) = self.pending.take_if(|(_, pending)| pending.is_done()) else { return false };
        match done.take() {
            // Asked, and taken back before it was answered.
            Some(_) if self.question() == Some(question) => false,
            Some(answer) => {
                self.shown = Some((of, Rc::new(answer)));
                true
            }
            None => false,
        }
    }

    /// Has a question answered: at once where records are few, else one after the other, so that what is asked meanwhile is
    /// to be asked again when that is there. True if another answer is shown from now on.
    pub fn ask(&mut self, cx: &mut Context, question: Q, work: impl FnOnce(&Records) -> T + Send + 'static) -> bool {
        let records = cx.records;
        // A meeting is more work than a card: it may come about again and again.
        let meetings = 10 * records.meetings.len();
        if records.opportunities.len().max(records.contacts.len()).max(meetings) < MANY {
            return self.ask_at_once(cx, question, work);
        }
        // The answer holds words, and what is spoken is a matter of the thread.
        let spoken = locale::current();
        let pending = cx.background(move |workspace, _| {
            locale::speak(spoken);
            work(&workspace.records())
        });
        self.pending = Some((question, pending));
        false
    }

    /// As [`Answer::ask`], of what takes more than the records: always beside the window's thread.
    pub fn ask_beside(&mut self, cx: &mut Context, question: Q, work: impl FnOnce(&Workspace) -> T + Send + 'static) {
        let spoken = locale::current();
        let pending = cx.background(move |workspace, _| {
            locale::speak(spoken);
            work(workspace)
        });
        self.pending = Some((question, pending));
    }

    /// Has a question answered within the frame.
    pub fn ask_at_once(&mut self, cx: &Context, question: Q, work: impl FnOnce(&Records) -> T) -> bool {
        self.shown = Some((question, Rc::new(work(cx.records))));
        true
    }
}
