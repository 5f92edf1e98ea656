//! `ensure_table`: the table is there, and has what its declaration and its settings ask for.

use std::fmt;

use super::difference::Difference;
use super::live::{Live, Scope, describe};
use super::step::Step;
use super::wait::Wait;
use super::wanted::Wanted;
use super::{awaited, waits, with_settings};
use crate::error::{Error, TableError, TableReason};
use crate::handle::{TableHandle, Target};
use crate::op::backoff::Backoff;
use crate::schema::Table;

/// Creates what is not there of the table; made by [`TableHandle::ensure_table`].
#[must_use = "nothing is sent until it is awaited"]
pub struct EnsureTable {
    target: Target,
    wanted: Wanted,
    wait: Wait,
}

/// What was done to a table, in that order; empty if there was nothing to do.
///
/// `Display` has a line for each.
#[derive(Debug, Clone, PartialEq)]
pub struct Steps {
    table: String,
    steps: Vec<Step>,
}

impl<T: Table> TableHandle<T> {
    /// Creates the table if it is not there, or else what it lacks of its declaration and of the
    /// [settings](EnsureTable::with) given; returns what was done.
    ///
    /// It adds global indexes, one at a time as the service demands, and waits for each until all items
    /// that have its keys are in it. It turns TTL, a stream, point-in-time recovery and deletion
    /// protection on, sets class and tags, and raises the warm throughput. It never drops an index, and
    /// turns nothing off; it does not change how the table is billed. Indexes that are not declared are
    /// left alone. Items that lack the keys of an added index are not in it:
    /// [`verify_table`](Self::verify_table) finds them, and [`reindex`](Self::reindex) brings them in.
    ///
    /// # Errors
    ///
    /// [`TableError`] with all that is different and that it cannot change, before anything is changed:
    /// another key, another key or projection of an index, a local index that is missing, a stream with
    /// another view, another billing mode, and a setting that would turn something off
    /// ([`update_table`](Self::update_table) does that). Or if a request fails, or the table is not
    /// `ACTIVE` in time; then it can be run again.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// use aws_sdk_dynamodb::types::StreamViewType;
    /// use entity_core::op::TableSettings;
    /// use entity_local::LocalDynamo;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let songs = Songs::on(&LocalDynamo::in_memory()?.client());
    /// assert_eq!(songs.ensure_table().await?.to_string(), "Songs: created the table\n");
    /// assert!(songs.ensure_table().await?.is_empty());
    ///
    /// let settings = TableSettings::new().stream(StreamViewType::KeysOnly);
    /// let steps = songs.ensure_table().with(&settings).await?;
    /// assert_eq!(steps.to_string(), "Songs: turned on the stream of KEYS_ONLY\n");
    ///
    /// let settings = TableSettings::new().stream(StreamViewType::NewImage);
    /// let error = songs.ensure_table().with(&settings).await.unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "table `Songs`: is another one, and was not changed: \
    ///      stream: expected NEW_IMAGE, found KEYS_ONLY",
    /// );
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// [`TableError`]: crate::error::TableError
    pub fn ensure_table(&self) -> EnsureTable {
        EnsureTable { target: self.target(), wanted: Wanted::of::<T>(), wait: Wait::new() }
    }
}

impl EnsureTable {
    async fn run(mut self) -> Result<Steps, Error> {
        let Self { target, wanted, wait } = &mut self;
        let missing = match describe(target).await {
            Ok(_) => false,
            Err(error) if error.is_table_not_found() => true,
            Err(error) => return Err(error),
        };
        let mut steps = Steps::new(target, Vec::new());
        if missing {
            match Step::CreateTable.make(target, wanted, wait).await {
                Ok(()) => steps.steps.push(Step::CreateTable),
                // Another program was quicker, and may want less of it.
                Err(error) if error.is_table_in_use() => {}
                Err(error) => return Err(error),
            }
        }
        let adds = |difference: &Difference| !difference.narrows;
        let added = change(target, wanted, wait, Scope::All, adds).await?;
        steps.steps.extend(added.steps);
        Ok(steps)
    }
}

/// Makes the steps that end the differences, if there is one for each that is not a note, and they are
/// all `admitted`.
pub(super) async fn change(
    target: &Target,
    wanted: &Wanted,
    wait: &mut Wait,
    scope: Scope,
    admitted: impl Fn(&Difference) -> bool,
) -> Result<Steps, Error> {
    // While it is changed by others, nothing else can be.
    let table = wait.active(target).await?;
    let live = Live::read(target, table, wanted, scope).await?;
    let differences = live.differences(&target.table, wanted, scope)?;
    let doable = |it: &Difference| it.step.is_some() && admitted(it);
    let (doable, others): (Vec<_>, Vec<_>) = differences.into_iter().partition(doable);
    let refused: Vec<_> = others.into_iter().filter(|it| !it.is_note()).collect();
    if !refused.is_empty() {
        return Err(TableError::new(&target.table, TableReason::Differs(refused)).into());
    }
    let mut made = Steps::new(target, Vec::new());
    for step in doable.into_iter().filter_map(|difference| difference.step) {
        if !made.steps.contains(&step) && make(&step, target, wanted, wait).await? {
            made.steps.push(step);
        }
    }
    Ok(made)
}

/// How often a step is tried, at most, while other programs change the table too.
const ATTEMPTS: usize = 10;

/// Makes a step; `false` if another program was quicker.
///
/// The service refuses a step that was made already, and any while another change is under way. Which of
/// these it was, what is left to do tells: a step that is still left is tried again as long as others
/// change the table, and once more if nobody seems to.
pub(super) async fn make(
    step: &Step,
    target: &Target,
    wanted: &Wanted,
    wait: &mut Wait,
) -> Result<bool, Error> {
    let (mut attempt, mut before, mut backoff) = (0, None, Backoff::new());
    loop {
        attempt += 1;
        let Err(error) = step.make(target, wanted, wait).await else { return Ok(true) };
        let refused = error.code() == Some("ValidationException");
        let busy =
            matches!(error.code(), Some("ResourceInUseException" | "LimitExceededException"));
        if !(refused || busy) {
            return Err(error);
        }
        let table = wait.active(target).await?;
        let live = Live::read(target, table, wanted, Scope::All).await?;
        let left = live.differences(&target.table, wanted, Scope::All)?;
        if !left.iter().any(|difference| difference.step.as_ref() == Some(step)) {
            return Ok(false);
        }
        let changing = busy || before.as_ref() != Some(&left);
        if attempt >= ATTEMPTS || !changing {
            return Err(error);
        }
        before = Some(left);
        backoff.pause().await;
    }
}

with_settings!(EnsureTable);
waits!(EnsureTable);
awaited!(EnsureTable, Steps);

impl Steps {
    fn new(target: &Target, steps: Vec<Step>) -> Self {
        Self { table: target.table.to_string(), steps }
    }

    /// The steps, in the order in which they were made.
    #[must_use]
    pub fn as_slice(&self) -> &[Step] {
        &self.steps
    }

    /// Whether there was nothing to do.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }
}

/// A line for each step: `Songs: created the index `ByArtist``.
impl fmt::Display for Steps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.steps.iter().try_for_each(|step| writeln!(f, "{}: {step}", self.table))
    }
}
