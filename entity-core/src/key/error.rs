//! What can be wrong with a part or a key. The value and the key's text are data and never part of an error.

use std::error::Error;
use std::fmt;

/// Why a value cannot be written as a part of a key, or a text not be read as one.
///
/// It holds no value and no text: both are data.
///
/// # Example
///
/// ```
/// use entity_core::key::{KeyPart, PartErrorKind};
///
/// let error = u32::parse("007").unwrap_err();
/// assert_eq!(error.kind(), PartErrorKind::Invalid("an integer without leading zeros"));
/// assert_eq!(error.to_string(), "expected an integer without leading zeros");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PartError {
    kind: PartErrorKind,
    at: Option<usize>,
}

/// The kinds of [`PartError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PartErrorKind {
    /// The text contains the separator of the table.
    Separator,
    /// The text makes the literal that follows it appear too early.
    Literal,
    /// The text contains U+10FFFF, the upper end of every range.
    Reserved,
    /// The text is not of the part's [`Shape`](super::Shape).
    Shape,
    /// The value does not fit into the width of the part.
    Width,
    /// The value has more precision than the text can say.
    Precision,
    /// The value is outside what the text can say, a year before 0 for example.
    OutOfRange,
    /// The text is not one of the type; what was expected.
    Invalid(&'static str),
    /// The text can be read, but would not be written like this.
    NotCanonical,
}

impl PartError {
    /// An error without a position.
    #[must_use]
    pub const fn new(kind: PartErrorKind) -> Self {
        PartError { kind, at: None }
    }

    /// The text is not one of the type; `expected` says what is: `"a UUID in lower case"`.
    #[must_use]
    pub const fn expected(expected: &'static str) -> Self {
        PartError::new(PartErrorKind::Invalid(expected))
    }

    /// The same error at a byte of the part's text.
    #[must_use]
    pub const fn at(self, at: usize) -> Self {
        PartError { kind: self.kind, at: Some(at) }
    }

    /// What is wrong.
    #[must_use]
    pub const fn kind(&self) -> PartErrorKind {
        self.kind
    }

    /// The byte of the part's text where it is wrong, if known.
    #[must_use]
    pub const fn position(&self) -> Option<usize> {
        self.at
    }
}

impl fmt::Display for PartErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            PartErrorKind::Separator => "contains the separator",
            PartErrorKind::Literal => "would be mistaken for the literal that follows it",
            PartErrorKind::Reserved => "contains U+10FFFF, which is reserved",
            PartErrorKind::Shape => "not of the shape that its type declares",
            PartErrorKind::Width => "does not fit into the width of the part",
            PartErrorKind::Precision => "more precise than the text of the part",
            PartErrorKind::OutOfRange => "out of the range of the part",
            PartErrorKind::Invalid(expected) => return write!(f, "expected {expected}"),
            PartErrorKind::NotCanonical => "not the text that would be written for this value",
        })
    }
}

impl fmt::Display for PartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)?;
        match self.at {
            Some(at) => write!(f, " at byte {at}"),
            None => Ok(()),
        }
    }
}

impl Error for PartError {}

/// Why a key cannot be built, bounded or read.
///
/// It says the template, the part
/// and the position; never the value or the key.
///
/// # Example
///
/// ```
/// use entity_core::key::{Encoded, Last, Plain, Segment, Template};
/// use entity_core::key::{Charset, Shape};
///
/// const TEXT: Shape = Shape::Variable(Charset::Any);
/// const SK: Template =
///     Template::new("{a}#{b}", &[Segment::part(0, "a", TEXT), Segment::Literal("#"), Segment::part(1, "b", TEXT)], "#");
/// let (a, b) = ("p#q".to_owned(), "r".to_owned());
/// let error = SK.build(&[&Encoded::<_, Plain>::new(&a), &Encoded::<_, Last>::new(&b)], &mut String::new());
/// let error = error.unwrap_err();
/// assert_eq!(error.part(), Some("a"));
/// assert_eq!(error.to_string(), "key `{a}#{b}`: part `a`: contains the separator at byte 1");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TemplateError {
    template: &'static str,
    part: Option<&'static str>,
    at: Option<usize>,
    kind: TemplateErrorKind,
}

/// The kinds of [`TemplateError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TemplateErrorKind {
    /// A part cannot be written, or its text not be read; [`TemplateError::position`] is in the part's text.
    Part(PartErrorKind),
    /// The key does not have the structure of the template; [`TemplateError::position`] is in the key's text.
    Mismatch,
    /// A part that a query gives is `None`.
    Omitted,
    /// A range over a part of variable width that is not the end of the key.
    NotRanged,
    /// The template has no such part, or fewer values were passed than it has parts.
    NoPart,
}

impl TemplateError {
    pub(super) const fn new(template: &'static str, kind: TemplateErrorKind) -> Self {
        TemplateError { template, part: None, at: None, kind }
    }

    pub(super) const fn of_part(self, part: &'static str) -> Self {
        TemplateError { part: Some(part), ..self }
    }

    pub(super) const fn at(self, at: Option<usize>) -> Self {
        TemplateError { at, ..self }
    }

    /// What is wrong.
    #[must_use]
    pub const fn kind(&self) -> TemplateErrorKind {
        self.kind
    }

    /// The template as it was written.
    #[must_use]
    pub const fn template(&self) -> &'static str {
        self.template
    }

    /// The name of the part.
    #[must_use]
    pub const fn part(&self) -> Option<&'static str> {
        self.part
    }

    /// What is wrong, for an error that names the entity and the template itself.
    pub(crate) fn reason(&self) -> impl fmt::Display {
        fmt::from_fn(|f| {
            self.part.iter().try_for_each(|part| write!(f, "part `{part}`: "))?;
            write!(f, "{}", self.kind)?;
            self.at.iter().try_for_each(|at| write!(f, " at byte {at}"))
        })
    }

    /// The byte where it is wrong, if known: of the key for [`TemplateErrorKind::Mismatch`], else of the part's text.
    #[must_use]
    pub const fn position(&self) -> Option<usize> {
        self.at
    }
}

impl fmt::Display for TemplateErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            TemplateErrorKind::Part(kind) => return kind.fmt(f),
            TemplateErrorKind::Mismatch => "the stored key is not of this template",
            TemplateErrorKind::Omitted => "no value to query for",
            TemplateErrorKind::NotRanged => {
                "no range over a part of variable width that is not the last"
            }
            TemplateErrorKind::NoPart => "no such part",
        })
    }
}

impl fmt::Display for TemplateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "key `{}`: {}", self.template, self.reason())
    }
}

impl Error for TemplateError {}
