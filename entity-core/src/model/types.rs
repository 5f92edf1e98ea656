//! The types of attributes, as far as a declaration tells them.

use super::{Sample, TableModel};
use crate::op::key_attributes;
use crate::schema::{EntitySchema, FieldSchema};

/// The type of an attribute, as DynamoDB names it: that of a key, that of sample items, or else what
/// the field's type looks like.
pub(super) fn attribute_type(table: &TableModel, attribute: &str) -> String {
    let keys = key_attributes(table.wanted.schema);
    if let Some(key) = keys.iter().find(|key| key.name == attribute) {
        return key.ty.name().to_owned();
    }
    if let Some(ty) = table.samples.iter().find_map(|sample| sampled(sample, attribute)) {
        return ty;
    }
    let fields = table.wanted.entities.iter().flat_map(|entity| entity.fields);
    let field = fields.clone().find(|field| field.attribute == attribute);
    field.map_or("S", |field| looks_like(&rust_type(field))).to_owned()
}

/// The type of a value in a sample item; NULL tells none.
fn sampled(sample: &Sample, attribute: &str) -> Option<String> {
    let (ty, _) = sample.get(attribute)?.as_object()?.iter().next()?;
    Some(ty.clone()).filter(|ty| ty != "NULL")
}

/// The attributes of an entity's items beside the table's key: those of indexes, the type's, those of
/// fields.
pub(super) fn attributes(table: &TableModel, entity: &EntitySchema) -> Vec<&'static str> {
    let schema = table.wanted.schema;
    let keys = entity.indexes.iter().flat_map(|keys| keys.pk.iter().chain(keys.sk));
    let keys = keys.map(|key| key.def.name).chain(entity.type_attribute);
    let fields = entity.fields.iter().filter(|field| !field.key_only).map(|field| field.attribute);
    let mut attributes = Vec::new();
    for name in keys.chain(fields) {
        let of_table = name == schema.pk.name || schema.sk.is_some_and(|sk| sk.name == name);
        if !of_table && !attributes.contains(&name) {
            attributes.push(name);
        }
    }
    attributes
}

/// The field's type as it is written, without the spaces between tokens.
pub(super) fn rust_type(field: &FieldSchema) -> String {
    let tight = [" <", "< ", " >", " ::", ":: ", " ,", "& ", " ;", "[ ", " ]", "( ", " )"];
    tight.iter().fold(field.ty.to_owned(), |ty, spaced| ty.replace(spaced, spaced.trim()))
}

/// What serde makes of a type, by its name: a guess.
fn looks_like(ty: &str) -> &'static str {
    let inner = |name: &str| {
        let (_, rest) = ty.split_once(name)?;
        rest.strip_prefix('<')?.strip_suffix('>')
    };
    if let Some(inner) = inner("Option").or_else(|| inner("Box")) {
        return looks_like(inner);
    }
    let name = ty.split('<').next().and_then(|path| path.rsplit("::").next());
    match name.unwrap_or(ty) {
        "u8" | "u16" | "u32" | "u64" | "u128" | "usize" | "i8" | "i16" | "i32" | "i64" | "i128"
        | "isize" | "f32" | "f64" | "Number" => "N",
        "bool" => "BOOL",
        "Vec" | "VecDeque" | "BTreeSet" | "HashSet" => "L",
        "BTreeMap" | "HashMap" => "M",
        "ByteBuf" | "Bytes" => "B",
        _ => "S",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_guessed_by_their_names() {
        for (ty, expected) in [
            ("u64", "N"),
            ("Option<u64>", "N"),
            ("Option<std::collections::BTreeMap<String, u32>>", "M"),
            ("Vec<u8>", "L"),
            ("entity_core::wire::Number", "N"),
            ("bool", "BOOL"),
            ("String", "S"),
            ("Box<dyn Any>", "S"),
            ("MyOption", "S"),
        ] {
            assert_eq!(looks_like(ty), expected, "{ty}");
        }
    }
}
