//! Lists out as CSV, XLSX or JSON.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use rust_xlsxwriter::{Color, Format, FormatBorder, Workbook, Worksheet, XlsxError};
use serde_json::{Map, Value as Json, json};

use crate::{error::Result, exchange::table::FILTERS_SHEET, id::DocId, record::FieldType, value::Value};

/// A list as it is to be written: any columns, stored or derived, in any order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sheet {
    /// What it is: `Opportunities`.
    pub title: String,
    pub columns: Vec<Column>,
    /// One value for each column. References are written by name, in JSON as `{"id", "name"}`.
    pub rows: Vec<Vec<Value>>,
    /// The filters, search, groups and order in words, one line each; a workbook notes them.
    pub notes: Vec<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// The field's name, the header in CSV and JSON.
    pub name: String,
    /// What a person reads, the header in a workbook.
    pub label: String,
    pub ty: FieldType,
}

/// Names of records, for references.
pub type Names<'a> = &'a dyn Fn(DocId) -> String;

/// Comma-separated UTF-8 under the fields' names, what [`super::import`] reads back.
pub fn csv(sheet: &Sheet, names: Names) -> Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let failed = |e: csv::Error| refused!("the list cannot be written as CSV: {why}", why = e.to_string());
    writer.write_record(sheet.columns.iter().map(|c| &c.name)).map_err(failed)?;
    for row in &sheet.rows {
        writer.write_record(row.iter().map(|value| text(value, names))).map_err(failed)?;
    }
    writer.into_inner().map_err(|e| refused!("the list cannot be written as CSV: {why}", why = e.to_string()))
}

/// An array of objects: amounts as decimal strings, references as `{"id", "name"}` or null (spec/cli.md).
pub fn json(sheet: &Sheet, names: Names) -> Result<Vec<u8>> {
    let rows: Vec<Json> = sheet.rows.iter().map(|row| Json::Object(object(sheet, row, names))).collect();
    let mut bytes = serde_json::to_vec_pretty(&rows)
        .map_err(|e| refused!("the list cannot be written: {why}", why = e.to_string()))?;
    bytes.push(b'\n');
    Ok(bytes)
}

fn object(sheet: &Sheet, row: &[Value], names: Names) -> Map<String, Json> {
    let cells = sheet.columns.iter().zip(row);
    cells.map(|(column, value)| (column.name.clone(), json_value(value, names))).collect()
}

pub(super) fn json_value(value: &Value, names: Names) -> Json {
    let reference = |id: &DocId| json!({"id": id.to_string(), "name": names(*id)});
    match value {
        Value::Null => Json::Null,
        Value::Text(text) => json!(text),
        Value::Bool(yes) => json!(yes),
        Value::Int(n) => json!(n),
        Value::Percent(p) => json!(p.as_f64()),
        Value::Money(m) => json!(m.to_string()),
        Value::Date(_) | Value::Time(_) | Value::When(_) => json!(text(value, names)),
        Value::Ref(id) => reference(id),
        Value::Refs(ids) => ids.iter().map(reference).collect(),
    }
}

/// A value as one cell of text.
pub(super) fn text(value: &Value, names: Names) -> String {
    match value {
        Value::Null => String::new(),
        Value::Text(text) => text.clone(),
        Value::Bool(yes) => yes.to_string(),
        Value::Int(n) => n.to_string(),
        Value::Percent(p) => p.to_string(),
        Value::Money(m) => m.to_string(),
        Value::Date(day) => day.to_string(),
        Value::Time(time) => time.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true),
        Value::When(when) => when.to_string(),
        Value::Ref(id) => names(*id),
        Value::Refs(ids) => ids.iter().map(|id| names(*id)).collect::<Vec<_>>().join(", "),
    }
}

/// The longest text that a workbook's cell holds, in units of UTF-16.
const LONGEST_CELL: usize = 32_767;

/// How many texts are longer than a workbook's cell holds: there they are cut.
pub fn cut_in_workbooks(sheet: &Sheet, names: Names) -> usize {
    let is_cut = |value: &&Value| match value {
        Value::Text(text) => held(text).len() < text.len(),
        Value::Refs(_) => {
            let text = text(value, names);
            held(&text).len() < text.len()
        }
        _ => false,
    };
    sheet.rows.iter().flatten().filter(is_cut).count()
}

/// As much of a text as a cell holds.
fn held(text: &str) -> &str {
    let mut units = 0;
    let beyond = text.char_indices().find(|(_, c)| {
        units += c.len_utf16();
        units > LONGEST_CELL
    });
    beyond.map_or(text, |(at, _)| &text[..at])
}

/// A workbook with real numbers and dates, a header that stays in sight, and the filters on a sheet of their own. Times
/// are in UTC.
pub fn xlsx(sheet: &Sheet, names: Names) -> Result<Vec<u8>> {
    workbook(sheet, names).map_err(|e| refused!("the list cannot be written as a workbook: {why}", why = e.to_string()))
}

fn workbook(sheet: &Sheet, names: Names) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let title: String = sheet.title.chars().filter(|c| !"[]:*?/\\'".contains(*c)).take(31).collect();
    let page = workbook.add_worksheet();
    if !title.is_empty() {
        page.set_name(title)?;
    }
    let formats = Formats::new();
    for (at, column) in (0u16..).zip(&sheet.columns) {
        page.write_string_with_format(0, at, &column.label, &formats.header)?;
        let widest = sheet.rows.iter().take(200).map(|r| text(&r[usize::from(at)], names).chars().count()).max();
        let width = widest.unwrap_or(0).max(column.label.chars().count()).clamp(6, 50) + 3;
        page.set_column_width(at, width as f64)?;
    }
    for (line, row) in (1u32..).zip(&sheet.rows) {
        for (at, value) in (0u16..).zip(row) {
            write_cell(page, (line, at), value, names, &formats)?;
        }
    }
    page.set_freeze_panes(1, 0)?;
    if let (Some(last), Ok(rows)) = (sheet.columns.len().checked_sub(1), u32::try_from(sheet.rows.len())) {
        page.autofilter(0, 0, rows, last as u16)?;
    }
    if !sheet.notes.is_empty() {
        let page = workbook.add_worksheet().set_name("Filters")?;
        page.write_string_with_format(0, 0, FILTERS_SHEET, &formats.header)?;
        page.set_column_width(0, 80)?;
        for (line, note) in (1u32..).zip(&sheet.notes) {
            page.write_string(line, 0, note)?;
        }
    }
    workbook.save_to_buffer()
}

pub(super) struct Formats {
    pub(super) header: Format,
    text: Format,
    number: Format,
    money: Format,
    pub(super) percent: Format,
    date: Format,
    time: Format,
}

impl Formats {
    /// Of the last line, set off from those above it.
    pub(super) fn of_totals() -> Formats {
        let plain = Formats::new();
        let bold = |format: Format| format.set_bold().set_border_top(FormatBorder::Thin);
        Formats {
            header: plain.header,
            text: bold(plain.text),
            number: bold(plain.number),
            money: bold(plain.money),
            percent: bold(plain.percent),
            date: bold(plain.date),
            time: bold(plain.time),
        }
    }

    pub(super) fn new() -> Formats {
        Formats {
            header: Format::new().set_bold().set_background_color(Color::RGB(0xE8_EA_ED)),
            text: Format::new(),
            number: Format::new(),
            money: Format::new().set_num_format("#,##0.00"),
            percent: Format::new().set_num_format("0.##"),
            date: Format::new().set_num_format("yyyy-mm-dd"),
            time: Format::new().set_num_format("yyyy-mm-dd hh:mm"),
        }
    }
}

pub(super) fn write_cell(
    page: &mut Worksheet,
    (line, at): (u32, u16),
    value: &Value,
    names: Names,
    formats: &Formats,
) -> Result<(), XlsxError> {
    let shown = |day: NaiveDate| (1900..=9999).contains(&day.year());
    match value {
        Value::Null => return Ok(()),
        Value::Bool(yes) => page.write_boolean(line, at, *yes)?,
        Value::Int(n) => page.write_number_with_format(line, at, *n as f64, &formats.number)?,
        Value::Money(m) => page.write_number_with_format(line, at, m.0 as f64 / 100.0, &formats.money)?,
        Value::Percent(p) => page.write_number_with_format(line, at, p.as_f64(), &formats.percent)?,
        Value::Date(day) if shown(*day) => page.write_datetime_with_format(line, at, day, &formats.date)?,
        Value::Time(time) if shown(time.date_naive()) => {
            let time: &DateTime<Utc> = time;
            page.write_datetime_with_format(line, at, time.naive_utc(), &formats.time)?
        }
        other => {
            let text = text(other, names);
            if text.is_empty() {
                return Ok(());
            }
            page.write_string_with_format(line, at, held(&text), &formats.text)?
        }
    };
    Ok(())
}
