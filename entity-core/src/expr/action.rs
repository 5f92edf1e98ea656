//! `Action`: a change of one attribute, or of several together.

use std::any::Any;
use std::fmt;
use std::marker::PhantomData;

use super::codec::Codec;
use super::kind::{List, Numeric, Set, Typed};
use super::operand::{Json, Operand, Term, json, prefix};
use super::path::{Location, Path, Rooted, Step, display, steps};
use super::role::{Computable, Removable, Settable, fed};
use crate::key::{KeyArg, Part, PartError};
use crate::schema::lent::Lent;
use crate::schema::{Entity, FieldSchema};

/// What an update does to an item of entity `E`; the paths of the entity make it.
#[derive(Debug, Clone)]
#[must_use = "give it to `set`"]
pub struct Action<E> {
    pub(crate) acts: Vec<Act>,
    entity: PhantomData<fn() -> E>,
}

/// One action without its types.
#[derive(Clone)]
#[doc(hidden)]
pub struct Act {
    pub(crate) path: Vec<Step>,
    pub(crate) verb: Verb,
    /// The parts of index keys that the value is.
    pub(crate) fed: Vec<Fed>,
}

#[derive(Clone)]
pub(crate) enum Verb {
    Set(Term),
    Sum(Term, char, Term),
    /// ADD, to a number or to a set.
    Add(Json),
    /// DELETE, from a set.
    Delete(Json),
    /// Elements before the others of a list, or after them.
    Extend {
        front: bool,
        elements: Json,
    },
    Remove,
}

/// The text of one slot; `None` if the value is.
#[derive(Clone)]
pub(crate) struct Fed {
    pub(crate) slot: usize,
    pub(crate) text: Result<Option<String>, PartError>,
}

/// Without its value.
impl fmt::Debug for Act {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Act").field("path", &display(&self.path)).finish_non_exhaustive()
    }
}

impl Fed {
    /// The texts of the parts that a field's value is.
    pub(super) fn of<E: Entity>(field: &FieldSchema, value: &dyn Any) -> Vec<Self> {
        let slots = E::SCHEMA.parts.iter().enumerate().filter(|(_, part)| part.is_of(field));
        let fed = slots.map(|(slot, part)| {
            let mut text = String::new();
            let written = Lent::new(part, value).write(&mut text);
            Self { slot, text: written.map(|present| present.then_some(text)) }
        });
        fed.collect()
    }
}

impl Verb {
    /// A value that is not there is removed.
    pub(super) fn set(term: Term) -> Self {
        match term {
            Term::Value(Ok(None)) => Self::Remove,
            term => Self::Set(term),
        }
    }
}

impl Act {
    /// An action that feeds no key.
    pub(crate) fn new(path: Vec<Step>, verb: Verb) -> Self {
        Self { path, verb, fed: Vec::new() }
    }
}

impl<E> Action<E> {
    fn one(act: Act) -> Self {
        Self { acts: vec![act], entity: PhantomData }
    }

    fn of(path: Vec<Step>, verb: Verb) -> Self {
        Self::one(Act::new(path, verb))
    }

    /// No action.
    fn none() -> Self {
        Self { acts: Vec::new(), entity: PhantomData }
    }

    /// The actions of some fields as one; called by the derive's setters of index keys.
    #[doc(hidden)]
    pub fn together<const COUNT: usize>(actions: [Self; COUNT]) -> Self {
        let acts = actions.into_iter().flat_map(|action| action.acts).collect();
        Self { acts, entity: PhantomData }
    }

    /// Sets a field that feeds an index key; called by the derive's setters of index keys.
    #[doc(hidden)]
    pub fn feed<const FIELD: usize, C: Codec<T>, T: 'static>(value: impl KeyArg<T>) -> Self
    where
        E: Entity,
    {
        Self::one(fed::<E, C, T, FIELD>(&value.into_part()))
    }
}

impl<L: Location, T, R, C> Path<L, T, R, C> {
    /// Sets the attribute: to a value, to another attribute's, to a sum.
    ///
    /// Keys of indexes that the field feeds follow in the same request. Fields that feed one with
    /// others are set together, by the method that is named after the index.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/tracks.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let tracks = tracks().await?;
    /// let update = tracks.update(Track::key("1")).set(|t| t.title.set("Two"));
    /// let update = update.set(|t| (t.peak.set(t.plays), t.album.year.set(1989)));
    /// let track = update.return_new().await?;
    /// assert_eq!((&*track.title, track.peak, track.album.year), ("Two", 100, 1989));
    /// # Ok(())
    /// # }
    /// ```
    pub fn set<V>(&self, value: V) -> Action<L::Entity>
    where
        R: Settable<L, T, C, V>,
    {
        Action::one(R::act(self.data(), value))
    }

    /// Sets the attribute if there is a value, and leaves it as it is if there is none: for patches.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/tracks.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let tracks = tracks().await?;
    /// struct Patch { title: Option<String>, peak: Option<u32> }
    ///
    /// let patch = Patch { title: Some("Two".into()), peak: None };
    /// let update = tracks.update(Track::key("1"));
    /// let update = update.set(|t| (t.title.set_some(patch.title), t.peak.set_some(patch.peak)));
    /// let track = update.return_new().await?;
    /// assert_eq!((&*track.title, track.peak), ("Two", 3));
    /// # Ok(())
    /// # }
    /// ```
    pub fn set_some<V>(&self, value: Option<V>) -> Action<L::Entity>
    where
        R: Settable<L, T, C, V> + Computable,
    {
        value.map_or_else(Action::none, |value| self.set(value))
    }

    /// Removes the attribute; its field is then `None`.
    ///
    /// An element that is removed from a list lets those behind it move up.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/tracks.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let tracks = tracks().await?;
    /// let update = tracks.update(Track::key("1"));
    /// let update = update.set(|t| (t.bonus.remove(), t.writers.at(0).remove()));
    /// let track = update.return_new().await?;
    /// assert_eq!((track.bonus, &*track.writers), (None, &["Ulrich".to_owned()][..]));
    /// # Ok(())
    /// # }
    /// ```
    pub fn remove(&self) -> Action<L::Entity>
    where
        R: Removable<L, T, C>,
    {
        Action::one(R::act(self.data()))
    }

    /// Adds to a number; one that is not there is 0, and with `upsert` what it is initially.
    ///
    /// It is DynamoDB's ADD: it is atomic, and not idempotent.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/tracks.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let tracks = tracks().await?;
    /// tracks.update(Track::key("1")).set(|t| t.plays.add(1)).await?;
    /// assert_eq!(tracks.get(Track::key("1")).await?.unwrap().plays, 101);
    /// # Ok(())
    /// # }
    /// ```
    pub fn add(&self, value: impl KeyArg<T>) -> Action<L::Entity>
    where
        R: Computable,
        C: Typed<T> + Codec<T>,
        C::Kind: Numeric,
    {
        Action::of(self.steps(), Verb::Add(json::<T, C>(&value.into_part())))
    }

    /// Subtracts from a number, which must be there.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/tracks.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let tracks = tracks().await?;
    /// tracks.update(Track::key("1")).set(|t| t.plays.subtract(40)).await?;
    /// assert_eq!(tracks.get(Track::key("1")).await?.unwrap().plays, 60);
    /// # Ok(())
    /// # }
    /// ```
    pub fn subtract(&self, value: impl Operand<T, C>) -> Action<L::Entity>
    where
        R: Computable,
        C: Typed<T>,
        C::Kind: Numeric,
    {
        Action::of(self.steps(), Verb::Sum(Term::Path(self.steps()), '-', value.term()))
    }

    /// Appends elements to a list; one that is not there is empty.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/tracks.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let tracks = tracks().await?;
    /// let update = tracks.update(Track::key("1"));
    /// let track = update.set(|t| t.writers.append(["Hammett".into()])).return_new().await?;
    /// assert_eq!(track.writers.last().map(String::as_str), Some("Hammett"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn append<V: Into<T>>(&self, elements: V) -> Action<L::Entity>
    where
        R: Computable,
        C: Typed<T> + Codec<T>,
        C::Kind: List,
    {
        self.extend(false, &elements.into())
    }

    /// Puts elements before those of a list; one that is not there is empty.
    pub fn prepend<V: Into<T>>(&self, elements: V) -> Action<L::Entity>
    where
        R: Computable,
        C: Typed<T> + Codec<T>,
        C::Kind: List,
    {
        self.extend(true, &elements.into())
    }

    fn extend(&self, front: bool, elements: &T) -> Action<L::Entity>
    where
        C: Codec<T>,
    {
        Action::of(self.steps(), Verb::Extend { front, elements: json::<T, C>(elements) })
    }

    /// Adds elements to a set; those that are in it stay.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/tracks.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let tracks = tracks().await?;
    /// let update = tracks.update(Track::key("1"));
    /// let update = update.set(|t| t.tags.insert(["live".into()]));
    /// let track = update.return_new().await?;
    /// assert_eq!(track.tags, ["live".into(), "metal".into()].into());
    /// # Ok(())
    /// # }
    /// ```
    pub fn insert<V: Into<T>>(&self, elements: V) -> Action<L::Entity>
    where
        R: Computable,
        C: Typed<T> + Codec<T>,
        C::Kind: Set,
    {
        Action::of(self.steps(), Verb::Add(json::<T, C>(&elements.into())))
    }

    /// Deletes elements from a set; with its last one the attribute is gone.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/tracks.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let tracks = tracks().await?;
    /// let update = tracks.update(Track::key("1"));
    /// let update = update.set(|t| t.tags.delete(["metal".into()]));
    /// assert!(update.return_new().await?.tags.is_empty());
    /// # Ok(())
    /// # }
    /// ```
    pub fn delete<V: Into<T>>(&self, elements: V) -> Action<L::Entity>
    where
        R: Computable,
        C: Typed<T> + Codec<T>,
        C::Kind: Set,
    {
        Action::of(self.steps(), Verb::Delete(json::<T, C>(&elements.into())))
    }
}

/// An action within a document, as one of the entity.
impl<L: Location, D> Rooted<L> for Action<D> {
    type Output = Action<L::Entity>;

    fn rooted(self, outer: &L::Data) -> Self::Output {
        let steps = steps::<L>(outer);
        let mut acts = self.acts;
        for act in &mut acts {
            prefix(&mut act.path, &steps);
            match &mut act.verb {
                Verb::Set(term) => term.prefix(&steps),
                Verb::Sum(left, _, right) => {
                    left.prefix(&steps);
                    right.prefix(&steps);
                }
                Verb::Add(_) | Verb::Delete(_) | Verb::Extend { .. } | Verb::Remove => {}
            }
        }
        Action { acts, entity: PhantomData }
    }
}

/// What a closure of `set` may return: an [`Action`]; a tuple, an array, a `Vec` or an `Option` of
/// them.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an action on a `{E}`",
    label = "expected `set`, `add` or another action of a path, or a tuple of them"
)]
pub trait IntoActions<E> {
    #[doc(hidden)]
    fn collect(self, acts: &mut Vec<Act>);
}

impl<E> IntoActions<E> for Action<E> {
    fn collect(self, acts: &mut Vec<Act>) {
        acts.extend(self.acts);
    }
}

impl<E, A: IntoActions<E>> IntoActions<E> for Option<A> {
    fn collect(self, acts: &mut Vec<Act>) {
        self.into_iter().for_each(|action| action.collect(acts));
    }
}

impl<E, A: IntoActions<E>> IntoActions<E> for Vec<A> {
    fn collect(self, acts: &mut Vec<Act>) {
        self.into_iter().for_each(|action| action.collect(acts));
    }
}

impl<E, A: IntoActions<E>, const COUNT: usize> IntoActions<E> for [A; COUNT] {
    fn collect(self, acts: &mut Vec<Act>) {
        self.into_iter().for_each(|action| action.collect(acts));
    }
}

macro_rules! tuples {
    ($($first:ident $($rest:ident)*;)*) => {$(
        impl<__E, $first: IntoActions<__E>, $($rest: IntoActions<__E>),*> IntoActions<__E>
            for ($first, $($rest,)*)
        {
            #[allow(non_snake_case, reason = "the variables have their types' names")]
            fn collect(self, acts: &mut Vec<Act>) {
                let ($first, $($rest,)*) = self;
                $first.collect(acts);
                $($rest.collect(acts);)*
            }
        }
    )*};
}

tuples! {
    A; A B; A B C; A B C D; A B C D F; A B C D F G; A B C D F G H; A B C D F G H I;
    A B C D F G H I J; A B C D F G H I J K; A B C D F G H I J K M; A B C D F G H I J K M N;
}
