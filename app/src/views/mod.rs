//! What the window shows: one folder or file a view. Views read records, keep what is being typed, and push actions.

pub mod board;
pub mod conflicts;
pub mod contacts;
pub mod form;
pub mod format;
pub mod import;
pub mod onboarding;
pub mod opportunity;
pub mod reading;
pub mod settings;
pub mod team;

/// The number that gives a person their colour: the same on every device.
pub fn person_number(user: satchel_core::DocId) -> u64 {
    user.as_bytes().iter().fold(0, |sum, byte| sum + u64::from(*byte)) % 7
}
