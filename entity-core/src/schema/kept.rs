//! Types of the fields that the library keeps: versions, timestamps, expiry.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A type that can be a version: it counts the writes of an item.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a version",
    label = "not a version",
    note = "a version is a `u32`, a `u64` or an `i64`"
)]
pub trait Version: Copy {
    /// The number; 0 for an item that was never written.
    fn number(self) -> u64;

    /// The number of the next write; after the greatest comes 1.
    #[must_use]
    fn next(self) -> Self;

    /// The number after one that was read.
    #[doc(hidden)]
    #[must_use]
    fn after(number: u64) -> u64;
}

macro_rules! versions {
    ($($ty:ty)*) => {$(
        impl Version for $ty {
            fn number(self) -> u64 {
                u64::try_from(self).unwrap_or_default()
            }

            fn next(self) -> Self {
                self.checked_add(1).unwrap_or(1)
            }

            fn after(number: u64) -> u64 {
                Self::try_from(number).map_or(1, |version| version.next().number())
            }
        }
    )*};
}

versions!(u32 u64 i64);

/// A type that can be the time of a write, `created_at` or `updated_at`.
///
/// Integers are seconds since 1970. Implement it for a type of your own.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the time of a write",
    label = "not a time",
    note = "a time is a `u64` or an `i64` of seconds, with features a `DateTime<Utc>`, a `Timestamp` or an `OffsetDateTime`, or a type that implements `entity_core::schema::Now`"
)]
pub trait Now {
    /// The time, now.
    #[must_use]
    fn now() -> Self;
}

fn since_1970() -> Duration {
    // A clock before 1970 is wrong; the writes are not.
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

/// Seconds since 1970, as TTL counts.
pub(crate) fn seconds() -> u64 {
    since_1970().as_secs()
}

impl Now for u64 {
    fn now() -> Self {
        seconds()
    }
}

impl Now for i64 {
    fn now() -> Self {
        i64::try_from(seconds()).unwrap_or(i64::MAX)
    }
}

impl<T: Now> Now for Option<T> {
    fn now() -> Self {
        Some(T::now())
    }
}

#[cfg(feature = "chrono")]
impl Now for chrono::DateTime<chrono::Utc> {
    fn now() -> Self {
        let now = since_1970();
        let seconds = i64::try_from(now.as_secs()).unwrap_or(i64::MAX);
        Self::from_timestamp(seconds, now.subsec_nanos()).unwrap_or(Self::MAX_UTC)
    }
}

#[cfg(feature = "jiff")]
impl Now for jiff::Timestamp {
    fn now() -> Self {
        let nanoseconds = i128::try_from(since_1970().as_nanos()).unwrap_or(i128::MAX);
        Self::from_nanosecond(nanoseconds).unwrap_or(Self::MAX)
    }
}

#[cfg(feature = "time")]
impl Now for time::OffsetDateTime {
    fn now() -> Self {
        let nanoseconds = i128::try_from(since_1970().as_nanos()).unwrap_or(i128::MAX);
        Self::from_unix_timestamp_nanos(nanoseconds).unwrap_or(Self::UNIX_EPOCH)
    }
}

/// A type that can be the time at which an item expires: seconds since 1970.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the time at which an item expires",
    label = "not seconds since 1970",
    note = "DynamoDB takes a number of seconds: an integer, or a field that serde writes `with` a function as one"
)]
pub trait Expires {}

macro_rules! seconds {
    ($($ty:ty)*) => {$(impl Expires for $ty {})*};
}

seconds!(u32 u64 i64);

impl<T: Expires> Expires for Option<T> {}
