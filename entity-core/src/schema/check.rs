//! Rules that need two declarations at once, checked in `const` evaluation.
//!
//! The derives call these in `const _: () = ...`, at the span of what is wrong, so that rustc's
//! first line is the message. They are `#[track_caller]`, so that rustc shows that span alone, and
//! no line of this file.
//!
//! A derive that refuses its declaration emits a schema without names and keys beside the error;
//! the rules pass over it, so that one mistake is one error.

#![allow(
    clippy::indexing_slicing,
    reason = "`const fn` has no `get`; what is out of bounds does not compile, or was checked before"
)]
#![allow(clippy::panic, reason = "evaluated while compiling: it is the compile error")]

use std::marker::PhantomData;

use super::outline::{Head, Outline, all_apart, is_right};
use super::{
    Document, Entity, EntitySchema, FieldSchema, Index, IndexKeys, IndexProjection, IndexSchema,
    KeyAttribute, KeyDef, KeyForm, Table, TableSchema, Variants,
};
use crate::item::{GUARD_PK, GUARD_SK, MAX_SLOTS, Readable};
use crate::key::{KeyField, KeyType, Message, Segment, SparseField, Template};
use crate::query::IntoQuery;

/// Whether two texts are equal.
pub(crate) const fn same(a: &str, b: &str) -> bool {
    // Evaluation costs time for each call: one of `len` in the loop would be most of it.
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let len = a.len();
    if len != b.len() {
        return false;
    }
    let mut i = 0;
    while i < len {
        if a[i] != b[i] {
            return false;
        }
        i += 1;
    }
    true
}

impl KeyDef {
    /// The key of a declaration that its own derive has refused.
    const UNKNOWN: Self = Self { name: "", ty: KeyType::S };

    const fn is_unknown(&self) -> bool {
        self.name.is_empty()
    }
}

/// Whether a name is among others.
#[must_use]
pub const fn contains(names: &[&str], name: &str) -> bool {
    let name = name.as_bytes();
    let len = name.len();
    let mut rest = names;
    while let [other, tail @ ..] = rest {
        let other = other.as_bytes();
        let mut i = if other.len() == len { 0 } else { usize::MAX };
        while i < len && other[i] == name[i] {
            i += 1;
        }
        if i == len {
            return true;
        }
        rest = tail;
    }
    false
}

/// Whether one of the fields is stored under an attribute.
pub(super) const fn stored(fields: &[FieldSchema], attribute: &str) -> bool {
    // As in `contains`: evaluation costs time for each call.
    let attribute = attribute.as_bytes();
    let len = attribute.len();
    let mut rest = fields;
    while let [field, tail @ ..] = rest {
        let other = field.attribute.as_bytes();
        let mut i = if other.len() == len && !field.key_only { 0 } else { usize::MAX };
        while i < len && other[i] == attribute[i] {
            i += 1;
        }
        if i == len {
            return true;
        }
        rest = tail;
    }
    false
}

/// Fails with a message of these parts.
///
/// It is a function of its own, as evaluation costs time for each local variable of a function.
#[cold]
#[track_caller]
pub(super) const fn fail_with(parts: &[&str]) -> ! {
    let mut message = Message::new();
    let mut rest = parts;
    while let [part, tail @ ..] = rest {
        message = message.push_str(part);
        rest = tail;
    }
    panic!("{}", message.as_str())
}

macro_rules! fail {
    ($($part:expr),* $(,)?) => { $crate::schema::check::fail_with(&[$($part),*]) };
}
pub(super) use fail;

/// The declared partition key of a table.
#[must_use]
pub const fn partition_key(table: &TableSchema) -> KeyDef {
    table.pk
}

/// The declared sort key of a table; [`has_sort_key`] tells that there is none.
#[must_use]
pub const fn sort_key(table: &TableSchema) -> KeyDef {
    match table.sk {
        Some(sk) => sk,
        None => KeyDef::UNKNOWN,
    }
}

/// An entity with `sk` belongs to a table with one.
#[track_caller]
pub const fn has_sort_key(table: &TableSchema, entity: &str) {
    if table.sk.is_none() && !table.name.is_empty() {
        fail!("the table `", table.name, "` has no sort key; remove `sk` from `", entity, "`");
    }
}

/// An entity without `sk` belongs to a table without one.
#[track_caller]
pub const fn no_sort_key(table: &TableSchema, entity: &str) {
    if let Some(sk) = table.sk {
        fail!(
            "`",
            entity,
            "` has no sort key, and its table `",
            table.name,
            "` has (`",
            sk.name,
            "`); add `sk = \"...\"`"
        );
    }
}

/// The declared partition key of an index at a position; [`index_key_count`] tells that there is
/// none.
#[must_use]
pub const fn index_pk(index: &'static IndexSchema, position: usize) -> KeyDef {
    if position < index.pk.len() { index.pk[position] } else { KeyDef::UNKNOWN }
}

/// The declared sort key of an index at a position, in the same way.
#[must_use]
pub const fn index_sk(index: &'static IndexSchema, position: usize) -> KeyDef {
    if position < index.sk.len() { index.sk[position] } else { KeyDef::UNKNOWN }
}

/// An entity gives as many attributes of an index's key as the index has.
#[track_caller]
pub const fn index_key_count(index: &IndexSchema, keys: &[KeyDef], count: usize, role: &str) {
    // What its own derive has refused has no name.
    if keys.len() == count || index.name.is_empty() {
        return;
    }
    if keys.is_empty() {
        fail!("the index `", index.name, "` has no ", role, "; remove it here");
    }
    fail!(
        "the ",
        role,
        " of the index `",
        index.name,
        "` has ",
        attributes(keys.len()),
        "; here are ",
        attributes(count)
    );
}

/// A number of key attributes in words; there are four at most.
const fn attributes(number: usize) -> &'static str {
    match number {
        1 => "1 attribute",
        2 => "2 attributes",
        3 => "3 attributes",
        4 => "4 attributes",
        _ => "more attributes",
    }
}

const fn is_listed(table: &TableSchema, index: &IndexSchema) -> bool {
    let mut rest = table.indexes;
    while let [first, tail @ ..] = rest {
        if same(first.name, index.name) {
            return true;
        }
        rest = tail;
    }
    false
}

/// An index of a table.
pub(crate) struct Listed<T, I>(PhantomData<(T, I)>);

impl<T: Table, I: Index> Listed<T, I> {
    /// Whether the table lists it: evaluated once, and not for each entity.
    pub(crate) const IS: bool = is_listed(T::SCHEMA, I::SCHEMA);
}

/// The index is the table's, and an entity gives the keys that it has.
#[track_caller]
pub const fn index_keys(table: &TableSchema, index: &IndexSchema, no_pk: bool, no_sk: bool) {
    if !is_listed(table, index) && !index.name.is_empty() && !table.name.is_empty() {
        fail!(
            "the index `",
            index.name,
            "` is not listed in its table `",
            table.name,
            "`; add it to the table's `indexes(...)`"
        );
    }
    if no_pk && !index.pk.is_empty() {
        fail!(
            "the index `",
            index.name,
            "` has a partition key (`",
            index.pk[0].name,
            "`); add `pk = ...`"
        );
    }
    if no_sk && !index.sk.is_empty() {
        fail!(
            "the index `",
            index.name,
            "` has a sort key (`",
            index.sk[0].name,
            "`); add `sk = ...`"
        );
    }
}

/// The hash of a nested field's name, by which its type is found.
///
/// rustc says nothing more of a type that is found by what has failed.
#[must_use]
#[track_caller]
pub const fn nested<D: Document>(field: &str) -> u64 {
    if !D::NAME.is_empty() && !contains(D::FIELDS, field) {
        let mut known = Message::new();
        let mut rest = D::FIELDS;
        while let [name, tail @ ..] = rest {
            let comma = if tail.is_empty() { "" } else { ", " };
            known = known.push_str("`").push_str(name).push_str("`").push_str(comma);
            rest = tail;
        }
        fail!("`", D::NAME, "` has no field `", field, "`; it has ", known.as_str());
    }
    super::hash_name(field)
}

/// The type of a field that is a key attribute by itself is the declared one.
#[track_caller]
pub const fn key_type<F: SparseField>(def: KeyDef, field: &str, primary: bool) {
    if def.is_unknown() {
        return;
    }
    if primary && F::OPTIONAL {
        fail!(
            "field `",
            field,
            "` is an `Option`, and a primary key is never absent; give it a type without `Option`"
        );
    }
    let Some(ty) = <F::Field as KeyField>::TYPE else {
        fail!(
            "field `",
            field,
            "` is stored as neither S, N nor B, and cannot be the key attribute `",
            def.name,
            "`; write a template: `\"{",
            field,
            "}\"`"
        );
    };
    if !def.ty.same(ty) {
        fail!(
            "the key attribute `",
            def.name,
            "` is ",
            def.ty.name(),
            ", and field `",
            field,
            "` is stored as ",
            ty.name(),
            "; give the field a type that is stored as ",
            def.ty.name(),
            ", or declare the key as ",
            ty.name(),
            "(\"",
            def.name,
            "\")"
        );
    }
}

/// Everything about one entity that takes its table's and its indexes' declarations to know.
#[track_caller]
pub const fn entity<E: Entity>() {
    if !is_right::<E>() {
        declaration::<E>();
    }
}

/// The same, by the declaration.
#[track_caller]
const fn declaration<E: Entity>() {
    let entity = E::SCHEMA;
    if entity.parts.len() > MAX_SLOTS {
        fail!("the keys of `", entity.name, "` have more than 32 parts together; take some away");
    }
    key_attributes(entity, entity.pk);
    key_attributes(entity, entity.sk);
    let mut indexes = entity.indexes;
    while let [keys, rest @ ..] = indexes {
        key_attributes(entity, keys.pk);
        key_attributes(entity, keys.sk);
        indexes = rest;
    }
    if Names::<E::Table>::SHARED {
        one_value(entity);
    }
    super::vector_index::vectors::<E>();
    if let Some(name) = entity.type_attribute {
        no_field(entity.name, entity.fields, name, "table's type attribute");
    }
}

/// No field is stored under an attribute that is the library's.
#[track_caller]
const fn no_field(entity: &str, fields: &[FieldSchema], name: &str, what: &str) {
    let mut rest = fields;
    while let [field, tail @ ..] = rest {
        if same(field.attribute, name) {
            fail!(
                "field `",
                field.name,
                "` of `",
                entity,
                "` is stored under the ",
                what,
                " `",
                name,
                "`; rename it"
            );
        }
        rest = tail;
    }
}

/// The attribute of the schema version is nothing else.
#[track_caller]
pub const fn schema_version<E: Entity>(name: &str) {
    // It is a part of the declaration of an entity with parameters.
    let (entity, table) = (E::NAME, <E::Table as Table>::SCHEMA);
    no_field(entity, E::FIELDS, name, "attribute of its schema version");
    let mut n = 0;
    while let Some(key) = nth_name(table, n) {
        if same(key, name) {
            fail!(
                "the attribute of the schema version of `",
                entity,
                "` is a key attribute of the table or of an index, `",
                name,
                "`; name another"
            );
        }
        n += 1;
    }
    if let Some(ty) = table.type_attribute
        && same(ty, name)
    {
        fail!(
            "the attribute of the schema version of `",
            entity,
            "` is the table's type attribute `",
            name,
            "`; name another"
        );
    }
}

#[track_caller]
const fn key_attributes(entity: &EntitySchema, keys: &[KeyAttribute]) {
    let mut rest = keys;
    while let [key, tail @ ..] = rest {
        key_attribute(entity, key);
        rest = tail;
    }
}

/// The type attribute is the entity's name, also where it is the key of an index.
#[track_caller]
const fn type_key(entity: &EntitySchema, key: &KeyAttribute) {
    if let Some(name) = entity.type_attribute
        && same(name, key.def.name)
    {
        if key.shards.is_some() {
            fail!(
                "the index key `",
                name,
                "` is the table's type attribute, which names no shard; remove `shards`"
            );
        }
        let named = match &key.form {
            KeyForm::Template(template) => match template.segments() {
                [Segment::Literal(literal)] => same(literal, entity.name),
                _ => false,
            },
            KeyForm::Field { .. } => false,
        };
        if !named {
            fail!(
                "the index key `",
                name,
                "` is the table's type attribute, which holds `",
                entity.name,
                "`; write `\"",
                entity.name,
                "\"`"
            );
        }
    }
}

#[track_caller]
const fn key_attribute(entity: &EntitySchema, key: &KeyAttribute) {
    if entity.type_attribute.is_some() {
        type_key(entity, key);
    }
    match &key.form {
        KeyForm::Template(template) => {
            if let Err(message) = template.check() {
                fail!("key `", key.def.name, "` of `", entity.name, "`: ", message.as_str());
            }
            if !matches!(key.def.ty, KeyType::S) && !key.def.is_unknown() {
                if key.shards.is_some() {
                    fail!(
                        "the key attribute `",
                        key.def.name,
                        "` is ",
                        key.def.ty.name(),
                        ", and the number of a shard is in a text; declare it as \"",
                        key.def.name,
                        "\", or remove `shards`"
                    );
                }
                fail!(
                    "the key attribute `",
                    key.def.name,
                    "` is ",
                    key.def.ty.name(),
                    ", and a template makes S; name a field: `pk = field`"
                );
            }
        }
        KeyForm::Field { .. } => {}
    }
    let mut rest: &[FieldSchema] = if key.stored { entity.fields } else { &[] };
    while let [field, tail @ ..] = rest {
        if same(field.attribute, key.def.name) && !field.key_only {
            let own = match &key.form {
                KeyForm::Field { name, .. } => same(name, field.name),
                KeyForm::Template(_) => false,
            };
            if !own {
                fail!(
                    "field `",
                    field.name,
                    "` of `",
                    entity.name,
                    "` is stored under the key attribute `",
                    key.def.name,
                    "`, which holds something else; rename the field, or make it the key: `",
                    field.name,
                    "` without quotes"
                );
            }
        }
        rest = tail;
    }
}

/// The names of a table's key attributes.
struct Names<T>(PhantomData<T>);

impl<T: Table> Names<T> {
    /// Whether a name stands in more keys than one: evaluated once, and not for each entity.
    const SHARED: bool = {
        let table = T::SCHEMA;
        let (mut shared, mut n) = (false, 0);
        while let Some(name) = nth_name(table, n) {
            n += 1;
            let mut other = n;
            while let Some(name_of_other) = nth_name(table, other) {
                shared |= same(name, name_of_other);
                other += 1;
            }
        }
        shared
    };
}

/// The name of the n-th key attribute of a table, those of indexes included.
pub(super) const fn nth_name(table: &TableSchema, mut n: usize) -> Option<&'static str> {
    if n < 2 {
        return Some(if n == 0 { table.pk.name } else { sort_key(table).name });
    }
    n -= 2;
    let mut indexes = table.indexes;
    while let [index, rest @ ..] = indexes {
        if n < index.pk.len() {
            return Some(index.pk[n].name);
        }
        n -= index.pk.len();
        if n < index.sk.len() {
            return Some(index.sk[n].name);
        }
        n -= index.sk.len();
        indexes = rest;
    }
    None
}

/// The n-th key attribute of an entity, those of indexes included.
const fn nth(entity: &EntitySchema, mut n: usize) -> Option<&KeyAttribute> {
    if n < entity.pk.len() {
        return Some(&entity.pk[n]);
    }
    n -= entity.pk.len();
    if n < entity.sk.len() {
        return Some(&entity.sk[n]);
    }
    n -= entity.sk.len();
    let mut at = 0;
    while at < entity.indexes.len() {
        let (pk, sk) = (entity.indexes[at].pk, entity.indexes[at].sk);
        if n < pk.len() {
            return Some(&pk[n]);
        }
        n -= pk.len();
        if n < sk.len() {
            return Some(&sk[n]);
        }
        n -= sk.len();
        at += 1;
    }
    None
}

/// No key attribute, used by two indexes or by an index and the table, has two values.
#[track_caller]
const fn one_value(entity: &EntitySchema) {
    let mut a = 0;
    while let Some(one) = nth(entity, a) {
        let mut b = a + 1;
        while let Some(two) = nth(entity, b) {
            let one_name = !one.def.is_unknown() && same(one.def.name, two.def.name);
            if one_name && !same(source(one), source(two)) {
                fail!(
                    "the key attribute `",
                    one.def.name,
                    "` of `",
                    entity.name,
                    "` has two values: `",
                    source(one),
                    "` and `",
                    source(two),
                    "`; give both keys the same"
                );
            }
            if one_name && shards(one) != shards(two) {
                fail!(
                    "the key attribute `",
                    one.def.name,
                    "` of `",
                    entity.name,
                    "` is in shards for one key, and not in as many for another; give both indexes the same `shards`"
                );
            }
            b += 1;
        }
        a += 1;
    }
}

/// Into how many shards a key is spread; 0 if it is not.
const fn shards(key: &KeyAttribute) -> u32 {
    match key.shards {
        Some(shards) => shards.count(),
        None => 0,
    }
}

/// How a key was declared.
const fn source(key: &KeyAttribute) -> &'static str {
    match &key.form {
        KeyForm::Field { name, .. } => name,
        KeyForm::Template(template) => template.source(),
    }
}

/// Everything that `R` takes of an item is in what is queried.
#[track_caller]
pub const fn readable<R: Readable, Q: IntoQuery>() {
    if let (Some(index), [entity]) = (Q::INDEX, R::ENTITIES) {
        projected(R::NAME, entity, &entity.indexes[index], R::SELECTED);
    }
}

/// Every field that is read from an index is projected, or is a key or a part of one; of an index for
/// which items make no keys of their own.
#[track_caller]
pub(super) const fn searchable(
    reader: &str,
    entity: &EntitySchema,
    index: &'static IndexSchema,
    selected: Option<&[&str]>,
) {
    projected(reader, entity, &IndexKeys { index, pk: &[], sk: &[] }, selected);
}

/// Every field that is read from an index is projected, or is in the keys.
#[track_caller]
const fn projected(
    reader: &str,
    entity: &EntitySchema,
    keys: &IndexKeys,
    selected: Option<&[&str]>,
) {
    let names = match keys.index.projection {
        IndexProjection::All => return,
        IndexProjection::KeysOnly => &[],
        IndexProjection::Include(names) => names,
    };
    if let Some(versions) = &entity.versions
        && !contains(names, versions.attribute)
    {
        fail!(
            "`",
            reader,
            "` cannot be read from the index `",
            keys.index.name,
            "`, which lacks `",
            versions.attribute,
            "`, the schema version; add it to the index's `project`"
        );
    }
    let mut rest = entity.fields;
    while let [field, tail @ ..] = rest {
        let wanted = match selected {
            Some(selected) => contains(selected, field.attribute),
            None => true,
        };
        if wanted
            && !contains(names, field.attribute)
            && !is_key(entity, keys, field)
            && !restored(entity, keys, field)
        {
            fail!(
                "`",
                reader,
                "` cannot be read from the index `",
                keys.index.name,
                "`, which lacks `",
                field.attribute,
                "`; add it to the index's `project`, or read a `Projection` without it"
            );
        }
        rest = tail;
    }
}

/// Every field of a projection is one of its entity.
#[track_caller]
pub const fn projection(projection: &str, entity: &EntitySchema, attributes: &[&str]) {
    let mut rest = attributes;
    while let [attribute, tail @ ..] = rest {
        let mut fields = entity.fields;
        let mut known = entity.flattened;
        while let [field, tail @ ..] = fields {
            known |= same(field.attribute, attribute);
            fields = tail;
        }
        if !known {
            fail!(
                "`",
                projection,
                "` reads the attribute `",
                attribute,
                "`, which `",
                entity.name,
                "` does not have; give the field the entity's name, and both the same serde renames"
            );
        }
        rest = tail;
    }
}

const fn is_key(entity: &EntitySchema, keys: &IndexKeys, field: &FieldSchema) -> bool {
    listed(entity.pk, field)
        || listed(entity.sk, field)
        || listed(keys.pk, field)
        || listed(keys.sk, field)
        || named(keys.index.pk, field)
        || named(keys.index.sk, field)
}

const fn named(keys: &[KeyDef], field: &FieldSchema) -> bool {
    let mut rest = keys;
    while let [key, tail @ ..] = rest {
        if same(key.name, field.attribute) {
            return true;
        }
        rest = tail;
    }
    false
}

const fn listed(keys: &[KeyAttribute], field: &FieldSchema) -> bool {
    let mut rest = keys;
    while let [key, tail @ ..] = rest {
        if same(key.def.name, field.attribute) {
            return true;
        }
        rest = tail;
    }
    false
}

const fn restored(entity: &EntitySchema, keys: &IndexKeys, field: &FieldSchema) -> bool {
    let mut slot = 0;
    while slot < MAX_SLOTS {
        if field.restore >> slot & 1 == 1
            && (holds(entity.pk, slot)
                || holds(entity.sk, slot)
                || holds(keys.pk, slot)
                || holds(keys.sk, slot))
        {
            return true;
        }
        slot += 1;
    }
    false
}

const fn holds(keys: &[KeyAttribute], slot: usize) -> bool {
    let mut rest = keys;
    while let [key, tail @ ..] = rest {
        if key.holds(slot) {
            return true;
        }
        rest = tail;
    }
    false
}

/// What the keys of a collection's entities begin with, which tells most of them apart at once: a hundred
/// of them are thousands of pairs, and evaluation costs time.
#[derive(Debug)]
pub struct Entities<const N: usize> {
    heads: [Head; N],
    /// Whether no two of them need to be compared.
    apart: bool,
}

impl<const N: usize> Entities<N> {
    /// The entities of a collection, of which there are `N`.
    #[must_use]
    pub const fn of<C: Readable>(entities: [Outline; N]) -> Self {
        let named = <C::Table as Table>::SCHEMA.type_attribute.is_some();
        let mut heads = [Head::UNKNOWN; N];
        let mut i = 0;
        while i < N {
            heads[i] = entities[i].head(named);
            i += 1;
        }
        Self { apart: all_apart(&heads), heads }
    }
}

/// No item of one entity can have the key of an item of an entity before it.
#[track_caller]
pub const fn disjoint_from<C: Variants, const N: usize>(all: &Entities<N>, position: usize) {
    let head = all.heads[position];
    let mut i = if all.apart { position } else { 0 };
    while i < position {
        if !head.is_apart(&all.heads[i]) {
            disjoint_variants::<C>(i, position);
        }
        i += 1;
    }
}

/// The same of two entities, by their declarations.
#[track_caller]
const fn disjoint_variants<C: Variants>(a: usize, b: usize) {
    disjoint(C::NAME, C::DECLARATION[a], C::DECLARATION[b]);
}

/// No item of one entity can have the key of an item of the other.
#[track_caller]
const fn disjoint(collection: &str, a: &EntitySchema, b: &EntitySchema) {
    if same(a.name, b.name) && a.type_attribute.is_some() {
        fail!(
            "two entities of `",
            collection,
            "` are named `",
            a.name,
            "`, which the table's type attribute could not tell apart; rename one"
        );
    }
    if a.type_attribute.is_some() || apart(a.pk, b.pk) || apart(a.sk, b.sk) {
        return;
    }
    if a.pk.is_empty() || b.pk.is_empty() {
        // Its own derive has told what is wrong with it.
        return;
    }
    let (one, two) = (key_source(a), key_source(b));
    fail!(
        "`",
        a.name,
        "` and `",
        b.name,
        "` of `",
        collection,
        "` can have the same key: `",
        one,
        "` and `",
        two,
        "`; begin one of them with another literal"
    );
}

const fn key_source(entity: &EntitySchema) -> &'static str {
    if entity.sk.is_empty() { source(&entity.pk[0]) } else { source(&entity.sk[0]) }
}

const fn apart(a: &[KeyAttribute], b: &[KeyAttribute]) -> bool {
    if a.is_empty() || b.is_empty() {
        return false;
    }
    match (&a[0].form, &b[0].form) {
        (KeyForm::Template(a), KeyForm::Template(b)) => a.disjoint(b),
        _ => false,
    }
}

/// The table can hold the items that guard unique values, and no other item has the key of one.
#[track_caller]
pub const fn guards(entity: &EntitySchema, table: &TableSchema, entities: &[&EntitySchema]) {
    if table.name.is_empty() {
        return;
    }
    let sort = match table.sk {
        Some(sk) => sk.ty.same(KeyType::S),
        None => true,
    };
    if !table.pk.ty.same(KeyType::S) || !sort {
        fail!(
            "unique values of `",
            entity.name,
            "` are kept by items whose keys are strings, and the table `",
            table.name,
            "` has other keys; remove `unique`, or give it a table of strings"
        );
    }
    let mut rest = entities;
    while let [first, tail @ ..] = rest {
        // What its own derive has refused has no keys.
        let refused = first.pk.is_empty();
        let apart =
            is_template_apart(first.pk, &GUARD_PK) || is_template_apart(first.sk, &GUARD_SK);
        if !refused && !apart {
            fail!(
                "an item of `",
                first.name,
                "` can have the key of one that keeps a unique value of `",
                entity.name,
                "` (`",
                GUARD_PK.source(),
                "`); begin a key of `",
                first.name,
                "` with a literal"
            );
        }
        rest = tail;
    }
}

const fn is_template_apart(keys: &[KeyAttribute], guard: &Template) -> bool {
    match keys {
        [KeyAttribute { form: KeyForm::Template(template), .. }, ..] => template.disjoint(guard),
        _ => false,
    }
}

/// Whether every entity of a collection has the same partition key, so that one query reads all.
#[track_caller]
pub const fn one_partition(collection: &str, entities: &[&EntitySchema]) {
    let mut at = 1;
    while at < entities.len() {
        let (first, other) = (entities[0], entities[at]);
        if first.pk.is_empty() || other.pk.is_empty() {
            return;
        }
        let alike = match (&first.pk[0].form, &other.pk[0].form) {
            (KeyForm::Field { .. }, KeyForm::Field { .. }) => true,
            (KeyForm::Template(a), KeyForm::Template(b)) => same_template(a, b),
            _ => false,
        };
        if !alike {
            fail!(
                "`",
                collection,
                "::partition` needs one partition key for all: `",
                source(&first.pk[0]),
                "` of `",
                first.name,
                "` and `",
                source(&other.pk[0]),
                "` of `",
                other.name,
                "` differ"
            );
        }
        at += 1;
    }
}

/// Checks that a partition has at most one item of an entity: that the sort key has no part of its own.
#[track_caller]
pub const fn once(collection: &str, entity: &EntitySchema) {
    let mut at = 0;
    while at < entity.sk.len() {
        let key = &entity.sk[at];
        if !is_made_of(key, entity.pk) {
            fail!(
                "a partition can have many items of `",
                entity.name,
                "`, by its `",
                source(key),
                "`; make it a `Vec<",
                entity.name,
                ">` in `",
                collection,
                "`"
            );
        }
        at += 1;
    }
}

/// Whether all parts of a key stand in others too.
const fn is_made_of(key: &KeyAttribute, others: &[KeyAttribute]) -> bool {
    let mut segments: &[Segment] = match &key.form {
        KeyForm::Field { slot, .. } => return any_holds(others, *slot),
        KeyForm::Template(template) => template.segments(),
    };
    while let [segment, rest @ ..] = segments {
        if let Some(slot) = segment.slot()
            && !any_holds(others, slot)
        {
            return false;
        }
        segments = rest;
    }
    true
}

const fn any_holds(keys: &[KeyAttribute], slot: usize) -> bool {
    let mut at = 0;
    while at < keys.len() {
        if keys[at].holds(slot) {
            return true;
        }
        at += 1;
    }
    false
}

/// Whether two templates differ in the names of their parts at most.
const fn same_template(a: &Template, b: &Template) -> bool {
    let (mut a, mut b) = (a.segments(), b.segments());
    while let ([x, xs @ ..], [y, ys @ ..]) = (a, b) {
        match (x, y) {
            (Segment::Literal(x), Segment::Literal(y)) if same(x, y) => {}
            (Segment::Part { .. }, Segment::Part { .. }) => {}
            _ => return false,
        }
        (a, b) = (xs, ys);
    }
    a.is_empty() && b.is_empty()
}
