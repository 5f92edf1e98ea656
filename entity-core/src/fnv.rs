//! FNV-1a, 64 bit: a hash that is the same on every machine and in `const` evaluation.
//!
//! Each step is a bijection of the state for a given byte, so that no change of one byte leaves
//! the hash as it was; that is what cursors' checksums rest on.

pub(crate) const START: u64 = 0xcbf2_9ce4_8422_2325;

pub(crate) const fn hash(mut state: u64, bytes: &[u8]) -> u64 {
    let mut rest = bytes;
    while let [byte, tail @ ..] = rest {
        state = (state ^ *byte as u64).wrapping_mul(0x0000_0100_0000_01b3);
        rest = tail;
    }
    state
}

#[cfg(test)]
mod tests {
    use super::{START, hash};

    /// The published values of FNV-1a, which `entity_derive` has in its test, too: both sides hash alike.
    #[test]
    fn the_published_values() {
        let published = [
            ("", 0xcbf2_9ce4_8422_2325),
            ("a", 0xaf63_dc4c_8601_ec8c),
            ("foobar", 0x8594_4171_f739_67e8),
        ];
        for (name, hashed) in published {
            assert_eq!(hash(START, name.as_bytes()), hashed, "{name}");
            assert_eq!(crate::schema::hash_name(name), hashed, "{name}");
        }
    }
}
