//! Writing: from the struct to an item's text, keys added.

use super::before_write;
use crate::error::{EncodeError, KeyError, KeyReason, WriteError};
use crate::key::{KeyType, KeyValue, Part, attribute_value};
use crate::schema::{Entity, EntitySchema, IndexKeys};
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
    let written = ser::members(entity, out, &View(schema))
        .map_err(|error| EncodeError::new(schema.name, error))?;
    let mut members = Members { out, first: written == 0, keys: Vec::new() };
    entity.parts(|parts| members.keys(schema, parts))?;
    if let Some(attribute) = schema.type_attribute.filter(|name| !members.keys.contains(name)) {
        write::string(members.name(attribute).begin_text(), schema.name);
        members.out.push(b'}');
    }
    if let Some(versions) = &schema.versions {
        let number = KeyValue::new(KeyType::N, versions.newest.to_string());
        number.write(members.name(versions.attribute).out);
    }
    out.push(b'}');
    Ok(())
}

/// Which of an entity's attributes serde writes, and which are ours.
struct View(&'static EntitySchema);

impl ItemView for View {
    fn attribute(&self, name: &str) -> Attribute {
        let Self(schema) = self;
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
}

impl Members<'_> {
    fn keys(&mut self, schema: &'static EntitySchema, parts: &[&dyn Part]) -> Result<(), KeyError> {
        for key in schema.primary() {
            let value = attribute_value(schema.name, key, parts)?
                .ok_or_else(|| KeyError::new(schema.name, key, KeyReason::Absent))?;
            self.key(key.def.name, key.stored, &value);
        }
        schema.indexes.iter().try_for_each(|keys| self.index(schema, keys, parts))
    }

    /// The key attributes of an index that can be made, each by itself, as updates make them: the
    /// service leaves an item out of an index that it lacks one of.
    fn index(
        &mut self,
        schema: &'static EntitySchema,
        keys: &'static IndexKeys,
        parts: &[&dyn Part],
    ) -> Result<(), KeyError> {
        for key in keys.pk.iter().chain(keys.sk) {
            if let Some(value) = attribute_value(schema.name, key, parts)? {
                self.key(key.def.name, key.stored, &value);
            }
        }
        Ok(())
    }

    fn key(&mut self, name: &'static str, stored: bool, value: &KeyValue) {
        if !stored && !self.keys.contains(&name) {
            self.keys.push(name);
            value.write(self.name(name).out);
        }
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
