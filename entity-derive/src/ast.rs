//! The declarations, as our own trees that keep the original tokens.

use quote::ToTokens;
use syn::spanned::Spanned;
use syn::{
    Data, DeriveInput, ExprPath, Fields, GenericArgument, Ident, LitInt, LitStr, Path,
    PathArguments, Type, Visibility,
};

use crate::attr::{self, KeyDef, KeyExpr, Once};
use crate::case::snake;
use crate::ctxt::Ctxt;
use crate::serde_attr;
use crate::suggest::suggest;
use crate::template::{field_name, name_of};
pub(crate) use crate::vectors::VectorIndex;
use crate::vectors::{self, VectorKeys};

/// The path of `entity_core`, which `crate = ...` changes.
pub(crate) fn default_crate() -> Path {
    syn::parse_quote!(::entity_core)
}

/// Finds `crate = ...` even where the rest is wrong, for the fallback.
pub(crate) fn crate_path(input: &DeriveInput, attribute: &str) -> Path {
    let mut found = None;
    for attribute in input.attrs.iter().filter(|found| found.path().is_ident(attribute)) {
        // What is wrong has been told by the parser proper.
        let _ = attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("crate") {
                found = attr::krate(&meta).ok();
            }
            attr::skip_to_comma(meta.input)
        });
    }
    found.unwrap_or_else(default_crate)
}

/// `#[derive(Table)]`.
pub(crate) struct Table<'a> {
    pub(crate) original: &'a DeriveInput,
    pub(crate) krate: Path,
    pub(crate) name: LitStr,
    pub(crate) pk: KeyDef,
    pub(crate) sk: Option<KeyDef>,
    pub(crate) separator: LitStr,
    pub(crate) type_attribute: Option<LitStr>,
    pub(crate) indexes: Vec<Path>,
    pub(crate) vector_indexes: Vec<Path>,
    pub(crate) items: Type,
}

impl<'a> Table<'a> {
    pub(crate) fn from_syn(cx: &Ctxt, original: &'a DeriveInput) -> Option<Self> {
        check_unit(cx, original, "Table");
        let of = "a table";
        let (mut name, mut pk, mut sk) =
            (Once::new("name", of), Once::new("pk", of), Once::new("sk", of));
        let (mut separator, mut type_attribute) =
            (Once::new("separator", of), Once::new("type_attribute", of));
        let (mut indexes, mut items, mut krate) =
            (Once::new("indexes", of), Once::new("items", of), Once::new("crate", of));
        let mut vector_indexes = Once::new("vector_indexes", of);
        let accepted = [
            "name",
            "pk",
            "sk",
            "indexes",
            "vector_indexes",
            "items",
            "separator",
            "type_attribute",
            "crate",
        ];
        let read = attr::each(cx, &original.attrs, ("table", "a table"), &accepted, |key, meta| {
            match key {
                "name" => name.set(cx, meta, attr::string(meta)),
                "pk" => pk.set(cx, meta, attr::key_def(meta)),
                "sk" => sk.set(cx, meta, attr::key_def(meta)),
                "separator" => separator.set(cx, meta, attr::string(meta)),
                "type_attribute" => type_attribute.set(cx, meta, attr::string(meta)),
                "indexes" => indexes.set(cx, meta, attr::paths(meta)),
                "vector_indexes" => vector_indexes.set(cx, meta, attr::paths(meta)),
                "items" => items.set(cx, meta, attr::ty(meta)),
                "crate" => krate.set(cx, meta, attr::krate(meta)),
                _ => return false,
            }
            true
        });
        let ident = &original.ident;
        let name = name.get();
        if let Some(name) = name.as_ref().filter(|name| name.value().is_empty()) {
            cx.error(name, "a table's name is not empty");
        }
        let name = name.unwrap_or_else(|| LitStr::new(&name_of(ident), ident.span()));
        let pk = pk.required(cx, ident, read, || {
            format!("`{ident}` has no partition key; add `#[table(pk = \"...\")]`")
        });
        let sk = sk.get();
        if let (Some(pk), Some(sk)) = (&pk, &sk)
            && pk.name.value() == sk.name.value()
        {
            cx.error(
                &sk.name,
                format!(
                    "`{}` is the partition key; give the sort key another name",
                    sk.name.value()
                ),
            );
        }
        let items = items.required(cx, ident, read, || {
            format!(
                "`{ident}` does not say what it holds; add `#[table(items = ...)]` with the enum that derives `Collection`"
            )
        });
        let vector_indexes = vector_indexes.get().unwrap_or_default();
        if let Some(sixth) = vector_indexes.get(5) {
            cx.error(sixth, "a table has at most five vector indexes");
        }
        Some(Self {
            original,
            krate: krate.get().unwrap_or_else(default_crate),
            name,
            pk: pk?,
            sk,
            separator: separator.get().unwrap_or_else(|| LitStr::new("#", ident.span())),
            type_attribute: type_attribute.get(),
            indexes: indexes.get().unwrap_or_default(),
            vector_indexes,
            items: items?,
        })
    }
}

/// `#[derive(Index)]`.
pub(crate) struct Index<'a> {
    pub(crate) original: &'a DeriveInput,
    pub(crate) krate: Path,
    pub(crate) table: Path,
    pub(crate) name: LitStr,
    pub(crate) pk: Vec<KeyDef>,
    pub(crate) sk: Vec<KeyDef>,
    pub(crate) local: bool,
    pub(crate) projection: IndexProjection,
}

pub(crate) enum IndexProjection {
    All,
    KeysOnly,
    Include(Vec<LitStr>),
}

impl<'a> Index<'a> {
    pub(crate) fn from_syn(cx: &Ctxt, original: &'a DeriveInput) -> Option<Self> {
        check_unit(cx, original, "Index");
        let of = "an index";
        let (mut table, mut name, mut krate) =
            (Once::new("table", of), Once::new("name", of), Once::new("crate", of));
        let (mut pk, mut sk) = (Once::new("pk", of), Once::new("sk", of));
        let (mut local, mut projection) = (Once::new("local", of), Once::new("project", of));
        let accepted = ["table", "name", "pk", "sk", "local", "project", "keys_only", "crate"];
        let read =
            attr::each(cx, &original.attrs, ("index", "an index"), &accepted, |key, meta| {
                match key {
                    "table" => table.set(cx, meta, attr::path(meta)),
                    "name" => name.set(cx, meta, attr::string(meta)),
                    "pk" => pk.set(cx, meta, attr::key_defs(meta)),
                    "sk" => sk.set(cx, meta, attr::key_defs(meta)),
                    "local" => local.set(cx, meta, attr::flag(meta)),
                    "keys_only" => {
                        projection.set(
                            cx,
                            meta,
                            attr::flag(meta).map(|()| IndexProjection::KeysOnly),
                        );
                    }
                    "project" => {
                        projection.set(cx, meta, attr::strings(meta).map(IndexProjection::Include))
                    }
                    "crate" => krate.set(cx, meta, attr::krate(meta)),
                    _ => return false,
                }
                true
            });
        let ident = &original.ident;
        let name = name.get();
        if let Some(name) = name.as_ref().filter(|name| name.value().is_empty()) {
            cx.error(name, "an index's name is not empty");
        }
        let local = local.get().is_some();
        let table = table.required(cx, ident, read, || {
            format!("`{ident}` belongs to no table; add `#[index(table = ...)]`")
        });
        let pk = match local {
            true => pk.get(),
            false => pk.required(cx, ident, read, || {
                format!("`{ident}` has no partition key; add `#[index(pk = \"...\")]`")
            }),
        };
        let sk = match local {
            true => sk.required(cx, ident, read, || {
                format!("`{ident}` is a local index without a sort key; add `sk = \"...\"`")
            }),
            false => sk.get(),
        };
        let (pk, sk) = (pk.unwrap_or_default(), sk.unwrap_or_default());
        check_index_keys(cx, local, &pk, &sk);
        Some(Self {
            original,
            krate: krate.get().unwrap_or_else(default_crate),
            table: table?,
            name: name.unwrap_or_else(|| LitStr::new(&name_of(ident), ident.span())),
            pk,
            sk,
            local,
            projection: projection.get().unwrap_or(IndexProjection::All),
        })
    }
}

/// How many key attributes an index has, and that they are different ones.
fn check_index_keys(cx: &Ctxt, local: bool, pk: &[KeyDef], sk: &[KeyDef]) {
    for keys in [pk, sk] {
        if let Some(fifth) = keys.get(4) {
            cx.error(&fifth.name, "an index key has at most four attributes");
        }
    }
    if let Some(first) = pk.first().filter(|_| local) {
        cx.error(&first.name, "a local index has the table's partition key; remove `pk`");
    }
    if let Some(second) = sk.get(1).filter(|_| local) {
        cx.error(&second.name, "a local index has one sort key attribute");
    }
    let all: Vec<&KeyDef> = pk.iter().chain(sk).collect();
    for (position, key) in all.iter().enumerate() {
        let name = key.name.value();
        if all.iter().take(position).any(|earlier| earlier.name.value() == name) {
            cx.error(&key.name, format!("`{name}` is in the index's key already; remove it"));
        }
    }
}

/// `#[derive(Entity)]`.
pub(crate) struct Entity<'a> {
    pub(crate) original: &'a DeriveInput,
    pub(crate) krate: Path,
    pub(crate) table: Path,
    pub(crate) name: String,
    /// Whether `Debug` keeps the keys to itself.
    pub(crate) sensitive: bool,
    pub(crate) pk: KeyExpr,
    pub(crate) sk: Option<KeyExpr>,
    pub(crate) indexes: Vec<IndexKeys>,
    pub(crate) vector_indexes: Vec<VectorKeys>,
    pub(crate) schema: Option<SchemaVersion>,
    pub(crate) before_write: Option<ExprPath>,
    pub(crate) after_read: Option<ExprPath>,
    pub(crate) fields: Vec<Field<'a>>,
}

/// `schema(version = 3, attribute = "v", from(SongV1, SongV2))` of an entity.
pub(crate) struct SchemaVersion {
    pub(crate) version: u32,
    pub(crate) attribute: LitStr,
    /// The structs of the versions before it, the last one last.
    pub(crate) from: Vec<Type>,
}

/// `index(Gsi1, pk = "...", sk = ...)` of an entity.
pub(crate) struct IndexKeys {
    pub(crate) index: Path,
    pub(crate) pk: Vec<KeyExpr>,
    pub(crate) sk: Vec<KeyExpr>,
    /// How many shards its partitions are spread over.
    pub(crate) shards: Option<LitInt>,
}

/// A field of an entity or of a document.
pub(crate) struct Field<'a> {
    pub(crate) vis: &'a Visibility,
    pub(crate) ident: &'a Ident,
    pub(crate) ty: &'a Type,
    /// The attribute's name.
    pub(crate) attribute: String,
    pub(crate) key_only: bool,
    /// What the library keeps in it, or by it.
    pub(crate) kept: Vec<(Kept, Ident)>,
    pub(crate) skip: bool,
    pub(crate) flatten: bool,
    pub(crate) serialize_with: Option<ExprPath>,
    pub(crate) custom: bool,
    pub(crate) default: bool,
    /// Whether serde leaves it out sometimes.
    pub(crate) sometimes: bool,
}

/// What the library keeps in a field, or by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kept {
    Version,
    Ttl,
    Unique,
    CreatedAt,
    UpdatedAt,
}

impl Kept {
    const ALL: [(Self, &'static str); 5] = [
        (Self::Version, "version"),
        (Self::Ttl, "ttl"),
        (Self::Unique, "unique"),
        (Self::CreatedAt, "created_at"),
        (Self::UpdatedAt, "updated_at"),
    ];

    pub(crate) fn name(self) -> &'static str {
        Self::ALL.iter().find(|(kept, _)| *kept == self).map_or("", |(_, name)| name)
    }
}

impl<'a> Entity<'a> {
    pub(crate) fn from_syn(cx: &Ctxt, original: &'a DeriveInput) -> Option<Self> {
        let of = "an entity";
        let (mut table, mut name, mut krate) =
            (Once::new("table", of), Once::new("name", of), Once::new("crate", of));
        let (mut pk, mut sk, mut indexes) = (Once::new("pk", of), Once::new("sk", of), Vec::new());
        let (mut sensitive, mut vector_indexes) = (Once::new("sensitive", of), Vec::new());
        let mut schema = Once::new("schema", of);
        let (mut before_write, mut after_read) =
            (Once::new("before_write", of), Once::new("after_read", of));
        let accepted = [
            "table",
            "pk",
            "sk",
            "index",
            "vector_index",
            "name",
            "sensitive",
            "schema",
            "before_write",
            "after_read",
            "crate",
        ];
        let read =
            attr::each(cx, &original.attrs, ("entity", "a struct"), &accepted, |key, meta| {
                match key {
                    "table" => table.set(cx, meta, attr::path(meta)),
                    "name" => name.set(cx, meta, attr::string(meta)),
                    "pk" => pk.set(cx, meta, attr::key_expr(meta)),
                    "sk" => sk.set(cx, meta, attr::key_expr(meta)),
                    "index" => indexes.extend(IndexKeys::parse(cx, meta)),
                    "vector_index" => vector_indexes.extend(VectorKeys::parse(cx, meta)),
                    "sensitive" => sensitive.set(cx, meta, attr::flag(meta)),
                    "schema" => schema.set(cx, meta, Ok(SchemaVersion::parse(cx, meta))),
                    "before_write" => before_write.set(cx, meta, attr::function(meta)),
                    "after_read" => after_read.set(cx, meta, attr::function(meta)),
                    "crate" => krate.set(cx, meta, attr::krate(meta)),
                    _ => return false,
                }
                true
            });
        let ident = &original.ident;
        let fields =
            fields(cx, original, "Entity", "one struct per variant, and `Collection` for the enum");
        let table = table.required(cx, ident, read, || {
            format!("`{ident}` belongs to no table; add `#[entity(table = ...)]`")
        });
        let pk = pk.required(cx, ident, read, || {
            format!("`{ident}` has no partition key; add `#[entity(pk = \"...\")]`")
        });
        check_owned(cx, original, "an entity");
        let entity = Self {
            original,
            krate: krate.get().unwrap_or_else(default_crate),
            table: table?,
            name: name.get().map_or_else(|| name_of(ident), |name| name.value()),
            sensitive: sensitive.get().is_some(),
            pk: pk?,
            sk: sk.get(),
            indexes,
            vector_indexes,
            schema: schema.get().flatten(),
            before_write: before_write.get(),
            after_read: after_read.get(),
            fields: fields?,
        };
        crate::check::entity(cx, &entity);
        vectors::check(cx, &entity);
        Some(entity)
    }

    /// The field in which, or by which, the library keeps something.
    pub(crate) fn keeping(&self, kept: Kept) -> Option<&Field<'a>> {
        self.fields.iter().find(|field| field.keeps(kept))
    }

    /// The fields that are attributes, as they are numbered in the schema.
    pub(crate) fn stored(&self) -> impl Iterator<Item = &Field<'a>> {
        self.fields.iter().filter(|field| !field.skip && !field.flatten)
    }

    pub(crate) fn field(&self, ident: &Ident) -> Option<&Field<'a>> {
        let name = name_of(ident);
        self.fields.iter().find(|field| name_of(field.ident) == name)
    }

    /// The field of that name; an error at a place if there is none.
    pub(crate) fn field_or_error(
        &self,
        cx: &Ctxt,
        ident: &Ident,
        at: impl ToTokens,
    ) -> Option<&Field<'a>> {
        let found = self.field(ident);
        if found.is_none() {
            let (this, name) = (&self.original.ident, name_of(ident));
            let names: Vec<String> = self.fields.iter().map(|field| name_of(field.ident)).collect();
            let hint = suggest(&name, names.iter().map(String::as_str));
            cx.error(at, format!("`{this}` has no field `{name}`{hint}"));
        }
        found
    }

    /// The keys of the table, partition key first.
    pub(crate) fn primary(&self) -> impl Iterator<Item = &KeyExpr> {
        std::iter::once(&self.pk).chain(&self.sk)
    }

    pub(crate) fn keys(&self) -> impl Iterator<Item = &KeyExpr> {
        self.primary().chain(self.indexes.iter().flat_map(|keys| keys.pk.iter().chain(&keys.sk)))
    }
}

impl SchemaVersion {
    /// Parses what stands in the parentheses; `None` if a mistake was told.
    fn parse(cx: &Ctxt, meta: &syn::meta::ParseNestedMeta<'_>) -> Option<Self> {
        let example = "`schema(version = 3, attribute = \"v\", from(SongV1, SongV2))`";
        let of = "a schema version";
        let (mut version, mut attribute, mut from) =
            (Once::new("version", of), Once::new("attribute", of), Once::new("from", of));
        let read = attr::nested(cx, meta, ("schema", example), |key, meta| {
            match key {
                "version" => version.set(cx, meta, attr::number(meta)),
                "attribute" => attribute.set(cx, meta, attr::string(meta)),
                "from" => from.set(cx, meta, attr::types(meta)),
                _ => return false,
            }
            true
        })?;
        let whole = matches!(read, attr::Read::Whole);
        let missing = |name: &str, given: bool| {
            if !given && whole {
                cx.error(&meta.path, format!("`schema` has no `{name}`; write {example}"));
            }
        };
        missing("version", version.is_given());
        missing("attribute", attribute.is_given());
        let from: Vec<Type> = from.get().unwrap_or_default();
        let (version, attribute) = (version.get()?, attribute.get()?);
        let number = match version.base10_parse::<u32>() {
            Ok(number) if number > 0 => number,
            _ => {
                cx.error(&version, "a schema version is a number, and the first is 1");
                return None;
            }
        };
        if attribute.value().is_empty() {
            cx.error(&attribute, "an attribute's name is not empty");
        }
        let before = number as usize - 1;
        if let Some(first) = from.get(before) {
            let given = from.len();
            cx.error(first, format!(
                "version {number} has {before} before it, and `from` names {given}; count `version` up, or remove a struct"
            ));
        }
        Some(Self { version: number, attribute, from })
    }
}

impl IndexKeys {
    /// Parses what stands in the parentheses; `None` if a mistake was told.
    fn parse(cx: &Ctxt, meta: &syn::meta::ParseNestedMeta<'_>) -> Option<Self> {
        let of = "an index";
        let (mut pk, mut sk) = (Once::new("pk", of), Once::new("sk", of));
        let mut shards = Once::new("shards", of);
        let what = ("index", of, "`index(Index, pk = ..., sk = ...)`");
        let (index, read) = attr::of_index(cx, meta, what, |key, meta| {
            match key {
                "pk" => pk.set(cx, meta, attr::key_exprs(meta)),
                "sk" => sk.set(cx, meta, attr::key_exprs(meta)),
                "shards" => shards.set(cx, meta, attr::number(meta)),
                _ => return false,
            }
            true
        })?;
        matches!(read, attr::Read::Whole).then(|| {
            let (pk, sk) = (pk.get().unwrap_or_default(), sk.get().unwrap_or_default());
            Self { index, pk, sk, shards: shards.get() }
        })
    }
}

/// The fields of a struct, as serde sees them.
fn fields<'a>(
    cx: &Ctxt,
    input: &'a DeriveInput,
    derive: &str,
    instead: &str,
) -> Option<Vec<Field<'a>>> {
    let container = serde_attr::Container::parse(cx, &input.attrs, true);
    let what = match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(named) => {
                return Some(
                    named
                        .named
                        .iter()
                        .filter_map(|field| Field::from_syn(cx, field, &container))
                        .collect(),
                );
            }
            Fields::Unnamed(_) => "a tuple struct",
            Fields::Unit => "a unit struct",
        },
        Data::Enum(_) => "an enum",
        Data::Union(_) => "a union",
    };
    cx.error(
        &input.ident,
        format!("`{derive}` cannot be derived for {what}; derive it for {instead}"),
    );
    None
}

impl<'a> Field<'a> {
    fn from_syn(
        cx: &Ctxt,
        original: &'a syn::Field,
        container: &serde_attr::Container,
    ) -> Option<Self> {
        let ident = original.ident.as_ref()?;
        let serde = serde_attr::Member::parse(cx, &original.attrs);
        let (mut key_only, mut kept) = (Once::new("key_only", "a field"), Vec::new());
        let accepted = ["key_only", "version", "ttl", "unique", "created_at", "updated_at"];
        attr::each(cx, &original.attrs, ("entity", "a field"), &accepted, |key, meta| {
            let found = Kept::ALL.iter().find(|(_, name)| *name == key);
            match (key, found, meta.path.get_ident()) {
                ("key_only", ..) => key_only.set(cx, meta, attr::flag(meta)),
                (_, Some((what, _)), Some(ident)) => {
                    if cx.ok(attr::flag(meta)).is_some() {
                        kept.push((*what, ident.clone()));
                    }
                }
                _ => return false,
            }
            true
        });
        Some(Self {
            vis: &original.vis,
            kept,
            ident,
            ty: &original.ty,
            attribute: serde.rename.unwrap_or_else(|| container.rename_all.field(&name_of(ident))),
            key_only: key_only.get().is_some(),
            skip: serde.skip,
            flatten: serde.flatten,
            serialize_with: serde.serialize_with,
            custom: serde.custom,
            default: serde.default || container.default,
            sometimes: serde.sometimes,
        })
    }
}

/// `#[derive(Document)]`.
pub(crate) struct Document<'a> {
    pub(crate) original: &'a DeriveInput,
    pub(crate) krate: Path,
    pub(crate) fields: Vec<Field<'a>>,
}

impl<'a> Document<'a> {
    pub(crate) fn from_syn(cx: &Ctxt, original: &'a DeriveInput) -> Option<Self> {
        let krate = only_crate(cx, original, "document");
        let fields = fields(cx, original, "Document", "a struct with named fields")?;
        crate::check::attribute_names(cx, &fields);
        Some(Self { original, krate, fields })
    }
}

/// `#[derive(Projection)]`.
pub(crate) struct Projection<'a> {
    pub(crate) original: &'a DeriveInput,
    pub(crate) krate: Path,
    pub(crate) entity: Type,
    pub(crate) fields: Vec<Field<'a>>,
}

impl<'a> Projection<'a> {
    pub(crate) fn from_syn(cx: &Ctxt, original: &'a DeriveInput) -> Option<Self> {
        let of = "a projection";
        let (mut entity, mut krate) = (Once::new("entity", of), Once::new("crate", of));
        let accepted = ["entity", "crate"];
        let read = attr::each(cx, &original.attrs, ("projection", of), &accepted, |key, meta| {
            match key {
                "entity" => entity.set(cx, meta, attr::ty(meta)),
                "crate" => krate.set(cx, meta, attr::krate(meta)),
                _ => return false,
            }
            true
        });
        let ident = &original.ident;
        let fields = fields(cx, original, "Projection", "a struct with named fields");
        let entity = entity.required(cx, ident, read, || {
            format!("`{ident}` is a part of no entity; add `#[projection(entity = ...)]`")
        });
        let fields = fields?;
        check_owned(cx, original, "a projection");
        crate::check::attribute_names(cx, &fields);
        for field in fields.iter().filter(|field| field.key_only) {
            let name = field.ident;
            cx.error(name, format!("`key_only` is said by the entity; remove it from `{name}`"));
        }
        for (kept, at) in fields.iter().flat_map(|field| &field.kept) {
            let name = kept.name();
            cx.error(at, format!("`{name}` is said by the entity; remove it here"));
        }
        Some(Self {
            original,
            krate: krate.get().unwrap_or_else(default_crate),
            entity: entity?,
            fields,
        })
    }
}

/// `#[derive(Collection)]`.
pub(crate) struct Collection<'a> {
    pub(crate) original: &'a DeriveInput,
    pub(crate) krate: Path,
    /// The variants of an enum, or the fields of a struct, each with its entity.
    pub(crate) variants: Vec<(&'a Ident, &'a Type)>,
    pub(crate) kind: CollectionKind<'a>,
}

pub(crate) enum CollectionKind<'a> {
    /// A value is one item.
    Enum,
    /// A value holds all items of a partition; these entities are there once at most.
    Struct(Vec<&'a Type>),
}

impl<'a> Collection<'a> {
    pub(crate) fn from_syn(cx: &Ctxt, original: &'a DeriveInput) -> Option<Self> {
        let krate = only_crate(cx, original, "collection");
        let ident = &original.ident;
        let (variants, kind, a_variant) = match &original.data {
            Data::Enum(data) => {
                (variants(cx, data), CollectionKind::Enum, "a variant: `Song(Song)`")
            }
            Data::Struct(syn::DataStruct { fields: Fields::Named(fields), .. }) => {
                if let Some(parameter) = original.generics.params.first() {
                    cx.error(parameter, format!("`{ident}` is a struct, and holds entities without parameters; remove them, or derive `Collection` for an enum"));
                }
                let (held, once) = held(cx, fields);
                (held, CollectionKind::Struct(once), "a field: `song: Option<Song>`")
            }
            _ => {
                cx.error(ident, format!("`Collection` is derived for an enum with a variant of each entity: `enum {ident} {{ Song(Song) }}`, or for a struct with a field of each: `struct {ident} {{ song: Option<Song>, downloads: Vec<Download> }}`"));
                return None;
            }
        };
        let types: Vec<String> =
            variants.iter().map(|(_, ty)| ty.to_token_stream().to_string()).collect();
        for (position, (text, (_, ty))) in types.iter().zip(&variants).enumerate() {
            if types.iter().take(position).any(|earlier| earlier == text) {
                let place = match kind {
                    CollectionKind::Enum => "variant",
                    CollectionKind::Struct(_) => "field",
                };
                cx.error(
                    ty,
                    format!("`{text}` is in `{ident}` already; an entity has one {place}"),
                );
            }
        }
        let is_empty = match &original.data {
            Data::Enum(data) => data.variants.is_empty(),
            Data::Struct(data) => data.fields.is_empty(),
            Data::Union(_) => false,
        };
        if is_empty {
            cx.error(ident, format!("`{ident}` holds no entity; add {a_variant}"));
        }
        Some(Self { original, krate, variants, kind })
    }
}

/// The variants of a collection, each with its entity.
fn variants<'a>(cx: &Ctxt, data: &'a syn::DataEnum) -> Vec<(&'a Ident, &'a Type)> {
    let mut variants = Vec::new();
    for variant in &data.variants {
        match &variant.fields {
            Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
                variants.extend(fields.unnamed.iter().map(|field| (&variant.ident, &field.ty)));
            }
            _ => {
                let name = &variant.ident;
                cx.error(
                    name,
                    format!("a variant of a collection holds one entity: `{name}({name})`"),
                );
            }
        }
    }
    variants
}

/// The fields of a collection, each with its entity; and the entities that are there once at most.
fn held<'a>(
    cx: &Ctxt,
    fields: &'a syn::FieldsNamed,
) -> (Vec<(&'a Ident, &'a Type)>, Vec<&'a Type>) {
    let (mut held, mut once) = (Vec::new(), Vec::new());
    for field in &fields.named {
        let Some(ident) = &field.ident else { continue };
        match (option_of(&field.ty), inner_of(&field.ty, "Vec")) {
            (Some(one), _) => {
                held.push((ident, one));
                once.push(one);
            }
            (_, Some(many)) => held.push((ident, many)),
            (None, None) => cx.error(&field.ty, format!("`{ident}` holds the items of one entity; make it an `Option<..>`, or a `Vec<..>` where there may be many")),
        }
    }
    (held, once)
}

/// `#[derive(KeyPart)]`.
pub(crate) struct KeyPart<'a> {
    pub(crate) original: &'a DeriveInput,
    pub(crate) krate: Path,
    pub(crate) kind: KeyPartKind<'a>,
}

pub(crate) enum KeyPartKind<'a> {
    /// The variants, each with its text.
    Enum(Vec<(&'a Ident, String)>),
    /// The field of a newtype.
    Newtype(&'a syn::Field),
}

impl<'a> KeyPart<'a> {
    pub(crate) fn from_syn(cx: &Ctxt, original: &'a DeriveInput) -> Option<Self> {
        let krate = only_crate(cx, original, "key_part");
        let instead = "`KeyPart` is derived for an enum of unit variants or for a newtype; implement it by hand for other types";
        let kind = match &original.data {
            Data::Enum(data) => {
                let container = serde_attr::Container::parse(cx, &original.attrs, false);
                let variants = data.variants.iter().map(|variant| {
                    if !matches!(variant.fields, Fields::Unit) {
                        cx.error(&variant.fields, instead);
                    }
                    let serde = serde_attr::Member::parse(cx, &variant.attrs);
                    let name = name_of(&variant.ident);
                    (
                        &variant.ident,
                        serde.rename.unwrap_or_else(|| container.rename_all.variant(&name)),
                    )
                });
                let variants: Vec<_> = variants.collect();
                if variants.is_empty() {
                    let ident = &original.ident;
                    cx.error(ident, format!("`{ident}` has no variant; a key part has a text"));
                }
                for (position, (ident, name)) in variants.iter().enumerate() {
                    if variants.iter().take(position).any(|(_, earlier)| earlier == name) {
                        cx.error(ident, format!("two variants are stored as `{name}`; rename one"));
                    }
                }
                KeyPartKind::Enum(variants)
            }
            Data::Struct(data) if data.fields.len() == 1 => {
                let container = serde_attr::Container::parse(cx, &original.attrs, false);
                if matches!(data.fields, Fields::Named(_)) && !container.transparent {
                    cx.error(
                        &original.ident,
                        "serde makes a map of a struct with a named field; add `#[serde(transparent)]`, or make it a tuple struct",
                    );
                }
                KeyPartKind::Newtype(data.fields.iter().next()?)
            }
            _ => {
                cx.error(&original.ident, instead);
                return None;
            }
        };
        Some(Self { original, krate, kind })
    }
}

/// For derives whose one attribute is `crate = ...`.
fn only_crate(cx: &Ctxt, input: &DeriveInput, attribute: &'static str) -> Path {
    let mut krate = Once::new("crate", "a declaration");
    attr::each(cx, &input.attrs, (attribute, "a declaration"), &["crate"], |key, meta| {
        match key {
            "crate" => krate.set(cx, meta, attr::krate(meta)),
            _ => return false,
        }
        true
    });
    krate.get().unwrap_or_else(default_crate)
}

/// What is read outlives the answer that it was read from.
fn check_owned(cx: &Ctxt, input: &DeriveInput, what: &str) {
    for lifetime in input.generics.lifetimes() {
        let (ident, lifetime) = (&input.ident, &lifetime.lifetime);
        cx.error(
            lifetime,
            format!("`{ident}` borrows for `{lifetime}`, and {what} owns what it holds; give its fields owned types"),
        );
    }
}

/// Tables and indexes are declared on unit structs: they hold nothing.
pub(crate) fn check_unit(cx: &Ctxt, input: &DeriveInput, derive: &str) {
    let ident = &input.ident;
    if !matches!(&input.data, Data::Struct(data) if matches!(data.fields, Fields::Unit)) {
        cx.error(ident, format!("`{derive}` is derived for a unit struct: `pub struct {ident};`"));
    } else if !input.generics.params.is_empty() {
        cx.error(&input.generics, format!("`{ident}` names one thing, and has no parameters"));
    }
}

impl Field<'_> {
    /// Whether an item can lack it: it is an `Option`, or serde has a default for it.
    pub(crate) fn is_optional(&self) -> bool {
        option_of(self.ty).is_some() || self.default
    }

    pub(crate) fn span(&self) -> proc_macro2::Span {
        self.ty.span()
    }

    pub(crate) fn keeps(&self, wanted: Kept) -> bool {
        self.kept.iter().any(|(kept, _)| *kept == wanted)
    }

    /// Whether the library sets it.
    pub(crate) fn is_managed(&self) -> bool {
        [Kept::Version, Kept::CreatedAt, Kept::UpdatedAt].into_iter().any(|kept| self.keeps(kept))
    }
}

/// The name of the function that queries an index, if it can be one.
pub(crate) fn function_name(index: &Path) -> Option<Ident> {
    let last = &index.segments.last()?.ident;
    field_name(&snake(&name_of(last)), last.span())
}

/// `T` of what is written as `Option<T>`.
pub(crate) fn option_of(ty: &Type) -> Option<&Type> {
    inner_of(ty, "Option")
}

/// The type in a `name<..>`.
fn inner_of<'t>(ty: &'t Type, name: &str) -> Option<&'t Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last().filter(|last| last.ident == name)?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    match arguments.args.first()? {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    }
}
