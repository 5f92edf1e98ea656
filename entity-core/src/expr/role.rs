//! What a field is to the keys of its item, and so which setters it has.

use std::marker::PhantomData;

use super::action::{Act, Fed, Verb};
use super::codec::Codec;
use super::operand::{Assigned, Assignment, Term, json};
use super::path::{At, Location, Step, field, steps};
use crate::key::KeyArg;
use crate::schema::Entity;

macro_rules! roles {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub enum $name {}
    )*};
}

roles! {
    /// A field that is in no key.
    Free;
    /// A field of a document, an element, an entry: nothing is known of it but its type.
    Nested;
    /// A field of the primary key, or a document that holds a part of it.
    Primary;
    /// A field that lives in the primary key alone, and is no attribute.
    KeyOnly;
    /// A field that feeds an index key together with others.
    Grouped;
    /// A field that the library keeps: a version, a timestamp.
    Managed;
}

/// A field that feeds an index key alone, or with parts of the primary key; `STORED` if it is that
/// key attribute itself.
#[derive(Debug)]
pub struct Alone<const STORED: bool>;

/// A field that is an `Option`.
#[derive(Debug)]
pub struct Maybe<R>(PhantomData<R>);

/// Holds for fields that are attributes.
#[diagnostic::on_unimplemented(
    message = "this field is `key_only`: it is no attribute, and there is nothing to compare",
    label = "lives in the key alone",
    note = "the key of the operation says it already"
)]
pub trait Attribute {}

/// Holds for fields that can be set to a `V`.
#[diagnostic::on_unimplemented(
    message = "this field cannot be set by itself: it is `{Self}`",
    label = "has no setter",
    note = "`Primary`, `KeyOnly`: it is part of the item's key; `move_item` writes the item under another key",
    note = "`Grouped`: it feeds an index key with other fields; the method named after the index sets them together",
    note = "`Managed`: the library sets it"
)]
pub trait Settable<L: Location, T, C, V> {
    #[doc(hidden)]
    fn act(data: &L::Data, value: V) -> Act;
}

/// Holds for `Option` fields that can be removed.
#[diagnostic::on_unimplemented(
    message = "this field cannot be removed: it is `{Self}`",
    label = "cannot be removed",
    note = "only a field whose type is an `Option` can be absent, and one that can be set by itself"
)]
pub trait Removable<L: Location, T, C> {
    #[doc(hidden)]
    fn act(data: &L::Data) -> Act;
}

/// Holds for fields whose new value may depend on what is stored.
#[diagnostic::on_unimplemented(
    message = "this field cannot be computed by the service: it is `{Self}`",
    label = "can be set to a value at most",
    note = "`Alone`: it feeds an index key, which is made anew of the value that is set",
    note = "`Grouped`: it feeds an index key with other fields; the method named after the index sets them together",
    note = "`Primary`, `KeyOnly`: it is part of the item's key; `Managed`: the library sets it"
)]
pub trait Computable {}

macro_rules! each {
    ($trait:ident: $($role:ty)*) => {$(impl $trait for $role {})*};
}

each!(Attribute: Free Nested Primary Grouped Managed);
each!(Computable: Free Nested Alone<true>);

impl<const STORED: bool> Attribute for Alone<STORED> {}
impl<R: Attribute> Attribute for Maybe<R> {}
impl<R: Computable> Computable for Maybe<R> {}

fn plain<L: Location, T, C>(data: &L::Data, value: impl Assigned<T, C>) -> Act {
    let (path, assignment) = (steps::<L>(data), value.assigned());
    let verb = match (path.last(), assignment) {
        // As in what is written whole: NULL, where a field would be absent.
        (Some(Step::Element(_) | Step::Entry(_)), Assignment::Term(term)) => Verb::Set(term),
        (_, assignment) => assignment.into(),
    };
    Act::new(path, verb)
}

fn removed<L: Location>(data: &L::Data) -> Act {
    Act::new(steps::<L>(data), Verb::Remove)
}

impl From<Assignment> for Verb {
    fn from(assignment: Assignment) -> Self {
        match assignment {
            Assignment::Term(term) => Self::set(term),
            Assignment::Sum(left, sign, right) => Self::Sum(left, sign, right),
        }
    }
}

/// The field of an entity with all that it feeds.
pub(super) fn fed<E: Entity, C: Codec<T>, T: 'static, const FIELD: usize>(value: &T) -> Act {
    let mut act = Act::new(steps::<At<E, FIELD>>(&()), Verb::set(Term::Value(json::<_, C>(value))));
    act.fed = Fed::of::<E>(field::<E, FIELD>(), value);
    act
}

macro_rules! plain {
    ($($role:ident)*) => {$(
        impl<L: Location, T, C, V: Assigned<T, C>> Settable<L, T, C, V> for $role {
            fn act(data: &L::Data, value: V) -> Act {
                plain::<L, T, C>(data, value)
            }
        }

        impl<L: Location, T, C, V: Assigned<T, C>> Settable<L, T, C, V> for Maybe<$role> {
            fn act(data: &L::Data, value: V) -> Act {
                plain::<L, T, C>(data, value)
            }
        }

        impl<L: Location, T, C> Removable<L, T, C> for Maybe<$role> {
            fn act(data: &L::Data) -> Act {
                removed::<L>(data)
            }
        }
    )*};
}

plain!(Free Nested);

impl<E, T, C, V, const FIELD: usize> Settable<At<E, FIELD>, T, C, V> for Alone<false>
where
    E: Entity,
    T: 'static,
    C: Codec<T>,
    V: KeyArg<T>,
{
    fn act((): &(), value: V) -> Act {
        fed::<E, C, T, FIELD>(&value.into_part())
    }
}

impl<E, T, C, V, const FIELD: usize> Settable<At<E, FIELD>, T, C, V> for Maybe<Alone<false>>
where
    E: Entity,
    T: 'static,
    C: Codec<Option<T>>,
    V: KeyArg<T>,
{
    fn act((): &(), value: V) -> Act {
        fed::<E, C, Option<T>, FIELD>(&Some(value.into_part()))
    }
}

impl<E, T, C, const FIELD: usize> Removable<At<E, FIELD>, T, C> for Maybe<Alone<false>>
where
    E: Entity,
    T: 'static,
    C: Codec<Option<T>>,
{
    fn act((): &()) -> Act {
        fed::<E, C, Option<T>, FIELD>(&None)
    }
}

impl<L: Location, T, C, V: Assigned<T, C>> Settable<L, T, C, V> for Alone<true> {
    fn act(data: &L::Data, value: V) -> Act {
        plain::<L, T, C>(data, value)
    }
}

impl<L: Location, T, C, V: Assigned<T, C>> Settable<L, T, C, V> for Maybe<Alone<true>> {
    fn act(data: &L::Data, value: V) -> Act {
        plain::<L, T, C>(data, value)
    }
}

impl<L: Location, T, C> Removable<L, T, C> for Maybe<Alone<true>> {
    fn act(data: &L::Data) -> Act {
        removed::<L>(data)
    }
}
