//! `Path`: where a value is in an item, and of what type it is.

use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

use super::codec::Serde;
use super::kind::{Elements, List, Map, Typed};
use super::role::{Free, Maybe, Nested};
use crate::schema::{Document, Entity, FieldSchema};

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
#[doc(hidden)]
pub enum Step {
    /// A field, by its name in Rust and as stored.
    Field { name: &'static str, attribute: &'static str },
    /// An entry of a map.
    Entry(String),
    /// An element of a list.
    Element(usize),
}

/// Where a value is in the items of an entity.
pub trait Location {
    /// The entity.
    type Entity;

    /// What is known of it at run time only: positions in lists, keys of maps.
    type Data: Clone + 'static;

    /// Appends the steps to it.
    #[doc(hidden)]
    fn steps(data: &Self::Data, steps: &mut Steps);
}

/// The steps of a path, in the making.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[doc(hidden)]
pub struct Steps(pub(super) Vec<Step>);

/// A location of which all is known while compiling.
pub trait Fixed: Location<Data = ()> {}

impl<L: Location<Data = ()>> Fixed for L {}

/// The paths of an entity, or of a document at a place; implemented by their derives.
pub trait Place: 'static {
    /// The paths.
    const PATHS: &'static Self;
}

/// The field of an entity at a position of its schema's `fields`.
pub struct At<E, const FIELD: usize>(PhantomData<fn() -> E>);

/// The field of a document, which is somewhere in an item, at a position of its fields.
pub struct In<L, D, const FIELD: usize>(PhantomData<fn() -> (L, D)>);

/// A document by itself, before it is known where it is.
pub struct Here<D>(PhantomData<fn() -> D>);

/// A place within another.
pub struct Joined<L, M>(PhantomData<fn() -> (L, M)>);

/// An element of a list.
pub struct Element<L>(PhantomData<fn() -> L>);

/// An entry of a map.
pub struct Entry<L>(PhantomData<fn() -> L>);

/// The field at a position.
pub(super) fn field<E: Entity, const FIELD: usize>() -> &'static FieldSchema {
    match E::SCHEMA.fields.get(FIELD) {
        Some(field) => field,
        None => unreachable!("the derive numbers the entity's fields"),
    }
}

impl<E: Entity, const FIELD: usize> Location for At<E, FIELD> {
    type Entity = E;
    type Data = ();

    fn steps((): &(), steps: &mut Steps) {
        let field = field::<E, FIELD>();
        steps.0.push(Step::Field { name: field.name, attribute: field.attribute });
    }
}

impl<L: Location, D: Document, const FIELD: usize> Location for In<L, D, FIELD> {
    type Entity = L::Entity;
    type Data = L::Data;

    fn steps(data: &L::Data, steps: &mut Steps) {
        L::steps(data, steps);
        match (D::FIELDS.get(FIELD), D::ATTRIBUTES.get(FIELD)) {
            (Some(name), Some(attribute)) => steps.0.push(Step::Field { name, attribute }),
            _ => unreachable!("the derive numbers the document's fields"),
        }
    }
}

impl<D> Location for Here<D> {
    type Entity = D;
    type Data = ();

    fn steps((): &(), _: &mut Steps) {}
}

impl<L: Location, M: Location> Location for Joined<L, M> {
    type Entity = L::Entity;
    type Data = (L::Data, M::Data);

    fn steps((outer, inner): &Self::Data, steps: &mut Steps) {
        L::steps(outer, steps);
        M::steps(inner, steps);
    }
}

impl<L: Location> Location for Element<L> {
    type Entity = L::Entity;
    type Data = (L::Data, usize);

    fn steps((list, position): &Self::Data, steps: &mut Steps) {
        L::steps(list, steps);
        steps.0.push(Step::Element(*position));
    }
}

impl<L: Location> Location for Entry<L> {
    type Entity = L::Entity;
    type Data = (L::Data, String);

    fn steps((map, key): &Self::Data, steps: &mut Steps) {
        L::steps(map, steps);
        steps.0.push(Step::Entry(key.clone()));
    }
}

macro_rules! debug {
    ($($name:literal: $ty:ty, [$($generics:tt)*];)*) => {$(
        impl<$($generics)*> fmt::Debug for $ty {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str($name)
            }
        }
    )*};
}

debug! {
    "At": At<E, FIELD>, [E, const FIELD: usize];
    "In": In<L, D, FIELD>, [L, D, const FIELD: usize];
    "Here": Here<D>, [D];
    "Joined": Joined<L, M>, [L, M];
    "Element": Element<L>, [L];
    "Entry": Entry<L>, [L];
}

/// Where a value of type `T` is in the items of an entity.
///
/// `R` is what the field is to the item's keys, which decides about setters; `C` is how it is
/// written, [`Serde`] unless the field says `with`. Of an `Option` field, `T` is what is in it.
///
/// The paths of an entity are given to the closures of `when`, `filter` and `set`; see
/// [`expr`](crate::expr) for what they offer.
pub struct Path<L: Location, T, R = Free, C = Serde> {
    data: L::Data,
    of: PhantomData<Types<T, R, C>>,
}

/// What a path says without holding it.
type Types<T, R, C> = fn() -> (T, R, C);

/// The path to a location that is known while compiling.
pub const fn path<L: Fixed, T, R, C>() -> Path<L, T, R, C> {
    Path { data: (), of: PhantomData }
}

impl<L: Location, T, R, C> Path<L, T, R, C> {
    fn new(data: L::Data) -> Self {
        Self { data, of: PhantomData }
    }

    pub(super) fn data(&self) -> &L::Data {
        &self.data
    }

    pub(crate) fn steps(&self) -> Vec<Step> {
        steps::<L>(&self.data)
    }

    /// The element of a list at a position, counted from 0.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/tracks.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let tracks = tracks().await?;
    /// let update = tracks.update(Track::key("1")).set(|t| t.writers.at(0).set("Hetfield"));
    /// assert_eq!(update.return_new().await?.writers, ["Hetfield", "Ulrich"]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn at(&self, position: usize) -> Path<Element<L>, T::Element, Maybe<Nested>>
    where
        C: Typed<T>,
        C::Kind: List,
        T: Elements,
    {
        Path::new((self.data.clone(), position))
    }

    /// The entry of a map.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/tracks.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let tracks = tracks().await?;
    /// let update = tracks.update(Track::key("1")).set(|t| t.charts.key("US").set(35));
    /// assert_eq!(update.return_new().await?.charts["US"], 35);
    /// # Ok(())
    /// # }
    /// ```
    pub fn key(&self, key: impl Into<String>) -> Path<Entry<L>, T::Element, Maybe<Nested>>
    where
        C: Typed<T>,
        C::Kind: Map,
        T: Elements,
    {
        Path::new((self.data.clone(), key.into()))
    }

    /// A field of a document in a list or in a map; of others it is named directly.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/tracks.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let tracks = tracks().await?;
    /// // Directly, and in a list.
    /// let update = tracks.update(Track::key("1")).set(|t| t.album.year.set(1989));
    /// let update = update.set(|t| t.releases.at(0).then(|r| r.year.add(1)));
    /// let track = update.return_new().await?;
    /// assert_eq!((track.album.year, track.releases[0].year), (1989, 1989));
    /// # Ok(())
    /// # }
    /// ```
    pub fn then<O: Rooted<L>>(self, within: impl FnOnce(&T::Paths<Here<T>>) -> O) -> O::Output
    where
        T: Document,
        T::Paths<Here<T>>: Place,
    {
        within(T::Paths::<Here<T>>::PATHS).rooted(&self.data)
    }
}

/// What was made of a path within a document, to be moved to where the document is.
pub trait Rooted<L: Location> {
    /// The same of the whole path.
    type Output;

    /// Moves it.
    #[doc(hidden)]
    fn rooted(self, outer: &L::Data) -> Self::Output;
}

pub(super) fn steps<L: Location>(data: &L::Data) -> Vec<Step> {
    let mut steps = Steps::default();
    L::steps(data, &mut steps);
    steps.0
}

impl<L: Location, M: Location, T, R, C> Rooted<L> for Path<M, T, R, C> {
    type Output = Path<Joined<L, M>, T, R, C>;

    fn rooted(self, outer: &L::Data) -> Self::Output {
        Path::new((outer.clone(), self.data))
    }
}

/// The fields of a document, by their names.
impl<L: Fixed, T: Document, R, C> Deref for Path<L, T, R, C>
where
    T::Paths<L>: Place,
{
    type Target = T::Paths<L>;

    fn deref(&self) -> &Self::Target {
        T::Paths::<L>::PATHS
    }
}

impl<L: Location, T, R, C> Clone for Path<L, T, R, C> {
    fn clone(&self) -> Self {
        Self { data: self.data.clone(), of: PhantomData }
    }
}

impl<L: Fixed, T, R, C> Copy for Path<L, T, R, C> {}

/// The path as errors show it: `item_sku.price`, `charts["US"]`, `writers[0]`.
impl<L: Location, T, R, C> fmt::Display for Path<L, T, R, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&display(&self.steps()))
    }
}

impl<L: Location, T, R, C> fmt::Debug for Path<L, T, R, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Path({self})")
    }
}

/// A path in words, by the names of attributes.
pub(crate) fn display(steps: &[Step]) -> String {
    let mut text = String::new();
    for step in steps {
        match step {
            Step::Field { attribute, .. } if text.is_empty() => text.push_str(attribute),
            Step::Field { attribute, .. } => text.extend([".", attribute]),
            Step::Entry(key) => text.push_str(&format!("[{key:?}]")),
            Step::Element(position) => text.push_str(&format!("[{position}]")),
        }
    }
    text
}

/// Whether one of two paths is the other, or leads to it.
pub(crate) fn overlap(a: &[Step], b: &[Step]) -> bool {
    let same = |(a, b): (&Step, &Step)| match (a, b) {
        // A field and an entry of one name are one attribute.
        (Step::Field { attribute, .. }, Step::Entry(key))
        | (Step::Entry(key), Step::Field { attribute, .. }) => attribute == key,
        (Step::Field { attribute: a, .. }, Step::Field { attribute: b, .. }) => a == b,
        _ => a == b,
    };
    a.iter().zip(b).all(same)
}
