//! A cursor over JSON text.

use std::borrow::Cow;

use super::error::{Error, Result};

/// How deep JSON may nest in what is skipped: 32 levels of attributes take two each, the response
/// around them a few.
const SKIP_DEPTH: u32 = 128;

/// A cursor over JSON text, which hands out tokens as the caller asks for them.
///
/// It does not build values and does not look ahead more than a token. It is `Copy`, so a caller
/// that wants to come back to a place keeps a copy of it. After an error its place is unspecified.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'de> {
    text: &'de str,
    at: usize,
    /// How many M and L the cursor is in; kept by the deserializer.
    pub(super) depth: u8,
}

impl<'de> Reader<'de> {
    /// Starts at the beginning of `text`.
    pub fn new(text: &'de str) -> Self {
        Reader { text, at: 0, depth: 0 }
    }

    /// Starts at the beginning of `bytes`, once they are known to be UTF-8.
    ///
    /// # Errors
    ///
    /// If they are not UTF-8; if a character is cut at the end, the error says truncated.
    pub fn from_bytes(bytes: &'de [u8]) -> Result<Self> {
        match std::str::from_utf8(bytes) {
            Ok(text) => Ok(Self::new(text)),
            Err(error) if error.error_len().is_none() => Err(Error::truncated(bytes.len())),
            Err(error) => Err(Error::syntax(error.valid_up_to(), "invalid UTF-8")),
        }
    }

    /// The byte the cursor stands on.
    pub fn position(&self) -> usize {
        self.at
    }

    /// The next byte that is not white space; stays on it.
    ///
    /// # Errors
    ///
    /// If the text ends.
    #[inline]
    pub fn peek(&mut self) -> Result<u8> {
        match self.text.as_bytes().get(self.at) {
            Some(byte) if *byte > b' ' => Ok(*byte),
            _ => self.peek_past_space(),
        }
    }

    /// Steps into an object.
    ///
    /// # Errors
    ///
    /// If there is none.
    #[inline]
    pub fn begin_object(&mut self) -> Result<()> {
        self.expect(b'{', "expected an object")
    }

    /// The name of the object's next member, with the cursor on its value, or `None` past the end.
    ///
    /// `first` is true before the first call and belongs to the object. Names are not checked for
    /// being there twice.
    ///
    /// # Errors
    ///
    /// If the text is not that of an object.
    #[inline]
    pub fn next_key(&mut self, first: &mut bool) -> Result<Option<Cow<'de, str>>> {
        let plain = match *first {
            true => self.between(b"\"", b"\":"),
            false => self.between(b",\"", b"\":"),
        };
        match plain {
            Some(name) => {
                *first = false;
                Ok(Some(Cow::Borrowed(name)))
            }
            None => self.next_key_of_any(first),
        }
    }

    fn next_key_of_any(&mut self, first: &mut bool) -> Result<Option<Cow<'de, str>>> {
        if !self.next_member(first)? {
            return Ok(None);
        }
        let key = self.string()?;
        self.expect(b':', "expected `:`")?;
        Ok(Some(key))
    }

    /// Steps into an array.
    ///
    /// # Errors
    ///
    /// If there is none.
    #[inline]
    pub fn begin_array(&mut self) -> Result<()> {
        self.expect(b'[', "expected an array")
    }

    /// Whether the array has another element, with the cursor on it; past the end if not.
    ///
    /// `first` is true before the first call and belongs to the array.
    ///
    /// # Errors
    ///
    /// If the text is not that of an array.
    #[inline]
    pub fn next_element(&mut self, first: &mut bool) -> Result<bool> {
        match self.peek()? {
            b']' => {
                self.at += 1;
                Ok(false)
            }
            b',' if !*first => {
                self.at += 1;
                match self.peek()? {
                    b']' => Err(self.error("expected a value")),
                    _ => Ok(true),
                }
            }
            _ if *first => {
                *first = false;
                Ok(true)
            }
            _ => Err(self.error("expected `,` or `]`")),
        }
    }

    /// Reads a string, borrowed unless it has escapes.
    ///
    /// # Errors
    ///
    /// If there is none, or it has broken escapes or bare control characters.
    #[inline]
    pub fn string(&mut self) -> Result<Cow<'de, str>> {
        self.expect(b'"', "expected a string")?;
        let start = self.at;
        let end = start + special(self.rest());
        match self.text.as_bytes().get(end) {
            Some(b'"') => {
                self.at = end + 1;
                Ok(Cow::Borrowed(self.slice(start, end)))
            }
            _ => self.string_with_escapes(start, end).map(Cow::Owned),
        }
    }

    /// Reads the text of a plain JSON number, such as `Count` and `CapacityUnits` are.
    ///
    /// # Errors
    ///
    /// If there is none.
    pub fn number_text(&mut self) -> Result<&'de str> {
        self.peek()?;
        let start = self.at;
        self.take(|b| b == b'-', 1);
        let whole = self.at;
        if self.take(|b| b.is_ascii_digit(), usize::MAX) == 0 {
            return Err(self.error("expected a number"));
        }
        if self.slice(whole, self.at).starts_with('0') && self.at - whole > 1 {
            return Err(Error::syntax(whole, "expected a number without leading zeros"));
        }
        if self.take(|b| b == b'.', 1) == 1 && self.take(|b| b.is_ascii_digit(), usize::MAX) == 0 {
            return Err(self.error("expected a digit"));
        }
        if self.take(|b| matches!(b, b'e' | b'E'), 1) == 1 {
            self.take(|b| matches!(b, b'+' | b'-'), 1);
            if self.take(|b| b.is_ascii_digit(), usize::MAX) == 0 {
                return Err(self.error("expected a digit"));
            }
        }
        Ok(self.slice(start, self.at))
    }

    /// Reads a plain JSON number to the nearest `f64`.
    ///
    /// # Errors
    ///
    /// If there is none.
    pub fn float(&mut self) -> Result<f64> {
        let text = self.number_text()?;
        text.parse().map_err(|_| self.error("expected a number"))
    }

    /// Reads `true` or `false`.
    ///
    /// # Errors
    ///
    /// If there is neither.
    pub fn boolean(&mut self) -> Result<bool> {
        match self.peek()? {
            b't' => self.word("true").map(|()| true),
            b'f' => self.word("false").map(|()| false),
            _ => Err(self.error("expected true or false")),
        }
    }

    /// Reads `null`.
    ///
    /// # Errors
    ///
    /// If there is none.
    pub fn null(&mut self) -> Result<()> {
        self.peek()?;
        self.word("null")
    }

    /// Skips any value and returns its text.
    ///
    /// It checks the JSON, but not that members are there once. It does not recurse.
    ///
    /// # Errors
    ///
    /// If the text is not JSON, or nests deeper than 128 levels.
    pub fn skip(&mut self) -> Result<&'de str> {
        self.peek()?;
        let start = self.at;
        if self.plain_s().is_some() || self.plain_n().is_some() {
            return Ok(self.slice(start, self.at));
        }
        // One bit for each open bracket, the innermost lowest: 1 is an object.
        let (mut open, mut depth) = (0u128, 0u32);
        loop {
            let mut first = false;
            match self.peek()? {
                opening @ (b'{' | b'[') => {
                    if depth == SKIP_DEPTH {
                        return Err(self.error("nested too deep"));
                    }
                    self.at += 1;
                    (open, depth, first) =
                        ((open << 1) | u128::from(opening == b'{'), depth + 1, true);
                }
                _ => self.skip_scalar()?,
            }
            while depth > 0 && !self.skip_to_value(open & 1 == 1, &mut first)? {
                (open, depth, first) = (open >> 1, depth - 1, false);
            }
            if depth == 0 {
                return Ok(self.slice(start, self.at));
            }
        }
    }

    /// Checks that only white space is left.
    ///
    /// # Errors
    ///
    /// If there is more.
    pub fn end(&mut self) -> Result<()> {
        match self.peek() {
            Err(_) => Ok(()),
            Ok(_) => Err(self.error("expected the end of the text")),
        }
    }

    /// Takes a string that is between these two texts, if it needs no unescaping and nothing else is
    /// between: what the service writes has no white space, so that most of it is taken like this.
    #[inline]
    pub(super) fn between<const BEFORE: usize, const AFTER: usize>(
        &mut self,
        before: &[u8; BEFORE],
        after: &[u8; AFTER],
    ) -> Option<&'de str> {
        let text = self.rest().strip_prefix(before)?;
        let length = special(text);
        if text.get(length..)?.first_chunk() != Some(after) {
            return None;
        }
        let start = self.at + BEFORE;
        self.at = start + length + AFTER;
        Some(self.slice(start, start + length))
    }

    /// Takes an S whose text needs no unescaping, if that is what is there.
    #[inline]
    pub(crate) fn plain_s(&mut self) -> Option<&'de str> {
        self.between(b"{\"S\":\"", b"\"}")
    }

    /// Takes an N, if that is what is there.
    #[inline]
    pub(super) fn plain_n(&mut self) -> Option<&'de str> {
        self.between(b"{\"N\":\"", b"\"}")
    }

    /// An error at the cursor.
    #[cold]
    pub(super) fn error(&self, what: &'static str) -> Error {
        Error::syntax(self.at, what)
    }

    /// What is left, from the cursor on.
    #[inline]
    pub(super) fn rest(&self) -> &'de [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    /// Moves past `length` bytes which the caller has seen in [`rest`](Self::rest).
    #[inline]
    pub(super) fn advance(&mut self, length: usize) {
        self.at += length;
    }

    /// Moves past `byte`.
    #[inline]
    pub(super) fn expect(&mut self, byte: u8, what: &'static str) -> Result<()> {
        if self.peek()? != byte {
            return Err(self.error(what));
        }
        self.at += 1;
        Ok(())
    }

    /// Whether the object has another member, with the cursor on its name.
    #[inline]
    pub(super) fn next_member(&mut self, first: &mut bool) -> Result<bool> {
        match self.peek()? {
            b',' if !*first => {
                self.at += 1;
                Ok(true)
            }
            b'}' => {
                self.at += 1;
                Ok(false)
            }
            _ if *first => {
                *first = false;
                Ok(true)
            }
            _ => Err(self.error("expected `,` or `}`")),
        }
    }

    /// The name of the member that follows the cursor, or a comma after it, for an error's path.
    #[cold]
    pub(crate) fn name_from(mut self, at: usize) -> Cow<'de, str> {
        self.at = at;
        if let Ok(b',') = self.peek() {
            self.at += 1;
        }
        self.string().unwrap_or_default()
    }

    #[inline]
    fn slice(&self, start: usize, end: usize) -> &'de str {
        // Both ends are next to ASCII bytes, so they are character boundaries.
        self.text.get(start..end).unwrap_or_default()
    }

    #[cold]
    fn peek_past_space(&mut self) -> Result<u8> {
        loop {
            match self.text.as_bytes().get(self.at) {
                Some(b' ' | b'\n' | b'\t' | b'\r') => self.at += 1,
                Some(byte) => return Ok(*byte),
                None => return Err(Error::truncated(self.at)),
            }
        }
    }

    fn take(&mut self, accept: impl Fn(u8) -> bool, most: usize) -> usize {
        let taken = self.rest().iter().take(most).take_while(|byte| accept(**byte)).count();
        self.at += taken;
        taken
    }

    fn word(&mut self, word: &'static str) -> Result<()> {
        let rest = self.rest();
        if rest.starts_with(word.as_bytes()) {
            self.at += word.len();
            return Ok(());
        }
        match word.as_bytes().starts_with(rest) {
            true => Err(Error::truncated(self.text.len())),
            false => Err(self.error("expected true, false or null")),
        }
    }

    fn skip_scalar(&mut self) -> Result<()> {
        match self.peek()? {
            b'"' => self.skip_string(),
            b't' => self.word("true"),
            b'f' => self.word("false"),
            b'n' => self.word("null"),
            _ => self.number_text().map(drop),
        }
    }

    fn skip_string(&mut self) -> Result<()> {
        let start = *self;
        self.at += 1;
        self.at += special(self.rest());
        if self.rest().first() == Some(&b'"') {
            self.at += 1;
            return Ok(());
        }
        *self = start;
        self.string().map(drop)
    }

    /// Moves to the next value inside the innermost bracket; false past its end.
    fn skip_to_value(&mut self, object: bool, first: &mut bool) -> Result<bool> {
        if !object {
            return self.next_element(first);
        }
        if !self.next_member(first)? {
            return Ok(false);
        }
        self.peek()?;
        self.expect_string_start()?;
        self.skip_string()?;
        self.expect(b':', "expected `:`").map(|()| true)
    }

    fn expect_string_start(&mut self) -> Result<()> {
        match self.peek()? {
            b'"' => Ok(()),
            _ => Err(self.error("expected a string")),
        }
    }

    /// Reads on in a string from `start`, whose first special byte is at `end`.
    #[cold]
    fn string_with_escapes(&mut self, start: usize, mut end: usize) -> Result<String> {
        let mut text = String::from(self.slice(start, end));
        loop {
            self.at = end;
            match self.rest().first() {
                None => return Err(Error::truncated(end)),
                Some(b'"') => {
                    self.at += 1;
                    return Ok(text);
                }
                Some(b'\\') => text.push(self.escape()?),
                Some(_) => return Err(self.error("control character in a string")),
            }
            end = self.at + special(self.rest());
            text.push_str(self.slice(self.at, end));
        }
    }

    fn escape(&mut self) -> Result<char> {
        let letter = self.rest().get(1).ok_or_else(|| Error::truncated(self.text.len()))?;
        let char = match letter {
            b'"' | b'\\' | b'/' => char::from(*letter),
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'u' => return self.unicode_escape(),
            _ => return Err(self.error("unknown escape")),
        };
        self.at += 2;
        Ok(char)
    }

    fn unicode_escape(&mut self) -> Result<char> {
        let start = self.at;
        let mut code = self.hex()?;
        if (0xD800..0xDC00).contains(&code) {
            if self.rest().iter().zip(b"\\u").any(|(found, wanted)| found != wanted) {
                return Err(Error::syntax(start, "half a surrogate pair"));
            }
            let low = self.hex()?;
            if !(0xDC00..0xE000).contains(&low) {
                return Err(Error::syntax(start, "half a surrogate pair"));
            }
            code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
        }
        char::from_u32(code).ok_or_else(|| Error::syntax(start, "half a surrogate pair"))
    }

    /// Reads the four digits after a `\u` that the cursor is on.
    fn hex(&mut self) -> Result<u32> {
        let mut code = 0;
        for at in 2..6 {
            let digit = self.rest().get(at).ok_or_else(|| Error::truncated(self.text.len()))?;
            let digit = char::from(*digit).to_digit(16);
            code = code * 16 + digit.ok_or_else(|| self.error("expected four hex digits"))?;
        }
        self.at += 6;
        Ok(code)
    }
}

/// How many bytes come before the first that a JSON string cannot hold as it is: a quote, a
/// backslash, a control character.
#[inline]
pub(super) fn special(bytes: &[u8]) -> usize {
    let mut rest = bytes;
    while let Some((word, tail)) = rest.split_first_chunk::<8>() {
        let hit = hits(*word);
        if hit != 0 {
            return bytes.len() - rest.len() + first_hit(hit);
        }
        rest = tail;
    }
    // The last bytes at once, some of which may have been seen already.
    let last = match (bytes.last_chunk::<8>(), rest.first_chunk::<4>(), rest.last_chunk::<4>()) {
        (Some(last), ..) => return bytes.len() - 8 + first_hit(hits(*last)),
        (None, Some(first), Some(last)) => {
            let (first, last) = (u32::from_le_bytes(*first), u32::from_le_bytes(*last));
            u64::from(first) | u64::from(last) << (8 * (rest.len() - 4))
        }
        _ => rest.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte)),
    };
    // What is behind them is zeros, and so the first hit at the latest.
    first_hit(hits(last.to_le_bytes())).min(rest.len())
}

/// The position of the first byte that is special, eight if none is.
#[inline]
fn first_hit(hits: u64) -> usize {
    (hits.trailing_zeros() / 8) as usize
}

/// Sets the top bit of each byte that is special. Borrows make false hits, but only above a true
/// one, so that the lowest is right.
#[inline]
fn hits(word: [u8; 8]) -> u64 {
    const EACH: u64 = 0x0101_0101_0101_0101;
    let word = u64::from_le_bytes(word);
    // With that bit changed a quote comes right after the control characters, and nothing else.
    let low = (word ^ (EACH * 0x02)).wrapping_sub(EACH * 0x21);
    let slash = (word ^ (EACH * b'\\' as u64)).wrapping_sub(EACH);
    (low | slash) & !word & (EACH << 7)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn special_bytes_are_found_at_every_offset() {
        for at in 0..40 {
            for byte in 0..=255u8 {
                let mut bytes = [b'a'; 40];
                bytes[at] = byte;
                let is_special = matches!(byte, 0..0x20 | b'"' | b'\\');
                assert_eq!(special(&bytes), if is_special { at } else { 40 }, "{byte} at {at}");
            }
        }
        assert_eq!(special("é\u{80}漢\"".as_bytes()), "é\u{80}漢".len());
        for length in 0..24 {
            assert_eq!(special("é漢😀é漢😀é漢😀".as_bytes().split_at(length).0), length);
            for at in 0..length {
                let mut bytes = vec![b'!'; length];
                bytes[at] = b'\\';
                assert_eq!(special(&bytes), at, "of {length}");
            }
        }
    }

    #[test]
    fn strings_read_as_serde_json_reads_them() {
        for text in [
            r#""""#,
            r#""a""#,
            r#""\"\\\/\b\f\n\r\t""#,
            r#""\u00e9\uD83D\uDE00x""#,
            r#""abcdefgh\n""#,
            r#""\uD83D""#,
            r#""\uDE00""#,
            r#""\uD83D\n""#,
            r#""\uD83Dx""#,
            r#""\x""#,
            r#""\u12g4""#,
            "\"\n\"",
            "\"\u{1}\"",
            r#""\uD83D\uD83D""#,
            "\"é漢😀\"",
            "\"abc",
            r#""\"#,
            r#""\u12"#,
        ] {
            let ours = Reader::new(text).string().ok().map(Cow::into_owned);
            assert_eq!(ours, serde_json::from_str::<String>(text).ok(), "{text}");
        }
    }

    #[test]
    fn skip_accepts_and_refuses_what_serde_json_does() {
        for text in [
            "{}",
            "[]",
            "[1,2]",
            "[1,]",
            "{\"a\":1}",
            "{\"a\":1,}",
            "{,}",
            "[,]",
            "{\"a\"}",
            "{a:1}",
            "[[[]]]",
            "[{]}",
            "{\"a\":[{\"b\":null}, true , false]}",
            "01",
            "-",
            "1.",
            "1e",
            "1e+",
            "-0.5E-7",
            "tru",
            "nul",
            "truex",
            "\"a\\u0041\"",
            "",
            " ",
            "[1 2]",
            "{\"a\":1 \"b\":2}",
            "\u{a0}1",
            "+1",
            ".5",
            " { \"a\" : [ ] } ",
            "[\"\\q\"]",
            "]",
            "}",
            ":",
            "[1}",
            "{\"a\":]",
        ] {
            let mut reader = Reader::new(text);
            let ours = reader.skip().and_then(|_| reader.end()).is_ok();
            let theirs = serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok();
            assert_eq!(ours, theirs, "{text}");
        }
    }

    #[test]
    fn skip_does_not_recurse() {
        let deep = |n: usize| "[".repeat(n) + &"]".repeat(n);
        assert!(Reader::new(&deep(128)).skip().is_ok());
        assert!(Reader::new(&deep(129)).skip().unwrap_err().to_string().contains("too deep"));
        assert!(Reader::new(&"[{\"a\":".repeat(1_000_000)).skip().is_err());
    }

    #[test]
    fn a_body_is_read_token_by_token() {
        let mut reader =
            Reader::new(r#" {"Count": 2, "Items":[ {"a":1}, 3 ],"More":true,"No":null} "#);
        reader.begin_object().unwrap();
        let mut first = true;
        assert_eq!(reader.next_key(&mut first).unwrap().unwrap(), "Count");
        assert_eq!(reader.number_text().unwrap(), "2");
        assert_eq!(reader.next_key(&mut first).unwrap().unwrap(), "Items");
        reader.begin_array().unwrap();
        let mut first_item = true;
        assert!(reader.next_element(&mut first_item).unwrap());
        assert_eq!(reader.skip().unwrap(), r#"{"a":1}"#);
        assert!(reader.next_element(&mut first_item).unwrap());
        assert_eq!(reader.float().unwrap(), 3.0);
        assert!(!reader.next_element(&mut first_item).unwrap());
        assert_eq!(reader.next_key(&mut first).unwrap().unwrap(), "More");
        assert!(reader.boolean().unwrap());
        assert_eq!(reader.next_key(&mut first).unwrap().unwrap(), "No");
        reader.null().unwrap();
        assert_eq!(reader.next_key(&mut first).unwrap(), None);
        reader.end().unwrap();
    }

    #[test]
    fn a_character_cut_in_half_is_truncated() {
        assert!(Reader::from_bytes(&"é".as_bytes()[..1]).unwrap_err().is_truncated());
        assert!(Reader::from_bytes(b"\xff\"").unwrap_err().is_syntax());
    }
}
