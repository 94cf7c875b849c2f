use nucleo_matcher::chars::normalize;

/// Text as it is compared: lower case, without accents, `ß` as `ss`.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    fold_into(&mut folded, text);
    folded
}

/// Appends the folded text.
pub(super) fn fold_into(folded: &mut String, text: &str) {
    if text.is_ascii() {
        let from = folded.len();
        folded.push_str(text);
        folded[from..].make_ascii_lowercase();
        return;
    }
    for c in text.chars() {
        match c {
            'ß' | 'ẞ' => folded.push_str("ss"),
            'æ' | 'Æ' => folded.push_str("ae"),
            'œ' | 'Œ' => folded.push_str("oe"),
            // Accents that stand as characters of their own.
            '\u{300}'..='\u{36f}' => {}
            c => folded.extend(normalize(c).to_lowercase()),
        }
    }
}
