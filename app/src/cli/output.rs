//! Results go to standard output, messages to standard error.

use std::io::{self, IsTerminal, Write};

use anyhow::Result;
use serde_json::Value as Json;

/// Prints one line of result.
pub fn line(text: impl std::fmt::Display) -> Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{text}")?;
    Ok(out.flush()?)
}

/// Prints the one JSON value of an answer.
pub fn json(value: &Json) -> Result<()> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    serde_json::to_writer_pretty(&mut out, value).map_err(io::Error::from)?;
    writeln!(out)?;
    Ok(out.flush()?)
}

/// Tells somebody who watches what is going on; a script hears nothing.
pub fn progress(text: impl std::fmt::Display) {
    if io::stderr().is_terminal() {
        message(text);
    }
}

/// Tells the person something that is no result.
pub fn message(text: impl std::fmt::Display) {
    // Nobody listening is no reason to fail.
    let _ = writeln!(io::stderr().lock(), "{text}");
}
