//! How long something took and how much memory it needed at most: looked at, not judged, as both hang on the machine.

use std::{fmt, fs, time::Instant};

use anyhow::Result;

pub struct Watch {
    begun: Instant,
    /// KiB in memory at the beginning, where the system tells.
    before: Option<u64>,
}

pub struct Spent {
    pub seconds: f64,
    pub mib: Option<u64>,
}

impl Watch {
    pub fn begin() -> Watch {
        // From here on the peak is counted anew.
        let _unless_refused = fs::write("/proc/self/clear_refs", "5");
        Watch { begun: Instant::now(), before: status("VmRSS:") }
    }

    pub fn end(self) -> Result<Spent> {
        let seconds = self.begun.elapsed().as_secs_f64();
        let mib = self.before.zip(status("VmHWM:")).map(|(before, most)| most.saturating_sub(before) >> 10);
        Ok(Spent { seconds, mib })
    }
}

/// MiB that a process holds in memory, where the system tells.
pub fn resident(process: u32) -> Option<u64> {
    status_of(&process.to_string(), "VmRSS:").map(|kib| kib >> 10)
}

fn status(what: &str) -> Option<u64> {
    status_of("self", what)
}

fn status_of(process: &str, what: &str) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    status.lines().find_map(|line| line.strip_prefix(what))?.split_whitespace().next()?.parse().ok()
}

impl fmt::Display for Spent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.2} s", self.seconds)?;
        self.mib.map_or(Ok(()), |mib| write!(f, ", {mib} MiB more"))
    }
}
