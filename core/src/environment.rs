//! What core is given instead of reading it: the clock, the time zone and randomness.

use std::{
    fmt,
    sync::{Arc, PoisonError, RwLock},
};

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, Offset, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

pub trait Clock: Send + Sync {
    fn now(&self) -> DateTime<Utc>;

    /// The device's offset from UTC at a moment, daylight saving included.
    fn offset(&self, at: DateTime<Utc>) -> FixedOffset;

    /// The name of the device's time zone, if the system tells it.
    fn zone(&self) -> Option<Tz> {
        None
    }
}

pub trait Randomness: Send + Sync {
    fn fill(&self, bytes: &mut [u8]);
}

/// The clock and randomness of one device.
#[derive(Clone)]
pub struct Environment {
    clock: Arc<dyn Clock>,
    randomness: Arc<dyn Randomness>,
    /// Of the person, where it is not the device's.
    chosen: Arc<RwLock<Option<Tz>>>,
}

impl Environment {
    pub fn new(clock: Arc<dyn Clock>, randomness: Arc<dyn Randomness>) -> Environment {
        Environment { clock, randomness, chosen: Arc::default() }
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// The user's day at a moment.
    pub fn day(&self, at: DateTime<Utc>) -> NaiveDate {
        self.zone().day(at)
    }

    pub fn today(&self) -> NaiveDate {
        self.day(self.now())
    }

    /// The user's time zone: the one that was chosen, else the device's.
    pub fn zone(&self) -> Zone {
        self.chosen_zone().map_or_else(|| Zone(Place::OfDevice(self.clock.clone())), Zone::named)
    }

    /// The time zone that was chosen instead of the device's.
    pub fn chosen_zone(&self) -> Option<Tz> {
        *self.chosen.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// From now on the user's days and hours are those of this zone, or of the device's; in every clone of this environment.
    pub(crate) fn choose_zone(&self, zone: Option<Tz>) {
        *self.chosen.write().unwrap_or_else(PoisonError::into_inner) = zone;
    }

    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.randomness.fill(&mut bytes);
        bytes
    }
}

/// A time zone: the device's, or one by name; UTC where nothing is said.
#[derive(Clone, Default)]
pub struct Zone(Place);

#[derive(Clone, Default)]
enum Place {
    #[default]
    Utc,
    OfDevice(Arc<dyn Clock>),
    Named(Tz),
}

impl Zone {
    pub fn named(zone: Tz) -> Zone {
        Zone(Place::Named(zone))
    }

    /// The zone's name; UTC where the system does not tell the device's.
    pub fn name(&self) -> Tz {
        match &self.0 {
            Place::Utc => Tz::UTC,
            Place::OfDevice(clock) => clock.zone().unwrap_or(Tz::UTC),
            Place::Named(zone) => *zone,
        }
    }

    fn offset(&self, at: DateTime<Utc>) -> FixedOffset {
        match &self.0 {
            Place::Utc => Utc.fix(),
            Place::OfDevice(clock) => clock.offset(at),
            Place::Named(zone) => zone.offset_from_utc_datetime(&at.naive_utc()).fix(),
        }
    }

    /// What a clock on the wall shows at a moment.
    pub fn wall(&self, at: DateTime<Utc>) -> NaiveDateTime {
        at.with_timezone(&self.offset(at)).naive_local()
    }

    /// On which day a moment lies.
    pub fn day(&self, at: DateTime<Utc>) -> NaiveDate {
        self.wall(at).date()
    }

    /// When a clock on the wall shows a time: of two such moments the first; of none, as when the clocks go forward, the time
    /// that it would show had it not.
    pub fn moment(&self, wall: NaiveDateTime) -> DateTime<Utc> {
        let near = |hours| self.offset((wall + TimeDelta::hours(hours)).and_utc()).local_minus_utc();
        let with = |offset: i32| (wall - TimeDelta::seconds(offset.into())).and_utc();
        let (before, after) = (with(near(-24)), with(near(24)));
        let shows = |at: &DateTime<Utc>| self.wall(*at) == wall;
        [before.min(after), before.max(after)].into_iter().find(shows).unwrap_or(before)
    }
}

impl PartialEq for Zone {
    fn eq(&self, other: &Zone) -> bool {
        match (&self.0, &other.0) {
            (Place::OfDevice(a), Place::OfDevice(b)) => Arc::ptr_eq(a, b),
            (Place::Named(a), Place::Named(b)) => a == b,
            (Place::Utc, Place::Utc) => true,
            _ => false,
        }
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Place::Utc => f.write_str("Zone(UTC)"),
            Place::OfDevice(_) => f.write_str("Zone(of the device)"),
            Place::Named(zone) => write!(f, "Zone({zone})"),
        }
    }
}

/// A clock that stands until it is moved, in UTC unless it is said to be elsewhere; and randomness counted from a seed. For tests, samples and benches.
pub mod fixed {
    use std::sync::{
        Arc, Mutex,
        atomic::{AtomicI64, AtomicU64, Ordering},
    };

    use chrono::{DateTime, FixedOffset, Offset, TimeDelta, TimeZone, Utc};
    use chrono_tz::Tz;

    use super::{Clock, Environment, Randomness};

    pub struct FixedClock {
        millis: AtomicI64,
        zone: Tz,
    }

    impl FixedClock {
        pub fn at(time: DateTime<Utc>) -> Arc<FixedClock> {
            FixedClock::within(Tz::UTC, time)
        }

        /// On a wall in this time zone.
        pub fn within(zone: Tz, time: DateTime<Utc>) -> Arc<FixedClock> {
            Arc::new(FixedClock { millis: AtomicI64::new(time.timestamp_millis()), zone })
        }

        pub fn set(&self, time: DateTime<Utc>) {
            self.millis.store(time.timestamp_millis(), Ordering::Relaxed);
        }

        pub fn advance(&self, by: TimeDelta) {
            self.millis.fetch_add(by.num_milliseconds(), Ordering::Relaxed);
        }
    }

    impl Clock for FixedClock {
        fn now(&self) -> DateTime<Utc> {
            DateTime::from_timestamp_millis(self.millis.load(Ordering::Relaxed)).unwrap_or_default()
        }

        fn offset(&self, at: DateTime<Utc>) -> FixedOffset {
            self.zone.offset_from_utc_datetime(&at.naive_utc()).fix()
        }

        fn zone(&self) -> Option<Tz> {
            Some(self.zone)
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
        Environment::new(clock.clone(), SeededRandomness::new(seed))
    }
}
