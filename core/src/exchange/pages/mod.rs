//! Reports as pages of a table: what a workbook, a terminal and a script get of them.

mod reports;

use rust_xlsxwriter::{Format, FormatAlign, Workbook, Worksheet, XlsxError};
use serde_json::{Map, Value as Json, json};

pub use self::reports::{Report, Wish, of_pivot, pages};
use super::export::{self, Column, Formats, Names};
use crate::{error::Result, exchange::table::FILTERS_SHEET, query::pivot::Number, value::Value};

/// One table of a report.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    /// `to_do`, `by_reason`: what a script knows it by.
    pub name: String,
    pub title: String,
    /// The first one says what a row is about.
    pub columns: Vec<Column>,
    pub rows: Vec<Line>,
    pub total: Option<Vec<Entry>>,
    /// A script gets the rows by what the first column says, not as an array.
    pub keyed: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// How deep it lies in the rows above it.
    pub depth: u8,
    pub entries: Vec<Entry>,
}

/// What stands in one place of a table.
#[derive(Clone, Debug, PartialEq)]
pub enum Entry {
    Value(Value),
    /// A mean, a ratio: no whole number.
    Number(f64),
}

impl<T: Into<Value>> From<T> for Entry {
    fn from(value: T) -> Entry {
        Entry::Value(value.into())
    }
}

impl From<Number> for Entry {
    fn from(number: Number) -> Entry {
        match number {
            Number::Count(count) => Entry::from(count as i64),
            Number::Money(amount) => Entry::from(amount),
            Number::Sum(sum) => Entry::from(sum),
            Number::Mean(mean) => Entry::Number(mean),
            Number::None => Entry::NOTHING,
        }
    }
}

impl Entry {
    pub const NOTHING: Entry = Entry::Value(Value::Null);

    /// As a person reads it, at most two decimals; empty for nothing.
    pub fn text(&self, names: Names) -> String {
        match self {
            Entry::Value(value) => export::text(value, names),
            Entry::Number(number) => format!("{:.2}", number),
        }
    }

    fn json(&self, names: Names) -> Json {
        match self {
            Entry::Value(value) => export::json_value(value, names),
            Entry::Number(number) => json!(number),
        }
    }
}

/// One JSON object: each page by its name, as `{"rows", "total"}` or by what its rows are about.
pub fn json(pages: &[Page], names: Names) -> Json {
    let object = |page: &Page, entries: &[Entry], from: usize| {
        let cells = page.columns.iter().zip(entries).skip(from);
        Json::Object(cells.map(|(column, entry)| (column.name.clone(), entry.json(names))).collect())
    };
    let page = |page: &Page| {
        if page.keyed {
            let row = |line: &Line| Some((line.entries.first()?.text(names), object(page, &line.entries, 1)));
            return (page.name.clone(), Json::Object(page.rows.iter().filter_map(row).collect()));
        }
        let rows: Vec<Json> = page.rows.iter().map(|line| object(page, &line.entries, 0)).collect();
        let mut all = Map::from_iter([("rows".to_owned(), Json::Array(rows))]);
        if let Some(total) = &page.total {
            all.insert("total".to_owned(), object(page, total, 0));
        }
        (page.name.clone(), Json::Object(all))
    };
    Json::Object(pages.iter().map(page).collect())
}

/// A workbook with a sheet for each page: real numbers and dates, headers that stay in sight, totals below; and what was asked
/// for on a sheet of its own.
pub fn xlsx(pages: &[Page], notes: &[String], names: Names) -> Result<Vec<u8>> {
    workbook(pages, notes, names)
        .map_err(|e| refused!("the report cannot be written as a workbook: {why}", why = e.to_string()))
}

fn workbook(pages: &[Page], notes: &[String], names: Names) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let formats = Formats::new();
    let mut taken: Vec<String> = vec!["filters".to_owned()];
    for page in pages {
        let plain: String = page.title.chars().filter(|c| !"[]:*?/\\'".contains(*c)).take(28).collect();
        // Names of sheets differ in more than their case, and none is empty.
        let mut title = if plain.trim().is_empty() { "Report".to_owned() } else { plain.clone() };
        let mut number = 2;
        while taken.contains(&title.to_lowercase()) {
            title = format!("{plain} {number}");
            number += 1;
        }
        taken.push(title.to_lowercase());
        fill(workbook.add_worksheet().set_name(title)?, page, names, &formats)?;
    }
    if !notes.is_empty() {
        let sheet = workbook.add_worksheet().set_name("Filters")?;
        sheet.write_string_with_format(0, 0, FILTERS_SHEET, &formats.header)?;
        sheet.set_column_width(0, 80)?;
        for (line, note) in (1u32..).zip(notes) {
            sheet.write_string(line, 0, note)?;
        }
    }
    workbook.save_to_buffer()
}

fn fill(sheet: &mut Worksheet, page: &Page, names: Names, formats: &Formats) -> Result<(), XlsxError> {
    for (at, column) in (0u16..).zip(&page.columns) {
        sheet.write_string_with_format(0, at, &column.label, &formats.header)?;
        let entries = page.rows.iter().map(|line| &line.entries).chain(&page.total);
        let widths = entries.take(200).filter_map(|entries| entries.get(usize::from(at)));
        let widest = widths.map(|entry| entry.text(names).chars().count()).max().unwrap_or(0);
        sheet.set_column_width(at, widest.max(column.label.chars().count()).clamp(8, 50) as f64 + 4.0)?;
    }
    let mut line = 0;
    for row in &page.rows {
        line += 1;
        for (at, entry) in (0u16..).zip(&row.entries) {
            write(sheet, (line, at), entry, names, formats)?;
        }
        if let (true, Some(first)) = (row.depth > 0, row.entries.first()) {
            let within = Format::new().set_align(FormatAlign::Left).set_indent(row.depth);
            sheet.write_string_with_format(line, 0, first.text(names), &within)?;
        }
    }
    if let Some(total) = &page.total {
        line += 1;
        for (at, entry) in (0u16..).zip(total) {
            write(sheet, (line, at), entry, names, &Formats::of_totals())?;
        }
    }
    sheet.set_freeze_panes(1, 1)?;
    Ok(())
}

fn write(
    sheet: &mut Worksheet,
    (line, at): (u32, u16),
    entry: &Entry,
    names: Names,
    formats: &Formats,
) -> Result<(), XlsxError> {
    match entry {
        Entry::Value(value) => export::write_cell(sheet, (line, at), value, names, formats),
        Entry::Number(number) => sheet.write_number_with_format(line, at, *number, &formats.percent).map(drop),
    }
}
