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
