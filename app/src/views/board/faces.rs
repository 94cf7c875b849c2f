//! Cards in words, worked out once for a revision, a day and the marks of what was read.

use std::{collections::HashMap, rc::Rc};

use chrono::NaiveDate;
use satchel_core::DocId;

use super::face::Face;
use crate::{
    locale::{self, Locale},
    shell::Context,
};

/// From so many on they are worked out anew: far more than are ever in sight.
const MOST: usize = 4_000;

#[derive(Default)]
pub struct Faces {
    faces: HashMap<DocId, Rc<Face>>,
    of: (u64, Option<NaiveDate>, u64, Locale),
}

impl Faces {
    /// A card that stands in a stage, or a month, of this title; nothing if the opportunity is not here.
    pub fn of(&mut self, cx: &Context, id: DocId, column: &str) -> Option<Rc<Face>> {
        let now = (cx.records.revision, Some(cx.today), cx.read_marks.version(), locale::current());
        if self.of != now || self.faces.len() > MOST {
            self.faces.clear();
            self.of = now;
        }
        if let Some(face) = self.faces.get(&id) {
            return Some(Rc::clone(face));
        }
        let face = Rc::new(Face::of(cx.records, id, cx.today, column, cx.is_unread(id))?);
        self.faces.insert(id, Rc::clone(&face));
        Some(face)
    }
}
