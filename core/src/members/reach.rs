use serde::{Deserialize, Serialize};

use crate::error::Result;

/// How far a device reaches out for its colleagues' devices: what may leave the local network.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reach {
    /// Nothing: devices meet on the local network only.
    #[default]
    Lan,
    /// To the company's own relay, by its URL, and to colleagues' devices wherever they are.
    Relay(String),
    /// The same by the public relays of n0, who make iroh.
    Public,
}

/// The longest URL of a relay: it has room in a ticket's QR code.
const MOST: usize = 200;

impl Reach {
    /// `lan`, `public`, or the URL of a relay.
    pub fn named(text: &str) -> Result<Reach> {
        match text.trim() {
            "lan" => Ok(Reach::Lan),
            "public" => Ok(Reach::Public),
            url => Reach::relay(url),
        }
    }

    /// By an own relay at this URL.
    pub fn relay(url: &str) -> Result<Reach> {
        let url = url.trim();
        let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
        let host = host.and_then(|rest| rest.split(['/', '?', '#']).next());
        let sound = host.is_some_and(|host| !host.is_empty()) && url.chars().all(|c| c.is_ascii_graphic());
        match sound && url.len() <= MOST {
            true => Ok(Reach::Relay(url.to_owned())),
            false => Err(refused!("a relay is named by its address, such as https://relay.example.com")),
        }
    }

    /// As [`Reach::named`] reads it.
    pub fn name(&self) -> &str {
        match self {
            Reach::Lan => "lan",
            Reach::Relay(url) => url,
            Reach::Public => "public",
        }
    }

    /// What a setting says; the narrowest where it says nothing that is understood.
    pub(crate) fn of_stored(stored: Option<&[u8]>) -> Reach {
        let text = stored.and_then(|bytes| std::str::from_utf8(bytes).ok());
        text.and_then(|text| Reach::named(text).ok()).unwrap_or_default()
    }
}
