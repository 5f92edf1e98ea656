//! `Cursor`: where a query goes on, as text that can travel.
//!
//! URL-safe Base64, without padding, of: a version byte, the fingerprint of the query (8 bytes), the
//! key of the last item in DynamoDB JSON, and a checksum over all of that (8 bytes). It is not
//! encrypted: who holds it can read that key.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::error::{CursorError, CursorReason};
use crate::fnv;
use crate::page::members;
use crate::wire::read::Reader;

const VERSION: u8 = 1;

/// Where a query goes on: opaque, URL-safe text, bound to its query.
///
/// It is bound to table, index, partition, sort condition and direction, not to `limit`; given to
/// another query, or changed in any byte, it is refused before anything is sent. It does not hide
/// the key of the last item, and it does not prove who made it.
///
/// ```
/// use entity_core::Cursor;
///
/// assert!("no cursor".parse::<Cursor>().is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Cursor {
    fingerprint: u64,
    key: String,
}

impl Cursor {
    pub(crate) fn new(fingerprint: u64, key: &str) -> Self {
        Self { fingerprint, key: key.to_owned() }
    }

    /// The key to start after, if the cursor is of that query.
    pub(crate) fn key(&self, table: &str, fingerprint: u64) -> Result<&str, CursorError> {
        match self.fingerprint == fingerprint {
            true => Ok(&self.key),
            false => Err(CursorError::new(Some(table), CursorReason::OtherQuery)),
        }
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = vec![VERSION];
        bytes.extend_from_slice(&self.fingerprint.to_be_bytes());
        bytes.extend_from_slice(self.key.as_bytes());
        bytes.extend_from_slice(&fnv::hash(fnv::START, &bytes).to_be_bytes());
        f.write_str(&URL_SAFE_NO_PAD.encode(bytes))
    }
}

impl FromStr for Cursor {
    type Err = CursorError;

    fn from_str(text: &str) -> Result<Self, CursorError> {
        let broken = || CursorError::new(None, CursorReason::Broken);
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| broken())?;
        let (body, checksum) = bytes.split_last_chunk().ok_or_else(broken)?;
        if fnv::hash(fnv::START, body) != u64::from_be_bytes(*checksum) {
            return Err(broken());
        }
        let ([version, fingerprint @ ..], key) =
            body.split_first_chunk::<9>().ok_or_else(broken)?;
        if *version != VERSION {
            return Err(CursorError::new(None, CursorReason::Version));
        }
        let key = std::str::from_utf8(key).ok().filter(|key| is_object(key)).ok_or_else(broken)?;
        Ok(Self { fingerprint: u64::from_be_bytes(*fingerprint), key: key.to_owned() })
    }
}

/// Whether the text is one JSON object and no more: anybody can make a checksum, and what follows
/// the object would be members of the request.
fn is_object(text: &str) -> bool {
    let mut reader = Reader::new(text);
    let walked = members(&mut reader, |reader, _| reader.skip().map(drop));
    walked.and_then(|()| reader.end()).is_ok()
}
