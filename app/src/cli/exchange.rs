//! Import and export.

use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::{Args, ValueEnum};

use super::{place::Place, read::Selection};

#[derive(Args)]
pub struct Import {
    /// CSV or XLSX files; several together are linked
    #[arg(value_name = "FILE", required_unless_present = "undo")]
    files: Vec<PathBuf>,
    /// Which field a column goes to; nothing after = leaves the column out
    #[arg(long, value_name = "COL=FIELD")]
    map: Vec<String>,
    /// Read the files as this program writes them instead of finding out
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    /// Say what would be done, write nothing
    #[arg(long)]
    dry_run: bool,
    /// Take a whole import back: its id, or last
    #[arg(long, value_name = "IMPORT", conflicts_with_all = ["files", "map", "profile", "dry_run"])]
    undo: Option<String>,
}

#[derive(Args)]
pub struct Export {
    #[command(flatten)]
    selection: Selection,
    #[arg(long, value_enum)]
    format: Format,
    /// The file to write
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Csv,
    Xlsx,
    Json,
    Vcf,
    Ics,
}

impl Import {
    pub fn run(self, _place: &Place) -> Result<()> {
        bail!("import is not in this version yet")
    }
}

impl Export {
    pub fn run(self, _place: &Place) -> Result<()> {
        bail!("export is not in this version yet")
    }
}
