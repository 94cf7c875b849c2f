//! Imported rows, three ways: what the file says now, what it said when last imported, and what the record says. Only
//! what the file changed is written, so that work done since is not reverted.

use super::{
    Context, Plan, Write,
    draft::Draft,
    fields::{self, Given},
    sale,
};
use crate::{
    command::Fields,
    error::Result,
    id::{DocId, Kind},
    record::{Records, WonStatus},
    value::Value,
};

/// The hash under which a field's name is remembered. The same on every device and in every version.
fn imported_hash(text: &str) -> u32 {
    let hash = blake3::hash(text.as_bytes());
    let [a, b, c, d, ..] = *hash.as_bytes();
    u32::from_le_bytes([a, b, c, d])
}

/// The hash under which an imported value is remembered. The same on every device and in every version.
fn value_hash(value: &Value) -> u32 {
    imported_hash(&match value {
        value if value.is_null() => String::new(),
        Value::Null => String::new(),
        Value::Text(text) => format!("t{text}"),
        Value::Bool(b) => format!("b{b}"),
        Value::Int(n) => format!("i{n}"),
        Value::Percent(p) => format!("p{}", p.0),
        Value::Money(m) => format!("m{}", m.0),
        Value::Date(day) => format!("d{day}"),
        Value::Time(time) => format!("z{}", time.timestamp_millis()),
        Value::Ref(id) => format!("r{id}"),
        Value::When(when) => format!("w{when}"),
        Value::Refs(ids) => {
            let mut ids = ids.clone();
            ids.sort();
            ids.iter().fold("s".to_owned(), |text, id| text + &id.to_string())
        }
    })
}

/// What an imported row means. `last` are the values of this source that the document remembers (empty for a new one, and
/// again once an import was undone: then a record in the trash comes back).
pub(crate) fn plan_row(
    records: &Records,
    context: &Context,
    id: DocId,
    source: &str,
    row: &Fields,
    last: &[(u32, u32)],
) -> Result<Plan> {
    let mut draft = Draft::new(records, *context);
    let label = self::row(&mut draft, id, source, row, last)?;
    Ok(draft.finish(label))
}

pub(super) fn row(draft: &mut Draft, id: DocId, source: &str, row: &Fields, last: &[(u32, u32)]) -> Result<String> {
    if !draft.exists(id) {
        fields::create(draft, id, &without_idle_closing(draft, id, row.clone()))?;
    } else {
        let mut news = narrow(row, last);
        news.retain(|(name, _)| name != "create_date");
        // What was merged keeps what its source said; the news are for the head.
        let head = draft.head(id);
        if last.is_empty() && fields::is_trashed(draft, head) {
            draft.write_field(head, "deleted", false);
        }
        let news = without_idle_closing(draft, head, news);
        if news.is_empty() && !last.is_empty() {
            // Also for what a person threw away: a file that says nothing new does not bring it back.
            return Ok("Import".to_owned());
        }
        draft.edit_even_trashed(head)?;
        sale::may_set(draft, head, &news)?;
        let given = Given::checked(draft, head, &news)?;
        fields::write(draft, head, &given, false)?;
    }
    let said = remembered(row, last);
    if said != last {
        draft.write(id, Write::Imported(source.to_owned(), said));
    }
    Ok("Import".to_owned())
}

/// What the row says, over what the source said before in fields the row does not have; in order.
fn remembered(row: &Fields, last: &[(u32, u32)]) -> Vec<(u32, u32)> {
    let mut said: std::collections::BTreeMap<u32, u32> = last.iter().copied().collect();
    said.extend(row.iter().map(|(name, value)| (imported_hash(name), value_hash(value))));
    said.into_iter().collect()
}

/// The fields of a row whose value differs from the one last imported. An empty cell that was never filled is no news.
/// Stage, outcome, reason and closing date are one thing: if the file changed the stage or the outcome, all of them are.
fn narrow(row: &Fields, last: &[(u32, u32)]) -> Fields {
    const TIED: [&str; 4] = ["stage", "won_status", "lost_reason", "date_closed"];
    let is_news = |(name, value): &(String, Value)| {
        let name = imported_hash(name);
        match last.iter().find(|(field, _)| *field == name) {
            Some((_, said)) => *said != value_hash(value),
            None => !value.is_null(),
        }
    };
    let moved = row.iter().any(|f| TIED[..2].contains(&f.0.as_str()) && is_news(f));
    row.iter().filter(|f| is_news(f) || moved && TIED.contains(&f.0.as_str())).cloned().collect()
}

/// Files give closing dates and lost reasons, and a stage's own probability, to open deals too: these say nothing then.
fn without_idle_closing(draft: &Draft, id: DocId, mut row: Fields) -> Fields {
    if id.kind() != Kind::Opportunity {
        return row;
    }
    let record = draft.opportunity(id);
    let given = |name: &str| row.iter().rev().find(|(n, _)| n == name).map(|(_, v)| v);
    let stage = match given("stage") {
        Some(Value::Ref(stage)) => Some(*stage),
        _ => record.and_then(|r| draft.stands_in(r)),
    };
    let stage = stage.and_then(|s| draft.stage(s));
    let status = match given("won_status") {
        Some(Value::Text(text)) => [WonStatus::Won, WonStatus::Lost].into_iter().find(|s| s.label() == text),
        _ if stage.is_some_and(|s| s.is_won) => Some(WonStatus::Won),
        _ => record.map(|r| draft.won_status(r)).filter(|s| *s == WonStatus::Lost && given("stage").is_none()),
    };
    let own = stage.map(|s| Value::Percent(s.probability));
    row.retain(|(name, value)| match name.as_str() {
        "date_closed" => status.is_some(),
        "lost_reason" => status == Some(WonStatus::Lost),
        "probability" => status.is_none() && Some(value) != own.as_ref(),
        _ => true,
    });
    row
}
