//! The board's query and what its cards say, worked out once per revision.

use std::{collections::HashMap, rc::Rc};

use chrono::NaiveDate;
use satchel_core::{
    DocId, Records, Result,
    query::{
        Asker, GroupBy, Listing, Query,
        board::{self, BoardView, Column, ColumnKey},
    },
    record::{ActivityState, WonStatus},
};
use tr::tr;

use super::{face::Face, faces::Faces};
use crate::{
    locale::{self, Locale},
    shell::Context,
    views::{answer::Answer, groups},
};

/// A part of a column's bar: the worst state of a card's activities.
pub type State = Option<ActivityState>;

/// The columns, and what they stand for where that is not the stage.
pub struct Shown {
    pub view: BoardView,
    pub by: Option<GroupBy>,
}

#[derive(Default)]
pub struct Cached {
    answer: Answer<Key, Shown>,
    /// Columns narrowed by a part of their bar.
    narrowed: HashMap<(ColumnKey, State), Rc<[DocId]>>,
    faces: Faces,
}

#[derive(PartialEq)]
struct Key {
    revision: u64,
    question: Query,
    asker: Asker,
    spoken: Locale,
}

impl Cached {
    /// The answer to the question of the search bar; while that is worked out, the one before. An error says what is wrong
    /// about the question.
    pub fn ask(&mut self, cx: &mut Context) -> Result<Rc<Shown>> {
        let asker = cx.asker();
        // The first level makes the columns; cards have their own order.
        let group_by = cx.query.group_by.first().cloned().into_iter().collect();
        let question = Query { group_by, sort: String::new(), ..cx.query.clone() };
        let key = Key { revision: cx.records.revision, question, asker, spoken: locale::current() };
        let mut news = self.answer.turn(&key);
        if !self.answer.is_busy(&key) {
            let query = key.question.ask(cx.records, Listing::Opportunities, &key.asker)?;
            let work = move |records: &Records| {
                let by = board::grouped_by(&query).cloned();
                let mut view = board::answer(records, &query);
                if let Some(by) = &by {
                    view.columns.iter_mut().for_each(|column| column.title = title(records, by, column));
                }
                Shown { view, by }
            };
            // At first there is nothing that could stay.
            news |= match self.answer.shown() {
                None => self.answer.ask_at_once(cx, key, work),
                Some(_) => self.answer.ask(cx, key, work),
            };
        }
        if news {
            self.narrowed.clear();
        }
        let nothing = || Shown { view: BoardView::default(), by: None };
        Ok(self.answer.shown().map_or_else(|| Rc::new(nothing()), Rc::clone))
    }

    /// What was shown last.
    pub fn shown(&self) -> Option<&Shown> {
        self.answer.shown().map(|shown| &**shown)
    }

    /// Of the records that are shown.
    pub fn revision(&self) -> u64 {
        self.answer.question().map_or(0, |key| key.revision)
    }

    /// The cards of a column whose worst activity state is this one.
    pub fn narrowed(&mut self, records: &Records, column: &Column, state: State, today: NaiveDate) -> Rc<[DocId]> {
        let cards = self.narrowed.entry((column.key.clone(), state)).or_insert_with(|| {
            let worst =
                |id: &DocId| records.opportunities.get(id).and_then(|o| records.activity_state(&o.activities, today));
            column.cards.iter().copied().filter(|id| worst(id) == state).collect()
        });
        Rc::clone(cards)
    }

    pub fn face(&mut self, cx: &Context, id: DocId) -> Option<Rc<Face>> {
        self.faces.of(cx, id, &stage(cx.records, id))
    }
}

fn title(records: &Records, by: &GroupBy, column: &Column) -> String {
    match &column.key {
        ColumnKey::Value(value) => groups::title(records, by, value, Some(&column.title)),
        _ => tr!("All others"),
    }
}

/// Where an opportunity stands, in words.
fn stage(records: &Records, id: DocId) -> String {
    let Some(o) = records.opportunities.get(&id) else { return String::new() };
    match records.won_status(o) {
        WonStatus::Lost => tr!("Lost"),
        _ => records.stage(o).map_or_else(String::new, |s| s.name.clone()),
    }
}
