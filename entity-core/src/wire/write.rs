//! Writes JSON text and base64 into a buffer.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::read::special;

/// Writes `text` as a JSON string, with its quotes.
///
/// It escapes what JSON demands (quote, backslash, control characters) and copies the rest as it is.
pub fn string(out: &mut Vec<u8>, text: &str) {
    out.reserve(text.len() + 2);
    out.push(b'"');
    escaped(out, text);
    out.push(b'"');
}

/// Writes `text` as the inside of a JSON string.
pub fn escaped(out: &mut Vec<u8>, text: &str) {
    let mut rest = text.as_bytes();
    loop {
        let (run, tail) = rest.split_at_checked(special(rest)).unwrap_or((rest, &[]));
        out.extend_from_slice(run);
        let Some((byte, tail)) = tail.split_first() else {
            return;
        };
        escape(out, *byte);
        rest = tail;
    }
}

/// Writes `bytes` as base64 with padding; its alphabet needs no escapes.
pub fn base64(out: &mut Vec<u8>, bytes: &[u8]) {
    let start = out.len();
    out.resize(start + bytes.len().div_ceil(3) * 4, 0);
    if let Some(target) = out.get_mut(start..) {
        // The target has exactly the room that base64 takes, so this cannot fail.
        let _ = STANDARD.encode_slice(bytes, target);
    }
}

/// Reads base64; `None` where padding, alphabet or trailing bits are wrong.
pub(crate) fn decode_base64(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

#[cold]
fn escape(out: &mut Vec<u8>, byte: u8) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let short = match byte {
        b'"' => b'"',
        b'\\' => b'\\',
        b'\n' => b'n',
        b'\r' => b'r',
        b'\t' => b't',
        0x08 => b'b',
        0x0c => b'f',
        _ => {
            let digit = |n: u8| HEX.get(usize::from(n)).copied().unwrap_or(b'0');
            out.extend_from_slice(&[b'\\', b'u', b'0', b'0', digit(byte >> 4), digit(byte & 15)]);
            return;
        }
    };
    out.extend_from_slice(&[b'\\', short]);
}

/// Escapes what `fmt` writes, so that `collect_str` needs no `String` between.
pub(super) struct Escaping<'a>(pub(super) &'a mut Vec<u8>);

impl fmt::Write for Escaping<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        escaped(self.0, text);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_escaped_as_json_demands() {
        let all: String = (0..0x80u8).map(char::from).chain("é漢😀\u{2028}".chars()).collect();
        for text in ["", "plain", "\"", "\\", "a\nb", "0123456\"", "01234567\"8901234\u{1}5", &all]
        {
            let mut out = Vec::new();
            string(&mut out, text);
            assert_eq!(serde_json::from_slice::<String>(&out).unwrap(), text);
        }
    }

    #[test]
    fn base64_is_padded_and_strict() {
        for (bytes, text) in [(&b""[..], ""), (b"a", "YQ=="), (b"ab", "YWI="), (b"abc", "YWJj")] {
            let mut out = b"x".to_vec();
            base64(&mut out, bytes);
            assert_eq!(out, format!("x{text}").into_bytes());
            assert_eq!(decode_base64(text).unwrap(), bytes);
        }
        for bad in ["YQ", "YQ=", "YR==", "Y Q=", "-_==", "YQ==YQ=="] {
            assert_eq!(decode_base64(bad), None, "{bad}");
        }
    }
}
