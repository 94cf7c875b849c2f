//! Questions about records: filters, search, groups, sorting, and the views that boards and lists show.

pub mod agenda;
mod asker;
pub mod board;
pub mod calls;
pub mod custom;
pub mod dashboard;
pub mod duplicates;
mod facets;
mod fields;
mod filter;
mod folding;
pub mod forecast;
mod group;
mod index;
pub mod json;
mod list;
pub mod past;
mod period;
pub mod pivot;
pub mod ready;
pub mod reports;
pub mod search;

pub use self::{
    asker::Asker,
    facets::{Facet, MOST_GROUPS, Query, Term},
    fields::{Item, ListField, Listing, fields},
    filter::Filter,
    folding::fold,
    group::{Group, GroupBy},
    list::{ListQuery, Sort},
    period::Period,
};
pub(crate) use self::{duplicates::Alike, index::Index};
