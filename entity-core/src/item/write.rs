//! Writing: from the struct to an item's text, keys added.

use super::before_write;
use super::plan::mark;
use crate::error::{EncodeError, KeyError, KeyReason, WriteError};
use crate::key::{KeyType, Part, attribute_text, write_value};
use crate::schema::{Entity, EntitySchema, KeyAttribute};
use crate::wire::ser::{self, Attribute, ItemView};
use crate::wire::write;

/// Appends the item of an entity, as its hook before writes has it.
pub(super) fn write_entity<E: Entity>(entity: &E, out: &mut Vec<u8>) -> Result<(), WriteError> {
    let written = before_write(entity)?;
    write_fields(written.as_ref().unwrap_or(entity), out)
}

/// Appends the item of an entity: its attributes, its keys, its type, and its schema version.
pub(crate) fn write_fields<E: Entity>(entity: &E, out: &mut Vec<u8>) -> Result<(), WriteError> {
    let schema = E::SCHEMA;
    out.push(b'{');
    let written = ser::members(entity, out, &View::of(schema))
        .map_err(|error| EncodeError::new(schema.name, error))?;
    let (keys, text) = (Vec::new(), String::with_capacity(64));
    let mut members = Members { out, first: written == 0, keys, text };
    entity.parts(|parts| members.keys(schema, parts))?;
    if let Some(attribute) = schema.type_attribute.filter(|name| !members.keys.contains(name)) {
        write::string(members.name(attribute).begin_text(), schema.name);
        members.out.push(b'}');
    }
    if let Some(versions) = &schema.versions {
        let number = versions.newest.to_string();
        write_value(KeyType::N, &number, members.name(versions.attribute).out);
    }
    out.push(b'}');
    Ok(())
}

/// Which of an entity's attributes serde writes, and which are ours.
struct View {
    schema: &'static EntitySchema,
    /// The marks of those that may be ours.
    marks: u64,
}

impl View {
    fn of(schema: &'static EntitySchema) -> Self {
        let ours = schema.fields.iter().filter(|field| field.key_only);
        let marks = ours.fold(0, |marks, field| marks | mark(field.attribute));
        Self { schema, marks: if schema.flattened { u64::MAX } else { marks } }
    }
}

impl ItemView for View {
    #[inline]
    fn attribute(&self, name: &str) -> Attribute {
        match self.marks & mark(name) {
            0 => Attribute::Write,
            _ => self.attribute_of(name),
        }
    }
}

impl View {
    fn attribute_of(&self, name: &str) -> Attribute {
        let Self { schema, .. } = self;
        if schema.fields.iter().any(|field| field.key_only && field.attribute == name) {
            return Attribute::Leave;
        }
        if !schema.flattened {
            return Attribute::Write;
        }
        if schema.key_attributes().any(|key| !key.stored && key.def.name == name) {
            return Attribute::Refuse("a key attribute, which a flattened field cannot hold");
        }
        if schema.type_attribute == Some(name) {
            return Attribute::Refuse("the type attribute, which a flattened field cannot hold");
        }
        if schema.versions.is_some_and(|versions| versions.attribute == name) {
            return Attribute::Refuse("the schema version's, which a flattened field cannot hold");
        }
        Attribute::Write
    }
}

/// The members of an item that are added to those of the struct.
struct Members<'o> {
    out: &'o mut Vec<u8>,
    first: bool,
    /// The key attributes written so far: two indexes may share one.
    keys: Vec<&'static str>,
    /// The text of the key attribute in the making.
    text: String,
}

impl Members<'_> {
    /// The key attributes that can be made, each by itself, as updates make them: the service leaves
    /// an item out of an index that it lacks one of.
    fn keys(&mut self, schema: &'static EntitySchema, parts: &[&dyn Part]) -> Result<(), KeyError> {
        for key in schema.primary() {
            if !self.key(schema, key, parts)? {
                return Err(KeyError::new(schema.name, key, KeyReason::Absent));
            }
        }
        let mut indexes = schema.indexes.iter().flat_map(|keys| keys.pk.iter().chain(keys.sk));
        indexes.try_for_each(|key| self.key(schema, key, parts).map(drop))
    }

    /// Says `false` if a part of it is absent.
    fn key(
        &mut self,
        schema: &'static EntitySchema,
        key: &KeyAttribute,
        parts: &[&dyn Part],
    ) -> Result<bool, KeyError> {
        let (name, ty) = (key.def.name, key.def.ty);
        self.text.clear();
        let present = attribute_text(schema, key, parts, &mut self.text)?;
        if present && !key.stored && !self.keys.contains(&name) {
            self.keys.push(name);
            self.name(name);
            write_value(ty, &self.text, self.out);
        }
        Ok(present)
    }

    fn name(&mut self, name: &str) -> &mut Self {
        if !std::mem::replace(&mut self.first, false) {
            self.out.push(b',');
        }
        write::string(self.out, name);
        self.out.push(b':');
        self
    }

    fn begin_text(&mut self) -> &mut Vec<u8> {
        self.out.extend_from_slice(b"{\"S\":");
        self.out
    }
}
