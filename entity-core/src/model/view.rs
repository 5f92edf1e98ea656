//! `View`: the table or an index of it, and what can be read of each.

use crate::key::{Segment, Template};
use crate::schema::{
    EntitySchema, IndexKind, IndexProjection, IndexSchema, KeyAttribute, KeyDef, KeyForm,
    PartSchema, TableSchema, VectorIndexSchema,
};

/// What items are read from: the table, or one of its indexes.
pub(super) struct View {
    /// The index; none for the table itself.
    pub(super) index: Option<&'static IndexSchema>,
    pub(super) pk: Vec<KeyDef>,
    pub(super) sk: Vec<KeyDef>,
}

/// What a query or a `get` asks for.
pub(super) struct Pattern {
    /// The entities that are read.
    pub(super) entities: Vec<&'static str>,
    /// Whether it is one item, by its key.
    pub(super) one: bool,
    /// Conditions on the partition key.
    pub(super) partition: Vec<Condition>,
    /// What the sort key may be, one of these at a time; an empty one is any. None if there is no sort
    /// key.
    pub(super) sort: Vec<Vec<Condition>>,
}

/// A condition on a key attribute: what it is, or what it begins with.
#[derive(Clone)]
pub(super) struct Condition {
    pub(super) attribute: &'static str,
    pub(super) whole: bool,
    pub(super) text: String,
}

/// What is true of all patterns.
pub(super) const RANGES: &str = "Of the values of a sort key, the last one that is given may be a \
                                 range, where its type has an order.";

/// The table and each of its indexes.
pub(super) fn views(table: &TableSchema) -> Vec<View> {
    let sk = table.sk.into_iter().collect();
    let mut views = vec![View { index: None, pk: vec![table.pk], sk }];
    views.extend(table.indexes.iter().map(|index| {
        let pk = match index.kind {
            IndexKind::Global => index.pk.to_vec(),
            IndexKind::Local => vec![table.pk],
        };
        View { index: Some(*index), pk, sk: index.sk.to_vec() }
    }));
    views
}

/// What a key attribute holds, in the words of the declaration, with the least and the greatest number
/// of its shards.
pub(super) fn form(key: &KeyAttribute) -> String {
    let mut form = match &key.form {
        KeyForm::Field { name, .. } => format!("{{{name}}}"),
        KeyForm::Template(template) => template.source().to_owned(),
    };
    if let Some(shards) = key.shards {
        let mut last = String::new();
        shards.write(0, &mut form);
        shards.write(shards.count().saturating_sub(1), &mut last);
        form = form + " to " + &last;
    }
    form
}

/// What there is to know of a vector index, under the heads of [`VECTOR_INDEX`].
pub(super) fn vector_index(
    index: &VectorIndexSchema,
    code: impl Fn(&str) -> String,
) -> [String; VECTOR_INDEX.len()] {
    let names =
        |keys: &[KeyDef]| keys.iter().map(|key| code(key.name)).collect::<Vec<_>>().join(", ");
    [
        code(index.name),
        code(index.vector),
        index.dimensions.to_string(),
        index.distance.name().to_owned(),
        names(index.partition.as_slice()),
        names(index.filters),
        projects(index.projection, code),
    ]
}

pub(super) const VECTOR_INDEX: [&str; 7] =
    ["index", "vector", "numbers", "distance", "partition", "filters", "projects"];

/// The attributes that an index has, in words.
pub(super) fn projects(projection: IndexProjection, code: impl Fn(&str) -> String) -> String {
    match projection {
        IndexProjection::All => "everything".to_owned(),
        IndexProjection::KeysOnly => "keys".to_owned(),
        IndexProjection::Include(names) => {
            let names: Vec<String> = names.iter().map(|name| code(name)).collect();
            format!("keys, {}", names.join(", "))
        }
    }
}

/// The kind of an index, in a word.
pub(super) fn kind(index: &IndexSchema) -> &'static str {
    match index.kind {
        IndexKind::Global => "global",
        IndexKind::Local => "local",
    }
}

/// The name of a projection, as the service has it, and the attributes that it names.
pub(super) fn projection(index: &IndexSchema) -> (&'static str, Option<&'static [&'static str]>) {
    match index.projection {
        IndexProjection::All => ("ALL", None),
        IndexProjection::KeysOnly => ("KEYS_ONLY", None),
        IndexProjection::Include(names) => ("INCLUDE", Some(names)),
    }
}

type Keys = (&'static [KeyAttribute], &'static [KeyAttribute]);

impl View {
    /// Partition key and sort key of an entity's items, if they are here.
    pub(super) fn keys(&self, entity: &EntitySchema) -> Option<Keys> {
        let Some(index) = self.index else { return Some((entity.pk, entity.sk)) };
        let keys = entity.indexes.iter().find(|keys| keys.index.name == index.name)?;
        Some((keys.pk, keys.sk))
    }

    /// The entities whose items are here, those together that can have a partition in common.
    pub(super) fn collections(
        &self,
        entities: &[&'static EntitySchema],
    ) -> Vec<Vec<&'static EntitySchema>> {
        let mut collections: Vec<Vec<&'static EntitySchema>> = Vec::new();
        for entity in entities.iter().filter(|entity| self.keys(entity).is_some()) {
            let joins = |known: &Vec<&'static EntitySchema>| {
                known.iter().any(|other| self.may_share_partition(other, entity))
            };
            // An entity may be what two of them have in common.
            let (joined, apart): (Vec<_>, Vec<_>) = collections.into_iter().partition(joins);
            collections = apart;
            collections.push([joined.concat(), vec![*entity]].concat());
        }
        let first = |known: &Vec<&'static EntitySchema>| {
            entities.iter().position(|entity| known.iter().any(|other| other.name == entity.name))
        };
        collections.sort_by_key(first);
        collections
    }

    fn may_share_partition(&self, one: &EntitySchema, other: &EntitySchema) -> bool {
        let (Some((one, _)), Some((other, _))) = (self.keys(one), self.keys(other)) else {
            return false;
        };
        one.iter().zip(other).all(|(one, other)| match (&one.form, &other.form) {
            (KeyForm::Template(one), KeyForm::Template(other)) => !one.disjoint(other),
            _ => true,
        })
    }

    /// What can be read from here: each entity, and what is together.
    pub(super) fn patterns(&self, entities: &[&'static EntitySchema]) -> Vec<Pattern> {
        let mut patterns = Vec::new();
        for collection in self.collections(entities) {
            for entity in &collection {
                let Some((pk, sk)) = self.keys(entity) else { continue };
                let partition: Vec<_> = pk.iter().map(whole).collect();
                let entities = vec![entity.name];
                let sort = steps(entity, pk, sk);
                if self.index.is_none() {
                    patterns.push(Pattern {
                        entities: entities.clone(),
                        one: true,
                        partition: partition.clone(),
                        sort: sort.last().cloned().into_iter().collect(),
                    });
                }
                // A sort key without a choice is that of one item of the table.
                if self.index.is_some() || sort.len() > 1 {
                    patterns.push(Pattern { entities, one: false, partition, sort });
                }
            }
            if let ([first, _, ..], false) = (collection.as_slice(), self.sk.is_empty())
                && let Some((pk, _)) = self.keys(first)
            {
                let entities = collection.iter().map(|entity| entity.name).collect();
                let partition = pk.iter().map(whole).collect();
                patterns.push(Pattern { entities, one: false, partition, sort: vec![Vec::new()] });
            }
        }
        patterns
    }

    /// Whether items have the attribute here.
    pub(super) fn has(&self, table: &TableSchema, attribute: &str) -> bool {
        let key = table.pk.name == attribute || table.sk.is_some_and(|sk| sk.name == attribute);
        key || self.index.is_none_or(|index| index.has(attribute))
    }
}

fn whole(key: &KeyAttribute) -> Condition {
    Condition { attribute: key.def.name, whole: true, text: form(key) }
}

/// The conditions that a sort key can have, from none, or its beginning, to the whole of it.
fn steps(entity: &EntitySchema, pk: &[KeyAttribute], sk: &[KeyAttribute]) -> Vec<Vec<Condition>> {
    if sk.is_empty() {
        return Vec::new();
    }
    let given: Vec<_> = pk.iter().flat_map(KeyAttribute::slots).map(path(entity)).collect();
    let (mut steps, mut before) = (Vec::new(), Vec::new());
    for key in sk {
        let attribute = key.def.name;
        let beginnings = match &key.form {
            KeyForm::Field { slot, .. } if given.contains(&path(entity)(*slot)) => Vec::new(),
            KeyForm::Field { .. } => vec![String::new()],
            KeyForm::Template(template) => beginnings(entity, template, &given),
        };
        steps.extend(beginnings.into_iter().map(|text| {
            let begins = Condition { attribute, whole: false, text };
            let begins = Some(begins).filter(|begins| !begins.text.is_empty());
            before.iter().cloned().chain(begins).collect()
        }));
        before.push(whole(key));
    }
    steps.push(before);
    steps
}

/// What a key of the template begins with, before each of its parts that is not given already.
fn beginnings(
    entity: &EntitySchema,
    template: &Template,
    given: &[Option<&'static str>],
) -> Vec<String> {
    let (mut beginnings, mut text) = (Vec::new(), String::new());
    for segment in template.segments() {
        match segment {
            Segment::Literal(literal) => text.push_str(literal),
            Segment::Part { slot, name, optional, .. } => {
                if !given.contains(&path(entity)(*slot)) {
                    beginnings.push(text.clone());
                }
                text.push_str(&placeholder(name, *optional, entity.parts.get(*slot)));
            }
        }
    }
    beginnings
}

/// The field of each part: one field may stand in keys in several ways.
fn path(entity: &EntitySchema) -> impl Fn(usize) -> Option<&'static str> {
    |slot| entity.parts.get(slot).map(|part| part.path)
}

/// `{year:04}`.
fn placeholder(name: &str, optional: bool, part: Option<&PartSchema>) -> String {
    let encoding = part.map_or("", |part| part.encoding);
    let mark = if optional { "?" } else { "" };
    match encoding {
        "" | "plain" | "serde" => format!("{{{name}{mark}}}"),
        encoding => format!("{{{name}{mark}:{encoding}}}"),
    }
}
