//! What DynamoDB makes of a field, as types: which operators there are is asked of these.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::sync::Arc;

use super::codec::Serde;
use crate::wire::Number;

/// A type of attributes, in DynamoDB's letters.
pub trait Kind {}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub enum $name {}

        impl Kind for $name {}
    )*};
}

/// The types of attributes.
pub mod kinds {
    use super::Kind;

    kinds! {
        /// A string.
        S;
        /// A number.
        N;
        /// Bytes.
        B;
        /// `true` or `false`.
        BOOL;
        /// A list.
        L;
        /// A map.
        M;
        /// A set of strings.
        SS;
        /// A set of numbers.
        NS;
        /// A set of bytes.
        BS;
    }
}

use kinds::{B, BOOL, BS, L, M, N, NS, S, SS};

/// A type of which it is known what serde makes of it.
///
/// Implement it for a type of your own, so that `size`, `begins_with` and others are there for it.
///
/// # Example
///
/// ```
/// use entity_core::expr::{Kinded, Ordered, kinds};
///
/// #[derive(serde::Serialize, serde::Deserialize)]
/// struct Cents(i64);
///
/// impl Kinded for Cents {
///     type Kind = kinds::N;
/// }
/// impl Ordered for Cents {}
/// ```
#[diagnostic::on_unimplemented(
    message = "it is not known which type of attribute `{Self}` is",
    label = "strings, numbers, lists, maps and sets have this operator",
    note = "sets are fields `with` `wire::string_set`, `number_set` or `binary_set`",
    note = "for a type of your own consider implementing `entity_core::expr::Kinded`"
)]
pub trait Kinded {
    /// The type of the attribute.
    type Kind: Kind;
}

/// The type of attribute that a codec makes of a `T`.
#[diagnostic::on_unimplemented(
    message = "it is not known which type of attribute the field is, which serde writes `with` a function",
    label = "strings, numbers, lists, maps and sets have this operator"
)]
pub trait Typed<T> {
    /// The type of the attribute.
    type Kind: Kind;
}

impl<T: Kinded> Typed<T> for Serde {
    type Kind = T::Kind;
}

/// A type whose order is the one that DynamoDB has for it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be compared by order",
    label = "its order is not DynamoDB's",
    note = "numbers, strings and bytes can; others by `eq`, `ne` and `is_in`",
    note = "for a type of your own consider implementing `entity_core::expr::Ordered`"
)]
pub trait Ordered {}

/// A codec that keeps the order of `T`.
#[diagnostic::on_unimplemented(
    message = "a field of type `{T}` that is written like this cannot be compared by order",
    label = "its order is not DynamoDB's"
)]
pub trait Compares<T> {}

impl<T: Ordered> Compares<T> for Serde {}

/// Holds for numbers.
#[diagnostic::on_unimplemented(
    message = "only a number can be added to, and this field is stored as `{Self}`",
    label = "not a number",
    note = "lists have `append`, sets have `insert`"
)]
pub trait Numeric: Kind {}

/// Holds for lists.
#[diagnostic::on_unimplemented(
    message = "this is for lists, and the field is stored as `{Self}`",
    label = "not a list"
)]
pub trait List: Kind {}

/// Holds for maps.
#[diagnostic::on_unimplemented(
    message = "this is for maps, and the field is stored as `{Self}`",
    label = "not a map"
)]
pub trait Map: Kind {}

/// Holds for sets.
#[diagnostic::on_unimplemented(
    message = "this is for sets, and the field is stored as `{Self}`",
    label = "not a set",
    note = "a set is a field `with` `wire::string_set`, `number_set` or `binary_set`"
)]
pub trait Set: Kind {}

/// Holds for what may begin with something: strings and bytes.
#[diagnostic::on_unimplemented(
    message = "`begins_with` is for strings and bytes, and the field is stored as `{Self}`",
    label = "neither a string nor bytes"
)]
pub trait Prefix: Kind {}

/// Holds for what has a size: all but numbers and `bool`.
#[diagnostic::on_unimplemented(
    message = "`size` is for strings, bytes, lists, maps and sets, and the field is stored as `{Self}`",
    label = "has no size"
)]
pub trait Measured: Kind {}

/// What an attribute of type `T` may contain: a text, or an element.
#[diagnostic::on_unimplemented(
    message = "`contains` is for strings, lists and sets, and the field is stored as `{Self}`",
    label = "contains nothing"
)]
pub trait Contains<T>: Kind {
    /// What is looked for.
    type Needle;
}

impl Numeric for N {}
impl List for L {}
impl Map for M {}
impl Set for SS {}
impl Set for NS {}
impl Set for BS {}
impl Prefix for S {}
impl Prefix for B {}

macro_rules! measured {
    ($($kind:ident)*) => {$(impl Measured for $kind {})*};
}

measured!(S B L M SS NS BS);

impl<T> Contains<T> for S {
    type Needle = String;
}

macro_rules! of_elements {
    ($($kind:ident)*) => {$(
        impl<T: Elements> Contains<T> for $kind {
            type Needle = T::Element;
        }
    )*};
}

of_elements!(L SS NS BS);

/// A list, a map or a set: what is in it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no elements that can be named",
    label = "not a list, a map or a set of the standard library"
)]
pub trait Elements {
    /// The type of what is in it.
    type Element;
}

macro_rules! elements {
    ($($collection:ty, [$($generics:tt)*], $element:ty => $kind:ident;)*) => {$(
        impl<$($generics)*> Elements for $collection {
            type Element = $element;
        }

        impl<$($generics)*> Kinded for $collection {
            type Kind = $kind;
        }
    )*};
}

elements! {
    Vec<T>, [T], T => L;
    VecDeque<T>, [T], T => L;
    [T; SIZE], [T, const SIZE: usize], T => L;
    BTreeSet<T>, [T], T => L;
    HashSet<T, H>, [T, H], T => L;
    BTreeMap<String, T>, [T], T => M;
    HashMap<String, T, H>, [T, H], T => M;
}

/// Of a field that a function writes, `Option` and all.
impl<T: Elements> Elements for Option<T> {
    type Element = T::Element;
}

macro_rules! scalars {
    ($($kind:ident: $($ty:ty)*;)*) => {$($(
        impl Kinded for $ty {
            type Kind = $kind;
        }
    )*)*};
}

scalars! {
    S: String Box<str> Arc<str> Cow<'static, str> char;
    N: u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize f32 f64 Number;
    BOOL: bool;
}

macro_rules! ordered {
    ($($ty:ty)*) => {$(impl Ordered for $ty {})*};
}

// The order of UTF-8 is that of strings, in Rust as in DynamoDB.
ordered! {
    String Box<str> Arc<str> Cow<'static, str> char
    u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize f32 f64 Number
}
