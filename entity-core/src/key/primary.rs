//! `Key`: the primary key of an item of one entity.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;

use super::attribute::attribute_value;
use super::{KeyValue, Part};
use crate::error::{KeyError, KeyReason};
use crate::request::Request;
use crate::schema::Entity;

/// The primary key of an item of entity `E`.
///
/// It is made by the entity's `key` function, which refuses what could be mistaken for another
/// key, so that a `Key` is always one that can be sent. `Display` shows it: `1/Dld-7`.
pub struct Key<E> {
    pk: KeyValue,
    sk: Option<KeyValue>,
    entity: PhantomData<fn() -> E>,
}

impl<E: Entity> Key<E> {
    /// Builds the key from its parts, by slot; called by the derive's `key`.
    #[doc(hidden)]
    pub fn build(parts: &[&dyn Part]) -> Result<Self, KeyError> {
        let schema = E::SCHEMA;
        let mut values = schema.primary().map(|attribute| {
            attribute_value(schema.name, attribute, parts)?
                .ok_or_else(|| KeyError::new(schema.name, attribute, KeyReason::Absent))
        });
        let Some(pk) = values.next() else { unreachable!("the derive emits a partition key") };
        Ok(Self { pk: pk?, sk: values.next().transpose()?, entity: PhantomData })
    }

    /// The key attributes with their names.
    pub(crate) fn attributes(&self) -> impl Iterator<Item = (&str, &KeyValue)> {
        let names = E::SCHEMA.primary().map(|attribute| attribute.def.name);
        names.zip(std::iter::once(&self.pk).chain(&self.sk))
    }

    pub(crate) fn write(&self, request: &mut Request) {
        request.attributes("Key", self.attributes());
    }
}

impl<E> Key<E> {
    /// The partition key's value.
    #[must_use]
    pub fn partition_key(&self) -> &KeyValue {
        &self.pk
    }

    /// The sort key's value, if the table has one.
    #[must_use]
    pub fn sort_key(&self) -> Option<&KeyValue> {
        self.sk.as_ref()
    }

    fn values(&self) -> (&KeyValue, Option<&KeyValue>) {
        (&self.pk, self.sk.as_ref())
    }
}

// Derives would ask the same of `E`, of which a key holds nothing.
impl<E> Clone for Key<E> {
    fn clone(&self) -> Self {
        Self { pk: self.pk.clone(), sk: self.sk.clone(), entity: PhantomData }
    }
}

impl<E> PartialEq for Key<E> {
    fn eq(&self, other: &Self) -> bool {
        self.values() == other.values()
    }
}

impl<E> Eq for Key<E> {}

impl<E> PartialOrd for Key<E> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<E> Ord for Key<E> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.values().cmp(&other.values())
    }
}

impl<E> Hash for Key<E> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.values().hash(state);
    }
}

impl<E> fmt::Display for Key<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.pk.fmt(f)?;
        self.sk.iter().try_for_each(|sk| write!(f, "/{sk}"))
    }
}

impl<E: Entity> fmt::Debug for Key<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key<{}>({self})", E::SCHEMA.name)
    }
}

/// What operations take as a key: a [`Key`], or what the entity's `key` function returned.
///
/// An error in a key is then the operation's, so that `songs.get(Song::key("1")).await?` needs one
/// question mark.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a key",
    label = "expected `Entity::key(..)`",
    note = "a partition is read with `query`"
)]
pub trait IntoKey {
    /// The entity whose key it is.
    type Entity: Entity;

    /// The key.
    ///
    /// # Errors
    ///
    /// If the key could not be made.
    fn into_key(self) -> Result<Key<Self::Entity>, KeyError>;
}

impl<E: Entity> IntoKey for Key<E> {
    type Entity = E;

    fn into_key(self) -> Result<Key<E>, KeyError> {
        Ok(self)
    }
}

impl<E: Entity> IntoKey for &Key<E> {
    type Entity = E;

    fn into_key(self) -> Result<Key<E>, KeyError> {
        Ok(self.clone())
    }
}

impl<E: Entity> IntoKey for Result<Key<E>, KeyError> {
    type Entity = E;

    fn into_key(self) -> Self {
        self
    }
}
