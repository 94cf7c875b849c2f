//! `cargo run --release -p satchel-tests --bin bench [-- --records 10000,100000 --in FOLDER --only NAME…]`

use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};
use satchel_tests::bench;

fn main() -> anyhow::Result<()> {
    let mut sizes = vec![10_000, 100_000];
    let mut only = Vec::new();
    let mut within = None;
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--records" => {
                let list = arguments.next().context("--records needs sizes, such as 10000,100000")?;
                sizes = list.split(',').map(str::parse).collect::<Result<_, _>>().context("--records takes numbers")?;
            }
            "--only" => {
                for name in arguments.by_ref() {
                    ensure!(bench::names().iter().any(|n| n.starts_with(&name)), "--only {name}: {}", among());
                    only.push(name);
                }
            }
            "--in" => within = Some(PathBuf::from(arguments.next().context("--in needs a folder")?)),
            "--opened-with-past" => {
                return bench::opened_memory(Path::new(&arguments.next().context("a folder")?), true);
            }
            "--opened" => return bench::opened_memory(Path::new(&arguments.next().context("a folder")?), false),
            // What cargo bench passes along.
            "--bench" => {}
            other => {
                bail!("unknown {other}: there are --records SIZE,…, --in FOLDER and --only NAME…; {}", among())
            }
        }
    }
    for size in sizes {
        bench::run(size, &only, within.as_deref())?;
    }
    Ok(())
}

fn among() -> String {
    format!("the measurements are {}", bench::names().join(", "))
}
