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
mod item;
pub mod json;
mod list;
mod listing;
pub mod past;
mod period;
pub mod pivot;
pub mod prices;
pub mod ready;
pub mod reports;
pub mod search;

pub use self::{
    asker::Asker,
    facets::{Facet, MOST_GROUPS, Query, Term},
    fields::{ListField, fields},
    filter::Filter,
    folding::fold,
    group::{Group, GroupBy},
    item::Item,
    list::{ListQuery, Sort},
    listing::Listing,
    period::Period,
};
pub(crate) use self::{duplicates::Alike, index::Index};
