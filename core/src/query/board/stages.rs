//! Columns of stages, and one of what is lost.

use super::{BoardView, Column, ColumnKey, Columns};
use crate::{
    id::DocId,
    query::{
        Asker,
        index::{NONE, Place, Row},
    },
    record::{Records, Stage},
    value::{Percent, Value},
};

/// Columns of stages being filled.
pub(super) struct Stages<'a> {
    records: &'a Records,
    columns: Vec<(i64, Column)>,
    lost: Column,
    /// Which column a stage has, by the stage's slot.
    by_stage: Vec<Option<usize>>,
    /// Where those go whose stage is not here (yet).
    nowhere: usize,
}

impl<'a> Stages<'a> {
    pub fn new(records: &'a Records, team: Option<DocId>) -> Stages<'a> {
        let lost = Column::empty(ColumnKey::Lost, "Lost", Percent::ZERO);
        let mut columns = Stages { records, columns: Vec::new(), lost, by_stage: Vec::new(), nowhere: 0 };
        let stages = records.stages_of(team);
        for stage in &stages {
            columns.add(stage);
        }
        let first = records.default_stage(team).map(|s| s.id);
        columns.nowhere = stages.iter().position(|s| Some(s.id) == first).unwrap_or(0);
        columns
    }

    fn add(&mut self, stage: &Stage) -> usize {
        let probability = if stage.is_won { Percent::HUNDRED } else { stage.probability };
        let mut column = Column::empty(ColumnKey::Stage(stage.id), &stage.name, probability);
        (column.is_won, column.fold) = (stage.is_won, stage.fold);
        self.columns.push((stage.sequence, column));
        let at = self.columns.len() - 1;
        if let Some(slot) = self.records.index.stages.known_slot(stage.id) {
            self.show_at(slot, at);
        }
        at
    }

    fn show_at(&mut self, stage: u32, column: usize) {
        let slot = stage as usize;
        self.by_stage.resize(self.by_stage.len().max(slot + 1), None);
        self.by_stage[slot] = Some(column);
    }

    /// The column of a row. A stage that is archived or another team's gets one when something stands in it.
    fn of(&mut self, row: &Row) -> &mut Column {
        if row.is_lost {
            return &mut self.lost;
        }
        let known = self.by_stage.get(row.stage as usize).copied().flatten();
        let at = known.unwrap_or_else(|| {
            let stages = &self.records.index.stages;
            let id = (row.stage != NONE).then(|| stages.id(row.stage));
            match id.and_then(|id| self.records.stage_now(id)) {
                Some(stage) => {
                    // Merged or removed: it shows in the stage that took its place.
                    let column = self.columns.iter().position(|(_, c)| c.key == ColumnKey::Stage(stage.id));
                    let at = column.unwrap_or_else(|| self.add(stage));
                    self.show_at(row.stage, at);
                    at
                }
                None if self.columns.is_empty() => {
                    self.columns.push((0, Column::empty(ColumnKey::Value(Value::Null), "No stage", Percent::ZERO)));
                    0
                }
                None => self.nowhere,
            }
        });
        &mut self.columns[at].1
    }

    pub fn finish(mut self, team: Option<DocId>) -> BoardView {
        self.columns.sort_by_key(|(sequence, column)| (*sequence, column.stage()));
        let mut columns: Vec<Column> = self.columns.into_iter().map(|(_, column)| column).collect();
        let (count, expected_revenue, prorated_revenue) = (
            columns.iter().map(|c| c.cards.len()).sum(),
            columns.iter().map(|c| c.expected_revenue).sum(),
            columns.iter().map(|c| c.prorated_revenue).sum(),
        );
        columns.push(self.lost);
        BoardView { team, columns, count, expected_revenue, prorated_revenue }
    }
}

impl Columns for Stages<'_> {
    fn take(&mut self, place: &Place, row: &Row, asker: &Asker) {
        let column = self.of(row);
        let (probability, is_won) = (column.probability, column.is_won);
        column.take(place.2.0, row, probability, is_won, asker.today);
    }

    fn join(mut self, later: Self) -> Self {
        for (sequence, column) in later.columns {
            match self.columns.iter_mut().find(|(_, c)| c.key == column.key) {
                Some((_, mine)) => mine.join(column),
                None => self.columns.push((sequence, column)),
            }
        }
        self.lost.join(later.lost);
        self
    }
}
