//! Questions about records: filters, search, groups, sorting, and the views that boards and lists show.

pub mod board;
