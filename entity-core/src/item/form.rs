//! What the derives declare, and how each is read and written: the derives' output names one of
//! these, and has no functions of its own for it.

use super::read::{read_collection, read_entity, read_projection};
use super::write::write_entity;
use super::{ReadResult, Scratch};
use crate::error::WriteError;
use crate::schema::{Collection, Entity, EntitySchema, Projection};
use crate::wire;
use crate::wire::read::Reader;

/// How an `R` is read.
pub trait ReadAs<R> {
    /// The entities that an item may be.
    const ENTITIES: &'static [&'static EntitySchema];

    /// Reads one item; the outer error is one of the JSON.
    fn read<'de>(
        reader: &mut Reader<'de>,
        scratch: &mut Scratch<'de>,
    ) -> Result<ReadResult<R>, wire::Error>;
}

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

impl<C: Collection> ReadAs<C> for OneOf {
    const ENTITIES: &'static [&'static EntitySchema] = C::VARIANTS;

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
