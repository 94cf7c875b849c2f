//! What core is given instead of reading it: the system's clock, time zone and randomness.

use std::sync::Arc;

use chrono::{DateTime, FixedOffset, Local, NaiveDate, NaiveDateTime, Offset, SubsecRound, TimeZone, Utc};
use satchel_core::{
    environment::{Clock, Environment, Randomness},
    value::Tz,
};

/// A moment named on the command line.
pub type Moment = DateTime<Utc>;

/// The environment of this device; `now` stops the clock there.
pub fn system(now: Option<Moment>) -> Environment {
    Environment::new(Arc::new(SystemClock { stopped_at: now }), Arc::new(SystemRandomness))
}

struct SystemClock {
    stopped_at: Option<Moment>,
}

impl Clock for SystemClock {
    fn now(&self) -> DateTime<Utc> {
        // What is stored in milliseconds is to be shown in them.
        self.stopped_at.unwrap_or_else(Utc::now).trunc_subsecs(3)
    }

    fn offset(&self, at: DateTime<Utc>) -> FixedOffset {
        Local.offset_from_utc_datetime(&at.naive_utc()).fix()
    }

    fn zone(&self) -> Option<Tz> {
        let named = |name: String| name.trim_start_matches(':').parse().ok();
        let set = std::env::var("TZ").ok().and_then(named);
        set.or_else(|| iana_time_zone::get_timezone().ok().and_then(named))
    }
}

struct SystemRandomness;

impl Randomness for SystemRandomness {
    fn fill(&self, bytes: &mut [u8]) {
        // Going on with bytes that are not random would make keys that others can guess.
        getrandom::fill(bytes).expect("the system gives randomness");
    }
}

/// Reads an ISO time or day; without an offset it is local time.
pub fn parse_moment(text: &str) -> Result<Moment, String> {
    if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        return Ok(time.to_utc());
    }
    let naive = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]
        .iter()
        .find_map(|format| NaiveDateTime::parse_from_str(text, format).ok())
        .or_else(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?.and_hms_opt(0, 0, 0));
    naive
        .and_then(|naive| Local.from_local_datetime(&naive).earliest())
        .map(|time| time.to_utc())
        .ok_or_else(|| "write it like 2026-11-12T10:24:00Z or 2026-11-12".to_owned())
}

/// What this device is called: its host name.
pub fn device_name() -> String {
    let name = gethostname::gethostname().to_string_lossy().trim().to_owned();
    if name.is_empty() { "this device".to_owned() } else { name }
}
