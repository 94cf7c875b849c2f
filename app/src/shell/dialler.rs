//! What dials a number: the program that the system has for it.

use std::{fmt, sync::Arc};

use satchel_core::phone;
use tr::tr;

type Open = dyn Fn(&str) -> Result<(), String> + Send + Sync;

/// Opens `tel:` links.
#[derive(Clone)]
pub struct Dialler(Arc<Open>);

impl Dialler {
    /// One of the caller's, which is given the link and says in words what kept it from dialling.
    pub fn new(open: impl Fn(&str) -> Result<(), String> + Send + Sync + 'static) -> Dialler {
        Dialler(Arc::new(open))
    }

    /// Dials a number as people write it. It does not block.
    pub fn dial(&self, number: &str) -> Result<(), String> {
        match link(number) {
            Some(link) => (self.0)(&link),
            None => Err(tr!("‘{}’ cannot be dialled", number)),
        }
    }
}

impl Default for Dialler {
    /// The system's.
    fn default() -> Dialler {
        Dialler::new(|link| {
            open::that_detached(link)
                .map_err(|error| tr!("This system has no program that dials ({reason})", reason = error))
        })
    }
}

impl fmt::Debug for Dialler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Dialler")
    }
}

/// `tel:+32485001122` (RFC 3966): digits, and what a dialler understands. Nothing for what is no number.
fn link(number: &str) -> Option<String> {
    if !phone::is_normal(number) && !phone::is_dialable(number) {
        return None;
    }
    let plus = if number.trim_start().starts_with('+') { "+" } else { "" };
    let digits: String = number.chars().filter(|c| c.is_ascii_digit() || "*#".contains(*c)).collect();
    Some(format!("tel:{plus}{}", digits.replace('#', "%23")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_numbers_are_dialled() {
        assert_eq!(link("+32 485 00 11 22").as_deref(), Some("tel:+32485001122"));
        assert_eq!(link("(0485) 00.11.22").as_deref(), Some("tel:0485001122"));
        assert_eq!(link("*21#").as_deref(), None);
        assert_eq!(link("*210#").as_deref(), Some("tel:*210%23"));
        for text in ["", "ask Ann", "file:///etc/passwd", &"1".repeat(200)] {
            assert_eq!(link(text), None);
        }
    }
}
