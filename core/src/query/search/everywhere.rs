//! Everything that a few typed letters may mean, the likeliest first (spec §8): names with a wrong or a missing letter too,
//! notes by their words.

use std::cmp::Reverse;

use super::words;
use crate::{
    id::{DocId, Kind},
    query::{
        fold,
        index::{Bits, Place, Row, Texts, is_near, parts},
    },
    record::{Activity, Note, Records, WonStatus},
};

/// What was found of one sort.
#[derive(Clone, Debug, PartialEq)]
pub struct Section {
    pub title: &'static str,
    /// The likeliest first.
    pub hits: Vec<Hit>,
}

/// One record that was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// What to open: for what lies within a record, that record.
    pub id: DocId,
    pub title: String,
    /// What tells it from others of its name: customer and stage, or company, or what was written.
    pub detail: String,
    /// What was typed is found in it only with a wrong or a missing letter.
    pub is_near: bool,
}

/// Fewer letters than these are in every note.
const SHORTEST_IN_NOTES: usize = 3;

/// So many names are told apart by how they begin; beyond, they are taken as they come.
const MOST_COMPARED: usize = 4_000;

/// Everything in which all words of a text occur, by sort, at most `limit` of each. Without the trash; leads and
/// opportunities that are archived or lost, and archived contacts, come last.
pub fn everywhere(records: &Records, text: &str, limit: usize) -> Vec<Section> {
    let mut sections = names(records, text, limit);
    sections.extend(notes(records, text, limit));
    sections
}

/// As [`everywhere`], without looking into notes.
pub fn names(records: &Records, text: &str, limit: usize) -> Vec<Section> {
    let words = words(text);
    if words.is_empty() {
        return Vec::new();
    }
    let (opportunities, leads) = opportunities(records, &words, limit);
    let mut sections = vec![
        Section { title: "Opportunities", hits: opportunities },
        Section { title: "Leads", hits: leads },
        Section { title: "Contacts", hits: contacts(records, &words, limit) },
    ];
    let few = [
        ("Calls", Kind::Call),
        ("Meetings", Kind::Meeting),
        ("Salespeople", Kind::User),
        ("Sales teams", Kind::Team),
        ("Stages", Kind::Stage),
        ("Tags", Kind::Tag),
        ("Products", Kind::Product),
    ];
    sections.extend(few.map(|(title, kind)| Section { title, hits: named(records, kind, &words, limit) }));
    sections.retain(|s| !s.hits.is_empty());
    sections
}

/// Records in whose notes, activities or description all words occur, each word as the beginning of one there.
pub fn notes(records: &Records, text: &str, limit: usize) -> Option<Section> {
    let words = words(text);
    if words.is_empty() || words.iter().all(|w| w.chars().count() < SHORTEST_IN_NOTES) {
        return None;
    }
    let index = &records.index.notes;
    let refs: Vec<&str> = words.iter().map(String::as_str).collect();
    let found = records.index.find_notes(&refs);
    let mut ids: Vec<DocId> = found.slots().map(|slot| index.id(slot)).filter(|id| is_here(records, *id)).collect();
    // What was touched last is likeliest to be meant.
    ids.sort_unstable_by_key(|id| Reverse((records.meta(*id).map(|m| m.write_lamport), *id)));
    let hits: Vec<Hit> = ids.into_iter().take(limit).map(|id| written(records, id, &words)).collect();
    (!hits.is_empty()).then_some(Section { title: "Notes and activities", hits })
}

/// How well a name fits: the lower, the likelier.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// The name begins with what was typed.
    Begins,
    /// A word of it does.
    Word,
    /// It is somewhere in the record.
    Somewhere,
    /// With a wrong or a missing letter.
    Near,
}

/// What was found, by how well it fits.
struct Fits<'a> {
    words: &'a [String],
    texts: &'a Texts,
    exact: Bits,
    near: Bits,
    starting: Bits,
    compared: usize,
}

impl<'a> Fits<'a> {
    /// What is near is looked for where less than `enough` is found as it is typed.
    fn new(
        texts: &'a Texts,
        words: &'a [String],
        enough: usize,
        with: impl Fn(&str) -> Bits,
        near: impl Fn(&str) -> Bits,
    ) -> Fits<'a> {
        let hits: Vec<Bits> = words.iter().map(|word| with(word)).collect();
        let mut exact = Bits::all(texts.len());
        hits.iter().for_each(|hits| exact.keep(hits));
        let mut close = Bits::none(texts.len());
        if exact.count() < enough {
            close = Bits::all(texts.len());
            for (word, mut hits) in words.iter().zip(hits) {
                hits.join(&near(word));
                close.keep(&hits);
            }
        }
        Fits { words, texts, exact, near: close, starting: texts.starting(&words[0]), compared: 0 }
    }

    fn of(&mut self, slot: u32) -> Option<Fit> {
        if !self.exact.has(slot) {
            return self.near.has(slot).then_some(Fit::Near);
        }
        if !self.starting.has(slot) {
            return Some(Fit::Somewhere);
        }
        self.compared += 1;
        let begins =
            self.compared <= MOST_COMPARED && self.texts.folded_name(slot).starts_with(self.words[0].as_bytes());
        Some(if begins { Fit::Begins } else { Fit::Word })
    }
}

fn opportunities(records: &Records, words: &[String], limit: usize) -> (Vec<Hit>, Vec<Hit>) {
    let index = &records.index;
    let texts = &index.opportunities;
    let mut fits = Fits::new(texts, words, 4 * limit, |w| index.opportunities_with(w), |w| index.opportunities_near(w));
    let mut found: [Vec<((bool, Fit), DocId)>; 2] = Default::default();
    // So many of one fit are enough: rows come in the board's order.
    let mut counts = [[0; 8]; 2];
    let all = fits.exact.union(&fits.near);
    let few = (all.count() < MOST_COMPARED).then(|| index.rows_of(&all));
    let rows: Box<dyn Iterator<Item = (&Place, &Row)>> = match few {
        Some(rows) => Box::new(rows.into_iter()),
        None => Box::new(index.rows.iter()),
    };
    for (place, row) in rows {
        if row.is_trashed {
            continue;
        }
        let Some(fit) = fits.of(row.slot) else { continue };
        let rank = (row.is_archived || row.is_lost, fit);
        let (of, at) = (usize::from(row.is_lead), usize::from(rank.0) * 4 + fit as usize);
        if counts[of][at] < limit {
            counts[of][at] += 1;
            found[of].push((rank, place.2.0));
            if counts[0][0] == limit && counts[1][0] == limit {
                break;
            }
        }
    }
    let [opportunities, leads] = found.map(|mut found| {
        found.sort_by_key(|(rank, _)| *rank);
        let hit = |((_, fit), id)| Hit { is_near: fit == Fit::Near, ..deal(records, id) };
        found.into_iter().take(limit).map(hit).collect()
    });
    (opportunities, leads)
}

pub(super) fn contacts(records: &Records, words: &[String], limit: usize) -> Vec<Hit> {
    let index = &records.index;
    let texts = &index.contacts;
    let mut fits = Fits::new(texts, words, 4 * limit, |w| index.contacts_with(w), |w| index.contacts_near(w));
    let slots = fits.exact.union(&fits.near);
    let mut found: Vec<((bool, Fit), &[u8], DocId)> = Vec::new();
    for slot in slots.slots() {
        let id = texts.id(slot);
        let Some(contact) = records.contacts.get(&id).filter(|c| !c.meta.deleted) else { continue };
        let Some(fit) = fits.of(slot) else { continue };
        found.push(((contact.meta.archived, fit), texts.folded_name(slot), id));
        if found.len() > MOST_COMPARED {
            break;
        }
    }
    found.sort_unstable();
    let hit = |((_, fit), _, id): (_, _, _)| Hit { is_near: fit == Fit::Near, ..person(records, id) };
    found.into_iter().take(limit).map(hit).collect()
}

/// Records that are found by their names alone.
pub(super) fn named(records: &Records, kind: Kind, words: &[String], limit: usize) -> Vec<Hit> {
    let live = records.ids(kind).filter(|id| records.meta(*id).is_some_and(|m| !m.deleted && !m.archived));
    let fit = |id: DocId| {
        let name = fold(records.name(id));
        let fit = match () {
            _ if !words.iter().all(|w| name.contains(w.as_str())) => {
                let near = |w: &String| parts(&name).any(|part| is_near(w, part));
                words.iter().all(|w| name.contains(w.as_str()) || near(w)).then_some(Fit::Near)?
            }
            _ if name.starts_with(words[0].as_str()) => Fit::Begins,
            _ if parts(&name).any(|part| part.starts_with(words[0].as_str())) => Fit::Word,
            _ => Fit::Somewhere,
        };
        Some((fit, name, id))
    };
    let mut found: Vec<(Fit, String, DocId)> = live.filter_map(fit).collect();
    found.sort_unstable();
    let hit = |(fit, _, id): (Fit, String, DocId)| {
        let team = records.users.get(&id).and_then(|u| u.team);
        let about = match id.kind() {
            Kind::Call => records.calls.get(&id).and_then(|call| call.opportunity.or(call.partner)),
            Kind::Meeting => records.meetings.get(&id).and_then(|meeting| meeting.opportunity.or(meeting.partner)),
            _ => team,
        };
        let detail = about.map(|about| records.name(about).to_owned()).unwrap_or_default();
        Hit { id, title: records.name(id).to_owned(), detail, is_near: fit == Fit::Near }
    };
    found.into_iter().take(limit).map(hit).collect()
}

fn is_here(records: &Records, id: DocId) -> bool {
    records.meta(id).is_some_and(|m| !m.deleted)
}

fn deal(records: &Records, id: DocId) -> Hit {
    let Some(o) = records.opportunities.get(&id) else {
        return Hit { id, title: String::new(), detail: String::new(), is_near: false };
    };
    let customer = o.partner.map_or("", |p| records.name(p));
    let customer = [customer, &o.partner_name, &o.contact_name].into_iter().find(|n| !n.is_empty());
    let stage = match records.won_status(o) {
        WonStatus::Lost => Some("Lost"),
        _ if o.is_lead() => None,
        _ => records.stage(o).map(|s| s.name.as_str()),
    };
    let archived = o.meta.archived.then_some("archived");
    let detail: Vec<&str> = [customer, stage, archived].into_iter().flatten().collect();
    Hit { id, title: o.name.clone(), detail: detail.join(" · "), is_near: false }
}

fn person(records: &Records, id: DocId) -> Hit {
    let Some(c) = records.contacts.get(&id) else {
        return Hit { id, title: String::new(), detail: String::new(), is_near: false };
    };
    let company = c.parent.map(|p| format!("Contact at {}", records.name(p)));
    let kind = (company.is_none() && c.is_company).then(|| "Company".to_owned());
    let place = [&c.city, &c.country].into_iter().find(|t| !t.is_empty()).cloned();
    let address = Some(c.email.clone()).filter(|e| !e.is_empty());
    let detail: Vec<String> = [company.or(kind), place, address].into_iter().flatten().collect();
    Hit { id, title: c.name.clone(), detail: detail.join(" · "), is_near: false }
}

/// The record and the line in which the words stand.
fn written(records: &Records, id: DocId, words: &[String]) -> Hit {
    let (description, activities, notes): (&str, &[Activity], &[Note]) = match id.kind() {
        Kind::Contact => {
            records.contacts.get(&id).map_or(("", &[], &[]), |c| (c.description.as_str(), &c.activities, &c.notes))
        }
        _ => {
            records.opportunities.get(&id).map_or(("", &[], &[]), |o| (o.description.as_str(), &o.activities, &o.notes))
        }
    };
    let texts = notes.iter().map(|n| n.text.as_str());
    let texts = texts.chain(activities.iter().flat_map(|a| [a.summary.as_str(), &a.note, &a.feedback]));
    let texts = texts.chain([description]);
    let count = |text: &str| {
        let text = fold(text);
        words.iter().filter(|w| text.contains(w.as_str())).count()
    };
    // The last of the fullest would be any; the first is the newest note's.
    let best = texts.map(|t| (count(t), t)).fold((0, ""), |best, t| if t.0 > best.0 { t } else { best }).1;
    Hit { id, title: records.name(id).to_owned(), detail: excerpt(best, &words[0]), is_near: false }
}

/// So much of a text around a word as fits a line.
fn excerpt(text: &str, word: &str) -> String {
    const BEFORE: usize = 24;
    const LENGTH: usize = 90;
    let all: Vec<&str> = text.split_whitespace().collect();
    let at = all.iter().position(|part| fold(part).contains(word)).unwrap_or(0);
    let mut from = at;
    let mut before = 0;
    while from > 0 && before + all[from - 1].len() < BEFORE {
        from -= 1;
        before += all[from].len() + 1;
    }
    let joined = all[from..].join(" ");
    let mut line: String = joined.chars().take(LENGTH).collect();
    if line.len() < joined.len() {
        line.push('…');
    }
    if from > 0 { format!("… {line}") } else { line }
}
