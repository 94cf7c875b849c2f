//! Tables: what a file holds, before anybody asks what it means.

mod calendar;
mod delimited;
mod encoding;
mod mail;
mod mime;
mod vcard;
mod workbook;
mod zones;

use std::sync::Arc;

use crate::{
    error::{Error, Result},
    message::Message,
};

/// The header of the sheet of an exported workbook that notes its filters and holds no records.
pub(super) const FILTERS_SHEET: &str = "Filters of this list";
/// Cells of one table, empty ones among them: a short row under many headers has as many as these.
const MOST_CELLS: usize = 20_000_000;

/// One sheet of rows under headers. Cells are text: numbers with a decimal point, dates in ISO form where the file says
/// that they are dates.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// The file's name, without its folder.
    pub file: String,
    /// The sheet, when the file has several.
    pub sheet: Option<String>,
    /// As written, trimmed; `Column 3` where the file gives none.
    pub headers: Vec<String>,
    pub rows: Vec<Row>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row {
    /// Where the row begins in the file, counted from 1.
    pub line: u64,
    /// As many as there are headers, or more if the row is longer than them.
    pub cells: Vec<String>,
    /// Why the row cannot be read, if it cannot.
    pub broken: Option<Message>,
    /// What came with it.
    pub files: Vec<Attached>,
}

/// A file that came with a row.
#[derive(Clone, Debug, PartialEq)]
pub struct Attached {
    pub name: String,
    /// Empty where what was sent is damaged.
    pub bytes: Arc<[u8]>,
}

impl Table {
    /// `book.xlsx, sheet Deals`
    pub fn title(&self) -> String {
        match &self.sheet {
            Some(sheet) => format!("{}, sheet {sheet}", self.file),
            None => self.file.clone(),
        }
    }

    /// The non-empty cells of a column.
    pub fn column(&self, index: usize) -> impl Iterator<Item = &str> {
        self.rows.iter().filter_map(move |r| r.cells.get(index)).map(|c| c.trim()).filter(|c| !c.is_empty())
    }

    /// Rows from lines of cells, the first of them the headers unless it looks like data. Empty rows are dropped.
    fn from_rows(file: &str, sheet: Option<String>, rows: Vec<Row>) -> Result<Table> {
        let mut rows: Vec<Row> = rows.into_iter().filter(|r| r.cells.iter().any(|c| !c.trim().is_empty())).collect();
        let has_headers = rows.first().is_some_and(|first| !first.cells.iter().any(|c| looks_like_address(c)));
        let mut headers = if has_headers { rows.remove(0).cells } else { Vec::new() };
        if has_headers {
            while headers.last().is_some_and(|h| h.trim().is_empty()) {
                headers.pop();
            }
        } else {
            headers.resize(rows.iter().map(|r| r.cells.len()).max().unwrap_or(0), String::new());
        }
        if headers.len().saturating_mul(rows.len()) > MOST_CELLS {
            return Err(too_large(rows.len(), headers.len()));
        }
        for (i, header) in headers.iter_mut().enumerate() {
            *header = header.split_whitespace().collect::<Vec<_>>().join(" ");
            if header.is_empty() {
                *header = format!("Column {}", i + 1);
            }
        }
        for row in &mut rows {
            while row.cells.len() > headers.len() && row.cells.last().is_some_and(|c| c.trim().is_empty()) {
                row.cells.pop();
            }
            if row.cells.len() < headers.len() {
                row.cells.resize(headers.len(), String::new());
            } else if row.cells.len() > headers.len() && row.broken.is_none() {
                row.broken = Some(message!(
                    "has {cells} cells under {headers} headers",
                    cells = row.cells.len(),
                    headers = headers.len()
                ));
            }
        }
        Ok(Table { file: file.to_owned(), sheet, headers, rows })
    }
}

fn too_large(rows: usize, columns: usize) -> Error {
    refused!(
        "has {rows} rows of {columns} columns, which is more than fits: split it into smaller files",
        rows,
        columns
    )
}

/// An e-mail address where a header belongs: the file has no headers.
fn looks_like_address(cell: &str) -> bool {
    let cell = cell.trim();
    !cell.contains(char::is_whitespace)
        && cell.split_once('@').is_some_and(|(user, host)| !user.is_empty() && host.contains('.'))
}

/// Reads a file's tables: CSV in any usual encoding and delimiter, address cards, calendars, a mail, or the sheets of a workbook.
///
/// Errors: one line for what is none of these (empty, binary, a document of another kind).
pub fn read(file: &str, bytes: &[u8]) -> Result<Vec<Table>> {
    if bytes.is_empty() {
        return Err(refused!("is empty"));
    }
    let starts = |magic: &[u8]| bytes.starts_with(magic);
    // A mail is text with commas and line breaks, and would read as a table by mistake.
    let is = |extension: &str| file.to_lowercase().ends_with(extension);
    if is(".eml") || mail::begins_so(bytes) {
        return mail::read(file, bytes).map(|t| vec![t]);
    }
    if is(".mbox") {
        return Err(refused!("is a folder of mails: save the mails that you want as .eml files"));
    }
    if is(".msg") {
        return Err(refused!("is a mail in Outlook's own form: save it as .eml"));
    }
    if starts(b"PK\x03\x04") {
        return workbook::read(file, bytes);
    }
    if starts(b"\xd0\xcf\x11\xe0") {
        return Err(refused!("is a workbook of the old form, or locked by a password: save it as XLSX"));
    }
    if starts(b"%PDF") {
        return Err(refused!("is a PDF, not a table: export the data as CSV or XLSX"));
    }
    let Some(text) = encoding::decode(bytes) else {
        return Err(refused!("is neither text nor a workbook: export the data as CSV or XLSX"));
    };
    let head = text.trim_start();
    if head.is_empty() {
        return Err(refused!("is empty"));
    }
    if head.starts_with(['{', '[']) && serde_json::from_str::<serde::de::IgnoredAny>(head).is_ok() {
        return Err(refused!("is JSON, not a table: export the data as CSV or XLSX"));
    }
    if head.starts_with("<?xml") || head.starts_with("<!") || head.starts_with("<html") {
        return Err(refused!("is a web page or XML, not a table: export the data as CSV or XLSX"));
    }
    let begins = |what: &str| head.get(..what.len()).is_some_and(|start| start.eq_ignore_ascii_case(what));
    if begins("BEGIN:VCARD") {
        return vcard::read(file, &text).map(|t| vec![t]);
    }
    if begins("BEGIN:") || is(".ics") {
        return calendar::read(file, &text).map(|t| vec![t]);
    }
    delimited::read(file, &text).map(|t| vec![t])
}
