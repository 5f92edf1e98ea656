//! From conditions and actions to the text of expressions, with placeholders in a request.

use super::condition::{Side, Test};
use super::operand::{Json, Term};
use super::path::{Step, display};
use crate::error::EncodeError;
use crate::request::Request;
use crate::wire;

/// The most operands that one IN takes.
///
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html>
const IN: usize = 100;

/// Writes expressions on an entity, and keeps the first error of a value in them.
pub(crate) struct Writer<'r> {
    entity: &'static str,
    request: &'r mut Request,
    error: Option<EncodeError>,
}

impl<'r> Writer<'r> {
    pub(crate) fn new(entity: &'static str, request: &'r mut Request) -> Self {
        Self { entity, request, error: None }
    }

    /// The error of the first value that cannot be written.
    pub(crate) fn end(self) -> Result<(), EncodeError> {
        self.error.map_or(Ok(()), Err)
    }

    /// A function of an attribute of the item: `attribute_exists(#n0)`.
    pub(crate) fn call(&mut self, function: &str, attribute: &'static str) -> String {
        format!("{function}({})", self.request.name(attribute))
    }

    /// An attribute is that number.
    pub(crate) fn number_is(&mut self, attribute: &'static str, number: u64) -> String {
        let name = self.request.name(attribute);
        format!("{name} = {}", self.request.json_value(format!("{{\"N\":\"{number}\"}}").into()))
    }

    /// A path in placeholders: `#n0.#n1[3]`.
    pub(crate) fn path(&mut self, path: &[Step]) -> String {
        let mut text = String::new();
        for step in path {
            let name = match step {
                Step::Field { attribute, .. } => self.request.name(*attribute),
                Step::Entry(key) => self.request.name(key.clone()),
                Step::Element(position) => {
                    text.push_str(&format!("[{position}]"));
                    continue;
                }
            };
            if !text.is_empty() {
                text.push('.');
            }
            text.push_str(&name);
        }
        text
    }

    /// The placeholder of a value; what is not there is NULL.
    pub(crate) fn value(&mut self, value: &Json, path: &[Step]) -> String {
        match value {
            Ok(value) => {
                let json = value.as_deref().unwrap_or(b"{\"NULL\":true}");
                self.request.json_value(json.to_vec())
            }
            Err(error) => {
                self.fail(error, path);
                String::new()
            }
        }
    }

    fn fail(&mut self, error: &wire::Error, path: &[Step]) {
        let error = || EncodeError::new(self.entity, error.clone().at_name(&display(path)));
        self.error.get_or_insert_with(error);
    }

    /// An operand; `path` is what it is compared with or assigned to.
    pub(crate) fn term(&mut self, term: &Term, path: &[Step]) -> String {
        match term {
            Term::Path(path) => self.path(path),
            Term::Value(value) => self.value(value, path),
            Term::IfNotExists(at, other) => {
                let other = self.term(other, path);
                format!("if_not_exists({}, {other})", self.path(at))
            }
        }
    }

    fn side(&mut self, side: &Side) -> String {
        match side {
            Side::Path(path) => self.path(path),
            Side::Size(path) => format!("size({})", self.path(path)),
        }
    }

    /// A condition, in parentheses where it is within another.
    pub(crate) fn test(&mut self, test: &Test) -> String {
        match test {
            Test::Compare(side, operator, term) => {
                let left = self.side(side);
                format!("{left} {operator} {}", self.term(term, side.path()))
            }
            Test::Between(side, from, to) if reversed(from, to) => self.never(side.path()),
            Test::Between(side, from, to) => {
                let value = self.side(side);
                let (from, to) = (self.term(from, side.path()), self.term(to, side.path()));
                format!("{value} BETWEEN {from} AND {to}")
            }
            Test::In(path, terms) => self.is_in(path, terms),
            Test::Call(function, path, None) => format!("{function}({})", self.path(path)),
            Test::Call(function, path, Some(term)) => {
                let name = self.path(path);
                format!("{function}({name}, {})", self.term(term, path))
            }
            Test::All(tests) => self.joined(tests, " AND "),
            Test::Any(tests) => self.joined(tests, " OR "),
            Test::Not(test) => format!("NOT {}", self.inner(test)),
        }
    }

    fn joined(&mut self, tests: &[Test], word: &str) -> String {
        tests.iter().map(|test| self.inner(test)).collect::<Vec<_>>().join(word)
    }

    pub(crate) fn inner(&mut self, test: &Test) -> String {
        let text = self.test(test);
        match test {
            Test::Compare(..) | Test::Call(..) => text,
            _ => format!("({text})"),
        }
    }

    /// DynamoDB has no empty IN, no BETWEEN from more to less, and no `false`: what is never true
    /// stands for them.
    fn never(&mut self, path: &[Step]) -> String {
        let name = self.path(path);
        format!("attribute_exists({name}) AND attribute_not_exists({name})")
    }

    fn is_in(&mut self, path: &[Step], terms: &[Term]) -> String {
        if terms.is_empty() {
            return self.never(path);
        }
        let name = self.path(path);
        let lists = terms.chunks(IN).map(|terms| {
            let list: Vec<String> = terms.iter().map(|term| self.term(term, path)).collect();
            format!("{name} IN ({})", list.join(", "))
        });
        lists.collect::<Vec<_>>().join(" OR ")
    }
}

/// Whether nothing is between two values.
fn reversed(from: &Term, to: &Term) -> bool {
    let value = |term: &Term| match term {
        Term::Value(Ok(Some(json))) => wire::value_from_slice::<wire::Value>(json).ok(),
        _ => None,
    };
    value(from).zip(value(to)).is_some_and(|(from, to)| from > to)
}

impl Side {
    pub(super) fn path(&self) -> &[Step] {
        match self {
            Self::Path(path) | Self::Size(path) => path,
        }
    }
}
