//! Rules across the attributes of one declaration:
//!
//! - [`attribute_names`]: no two fields are one attribute;
//! - [`fields_exist`]: keys name fields that are there;
//! - [`key_only_fields`]: what lives in the key alone is in the primary key, whole;
//! - [`optional_parts`]: at most one part of a primary key may be left out;
//! - [`absent_parts`]: what may be `None` in a primary key is an optional part;
//! - [`indexes_once`]: each index is given once;
//! - [`function_names`]: the functions that query indexes have different names.
//!
//! Rules that take another declaration to know are in `entity_core::schema::check`.

use std::collections::HashMap;

use quote::ToTokens;

use crate::ast::{Entity, Field, IndexKeys, function_name, option_of};
use crate::attr::KeyExpr;
use crate::ctxt::Ctxt;
use crate::suggest::suggest;
use crate::template::name_of;

pub(crate) fn entity(cx: &Ctxt, entity: &Entity<'_>) {
    attribute_names(cx, &entity.fields);
    fields_exist(cx, entity);
    key_only_fields(cx, entity);
    optional_parts(cx, entity);
    absent_parts(cx, entity);
    indexes_once(cx, entity);
    function_names(cx, entity);
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
    let at = at.to_token_stream();
    let (ident, known) = (&entity.original.ident, entity.fields.iter());
    match entity.field(name) {
        None => {
            let (name, names) =
                (name_of(name), known.map(|field| name_of(field.ident)).collect::<Vec<_>>());
            let hint = suggest(&name, names.iter().map(String::as_str));
            cx.error(at, format!("`{ident}` has no field `{name}`{hint}"));
        }
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
        Some(_) => {}
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

fn text(tokens: &impl ToTokens) -> String {
    tokens.to_token_stream().to_string()
}
