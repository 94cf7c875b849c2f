//! The one question that board, list, forecast, reports and command line share, as plain data: facets, words, groups,
//! order. A facet is an expression of the language of `satchel list --filter`, so whatever a person puts together in the
//! search bar can be printed, stored, sent to a colleague and asked on the command line.

use serde::{Deserialize, Serialize};

use super::{Asker, Filter, GroupBy, ListQuery, Listing, Sort};
use crate::{error::Result, record::Records};

/// Groups within groups within groups (spec §8).
pub const MOST_GROUPS: usize = 3;

/// What is asked. Nothing in it depends on the day or on who asks: `today`, `this month` and `me` are words of its filters.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Query {
    /// All must hold.
    pub facets: Vec<Facet>,
    /// Words that must all occur, as they are being typed.
    pub text: String,
    /// As in `list --group-by`: `user`, `date_deadline:month`; up to three levels.
    pub group_by: Vec<String>,
    /// As in `list --sort`: `-expected_revenue,name`; empty for the list's own order.
    pub sort: String,
    /// Archived records too, and so lost ones.
    pub archived: bool,
}

/// One chip of the search bar: what it is about, and conditions of which one must hold.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Facet {
    /// `Salesperson`, `Closing`, `Customer`: terms about the same thing share a facet.
    pub about: String,
    pub terms: Vec<Term>,
}

/// One condition of a facet.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Term {
    /// What stands on the chip: `My Pipeline`.
    pub label: String,
    /// In the language of `list --filter`: `user = me`.
    pub filter: String,
    /// Looks among archived (so also lost) records too.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub archived: bool,
}

impl Term {
    pub fn new(label: impl Into<String>, filter: impl Into<String>) -> Term {
        Term { label: label.into(), filter: filter.into(), archived: false }
    }

    /// Looks among archived records too.
    pub fn archived(self) -> Term {
        Term { archived: true, ..self }
    }
}

impl Facet {
    /// The facet as one filter expression.
    pub fn expression(&self) -> String {
        match self.terms.as_slice() {
            [only] => only.filter.clone(),
            terms => terms.iter().map(|t| format!("({})", t.filter)).collect::<Vec<_>>().join(" or "),
        }
    }

    /// `My Pipeline or Unassigned`
    pub fn label(&self) -> String {
        self.terms.iter().map(|t| t.label.as_str()).collect::<Vec<_>>().join(" or ")
    }
}

impl Query {
    /// Adds a condition: to the facet about the same thing, else as a facet of its own. One that is there stays once.
    pub fn add(&mut self, about: &str, term: Term) {
        if self.has(&term) {
            return;
        }
        match self.facets.iter_mut().find(|f| f.about == about) {
            Some(facet) => facet.terms.push(term),
            None => self.facets.push(Facet { about: about.to_owned(), terms: vec![term] }),
        }
    }

    /// Whether a condition with this filter is there.
    pub fn has(&self, term: &Term) -> bool {
        self.facets.iter().flat_map(|f| &f.terms).any(|t| t.filter == term.filter)
    }

    /// Adds a condition, or takes it away if it is there.
    pub fn toggle(&mut self, about: &str, term: Term) {
        if !self.has(&term) {
            return self.add(about, term);
        }
        for facet in &mut self.facets {
            facet.terms.retain(|t| t.filter != term.filter);
        }
        self.facets.retain(|f| !f.terms.is_empty());
    }

    /// Takes a facet away by its place.
    pub fn remove(&mut self, facet: usize) {
        if facet < self.facets.len() {
            self.facets.remove(facet);
        }
    }

    /// Puts one condition in the place of all others about the same thing.
    pub fn only(&mut self, about: &str, term: Option<Term>) {
        self.facets.retain(|f| f.about != about);
        if let Some(term) = term {
            self.add(about, term);
        }
    }

    /// Adds a level of groups or takes it away; a fourth is not added.
    pub fn toggle_group(&mut self, group: &str) {
        match self.group_by.iter().position(|g| g == group) {
            Some(at) => _ = self.group_by.remove(at),
            None if self.group_by.len() < MOST_GROUPS => self.group_by.push(group.to_owned()),
            None => {}
        }
    }

    /// Whether nothing narrows it: no facet, no words.
    pub fn is_open(&self) -> bool {
        self.facets.is_empty() && self.text.trim().is_empty()
    }

    /// Nothing narrows it any more; groups and order stay.
    pub fn clear(&mut self) {
        self.facets.clear();
        self.text.clear();
    }

    /// Its facets as filter expressions, all of which must hold: what `list --filter … --filter …` takes.
    pub fn filters(&self) -> Vec<String> {
        let mut filters: Vec<String> = self.facets.iter().map(Facet::expression).collect();
        let reaching: Vec<String> = self
            .facets
            .iter()
            .flat_map(|f| &f.terms)
            .filter(|t| t.archived)
            .map(|t| format!("({})", t.filter))
            .collect();
        if !reaching.is_empty() && !self.archived {
            // Archived ones only through the conditions that look among them.
            filters.push(format!("active = true or {}", reaching.join(" or ")));
        }
        filters
    }

    /// Whether archived records are looked at, by itself or through a condition: `list --archived`.
    pub fn looks_at_archived(&self) -> bool {
        self.archived || self.facets.iter().flat_map(|f| &f.terms).any(|t| t.archived)
    }

    /// The question made ready to be answered; refused with what is wrong about a filter, a group or the order.
    pub fn ask(&self, records: &Records, listing: Listing, asker: &Asker) -> Result<ListQuery> {
        if self.group_by.len() > MOST_GROUPS {
            return Err(refused!(
                "groups go {most} levels deep, not {count}",
                most = MOST_GROUPS,
                count = self.group_by.len()
            ));
        }
        let filters =
            self.filters().iter().map(|f| Filter::parse(records, listing, f, asker.clone())).collect::<Result<_>>()?;
        let group_by = self.group_by.iter().map(|g| GroupBy::parse(records, listing, g)).collect::<Result<_>>()?;
        let sort = if self.sort.is_empty() { Vec::new() } else { Sort::parse(records, listing, &self.sort)? };
        let archived = self.looks_at_archived();
        let search = self.text.clone();
        Ok(ListQuery { filters, group_by, sort, archived, search, ..ListQuery::new(listing, asker.clone()) })
    }

    /// As JSON, the form a favourite stores.
    pub fn to_text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads [`Query::to_text`], fields of newer versions being passed over; or a plain filter expression, or nothing.
    pub fn from_text(text: &str) -> Result<Query> {
        let text = text.trim();
        if !text.starts_with('{') {
            let mut query = Query::default();
            if !text.is_empty() {
                query.add("Custom", Term::new(text, text));
            }
            return Ok(query);
        }
        serde_json::from_str(text)
            .map_err(|e| refused!("Query: not one that Satchel wrote ({why})", why = e.to_string()))
    }
}
