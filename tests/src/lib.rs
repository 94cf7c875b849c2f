//! Whole-system tests, and the bench.

pub mod bench;
