//! `Plan`: what an operation would do, and what that would cost; nothing is sent.
//!
//! The units are those of the service's published rules, which have it that a read takes one for each
//! 4 KB, half of that if it is not consistent, and a write one for each 1 KB; both twice in a
//! transaction.
//!
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html>

mod expense;
mod reads;
mod units;
mod writes;

use std::fmt;

pub use self::expense::Expense;
pub(super) use self::reads::Consistency;
pub use self::units::Units;
use crate::request::Request;

/// The bytes of a read that are one unit.
const READ_UNIT: usize = 4 * 1024;

/// The bytes of a write that are one unit.
const WRITE_UNIT: usize = 1024;

/// The most bytes of items that one request looks at, but for the last of them.
///
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.Pagination.html>
const PAGE_BYTES: usize = 1024 * 1024;

/// What an operation would do, and what that would cost; made by the `explain` of every builder.
///
/// `Display` shows it to people, without the values of attributes; the [`request`](Self::request) has
/// them.
///
/// What is stored is not known: the units are bounds, which are equal where the rules leave nothing
/// open. Items are taken to be as the table's entities write them: one that another program has put
/// into an index in which its entity is not may cost more. Attempts that the SDK repeats are charged
/// again.
///
/// # Example
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let songs = songs().await?;
/// let april =
///     MonthlyCount { song_id: "1".into(), download_month: "2018-04".into(), downloads: 7 };
/// let plan = songs.create(&april).explain()?;
/// assert_eq!(plan.items()[0].bytes, 55);
/// assert_eq!(plan.units().exactly(), Some(2.0));
/// assert_eq!(
///     plan.to_string(),
///     "\
/// PutItem, write units: 2
///   1 on `Songs`
///   1 on the index `DownloadsByMonth`
///   1 to 400 if the condition does not hold
///   writes `MonthlyCount`, 55 bytes
///   - a condition that does not hold is charged for, too",
/// );
///
/// let response = songs.create(&april).response().await?;
/// assert!(plan.units().contain(response.consumed.units));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, PartialEq)]
pub struct Plan {
    request: Request,
    cost: Cost,
}

/// What is charged on one table, or on one of its indexes.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Charge {
    /// The table's name.
    pub table: String,
    /// The index; `None` for the table itself.
    pub index: Option<&'static str>,
    /// The units.
    pub units: Units,
}

/// An item that is written whole.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PlannedItem {
    /// The entity; of the item that guards a unique value, the one that has the value.
    pub entity: &'static str,
    /// Its bytes, as the service counts them: see [`item_size`](crate::Item::item_size).
    pub bytes: usize,
}

/// What a plan says beside the request.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Cost {
    writes: bool,
    requests: usize,
    charges: Vec<Charge>,
    refused: Option<Units>,
    items: Vec<PlannedItem>,
    expenses: Vec<Expense>,
}

impl Cost {
    fn new(writes: bool) -> Self {
        let (charges, items, expenses) = (Vec::new(), Vec::new(), Vec::new());
        Self { writes, requests: 1, charges, refused: None, items, expenses }
    }

    /// Notes that a vector index is read or written: no rule says for how many units.
    fn charge_vector_index(&mut self, table: &str, index: &'static str) {
        self.charge(table, Some(index), Units { at_least: 0.0, at_most: None });
        self.because(Expense::VectorCharges { index });
    }

    fn charge(&mut self, table: &str, index: Option<&'static str>, units: Units) {
        let same = |charge: &&mut Charge| charge.table == table && charge.index == index;
        match self.charges.iter_mut().find(same) {
            Some(charge) => charge.units = charge.units + units,
            None => self.charges.push(Charge { table: table.to_owned(), index, units }),
        }
    }

    fn because(&mut self, expense: Expense) {
        if !self.expenses.contains(&expense) {
            self.expenses.push(expense);
        }
    }
}

impl Plan {
    pub(super) fn new(request: Request, cost: Cost) -> Self {
        Self { request, cost }
    }

    /// The request that would be sent, or the first one of several.
    #[must_use]
    pub fn request(&self) -> &Request {
        &self.request
    }

    /// How many requests it takes at least, the SDK's retries not counted.
    #[must_use]
    pub fn requests(&self) -> usize {
        self.cost.requests
    }

    /// The units of tables and indexes together, if it is done: write units of a write, read units of a
    /// read.
    #[must_use]
    pub fn units(&self) -> Units {
        self.cost.charges.iter().fold(Units::NONE, |sum, charge| sum + charge.units)
    }

    /// The units of each table and of each index that may be charged.
    ///
    /// In a transaction the table's units are twice those of the write alone, and the index's are not.
    #[must_use]
    pub fn charges(&self) -> &[Charge] {
        &self.cost.charges
    }

    /// The units of a write whose condition does not hold; `None` if it has none.
    #[must_use]
    pub fn refused(&self) -> Option<Units> {
        self.cost.refused
    }

    /// The items that are written whole, with their exact sizes. What an update makes of an item is not
    /// known, and not among them.
    #[must_use]
    pub fn items(&self) -> &[PlannedItem] {
        &self.cost.items
    }

    /// What makes it cost more than it has to.
    #[must_use]
    pub fn expenses(&self) -> &[Expense] {
        &self.cost.expenses
    }

    /// Whether it is a write, whose units are write units.
    #[must_use]
    pub fn is_write(&self) -> bool {
        self.cost.writes
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = if self.is_write() { "write" } else { "read" };
        write!(f, "{}, {kind} units: {}", self.request.operation(), self.units())?;
        match self.requests() {
            0 => f.write_str(", nothing is sent")?,
            1 => {}
            requests => write!(f, " in {requests} requests or more")?,
        }
        for charge in self.charges() {
            match charge.index {
                None => write!(f, "\n  {} on `{}`", charge.units, charge.table)?,
                Some(index) => write!(f, "\n  {} on the index `{index}`", charge.units)?,
            }
        }
        if let Some(units) = self.refused() {
            write!(f, "\n  {units} if the condition does not hold")?;
        }
        for item in self.items() {
            write!(f, "\n  writes `{}`, {} bytes", item.entity, item.bytes)?;
        }
        self.expenses().iter().try_for_each(|expense| write!(f, "\n  - {expense}"))
    }
}

/// Without the request's values.
impl fmt::Debug for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Plan")
            .field("request", &self.request)
            .field("cost", &self.cost)
            .finish_non_exhaustive()
    }
}
