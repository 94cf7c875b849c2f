//! The program as scripts and people at a terminal use it, in processes of its own.
#![allow(clippy::unwrap_used)]

mod backup;
mod bad_input;
mod calendar;
mod commands;
#[cfg(target_os = "linux")]
mod full_disk;
#[cfg(unix)]
mod killed;
#[cfg(unix)]
mod members;
#[cfg(target_os = "linux")]
mod namespaces;
mod passphrase;
mod people;
mod pipeline;
#[cfg(target_os = "linux")]
mod privacy;
mod program;
mod reports;
mod two_devices;
