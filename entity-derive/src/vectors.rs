//! Vector indexes: what declares one, and what an entity gives it.

use syn::ext::IdentExt;
use syn::meta::ParseNestedMeta;
use syn::{DeriveInput, Ident, LitInt, LitStr, Path};

use crate::ast::{Entity, Field, IndexProjection, check_unit, default_crate, option_of};
use crate::attr::{self, KeyDef, Once};
use crate::ctxt::Ctxt;
use crate::suggest::{listed, suggest};
use crate::template::name_of;

/// The names of the distance functions, as `entity_core` has them.
const DISTANCES: [&str; 3] = ["Cosine", "Euclidean", "DotProduct"];

/// `#[derive(VectorIndex)]`.
pub(crate) struct VectorIndex<'a> {
    pub(crate) original: &'a DeriveInput,
    pub(crate) krate: Path,
    pub(crate) table: Path,
    pub(crate) name: LitStr,
    pub(crate) vector: LitStr,
    pub(crate) dimensions: usize,
    pub(crate) distance: Ident,
    pub(crate) partition: Option<KeyDef>,
    pub(crate) filters: Vec<KeyDef>,
    pub(crate) projection: IndexProjection,
}

impl<'a> VectorIndex<'a> {
    pub(crate) fn from_syn(cx: &Ctxt, original: &'a DeriveInput) -> Option<Self> {
        check_unit(cx, original, "VectorIndex");
        let of = "a vector index";
        let (mut table, mut name, mut krate) =
            (Once::new("table", of), Once::new("name", of), Once::new("crate", of));
        let (mut vector, mut dimensions, mut distance) =
            (Once::new("vector", of), Once::new("dimensions", of), Once::new("distance", of));
        let (mut partition, mut filters, mut projection) =
            (Once::new("partition", of), Once::new("filters", of), Once::new("project", of));
        let accepted = [
            "table",
            "name",
            "vector",
            "dimensions",
            "distance",
            "partition",
            "filters",
            "project",
            "keys_only",
            "crate",
        ];
        let read = attr::each(
            cx,
            &original.attrs,
            ("vector_index", "a vector index"),
            &accepted,
            |key, meta| {
                match key {
                    "table" => table.set(cx, meta, attr::path(meta)),
                    "name" => name.set(cx, meta, attr::string(meta)),
                    "vector" => vector.set(cx, meta, attr::string(meta)),
                    "dimensions" => dimensions.set(cx, meta, read_dimensions(meta)),
                    "distance" => distance.set(cx, meta, read_distance(meta)),
                    "partition" => partition.set(cx, meta, attr::key_def(meta)),
                    "filters" => filters.set(cx, meta, attr::key_defs(meta)),
                    "keys_only" => {
                        let flag = attr::flag(meta).map(|()| IndexProjection::KeysOnly);
                        projection.set(cx, meta, flag);
                    }
                    "project" => {
                        projection.set(cx, meta, attr::strings(meta).map(IndexProjection::Include));
                    }
                    "crate" => krate.set(cx, meta, attr::krate(meta)),
                    _ => return false,
                }
                true
            },
        );
        let ident = &original.ident;
        let name = name.get();
        if let Some(name) = name.as_ref().filter(|name| name.value().is_empty()) {
            cx.error(name, "an index's name is not empty");
        }
        let missing = |what: &str, write: &str| {
            format!("`{ident}` {what}; add `#[vector_index({write} = ...)]`")
        };
        let table = table.required(cx, ident, read, || missing("belongs to no table", "table"));
        let vector = vector.required(cx, ident, read, || {
            missing("does not say which attribute is the vector", "vector")
        });
        let dimensions = dimensions.required(cx, ident, read, || {
            missing("does not say how many numbers a vector has", "dimensions")
        });
        let distance = distance.required(cx, ident, read, || {
            let known = listed(&DISTANCES);
            format!("`{ident}` does not say how far two vectors are apart; add `#[vector_index(distance = ...)]` with {known}")
        });
        let (partition, filters) = (partition.get(), filters.get().unwrap_or_default());
        let index = Self {
            original,
            krate: krate.get().unwrap_or_else(default_crate),
            table: table?,
            name: name.unwrap_or_else(|| LitStr::new(&name_of(ident), ident.span())),
            vector: vector?,
            dimensions: dimensions?,
            distance: distance?,
            partition,
            filters,
            projection: projection.get().unwrap_or(IndexProjection::All),
        };
        index.check(cx);
        Some(index)
    }

    /// An attribute has one role.
    fn check(&self, cx: &Ctxt) {
        if self.vector.value().is_empty() {
            cx.error(&self.vector, "an attribute's name is not empty");
        }
        let mut seen = vec![self.vector.value()];
        for key in self.partition.iter().chain(&self.filters) {
            let name = key.name.value();
            if seen.contains(&name) {
                cx.error(&key.name, format!("`{name}` is in the index already; remove it"));
            }
            seen.push(name);
        }
    }
}

/// `dimensions = 8`.
fn read_dimensions(meta: &ParseNestedMeta<'_>) -> syn::Result<usize> {
    const EXPECTED: &str = "expected a number between 1 and 4096: `dimensions = 8`";
    let value: LitInt = meta
        .value()
        .map_err(|_| syn::Error::new_spanned(&meta.path, EXPECTED))?
        .parse()
        .map_err(|error| syn::Error::new(error.span(), EXPECTED))?;
    let number = value.base10_parse::<usize>().ok().filter(|number| (1..=4096).contains(number));
    number.ok_or_else(|| syn::Error::new(value.span(), EXPECTED))
}

/// `distance = Cosine`.
fn read_distance(meta: &ParseNestedMeta<'_>) -> syn::Result<Ident> {
    let expected = format!("expected {}: `distance = Cosine`", listed(&DISTANCES));
    let value: Ident = meta
        .value()
        .map_err(|_| syn::Error::new_spanned(&meta.path, &expected))?
        .parse()
        .map_err(|error: syn::Error| syn::Error::new(error.span(), &expected))?;
    if DISTANCES.iter().any(|known| value == known) {
        return Ok(value);
    }
    let (name, known) = (value.to_string(), DISTANCES.iter().copied());
    let message = format!("unknown distance function `{name}`{}", suggest(&name, known));
    Err(syn::Error::new(value.span(), message))
}

/// `vector_index(SongsAlike, vector = ..., partition = ..., filters = ...)` of an entity.
pub(crate) struct VectorKeys {
    pub(crate) index: Path,
    pub(crate) vector: Ident,
    pub(crate) partition: Option<Ident>,
    pub(crate) filters: Vec<Ident>,
}

impl VectorKeys {
    /// Parses what stands in the parentheses; `None` if a mistake was told.
    pub(crate) fn parse(cx: &Ctxt, meta: &ParseNestedMeta<'_>) -> Option<Self> {
        let of = "a vector index";
        let mut vector = Once::new("vector", of);
        let (mut partition, mut filters) = (Once::new("partition", of), Once::new("filters", of));
        let example =
            "`vector_index(Index, vector = field, partition = field, filters = (field, field))`";
        let what = ("vector_index", of, example);
        let (index, read) = attr::of_index(cx, meta, what, |key, meta| {
            match key {
                "vector" => vector.set(cx, meta, attr::field(meta)),
                "partition" => partition.set(cx, meta, attr::field(meta)),
                "filters" => filters.set(cx, meta, attr::fields(meta)),
                _ => return false,
            }
            true
        })?;
        let at = index.segments.last()?.ident.clone();
        let vector = vector.required(cx, &at, read, || {
            format!("`vector_index({at})` names no vector; add `vector = ...` with a field")
        });
        let (partition, filters) = (partition.get(), filters.get().unwrap_or_default());
        Some(Self { index, vector: vector?, partition, filters })
    }
}

/// What an entity gives to vector indexes are attributes, as their types make them.
pub(crate) fn check(cx: &Ctxt, entity: &Entity<'_>) {
    for (position, keys) in entity.vector_indexes.iter().enumerate() {
        let name = quote::ToTokens::to_token_stream(&keys.index).to_string();
        let same =
            |other: &VectorKeys| quote::ToTokens::to_token_stream(&other.index).to_string() == name;
        if entity.vector_indexes.iter().take(position).any(same) {
            let message =
                format!("duplicate `vector_index({name})`; an entity is in an index once");
            cx.error(&keys.index, message);
        }
        field(cx, entity, &keys.vector, "the vector");
        for filter in &keys.filters {
            field(cx, entity, filter, "a filter");
        }
        for (position, filter) in keys.filters.iter().enumerate() {
            if keys.filters.iter().take(position).any(|other| other == filter) {
                cx.error(filter, format!("`{filter}` is a filter already; remove it"));
            }
        }
        let Some(partition) = &keys.partition else { continue };
        if let Some(field) = field(cx, entity, partition, "the search partition") {
            if field.sometimes {
                cx.error(partition, format!(
                    "field `{partition}` may be left out, and an item without the search partition is in no search; remove `skip_serializing_if`"
                ));
            } else if option_of(field.ty).is_some() {
                cx.error(field.ty, format!(
                    "field `{partition}` is an `Option`, and an item without the search partition is in no search; give it a type without `Option`"
                ));
            }
        }
    }
}

fn field<'e, 'a>(
    cx: &Ctxt,
    entity: &'e Entity<'a>,
    ident: &Ident,
    role: &str,
) -> Option<&'e Field<'a>> {
    let name = name_of(&ident.unraw());
    let field = entity.field_or_error(cx, ident, ident)?;
    let wrong = if field.skip {
        "is skipped by serde"
    } else if field.flatten {
        "is flattened"
    } else if field.key_only {
        "is `key_only`"
    } else if field.custom {
        "is written `with` a function"
    } else {
        return Some(field);
    };
    let remedy = match role {
        "the vector" => "give it a field of type `Vector<N>`, without more",
        _ => "name another field",
    };
    cx.error(
        ident,
        format!("field `{name}` {wrong}, and {role} is an attribute as the field's type makes it; {remedy}"),
    );
    None
}
