//! How many of one's own changes lost their effect and may be given again: a notice in the rail, and told once.

use satchel_core::Workspace;

use super::{context::Context, engine::Pending};
use crate::views::settings::{LEFT, offered};

#[derive(Default)]
pub struct Offered {
    key: Option<(u64, Option<(u64, usize)>)>,
    counting: Option<Pending<usize>>,
    count: usize,
}

impl Offered {
    /// As counted last.
    pub fn now(&self) -> usize {
        self.count
    }

    /// Call it every frame. Counted anew beside the window's thread when something lost its effect; while something is offered,
    /// whenever records change.
    pub fn count(&mut self, cx: &mut Context) -> usize {
        if let Some(count) = self.counting.as_ref().and_then(Pending::take) {
            self.counting = None;
            self.count = count;
        }
        let left = || (cx.setting)(LEFT).map_or(0, |left| left.len());
        let key = Some((cx.aside_turns, (self.count > 0).then(|| (cx.records.revision, left()))));
        if self.key != key && self.counting.is_none() {
            self.key = key;
            self.counting = Some(cx.background(|workspace: &Workspace, _| offered(workspace)));
        }
        self.count
    }
}
