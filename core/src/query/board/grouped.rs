//! Columns of the values of a field: salespeople, teams, priorities, months of closing.

use std::collections::HashMap;

use super::{BoardView, Column, ColumnKey, Columns, MOST_COLUMNS};
use crate::{
    id::{DocId, Kind},
    query::{
        Asker, GroupBy, ListQuery,
        index::{NONE, Place, Row},
    },
    record::{FieldType, Records},
    value::{Money, Percent, Value},
};

/// So many people or teams have a column even without a card; and so many periods between the first and the last.
const FEW: usize = 12;

/// Columns of values being filled.
pub(super) struct Groups<'a> {
    records: &'a Records,
    by: &'a GroupBy,
    /// Lost ones stand on it only where they are asked for, or what it is grouped by is about them.
    with_lost: bool,
    at: HashMap<Value, usize>,
    columns: Vec<Column>,
    /// Probability and whether it is won, by the stages' slots.
    stages: Vec<(Percent, bool)>,
    count: usize,
    expected_revenue: Money,
    prorated_revenue: Money,
}

impl<'a> Groups<'a> {
    pub fn new(records: &'a Records, by: &'a GroupBy, query: &ListQuery) -> Groups<'a> {
        let stages = &records.index.stages;
        let stage = |slot| match records.stage_now(stages.id(slot)) {
            Some(stage) if stage.is_won => (Percent::HUNDRED, true),
            Some(stage) => (stage.probability, false),
            None => (Percent::ZERO, false),
        };
        Groups {
            records,
            by,
            with_lost: query.archived || matches!(&*by.field.name, "won_status" | "lost_reason"),
            at: HashMap::new(),
            columns: Vec::new(),
            stages: (0..stages.len() as u32).map(stage).collect(),
            count: 0,
            expected_revenue: Money(0),
            prorated_revenue: Money(0),
        }
    }

    fn of(&mut self, value: Value) -> &mut Column {
        let at = *self.at.entry(value).or_insert_with_key(|value| {
            let title = self.by.title(self.records, value).unwrap_or_default();
            let column = Column::empty(ColumnKey::Value(value.clone()), &title, Percent::ZERO);
            let fold = *value == Value::from("lost");
            self.columns.push(Column { fold, ..column });
            self.columns.len() - 1
        });
        &mut self.columns[at]
    }

    pub fn finish(mut self, team: Option<DocId>) -> BoardView {
        let others = self.others();
        for value in self.offered() {
            self.of(value);
        }
        let (by, records) = (self.by, self.records);
        self.columns.sort_by_cached_key(|column| by.order(records, column.value().unwrap_or(&Value::Null)));
        self.columns.extend(others);
        let Groups { columns, count, expected_revenue, prorated_revenue, .. } = self;
        BoardView { team, columns, count, expected_revenue, prorated_revenue }
    }

    /// Takes the smallest of too many columns away and makes one of them.
    fn others(&mut self) -> Option<Column> {
        if self.columns.len() <= MOST_COLUMNS {
            return None;
        }
        let mut sizes: Vec<usize> = self.columns.iter().map(|c| c.cards.len()).collect();
        sizes.sort_unstable_by(|a, b| b.cmp(a));
        let least = sizes[MOST_COLUMNS - 1];
        let mut room = MOST_COLUMNS - sizes.partition_point(|size| *size > least);
        let mut others = Column::empty(ColumnKey::Others, "", Percent::ZERO);
        let goes = |column: &mut Column| {
            let fits = column.cards.len() == least && room > 0;
            room -= usize::from(fits);
            column.cards.len() < least || column.cards.len() == least && !fits
        };
        self.columns.extract_if(.., goes).for_each(|column| others.join(column));
        // A card with several tags is in several of them.
        let places = &self.records.index;
        others.cards.sort_by_cached_key(|id| places.slot_and_place(*id).map(|(_, place)| place));
        others.cards.dedup();
        self.at = self.columns.iter().enumerate().filter_map(|(at, c)| Some((c.value()?.clone(), at))).collect();
        Some(others)
    }

    /// Values that a card may be given although none has them.
    fn offered(&self) -> Vec<Value> {
        let records = self.records;
        let is_live = |id: &DocId| records.meta(*id).is_some_and(|m| !m.deleted && !m.archived);
        let few = |kind: Kind| -> Vec<Value> {
            let live: Vec<Value> = records.ids(kind).filter(is_live).take(FEW + 1).map(Value::Ref).collect();
            if live.len() > FEW { Vec::new() } else { live }
        };
        if self.columns.is_empty() {
            return Vec::new();
        }
        match (&*self.by.field.name, self.by.field.ty) {
            ("priority", _) => (0..=3).map(Value::Int).collect(),
            ("won_status", _) => ["pending", "won", "lost"].map(Value::from).into(),
            ("user", _) => few(Kind::User),
            ("team", _) => few(Kind::Team),
            (_, FieldType::Date) => self.periods(),
            _ => Vec::new(),
        }
    }

    /// Those between the first and the last.
    fn periods(&self) -> Vec<Value> {
        let days = self.columns.iter().filter_map(|c| match c.value()? {
            Value::Date(day) => Some(*day),
            _ => None,
        });
        let (Some(first), Some(last)) = (days.clone().min(), days.max()) else { return Vec::new() };
        let between = std::iter::successors(Some(first), |day| self.by.period.later(*day, 1));
        let all: Vec<Value> = between.take_while(|day| *day <= last).take(FEW + 1).map(Value::Date).collect();
        if all.len() > FEW { Vec::new() } else { all }
    }
}

impl Columns for Groups<'_> {
    fn take(&mut self, place: &Place, row: &Row, asker: &Asker) {
        if row.is_lost && !self.with_lost {
            return;
        }
        let known = (row.stage != NONE).then(|| self.stages.get(row.stage as usize).copied()).flatten();
        let (stage, is_won) = known.unwrap_or_default();
        for value in self.by.of_row(self.records, place, row, asker) {
            self.of(value).take(place.2.0, row, stage, is_won, asker.today);
        }
        if !row.is_lost {
            let probability = row.probability.filter(|_| !is_won).unwrap_or(stage);
            self.count += 1;
            self.expected_revenue = self.expected_revenue + row.expected_revenue;
            self.prorated_revenue = self.prorated_revenue + row.expected_revenue.share(probability);
        }
    }

    fn join(mut self, later: Self) -> Self {
        for column in later.columns {
            if let Some(value) = column.value() {
                self.of(value.clone()).join(column);
            }
        }
        self.count += later.count;
        self.expected_revenue = self.expected_revenue + later.expected_revenue;
        self.prorated_revenue = self.prorated_revenue + later.prorated_revenue;
        self
    }
}
