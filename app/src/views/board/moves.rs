//! What a card's move to another column means: a stage, an outcome, or a value of the field that the board is grouped by.

use satchel_core::{
    Command, DocId, Kind, Records, Value,
    query::{
        GroupBy,
        board::{Column, ColumnKey},
    },
    record::FieldType,
};
use tr::tr;

use crate::{locale::text, views::groups};

/// What comes of a move.
pub enum Move {
    Command(Command),
    /// Asked for the reason first.
    Lost,
    /// Why the card stays where it is.
    Refused(String),
}

/// A card from one column to another.
pub fn from_to(records: &Records, by: Option<&GroupBy>, card: DocId, from: &ColumnKey, to: &ColumnKey) -> Move {
    match (to, by) {
        (ColumnKey::Stage(stage), _) => Move::Command(Command::MoveToStage { ids: vec![card], stage: *stage }),
        (ColumnKey::Lost, _) => Move::Lost,
        (ColumnKey::Value(value), Some(by)) => match value {
            Value::Text(won) if by.field.name == "won_status" && won == "won" => {
                Move::Command(Command::MarkWon { ids: vec![card] })
            }
            Value::Text(lost) if by.field.name == "won_status" && lost == "lost" => Move::Lost,
            _ => match field(records, by) {
                Ok(ty) => {
                    let value = value_for(records, by, ty, card, from, value);
                    let fields = vec![(by.field.name.to_string(), value)];
                    Move::Command(Command::Set { id: card, fields, seen: None })
                }
                Err(why) => Move::Refused(why),
            },
        },
        (ColumnKey::Others, Some(by)) => {
            Move::Refused(tr!("There is more than one {} in that column", groups::within(&by.field.label)))
        }
        _ => Move::Refused(tr!("Nothing can be moved there")),
    }
}

/// What a new card of a column begins with; nothing where none can be made there.
pub fn beginning(records: &Records, by: Option<&GroupBy>, column: &ColumnKey) -> Option<(String, Value)> {
    match (column, by) {
        (ColumnKey::Stage(stage), _) => Some(("stage".to_owned(), Value::Ref(*stage))),
        (ColumnKey::Value(value), Some(by)) => {
            let value = match field(records, by).ok()? {
                FieldType::Refs(_) if value.is_null() => Value::Refs(Vec::new()),
                FieldType::Refs(_) => Value::Refs(vec![reference(value)?]),
                FieldType::Date => closing(by, value),
                _ => value.clone(),
            };
            Some((by.field.name.to_string(), value))
        }
        _ => None,
    }
}

/// What letting a card go over a column does.
pub fn words(records: &Records, by: Option<&GroupBy>, to: &Column) -> String {
    match (by, &to.key) {
        (_, ColumnKey::Lost) => tr!("Mark lost…"),
        (None, _) if to.is_won => tr!("Mark won · {}", to.title),
        (None, _) => tr!("Move to {stage} · {probability} %", stage = to.title, probability = to.probability),
        (Some(by), ColumnKey::Value(value)) if by.field.name == "won_status" => match value {
            Value::Text(won) if won == "won" => tr!("Mark won"),
            Value::Text(lost) if lost == "lost" => tr!("Mark lost…"),
            _ => tr!("Cannot be moved here"),
        },
        (Some(by), ColumnKey::Value(_)) if field(records, by).is_ok() => tr!("Move to {}", to.title),
        _ => tr!("Cannot be moved here"),
    }
}

/// The type of the stored field that a person may set; else why it is none.
fn field(records: &Records, by: &GroupBy) -> Result<FieldType, String> {
    let (name, label) = (&*by.field.name, &by.field.label);
    let stored = records.field(Kind::Opportunity, name).map(|def| def.ty);
    match stored {
        _ if name.contains('.') => Err(tr!("{} belongs to another record: change it there", text(label))),
        _ if name == "probability" => Ok(FieldType::Percent),
        Some(FieldType::Time | FieldType::LongText) | None => Err(tr!("{} is not set by hand", text(label))),
        Some(_) if name == "type" => Err(tr!("{} is not set by hand", text(label))),
        Some(ty) => Ok(ty),
    }
}

fn value_for(records: &Records, by: &GroupBy, ty: FieldType, card: DocId, from: &ColumnKey, to: &Value) -> Value {
    match ty {
        // The tag of the column it comes from is changed for the other; further ones stay.
        FieldType::Refs(_) => {
            let tags = records.get(card).and_then(|record| record.get(&by.field.name));
            let Some(Value::Refs(mut tags)) = tags else { return Value::Refs(reference(to).into_iter().collect()) };
            if let ColumnKey::Value(Value::Ref(left)) = from {
                tags.retain(|tag| tag != left);
            }
            match to {
                Value::Ref(tag) if !tags.contains(tag) => tags.push(*tag),
                Value::Ref(_) => {}
                _ => tags.clear(),
            }
            Value::Refs(tags)
        }
        FieldType::Date => closing(by, to),
        _ => to.clone(),
    }
}

/// The last day of a period (spec §1: of the month of the forecast).
fn closing(by: &GroupBy, first: &Value) -> Value {
    match first {
        Value::Date(day) => by.period.later(*day, 1).and_then(|next| next.pred_opt()).into(),
        other => other.clone(),
    }
}

fn reference(value: &Value) -> Option<DocId> {
    match value {
        Value::Ref(id) => Some(*id),
        _ => None,
    }
}
