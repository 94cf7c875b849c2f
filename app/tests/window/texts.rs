//! Every text of the source has its German, with the same places for values.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    str::FromStr,
};

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use satchel::locale::{Language, Locale, install, said as say, speak, text};
use satchel_core::{Kind, refused, workspace::label};

fn files(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => files(&path, ending, found),
            false if path.extension().is_some_and(|e| e == ending) => found.push(path),
            false => {}
        }
    }
}

/// The texts given to `tr!`, behind their contexts, each with the names of the values given to it.
fn texts(tokens: TokenStream, found: &mut BTreeMap<String, BTreeSet<String>>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for (at, token) in tokens.iter().enumerate() {
        let TokenTree::Group(group) = token else { continue };
        let is = |back: usize, word: &str| at >= back && tokens[at - back].to_string() == word;
        let says = ["tr", "message", "refused"].into_iter().any(|says| is(2, says));
        if group.delimiter() == Delimiter::Parenthesis && is(1, "!") && says {
            let inner: Vec<TokenTree> = group.stream().into_iter().collect();
            let context = inner.get(1).is_some_and(|t| t.to_string() == "=")
                && inner.get(2).is_some_and(|t| t.to_string() == ">");
            let literal = &inner[if context { 3 } else { 0 }];
            let names = inner.iter().filter(|t| matches!(t, TokenTree::Ident(_))).map(ToString::to_string);
            // Macros that hand on what they are given.
            if !literal.to_string().starts_with('"') {
                continue;
            }
            let context = if context { unquoted(&inner[0].to_string()) } else { String::new() };
            found.entry(format!("{context}\u{4}{}", unquoted(&literal.to_string()))).or_default().extend(names);
        }
        texts(group.stream(), found);
    }
}

/// A literal's text; a line that goes on after a backslash begins at its first word.
fn unquoted(literal: &str) -> String {
    let inner = literal.trim_start_matches('"').trim_end_matches('"');
    let mut out = String::new();
    let mut chars = inner.chars().peekable();
    while let Some(c) = chars.next() {
        match (c, chars.peek().copied()) {
            ('\\', Some('\n')) => while chars.next_if(|c| c.is_whitespace()).is_some() {},
            ('\\', Some('n')) => {
                chars.next();
                out.push('\n');
            }
            ('\\', Some(_)) => out.extend(chars.next()),
            _ => out.push(c),
        }
    }
    out
}

/// What stands between braces.
fn places(text: &str) -> BTreeSet<&str> {
    text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(place, _)| place).collect()
}

/// Whether there is anything to say beside the values.
fn has_words(key: &str) -> bool {
    let text = key.split_once('\u{4}').map_or(key, |(_, text)| text);
    let rest = places(text).into_iter().fold(text.to_owned(), |rest, place| rest.replace(&format!("{{{place}}}"), ""));
    rest.contains(char::is_alphabetic)
}

#[test]
fn every_text_is_there_in_german() {
    install();
    speak(Locale { language: Language::German, ..Locale::default() });
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut german: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut catalogue = Vec::new();
    files(&folder.join("locales/de"), "po", &mut catalogue);
    let read = fs::read_to_string(folder.join("src/locale/catalogue.rs")).unwrap();
    for file in catalogue {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        assert!(read.contains(&format!("locales/de/{name}\"")), "{name} is not in the catalogue");
        let (mut key, mut context) = (String::new(), String::new());
        for line in fs::read_to_string(file).unwrap().lines() {
            if let Some(rest) = line.strip_prefix("msgctxt ") {
                context = unquoted(rest);
            } else if let Some(rest) = line.strip_prefix("msgid ") {
                key = unquoted(rest);
            } else if let Some(rest) = line.strip_prefix("msgstr ") {
                let key = format!("{context}\u{4}{key}");
                german.entry(key).or_default().insert(unquoted(rest));
                context.clear();
            } else if let Some(rest) = line.strip_prefix("msgstr[1] ") {
                german.entry(format!("{context}\u{4}{key}")).or_default().insert(unquoted(rest));
                context.clear();
            }
        }
    }
    let mut sources = Vec::new();
    for said in ["src", "../core/src", "../sync/src"] {
        files(&folder.join(said), "rs", &mut sources);
    }
    let mut said = BTreeMap::new();
    for source in sources {
        texts(TokenStream::from_str(&fs::read_to_string(source).unwrap()).unwrap(), &mut said);
    }
    said.extend(label::PLAIN.iter().chain(label::SHAPES).map(|text| (format!("\u{4}{text}"), BTreeSet::new())));
    for kind in Kind::ALL {
        for text in [kind.noun().to_string(), kind.a().to_string(), kind.plural().replace('_', " ")] {
            said.entry(format!("\u{4}{text}")).or_default();
        }
    }
    let missing: Vec<&String> = said.keys().filter(|key| has_words(key) && !german.contains_key(*key)).collect();
    assert!(missing.is_empty(), "without German: {missing:#?}");
    let unlike: Vec<_> = german.iter().filter(|(_, german)| german.len() > 1).collect();
    assert!(unlike.is_empty(), "more than one German: {unlike:#?}");
    for (key, german) in &german {
        let (_, english) = key.split_once('\u{4}').unwrap();
        for german in german {
            let given = |place: &str| place == "n" || said.get(key).is_some_and(|names| names.contains(place));
            let extra: Vec<&str> = places(german).difference(&places(english)).copied().filter(|p| !given(p)).collect();
            assert!(extra.is_empty(), "‘{german}’ has places that ‘{english}’ is not given: {extra:?}");
        }
    }
    assert_eq!(text("Settings"), "Einstellungen", "the catalogue is read");
    let why = refused!("{count} records are too many", count = 7);
    let error =
        refused!("“{label}” is left as it is: {name}, {why}", label = "Won", name = "{why}", why = why.message());
    assert_eq!(error.to_string(), "“Won” is left as it is: {why}, 7 records are too many");
    let error =
        refused!("‘{name}’ is won, so its probability is 100%: move it out of its won stage first", name = "Desks");
    let german = "„Desks“ ist gewonnen, die Wahrscheinlichkeit also 100 %: zuerst aus der Gewonnen-Phase verschieben";
    assert_eq!(say(&error.message()), german);
    speak(Locale::default());
    assert_eq!(text("Settings"), "Settings");
}
