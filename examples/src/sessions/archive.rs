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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::future::poll_fn;
    use std::pin::pin;
    use std::task::Poll;

    use entity_local::{Fault, LocalDynamo, Request};

    use super::*;
    use crate::generate;
    use crate::model::ArchiveItem;
    use crate::settings;

    struct On {
        local: LocalDynamo,
        engine: Engine,
        live: TableHandle<Live>,
        cold: TableHandle<Archive>,
        expired: BTreeMap<uuid::Uuid, ArchivedSession>,
    }

    /// Sessions that have expired and were swept.
    async fn swept(count: u32) -> On {
        use entity_core::Table;

        let local = LocalDynamo::in_memory().unwrap();
        let engine = Engine::embedded(local.clone());
        let (live, cold) = (Live::on(&engine.client), Archive::on(&engine.client));
        settings::create_if_missing(&live, &cold).await.unwrap();
        let sessions: Vec<Session> =
            generate::sessions(count, 60, 1, 1_722_960_000).unwrap().collect();
        let expired = sessions.iter().map(|s| (s.session_id, ArchivedSession::from(s))).collect();
        live.load(sessions).run().await.unwrap();
        assert_eq!(local.delete_expired_items().await.unwrap(), count as usize);
        On { local, engine, live, cold, expired }
    }

    /// Whether a session is put, and not the checkpoint.
    fn of_session(request: &Request) -> bool {
        !String::from_utf8_lossy(request.body()).contains("CHECKPOINT#")
    }

    impl On {
        async fn archive(&self, how: How) -> (Archived, Result<()>) {
            let mut archived = Archived::default();
            let done = archive(&self.engine, &self.live, &self.cold, how, &mut archived).await;
            (archived, done)
        }

        async fn archived(&self) -> BTreeMap<uuid::Uuid, ArchivedSession> {
            let all = self.cold.scan().only::<ArchivedSession>().all().await.unwrap();
            all.into_iter().map(|session| (session.session_id, session)).collect()
        }
    }

    #[tokio::test]
    async fn a_write_that_fails_halfway_loses_nothing() {
        let on = swept(60).await;
        let denied = Fault::error(400, "AccessDeniedException");
        // Ten sessions into the third batch of records, the one that has the first removals.
        on.local.faults().on("PutItem").when(of_session).after(10).inject(denied);
        let (first, done) = on.archive(How::default()).await;
        let error = done.unwrap_err().to_string();
        assert!(error.starts_with("PutItem on `IA-TableExample`: AccessDenied"), "{error}");
        assert_eq!((first.sessions, on.archived().await.len()), (10, 10));
        let (second, done) = on.archive(How::default()).await;
        done.unwrap();
        // What was written before the failure was acknowledged.
        assert_eq!((second.sessions, second.again), (50, 0));
        assert_eq!(on.archived().await, on.expired);
    }

    #[tokio::test]
    async fn what_passes_is_tried_again() {
        let on = swept(30).await;
        let puts = on.local.faults().on("PutItem").when(of_session);
        puts.after(5).times(7).inject(Fault::InternalServerError);
        let (archived, done) = on.archive(How::default()).await;
        done.unwrap();
        assert_eq!((archived.sessions, on.local.faults().pending()), (30, 0));
        assert_eq!(on.archived().await, on.expired);
    }

    #[tokio::test]
    async fn a_checkpoint_that_is_not_written_costs_a_batch_and_nothing_else() {
        let on = swept(60).await;
        let of_checkpoint = |request: &Request| !of_session(request);
        let denied = Fault::error(400, "AccessDeniedException");
        // The first is of the shard that was found, the next two of sessions that began.
        on.local.faults().on("PutItem").when(of_checkpoint).after(3).inject(denied);
        let (first, done) = on.archive(How::default()).await;
        assert!(done.is_err());
        let (second, done) = on.archive(How::default()).await;
        done.unwrap();
        assert_eq!(first.sessions + second.sessions, 60);
        assert_eq!(second.again, first.sessions - (first.sessions / 25) * 25);
        assert_eq!(on.archived().await, on.expired);
    }

    #[tokio::test]
    async fn records_that_are_lost_are_said_and_not_passed_by() {
        let on = swept(5).await;
        on.archive(How::default()).await.1.unwrap();
        let trimmed = || Fault::error(400, "TrimmedDataAccessException");
        on.local.faults().on("GetShardIterator").times(2).inject(trimmed());
        let (_, done) = on.archive(How::default()).await;
        let error = done.unwrap_err().to_string();
        assert!(error.contains("records were lost"), "{error}");
        assert!(error.ends_with("`archive --accept-loss`"), "{error}");
        let (archived, done) = on.archive(How { accepts_loss: true, ..How::default() }).await;
        done.unwrap();
        assert_eq!((archived.again, archived.sessions), (5, 0), "from the oldest record on");
    }

    /// The program's future is dropped at any point, as if the process ended there.
    #[tokio::test]
    async fn nothing_is_lost_wherever_it_ends() {
        let (mut random, mut interrupted) = (fastrand::Rng::with_seed(3), 0);
        for round in 0..5 {
            let on = swept(80).await;
            let mut runs = 0;
            loop {
                let mut archived = Archived::default();
                let mut left = random.usize(1..=40 + runs * 4);
                let whole = {
                    let how = How::default();
                    let mut work =
                        pin!(archive(&on.engine, &on.live, &on.cold, how, &mut archived));
                    poll_fn(|cx| {
                        left -= 1;
                        match work.as_mut().poll(cx) {
                            Poll::Ready(done) => Poll::Ready(Some(done)),
                            Poll::Pending if left == 0 => Poll::Ready(None),
                            Poll::Pending => Poll::Pending,
                        }
                    })
                    .await
                };
                runs += 1;
                assert!(archived.again <= BATCH.into(), "{archived:?}");
                if let Some(done) = whole {
                    done.unwrap();
                    break;
                }
            }
            interrupted += runs - 1;
            assert_eq!(on.archived().await, on.expired, "{round}");
            let all = on.cold.scan().all().await.unwrap();
            let others = all.iter().filter(|item| !matches!(item, ArchiveItem::Session(_)));
            assert_eq!(others.count(), 1, "the checkpoint");
        }
        assert!(interrupted > 10, "{interrupted}");
    }
}
