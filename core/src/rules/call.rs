//! Phone calls (spec §5, scenario 16).

use chrono::{DateTime, Utc};

use super::{draft::Draft, fields};
use crate::{
    command::{CallStep, Fields},
    error::Result,
    id::{DocId, Kind},
    record::{Call, Record},
    value::Value,
};

/// A call that took longer than this was not begun when it says: its minutes are not known.
const LONGEST: i64 = 12 * 60;

/// A new call is an outgoing one that is to be made, now, unless it says otherwise.
pub(super) fn complete(draft: &mut Draft, id: DocId) {
    let Ok(call) = edited(draft, id) else { return };
    if call.direction.is_empty() {
        draft.write_field(id, "direction", "outgoing");
    }
    if call.state.is_empty() {
        draft.write_field(id, "state", Call::TO_CALL);
    }
    if call.date.is_none() && call.list.is_none() {
        draft.write_field(id, "date", draft.context.now);
    }
    if call.state == Call::CALLED && call.done_by.is_none() {
        draft.write_field(id, "done_by", call.user.unwrap_or(draft.context.user));
    }
}

fn edited(draft: &mut Draft, id: DocId) -> Result<Call> {
    match draft.edit(id)? {
        Record::Call(call) => Ok(call.clone()),
        other => Err(refused!("‘{other}’ is no call", other = other.name())),
    }
}

pub(super) fn step(draft: &mut Draft, id: DocId, step: &CallStep) -> Result<String> {
    let call = edited(draft, id)?;
    let name = &call.name;
    let now = draft.context.now;
    let label = match step {
        CallStep::Called { .. } if call.state == Call::CALLED => {
            return Err(refused!("‘{name}’ was called already: reopen it to call again", name));
        }
        CallStep::Called { minutes } => {
            let elapsed = call.date.map_or(0, |date| (now - date).num_minutes()).max(0);
            let known = minutes.filter(|m| *m != 0).or(call.duration.filter(|m| *m > 0));
            let minutes = known.unwrap_or(if elapsed > LONGEST { 0 } else { elapsed });
            if minutes < 0 {
                return Err(refused!("Duration: {minutes} is below 0", minutes));
            }
            draft.write_field(id, "state", Call::CALLED);
            draft.write_field(id, "duration", minutes);
            draft.write_field(id, "date", now);
            draft.write_field(id, "done_by", draft.context.user);
            "Called"
        }
        CallStep::NotCalled { .. } if !call.is_to_be_made() => {
            return Err(refused!("‘{name}’ is not to be called: reopen it first", name));
        }
        CallStep::NotCalled { attempt, again } => {
            if attempt.kind() != Kind::Attempt {
                return Err(refused!(
                    "{attempt} is the id of {kind}, not of an attempt",
                    attempt,
                    kind = attempt.kind().a()
                ));
            }
            let mut tried = call.tried.clone();
            tried.push(*attempt);
            tried.sort();
            tried.dedup();
            let attempts = tried.len();
            draft.write_field(id, "tried", Value::Refs(tried));
            match again {
                Some(again) => draft.write_field(id, "date", *again),
                None => draft.write_field(id, "state", Call::NOT_CALLED),
            }
            if attempts > 3 {
                draft.notice(message!("‘{name}’ was tried {attempts} times: it could be cancelled", name, attempts));
            }
            "Not called"
        }
        CallStep::Cancel if call.state == Call::CALLED => return Err(refused!("‘{name}’ was called already", name)),
        CallStep::Cancel => {
            draft.write_field(id, "state", Call::CANCELLED);
            "Cancel call"
        }
        CallStep::Reopen if call.is_to_be_made() => return Err(refused!("‘{name}’ is to be called as it is", name)),
        CallStep::Reopen => {
            draft.write_field(id, "state", Call::TO_CALL);
            draft.write_field(id, "duration", 0i64);
            draft.write_field(id, "done_by", Value::Null);
            "Reopen call"
        }
    };
    Ok(format!("{label} ‘{}’", call.name))
}

/// Another call like this one.
pub(super) fn again(draft: &mut Draft, id: DocId, new: DocId, date: DateTime<Utc>) -> Result<String> {
    let Call { name, partner, phone, mobile, opportunity, user, team, priority, .. } = edited(draft, id)?;
    is_new(new, Kind::Call)?;
    let user = user.or(Some(draft.context.user));
    let mut given: Fields = vec![("name".into(), name.as_str().into()), ("date".into(), date.into())];
    given.extend([
        ("priority".into(), priority.into()),
        ("phone".into(), phone.into()),
        ("mobile".into(), mobile.into()),
    ]);
    let references = [("partner", partner), ("opportunity", opportunity), ("user", user), ("team", team)];
    given.extend(references.into_iter().filter_map(|(field, id)| Some((field.to_owned(), Value::Ref(id?)))));
    fields::create(draft, new, &given)?;
    Ok(format!("Schedule call ‘{name}’"))
}

/// An opportunity of a call: the customer, the numbers and what was noted.
pub(super) fn to_opportunity(draft: &mut Draft, id: DocId, opportunity: DocId) -> Result<String> {
    let Call { name, partner, phone, mobile, opportunity: there, user, team, priority, description, .. } =
        edited(draft, id)?;
    is_new(opportunity, Kind::Opportunity)?;
    if let Some(there) = there.filter(|there| draft.is_live(*there)) {
        return Err(refused!("‘{name}’ belongs to ‘{other}’ already", name, other = draft.name(there)));
    }
    let user = user.or(Some(draft.context.user));
    let mut given: Fields = vec![("name".into(), name.as_str().into()), ("priority".into(), priority.into())];
    let texts = [("phone", phone), ("mobile", mobile), ("description", description)];
    given.extend(texts.into_iter().filter(|(_, text)| !text.is_empty()).map(|(f, text)| (f.to_owned(), text.into())));
    let references = [("partner", partner), ("user", user), ("team", team)];
    given.extend(references.into_iter().filter_map(|(field, id)| Some((field.to_owned(), Value::Ref(id?)))));
    fields::create(draft, opportunity, &given)?;
    draft.write_field(id, "opportunity", opportunity);
    Ok(format!("Convert call ‘{name}’ to opportunity"))
}

fn is_new(id: DocId, kind: Kind) -> Result<()> {
    match id.kind() == kind {
        true => Ok(()),
        false => {
            Err(refused!("{id} is the id of {kind}, not of {wanted}", id, kind = id.kind().a(), wanted = kind.a()))
        }
    }
}
