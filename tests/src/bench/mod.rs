//! What it costs: each figure beside a floor measured in the same run, so that machines can be compared.

mod floor;
mod local;
mod meeting;
mod reports;
mod samples;
mod sealed;
mod sized;
mod years;

use std::{fmt, path::Path};

pub use local::opened_memory;

/// One line of the table.
pub struct Row {
    pub name: &'static str,
    pub measured: String,
    pub floor: String,
    /// Measured over floor, where they are of one kind.
    pub ratio: Option<f64>,
    /// What is wanted, in words, and whether it was met; nothing for a figure without a target.
    pub target: Option<(String, bool)>,
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ratio =
            self.ratio.map_or(String::new(), |r| if r < 100.0 { format!("{r:.1}×") } else { format!("{r:.0}×") });
        let target = match &self.target {
            Some((words, true)) => format!("{words}: met"),
            Some((words, false)) => format!("{words}: **missed**"),
            None => String::new(),
        };
        write!(f, "| {} | {} | {} | {ratio} | {target} |", self.name, self.measured, self.floor)
    }
}

type Measure = fn(&sized::Bench) -> anyhow::Result<Vec<Row>>;

/// The measurements by the names that `--only` takes, in the order of the table.
const MEASURES: [(&str, Measure); 20] = [
    ("open", local::open),
    ("edit", local::edit),
    ("board", local::board),
    ("search", local::search),
    ("find", local::find),
    ("facets", local::facets),
    ("dashboards", reports::dashboards),
    ("pivots", reports::pivots),
    ("past", reports::past),
    ("log-of-fields", reports::log_of_fields),
    ("import", local::import),
    ("sealed", sealed::sealed),
    ("new-device-imported", meeting::new_device_imported),
    ("new-device-single", meeting::new_device_single),
    ("catch-up", meeting::catch_up),
    ("live", meeting::live),
    ("memory", local::memory),
    ("disk", local::disk),
    ("years", years::years),
    ("documents-alone", meeting::documents_alone),
];

/// Builds a workspace of so many opportunities and prints the table of what was measured on it.
pub fn run(records: usize, only: &[String], within: Option<&Path>) -> anyhow::Result<()> {
    let bench = sized::Bench::new(records, within)?;
    let thousands = |n: usize| if n >= 1_000 { format!("{},{:03}", n / 1_000, n % 1_000) } else { n.to_string() };
    println!(
        "\n## {} opportunities, {} contacts, {} activities\n",
        thousands(records),
        thousands(records / 5),
        thousands(records / 2)
    );
    println!("| what | measured | floor | ratio | target |\n|---|---|---|---|---|");
    for (name, measure) in MEASURES {
        if only.is_empty() || only.iter().any(|o| name.starts_with(o.as_str())) {
            for row in measure(&bench)? {
                println!("{row}");
            }
        }
    }
    Ok(())
}

/// The names that `--only` takes.
pub fn names() -> Vec<&'static str> {
    MEASURES.map(|(name, _)| name).to_vec()
}
