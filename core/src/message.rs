//! What is said to a person: an English text with places for values. Whoever shows it may say it in another language,
//! which is why text and values stay apart until then.

use std::{borrow::Cow, fmt};

use chrono::NaiveDate;
use serde::{Serialize, Serializer};

use crate::{BatchId, DocId, Error, Money, Percent};

/// A line for a person. It is [shown](fmt::Display) and kept in English.
#[derive(Clone, Debug, Default)]
pub struct Message {
    text: Cow<'static, str>,
    values: Vec<(&'static str, Part)>,
}

/// What stands at a place of a [`Message`].
#[derive(Clone, Debug)]
pub enum Part {
    /// A name, a number, what somebody wrote: the same in every language.
    Given(String),
    Day(NaiveDate),
    Said(Message),
}

/// A [`Message`]: `message!("‘{name}’ is one of {team}", name, team = draft.name(team))`. A place without a value does
/// not compile.
#[macro_export]
macro_rules! message {
    (@value $name:ident) => { $name };
    (@value $name:ident $value:expr) => { $value };
    ($text:literal $(, $name:ident $(= $value:expr)?)* $(,)?) => {{
        #[allow(unused_imports)]
        use $crate::message::Fills as _;
        let _ = |$($name: &str),*| ::std::format!($text);
        $crate::Message::new(
            $text,
            ::std::vec![$((::std::stringify!($name), $crate::message!(@value $name $($value)?).part())),*],
        )
    }};
}

/// An [`Error::Refused`](crate::Error::Refused) that says a [`message!`].
#[macro_export]
macro_rules! refused {
    ($($message:tt)*) => { $crate::Error::Refused($crate::message!($($message)*)) };
}

impl Message {
    /// `text` has a place `{name}` for each value; see [`message!`].
    pub fn new(text: &'static str, values: Vec<(&'static str, Part)>) -> Message {
        Message { text: Cow::Borrowed(text), values }
    }

    /// The message that stands at a place of this one.
    pub fn at(&self, place: &str) -> Option<&Message> {
        self.values.iter().find_map(|(name, part)| match part {
            Part::Said(message) if *name == place => Some(message),
            _ => None,
        })
    }

    /// The text, its places unfilled.
    pub fn shape(&self) -> &str {
        &self.text
    }

    /// In another language: `translate` is given each text, its places unfilled, and says it with the same places; `written`
    /// writes days.
    pub fn said(&self, translate: &dyn Fn(&str) -> String, written: &dyn Fn(NaiveDate) -> String) -> String {
        let text = translate(&self.text);
        if self.values.is_empty() {
            return text;
        }
        let mut out = String::new();
        let mut rest = &*text;
        while let Some((before, after)) = rest.split_once('{') {
            out.push_str(before);
            let value = after.split_once('}').and_then(|(name, after)| {
                let (_, value) = self.values.iter().find(|(known, _)| *known == name)?;
                Some((value, after))
            });
            match value {
                Some((Part::Given(value), after)) => {
                    out.push_str(value);
                    rest = after;
                }
                Some((Part::Day(day), after)) => {
                    out.push_str(&written(*day));
                    rest = after;
                }
                Some((Part::Said(message), after)) => {
                    out.push_str(&message.said(translate, written));
                    rest = after;
                }
                None => {
                    out.push('{');
                    rest = after;
                }
            }
        }
        out + rest
    }
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.said(&str::to_owned, &|day| day.to_string()))
    }
}

impl Serialize for Message {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

/// A text without places.
impl From<&'static str> for Message {
    fn from(text: &'static str) -> Message {
        Message { text: Cow::Borrowed(text), values: Vec::new() }
    }
}

/// A text that another language may know, or not.
impl From<String> for Message {
    fn from(text: String) -> Message {
        Message { text: Cow::Owned(text), values: Vec::new() }
    }
}

/// Two are alike if they say the same.
impl PartialEq for Message {
    fn eq(&self, other: &Message) -> bool {
        self.to_string() == other.to_string()
    }
}

impl Eq for Message {}

impl PartialEq<&str> for Message {
    fn eq(&self, other: &&str) -> bool {
        let said = self.to_string();
        said == *other
    }
}

/// What can be given to a place.
pub trait Fills {
    fn part(&self) -> Part;
}

impl Fills for Message {
    fn part(&self) -> Part {
        Part::Said(self.clone())
    }
}

impl Fills for NaiveDate {
    fn part(&self) -> Part {
        Part::Day(*self)
    }
}

impl Fills for Error {
    fn part(&self) -> Part {
        Part::Said(self.message())
    }
}

macro_rules! given {
    ($($kind:ty),*) => { $(impl Fills for $kind {
        fn part(&self) -> Part {
            Part::Given(self.to_string())
        }
    })* };
}

given!(str, String, char, u8, u32, u64, usize, i32, i64, DocId, BatchId, Money, Percent);
