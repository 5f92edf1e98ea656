//! `Near`: what a search of a vector index looks for, in the making.

use std::fmt;
use std::marker::PhantomData;

use serde::Serialize;

use crate::error::{EncodeError, Error, SearchError};
use crate::expr::{Step, Test, Writer, display};
use crate::request::Request;
use crate::schema::{Entity, VectorIndex, VectorIndexSchema};
use crate::wire;

/// What can be searched for: what a derive's vector index function returned, filtered or not.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be searched for",
    label = "expected what one of the entity's vector index functions returns",
    note = "`#[entity(vector_index(Index, ...))]` makes a function that is named after the index"
)]
pub trait IntoSearch {
    /// What an item is read as.
    type Output: Entity;

    /// The index that is searched.
    type Index: VectorIndex;

    /// What is searched for.
    #[doc(hidden)]
    fn into_near(self) -> Near<Self::Output, Self::Index>;
}

/// A vector to be near to, and what the attributes of the search schema equal.
#[doc(hidden)]
pub struct Near<E, I> {
    vector: Value,
    equal: Vec<(&'static str, Value)>,
    of: PhantomData<fn() -> (E, I)>,
}

/// An attribute value as JSON.
type Value = Result<Vec<u8>, wire::Error>;

impl<E: Entity, I: VectorIndex> Near<E, I> {
    /// Begins with the vector.
    #[must_use]
    pub fn new(vector: &I::Vector) -> Self {
        Self { vector: wire::value_to_vec(vector), equal: Vec::new(), of: PhantomData }
    }

    /// The same, where an attribute has that value; the last one that is given of each.
    #[must_use]
    pub fn equal<V: Serialize>(mut self, attribute: &'static str, value: &V) -> Self {
        self.equal.retain(|(name, _)| *name != attribute);
        self.equal.push((attribute, wire::value_to_vec(value)));
        self
    }

    pub(crate) fn index(&self) -> &'static VectorIndexSchema {
        I::SCHEMA
    }

    /// Writes the vector and the condition, of which a filter is a part.
    pub(crate) fn write(&self, request: &mut Request, filter: Option<&Test>) -> Result<(), Error> {
        let refused = |error: &wire::Error| EncodeError::new(E::NAME, error.clone());
        let vector = self.vector.as_ref();
        let vector =
            vector.map_err(|error| refused(&error.clone().at_name(self.index().vector)))?;
        // The service takes the list without the letter of its type.
        let list = vector.strip_prefix(b"{\"L\":").and_then(|rest| rest.strip_suffix(b"}"));
        request.raw("SearchVector", list.unwrap_or(vector));
        let mut conditions = Vec::with_capacity(self.equal.len());
        for (name, value) in &self.equal {
            let value = value.as_ref().map_err(|error| refused(&error.clone().at_name(name)))?;
            let (name, value) = (request.name(*name), request.json_value(value.clone()));
            conditions.push(format!("{name} = {value}"));
        }
        if let Some(filter) = filter {
            let mut writer = Writer::new(E::NAME, request);
            conditions.push(writer.inner(filter));
            writer.end()?;
            self.check(filter)?;
        }
        if !conditions.is_empty() {
            request.text("SearchConditionExpression", &conditions.join(" AND "));
        }
        Ok(())
    }

    /// The service knows no other attributes in a condition than the index's.
    fn check(&self, filter: &Test) -> Result<(), SearchError> {
        let is_filter = |path: &[Step]| match path {
            [Step::Field { attribute, .. }] => {
                I::SCHEMA.filters.iter().any(|filter| filter.name == *attribute)
            }
            _ => false,
        };
        match filter.find(&|path| !is_filter(path)) {
            Some(path) => Err(SearchError::new(I::SCHEMA, display(path))),
            None => Ok(()),
        }
    }
}

/// Without the values.
impl<E, I> fmt::Debug for Near<E, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.equal.iter().map(|(name, _)| name).collect();
        f.debug_struct("Near").field("equal", &names).finish_non_exhaustive()
    }
}
