//! Conflicts: fields with concurrent, unequal values; showing them and deciding them.

use super::{Conflict, ConflictValue, Outcome, SPACE, Workspace, author::Draft};
use crate::{
    commit::{Intent, Opened},
    document::{Document, Raw, Variant, change_hash, key_label},
    error::{Error, Result},
    id::DocId,
    record::{Outcome as Result_, Records, Standing},
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
                None => records.disputed(),
            }
        };
        let mut all = Vec::new();
        for id in disputed {
            let Some(record) = self.records().get(id) else { continue };
            let document = self.document(id)?;
            let authors = self.authors(id)?;
            for key in &record.meta().conflicts {
                let mut values: Vec<ConflictValue> =
                    document.variants(key).iter().map(|v| self.conflict_value(v, &authors)).collect();
                if values.len() > 1 {
                    let value = values.remove(0);
                    let (kind, name, field) = (id.kind(), record.name(), key.clone());
                    all.push(Conflict { id, kind, name, field, value, others: values });
                }
            }
        }
        Ok(all)
    }

    fn conflict_value(&self, variant: &Variant, authors: &[([u8; 32], Opened)]) -> ConflictValue {
        let commit = variant.change.and_then(|c| authors.iter().find(|(hash, _)| *hash == c)).map(|(_, commit)| commit);
        let records = self.records();
        let (value, text) = match (&variant.standing, &variant.value) {
            (Some(standing), _) => {
                let text = standing_words(&records, standing);
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
        for arrival in self.inner.store.touched(SPACE, id)? {
            let Some((commit, _)) = self.inner.store.commit_at(SPACE, arrival)? else { continue };
            let hashes: Vec<_> =
                commit.body.changes.iter().filter(|c| c.doc == id).filter_map(|c| change_hash(id, &c.change)).collect();
            all.extend(hashes.into_iter().map(|h| (h, commit.clone())));
        }
        Ok(all)
    }

    /// Decides a conflict: the chosen value is written again, over all the others.
    pub(super) fn resolve(&self, id: DocId, field: &str, choice: usize) -> Result<Outcome> {
        let mut writer = self.writer();
        let document: Document = self.document(id)?;
        let key = if field == "stage" { "standing" } else { field };
        let variants = document.variants(key);
        let name = key_label(id.kind(), key);
        if variants.len() < 2 {
            return Err(Error::refused(format!("{name} has one value only: somebody has decided already")));
        }
        let chosen = variants.get(choice).ok_or_else(|| {
            Error::refused(format!("{name} has {} values: choose 0 to {}", variants.len(), variants.len() - 1))
        })?;
        let raw = vec![(key.to_owned(), Raw::Put(chosen.scalar.clone()))];
        let built = self.build_raw(&self.actor(&writer.front), id, raw)?;
        let label = format!("Decide {name}");
        let built = built.into_iter().collect();
        let commit = self.author(&mut writer, Draft { built, ..Draft::new(&label, Intent::Edit) })?.pop();
        Ok(Outcome { commit, label, docs: vec![id], notices: Vec::new() })
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
