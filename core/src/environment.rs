//! What core is given instead of reading it: the clock, the time zone and randomness.

use std::{fmt, sync::Arc};

use chrono::{DateTime, FixedOffset, NaiveDate, Utc};

pub trait Clock: Send + Sync {
    fn now(&self) -> DateTime<Utc>;

    /// The user's offset from UTC at a moment, daylight saving included.
    fn offset(&self, at: DateTime<Utc>) -> FixedOffset;
}

pub trait Randomness: Send + Sync {
    fn fill(&self, bytes: &mut [u8]);
}

/// The clock and randomness of one device.
#[derive(Clone)]
pub struct Environment {
    pub clock: Arc<dyn Clock>,
    pub randomness: Arc<dyn Randomness>,
}

impl Environment {
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// The user's day at a moment.
    pub fn day(&self, at: DateTime<Utc>) -> NaiveDate {
        at.with_timezone(&self.clock.offset(at)).date_naive()
    }

    pub fn today(&self) -> NaiveDate {
        self.day(self.now())
    }

    /// The user's time zone.
    pub fn zone(&self) -> Zone {
        Zone(Some(self.clock.clone()))
    }

    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.randomness.fill(&mut bytes);
        bytes
    }
}

/// On which day of the user's a moment lies; UTC without a clock.
#[derive(Clone, Default)]
pub struct Zone(Option<Arc<dyn Clock>>);

impl Zone {
    pub fn day(&self, at: DateTime<Utc>) -> NaiveDate {
        self.0.as_ref().map_or(at.date_naive(), |clock| at.with_timezone(&clock.offset(at)).date_naive())
    }
}

impl PartialEq for Zone {
    fn eq(&self, other: &Zone) -> bool {
        match (&self.0, &other.0) {
            (Some(a), Some(b)) => Arc::ptr_eq(a, b),
            (a, b) => a.is_none() && b.is_none(),
        }
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Zone(of the user)" } else { "Zone(UTC)" })
    }
}

/// A clock that stands until it is moved, in UTC; and randomness counted from a seed. For tests, samples and benches.
pub mod fixed {
    use std::sync::{
        Arc, Mutex,
        atomic::{AtomicI64, AtomicU64, Ordering},
    };

    use chrono::{DateTime, FixedOffset, Offset, TimeDelta, Utc};

    use super::{Clock, Environment, Randomness};

    pub struct FixedClock(AtomicI64);

    impl FixedClock {
        pub fn at(time: DateTime<Utc>) -> Arc<FixedClock> {
            Arc::new(FixedClock(AtomicI64::new(time.timestamp_millis())))
        }

        pub fn set(&self, time: DateTime<Utc>) {
            self.0.store(time.timestamp_millis(), Ordering::Relaxed);
        }

        pub fn advance(&self, by: TimeDelta) {
            self.0.fetch_add(by.num_milliseconds(), Ordering::Relaxed);
        }
    }

    impl Clock for FixedClock {
        fn now(&self) -> DateTime<Utc> {
            DateTime::from_timestamp_millis(self.0.load(Ordering::Relaxed)).unwrap_or_default()
        }

        fn offset(&self, _: DateTime<Utc>) -> FixedOffset {
            Utc.fix()
        }
    }

    /// Bytes from a hash of seed and counter: the same on every run.
    pub struct SeededRandomness {
        seed: u64,
        counter: AtomicU64,
        pool: Mutex<()>,
    }

    impl SeededRandomness {
        pub fn new(seed: u64) -> Arc<SeededRandomness> {
            Arc::new(SeededRandomness { seed, counter: AtomicU64::new(0), pool: Mutex::new(()) })
        }
    }

    impl Randomness for SeededRandomness {
        fn fill(&self, bytes: &mut [u8]) {
            let _one_at_a_time = self.pool.lock().unwrap_or_else(|e| e.into_inner());
            let counter = self.counter.fetch_add(1, Ordering::Relaxed);
            let mut hasher = blake3::Hasher::new();
            hasher.update(&self.seed.to_le_bytes());
            hasher.update(&counter.to_le_bytes());
            hasher.finalize_xof().fill(bytes);
        }
    }

    /// A fixed clock and seeded randomness.
    pub fn environment(clock: &Arc<FixedClock>, seed: u64) -> Environment {
        Environment { clock: clock.clone(), randomness: SeededRandomness::new(seed) }
    }
}
