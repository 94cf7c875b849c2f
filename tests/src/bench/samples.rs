//! Durations, and how they are told.

use std::time::{Duration, Instant};

/// Durations of the same thing done again and again.
pub struct Samples(Vec<Duration>);

pub fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let result = work();
    (result, start.elapsed())
}

impl Samples {
    pub fn of(mut all: Vec<Duration>) -> Samples {
        all.sort_unstable();
        Samples(all)
    }

    pub fn take<T>(times: usize, mut work: impl FnMut(usize) -> T) -> Samples {
        Samples::of((0..times).map(|n| timed(|| work(n)).1).collect())
    }

    pub fn try_take<T>(times: usize, mut work: impl FnMut(usize) -> anyhow::Result<T>) -> anyhow::Result<Samples> {
        let mut all = Vec::with_capacity(times);
        for n in 0..times {
            let (done, time) = timed(|| work(n));
            done?;
            all.push(time);
        }
        Ok(Samples::of(all))
    }

    pub fn median(&self) -> Duration {
        self.percentile(50)
    }

    pub fn percentile(&self, percent: usize) -> Duration {
        self.0.get((self.0.len() * percent / 100).min(self.0.len().saturating_sub(1))).copied().unwrap_or_default()
    }
}

/// `12.3 ms`
pub fn time(duration: Duration) -> String {
    match duration.as_secs_f64() {
        s if s < 0.001 => format!("{:.0} µs", s * 1e6),
        s if s < 1.0 => format!("{:.1} ms", s * 1e3),
        s => format!("{s:.2} s"),
    }
}

pub fn ratio(measured: Duration, floor: Duration) -> f64 {
    measured.as_secs_f64() / floor.as_secs_f64().max(1e-9)
}

/// `1.5 MB`
pub fn bytes(count: u64) -> String {
    match count as f64 {
        b if b < 1e3 => format!("{count} B"),
        b if b < 1e6 => format!("{:.1} KB", b / 1e3),
        b => format!("{:.1} MB", b / 1e6),
    }
}
