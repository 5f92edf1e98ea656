//! `CursorKey`: the secret that cursors are signed with.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::binding::Binding;
use super::place::{self, Place};

/// The bytes of a signature: those of SHA-256.
pub(super) const SIGNATURE: usize = 32;

/// The bytes of a block of SHA-256, up to which HMAC fills a key with zeros.
const BLOCK: usize = 64;

/// A secret that cursors are signed with, so that nobody else can make one: HMAC-SHA256 over the place
/// and everything that the cursor is bound to.
///
/// Give it to a handle, and the cursors of its reads are signed, and others are refused; signatures are
/// compared in constant time. All programs that pass cursors to each other need the same key. A
/// signature does not hide what a cursor says, and does not end: with another key, all cursors that
/// were made before are refused.
///
/// # Example
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
/// use entity_core::{Cursor, CursorKey};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let songs = songs().await?;
/// let secret = [7; 32]; // 32 random bytes, out of the service's configuration
/// let signing = songs.clone().cursor_key(CursorKey::new(secret));
/// let page = signing.query(MonthlyCount::partition("1")).limit(2).page().await?;
/// let cursor: Cursor = page.cursor().unwrap().to_string().parse()?;
/// let rest = signing.query(MonthlyCount::partition("1")).after(&cursor).all().await?;
/// assert_eq!(rest[0].download_month, "2018-03");
///
/// // One that was not signed is refused, before anything is sent.
/// let page = songs.query(MonthlyCount::partition("1")).limit(2).page().await?;
/// let query = signing.query(MonthlyCount::partition("1")).after(page.cursor());
/// assert_eq!(
///     query.all().await.unwrap_err().to_string(),
///     "cursor for `Songs`: it is not signed, and the handle has a cursor key",
/// );
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct CursorKey([u8; BLOCK]);

impl CursorKey {
    /// A key of 32 bytes, which should be random, and known to nobody else.
    #[must_use]
    pub fn new(secret: [u8; 32]) -> Self {
        let mut key = [0; BLOCK];
        key.iter_mut().zip(secret).for_each(|(byte, secret)| *byte = secret);
        Self(key)
    }

    fn mac(&self, binding: &Binding, places: &[Place]) -> Hmac<Sha256> {
        let places = place::to_json(places);
        let mac = Hmac::<Sha256>::new(&self.0.into());
        // The length of one of them says where the other begins.
        let mac = mac.chain_update((binding.bytes().len() as u64).to_be_bytes());
        mac.chain_update(binding.bytes()).chain_update(places)
    }

    pub(super) fn sign(&self, binding: &Binding, places: &[Place]) -> [u8; SIGNATURE] {
        self.mac(binding, places).finalize().into_bytes().into()
    }

    /// Whether the signature is of this key; takes as long where it is not.
    pub(super) fn verifies(
        &self,
        binding: &Binding,
        places: &[Place],
        signature: &[u8; SIGNATURE],
    ) -> bool {
        self.mac(binding, places).verify_slice(signature).is_ok()
    }
}

/// Without the secret.
impl fmt::Debug for CursorKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CursorKey").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::{Binding, CursorKey, Place};

    #[test]
    fn it_is_hmac_sha256() {
        // Made by Python's `hmac.digest(bytes([7]) * 32, text, "sha256")`.
        let mut binding = Binding::default();
        binding.number(1);
        let signature = CursorKey::new([7; 32]).sign(&binding, &[Place::Start]);
        let hex: String = signature.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, "82f228ab391bae90da3e1df8b31320bcd189bf791f68c0ce3960d1811b71fe43");
    }

    #[test]
    fn every_bit_of_key_binding_and_places_counts() {
        let key = CursorKey::new([7; 32]);
        let binding = |number| {
            let mut binding = Binding::default();
            binding.number(number);
            binding
        };
        let places = [Place::After("{}".to_owned())];
        let signature = key.sign(&binding(1), &places);
        assert!(key.verifies(&binding(1), &places, &signature));
        assert!(!key.verifies(&binding(2), &places, &signature));
        assert!(!key.verifies(&binding(1), &[Place::Start], &signature));
        assert!(!CursorKey::new([8; 32]).verifies(&binding(1), &places, &signature));
        for bit in 0..256_usize {
            let mut forged = signature;
            forged[bit / 8] ^= 1 << (bit % 8);
            assert!(!key.verifies(&binding(1), &places, &forged), "bit {bit}");
        }
    }
}
