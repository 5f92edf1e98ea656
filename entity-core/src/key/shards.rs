//! `Shards`: how the partitions of an index are spread.

use super::KeyValue;
use crate::fnv;

/// How many shards each partition of an index is spread over, and how a key says which one it is in.
///
/// The text of a key attribute in shards is what its template makes, the separator of the table, and
/// the number of the shard, from 0, in as many digits as the last one has: `2018-01#3`. An item's shard
/// is made of its primary key, so it stays where it is as long as the number of shards does.
///
/// # Example
///
/// ```
/// use entity_core::key::Shards;
///
/// let shards = Shards::new(16, "#");
/// assert_eq!((shards.count(), shards.width()), (16, 3));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shards {
    count: u32,
    separator: &'static str,
}

impl Shards {
    /// So many shards, in a table of that separator; empty if it has none.
    #[must_use]
    pub const fn new(count: u32, separator: &'static str) -> Self {
        Self { count, separator }
    }

    /// How many there are.
    #[must_use]
    pub const fn count(self) -> u32 {
        self.count
    }

    /// How many bytes the separator and the number have in a key.
    #[must_use]
    pub const fn width(self) -> usize {
        self.separator.len() + self.digits()
    }

    const fn digits(self) -> usize {
        match self.count.saturating_sub(1).checked_ilog10() {
            Some(log) => log as usize + 1,
            None => 1,
        }
    }

    /// The shard of an item, by its primary key.
    ///
    /// Stored keys depend on it: FNV-1a of the text of each key attribute and a byte 0xFF after it.
    pub(super) fn of<'k>(self, primary: impl Iterator<Item = &'k KeyValue>) -> u32 {
        let hash = primary.fold(fnv::START, |hash, key| {
            fnv::hash(fnv::hash(hash, key.one_text().as_bytes()), &[0xff])
        });
        // The last bit of the hash is the parity of the bytes' last bits: a sort key that repeats the
        // partition key would put everything into half of the shards.
        let folded = hash ^ (hash >> 32);
        u32::try_from(folded % u64::from(self.count.max(1))).unwrap_or_default()
    }

    /// Appends the separator and a shard's number.
    pub(crate) fn write(self, shard: u32, text: &mut String) {
        let (separator, digits) = (self.separator, self.digits());
        text.push_str(&format!("{separator}{shard:0digits$}"));
    }

    /// The text without separator and number, if it ends with those of a shard.
    pub(crate) fn strip(self, text: &str) -> Option<&str> {
        let (text, number) = text.split_at_checked(text.len().checked_sub(self.digits())?)?;
        let is_number = number.bytes().all(|byte| byte.is_ascii_digit());
        let shard = number.parse::<u32>().ok().filter(|_| is_number)?;
        text.strip_suffix(self.separator).filter(|_| shard < self.count)
    }
}

#[cfg(test)]
mod tests {
    use super::Shards;
    use crate::key::{KeyType, KeyValue};

    fn shard(count: u32, texts: &[&str]) -> u32 {
        let keys: Vec<KeyValue> =
            texts.iter().map(|text| KeyValue::new(KeyType::S, (*text).to_owned())).collect();
        Shards::new(count, "#").of(keys.iter())
    }

    #[test]
    fn what_is_written_is_taken_off() {
        for (count, text) in [(2, "a#1"), (10, "a#9"), (11, "a#10"), (100, "a#07"), (101, "a#007")]
        {
            assert_eq!(Shards::new(count, "#").strip(text), Some("a"), "{count}");
        }
        for (count, separator) in [(2, "#"), (10, "::"), (11, ""), (256, "#")] {
            let shards = Shards::new(count, separator);
            for shard in 0..count {
                let mut text = "2018-01".to_owned();
                shards.write(shard, &mut text);
                assert_eq!(text.len(), "2018-01".len() + shards.width());
                assert_eq!(shards.strip(&text), Some("2018-01"));
            }
        }
    }

    #[test]
    fn no_other_text_is_of_a_shard() {
        for text in ["", "7", "a", "a#", "a#8", "a#+1", "a1", "a#é", "é", "a#-1", "a# 1"] {
            assert_eq!(Shards::new(8, "#").strip(text), None, "{text}");
        }
        assert_eq!(Shards::new(16, "#").strip("a#7"), None);
        assert_eq!(Shards::new(16, "#").strip("a#+7"), None);
    }

    #[test]
    fn stored_items_stay_in_their_shards() {
        // Made by a Python program of the rule in the documentation.
        let shards = [("1", "Details"), ("1", "Month-2018-01"), ("song-4711", "é")];
        let found: Vec<u32> = shards.iter().map(|(pk, sk)| shard(100, &[pk, sk])).collect();
        assert_eq!(found, [87, 13, 47]);
        assert_eq!(shard(100, &["1"]), 2);
        assert_ne!(shard(256, &["1", "23"]), shard(256, &["12", "3"]));
    }

    #[test]
    fn a_number_is_in_one_shard_whatever_its_text() {
        let shard = |text: &str| {
            Shards::new(256, "#").of([KeyValue::new(KeyType::N, text.to_owned())].iter())
        };
        assert_eq!(shard("10"), shard("1e1"));
        assert_eq!(shard("10"), shard("10.0"));
        assert_ne!(shard("10"), shard("11"));
    }

    #[test]
    fn keys_are_spread_evenly() {
        let padded = |id: u32| [format!("SONG#{id:06}"), format!("SONG#{id:06}")];
        let plain = |id: u32| [id.to_string(), "Details".to_owned()];
        let twice = |id: u32| [format!("S{id}"), format!("S{id}")];
        for count in [2, 3, 8, 10, 16] {
            for (at, key) in [padded as fn(u32) -> _, plain, twice].iter().enumerate() {
                let mut found = vec![0_u32; count as usize];
                for id in 0..4_000 {
                    let [pk, sk] = key(id);
                    found[shard(count, &[&pk, &sk]) as usize] += 1;
                }
                let mean = 4_000 / count;
                let even = found.iter().all(|n| (mean * 3 / 4..=mean * 5 / 4).contains(n));
                assert!(even, "{at}, {count}: {found:?}");
            }
        }
    }
}
