//! Identifiers. A document's id is 16 bytes whose first byte is its kind, so nobody can pass one kind off as another.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::message::Message;

/// What a document is. The number is the first byte of every id of that kind and never changes meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Kind {
    /// The workspace's own settings: name, currency. One per workspace.
    Company = 1,
    /// A lead or an opportunity, with its activities and notes inside.
    Opportunity = 2,
    /// A company or a person.
    Contact = 3,
    Stage = 4,
    Team = 5,
    /// A salesperson; may exist before having a device.
    User = 6,
    Product = 7,
    Tag = 8,
    LostReason = 9,
    /// Lies inside an opportunity or a contact, but has an id of its own.
    Activity = 10,
    /// Lies inside an opportunity or a contact, but has an id of its own.
    Note = 11,
    /// A field that a workspace adds to its opportunities or contacts.
    CustomField = 12,
    /// A search kept under a name.
    Favourite = 13,
    /// Lies inside an opportunity or a contact, but has an id of its own.
    Attachment = 14,
    /// What is to be done: a call, an e-mail, what else people set up.
    ActivityType = 15,
    /// A sequence of activities that is applied in one go.
    ActivityPlan = 16,
    /// One activity of a plan.
    PlanStep = 17,
    /// An event of the calendar, a series of them, or one occurrence of a series that was changed alone.
    Meeting = 18,
    /// A kind of event that a workspace adds: a technical intervention, a staff request.
    EventKind = 19,
    /// A phone call, to be made or made.
    Call = 20,
    /// Calls that are to be made together, one after the other.
    CallList = 21,
    /// One attempt at a call: an id in the call's set of them.
    Attempt = 22,
    /// What a person or a team is to reach in a month.
    Target = 23,
    /// A quotation; confirmed, a sales order.
    Quotation = 24,
    /// One line of a quotation.
    OrderLine = 25,
    /// An invoice or a refund.
    Invoice = 26,
    /// What was sold elsewhere: in a shop, on the web.
    RevenueLine = 27,
    /// How far a device has counted its quotations and invoices.
    Series = 28,
    /// Prices for some of the customers.
    PriceList = 29,
    /// What one product costs in a price list.
    Price = 30,
}

impl Kind {
    pub const ALL: [Kind; 30] = [
        Kind::Company,
        Kind::Opportunity,
        Kind::Contact,
        Kind::Stage,
        Kind::Team,
        Kind::User,
        Kind::Product,
        Kind::Tag,
        Kind::LostReason,
        Kind::Activity,
        Kind::Note,
        Kind::CustomField,
        Kind::Favourite,
        Kind::Attachment,
        Kind::ActivityType,
        Kind::ActivityPlan,
        Kind::PlanStep,
        Kind::Meeting,
        Kind::EventKind,
        Kind::Call,
        Kind::CallList,
        Kind::Attempt,
        Kind::Target,
        Kind::Quotation,
        Kind::OrderLine,
        Kind::Invoice,
        Kind::RevenueLine,
        Kind::Series,
        Kind::PriceList,
        Kind::Price,
    ];

    pub fn from_byte(byte: u8) -> Option<Kind> {
        Kind::ALL.into_iter().find(|k| *k as u8 == byte)
    }

    /// `opportunity`
    pub fn singular(self) -> &'static str {
        match self {
            Kind::Company => "company",
            Kind::Opportunity => "opportunity",
            Kind::Contact => "contact",
            Kind::Stage => "stage",
            Kind::Team => "team",
            Kind::User => "user",
            Kind::Product => "product",
            Kind::Tag => "tag",
            Kind::LostReason => "lost_reason",
            Kind::Activity => "activity",
            Kind::Note => "note",
            Kind::CustomField => "custom_field",
            Kind::Favourite => "favourite",
            Kind::Attachment => "attachment",
            Kind::ActivityType => "activity_type",
            Kind::ActivityPlan => "activity_plan",
            Kind::PlanStep => "plan_step",
            Kind::Meeting => "meeting",
            Kind::EventKind => "event_kind",
            Kind::Call => "call",
            Kind::CallList => "call_list",
            Kind::Attempt => "attempt",
            Kind::Target => "target",
            Kind::Quotation => "quotation",
            Kind::OrderLine => "order_line",
            Kind::Invoice => "invoice",
            Kind::RevenueLine => "revenue_line",
            Kind::Series => "series",
            Kind::PriceList => "price_list",
            Kind::Price => "price",
        }
    }

    /// `lost reason`
    pub fn noun(self) -> Message {
        self.singular().replace('_', " ").into()
    }

    /// `an opportunity`, `a lost reason`
    pub fn a(self) -> Message {
        let noun = self.singular().replace('_', " ");
        let article = if noun.starts_with(['a', 'i', 'o']) { "an" } else { "a" };
        format!("{article} {noun}").into()
    }

    /// `opportunities`
    pub fn plural(self) -> &'static str {
        match self {
            Kind::Company => "companies",
            Kind::Opportunity => "opportunities",
            Kind::Contact => "contacts",
            Kind::Stage => "stages",
            Kind::Team => "teams",
            Kind::User => "users",
            Kind::Product => "products",
            Kind::Tag => "tags",
            Kind::LostReason => "lost_reasons",
            Kind::Activity => "activities",
            Kind::Note => "notes",
            Kind::CustomField => "custom_fields",
            Kind::Favourite => "favourites",
            Kind::Attachment => "attachments",
            Kind::ActivityType => "activity_types",
            Kind::ActivityPlan => "activity_plans",
            Kind::PlanStep => "plan_steps",
            Kind::Meeting => "meetings",
            Kind::EventKind => "event_kinds",
            Kind::Call => "calls",
            Kind::CallList => "call_lists",
            Kind::Attempt => "attempts",
            Kind::Target => "targets",
            Kind::Quotation => "quotations",
            Kind::OrderLine => "order_lines",
            Kind::Invoice => "invoices",
            Kind::RevenueLine => "revenue_lines",
            Kind::Series => "series",
            Kind::PriceList => "price_lists",
            Kind::Price => "prices",
        }
    }
}

/// The id of a document, or of an activity or note inside one. Shown as 32 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DocId([u8; 16]);

impl DocId {
    /// A new id: kind, then a UUIDv7's 48 bits of milliseconds, then randomness. Ids of one kind sort by creation.
    pub fn new(kind: Kind, millis: i64, random: [u8; 9]) -> DocId {
        let mut id = [0; 16];
        id[0] = kind as u8;
        id[1..7].copy_from_slice(&millis.max(0).to_be_bytes()[2..]);
        id[7..].copy_from_slice(&random);
        DocId(id)
    }

    /// The id of a thing that two devices may create alike: the same (workspace, source, kind, external id) gives the
    /// same id everywhere, so an imported row or a starting stage exists once.
    pub fn derived(workspace: WorkspaceId, source: &str, kind: Kind, external: &str) -> DocId {
        let mut hasher = blake3::Hasher::new_derive_key("satchel 2026 derived document id");
        hasher.update(&workspace.0);
        for part in [source, kind.singular(), external] {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part.as_bytes());
        }
        let mut id = [0; 16];
        id.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
        id[0] = kind as u8;
        DocId(id)
    }

    /// The id of something that every workspace has from the beginning, written or not.
    pub const fn well_known(kind: Kind, number: u8) -> DocId {
        let mut id = [0; 16];
        id[0] = kind as u8;
        id[15] = number;
        DocId(id)
    }

    pub fn from_bytes(bytes: [u8; 16]) -> Option<DocId> {
        Kind::from_byte(bytes[0]).map(|_| DocId(bytes))
    }

    pub fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    pub fn kind(&self) -> Kind {
        Kind::from_byte(self.0[0]).expect("checked when the id was made")
    }
}

impl fmt::Display for DocId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|b| write!(f, "{b:02x}"))
    }
}

impl fmt::Debug for DocId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{self}", self.kind().singular())
    }
}

/// Not 32 hexadecimal digits that begin with a known kind.
#[derive(Debug, thiserror::Error)]
#[error("‘{0}’ is not an id: 32 hexadecimal digits, as printed by list and add")]
pub struct BadId(String);

impl FromStr for DocId {
    type Err = BadId;

    fn from_str(text: &str) -> Result<Self, BadId> {
        hex_array(text).and_then(DocId::from_bytes).ok_or_else(|| BadId(text.chars().take(80).collect()))
    }
}

impl Serialize for DocId {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        if s.is_human_readable() { s.collect_str(self) } else { self.0.serialize(s) }
    }
}

impl<'de> Deserialize<'de> for DocId {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        use serde::de::Error;
        if d.is_human_readable() {
            String::deserialize(d)?.parse().map_err(D::Error::custom)
        } else {
            DocId::from_bytes(<[u8; 16]>::deserialize(d)?).ok_or_else(|| D::Error::custom("unknown kind of document"))
        }
    }
}

/// Reads exactly `N` bytes written as hexadecimal digits.
pub fn hex_array<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digits = text.as_bytes();
    if digits.len() != 2 * N {
        return None;
    }
    let mut out = [0; N];
    for (byte, pair) in out.iter_mut().zip(digits.chunks(2)) {
        let high = (pair[0] as char).to_digit(16)?;
        let low = (pair[1] as char).to_digit(16)?;
        *byte = (high * 16 + low) as u8;
    }
    Some(out)
}

macro_rules! bytes_id {
    ($(#[$doc:meta])* $name:ident, $len:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub struct $name(pub [u8; $len]);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|b| write!(f, "{b:02x}"))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{self}")
            }
        }

        impl FromStr for $name {
            type Err = BadId;

            fn from_str(text: &str) -> Result<Self, BadId> {
                hex_array(text).map($name).ok_or_else(|| BadId(text.chars().take(80).collect()))
            }
        }
    };
}

bytes_id!(
    /// A workspace: a hash over its founder's device key and a nonce, so the founding commit proves itself.
    WorkspaceId, 16
);
bytes_id!(
    /// A set of documents shared with one set of people.
    SpaceId, 16
);
bytes_id!(
    /// A device: its ed25519 public key, also its address for iroh.
    DeviceId, 32
);
bytes_id!(
    /// One life of a device's log: drawn when a store is created, copied or restored.
    Epoch, 16
);
bytes_id!(
    /// A commit: the hash of its body.
    CommitId, 32
);
bytes_id!(
    /// A batch of commits written together, such as an import.
    BatchId, 16
);

bytes_id!(
    /// An attached file: the BLAKE3 hash of its bytes.
    FileHash, 32
);

impl FileHash {
    pub fn of(bytes: &[u8]) -> FileHash {
        FileHash(*blake3::hash(bytes).as_bytes())
    }
}

impl SpaceId {
    /// The company's space, shared with every member from the beginning.
    pub const COMPANY: SpaceId = SpaceId([0; 16]);
}
