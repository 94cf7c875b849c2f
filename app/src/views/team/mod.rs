//! Who shares the workspace: the popover of the sync line, and inviting somebody.

mod invite;
pub mod members;
mod popover;

use eframe::egui;
use satchel_sync::{NodeState, PeerState};
use tr::tr;

use crate::{shell::Context, views::format};

#[derive(Default)]
pub struct TeamView {
    invite: Option<invite::Invite>,
    members: members::Load,
}

impl TeamView {
    /// What the sync line at the foot of the rail says: "Shared with 2 of 3".
    pub fn line(&self, cx: &Context) -> String {
        match cx.node.map(satchel_sync::Node::state) {
            None => tr!("Off the network"),
            Some(state) => line(&state),
        }
    }

    /// The popover of the sync line. Called every frame after the line was drawn; opens when it was clicked.
    pub fn popover(&mut self, line: &egui::Response, cx: &mut Context) {
        if let Some(wanted) = popover::show(line, cx, &mut self.members) {
            self.invite = Some(invite::Invite::new(wanted, String::new()));
        }
    }

    /// Opens the dialog that makes an invitation, for a person of this name if one is given.
    pub fn open_invite(&mut self, name: Option<String>) {
        self.invite = Some(invite::Invite::new(invite::For::Colleague, name.unwrap_or_default()));
    }

    /// Dialogs over whatever page is shown. Called every frame.
    pub fn dialogs(&mut self, ctx: &egui::Context, cx: &mut Context) {
        if let Some(invite) = &mut self.invite
            && invite.show(ctx, cx, &mut self.members)
        {
            self.invite = None;
        }
    }
}

/// Shared means: that device holds everything this one does.
fn line(state: &NodeState) -> String {
    let (all, shared) = (state.peers.len(), state.peers.iter().filter(|p| p.up_to_date).count());
    match (state.problem.is_some(), shared, all) {
        (true, ..) => tr!("Not syncing"),
        (_, _, 0) => tr!("On this device only"),
        (_, shared, all) if shared == all => tr!("Shared with {}", all),
        (_, shared, all) => tr!("Shared with {shared} of {all}", shared = shared, all = all),
    }
}

/// How a peer is, in words, and whether that is as it should be.
fn peer_words(peer: &PeerState) -> (String, bool) {
    match (peer.connected, peer.up_to_date) {
        (true, true) => (tr!("Up to date"), true),
        (true, false) => (tr!("Exchanging changes"), true),
        (false, _) => (tr!("Not in reach"), false),
    }
}

/// `Celia Rouche, phone`
fn device_words(user: &str, device: &str) -> String {
    [user, device].iter().filter(|p| !p.is_empty()).copied().collect::<Vec<_>>().join(", ")
}

/// `now`, `yesterday 17:40`, `never`
fn seen_words(cx: &Context, peer: &PeerState) -> String {
    match (peer.connected, peer.last_seen) {
        (true, _) => tr!("seen" => "now"),
        (false, Some(at)) => format::ago(at, cx.environment),
        (false, None) => tr!("seen" => "never"),
    }
}
