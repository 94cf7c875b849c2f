//! `cargo run --release -p satchel-tests --bin torture -- NAME [--seeds N] [--from SEED]`, `torture list`;
//! `torture soak [--processes N] [--seconds N]`;
//! `torture seeds FOLDER` writes honest bytes for the fuzz targets (tests/fuzz) to begin with

use anyhow::{Context, bail};
use satchel_tests::torture;

fn main() -> anyhow::Result<()> {
    if std::env::var_os(torture::VICTIM).is_some() {
        torture::victim();
        return Ok(());
    }
    if std::env::var_os(torture::WRITER).is_some() {
        return torture::writer();
    }
    if std::env::var_os(torture::soak::MEMBER).is_some() {
        torture::soak::member();
        return Ok(());
    }
    let mut arguments = std::env::args().skip(1);
    let name = arguments.next().context("say what is to be tried: see `torture list`")?;
    if name == "list" {
        for torture in torture::ALL {
            println!("{:<12} {}", torture.name, torture.what);
        }
        return Ok(());
    }
    if name == "seeds" {
        let folder = arguments.next().context("seeds needs a folder")?;
        println!("{} files for the fuzz targets", torture::hostile::write_seeds(folder.as_ref())?);
        return Ok(());
    }
    let (mut seeds, mut from, mut processes, mut seconds) = (100, 0, 20, 600);
    while let Some(argument) = arguments.next() {
        let mut number = || -> anyhow::Result<u64> {
            let value = arguments.next().with_context(|| format!("{argument} needs a number"))?;
            value.parse().with_context(|| format!("{argument} {value}: it takes a number"))
        };
        match argument.as_str() {
            "--seeds" => seeds = number()?,
            "--from" => from = number()?,
            "--processes" if name == "soak" => processes = number()?,
            "--seconds" if name == "soak" => seconds = number()?,
            other => bail!("unknown {other}: there are --seeds N and --from SEED"),
        }
    }
    if name == "soak" {
        return torture::soak::run(processes as usize, std::time::Duration::from_secs(seconds));
    }
    torture::run(&name, from, seeds)
}
