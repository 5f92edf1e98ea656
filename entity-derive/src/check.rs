//! Rules across the attributes of one declaration:
//!
//! - [`attribute_names`]: no two fields are one attribute;
//! - [`fields_exist`]: keys name fields that are there;
//! - [`key_only_fields`]: what lives in the key alone is in the primary key, whole;
//! - [`optional_parts`]: at most one part of a primary key may be left out;
//! - [`absent_parts`]: what may be `None` in a primary key is an optional part;
//! - [`indexes_once`]: each index is given once;
//! - [`shards`]: there are so many that it makes sense, of a key that is a template;
//! - [`function_names`]: the functions that query indexes have different names;
//! - [`kept_once`]: there is one version, one time of expiry, of creation and of the last write;
//! - [`kept_fields`]: what the library keeps is an attribute, and in no key that it would change.
//!
//! Rules that take another declaration to know are in `entity_core::schema::check`.

use std::collections::HashMap;

use quote::ToTokens;

use crate::ast::{Entity, Field, IndexKeys, Kept, function_name, option_of};
use crate::attr::KeyExpr;
use crate::ctxt::Ctxt;
use crate::template::{Segment, name_of};
use crate::vectors::VectorKeys;

pub(crate) fn entity(cx: &Ctxt, entity: &Entity<'_>) {
    attribute_names(cx, &entity.fields);
    fields_exist(cx, entity);
    forgotten_braces(cx, entity);
    key_only_fields(cx, entity);
    optional_parts(cx, entity);
    absent_parts(cx, entity);
    indexes_once(cx, entity);
    shards(cx, entity);
    function_names(cx, entity);
    kept_once(cx, entity);
    kept_fields(cx, entity);
}

pub(crate) fn attribute_names(cx: &Ctxt, fields: &[Field<'_>]) {
    let mut seen: HashMap<&str, &Field<'_>> = HashMap::new();
    for field in fields.iter().filter(|field| !field.flatten && !field.skip) {
        if let Some(first) = seen.insert(&field.attribute, field) {
            let (name, first) = (&field.attribute, first.ident);
            cx.error(
                field.ident,
                format!("attribute name `{name}` is already used by field `{first}`"),
            );
        }
    }
}

fn fields_exist(cx: &Ctxt, entity: &Entity<'_>) {
    for key in entity.keys() {
        match key {
            KeyExpr::Field(ident) => field_exists(cx, entity, ident, ident),
            KeyExpr::Template(template) => {
                for part in template.parts() {
                    if let Some(first) = part.path.first() {
                        field_exists(cx, entity, first, &template.literal);
                    }
                }
            }
        }
    }
}

fn field_exists(cx: &Ctxt, entity: &Entity<'_>, name: &syn::Ident, at: &dyn ToTokens) {
    match entity.field_or_error(cx, name, at) {
        Some(field) if field.skip => {
            cx.error(at, format!("field `{name}` is skipped by serde, and cannot be in a key; remove `#[serde(skip)]`"));
        }
        Some(field) if field.flatten => {
            cx.error(
                at,
                format!(
                    "field `{name}` is flattened, and cannot be in a key; name a field of its own"
                ),
            );
        }
        Some(_) | None => {}
    }
}

/// A key that is a field's name is that text for every item, so that each is put over the other.
fn forgotten_braces(cx: &Ctxt, entity: &Entity<'_>) {
    for key in entity.keys() {
        let KeyExpr::Template(template) = key else { continue };
        let [Segment::Text(text)] = &template.segments[..] else { continue };
        if entity.fields.iter().any(|field| name_of(field.ident) == *text) {
            cx.error(&template.literal, format!(
                "\"{text}\" is this text for every item, not the field `{text}`; write `{text}` or \"{{{text}}}\", or if the text is meant, give the field another name and `#[serde(rename = \"{text}\")]`"
            ));
        }
    }
}

fn key_only_fields(cx: &Ctxt, entity: &Entity<'_>) {
    for field in entity.fields.iter().filter(|field| field.key_only) {
        let ident = field.ident;
        let whole = entity.primary().any(|key| match key {
            KeyExpr::Field(name) => name_of(name) == name_of(ident),
            KeyExpr::Template(template) => template
                .parts()
                .any(|part| matches!(&*part.path, [name] if name_of(name) == name_of(ident))),
        });
        if !whole {
            cx.error(ident, format!(
                "field `{ident}` is `key_only`, and no key holds it: add `{{{ident}}}` to `pk` or `sk`, or remove `key_only`"
            ));
        }
    }
}

fn optional_parts(cx: &Ctxt, entity: &Entity<'_>) {
    for key in entity.keys() {
        let KeyExpr::Template(template) = key else { continue };
        if let Some(second) = template.parts().filter(|part| part.optional).nth(1) {
            cx.error(
                &template.literal,
                format!(
                    "`{{{}?}}` is the second optional part; a key has at most one",
                    second.name()
                ),
            );
        }
    }
}

fn absent_parts(cx: &Ctxt, entity: &Entity<'_>) {
    for key in entity.primary() {
        let KeyExpr::Template(template) = key else { continue };
        for part in template.parts().filter(|part| !part.optional) {
            let [ident] = part.path.as_slice() else { continue };
            // A type by another name is told by rustc.
            let Some(field) = entity.field(ident).filter(|field| option_of(field.ty).is_some())
            else {
                continue;
            };
            let name = name_of(ident);
            cx.error(field.ty, format!(
                "field `{name}` is an `Option`, and `{{{name}}}` is never left out; write `{{{name}?}}`, or give it a type without `Option`"
            ));
        }
    }
}

fn function_names(cx: &Ctxt, entity: &Entity<'_>) {
    let mut seen = vec!["key".to_owned(), "partition".to_owned()];
    for keys in &entity.indexes {
        let Some(name) = function_name(&keys.index) else {
            cx.error(
                &keys.index,
                "the function that queries this index would have a keyword for its name; rename the index",
            );
            continue;
        };
        let name = name_of(&name);
        let same = |other: &&IndexKeys| text(&other.index) == text(&keys.index);
        let twice = entity.indexes.iter().filter(same).count() > 1;
        if seen.contains(&name) && !twice {
            cx.error(&keys.index, format!(
                "the function that queries this index would be a second `{name}`; rename the index, or use it under another name"
            ));
        }
        seen.push(name);
    }
    for keys in &entity.vector_indexes {
        let Some(name) = function_name(&keys.index).map(|name| name_of(&name)) else {
            cx.error(
                &keys.index,
                "the function that searches this index would have a keyword for its name; rename the index",
            );
            continue;
        };
        let same = |other: &&VectorKeys| text(&other.index) == text(&keys.index);
        let twice = entity.vector_indexes.iter().filter(same).count() > 1;
        if seen.contains(&name) && !twice {
            cx.error(&keys.index, format!(
                "the function that searches this index would be a second `{name}`; rename the index, or use it under another name"
            ));
        }
        seen.push(name);
    }
}

fn indexes_once(cx: &Ctxt, entity: &Entity<'_>) {
    for (position, keys) in entity.indexes.iter().enumerate() {
        let name = text(&keys.index);
        let mut earlier = entity.indexes.iter().take(position);
        if earlier.any(|other| text(&other.index) == name) {
            cx.error(
                &keys.index,
                format!("duplicate `index({name})`; an entity is in an index once"),
            );
        }
    }
}

fn shards(cx: &Ctxt, entity: &Entity<'_>) {
    for keys in &entity.indexes {
        let Some(shards) = &keys.shards else { continue };
        if !shards.base10_parse::<u32>().is_ok_and(|count| (2..=256).contains(&count)) {
            cx.error(shards, "a partition is spread over 2 to 256 shards, which a query asks all");
        }
        match keys.pk.last() {
            Some(KeyExpr::Template(_)) => {}
            Some(KeyExpr::Field(field)) => cx.error(field, format!(
                "the number of a shard follows a text, and `{field}` is the key by itself; write a template: `\"{{{field}}}\"`"
            )),
            None => cx.error(
                shards,
                "`shards` spreads the index's own partitions; add `pk = \"...\"`, or remove `shards` from a local index, which has the table's",
            ),
        }
    }
}

fn kept_once(cx: &Ctxt, entity: &Entity<'_>) {
    let mut seen: Vec<Kept> = Vec::new();
    for (kept, at) in entity.fields.iter().flat_map(|field| &field.kept) {
        let name = kept.name();
        if *kept != Kept::Unique && seen.contains(kept) {
            cx.error(at, format!("duplicate `{name}`; an entity has one"));
        }
        seen.push(*kept);
    }
}

fn kept_fields(cx: &Ctxt, entity: &Entity<'_>) {
    for field in &entity.fields {
        let ident = field.ident;
        for (kept, at) in &field.kept {
            let name = kept.name();
            if field.skip || field.flatten || field.key_only {
                cx.error(
                    at,
                    format!("`{name}` is for a field that is an attribute; `{ident}` is none"),
                );
            } else if *kept != Kept::Ttl && in_primary(entity, ident) {
                cx.error(at, format!(
                    "`{ident}` is in the primary key, which does not change; remove `{name}`, or take it out of the key"
                ));
            } else if let Some(other) =
                shares_index_key(entity, field).filter(|_| field.is_managed())
            {
                cx.error(at, format!(
                    "`{ident}` makes a key of an index with `{other}`, and updates set it alone; give it a key attribute of its own"
                ));
            } else if *kept == Kept::Version && in_index(entity, ident) {
                cx.error(at, format!(
                    "`{ident}` counts the writes, and is in no key of an index; remove `version`, or take it out of the key"
                ));
            } else if *kept == Kept::Version && option_of(field.ty).is_some() {
                cx.error(
                    field.ty,
                    "a version is a number, which is 0 before the first write; remove the `Option`",
                );
            } else if matches!(kept, Kept::Version | Kept::CreatedAt | Kept::UpdatedAt)
                && field.custom
            {
                cx.error(at, format!(
                    "`{name}` is for a field that serde writes by its type; remove `with` from `{ident}`"
                ));
            }
        }
        if let [_, (_, second), ..] = field.kept.as_slice() {
            cx.error(
                second,
                format!("`{ident}` is kept for something else; give this a field of its own"),
            );
        }
    }
}

fn in_primary(entity: &Entity<'_>, ident: &syn::Ident) -> bool {
    entity.primary().any(|key| fields_of(key).contains(&name_of(ident)))
}

fn in_index(entity: &Entity<'_>, ident: &syn::Ident) -> bool {
    entity.keys().skip(entity.primary().count()).any(|key| fields_of(key).contains(&name_of(ident)))
}

/// The names of the fields that a key is made of.
fn fields_of(key: &KeyExpr) -> Vec<String> {
    match key {
        KeyExpr::Field(field) => vec![name_of(field)],
        KeyExpr::Template(template) => {
            template.parts().filter_map(|part| part.path.first()).map(name_of).collect()
        }
    }
}

/// A field that is not in the primary key, and makes a key of an index with this one.
fn shares_index_key(entity: &Entity<'_>, field: &Field<'_>) -> Option<String> {
    let name = name_of(field.ident);
    let of_indexes = entity.keys().skip(entity.primary().count()).map(fields_of);
    let mut others = of_indexes.filter(|fields| fields.contains(&name)).flatten();
    others.find(|other| {
        let field = entity.fields.iter().find(|field| name_of(field.ident) == *other);
        *other != name && field.is_some_and(|field| !in_primary(entity, field.ident))
    })
}

fn text(tokens: &impl ToTokens) -> String {
    tokens.to_token_stream().to_string()
}
