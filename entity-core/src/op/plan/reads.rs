//! What reads cost.

use super::{Cost, Expense, PAGE_BYTES, Plan, READ_UNIT, Units};
use crate::error::{Error, ITEM_BYTES};
use crate::item::Readable;
use crate::key::{Bounds, Segment};
use crate::op::Capacity;
use crate::op::reading::Reading;
use crate::query::KeyCondition;
use crate::schema::{EntitySchema, KeyForm, Table};

/// How a read sees what others write, which is what it costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::op) enum Consistency {
    Eventual,
    Consistent,
    Transaction,
}

impl Consistency {
    pub(in crate::op) fn of(consistent: bool) -> Self {
        if consistent { Self::Consistent } else { Self::Eventual }
    }

    /// The units for each 4 KB.
    fn factor(self) -> f64 {
        match self {
            Self::Eventual => 0.5,
            Self::Consistent => 1.0,
            Self::Transaction => 2.0,
        }
    }

    fn tell(self, cost: &mut Cost) {
        match self {
            Self::Eventual => {}
            Self::Consistent => cost.because(Expense::Consistent),
            Self::Transaction => cost.because(Expense::Transaction),
        }
    }
}

/// The units of so many bytes; nothing is one, too.
fn units(bytes: usize) -> f64 {
    bytes.div_ceil(READ_UNIT).max(1) as f64
}

impl Cost {
    /// What reading items by their keys costs: one that is not there is charged for, too. `tables` has
    /// the table of each.
    pub(in crate::op) fn of_keys<'t>(
        tables: impl Iterator<Item = &'t str>,
        consistency: Consistency,
        part: bool,
    ) -> Self {
        let mut cost = Self::new(false);
        for table in tables {
            let one = Units::between(units(0), units(ITEM_BYTES)) * consistency.factor();
            cost.charge(table, None, one);
        }
        if part {
            cost.because(Expense::Part);
        }
        consistency.tell(&mut cost);
        cost
    }

    /// What a statement costs, as far as its first word tells; `pages` is how many requests it sends at
    /// most.
    pub(in crate::op) fn of_statement(
        table: &str,
        statement: &str,
        consistent: bool,
        pages: Option<usize>,
    ) -> Self {
        let first = statement.split_whitespace().next().unwrap_or_default();
        if !first.eq_ignore_ascii_case("SELECT") {
            // Nothing bounds what it does to indexes, which it alone knows.
            let mut cost = Self::new(true);
            cost.charge(table, None, Units { at_least: 1.0, at_most: None });
            return cost;
        }
        let (mut cost, consistency) = (Self::new(false), Consistency::of(consistent));
        let most = pages.map(|pages| pages as f64 * units(PAGE_BYTES + ITEM_BYTES));
        let sum = Units { at_least: units(0), at_most: most } * consistency.factor();
        cost.charge(table, None, sum);
        cost.because(Expense::Statement);
        consistency.tell(&mut cost);
        cost
    }

    /// What a search of a vector index costs.
    pub(in crate::op) fn of_search(table: &str, index: &'static str) -> Self {
        let mut cost = Self::new(false);
        cost.charge_vector_index(table, index);
        cost
    }

    pub(in crate::op) fn in_requests(mut self, requests: usize) -> Self {
        self.requests = requests;
        self
    }
}

/// Whether items of an entity may be among those that a query reads: they can be in the partition,
/// and have sort keys within the bounds, by what both begin with.
fn may_find(condition: &KeyCondition, entity: &EntitySchema) -> bool {
    let keys = match condition.index {
        None => Some((entity.pk, entity.sk)),
        Some(index) => {
            let own = entity.indexes.iter().find(|keys| keys.index.name == index.name);
            own.map(|keys| (keys.pk, keys.sk))
        }
    };
    let Some((pk, sk)) = keys else { return false };
    let partition = condition.partition.iter().all(|(name, value)| {
        let key = pk.iter().find(|key| key.def.name == *name);
        key.is_none_or(|key| match &key.form {
            KeyForm::Template(template) => template.matches(value.text()),
            KeyForm::Field { .. } => true,
        })
    });
    let Some(admitted) = condition.admitted.as_ref().filter(|_| partition) else {
        return partition;
    };
    let prefix = match admitted.selection.bounds() {
        Bounds::Equal(_) | Bounds::Nothing => return false,
        Bounds::Prefix(prefix) => &**prefix,
        Bounds::Between(lower, upper) => common(lower, upper),
        Bounds::AtMost(_) | Bounds::All => "",
    };
    let key = sk.iter().find(|key| key.def.name == admitted.attribute.name);
    key.is_none_or(|key| {
        let begins = match &key.form {
            KeyForm::Template(template) => match template.segments().first() {
                Some(Segment::Literal(text)) => text,
                _ => "",
            },
            KeyForm::Field { .. } => "",
        };
        begins.starts_with(prefix) || prefix.starts_with(begins)
    })
}

/// What two texts begin with.
fn common<'t>(one: &'t str, other: &str) -> &'t str {
    let differs = one.char_indices().zip(other.chars()).find(|((_, a), b)| a != b);
    let end = differs.map_or(one.len().min(other.len()), |((at, _), _)| at);
    one.get(..end).unwrap_or_default()
}

impl<R: Readable> Reading<R> {
    /// What the read costs, if it sends `max_requests` at most.
    pub(in crate::op) fn cost(&self, max_requests: Option<usize>) -> Result<Cost, Error> {
        let (ask, mut cost) = (&self.ask, Cost::new(false));
        let condition = ask.condition()?;
        let nothing = !ask.goes_on() || ask.max_scanned == Some(0) || max_requests == Some(0);
        let lanes = ask.lanes();
        let max_requests = max_requests.map(|requests| ask.together(requests as u64) as usize);
        cost.requests = if nothing { 0 } else { max_requests.map_or(lanes, |m| m.min(lanes)) };
        let pages = max_requests.map(|requests| requests as f64 * units(PAGE_BYTES + ITEM_BYTES));
        let items = ask.max_scanned.map(|items| ask.together(items) as f64 * units(ITEM_BYTES));
        let consistency = Consistency::of(ask.consistent);
        let at_most = match pages.into_iter().chain(items).reduce(f64::min) {
            _ if nothing => Some(0.0),
            most => most,
        };
        let sum =
            Units { at_least: cost.requests as f64 * units(0), at_most } * consistency.factor();
        let index = condition.and_then(|condition| condition.index).map(|index| index.name);
        cost.charge(&ask.target.table, index, sum);
        if condition.is_none() {
            cost.because(Expense::Scan);
        }
        if let Some(shards) = ask.shards() {
            cost.because(Expense::Shards { shards: shards.count() });
        }
        if ask.filters() {
            cost.because(Expense::Filter);
        }
        let entities = <<R::Table as Table>::Items as Readable>::ENTITIES.iter();
        let wanted = |name| R::ENTITIES.iter().any(|entity| entity.name == name);
        let mut others = entities.filter(|entity| !wanted(entity.name));
        if others.any(|entity| condition.is_none_or(|condition| may_find(condition, entity))) {
            cost.because(Expense::OtherItems);
        }
        if R::SELECTED.is_some() {
            cost.because(Expense::Part);
        }
        if at_most.is_none() {
            cost.because(Expense::Unbounded);
        }
        consistency.tell(&mut cost);
        Ok(cost)
    }

    /// What reading all of it would do and cost.
    pub(in crate::op) fn explain(&self) -> Result<Plan, Error> {
        let cost = self.cost(self.ask.max_requests)?;
        Ok(Plan::new(self.request(Capacity::Untold)?, cost))
    }
}
