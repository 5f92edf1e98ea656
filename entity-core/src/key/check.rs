//! What a template must be (rule 2), decided in `const` evaluation.

#![allow(
    clippy::indexing_slicing,
    reason = "`const fn` has no `get`; what is out of bounds does not compile, or was checked before"
)]
#![expect(clippy::result_large_err, reason = "made in `const` evaluation, where there is no `Box`")]

use super::message::Message;
use super::shape::{Class, Shape};
use super::template::{Form, Segment, Template};

/// The number of bytes of every text of a shape, 0 if they differ; `None` if a part of that shape may be
/// wrong, at some place.
pub(crate) const fn plain_width(shape: &Shape) -> Option<usize> {
    match shape {
        Shape::Variable(_) => Some(0),
        Shape::Fixed(_) => match check_segment(&Segment::part(0, "", *shape)) {
            Ok(width) => Some(width),
            Err(_) => None,
        },
        Shape::Rest => None,
    }
}

impl Template {
    /// Whether this can be a template: what stands beside what, at most one optional part, whose two forms
    /// cannot be mistaken for one another, and `:rest` at the end.
    ///
    /// # Errors
    ///
    /// A message for the user of the derive.
    ///
    /// # Example
    ///
    /// ```
    /// use entity_core::key::{Encoding, Last, Plain, Segment, Template};
    ///
    /// const TWO: &[Segment] = &[
    ///     Segment::part(0, "a", <Plain as Encoding<String>>::SHAPE),
    ///     Segment::part(1, "b", <Last as Encoding<String>>::SHAPE),
    /// ];
    /// assert_eq!(
    ///     Template::new("{a}{b}", TWO, "#").check().unwrap_err().as_str(),
    ///     "key `{a}{b}`: nothing says where `a` ends; write a literal after it, or give it a width",
    /// );
    /// ```
    pub const fn check(&self) -> Result<(), Message> {
        match self.find_fault() {
            Ok(()) => Ok(()),
            Err([before, name, after]) => Err(Message::new()
                .push_str("key `")
                .push_str(self.source)
                .push_str("`: ")
                .push_str(before)
                .push_str(name)
                .push_str(after)),
        }
    }

    const fn find_fault(&self) -> Result<(), Fault> {
        if self.segments.is_empty() {
            return Err(["it is empty", "", ""]);
        }
        if is_reserved(self.separator) {
            return Err(["the separator", RESERVED, ""]);
        }
        let (mut size, mut rest) = (0, self.segments);
        while let [segment, tail @ ..] = rest {
            size += match check_segment(segment) {
                Ok(bytes) => bytes + 1,
                Err(fault) => return Err(fault),
            };
            if let [next, ..] = tail
                && let Err(fault) = check_neighbours(segment, next)
            {
                return Err(fault);
            }
            rest = tail;
        }
        if self.may_be_too_long(size) && self.is_too_long(self.form(true)) {
            return Err(TOO_LONG);
        }
        self.check_optional()
    }

    /// Checks the form without the optional part, whose neighbours are others.
    const fn check_form(&self, form: Form) -> Result<(), Fault> {
        if form.get(form.first()).is_none() {
            return Err(["without its optional part it would be empty", "", ""]);
        }
        let mut next = form.first();
        while let Some((at, segment)) = form.get(next) {
            next = form.after(at);
            if let Some((_, next)) = form.get(next)
                && let Err(fault) = check_neighbours(segment, next)
            {
                return Err(fault);
            }
        }
        if self.is_too_long(form) { Err(TOO_LONG) } else { Ok(()) }
    }

    const fn check_optional(&self) -> Result<(), Fault> {
        let Some(at) = self.optional_part() else {
            return Ok(());
        };
        let Segment::Part { name, .. } = self.segments[at] else {
            return Ok(());
        };
        if self.has_optional_after(at) {
            return Err(["a key has at most one optional part", "", ""]);
        }
        if !self.has_own_literal(at) {
            return Err([
                "part `",
                name,
                "`: an optional part needs a literal after it, or before it at the end",
            ]);
        }
        if let Err(message) = self.check_form(self.form(false)) {
            return Err(message);
        }
        if !self.forms_are_disjoint() {
            return Err(["a key without `", name, "` could be one with it"]);
        }
        Ok(())
    }

    const fn has_optional_after(&self, at: usize) -> bool {
        let mut i = at + 1;
        while i < self.segments.len() {
            if let Segment::Part { optional: true, .. } = self.segments[i] {
                return true;
            }
            i += 1;
        }
        false
    }

    /// Whether there is a literal that is left out with the optional part.
    const fn has_own_literal(&self, at: usize) -> bool {
        let literal = if at + 1 < self.segments.len() { at + 1 } else { at.wrapping_sub(1) };
        literal < self.segments.len() && matches!(self.segments[literal], Segment::Literal(_))
    }
}

/// What is wrong with a template: text, mostly the name of a part, and text. It becomes a [`Message`] where
/// there is one, as evaluation copies what a function gives back.
type Fault = [&'static str; 3];

const TOO_LONG: Fault = ["it is too long", "", ""];

const RESERVED: &str = " contains U+10FFFF, which is reserved";

/// The number of bytes that a literal or a part of fixed width has.
const fn check_segment(segment: &Segment) -> Result<usize, Fault> {
    match segment {
        Segment::Literal(literal) => {
            let bytes = literal.as_bytes();
            let (len, mut i) = (bytes.len(), 0);
            if len == 0 {
                return Err(["a literal is empty", "", ""]);
            }
            while i < len {
                if bytes[i] == 0xF4 && is_reserved(literal) {
                    return Err(["a literal", RESERVED, ""]);
                }
                i += 1;
            }
            Ok(len)
        }
        Segment::Part { name, shape: Shape::Fixed(pattern), .. } => {
            let (len, mut i) = (pattern.len(), 0);
            if len == 0 {
                return Err(["part `", name, "`: its text is always empty"]);
            }
            while i < len {
                if let Class::Byte(0x80..) = pattern[i] {
                    let why = "`: the pattern of its type has a byte that is not ASCII";
                    return Err(["part `", name, why]);
                }
                i += 1;
            }
            Ok(len)
        }
        Segment::Part { .. } => Ok(0),
    }
}

/// Whether two segments can stand beside each other: every part ends where it can be seen.
const fn check_neighbours(segment: &Segment, next: &Segment) -> Result<(), Fault> {
    match (segment, next) {
        (Segment::Literal(_), Segment::Literal(_)) => {
            Err(["two literals stand beside each other; make them one", "", ""])
        }
        (Segment::Part { name, shape: Shape::Rest, .. }, _) => {
            Err(["part `", name, "`: `:rest` must be the end of the key"])
        }
        (Segment::Part { name, shape: Shape::Variable(_), .. }, Segment::Part { .. }) => Err([
            "nothing says where `",
            name,
            "` ends; write a literal after it, or give it a width",
        ]),
        _ => Ok(()),
    }
}

/// Whether a text contains U+10FFFF.
pub(crate) const fn is_reserved(text: &str) -> bool {
    let mut rest = text.as_bytes();
    while let [_, tail @ ..] = rest {
        if let [0xF4, 0x8F, 0xBF, 0xBF, ..] = rest {
            return true;
        }
        rest = tail;
    }
    false
}
