//! `VectorIndex`: an index that finds what is near to a vector; and the rules of its declaration.

#![allow(clippy::panic, reason = "evaluated while compiling: it is the compile error")]

use serde::Serialize;

use super::check::{contains, fail, same, searchable, stored};
use super::{Entity, FieldSchema, IndexKind, IndexOf, IndexProjection, IndexSchema, KeyDef, Table};
use crate::Vector;
use crate::item::Readable;
use crate::key::{KeyField, KeyType, Message, SparseField};
use crate::query::IntoSearch;

/// How far two vectors are apart.
///
/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_VectorIndex.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Distance {
    /// `COSINE`: 1 less the cosine of the angle between them, from 0 (the same direction) to 2 (the
    /// opposite one). It is 1 where one of them is all zeros.
    Cosine,
    /// `EUCLIDEAN`: the length of the line between them, 0 or more.
    Euclidean,
    /// `DOT_PRODUCT`: the sum of the products of their numbers, which is the greater the nearer they
    /// are.
    DotProduct,
}

impl Distance {
    /// The service's name of it: `DOT_PRODUCT`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cosine => "COSINE",
            Self::Euclidean => "EUCLIDEAN",
            Self::DotProduct => "DOT_PRODUCT",
        }
    }

    /// What of the service's scores is the less the nearer two vectors are.
    pub(crate) fn of_score(self, score: f64) -> f64 {
        match self {
            Self::Cosine | Self::Euclidean => score,
            Self::DotProduct => -score,
        }
    }
}

/// A vector index as declared.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct VectorIndexSchema {
    /// The index's name.
    pub name: &'static str,
    /// The attribute that holds the vector.
    pub vector: &'static str,
    /// How many numbers a vector has.
    pub dimensions: usize,
    /// How far two of them are apart.
    pub distance: Distance,
    /// The attribute whose value a search is within, if there is one.
    pub partition: Option<KeyDef>,
    /// The attributes that a search may filter by.
    pub filters: &'static [KeyDef],
    /// Which attributes can be read from it, beside the table's keys, the partition and the filters.
    pub projection: IndexProjection,
    /// The same as reads of any index know it: the filters are where the sort key is.
    pub(crate) read_as: IndexSchema,
}

impl VectorIndexSchema {
    /// Gathers an index's declaration; called by `#[derive(VectorIndex)]`.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(
        name: &'static str,
        (vector, dimensions, distance): (&'static str, usize, Distance),
        partition: &'static [KeyDef],
        filters: &'static [KeyDef],
        projection: IndexProjection,
    ) -> Self {
        let read_as = IndexSchema::new(name, partition, filters, IndexKind::Global, projection);
        let partition = match partition {
            [partition, ..] => Some(*partition),
            [] => None,
        };
        Self { name, vector, dimensions, distance, partition, filters, projection, read_as }
    }

    /// The attributes of the search schema, with their types.
    pub(crate) fn search_schema(&self) -> impl Iterator<Item = &KeyDef> {
        self.partition.iter().chain(self.filters)
    }
}

/// A vector index, declared on a unit struct by [`#[derive(VectorIndex)]`](macro@crate::VectorIndex).
///
/// An item is in the index when it has the vector and, if the index has one, the search partition;
/// entities say with `#[entity(vector_index(...))]` which of their fields these are.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a vector index",
    label = "not a vector index",
    note = "name the struct that derives `VectorIndex`; others stand in `index(...)` and `indexes(...)`"
)]
pub trait VectorIndex: Sized + Send + Sync + 'static {
    /// The table that the index belongs to.
    type Table: Table;

    /// What it holds and is searched with: a [`Vector`] of as many dimensions as it has.
    type Vector: Serialize;

    /// The declaration, as data.
    const SCHEMA: &'static VectorIndexSchema;
}

/// A field that may be the vector of a [`VectorIndex`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the vector of an index",
    label = "not a `Vector<N>`",
    note = "give the field the type `entity_core::Vector<N>`, or `Option<Vector<N>>` where an item may have none and is then in no search",
    note = "the service indexes lists of numbers alone: an item with a number set is refused, and so is a list of another length"
)]
pub trait VectorField {
    /// How many numbers it has.
    const DIMENSIONS: usize;
}

impl<const N: usize> VectorField for Vector<N> {
    const DIMENSIONS: usize = N;
}

impl<const N: usize> VectorField for Option<Vector<N>> {
    const DIMENSIONS: usize = N;
}

/// The declaration of a vector index that the table lists.
#[must_use]
pub const fn vector_index_of_table<I: VectorIndex + IndexOf<T>, T>() -> &'static VectorIndexSchema {
    I::SCHEMA
}

/// The index is listed by its table, and an entity gives the search partition if there is one.
#[track_caller]
pub const fn check_vector_index<E: Readable, I: VectorIndex + IndexOf<T>, T>(partition: bool) {
    let (table, index) = (<E::Table as Table>::SCHEMA, I::SCHEMA);
    // What its own derive has refused has no name.
    if table.name.is_empty() || index.name.is_empty() {
        return;
    }
    if !declared(table.vector_indexes, index.name) {
        fail!(
            "the index `",
            index.name,
            "` is not listed in its table `",
            table.name,
            "`; add it to the table's `vector_indexes(...)`"
        );
    }
    match index.partition {
        Some(attribute) if !partition => fail!(
            "searches of the index `",
            index.name,
            "` are within a partition (`",
            attribute.name,
            "`), and an item without it is in none; add `partition = ...`"
        ),
        None if partition => {
            fail!("the index `", index.name, "` has no search partition; remove it here")
        }
        _ => {}
    }
}

/// The field is stored where the index looks for the vector, and has as many dimensions.
#[track_caller]
pub const fn check_vector<I: VectorIndex, F: VectorField>(field: &str, attribute: &str) {
    let index = I::SCHEMA;
    if index.name.is_empty() {
        return;
    }
    if !same(index.vector, attribute) {
        stored_elsewhere(index, "vector", index.vector, field, attribute);
    }
    if index.dimensions != F::DIMENSIONS {
        fail!(
            "the index `",
            index.name,
            "` has ",
            Message::new().push_number(index.dimensions).as_str(),
            " dimensions, and field `",
            field,
            "` has ",
            Message::new().push_number(F::DIMENSIONS).as_str(),
            "; give both the same number"
        );
    }
}

/// The field is the index's search partition, and every item has it.
#[track_caller]
pub const fn check_search_partition<I: VectorIndex, F: SparseField>(field: &str, attribute: &str) {
    let index = I::SCHEMA;
    // That there is none is told by `check_vector_index`.
    let Some(partition) = index.partition else { return };
    if !same(partition.name, attribute) {
        stored_elsewhere(index, "search partition", partition.name, field, attribute);
    }
    if F::OPTIONAL {
        fail!(
            "field `",
            field,
            "` is an `Option`, and an item without the search partition of `",
            index.name,
            "` is in no search; give it a type without `Option`"
        );
    }
    search_type::<F>(index, &partition, field);
}

/// The field is one of the index's filters.
#[track_caller]
pub const fn check_filter<I: VectorIndex, F: SparseField>(field: &str, attribute: &str) {
    let index = I::SCHEMA;
    let mut rest = index.filters;
    while let [filter, tail @ ..] = rest {
        if same(filter.name, attribute) {
            return search_type::<F>(index, filter, field);
        }
        rest = tail;
    }
    if !index.name.is_empty() {
        fail!(
            "field `",
            field,
            "` is stored under `",
            attribute,
            "`, which is no filter of the index `",
            index.name,
            "`; add it to the index's `filters`, or rename it"
        );
    }
}

#[track_caller]
const fn stored_elsewhere(
    index: &VectorIndexSchema,
    role: &str,
    wanted: &str,
    field: &str,
    attribute: &str,
) {
    fail!(
        "field `",
        field,
        "` is stored under `",
        attribute,
        "`, and the ",
        role,
        " of the index `",
        index.name,
        "` is `",
        wanted,
        "`; add `#[serde(rename = \"",
        wanted,
        "\")]`, or name the attribute so in the index"
    );
}

/// The field is stored as the type that the index says.
#[track_caller]
const fn search_type<F: SparseField>(index: &VectorIndexSchema, wanted: &KeyDef, field: &str) {
    let ty = <F::Field as KeyField>::TYPE;
    let found = match ty {
        Some(ty) if ty.same(wanted.ty) => return,
        Some(KeyType::S) => "S",
        Some(KeyType::N) => "N",
        Some(KeyType::B) => "B",
        None => "neither S, N nor B",
    };
    fail!(
        "the attribute `",
        wanted.name,
        "` of the index `",
        index.name,
        "` is ",
        wanted.ty.name(),
        ", and field `",
        field,
        "` is stored as ",
        found,
        "; give the field another type, or the attribute in the index"
    );
}

/// No field stands where a vector index of the table looks for the vector, unless it is one.
#[track_caller]
pub(super) const fn vectors<E: Entity>() {
    let mut rest = <E::Table as Table>::SCHEMA.vector_indexes;
    while let [index, tail @ ..] = rest {
        if stored(E::FIELDS, index.vector) && !declared(E::VECTORS, index.name) {
            fail!(
                "`",
                E::NAME,
                "` stores a field under `",
                index.vector,
                "`, where the index `",
                index.name,
                "` looks for the vector; add `vector_index(...)` to `",
                E::NAME,
                "`, or rename the field"
            );
        }
        rest = tail;
    }
}

const fn declared(indexes: &[&VectorIndexSchema], name: &str) -> bool {
    let mut rest = indexes;
    while let [index, tail @ ..] = rest {
        if same(index.name, name) {
            return true;
        }
        rest = tail;
    }
    false
}

/// Everything that `R` takes of an item can be read from the index, by name.
#[track_caller]
pub(crate) const fn found<R: Readable, S: IntoSearch>() {
    let index = <S::Index as VectorIndex>::SCHEMA;
    let mut entities = R::ENTITIES;
    while let [entity, tail @ ..] = entities {
        if entity.flattened && R::SELECTED.is_none() {
            fail!(
                "`",
                R::NAME,
                "` flattens attributes that have no names here, and a search of `",
                index.name,
                "` names what it reads; read a `Projection` of it"
            );
        }
        searchable(R::NAME, entity, &index.read_as, R::SELECTED);
        entities = tail;
    }
}

/// The attributes to ask a search for, each once: those that `R` reads, and the keys that tell which
/// entity an item is. An index does not give the vector unless it is asked for.
pub(crate) fn asked<R: Readable>(index: &'static VectorIndexSchema) -> Vec<&'static str> {
    let (table, read_as) = (<R::Table as Table>::SCHEMA, &index.read_as);
    let wanted = |field: &&FieldSchema| {
        let selected = R::SELECTED.is_none_or(|selected| contains(selected, field.attribute));
        selected && !field.is_restored(Some(read_as))
    };
    let fields = R::ENTITIES.iter().flat_map(|entity| entity.fields);
    let fields = fields.filter(wanted).map(|field| field.attribute);
    let ty = table.type_attribute.filter(|name| read_as.has(name));
    let keys = std::iter::once(&table.pk).chain(&table.sk).map(|key| key.name);
    let mut names: Vec<&'static str> = Vec::new();
    for name in keys.chain(ty).chain(fields) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}
