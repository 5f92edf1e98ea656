//! `archive`: each session that had expired when it was removed goes into the archive, and none is lost.
//!
//! A session is written before the checkpoint that covers its record, and the same again if the program
//! ends in between: then the next run reads its record once more, and writes the same item.

use std::time::{Duration, UNIX_EPOCH};

use entity_core::error::RecordError;
use entity_core::stream::{Change, Consumer, Keys, Record};
use entity_core::{ConsumedCapacity, ErrorKind, TableHandle};
use examples::engine::Engine;
use examples::{Error, Result};

use crate::checkpoints::InArchive;
use crate::model::{Archive, ArchivedSession, Live, Session, Unreadable};

/// How many records there are between two checkpoints: so many are read again, at most.
pub(crate) const BATCH: u16 = 25;

/// How often a batch is tried.
const ATTEMPTS: u32 = 3;

/// A change of a session, of which the item as it was is needed, and not as it is.
type OldSession = Consumer<Session, Keys<Session>>;

/// What a run did.
#[derive(Debug, Default)]
pub(crate) struct Archived {
    /// Sessions that are new in the archive.
    pub(crate) sessions: u64,
    /// Sessions that were there: their records were read again.
    pub(crate) again: u64,
    /// Records that were read, of any kind.
    pub(crate) read: u64,
    /// Records that cannot be read, and were kept as they are.
    pub(crate) unreadable: u64,
    /// What it cost.
    pub(crate) consumed: ConsumedCapacity,
}

/// Reads on from the checkpoint: to the end, or for ever.
///
/// # Errors
///
/// If a request fails, or records were lost; `archived` says what was done before. Another run goes on.
pub(crate) async fn archive(
    engine: &Engine,
    live: &TableHandle<Live>,
    archive: &TableHandle<Archive>,
    how: How,
    archived: &mut Archived,
) -> Result<()> {
    let mut consumer = consumer(engine, live, archive, how);
    let mut accepts_loss = how.accepts_loss;
    loop {
        archived.read = consumer.report().read;
        let batch = match consumer.next().await {
            Ok(Some(batch)) => batch,
            Ok(None) => break,
            Err(error) if accepts_loss && is_lost(&error) => {
                accepts_loss = false;
                consumer.accept_loss();
                continue;
            }
            Err(error) if is_lost(&error) => {
                let how = "read what is left with `archive --accept-loss`";
                return Err(Error::new(format!("{error}; {how}")));
            }
            Err(error) => return Err(error.into()),
        };
        let mut done = 0;
        let written = async {
            for record in batch.records() {
                write(archive, record, archived).await?;
                done += 1;
            }
            Ok::<(), entity_core::Error>(())
        };
        let (written, last) = (written.await, batch.attempt() >= ATTEMPTS);
        batch.acknowledge_first(done).await?;
        match written {
            // What was not acknowledged comes again, after a pause.
            Err(error) if last || !may_pass(&error) => return Err(error.into()),
            _ => {}
        }
    }
    archived.read = consumer.report().read;
    Ok(())
}

/// How the stream is read.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct How {
    /// Waits for more, instead of ending.
    pub(crate) follows: bool,
    /// Goes on where records were lost.
    pub(crate) accepts_loss: bool,
}

fn consumer(
    engine: &Engine,
    live: &TableHandle<Live>,
    archive: &TableHandle<Archive>,
    how: How,
) -> OldSession {
    let consumer: OldSession =
        live.consume(&engine.streams, InArchive::new(archive)).batch(BATCH).read_as();
    // The embedded engine takes any number of reads.
    let consumer = match engine.local {
        Some(_) if !how.follows => consumer.interval(Duration::ZERO),
        _ => consumer,
    };
    if how.follows { consumer } else { consumer.until_caught_up() }
}

fn is_lost(error: &entity_core::Error) -> bool {
    matches!(error.kind(), ErrorKind::Stream(error) if error.is_lost())
}

/// Whether the service may do it when it is asked again.
fn may_pass(error: &entity_core::Error) -> bool {
    match error.kind() {
        ErrorKind::Service(service) => {
            service.is_throttled() || !matches!(service.status(), Some(400..=499))
        }
        _ => false,
    }
}

/// Writes what a record says is to be archived.
async fn write(
    archive: &TableHandle<Archive>,
    record: &Result<Record<Session, Keys<Session>>, RecordError>,
    archived: &mut Archived,
) -> Result<(), entity_core::Error> {
    match record {
        Ok(record) => {
            let Some(session) = expired(record) else { return Ok(()) };
            let put = archive.put(&ArchivedSession::from(session)).return_old();
            let old = put.response().await?;
            archived.consumed += old.consumed;
            match old.value {
                Some(_) => archived.again += 1,
                None => archived.sessions += 1,
            }
        }
        Err(error) => {
            let number = error.sequence_number().or(error.event_id()).unwrap_or("unknown");
            let unreadable = Unreadable {
                sequence_number: number.to_owned(),
                record: error.as_json().to_owned(),
                reason: error.to_string(),
            };
            archived.consumed += archive.put(&unreadable).response().await?.consumed;
            archived.unreadable += 1;
        }
    }
    Ok(())
}

/// The session that was removed, if it had expired: the service removed it for that, or its time was
/// over when somebody else did.
fn expired(record: &Record<Session, Keys<Session>>) -> Option<&Session> {
    let Change::Removed { old, by_ttl } = &record.change else { return None };
    let removed = record.time().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    // A session lasts until the second that it names is over.
    let over = removed.is_some_and(|removed| old.expiration_time < removed.as_secs());
    (*by_ttl || over).then_some(old)
}
