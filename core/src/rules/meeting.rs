//! Events of the calendar, series of them, and what is changed in their occurrences (spec §4).

use chrono::NaiveDateTime;

use super::{
    Write,
    draft::{Draft, unknown},
    fields::{self, Given, mistyped},
    trash,
};
use crate::{
    calendar::{Calendar, Recurrence, moved, remaining},
    command::Fields,
    error::Result,
    id::{DocId, Kind},
    record::{Meeting, Record, Scope},
    value::{Value, When},
};

/// What a change of an occurrence says of itself, not of the event.
const OWN: [&str; 4] = ["series", "offset", "following", "cancelled"];

/// A new event is called by who makes it, unless it says otherwise.
pub(super) fn complete(draft: &mut Draft, id: DocId) -> Result<()> {
    let meeting = edited(draft, id)?;
    if meeting.user.is_none() && meeting.series.is_none() && meeting.uid.is_empty() {
        draft.write_field(id, "user", draft.context.user);
    }
    holds(draft, id)
}

/// That it has a time, and a recurrence that can be followed.
pub(super) fn holds(draft: &mut Draft, id: DocId) -> Result<()> {
    let meeting = edited(draft, id)?;
    if meeting.when.is_none() && (meeting.series.is_none() || meeting.following && !meeting.cancelled) {
        return Err(refused!("When: a meeting needs a start and an end, or a day"));
    }
    if let (Some(when), false) = (meeting.when, meeting.recurrence.is_empty()) {
        Recurrence::parse(&meeting.recurrence, when).map_err(|why| refused!("Recurrence: {why}", why))?;
    }
    Ok(())
}

fn edited(draft: &mut Draft, id: DocId) -> Result<Meeting> {
    match draft.edit(id)? {
        Record::Meeting(meeting) => Ok(meeting.clone()),
        other => Err(refused!("‘{other}’ is no meeting", other = other.name())),
    }
}

/// One occurrence of a series: the series as it was before the command.
struct Chosen {
    series: Meeting,
    offset: i64,
    when: When,
}

/// Nothing where the event does not recur.
fn chosen(draft: &mut Draft, meeting: DocId, offset: i64) -> Result<Option<Chosen>> {
    let mut series = edited(draft, meeting)?;
    let mut offset = offset;
    if let (Some(of), false) = (series.series, series.following) {
        offset = series.offset.unwrap_or(0);
        series = edited(draft, of)?;
    }
    if series.recurrence.is_empty() && !series.following {
        return Ok(None);
    }
    let gone =
        || refused!("‘{series}’ has no such occurrence any more: look at the calendar again", series = series.name);
    let when = series.at(offset).ok_or_else(gone)?;
    let (id, first) = (series.id, series.when);
    let changed = Meeting::occurrence_id(draft.context.workspace, id, offset, false);
    let is_there = match first {
        Some(first) if !series.recurrence.is_empty() => {
            Recurrence::parse(&series.recurrence, first).is_ok_and(|recurrence| recurrence.comes_at(when.start()))
        }
        _ => offset == 0,
    };
    if !is_there && !draft.exists(changed) {
        return Err(gone());
    }
    Ok(Some(Chosen { series, offset, when }))
}

pub(super) fn set(draft: &mut Draft, meeting: DocId, offset: i64, scope: Scope, given: &Fields) -> Result<String> {
    if let Some((name, _)) = given.iter().find(|(name, _)| OWN.contains(&name.as_str())) {
        return Err(refused!("{name}: it is not edited, it follows from the occurrence", name));
    }
    let Some(chosen) = chosen(draft, meeting, offset)? else {
        return fields::set(draft, meeting, given, None);
    };
    match scope {
        Scope::This => {
            if given.iter().any(|(name, _)| name == "recurrence") {
                return Err(refused!(
                    "Recurrence: one occurrence has none: change it for those that follow, or for all"
                ));
            }
            alone(draft, &chosen, given)?;
            Ok(format!("Change one ‘{}’", chosen.series.name))
        }
        Scope::Following if chosen.offset > 0 => {
            split(draft, &chosen, given)?;
            Ok(format!("Change ‘{}’ from {}", chosen.series.name, chosen.when.start().date()))
        }
        Scope::Following | Scope::All => {
            all(draft, &chosen, given, scope)?;
            Ok(format!("Change all ‘{}’", chosen.series.name))
        }
    }
}

pub(super) fn cancel(draft: &mut Draft, meeting: DocId, offset: i64, scope: Scope) -> Result<String> {
    let Some(chosen) = chosen(draft, meeting, offset)? else {
        return trash::trash(draft, &[meeting]);
    };
    let cancelled: Fields = vec![("cancelled".to_owned(), true.into())];
    let name = chosen.series.name.clone();
    match scope {
        Scope::This => {
            alone(draft, &chosen, &cancelled)?;
            Ok(format!("Cancel one ‘{name}’"))
        }
        Scope::Following if chosen.offset > 0 || chosen.series.following => {
            let Chosen { mut series, mut offset, when } = chosen;
            // The beginning of what follows another series is where that one ends.
            while let (0, true, Some(of)) = (offset, series.following, series.series) {
                offset = series.offset.unwrap_or(0);
                series = edited(draft, of)?;
            }
            let id = begin(draft, &Chosen { series, offset, when }, true)?;
            write(draft, id, &cancelled)?;
            Ok(format!("Cancel ‘{name}’ from {}", when.start().date()))
        }
        Scope::Following | Scope::All => {
            let records = draft.records();
            let known = records.meetings.get(&chosen.series.id);
            let root = known.map_or(chosen.series.id, |series| Calendar::new(records).root(series).id);
            trash::trash(draft, &[root])
        }
    }
}

/// Writes into the record of one occurrence what is changed in it.
fn alone(draft: &mut Draft, chosen: &Chosen, given: &Fields) -> Result<()> {
    let id = begin(draft, chosen, false)?;
    write(draft, id, given)
}

fn write(draft: &mut Draft, id: DocId, given: &Fields) -> Result<()> {
    let given = Given::checked(draft, id, given)?;
    fields::write(draft, id, &given, false)
}

/// The record of what is changed in an occurrence; one that was taken back begins anew.
fn begin(draft: &mut Draft, chosen: &Chosen, following: bool) -> Result<DocId> {
    let Chosen { series, offset, .. } = chosen;
    let id = Meeting::occurrence_id(draft.context.workspace, series.id, *offset, following);
    if draft.exists(id) {
        let before = draft.edit_even_trashed(id)?.clone();
        if before.meta().deleted {
            draft.write_field(id, "deleted", false);
            for field in draft.fields(Kind::Meeting) {
                let is_own = OWN[..3].contains(&field.name);
                if !is_own
                    && before.get(field.name).is_some_and(|value| !value.is_null() && value != Value::Bool(false))
                {
                    let empty = if field.name == "cancelled" { false.into() } else { Value::Null };
                    draft.write(id, Write::Field(field.name, empty));
                }
            }
        }
        return Ok(id);
    }
    draft.begin(id)?;
    let context = draft.context;
    draft.write_field(id, "create_date", context.now);
    draft.write_field(id, "create_user", context.user);
    draft.write_field(id, "series", series.id);
    draft.write_field(id, "offset", *offset);
    if following {
        draft.write_field(id, "following", true);
    }
    Ok(id)
}

/// From here on it is a series of its own.
fn split(draft: &mut Draft, chosen: &Chosen, given: &Fields) -> Result<()> {
    let Chosen { series, when, .. } = chosen;
    let first = series.when.unwrap_or(*when);
    let id = begin(draft, chosen, true)?;
    let own = Record::Meeting(series.clone());
    for field in draft.fields(Kind::Meeting) {
        if OWN.contains(&field.name) || field.name == "uid" {
            continue;
        }
        if let Some(value) = own.get(field.name).filter(|value| !value.is_null()) {
            draft.write_stored(id, &field, value);
        }
    }
    draft.write_field(id, "cancelled", false);
    let rest = remaining(&series.recurrence, first, when.start());
    let new = given_when(given)?.unwrap_or(*when);
    draft.write_field(id, "when", *when);
    draft.write_field(id, "recurrence", moved(&rest, *when, new));
    write(draft, id, given)
}

fn given_when(given: &Fields) -> Result<Option<When>> {
    match given.iter().rev().find(|(name, _)| name == "when") {
        Some((_, Value::When(when))) => Ok(Some(*when)),
        Some((_, value)) => Err(mistyped("When", message!("a span of time"), value)),
        None => Ok(None),
    }
}

/// The series and what others made of its later occurrences. Where this occurrence is moved, they all are, as far.
fn all(draft: &mut Draft, chosen: &Chosen, given: &Fields, scope: Scope) -> Result<()> {
    let Chosen { series, when, .. } = chosen;
    let records = draft.records();
    let segments: Vec<DocId> = match (records.meetings.get(&series.id), scope) {
        (Some(series), Scope::All) => {
            let calendar = Calendar::new(records);
            calendar.segments(calendar.root(series)).iter().map(|m| m.id).collect()
        }
        _ => vec![series.id],
    };
    let new = given_when(given)?;
    for id in segments {
        let segment = edited(draft, id)?;
        let mut fields: Fields = given
            .iter()
            .filter(|(name, _)| name != "when" && (name != "recurrence" || id == series.id))
            .cloned()
            .collect();
        if let (Some(new), Some(first)) = (new, segment.when) {
            let start: Option<NaiveDateTime> = first.start().checked_add_signed(new.start() - when.start());
            let moved_first = start.and_then(|start| new.starting(start));
            let moved_first = moved_first.ok_or_else(|| unknown(id))?;
            fields.push(("when".to_owned(), moved_first.into()));
            if !fields.iter().any(|(name, _)| name == "recurrence") && !segment.recurrence.is_empty() {
                fields.push(("recurrence".to_owned(), moved(&segment.recurrence, first, moved_first).into()));
            }
        }
        if !fields.is_empty() {
            fields::set(draft, id, &fields, None)?;
        }
    }
    Ok(())
}
