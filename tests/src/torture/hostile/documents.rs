//! Whole documents that a member's own key signed: a history of changes, each built on the one before, with any bytes in
//! automerge's columns. Nobody sends documents as they are saved; this is how one gets onto another's disk, and is made again there.

use std::mem;

use anyhow::{Result, ensure};
use satchel_core::{
    Command, DocId, Kind, Money, Value,
    commit::forge::{Body, Change, forge, id, number},
    record::ActivityType,
};
use sha2::{Digest, Sha256};

use super::{
    changes::{automerge, chunk, content},
    device::Attacked,
};
use crate::torture::team::Desk;

/// How many changes a history has at most.
const MOST: usize = 40;
/// In a length: the change builds on the one before the one before it.
const BESIDE: usize = 1 << 15;

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

/// A document that nobody has yet, in one commit; each change names one before as what it builds on.
pub fn offer(attacked: &mut Attacked, bytes: &[u8]) -> Result<()> {
    let Some(forged) = forged(attacked, bytes) else { return Ok(()) };
    attacked.before(0)?;
    attacked.give(forged)
}

fn offered(attacked: &Attacked) -> DocId {
    DocId::derived(attacked.bob.id(), "test", Kind::Opportunity, "offered")
}

fn forged(attacked: &Attacked, bytes: &[u8]) -> Option<Vec<u8>> {
    of(attacked, history(bytes), |_| {})
}

/// The same changes in a commit each: whether they come at once or one after the other makes no difference in the end.
pub fn offer_apart(attacked: &mut Attacked, bytes: &[u8]) -> Result<()> {
    let mut commits: Vec<Vec<u8>> = Vec::new();
    for (after, change) in (0u64..).zip(history(bytes)) {
        let before = commits.last().and_then(|commit| id(commit));
        let commit = of(attacked, vec![change], |body| {
            body.seq += after;
            body.lamport += after;
            body.parents = before.map_or_else(|| mem::take(&mut body.parents), |before| vec![before]);
        });
        let Some(commit) = commit else { return Ok(()) };
        commits.push(commit);
    }
    attacked.before(0)?;
    attacked.bob.accept(commits.clone())?;
    let at_once = (attacked.bob.status()?.digest, attacked.bob.vector());
    attacked.reset(0)?;
    for commit in &commits {
        attacked.bob.accept(vec![commit.clone()])?;
    }
    let one_by_one = (attacked.bob.status()?.digest, attacked.bob.vector());
    ensure!(at_once == one_by_one, "at once it makes {at_once:?}, one by one {one_by_one:?}");
    attacked.lives()?;
    attacked.reset(0)
}

/// Ann's first commit with these changes of a new document instead of its own.
fn of(attacked: &Attacked, history: Vec<Vec<u8>>, alter: impl FnOnce(&mut Body)) -> Option<Vec<u8>> {
    let doc = offered(attacked);
    forge(&attacked.commits[0], &attacked.ann.ws.device_key(), |body| {
        let Some(like) = body.changes.iter().find(|c| matches!(c.change, Change::Automerge(_))).cloned() else {
            return;
        };
        body.changes = vec![like; history.len()];
        body.changes.iter_mut().for_each(|change| change.doc = doc);
        automerge(body).zip(history).for_each(|(change, made)| *change = made);
        alter(body);
    })
}

fn history(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut history: Vec<Vec<u8>> = Vec::new();
    let mut hashes: Vec<[u8; 32]> = Vec::new();
    let mut rest = bytes;
    while let Some((length, more)) = rest.split_first_chunk().filter(|_| history.len() < MOST) {
        let length = usize::from(u16::from_be_bytes(*length));
        let (content, more) = more.split_at((length & !BESIDE).min(more.len()));
        let back = if length & BESIDE == 0 { 1 } else { 2 };
        let content = built_on(content, hashes.len().checked_sub(back).map(|at| hashes[at]));
        hashes.push(Sha256::digest([&[1][..], &number(content.len() as u64), &content].concat()).into());
        history.push(chunk(1, &content));
        rest = more;
    }
    history
}

/// The first cause that a change names, if it names any, is that change.
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
        drop(records);
        attacked.reset(0).expect("as before");
        offer_apart(&mut attacked, &histories[0]).expect("the same at once and one by one");
    }
}
