//! `Plan`: what each attribute is to an entity, read from a table or from an index.

use crate::schema::{DecodePart, EntitySchema, FieldSchema, IndexSchema, KeyAttribute};

/// What an attribute is to the struct.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// A field: the struct sees it.
    Field,
    /// A key attribute, which is kept until the end; a field too if it is `stored`.
    Key { stored: bool },
    /// The type attribute, which may be an index's key too, or that of the schema version.
    Type,
    /// An attribute that stands where a field lives in the keys.
    Hidden,
}

/// The roles of an entity's attributes, and the fields that the keys give back.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) schema: &'static EntitySchema,
    roles: Vec<(&'static str, Role)>,
    /// The marks of these names: few others have one of them.
    marks: u64,
    /// The fields to put back, if the item has no such attribute.
    pub(super) restored: Vec<Restored>,
}

/// A field that is put back, and the parts of keys that it is read from: the first that the item has.
#[derive(Debug)]
pub(super) struct Restored {
    pub(super) attribute: &'static str,
    pub(super) sources: Vec<Source>,
}

/// A part of a key attribute, by slot.
#[derive(Debug)]
pub(super) struct Source {
    pub(super) key: &'static KeyAttribute,
    pub(super) slot: usize,
    pub(super) decode: Option<DecodePart>,
}

impl Restored {
    fn new(schema: &'static EntitySchema, field: &FieldSchema) -> Self {
        let sources = field.restored_from().flat_map(|slot| {
            let decode = schema.parts.get(slot).and_then(|part| part.decode);
            let keys = schema.key_attributes().filter(move |key| key.holds(slot));
            keys.map(move |key| Source { key, slot, decode })
        });
        Self { attribute: field.attribute, sources: sources.collect() }
    }
}

impl Plan {
    /// `selected` are the attributes of the struct, if it does not have all.
    pub(super) fn new(
        schema: &'static EntitySchema,
        index: Option<&'static IndexSchema>,
        selected: Option<&'static [&'static str]>,
    ) -> Self {
        let mut roles = Vec::from_iter(schema.type_attribute.map(|name| (name, Role::Type)));
        roles.extend(schema.versions.map(|versions| (versions.attribute, Role::Type)));
        for (position, key) in schema.key_attributes().enumerate() {
            let primary = position < schema.pk.len() + schema.sk.len();
            if primary || !key.stored {
                roles.push((key.def.name, Role::Key { stored: key.stored }));
            }
        }
        let key_only = schema.fields.iter().filter(|field| field.key_only);
        roles.extend(key_only.map(|field| (field.attribute, Role::Hidden)));
        let wanted = |name| selected.is_none_or(|selected| selected.contains(&name));
        // Keys come with every index, and a field may be stored as one.
        let primary = |name| schema.primary().any(|key| key.def.name == name);
        let given = |name| primary(name) || index.is_some_and(|index| index.has(name));
        let restored = schema.fields.iter().filter(|field| wanted(field.attribute));
        let restored = restored.filter(|field| field.is_restored(index));
        let restored = restored.filter(|field| field.key_only || !given(field.attribute));
        let marks = roles.iter().fold(0, |marks, (name, _)| marks | mark(name));
        let restored = restored.map(|field| Restored::new(schema, field)).collect();
        Self { schema, roles, marks, restored }
    }

    /// What an attribute is, and its declared name, which outlives the item's text; a field has none.
    #[inline]
    pub(super) fn role(&self, attribute: &str) -> (&'static str, Role) {
        let known = match self.marks & mark(attribute) {
            0 => None,
            _ => self.roles.iter().find(|(name, _)| *name == attribute),
        };
        known.copied().unwrap_or(("", Role::Field))
    }
}

/// A bit that a name has, by its length and its first letter.
#[inline]
pub(super) fn mark(name: &str) -> u64 {
    let first = name.as_bytes().first().copied().unwrap_or_default();
    1 << ((name.len() ^ usize::from(first)) % 64)
}
