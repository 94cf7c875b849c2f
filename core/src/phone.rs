//! Phone numbers: kept in E.164 (`+32485001122`), so that one number written in any way is one number (spec §1, scenario 9).

use phonenumber::{Mode, country};

/// The fields of all kinds that hold a phone number.
pub const FIELDS: [&str; 3] = ["phone", "mobile", "phone_other"];

/// The number in E.164. Without an international prefix it is read as one of the region's (ISO 3166, `BE`). Nothing if it
/// cannot be read so, or if more than a number is written (an extension, a word): then it is kept as written.
pub fn normal(text: &str, region: Option<&str>) -> Option<String> {
    let text = text.trim();
    if is_normal(text) {
        return Some(text.to_owned());
    }
    if text.len() > 40 || !text.chars().all(|c| c.is_ascii_digit() || " \u{a0}\u{202f}+-–()./".contains(c)) {
        return None;
    }
    match text.strip_prefix("00").or_else(|| text.strip_prefix('+')) {
        Some(rest) => {
            let digits = digits(&rest.replace("(0)", ""));
            let plain = format!("+{digits}");
            // Where a 0 follows the country's code, the library knows whether it is dialled from abroad. It is asked only then:
            // imports bring numbers by the hundred thousand. A number it does not know is a number still.
            let known = if follows_code(&digits) == Some('0') { parsed(&plain, None) } else { None };
            known.or_else(|| is_normal(&plain).then_some(plain))
        }
        None => parsed(text, Some(region?)),
    }
}

/// The digit after the country's code, which has one digit, two or three (ITU E.164).
fn follows_code(digits: &str) -> Option<char> {
    let length = match digits.get(..2)? {
        code if code.starts_with(['1', '7']) => 1,
        "20" | "27" | "30" | "31" | "32" | "33" | "34" | "36" | "39" | "40" | "41" | "43" | "44" | "45" | "46"
        | "47" | "48" | "49" | "51" | "52" | "53" | "54" | "55" | "56" | "57" | "58" | "60" | "61" | "62" | "63"
        | "64" | "65" | "66" | "81" | "82" | "84" | "86" | "90" | "91" | "92" | "93" | "94" | "95" | "98" => 2,
        _ => 3,
    };
    digits.get(length..)?.chars().next()
}

/// Whether a text that is not in E.164 can be dialled as it is: 3 to 20 digits and what people write between them.
pub fn is_dialable(text: &str) -> bool {
    let count = text.bytes().filter(u8::is_ascii_digit).count();
    (3..=20).contains(&count) && text.chars().all(|c| c.is_ascii_digit() || " \u{a0}\u{202f}+-–()./*#x".contains(c))
}

/// Whether a text holds more digits than any number, or several of them, have.
pub fn has_too_many_digits(text: &str) -> bool {
    text.bytes().filter(u8::is_ascii_digit).count() > 60
}

/// Whether a region of this code has phone numbers.
pub fn is_region(code: &str) -> bool {
    code.parse::<country::Id>().is_ok()
}

fn parsed(text: &str, region: Option<&str>) -> Option<String> {
    let region = region.map(str::parse::<country::Id>).transpose().ok()?;
    let number = phonenumber::parse(region, text).ok().filter(phonenumber::is_valid)?;
    Some(number.format().mode(Mode::E164).to_string()).filter(|n| is_normal(n))
}

/// Whether this is a number in E.164 already.
pub fn is_normal(text: &str) -> bool {
    text.strip_prefix('+').is_some_and(|digits| {
        (7..=15).contains(&digits.len()) && !digits.starts_with('0') && digits.bytes().all(|b| b.is_ascii_digit())
    })
}

/// A number as people read it: `+32 485 00 11 22`. What is not in E.164 stays as it is.
pub fn readable(text: &str) -> String {
    match phonenumber::parse(None, text) {
        Ok(number) if is_normal(text) => number.format().mode(Mode::International).to_string(),
        _ => text.to_owned(),
    }
}

/// What a number is searched by: its digits without international or trunk prefix, so that `+32485001122` and
/// `0032485001122` are each found by the other's form and by `485001122`. Nothing for what is no number, or for fewer than
/// three characters.
pub fn search_digits(text: &str) -> Option<String> {
    let text = text.trim();
    let is_number = text.len() >= 3 && text.chars().all(|c| c.is_ascii_digit() || "+()-./ ".contains(c));
    let digits = digits(text).trim_start_matches('0').to_owned();
    (is_number && digits.len() >= 3).then_some(digits)
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_number_written_in_many_ways() {
        for text in [
            "+32485001122",
            "0032485001122",
            "+32 485 00 11 22",
            "+32 (0)485/00.11.22",
            "+32 0485 00 11 22",
            "0032 (0) 485 00 11 22",
        ] {
            assert_eq!(normal(text, None).as_deref(), Some("+32485001122"), "{text}");
        }
        for text in ["0485 00 11 22", "485001122", "+32485001122", "(0485) 001122"] {
            assert_eq!(normal(text, Some("BE")).as_deref(), Some("+32485001122"), "{text}");
        }
        assert_eq!(normal("+39 06 6982 0000", None).as_deref(), Some("+390669820000"), "dialled from abroad");
        assert_eq!(normal("+353 1 679 2777", None).as_deref(), Some("+35316792777"));
        assert_eq!(normal("(202) 555-0143", Some("US")).as_deref(), Some("+12025550143"));
        assert_eq!(normal("+1 555 123 4567", None).as_deref(), Some("+15551234567"), "in no plan, and international");
    }

    #[test]
    fn what_cannot_be_read_is_left() {
        for text in ["", "0485 00 11 22", "ask Ann", "+32 485 00 11 22 ext. 3", "+0", "++++", "12", "+1234567890123456"]
        {
            assert_eq!(normal(text, None), None, "{text}");
        }
        for text in ["12", "555", "☎ 0485 00 11 22", &"1".repeat(70_000)] {
            assert_eq!(normal(text, Some("BE")), None);
        }
        assert_eq!(normal("0485 00 11 22", Some("nowhere")), None);
        assert!(is_region("BE") && !is_region("be") && !is_region("Belgium"));
    }

    #[test]
    fn numbers_as_people_read_and_seek_them() {
        assert_eq!(readable("+32485001122"), "+32 485 00 11 22");
        assert_eq!(readable("ask Ann"), "ask Ann");
        assert_eq!(search_digits("+32485001122").as_deref(), Some("32485001122"));
        assert_eq!(search_digits("0032 485 00 11 22").as_deref(), Some("32485001122"));
        assert_eq!(search_digits("485001122").as_deref(), Some("485001122"));
        for text in ["48", "+3", "00", "Ann", "007", "Acme 2000"] {
            assert_eq!(search_digits(text), None, "{text}");
        }
    }
}
