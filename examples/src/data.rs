//! Data files: a JSON array of plain objects, checked whole before anything is written.
//!
//! An error names the file, the line and the attribute:
//! `songs.json:6: TotalDownloads: expected N, found S; nothing was loaded`.

use std::collections::HashMap;
use std::fmt;
use std::path::Path;

use entity_core::error::{ItemError, ItemReason};
use entity_core::key::KeyType;
use entity_core::schema::{KeyDef, KeyForm};
use entity_core::{Collection, Table};
use serde_json::error::Category;
use serde_json::value::RawValue;

use crate::json::{Attribute, Attributes, Members};
use crate::output::attributes;
use crate::{Error, Result};

/// Reads the items of a data file.
///
/// # Errors
///
/// If the file cannot be read, or any item of it is not one of the collection.
pub fn read<C: Collection>(path: &Path) -> Result<Vec<C>> {
    let name = path.display().to_string();
    let bytes = std::fs::read(path)
        .map_err(|error| Error::new(format!("cannot read {name}: {error}; nothing was loaded")))?;
    parse(&name, &bytes)
}

/// Reads the items of a data file's text, which errors call `name`.
///
/// # Errors
///
/// If any item is not one of the collection.
pub fn parse<C: Collection>(name: &str, bytes: &[u8]) -> Result<Vec<C>> {
    let checked = text(bytes).and_then(|text| File { text }.items());
    checked.map_err(|fault| Error::new(format!("{name}:{fault}; nothing was loaded")))
}

/// What is wrong with a data file, and where.
#[derive(Debug)]
struct Fault {
    line: usize,
    column: Option<usize>,
    what: String,
}

impl Fault {
    fn new(line: usize, what: impl fmt::Display) -> Self {
        Self { line, column: None, what: what.to_string() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.line)?;
        self.column.iter().try_for_each(|column| write!(f, ":{column}"))?;
        write!(f, ": {}", self.what)
    }
}

fn text(bytes: &[u8]) -> Result<&str, Fault> {
    std::str::from_utf8(bytes).map_err(|error| {
        let before = bytes.iter().take(error.valid_up_to());
        Fault::new(1 + before.filter(|byte| **byte == b'\n').count(), "not UTF-8")
    })
}

#[derive(Clone, Copy)]
struct File<'f> {
    text: &'f str,
}

impl<'f> File<'f> {
    fn items<C: Collection>(self) -> Result<Vec<C>, Fault> {
        let entries: Vec<&RawValue> =
            serde_json::from_str(self.text).map_err(|error| match error.classify() {
                Category::Data => Fault::new(error.line(), "expected an array of objects"),
                _ => Fault {
                    line: error.line(),
                    column: Some(error.column()),
                    what: format!("not JSON: {}", without_position(&error)),
                },
            })?;
        let (mut items, mut seen) = (Vec::with_capacity(entries.len()), HashMap::new());
        for entry in entries {
            let item: C = self.item(entry)?;
            if let Some(other) = seen.insert(key::<C>(&item), entry) {
                let other = self.line(other);
                let what = format!("an item with the same key is on line {other}");
                return Err(Fault::new(self.line(entry), what));
            }
            items.push(item);
        }
        Ok(items)
    }

    fn item<C: Collection>(self, entry: &'f RawValue) -> Result<C, Fault> {
        let members: Members<&RawValue> = serde_json::from_str(entry.get())
            .map_err(|_| Fault::new(self.line(entry), "expected an object"))?;
        let attributes = self.attributes(&members)?;
        let at = |name: &str| self.line(members.get(name).copied().unwrap_or(entry));
        for key in keys::<C>() {
            check_key(key, &attributes).map_err(|what| Fault::new(at(key.name), what))?;
        }
        let wire =
            serde_json::to_vec(&attributes).map_err(|error| Fault::new(self.line(entry), error))?;
        let item = C::from_wire(&wire).map_err(|error| {
            let name = attribute::<C>(&error).unwrap_or_default();
            Fault::new(at(&name), explain::<C>(&error))
        })?;
        // What the entity does not know would be left out, and that in silence.
        let stored = crate::output::attributes(&item)
            .map_err(|error| Fault::new(self.line(entry), error))?;
        let known = |name: &str| stored.get(name).is_some() || is_null(attributes.get(name));
        match members.0.iter().find(|(name, _)| !known(name)) {
            Some((name, _)) => {
                Err(Fault::new(at(name), format!("{name}: no attribute of this kind of item")))
            }
            None => Ok(item),
        }
    }

    fn attributes(self, members: &Members<&RawValue>) -> Result<Attributes, Fault> {
        let mut attributes = Members(Vec::with_capacity(members.0.len()));
        for (name, value) in &members.0 {
            let fault = |what: &str| Fault::new(self.line(value), format!("{name}: {what}"));
            if attributes.get(name).is_some() {
                return Err(fault("this attribute is there twice"));
            }
            let value = Attribute::from_plain(value).map_err(|what| fault(&what))?;
            attributes.0.push((name.clone(), value));
        }
        Ok(attributes)
    }

    /// The line on which a value begins; it is a part of the text, and so lies within it.
    ///
    /// It walks the text, so only a fault asks for it.
    fn line(self, value: &RawValue) -> usize {
        let offset = (value.get().as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize);
        let before = self.text.as_bytes().iter().take(offset);
        1 + before.filter(|byte| **byte == b'\n').count()
    }
}

fn is_null(value: Option<&Attribute>) -> bool {
    matches!(value, Some(Attribute::Null(_)))
}

/// The key attributes of the collection's table.
fn keys<C: Collection>() -> impl Iterator<Item = KeyDef> {
    let table = C::Table::SCHEMA;
    [Some(table.pk), table.sk].into_iter().flatten()
}

fn key<C: Collection>(item: &C) -> Vec<Option<Attribute>> {
    let attributes = attributes(item).unwrap_or(Members(Vec::new()));
    keys::<C>().map(|key| attributes.get(key.name).cloned()).collect()
}

/// A collection only says "of no entity" where a key attribute is missing or of another type.
fn check_key(key: KeyDef, attributes: &Attributes) -> Result<(), String> {
    let (name, expected) = (key.name, key.ty.name());
    match (key.ty, attributes.get(name)) {
        (_, None) => Err(format!("{name}: required, but not there")),
        (KeyType::S, Some(Attribute::S(_))) | (KeyType::N, Some(Attribute::N(_))) => Ok(()),
        (_, Some(other)) => {
            Err(format!("{name}: expected {expected}, found {}", other.type_name()))
        }
    }
}

/// The attribute that an error is about, where it is about one.
fn attribute<C: Collection>(error: &ItemError) -> Option<String> {
    match error.reason() {
        ItemReason::Decode(error) => error.path().split(['.', '[']).next().map(str::to_owned),
        ItemReason::NoKey(name)
        | ItemReason::KeyForm(name)
        | ItemReason::KeyMismatch(name)
        | ItemReason::Type(name)
        | ItemReason::KeyPart { attribute: name, .. } => Some((*name).to_owned()),
        ItemReason::Unknown => keys::<C>().last().map(|key| key.name.to_owned()),
        _ => None,
    }
}

fn explain<C: Collection>(error: &ItemError) -> String {
    match (error.reason(), keys::<C>().last()) {
        (ItemReason::Unknown, Some(key)) => {
            let forms: Vec<String> = forms::<C>(key.name).collect();
            format!("{}: the key of no kind of item; expected {}", key.name, forms.join(" or "))
        }
        (reason, _) => reason.to_string(),
    }
}

/// What that key attribute looks like, entity by entity.
fn forms<C: Collection>(attribute: &str) -> impl Iterator<Item = String> {
    let keys = C::ENTITIES.iter().flat_map(|entity| entity.pk.iter().chain(entity.sk));
    keys.filter(move |key| key.def.name == attribute).map(|key| match &key.form {
        KeyForm::Template(template) => format!("`{}`", template.source()),
        KeyForm::Field { name, .. } => format!("`{{{name}}}`"),
    })
}

/// serde_json's words, without the position at their end.
fn without_position(error: &serde_json::Error) -> String {
    let message = error.to_string();
    message.rsplit_once(" at line ").map_or(message.as_str(), |(what, _)| what).to_owned()
}
