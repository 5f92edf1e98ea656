//! `Entity`: one kind of item, and how its keys are made.

use std::any::Any;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::declare::Declared;
use super::hook::Hooks;
use super::lent::{FindPart, Lend, Parts, WritePart};
use super::outline::Outline;
use super::version::{SchemaVersions, Versions};
use super::{IndexSchema, KeyDef, Table, TableSchema, VectorIndexSchema, check};
use crate::error::KeyError;
use crate::expr::{Act, Place};
use crate::item::Item;
use crate::key::{Key, KeyType, Limit, Part, PartError, Segment, Shards, Template};
use crate::query::Steps;
use crate::wire::ser::Scalar;

/// How the value of a key attribute is made.
#[derive(Debug, Clone, Copy)]
pub enum KeyForm {
    /// The field's own value, as serde encodes it: `pk = id`.
    Field {
        /// The part in [`Entity::parts`] that holds it.
        slot: usize,
        /// The field's name in Rust.
        name: &'static str,
    },
    /// Literals and parts: `sk = "Dld-{download_id}"`.
    Template(Template),
}

/// A key attribute of an entity: which attribute, and what it holds.
#[derive(Debug, Clone, Copy)]
pub struct KeyAttribute {
    /// The attribute of the table or of the index.
    pub def: KeyDef,
    /// What it holds.
    pub form: KeyForm,
    /// Whether a field of the entity is stored under this very attribute.
    pub stored: bool,
    /// The service's limit on the value, in bytes.
    pub max_bytes: usize,
    /// How the partitions of the index are spread, if they are.
    pub shards: Option<Shards>,
}

impl KeyAttribute {
    /// An attribute of a partition key: at most 2,048 bytes. `fields` are the entity's.
    ///
    /// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html>
    pub(super) const fn partition(
        def: KeyDef,
        form: KeyForm,
        fields: &[FieldSchema],
        table: &TableSchema,
    ) -> Self {
        // An attribute that is an index's sort key too is as short as that.
        let mut indexes = table.indexes;
        while let [index, rest @ ..] = indexes {
            let mut keys = index.sk;
            while let [key, rest @ ..] = keys {
                if check::same(key.name, def.name) {
                    return Self::sort(def, form, fields);
                }
                keys = rest;
            }
            indexes = rest;
        }
        let stored = check::stored(fields, def.name);
        Self { def, form, stored, max_bytes: Limit::PARTITION.bytes(), shards: None }
    }

    /// An attribute of a sort key: at most 1,024 bytes.
    ///
    /// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html>
    pub(super) const fn sort(def: KeyDef, form: KeyForm, fields: &[FieldSchema]) -> Self {
        let stored = check::stored(fields, def.name);
        Self { def, form, stored, max_bytes: Limit::SORT.bytes(), shards: None }
    }

    /// The same, in so many shards; what is no template is refused by the derive.
    #[doc(hidden)]
    #[must_use]
    pub const fn in_shards(mut self, count: u32) -> Self {
        if let KeyForm::Template(template) = &self.form {
            self.shards = Some(Shards::new(count, template.separator()));
        }
        self
    }

    /// The parts that stand in it, by slot.
    pub(crate) fn slots(&self) -> impl Iterator<Item = usize> {
        let (field, segments) = match &self.form {
            KeyForm::Field { slot, .. } => (Some(*slot), [].as_slice()),
            KeyForm::Template(template) => (None, template.segments()),
        };
        field.into_iter().chain(segments.iter().filter_map(Segment::slot))
    }

    /// Whether a part stands in it.
    pub(crate) const fn holds(&self, wanted: usize) -> bool {
        match &self.form {
            KeyForm::Field { slot, .. } => *slot == wanted,
            KeyForm::Template(template) => {
                let mut segments = template.segments();
                while let [segment, tail @ ..] = segments {
                    if let Some(slot) = segment.slot()
                        && slot == wanted
                    {
                        return true;
                    }
                    segments = tail;
                }
                false
            }
        }
    }
}

/// The keys of an entity in one index.
#[derive(Debug, Clone, Copy)]
pub struct IndexKeys {
    /// The index.
    pub index: &'static IndexSchema,
    /// One form for each partition key attribute; the table's own for a local index.
    pub pk: &'static [KeyAttribute],
    /// One form for each sort key attribute.
    pub sk: &'static [KeyAttribute],
}

/// Reads a part's text, and gives what serde makes of the field.
pub type DecodePart = fn(&str) -> Result<Scalar, PartError>;

/// A part of an index key that is in the primary key too, written in another way there.
#[derive(Debug, Clone, Copy)]
pub struct Recode {
    /// The part in the index key.
    pub slot: usize,
    /// The part in the primary key.
    pub from: usize,
    /// Reads the one's text, in a key attribute of that type, and gives the other's.
    pub with: fn(&str, KeyType) -> Result<String, PartError>,
}

/// What the library keeps of an entity's items, by attribute.
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub struct Kept {
    /// The number that each write counts up.
    pub version: Option<&'static str>,
    /// When the item expires, in seconds since 1970.
    pub ttl: Option<&'static str>,
    /// The fields whose values no two items have: name and attribute.
    pub unique: &'static [(&'static str, &'static str)],
}

impl Kept {
    /// Gathers what is kept; called by `#[derive(Entity)]`.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(
        version: Option<&'static str>,
        ttl: Option<&'static str>,
        unique: &'static [(&'static str, &'static str)],
    ) -> Self {
        Self { version, ttl, unique }
    }
}

/// A part of an entity's keys: the value of a slot, and how it is written.
#[derive(Debug, Clone, Copy)]
pub struct PartSchema {
    /// The field, and the fields within it: `item_sku.product_id`.
    pub path: &'static str,
    /// How it is written, in the words of the template: `plain`, `04`, `+06:desc`; `serde` for a
    /// field that is a key attribute by itself.
    pub encoding: &'static str,
    /// The type of the key attribute: S, but for a field that is one by itself.
    pub ty: KeyType,
    /// Whether greater values have lesser texts.
    pub descending: bool,
    /// Whether a text is one that the part would be written as, in an attribute of that type.
    pub check: fn(&str, KeyType) -> Result<(), PartError>,
    /// Reads the text, and gives what the field's own serde encoding of it is; `None` where the key
    /// is the field's encoding already, or the part is not the whole field.
    pub decode: Option<DecodePart>,
    pub(crate) write: WritePart,
    pub(crate) within: Option<FindPart>,
}

impl PartSchema {
    /// Whether it is a field, or within one.
    pub(crate) fn is_of(&self, field: &FieldSchema) -> bool {
        self.path.split('.').next() == Some(field.name)
    }

    /// The same, with what reads the text.
    #[doc(hidden)]
    #[must_use]
    pub const fn decoded(mut self, decode: DecodePart) -> Self {
        self.decode = Some(decode);
        self
    }

    /// The same, of a part within a field.
    #[doc(hidden)]
    #[must_use]
    pub const fn within(mut self, find: fn(&dyn Any) -> &dyn Any) -> Self {
        self.within = Some(find);
        self
    }
}

/// A field of an entity, as stored.
#[derive(Debug, Clone, Copy)]
pub struct FieldSchema {
    /// The field's name in Rust.
    pub name: &'static str,
    /// The attribute's name.
    pub attribute: &'static str,
    /// The field's type, as declared.
    pub ty: &'static str,
    /// Whether the field can be absent: an `Option`, or one with serde's `default`.
    pub optional: bool,
    /// Whether the field lives in the keys alone.
    pub key_only: bool,
    /// The parts that it can be put back from, a bit for each slot.
    pub restore: u32,
}

impl FieldSchema {
    /// The parts that it can be put back from, by slot.
    pub(crate) fn restored_from(&self) -> impl Iterator<Item = usize> {
        let mut left = self.restore;
        std::iter::from_fn(move || {
            let slot = left.trailing_zeros() as usize;
            // Without the lowest bit.
            left &= left.checked_sub(1)?;
            Some(slot)
        })
    }

    /// Whether a read of the table, or of an index, has it from the keys and not from its attribute.
    pub(crate) fn is_restored(&self, index: Option<&IndexSchema>) -> bool {
        let projected = index.is_none_or(|index| index.projects(self.attribute));
        self.key_only || !(projected || self.restore == 0)
    }
}

/// An entity as declared: its keys and its fields.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct EntitySchema {
    /// The entity's name: the struct's, and the value of the table's type attribute.
    pub name: &'static str,
    /// The partition key.
    pub pk: &'static [KeyAttribute],
    /// The sort key; none if the table has none.
    pub sk: &'static [KeyAttribute],
    /// The entity's keys in indexes.
    pub indexes: &'static [IndexKeys],
    /// The parts of all keys, by slot.
    pub parts: &'static [PartSchema],
    /// The fields that serde reads and writes, flattened ones aside.
    pub fields: &'static [FieldSchema],
    /// Whether fields are flattened into the item, so that its attributes are not all known.
    pub flattened: bool,
    /// The attribute that names the entity, where the table has one.
    pub type_attribute: Option<&'static str>,
    /// Whether `Debug` keeps the entity's keys to itself.
    pub sensitive: bool,
    /// The parts of index keys that are written in another way in the primary key.
    pub recodes: &'static [Recode],
    /// What the library keeps of the items.
    pub kept: Kept,
    /// The schema versions that items may be of, if the entity counts them.
    pub versions: Option<SchemaVersions>,
}

impl EntitySchema {
    /// No keys and no fields; what stands beside an error that the derive has told.
    #[doc(hidden)]
    pub const NONE: Self = Self {
        name: "",
        pk: &[],
        sk: &[],
        indexes: &[],
        parts: &[],
        fields: &[],
        flattened: false,
        type_attribute: None,
        sensitive: false,
        recodes: &[],
        kept: Kept::new(None, None, &[]),
        versions: None,
    };

    /// Gathers an entity's declaration; called by `#[derive(Entity)]`.
    #[doc(hidden)]
    pub const fn of<E: Entity>(
        pk: &'static [KeyAttribute],
        sk: &'static [KeyAttribute],
        indexes: &'static [IndexKeys],
        parts: &'static [PartSchema],
    ) -> Self {
        let type_attribute = <E::Table as Table>::SCHEMA.type_attribute;
        Self {
            name: E::NAME,
            pk,
            sk,
            indexes,
            parts,
            fields: E::FIELDS,
            type_attribute,
            versions: match &E::VERSIONS {
                Some(versions) => Some(versions.schema),
                None => None,
            },
            ..Self::NONE
        }
    }

    /// The same, with fields flattened into the item.
    #[doc(hidden)]
    #[must_use]
    pub const fn flattened(mut self) -> Self {
        self.flattened = true;
        self
    }

    /// The same, of an entity whose keys are nobody's business.
    #[doc(hidden)]
    #[must_use]
    pub const fn sensitive(mut self) -> Self {
        self.sensitive = true;
        self
    }

    /// The same, with parts that are written in two ways.
    #[doc(hidden)]
    #[must_use]
    pub const fn recoded(mut self, recodes: &'static [Recode]) -> Self {
        self.recodes = recodes;
        self
    }

    /// The same, with what the library keeps.
    #[doc(hidden)]
    #[must_use]
    pub const fn keeping(mut self, kept: Kept) -> Self {
        self.kept = kept;
        self
    }

    /// The key attributes of the primary key.
    pub(crate) fn primary(&self) -> impl Iterator<Item = &'static KeyAttribute> {
        self.pk.iter().chain(self.sk)
    }

    /// Every key attribute, those of indexes included; one may come twice.
    pub(crate) fn key_attributes(&self) -> impl Iterator<Item = &'static KeyAttribute> {
        self.primary().chain(self.indexes.iter().flat_map(|keys| keys.pk.iter().chain(keys.sk)))
    }
}

/// What serde writes and reads.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is an entity that serde does not know",
    label = "neither `Serialize` nor `Deserialize`, or one of them alone",
    note = "add `#[derive(Serialize, Deserialize)]` to `{Self}`"
)]
pub trait Stored: Serialize + DeserializeOwned {}

#[diagnostic::do_not_recommend]
impl<T: Serialize + DeserializeOwned> Stored for T {}

/// One kind of item, declared by [`#[derive(Entity)]`](macro@crate::Entity).
///
/// The derive implements it; what a service calls are the functions it adds to the struct
/// (`key`, `partition`, one per index) and the operations of
/// [`TableHandle`](crate::TableHandle).
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an entity",
    label = "not an entity",
    note = "consider adding `#[derive(Entity)]` to `{Self}`"
)]
pub trait Entity: Item + Stored + Declared<EntitySchema> {
    /// The fields of the partition key: one field's type, or a tuple.
    type Partition;

    /// The paths of its fields, which closures of `when`, `filter` and `set` get.
    type Paths: Place;

    /// The fields of the declaration.
    #[doc(hidden)]
    const FIELDS: &'static [FieldSchema];

    /// What tells that most declarations are right.
    #[doc(hidden)]
    const OUTLINE: Outline = Outline::NONE;

    /// The vector indexes that its items are in.
    #[doc(hidden)]
    const VECTORS: &'static [&'static VectorIndexSchema] = &[];

    /// The declaration, as data.
    const SCHEMA: &'static EntitySchema = Self::DECLARATION;

    /// The versions of the schema, and how items of the older ones are read.
    #[doc(hidden)]
    const VERSIONS: Option<Versions<Self>> = None;

    /// What is called before writes and after reads.
    #[doc(hidden)]
    const HOOKS: Hooks<Self> = Hooks::NONE;

    /// Begins a query of one partition.
    #[doc(hidden)]
    fn partition_steps(partition: Self::Partition) -> Steps<Self>;

    /// Lends the values of all keys' parts, primary key first, by slot.
    #[doc(hidden)]
    fn lend_parts<L: Lend>(&self, to: L) -> L::Output;

    /// Lends them as parts.
    #[doc(hidden)]
    fn parts<R>(&self, with: impl FnOnce(&[&dyn Part]) -> R) -> R {
        self.lend_parts(Parts::<Self, R, _>::new(with))
    }

    /// The actions that keep the timestamp of the last write.
    #[doc(hidden)]
    fn touch() -> Vec<Act> {
        Vec::new()
    }

    /// The item's primary key.
    ///
    /// # Errors
    ///
    /// If a field's value cannot stand in the key: it contains the table's separator, is too wide
    /// for its width, or makes the key empty or too long.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let songs = songs().await?;
    /// let key = song("1").primary_key()?;
    /// assert_eq!(key, Song::key("1")?);
    /// assert_eq!(key.to_string(), "1/Details");
    ///
    /// songs.delete(key).await?;
    /// assert_eq!(songs.get(Song::key("1")).await?, None);
    /// # Ok(())
    /// # }
    /// ```
    fn primary_key(&self) -> Result<Key<Self>, KeyError> {
        self.parts(Key::build)
    }
}
