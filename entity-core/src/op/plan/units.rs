//! `Units`: bounds of capacity units.

use std::fmt;
use std::ops::{Add, Mul};

/// Capacity units, at least and at most.
///
/// # Example
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let songs = songs().await?;
/// let units = songs.get(Song::key("1")).explain()?.units();
/// assert_eq!((units.at_least, units.at_most), (0.5, Some(50.0)));
/// assert_eq!(units.to_string(), "0.5 to 50");
///
/// let units = songs.scan().explain()?.units();
/// assert_eq!((units.at_least, units.at_most), (0.5, None));
/// assert_eq!(units.to_string(), "0.5 or more");
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Units {
    /// It takes no less.
    pub at_least: f64,
    /// It takes no more; `None` if nothing bounds it.
    pub at_most: Option<f64>,
}

impl Units {
    pub(super) const NONE: Self = Self::exact(0.0);

    pub(super) const fn exact(units: f64) -> Self {
        Self::between(units, units)
    }

    pub(super) const fn between(at_least: f64, at_most: f64) -> Self {
        Self { at_least, at_most: Some(at_most) }
    }

    /// The units, if the bounds are equal.
    #[must_use]
    pub fn exactly(&self) -> Option<f64> {
        self.at_most.filter(|most| *most == self.at_least)
    }

    /// Whether so many are within the bounds.
    #[must_use]
    pub fn contain(&self, units: f64) -> bool {
        self.at_least <= units && self.at_most.is_none_or(|most| units <= most)
    }
}

impl Add for Units {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        let at_most = self.at_most.zip(other.at_most).map(|(one, other)| one + other);
        Self { at_least: self.at_least + other.at_least, at_most }
    }
}

impl Mul<f64> for Units {
    type Output = Self;

    fn mul(self, times: f64) -> Self {
        Self { at_least: self.at_least * times, at_most: self.at_most.map(|most| most * times) }
    }
}

/// `2`, `0.5 to 50`, `0.5 or more`.
impl fmt::Display for Units {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.at_most {
            Some(most) if most == self.at_least => write!(f, "{most}"),
            Some(most) => write!(f, "{} to {most}", self.at_least),
            None => write!(f, "{} or more", self.at_least),
        }
    }
}
