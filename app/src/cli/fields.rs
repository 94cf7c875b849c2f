//! `field=value` on the command line: read by the field's type, references by id or by name.

use anyhow::{Result, bail, ensure};
use satchel_core::{
    DocId, Kind, Money, Percent, Records, Value,
    command::Fields,
    record::{FieldDef, FieldType},
    value::{parse_iso_date, parse_iso_time},
};

/// Fields that are no stored ones, but are understood (see [`Fields`]).
const ANY_KIND: &[(&str, FieldType)] = &[("archived", FieldType::Bool), ("active", FieldType::Bool)];
const AT_CREATION: (&str, FieldType) = ("create_date", FieldType::Time);
/// Where an opportunity stands.
const STANDING: &[(&str, FieldType)] = &[
    ("stage", FieldType::Ref(Kind::Stage)),
    ("probability", FieldType::Percent),
    ("won_status", FieldType::Choice(&["pending", "won", "lost"])),
    ("lost_reason", FieldType::Ref(Kind::LostReason)),
    ("date_closed", FieldType::Time),
    ("date_last_stage_update", FieldType::Time),
];
const ACTIVITY: &[(&str, FieldType)] = &[
    ("type", FieldType::Ref(Kind::ActivityType)),
    ("summary", FieldType::Text),
    ("note", FieldType::LongText),
    ("date_deadline", FieldType::Date),
    ("user", FieldType::Ref(Kind::User)),
];

/// Which fields may be named.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    Add,
    Set,
}

/// Reads assignments of a record's fields, in the order given.
pub fn parse(records: &Records, kind: Kind, purpose: Purpose, assignments: &[String]) -> Result<Fields> {
    let known = known(records, kind, purpose);
    let mut out = Fields::new();
    for assignment in assignments {
        let Some((name, text)) = assignment.split_once('=') else {
            bail!("‘{}’ is no assignment: write field=value", short(assignment))
        };
        let name = name.trim();
        let Some((name, ty)) = known.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)) else {
            let names: Vec<&str> = known.iter().map(|(n, _)| *n).collect();
            bail!("{} has no field ‘{}’; it has {}", with_article(kind), short(name), names.join(", "))
        };
        ensure!(!out.iter().any(|(n, _)| n == name), "{name} is given twice: give each field once");
        out.push(((*name).to_owned(), value(records, name, *ty, text)?));
    }
    Ok(out)
}

fn known(records: &Records, kind: Kind, purpose: Purpose) -> Vec<(&'static str, FieldType)> {
    if kind == Kind::Activity {
        return ACTIVITY.to_vec();
    }
    let mut known: Vec<_> = records.fields(kind).into_iter().map(|FieldDef { name, ty, .. }| (name, ty)).collect();
    if kind == Kind::Opportunity {
        known.extend(STANDING);
    }
    known.extend(ANY_KIND);
    if purpose == Purpose::Add {
        known.push(AT_CREATION);
    }
    known
}

fn value(records: &Records, name: &str, ty: FieldType, text: &str) -> Result<Value> {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Ok(Value::Null);
    }
    let read = match ty {
        FieldType::Text | FieldType::LongText => Some(Value::Text(text.to_owned())),
        FieldType::Bool => boolean(trimmed).map(Value::Bool),
        FieldType::Int | FieldType::Number => trimmed.parse().ok().map(Value::Int),
        FieldType::Percent => Percent::parse(trimmed).map(Value::Percent),
        FieldType::Money => Money::parse(trimmed).map(Value::Money),
        FieldType::Date => parse_iso_date(trimmed).map(Value::Date),
        FieldType::Time => parse_iso_time(trimmed).map(Value::Time),
        FieldType::When => match trimmed.parse() {
            Ok(when) => Some(Value::When(when)),
            Err(why) => bail!("{name}: {why}"),
        },
        FieldType::Ref(kind) => Some(Value::Ref(reference(records, kind, trimmed)?)),
        FieldType::Refs(kind) => Some(Value::Refs(references(records, kind, trimmed)?)),
        FieldType::Choice(choices) => {
            choices.iter().find(|c| c.eq_ignore_ascii_case(trimmed)).map(|c| Value::Text((*c).to_owned()))
        }
    };
    let Some(read) = read else { bail!("{name}: ‘{}’ is not {}", short(trimmed), wanted(ty)) };
    Ok(read)
}

fn wanted(ty: FieldType) -> String {
    match ty {
        FieldType::Bool => "yes or no".into(),
        FieldType::Int | FieldType::Number => "a whole number".into(),
        FieldType::Percent => "a percentage: write 60 or 12.5".into(),
        FieldType::Money => "an amount: write 1500 or 1500.00".into(),
        FieldType::Date => "a day: write 2026-12-01".into(),
        FieldType::Time => "a time: write 2026-12-01T10:24:00Z or 2026-12-01".into(),
        FieldType::Choice(choices) => format!("one of {}", choices.join(", ")),
        FieldType::Text | FieldType::LongText | FieldType::When | FieldType::Ref(_) | FieldType::Refs(_) => {
            "understood".into()
        }
    }
}

fn boolean(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "1" => Some(true),
        "false" | "no" | "0" => Some(false),
        _ => None,
    }
}

fn references(records: &Records, kind: Kind, text: &str) -> Result<Vec<DocId>> {
    // A name may hold a comma itself, so the whole is tried first.
    if let Ok(one) = reference(records, kind, text) {
        return Ok(vec![one]);
    }
    text.split(',').map(str::trim).filter(|t| !t.is_empty()).map(|t| reference(records, kind, t)).collect()
}

/// Finds a record by its id, or by its name if one live record has it (any case).
pub fn reference(records: &Records, kind: Kind, text: &str) -> Result<DocId> {
    if let Ok(id) = text.parse::<DocId>() {
        ensure!(id.kind() == kind, "{id} is {}, where {} is wanted", with_article(id.kind()), with_article(kind));
        ensure!(records.get(id).is_some(), "there is no {} {id}: see `satchel list {}`", noun(kind), kind.plural());
        return Ok(id);
    }
    if let (Kind::ActivityType, Some(found)) = (kind, records.activity_type_named(text)) {
        return Ok(found.id);
    }
    let wanted = text.trim().to_lowercase();
    let named: Vec<DocId> = records
        .live_names(kind)
        .into_iter()
        .filter(|(_, name)| name.to_lowercase() == wanted)
        .map(|(id, _)| id)
        .collect();
    match named[..] {
        [id] => Ok(id),
        [] => bail!("there is no {} ‘{}’; {}", noun(kind), short(text), hint(records, kind)),
        _ => bail!(
            "{} {} are named ‘{}’: give the id of one: {}",
            named.len(),
            kind.plural().replace('_', " "),
            short(text),
            named.iter().take(5).map(DocId::to_string).collect::<Vec<_>>().join(", ")
        ),
    }
}

/// What there is, if that is few; else how to see it.
fn hint(records: &Records, kind: Kind) -> String {
    let mut names: Vec<&str> = records.live_names(kind).into_iter().map(|(_, name)| name).collect();
    names.sort_unstable();
    match names.len() {
        0 => format!("add it with `satchel add {} name=…`", kind.singular()),
        1..=12 => format!("there is {}", names.join(", ")),
        many => format!("see the {many} there are with `satchel list {}`", kind.plural()),
    }
}

/// `lost reason`
pub fn noun(kind: Kind) -> String {
    kind.singular().replace('_', " ")
}

pub fn with_article(kind: Kind) -> String {
    let noun = noun(kind);
    let vowel = noun.starts_with(['a', 'e', 'i', 'o']);
    format!("{} {noun}", if vowel { "an" } else { "a" })
}

/// A person's words in a message: never more than fits a line.
pub fn short(text: &str) -> String {
    let mut short: String = text.chars().take(60).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}
