//! The desktop app, started from here.

use anyhow::{Result, bail};

use super::place::Place;

pub fn open(_place: &Place) -> Result<()> {
    bail!("the window is not in this version yet")
}

pub fn demo(_place: &Place) -> Result<()> {
    bail!("the window is not in this version yet")
}
