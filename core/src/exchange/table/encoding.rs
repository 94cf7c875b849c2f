//! From bytes to text.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// The text in the encoding its bytes show; nothing if it is no text.
pub(super) fn decode(bytes: &[u8]) -> Option<String> {
    let (encoding, skip) = match Encoding::for_bom(bytes) {
        Some((encoding, length)) => (encoding, length),
        None => (guess(bytes), 0),
    };
    let (text, _) = encoding.decode_without_bom_handling(&bytes[skip..]);
    let control = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{b}' | '\u{c}' | '\u{85}');
    let strange = text.chars().filter(|&c| control(c) || c == '\u{fffd}').count();
    let is_text = !text.contains('\0') && strange * 50 <= text.chars().count();
    is_text.then(|| text.into_owned())
}

fn guess(bytes: &[u8]) -> &'static Encoding {
    if let Some(utf16) = utf16_without_mark(bytes) {
        return utf16;
    }
    if std::str::from_utf8(bytes).is_ok() {
        return UTF_8;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    detector.guess(None, Utf8Detection::Deny)
}

/// Most characters of a table are ASCII, whose other byte in UTF-16 is zero.
fn utf16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = &bytes[..bytes.len().min(4096) & !1];
    if sample.len() < 4 {
        return None;
    }
    let zeros = |offset: usize| sample.iter().skip(offset).step_by(2).filter(|b| **b == 0).count();
    let (even, odd, half) = (zeros(0), zeros(1), sample.len() / 2);
    if odd * 2 > half && even == 0 {
        Some(UTF_16LE)
    } else if even * 2 > half && odd == 0 {
        Some(UTF_16BE)
    } else {
        None
    }
}
