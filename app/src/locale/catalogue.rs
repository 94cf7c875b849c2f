//! The one catalogue of texts: what stands in the source is English and the key, `app/locales/LANGUAGE/*.po` has the rest.

use std::{
    borrow::Cow,
    collections::HashMap,
    sync::{LazyLock, Once},
};

use tr::Translator;

use satchel_core::Message;

use super::{Language, current, short_day};

/// A file of texts for every part of the window; a text that several parts share stands in one of them.
const GERMAN: &[&str] = &[
    include_str!("../../locales/de/board.po"),
    include_str!("../../locales/de/calendar.po"),
    include_str!("../../locales/de/calls.po"),
    include_str!("../../locales/de/contacts.po"),
    include_str!("../../locales/de/core.po"),
    include_str!("../../locales/de/dashboard.po"),
    include_str!("../../locales/de/form.po"),
    include_str!("../../locales/de/formats.po"),
    include_str!("../../locales/de/import.po"),
    include_str!("../../locales/de/list.po"),
    include_str!("../../locales/de/messages.po"),
    include_str!("../../locales/de/onboarding.po"),
    include_str!("../../locales/de/opportunity.po"),
    include_str!("../../locales/de/people.po"),
    include_str!("../../locales/de/pipeline.po"),
    include_str!("../../locales/de/sales.po"),
    include_str!("../../locales/de/quotations.po"),
    include_str!("../../locales/de/reporting.po"),
    include_str!("../../locales/de/search.po"),
    include_str!("../../locales/de/security.po"),
    include_str!("../../locales/de/settings.po"),
    include_str!("../../locales/de/shell.po"),
    include_str!("../../locales/de/team.po"),
    include_str!("../../locales/de/todo.po"),
    include_str!("../../locales/de/widgets.po"),
];

const HEAD: &str = "msgid \"\"\nmsgstr \"\"\n\"Content-Type: text/plain; charset=UTF-8\\n\"\n\
                    \"Plural-Forms: nplurals=2; plural=(n != 1);\\n\"\n\n";

/// The texts of a language, by context and English.
struct Texts(HashMap<String, Said>);

enum Said {
    Always(String),
    /// For one, and for any other number.
    Counted(String, String),
}

static IN_GERMAN: LazyLock<Texts> = LazyLock::new(|| Texts::read(&format!("{HEAD}{}", GERMAN.join("\n"))));

fn key<'a>(text: &'a str, context: Option<&str>) -> Cow<'a, str> {
    context.map_or(Cow::Borrowed(text), |context| Cow::Owned(format!("{context}\u{4}{text}")))
}

impl Texts {
    /// Nothing is known where the files cannot be read, and English is said.
    fn read(file: &str) -> Texts {
        let Ok(file) = rspolib::pofile(file) else { return Texts(HashMap::new()) };
        let said = file.entries.into_iter().filter_map(|entry| {
            let key = key(&entry.msgid, entry.msgctxt.as_deref()).into_owned();
            let mut counted = entry.msgstr_plural.into_iter();
            let said = match (entry.msgid_plural, counted.next(), counted.next()) {
                (Some(_), Some(one), Some(many)) => Said::Counted(one, many),
                _ => Said::Always(entry.msgstr?),
            };
            Some((key, said))
        });
        Texts(said.collect())
    }
}

struct Catalogue;

impl Catalogue {
    /// Nothing where the source's own words are said.
    fn spoken() -> Option<&'static Texts> {
        match current().language {
            Language::English => None,
            Language::German => Some(&IN_GERMAN),
        }
    }

    fn said(text: &str, context: Option<&str>) -> Option<&'static Said> {
        // The empty text is the key of the file's head.
        let texts = Catalogue::spoken().filter(|_| !text.is_empty())?;
        texts.0.get(key(text, context).as_ref())
    }
}

impl Translator for Catalogue {
    fn translate<'a>(&'a self, text: &'a str, context: Option<&'a str>) -> Cow<'a, str> {
        match Catalogue::said(text, context) {
            Some(Said::Always(said) | Said::Counted(said, _)) => Cow::Borrowed(said),
            None => Cow::Borrowed(text),
        }
    }

    fn ntranslate<'a>(&'a self, n: u64, one: &'a str, many: &'a str, context: Option<&'a str>) -> Cow<'a, str> {
        Cow::Borrowed(match (Catalogue::said(one, context), n) {
            (Some(Said::Always(said) | Said::Counted(said, _)), 1) => said,
            (Some(Said::Always(said) | Said::Counted(_, said)), _) => said,
            (None, 1) => one,
            (None, _) => many,
        })
    }
}

/// Makes `tr!` ask this catalogue. To be called before the first text is shown; more often does no harm.
pub fn install() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| tr::set_translator!(Catalogue));
}

/// A text that is not known where it is written: the core's names of fields and the like, which it keeps in English.
pub fn text(english: &str) -> String {
    Catalogue.translate(english, None).into_owned()
}

/// What core says, in the language that is spoken.
pub fn said(message: &Message) -> String {
    message.said(&text, &short_day)
}
