//! The numbers of quotations and invoices, and why some are missing (spec §9).

use std::collections::HashMap;

use super::Workspace;
use crate::{
    document::Stored,
    error::Result,
    id::{DocId, Kind},
    record::{Frozen, Number, Series},
    value::Value,
};

/// A series of numbers, as far as it was counted.
#[derive(Clone, Debug, PartialEq)]
pub struct Counted {
    /// What its numbers have in them.
    pub series: String,
    /// Quotation or Invoice.
    pub kind: Kind,
    pub last: i64,
    pub missing: Vec<Missing>,
}

/// A number that no record shows outside the trash.
#[derive(Clone, Debug, PartialEq)]
pub struct Missing {
    pub count: i64,
    /// The whole number, where something says it.
    pub number: Option<String>,
    pub why: Gone,
}

/// What became of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gone {
    /// What it was given to is in the trash: it was thrown away, or its command was undone.
    Trashed(DocId),
    /// Another number stands in its place: two devices posted the same draft, or it was called otherwise.
    Replaced(DocId),
    /// Nothing here says.
    Unknown,
}

/// By kind, series and count.
type Known = HashMap<(Kind, String, i64), (DocId, String)>;

impl Workspace {
    /// All series of numbers, with what is missing in each.
    pub fn numbers(&self) -> Result<Vec<Counted>> {
        let (series, shown) = {
            let records = self.records();
            let series: Vec<Series> = records.series.values().cloned().collect();
            let quotations = records.quotations.values().map(|q| (q.id, q.name.clone()));
            let shown: Vec<_> = quotations.chain(records.invoices.values().map(|i| (i.id, i.name.clone()))).collect();
            (series, shown)
        };
        let known = by_number(shown);
        let mut replaced: Option<Known> = None;
        let mut all = Vec::new();
        for series in series {
            for (kind, last) in [(Kind::Quotation, series.quotations), (Kind::Invoice, series.invoices)] {
                let mut missing = Vec::new();
                for count in 1..=last {
                    let key = (kind, series.name.clone(), count);
                    let gone = |(id, number): &(DocId, String), why: fn(DocId) -> Gone| Missing {
                        count,
                        number: Some(number.clone()),
                        why: why(*id),
                    };
                    match known.get(&key) {
                        Some((id, _)) if self.records().meta(*id).is_some_and(|meta| !meta.deleted) => {}
                        Some(found) => missing.push(gone(found, Gone::Trashed)),
                        None => {
                            if replaced.is_none() {
                                replaced = Some(self.once_given()?);
                            }
                            let found = replaced.as_ref().and_then(|all| all.get(&key));
                            missing.push(match found {
                                Some(found) => gone(found, Gone::Replaced),
                                None => Missing { count, number: None, why: Gone::Unknown },
                            });
                        }
                    }
                }
                if last > 0 {
                    all.push(Counted { series: series.name.clone(), kind, last, missing });
                }
            }
        }
        Ok(all)
    }

    /// Every number that any version of a quotation or an invoice had.
    fn once_given(&self) -> Result<Known> {
        let ids: Vec<DocId> = {
            let records = self.records();
            records.ids(Kind::Quotation).chain(records.ids(Kind::Invoice)).collect()
        };
        let mut had = Vec::new();
        for id in ids {
            let document = self.document(id)?;
            for (change, _) in self.authors(id)? {
                let effects = document.effects(change).into_iter();
                let named = effects.filter(|e| ["name", "frozen"].contains(&e.key.as_str()));
                had.extend(named.filter_map(|e| number_of(&e.key, &e.new)).map(|number| (id, number)));
            }
        }
        Ok(by_number(had))
    }
}

fn number_of(key: &str, stored: &Stored) -> Option<String> {
    match stored.value(crate::record::FieldType::Text) {
        Value::Text(text) if key == "frozen" => Frozen::of_text(&text).map(|frozen| frozen.number),
        Value::Text(text) => Some(text),
        _ => None,
    }
}

fn by_number(all: Vec<(DocId, String)>) -> Known {
    let read = |(id, name): (DocId, String)| {
        let Number { kind, series, count, .. } = name.parse().ok()?;
        Some(((kind, series, count), (id, name)))
    };
    all.into_iter().filter_map(read).collect()
}
