//! One row read by its mapping: cells become values, or the row is refused with column and reason.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};

use super::{
    dates,
    mapping::{ColumnMap, Mapping, Target},
    numbers,
    report::RefusedRow,
    table::{Row, Table},
};
use crate::{
    message::Message,
    record::FieldType,
    value::{Money, Percent, Value, When},
};

/// The longest text that a field holds, in bytes.
const LONGEST_TEXT: usize = 64 * 1024;

/// A table and where its columns go.
pub(super) struct Sheet<'a> {
    pub table: &'a Table,
    pub mapping: &'a Mapping,
    columns: HashMap<&'a str, usize>,
}

/// One row of a sheet.
#[derive(Clone, Copy)]
pub(super) struct Cells<'a> {
    pub sheet: &'a Sheet<'a>,
    pub row: &'a Row,
}

impl<'a> Sheet<'a> {
    pub fn new(table: &'a Table, mapping: &'a Mapping) -> Sheet<'a> {
        let mut columns = HashMap::new();
        for (index, column) in mapping.columns.iter().enumerate() {
            if let Target::Field(field) = &column.target {
                columns.insert(field.as_str(), index);
            }
        }
        Sheet { table, mapping, columns }
    }

    pub fn has(&self, field: &str) -> bool {
        self.columns.contains_key(field)
    }

    pub fn rows(&'a self) -> impl Iterator<Item = Cells<'a>> {
        self.table.rows.iter().map(|row| Cells { sheet: self, row })
    }
}

impl<'a> Cells<'a> {
    fn column(&self, field: &str) -> Option<(usize, &'a ColumnMap)> {
        let index = *self.sheet.columns.get(field)?;
        Some((index, &self.sheet.mapping.columns[index]))
    }

    /// The trimmed cell, empty if no column goes to the field.
    pub fn raw(&self, field: &str) -> &'a str {
        let cell = self.column(field).and_then(|(index, _)| self.row.cells.get(index));
        cell.map_or("", |c| c.trim())
    }

    /// The cell as one line.
    pub fn line(&self, field: &str) -> String {
        one_line(self.raw(field), " ")
    }

    pub fn refuse(&self, field: &str, reason: impl Into<Message>) -> RefusedRow {
        let column = self.column(field).map_or(String::new(), |(_, c)| c.header.clone());
        RefusedRow { line: self.row.line, column, reason: reason.into() }
    }

    fn read<T>(
        &self,
        field: &str,
        what: impl Into<Message>,
        read: impl Fn(&str, &ColumnMap) -> Option<T>,
    ) -> Result<Option<T>, RefusedRow> {
        let Some((_, column)) = self.column(field) else { return Ok(None) };
        match self.raw(field) {
            "" => Ok(None),
            cell => {
                match read(cell, column) {
                    Some(value) => Ok(Some(value)),
                    None => Err(self
                        .refuse(field, message!("‘{text}’ is not {what}", text = shortened(cell), what = what.into()))),
                }
            }
        }
    }

    pub fn date(&self, field: &str) -> Result<Option<NaiveDate>, RefusedRow> {
        self.read(field, message!("a date that exists"), |cell, c| dates::day(cell, c.dates))
    }

    pub fn time(&self, field: &str) -> Result<Option<DateTime<Utc>>, RefusedRow> {
        self.read(field, message!("a date that exists"), |cell, c| dates::time(cell, c.dates))
    }

    /// As [`When`] is written.
    pub fn when(&self, field: &str) -> Result<Option<When>, RefusedRow> {
        match self.raw(field) {
            "" => Ok(None),
            cell => cell.parse().map(Some).map_err(|why: Message| self.refuse(field, why)),
        }
    }

    pub fn yes(&self, field: &str) -> Result<Option<bool>, RefusedRow> {
        self.read(field, message!("yes or no"), |cell, _| yes_or_no(cell))
    }

    pub fn money(&self, field: &str) -> Result<Option<Money>, RefusedRow> {
        self.read(field, message!("an amount"), |cell, c| numbers::money(cell, c.decimal_sign, c.times))
    }

    pub fn percent(&self, field: &str) -> Result<Option<Percent>, RefusedRow> {
        let percent = self.read(field, message!("a percentage"), |cell, c| {
            let percent = Percent::parse(cell)?;
            if c.times == 1 {
                Some(percent)
            } else {
                Some(Percent((cell.parse::<f64>().ok()? * 10_000.0).round() as i32))
            }
        })?;
        match percent.filter(|p| !(Percent::ZERO..=Percent::HUNDRED).contains(p)) {
            Some(p) => Err(self
                .refuse(field, message!("a probability lies between 0 % and 100 %, not at {percent} %", percent = p))),
            None => Ok(percent),
        }
    }

    /// The value of a stored field that is no reference.
    pub fn value(&self, field: &str, ty: FieldType) -> Result<Value, RefusedRow> {
        let value = match ty {
            FieldType::Text => text_value(self.text(field)?),
            FieldType::LongText => text_value(self.long_text(field)?),
            FieldType::Bool => Value::Bool(self.yes(field)?.unwrap_or(false)),
            FieldType::Int if field == "priority" => Value::Int(
                self.read(field, message!("a priority: Low, Medium, High or Very High"), |c, _| priority(c))?
                    .unwrap_or(0),
            ),
            FieldType::Int => Value::Int(self.whole(field)?.unwrap_or(0)),
            FieldType::Number => self.whole(field)?.into(),
            FieldType::Percent => Value::Percent(self.percent(field)?.unwrap_or_default()),
            FieldType::Money => Value::Money(self.money(field)?.unwrap_or_default()),
            FieldType::Date => self.date(field)?.into(),
            FieldType::Time => self.time(field)?.into(),
            FieldType::When => self.when(field)?.into(),
            FieldType::Choice(choices) => {
                let among = message!("one of {known}", known = choices.join(", "));
                let chosen =
                    self.read(field, among, |cell, _| choices.iter().find(|c| c.eq_ignore_ascii_case(cell)))?;
                chosen.map_or(Value::Null, |c| Value::Text((*c).to_owned()))
            }
            FieldType::Ref(_) | FieldType::Refs(_) => Value::Null,
        };
        Ok(value)
    }

    fn whole(&self, field: &str) -> Result<Option<i64>, RefusedRow> {
        self.read(field, message!("a whole number"), |cell, _| numbers::whole(cell))
    }

    fn text(&self, field: &str) -> Result<String, RefusedRow> {
        self.fitting(field, one_line(self.raw(field), if field == "street" { ", " } else { " " }))
    }

    fn long_text(&self, field: &str) -> Result<String, RefusedRow> {
        self.fitting(field, self.raw(field).replace("\r\n", "\n"))
    }

    fn fitting(&self, field: &str, text: String) -> Result<String, RefusedRow> {
        if text.len() > LONGEST_TEXT {
            return Err(
                self.refuse(field, message!("the text has {count} KB, a field holds 64 KB", count = text.len() / 1024))
            );
        }
        Ok(text)
    }

    /// The description: its own column, then the columns kept in the notes as `header: cell`, then what else is to be kept.
    pub fn description(&self, besides: &[(&str, String)]) -> Result<String, RefusedRow> {
        let mut text = self.long_text("description")?;
        let kept = self.sheet.mapping.columns.iter().zip(&self.row.cells);
        let kept = kept
            .filter(|(c, _)| c.target == Target::Notes)
            .map(|(c, cell)| (c.header.as_str(), cell.trim().to_owned()));
        for (header, cell) in
            kept.chain(besides.iter().map(|(h, c)| (*h, c.clone()))).filter(|(_, cell)| !cell.is_empty())
        {
            if !text.is_empty() {
                text.push('\n');
            }
            text.push_str(&format!("{header}: {}", cell.replace("\r\n", "\n")));
        }
        self.fitting("description", text)
    }

    pub fn has_description(&self) -> bool {
        self.sheet.has("description") || self.sheet.mapping.columns.iter().any(|c| c.target == Target::Notes)
    }

    /// The pieces of a cell that holds several, split at `:::`, commas, semicolons or line breaks.
    pub fn several(&self, field: &str) -> Vec<String> {
        let cell = self.raw(field).replace(":::", ";");
        let pieces = cell.split([',', ';', '\n', '|']).map(|p| one_line(p.trim().trim_start_matches("* "), " "));
        let mut several: Vec<String> = Vec::new();
        for piece in pieces.filter(|p| !p.is_empty()) {
            if !several.iter().any(|s| s.to_lowercase() == piece.to_lowercase()) {
                several.push(piece);
            }
        }
        several
    }
}

pub(super) fn text_value(text: String) -> Value {
    if text.is_empty() { Value::Null } else { Value::Text(text) }
}

fn one_line(text: &str, between: &str) -> String {
    let lines = text.lines().map(|l| l.split_whitespace().collect::<Vec<_>>().join(" "));
    lines.filter(|l| !l.is_empty()).collect::<Vec<_>>().join(between)
}

fn shortened(cell: &str) -> String {
    let mut text: String = one_line(cell, " ");
    if let Some((cut, _)) = text.char_indices().nth(40) {
        text.truncate(cut);
        text.push('…');
    }
    text
}

fn yes_or_no(cell: &str) -> Option<bool> {
    match cell.to_lowercase().as_str() {
        "true" | "yes" | "y" | "1" | "1.0" | "x" | "t" | "on" | "ja" | "oui" | "si" | "sí" | "wahr" | "vrai" => {
            Some(true)
        }
        "false" | "no" | "n" | "0" | "0.0" | "f" | "off" | "nein" | "non" | "falsch" | "faux" => Some(false),
        _ => None,
    }
}

fn priority(cell: &str) -> Option<i64> {
    match cell.to_lowercase().as_str() {
        "low" | "normal" | "none" | "niedrig" => Some(0),
        "medium" | "mittel" | "warm" => Some(1),
        "high" | "hoch" | "hot" => Some(2),
        "very high" | "urgent" | "highest" => Some(3),
        "cold" => Some(0),
        other => numbers::whole(other).filter(|n| (0..=3).contains(n)),
    }
}
