//! `Vector`: numbers of 32 bits, as many as its type says.

use std::error::Error as StdError;
use std::fmt;
use std::ops::{Deref, DerefMut};

use serde::de::{Error as _, SeqAccess, Visitor};
use serde::ser::SerializeTuple;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A vector of `N` dimensions: what a [`VectorIndex`](crate::VectorIndex) is searched by.
///
/// It is stored as a list (L) of numbers, which is what the service indexes; from a set, a number set
/// above all, it is not read, as a set has no order. An index has 1 to 4,096 dimensions, and holds
/// numbers of 32 bits, as this does: a number that another program wrote with more digits is read as
/// the nearest one.
///
/// It does not check that its numbers are finite: NaN and infinities are refused when it is written or
/// searched for, before anything is sent.
///
/// # Example
///
/// ```
/// use entity_core::{Vector, wire};
///
/// let vector = Vector::from([0.5, -1.0, 0.25]);
/// assert_eq!(vector[1], -1.0);
/// assert_eq!(wire::value_to_vec(&vector)?, br#"{"L":[{"N":"0.5"},{"N":"-1"},{"N":"0.25"}]}"#);
///
/// // What a model gave.
/// let vector: Vector<3> = vec![0.5, -1.0, 0.25].try_into()?;
/// let error = Vector::<4>::try_from(vector.to_vec()).unwrap_err();
/// assert_eq!(error.to_string(), "expected a vector of 4 dimensions, found one of 3");
///
/// let set = wire::value_from_slice::<Vector<2>>(br#"{"NS":["1","2"]}"#).unwrap_err();
/// assert_eq!(set.to_string(), "expected L, found NS");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Vector<const N: usize>(Box<[f32; N]>);

impl<const N: usize> Vector<N> {
    /// How many numbers it has.
    pub const DIMENSIONS: usize = N;
}

impl<const N: usize> From<[f32; N]> for Vector<N> {
    fn from(numbers: [f32; N]) -> Self {
        Self(Box::new(numbers))
    }
}

impl<const N: usize> TryFrom<Vec<f32>> for Vector<N> {
    type Error = WrongDimensions;

    fn try_from(numbers: Vec<f32>) -> Result<Self, WrongDimensions> {
        let found = numbers.len();
        let numbers = numbers.into_boxed_slice().try_into();
        numbers.map(Self).map_err(|_| WrongDimensions { expected: N, found })
    }
}

impl<const N: usize> TryFrom<&[f32]> for Vector<N> {
    type Error = WrongDimensions;

    fn try_from(numbers: &[f32]) -> Result<Self, WrongDimensions> {
        numbers.to_vec().try_into()
    }
}

impl<const N: usize> Deref for Vector<N> {
    type Target = [f32; N];

    fn deref(&self) -> &[f32; N] {
        &self.0
    }
}

impl<const N: usize> DerefMut for Vector<N> {
    fn deref_mut(&mut self) -> &mut [f32; N] {
        &mut self.0
    }
}

impl<const N: usize> Serialize for Vector<N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut tuple = serializer.serialize_tuple(N)?;
        self.0.iter().try_for_each(|number| tuple.serialize_element(number))?;
        tuple.end()
    }
}

impl<'de, const N: usize> Deserialize<'de> for Vector<N> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_tuple(N, Numbers::<N>)
    }
}

struct Numbers<const N: usize>;

impl<'de, const N: usize> Visitor<'de> for Numbers<N> {
    type Value = Vector<N>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a vector of {N} dimensions")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Vector<N>, A::Error> {
        // A list that is longer is read to its end, so that the error has its length.
        let (mut numbers, mut found) = (Vec::with_capacity(N), 0);
        while let Some(number) = list.next_element::<f32>()? {
            if !number.is_finite() {
                return Err(A::Error::custom(format_args!(
                    "number {found} of the vector does not fit into 32 bits"
                )));
            }
            found += 1;
            if found <= N {
                numbers.push(number);
            }
        }
        let wrong = || A::Error::custom(WrongDimensions { expected: N, found });
        if found == N { numbers.try_into().map_err(|_| wrong()) } else { Err(wrong()) }
    }
}

/// A vector that has more or fewer dimensions than its type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct WrongDimensions {
    /// How many the type has.
    pub expected: usize,
    /// How many numbers there are.
    pub found: usize,
}

impl fmt::Display for WrongDimensions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { expected, found } = self;
        write!(f, "expected a vector of {expected} dimensions, found one of {found}")
    }
}

impl StdError for WrongDimensions {}

/// What an index may be searched with: a [`Vector`] of as many dimensions as the index has, a reference
/// to one, or an array.
#[diagnostic::on_unimplemented(
    message = "the index is searched with a `{V}`, and this is `{Self}`",
    label = "not a vector of as many dimensions as the index has",
    note = "`Vector::try_from` makes one of a `Vec<f32>` or a slice, and says if the length is wrong"
)]
pub trait VectorArg<V> {
    /// The vector.
    fn into_vector(self) -> V;
}

impl<const N: usize> VectorArg<Vector<N>> for Vector<N> {
    fn into_vector(self) -> Self {
        self
    }
}

impl<const N: usize> VectorArg<Vector<N>> for &Vector<N> {
    fn into_vector(self) -> Vector<N> {
        self.clone()
    }
}

impl<const N: usize> VectorArg<Vector<N>> for [f32; N] {
    fn into_vector(self) -> Vector<N> {
        self.into()
    }
}
