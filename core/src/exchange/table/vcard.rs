//! Address cards (vCard 2.1 to 4.0) as a table of people, one row for each card.

use std::collections::BTreeMap;

use super::{Row, Table};
use crate::error::Result;

/// The columns of such a table; several addresses or numbers of a card lie in one cell, between `:::`.
const HEADERS: [&str; 19] = [
    "vCard UID",
    "Full name",
    "First name",
    "Middle name",
    "Last name",
    "Company",
    "Department",
    "Job title",
    "E-mail",
    "Phone",
    "Mobile",
    "Street",
    "Street 2",
    "City",
    "State",
    "ZIP",
    "Country",
    "Website",
    "Birthday",
];
const MORE: [&str; 4] = ["Nickname", "Categories", "Note", "Photo"];

/// One line of a card: `item1.TEL;TYPE=work:+44…`.
struct Property {
    name: String,
    kinds: Vec<String>,
    value: String,
}

type Card = BTreeMap<&'static str, Vec<String>>;

pub(super) fn read(file: &str, text: &str) -> Result<Table> {
    let mut rows = Vec::new();
    let mut card: Option<(u64, Card)> = None;
    for (line, logical) in unfolded(text) {
        let Some(property) = property(&logical) else { continue };
        match (property.name.as_str(), property.value.to_ascii_uppercase().as_str(), &mut card) {
            ("BEGIN", "VCARD", _) => card = Some((line, Card::new())),
            ("END", "VCARD", _) => rows.extend(card.take().map(|(line, card)| row(line, card))),
            (_, _, Some((_, card))) => take(card, property),
            _ => {}
        }
    }
    if rows.is_empty() {
        return Err(refused!("has no whole address card"));
    }
    let headers = HEADERS.iter().chain(&MORE).map(|h| (*h).to_owned()).collect();
    Ok(Table { file: file.to_owned(), sheet: None, headers, rows })
}

/// Lines with their continuations: folded ones begin with a space, quoted-printable ones end in `=`.
fn unfolded(text: &str) -> Vec<(u64, String)> {
    let mut lines: Vec<(u64, String)> = Vec::new();
    let mut soft = false;
    for (number, line) in (1..).zip(text.lines()) {
        let folded = line.strip_prefix([' ', '\t']);
        match (lines.last_mut(), folded) {
            (Some((_, last)), _) if soft => {
                last.pop();
                last.push_str(line);
            }
            (Some((_, last)), Some(rest)) => last.push_str(rest),
            _ => lines.push((number, line.to_owned())),
        }
        let is_quoted = lines.last().is_some_and(|(_, l)| l.to_ascii_uppercase().contains("QUOTED-PRINTABLE"));
        soft = is_quoted && line.ends_with('=');
    }
    lines
}

fn property(line: &str) -> Option<Property> {
    let mut in_quotes = false;
    let colon = line.find(|c: char| {
        in_quotes ^= c == '"';
        c == ':' && !in_quotes
    })?;
    let (head, value) = (&line[..colon], &line[colon + 1..]);
    let mut parts = head.split(';');
    let name = parts.next()?.rsplit('.').next()?.trim().to_ascii_uppercase();
    let mut kinds = Vec::new();
    let mut quoted = false;
    for part in parts {
        let (key, said) = part.split_once('=').unwrap_or(("TYPE", part));
        quoted |= said.eq_ignore_ascii_case("QUOTED-PRINTABLE");
        if key.eq_ignore_ascii_case("TYPE") {
            kinds.extend(said.trim_matches('"').split(',').map(str::to_ascii_lowercase));
        }
    }
    let value = if quoted { unquoted(value) } else { value.to_owned() };
    Some(Property { name, kinds, value: value.trim().to_owned() })
}

/// Quoted-printable to text.
fn unquoted(value: &str) -> String {
    let bytes = value.as_bytes();
    let mut plain = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let code = (bytes[at] == b'=').then(|| value.get(at + 1..at + 3)).flatten();
        match code.and_then(|c| u8::from_str_radix(c, 16).ok()) {
            Some(byte) => {
                plain.push(byte);
                at += 3;
            }
            None => {
                plain.push(bytes[at]);
                at += 1;
            }
        }
    }
    match String::from_utf8(plain) {
        Ok(text) => text,
        Err(e) => encoding_rs::WINDOWS_1252.decode(e.as_bytes()).0.into_owned(),
    }
}

/// The parts of a value between unescaped semicolons, without escapes.
fn pieces(value: &str) -> Vec<String> {
    let mut pieces = vec![String::new()];
    let mut letters = value.chars();
    while let Some(letter) = letters.next() {
        let last = pieces.len() - 1;
        match letter {
            '\\' => match letters.next() {
                Some('n' | 'N') => pieces[last].push('\n'),
                Some(other) => pieces[last].push(other),
                None => {}
            },
            ';' => pieces.push(String::new()),
            other => pieces[last].push(other),
        }
    }
    pieces.into_iter().map(|p| p.trim().to_owned()).collect()
}

fn take(card: &mut Card, property: Property) {
    let Property { name, kinds, value } = property;
    let is = |kind: &str| kinds.iter().any(|k| k.contains(kind));
    let parts = pieces(&value);
    let whole = || parts.join(";");
    let mut add = |column: &'static str, text: &str| {
        if !text.is_empty() {
            card.entry(column).or_default().push(text.to_owned());
        }
    };
    let part = |n: usize| parts.get(n).map_or("", String::as_str);
    match name.as_str() {
        "UID" => add("vCard UID", &whole()),
        "FN" => add("Full name", &whole()),
        "N" => {
            for (n, column) in [(0, "Last name"), (1, "First name"), (2, "Middle name")] {
                add(column, part(n));
            }
        }
        "ORG" => {
            add("Company", part(0));
            add("Department", part(1));
        }
        "TITLE" => add("Job title", &whole()),
        "EMAIL" => add("E-mail", &whole()),
        "TEL" if is("fax") || is("pager") => {}
        "TEL" if is("cell") => add("Mobile", value.trim_start_matches("tel:")),
        "TEL" => add("Phone", value.trim_start_matches("tel:")),
        "URL" => add("Website", &value.replace("\\:", ":")),
        "BDAY" => add("Birthday", &birthday(&value)),
        "NICKNAME" => add("Nickname", &whole()),
        "CATEGORIES" => add("Categories", &whole()),
        "NOTE" => add("Note", &whole()),
        // One is enough, as it is: base64, or an address that holds it.
        "PHOTO" => {
            card.entry("Photo").or_insert_with(|| vec![value]);
        }
        "ADR" => {
            // A card's work address goes before the others.
            let columns = ["Street 2", "Street", "City", "State", "ZIP", "Country"];
            if is("work") || !columns.iter().any(|c| card.contains_key(c)) {
                for (n, column) in (1..).zip(columns) {
                    card.remove(column);
                    if !part(n).is_empty() {
                        card.insert(column, vec![part(n).to_owned()]);
                    }
                }
            }
        }
        _ => {}
    }
}

/// `19800321` as an ISO day; days without a year are left out.
fn birthday(value: &str) -> String {
    let day = value.split('T').next().unwrap_or_default();
    let digits: String = day.chars().filter(char::is_ascii_digit).collect();
    match digits.len() {
        8 if !day.starts_with("--") => format!("{}-{}-{}", &digits[..4], &digits[4..6], &digits[6..]),
        _ => String::new(),
    }
}

fn row(line: u64, mut card: Card) -> Row {
    let one = [
        "Full name",
        "First name",
        "Middle name",
        "Last name",
        "Company",
        "Job title",
        "Website",
        "Birthday",
        "vCard UID",
    ];
    let cell = |header: &&&str| {
        let mut values = card.remove(**header).unwrap_or_default();
        values.dedup();
        match **header {
            "Note" => values.join("\n"),
            "Categories" => values.join(","),
            header if one.contains(&header) => values.into_iter().next().unwrap_or_default(),
            _ => values.join(" ::: "),
        }
    };
    let cells = HEADERS.iter().chain(&MORE).collect::<Vec<_>>().iter().map(cell).collect();
    Row { line, cells, broken: None, files: Vec::new() }
}
