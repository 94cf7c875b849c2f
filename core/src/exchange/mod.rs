//! Import and export: tables in, records out, and back.
//!
//! An import is a pipeline of pure steps. Bytes become [`table::Table`]s; headers and sample cells propose a
//! [`mapping::Mapping`] for each, which a person may see and change; tables, mappings and the records there are become a
//! [`plan::Plan`] of commands, linked between the files; one batch carries them out and its outcomes become an
//! [`report::ImportReport`]. The same file gives the same commands on every device.

pub mod calendar;
pub mod cards;
pub mod dates;
pub mod export;
pub mod import;
pub mod mapping;
pub mod numbers;
pub mod pages;
pub mod plan;
mod profiles;
pub mod report;
mod row;
pub mod table;

pub use import::Draft;
pub use mapping::{ColumnMap, Mapping, Profile, RowKind, Target};
pub use report::{AlikeRow, FileReport, ImportReport, RefusedRow};
pub use table::Table;
