//! Whole-system tests, the bench, and what is tried over and over.

pub mod bench;
pub mod torture;
