//! The language of the window, and how numbers, amounts and days are written in it.
//!
//! What is spoken is a matter of the thread: the window's thread speaks the person's language, and hands it to the
//! threads it starts.

mod catalogue;

use std::cell::Cell;

pub use self::catalogue::{install, text};

/// A language that the whole catalogue is there in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    #[default]
    English,
    German,
}

/// How the window speaks and writes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Locale {
    pub language: Language,
}

thread_local! {
    static CURRENT: Cell<Locale> = const { Cell::new(Locale { language: Language::English }) };
}

/// What is spoken on this thread.
pub fn current() -> Locale {
    CURRENT.get()
}

/// From now on this is spoken on this thread.
pub fn speak(locale: Locale) {
    CURRENT.set(locale);
}
