//! What the history calls a deed. It is kept in English, as it was made; here it is read again, its shape and what it names
//! apart, so that it can be shown in another language.

use crate::message::{Message, Part};

/// The shapes that labels have, the longer before those that would take them too. What stands at `{field}`, `{kind}` and
/// `{label}` is a text of this program's, everything else was given.
pub const SHAPES: &[&str] = &[
    "Undo: {label}",
    "Redo: {label}",
    "Change {field} of activity",
    "Change {n} fields",
    "Change one ‘{name}’",
    "Change all ‘{name}’",
    "Change ‘{name}’ from {day}",
    "Change {field}",
    "Decide {field}",
    "Create {kind}",
    "Move stage {name}",
    "Move to {stage}",
    "Moved to {stage}",
    "Assign in turn to {n} people",
    "Assign to {name}",
    "Assigned to {name}",
    "Merge tag {name} into {other}",
    "Merge {n} tags into {name}",
    "Merge stage {name} into {other}",
    "Merge {n} stages into {name}",
    "Remove stage {name}",
    "Remove attachment ‘{name}’",
    "Attach ‘{name}’",
    "Set target {what} of {name}",
    "Set price of {name} in {other}",
    "Reschedule {n} activities",
    "Schedule call ‘{name}’",
    "Convert call ‘{name}’ to opportunity",
    "Not called ‘{name}’",
    "Called ‘{name}’",
    "Cancel call ‘{name}’",
    "Reopen call ‘{name}’",
    "Cancel one ‘{name}’",
    "Cancel ‘{name}’ from {day}",
    "Schedule {kind}",
    "Cancel {kind}",
    "Plan {name}",
    "{kind} done",
    "{name} joins {team}",
    "Join {team}",
    "{field} changed",
    "{name} moved",
];

/// Labels without anything of the records in them.
pub const PLAIN: &[&str] = &[
    "Admit a device",
    "Archive",
    "Assign by rules",
    "Change a role",
    "Change activity",
    "Confirm order",
    "Create quotation",
    "Send quotation",
    "Cancel quotation",
    "Create invoice",
    "Post invoice",
    "Post refund",
    "Create refund",
    "Register payment",
    "Convert to opportunity",
    "Create opportunity",
    "Found the workspace",
    "Import",
    "Invite",
    "Mark lost",
    "Mark won",
    "Merge",
    "Move to the trash",
    "Move to trash",
    "Moved to the trash",
    "Remove a device",
    "Remove a person",
    "Reschedule activity",
    "Restore",
    "Restore version",
    "Say who posts invoices",
    "Unassign",
    "Write note",
];

/// A label of the history as a message; one of no known shape is a text without places.
pub fn read(label: &str) -> Message {
    if PLAIN.contains(&label) {
        return label.to_owned().into();
    }
    let among = label.strip_suffix(" records)").and_then(|rest| rest.rsplit_once(" ("));
    if let Some((label, count)) = among.filter(|(_, count)| count.bytes().all(|b| b.is_ascii_digit())) {
        return message!("{label} ({count} records)", label = read(label), count);
    }
    let shaped = SHAPES.iter().find_map(|shape| Some(Message::new(shape, places(shape, label)?)));
    shaped.unwrap_or_else(|| label.to_owned().into())
}

/// Whether a label that this program writes can be read again. Debug builds insist on it, so that the tests of whatever writes
/// a new one ask for its shape.
pub(super) fn is_known(label: &str) -> bool {
    let message = read(label);
    match message.at("label") {
        Some(inner) => is_known(&inner.to_string()),
        // What has no name has nothing at its place.
        None => PLAIN.contains(&label) || SHAPES.contains(&message.shape()) || label.contains("‘’"),
    }
}

/// What stands at the places of a shape; nothing if the label has another one.
fn places(shape: &'static str, label: &str) -> Option<Vec<(&'static str, Part)>> {
    let mut pieces = shape.split('{');
    let mut rest = label.strip_prefix(pieces.next()?)?;
    let mut found = Vec::new();
    for piece in pieces {
        let (name, after) = piece.split_once('}')?;
        let end = if after.is_empty() { rest.len() } else { rest.find(after).filter(|end| *end > 0)? };
        let given = &rest[..end];
        rest = &rest[end + after.len()..];
        found.push((
            name,
            match name {
                "n" if !given.bytes().all(|b| b.is_ascii_digit()) => return None,
                "label" => Part::Said(read(given)),
                "field" | "kind" => Part::Said(given.to_owned().into()),
                "day" => given.parse().map_or_else(|_| Part::Given(given.to_owned()), Part::Day),
                _ => Part::Given(given.to_owned()),
            },
        ));
    }
    rest.is_empty().then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_read_again_says_the_same() {
        let labels = [
            "Move to Qualified (3 records)",
            "Undo: Change Stage",
            "Merge stage New into Old",
            "Anna joins East",
            "Change {brace}",
            "Nothing that is known",
        ];
        for label in labels {
            assert_eq!(read(label).to_string(), label);
        }
        assert!(labels[..4].iter().all(|label| is_known(label)), "what is known is told from what is not");
        assert!(!is_known("Nothing that is known") && !is_known("Ring the bell (3 records)"));
        let german = |text: &str| match text {
            "Undo: {label}" => "Rückgängig: {label}".to_owned(),
            "Change {field}" => "{field} ändern".to_owned(),
            "Stage" => "Phase".to_owned(),
            "{kind} done" => "{kind} erledigt".to_owned(),
            "Call" => "Anruf".to_owned(),
            other => other.to_owned(),
        };
        let said = |label: &str| read(label).said(&german, &|day| day.to_string());
        assert_eq!(said("Undo: Change Stage"), "Rückgängig: Phase ändern");
        assert_eq!(said("Undo: Call done"), "Rückgängig: Anruf erledigt");
        assert_eq!(said("Undo: Site visit done"), "Rückgängig: Site visit erledigt", "a type of the team's own");
    }
}
