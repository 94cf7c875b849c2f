//! Values of fields in words, and the mark of a field that holds several.

use eframe::egui::{Rect, Role, Sense, Ui, WidgetInfo};
use satchel_core::{
    DocId, Kind, Money, Record, Records, Value,
    query::fold,
    record::{FieldDef, FieldType},
    value::{Stretch, When},
};
use tr::tr;

use crate::{
    design::{icons, palette},
    locale,
    shell::Context,
    views::format,
    widgets::{chip, picker::Suggestion},
};

/// The name of a field as a person reads it; the names of a workspace's own are data.
pub fn label(def: &FieldDef) -> String {
    if def.name.starts_with("x_") { def.label.to_owned() } else { locale::text(def.label) }
}

/// As [`label`], one of the texts that a field may hold.
pub fn option(def: &FieldDef, text: &str) -> String {
    let title = format::capital(text);
    if def.name.starts_with("x_") || title.is_empty() { title } else { locale::text(&title) }
}

/// A value as a person reads it; nothing for an empty one.
pub fn value(cx: &Context, ty: FieldType, value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Text(text) => text.clone(),
        Value::Bool(yes) => {
            if *yes {
                tr!("Yes")
            } else {
                tr!("No")
            }
        }
        Value::Int(0) if ty == FieldType::Int => String::new(),
        Value::Int(number) => number.to_string(),
        Value::Percent(share) => format::percent(*share),
        Value::Money(Money(0)) => String::new(),
        Value::Money(amount) => cx.money(*amount),
        Value::Date(day) => format::full_day(*day),
        Value::Time(at) => {
            format!("{} {}", format::full_day(cx.environment.day(*at)), format::clock(*at, cx.environment))
        }
        Value::When(when) => when_in_words(cx, *when),
        Value::Ref(id) => cx.records.name(*id).to_owned(),
        Value::Refs(ids) => ids.iter().map(|id| cx.records.name(*id)).collect::<Vec<_>>().join(", "),
    }
}

/// `Tue 1 Dec 2026 10:00 – 11:00`, on the clock of who reads it; `Tue 1 Dec 2026` for whole days.
fn when_in_words(cx: &Context, when: When) -> String {
    let moments = when.moments(&cx.environment.zone());
    let (first, last) = (cx.environment.day(moments.start), cx.environment.day(moments.stop));
    let clock = |at| format::clock(at, cx.environment);
    match when.stretch() {
        Stretch::Days { first, last } if first == last => format::full_day(first),
        Stretch::Days { first, last } => format!("{} – {}", format::full_day(first), format::full_day(last)),
        _ if first == last => {
            format!("{} {} – {}", format::full_day(first), clock(moments.start), clock(moments.stop))
        }
        _ => format!(
            "{} {} – {} {}",
            format::full_day(first),
            clock(moments.start),
            format::full_day(last),
            clock(moments.stop)
        ),
    }
}

/// A value as text to be edited.
pub fn editable(value: &Value) -> String {
    match value {
        Value::Money(amount) if amount.0 == 0 => String::new(),
        Value::Money(amount) => amount.to_string().trim_end_matches(".00").to_owned(),
        Value::Percent(share) => share.to_string(),
        Value::Int(number) => number.to_string(),
        Value::Date(day) => format::full_day(*day),
        Value::Text(text) => text.clone(),
        Value::When(when) => when.to_string(),
        _ => String::new(),
    }
}

/// Live records of a kind whose name holds every word of the query; those that begin with it first.
pub fn suggestions(records: &Records, kind: Kind, query: &str) -> Vec<Suggestion<DocId>> {
    const MOST: usize = 60;
    let query = fold(query.trim());
    let words: Vec<&str> = query.split_whitespace().collect();
    let mut found: Vec<(bool, &str, DocId)> = names(records, kind)
        .filter_map(|(id, name)| {
            if words.is_empty() {
                return Some((true, name, id));
            }
            let lower = fold(name);
            words.iter().all(|w| lower.contains(w)).then(|| (lower.starts_with(&query), name, id))
        })
        .collect();
    found.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    found.truncate(MOST);
    found
        .into_iter()
        .map(|(_, name, id)| Suggestion { key: id, title: name.to_owned(), detail: detail(records, id) })
        .collect()
}

fn names(records: &Records, kind: Kind) -> Box<dyn Iterator<Item = (DocId, &str)> + '_> {
    let is_live = |id: DocId| records.meta(id).is_some_and(|meta| !meta.archived);
    match kind {
        Kind::Stage => Box::new(records.stages_of(None).into_iter().map(|s| (s.id, s.name.as_str()))),
        kind => Box::new(records.live_names(kind).into_iter().filter(move |(id, _)| is_live(*id))),
    }
}

/// What tells records of the same name apart.
fn detail(records: &Records, id: DocId) -> String {
    let parts: Vec<&str> = match records.get(id) {
        Some(Record::Contact(_)) => {
            let Some(contact) = records.contacts.get(&id) else { return String::new() };
            let company = contact.parent.map_or("", |p| records.name(p));
            vec![company, contact.city.as_str(), contact.country.as_str()]
        }
        Some(Record::User(user)) => vec![user.team.map_or("", |t| records.name(t))],
        _ => Vec::new(),
    };
    parts.into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join(" · ")
}

/// A violet `2 values` at the right end of a rectangle. Returns its left edge and whether it was clicked.
pub fn conflict_mark(ui: &Ui, rect: Rect, field: &str) -> (f32, bool) {
    let palette = palette(ui);
    let chip =
        chip::mark_right(ui.painter(), rect.right_center(), Some(icons::CONFLICT), &tr!("2 values"), palette.two);
    let response = ui.interact(chip, ui.scope_id().with(("conflict", field)), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, tr!("{} has two values", field)));
    (chip.left(), response.clicked())
}
