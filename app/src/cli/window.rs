//! The desktop app, started from here; and what a person is told where no window can be.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use anyhow::{Context, Result, anyhow};
use satchel::{WindowOptions, run_window};
use satchel_core::{
    Storage, Workspace, demo,
    workspace::{Founding, StageSet},
};

use super::{
    environment,
    failure::{self, Panic},
    output,
    place::Place,
};

/// Opens the app on the workspace of the data folder, or on the first start.
pub fn open(place: &Place) -> Result<()> {
    let workspace = if place.is_given_a_passphrase() { Some(place.open()?) } else { None };
    show(WindowOptions {
        data: place.folder()?,
        environment: place.environment.clone(),
        device_name: environment::device_name(),
        workspace,
        network: true,
    })
}

/// Opens the app on sample data, which is gone when the window is closed.
pub fn demo(place: &Place) -> Result<()> {
    expect_screen()?;
    let folder =
        tempfile::Builder::new().prefix("satchel-demo-").tempdir().context("no temporary folder can be made")?;
    let founding = Founding {
        name: "Sample Company".into(),
        user: "Ann Field".into(),
        device_name: environment::device_name(),
        currency: "USD".into(),
        stages: StageSet::Standard,
    };
    let data = folder.path().to_owned();
    let gone = data.clone();
    // Ended from outside, it leaves nothing behind either.
    let _ = ctrlc::set_handler(move || {
        let _ = std::fs::remove_dir_all(&gone);
        std::process::exit(1);
    });
    let workspace = Workspace::found(Storage::Folder(data.clone()), place.environment.clone(), founding)?;
    output::progress("Making sample data …");
    demo::populate(&workspace)?;
    show(WindowOptions {
        data,
        environment: place.environment.clone(),
        device_name: environment::device_name(),
        workspace: Some(workspace),
        network: false,
    })
}

/// A missing screen, library or driver is said in words, whether it shows as an error or as a panic.
fn show(options: WindowOptions) -> Result<()> {
    expect_screen()?;
    match catch_unwind(AssertUnwindSafe(|| run_window(options))) {
        Ok(result) => result.map_err(|error| no_window(&format!("{error:#}"))),
        Err(panic) => match failure::last_panic().filter(is_of_the_desktop) {
            Some(Panic { message, .. }) => Err(no_window(&message)),
            None => resume_unwind(panic),
        },
    }
}

/// Says at once that there is no screen, rather than after work on a window nobody will see.
fn expect_screen() -> Result<()> {
    let named = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let missing = cfg!(all(unix, not(target_os = "macos")))
        && !["DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET"].into_iter().any(named);
    if missing { Err(no_window("neither DISPLAY nor WAYLAND_DISPLAY is set")) } else { Ok(()) }
}

/// Whether a panic comes from the libraries that reach screen and graphics driver.
fn is_of_the_desktop(panic: &Panic) -> bool {
    let panic = format!("{} {}", panic.place, panic.message).to_ascii_lowercase();
    ["winit", "xkbcommon", "x11", "wayland", "wgpu", "glutin", "egl"].iter().any(|word| panic.contains(word))
}

fn no_window(reason: &str) -> anyhow::Error {
    let needs = if cfg!(target_os = "linux") {
        "a screen (X11 or Wayland) and a Vulkan or OpenGL driver; on Debian install libxkbcommon-x11-0 libegl1 \
         libgl1-mesa-dri mesa-vulkan-drivers"
    } else {
        "a screen and a graphics driver"
    };
    anyhow!(
        "no window can be opened ({}): the app needs {needs}; every job also runs without a screen, see `satchel --help`",
        plain(reason)
    )
}

/// The reason without the places in source files that libraries tell.
fn plain(reason: &str) -> &str {
    let reason = reason.trim_start_matches("no window could be opened: ").trim_end_matches('.');
    match reason.rsplit_once(".rs:").and_then(|(_, rest)| rest.split_once(": ")) {
        Some((line, why)) if line.bytes().all(|b| b.is_ascii_digit() || b == b':') => why,
        _ => reason,
    }
}
