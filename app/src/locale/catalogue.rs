//! The one catalogue of texts: what stands in the source is English and the key, `app/locales/LANGUAGE/*.po` has the rest.

use std::{
    borrow::Cow,
    sync::{LazyLock, Once},
};

use tr::{PoTranslator, Translator};

use super::{Language, current};

/// A file of texts for every part of the window; a text that several parts share stands in one of them.
const GERMAN: &[&str] = &[
    include_str!("../../locales/de/board.po"),
    include_str!("../../locales/de/contacts.po"),
    include_str!("../../locales/de/core.po"),
    include_str!("../../locales/de/form.po"),
    include_str!("../../locales/de/formats.po"),
    include_str!("../../locales/de/import.po"),
    include_str!("../../locales/de/list.po"),
    include_str!("../../locales/de/onboarding.po"),
    include_str!("../../locales/de/opportunity.po"),
    include_str!("../../locales/de/people.po"),
    include_str!("../../locales/de/pipeline.po"),
    include_str!("../../locales/de/search.po"),
    include_str!("../../locales/de/settings.po"),
    include_str!("../../locales/de/shell.po"),
    include_str!("../../locales/de/team.po"),
    include_str!("../../locales/de/widgets.po"),
];

const HEAD: &str = "msgid \"\"\nmsgstr \"\"\n\"Content-Type: text/plain; charset=UTF-8\\n\"\n\
                    \"Plural-Forms: nplurals=2; plural=(n != 1);\\n\"\n\n";

static IN_GERMAN: LazyLock<Option<PoTranslator>> = LazyLock::new(|| {
    let text = format!("{HEAD}{}", GERMAN.join("\n"));
    PoTranslator::from_vec_u8(text.into_bytes()).ok()
});

struct Catalogue;

impl Catalogue {
    /// Nothing where the source's own words are said.
    fn spoken() -> Option<&'static PoTranslator> {
        match current().language {
            Language::English => None,
            Language::German => IN_GERMAN.as_ref(),
        }
    }
}

impl Translator for Catalogue {
    fn translate<'a>(&'a self, text: &'a str, context: Option<&'a str>) -> Cow<'a, str> {
        match Catalogue::spoken() {
            Some(translator) => translator.translate(text, context),
            None => Cow::Borrowed(text),
        }
    }

    fn ntranslate<'a>(&'a self, n: u64, one: &'a str, many: &'a str, context: Option<&'a str>) -> Cow<'a, str> {
        match Catalogue::spoken() {
            Some(translator) => translator.ntranslate(n, one, many, context),
            None => Cow::Borrowed(if n == 1 { one } else { many }),
        }
    }
}

/// Makes `tr!` ask this catalogue. To be called before the first text is shown; more often does no harm.
pub fn install() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| tr::set_translator!(Catalogue));
}

/// A text that is not known where it is written: the core's names of fields and the like, which it keeps in English.
pub fn text(english: &str) -> String {
    match Catalogue::spoken() {
        // The empty text is the key of the catalogue's head.
        Some(translator) if !english.is_empty() => translator.translate(english, None).into_owned(),
        _ => english.to_owned(),
    }
}
