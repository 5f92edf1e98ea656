//! `Key`: the primary key of an item of one entity.

use std::any::Any;
use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::HashMap;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::str::FromStr;

use aws_sdk_dynamodb::types::AttributeValue;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::attribute::{attribute_value, check_text};
use super::{KeyType, KeyValue, Part};
use crate::error::{KeyError, KeyReason};
use crate::item::MAX_SLOTS;
use crate::request::Request;
use crate::schema::lent::lend;
use crate::schema::{Entity, EntitySchema, KeyAttribute, KeyForm};
use crate::wire::write;

/// The primary key of an item of entity `E`.
///
/// It is made by the entity's `key` function, which refuses what could be mistaken for another
/// key, so that a `Key` is always one that can be sent. `Display` shows it, `1/Dld-7`, and `FromStr`
/// and serde read that again. It does not give the fields back that it was made of.
///
/// # Example
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
/// use entity_core::Key;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let key = MonthlyCount::key("1", "2018-01")?;
/// assert_eq!(key.partition_key().text(), "1");
/// assert_eq!(key.sort_key().unwrap().text(), "Month-2018-01");
///
/// // It travels as text, and is checked when it comes back.
/// assert_eq!(key.to_string(), "1/Month-2018-01");
/// assert_eq!("1/Month-2018-01".parse::<Key<MonthlyCount>>()?, key);
/// assert!("1/Details".parse::<Key<MonthlyCount>>().is_err());
/// # Ok(())
/// # }
/// ```
pub struct Key<E> {
    pk: KeyValue,
    sk: Option<KeyValue>,
    entity: PhantomData<fn() -> E>,
}

impl<E: Entity> Key<E> {
    /// Builds the key of the values that stand in it, by slot; called by the derive's `key`.
    ///
    /// # Errors
    ///
    /// If a value cannot stand in the key.
    #[doc(hidden)]
    pub fn of<const COUNT: usize>(values: [&dyn Any; COUNT]) -> Result<Self, KeyError> {
        lend::<E, _, COUNT>(values, Self::build)
    }

    /// Builds the key from its parts, by slot; called by the derive's `key`.
    #[doc(hidden)]
    pub fn build(parts: &[&dyn Part]) -> Result<Self, KeyError> {
        let schema = E::SCHEMA;
        let mut values = schema.primary().map(|attribute| {
            attribute_value(schema, attribute, parts)?
                .ok_or_else(|| KeyError::new(schema.name, attribute, KeyReason::Absent))
        });
        let Some(pk) = values.next() else { unreachable!("the derive emits a partition key") };
        Ok(Self { pk: pk?, sk: values.next().transpose()?, entity: PhantomData })
    }

    /// Reads the key back from its texts, as an item stores them.
    ///
    /// # Errors
    ///
    /// If they are no key of the entity, or would be written in another way: `Dld-007`.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// use entity_core::Key;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let key = Key::<MonthlyCount>::parse("1", Some("Month-2018-01"))?;
    /// assert_eq!(key, MonthlyCount::key("1", "2018-01")?);
    /// assert!(Key::<MonthlyCount>::parse("1", None).is_err());
    /// # Ok(())
    /// # }
    /// ```
    pub fn parse(partition_key: &str, sort_key: Option<&str>) -> Result<Self, KeyError> {
        let mut texts = [Some(partition_key), sort_key].into_iter().flatten();
        let mut values = E::SCHEMA.primary().map(|attribute| {
            let refuse = |reason| KeyError::new(E::SCHEMA.name, attribute, reason);
            let text = texts.next().ok_or_else(|| refuse(KeyReason::Absent))?;
            check_text(attribute, text).map_err(refuse)?;
            check_parts(E::SCHEMA, attribute, text).map_err(refuse)?;
            Ok(KeyValue::new(attribute.def.ty, text.to_owned()))
        });
        let Some(pk) = values.next() else { unreachable!("the derive emits a partition key") };
        Ok(Self { pk: pk?, sk: values.next().transpose()?, entity: PhantomData })
    }

    /// The key of an item as the SDK holds it: of an answer, of a stream record's keys or images.
    ///
    /// # Errors
    ///
    /// If a key attribute is missing or of another type; as [`parse`](Self::parse) otherwise.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// use entity_core::{Item, Key};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let key = Key::<Song>::from_item(&song("1").to_item()?)?;
    /// assert_eq!(key, Song::key("1")?);
    /// # Ok(())
    /// # }
    /// ```
    pub fn from_item(item: &HashMap<String, AttributeValue>) -> Result<Self, KeyError> {
        let mut texts = E::SCHEMA.primary().map(|attribute| {
            let text = match (attribute.def.ty, item.get(attribute.def.name)) {
                (KeyType::S, Some(AttributeValue::S(text))) => Some(text.clone()),
                (KeyType::N, Some(AttributeValue::N(text))) => Some(text.clone()),
                (KeyType::B, Some(AttributeValue::B(bytes))) => {
                    let mut text = Vec::new();
                    write::base64(&mut text, bytes.as_ref());
                    String::from_utf8(text).ok()
                }
                _ => None,
            };
            text.ok_or_else(|| KeyError::new(E::SCHEMA.name, attribute, KeyReason::Absent))
        });
        let pk = texts.next().transpose()?.unwrap_or_default();
        Self::parse(&pk, texts.next().transpose()?.as_deref())
    }

    /// The key attributes with their names.
    pub(crate) fn attributes(&self) -> impl Iterator<Item = (&str, &KeyValue)> {
        let names = E::SCHEMA.primary().map(|attribute| attribute.def.name);
        names.zip(std::iter::once(&self.pk).chain(&self.sk))
    }

    /// The key as JSON: `{"Id":{"S":"1"}}`.
    pub(crate) fn to_json(&self) -> Vec<u8> {
        let mut json = Vec::with_capacity(64);
        for (name, value) in self.attributes() {
            json.push(if json.is_empty() { b'{' } else { b',' });
            write::string(&mut json, name);
            json.push(b':');
            value.write(&mut json);
        }
        json.push(b'}');
        json
    }

    /// The texts of the key attributes.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.pk).chain(&self.sk).map(KeyValue::text)
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

/// Whether the parts of a key attribute's text are texts that they would be written as.
pub(crate) fn check_parts(
    schema: &EntitySchema,
    attribute: &KeyAttribute,
    text: &str,
) -> Result<(), KeyReason> {
    let check = |slot: usize, text: &str| match schema.parts.get(slot) {
        Some(part) => {
            (part.check)(text, attribute.def.ty).map_err(|error| KeyReason::Field(part.path, error))
        }
        None => Ok(()),
    };
    match &attribute.form {
        KeyForm::Field { slot, .. } => check(*slot, text),
        KeyForm::Template(template) => {
            let mut slots = [None; MAX_SLOTS];
            template.parse(text, &mut slots).map_err(KeyReason::Template)?;
            let mut parts = slots.iter().enumerate();
            parts.try_for_each(|(slot, text)| text.map_or(Ok(()), |text| check(slot, text)))
        }
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

/// `1/Dld-7`: partition key and sort key; a `/` or `\` within the partition key is escaped by a `\`.
impl<E> fmt::Display for Key<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(sk) = &self.sk else { return self.pk.fmt(f) };
        let pk = self.pk.text().replace('\\', r"\\").replace('/', r"\/");
        write!(f, "{pk}/{sk}")
    }
}

/// Reads what `Display` shows.
impl<E: Entity> FromStr for Key<E> {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        if E::SCHEMA.sk.is_empty() {
            return Self::parse(text, None);
        }
        let mut pk = String::new();
        let mut characters = text.chars();
        while let Some(character) = characters.next() {
            match character {
                '/' => return Self::parse(&pk, Some(characters.as_str())),
                '\\' => pk.extend(characters.next()),
                _ => pk.push(character),
            }
        }
        Self::parse(&pk, None)
    }
}

/// As text.
impl<E> Serialize for Key<E> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// From text.
impl<'de, E: Entity> Deserialize<'de> for Key<E> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

/// Shows the key, unless the entity is declared `sensitive`.
impl<E: Entity> fmt::Debug for Key<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match E::SCHEMA.sensitive {
            true => write!(f, "Key<{}>(..)", E::SCHEMA.name),
            false => write!(f, "Key<{}>({self})", E::SCHEMA.name),
        }
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
