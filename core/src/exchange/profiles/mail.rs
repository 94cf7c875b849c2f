//! Mails.

use super::Shape;
use crate::exchange::mapping::{Profile::Mail, RowKind};

/// Who wrote is a contact if one has the address, else a name and an address.
const MAIL: &[(&str, &str)] = &[
    ("mailid", "id"),
    ("subject", "name"),
    ("sender", "contact_name"),
    ("email", "contact_email"),
    ("copyto", "email_cc"),
    ("date", "create_date"),
    ("text", "description"),
    ("attachments", "attachments"),
];

pub(super) const SHAPES: &[Shape] = &[Shape::new(Mail, RowKind::Leads, &["mailid", "subject", "sender"], MAIL)];
