//! What writes cost.

use super::{Cost, Expense, PlannedItem, Units, WRITE_UNIT};
use crate::error::ITEM_BYTES;
use crate::item::{item_size, item_size_of};
use crate::key::{KeyType, Limit};
use crate::op::expected::Presence;
use crate::op::writing::{Kind, Writing};
use crate::schema::{IndexProjection, IndexSchema, KeyDef, TableSchema};

/// The units of so many bytes; nothing is one, too.
fn units(bytes: usize) -> f64 {
    bytes.div_ceil(WRITE_UNIT).max(1) as f64
}

/// The units of an item that is not known.
const ANY: Units = Units::between(1.0, ITEM_BYTES.div_ceil(WRITE_UNIT) as f64);

impl Cost {
    /// What a write costs, and what goes with it.
    pub(in crate::op) fn of_writings(writings: &[Writing]) -> Self {
        let mut cost = Self::new(true);
        match writings {
            [alone] => cost.add(alone, false),
            together => {
                together.iter().for_each(|writing| cost.add(writing, true));
                cost.because(Expense::Together { writes: together.len() });
            }
        }
        cost
    }

    /// What a transaction costs.
    pub(in crate::op) fn of_transaction(writings: &[Writing]) -> Self {
        let mut cost = Self::new(true);
        cost.requests = usize::from(!writings.is_empty());
        writings.iter().for_each(|writing| cost.add(writing, true));
        cost.because(Expense::Transaction);
        cost
    }

    fn add(&mut self, writing: &Writing, transaction: bool) {
        let (table, schema) = (&writing.target.table, writing.expected.table);
        let factor = if transaction { 2.0 } else { 1.0 };
        let done = writing.table_units() * factor;
        self.charge(table, None, done);
        for index in schema.indexes {
            let charged = writing.index_units(index);
            if charged != Units::NONE {
                self.charge(table, Some(index.name), charged);
            }
            if writing.moves_in(index) {
                self.because(Expense::IndexKey { index: index.name });
            }
        }
        for index in schema.vector_indexes {
            if !matches!(writing.kind, Kind::Check { .. }) {
                self.charge_vector_index(table, index.name);
            }
        }
        if let Kind::Put { item } = &writing.kind {
            let bytes = item_size(item).unwrap_or_default();
            self.items.push(PlannedItem { entity: writing.entity, bytes });
        }
        match &writing.kind {
            Kind::Update { .. } => self.because(Expense::WholeItem),
            Kind::Put { .. } if !writing.is_new() => self.because(Expense::Replaced),
            Kind::Put { .. } | Kind::Delete { .. } | Kind::Check { .. } => {}
        }
        if writing.expected.is_conditional() {
            // How far a transaction had come when it was cancelled, is not said.
            let least = if transaction { 0.0 } else { ANY.at_least };
            let refused = Units { at_least: least, ..ANY * factor };
            self.refused = Some(self.refused.unwrap_or(Units::NONE) + refused);
            self.because(Expense::Condition);
        }
    }
}

impl Writing {
    fn is_new(&self) -> bool {
        self.expected.presence == Presence::Absent
    }

    /// The units on the table: of what was there, or of what is, whichever is larger.
    fn table_units(&self) -> Units {
        match &self.kind {
            Kind::Put { item } => {
                let own = units(item_size(item).unwrap_or_default());
                if self.is_new() { Units::exact(own) } else { Units { at_least: own, ..ANY } }
            }
            Kind::Update { key, change } => {
                let least = item_size(key).unwrap_or_default() + change.bytes_at_least();
                Units { at_least: units(least), ..ANY }
            }
            Kind::Check { .. } if self.is_new() => Units::exact(units(0)),
            Kind::Delete { .. } | Kind::Check { .. } => ANY,
        }
    }

    /// The units on an index: none if its entry is what it was; the larger one's, if it stays where it
    /// was; both, if it moves.
    ///
    /// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html#GSI.ThroughputConsiderations.Writes>
    fn index_units(&self, index: &'static IndexSchema) -> Units {
        let largest = units(self.entry_bytes_at_most(index));
        let stored = if !self.is_new() && self.may_be_in(index) { largest } else { 0.0 };
        match &self.kind {
            Kind::Put { item } => {
                let own = self.entry(item, index).map_or(0.0, units);
                let least = if stored > 0.0 { 0.0 } else { own };
                Units::between(least, stored + own)
            }
            Kind::Update { .. } if self.moves_in(index) => Units::between(0.0, stored + largest),
            Kind::Update { change, .. } => {
                let touched = self.creates() || change.attributes().any(|name| index.has(name));
                Units::between(0.0, if touched { stored } else { 0.0 })
            }
            Kind::Delete { .. } => Units::between(0.0, stored),
            Kind::Check { .. } => Units::NONE,
        }
    }

    /// Whether it may bring an item's entry in an index to another place.
    fn moves_in(&self, index: &IndexSchema) -> bool {
        let is_key = |name: &str| keys(index).any(|key| key.name == name);
        match &self.kind {
            Kind::Put { item } => {
                !self.is_new() && self.may_be_in(index) && self.entry(item, index).is_some()
            }
            Kind::Update { change, .. } => self.may_be_in(index) && change.attributes().any(is_key),
            Kind::Delete { .. } | Kind::Check { .. } => false,
        }
    }

    /// Whether it is an update that may create its item.
    fn creates(&self) -> bool {
        self.expected.presence == Presence::Any
    }

    /// The bytes of the entry that an item has in an index, if it has all of its keys.
    fn entry(&self, item: &[u8], index: &IndexSchema) -> Option<usize> {
        let mut missing = keys(index).count();
        let table = self.expected.table;
        let bytes = item_size_of(item, |name| {
            missing -= usize::from(missing > 0 && keys(index).any(|key| key.name == name));
            index.has(name) || primary(table).any(|key| key.name == name)
        });
        bytes.ok().filter(|_| missing == 0)
    }

    /// The most bytes that an entry of an index can have.
    fn entry_bytes_at_most(&self, index: &IndexSchema) -> usize {
        if index.projection != IndexProjection::KeysOnly {
            return ITEM_BYTES;
        }
        let (table, mut names) = (self.expected.table, Vec::new());
        let mut bytes = 0;
        let limited = |keys: &'static [KeyDef], limit: Limit| {
            keys.iter().map(move |key| (key, limit.bytes()))
        };
        let own = limited(index.pk, Limit::PARTITION).chain(limited(index.sk, Limit::SORT));
        let own = own.map(|(key, limit)| (*key, limit));
        let primary = [Some((table.pk, Limit::PARTITION)), table.sk.map(|sk| (sk, Limit::SORT))];
        let primary = primary.into_iter().flatten().map(|(key, limit)| (key, limit.bytes()));
        for (key, limit) in own.chain(primary) {
            if !names.contains(&key.name) {
                names.push(key.name);
                // A number has 22 bytes at most.
                bytes += key.name.len() + if key.ty == KeyType::N { 22 } else { limit };
            }
        }
        bytes
    }

    /// Whether an item of the entity can be in an index.
    fn may_be_in(&self, index: &IndexSchema) -> bool {
        let table = self.expected.table;
        keys(index).all(|key| {
            let name = key.name;
            primary(table).any(|key| key.name == name)
                || self.schema.is_some_and(|entity| {
                    entity.flattened
                        || entity.fields.iter().any(|field| field.attribute == name)
                        || entity.key_attributes().any(|key| key.def.name == name)
                        || entity.type_attribute == Some(name)
                })
        })
    }
}

fn keys(index: &IndexSchema) -> impl Iterator<Item = &KeyDef> {
    // An attribute that is in the key twice counts once.
    let again = |key: &&KeyDef| !index.pk.iter().any(|pk| pk.name == key.name);
    index.pk.iter().chain(index.sk.iter().filter(again))
}

fn primary(table: &TableSchema) -> impl Iterator<Item = &KeyDef> {
    [&table.pk].into_iter().chain(&table.sk)
}
