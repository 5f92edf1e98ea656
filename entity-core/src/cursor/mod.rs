//! `Cursor`: where a read goes on, as text that can travel.
//!
//! URL-safe Base64, without padding, of: a version byte, the fingerprint of the read (8 bytes), a JSON
//! array of the places of its segments or shards (one, unless it is a scan in segments or a query of an
//! index in shards), and what shows that nothing was changed: a checksum (8 bytes), or with a
//! [`CursorKey`] a signature (32 bytes). It is not encrypted: who holds it can read the key of the last
//! item.

mod binding;
mod key;
mod place;

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub(crate) use self::binding::Binding;
pub use self::key::CursorKey;
use self::key::SIGNATURE;
pub(crate) use self::place::Place;
use crate::error::{CursorError, CursorReason};
use crate::fnv;

/// The version byte of a cursor with a checksum.
const PLAIN: u8 = 1;

/// The version byte of a cursor with a signature.
const SIGNED: u8 = 2;

/// Where a read goes on: opaque, URL-safe text, bound to its read.
///
/// It is bound to table, index, partition, sort condition, direction and the number of segments or of
/// shards, not to `limit` and filters; given to another read, or changed in any byte, it is refused before
/// anything is sent. It does not hide the key of the last item. Its checksum does not prove who made
/// it, as anybody can make one: a [`CursorKey`] does. `Display` and `FromStr`, and serde, write and read
/// its text.
///
/// ```
/// use entity_core::Cursor;
///
/// assert!("no cursor".parse::<Cursor>().is_err());
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Cursor {
    fingerprint: u64,
    places: Vec<Place>,
    signature: Option<[u8; SIGNATURE]>,
}

impl Cursor {
    pub(crate) fn new(binding: &Binding, places: Vec<Place>, key: Option<&CursorKey>) -> Self {
        let signature = key.map(|key| key.sign(binding, &places));
        Self { fingerprint: binding.fingerprint(), places, signature }
    }

    /// The places to go on at, if the cursor is of that read and nobody changed it.
    pub(crate) fn open(
        &self,
        table: &str,
        binding: &Binding,
        key: Option<&CursorKey>,
    ) -> Result<&[Place], CursorError> {
        let refused = |reason| Err(CursorError::new(Some(table), reason));
        if self.fingerprint != binding.fingerprint() {
            return refused(CursorReason::OtherQuery);
        }
        match (&self.signature, key) {
            (None, None) => {}
            (Some(_), None) => return refused(CursorReason::Signed),
            (None, Some(_)) => return refused(CursorReason::Unsigned),
            (Some(signature), Some(key)) if key.verifies(binding, &self.places, signature) => {}
            (Some(_), Some(_)) => return refused(CursorReason::Forged),
        }
        Ok(&self.places)
    }
}

/// Without the places, which are keys: `Display` has them.
impl fmt::Debug for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cursor")
            .field("places", &self.places.len())
            .field("signed", &self.signature.is_some())
            .finish_non_exhaustive()
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = vec![if self.signature.is_some() { SIGNED } else { PLAIN }];
        bytes.extend_from_slice(&self.fingerprint.to_be_bytes());
        bytes.extend_from_slice(place::to_json(&self.places).as_bytes());
        match &self.signature {
            Some(signature) => bytes.extend_from_slice(signature),
            None => bytes.extend_from_slice(&fnv::hash(fnv::START, &bytes).to_be_bytes()),
        }
        f.write_str(&URL_SAFE_NO_PAD.encode(bytes))
    }
}

impl FromStr for Cursor {
    type Err = CursorError;

    fn from_str(text: &str) -> Result<Self, CursorError> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| broken())?;
        let (body, signature) = match bytes.first() {
            Some(&SIGNED) => {
                let (body, signature) = bytes.split_last_chunk().ok_or_else(broken)?;
                (body, Some(*signature))
            }
            _ => (checked(&bytes)?, None),
        };
        let ([_, fingerprint @ ..], places) = body.split_first_chunk::<9>().ok_or_else(broken)?;
        let places = std::str::from_utf8(places).ok().and_then(place::from_json);
        let places = places.ok_or_else(broken)?;
        Ok(Self { fingerprint: u64::from_be_bytes(*fingerprint), places, signature })
    }
}

/// What comes before the checksum, if that is right.
fn checked(bytes: &[u8]) -> Result<&[u8], CursorError> {
    let (body, checksum) = bytes.split_last_chunk().ok_or_else(broken)?;
    if fnv::hash(fnv::START, body) != u64::from_be_bytes(*checksum) {
        return Err(broken());
    }
    match body.first() {
        Some(&PLAIN) => Ok(body),
        _ => Err(CursorError::new(None, CursorReason::Version)),
    }
}

/// As text.
impl Serialize for Cursor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// From text.
impl<'de> Deserialize<'de> for Cursor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

fn broken() -> CursorError {
    CursorError::new(None, CursorReason::Broken)
}
