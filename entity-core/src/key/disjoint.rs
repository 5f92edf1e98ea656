//! Whether two templates can have a key in common (rule 4), decided in `const` evaluation.
//!
//! A form of a template is a machine that reads a key byte by byte. A literal is a chain of states, one a
//! byte, and so is a part of fixed width. A part of variable width is a loop: it stays as long as its text
//! may go on, and may be left, without reading, wherever its text may end. What its text must not contain is
//! followed as in the search of Knuth, Morris and Pratt: `separator` bytes of the separator and `literal`
//! bytes of the literal that follows have just been read. Two templates have no key in common if no
//! pair of states that both machines reach by the same bytes is the end of both.
//!
//! All texts are taken as bytes, and all keys that are only not UTF-8, contain U+10FFFF, or whose parts have
//! the right shape but no value, count as keys. So the answer errs on the side of an overlap.

#![allow(
    clippy::indexing_slicing,
    reason = "`const fn` has no `get`; what is out of bounds does not compile, or was checked before"
)]

use super::fields::differ;
use super::shape::{Charset, Class, Shape};
use super::template::{Form, Segment, Template};

/// The most states of a form: bytes of literals and of parts of fixed width, and at least one for each
/// other part.
pub(crate) const MAX_STATES: usize = 256;

impl Template {
    /// Whether no text is a key of both templates.
    ///
    /// Conservative: `true` is certain; `false` may be said of templates whose keys differ for reasons that
    /// their shapes do not tell, such as two enums with different names.
    ///
    /// # Example
    ///
    /// ```
    /// use entity_core::key::{Encoding, Last, Padded, Plain, Rest, Segment, Template};
    ///
    /// const ID: Segment = Segment::part(0, "id", <Plain as Encoding<String>>::SHAPE);
    /// const N: Segment = Segment::part(1, "n", <Padded<4> as Encoding<u32>>::SHAPE);
    /// const TITLE: Segment = Segment::part(0, "title", <Rest as Encoding<String>>::SHAPE);
    /// const ORDER: Template = Template::new("ORDER#{id}", &[Segment::Literal("ORDER#"), ID], "#");
    /// const ITEM: Template = Template::new(
    ///     "ORDER#{id}#ITEM#{n:04}",
    ///     &[Segment::Literal("ORDER#"), ID, Segment::Literal("#ITEM#"), N],
    ///     "#",
    /// );
    /// const ANY: Template = Template::new("{title:rest}", &[TITLE], "#");
    ///
    /// const _: () = assert!(ORDER.disjoint(&ITEM)); // an id holds no `#`
    /// const _: () = assert!(!ORDER.disjoint(&ANY));
    /// ```
    #[must_use]
    pub const fn disjoint(&self, other: &Template) -> bool {
        // Most templates of a table begin with literals of their own, and evaluation costs time.
        if let (Some(mine), Some(its)) = (self.beginning(), other.beginning())
            && part(mine.as_bytes(), its.as_bytes())
        {
            return true;
        }
        let both = [true, false];
        let mut i = 0;
        while i < 4 {
            let (mine, its) = (both[i / 2], both[i % 2]);
            let of_mine = mine || self.optional_part().is_some();
            let of_its = its || other.optional_part().is_some();
            if of_mine && of_its && !disjoint_forms(self, self.form(mine), other, other.form(its)) {
                return false;
            }
            i += 1;
        }
        true
    }

    /// The literal that every key begins with.
    pub(crate) const fn beginning(&self) -> Option<&'static str> {
        match self.segments {
            // The literal goes with the part that follows it.
            [Segment::Literal(_), Segment::Part { optional: true, .. }] => None,
            [Segment::Literal(literal), ..] => Some(literal),
            _ => None,
        }
    }

    /// Whether no text is a key with the optional part and without.
    pub(super) const fn forms_are_disjoint(&self) -> bool {
        disjoint_forms(self, self.form(true), self, self.form(false))
    }

    /// Whether a form may have more states than can be compared, by its segments and their bytes.
    pub(super) const fn may_be_too_long(&self, size: usize) -> bool {
        size > MAX_STATES / states_a_byte(self.separator)
    }

    /// Whether a form has more states than can be compared.
    pub(super) const fn is_too_long(&self, form: Form) -> bool {
        Machine::count(form, self.separator.as_bytes()) > MAX_STATES
    }
}

/// How many states a byte of a form has at most: each byte of a literal can be watched for by the part
/// before it, once for each byte of the separator.
pub(crate) const fn states_a_byte(separator: &str) -> usize {
    1 + one_at_least(separator.len())
}

const fn disjoint_forms(a: &Template, form_a: Form, b: &Template, form_b: Form) -> bool {
    if differ(form_a, form_b, common_byte(a.separator, b.separator)) {
        return true;
    }
    match (Machine::new(form_a, a.separator), Machine::new(form_b, b.separator)) {
        (Some(a), Some(b)) => !Search::new(&a, &b).finds_common(),
        _ => false,
    }
}

/// Whether two texts differ before one of them ends.
const fn part(mut a: &[u8], mut b: &[u8]) -> bool {
    while let ([x, xs @ ..], [y, ys @ ..]) = (a, b) {
        if *x != *y {
            return true;
        }
        (a, b) = (xs, ys);
    }
    false
}

/// The separator of both, if it is one byte.
const fn common_byte(a: &'static str, b: &'static str) -> Option<u8> {
    match (a.as_bytes(), b.as_bytes()) {
        ([a], [b]) if *a == *b => Some(*a),
        _ => None,
    }
}

/// What a machine does next.
#[derive(Clone, Copy)]
enum State {
    /// Reads this byte and goes on.
    Byte(u8),
    /// Reads a byte of the class and goes on.
    Class(Class),
    /// Reads a byte of the text of a part of variable width.
    Loop(Loop),
    /// Reads any byte and stays, or ends.
    Rest,
    /// The end of the key.
    End,
}

/// A part of variable width, after some of its text.
#[derive(Clone, Copy)]
struct Loop {
    charset: Charset,
    /// The literal that follows; empty if none does, or if the separator alone keeps it out of the text.
    follows: &'static [u8],
    /// How many bytes of the separator have just been read.
    separator: usize,
    /// How many bytes of `follows` have just been read.
    literal: usize,
    /// The first state of this part: nothing read.
    base: usize,
    /// The state after this part, if the text may end here.
    exit: Option<usize>,
}

struct Machine {
    states: [State; MAX_STATES],
    len: usize,
    separator: &'static [u8],
}

impl Machine {
    /// How many states the machine of a form has; counted, as to make one costs time.
    const fn count(form: Form, separator: &[u8]) -> usize {
        let mut count = 1;
        let mut next = form.first();
        while let Some((at, segment)) = form.get(next) {
            next = form.after(at);
            count += match segment {
                Segment::Literal(literal) => literal.len(),
                Segment::Part { shape: Shape::Fixed(pattern), .. } => pattern.len(),
                Segment::Part { shape: Shape::Variable(_), .. } => {
                    let follows = follows(separator, form.literal_after(at));
                    one_at_least(follows.len()) * one_at_least(separator.len())
                }
                Segment::Part { shape: Shape::Rest, .. } => 1,
            };
        }
        count
    }

    /// The machine of a form, or `None` if it is too long.
    const fn new(form: Form, separator: &'static str) -> Option<Machine> {
        let separator = separator.as_bytes();
        if Machine::count(form, separator) > MAX_STATES {
            return None;
        }
        let mut machine = Machine { states: [State::End; MAX_STATES], len: 0, separator };
        let mut next = form.first();
        while let Some((at, segment)) = form.get(next) {
            match segment {
                Segment::Literal(literal) => machine.push_literal(literal.as_bytes()),
                Segment::Part { shape: Shape::Fixed(pattern), .. } => machine.push_pattern(pattern),
                Segment::Part { shape: Shape::Variable(charset), .. } => {
                    machine.push_loop(*charset, form.literal_after(at));
                }
                Segment::Part { shape: Shape::Rest, .. } => machine.push(State::Rest),
            }
            next = form.after(at);
        }
        machine.push(State::End);
        Some(machine)
    }

    const fn push(&mut self, state: State) {
        self.states[self.len] = state;
        self.len += 1;
    }

    const fn push_literal(&mut self, literal: &[u8]) {
        let mut i = 0;
        while i < literal.len() {
            self.push(State::Byte(literal[i]));
            i += 1;
        }
    }

    const fn push_pattern(&mut self, pattern: &[Class]) {
        let mut i = 0;
        while i < pattern.len() {
            self.push(match pattern[i] {
                Class::Byte(byte) => State::Byte(byte),
                class => State::Class(class),
            });
            i += 1;
        }
    }

    /// Adds one state for every pair of what can have been read of the literal and of the separator.
    const fn push_loop(&mut self, charset: Charset, next: Option<&'static str>) {
        let follows = follows(self.separator, next);
        let base = self.len;
        let separators = one_at_least(self.separator.len());
        let count = one_at_least(follows.len()) * separators;
        let mut i = 0;
        while i < count {
            let literal = i / separators;
            let ends = follows.is_empty() || may_end(follows, literal);
            let exit = if ends { Some(base + count) } else { None };
            let separator = i % separators;
            self.push(State::Loop(Loop { charset, follows, separator, literal, base, exit }));
            i += 1;
        }
    }

    /// The state after reading `byte` in state `at`.
    const fn read(&self, at: usize, byte: u8) -> Option<usize> {
        match &self.states[at] {
            State::Byte(this) if *this == byte => Some(at + 1),
            State::Class(class) if class.contains(byte) => Some(at + 1),
            State::Loop(part) if part.charset.contains(byte) => self.read_loop(part, byte),
            State::Rest => Some(at),
            _ => None,
        }
    }

    const fn read_loop(&self, part: &Loop, byte: u8) -> Option<usize> {
        let mut to = part.base;
        if !self.separator.is_empty() {
            let separator = advance(self.separator, part.separator, byte);
            if separator == self.separator.len() {
                return None;
            }
            to += separator;
        }
        if !part.follows.is_empty() {
            let literal = advance(part.follows, part.literal, byte);
            if literal == part.follows.len() {
                return None;
            }
            to += literal * one_at_least(self.separator.len());
        }
        Some(to)
    }

    /// The state that state `at` may become without reading.
    const fn skip(&self, at: usize) -> Option<usize> {
        match &self.states[at] {
            State::Loop(part) => part.exit,
            State::Rest => Some(at + 1),
            _ => None,
        }
    }

    /// The byte that state `at` reads, if it is one.
    const fn one_byte(&self, at: usize) -> Option<u8> {
        match self.states[at] {
            State::Byte(byte) => Some(byte),
            _ => None,
        }
    }

    /// Whether state `at` reads every byte, but for what the separator and the next literal forbid.
    const fn reads_any(&self, at: usize) -> bool {
        match &self.states[at] {
            State::Loop(part) => matches!(part.charset, Charset::Any),
            State::Rest => true,
            _ => false,
        }
    }

    const fn is_end(&self, at: usize) -> bool {
        matches!(self.states[at], State::End)
    }
}

/// What a part of variable width watches for: the literal after it, unless a text without the separator can
/// never make that appear early. If the separator is one byte of the literal, an early one would have it in
/// the text.
const fn follows(separator: &[u8], next: Option<&'static str>) -> &'static [u8] {
    let Some(literal) = next else { return &[] };
    let literal = literal.as_bytes();
    if let [separator] = separator {
        let mut rest = literal;
        while let [byte, tail @ ..] = rest {
            if *byte == *separator {
                return &[];
            }
            rest = tail;
        }
    }
    literal
}

const fn one_at_least(n: usize) -> usize {
    if n == 0 { 1 } else { n }
}

/// How many bytes of `word` have just been read after `byte`, if `read` of them had been before.
const fn advance(word: &[u8], read: usize, byte: u8) -> usize {
    let mut len = read + 1;
    while len > 0 {
        if word[len - 1] == byte && ends_with_first(word, read, len - 1) {
            return len;
        }
        len -= 1;
    }
    0
}

/// Whether the first `read` bytes of `word` end with its first `len`.
const fn ends_with_first(word: &[u8], read: usize, len: usize) -> bool {
    let mut i = 0;
    while i < len && len < read {
        if word[read - len + i] != word[i] {
            return false;
        }
        i += 1;
    }
    true
}

/// Whether a text may end with `literal` after which `read` bytes of it have just been read: whether it then
/// appears at its end and not earlier.
const fn may_end(literal: &[u8], read: usize) -> bool {
    let mut state = read;
    let mut i = 0;
    while i + 1 < literal.len() {
        state = advance(literal, state, literal[i]);
        if state == literal.len() {
            return false;
        }
        i += 1;
    }
    true
}

/// Pairs of states that both machines reach by the same bytes.
struct Search<'m> {
    a: &'m Machine,
    b: &'m Machine,
    seen: [u64; MAX_STATES * MAX_STATES / 64],
    open: [u16; MAX_STATES * MAX_STATES],
    open_len: usize,
    bytes: Bytes,
}

impl<'m> Search<'m> {
    const fn new(a: &'m Machine, b: &'m Machine) -> Self {
        Search {
            a,
            b,
            seen: [0; MAX_STATES * MAX_STATES / 64],
            open: [0; MAX_STATES * MAX_STATES],
            open_len: 0,
            bytes: Bytes::new(),
        }
    }

    /// Whether both can end after the same bytes.
    const fn finds_common(mut self) -> bool {
        self.add(0, 0);
        while self.open_len > 0 {
            self.open_len -= 1;
            let pair = self.open[self.open_len] as usize;
            let (a, b) = (pair / MAX_STATES, pair % MAX_STATES);
            if self.a.is_end(a) && self.b.is_end(b) {
                return true;
            }
            if let Some(a) = self.a.skip(a) {
                self.add(a, b);
            }
            if let Some(b) = self.b.skip(b) {
                self.add(a, b);
            }
            self.read(a, b);
        }
        false
    }

    const fn add(&mut self, a: usize, b: usize) {
        let pair = a * MAX_STATES + b;
        let (word, bit) = (pair / 64, 1 << (pair % 64));
        if self.seen[word] & bit == 0 {
            self.seen[word] |= bit;
            self.open[self.open_len] = pair as u16;
            self.open_len += 1;
        }
    }

    /// Adds what the pair becomes by reading a byte.
    const fn read(&mut self, a: usize, b: usize) {
        match (self.a.one_byte(a), self.b.one_byte(b)) {
            (Some(byte), _) | (None, Some(byte)) => self.read_byte(a, b, byte),
            (None, None) if self.a.is_end(a) || self.b.is_end(b) => {}
            (None, None) => {
                self.bytes.find(self.a, self.b);
                let any = self.a.reads_any(a) && self.b.reads_any(b);
                let len = if any { self.bytes.few } else { self.bytes.len };
                let mut i = 0;
                while i < len {
                    self.read_byte(a, b, self.bytes.all[i]);
                    i += 1;
                }
            }
        }
    }

    const fn read_byte(&mut self, a: usize, b: usize, byte: u8) {
        if let (Some(a), Some(b)) = (self.a.read(a, byte), self.b.read(b, byte)) {
            self.add(a, b);
        }
    }
}

/// The bytes that tell apart the states that read more than one byte: those of the separators and of the
/// literals that loops watch for, then one of every group of others that all these states treat alike.
struct Bytes {
    all: [u8; 256],
    len: usize,
    /// How many of them do for states that take no group for another.
    few: usize,
}

impl Bytes {
    const fn new() -> Self {
        Bytes { all: [0; 256], len: 0, few: 0 }
    }

    /// Finds them, the first time.
    const fn find(&mut self, a: &Machine, b: &Machine) {
        if self.len > 0 {
            return;
        }
        let mut named = [false; 256];
        self.name_watched(a, &mut named);
        self.name_watched(b, &mut named);
        self.few = self.len + 1;
        let mut groups = [false; GROUPS];
        let mut byte = 0;
        while byte < 256 {
            if !named[byte] && !groups[group(byte as u8)] {
                groups[group(byte as u8)] = true;
                self.push(byte as u8);
            }
            byte += 1;
        }
    }

    const fn push(&mut self, byte: u8) {
        self.all[self.len] = byte;
        self.len += 1;
    }

    const fn name_watched(&mut self, machine: &Machine, named: &mut [bool; 256]) {
        self.name(machine.separator, named);
        let mut i = 0;
        while i < machine.len {
            if let State::Loop(part) = &machine.states[i]
                && i == part.base
            {
                self.name(part.follows, named);
            }
            i += 1;
        }
    }

    const fn name(&mut self, text: &[u8], named: &mut [bool; 256]) {
        let mut i = 0;
        while i < text.len() {
            if !named[text[i] as usize] {
                named[text[i] as usize] = true;
                self.push(text[i]);
            }
            i += 1;
        }
    }
}

const GROUPS: usize = 9;

/// The group of a byte: all classes and charsets contain all bytes of a group or none.
const fn group(byte: u8) -> usize {
    match byte {
        b'0' | b'1' => 0,
        b'2'..=b'9' => 1,
        b'a'..=b'f' => 2,
        b'I' | b'L' | b'O' | b'U' => 3,
        b'A'..=b'Z' => 4,
        b'-' => 5,
        b'.' => 6,
        0x80.. => 7,
        _ => 8,
    }
}

#[cfg(test)]
mod tests {
    use super::{GROUPS, group};
    use crate::key::shape::{Charset, Class};

    #[test]
    fn bytes_of_a_group_are_alike() {
        let facts = |byte: u8| {
            let classes = [Class::Bit, Class::Digit, Class::Hex, Class::Crockford, Class::Ascii];
            let sets = [Charset::Any, Charset::Unsigned, Charset::Signed, Charset::Decimal];
            (classes.map(|class| class.contains(byte)), sets.map(|set| set.contains(byte)))
        };
        for first in 0..=255 {
            assert!(group(first) < GROUPS);
            for second in (0..=255).filter(|byte| group(*byte) == group(first)) {
                assert_eq!(facts(first), facts(second), "{first} {second}");
            }
        }
    }
}
