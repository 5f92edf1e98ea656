//! Text that is put together in `const` evaluation, for compile errors.

#![allow(
    clippy::indexing_slicing,
    reason = "`const fn` has no `get`; what is out of bounds does not compile, or was checked before"
)]

/// A short text that can be put together in `const` evaluation.
///
/// It holds 512 bytes; what does not fit is left out from the first character that does not.
///
/// # Example
///
/// ```
/// use entity_core::key::Message;
///
/// const MESSAGE: Message = Message::new().push_str("`Song` and `").push_str("Album").push_str("`");
/// assert_eq!(MESSAGE.as_str(), "`Song` and `Album`");
/// ```
#[derive(Clone, Copy)]
pub struct Message {
    bytes: [u8; Message::CAPACITY],
    len: usize,
    full: bool,
}

impl Message {
    /// How many bytes a message holds.
    pub const CAPACITY: usize = 512;

    /// The empty message.
    #[must_use]
    pub const fn new() -> Self {
        Message { bytes: [0; Message::CAPACITY], len: 0, full: false }
    }

    /// The message with `text` at its end.
    #[must_use]
    pub const fn push_str(mut self, text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut fits = bytes.len();
        if self.full {
            fits = 0;
        } else if fits > Message::CAPACITY - self.len {
            self.full = true;
            fits = Message::CAPACITY - self.len;
            while fits > 0 && !text.is_char_boundary(fits) {
                fits -= 1;
            }
        }
        let mut i = 0;
        while i < fits {
            self.bytes[self.len] = bytes[i];
            self.len += 1;
            i += 1;
        }
        self
    }

    /// The message with a number at its end.
    #[must_use]
    pub const fn push_number(self, number: usize) -> Self {
        let (digit, rest) = (number % 10, number / 10);
        let message = if rest == 0 { self } else { self.push_number(rest) };
        message.push_str("0123456789".split_at(digit).1.split_at(1).0)
    }

    /// The text.
    #[must_use]
    pub const fn as_str(&self) -> &str {
        match core::str::from_utf8(self.bytes.split_at(self.len).0) {
            Ok(text) => text,
            Err(_) => "",
        }
    }
}

impl Default for Message {
    fn default() -> Self {
        Message::new()
    }
}

impl PartialEq for Message {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Message {}

impl core::fmt::Debug for Message {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_tuple("Message").field(&self.as_str()).finish()
    }
}

impl core::fmt::Display for Message {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::Message;

    #[test]
    fn numbers_have_all_their_digits() {
        let numbers = Message::new().push_number(0).push_str(" ").push_number(4_096);
        assert_eq!(numbers.as_str(), "0 4096");
    }

    #[test]
    fn what_does_not_fit_is_cut_at_a_character() {
        let message = Message::new().push_str(&"a".repeat(511)).push_str("ö").push_str("b");
        assert_eq!(message.as_str(), "a".repeat(511));
    }
}
