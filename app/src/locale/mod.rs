//! The language of the window, and how numbers, amounts and days are written in it.
//!
//! What is spoken is a matter of the thread: the window's thread speaks the person's language, and hands it to the
//! threads it starts.

mod catalogue;
mod formats;

use std::{cell::Cell, thread};

pub use self::{
    catalogue::{install, said, text},
    formats::{
        Region, Separators, clock, days, decimal, exact, exact_money, full_day, full_month, full_weekday, hour,
        long_day, money, month_day, month_year, plain, short_day, short_month, weekday, weekday_day, whole,
    },
};

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
    pub region: Region,
}

thread_local! {
    static CURRENT: Cell<Locale> =
        const { Cell::new(Locale { language: Language::English, region: Region::International }) };
}

/// What is spoken on this thread.
pub fn current() -> Locale {
    CURRENT.get()
}

/// From now on this is spoken on this thread.
pub fn speak(locale: Locale) {
    CURRENT.set(locale);
}

/// Starts a thread that speaks what this one speaks.
pub fn spawn<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> thread::JoinHandle<T> {
    let spoken = current();
    thread::spawn(move || {
        speak(spoken);
        work()
    })
}

impl Language {
    pub const ALL: [Language; 2] = [Language::English, Language::German];

    /// In itself, so that it is found by who speaks it.
    pub fn name(self) -> &'static str {
        match self {
            Language::English => "English",
            Language::German => "Deutsch",
        }
    }

    fn tag(self) -> &'static str {
        match self {
            Language::English => "en",
            Language::German => "de",
        }
    }
}

impl Locale {
    /// What the system is set to, as far as it is known here.
    pub fn of_system() -> Locale {
        sys_locale::get_locale().map_or_else(Locale::default, |tag| Locale::of_tag(&tag))
    }

    /// `de-AT`: German, written as in Austria.
    pub fn of_tag(tag: &str) -> Locale {
        let language = tag.split(['-', '_']).next().unwrap_or_default();
        let language = Language::ALL.into_iter().find(|l| l.tag() == language).unwrap_or_default();
        Locale { language, region: Region::of_tag(tag).unwrap_or_default() }
    }

    /// As the settings of a device keep it: `de 001`.
    pub fn stored(self) -> String {
        format!("{} {}", self.language.tag(), self.region.tag())
    }

    /// What [`Locale::stored`] wrote.
    pub fn of_stored(text: &str) -> Option<Locale> {
        let (language, region) = text.split_once(' ')?;
        let language = Language::ALL.into_iter().find(|l| l.tag() == language)?;
        Some(Locale { language, region: Region::ALL.into_iter().find(|r| r.tag() == region)? })
    }
}
