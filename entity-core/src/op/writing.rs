//! `Writing`: one write of one item, to be sent alone or in a transaction.

use std::fmt;

use super::Capacity;
use super::change::Change;
use super::expected::Expected;
use super::returned::Returned;
use crate::error::{ConditionFailed, Error, ErrorKind, ItemError, Refusal, WriteError};
use crate::handle::Target;
use crate::item::{item_size, key_texts};
use crate::page::{ConsumedCapacity, Response, answer};
use crate::request::Request;
use crate::schema::EntitySchema;
use crate::transport::{self, DeleteItem, Operation, PutItem, UpdateItem};
use crate::wire;
use crate::wire::read::Reader;

/// One write of one item, without its types.
#[derive(Clone)]
pub(crate) struct Writing {
    pub(crate) target: Target,
    /// The verb, as errors say it: `create`.
    pub(crate) operation: &'static str,
    pub(crate) entity: &'static str,
    /// What the item is; none if it guards a value.
    pub(crate) schema: Option<&'static EntitySchema>,
    pub(crate) expected: Expected,
    pub(crate) kind: Kind,
}

/// What is done to the item.
#[derive(Clone)]
pub(crate) enum Kind {
    /// The whole item.
    Put { item: Vec<u8> },
    /// Some of the attributes of the item with that key.
    Update { key: Vec<u8>, change: Change },
    /// It is removed.
    Delete { key: Vec<u8> },
    /// Nothing but the condition, which only a transaction has.
    Check { key: Vec<u8> },
}

/// What a builder holds: one write, or one and what goes with it.
pub(crate) type Writings = Result<Vec<Writing>, WriteError>;

impl Kind {
    /// DynamoDB's name of it in a transaction.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Put { .. } => "Put",
            Self::Update { .. } => "Update",
            Self::Delete { .. } => "Delete",
            Self::Check { .. } => "ConditionCheck",
        }
    }

    fn operation(&self) -> &'static str {
        match self {
            Self::Put { .. } => PutItem::NAME,
            Self::Update { .. } => UpdateItem::NAME,
            Self::Delete { .. } | Self::Check { .. } => DeleteItem::NAME,
        }
    }
}

impl Writing {
    /// The request of the write, alone or as a part of a transaction; not ended.
    pub(crate) fn request(&self) -> Result<Request, Error> {
        let mut request = Request::new(self.kind.operation(), &self.target.table);
        match &self.kind {
            Kind::Put { item } => drop(request.raw("Item", item)),
            Kind::Delete { key } | Kind::Check { key } => drop(request.raw("Key", key)),
            Kind::Update { key, change } => {
                request.raw("Key", key);
                change.write(self.entity, &mut request)?;
            }
        }
        self.expected.write(self.entity, &mut request)?;
        Ok(request)
    }

    /// The bytes of the item that is written whole, at most: its text is never shorter.
    pub(crate) fn bytes_at_most(&self) -> usize {
        match &self.kind {
            Kind::Put { item } => item.len(),
            Kind::Update { .. } | Kind::Delete { .. } | Kind::Check { .. } => 0,
        }
    }

    /// The bytes of the item that is written whole.
    pub(crate) fn bytes(&self) -> usize {
        match &self.kind {
            Kind::Put { item } => item_size(item).unwrap_or(0),
            Kind::Update { .. } | Kind::Delete { .. } | Kind::Check { .. } => 0,
        }
    }

    /// Which item it is on, as no other is called: the table and the texts of the key.
    pub(crate) fn item(&self) -> (&str, Vec<String>) {
        let (Kind::Put { item: json }
        | Kind::Update { key: json, .. }
        | Kind::Delete { key: json }
        | Kind::Check { key: json }) = &self.kind;
        (&self.target.table, key_texts(json, self.expected.table))
    }

    /// The request of the write alone, as it is sent.
    pub(super) fn alone<R: Returned>(&self, capacity: Capacity) -> Result<Request, Error> {
        let mut request = self.request()?;
        if let Some(values) = R::VALUES {
            request.text("ReturnValues", values);
        }
        capacity.write(&mut request);
        Ok(request.end())
    }

    pub(super) async fn send<R: Returned>(
        self,
        capacity: Capacity,
    ) -> Result<Response<R::Value>, Error> {
        let request = self.alone::<R>(capacity)?;
        let table = self.target.table.to_string();
        let read = move |body: &[u8]| read::<R>(body, &table);
        let sent = match &self.kind {
            Kind::Put { .. } => transport::call::<PutItem, _>(&self.target, request, read).await,
            Kind::Update { .. } => {
                transport::call::<UpdateItem, _>(&self.target, request, read).await
            }
            Kind::Delete { .. } | Kind::Check { .. } => {
                transport::call::<DeleteItem, _>(&self.target, request, read).await
            }
        };
        let (value, consumed) = sent.map_err(|error| self.failure(error))?;
        Ok(Response::of(value?, consumed))
    }

    /// A lost condition, if it is one.
    fn failure(&self, error: Error) -> Error {
        if error.code() != Some("ConditionalCheckFailedException") {
            return error;
        }
        let stored = match error.into_kind() {
            ErrorKind::Service(mut error) => match error.take_refusal() {
                Refusal::Stored(item) => Some(item),
                _ => None,
            },
            _ => None,
        };
        self.condition_failed(stored).into()
    }

    /// The error of the condition that did not hold.
    pub(crate) fn condition_failed(&self, stored: Option<Vec<u8>>) -> ConditionFailed {
        let reason = self.expected.reason(stored.as_deref());
        let stored = stored.filter(|_| self.expected.return_stored);
        let (table, key) = self.item();
        let failed = ConditionFailed::new(self.operation, self.entity, table, reason, stored);
        // What guards a unique value has that in its key, and no schema.
        match self.schema {
            Some(schema) if !schema.sensitive => failed.of(&key),
            _ => failed,
        }
    }
}

type Answered<R> = (Result<<R as Returned>::Value, ItemError>, ConsumedCapacity);

fn read<R: Returned>(body: &[u8], table: &str) -> Result<Answered<R>, wire::Error> {
    let (mut attributes, mut consumed) = (None, ConsumedCapacity::default());
    answer(body, |reader: &mut Reader<'_>, name| {
        match name {
            "Attributes" => attributes = Some(reader.skip()?.to_owned()),
            "ConsumedCapacity" => consumed = ConsumedCapacity::read(reader)?,
            _ => drop(reader.skip()?),
        }
        Ok(())
    })?;
    Ok((R::read(attributes.as_deref(), table), consumed))
}

/// What builders of one write have in common, whose `writings` hold it: what a failure tells, retries of
/// conflicts, and sending, alone or with what goes with it.
macro_rules! written {
    ($builder:ident, $returned:ty) => {
        $crate::op::writing::written!($builder<>, $returned);
    };
    ($builder:ident<$($param:ident: $bound:path),*>, $returned:ty) => {
        impl<$($param: $bound),*> $builder<$($param),*> {
            /// Lets a failed condition carry the stored item:
            /// [`ConditionFailed::stored`](crate::error::ConditionFailed::stored).
            pub fn return_stored_on_failure(self) -> Self {
                self.expecting(|expected| expected.return_stored = true)
            }

            /// Tries again, at most so many times, while other requests write the item in transactions;
            /// with pauses as those of
            /// [`TransactWrite::retry_conflicts`](crate::op::TransactWrite::retry_conflicts), which goes
            /// for the writes that a transaction is made of.
            ///
            /// The SDK does not: to it the conflict is an error like others.
            ///
            /// # Example
            ///
            /// ```
            /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
            /// # #[tokio::main(flavor = "current_thread")]
            /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
            /// use entity_local::{Fault, LocalDynamo};
            ///
            /// let local = LocalDynamo::in_memory()?;
            /// let songs = Songs::on(&local.client());
            /// songs.create_table().await?;
            /// local.faults().on("PutItem").times(2).inject(Fault::TransactionConflict);
            /// songs.put(&song("1")).retry_conflicts(5).await?;
            /// # Ok(())
            /// # }
            /// ```
            pub fn retry_conflicts(self, times: u32) -> Self {
                self.expecting(|expected| expected.retries = times)
            }

            /// Changes what must hold of the item that the builder is of; what goes with it comes after.
            fn expecting(mut self, change: impl FnOnce(&mut $crate::op::expected::Expected)) -> Self {
                if let Ok([main, ..]) = self.writings.as_deref_mut() {
                    change(&mut main.expected);
                }
                self
            }

            fn build(
                &self,
                capacity: $crate::op::Capacity,
            ) -> Result<$crate::Request, $crate::Error> {
                $crate::op::transact_write::alone_or_together::<$returned>(&self.writings, capacity)
            }

            fn cost(&self) -> Result<$crate::op::plan::Cost, $crate::Error> {
                let writings = self.writings.as_ref().map_err(Clone::clone)?;
                Ok($crate::op::plan::Cost::of_writings(writings))
            }

            async fn run(
                self,
                capacity: $crate::op::Capacity,
            ) -> Result<$crate::Response<<$returned as $crate::op::Returned>::Value>, $crate::Error>
            {
                $crate::op::transact_write::send_together::<$returned>(self.writings?, capacity).await
            }
        }

        $crate::op::sendable!(
            $builder<$($param: $bound),*>,
            <$returned as $crate::op::Returned>::Value,
            $crate::Error
        );
    };
}
pub(super) use written;

/// The table, the entity and the operation, without values.
pub(super) fn debug(f: &mut fmt::Formatter<'_>, name: &str, writings: &Writings) -> fmt::Result {
    let mut debug = f.debug_struct(name);
    if let Ok([main, ..]) = writings.as_deref() {
        debug.field("operation", &main.operation).field("entity", &main.entity);
        debug.field("table", &main.target.table);
    }
    debug.finish_non_exhaustive()
}
