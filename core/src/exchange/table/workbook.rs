//! Workbooks: XLSX, read cell by cell within bounds. A file of some bytes can claim cells and contents beyond any memory.

use std::{
    collections::BTreeMap,
    io::{self, Cursor, Read},
};

use calamine::{DataRef, ExcelDateTime, Reader, Xlsx};
use zip::ZipArchive;

use super::{FILTERS_SHEET, MOST_CELLS, Row, Table, too_large};
use crate::{error::Result, panics::caught};

/// What a workbook unpacks to, at most: some million cells.
const MOST_UNPACKED: u64 = 512 << 20;

/// Rows that have cells, each with its columns that have.
type Sheet = BTreeMap<u32, BTreeMap<u32, String>>;

pub(super) fn read(file: &str, bytes: &[u8]) -> Result<Vec<Table>> {
    let broken = || refused!("is no workbook that can be read: export the data as CSV or XLSX");
    let unpacked = unpacked(bytes).ok_or_else(broken)?;
    if unpacked > MOST_UNPACKED {
        let most = MOST_UNPACKED >> 20;
        return Err(refused!("unpacks to more than {most} MB: split it into smaller files", most));
    }
    // The reader is not ours and the file may be damaged: a panic in it is the file's fault.
    let sheets = caught(|| sheets(bytes)).ok().flatten().ok_or_else(broken)??;
    let sheets: Vec<(String, Sheet)> = sheets.into_iter().filter(|(_, sheet)| !is_note(sheet)).collect();
    let several = sheets.len() > 1;
    let tables = sheets
        .into_iter()
        .map(|(name, sheet)| Table::from_rows(file, several.then_some(name), rows(sheet)?))
        .collect::<Result<Vec<Table>>>()?;
    let tables: Vec<Table> = tables.into_iter().filter(|t| !t.headers.is_empty()).collect();
    if tables.is_empty() {
        return Err(refused!("has no cells"));
    }
    Ok(tables)
}

/// How many bytes its parts really have, counted no further than needed. Nothing where it is no archive.
fn unpacked(bytes: &[u8]) -> Option<u64> {
    let mut zip = ZipArchive::new(Cursor::new(bytes)).ok()?;
    let mut sum = 0;
    for part in 0..zip.len() {
        let part = zip.by_index(part).ok()?;
        sum += io::copy(&mut part.take(MOST_UNPACKED + 1 - sum), &mut io::sink()).ok()?;
        if sum > MOST_UNPACKED {
            break;
        }
    }
    Some(sum)
}

/// The sheet on which our own exports note their filters.
fn is_note(sheet: &Sheet) -> bool {
    sheet.get(&0).and_then(|row| row.get(&0)).is_some_and(|cell| cell == FILTERS_SHEET)
}

/// Nothing where the workbook makes no sense.
fn sheets(bytes: &[u8]) -> Option<Result<Vec<(String, Sheet)>>> {
    let mut workbook = Xlsx::new(Cursor::new(bytes)).ok()?;
    let mut sheets = Vec::new();
    let mut count = 0;
    for name in workbook.sheet_names() {
        // A chart is a sheet too.
        let Ok(mut cells) = workbook.worksheet_cells_reader(&name) else { continue };
        let mut sheet = Sheet::new();
        let (mut first, mut last) = (u32::MAX, 0);
        while let Some(found) = cells.next_cell().ok()? {
            let text = cell(found.get_value());
            if text.is_empty() {
                continue;
            }
            let (row, column) = found.get_position();
            (first, last) = (first.min(column), last.max(column));
            count += 1;
            // As soon as it is known: a million short rows under one wide one are half a gigabyte.
            let width = (last - first) as usize + 1;
            if count > MOST_CELLS || width.saturating_mul(sheet.len()) > MOST_CELLS {
                return Some(Err(too_large(sheet.len(), width)));
            }
            sheet.entry(row).or_default().insert(column, text);
        }
        if !sheet.is_empty() {
            sheets.push((name, sheet));
        }
    }
    Some(Ok(sheets))
}

fn rows(sheet: Sheet) -> Result<Vec<Row>> {
    let columns = || sheet.values().flat_map(|row| row.keys().copied());
    let (first, last) = (columns().min().unwrap_or(0), columns().max().unwrap_or(0));
    let width = (last - first) as usize + 1;
    if width.saturating_mul(sheet.len()) > MOST_CELLS {
        return Err(too_large(sheet.len(), width));
    }
    let row = |(line, cells): (u32, BTreeMap<u32, String>)| {
        let mut all = vec![String::new(); width];
        for (column, text) in cells {
            all[(column - first) as usize] = text;
        }
        Row { line: u64::from(line) + 1, cells: all, broken: None, files: Vec::new() }
    };
    Ok(sheet.into_iter().map(row).collect())
}

fn cell(data: &DataRef) -> String {
    match data {
        DataRef::Int(n) => n.to_string(),
        DataRef::Float(n) => number(*n),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(yes) => if *yes { "TRUE" } else { "FALSE" }.to_owned(),
        DataRef::DateTime(time) => date(time),
        DataRef::Error(_) | DataRef::Empty => String::new(),
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
