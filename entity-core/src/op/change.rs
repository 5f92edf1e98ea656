//! `Change`: what an update does to the attributes of an item, index keys included.

use super::returned::find;
use crate::error::{EncodeError, KeyError, KeyReason, UpdateError, UpdateReason, WriteError};
use crate::expr::{Act, Json, Step, Term, Test, Verb, Writer, display, overlap};
use crate::item::{MAX_SLOTS, key_text, members_of, value_size};
use crate::key::{KeyValue, Part, PartError, attribute_value, check_text};
use crate::request::Request;
use crate::schema::{EntitySchema, KeyAttribute, KeyForm};
use crate::wire;

/// The texts of an entity's parts of keys, by slot.
pub(super) type Slots = Vec<Option<SlotText>>;

/// A slot that is known: its text, or why it has none; `None` if its value is.
type SlotText = Result<Option<String>, PartError>;

/// The attributes that an update changes, in the order in which they are given.
#[derive(Debug, Clone)]
pub(crate) struct Change(Vec<(Vec<Step>, Clause)>);

/// What is done to one attribute.
#[derive(Debug, Clone)]
enum Clause {
    Set(Term),
    Sum(Term, char, Term),
    Extend { front: bool, list: Term, elements: Json },
    Add(Json),
    Delete(Json),
    Remove,
}

/// The attributes of an item that an `upsert` begins with.
pub(super) struct Initial {
    json: String,
    attributes: Vec<(String, Vec<u8>)>,
    slots: Slots,
}

impl Initial {
    /// Takes an item apart.
    pub(super) fn new(json: &[u8], slots: Slots) -> Result<Self, wire::Error> {
        let text = String::from_utf8_lossy(json).into_owned();
        Ok(Self { json: text, attributes: members_of(json)?, slots })
    }

    fn get(&self, name: &str) -> Option<&[u8]> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, json)| &**json)
    }

    /// The value of an attribute as it is, or as it is initially: where there is no item, the action
    /// does what it would do to the initial one.
    fn or_initially(&self, term: Term) -> Term {
        let initially = |path: &[Step]| {
            let json = find(&self.json, path).ok().flatten()?;
            Some(Box::new(Term::Value(Ok(Some(json.as_bytes().to_vec())))))
        };
        match term {
            Term::Path(path) => match initially(&path) {
                Some(value) => Term::IfNotExists(path, value),
                None => Term::Path(path),
            },
            Term::IfNotExists(path, other) => match initially(&path) {
                Some(value) => Term::IfNotExists(path, value),
                None => Term::IfNotExists(path, Box::new(self.or_initially(*other))),
            },
            value @ Term::Value(_) => value,
        }
    }

    fn of(&self, path: &[Step]) -> Option<&[u8]> {
        attribute(path).and_then(|name| self.get(name))
    }
}

/// The attribute that a path begins with.
fn attribute(path: &[Step]) -> Option<&'static str> {
    match path.first() {
        Some(Step::Field { attribute, .. }) => Some(attribute),
        _ => None,
    }
}

/// The name of the attribute that a path begins with, of a field or not.
fn first(path: &[Step]) -> Option<&str> {
    match path.first()? {
        Step::Field { attribute, .. } => Some(attribute),
        Step::Entry(name) => Some(name),
        Step::Element(_) => None,
    }
}

/// A path to an attribute that is no field.
fn to(name: &'static str) -> Vec<Step> {
    vec![Step::Field { name, attribute: name }]
}

/// Makes the change of an update, and the conditions under which index keys stay true.
pub(super) struct Changing<'c> {
    pub(super) schema: &'static EntitySchema,
    pub(super) acts: &'c [Act],
    pub(super) initial: Option<&'c Initial>,
    /// The slots that the primary key gives.
    pub(super) primary: &'c Slots,
}

/// The conditions under which index keys stay true.
pub(super) type Kept = Vec<Test>;

impl Changing<'_> {
    pub(super) fn change(&self) -> Result<(Change, Kept), WriteError> {
        self.check()?;
        let (mut clauses, mut kept) = (Vec::new(), Kept::new());
        for act in self.acts {
            clauses.push((act.path.clone(), self.clause(act)?));
        }
        let mut seen: Vec<&str> = self.schema.primary().map(|key| key.def.name).collect();
        for key in self.schema.key_attributes() {
            if !key.stored && !seen.contains(&key.def.name) {
                seen.push(key.def.name);
                let clause = self.index_key(key, &mut kept)?;
                clauses.extend(clause.map(|clause| (to(key.def.name), clause)));
            }
        }
        self.fill(&mut clauses, &seen);
        Ok((Change(clauses), kept))
    }

    fn error(&self, path: &[Step], reason: UpdateReason) -> UpdateError {
        UpdateError::new(self.schema.name, display(path), reason)
    }

    /// What the service would refuse, and what would leave a key behind.
    fn check(&self) -> Result<(), WriteError> {
        for (position, act) in self.acts.iter().enumerate() {
            let earlier = self.acts.iter().take(position);
            if let Some(other) = earlier.into_iter().find(|other| overlap(&other.path, &act.path)) {
                let reason = UpdateReason::Overlap(display(&other.path));
                return Err(self.error(&act.path, reason).into());
            }
            if act.path.len() > 1 {
                if self.initial.is_some() {
                    return Err(self.error(&act.path, UpdateReason::Within).into());
                }
                if let Some(part) = self.schema.parts.iter().find(|p| leads(&act.path, p.path)) {
                    return Err(self.error(&act.path, UpdateReason::KeyPart(part.path)).into());
                }
            }
            self.check_stored(act)?;
        }
        Ok(())
    }

    /// A field that is an index key by itself has a value that can be one.
    fn check_stored(&self, act: &Act) -> Result<(), WriteError> {
        let (Verb::Set(Term::Value(Ok(Some(json)))), [_]) = (&act.verb, act.path.as_slice()) else {
            return Ok(());
        };
        let keys = self.schema.key_attributes();
        let key = keys.into_iter().find(|key| {
            key.stored && attribute(&act.path).is_some_and(|name| name == key.def.name)
        });
        let Some(key) = key else { return Ok(()) };
        let text = key_text(json, key.def.ty);
        let checked = text.map_or(Ok(()), |text| check_text(key, &text));
        checked.map_err(|reason| KeyError::new(self.schema.name, key, reason).into())
    }

    fn clause(&self, act: &Act) -> Result<Clause, UpdateError> {
        let initial = self.initial.and_then(|initial| initial.of(&act.path));
        let or_initially = |term| match self.initial {
            Some(initial) => initial.or_initially(term),
            None => term,
        };
        Ok(match act.verb.clone() {
            Verb::Set(term) => Clause::Set(or_initially(term)),
            Verb::Sum(left, sign, right) => {
                Clause::Sum(or_initially(left), sign, or_initially(right))
            }
            Verb::Remove => Clause::Remove,
            Verb::Extend { front, elements } => {
                let json = initial.unwrap_or(b"{\"L\":[]}").to_vec();
                let list =
                    Term::IfNotExists(act.path.clone(), Box::new(Term::Value(Ok(Some(json)))));
                Clause::Extend { front, list, elements }
            }
            // ADD would begin with 0 where nothing is.
            Verb::Add(value) => match initial {
                None => Clause::Add(value),
                Some(json) if json.starts_with(b"{\"N\"") => {
                    let begin = or_initially(Term::Path(act.path.clone()));
                    Clause::Sum(begin, '+', Term::Value(value))
                }
                Some(_) => return Err(self.error(&act.path, UpdateReason::InitialSet)),
            },
            Verb::Delete(value) => match initial {
                None => Clause::Delete(value),
                Some(_) => return Err(self.error(&act.path, UpdateReason::InitialSet)),
            },
        })
    }

    /// What is to be done to an index key attribute that is no field.
    fn index_key(
        &self,
        key: &'static KeyAttribute,
        kept: &mut Kept,
    ) -> Result<Option<Clause>, WriteError> {
        let fed = || self.acts.iter().flat_map(|act| &act.fed);
        let slots: Vec<usize> = key.slots().collect();
        if fed().any(|fed| slots.contains(&fed.slot)) {
            let mut texts = self.primary.clone();
            for fed in fed() {
                if let Some(text) = texts.get_mut(fed.slot) {
                    *text = Some(fed.text.clone());
                }
            }
            let value = value(self.schema, key, &texts)?;
            return Ok(Some(value.map_or(Clause::Remove, |value| Clause::Set(constant(&value)))));
        }
        let Some(initial) = self.initial else { return Ok(None) };
        let Some(value) = value(self.schema, key, &initial.slots)? else {
            self.keep_parts(key, initial, kept);
            return Ok(None);
        };
        self.keep(key, initial, kept);
        let path = to(key.def.name);
        Ok(Some(Clause::Set(Term::IfNotExists(path, Box::new(constant(&value))))))
    }

    /// The fields of a key that are not in the primary key, each with whether it is the whole part.
    fn fields(&self, key: &KeyAttribute) -> Vec<(&'static str, bool)> {
        let primary: Vec<&str> = self.parts(self.schema.primary()).collect();
        let mut fields = Vec::new();
        for path in self.parts(std::iter::once(key)).filter(|path| !primary.contains(path)) {
            let (name, whole) =
                path.split_once('.').map_or((path, true), |(name, _)| (name, false));
            if !fields.contains(&(name, whole)) {
                fields.push((name, whole));
            }
        }
        fields
    }

    fn parts<'k>(
        &self,
        keys: impl Iterator<Item = &'k KeyAttribute>,
    ) -> impl Iterator<Item = &'static str> {
        let slots: Vec<usize> = keys.flat_map(KeyAttribute::slots).collect();
        let parts = self.schema.parts.iter().enumerate();
        parts.filter(move |(slot, _)| slots.contains(slot)).map(|(_, part)| part.path)
    }

    /// An item that is there keeps its fields, so it must have the key that they make already: the
    /// initial values do not tell it.
    fn keep(&self, key: &'static KeyAttribute, initial: &Initial, kept: &mut Kept) {
        let absent = match self.fields(key).as_slice() {
            [] => return,
            [(field, true)] => self.attribute_of(field),
            _ => None,
        };
        let absent = absent.unwrap_or_else(|| self.pk());
        let exists = Test::Call("attribute_exists", to(key.def.name), None);
        let free = Test::Call("attribute_not_exists", to(absent), None);
        kept.push(Test::Any(vec![exists, free]));
        self.keep_parts(key, initial, kept);
    }

    /// An item that is there must not get one field of several that make a key.
    fn keep_parts(&self, key: &'static KeyAttribute, initial: &Initial, kept: &mut Kept) {
        let fields = self.fields(key);
        if fields.len() < 2 {
            return;
        }
        let optional = self.schema.fields.iter().filter(|field| field.optional);
        for field in optional.filter(|field| fields.iter().any(|(name, _)| *name == field.name)) {
            if initial.get(field.attribute).is_some() {
                let exists = Test::Call("attribute_exists", to(field.attribute), None);
                let free = Test::Call("attribute_not_exists", to(self.pk()), None);
                kept.push(Test::Any(vec![exists, free]));
            }
        }
    }

    fn attribute_of(&self, field: &str) -> Option<&'static str> {
        let field = self.schema.fields.iter().find(|known| known.name == field)?;
        Some(field.attribute)
    }

    fn pk(&self) -> &'static str {
        self.schema.pk.first().map_or("", |key| key.def.name)
    }

    /// The initial attributes that no action is on.
    fn fill(&self, clauses: &mut Vec<(Vec<Step>, Clause)>, keys: &[&str]) {
        let attributes = self.initial.iter().flat_map(|initial| &initial.attributes);
        for (name, json) in attributes {
            let given = clauses.iter().any(|(path, _)| attribute(path).is_some_and(|a| a == name));
            if given || keys.contains(&name.as_str()) {
                continue;
            }
            let path = vec![Step::Entry(name.clone())];
            let value = Term::Value(Ok(Some(json.clone())));
            let term = Term::IfNotExists(path.clone(), Box::new(value));
            clauses.push((path, Clause::Set(term)));
        }
    }
}

fn constant(value: &KeyValue) -> Term {
    let mut json = Vec::new();
    value.write(&mut json);
    Term::Value(Ok(Some(json)))
}

/// Whether a path within an attribute is a part of a key, leads to one, or leads out of one.
fn leads(path: &[Step], part: &str) -> bool {
    path.iter().zip(part.split('.')).all(|(step, name)| match step {
        Step::Field { name: field, .. } => *field == name,
        Step::Entry(_) | Step::Element(_) => true,
    })
}

/// The value of a key attribute, of the slots that are known.
fn value(
    schema: &'static EntitySchema,
    key: &KeyAttribute,
    slots: &Slots,
) -> Result<Option<KeyValue>, WriteError> {
    struct Known<'s>(Option<&'s SlotText>);

    impl Part for Known<'_> {
        fn is_some(&self) -> bool {
            !matches!(self.0, None | Some(Ok(None)))
        }

        fn write(&self, out: &mut String) -> Result<bool, PartError> {
            match self.0 {
                Some(Ok(Some(text))) => out.push_str(text),
                Some(Err(error)) => return Err(*error),
                None | Some(Ok(None)) => return Ok(false),
            }
            Ok(true)
        }
    }

    if let Some(unknown) = key.slots().find(|slot| slots.get(*slot).is_none_or(Option::is_none)) {
        // Roles let fields be set that make a key alone, or all that make it together.
        let path = schema.parts.get(unknown).map_or("", |part| part.path);
        let reason = UpdateReason::KeyPart(path);
        return Err(UpdateError::new(schema.name, key.def.name.to_owned(), reason).into());
    }
    let known: Vec<Known<'_>> = slots.iter().map(|slot| Known(slot.as_ref())).collect();
    let parts: Vec<&dyn Part> = known.iter().map(|known| known as &dyn Part).collect();
    Ok(attribute_value(schema, key, &parts)?)
}

/// All slots of an entity.
pub(super) fn slots_of(parts: &[&dyn Part]) -> Slots {
    let text = |part: &&dyn Part| {
        let mut text = String::new();
        Some(part.write(&mut text).map(|present| present.then_some(text)))
    };
    parts.iter().map(text).collect()
}

/// The slots that the texts of the primary key give.
pub(super) fn slots_of_key<'k>(
    schema: &'static EntitySchema,
    texts: impl Iterator<Item = &'k str>,
) -> Result<Slots, KeyError> {
    let mut slots: Slots = vec![None; schema.parts.len()];
    let mut set = |slot: usize, text: SlotText| {
        if let Some(place) = slots.get_mut(slot) {
            *place = Some(text);
        }
    };
    for (key, text) in schema.primary().zip(texts) {
        match &key.form {
            KeyForm::Field { slot, .. } => set(*slot, Ok(Some(text.to_owned()))),
            KeyForm::Template(template) => {
                let mut found = [None; MAX_SLOTS];
                let refuse = |e| KeyError::new(schema.name, key, KeyReason::Template(e));
                template.parse(text, &mut found).map_err(refuse)?;
                for slot in key.slots() {
                    let text = found.get(slot).copied().flatten();
                    set(slot, Ok(text.map(str::to_owned)));
                }
            }
        }
    }
    for recode in schema.recodes {
        let ty = schema.primary().find(|key| key.holds(recode.from)).map(|key| key.def.ty);
        let text = match (slots.get(recode.from), ty) {
            (Some(Some(Ok(Some(text)))), Some(ty)) => (recode.with)(text, ty).map(Some),
            _ => Ok(None),
        };
        if let Some(place) = slots.get_mut(recode.slot) {
            *place = Some(text);
        }
    }
    Ok(slots)
}

impl Change {
    /// The attributes that are changed, or that something within is; one may come twice.
    pub(super) fn attributes(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|(path, _)| first(path))
    }

    /// The bytes of the attributes that the item has afterwards in any case, as far as they are known.
    pub(super) fn bytes_at_least(&self) -> usize {
        let known = self.0.iter().filter_map(|(path, clause)| match (path.as_slice(), clause) {
            ([_], Clause::Set(Term::Value(Ok(Some(json))))) => {
                Some(first(path)?.len() + value_size(json).ok()?)
            }
            _ => None,
        });
        known.sum()
    }

    /// Writes the update expression, if there is something to do.
    pub(super) fn write(
        &self,
        entity: &'static str,
        request: &mut Request,
    ) -> Result<(), EncodeError> {
        let mut writer = Writer::new(entity, request);
        let mut clauses = [
            ("SET", Vec::new()),
            ("REMOVE", Vec::new()),
            ("ADD", Vec::new()),
            ("DELETE", Vec::new()),
        ];
        let [(_, set), (_, remove), (_, add), (_, delete)] = &mut clauses;
        for (path, clause) in &self.0 {
            let name = writer.path(path);
            match clause {
                Clause::Set(term) => set.push(format!("{name} = {}", writer.term(term, path))),
                Clause::Sum(left, sign, right) => {
                    let (left, right) = (writer.term(left, path), writer.term(right, path));
                    set.push(format!("{name} = {left} {sign} {right}"));
                }
                Clause::Extend { front, list, elements } => {
                    let (list, more) = (writer.term(list, path), writer.value(elements, path));
                    let (first, second) = if *front { (more, list) } else { (list, more) };
                    set.push(format!("{name} = list_append({first}, {second})"));
                }
                Clause::Add(value) => add.push(format!("{name} {}", writer.value(value, path))),
                Clause::Delete(value) => {
                    delete.push(format!("{name} {}", writer.value(value, path)));
                }
                Clause::Remove => remove.push(name),
            }
        }
        writer.end()?;
        let clauses = clauses.iter().filter(|(_, list)| !list.is_empty());
        let texts: Vec<String> =
            clauses.map(|(word, list)| format!("{word} {}", list.join(", "))).collect();
        if !texts.is_empty() {
            request.text("UpdateExpression", &texts.join(" "));
        }
        Ok(())
    }
}
