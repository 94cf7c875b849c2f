//! What a typed word may be looked for in: the rows that open under the search bar.

use super::{everywhere, words};
use crate::{
    id::{DocId, Kind},
    query::{Asker, Filter, Listing, Term, custom::quoted, fields::ListField, fold, ready},
    record::{FieldType, Records},
};

/// One way to narrow a list by what is typed.
#[derive(Clone, Debug, PartialEq)]
pub struct Suggestion {
    /// The facet it goes to: `Customer`.
    pub about: String,
    /// What it is looked for in, in words: `Customer`; of one record, its name.
    pub label: String,
    /// Whether it is a certain record or a ready filter rather than words to look for.
    pub is_exact: bool,
    pub term: Term,
}

/// How many certain records are suggested of each field.
const FEW: usize = 3;

/// The fields that a word is looked for in, in the order they are suggested.
fn searched(listing: Listing) -> &'static [&'static str] {
    match listing {
        Listing::Opportunities | Listing::Leads => &[
            "name",
            "partner",
            "partner_name",
            "contact_name",
            "user",
            "team",
            "stage",
            "tags",
            "email_from",
            "phone",
            "city",
            "country",
            "source",
            "product",
            "lost_reason",
            "description",
        ],
        Listing::Contacts => &["name", "parent", "email", "phone", "city", "country", "tags", "user", "industry"],
        Listing::Activities => &["summary", "note", "user", "record"],
        _ => &["name"],
    }
}

/// Ways to narrow a list by a typed text, the likeliest first: everywhere, by ready filters so named, in each field that
/// is searched with the records that it may mean, and by dates if it is one. None for an empty text.
pub fn suggestions(records: &Records, listing: Listing, text: &str, asker: &Asker) -> Vec<Suggestion> {
    let text = text.trim();
    let folded = words(text);
    if folded.is_empty() {
        return Vec::new();
    }
    let mut all = vec![Suggestion {
        about: "Search".into(),
        label: "everything".into(),
        is_exact: false,
        term: Term::new(format!("‘{text}’"), format!("anywhere contains {}", quoted(text))),
    }];
    all.extend(ready_so_named(listing, &fold(text)));
    let is_number = text.chars().all(|c| c.is_ascii_digit() || " +-/().".contains(c));
    for name in searched(listing) {
        let Ok(field) = ListField::named(records, listing, name) else { continue };
        // A number is a phone's or a name's; a word is no phone.
        let fits = match *name {
            "name" => true,
            "phone" => is_number,
            _ => !is_number,
        };
        if !fits {
            continue;
        }
        let about = field.label.to_string();
        if let FieldType::Ref(kind) | FieldType::Refs(kind) = field.ty {
            all.extend(certain(records, &folded, kind).into_iter().map(|id| Suggestion {
                about: about.clone(),
                label: records.name(id).to_owned(),
                is_exact: true,
                term: Term::new(records.name(id), format!("{name} = {id}")),
            }));
        }
        let term = Term::new(text, format!("{name} contains {}", quoted(text)));
        all.push(Suggestion { label: about.clone(), about, is_exact: false, term });
    }
    all.extend(dated(records, listing, text, asker));
    // What is certain comes before what may be, behind the first, which is what Enter does.
    all[1..].sort_by_key(|s| !s.is_exact);
    all
}

fn ready_so_named(listing: Listing, text: &str) -> Vec<Suggestion> {
    let mut found = Vec::new();
    for filters in ready::filters(listing) {
        for term in filters.terms {
            if fold(&term.label).split_whitespace().any(|w| w.starts_with(text)) || fold(&term.label).starts_with(text)
            {
                let (about, label) = (filters.about.to_owned(), term.label.clone());
                found.push(Suggestion { about, label, is_exact: true, term });
            }
        }
    }
    found.truncate(FEW);
    found
}

/// The records of a kind that a text most likely names.
fn certain(records: &Records, words: &[String], kind: Kind) -> Vec<DocId> {
    let hits = match kind {
        Kind::Contact => everywhere::contacts(records, words, FEW),
        Kind::Opportunity => return Vec::new(),
        kind => everywhere::named(records, kind, words, FEW),
    };
    hits.into_iter().map(|hit| hit.id).collect()
}

/// If the text is a day or a period: in which date it is looked for.
fn dated(records: &Records, listing: Listing, text: &str, asker: &Asker) -> Vec<Suggestion> {
    let dates: &[&str] = match listing {
        Listing::Opportunities => &["date_deadline", "create_date", "date_closed"],
        Listing::Leads | Listing::Contacts => &["create_date"],
        Listing::Activities => &["date_deadline"],
        _ => &[],
    };
    let suggestion = |name: &&str| {
        let filter = format!("{name} = {}", quoted(text));
        Filter::parse(records, listing, &filter, asker.clone()).ok()?;
        let label = ListField::named(records, listing, name).ok()?.label.to_string();
        Some(Suggestion { about: label.clone(), label, is_exact: false, term: Term::new(text, filter) })
    };
    dates.iter().filter_map(suggestion).collect()
}
