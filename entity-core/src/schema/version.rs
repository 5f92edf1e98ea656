//! `SchemaVersions`: the versions of an entity's schema, and the chain of structs that upgrades items.

use serde::de::value::UnitDeserializer;
use serde::de::{DeserializeOwned, Deserializer, Visitor};

use super::hook::BoxError;
use crate::error::ItemReason;
use crate::item::ItemDeserializer;
use crate::wire;

/// The versions of an entity's schema that its items may be of.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct SchemaVersions {
    /// The attribute that holds an item's number; an item without it is of version 1.
    pub attribute: &'static str,
    /// The oldest that is read.
    pub oldest: u32,
    /// The one that is written.
    pub newest: u32,
    /// The attributes that an item may have of its struct, so many versions back.
    pub(crate) attributes: fn(u32) -> Attributes,
}

/// The attributes that a struct reads; `None` if it takes any, as one with a flattened map does.
pub(crate) type Attributes = Option<&'static [&'static str]>;

/// The versions of an entity's schema, with what reads items of the older ones.
#[derive(Debug, Clone, Copy)]
pub struct Versions<E> {
    pub(crate) schema: SchemaVersions,
    pub(crate) read: fn(ItemDeserializer<'_, '_>, u32) -> Option<Result<E, ItemReason>>,
}

impl<E> Versions<E> {
    /// Declares them; called by `#[derive(Entity)]`.
    #[doc(hidden)]
    #[must_use]
    pub const fn of<O: Older<E>>(attribute: &'static str, oldest: u32, newest: u32) -> Self {
        let schema = SchemaVersions { attribute, oldest, newest, attributes: O::attributes };
        Self { schema, read: O::read }
    }
}

impl SchemaVersions {
    /// The number that an attribute's text is; that of an item without the attribute is 1.
    pub(crate) fn number(&self, text: Option<&str>) -> Result<u64, ItemReason> {
        text.map_or(Ok(1), str::parse).map_err(|_| {
            let error = wire::Error::data("expected a schema version, which is a whole number");
            ItemReason::Decode(error.at_name(self.attribute))
        })
    }

    /// Whether items of that version are read, and how many versions they are back.
    pub(crate) fn back(&self, number: u64) -> Option<u32> {
        let number = u32::try_from(number).ok().filter(|number| *number >= self.oldest)?;
        self.newest.checked_sub(number)
    }

    /// Why an item of that version cannot be read.
    pub(crate) fn unknown(&self, found: u64) -> ItemReason {
        let Self { attribute, oldest, newest, .. } = *self;
        ItemReason::Schema { attribute, found, oldest, newest }
    }

    /// Why a part of an item of that version cannot be read: no chain upgrades it.
    pub(crate) fn unknown_part(&self, found: u64) -> ItemReason {
        Self { oldest: self.newest, ..*self }.unknown(found)
    }
}

/// What items of the version before `N` are read as.
#[diagnostic::on_unimplemented(
    message = "an item cannot be upgraded from `{Self}` to `{N}`",
    label = "not the version before `{N}`",
    note = "implement `From<{Self}> for {N}`, or `TryFrom` if it can fail, and derive `Deserialize` for `{Self}`"
)]
pub trait Upgrades<N>: DeserializeOwned {
    /// The item, one version later.
    #[doc(hidden)]
    fn upgrade(self) -> Result<N, BoxError>;
}

#[diagnostic::do_not_recommend]
impl<V, N> Upgrades<N> for V
where
    V: DeserializeOwned + TryInto<N>,
    V::Error: Into<BoxError>,
{
    fn upgrade(self) -> Result<N, BoxError> {
        self.try_into().map_err(Into::into)
    }
}

/// The structs of the versions before `N`, the last first: `(SongV2, (SongV1, ()))`.
pub trait Older<N> {
    /// Reads an item, so many versions back, and upgrades it; `None` if there is no such version.
    #[doc(hidden)]
    fn read(item: ItemDeserializer<'_, '_>, back: u32) -> Option<Result<N, ItemReason>>;

    /// The attributes that are read so many versions back.
    #[doc(hidden)]
    fn attributes(back: u32) -> Attributes;
}

impl<N> Older<N> for () {
    fn read(_: ItemDeserializer<'_, '_>, _: u32) -> Option<Result<N, ItemReason>> {
        None
    }

    fn attributes(_: u32) -> Attributes {
        None
    }
}

impl<N, V: Upgrades<N>, O: Older<V>> Older<N> for (V, O) {
    fn read(item: ItemDeserializer<'_, '_>, back: u32) -> Option<Result<N, ItemReason>> {
        let older = match back.checked_sub(1)? {
            0 => V::deserialize(item).map_err(ItemReason::Decode),
            back => O::read(item, back)?,
        };
        Some(older.and_then(|older| older.upgrade().map_err(ItemReason::Upgrade)))
    }

    fn attributes(back: u32) -> Attributes {
        match back.checked_sub(1)? {
            0 => attributes_of::<V>(),
            back => O::attributes(back),
        }
    }
}

/// The attributes that a struct asks serde for.
fn attributes_of<V: DeserializeOwned>() -> Attributes {
    struct Asked(Attributes);

    impl<'de> Deserializer<'de> for &mut Asked {
        type Error = wire::Error;

        fn deserialize_any<W: Visitor<'de>>(self, visitor: W) -> Result<W::Value, wire::Error> {
            UnitDeserializer::new().deserialize_any(visitor)
        }

        fn deserialize_struct<W: Visitor<'de>>(
            self,
            _: &'static str,
            fields: &'static [&'static str],
            visitor: W,
        ) -> Result<W::Value, wire::Error> {
            self.0 = Some(fields);
            self.deserialize_any(visitor)
        }

        serde::forward_to_deserialize_any! {
            bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
            option unit unit_struct newtype_struct seq tuple tuple_struct map enum identifier
            ignored_any
        }
    }

    let mut asked = Asked(None);
    // Nothing is read of it: that there is no item is no mistake.
    drop(V::deserialize(&mut asked));
    asked.0
}
