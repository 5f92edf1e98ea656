//! What a path is compared with, or set to.

use std::fmt;
use std::marker::PhantomData;

use super::codec::Codec;
use super::kind::{Numeric, Typed};
use super::path::{Location, Path, Step, display};
use super::role::{Attribute, Computable};
use crate::wire;

/// An attribute value as JSON; `None` where there is none.
pub(crate) type Json = Result<Option<Vec<u8>>, wire::Error>;

/// An operand without its types.
#[derive(Clone)]
#[doc(hidden)]
pub enum Term {
    Path(Vec<Step>),
    Value(Json),
    IfNotExists(Vec<Step>, Box<Term>),
}

/// Without its value.
impl fmt::Debug for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(path) => write!(f, "Path({})", display(path)),
            Self::Value(_) => f.write_str("Value(..)"),
            Self::IfNotExists(path, term) => {
                write!(f, "IfNotExists({}, {term:?})", display(path))
            }
        }
    }
}

impl Term {
    /// The attribute that it is, if it is one.
    pub(super) fn path(&self) -> Option<&[Step]> {
        match self {
            Self::Path(path) | Self::IfNotExists(path, _) => Some(path),
            Self::Value(_) => None,
        }
    }
}

pub(super) fn json<T, C: Codec<T>>(value: &T) -> Json {
    let mut out = Vec::new();
    C::write(value, &mut out).map(|written| written.then_some(out))
}

/// What an attribute of type `T` can be compared with: a value, a reference to one, another
/// attribute of the same type.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be compared with, or assigned to, an attribute of type `{T}`",
    label = "expected a `{T}`, or another attribute of that type"
)]
pub trait Operand<T, C> {
    #[doc(hidden)]
    fn term(self) -> Term;
}

impl<T, C: Codec<T>> Operand<T, C> for T {
    fn term(self) -> Term {
        Term::Value(json::<T, C>(&self))
    }
}

impl<T, C: Codec<T>> Operand<T, C> for &T {
    fn term(self) -> Term {
        Term::Value(json::<T, C>(self))
    }
}

impl<C: Codec<String>> Operand<String, C> for &str {
    fn term(self) -> Term {
        Term::Value(json::<String, C>(&self.to_owned()))
    }
}

impl<L: Location, T, R: Attribute, C> Operand<T, C> for Path<L, T, R, C> {
    fn term(self) -> Term {
        Term::Path(self.steps())
    }
}

/// An attribute, or a value where there is none; made by [`Path::if_not_exists`].
#[derive(Debug, Clone)]
#[must_use = "give it to `set`"]
pub struct Computed<T, C>(Term, PhantomData<fn() -> (T, C)>);

/// A sum or a difference; made by [`Path::plus`], [`Path::minus`] and those of [`Computed`].
#[derive(Debug, Clone)]
#[must_use = "give it to `set`"]
pub struct Sum<T, C>(Term, char, Term, PhantomData<fn() -> (T, C)>);

/// What an attribute of type `T` can be set to: an [`Operand`], a [`Computed`] one, or a sum.
#[diagnostic::on_unimplemented(
    message = "an attribute of type `{T}` cannot be set to `{Self}`",
    label = "expected a `{T}`, another attribute of that type, or a sum of two"
)]
pub trait Assigned<T, C> {
    #[doc(hidden)]
    fn assigned(self) -> Assignment;
}

/// The right side of a SET without its types.
#[derive(Debug, Clone)]
#[doc(hidden)]
pub enum Assignment {
    Term(Term),
    Sum(Term, char, Term),
}

// One impl for all operands would not go with those of `Computed` and `Sum`.
macro_rules! assigned {
    ($($operand:ty, $of:ty, [$($generics:tt)*];)*) => {$(
        impl<$($generics)*> Assigned<$of, C> for $operand {
            fn assigned(self) -> Assignment {
                Assignment::Term(Operand::<$of, C>::term(self))
            }
        }
    )*};
}

assigned! {
    T, T, [T, C: Codec<T>];
    &T, T, [T, C: Codec<T>];
    &str, String, [C: Codec<String>];
    Path<L, T, R, C>, T, [L: Location, T, R: Attribute, C];
}

impl<T, C> Assigned<T, C> for Computed<T, C> {
    fn assigned(self) -> Assignment {
        Assignment::Term(self.0)
    }
}

impl<T, C> Assigned<T, C> for Sum<T, C> {
    fn assigned(self) -> Assignment {
        Assignment::Sum(self.0, self.1, self.2)
    }
}

impl<L: Location, T, R, C> Path<L, T, R, C> {
    /// The attribute's value, or `value` where the item has none.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/tracks.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let tracks = tracks().await?;
    /// let label = |t: &Paths<Track>| t.label.set(t.label.if_not_exists("Elektra"));
    /// let track = tracks.update(Track::key("1")).set(label).return_new().await?;
    /// assert_eq!(track.label.as_deref(), Some("Elektra"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn if_not_exists(&self, value: impl Operand<T, C>) -> Computed<T, C>
    where
        R: Computable,
    {
        Computed(Term::IfNotExists(self.steps(), Box::new(value.term())), PhantomData)
    }

    /// The sum of the attribute and something.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/tracks.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let tracks = tracks().await?;
    /// let update = tracks.update(Track::key("1")).set(|t| t.peak.set(t.plays.plus(5)));
    /// assert_eq!(update.return_new().await?.peak, 105);
    /// # Ok(())
    /// # }
    /// ```
    pub fn plus(&self, value: impl Operand<T, C>) -> Sum<T, C>
    where
        R: Attribute,
        C: Typed<T>,
        C::Kind: Numeric,
    {
        Sum(Term::Path(self.steps()), '+', value.term(), PhantomData)
    }

    /// The difference of the attribute and something.
    pub fn minus(&self, value: impl Operand<T, C>) -> Sum<T, C>
    where
        R: Attribute,
        C: Typed<T>,
        C::Kind: Numeric,
    {
        Sum(Term::Path(self.steps()), '-', value.term(), PhantomData)
    }
}

impl<T, C: Typed<T>> Computed<T, C>
where
    C::Kind: Numeric,
{
    /// The sum of it and something.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/tracks.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let tracks = tracks().await?;
    /// let double = |t: &Paths<Track>| t.bonus.set(t.bonus.if_not_exists(10).plus(t.plays));
    /// let track = tracks.update(Track::key("1")).set(double).return_new().await?;
    /// assert_eq!(track.bonus, Some(110));
    /// # Ok(())
    /// # }
    /// ```
    pub fn plus(self, value: impl Operand<T, C>) -> Sum<T, C> {
        Sum(self.0, '+', value.term(), PhantomData)
    }

    /// The difference of it and something.
    pub fn minus(self, value: impl Operand<T, C>) -> Sum<T, C> {
        Sum(self.0, '-', value.term(), PhantomData)
    }
}

impl Term {
    /// Moves the paths of a document to where it is.
    pub(super) fn prefix(&mut self, steps: &[Step]) {
        match self {
            Self::Path(path) => prefix(path, steps),
            Self::IfNotExists(path, other) => {
                prefix(path, steps);
                other.prefix(steps);
            }
            Self::Value(_) => {}
        }
    }
}

pub(super) fn prefix(path: &mut Vec<Step>, steps: &[Step]) {
    path.splice(0..0, steps.iter().cloned());
}
