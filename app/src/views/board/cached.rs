//! The board's query and what its cards say, worked out once per revision.

use std::{collections::HashMap, rc::Rc};

use chrono::NaiveDate;
use satchel_core::{
    DocId, Records, Result,
    query::{
        Asker, Query,
        board::{self, BoardView, Column},
    },
    record::ActivityState,
};

use super::{face::Face, faces::Faces};
use crate::shell::Context;

/// A part of a column's bar: the worst state of a card's activities.
pub type State = Option<ActivityState>;

#[derive(Default)]
pub struct Cached {
    /// The view, of which revision and query.
    view: Option<(u64, Query, Asker, Rc<BoardView>)>,
    /// Columns narrowed by a part of their bar.
    narrowed: HashMap<(Option<DocId>, State), Rc<[DocId]>>,
    faces: Faces,
}

impl Cached {
    pub fn view(&mut self, records: &Records, query: &Query, asker: &Asker) -> Result<Rc<BoardView>> {
        // Groups and order are a list's; the board has its own.
        let asked = Query { group_by: Vec::new(), sort: String::new(), ..query.clone() };
        if let Some((revision, known, by, view)) = &self.view
            && *revision == records.revision
            && (known, by) == (&asked, asker)
        {
            return Ok(Rc::clone(view));
        }
        let view = Rc::new(board::board(records, &asked, asker)?);
        self.narrowed.clear();
        self.view = Some((records.revision, asked, asker.clone(), Rc::clone(&view)));
        Ok(view)
    }

    /// The cards of a column whose worst activity state is this one.
    pub fn narrowed(&mut self, records: &Records, column: &Column, state: State, today: NaiveDate) -> Rc<[DocId]> {
        let cards = self.narrowed.entry((column.stage, state)).or_insert_with(|| {
            let worst =
                |id: &DocId| records.opportunities.get(id).and_then(|o| records.activity_state(&o.activities, today));
            column.cards.iter().copied().filter(|id| worst(id) == state).collect()
        });
        Rc::clone(cards)
    }

    pub fn face(&mut self, cx: &Context, id: DocId, stage: &str) -> Option<Rc<Face>> {
        self.faces.of(cx, id, stage)
    }
}
