//! `Batch`: one request of a load, and what its answer means.

use std::collections::HashSet;
use std::sync::Arc;

use super::entry::Entry;
use crate::error::{Error, ErrorKind, ThrottledLimit, ThrottlingReason};
use crate::handle::Target;
use crate::item::key_texts;
use crate::op::{BoxFuture, Capacity};
use crate::page::{ConsumedCapacity, answer, members};
use crate::request::Request;
use crate::schema::TableSchema;
use crate::transport::{self, BatchWriteItem};
use crate::wire;
use crate::wire::read::Reader;
use crate::wire::write;

/// The most bytes of one request.
///
/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html>
pub(super) const BYTES: usize = 16 * 1024 * 1024 - 64 * 1024;

/// A request, ready to be sent.
pub(super) struct Batch {
    target: Target,
    schema: &'static TableSchema,
    request: Request,
}

/// The keys that the service did not get to, and what the others cost.
#[derive(Default)]
pub(super) struct Left {
    pub(super) left: HashSet<Vec<String>>,
    pub(super) consumed: ConsumedCapacity,
}

/// Why a request was not done.
pub(super) enum Refused {
    /// The service asks for a slower pace; nothing was written.
    Slower(Arc<Error>),
    /// It asks for it of what is in ranges of keys, and not of the rest: on the table, or on an index.
    Hot(Vec<Option<String>>, Arc<Error>),
    /// There was no answer, or one of the service's own failures: it may have been done.
    Unknown(Arc<Error>),
    /// A write of it is refused, and all the others with it.
    Invalid(Arc<Error>),
    /// All requests would be refused.
    Fatal(Error),
}

pub(super) type Outcome = Result<Left, Refused>;

impl Batch {
    pub(super) fn new<W>(
        target: &Target,
        schema: &'static TableSchema,
        entries: &[Entry<W>],
    ) -> Self {
        let mut items = Vec::with_capacity(entries.iter().map(|entry| entry.bytes() + 1).sum());
        items.push(b'{');
        write::string(&mut items, &target.table);
        items.push(b':');
        for (position, entry) in entries.iter().enumerate() {
            items.push(if position == 0 { b'[' } else { b',' });
            items.extend_from_slice(entry.json());
        }
        items.extend_from_slice(b"]}");
        let mut request = Request::of_tables("BatchWriteItem");
        request.raw("RequestItems", items);
        Capacity::Told.write(&mut request);
        Self { target: target.clone(), schema, request: request.end() }
    }

    pub(super) fn send(self) -> BoxFuture<Outcome> {
        let Self { target, schema, request } = self;
        Box::pin(async move {
            let read = move |body: &[u8]| read(body, schema);
            transport::call::<BatchWriteItem, _>(&target, request, read).await.map_err(refused)
        })
    }
}

fn refused(error: Error) -> Refused {
    let status = match error.kind() {
        ErrorKind::Service(service) => service.status(),
        _ => None,
    };
    match (error.code(), status) {
        _ if error.is_throttled() => match hot(&error) {
            Some(on) => Refused::Hot(on, Arc::new(error)),
            None => Refused::Slower(Arc::new(error)),
        },
        (Some("ValidationException" | "ItemCollectionSizeLimitExceededException"), _) => {
            Refused::Invalid(Arc::new(error))
        }
        (_, Some(400..=499)) => Refused::Fatal(error),
        _ => Refused::Unknown(Arc::new(error)),
    }
}

/// What has the ranges of keys that are hot, if nothing else was exceeded.
fn hot(error: &Error) -> Option<Vec<Option<String>>> {
    let reasons = error.throttling();
    let range = |reason: &ThrottlingReason| reason.limit() == ThrottledLimit::KeyRange;
    let all = !reasons.is_empty() && reasons.iter().all(range);
    all.then(|| reasons.iter().map(|reason| reason.index().map(str::to_owned)).collect())
}

fn read(body: &[u8], schema: &TableSchema) -> Result<Left, wire::Error> {
    let mut read = Left::default();
    answer(body, |reader, name| match name {
        "UnprocessedItems" => members(reader, |reader, _| {
            let mut first = true;
            reader.begin_array()?;
            while reader.next_element(&mut first)? {
                read.left.insert(key(reader, schema)?);
            }
            Ok(())
        }),
        "ConsumedCapacity" => {
            read.consumed = ConsumedCapacity::read_all(reader)?;
            Ok(())
        }
        _ => reader.skip().map(drop),
    })?;
    Ok(read)
}

/// The texts of the key of a write that comes back.
fn key(reader: &mut Reader<'_>, schema: &TableSchema) -> Result<Vec<String>, wire::Error> {
    let mut texts = Vec::new();
    members(reader, |reader, _| {
        members(reader, |reader, _| {
            texts = key_texts(reader.skip()?.as_bytes(), schema);
            Ok(())
        })
    })?;
    Ok(texts)
}
