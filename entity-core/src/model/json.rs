//! JSON whose members stand in the order in which they were written, whatever features `serde_json`
//! was built with.

use serde::{Serialize, Serializer};

/// An object, member by member.
pub(super) struct Object<V>(pub(super) Vec<(String, V)>);

impl<V: Serialize> Serialize for Object<V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

/// The text, over many lines.
pub(super) fn pretty(document: &impl Serialize) -> String {
    match serde_json::to_string_pretty(document) {
        Ok(text) => text + "\n",
        Err(_) => unreachable!("names are texts, and no value of a model refuses to be written"),
    }
}
