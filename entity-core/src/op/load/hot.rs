//! `Hot`: partitions of which the service takes no more for a while.

use std::collections::HashMap;

use tokio::time::Instant;

use super::entry::Entry;
use crate::op::backoff::Backoff;
use crate::schema::{IndexSchema, TableSchema};

/// The partitions that are in hot ranges of keys.
///
/// What is in one of them goes by itself, one request at a time, with growing pauses while it is
/// refused; the rest goes on at its pace. A partition is forgotten once nothing of it waits.
pub(super) struct Hot {
    table: &'static TableSchema,
    partitions: HashMap<Partition, State>,
    /// What has partitions among them: the table, or indexes.
    on: Vec<Option<&'static IndexSchema>>,
}

/// A partition of the table, or of an index.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Partition {
    index: Option<&'static str>,
    key: Vec<String>,
}

struct State {
    /// Until when nothing of it is sent.
    until: Instant,
    backoff: Backoff,
    in_flight: bool,
}

impl Hot {
    pub(super) fn new(table: &'static TableSchema) -> Self {
        Self { table, partitions: HashMap::new(), on: Vec::new() }
    }

    /// The hot partition that an entry is in, if it is in one.
    pub(super) fn of<W>(&self, entry: &Entry<W>) -> Option<Partition> {
        let partitions = self.on.iter().filter_map(|index| partition(entry, *index));
        partitions.into_iter().find(|partition| self.partitions.contains_key(partition))
    }

    /// When what is in a partition may be sent; `None` while something of it is in flight.
    pub(super) fn next(&self, partition: Option<&Partition>) -> Option<Instant> {
        match partition.and_then(|partition| self.partitions.get(partition)) {
            Some(state) if state.in_flight => None,
            Some(state) => Some(state.until),
            None => Some(Instant::now()),
        }
    }

    /// When the next partition that pauses may be sent again.
    pub(super) fn wakes(&self) -> Option<Instant> {
        let now = Instant::now();
        let resting = self.partitions.values().filter(|state| !state.in_flight);
        resting.map(|state| state.until).filter(|until| *until > now).min()
    }

    pub(super) fn launch(&mut self, partition: Option<&Partition>) {
        if let Some(state) = partition.and_then(|partition| self.partitions.get_mut(partition)) {
            state.in_flight = true;
        }
    }

    /// A request of it was answered.
    pub(super) fn land(&mut self, partition: Option<&Partition>) {
        if let Some(state) = partition.and_then(|partition| self.partitions.get_mut(partition)) {
            state.in_flight = false;
        }
    }

    /// It took all that was sent.
    pub(super) fn cool(&mut self, partition: &Partition) {
        if let Some(state) = self.partitions.get_mut(partition) {
            state.backoff = Backoff::new();
        }
    }

    pub(super) fn forget(&mut self, partition: &Partition) {
        self.partitions.remove(partition);
        let left = |index: &Option<&'static IndexSchema>| {
            let name = index.map(|index| index.name);
            self.partitions.keys().any(|partition| partition.index == name)
        };
        self.on.retain(left);
    }

    /// A partition took none, or not all, of what was sent: the next is sent after a pause.
    pub(super) fn rest(&mut self, partition: Partition) {
        let now = Instant::now();
        let state = || State { until: now, backoff: Backoff::new(), in_flight: false };
        let state = self.partitions.entry(partition).or_insert_with(state);
        state.until = now + state.backoff.next();
    }

    /// The partitions of refused entries, if the service says of which; whether each has one.
    pub(super) fn refused<W>(&mut self, on: &[Option<String>], entries: &[Entry<W>]) -> bool {
        let indexes = on.iter().map(|name| match name {
            None => Some(None),
            Some(name) => {
                self.table.indexes.iter().copied().find(|index| index.name == name).map(Some)
            }
        });
        let Some(indexes) = indexes.collect::<Option<Vec<_>>>() else { return false };
        let each = entries.iter().map(|entry| {
            let own = indexes.iter().filter_map(|index| partition(entry, *index));
            own.collect::<Vec<_>>()
        });
        let each: Vec<Vec<Partition>> = each.collect();
        if each.iter().any(Vec::is_empty) {
            return false;
        }
        let mut partitions: Vec<Partition> = each.into_iter().flatten().collect();
        partitions
            .sort_unstable_by(|one, other| (one.index, &one.key).cmp(&(other.index, &other.key)));
        partitions.dedup();
        for index in indexes {
            if !self.on.iter().any(|on| on.map(|on| on.name) == index.map(|index| index.name)) {
                self.on.push(index);
            }
        }
        partitions.into_iter().for_each(|partition| self.rest(partition));
        true
    }
}

fn partition<W>(entry: &Entry<W>, index: Option<&'static IndexSchema>) -> Option<Partition> {
    let key = entry.partition(index)?;
    Some(Partition { index: index.map(|index| index.name), key })
}

#[cfg(test)]
mod tests {
    use tokio::time::Instant;

    use super::super::entry::{Entry, Prepared};
    use super::Hot;
    use crate::key::KeyType;
    use crate::schema::{IndexKind, IndexProjection, IndexSchema, KeyDef, TableSchema};

    const fn key(name: &'static str) -> KeyDef {
        KeyDef { name, ty: KeyType::S }
    }

    const TOP: IndexSchema =
        IndexSchema::new("Top", &[key("month")], &[], IndexKind::Global, IndexProjection::All);

    const TABLE: TableSchema =
        TableSchema::new("T", key("pk"), Some(key("sk")), "#", None, &[&TOP]);

    fn entry(pk: &str, month: Option<&str>) -> Entry<()> {
        let month = month.map_or(String::new(), |month| format!(r#","month":{{"S":"{month}"}}"#));
        let item = format!(r#"{{"pk":{{"S":"{pk}"}},"sk":{{"S":"a"}}{month}}}"#);
        Entry::new((), Prepared::put(item.as_bytes(), &TABLE))
    }

    #[tokio::test(start_paused = true)]
    async fn a_partition_rests_and_has_one_request_at_a_time() {
        let mut hot = Hot::new(&TABLE);
        assert_eq!(hot.of(&entry("1", None)), None);
        assert!(hot.refused(&[None], &[entry("1", None), entry("2", None)]));
        let one = hot.of(&entry("1", None));
        assert!(one.is_some() && hot.of(&entry("3", None)).is_none());
        assert!(hot.next(one.as_ref()).is_some_and(|next| next >= Instant::now()));
        hot.launch(one.as_ref());
        assert_eq!(hot.next(one.as_ref()), None, "one is on its way");
        hot.land(one.as_ref());
        assert!(hot.next(one.as_ref()).is_some());
        hot.forget(&one.unwrap());
        assert_eq!(hot.of(&entry("1", None)), None);
        assert!(hot.of(&entry("2", None)).is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn an_index_has_partitions_of_its_own() {
        let mut hot = Hot::new(&TABLE);
        let top = [Some("Top".to_owned())];
        let march = || entry("1", Some("03"));
        assert!(!hot.refused(&top, &[march(), entry("2", None)]), "one is not in it");
        assert!(!hot.refused(&[Some("Other".to_owned())], &[march()]), "nobody knows that index");
        assert_eq!(hot.of(&march()), None);
        assert!(hot.refused(&top, &[march()]));
        assert!(hot.of(&entry("9", Some("03"))).is_some());
        assert!(hot.of(&entry("1", Some("04"))).is_none());
        assert!(hot.of(&entry("1", None)).is_none());
    }
}
