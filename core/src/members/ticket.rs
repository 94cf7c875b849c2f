use std::{fmt, net::SocketAddr, str::FromStr};

use chrono::{DateTime, Utc};
use ed25519_dalek::{Signer, SigningKey};
use serde::{Deserialize, Serialize};

use super::{JoinRequest, Reach, Role};
use crate::id::{DeviceId, DocId, WorkspaceId};
use crate::message::Message;

/// An invitation as text, for one use: whoever holds it may join. Shown as `satchel:join/…` and as a QR code.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Ticket {
    pub workspace: WorkspaceId,
    pub workspace_name: String,
    /// The secret half of the invitation's key.
    pub secret: [u8; 32],
    pub role: Role,
    /// The user it is for, if it names one.
    pub user: Option<(DocId, String)>,
    pub expires: DateTime<Utc>,
    /// Who invited, and where that device could be reached when the ticket was made.
    pub device: DeviceId,
    pub addresses: Vec<SocketAddr>,
    /// How that device is reached from elsewhere. Told behind what the first version of tickets knows, see [`More`].
    #[serde(skip)]
    pub reach: Reach,
}

/// What later versions tell in a ticket, by name: earlier ones do not read on to it, and each takes what it knows.
type More = Vec<(String, String)>;

const REACH: &str = "reach";

#[derive(Debug)]
pub enum BadTicket {
    Shape,
    Damaged,
}

impl BadTicket {
    /// What is told of it.
    pub fn message(&self) -> Message {
        match self {
            BadTicket::Shape => {
                message!("this is not a ticket: it starts with satchel:join/ and is one line, copied whole")
            }
            BadTicket::Damaged => {
                message!("this ticket was cut short or mistyped: copy it whole from the colleague who invited you")
            }
        }
    }
}

impl fmt::Display for BadTicket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.message().fmt(f)
    }
}

impl std::error::Error for BadTicket {}

const PREFIX: &str = "satchel:join/";
/// RFC 4648 base32 without padding, lower case: fits a QR code's alphanumeric mode when upper-cased.
const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

impl Ticket {
    /// The public half of the invitation's key, by which members know the invitation.
    pub fn invitation(&self) -> [u8; 32] {
        SigningKey::from_bytes(&self.secret).verifying_key().to_bytes()
    }

    /// What the joining device sends.
    pub fn request(&self, device: DeviceId, device_name: &str, user_name: Option<&str>) -> JoinRequest {
        let signature = SigningKey::from_bytes(&self.secret).sign(&join_message(self.workspace, device)).to_bytes();
        JoinRequest {
            workspace: self.workspace,
            invitation: self.invitation(),
            device,
            device_name: device_name.to_owned(),
            user_name: user_name.map(str::to_owned),
            signature: signature.to_vec(),
        }
    }
}

/// What the invitation's key signs for a device that joins.
pub(crate) fn join_message(workspace: WorkspaceId, device: DeviceId) -> Vec<u8> {
    [b"satchel join".as_slice(), &workspace.0, &device.0].concat()
}

impl fmt::Display for Ticket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = postcard::to_stdvec(self).map_err(|_| fmt::Error)?;
        if self.reach != Reach::Lan {
            let more: More = vec![(REACH.to_owned(), self.reach.name().to_owned())];
            bytes.extend(postcard::to_stdvec(&more).map_err(|_| fmt::Error)?);
        }
        let check = blake3::hash(&bytes);
        bytes.extend_from_slice(&check.as_bytes()[..4]);
        f.write_str(PREFIX)?;
        f.write_str(&base32(&bytes))
    }
}

impl fmt::Debug for Ticket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ticket for {}", self.workspace_name)
    }
}

impl FromStr for Ticket {
    type Err = BadTicket;

    fn from_str(text: &str) -> Result<Ticket, BadTicket> {
        let text: String = text.split_whitespace().collect();
        let text = text.to_ascii_lowercase();
        let body = text.strip_prefix(PREFIX).ok_or(BadTicket::Shape)?;
        let bytes = from_base32(body).filter(|b| b.len() > 4).ok_or(BadTicket::Damaged)?;
        let (body, check) = bytes.split_at(bytes.len() - 4);
        if &blake3::hash(body).as_bytes()[..4] != check {
            return Err(BadTicket::Damaged);
        }
        let (mut ticket, rest): (Ticket, _) = postcard::take_from_bytes(body).map_err(|_| BadTicket::Damaged)?;
        let more: More = postcard::from_bytes(rest).unwrap_or_default();
        let reach = more.iter().find(|(name, _)| name == REACH).map(|(_, reach)| reach.as_bytes());
        ticket.reach = Reach::of_stored(reach);
        Ok(ticket)
    }
}

fn base32(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() * 8 / 5 + 1);
    let (mut buffer, mut bits) = (0u32, 0);
    for &byte in bytes {
        buffer = buffer << 8 | u32::from(byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            out.push(ALPHABET[(buffer >> bits & 31) as usize] as char);
        }
    }
    if bits > 0 {
        out.push(ALPHABET[(buffer << (5 - bits) & 31) as usize] as char);
    }
    out
}

fn from_base32(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() * 5 / 8);
    let (mut buffer, mut bits) = (0u32, 0);
    for c in text.bytes() {
        buffer = buffer << 5 | ALPHABET.iter().position(|a| *a == c)? as u32;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            out.push((buffer >> bits & 255) as u8);
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ticket() -> Ticket {
        Ticket {
            workspace: WorkspaceId([1; 16]),
            workspace_name: "Acme".into(),
            secret: [2; 32],
            role: Role::Salesperson,
            user: None,
            expires: DateTime::from_timestamp(1_790_000_000, 0).unwrap_or_default(),
            device: DeviceId([3; 32]),
            addresses: vec![SocketAddr::from(([192, 168, 1, 7], 4000))],
            reach: Reach::Lan,
        }
    }

    /// As the first version wrote it: it goes on to be read, and what reaches no further goes on to be written so.
    const FIRST: &str = "satchel:join/aeaqcaibaeaqcaibaeaqcaibaececy3nmubaeaqcaibaeaqcaibaeaqcaibaeaqcaibaeaqcaibaeaqcaibaeaiacqzdamrwfuydsljsgfkdcnb2geztumrqlibqgaydambqgaydambqgaydambqgaydambqgaydambqgaydambqgaiaycuacb5ad7zptbym";

    #[test]
    fn tickets_of_every_version_are_read() {
        assert_eq!(ticket().to_string(), FIRST);
        assert!(FIRST.parse::<Ticket>().unwrap() == ticket());
        for reach in [Reach::Relay("https://relay.example.com".into()), Reach::Public] {
            let further = Ticket { reach, ..ticket() };
            assert!(further.to_string().parse::<Ticket>().unwrap() == further);
            // The first version reads what it knows and does not look at the rest.
            let body = further.to_string();
            let bytes = from_base32(body.strip_prefix(PREFIX).unwrap()).unwrap();
            assert!(postcard::from_bytes::<Ticket>(&bytes[..bytes.len() - 4]).unwrap() == ticket());
        }
    }

    #[test]
    fn what_a_later_version_tells_beyond_is_passed_over() {
        let mut bytes = postcard::to_stdvec(&ticket()).unwrap();
        let more: More = vec![("colour".into(), "blue".into()), (REACH.into(), "by pigeon".into())];
        bytes.extend(postcard::to_stdvec(&more).unwrap());
        let check = blake3::hash(&bytes);
        bytes.extend_from_slice(&check.as_bytes()[..4]);
        let text = format!("{PREFIX}{}", base32(&bytes));
        assert!(text.parse::<Ticket>().unwrap() == ticket(), "not understood: no further than the local network");
    }
}
