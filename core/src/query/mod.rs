//! Questions about records: filters, search, groups, sorting, and the views that boards and lists show.

pub mod board;
mod folding;
mod index;
pub mod search;

pub use self::folding::fold;
pub(crate) use self::index::Index;
