//! What the text of a [`KeyPart`](super::KeyPart) is good for: the markers that say where a type may be
//! padded, reversed, ranged over and searched by prefix.

use super::encoding::{Desc, Last, Offset, Padded, Plain, Rest};

/// Text of any length in which the order of the text is the order of the value, as long as nothing follows it.
#[derive(Debug)]
pub enum Text {}

/// Text of fixed width whose order is the order of the value.
#[derive(Debug)]
pub enum Ordered {}

/// Text that says nothing about order.
#[derive(Debug)]
pub enum Opaque {}

/// An unsigned integer in decimal, without leading zeros. Can be given a width: `{field:06}`.
#[derive(Debug)]
pub enum Unsigned {}

/// A signed integer in decimal, without leading zeros. Can be given a width: `{field:+06}`.
#[derive(Debug)]
pub enum Signed {}

/// The markers of this module.
pub trait Kind: sealed::Sealed {}

impl<K: sealed::Sealed> Kind for K {}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Text {}
    impl Sealed for super::Ordered {}
    impl Sealed for super::Opaque {}
    impl Sealed for super::Unsigned {}
    impl Sealed for super::Signed {}
}

/// Encoding `E` of a type of this kind has a fixed width and its text orders as the values do.
pub trait FixedIn<E>: Kind {}

impl FixedIn<Plain> for Ordered {}
impl FixedIn<Last> for Ordered {}
impl<const N: usize> FixedIn<Padded<N>> for Unsigned {}
impl<const N: usize> FixedIn<Offset<N>> for Signed {}

/// Encoding `E` of a type of this kind can be ranged over.
pub trait RangesIn<E>: Kind {}

impl RangesIn<Plain> for Ordered {}
impl RangesIn<Last> for Ordered {}
impl RangesIn<Last> for Text {}
impl RangesIn<Rest> for Text {}
impl<const N: usize> RangesIn<Padded<N>> for Unsigned {}
impl<const N: usize> RangesIn<Offset<N>> for Signed {}
impl<K: FixedIn<E>, E> RangesIn<Desc<E>> for K {}

/// Encoding `E` of a type of this kind can be searched by the beginning of its text.
pub trait PrefixesIn<E>: Kind {}

impl PrefixesIn<Plain> for Text {}
impl PrefixesIn<Last> for Text {}
impl PrefixesIn<Rest> for Text {}
