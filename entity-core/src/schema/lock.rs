//! `Schema`: a table's declaration as stable JSON, and what a change of it does to stored items.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::{
    EntitySchema, IndexProjection, IndexSchema, KeyAttribute, KeyDef, KeyForm, TableSchema,
    VectorIndexSchema,
};

/// A table's declaration, in the form that its stored items depend on.
///
/// `Display` is JSON that is the same from run to run. Keep it in a file beside the code, and let a
/// test [`check`](Self::check) it: a change that would make stored items unreadable, or that would
/// let them be missed, then fails the test and says which migration it takes.
///
/// # Example
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let stored = Songs::schema().to_string();
/// // let stored = include_str!("songs.schema.json");
/// Songs::schema().check(&stored)?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Schema {
    table: String,
    partition_key: Attribute,
    sort_key: Option<Attribute>,
    separator: String,
    type_attribute: Option<String>,
    indexes: BTreeMap<String, IndexLock>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    vector_indexes: BTreeMap<String, VectorIndexLock>,
    entities: BTreeMap<String, EntityLock>,
}

/// A key attribute: `Id: S`.
type Attribute = String;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct IndexLock {
    kind: String,
    partition_key: Vec<Attribute>,
    sort_key: Vec<Attribute>,
    projection: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct VectorIndexLock {
    vector: String,
    dimensions: usize,
    distance: String,
    partition: Option<Attribute>,
    filters: Vec<Attribute>,
    projection: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct EntityLock {
    /// What each key attribute holds.
    keys: BTreeMap<String, String>,
    /// How many shards a key attribute is in, where it is in shards.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    shards: BTreeMap<String, u32>,
    /// The indexes that the entity's items are in.
    indexes: Vec<String>,
    /// By the attribute's name.
    fields: BTreeMap<String, FieldLock>,
    /// The schema versions that items may be of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    versions: Option<VersionsLock>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct VersionsLock {
    attribute: String,
    oldest: u32,
    newest: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FieldLock {
    #[serde(rename = "type")]
    ty: String,
    optional: bool,
    key_only: bool,
}

impl Schema {
    pub(crate) fn new(table: &TableSchema, entities: &[&EntitySchema]) -> Self {
        let (indexes, vectors) = (table.indexes.iter(), table.vector_indexes.iter());
        let entities = entities.iter();
        Self {
            table: table.name.to_owned(),
            partition_key: attribute(&table.pk),
            sort_key: table.sk.as_ref().map(attribute),
            separator: table.separator.to_owned(),
            type_attribute: table.type_attribute.map(str::to_owned),
            indexes: indexes.map(|i| (i.name.to_owned(), IndexLock::new(i))).collect(),
            vector_indexes: vectors.map(|i| (i.name.to_owned(), VectorIndexLock::new(i))).collect(),
            entities: entities.map(|e| (e.name.to_owned(), EntityLock::new(e))).collect(),
        }
    }

    /// Compares the declaration with the stored JSON of an earlier one.
    ///
    /// What only adds (an entity, an optional field, an index that no entity uses) is no change;
    /// write the file anew all the same, so that it is there to compare with next time.
    ///
    /// # Errors
    ///
    /// The changes that stored items do not survive, each with the migration it takes; or that the
    /// text is not the JSON of a schema.
    pub fn check(&self, stored: &str) -> Result<(), SchemaChanged> {
        let stored: Self = serde_json::from_str(stored).map_err(|error| SchemaChanged {
            changes: vec![format!("the stored schema cannot be read: {error}")],
        })?;
        let mut changes = Changes(Vec::new());
        changes.table(&stored, self);
        for (name, before) in &stored.indexes {
            changes.index(name, before, self.indexes.get(name));
        }
        for (name, before) in &stored.vector_indexes {
            changes.index(name, before, self.vector_indexes.get(name));
        }
        for (name, before) in &stored.entities {
            changes.entity(name, before, self.entities.get(name));
        }
        if changes.0.is_empty() { Ok(()) } else { Err(SchemaChanged { changes: changes.0 }) }
    }
}

impl fmt::Display for Schema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string_pretty(self).map_err(|_| fmt::Error)?)
    }
}

fn attribute(key: &KeyDef) -> Attribute {
    format!("{}: {}", key.name, key.ty.name())
}

impl IndexLock {
    fn new(index: &IndexSchema) -> Self {
        Self {
            kind: format!("{:?}", index.kind).to_lowercase(),
            partition_key: index.pk.iter().map(attribute).collect(),
            sort_key: index.sk.iter().map(attribute).collect(),
            projection: projection(&index.projection),
        }
    }
}

impl VectorIndexLock {
    fn new(index: &VectorIndexSchema) -> Self {
        Self {
            vector: index.vector.to_owned(),
            dimensions: index.dimensions,
            distance: index.distance.name().to_owned(),
            partition: index.partition.as_ref().map(attribute),
            filters: index.filters.iter().map(attribute).collect(),
            projection: projection(&index.projection),
        }
    }
}

fn projection(projection: &IndexProjection) -> Vec<String> {
    match projection {
        IndexProjection::All => vec!["*".to_owned()],
        IndexProjection::KeysOnly => Vec::new(),
        IndexProjection::Include(names) => names.iter().map(|name| (*name).to_owned()).collect(),
    }
}

impl EntityLock {
    fn new(entity: &EntitySchema) -> Self {
        let keys = entity.key_attributes();
        let shards = entity.key_attributes().filter_map(|key| Some((key, key.shards?)));
        let fields = entity.fields.iter().map(|field| {
            let lock = FieldLock {
                ty: field.ty.to_owned(),
                optional: field.optional,
                key_only: field.key_only,
            };
            (field.attribute.to_owned(), lock)
        });
        Self {
            keys: keys.map(|key| (key.def.name.to_owned(), form(entity, key))).collect(),
            shards: shards.map(|(key, s)| (key.def.name.to_owned(), s.count())).collect(),
            indexes: entity.indexes.iter().map(|keys| keys.index.name.to_owned()).collect(),
            fields: fields.collect(),
            versions: entity.versions.map(|versions| VersionsLock {
                attribute: versions.attribute.to_owned(),
                oldest: versions.oldest,
                newest: versions.newest,
            }),
        }
    }
}

/// What a key attribute holds, with the names that parts have as stored: a field that is renamed in
/// Rust alone changes nothing.
fn form(entity: &EntitySchema, key: &KeyAttribute) -> String {
    let stored = |path: &str| {
        let (first, rest) = path.split_once('.').map_or((path, None), |(a, b)| (a, Some(b)));
        let field = entity.fields.iter().find(|field| field.name == first);
        let name = field.map_or(first, |field| field.attribute);
        rest.map_or_else(|| name.to_owned(), |rest| format!("{name}.{rest}"))
    };
    match &key.form {
        KeyForm::Field { name, .. } => stored(name),
        KeyForm::Template(template) => {
            let segments = template.segments().iter().map(|segment| match segment {
                crate::key::Segment::Literal(literal) => (*literal).to_owned(),
                crate::key::Segment::Part { slot, name, optional, .. } => {
                    let encoding = entity.parts.get(*slot).map_or("", |part| part.encoding);
                    let mark = if *optional { "?" } else { "" };
                    format!("{{{}{mark}:{encoding}}}", stored(name))
                }
            });
            format!("\"{}\"", segments.collect::<String>())
        }
    }
}

/// The changes found so far.
struct Changes(Vec<String>);

impl Changes {
    fn add(&mut self, change: String) {
        self.0.push(change);
    }

    fn differ<T: PartialEq + fmt::Debug>(
        &mut self,
        what: &str,
        before: &T,
        now: &T,
        migration: &str,
    ) {
        if before != now {
            self.add(format!("{what} was {before:?} and is {now:?}; {migration}"));
        }
    }

    fn table(&mut self, before: &Schema, now: &Schema) {
        let copy = "a table keeps its keys: create another table and copy the items";
        self.differ("the partition key", &before.partition_key, &now.partition_key, copy);
        self.differ("the sort key", &before.sort_key, &now.sort_key, copy);
        self.differ(
            "the separator",
            &before.separator,
            &now.separator,
            "keys may hold what is now refused, or the other way round: check the stored keys, or keep it",
        );
        self.differ(
            "the type attribute",
            &before.type_attribute,
            &now.type_attribute,
            "stored items do not have it: write it into each, or keep it",
        );
    }

    fn index<L: PartialEq>(&mut self, name: &str, before: &L, now: Option<&L>) {
        let Some(now) = now else {
            return self.add(format!("index `{name}` is gone; delete it once no program reads it"));
        };
        if before != now {
            self.add(format!(
                "index `{name}` changed, and an index keeps what it was created with; add it under another name, fill it, and delete the old one"
            ));
        }
    }

    fn entity(&mut self, name: &str, before: &EntityLock, now: Option<&EntityLock>) {
        let Some(now) = now else {
            return self.add(format!(
                "entity `{name}` is gone; its stored items are of no entity any more: delete them, or keep it"
            ));
        };
        for (attribute, form) in &before.keys {
            match now.keys.get(attribute) {
                Some(now) if now == form => {}
                Some(now) => self.add(format!(
                    "key `{attribute}` of `{name}` was {form} and is {now}; stored items keep the old key: write each under its new key and delete the old one"
                )),
                None => self.add(format!(
                    "key `{attribute}` of `{name}` is gone; stored items keep it: remove it from each"
                )),
            }
        }
        for attribute in before.keys.keys().filter(|attribute| now.keys.contains_key(*attribute)) {
            let shards = |lock: &EntityLock| match lock.shards.get(attribute) {
                Some(count) => format!("{count} shards"),
                None => "no shards".to_owned(),
            };
            let (before, now) = (shards(before), shards(now));
            if before != now {
                self.add(format!(
                    "key `{attribute}` of `{name}` was in {before} and is in {now}; stored items keep the old key, by which queries miss them: give each its new key with `reindex`"
                ));
            }
        }
        for index in now.indexes.iter().filter(|index| !before.indexes.contains(index)) {
            self.add(format!(
                "`{name}` is now in index `{index}`; stored items are not: write each again"
            ));
        }
        // Items without a number are of version 1.
        let newest = |lock: &EntityLock| lock.versions.as_ref().map_or(1, |lock| lock.newest);
        self.versions(name, before.versions.as_ref(), now.versions.as_ref());
        if newest(now) <= newest(before) {
            self.fields(name, before, now);
        }
    }

    /// What is upgraded, and what no longer is.
    fn versions(&mut self, name: &str, before: Option<&VersionsLock>, now: Option<&VersionsLock>) {
        let attribute = |lock: Option<&VersionsLock>| lock.map(|lock| lock.attribute.clone());
        if before.is_some() {
            self.differ(
                &format!("the attribute of the schema version of `{name}`"),
                &attribute(before),
                &attribute(now),
                "stored items keep the old one, and would be of version 1: keep it",
            );
        }
        let (oldest, newest) = before.map_or((1, 1), |lock| (lock.oldest, lock.newest));
        let Some(now) = now else { return };
        if now.newest < newest {
            self.add(format!(
                "the schema version of `{name}` was {newest} and is {}; stored items of {newest} cannot be read: count on",
                now.newest
            ));
        }
        if now.oldest > oldest {
            self.add(format!(
                "schema version {oldest} of `{name}` is no longer read; bring its items up to date before, with `reindex().upgrade()`"
            ));
        }
    }

    fn fields(&mut self, name: &str, before: &EntityLock, now: &EntityLock) {
        for (attribute, before) in &before.fields {
            match now.fields.get(attribute) {
                None if before.key_only => {}
                None => self.add(format!(
                    "attribute `{attribute}` of `{name}` is gone; reading leaves it out, and a `put` of what was read removes it: keep the name with `#[serde(rename = \"{attribute}\")]`, or remove it from the items"
                )),
                Some(now) => self.field(name, attribute, before, now),
            }
        }
        let added =
            now.fields.iter().filter(|(attribute, _)| !before.fields.contains_key(*attribute));
        for (attribute, field) in added.filter(|(_, field)| !field.optional && !field.key_only) {
            self.add(format!(
                "attribute `{attribute}` of `{name}` is new, and stored items lack it; make it an `Option<{}>`, or give it `#[serde(default)]`",
                field.ty
            ));
        }
    }

    fn field(&mut self, name: &str, attribute: &str, before: &FieldLock, now: &FieldLock) {
        if before.ty != now.ty && now.ty != format!("Option < {} >", before.ty) {
            self.add(format!(
                "attribute `{attribute}` of `{name}` was `{}` and is `{}`; if what is stored cannot be read as that, write each item again",
                before.ty, now.ty
            ));
        } else if before.optional && !now.optional {
            self.add(format!(
                "attribute `{attribute}` of `{name}` was optional, and stored items may lack it; keep it optional, or write each item again"
            ));
        }
        if before.key_only != now.key_only {
            self.add(format!(
                "attribute `{attribute}` of `{name}` {}; write each item again",
                if now.key_only {
                    "lives in the key alone now, and stored items have it twice"
                } else {
                    "is stored by itself now, and stored items lack it"
                }
            ));
        }
    }
}

/// The changes of a declaration that stored items do not survive, each with the migration it takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaChanged {
    changes: Vec<String>,
}

impl SchemaChanged {
    /// The changes, one a line.
    #[must_use]
    pub fn changes(&self) -> &[String] {
        &self.changes
    }
}

impl fmt::Display for SchemaChanged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the schema changed in a way that stored items do not survive:")?;
        self.changes.iter().try_for_each(|change| write!(f, "\n- {change}"))
    }
}

impl std::error::Error for SchemaChanged {}
