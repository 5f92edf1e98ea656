//! `Binding`: what a cursor is bound to.

use crate::fnv;

/// Everything that makes a read another one, as bytes that no other read has.
#[derive(Debug, Default)]
pub(crate) struct Binding(Vec<u8>);

impl Binding {
    /// Adds a text, with its length, so that what follows cannot be taken for a part of it.
    pub(crate) fn text(&mut self, text: &str) {
        self.0.extend_from_slice(&(text.len() as u64).to_be_bytes());
        self.0.extend_from_slice(text.as_bytes());
    }

    /// Adds a number.
    pub(crate) fn number(&mut self, number: u32) {
        self.0.extend_from_slice(&number.to_be_bytes());
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }

    pub(super) fn fingerprint(&self) -> u64 {
        fnv::hash(fnv::START, &self.0)
    }
}
