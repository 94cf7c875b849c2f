//! Questions about records: filters, search, groups, sorting, and the views that boards and lists show.

pub mod board;
mod fields;
mod filter;
mod folding;
mod group;
mod index;
pub mod json;
mod list;
mod period;
pub mod search;

pub(crate) use self::index::Index;
pub use self::{
    fields::{Item, ListField, Listing, fields},
    filter::Filter,
    folding::fold,
    group::{Group, GroupBy},
    list::{ListQuery, Sort},
    period::Period,
};
