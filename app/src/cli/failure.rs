//! How failures reach a person: one clear line, never a panic message.

use std::{
    io::Write,
    panic::{AssertUnwindSafe, catch_unwind},
    process::ExitCode,
    sync::Mutex,
};

use anyhow::Result;

/// Panics that core guards against and recovers from end here unseen.
static LAST_PANIC: Mutex<Option<Panic>> = Mutex::new(None);

/// Why and where a panic was.
#[derive(Clone)]
pub struct Panic {
    pub message: String,
    /// `file:line`
    pub place: String,
}

/// Runs the program's work and turns what became of it into an exit code and at most one line on standard error.
pub fn guard(work: impl FnOnce() -> Result<()>) -> ExitCode {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(|l| format!("{}:{}", l.file(), l.line())).unwrap_or_default();
        let message = panic.payload_as_str().unwrap_or("no message").to_owned();
        *LAST_PANIC.lock().unwrap_or_else(|e| e.into_inner()) = Some(Panic { message, place });
    }));
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Ok(Err(error)) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Ok(Err(error)) => fail(&format!("{error:#}")),
        Err(_) => {
            let panic = last_panic().map(|p| format!("{} ({})", p.message, p.place)).unwrap_or_default();
            fail(&format!(
                "a fault in Satchel {} stopped it: {panic}; what was saved is safe; please report this line to the project",
                env!("CARGO_PKG_VERSION")
            ))
        }
    }
}

/// The last panic of any thread.
pub fn last_panic() -> Option<Panic> {
    LAST_PANIC.lock().unwrap_or_else(|e| e.into_inner()).clone()
}

/// The reader of our output has seen enough, as in `satchel list … | head`.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<std::io::Error>().is_some_and(|e| e.kind() == std::io::ErrorKind::BrokenPipe)
}

fn fail(message: &str) -> ExitCode {
    let line: Vec<&str> = message.split_whitespace().collect();
    // With nobody to read standard error there is still the exit code.
    let _ = writeln!(std::io::stderr(), "satchel: {}", line.join(" "));
    ExitCode::FAILURE
}
