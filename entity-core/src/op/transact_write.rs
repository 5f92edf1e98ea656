//! `transact_write`: several writes, done together or not at all.

use std::collections::HashSet;
use std::fmt;

use super::backoff::Backoff;
use super::plan::Cost;
use super::returned::Returned;
use super::writing::{Writing, Writings};
use super::{Capacity, sendable};
use crate::error::{
    CancelReason, Error, ErrorKind, LimitError, OPERATIONS, Refusal, TRANSACTION_BYTES,
    TransactionCancelled, TransactionError, TransactionReason, WriteError,
};
use crate::handle::{TableHandle, Target};
use crate::page::{ConsumedCapacity, Response, answer};
use crate::request::Request;
use crate::schema::Table;
use crate::transport::{self, TransactWriteItems};
use crate::wire;

/// Writes that are done together or not at all; made by [`TableHandle::transact_write`].
#[must_use = "nothing is sent until it is awaited"]
pub struct TransactWrite {
    target: Target,
    collected: Collected,
    token: Option<String>,
    retries: u32,
}

/// The writes of a transaction, operation by operation.
#[derive(Default)]
pub struct Collected {
    writings: Vec<Writing>,
    /// The operation that each write is a part of.
    operations: Vec<usize>,
    count: usize,
    error: Option<WriteError>,
}

impl Collected {
    /// Adds an operation, with what goes with it.
    pub(super) fn operation(&mut self, writings: Writings) {
        match writings {
            Ok(writings) => {
                self.operations.extend(writings.iter().map(|_| self.count));
                self.writings.extend(writings);
            }
            Err(error) => drop(self.error.get_or_insert(error)),
        }
        self.count += 1;
    }
}

/// What a transaction takes: the builders of `put`, `create`, `replace`, `update`, `upsert`,
/// `delete`, `check` and `move_item`, those that return nothing of the item; tuples, arrays and
/// vectors of them.
///
/// Writes of different kinds go into one vector as [`Write`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a write that a transaction takes",
    label = "expected `put`, `create`, `update`, `delete`, `check` or a tuple of them",
    note = "a transaction returns nothing of the items: remove `return_new` and `return_old`"
)]
pub trait Writes: Sized {
    #[doc(hidden)]
    fn collect(self, collected: &mut Collected);

    /// The write without its type, for a vector of different ones.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// use entity_core::op::Writes;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let songs = songs().await?;
    /// let mut writes = vec![songs.create(&song("4")).into_write()];
    /// writes.push(songs.delete(Song::key("1")).into_write());
    /// songs.transact_write(writes).await?;
    /// assert_eq!(songs.get(Song::key("1")).await?, None);
    /// # Ok(())
    /// # }
    /// ```
    fn into_write(self) -> Write {
        let mut collected = Collected::default();
        self.collect(&mut collected);
        Write(collected)
    }
}

/// A write without its type; made by [`Writes::into_write`].
#[must_use = "give it to `transact_write`"]
pub struct Write(Collected);

impl Writes for Write {
    fn collect(self, collected: &mut Collected) {
        let Self(more) = self;
        let operations = more.operations.iter().map(|operation| operation + collected.count);
        collected.operations.extend(operations);
        collected.writings.extend(more.writings);
        collected.count += more.count;
        collected.error = collected.error.take().or(more.error);
    }
}

impl<W: Writes> Writes for Vec<W> {
    fn collect(self, collected: &mut Collected) {
        self.into_iter().for_each(|write| write.collect(collected));
    }
}

impl<W: Writes, const COUNT: usize> Writes for [W; COUNT] {
    fn collect(self, collected: &mut Collected) {
        self.into_iter().for_each(|write| write.collect(collected));
    }
}

impl<W: Writes> Writes for Option<W> {
    fn collect(self, collected: &mut Collected) {
        self.into_iter().for_each(|write| write.collect(collected));
    }
}

macro_rules! tuples {
    ($($first:ident $($rest:ident)*;)*) => {$(
        impl<$first: Writes, $($rest: Writes),*> Writes for ($first, $($rest,)*) {
            #[allow(non_snake_case, reason = "the variables have their types' names")]
            fn collect(self, collected: &mut Collected) {
                let ($first, $($rest,)*) = self;
                $first.collect(collected);
                $($rest.collect(collected);)*
            }
        }
    )*};
}

tuples! {
    A; A B; A B C; A B C D; A B C D E; A B C D E F; A B C D E F G; A B C D E F G H;
    A B C D E F G H I; A B C D E F G H I J; A B C D E F G H I J K; A B C D E F G H I J K L;
}

impl<T: Table> TableHandle<T> {
    /// Does several writes together, or none of them: of several entities, and of several tables if
    /// these are bound to the same client.
    ///
    /// The service charges twice what the writes cost alone. A request that is sent again, by the SDK
    /// or with the same [`token`](TransactWrite::token), is done once.
    ///
    /// # Errors
    ///
    /// Before anything is sent: if a key or a value cannot be written, with more than 100 operations,
    /// two on one item, more than 4 MB, or a table of another client. Afterwards
    /// [`TransactionCancelled`], with a reason for each operation; if the request fails.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let songs = songs().await?;
    /// songs
    ///     .transact_write((
    ///         songs.create(&song("4")),
    ///         songs.update(Song::key("1")).set(|s| s.title.set("One")),
    ///         songs.delete(Song::key("2")),
    ///         songs.check(Song::key("3")).when(|s| s.artist.eq("Metallica")),
    ///     ))
    ///     .token("order-4711")
    ///     .await?;
    /// assert_eq!(songs.get(Song::key("1")).await?.unwrap().title, "One");
    /// # Ok(())
    /// # }
    /// ```
    pub fn transact_write(&self, writes: impl Writes) -> TransactWrite {
        let mut collected = Collected::default();
        writes.collect(&mut collected);
        TransactWrite { target: self.target(), collected, token: None, retries: 0 }
    }
}

impl TransactWrite {
    /// The most writes of one transaction: 100. `create` with unique fields, and `move_item`, are
    /// several.
    ///
    /// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html>
    pub const MAX_WRITES: usize = OPERATIONS;

    /// Names the transaction, so that it is done once however often it is sent in ten minutes; 36
    /// characters at most.
    ///
    /// Without a name it gets a random one, for the SDK's retries of this call.
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.token = Some(token.into());
        self
    }

    /// Tries again, at most so many times, if other requests were writing the same items; with a
    /// random pause before each, of 50 ms at most at first, and twice as long each time.
    pub fn retry_conflicts(mut self, times: u32) -> Self {
        self.retries = times;
        self
    }

    fn build(&self, capacity: Capacity) -> Result<Request, Error> {
        self.check()?;
        request(&self.collected.writings, self.token.as_deref(), capacity)
    }

    fn cost(&self) -> Result<Cost, Error> {
        Ok(Cost::of_transaction(&self.collected.writings))
    }

    fn check(&self) -> Result<(), Error> {
        let Collected { writings, operations, error, .. } = &self.collected;
        if let Some(error) = error {
            return Err(error.clone().into());
        }
        check(&self.target, writings, operations)
    }

    async fn run(mut self, capacity: Capacity) -> Result<Response<()>, Error> {
        self.check()?;
        let token = self.token.take().unwrap_or_else(random_token);
        let mut backoff = Backoff::new();
        for _ in 0..self.retries {
            match self.send(&token, capacity).await {
                Err(error) if error.is_conflict() => backoff.pause().await,
                sent => return sent,
            }
        }
        self.send(&token, capacity).await
    }

    async fn send(&self, token: &str, capacity: Capacity) -> Result<Response<()>, Error> {
        let Collected { writings, operations, count, .. } = &self.collected;
        if writings.is_empty() {
            return Ok(Response::none());
        }
        let sent = send(&self.target, writings, token, capacity).await;
        sent.map_err(|error| cancelled(error, writings, operations, *count))
    }
}

sendable!(TransactWrite, (), Error);

/// 32 hexadecimal digits.
fn random_token() -> String {
    format!("{:032x}", fastrand::u128(..))
}

/// What the service would refuse: too many, too large, two on one item; and what cannot be sent
/// together.
fn check(target: &Target, writings: &[Writing], operations: &[usize]) -> Result<(), Error> {
    let count = writings.len();
    if count > OPERATIONS {
        return Err(LimitError::Operations { count }.into());
    }
    if writings.iter().map(Writing::bytes_at_most).sum::<usize>() > TRANSACTION_BYTES {
        let bytes = writings.iter().map(Writing::bytes).sum();
        if bytes > TRANSACTION_BYTES {
            return Err(LimitError::TransactionSize { bytes }.into());
        }
    }
    let mut items = HashSet::new();
    for (writing, operation) in writings.iter().zip(operations) {
        let refuse = |reason| Err(TransactionError::new(*operation, writing.entity, reason).into());
        if !target.same_client(&writing.target) {
            return refuse(TransactionReason::OtherClient);
        }
        if !items.insert(writing.item()) {
            return refuse(TransactionReason::SameItem);
        }
    }
    Ok(())
}

/// The request of several writes.
pub(super) fn request(
    writings: &[Writing],
    token: Option<&str>,
    capacity: Capacity,
) -> Result<Request, Error> {
    let mut items = Vec::with_capacity(1024);
    for writing in writings {
        items.push(if items.is_empty() { b'[' } else { b',' });
        items.extend_from_slice(format!("{{\"{}\":", writing.kind.name()).as_bytes());
        items.extend_from_slice(writing.request()?.end().body());
        items.push(b'}');
    }
    items.extend_from_slice(if items.is_empty() { b"[]" } else { b"]" });
    let mut request = Request::of_tables("TransactWriteItems");
    request.raw("TransactItems", items);
    if let Some(token) = token {
        request.text("ClientRequestToken", token);
    }
    capacity.write(&mut request);
    Ok(request.end())
}

async fn send(
    target: &Target,
    writings: &[Writing],
    token: &str,
    capacity: Capacity,
) -> Result<Response<()>, Error> {
    let request = request(writings, Some(token), capacity)?;
    let target = target.on_tables(writings.iter().map(|writing| &*writing.target.table));
    let sent = transport::call::<TransactWriteItems, _>(&target, request, read_capacities).await;
    Ok(Response::of((), sent?))
}

/// The capacity of all tables together.
pub(super) fn read_capacities(body: &[u8]) -> Result<ConsumedCapacity, wire::Error> {
    let mut consumed = ConsumedCapacity::default();
    answer(body, |reader, name| {
        match name {
            "ConsumedCapacity" => consumed = ConsumedCapacity::read_all(reader)?,
            _ => drop(reader.skip()?),
        }
        Ok(())
    })?;
    Ok(consumed)
}

/// The reasons of a cancelled transaction, one for each operation.
fn cancelled(error: Error, writings: &[Writing], operations: &[usize], count: usize) -> Error {
    if error.code() != Some("TransactionCanceledException") {
        return error;
    }
    let mut error = match error.into_kind() {
        ErrorKind::Service(error) => error,
        other => return Error::of(other),
    };
    let slots = match error.take_refusal() {
        Refusal::Cancelled(slots) if slots.len() == writings.len() => slots,
        _ => return error.into(),
    };
    let mut reasons: Vec<CancelReason> = (0..count).map(|_| CancelReason::NotTheCause).collect();
    for ((slot, writing), operation) in slots.into_iter().zip(writings).zip(operations) {
        let failed = |stored| Some(writing.condition_failed(stored));
        // Of an operation that is several writes, the first reason.
        if let Some(place @ CancelReason::NotTheCause) = reasons.get_mut(*operation) {
            *place = CancelReason::of(slot, failed);
        }
    }
    TransactionCancelled::new(reasons).into()
}

/// The request of one write, or of a transaction, if others go with it.
pub(super) fn alone_or_together<R: Returned>(
    writings: &Writings,
    capacity: Capacity,
) -> Result<Request, Error> {
    match writings.as_ref().map_err(Clone::clone)?.as_slice() {
        [alone] => alone.alone::<R>(capacity),
        together => request(together, None, capacity),
    }
}

/// Sends one write, or a transaction, if others go with it.
pub(super) async fn send_together<R: Returned>(
    writings: Vec<Writing>,
    capacity: Capacity,
) -> Result<Response<R::Value>, Error> {
    let Some(main) = writings.first() else { unreachable!("a builder is of one write") };
    let retries = main.expected.retries;
    let token = if writings.len() > 1 { random_token() } else { String::new() };
    let mut backoff = Backoff::new();
    for _ in 0..retries {
        match send_once::<R>(writings.clone(), &token, capacity).await {
            Err(error) if error.is_conflict() => backoff.pause().await,
            sent => return sent,
        }
    }
    send_once::<R>(writings, &token, capacity).await
}

async fn send_once<R: Returned>(
    mut writings: Vec<Writing>,
    token: &str,
    capacity: Capacity,
) -> Result<Response<R::Value>, Error> {
    if writings.len() == 1
        && let Some(main) = writings.pop()
    {
        return main.send::<R>(capacity).await;
    }
    let operations = vec![0; writings.len()];
    let Some(target) = writings.first().map(|main| main.target.clone()) else {
        unreachable!("a builder is of one write")
    };
    check(&target, &writings, &operations)?;
    let sent = send(&target, &writings, token, capacity).await;
    let response = sent.map_err(|error| alone(cancelled(error, &writings, &operations, 1)))?;
    let value = R::read(None, &target.table)?;
    let Response { consumed, .. } = response;
    Ok(Response::of(value, consumed))
}

/// A transaction of one operation that was cancelled by its condition is that condition's error.
fn alone(error: Error) -> Error {
    match error.into_kind() {
        ErrorKind::TransactionCancelled(cancelled) => {
            let mut reasons = cancelled.into_reasons();
            match reasons.pop() {
                Some(CancelReason::ConditionFailed(failed)) => failed.into(),
                reason => TransactionCancelled::new(reason.into_iter().collect()).into(),
            }
        }
        other => Error::of(other),
    }
}

impl fmt::Debug for TransactWrite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransactWrite")
            .field("operations", &self.collected.count)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Collected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Collected").field("operations", &self.count).finish_non_exhaustive()
    }
}

impl fmt::Debug for Write {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Write").field(&self.0).finish()
    }
}
