//! A mail (RFC 5322) as a table of one row: who wrote, what about, the words and the attached files.

use std::sync::LazyLock;

use chrono::{DateTime, SecondsFormat};
use mail_parser::{Address, HeaderName, HeaderValue, Message, MessageParser};

use super::{
    Row, Table,
    mime::{self, Parts},
};
use crate::{error::Result, panics::caught};

pub(super) const HEADERS: [&str; 8] =
    ["Mail ID", "Subject", "Sender", "E-mail", "Copy to", "Date", "Text", "Attachments"];

/// The most bytes that a mail may have: an attached file of the size that is taken has 34 MiB in one.
const MOST_BYTES: usize = 64 << 20;
/// In bytes; a field of text holds 64 KiB, of which columns that somebody sends to the notes want some.
const LONGEST_TEXT: usize = 60 << 10;
/// In bytes, of a subject, a name or an address.
const LONGEST_LINE: usize = 500;
/// In bytes, of all addresses that had a copy.
const LONGEST_COPIES: usize = 8 << 10;

/// Only the headers that are asked for: whatever else a mail carries costs nothing.
pub(super) static PARSER: LazyLock<MessageParser> = LazyLock::new(|| {
    let parser = MessageParser::new().with_minimal_headers().default_header_ignore();
    parser.header_id(HeaderName::MessageId).header_address(HeaderName::Sender)
});

/// How a mail begins that somebody saved without the ending `.eml`. No table and no calendar begins so.
pub(super) fn begins_so(bytes: &[u8]) -> bool {
    const FIRST: [&str; 5] = ["Return-Path:", "Delivered-To:", "Received:", "Message-ID:", "MIME-Version:"];
    let starts = |name: &&str| bytes.get(..name.len()).is_some_and(|b| b.eq_ignore_ascii_case(name.as_bytes()));
    FIRST.iter().any(starts)
}

/// Errors: what is no mail; parts in parts or many of them beyond what anybody sends; too large.
pub(super) fn read(file: &str, bytes: &[u8]) -> Result<Table> {
    if bytes.len() > MOST_BYTES {
        return Err(refused!(
            "has {size} MiB; mails of up to {most} are read: save its attached files, and add them to the record",
            size = bytes.len() >> 20,
            most = MOST_BYTES >> 20
        ));
    }
    let row = caught(|| row(bytes)).unwrap_or_else(|_| Err(refused!("is a mail that cannot be read")))?;
    let headers = HEADERS.iter().map(|h| (*h).to_owned()).collect();
    Ok(Table { file: file.to_owned(), sheet: None, headers, rows: vec![row] })
}

fn row(bytes: &[u8]) -> Result<Row> {
    let mail = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    let (head, _) = mime::split(mail);
    let about = mime::headers(&head[..head.len().min(mime::LONGEST_HEAD)]);
    if !says_who_or_what(&about) {
        return Err(refused!("is no mail: it says neither who wrote it nor what about"));
    }
    if head.len() > mime::LONGEST_HEAD {
        let most = mime::LONGEST_HEAD >> 10;
        return Err(refused!("says more than {most} KiB of itself before its words begin: too much to read", most));
    }
    let sender =
        address(about.from()).or_else(|| address(about.header(HeaderName::Sender).and_then(|s| s.as_address())));
    let (mut name, mut email) = sender.unwrap_or_default();
    // Who is to be answered is who it is about: a form of a web page writes in its own name.
    if let Some((other, reply_to)) = address(about.reply_to()).filter(|(_, email)| !email.is_empty()) {
        name = if other.is_empty() { name } else { other };
        email = reply_to;
    }
    let Parts { text, files } = Parts::of(mail)?;
    let names: Vec<&str> = files.iter().map(|f| f.name.as_str()).collect();
    let cells = vec![
        about.message_id().filter(|id| !id.trim().is_empty()).map_or_else(|| digest(mail), str::to_owned),
        named(about.subject().unwrap_or_default()),
        name,
        email,
        copies(&about),
        sent(&about),
        fitting(&text, LONGEST_TEXT),
        fitting(&names.join(", "), LONGEST_TEXT),
    ];
    Ok(Row { line: 1, cells, broken: None, files })
}

fn says_who_or_what(mail: &Message) -> bool {
    use HeaderName::{Date, From, MessageId, ReplyTo, Sender, Subject, To};
    [From, Sender, ReplyTo, To, Subject, Date, MessageId]
        .into_iter()
        .any(|name| mail.header(name).is_some_and(|value| *value != HeaderValue::Empty))
}

/// The first name and address; what is no address is left out.
fn address(of: Option<&Address>) -> Option<(String, String)> {
    let first = of?.first()?;
    let email = first.address.as_deref().unwrap_or_default().trim();
    let email = if email.len() <= LONGEST_LINE && is_address(email) { email } else { "" };
    let name = fitting(first.name.as_deref().unwrap_or_default().trim(), LONGEST_LINE);
    let name = if name.eq_ignore_ascii_case(email) { String::new() } else { name };
    Some((name, email.to_owned()))
}

fn is_address(text: &str) -> bool {
    text.contains('@') && !text.contains(|c: char| c.is_whitespace() || c.is_control())
}

/// As many of the addresses that had a copy as the field should hold.
fn copies(mail: &Message) -> String {
    let mut all = String::new();
    let given = mail.cc().into_iter().flat_map(|cc| cc.iter()).filter_map(|a| a.address.as_deref());
    for email in given.map(str::trim).filter(|email| is_address(email)) {
        if all.len() + email.len() > LONGEST_COPIES {
            break;
        }
        all.push_str(if all.is_empty() { "" } else { ", " });
        all.push_str(email);
    }
    all
}

fn sent(mail: &Message) -> String {
    let date = mail.date().filter(|date| date.is_valid()).map(|date| date.to_timestamp());
    let date = date.and_then(|seconds| DateTime::from_timestamp(seconds, 0));
    date.map_or_else(String::new, |date| date.to_rfc3339_opts(SecondsFormat::Secs, true))
}

/// Spec §2: a lead is called like the mail that it came by.
fn named(subject: &str) -> String {
    let subject = fitting(subject, LONGEST_LINE).split_whitespace().collect::<Vec<_>>().join(" ");
    if subject.is_empty() { "No Subject".to_owned() } else { subject }
}

/// What names a mail that has no identifier, whichever line ends it was saved with.
fn digest(mail: &[u8]) -> String {
    let mut hasher = blake3::Hasher::new();
    mail.split(|byte| *byte == b'\r').for_each(|piece| {
        hasher.update(piece);
    });
    hasher.finalize().to_hex().to_string()
}

/// Cut after this many bytes, without what no text should hold.
fn fitting(text: &str, most: usize) -> String {
    let text = text.trim();
    let cut = &text[..text.floor_char_boundary(most)];
    let lines = cut.replace("\r\n", "\n").replace('\r', "\n");
    let mut kept: String = lines.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
    if cut.len() < text.len() {
        kept.push('…');
    }
    kept
}
