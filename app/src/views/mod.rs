//! What the window shows: one folder or file a view. Views read records, keep what is being typed, and push actions.

pub mod alike;
pub mod answer;
pub mod board;
pub mod calendar;
pub mod calls;
pub mod conflicts;
pub mod contacts;
pub mod convert;
pub mod form;
pub mod format;
pub mod groups;
pub mod import;
pub mod leads;
pub mod list;
pub mod mass;
pub mod meeting;
pub mod merge;
pub mod onboarding;
pub mod opportunity;
pub mod photo;
pub mod pipeline;
pub mod reading;
pub mod search;
pub mod settings;
pub mod team;
pub mod todo;
