//! `Steps`: a key condition in the making, one part after another.

use std::any::Any;
use std::fmt;
use std::marker::PhantomData;

use super::Strong;
use super::condition::{Condition, Ended, SortCondition};
use super::key_condition::{Admitted, IntoQuery, KeyCondition, Sort};
use crate::__private::index_keys;
use crate::error::{KeyError, KeyReason};
use crate::item::MAX_SLOTS;
use crate::key::{
    Bounds, KeyValue, Part, PartError, Step, Template, TemplateError, check_text, unsharded_text,
};
use crate::schema::lent::Lent;
use crate::schema::{Entity, Gathered, IndexSchema, KeyAttribute, KeyForm, PartSchema};

/// The parts of an entity's keys that a query has been given so far.
///
/// The derive wraps it in a type whose methods are named after the parts; an error in a value is
/// kept until the query is sent.
pub struct Steps<E, At = Ended> {
    index: Option<&'static IndexSchema>,
    pk: &'static [KeyAttribute],
    sk: &'static [KeyAttribute],
    given: [Given; MAX_SLOTS],
    range: Option<Range>,
    error: Option<KeyError>,
    of: PhantomData<fn() -> (E, At)>,
}

/// The text of a part that was given.
#[derive(Debug, Clone, Default)]
struct Given(Option<String>);

/// The condition on the part after those that are given.
#[derive(Debug)]
enum Range {
    Between(Option<Given>, Option<Given>),
    Prefix(Given),
}

impl Part for Given {
    fn is_some(&self) -> bool {
        self.0.is_some()
    }

    fn write(&self, out: &mut String) -> Result<bool, PartError> {
        self.0.iter().for_each(|text| out.push_str(text));
        Ok(self.0.is_some())
    }
}

impl Given {
    fn of(part: &'static PartSchema, value: &dyn Any) -> Result<Self, PartError> {
        let mut text = String::new();
        Ok(Self(Lent::new(part, value).write(&mut text)?.then_some(text)))
    }
}

impl<E: Entity, At> Steps<E, At> {
    /// Begins a query of the table; called by the derive's `partition`.
    #[doc(hidden)]
    pub fn table(values: &[(usize, &dyn Any)]) -> Self {
        Self::begin(None, E::SCHEMA.pk, E::SCHEMA.sk, values)
    }

    /// Begins a query of an index, by its position among the entity's; called by the derive's index
    /// functions.
    #[doc(hidden)]
    pub fn index(position: usize, values: &[(usize, &dyn Any)]) -> Self {
        let keys = index_keys::<E>(position);
        Self::begin(Some(keys.index), keys.pk, keys.sk, values)
    }

    fn begin(
        index: Option<&'static IndexSchema>,
        pk: &'static [KeyAttribute],
        sk: &'static [KeyAttribute],
        values: &[(usize, &dyn Any)],
    ) -> Self {
        let (given, range, error) = (Default::default(), None, None);
        let mut steps = Self { index, pk, sk, given, range, error, of: PhantomData };
        for (slot, value) in values {
            let part = steps.slot(*slot);
            steps.give(*slot, Given::of(part, *value));
        }
        steps
    }

    /// The same steps, of which another is the next.
    #[doc(hidden)]
    pub fn then<Next>(self) -> Steps<E, Next> {
        let Self { index, pk, sk, given, range, error, of: _ } = self;
        Steps { index, pk, sk, given, range, error, of: PhantomData }
    }

    /// Gives one part of the sort key.
    #[doc(hidden)]
    #[must_use]
    pub fn part<Next, T: 'static, F>(
        mut self,
        slot: usize,
        condition: impl SortCondition<T, F>,
    ) -> Steps<E, Next> {
        let part = self.slot(slot);
        let given = |value: T| Given::of(part, &value);
        match condition.into_condition() {
            Condition::Equal(value) => self.give(slot, given(value)),
            Condition::Prefix(text) => self.range = Some(Range::Prefix(Given(Some(text)))),
            Condition::Range(lower, upper) => {
                let lower = self.end(slot, lower.map(given));
                let upper = self.end(slot, upper.map(given));
                let (lower, upper) = if part.descending { (upper, lower) } else { (lower, upper) };
                self.range = Some(Range::Between(lower, upper));
            }
        }
        self.then()
    }

    fn slot(&self, slot: usize) -> &'static PartSchema {
        match E::SCHEMA.parts.get(slot) {
            Some(part) => part,
            None => unreachable!("the derive numbers the entity's parts"),
        }
    }

    fn give(&mut self, slot: usize, given: Result<Given, PartError>) {
        if let Some(given) = self.end(slot, Some(given))
            && let Some(place) = self.given.get_mut(slot)
        {
            *place = given;
        }
    }

    /// Keeps the first error, to be told when the query is sent.
    fn end(&mut self, slot: usize, given: Option<Result<Given, PartError>>) -> Option<Given> {
        let error = match given? {
            Ok(given) => return Some(given),
            Err(error) => error,
        };
        let mut attributes = self.pk.iter().chain(self.sk);
        // Without the attribute that it is for, an error is still one: a query that left the part
        // out would read more than was asked for.
        let attribute = attributes.find(|attribute| attribute.holds(slot)).or(self.pk.first());
        let refused = attribute.map(|attribute| {
            KeyError::new(E::SCHEMA.name, attribute, KeyReason::Field(self.slot(slot).path, error))
        });
        self.error = self.error.take().or(refused);
        None
    }

    /// The key condition of what was given.
    ///
    /// # Errors
    ///
    /// If a value cannot stand in the key.
    pub fn finish(self) -> Result<KeyCondition, KeyError> {
        if let Some(error) = self.error {
            return Err(error);
        }
        let parts: [&dyn Part; MAX_SLOTS] = self.given.each_ref().map(|given| given as &dyn Part);
        let partition = self.pk.iter().map(|key| {
            let mut text = String::new();
            match unsharded_text(E::SCHEMA, key, &parts, &mut text)? {
                true => Ok((key.def.name, KeyValue::new(key.def.ty, text))),
                false => Err(KeyError::new(E::SCHEMA.name, key, KeyReason::Absent)),
            }
        });
        let mut condition = KeyCondition {
            index: self.index,
            partition: partition.collect::<Result<_, _>>()?,
            shards: self.pk.last().and_then(|key| key.shards),
            sort: Vec::new(),
            admitted: None,
            nothing: false,
        };
        for key in self.sk {
            match self.narrow(key, &parts, &mut condition)? {
                Narrowed::Whole => {}
                // The attributes to the right of one that is not given whole are free.
                Narrowed::Partly => break,
            }
        }
        Ok(condition)
    }

    /// Adds the condition on one attribute of the sort key.
    fn narrow(
        &self,
        key: &KeyAttribute,
        parts: &[&dyn Part],
        condition: &mut KeyCondition,
    ) -> Result<Narrowed, KeyError> {
        let sort = match &key.form {
            KeyForm::Field { slot, .. } => {
                let given = self.given.get(*slot).and_then(|given| given.0.clone());
                native(key, given, self.range.as_ref(), condition)
            }
            KeyForm::Template(template) => {
                template_condition(key, template, parts, self.range.as_ref(), condition)
                    .map_err(|e| KeyError::new(E::SCHEMA.name, key, KeyReason::Template(e)))?
            }
        };
        for value in sort.iter().flat_map(Sort::values) {
            check_text(key, value.text()).map_err(|r| KeyError::new(E::SCHEMA.name, key, r))?;
        }
        let whole = matches!(sort, Some(Sort::Equal(_)));
        condition.sort.extend(sort.map(|sort| (key.def.name, sort)));
        Ok(if whole { Narrowed::Whole } else { Narrowed::Partly })
    }
}

/// How much of an attribute's value is given.
enum Narrowed {
    Whole,
    Partly,
}

/// The condition on a sort key that is a field by itself.
fn native(
    key: &KeyAttribute,
    given: Option<String>,
    range: Option<&Range>,
    condition: &mut KeyCondition,
) -> Option<Sort> {
    let value = |text: String| KeyValue::new(key.def.ty, text);
    let end = |end: &Option<Given>| end.as_ref().and_then(|end| end.0.clone()).map(value);
    // Every key begins with an empty text and is above it; the service compares with none.
    let some = |value: &KeyValue| !value.text().is_empty();
    match (given, range) {
        (Some(text), _) => Some(Sort::Equal(value(text))),
        (None, Some(Range::Prefix(Given(prefix)))) => {
            prefix.clone().map(value).filter(some).map(Sort::BeginsWith)
        }
        (None, Some(Range::Between(lower, upper))) => match (end(lower).filter(some), end(upper)) {
            (lower, Some(upper))
                if !some(&upper) || lower.as_ref().is_some_and(|l| l.is_above(&upper)) =>
            {
                condition.nothing = true;
                None
            }
            (Some(lower), Some(upper)) => Some(Sort::Between(lower, upper)),
            (Some(lower), None) => Some(Sort::AtLeast(lower)),
            (None, Some(upper)) => Some(Sort::AtMost(upper)),
            (None, None) => None,
        },
        (None, None) => None,
    }
}

/// The condition on a sort key that is made by a template.
fn template_condition(
    key: &KeyAttribute,
    template: &Template,
    parts: &[&dyn Part],
    range: Option<&Range>,
    condition: &mut KeyCondition,
) -> Result<Option<Sort>, TemplateError> {
    let slots = template.segments().iter().filter_map(|segment| segment.slot());
    let count = slots.clone().count();
    let given = slots.take_while(|slot| parts.get(*slot).is_some_and(|part| part.is_some()));
    let given = given.count();
    let step = match range {
        Some(Range::Prefix(prefix)) if given < count => Step::Prefix(prefix),
        Some(Range::Between(lower, upper)) if given < count => {
            Step::Between(end_of(lower), end_of(upper))
        }
        _ => Step::All,
    };
    let selection = template.select(parts, given, step)?;
    let value = |text: &String| KeyValue::new(key.def.ty, text.clone());
    let sort = match selection.bounds() {
        Bounds::Equal(text) => Some(Sort::Equal(value(text))),
        Bounds::Prefix(text) => Some(Sort::BeginsWith(value(text))),
        Bounds::Between(lower, upper) => Some(Sort::Between(value(lower), value(upper))),
        Bounds::AtMost(upper) => Some(Sort::AtMost(value(upper))),
        Bounds::All | Bounds::Nothing => None,
    };
    condition.nothing |= matches!(selection.bounds(), Bounds::Nothing);
    condition.admitted = Some(Admitted { attribute: key.def, selection });
    Ok(sort)
}

fn end_of(end: &Option<Given>) -> Option<&dyn Part> {
    end.as_ref().map(|end| end as &dyn Part)
}

impl<E, At> fmt::Debug for Steps<E, At> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Steps").field("index", &self.index.map(|i| i.name)).finish_non_exhaustive()
    }
}

/// One partition of a table, whole: every kind of item in it.
#[must_use = "a query is sent by `TableHandle::query`"]
pub struct Partition<C> {
    condition: Result<KeyCondition, KeyError>,
    collection: PhantomData<fn() -> C>,
}

impl<C> Partition<C> {
    /// The partition that an entity's key is in, without a condition on its sort key.
    #[doc(hidden)]
    pub fn of<E: Entity>(steps: Steps<E>) -> Self {
        Self { condition: Steps { sk: &[], ..steps }.finish(), collection: PhantomData }
    }
}

impl<C: Gathered> IntoQuery for Partition<C> {
    type Output = C::Item;
    type Consistency = Strong;

    fn into_key_condition(self) -> Result<KeyCondition, KeyError> {
        self.condition
    }
}

impl<C> fmt::Debug for Partition<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Partition").finish_non_exhaustive()
    }
}
