//! People and their devices: read from the workspace when they may have changed.

use std::{collections::BTreeMap, sync::Arc};

use chrono::{DateTime, Utc};
use satchel_core::{
    DeviceId, DocId, Workspace,
    members::{Members, Role},
};
use satchel_sync::NodeState;

use crate::{
    locale::said,
    shell::{Action, Context, Pending, Say},
};

/// The members as last read.
#[derive(Default)]
pub struct Load {
    key: Option<(u64, Option<NodeState>)>,
    loading: Option<Pending<Known>>,
    known: Known,
    /// The answer to a change of members.
    asked: Option<Pending<Result<(), String>>>,
}

#[derive(Clone, Default)]
pub struct Known {
    pub members: Arc<Members>,
    pub device: Option<DeviceId>,
    pub device_name: String,
    pub commits: u64,
    pub bytes: u64,
    /// Of every other device, when it was seen last and the number to compare.
    met: BTreeMap<DeviceId, (Option<DateTime<Utc>>, String)>,
    /// Whether this device was removed, as far as it has heard.
    pub removed: bool,
}

fn met(workspace: &Workspace) -> BTreeMap<DeviceId, (Option<DateTime<Utc>>, String)> {
    let peers = workspace.peers();
    let seen = |id: DeviceId| peers.iter().find(|p| p.device == id).and_then(|p| p.last_seen);
    workspace.members().devices.keys().map(|id| (*id, (seen(*id), workspace.safety_number(*id)))).collect()
}

impl Known {
    pub fn role(&self, user: DocId) -> Option<Role> {
        self.members.roles.get(&user).copied()
    }

    /// When another device was seen last from here.
    pub fn seen(&self, device: DeviceId) -> Option<DateTime<Utc>> {
        self.met.get(&device).and_then(|(seen, _)| *seen)
    }

    /// The safety number to compare with another device.
    pub fn number(&self, device: DeviceId) -> &str {
        self.met.get(&device).map_or("", |(_, number)| number)
    }
}

impl Load {
    /// Call it every frame while it is shown.
    pub fn get(&mut self, cx: &mut Context) -> Known {
        if let Some(pending) = self.loading.take() {
            match pending.take() {
                Some(known) => self.known = known,
                None => self.loading = Some(pending),
            }
        }
        if let Some(result) = self.asked.as_ref().and_then(Pending::take) {
            self.asked = None;
            self.key = None;
            if let Err(reason) = result {
                cx.actions.push(Action::Say(Say::Refused(reason)));
            }
        }
        let key = Some((cx.records.revision, cx.node.map(satchel_sync::Node::state)));
        if self.key != key && self.loading.is_none() {
            self.key = key;
            self.loading = Some(cx.background(|workspace, _| {
                let status = workspace.status().ok();
                Known {
                    members: workspace.members(),
                    device: Some(workspace.device()),
                    device_name: status.as_ref().map(|s| s.device_name.clone()).unwrap_or_default(),
                    commits: status.as_ref().map_or(0, |s| s.commits),
                    removed: status.as_ref().is_some_and(|s| s.removed),
                    bytes: status.map_or(0, |s| s.bytes),
                    met: met(workspace),
                }
            }));
        }
        self.known.clone()
    }

    /// To be read again.
    pub fn stale(&mut self) {
        self.key = None;
    }

    /// Changes who is here; a refusal is told in the toast.
    pub fn ask(
        &mut self,
        cx: &mut Context,
        change: impl FnOnce(&Workspace) -> satchel_core::Result<()> + Send + 'static,
    ) {
        self.asked = Some(cx.background(move |workspace, _| change(workspace).map_err(|e| said(&e.message()))));
    }
}
