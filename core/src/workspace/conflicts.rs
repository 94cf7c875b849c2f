//! Conflicts: fields with concurrent, unequal values; showing them and deciding them.

use super::{Conflict, ConflictValue, Outcome, SPACE, Workspace, author::Draft};
use crate::{
    commit::{Intent, Opened},
    document::{Document, Variant, change_hash, key_label},
    error::Result,
    id::{DocId, Kind},
    record::{Invoice, Merged, Outcome as Result_, Record, Records, Standing, is_inner},
    value::Value,
};

impl Workspace {
    /// The conflicts of one record, or of all.
    pub fn conflicts(&self, id: Option<DocId>) -> Result<Vec<Conflict>> {
        let disputed: Vec<DocId> = {
            let records = self.records();
            match id {
                Some(id) => {
                    records.get(id).filter(|r| !r.meta().conflicts.is_empty()).map(|r| r.id()).into_iter().collect()
                }
                None => records.disputed().iter().copied().collect(),
            }
        };
        let mut all = Vec::new();
        for id in disputed {
            let Some(record) = self.records().get(id) else { continue };
            let family = Family::of(self, &record)?;
            for key in &record.meta().conflicts {
                let mut values: Vec<ConflictValue> =
                    family.claims(key).iter().map(|c| self.conflict_value(key, c)).collect();
                if values.len() > 1 {
                    let value = values.remove(0);
                    let (kind, name, field) = (id.kind(), record.name(), key.clone());
                    all.push(Conflict { id, kind, name, field, value, others: values });
                }
            }
        }
        Ok(all)
    }

    fn conflict_value(&self, key: &str, claim: &Claim) -> ConflictValue {
        let (variant, commit) = (&claim.variant, claim.commit);
        let records = self.records();
        let (value, text) = match (&variant.standing, &variant.value) {
            (Some(standing), _) => {
                let text = standing_words(&records, standing);
                (Value::Text(text.clone()), text)
            }
            (None, Some(Value::Text(frozen))) if claim.of.kind() == Kind::Invoice && key == "frozen" => {
                let text = Invoice::said(frozen);
                (Value::Text(text.clone()), text)
            }
            (None, Some(value)) => (value.clone(), words(&records, value)),
            (None, None) => (Value::Null, String::new()),
        };
        let user = commit.map_or(self.user(), |c| c.body.user);
        ConflictValue {
            value,
            text,
            user,
            user_name: records.name(user).to_owned(),
            device_name: commit.map(|c| self.device_name(c.body.device)).unwrap_or_default(),
            time: commit.and_then(|c| chrono::DateTime::from_timestamp_millis(c.body.time)).unwrap_or_default(),
        }
    }

    /// Which commit made each change of a document.
    pub(super) fn authors(&self, id: DocId) -> Result<Vec<([u8; 32], Opened)>> {
        let mut all = Vec::new();
        let asides = self.asides();
        for counting in self.inner.store.touching(SPACE, id, |arrival| !asides.contains_key(&arrival))? {
            let (_, commit) = counting?;
            let hashes: Vec<_> =
                commit.body.changes.iter().filter(|c| c.doc == id).filter_map(|c| change_hash(id, &c.change)).collect();
            all.extend(hashes.into_iter().map(|h| (h, commit.clone())));
        }
        Ok(all)
    }

    /// Decides a conflict: the chosen value is written again, over all the others. What records merged into this one say
    /// otherwise is settled with it.
    pub(super) fn resolve(&self, id: DocId, field: &str, choice: usize) -> Result<Outcome> {
        let mut writer = self.writer();
        let key = if field == "stage" { "standing" } else { field };
        let name = key_label(id.kind(), key);
        let record = self.records().get(self.records().head(id));
        let record = record.ok_or_else(|| refused!("there is no {kind} {id}", kind = id.kind().noun(), id))?;
        let id = record.id();
        let family = Family::of(self, &record)?;
        let claims = family.claims(key);
        if claims.len() < 2 {
            return Err(refused!("{name} has one value only: somebody has decided already", name));
        }
        let chosen = claims.get(choice).ok_or_else(|| {
            refused!(
                "{name} has {count} values: choose 0 to {last}",
                name,
                count = claims.len(),
                last = claims.len() - 1
            )
        })?;
        let actor = self.actor(&writer.front);
        let mut built = Vec::new();
        // What lies inside is decided where it lies.
        let place = if is_inner(key) { chosen.of } else { id };
        built.extend(self.build_raw(
            &actor,
            place,
            vec![(key.to_owned(), chosen.variant.stored.clone().into_raw())],
        )?);
        for (document, merged) in family.documents.iter().zip(&family.merged) {
            if merged.as_ref().is_some_and(|m| m.changed.iter().any(|changed| changed == key)) {
                built.extend(self.build_raw(&actor, document.id(), vec![document.settle(key)])?);
            }
        }
        let label = format!("Decide {name}");
        let commit = self.author(&mut writer, Draft { built, ..Draft::new(&label, Intent::Edit) })?.pop();
        Ok(Outcome { commit, label, docs: vec![id], notices: Vec::new() })
    }
}

/// A record's document, and those of the records merged into it.
struct Family {
    documents: Vec<Document>,
    /// Of each document, what its record says of having been merged; nothing for the head.
    merged: Vec<Option<Merged>>,
    authors: Vec<([u8; 32], Opened)>,
}

/// One of several values of a key, and who claims it.
struct Claim<'a> {
    of: DocId,
    variant: Variant,
    commit: Option<&'a Opened>,
}

impl Family {
    fn of(workspace: &Workspace, head: &Record) -> Result<Family> {
        let mut family = Family { documents: Vec::new(), merged: Vec::new(), authors: Vec::new() };
        for (at, id) in std::iter::once(&head.id()).chain(&head.meta().merges).enumerate() {
            family.documents.push(workspace.document(*id)?);
            family.authors.extend(workspace.authors(*id)?);
            let merged = workspace.records().own(*id).and_then(|own| own.meta().merged.clone());
            family.merged.push(merged.filter(|_| at > 0));
        }
        Ok(family)
    }

    /// The unequal values of a key: the one shown first, then those of merged records.
    fn claims(&self, key: &str) -> Vec<Claim<'_>> {
        let mut claims: Vec<Claim> = Vec::new();
        for (at, (document, merged)) in self.documents.iter().zip(&self.merged).enumerate() {
            let counts = at == 0
                || is_inner(key)
                || merged.as_ref().is_some_and(|m| m.changed.iter().any(|changed| changed == key));
            let variants = if counts { document.variants_or_none(key) } else { Vec::new() };
            for variant in variants {
                let is_here = !is_inner(key) || !variant.stored.is_empty();
                if is_here && !claims.iter().any(|c| c.variant.agrees(&variant)) {
                    let wrote = |(hash, _): &&([u8; 32], Opened)| Some(*hash) == variant.change;
                    let commit = self.authors.iter().find(wrote).map(|(_, commit)| commit);
                    claims.push(Claim { of: document.id(), variant, commit });
                }
            }
        }
        claims
    }
}

/// A value as a person reads it.
pub(super) fn words(records: &Records, value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Text(text) => text.clone(),
        Value::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
        Value::Int(i) => i.to_string(),
        Value::Percent(p) => format!("{p} %"),
        Value::Money(m) => m.to_string(),
        Value::Date(d) => d.to_string(),
        Value::Time(t) => t.format("%Y-%m-%d %H:%M").to_string(),
        Value::When(when) => when.to_string(),
        Value::Ref(id) => records.name(*id).to_owned(),
        Value::Refs(ids) => ids.iter().map(|id| records.name(*id)).collect::<Vec<_>>().join(", "),
    }
}

/// "Won", "Lost: Too expensive", "Proposition, 60 %".
pub(super) fn standing_words(records: &Records, standing: &Standing) -> String {
    let stage = standing.stage.map(|s| records.name(s)).unwrap_or_default();
    match (&standing.outcome, standing.probability) {
        (Result_::Won, _) => "Won".to_owned(),
        (Result_::Lost { reason: Some(reason) }, _) => format!("Lost: {}", records.name(*reason)),
        (Result_::Lost { reason: None }, _) => "Lost".to_owned(),
        (Result_::Open, Some(probability)) => format!("{stage}, {probability} %"),
        (Result_::Open, None) => stage.to_owned(),
    }
}
