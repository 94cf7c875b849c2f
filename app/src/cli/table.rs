//! Readable, aligned columns for people; scripts take --json.

use anyhow::Result;

use super::output;

pub struct Table {
    titles: Vec<String>,
    rows: Vec<Vec<String>>,
    /// Columns of figures, aligned right.
    right: Vec<bool>,
}

/// Longer cells are cut, so that a line stays a line.
const WIDEST: usize = 44;

impl Table {
    pub fn new<S: Into<String>>(titles: impl IntoIterator<Item = S>) -> Table {
        let titles: Vec<String> = titles.into_iter().map(Into::into).collect();
        Table { right: vec![false; titles.len()], titles, rows: Vec::new() }
    }

    /// Aligns a column of figures.
    pub fn figures(mut self, columns: &[usize]) -> Table {
        columns.iter().for_each(|c| self.right[*c] = true);
        self
    }

    pub fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        let cells = cells.into_iter().map(|cell| one_line(&cell));
        self.rows.push(cells.collect());
    }

    pub fn print(&self) -> Result<()> {
        if self.rows.is_empty() {
            output::message("nothing to show");
            return Ok(());
        }
        let width = |column: usize| {
            let cells = self.rows.iter().map(|row| row[column].chars().count());
            cells.chain([self.titles[column].chars().count()]).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..self.titles.len()).map(width).collect();
        let mut out = String::new();
        for row in std::iter::once(&self.titles).chain(&self.rows) {
            let mut line = String::new();
            for ((cell, width), right) in row.iter().zip(&widths).zip(&self.right) {
                if !line.is_empty() {
                    line.push_str("  ");
                }
                line.push_str(&if *right { format!("{cell:>width$}") } else { format!("{cell:<width$}") });
            }
            out.push_str(line.trim_end());
            out.push('\n');
        }
        output::line(out.trim_end_matches('\n'))
    }
}

fn one_line(text: &str) -> String {
    let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if plain.chars().count() <= WIDEST {
        return plain;
    }
    plain.chars().take(WIDEST - 1).chain(['…']).collect()
}
