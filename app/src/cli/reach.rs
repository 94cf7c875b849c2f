//! How far this device reaches out for others, and what then leaves the local network.

use anyhow::Result;
use clap::{Args, Subcommand};
use satchel_core::members;
use serde_json::json;

use super::{output, place::Place};

#[derive(Args)]
pub struct Reach {
    #[command(subcommand)]
    how: Option<How>,
}

#[derive(Subcommand)]
enum How {
    /// Nothing leaves the local network (so it is unless somebody says otherwise)
    Lan,
    /// Also by the company's own relay, to colleagues wherever they are
    Relay {
        /// Such as https://relay.example.com
        url: String,
    },
    /// Also by the public relays of n0, who make iroh
    Public,
}

impl Reach {
    pub fn run(self, place: &Place) -> Result<()> {
        let workspace = place.open()?;
        let wanted = match self.how {
            Some(How::Lan) => Some(members::Reach::Lan),
            Some(How::Relay { url }) => Some(satchel_sync::usable(members::Reach::relay(&url)?)?),
            Some(How::Public) => Some(members::Reach::Public),
            None => None,
        };
        if let Some(wanted) = &wanted {
            workspace.set_reach(wanted)?;
        }
        let reach = workspace.reach();
        if place.json {
            let (how, relay) = match &reach {
                members::Reach::Relay(url) => ("relay", Some(url.as_str())),
                reach => (reach.name(), None),
            };
            return output::json(&json!({"reach": how, "relay": relay}));
        }
        if wanted.is_some() {
            output::message("It holds from the next start of Satchel on this device on");
        }
        output::line(meaning(&reach))
    }
}

/// One line on what leaves the local network.
pub fn meaning(reach: &members::Reach) -> String {
    match reach {
        members::Reach::Lan => "Local network only: nothing leaves it".to_owned(),
        members::Reach::Relay(url) => format!(
            "Own relay {url}: encrypted changes go through it and to colleagues wherever they are; it sees which devices speak, from where and when, not what"
        ),
        members::Reach::Public => "Public relays of n0: encrypted changes go through them and to colleagues wherever they are; they see which devices speak, from where and when, not what".to_owned(),
    }
}
