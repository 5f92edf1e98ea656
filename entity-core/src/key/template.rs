//! [`Template`]: literals and parts, and how a key is built from values.

#![allow(
    clippy::indexing_slicing,
    reason = "`const fn` has no `get`; what is out of bounds does not compile, or was checked before"
)]

use super::encoded::Part;
use super::error::{PartError, TemplateError, TemplateErrorKind};
use super::shape::Shape;
use super::text;

/// One element of a template.
///
/// Two literals never stand beside each other, and none is empty; [`Template::check`] sees to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Segment {
    /// Text that every key has.
    Literal(&'static str),
    /// The text of a value.
    Part {
        /// Which of the values that are passed: the same value may stand in several places.
        slot: usize,
        /// The name of the field, for errors.
        name: &'static str,
        /// What the text can look like.
        shape: Shape,
        /// Whether the part may be left out, together with the literal after it (before it, if it is the last).
        optional: bool,
    },
}

impl Segment {
    /// The part `{name}`.
    #[must_use]
    pub const fn part(slot: usize, name: &'static str, shape: Shape) -> Self {
        Segment::Part { slot, name, shape, optional: false }
    }

    /// The slot of a part.
    #[must_use]
    pub const fn slot(&self) -> Option<usize> {
        match self {
            Segment::Part { slot, .. } => Some(*slot),
            Segment::Literal(_) => None,
        }
    }

    /// The part `{name?}`.
    #[must_use]
    pub const fn optional(slot: usize, name: &'static str, shape: Shape) -> Self {
        Segment::Part { slot, name, shape, optional: true }
    }
}

/// A key template: how a key is made of literals and the texts of values, and read back.
///
/// # Example
///
/// ```
/// use entity_core::key::{Encoded, Encoding, Last, Padded, Plain, Segment, Template};
///
/// const SEGMENTS: &[Segment] = &[
///     Segment::Literal("ORDER#"),
///     Segment::part(0, "id", <Plain as Encoding<String>>::SHAPE),
///     Segment::Literal("#ITEM#"),
///     Segment::part(1, "n", <Padded<4> as Encoding<u32>>::SHAPE),
/// ];
/// const SK: Template = Template::new("ORDER#{id}#ITEM#{n:04}", SEGMENTS, "#");
/// const _: () = if let Err(message) = SK.check() { panic!("{}", message.as_str()) };
///
/// let (id, n) = ("O-1".to_owned(), 7_u32);
/// let mut key = String::new();
/// assert!(SK.build(&[&Encoded::<_, Plain>::new(&id), &Encoded::<_, Padded<4>>::new(&n)], &mut key)?);
/// assert_eq!(key, "ORDER#O-1#ITEM#0007");
///
/// let mut texts = [None; 2];
/// SK.parse(&key, &mut texts)?;
/// assert_eq!(SK.read::<String, Plain>(0, &texts)?, "O-1");
/// assert_eq!(SK.read::<u32, Padded<4>>(1, &texts)?, 7);
/// # Ok::<(), entity_core::key::TemplateError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Template {
    pub(super) source: &'static str,
    pub(super) segments: &'static [Segment],
    pub(super) separator: &'static str,
}

impl Template {
    /// The template of these segments. `source` is what the user wrote, for errors; an empty `separator` is none.
    ///
    /// Nothing is checked here: see [`check`](Template::check).
    #[must_use]
    pub const fn new(
        source: &'static str,
        segments: &'static [Segment],
        separator: &'static str,
    ) -> Self {
        Template { source, segments, separator }
    }

    /// The template as the user wrote it.
    #[must_use]
    pub const fn source(&self) -> &'static str {
        self.source
    }

    /// The literals and parts.
    #[must_use]
    pub const fn segments(&self) -> &'static [Segment] {
        self.segments
    }

    /// The separator of the table; empty if there is none.
    #[must_use]
    pub const fn separator(&self) -> &'static str {
        self.separator
    }

    /// Appends the key of these values; `parts[slot]` is the value of a part.
    ///
    /// Says `false`, and appends nothing, if a part that is not optional is `None`: then the item has no such
    /// key, and is not in the index. Does not check the length of the key: see [`Limit`](super::Limit).
    ///
    /// # Errors
    ///
    /// If a value cannot be written, or its text cannot stand where it would have to. `out` is as before then.
    pub fn build(&self, parts: &[&dyn Part], out: &mut String) -> Result<bool, TemplateError> {
        let form = self.form_of(parts)?;
        let start = out.len();
        let mut next = form.first();
        while let Some((at, segment)) = form.get(next) {
            let written = self.write_segment(form, at, segment, parts, out);
            if !matches!(written, Ok(true)) {
                out.truncate(start);
                // Without one of its parts there is no key, whatever is wrong with another.
                return if self.lacks_part(parts)? { Ok(false) } else { written };
            }
            next = form.after(at);
        }
        Ok(true)
    }

    /// The form that these values take, if they have a key.
    fn form_of(&self, parts: &[&dyn Part]) -> Result<Form, TemplateError> {
        let optional = self.optional_part().and_then(|at| self.segments.get(at));
        let with = match optional {
            Some(Segment::Part { slot, name, .. }) => self.value(*slot, name, parts)?.is_some(),
            _ => true,
        };
        Ok(self.form(with))
    }

    /// Whether a part that is not optional is `None`.
    #[cold]
    fn lacks_part(&self, parts: &[&dyn Part]) -> Result<bool, TemplateError> {
        for segment in self.segments {
            if let Segment::Part { slot, name, optional: false, .. } = segment
                && !self.value(*slot, name, parts)?.is_some()
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Appends one segment of a form and checks that it can stand there; says `false` if it is a part
    /// without a value.
    pub(super) fn write_segment(
        &self,
        form: Form,
        at: usize,
        segment: &Segment,
        parts: &[&dyn Part],
        out: &mut String,
    ) -> Result<bool, TemplateError> {
        match segment {
            Segment::Literal(literal) => {
                out.push_str(literal);
                Ok(true)
            }
            Segment::Part { slot, name, shape, .. } => {
                let start = out.len();
                let value = self.value(*slot, name, parts)?;
                let next = form.literal_after(at);
                value
                    .write(out)
                    .and_then(|present| {
                        let text = out.get(start..).filter(|_| present);
                        text.map_or(Ok(()), |text| {
                            text::check_part(text, *shape, self.separator, next)
                        })?;
                        Ok(present)
                    })
                    .map_err(|error| self.part_error(name, error))
            }
        }
    }

    fn value<'p>(
        &self,
        slot: usize,
        name: &'static str,
        parts: &[&'p dyn Part],
    ) -> Result<&'p dyn Part, TemplateError> {
        let missing = || self.error(TemplateErrorKind::NoPart).of_part(name);
        parts.get(slot).copied().ok_or_else(missing)
    }

    #[cold]
    pub(super) fn part_error(&self, name: &'static str, error: PartError) -> TemplateError {
        self.error(TemplateErrorKind::Part(error.kind())).of_part(name).at(error.position())
    }

    #[cold]
    pub(super) fn error(&self, kind: TemplateErrorKind) -> TemplateError {
        TemplateError::new(self.source, kind)
    }
}

/// The segments of a template with its optional part, or without it and its literal.
#[derive(Debug, Clone, Copy)]
pub(super) struct Form {
    segments: &'static [Segment],
    /// The segments that are left out, from the first to before the second.
    skip: (usize, usize),
}

impl Template {
    /// The form with the optional part or without it. There is one only if nothing is optional.
    pub(super) const fn form(&self, with: bool) -> Form {
        let skip = match self.omitted() {
            Some(skip) if !with => skip,
            _ => (usize::MAX, usize::MAX),
        };
        Form { segments: self.segments, skip }
    }

    /// Where the (first) optional part is.
    pub(super) const fn optional_part(&self) -> Option<usize> {
        let (mut i, mut rest) = (0, self.segments);
        while let [segment, tail @ ..] = rest {
            if let Segment::Part { optional: true, .. } = segment {
                return Some(i);
            }
            (i, rest) = (i + 1, tail);
        }
        None
    }

    /// The segments that the form without the optional part does not have: the part and its literal.
    const fn omitted(&self) -> Option<(usize, usize)> {
        match self.optional_part() {
            Some(at) if at + 1 < self.segments.len() => Some((at, at + 2)),
            Some(at) if at > 0 => Some((at - 1, at + 1)),
            Some(at) => Some((at, at + 1)),
            None => None,
        }
    }
}

impl Form {
    /// The index of the first segment.
    pub(super) const fn first(self) -> usize {
        if self.skip.0 == 0 { self.skip.1 } else { 0 }
    }

    /// The index of the segment after segment `at`.
    pub(super) const fn after(self, at: usize) -> usize {
        if self.skip.0 == at + 1 { self.skip.1 } else { at + 1 }
    }

    /// Segment `at`, unless the form has ended.
    pub(super) const fn get(self, at: usize) -> Option<(usize, &'static Segment)> {
        if at < self.segments.len() { Some((at, &self.segments[at])) } else { None }
    }

    /// Whether segment `at` is the first one that the form leaves out.
    pub(super) const fn omits_from(self, at: usize) -> bool {
        self.skip.0 == at
    }

    /// The literal right after segment `at`.
    pub(super) const fn literal_after(self, at: usize) -> Option<&'static str> {
        match self.get(self.after(at)) {
            Some((_, Segment::Literal(literal))) => Some(literal),
            _ => None,
        }
    }
}
