//! What a template must be (rule 2), decided in `const` evaluation.

// `const fn` has no iterators and no `get`; an index out of bounds is a compile error, or follows a
// check of its bounds.
#![allow(clippy::indexing_slicing)]
#![expect(clippy::result_large_err, reason = "made in `const` evaluation, where there is no `Box`")]

use super::message::Message;
use super::shape::{Class, Shape};
use super::template::{Form, Segment, Template};

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
        if self.segments.is_empty() {
            return Err(self.message("it is empty"));
        }
        if let Err(message) = self.check_text(self.separator, "the separator") {
            return Err(message);
        }
        let mut i = 0;
        while i < self.segments.len() {
            if let Err(message) = self.check_segment(i) {
                return Err(message);
            }
            i += 1;
        }
        if let Err(message) = self.check_form(self.form(true)) {
            return Err(message);
        }
        self.check_optional()
    }

    const fn check_segment(&self, at: usize) -> Result<(), Message> {
        match self.segments[at] {
            Segment::Literal(literal) => {
                if literal.is_empty() {
                    return Err(self.message("a literal is empty"));
                }
                if at > 0 && matches!(self.segments[at - 1], Segment::Literal(_)) {
                    return Err(self.message("two literals stand beside each other; make them one"));
                }
                self.check_text(literal, "a literal")
            }
            Segment::Part { name, shape: Shape::Fixed(pattern), .. } => {
                if pattern.is_empty() {
                    return Err(self.message_of(name, "its text is always empty"));
                }
                self.check_pattern(name, pattern)
            }
            Segment::Part { .. } => Ok(()),
        }
    }

    const fn check_text(&self, text: &str, what: &str) -> Result<(), Message> {
        let bytes = text.as_bytes();
        let mut i = 0;
        while i + 3 < bytes.len() {
            if let [0xF4, 0x8F, 0xBF, 0xBF] = [bytes[i], bytes[i + 1], bytes[i + 2], bytes[i + 3]] {
                return Err(self.message(what).push_str(" contains U+10FFFF, which is reserved"));
            }
            i += 1;
        }
        Ok(())
    }

    const fn check_pattern(&self, name: &str, pattern: &[Class]) -> Result<(), Message> {
        let mut i = 0;
        while i < pattern.len() {
            if let Class::Byte(0x80..) = pattern[i] {
                return Err(
                    self.message_of(name, "the pattern of its type has a byte that is not ASCII")
                );
            }
            i += 1;
        }
        Ok(())
    }

    /// Whether every part ends where it can be seen.
    const fn check_form(&self, form: Form) -> Result<(), Message> {
        if form.get(form.first()).is_none() {
            return Err(self.message("without its optional part it would be empty"));
        }
        if self.is_too_long(form) {
            return Err(self.message("it is too long"));
        }
        let mut next = form.first();
        while let Some((at, segment)) = form.get(next) {
            next = form.after(at);
            if let (Segment::Part { name, shape, .. }, Some((_, after))) = (segment, form.get(next))
            {
                match shape {
                    Shape::Rest => {
                        return Err(self.message_of(name, "`:rest` must be the end of the key"));
                    }
                    Shape::Variable(_) if matches!(after, Segment::Part { .. }) => {
                        return Err(self
                            .message("nothing says where `")
                            .push_str(name)
                            .push_str("` ends; write a literal after it, or give it a width"));
                    }
                    _ => {}
                }
            }
        }
        Ok(())
    }

    const fn check_optional(&self) -> Result<(), Message> {
        let Some(at) = self.optional_part() else {
            return Ok(());
        };
        let Segment::Part { name, .. } = self.segments[at] else {
            return Ok(());
        };
        if self.has_optional_after(at) {
            return Err(self.message("a key has at most one optional part"));
        }
        if !self.has_own_literal(at) {
            return Err(self.message_of(
                name,
                "an optional part needs a literal after it, or before it at the end",
            ));
        }
        if let Err(message) = self.check_form(self.form(false)) {
            return Err(message);
        }
        if !self.forms_are_disjoint() {
            return Err(self
                .message("a key without `")
                .push_str(name)
                .push_str("` could be one with it"));
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

    const fn message(&self, text: &str) -> Message {
        Message::new().push_str("key `").push_str(self.source).push_str("`: ").push_str(text)
    }

    const fn message_of(&self, name: &str, text: &str) -> Message {
        self.message("part `").push_str(name).push_str("`: ").push_str(text)
    }
}
