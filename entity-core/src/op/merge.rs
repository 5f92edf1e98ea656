//! `Order`: how the items of an index's shards are one stream.

use crate::item::KeyTexts;
use crate::key::KeyType;
use crate::schema::KeyDef;
use crate::wire::{Number, write};

/// The order of an index's sort key.
pub(super) struct Order {
    pub(super) keys: &'static [KeyDef],
    pub(super) descending: bool,
}

/// The sort key of an item, attribute by attribute, in DynamoDB's order.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct SortKey(Vec<Option<Sorted>>);

/// The value of an attribute; those of one attribute are of one type.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Sorted {
    S(String),
    N(Number),
    B(Vec<u8>),
}

impl Order {
    /// The sort key of an item, by its text.
    pub(super) fn key(&self, item: &str) -> SortKey {
        let names: Vec<&'static str> = self.keys.iter().map(|def| def.name).collect();
        let texts = KeyTexts::of(item, &names).unwrap_or_default();
        let value = |def: &KeyDef| sorted(def.ty, texts.find(def.name, def.ty)?);
        SortKey(self.keys.iter().map(value).collect())
    }

    /// The lane whose item is the next, of the lanes' first ones; of equal ones it is the first lane's, or
    /// the last lane's if all is the other way round.
    pub(super) fn first<'k>(
        &self,
        heads: impl Iterator<Item = (usize, &'k SortKey)>,
    ) -> Option<usize> {
        let key = |(lane, key): &(usize, &'k SortKey)| (*key, *lane);
        let next = match self.descending {
            false => heads.min_by_key(key),
            true => heads.max_by_key(key),
        };
        next.map(|(lane, _)| lane)
    }
}

fn sorted(ty: KeyType, text: &str) -> Option<Sorted> {
    Some(match ty {
        KeyType::S => Sorted::S(text.to_owned()),
        KeyType::N => Sorted::N(text.parse().ok()?),
        KeyType::B => Sorted::B(write::decode_base64(text)?),
    })
}
