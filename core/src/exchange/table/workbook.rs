//! Workbooks: XLSX, and whatever else calamine reads.

use std::{
    io::Cursor,
    panic::{AssertUnwindSafe, catch_unwind},
};

use calamine::{Data, ExcelDateTime, Range, Reader, open_workbook_auto_from_rs};

use super::{FILTERS_SHEET, Row, Table};
use crate::error::Result;

pub(super) fn read(file: &str, bytes: &[u8]) -> Result<Vec<Table>> {
    let broken = || refused!("is no workbook that can be read: export the data as CSV or XLSX");
    // The reader is not ours and the file may be damaged: a panic in it is the file's fault.
    let sheets = catch_unwind(AssertUnwindSafe(|| sheets(bytes))).ok().flatten().ok_or_else(broken)?;
    let several = sheets.iter().filter(|(_, range)| !is_note(range)).count() > 1;
    let tables: Vec<Table> = sheets
        .into_iter()
        .filter(|(_, range)| !is_note(range))
        .map(|(name, range)| Table::from_rows(file, several.then_some(name), rows(&range)))
        .filter(|t| !t.headers.is_empty())
        .collect();
    if tables.is_empty() {
        return Err(refused!("has no cells"));
    }
    Ok(tables)
}

/// The sheet on which our own exports note their filters.
fn is_note(range: &Range<Data>) -> bool {
    range.get((0, 0)).is_some_and(|cell| matches!(cell, Data::String(text) if text == FILTERS_SHEET))
}

fn sheets(bytes: &[u8]) -> Option<Vec<(String, Range<Data>)>> {
    let mut workbook = open_workbook_auto_from_rs(Cursor::new(bytes.to_vec())).ok()?;
    let names = workbook.sheet_names();
    let sheets = names.into_iter().filter_map(|n| workbook.worksheet_range(&n).ok().map(|r| (n, r)));
    Some(sheets.filter(|(_, range)| !range.is_empty()).collect())
}

fn rows(range: &Range<Data>) -> Vec<Row> {
    let first = u64::from(range.start().map_or(0, |s| s.0)) + 1;
    let row = |(i, cells): (usize, &[Data])| Row {
        line: first + i as u64,
        cells: cells.iter().map(cell).collect(),
        broken: None,
    };
    range.rows().enumerate().map(row).collect()
}

fn cell(data: &Data) -> String {
    match data {
        Data::Int(n) => n.to_string(),
        Data::Float(n) => number(*n),
        Data::String(text) => text.clone(),
        Data::Bool(yes) => if *yes { "TRUE" } else { "FALSE" }.to_owned(),
        Data::DateTime(time) => date(time),
        Data::DateTimeIso(text) | Data::DurationIso(text) => text.clone(),
        Data::Error(_) | Data::Empty => String::new(),
    }
}

/// Never with exactly three decimals, which elsewhere could be taken for thousands; without the noise of binary fractions.
fn number(n: f64) -> String {
    let exact = n.to_string();
    let long = exact.split_once('.').is_some_and(|(_, decimals)| decimals.len() > 8);
    let text = match long {
        true => format!("{n:.6}").trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => exact,
    };
    match text.split_once('.') {
        Some((_, decimals)) if decimals.len() == 3 => text + "0",
        _ => text,
    }
}

fn date(time: &ExcelDateTime) -> String {
    if time.is_duration() {
        return number(time.as_f64());
    }
    let (year, month, day, hour, minute, second, _) = time.to_ymd_hms_milli();
    if (hour, minute, second) == (0, 0, 0) {
        format!("{year:04}-{month:02}-{day:02}")
    } else {
        format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
    }
}
