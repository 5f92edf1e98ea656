//! What the derives declare, and how each is read and written: the derives' output names one of
//! these, and has no functions of its own for it.

use std::marker::PhantomData;

use super::read::{read_collection, read_entity, read_projection};
use super::write::write_entity;
use super::{ReadResult, Readable, Scratch};
use crate::error::WriteError;
use crate::schema::{Collection, Entity, EntitySchema, Projection, Variants};
use crate::wire;
use crate::wire::read::Reader;

/// How an `R` is read.
pub trait ReadAs<R> {
    /// What all items of a partition are.
    type All: Gather<R> + Send;

    /// The entities that an item may be.
    const ENTITIES: &'static [&'static EntitySchema];

    /// Reads one item; the outer error is one of the JSON.
    fn read<'de>(
        reader: &mut Reader<'de>,
        scratch: &mut Scratch<'de>,
    ) -> Result<ReadResult<R>, wire::Error>;
}

/// What items are put together into.
pub trait Gather<R> {
    /// Puts them together.
    fn gather(items: Vec<R>) -> Self;
}

impl<R> Gather<R> for Vec<R> {
    fn gather(items: Vec<R>) -> Self {
        items
    }
}

/// A field that items of one entity go into.
pub trait Keep<E> {
    /// Puts an item in.
    fn keep(&mut self, item: E);
}

impl<E> Keep<E> for Option<E> {
    fn keep(&mut self, item: E) {
        *self = Some(item);
    }
}

impl<E> Keep<E> for Vec<E> {
    fn keep(&mut self, item: E) {
        self.push(item);
    }
}

/// What all items of a partition are that are read as `R`: a `Vec`, or the struct that holds them.
pub type AllOf<R> = <<R as Readable>::Form as ReadAs<R>>::All;

/// How an `R` is written.
pub trait WriteAs<R> {
    /// The name of the entity that the value is.
    fn entity_name(item: &R) -> &'static str;

    /// Appends the item.
    fn write(item: &R, out: &mut Vec<u8>) -> Result<(), WriteError>;
}

/// An entity.
#[derive(Debug)]
pub enum OneEntity {}

impl<E: Entity> ReadAs<E> for OneEntity {
    type All = Vec<E>;

    const ENTITIES: &'static [&'static EntitySchema] = &[E::SCHEMA];

    fn read<'de>(
        reader: &mut Reader<'de>,
        scratch: &mut Scratch<'de>,
    ) -> Result<ReadResult<E>, wire::Error> {
        read_entity(reader, scratch)
    }
}

impl<E: Entity> WriteAs<E> for OneEntity {
    fn entity_name(_: &E) -> &'static str {
        E::NAME
    }

    fn write(item: &E, out: &mut Vec<u8>) -> Result<(), WriteError> {
        write_entity(item, out)
    }
}

/// A part of an entity.
#[derive(Debug)]
pub enum PartOfEntity {}

impl<P: Projection> ReadAs<P> for PartOfEntity {
    type All = Vec<P>;

    const ENTITIES: &'static [&'static EntitySchema] = &[<P::Entity as Entity>::SCHEMA];

    fn read<'de>(
        reader: &mut Reader<'de>,
        scratch: &mut Scratch<'de>,
    ) -> Result<ReadResult<P>, wire::Error> {
        read_projection(reader, scratch)
    }
}

/// One of the entities of a collection.
#[derive(Debug)]
pub enum OneOf {}

impl<C: Variants> ReadAs<C> for OneOf {
    type All = Vec<C>;

    const ENTITIES: &'static [&'static EntitySchema] = C::DECLARATION;

    fn read<'de>(
        reader: &mut Reader<'de>,
        scratch: &mut Scratch<'de>,
    ) -> Result<ReadResult<C>, wire::Error> {
        read_collection(reader, scratch)
    }
}

impl<C: Collection> WriteAs<C> for OneOf {
    fn entity_name(item: &C) -> &'static str {
        item.variant_name()
    }

    fn write(item: &C, out: &mut Vec<u8>) -> Result<(), WriteError> {
        item.write_variant(out)
    }
}

/// One of the entities of a struct `W`, which holds all items of a partition.
#[derive(Debug)]
pub struct Gathers<W>(PhantomData<fn() -> W>);

impl<R: Variants, W: Gather<R> + Send + 'static> ReadAs<R> for Gathers<W> {
    type All = W;

    const ENTITIES: &'static [&'static EntitySchema] = R::DECLARATION;

    fn read<'de>(
        reader: &mut Reader<'de>,
        scratch: &mut Scratch<'de>,
    ) -> Result<ReadResult<R>, wire::Error> {
        read_collection(reader, scratch)
    }
}

/// Holds for what is read item by item.
#[diagnostic::on_unimplemented(
    message = "a struct that holds a whole partition is read with `all`",
    label = "this reads item by item",
    note = "end the query with `.all()`, or query the enum that derives `Collection`"
)]
pub trait ByItem<R>: ReadAs<R, All = Vec<R>> {}

impl<E: Entity> ByItem<E> for OneEntity {}
impl<P: Projection> ByItem<P> for PartOfEntity {}
impl<C: Variants> ByItem<C> for OneOf {}
