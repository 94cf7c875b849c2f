//! Where an opportunity stands: stage, outcome, manual probability and dates, decided as one (spec §1).

use chrono::{DateTime, Utc};

use super::{
    draft::{Draft, unknown},
    fields::{self, mistyped},
    validate,
};
use crate::{
    error::Result,
    id::{DocId, Kind},
    record::{FieldType, Opportunity, Outcome, Standing, WonStatus, stage},
    value::{Percent, Value},
};

/// Names under which parts of the standing can be written.
pub(super) const FIELDS: [&str; 6] =
    ["stage", "probability", "won_status", "lost_reason", "date_closed", "date_last_stage_update"];

/// What an edit says about where an opportunity is to stand.
#[derive(Default)]
pub(super) struct Asked {
    pub stage: Option<DocId>,
    pub won_status: Option<WonStatus>,
    /// The outer option: asked at all; the inner: the stage's own, or this.
    pub probability: Option<Option<Percent>>,
    pub lost_reason: Option<Option<DocId>>,
    pub date_closed: Option<DateTime<Utc>>,
    pub date_last_stage_update: Option<DateTime<Utc>>,
    /// Taken back, whether it was lost or archived.
    pub active: bool,
}

impl Asked {
    /// Takes a field of the standing; false if it is none.
    pub fn take(&mut self, draft: &Draft, name: &str, value: &Value) -> Result<bool> {
        let time = |label: &str| match validate::fitted(FieldType::Time, value).as_ref() {
            Value::Time(time) => Ok(Some(*time)),
            Value::Null => Ok(None),
            _ => Err(mistyped(label, message!("a moment"), value)),
        };
        match (name, value) {
            ("stage", Value::Ref(stage)) => {
                validate::refers(draft, "Stage", Kind::Stage, *stage)?;
                self.stage = Some(draft.stage_now(*stage));
            }
            ("stage", _) => return Err(mistyped("Stage", message!("a stage"), value)),
            ("probability", Value::Null) => self.probability = Some(None),
            ("probability", Value::Percent(percent)) => {
                validate::within_hundred(*percent)?;
                self.probability = Some(Some(*percent));
            }
            ("probability", _) => return Err(mistyped("Probability", message!("a percentage"), value)),
            ("won_status", Value::Text(text)) => {
                self.won_status = Some(match text.as_str() {
                    "pending" => WonStatus::Pending,
                    "won" => WonStatus::Won,
                    "lost" => WonStatus::Lost,
                    _ => {
                        return Err(refused!("Won status: ‘{text}’ is not one of pending, won, lost", text));
                    }
                });
            }
            ("won_status", Value::Null) => {}
            ("won_status", _) => return Err(mistyped("Won status", message!("pending, won or lost"), value)),
            ("lost_reason", Value::Null) => self.lost_reason = Some(None),
            ("lost_reason", Value::Ref(reason)) => {
                validate::refers(draft, "Lost reason", Kind::LostReason, *reason)?;
                self.lost_reason = Some(Some(*reason));
            }
            ("lost_reason", _) => return Err(mistyped("Lost reason", message!("a lost reason"), value)),
            ("date_closed", _) => self.date_closed = time("Closed on")?,
            ("date_last_stage_update", _) => self.date_last_stage_update = time("Last stage update")?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// How many fields were asked for.
    pub fn count(&self) -> usize {
        usize::from(self.stage.is_some())
            + usize::from(self.won_status.is_some())
            + usize::from(self.probability.is_some())
            + usize::from(self.lost_reason.is_some())
            + usize::from(self.date_closed.is_some())
            + usize::from(self.date_last_stage_update.is_some())
    }

    pub fn only_label(&self) -> &'static str {
        match () {
            _ if self.probability.is_some() => "Probability",
            _ if self.lost_reason.is_some() => "Lost reason",
            _ if self.date_closed.is_some() => "Closed on",
            _ if self.date_last_stage_update.is_some() => "Last stage update",
            _ => "Stage",
        }
    }
}

impl Standing {
    /// Won anew or taken back from lost: shown again even if it was archived.
    pub(super) fn wakes(&self, before: &Standing) -> bool {
        let won_anew = self.outcome == Outcome::Won && (before.outcome != Outcome::Won || self.stage != before.stage);
        won_anew || before.is_lost() && !self.is_lost()
    }
}

/// Where a new opportunity stands: as asked, in its team's default stage without a stage.
pub(super) fn first(draft: &Draft, id: DocId, asked: &Asked) -> Result<Standing> {
    let opportunity = draft.opportunity(id).ok_or_else(|| unknown(id))?;
    let default = stage::first(&draft.stages_of(opportunity.team)).map(|s| s.id);
    let blank = Standing { stage: asked.stage.or(default), ..Standing::default() };
    let mut standing = decide(draft, opportunity, &blank, WonStatus::Pending, asked)?;
    let moved = if standing.outcome == Outcome::Won { asked.date_closed } else { None };
    standing.since = asked.date_last_stage_update.or(moved).or(Some(draft.context.now));
    Ok(standing)
}

/// Where an opportunity stands after an edit; nothing if the edit says nothing about it.
pub(super) fn after(draft: &Draft, id: DocId, asked: &Asked) -> Result<Option<Standing>> {
    let opportunity = draft.opportunity(id).ok_or_else(|| unknown(id))?;
    let taken_back = asked.active && (opportunity.standing.is_lost() || draft.is_disputed(id, "standing"));
    if asked.count() == 0 && !taken_back {
        return Ok(None);
    }
    let was = draft.won_status(opportunity);
    decide(draft, opportunity, &opportunity.standing, was, asked).map(Some)
}

fn decide(draft: &Draft, record: &Opportunity, old: &Standing, was: WonStatus, asked: &Asked) -> Result<Standing> {
    let now = draft.context.now;
    let name = &record.name;
    let is_won = |stage: Option<DocId>| stage.and_then(|s| draft.stage(s)).is_some_and(|s| s.is_won);
    // Where it shows, if its stage was merged or removed since: the register says so from the next edit on.
    let old_stage = old.stage.map(|s| draft.stage_now(s));
    // The stage it is in already is no move; a lost one is taken back by any stage it is put into.
    let moves = asked.stage.is_some_and(|s| Some(s) != old_stage);
    let mut stage = asked.stage.or(old_stage);

    let status = match asked.won_status {
        Some(WonStatus::Won) if is_won(stage) => WonStatus::Won,
        Some(WonStatus::Won) if moves => {
            return Err(refused!("‘{name}’ cannot be won in a stage that is not a won one", name));
        }
        Some(WonStatus::Won) => {
            stage = Some(next_won(draft, record.team, stage)?);
            WonStatus::Won
        }
        Some(WonStatus::Lost) if is_won(stage) => {
            return Err(refused!("‘{name}’ is won: move it to a stage that is not won before marking it lost", name));
        }
        Some(WonStatus::Lost) => WonStatus::Lost,
        Some(WonStatus::Pending) if is_won(stage) => {
            return Err(refused!("‘{name}’ is won: move it to a stage that is not won to open it again", name));
        }
        Some(WonStatus::Pending) => WonStatus::Pending,
        None if was == WonStatus::Lost && !moves && !asked.active => WonStatus::Lost,
        None if is_won(stage) => WonStatus::Won,
        None => WonStatus::Pending,
    };

    let kept = old.probability.filter(|_| stage == old_stage && status == was);
    let probability = asked.probability.unwrap_or(kept);
    let probability = match (status, probability) {
        (WonStatus::Pending, probability) => probability,
        (WonStatus::Won, None | Some(Percent::HUNDRED)) | (WonStatus::Lost, None | Some(Percent::ZERO)) => None,
        (WonStatus::Won, _) => {
            return Err(refused!(
                "‘{name}’ is won, so its probability is 100%: move it out of its won stage first",
                name
            ));
        }
        (WonStatus::Lost, _) => {
            return Err(refused!("‘{name}’ is lost, so its probability is 0%: restore it first", name));
        }
    };

    let outcome = match (status, asked.lost_reason) {
        (WonStatus::Lost, reason) => Outcome::Lost { reason: reason.unwrap_or(old.lost_reason()) },
        (_, Some(Some(_))) => return Err(refused!("‘{name}’ is not lost: a lost reason belongs to a lost one", name)),
        (WonStatus::Won, _) => Outcome::Won,
        (WonStatus::Pending, _) => Outcome::Open,
    };

    let closed = match status {
        WonStatus::Pending if asked.date_closed.is_some() => {
            return Err(refused!("‘{name}’ is open: a closing date belongs to a won or lost one", name));
        }
        WonStatus::Pending => None,
        _ => asked.date_closed.or(old.closed.filter(|_| status == was)).or(Some(now)),
    };

    let moved = match status {
        WonStatus::Won => asked.date_closed.unwrap_or(now),
        _ => now,
    };
    let since = asked.date_last_stage_update.or(if stage == old_stage { old.since } else { Some(moved) });
    Ok(Standing { stage, outcome, probability, since, closed })
}

/// The first won stage after the current one in sequence, else the last won stage (spec §1 Won).
fn next_won(draft: &Draft, team: Option<DocId>, stage: Option<DocId>) -> Result<DocId> {
    let current = stage.and_then(|s| draft.stage(s)).map_or(i64::MIN, |s| s.sequence);
    let stages = draft.stages_of(team);
    let mut won = stages.iter().filter(|s| s.is_won);
    let last = won.clone().next_back();
    let next = won.find(|s| s.sequence > current).or(last);
    next.map(|s| s.id).ok_or_else(|| refused!("there is no won stage: add one to the pipeline first"))
}

pub(super) fn move_to(draft: &mut Draft, ids: &[DocId], stage: DocId) -> Result<String> {
    validate::refers(draft, "Stage", Kind::Stage, stage)?;
    let stage = draft.stage_now(stage);
    for id in ids {
        let is_lost = draft.edit_opportunity(*id)?.standing.is_lost();
        let asked = Asked { stage: Some(stage), active: is_lost, ..Asked::default() };
        fields::write(draft, *id, &asked.into(), false)?;
    }
    Ok(format!("Move to {}{}", draft.name(stage), among(ids)))
}

pub(super) fn mark_won(draft: &mut Draft, ids: &[DocId]) -> Result<String> {
    for id in ids {
        draft.edit_opportunity(*id)?;
        let asked = Asked { won_status: Some(WonStatus::Won), ..Asked::default() };
        fields::write(draft, *id, &asked.into(), false)?;
        draft.decide_flag(*id, "archived", false)?;
    }
    Ok(format!("Mark won{}", among(ids)))
}

pub(super) fn mark_lost(draft: &mut Draft, ids: &[DocId], reason: Option<DocId>, note: &str) -> Result<String> {
    if let Some(reason) = reason {
        validate::refers(draft, "Lost reason", Kind::LostReason, reason)?;
    }
    for id in ids {
        let is_lost = draft.edit_opportunity(*id)?.standing.is_lost();
        // Marked again without a reason, it keeps the one it has.
        let lost_reason = if is_lost && reason.is_none() { None } else { Some(reason) };
        let asked = Asked { won_status: Some(WonStatus::Lost), lost_reason, ..Asked::default() };
        fields::write(draft, *id, &asked.into(), false)?;
        if !note.trim().is_empty() {
            closing_note(draft, *id, note)?;
        }
    }
    Ok(format!("Mark lost{}", among(ids)))
}

fn closing_note(draft: &mut Draft, doc: DocId, text: &str) -> Result<()> {
    let mut hasher = blake3::Hasher::new_derive_key("satchel 2026 closing note");
    hasher.update(doc.as_bytes()).update(draft.context.user.as_bytes()).update(text.as_bytes());
    let mut tail = [0; 9];
    tail.copy_from_slice(&hasher.finalize().as_bytes()[..9]);
    let id = DocId::new(Kind::Note, draft.context.now.timestamp_millis(), tail);
    super::activity::add_note(draft, doc, id, text).map(|_| ())
}

/// Puts an opportunity into a stage without a word from a person.
pub(super) fn step(draft: &mut Draft, doc: DocId, stage: DocId) -> Result<()> {
    let asked = Asked { stage: Some(stage), ..Asked::default() };
    draft.edit_opportunity(doc)?;
    if let Some(standing) = after(draft, doc, &asked)? {
        draft.decide_standing(doc, standing, false)?;
    }
    Ok(())
}

/// ` (3 records)` when there are several.
pub(super) fn among(ids: &[DocId]) -> String {
    if ids.len() > 1 { format!(" ({} records)", ids.len()) } else { String::new() }
}
