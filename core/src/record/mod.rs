//! Records: the projection of a document to a plain struct, which lists, boards, filters and forms read.
//!
//! Every kind has one table of its stored fields ([`Field`]): the name used on the command line, in filters and in the
//! document's root, the label a person reads, its type, and how to read and write it. Derived values (probability shown,
//! won status, probable turnover…) are methods of [`Records`], never stored.

#[macro_use]
mod field;
mod activity;
mod activity_type;
mod attachment;
mod call;
mod chain;
mod contact;
pub(crate) mod custom;
mod favourite;
pub(crate) mod meeting;
mod merges;
mod opportunity;
mod price;
mod records;
mod sale;
mod settings;
pub(crate) mod stage;
mod standing;
mod target;
mod trace;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

pub use self::{
    activity::{Activity, ActivityState, Note},
    activity_type::{ActivityPlan, ActivityType, ActivityTypes, Delay, NextActivity, PlanStep},
    attachment::{Attachment, MAX_FILE},
    call::{Call, CallList},
    contact::Contact,
    custom::{CustomField, CustomType},
    favourite::Favourite,
    field::{Cell, Field, FieldDef, FieldType},
    meeting::{EventKind, Meeting, Scope},
    opportunity::{Opportunity, Plan},
    price::{Price, PriceList},
    records::{Counts, Records},
    sale::{
        Frozen, FrozenLine, Invoice, Letterhead, Number, OrderLine, Quotation, RevenueLine, Series, TaxLine, Totals,
        taxes,
    },
    settings::{Company, LostReason, Product, Tag, Team, User},
    stage::Stage,
    standing::{Outcome, Standing, WonStatus},
    target::{Measure, Target},
};
pub(crate) use self::{
    merges::is_inner,
    target::Goals,
    trace::{Trace, Traced},
};
use crate::{
    id::{DocId, Kind},
    value::Value,
};

/// What every record has besides its own fields.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Meta {
    #[serde(with = "crate::value::brief")]
    pub create_date: Option<DateTime<Utc>>,
    pub create_user: Option<DocId>,
    /// Hidden from lists and boards unless asked for.
    pub archived: bool,
    /// In the trash.
    pub deleted: bool,
    /// Names of the fields that hold several concurrent, unequal values.
    pub conflicts: Vec<String>,
    /// Set in a record that was merged into another one.
    pub merged: Option<Merged>,
    /// The records that were merged into this one, in the order of their ids. Filled in by [`Records`], not by a document.
    #[serde(skip)]
    pub merges: Vec<DocId>,
    /// The last commit that touched the document, as counted by this device (its arrival number). Differs between devices.
    pub arrival: u64,
    /// The user whose commit that was. Differs between devices.
    pub arrived_from: Option<DocId>,
    /// The place in the graph of the last commit that touched the document: of several concurrent ones the same on every
    /// device.
    pub write_lamport: u64,
    /// The time that commit claims.
    #[serde(with = "crate::value::brief")]
    pub write_date: Option<DateTime<Utc>>,
    /// The user whose commit it is.
    pub write_user: Option<DocId>,
    /// The document's version: its last changes.
    pub(crate) heads: Box<[[u8; 32]]>,
}

/// That a record was merged into another (spec §1 Merge).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Merged {
    /// The record it was merged into, which may itself be merged on: [`Records::head`] follows.
    pub into: DocId,
    /// Keys of fields that hold another value than the merge knew, or than was decided since: they show in the head.
    pub changed: Vec<String>,
}

macro_rules! any_record {
    ($($kind:ident),*) => {
        /// A record of any kind.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[allow(clippy::large_enum_variant, reason = "records are moved into their maps, not kept as this enum")]
        pub enum Record {
            $($kind($kind)),*
        }

        impl Record {
            /// An empty record for a document of this kind; nothing for kinds that lie inside others.
            pub fn empty(id: DocId) -> Option<Record> {
                let mut record = match id.kind() {
                    $(Kind::$kind => Record::$kind($kind::blank(id)),)*
                    _ => return None,
                };
                if let Record::ActivityType(new) = &mut record {
                    new.fill_built_in();
                }
                Some(record)
            }

            pub fn id(&self) -> DocId {
                match self { $(Record::$kind(r) => r.id),* }
            }

            pub fn meta(&self) -> &Meta {
                match self { $(Record::$kind(r) => &r.meta),* }
            }

            pub fn meta_mut(&mut self) -> &mut Meta {
                match self { $(Record::$kind(r) => &mut r.meta),* }
            }

            /// The value of a stored or custom field, nothing if the kind has no such field.
            pub fn get(&self, field: &str) -> Option<Value> {
                if custom::is_custom(field) {
                    return self.custom().map(|values| values.get(field).cloned().unwrap_or(Value::Null));
                }
                match self { $(Record::$kind(r) => $kind::field(field).map(|f| (f.get)(r))),* }
            }

            /// Writes a stored or custom field; false if there is no such field or the value is not of its type.
            pub fn put(&mut self, field: &str, value: Value) -> bool {
                if custom::is_custom(field) {
                    return self.custom_mut().is_some_and(|values| custom::put(values, field, value));
                }
                match self { $(Record::$kind(r) => $kind::field(field).is_some_and(|f| (f.put)(r, value))),* }
            }
        }

        /// How records are laid out as bytes: another number where a program has other fields.
        pub(crate) fn shape() -> u64 {
            let mut hasher = blake3::Hasher::new_derive_key("satchel 2026 shape of records");
            hasher.update(&BESIDES_FIELDS.to_le_bytes());
            $(
                hasher.update(stringify!($kind).as_bytes());
                for field in $kind::FIELDS {
                    hasher.update(format!("{} {:?};", field.name, field.ty).as_bytes());
                }
            )*
            let [a, b, c, d, e, f, g, h, ..] = *hasher.finalize().as_bytes();
            u64::from_le_bytes([a, b, c, d, e, f, g, h])
        }

        /// The stored fields of a kind, in the order a form shows them.
        pub fn fields(kind: Kind) -> Vec<FieldDef> {
            match kind {
                $(Kind::$kind => $kind::FIELDS.iter().map(Field::def).collect(),)*
                _ => Vec::new(),
            }
        }

        /// The stored field of a kind with this name.
        pub fn field(kind: Kind, name: &str) -> Option<FieldDef> {
            match kind {
                $(Kind::$kind => $kind::field(name).map(Field::def),)*
                _ => None,
            }
        }
    };
}

/// To be counted up when what records hold besides their fields changes: meta, standing, activities, notes, custom values; or
/// what the log of fields, or the index of what commits knew, keeps; or which commits count.
const BESIDES_FIELDS: u32 = 10;

any_record!(
    Company,
    Opportunity,
    Contact,
    Stage,
    Team,
    User,
    Product,
    Tag,
    LostReason,
    CustomField,
    Favourite,
    ActivityType,
    ActivityPlan,
    PlanStep,
    Meeting,
    EventKind,
    Call,
    CallList,
    Target,
    Quotation,
    OrderLine,
    Invoice,
    RevenueLine,
    Series,
    PriceList,
    Price
);

impl Record {
    pub fn name(&self) -> String {
        match self.get("name") {
            Some(Value::Text(name)) => name,
            _ => String::new(),
        }
    }

    /// The values of custom fields, for kinds that have them.
    pub fn custom(&self) -> Option<&BTreeMap<String, Value>> {
        match self {
            Record::Opportunity(o) => Some(&o.custom),
            Record::Contact(c) => Some(&c.custom),
            _ => None,
        }
    }

    fn custom_mut(&mut self) -> Option<&mut BTreeMap<String, Value>> {
        match self {
            Record::Opportunity(o) => Some(&mut o.custom),
            Record::Contact(c) => Some(&mut c.custom),
            _ => None,
        }
    }

    /// The files attached, none for kinds that have none.
    pub fn attachments(&self) -> &[Attachment] {
        match self {
            Record::Opportunity(o) => &o.attachments,
            Record::Contact(c) => &c.attachments,
            Record::Company(c) => &c.attachments,
            _ => &[],
        }
    }

    pub fn attachments_mut(&mut self) -> Option<&mut Vec<Attachment>> {
        match self {
            Record::Opportunity(o) => Some(&mut o.attachments),
            Record::Contact(c) => Some(&mut c.attachments),
            Record::Company(c) => Some(&mut c.attachments),
            _ => None,
        }
    }

    /// The activities and notes that lie inside, for kinds that have them.
    pub fn inner(&self) -> Option<(&[Activity], &[Note])> {
        match self {
            Record::Opportunity(o) => Some((&o.activities, &o.notes)),
            Record::Contact(c) => Some((&c.activities, &c.notes)),
            _ => None,
        }
    }

    pub fn inner_mut(&mut self) -> Option<(&mut Vec<Activity>, &mut Vec<Note>)> {
        match self {
            Record::Opportunity(o) => Some((&mut o.activities, &mut o.notes)),
            Record::Contact(c) => Some((&mut c.activities, &mut c.notes)),
            _ => None,
        }
    }
}
