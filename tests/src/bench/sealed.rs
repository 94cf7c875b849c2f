//! What a passphrase costs: the same work on the same records, under one and not.

use std::fs;

use anyhow::ensure;
use satchel_core::{Cost, Passphrase, Storage, Workspace, exchange, query::board};

use super::{
    Row,
    local::{file, set_city, spread},
    samples::{Samples, ratio, time, timed},
    sized::Bench,
};

/// Argon2id is a row of its own: here it costs nothing.
fn phrase(cost: Cost) -> Passphrase {
    Passphrase::new("correct horse battery staple").at_cost(cost)
}

pub fn sealed(bench: &Bench) -> anyhow::Result<Vec<Row>> {
    let (plain, under) = (bench.folder("plain twin"), bench.folder("sealed twin"));
    let storage = |sealed: bool| match sealed {
        true => Storage::Folder(under.clone()).under(Some(phrase(Cost::FOR_TESTS))),
        false => Storage::Folder(plain.clone()),
    };
    for folder in [&plain, &under] {
        let _before = fs::remove_dir_all(folder);
        fs::create_dir_all(folder)?;
        fs::copy(bench.imported_folder().join("workspace.satchel"), folder.join("workspace.satchel"))?;
    }
    let (written, anew) =
        timed(|| Storage::Folder(under.clone()).protect(Some(&phrase(Cost::FOR_TESTS)), &bench.environment()));
    written?;
    let row = |name, sealed, plain| Row {
        name,
        measured: time(sealed),
        floor: format!("{} without one", time(plain)),
        ratio: Some(ratio(sealed, plain)),
        target: None,
    };
    let open = |sealed| -> anyhow::Result<_> {
        let samples = Samples::try_take(5, |_| {
            let workspace = Workspace::open(storage(sealed), bench.environment())?;
            let view = board::board(&workspace.records(), &Default::default(), &bench.today().into());
            ensure!(view.is_ok_and(|view| view.count > 0), "an empty board");
            Ok(workspace)
        })?;
        Ok(samples.median())
    };
    let edit = |sealed| -> anyhow::Result<_> {
        let workspace = Workspace::open(storage(sealed), bench.environment())?;
        let (ids, fresh) = (spread(&workspace, 200), workspace.arrivals()? as usize);
        Ok(Samples::try_take(ids.len(), |n| Ok(workspace.execute(set_city(ids[n], fresh + n))?))?.median())
    };
    let rows = file(bench)?;
    let import = |sealed: bool| -> anyhow::Result<_> {
        let folder = bench.folder(if sealed { "sealed import" } else { "plain import" });
        let _before = fs::remove_dir_all(&folder);
        let passphrase = sealed.then(|| phrase(Cost::FOR_TESTS));
        let workspace = bench.found(Storage::Folder(folder).under(passphrase))?;
        let (report, took) = timed(|| {
            let draft = exchange::import::read(vec![("opportunities.csv".into(), rows.clone())], None)?;
            draft.run(&workspace, false, &mut |_, _| {})
        });
        ensure!(report?.files.iter().map(|f| f.created).sum::<usize>() == bench.records, "not all rows were created");
        Ok(took)
    };
    let opened = row("open to first board, under a passphrase", open(true)?, open(false)?);
    let edited = row("one edit, durable, under a passphrase", edit(true)?, edit(false)?);
    let imported = row("import of a CSV file, under a passphrase", import(true)?, import(false)?);
    // One that is made for people to unlock.
    let workspace = Workspace::open(storage(true), bench.environment())?;
    workspace.change_passphrase(&phrase(Cost::FOR_TESTS), &phrase(Cost::DEFAULT))?;
    let unlock = Samples::try_take(5, |_| Ok(workspace.prove_passphrase(&phrase(Cost::DEFAULT))?))?.median();
    let figure = |name, took, floor: &str| Row {
        name,
        measured: time(took),
        floor: floor.to_owned(),
        ratio: None,
        target: None,
    };
    Ok(vec![
        opened,
        edited,
        imported,
        figure("working out a passphrase", unlock, "Argon2id, 64 MiB, 3 passes"),
        figure("putting a workspace under a passphrase", anew, "once"),
    ])
}
