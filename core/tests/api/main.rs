//! What the core promises, through its public API, in memory.
#![allow(clippy::unwrap_used)]

mod activities;
mod attachments;
mod backup;
mod board;
mod calendar;
mod calls;
mod common;
mod dashboard;
mod demo;
mod facets;
mod faults;
mod favourites;
mod forecast;
mod forks;
mod hostile;
mod import_calendars;
mod import_files;
mod import_mails;
mod import_real;
mod lists;
mod merged;
mod past;
mod people;
mod pipeline;
mod prices;
mod properties;
mod reports;
mod sales;
mod scenarios;
mod sealed;
mod search;
mod targets;
mod trust;
mod versions;
mod workspace;
