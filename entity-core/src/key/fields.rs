//! What tells most templates apart, at a fraction of the cost of [`disjoint`](super::disjoint): they are
//! compared byte by byte, and after a part of variable width again from the next separator on.

#![allow(
    clippy::indexing_slicing,
    reason = "`const fn` has no `get`; what is out of bounds does not compile, or was checked before"
)]

use super::shape::{Class, Shape};
use super::template::{Form, Segment};

/// Whether no text has both forms, as far as can be seen like this; `false` says nothing.
///
/// `separator` is that of both if it is one byte. No part of variable width holds it, so the first one after
/// such a part is at the same place in both.
pub(super) const fn differ(a: Form, b: Form, separator: Option<u8>) -> bool {
    let (mut a, mut b) = (Cursor::new(a), Cursor::new(b));
    loop {
        match a.go_along(&mut b) {
            Some(true) => return true,
            Some(false) => continue,
            None => {}
        }
        match compare(a.here(), b.here()) {
            Pair::Differ => return true,
            Pair::Unknown => return false,
            Pair::Alike => {
                a.step();
                b.step();
            }
            Pair::Variable => {
                let Some(separator) = separator else {
                    return false;
                };
                if !a.skip_to(separator) || !b.skip_to(separator) {
                    return false;
                }
            }
        }
    }
}

/// What a form has at one place.
#[derive(Clone, Copy)]
enum Here {
    Byte(u8),
    Class(Class),
    /// A text of variable width.
    Text,
    Rest,
    End,
}

impl Here {
    const fn of(pattern: &[Class], at: usize) -> Here {
        if at >= pattern.len() {
            return Here::Rest;
        }
        match pattern[at] {
            Class::Byte(byte) => Here::Byte(byte),
            class => Here::Class(class),
        }
    }
}

/// How two forms compare at the same byte of a key.
enum Pair {
    /// Both can read the same byte.
    Alike,
    Differ,
    /// The place of what follows is not known.
    Variable,
    Unknown,
}

const fn compare(a: Here, b: Here) -> Pair {
    match (a, b) {
        (Here::Rest, _) | (_, Here::Rest) | (Here::End, Here::End) => Pair::Unknown,
        (Here::Text, _) | (_, Here::Text) => Pair::Variable,
        (Here::End, _) | (_, Here::End) => Pair::Differ,
        (Here::Byte(a), Here::Byte(b)) if a != b => Pair::Differ,
        (Here::Byte(byte), Here::Class(class)) | (Here::Class(class), Here::Byte(byte))
            if !class.contains(byte) =>
        {
            Pair::Differ
        }
        _ => Pair::Alike,
    }
}

/// A place in a form.
struct Cursor {
    form: Form,
    at: usize,
    offset: usize,
}

impl Cursor {
    const fn new(form: Form) -> Self {
        Cursor { form, at: form.first(), offset: 0 }
    }

    const fn here(&self) -> Here {
        match self.form.get(self.at) {
            None => Here::End,
            Some((_, Segment::Part { shape: Shape::Variable(_), .. })) => Here::Text,
            Some((_, Segment::Part { shape: Shape::Fixed(pattern), .. })) => {
                Here::of(pattern, self.offset)
            }
            Some((_, Segment::Literal(literal))) if self.offset < literal.len() => {
                Here::Byte(literal.as_bytes()[self.offset])
            }
            // `:rest`, and the empty literal that no checked template has.
            Some(_) => Here::Rest,
        }
    }

    /// Goes on, in both, through what their segments have in common: says whether they differ, or nothing
    /// if they are of different sorts. The interpreter takes microseconds for a byte, so literals are compared
    /// in one tight loop, and of parts of fixed width nothing is asked.
    const fn go_along(&mut self, other: &mut Cursor) -> Option<bool> {
        let (Some((_, a)), Some((_, b))) = (self.form.get(self.at), other.form.get(other.at))
        else {
            return None;
        };
        let (mut i, mut j) = (self.offset, other.offset);
        let (width_a, width_b) = match (a, b) {
            (Segment::Literal(a), Segment::Literal(b)) => {
                let (a, b) = (a.as_bytes(), b.as_bytes());
                while i < a.len() && j < b.len() {
                    if a[i] != b[j] {
                        return Some(true);
                    }
                    i += 1;
                    j += 1;
                }
                (a.len(), b.len())
            }
            (
                Segment::Part { shape: Shape::Fixed(a), .. },
                Segment::Part { shape: Shape::Fixed(b), .. },
            ) => {
                let (left_a, left_b) = (a.len() - i, b.len() - j);
                let both = if left_a < left_b { left_a } else { left_b };
                i += both;
                j += both;
                (a.len(), b.len())
            }
            _ => return None,
        };
        self.go_to(i, width_a);
        other.go_to(j, width_b);
        Some(false)
    }

    const fn step(&mut self) {
        let width = match self.form.get(self.at) {
            Some((_, Segment::Literal(literal))) => literal.len(),
            Some((_, Segment::Part { shape: Shape::Fixed(pattern), .. })) => pattern.len(),
            _ => 0,
        };
        self.go_to(self.offset + 1, width);
    }

    /// Goes to a place in a segment of a width, which may be its end.
    const fn go_to(&mut self, offset: usize, width: usize) {
        self.offset = offset;
        if offset >= width {
            self.at = self.form.after(self.at);
            self.offset = 0;
        }
    }

    /// Goes to the next separator or the end; says `false` if that cannot be told.
    const fn skip_to(&mut self, separator: u8) -> bool {
        while let Some((_, segment)) = self.form.get(self.at) {
            let (at, width) = match segment {
                Segment::Literal(literal) => {
                    (find(literal.as_bytes(), self.offset, separator), literal.len())
                }
                Segment::Part { shape: Shape::Variable(_), .. } => (0, 0),
                Segment::Part { shape: Shape::Fixed(pattern), .. } => {
                    match find_in_pattern(pattern, self.offset, separator) {
                        Some(at) => (at, pattern.len()),
                        None => return false,
                    }
                }
                Segment::Part { shape: Shape::Rest, .. } => return false,
            };
            self.go_to(at, width);
            if at < width {
                return true;
            }
        }
        true
    }
}

/// Where `byte` is in `text`, from `at` on; the end if nowhere.
const fn find(text: &[u8], mut at: usize, byte: u8) -> usize {
    while at < text.len() && text[at] != byte {
        at += 1;
    }
    at
}

/// Where a pattern has `byte`, from `at` on; the end if nowhere, `None` if it cannot be told.
const fn find_in_pattern(pattern: &[Class], mut at: usize, byte: u8) -> Option<usize> {
    // Classes other than `Ascii` hold letters and digits only.
    let may_be_held = byte.is_ascii_alphanumeric();
    while at < pattern.len() {
        match pattern[at] {
            Class::Byte(this) if this == byte => return Some(at),
            Class::Byte(_) => {}
            Class::Ascii => return None,
            class if may_be_held && class.contains(byte) => return None,
            _ => {}
        }
        at += 1;
    }
    Some(at)
}
