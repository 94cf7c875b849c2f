//! Text with delimiters: CSV as the world writes it.

use csv::ReaderBuilder;

use super::{Row, Table};
use crate::error::Result;

const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

pub(super) fn read(file: &str, text: &str) -> Result<Table> {
    let (text, said, skipped) = said_delimiter(text);
    let delimiter = said.unwrap_or_else(|| sniff(text));
    let mut reader = reader(delimiter, text);
    let mut rows = Vec::new();
    let mut record = csv::StringRecord::new();
    loop {
        match reader.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => break,
            Err(e) => return Err(refused!("cannot be read as CSV: {why}", why = e.to_string())),
        }
        let line = record.position().map_or(0, |p| p.line()) + skipped;
        rows.push(Row { line, cells: record.iter().map(str::to_owned).collect(), broken: None, files: Vec::new() });
    }
    let unclosed = text.bytes().filter(|b| *b == b'"').count() % 2 == 1;
    if let Some(last) = rows.last_mut().filter(|r| unclosed && r.cells.iter().any(|c| c.contains('\n'))) {
        last.broken = Some(message!("a quotation mark that opens here is never closed"));
    }
    let table = Table::from_rows(file, None, rows)?;
    let uneven = table.rows.iter().filter(|r| r.cells.len() > table.headers.len()).count();
    if uneven * 2 > table.rows.len() {
        return Err(refused!("is no table: most lines have more cells than the first"));
    }
    Ok(table)
}

fn reader(delimiter: u8, text: &str) -> csv::Reader<&[u8]> {
    ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(text.as_bytes())
}

/// Excel's first line `sep=;`.
fn said_delimiter(text: &str) -> (&str, Option<u8>, u64) {
    let Some((first, rest)) = text.split_once('\n') else { return (text, None, 0) };
    match first.trim_end().strip_prefix("sep=").map(str::as_bytes) {
        Some([delimiter]) => (rest, Some(*delimiter), 1),
        _ => (text, None, 0),
    }
}

/// The delimiter that cuts most of the first rows into the same number of cells as the header, the more the better.
fn sniff(text: &str) -> u8 {
    let score = |delimiter: u8| {
        let lengths: Vec<usize> =
            reader(delimiter, text).records().take(25).filter_map(|r| r.ok()).map(|r| r.len()).collect();
        let header = lengths.first().copied().unwrap_or(0);
        let alike = lengths.iter().filter(|l| **l == header).count();
        if header < 2 { 0 } else { alike * 1000 / lengths.len().max(1) * 10 + header.min(9) }
    };
    let best = DELIMITERS.into_iter().rev().max_by_key(|d| score(*d));
    best.filter(|d| score(*d) > 0).unwrap_or(b',')
}
