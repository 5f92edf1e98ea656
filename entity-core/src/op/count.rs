//! `Counted`: an item of which only the keys are read, to be counted.

use std::marker::PhantomData;

use crate::item::{ReadAs, ReadResult, Readable, Scratch};
use crate::schema::{EntitySchema, Table};
use crate::wire;
use crate::wire::read::Reader;

/// An item that is an `R` by its keys.
#[derive(Debug)]
pub(super) struct Counted<R>(PhantomData<fn() -> R>);

impl<R: Readable> Readable for Counted<R> {
    type Table = R::Table;

    type Form = Self;

    const NAME: &'static str = R::NAME;

    /// The keys, which are asked for with any selection.
    const SELECTED: Option<&'static [&'static str]> = Some(&[]);
}

impl<R: Readable> ReadAs<Self> for Counted<R> {
    type All = Vec<Self>;

    const ENTITIES: &'static [&'static EntitySchema] = R::ENTITIES;

    fn read<'de>(
        reader: &mut Reader<'de>,
        scratch: &mut Scratch<'de>,
    ) -> Result<ReadResult<Self>, wire::Error> {
        let counts = scratch.counts(reader.skip()?, R::Table::SCHEMA, R::ENTITIES)?;
        Ok(Ok(counts.then_some(Self(PhantomData))))
    }
}
