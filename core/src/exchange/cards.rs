//! Contacts out as address cards (vCard), with their photos.

use std::fmt::Write;

use data_encoding::{BASE64, BASE64_MIME_PERMISSIVE};

use crate::{
    error::Result,
    id::{DocId, FileHash},
    record::{Contact, Records},
};

/// Which edition of the standard: 2.1 for old phones, 3.0 for nearly everything, 4.0 for what is new.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum CardVersion {
    V2_1,
    #[default]
    V3_0,
    V4_0,
}

impl CardVersion {
    /// Reads `2.1`, `3.0`, `4.0`.
    pub fn named(text: &str) -> Result<CardVersion> {
        match text.trim() {
            "2.1" => Ok(CardVersion::V2_1),
            "3.0" | "3" => Ok(CardVersion::V3_0),
            "4.0" | "4" => Ok(CardVersion::V4_0),
            other => Err(refused!("‘{other}’ is no version of vCard: 2.1, 3.0 or 4.0", other)),
        }
    }

    fn number(self) -> &'static str {
        match self {
            CardVersion::V2_1 => "2.1",
            CardVersion::V3_0 => "3.0",
            CardVersion::V4_0 => "4.0",
        }
    }
}

/// One card for each of these contacts. `file` gives the bytes of an attached file, nothing for one that is not on this device:
/// then its card has no photo.
pub fn vcf(
    records: &Records,
    ids: &[DocId],
    version: CardVersion,
    file: &dyn Fn(FileHash) -> Option<Vec<u8>>,
) -> Vec<u8> {
    let contacts = ids.iter().filter_map(|id| records.contacts.get(id));
    let cards = contacts.map(|contact| card(records, contact, version, file));
    cards.collect::<String>().into_bytes()
}

fn card(
    records: &Records,
    contact: &Contact,
    version: CardVersion,
    file: &dyn Fn(FileHash) -> Option<Vec<u8>>,
) -> String {
    let mut card = Card { version, text: String::new() };
    card.plain("BEGIN:VCARD");
    card.plain(&format!("VERSION:{}", version.number()));
    card.value("UID", &[&contact.id.to_string()]);
    card.value("FN", &[&contact.name]);
    let company = contact.parent.map(|id| records.name(id)).unwrap_or_default();
    if contact.is_company {
        card.value("N", &[&contact.name, "", "", "", ""]);
        card.value("ORG", &[&contact.name]);
        if version == CardVersion::V4_0 {
            card.plain("KIND:org");
        }
    } else {
        let (first, last) = contact.name.rsplit_once(' ').unwrap_or(("", &contact.name));
        card.value("N", &[last, first, "", "", ""]);
        card.value("ORG", &[company]);
    }
    card.value("TITLE", &[&contact.function]);
    for (email, kind) in [(&contact.email, "WORK"), (&contact.email_other, "HOME")] {
        card.value(&card.typed("EMAIL", &["INTERNET", kind]), &[email]);
    }
    for (phone, kind) in [(&contact.phone, "WORK"), (&contact.mobile, "CELL"), (&contact.phone_other, "HOME")] {
        card.value(&card.typed("TEL", &[kind]), &[phone]);
    }
    let street = [&contact.street2, &contact.street, &contact.city, &contact.state, &contact.zip, &contact.country];
    if street.iter().any(|part| !part.is_empty()) {
        let parts: Vec<&str> = std::iter::once("").chain(street.iter().map(|part| part.as_str())).collect();
        card.value(&card.typed("ADR", &["WORK"]), &parts);
    }
    card.value("URL", &[&contact.website]);
    if let Some(birthday) = contact.birthday {
        card.plain(&format!(
            "BDAY:{}",
            birthday.format(if version == CardVersion::V4_0 { "%Y%m%d" } else { "%Y-%m-%d" })
        ));
    }
    let tags: Vec<&str> = contact.tags.iter().map(|tag| records.name(*tag)).collect();
    card.list("CATEGORIES", &tags);
    card.value("NOTE", &[&contact.description]);
    if let Some((name, bytes)) = contact.photo().and_then(|photo| Some((&photo.name, file(photo.hash)?))) {
        card.photo(name, &bytes);
    }
    card.plain("END:VCARD");
    card.text
}

struct Card {
    version: CardVersion,
    text: String,
}

impl Card {
    /// A line as it is, folded where the version has that.
    fn plain(&mut self, line: &str) {
        let most = if self.version == CardVersion::V2_1 { usize::MAX } else { 75 };
        let mut room = most;
        for letter in line.chars() {
            if letter.len_utf8() > room {
                self.text.push_str("\r\n ");
                room = most - 1;
            }
            self.text.push(letter);
            room -= letter.len_utf8().min(room);
        }
        self.text.push_str("\r\n");
    }

    fn typed(&self, name: &str, kinds: &[&str]) -> String {
        match self.version {
            CardVersion::V2_1 => format!("{name};{}", kinds.join(";")),
            CardVersion::V3_0 => format!("{name};TYPE={}", kinds.join(",")),
            CardVersion::V4_0 => {
                let lower: Vec<String> = kinds.iter().filter(|k| **k != "INTERNET").map(|k| k.to_lowercase()).collect();
                format!("{name};TYPE={}", lower.join(","))
            }
        }
    }

    /// A property of one part or several; nothing where all are empty.
    fn value(&mut self, name: &str, parts: &[&str]) {
        if parts.iter().all(|part| part.trim().is_empty()) {
            return;
        }
        if self.version != CardVersion::V2_1 {
            let escaped: Vec<String> = parts.iter().map(|part| escaped(part)).collect();
            self.plain(&format!("{name}:{}", escaped.join(";")));
            return;
        }
        let whole = parts.iter().map(|part| part.replace(';', "\\;")).collect::<Vec<_>>().join(";");
        match whole.chars().all(|c| c == ' ' || c.is_ascii_graphic()) {
            true => self.plain(&format!("{name}:{whole}")),
            false => self.plain(&format!("{name};CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:{}", quoted(&whole))),
        }
    }

    fn list(&mut self, name: &str, all: &[&str]) {
        let escaped: Vec<String> = all.iter().filter(|a| !a.is_empty()).map(|a| escaped(a)).collect();
        if !escaped.is_empty() {
            self.plain(&format!("{name}:{}", escaped.join(",")));
        }
    }

    fn photo(&mut self, name: &str, bytes: &[u8]) {
        let kind = if name.to_lowercase().ends_with(".png") { "PNG" } else { "JPEG" };
        let data = BASE64.encode(bytes);
        match self.version {
            CardVersion::V2_1 => {
                self.text.push_str(&format!("PHOTO;ENCODING=BASE64;TYPE={kind}:\r\n"));
                for line in data.as_bytes().chunks(72) {
                    self.text.push_str(&format!(" {}\r\n", String::from_utf8_lossy(line)));
                }
                self.text.push_str("\r\n");
            }
            CardVersion::V3_0 => self.plain(&format!("PHOTO;ENCODING=b;TYPE={kind}:{data}")),
            CardVersion::V4_0 => self.plain(&format!("PHOTO:data:image/{};base64,{data}", kind.to_lowercase())),
        }
    }
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.replace("\r\n", "\n").chars() {
        match letter {
            '\\' | ';' | ',' => out.extend(['\\', letter]),
            '\n' => out.push_str("\\n"),
            letter if letter.is_control() => {}
            letter => out.push(letter),
        }
    }
    out
}

/// Quoted-printable, on one line.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.replace("\r\n", "\n").replace('\n', "\r\n").bytes() {
        match byte {
            b'=' => out.push_str("=3D"),
            b' '..=b'~' => out.push(byte as char),
            byte => _ = write!(out, "={byte:02X}"),
        }
    }
    out
}

/// The bytes that a property of a card has: base64 in any of its editions, or a `data:` address. Nothing for what is no image, or
/// is too large to be attached.
pub(super) fn photo_of(property: &str) -> Option<(&'static str, Vec<u8>)> {
    let data = property.rsplit_once([',', ':']).map_or(property, |(_, data)| data);
    // Programs indent its lines, and some leave out what fills up the end.
    let mut letters: Vec<u8> = data.bytes().filter(|b| !b.is_ascii_whitespace() && *b != b'=').collect();
    letters.truncate(letters.len() - usize::from(letters.len() % 4 == 1));
    letters.resize(letters.len().next_multiple_of(4), b'=');
    let bytes = BASE64_MIME_PERMISSIVE.decode(&letters).ok()?;
    let kind = match bytes.as_slice() {
        [0xff, 0xd8, 0xff, ..] => "photo.jpg",
        [0x89, b'P', b'N', b'G', ..] => "photo.png",
        [b'G', b'I', b'F', b'8', ..] => "photo.gif",
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => "photo.webp",
        _ => return None,
    };
    (bytes.len() as u64 <= crate::record::MAX_FILE).then_some((kind, bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_photo_is_an_image_in_the_card_itself() {
        assert_eq!(photo_of("/9j/4AAQ").map(|(name, _)| name), Some("photo.jpg"));
        assert_eq!(photo_of("data:image/png;base64,iVBORw0KGgo=").map(|(name, _)| name), Some("photo.png"));
        for none in ["", "http://example.com/a.jpg", "YWJjZA==", "?"] {
            assert_eq!(photo_of(none), None, "{none}");
        }
    }
}
