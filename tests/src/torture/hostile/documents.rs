//! Whole documents that a member's own key signed: a history of changes, each built on the one before, with any bytes in
//! automerge's columns. Nobody sends documents as they are saved; this is how one gets onto another's disk, and is made again there.

use anyhow::Result;
use satchel_core::{
    Command, DocId, Kind, Money, Value,
    commit::forge::{Change, forge},
    record::ActivityType,
};
use sha2::{Digest, Sha256};

use super::{
    changes::{automerge, chunk, content, leb},
    device::Attacked,
};
use crate::torture::team::Desk;

/// How many changes a history has at most.
const MOST: usize = 40;

/// Histories of an opportunity and a contact: the contents of their changes, each behind its length in two bytes.
pub fn seeds(attacked: &Attacked) -> Result<Vec<Vec<u8>>> {
    let ann = &attacked.ann;
    let met = ann.ws.vector();
    let (deal, person) = (ann.add(Kind::Opportunity, "Fleet lease")?, ann.add(Kind::Contact, "Zoë van Dam")?);
    live(ann, deal, person)?;
    let mut histories = [Vec::new(), Vec::new()];
    for commit in ann.ws.commits_beyond(&met, 0, usize::MAX)?.0 {
        forge(&commit, &ann.ws.device_key(), |body| {
            for change in &body.changes {
                let at = [deal, person].iter().position(|doc| *doc == change.doc);
                if let (Some(at), Change::Automerge(bytes)) = (at, &change.change) {
                    let content = content(bytes);
                    histories[at].extend((content.len() as u16).to_be_bytes());
                    histories[at].extend(content);
                }
            }
        });
    }
    Ok(histories.to_vec())
}

/// What a person does with them.
fn live(ann: &Desk, deal: DocId, person: DocId) -> Result<()> {
    let activity = ann.ws.new_id(Kind::Activity);
    let tag = ann.add(Kind::Tag, "Warm")?;
    let set = |id, fields: &[(&str, Value)]| Command::Set {
        id,
        fields: fields.iter().map(|(k, v)| ((*k).to_owned(), v.clone())).collect(),
        seen: None,
    };
    let script = [
        set(deal, &[("expected_revenue", Money(120_000).into()), ("partner", person.into())]),
        set(deal, &[("city", "Ghent".into()), ("priority", 3i64.into()), ("tags", Value::Refs(vec![tag]))]),
        set(deal, &[("city", "Brugge".into()), ("tags", Value::Refs(Vec::new()))]),
        set(person, &[("email", "zoe@union.example".into()), ("phone", "+32485001122".into())]),
        Command::AddActivity {
            on: deal,
            id: activity,
            kind: ActivityType::CALL,
            summary: "Offer".into(),
            note: String::new(),
            date_deadline: ann.ws.environment().today(),
            user: None,
        },
        Command::ActivityDone { id: activity, feedback: "well".into() },
        Command::MarkWon { ids: vec![deal] },
        set(person, &[("email", Value::Null), ("is_company", true.into())]),
        Command::Trash { ids: vec![deal, person] },
    ];
    script.into_iter().try_for_each(|command| ann.ws.execute(command).map(drop))?;
    Ok(())
}

/// A document that nobody has yet, in one commit; each change names the one before as what it builds on.
pub fn offer(attacked: &mut Attacked, bytes: &[u8]) -> Result<()> {
    let Some(forged) = forged(attacked, bytes) else { return Ok(()) };
    attacked.before(0)?;
    attacked.give(forged)
}

fn offered(attacked: &Attacked) -> DocId {
    DocId::derived(attacked.bob.id(), "test", Kind::Opportunity, "offered")
}

fn forged(attacked: &Attacked, bytes: &[u8]) -> Option<Vec<u8>> {
    let doc = offered(attacked);
    let mut history: Vec<Vec<u8>> = Vec::new();
    let mut before: Option<[u8; 32]> = None;
    let mut rest = bytes;
    while let Some((length, more)) = rest.split_first_chunk().filter(|_| history.len() < MOST) {
        let (content, more) = more.split_at(usize::from(u16::from_be_bytes(*length)).min(more.len()));
        let content = built_on(content, before);
        before = Some(Sha256::digest([&[1][..], &leb(content.len() as u64), &content].concat()).into());
        history.push(chunk(1, &content));
        rest = more;
    }
    forge(&attacked.commits[0], &attacked.ann.ws.device_key(), |body| {
        let Some(like) = body.changes.iter().find(|c| matches!(c.change, Change::Automerge(_))).cloned() else {
            return;
        };
        body.changes = vec![like; history.len()];
        body.changes.iter_mut().for_each(|change| change.doc = doc);
        automerge(body).zip(history).for_each(|(change, made)| *change = made);
    })
}

/// The first cause that a change names, if it names any, is the change before.
fn built_on(content: &[u8], before: Option<[u8; 32]>) -> Vec<u8> {
    let mut content = content.to_vec();
    if let (Some(before), Some(1..=0x7f), Some(cause)) = (before, content.first().copied(), content.get_mut(1..33)) {
        cause.copy_from_slice(&before);
    }
    content
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_honest_history_is_taken_whole() {
        let mut attacked = Attacked::new().expect("a team");
        let histories = seeds(&attacked).expect("histories");
        let forged = forged(&attacked, &histories[0]).expect("a commit");
        attacked.before(0).expect("as before");
        assert_eq!(attacked.bob.accept(vec![forged]).expect("taken").applied, 1);
        let records = attacked.bob.records();
        let deal = &records.opportunities[&offered(&attacked)];
        assert_eq!((deal.name.as_str(), deal.city.as_str(), deal.meta.deleted), ("Fleet lease", "Brugge", true));
        assert_eq!(deal.activities.len(), 1);
    }
}
