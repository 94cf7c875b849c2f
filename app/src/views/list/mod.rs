//! One list for every kind of record: columns to choose and sort by, groups that fold, cells edited where they stand, and
//! a selection for doing something with many. Only the rows in sight are drawn.

mod arranged;
mod cell;
mod chooser;
mod columns;
mod draw;
mod edit;
mod editor;
mod export;
mod keys;
mod lines;
mod row;
mod selection;
mod titles;
mod widths;

use std::{
    collections::{HashMap, HashSet},
    rc::Rc,
};

use chrono::NaiveDate;
use eframe::egui::{Rect, Ui, pos2};
use satchel_core::{
    DocId,
    environment::Zone,
    query::{Asker, Item, Listing, Query},
};

use self::{
    arranged::Arranged,
    cell::{Cell, Marks},
    chooser::Chooser,
    columns::{Chosen, Column},
    edit::Editing,
    lines::{Line, Lines},
    selection::Selection,
};
use crate::{
    design::size,
    locale::{self, Locale, said},
    shell::{Action, Context, Hand, UiCommand},
    views::{answer::Answer, pipeline::Totals},
};

pub use self::export::Export;

pub struct ListView {
    listing: Listing,
    chosen: Chosen,
    loaded: bool,
    columns: Vec<Column>,
    arranged: Rc<Arranged>,
    /// For which revision, day and question that holds.
    key: Option<Key>,
    answer: Answer<Key, Arranged>,
    /// The columns of the answer that was asked for last.
    coming: Vec<Column>,
    lines: Lines,
    folded: HashSet<String>,
    /// A group to be folded or unfolded once this frame's lines are drawn.
    folding: Option<(u32, Option<bool>)>,
    selection: Selection,
    /// How many of a group are selected, for which selection.
    chosen_in: HashMap<u32, (u64, usize)>,
    /// The line and the column that the keyboard is at.
    cursor: (usize, usize),
    /// The cursor's cell is to be scrolled to, and to get the focus.
    follow: bool,
    /// Another question begins at its top.
    to_top: bool,
    editing: Option<Editing>,
    rows: HashMap<DocId, Rc<Row>>,
    /// Which revision, day, marks and language they are of.
    rows_of: (u64, Option<NaiveDate>, u64, Locale, Zone),
    chooser: Option<Chooser>,
    export: Option<Export>,
    /// How far it is scrolled.
    offset: eframe::egui::Vec2,
}

#[derive(Clone, PartialEq)]
struct Key {
    revision: u64,
    asker: Asker,
    question: Query,
    columns: Vec<String>,
    locale: Locale,
}

/// One record in words.
struct Row {
    cells: Vec<Cell>,
    marks: Marks,
}

impl ListView {
    pub fn new(listing: Listing) -> ListView {
        ListView {
            listing,
            chosen: Chosen::default(),
            loaded: false,
            columns: Vec::new(),
            arranged: Rc::default(),
            key: None,
            answer: Answer::default(),
            coming: Vec::new(),
            lines: Lines::default(),
            folded: HashSet::new(),
            folding: None,
            selection: Selection::default(),
            chosen_in: HashMap::new(),
            cursor: (0, 0),
            follow: false,
            to_top: false,
            editing: None,
            rows: HashMap::new(),
            rows_of: (0, None, 0, Locale::default(), Zone::default()),
            chooser: None,
            export: None,
            offset: eframe::egui::Vec2::ZERO,
        }
    }

    /// How many records are selected.
    pub fn selected(&self) -> usize {
        self.selection.len()
    }

    pub fn clear_selection(&mut self) {
        self.selection.clear();
    }

    /// Whether there is nothing to list; false while the first answer is being worked out.
    pub fn is_empty(&self) -> bool {
        self.key.is_some() && self.arranged.ids.is_empty()
    }

    /// How many records the list has.
    pub fn count(&self) -> usize {
        self.arranged.ids.len()
    }

    /// Count and sums of what the list shows.
    pub fn totals(&self) -> Totals {
        let (expected, probable) = self.arranged.revenue;
        Totals { count: self.count(), expected, probable }
    }

    /// What is typed and not taken, and a file that is being written.
    pub fn unsaved(&self, cx: &mut Context) {
        if let Some(editing) = &self.editing {
            editing.unsaved(cx);
        }
        if let Some(export) = &self.export {
            export.unsaved(cx);
        }
    }

    /// The records around one of them: those of its group, else all.
    pub fn neighbours(&self, id: DocId) -> Vec<DocId> {
        let shown = self.lines.lines.iter().find_map(|line| match line {
            Line::Record(one, head) if *one == id => Some(*head),
            _ => None,
        });
        match shown.and_then(|head| self.lines.head(&self.arranged, head)) {
            Some(head) => head.ids.clone(),
            None => self.arranged.ids.clone(),
        }
    }

    /// Works out what is shown: the answer to the question of the search bar. An error says what is wrong about it.
    pub fn ask(&mut self, cx: &mut Context) -> Result<(), String> {
        if !std::mem::replace(&mut self.loaded, true) {
            self.chosen = Chosen::load((cx.setting)(&columns::setting(self.listing)));
        }
        let mut question = cx.query.clone();
        if question.sort.is_empty() {
            question.sort = self.chosen.sort.clone();
        }
        if question.sort.is_empty() {
            question.sort = columns::usual_sort(self.listing).to_owned();
        }
        let asker = cx.asker();
        let query = question.ask(cx.records, self.listing, &asker).or_else(|_| {
            // The column it was sorted by is gone: a field that was removed.
            let question = Query { sort: String::new(), ..question.clone() };
            question.ask(cx.records, self.listing, &asker)
        });
        let query = query.map_err(|e| said(&e.message()))?;
        let grouped: Vec<&str> = query.group_by.iter().map(|by| &*by.field.name).collect();
        let columns = self.chosen.columns(cx.records, self.listing, &grouped);
        let names: Vec<String> = columns.iter().map(|c| c.field.name.to_string()).collect();
        let key = Key { revision: cx.records.revision, asker, question, columns: names, locale: locale::current() };
        if self.answer.turn(&key) {
            self.show_arranged();
        }
        if self.answer.is_busy(&key) {
            return Ok(());
        }
        if self.columns.is_empty() {
            self.columns.clone_from(&columns);
        }
        let fields: Vec<_> = columns.iter().map(|c| c.field.clone()).collect();
        self.coming = columns;
        if self.answer.ask(cx, key, move |records| Arranged::of(records, &query, &fields)) {
            self.show_arranged();
        }
        Ok(())
    }

    /// Columns and what stands in them change together.
    fn show_arranged(&mut self) {
        let (Some(key), Some(arranged)) = (self.answer.question().cloned(), self.answer.shown()) else { return };
        let arranged = Rc::clone(arranged);
        let another = self.key.as_ref().is_some_and(|k| k.question != key.question);
        if self.key.as_ref().is_none_or(|k| k.columns != key.columns) {
            self.rows.clear();
        }
        self.columns = std::mem::take(&mut self.coming);
        for column in &mut self.columns {
            self.chosen.widen(column);
        }
        self.key = Some(key);
        self.arranged = arranged;
        self.selection.keep(&self.arranged.ids);
        self.lay_out();
        if another {
            self.to_top = true;
            self.cursor.0 = 0;
        }
    }

    /// The cursor and what is edited stay with their records, wherever those go.
    fn lay_out(&mut self) {
        let at_cursor = self.record_at(self.cursor.0);
        self.lines = Lines::of(&self.arranged, &self.folded);
        self.chosen_in.clear();
        self.cursor.0 = at_cursor.and_then(|id| self.lines.nearest(id, self.cursor.0)).unwrap_or(self.cursor.0);
        self.cursor.0 = self.cursor.0.min(self.lines.len().saturating_sub(1));
        if let Some(editing) = &mut self.editing {
            editing.line = self.lines.nearest(editing.id, editing.line).unwrap_or(editing.line);
        }
    }

    /// Draws the table over what is left of the view.
    pub fn show(&mut self, ui: &mut Ui, cx: &mut Context) {
        let zone = cx.environment.zone();
        let now = (cx.records.revision, Some(cx.today), cx.read_marks.version(), locale::current(), zone);
        if self.rows_of != now || self.rows.len() > 4_000 {
            self.rows.clear();
            self.rows_of = now;
        }
        let area = ui.available_rect_before_wrap();
        let area = Rect::from_min_max(
            pos2(area.left() + size::VIEW_MARGIN, area.top()),
            pos2(
                (area.right() - size::VIEW_MARGIN).min(area.left() + size::VIEW_MARGIN + size::LIST_MAX),
                area.bottom() - 16.0,
            ),
        );
        let covered = UiCommand::is_covered(ui.ctx()) || ui.ctx().text_edit_focused();
        if !covered || cx.given.is_some() {
            self.commands(ui, cx);
        }
        if !self.selection.is_empty() {
            *cx.hand = Hand { ids: self.selection.ordered(&self.arranged.ids), selected: true };
        }
        self.table(ui, cx, area);
        self.choose_columns(ui, cx);
        if self.export.as_mut().is_some_and(|export| export.show(ui, cx)) {
            self.export = None;
        }
    }

    fn row(&mut self, cx: &Context, id: DocId) -> Option<Rc<Row>> {
        if let Some(row) = self.rows.get(&id) {
            return Some(Rc::clone(row));
        }
        let item = Item::of(cx.records, id)?;
        let cells = self.columns.iter().map(|c| Cell::of(cx, item, &c.field)).collect();
        let row = Rc::new(Row { cells, marks: Marks::of(cx, item) });
        self.rows.insert(id, Rc::clone(&row));
        Some(row)
    }

    /// How many of a group's records are selected.
    fn chosen_of(&mut self, number: u32, ids: &[DocId]) -> usize {
        if self.selection.is_empty() {
            return 0;
        }
        let version = self.selection.version();
        match self.chosen_in.get(&number) {
            Some((of, count)) if *of == version => *count,
            _ => {
                let count = ids.iter().filter(|id| self.selection.has(**id)).count();
                self.chosen_in.insert(number, (version, count));
                count
            }
        }
    }

    fn record_at(&self, line: usize) -> Option<DocId> {
        match self.lines.lines.get(line) {
            Some(Line::Record(id, _)) => Some(*id),
            _ => None,
        }
    }

    /// By which column it is sorted, and whether downwards.
    fn sorted(&self, cx: &Context) -> Option<(String, bool)> {
        let sort = if cx.query.sort.is_empty() { &self.chosen.sort } else { &cx.query.sort };
        let first = sort.split(',').next().filter(|first| !first.is_empty())?;
        Some(match first.strip_prefix('-') {
            Some(name) => (name.to_owned(), true),
            None => (first.to_owned(), false),
        })
    }

    fn sort_by(&mut self, cx: &mut Context, sort: String) {
        cx.query.sort = sort.clone();
        self.chosen.sort = sort;
        self.keep(cx);
    }

    fn keep(&self, cx: &mut Context) {
        cx.actions.push(Action::Keep(columns::setting(self.listing), self.chosen.store()));
    }

    fn fold(&mut self, number: u32, folded: Option<bool>) {
        let key = self.lines.key(&self.arranged, number);
        let fold = folded.unwrap_or(!self.folded.contains(&key));
        match fold {
            true => _ = self.folded.insert(key),
            false => _ = self.folded.remove(&key),
        }
        self.lay_out();
    }
}
