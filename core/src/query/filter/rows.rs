//! What a condition says of an opportunity by its row in the index alone, so that a board of 100,000 need not touch the
//! records for the usual facets.

use super::{Check, Expression};
use crate::{
    id::DocId,
    query::{
        Asker,
        index::{NONE, Place, Row, Texts},
    },
    record::{ActivityState, Records},
    value::Value,
};

impl Expression {
    /// Nothing where it takes the record to say.
    pub(super) fn of_row(&self, records: &Records, place: &Place, row: &Row, asker: &Asker) -> Option<bool> {
        match self {
            Expression::All(parts) => {
                let mut all = Some(true);
                for part in parts {
                    match part.of_row(records, place, row, asker) {
                        Some(false) => return Some(false),
                        Some(true) => {}
                        None => all = None,
                    }
                }
                all
            }
            Expression::Any(parts) => {
                let mut any = Some(false);
                for part in parts {
                    match part.of_row(records, place, row, asker) {
                        Some(true) => return Some(true),
                        Some(false) => {}
                        None => any = None,
                    }
                }
                any
            }
            Expression::Not(part) => part.of_row(records, place, row, asker).map(|holds| !holds),
            Expression::Test(field, check) => check.of_row(&field.name, records, place, row, asker),
            Expression::Anywhere(..) => None,
        }
    }
}

impl Check {
    fn of_row(&self, field: &str, records: &Records, place: &Place, row: &Row, asker: &Asker) -> Option<bool> {
        let index = &records.index;
        let holds = |value| Some(self.holds(records, &value, asker));
        let reference = |texts: &Texts, slot: u32| Value::from((slot != NONE).then(|| texts.id(slot)));
        match field {
            "user" => holds(reference(&index.users, row.user)),
            "team" => holds(reference(&index.teams, row.team)),
            "stage" => holds(match reference(&index.stages, row.stage) {
                Value::Ref(stage) => records.stage_now(stage).map_or(stage, |s| s.id).into(),
                none => none,
            }),
            "expected_revenue" => holds(Value::Money(row.expected_revenue)),
            "priority" => holds(Value::Int(place.0.0)),
            "date_deadline" => holds(row.date_deadline.into()),
            "active" => holds(Value::Bool(!row.is_archived && !row.is_lost && !row.is_trashed)),
            "won_status" => {
                let stage: Option<DocId> = (row.stage != NONE).then(|| index.stages.id(row.stage));
                let is_won = || stage.and_then(|s| records.stage_now(s)).is_some_and(|s| s.is_won);
                self.word(if row.is_lost {
                    "lost"
                } else if is_won() {
                    "won"
                } else {
                    "pending"
                })
            }
            "activity_state" => match row.next_deadline.map(|day| ActivityState::on(day, asker.today)) {
                Some(state) => self.word(state.name()),
                None => Some(matches!(self, Check::Empty)),
            },
            _ => None,
        }
    }

    /// Against a word that is folded already.
    fn word(&self, word: &str) -> Option<bool> {
        match self {
            Check::Text(compare, wanted) => Some(compare.text(word, wanted)),
            Check::Empty => Some(false),
            _ => None,
        }
    }
}
