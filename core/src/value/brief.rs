//! Days and moments as numbers where no person reads them: parsing them as texts was a good part of the time that reading
//! records takes when a workspace is opened. In JSON they are what chrono writes.
//!
//! For `#[serde(with = "crate::value::brief")]`.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

use super::{Money, Percent, When};
use crate::id::DocId;

/// What a day or a moment is as numbers.
pub(crate) trait Number: Sized + Serialize + for<'de> Deserialize<'de> {
    type As: Serialize + for<'de> Deserialize<'de>;

    fn number(&self) -> Self::As;
    /// Nothing for what none has.
    fn of(number: Self::As) -> Option<Self>;
}

impl Number for NaiveDate {
    type As = i32;

    fn number(&self) -> i32 {
        self.num_days_from_ce()
    }

    fn of(number: i32) -> Option<NaiveDate> {
        NaiveDate::from_num_days_from_ce_opt(number)
    }
}

impl Number for DateTime<Utc> {
    /// Seconds since 1970, and nanoseconds.
    type As = (i64, u32);

    fn number(&self) -> (i64, u32) {
        (self.timestamp(), self.timestamp_subsec_nanos())
    }

    fn of((seconds, nanos): (i64, u32)) -> Option<DateTime<Utc>> {
        DateTime::from_timestamp(seconds, nanos)
    }
}

impl<T: Number> Number for Option<T> {
    type As = Option<T::As>;

    fn number(&self) -> Option<T::As> {
        self.as_ref().map(T::number)
    }

    fn of(number: Option<T::As>) -> Option<Option<T>> {
        number.map_or(Some(None), |number| T::of(number).map(Some))
    }
}

/// What can lie in a record's field.
pub(crate) trait Brief: Sized {
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error>;
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error>;
}

macro_rules! as_numbers {
    ($($ty:ty),*) => {$(
        impl Brief for $ty {
            fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                if serializer.is_human_readable() {
                    self.serialize(serializer)
                } else {
                    self.number().serialize(serializer)
                }
            }

            fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<$ty, D::Error> {
                if deserializer.is_human_readable() {
                    return <$ty>::deserialize(deserializer);
                }
                let number = <$ty as Number>::As::deserialize(deserializer)?;
                <$ty>::of(number).ok_or_else(|| D::Error::custom("no such day"))
            }
        }
    )*};
}

macro_rules! as_they_are {
    ($($ty:ty),*) => {$(
        impl Brief for $ty {
            fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.serialize(serializer)
            }

            fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<$ty, D::Error> {
                <$ty>::deserialize(deserializer)
            }
        }
    )*};
}

as_numbers!(NaiveDate, DateTime<Utc>, Option<NaiveDate>, Option<DateTime<Utc>>);
as_they_are!(String, bool, i64, Option<i64>, Percent, Money, Option<When>, Option<DocId>, Vec<DocId>);

pub(crate) fn serialize<T: Brief, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    value.write(serializer)
}

pub(crate) fn deserialize<'de, T: Brief, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    T::read(deserializer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Times {
        #[serde(with = "super")]
        day: NaiveDate,
        #[serde(with = "super")]
        time: Option<DateTime<Utc>>,
        #[serde(with = "super")]
        name: String,
    }

    #[test]
    fn days_and_moments_come_back_as_they_were() {
        let days = [NaiveDate::MIN, NaiveDate::MAX, NaiveDate::from_ymd_opt(2026, 2, 28).unwrap_or_default()];
        let texts = ["1969-12-31T23:59:59.999999999Z", "2026-11-22T10:00:00.123Z", "2016-12-31T23:59:60.5Z"];
        for day in days {
            for time in texts.map(|t| t.parse().ok()).into_iter().chain([None]) {
                let times = Times { day, time, name: "Ärger".into() };
                let bytes = postcard::to_stdvec(&times).expect("plain data");
                assert!(bytes.len() <= 5 + 12 + 7, "{times:?}: {bytes:?}");
                assert_eq!(postcard::from_bytes::<Times>(&bytes).expect("what was written"), times);
                let json = serde_json::to_string(&times).expect("plain data");
                assert_eq!(serde_json::from_str::<Times>(&json).expect("what was written"), times);
            }
        }
        let json = serde_json::to_string(&Times { day: days[2], time: None, name: String::new() });
        assert_eq!(json.expect("plain data"), r#"{"day":"2026-02-28","time":null,"name":""}"#);
    }

    #[test]
    fn what_is_no_day_is_refused() {
        let bytes = postcard::to_stdvec(&(i32::MAX, None::<(i64, u32)>, "")).expect("plain data");
        assert!(postcard::from_bytes::<Times>(&bytes).is_err());
        let bytes = postcard::to_stdvec(&(1, Some((0i64, u32::MAX)), "")).expect("plain data");
        assert!(postcard::from_bytes::<Times>(&bytes).is_err());
    }
}
