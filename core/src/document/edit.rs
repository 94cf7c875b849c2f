use std::collections::HashSet;

use automerge::{
    ActorId, AutomergeError, ChangeHash, PatchLog, ROOT, ReadDoc, ScalarValue,
    transaction::{CommitOptions, Transactable, Transaction},
};

use super::{
    Document, DocumentError, Stored, hashes,
    lineage::Lineage,
    stored::{encode, encode_imported, encode_standing},
    text::{Splice, splices},
};
use crate::{
    commit::Change,
    record::{self, FieldType, custom},
    rules::Write,
    value::Value,
};

/// One write at the level of keys.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Raw {
    Put(ScalarValue),
    Text(String),
}

/// The most letters of a long text that come and go in one change: automerge takes some 700 bytes for each while it puts them down.
const MOST_LETTERS: usize = 40_000;

impl Document {
    /// Carries out an edit's writes and returns the changes they made, none if there was nothing to change.
    ///
    /// What somebody else changed since the version `seen` is written at that version, beside their value, so that both are
    /// kept; everything else at the current version.
    pub fn write(
        &mut self,
        actor: &ActorId,
        writes: &[Write],
        seen: Option<&[[u8; 32]]>,
    ) -> Result<Vec<Change>, DocumentError> {
        let seen = seen.map(hashes).filter(|s| {
            s.iter().all(|h| self.inner.get_change_meta_by_hash(h).is_some()) && *s != self.inner.get_heads()
        });
        let mut raw = Vec::with_capacity(writes.len());
        for write in last_of_each_place(writes) {
            self.expand(write, seen.as_deref(), &mut raw);
        }
        self.write_raw(actor, raw, seen.as_deref())
    }

    /// Writes keys at the current version.
    pub fn put(&mut self, actor: &ActorId, raw: Vec<(String, Raw)>) -> Result<Vec<Change>, DocumentError> {
        self.write_raw(actor, raw, None)
    }

    fn expand(&self, write: &Write, seen: Option<&[ChangeHash]>, raw: &mut Vec<(String, Raw)>) {
        match write {
            Write::Field(name, value) => match (record::field(self.id.kind(), name).map(|f| f.ty), value) {
                (Some(FieldType::Refs(_)), value) => {
                    let wanted = if let Value::Refs(ids) = value { ids.as_slice() } else { &[] };
                    let had = self.members(name, seen);
                    let added = wanted.iter().filter(|id| !had.contains(id)).map(|id| (id, true));
                    let removed = had.iter().filter(|id| !wanted.contains(id)).map(|id| (id, false));
                    raw.extend(added.chain(removed).map(|(id, is)| (format!("{name}:{id}"), Raw::Put(is.into()))));
                }
                (Some(FieldType::LongText), value) => {
                    let text = if let Value::Text(t) = value { t.clone() } else { String::new() };
                    // Written anew it holds what was joined to it, or no longer does.
                    raw.retain(|(key, _)| !key.starts_with("joined:"));
                    let joined = self.inner.keys(ROOT).filter(|key| key.starts_with("joined:"));
                    raw.extend(joined.map(|key| (key, Raw::Put(ScalarValue::Null))));
                    raw.push(((*name).to_owned(), Raw::Text(text)));
                }
                _ => raw.push(((*name).to_owned(), Raw::Put(encode(value)))),
            },
            Write::Custom(field, value) => raw.push((custom::document_key(field), Raw::Put(encode(value)))),
            Write::Standing(standing) => raw.push(("standing".to_owned(), Raw::Put(encode_standing(standing)))),
            Write::Activity(id, field, value) => raw.push((format!("activity:{id}:{field}"), Raw::Put(encode(value)))),
            Write::Note(id, field, value) => raw.push((format!("note:{id}:{field}"), Raw::Put(encode(value)))),
            Write::Attachment(id, field, value) => {
                raw.push((format!("attachment:{id}:{field}"), Raw::Put(encode(value))))
            }
            Write::Imported(source, pairs) => {
                raw.push((format!("imported:{source}"), Raw::Put(encode_imported(pairs))))
            }
            Write::Settled(key) => raw.push(self.settle(key)),
            Write::Joined(id, text) => {
                let key = format!("joined:{id}");
                raw.retain(|(other, _)| *other != key);
                raw.push((key, Raw::Put(text.as_str().into())));
            }
        }
    }

    fn write_raw(
        &mut self,
        actor: &ActorId,
        raw: Vec<(String, Raw)>,
        seen: Option<&[ChangeHash]>,
    ) -> Result<Vec<Change>, DocumentError> {
        let blank = self.is_blank();
        let (mut seeds, mut now, mut beside) = (Vec::new(), Vec::new(), Vec::new());
        for (key, value) in raw {
            match value {
                Raw::Text(text) if blank => {
                    if !text.is_empty() {
                        seeds.push(Change::Seed { key, text });
                    }
                }
                Raw::Text(text) => {
                    // Against the version seen, a text merges by itself: the person's edits are found by comparing with it.
                    if self.stored_at(&key, seen).is_some_and(|old| old != Stored::Text(text.clone())) {
                        if seen.is_some() { &mut beside } else { &mut now }.push((key, Raw::Text(text)));
                    }
                }
                Raw::Put(scalar) => {
                    let new = Stored::Scalar(scalar.clone());
                    let current = self.stored_at(&key, None).unwrap_or(Stored::Absent);
                    let changed_since =
                        seen.is_some() && !self.stored_at(&key, seen).unwrap_or(Stored::Absent).same(&current);
                    if new.same(&current) && !self.is_disputed(&key) {
                        continue;
                    }
                    if changed_since { &mut beside } else { &mut now }.push((key, Raw::Put(scalar)));
                }
            }
        }
        let mut changes = seeds;
        self.apply(&changes)?;
        self.inner.set_actor(actor.clone());
        changes.extend(self.write_at(None, now)?);
        if let Some(seen) = seen {
            changes.extend(self.write_at(Some(seen), beside)?);
        }
        Ok(changes)
    }

    /// Writes at the current version or at another one, in as many changes as that takes.
    fn write_at(
        &mut self,
        seen: Option<&[ChangeHash]>,
        writes: Vec<(String, Raw)>,
    ) -> Result<Vec<Change>, DocumentError> {
        if writes.is_empty() {
            return Ok(Vec::new());
        }
        let mut beside = seen.map(|seen| (Lineage::of(&self.inner), seen.to_vec()));
        let mut changes = Vec::new();
        for steps in in_changes(self.steps(seen, writes)) {
            let tx = match &beside {
                None => self.inner.transaction(),
                Some((_, at)) => self
                    .inner
                    .transaction_at(PatchLog::inactive(), at)
                    .map_err(|_| DocumentError::Unfit("the version seen is not of this document".into()))?,
            };
            let hash = carry_out(tx, &steps)?;
            let Some(change) = hash.and_then(|hash| self.inner.get_change_by_hash(&hash)) else { continue };
            if let Some((lineage, at)) = &mut beside {
                // It counts on from all that is here, which may be too far for who goes by what was seen.
                lineage.add(&change).map_err(|_| DocumentError::Outdated)?;
                *at = vec![change.hash()];
            }
            changes.push(Change::Automerge(change.raw_bytes().to_vec()));
        }
        Ok(changes)
    }

    fn steps(&self, seen: Option<&[ChangeHash]>, writes: Vec<(String, Raw)>) -> Vec<(String, Step)> {
        let mut steps = Vec::with_capacity(writes.len());
        for (key, value) in writes {
            match value {
                Raw::Put(scalar) => steps.push((key, Step::Put(scalar))),
                Raw::Text(text) => {
                    let old = if let Some(Stored::Text(old)) = self.stored_at(&key, seen) { old } else { continue };
                    let splices = splices(&old, &text).into_iter().flat_map(|splice| splice.in_steps(MOST_LETTERS));
                    steps.extend(splices.map(|splice| (key.clone(), Step::Splice(splice))));
                }
            }
        }
        steps
    }

    fn is_disputed(&self, key: &str) -> bool {
        self.inner.get_all(ROOT, key).is_ok_and(|all| all.len() > 1)
    }

    pub(super) fn stored_at(&self, key: &str, heads: Option<&[ChangeHash]>) -> Option<Stored> {
        let found = match heads {
            None => self.inner.get(ROOT, key),
            Some(heads) => self.inner.get_at(ROOT, key, heads),
        };
        let (value, object) = found.ok()??;
        Some(match (&value, heads) {
            (automerge::Value::Object(automerge::ObjType::Text), Some(heads)) => {
                self.inner.text_at(&object, heads).map_or(Stored::Foreign, Stored::Text)
            }
            _ => Stored::read(&self.inner, &value, &object),
        })
    }

    fn members(&self, name: &str, heads: Option<&[ChangeHash]>) -> Vec<crate::id::DocId> {
        let range = format!("{name}:")..format!("{name};");
        let id = |key: &str| key.rsplit(':').next().and_then(|k| k.parse().ok());
        let is_member = |key: &str| self.stored_at(key, heads) == Some(Stored::Scalar(true.into()));
        let keys: Vec<String> = match heads {
            None => self.inner.map_range(ROOT, range).map(|i| i.key.into_owned()).collect(),
            Some(heads) => self.inner.map_range_at(ROOT, range, heads).map(|i| i.key.into_owned()).collect(),
        };
        keys.iter().filter(|k| is_member(k)).filter_map(|k| id(k)).collect()
    }
}

/// In their order. Each is compared with what is here, not with the one before: several rows of a file may be of one record.
fn last_of_each_place(writes: &[Write]) -> Vec<&Write> {
    let mut places = HashSet::with_capacity(writes.len());
    let mut last: Vec<&Write> = writes.iter().rev().filter(|write| places.insert(write.place())).collect();
    last.reverse();
    last
}

/// What is written into one change.
enum Step {
    Put(ScalarValue),
    Splice(Splice),
}

/// No change has to hold more than it may: a long text that is written anew goes first, and comes then.
fn in_changes(steps: Vec<(String, Step)>) -> Vec<Vec<(String, Step)>> {
    let mut all: Vec<Vec<(String, Step)>> = Vec::new();
    let mut room = 0;
    for (key, step) in steps {
        let size = if let Step::Splice(splice) = &step { splice.letters() } else { 1 };
        if size > room {
            all.push(Vec::new());
            room = MOST_LETTERS.max(size);
        }
        room -= size;
        all.last_mut().expect("pushed above").push((key, step));
    }
    all
}

fn carry_out(mut tx: Transaction<'_>, steps: &[(String, Step)]) -> Result<Option<ChangeHash>, AutomergeError> {
    for (key, step) in steps {
        match step {
            Step::Put(scalar) => tx.put(ROOT, key.as_str(), scalar.clone())?,
            Step::Splice(splice) => {
                if let Some((automerge::Value::Object(automerge::ObjType::Text), object)) =
                    tx.get(ROOT, key.as_str())?
                {
                    tx.splice_text(&object, splice.at, splice.delete as isize, &splice.insert)?;
                }
            }
        }
    }
    Ok(tx.commit_with(CommitOptions::default().with_time(0)).0)
}

#[cfg(test)]
mod tests {
    use super::{
        super::{Origin, check_change},
        *,
    };
    use crate::id::{DeviceId, DocId, Epoch, Kind};

    /// The longest that may be, written by two at once and then anew: what they write is taken, and merges.
    #[test]
    fn a_long_text_written_anew_goes_first_and_comes_then() {
        const LONGEST: usize = 65_536;
        let id = DocId::new(Kind::Contact, 1, [3; 9]);
        let [ann, bob] = [1, 2].map(|n| super::super::actor(DeviceId([n; 32]), Epoch([n; 16])));
        let text = |letter: &str| Write::Field("description", letter.repeat(LONGEST).into());
        let taken = |changes: Result<Vec<Change>, DocumentError>, author: &ActorId, count: usize| {
            let changes = changes.expect("written");
            assert_eq!(changes.len(), count);
            for change in &changes {
                let Change::Automerge(bytes) = change else { panic!("a seed") };
                check_change(bytes, author, Origin::Colleague).expect("taken");
            }
            changes
        };
        let mut anns = Document::new(id);
        let first = taken(anns.write(&ann, &[Write::Field("name", "Ann".into())], None), &ann, 1);
        let mut bobs = Document::new(id);
        bobs.apply(&first).expect("applied");
        let seen = anns.heads();
        let of_bob = taken(bobs.write(&bob, &[text("b"), Write::Field("city", "Bruges".into())], None), &bob, 2);
        anns.apply(&of_bob).expect("applied");
        // Beside it, and then instead of both.
        let both = [text("a"), Write::Field("city", "Ghent".into())];
        let mut of_ann = taken(anns.write(&ann, &both, Some(&seen)), &ann, 2);
        of_ann.extend(taken(anns.write(&ann, &[text("e")], None), &ann, 6));
        bobs.apply(&of_ann).expect("applied");
        assert_eq!(anns.heads(), bobs.heads());
        for document in [anns, bobs] {
            let document = document.read_back().expect("read back").document;
            assert!(document.stored("description") == Stored::Text("e".repeat(LONGEST)));
            assert!(document.is_disputed("city"));
        }
    }

    #[test]
    fn of_what_is_written_twice_the_last_stands() {
        let actor = super::super::actor(DeviceId([1; 32]), Epoch([2; 16]));
        let mut document = Document::new(DocId::new(Kind::Contact, 1, [3; 9]));
        let field = |field, text: &str| Write::Field(field, text.into());
        let text = |text| field("description", text);
        let [first, second] = [4, 5].map(|n| DocId::new(Kind::Tag, 1, [n; 9]));
        let tags = |tags: &[DocId]| Write::Field("tags", Value::Refs(tags.to_vec()));
        let old = [field("name", "Ann"), text("An old text"), field("city", "Ghent"), tags(&[second])];
        document.write(&actor, &old, None).expect("written");
        let twice = [
            [text("alpha"), field("city", "Bruges"), tags(&[first])],
            [text("beta"), field("city", "Ghent"), tags(&[second])],
        ];
        let changes = document.write(&actor, twice.as_flattened(), None).expect("written");
        assert_eq!(changes.len(), 1, "but for the text all is as it was");
        assert_eq!(document.stored("description"), Stored::Text("beta".into()));
        assert_eq!(document.stored("city"), Stored::Scalar("Ghent".into()));
        assert_eq!(document.members("tags", None), [second]);
        let seen = document.heads();
        document.write(&actor, &[text("gamma")], None).expect("written");
        document.write(&actor, &[text(""), text("beta two")], Some(&seen)).expect("written");
        assert_eq!(document.stored("description"), Stored::Text("gamma two".into()));
    }

    #[test]
    fn what_is_joined_to_a_text_and_what_it_is_written_anew_are_told_apart_by_their_order() {
        let actor = super::super::actor(DeviceId([1; 32]), Epoch([2; 16]));
        let joined = || Write::Joined(DocId::new(Kind::Contact, 1, [4; 9]), "From the other".into());
        let text = |text: &str| Write::Field("description", text.into());
        let description = |writes: &[&[Write]]| {
            let mut document = Document::new(DocId::new(Kind::Contact, 1, [3; 9]));
            document.write(&actor, &[Write::Field("name", "Ann".into())], None).expect("written");
            writes.iter().for_each(|writes| _ = document.write(&actor, writes, None).expect("written"));
            let crate::record::Record::Contact(contact) = document.project().expect("a record") else { panic!() };
            contact.description
        };
        let both = "Own\n\nFrom the other";
        for before in [&[][..], &[joined()]] {
            assert_eq!(description(&[before, &[text("Own"), joined()]]), both);
            assert_eq!(description(&[before, &[joined(), text("Own")]]), "Own");
            assert_eq!(description(&[before, &[text("First"), joined(), text("Own")]]), "Own");
        }
    }

    #[test]
    fn what_a_newer_version_wrote_is_kept() {
        let actor = super::super::actor(DeviceId([1; 32]), Epoch([2; 16]));
        let id = DocId::new(Kind::Contact, 1, [3; 9]);
        let mut document = Document::new(id);
        let future = vec![("shoe_size".to_owned(), Raw::Put(44.into()))];
        document.put(&actor, future).expect("written");
        let name = [Write::Field("name", "Ann".into())];
        document.write(&actor, &name, None).expect("written");
        let again = Document::load(id, &document.save()).expect("read");
        assert_eq!(again.stored("shoe_size"), Stored::Scalar(44.into()));
        assert_eq!(again.project().map(|r| r.name()), Some("Ann".to_owned()));
    }
}
