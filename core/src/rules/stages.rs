//! Stages in order, merged and removed (spec §1 Stages). What stands in a stage that goes is not touched: the stage names the
//! one that takes its place, see [`crate::record::stage`].

use super::draft::{Draft, unknown};
use crate::{
    error::Result,
    id::{DocId, Kind},
    record::Stage,
    value::Value,
};

/// How far apart stages are numbered, so that others fit between.
const APART: i64 = 10;

/// Puts a stage before another one, or last. Numbers only as many anew as it must.
pub(super) fn arrange(draft: &mut Draft, id: DocId, before: Option<DocId>) -> Result<String> {
    let name = live(draft, id)?.name.clone();
    let mut order: Vec<(DocId, i64)> =
        draft.stages_of(None).iter().filter(|s| s.id != id).map(|s| (s.id, s.sequence)).collect();
    let at = match before {
        Some(before) if before == id => return Ok(format!("Move stage {name}")),
        Some(before) => {
            live(draft, before)?;
            order.iter().position(|(s, _)| *s == before).ok_or_else(|| unknown(before))?
        }
        None => order.len(),
    };
    let low = at.checked_sub(1).map(|i| order[i].1);
    let high = order.get(at).map(|s| s.1);
    let between = match (low, high) {
        (Some(low), Some(high)) if high.saturating_sub(low) > 1 => Some(low + (high - low) / 2),
        (Some(_), Some(_)) => None,
        (Some(low), None) => Some(low.saturating_add(APART)),
        (None, Some(high)) => Some(high.saturating_sub(APART)),
        (None, None) => Some(APART),
    };
    match between {
        Some(sequence) => put(draft, id, sequence)?,
        None => {
            order.insert(at, (id, i64::MIN));
            for (place, (stage, had)) in order.into_iter().enumerate() {
                let sequence = APART * (place as i64 + 1);
                if had != sequence {
                    put(draft, stage, sequence)?;
                }
            }
        }
    }
    Ok(format!("Move stage {name}"))
}

fn put(draft: &mut Draft, id: DocId, sequence: i64) -> Result<()> {
    draft.edit(id)?;
    draft.write_field(id, "sequence", sequence);
    Ok(())
}

/// Several stages become one of them or another: their teams' and their records.
pub(super) fn merge(draft: &mut Draft, ids: &[DocId], into: DocId) -> Result<String> {
    let target = live(draft, into)?.clone();
    let others: Vec<DocId> = ids.iter().copied().filter(|id| *id != into).collect();
    if others.is_empty() {
        return Err(refused!("merging takes two stages at least: choose another one"));
    }
    let mut teams = Some(target.teams).filter(|t| !t.is_empty());
    for id in &others {
        let stage = live(draft, *id)?.clone();
        same_outcome(&stage, &target.name, target.is_won)?;
        teams = teams.filter(|_| !stage.teams.is_empty()).map(|t| [t, stage.teams].concat());
        draft.edit(*id)?;
        draft.write_field(*id, "merged_into", into);
    }
    let mut teams = teams.unwrap_or_default();
    teams.sort();
    teams.dedup();
    if draft.edit(into)?.get("teams") != Some(Value::Refs(teams.clone())) {
        draft.write_field(into, "teams", Value::Refs(teams));
    }
    Ok(match others.as_slice() {
        [one] => format!("Merge stage {} into {}", draft.name(*one), target.name),
        several => format!("Merge {} stages into {}", several.len(), target.name),
    })
}

/// Takes a stage away. What stands in it, and what a colleague puts there meanwhile, shows in `into`; without one the stage must be
/// empty, and its neighbour takes what may still arrive.
pub(super) fn remove(draft: &mut Draft, id: DocId, into: Option<DocId>) -> Result<String> {
    let stage = live(draft, id)?.clone();
    let heir = match into {
        Some(into) if into == id => {
            return Err(refused!(
                "‘{stage}’ is to be removed: choose another stage for its records",
                stage = stage.name
            ));
        }
        Some(into) => {
            let heir = live(draft, into)?;
            same_outcome(&stage, &heir.name, heir.is_won)?;
            if !heir.serves(&stage) {
                let (heir, name) = (&heir.name, &stage.name);
                return Err(refused!(
                    "not every team that has ‘{name}’ has ‘{heir}’: choose another stage, or merge the two",
                    name,
                    heir
                ));
            }
            Some(into)
        }
        None => {
            match draft.standing_in(id) {
                0 => {}
                1 => {
                    return Err(refused!(
                        "1 record stands in ‘{stage}’: say which stage it goes to",
                        stage = stage.name
                    ));
                }
                n => {
                    return Err(refused!(
                        "{n} records stand in ‘{stage}’: say which stage they go to",
                        n,
                        stage = stage.name
                    ));
                }
            }
            neighbour(draft, &stage)
        }
    };
    draft.edit(id)?;
    match heir {
        Some(heir) => draft.write_field(id, "merged_into", heir),
        None => draft.write_field(id, "deleted", true),
    }
    Ok(format!("Remove stage {}", stage.name))
}

/// The last stage before this one, else the first after it, that serves its teams and means the same for a deal.
fn neighbour(draft: &Draft, stage: &Stage) -> Option<DocId> {
    let stages = draft.stages_of(None);
    let fits = |s: &&&Stage| s.id != stage.id && s.is_won == stage.is_won && s.serves(stage);
    let place = |s: &Stage| (s.sequence, s.id);
    let before = stages.iter().filter(fits).rfind(|s| place(s) < place(stage));
    before.or_else(|| stages.iter().find(fits)).map(|s| s.id)
}

/// Records do not become won, or open again, by what happens to a stage.
fn same_outcome(stage: &Stage, heir: &str, heir_is_won: bool) -> Result<()> {
    match (stage.is_won, heir_is_won) {
        (true, false) => Err(refused!(
            "‘{stage}’ is a won stage and ‘{heir}’ is not: choose a won stage for its records",
            stage = stage.name,
            heir
        )),
        (false, true) => Err(refused!(
            "‘{heir}’ is a won stage and ‘{stage}’ is not: choose one that is not won for its records",
            heir,
            stage = stage.name
        )),
        _ => Ok(()),
    }
}

fn live<'d>(draft: &'d Draft, id: DocId) -> Result<&'d Stage> {
    let stage = Some(id).filter(|id| id.kind() == Kind::Stage).and_then(|id| draft.stage(id));
    let stage = stage.ok_or_else(|| unknown(id))?;
    if stage.meta.deleted {
        return Err(refused!("‘{name}’ is in the trash: restore it first", name = stage.name));
    }
    draft.refuse_replaced(id)?;
    Ok(stage)
}

/// A stage in which records stand does not become a won one, or an open one, under their feet.
pub(super) fn keeps_outcome(draft: &mut Draft, id: DocId, is_won: bool) -> Result<()> {
    let Some(stage) = draft.stage(id) else { return Ok(()) };
    let standing = if stage.is_won == is_won { 0 } else { draft.standing_in(id) };
    if standing == 0 {
        return Ok(());
    }
    let (name, becomes) = (&stage.name, if is_won { message!("be won") } else { message!("be open again") });
    Err(refused!(
        "Won stage: {standing} records stand in ‘{name}’ and would {becomes} at a stroke: move them to another stage first",
        standing,
        name,
        becomes
    ))
}
