//! The parts of a mail (MIME): which of them are to be read, which are attached. The tree is walked here, where depth and
//! number are bounded; the library follows mails in mails as deep as they go, and its stack would end first. It reads
//! the headers and undoes what parts are encoded in.

use mail_parser::{
    ContentType, Message, MessagePart, MimeHeaders, PartType,
    decoders::{charsets::map::charset_decoder, html::html_to_text},
};

use super::{Attached, encoding, mail::PARSER};
use crate::error::Result;

/// No word of a header is longer: RFC 2047 allows 75 characters.
const LONGEST_WORD: usize = 512;
/// The most bytes of one part's headers. What the library makes of them has some twenty times their size.
pub(super) const LONGEST_HEAD: usize = 256 << 10;
const MOST_PARTS: usize = 1_000;
const MOST_DEEP: usize = 16;
/// The most bytes of a part that are read as text: pages carry pictures in themselves, before their words.
const MOST_READ: usize = 4 << 20;
/// Stands for the beginning or end of a block while a page becomes text.
const BLOCK: char = '\u{e000}';

/// What a mail holds.
#[derive(Default)]
pub(super) struct Parts {
    /// What is to be read.
    pub text: String,
    pub files: Vec<Attached>,
}

enum Words {
    Plain(String),
    Page(String),
}

#[derive(Default)]
struct Walk {
    count: usize,
    files: Vec<Attached>,
}

impl Parts {
    /// Errors: deeper or more than anybody sends.
    pub fn of(mail: &[u8]) -> Result<Parts> {
        let mut walk = Walk::default();
        let words = walk.part(mail, 0)?;
        let texts = words.into_iter().map(|words| match words {
            Words::Plain(text) => text,
            Words::Page(html) => text_of_page(&html),
        });
        let texts: Vec<String> = texts.filter(|text| !text.trim().is_empty()).collect();
        Ok(Parts { text: texts.join("\n\n"), files: walk.files })
    }
}

impl Walk {
    fn part(&mut self, bytes: &[u8], depth: usize) -> Result<Vec<Words>> {
        self.count += 1;
        if self.count > MOST_PARTS || depth > MOST_DEEP {
            return Err(refused!(
                "has more than {parts} parts, or parts in parts more than {deep} deep: nobody sends such mails",
                parts = MOST_PARTS,
                deep = MOST_DEEP
            ));
        }
        let (head, body) = split(bytes);
        let about = headers(&head[..head.len().min(LONGEST_HEAD)]);
        let kind = Kind::of(&about);
        if let Some(boundary) = kind.boundary.as_deref() {
            let parts = between(body, boundary.as_bytes());
            if !parts.is_empty() {
                let mut read = Vec::new();
                for part in parts {
                    read.push(self.part(part, depth + 1)?);
                }
                return Ok(if kind.is("multipart", "alternative") {
                    best(read)
                } else {
                    read.into_iter().flatten().collect()
                });
            }
        }
        Ok(self.leaf(&about, &kind, body))
    }

    fn leaf(&mut self, about: &Message, kind: &Kind, body: &[u8]) -> Vec<Words> {
        let encoding = about.content_transfer_encoding().unwrap_or_default();
        let name = about.attachment_name().unwrap_or_default();
        let attached = about.content_disposition().is_some_and(ContentType::is_attachment);
        let is_page = kind.is("text", "html");
        let is_text = is_page || kind.is("text", "plain") || kind.main == "multipart";
        if is_text && !attached && name.is_empty() {
            let bytes = decoded(body, encoding).unwrap_or_else(|| body.to_vec());
            let text = text(&bytes[..bytes.len().min(MOST_READ)], kind.charset.as_deref());
            return vec![if is_page { Words::Page(text) } else { Words::Plain(text) }];
        }
        // A picture that the page shows is part of its words; a signature is nothing to look into.
        let is_shown = kind.main == "image" && !attached && about.content_id().is_some();
        let is_signature = kind.sub.ends_with("-signature");
        // The page once more, for who runs programs in mails.
        let is_program = kind.is("text", "x-amp-html");
        if !is_shown && !is_signature && !is_program {
            let bytes = decoded(body, encoding).unwrap_or_default().into();
            self.files.push(Attached { name: kind.file_name(name, self.files.len() + 1), bytes });
        }
        Vec::new()
    }
}

/// What a part is, in lower case.
struct Kind {
    main: String,
    sub: String,
    boundary: Option<String>,
    charset: Option<String>,
}

impl Kind {
    fn of(about: &Message) -> Kind {
        let given = about.content_type();
        let attribute = |name: &str| given.and_then(|kind| kind.attribute(name)).map(str::to_owned);
        let main = given.map_or_else(|| "text".to_owned(), |kind| kind.ctype().to_ascii_lowercase());
        let plain = if main == "text" { "plain" } else { "" };
        let sub = given.and_then(|kind| kind.subtype()).unwrap_or(plain).to_ascii_lowercase();
        let boundary = attribute("boundary").filter(|b| main == "multipart" && !b.is_empty());
        Kind { boundary, charset: attribute("charset"), main, sub }
    }

    fn is(&self, main: &str, sub: &str) -> bool {
        self.main == main && self.sub == sub
    }

    /// As the mail names the file, or by what it is.
    fn file_name(&self, given: &str, number: usize) -> String {
        let given: String =
            given.chars().map(|c| if c.is_control() || c == char::REPLACEMENT_CHARACTER { '_' } else { c }).collect();
        let given = given.trim();
        if !given.is_empty() {
            // The end says what it is.
            let from = given.len().saturating_sub(200);
            return given[given.ceil_char_boundary(from)..].to_owned();
        }
        let ending = match (self.main.as_str(), self.sub.as_str()) {
            ("message", "rfc822" | "global") => "eml",
            ("message", _) | ("text", "plain") => "txt",
            ("text", "calendar") => "ics",
            ("text", "vcard" | "x-vcard") => "vcf",
            (_, sub) if (2..=4).contains(&sub.len()) && sub.bytes().all(|b| b.is_ascii_alphanumeric()) => sub,
            _ => "bin",
        };
        format!("attachment {number}.{ending}")
    }
}

/// Of the same words said several ways, the plain ones if there are any, else the last that says anything.
fn best(ways: Vec<Vec<Words>>) -> Vec<Words> {
    let says = |words: &Words| match words {
        Words::Plain(text) | Words::Page(text) => !text.trim().is_empty(),
    };
    let mut ways: Vec<Vec<Words>> = ways.into_iter().filter(|way| way.iter().any(says)).collect();
    let plain = ways.iter().position(|way| way.iter().all(|words| matches!(words, Words::Plain(_))));
    match plain {
        Some(plain) => ways.swap_remove(plain),
        None => ways.pop().unwrap_or_default(),
    }
}

/// What a part says of itself; headers that are not encoded as they should be are read in the encoding that they show.
pub(super) fn headers(head: &[u8]) -> Message<'static> {
    let parsed = match std::str::from_utf8(head) {
        Ok(_) => PARSER.parse_headers(head).map(Message::into_owned),
        Err(_) => {
            let text = encoding::decode(&with_words_escaped(head));
            text.and_then(|text| PARSER.parse_headers(&text).map(Message::into_owned))
        }
    };
    // The library expects every mail to have a part.
    parsed.unwrap_or_else(|| Message { parts: vec![MessagePart::default()], ..Message::default() })
}

/// Bytes beyond ASCII in words such as `=?iso-8859-1?Q?Frösche?=` escaped as they should have been: they are of the encoding that
/// the word names, whatever the other headers are in.
fn with_words_escaped(head: &[u8]) -> Vec<u8> {
    let mut escaped = Vec::with_capacity(head.len());
    for line in head.split_inclusive(|byte| *byte == b'\n') {
        let mut rest = line;
        while let Some(begin) = memchr::memmem::find(rest, b"=?") {
            let (before, word) = rest.split_at(begin);
            let mut parts = word[2..].splitn(3, |byte| *byte == b'?');
            let (charset, coding, text) = (parts.next(), parts.next(), parts.next());
            let is_quoted = matches!(coding, Some(b"Q" | b"q")) && charset.is_some_and(|c| !c.is_empty());
            let end = |text: &[u8]| memchr::memmem::find(&text[..text.len().min(LONGEST_WORD)], b"?=");
            let end = text.filter(|_| is_quoted).and_then(|text| Some((text, end(text)?)));
            escaped.extend_from_slice(before);
            let Some((text, end)) = end else {
                escaped.extend_from_slice(b"=?");
                rest = &word[2..];
                continue;
            };
            escaped.extend_from_slice(&word[..word.len() - text.len()]);
            for byte in &text[..end] {
                match byte.is_ascii() {
                    true => escaped.push(*byte),
                    false => escaped.extend_from_slice(format!("={byte:02X}").as_bytes()),
                }
            }
            rest = &text[end..];
        }
        escaped.extend_from_slice(rest);
    }
    escaped
}

/// Headers and body, parted by the first empty line.
pub(super) fn split(part: &[u8]) -> (&[u8], &[u8]) {
    let mut at = 0;
    for line in part.split_inclusive(|byte| *byte == b'\n') {
        at += line.len();
        if line == b"\n" || line == b"\r\n" {
            return part.split_at(at);
        }
    }
    (part, &[])
}

/// What lies between the lines that a boundary makes; the last part may lack its end.
fn between<'a>(body: &'a [u8], boundary: &[u8]) -> Vec<&'a [u8]> {
    let mut parts = Vec::new();
    let (mut at, mut begin) = (0, None);
    for line in body.split_inclusive(|byte| *byte == b'\n') {
        let here = at;
        at += line.len();
        let Some(rest) = line.strip_prefix(b"--").and_then(|line| line.strip_prefix(boundary)) else { continue };
        let rest = rest.trim_ascii_end();
        let is_end = rest == b"--";
        if !rest.is_empty() && !is_end {
            continue;
        }
        parts.extend(begin.take().map(|begin| without_line_end(&body[begin..here])));
        // One more than are taken is enough to refuse them.
        if is_end || parts.len() > MOST_PARTS {
            return parts;
        }
        begin = Some(at);
    }
    parts.extend(begin.map(|begin| &body[begin..]));
    parts
}

/// The line end before a boundary belongs to it.
fn without_line_end(part: &[u8]) -> &[u8] {
    let part = part.strip_suffix(b"\n").unwrap_or(part);
    part.strip_suffix(b"\r").unwrap_or(part)
}

/// What was encoded; nothing where it is damaged. The library is given a part of our own making, so that it finds nothing else in it.
fn decoded(body: &[u8], encoding: &str) -> Option<Vec<u8>> {
    let encoding = encoding.trim().to_ascii_lowercase();
    if body.is_empty() || !["base64", "quoted-printable"].contains(&encoding.as_str()) {
        return Some(body.to_vec());
    }
    let head = format!("Content-Type: application/octet-stream\nContent-Transfer-Encoding: {encoding}\n\n");
    let part = [head.as_bytes(), body].concat();
    let mut message = PARSER.parse(&part)?;
    let part = message.parts.pop().filter(|part| !part.is_encoding_problem)?;
    match part.body {
        PartType::Binary(bytes) | PartType::InlineBinary(bytes) => Some(bytes.into_owned()),
        _ => None,
    }
}

/// In the encoding that the part names, of which a byte here and there may be damaged; else in the one that its bytes show.
fn text(bytes: &[u8], charset: Option<&str>) -> String {
    // The library's reader of UTF-8 is the standard one, and has no name.
    let named = charset.map(str::trim).and_then(|name| match name.to_ascii_lowercase().as_str() {
        "utf-8" | "utf8" => Some(String::from_utf8_lossy(bytes).into_owned()),
        name => Some(charset_decoder(name.as_bytes())?(bytes)),
    });
    let is_told = |text: &String| {
        let (damaged, letters): (Vec<char>, Vec<char>) =
            text.chars().filter(|c| !c.is_ascii()).partition(|c| *c == char::REPLACEMENT_CHARACTER);
        damaged.is_empty() || letters.len() > damaged.len()
    };
    named
        .filter(is_told)
        .or_else(|| encoding::decode(bytes))
        .unwrap_or_else(|| String::from_utf8_lossy(bytes).into_owned())
}

/// A page without its marks. What stands in blocks of its own stands in lines of its own.
fn text_of_page(html: &str) -> String {
    const BLOCKS: [&str; 17] = [
        "p",
        "div",
        "tr",
        "li",
        "ul",
        "ol",
        "table",
        "blockquote",
        "pre",
        "hr",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "dt",
    ];
    let mut marked = String::with_capacity(html.len() + html.len() / 8);
    let mut rest = html;
    while let Some(open) = rest.find('<') {
        let (before, tag) = rest.split_at(open);
        marked.push_str(before);
        let name = tag[1..].strip_prefix('/').unwrap_or(&tag[1..]);
        let name = &name[..name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len())];
        if BLOCKS.iter().any(|block| name.eq_ignore_ascii_case(block)) {
            marked.push(BLOCK);
        } else if name.eq_ignore_ascii_case("td") || name.eq_ignore_ascii_case("th") {
            marked.push(' ');
        }
        marked.push('<');
        rest = &tag[1..];
    }
    marked.push_str(rest);
    lines_of(&html_to_text(&marked))
}

/// Lines with at most one empty one between them: a break after the end of a block is a line of its own.
fn lines_of(text: &str) -> String {
    let mut lines = String::with_capacity(text.len());
    let (mut breaks, mut space) = (0, false);
    for letter in text.chars() {
        match letter {
            '\n' => breaks += 1,
            BLOCK => breaks = breaks.max(1),
            letter if letter.is_whitespace() => space = true,
            letter => {
                if !lines.is_empty() {
                    lines.push_str(["", "\n", "\n\n"][breaks.min(2)]);
                    lines.push_str(if breaks == 0 && space { " " } else { "" });
                }
                lines.push(letter);
                (breaks, space) = (0, false);
            }
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_becomes_lines() {
        for (page, lines) in [
            ("<p>Dear&nbsp;Ann,</p><p>yes.</p>", "Dear Ann,\n\nyes."),
            ("<div>Hi</div><div><br></div><div>see <b>you</b></div>", "Hi\n\nsee you"),
            ("Hi<div>there</div>you", "Hi\nthere\nyou"),
            ("<table><tr><td>A</td><td>1</td></tr><tr><td>B</td><td>2</td></tr></table>", "A 1\nB 2"),
            ("<html><head><title>no</title><style>p{}</style></head><body>a<br>b &amp; c &#8364;</body>", "a\nb & c €"),
            ("<!-- <p>no</p> --><ul><li>one<li>two</ul>", "one\ntwo"),
            ("a < b", "a"),
        ] {
            assert_eq!(text_of_page(page), lines, "{page}");
        }
    }
}
