//! `record`: a download, the song's total and the month's count, together and once.

use entity_core::error::CancelReason;
use entity_core::{Error, ErrorKind, TableHandle};
use examples::{Output, Result};

use crate::model::{Download, MonthlyCount, Song, Songs};
use crate::month::{Moment, Month};

/// How often a transaction is tried again while others write the same song.
const RETRIES: u32 = 12;

/// A download that is recorded, as it is stored.
pub(crate) enum Recorded {
    /// It was not, before.
    Now(Download),
    /// It was; nothing has changed.
    Before(Download),
}

/// Records a download: creates it, and counts it for the song and for the month.
///
/// That the download must not be there makes it idempotent, whenever it is asked for again. (The
/// token of a transaction would do so for ten minutes.)
pub(crate) async fn record(
    out: &mut Output,
    songs: &TableHandle<Songs>,
    id: &str,
    download_id: u64,
    at: Moment,
) -> Result<Recorded> {
    let Moment { text: download_timestamp, month: Month(download_month) } = at;
    let song_id = id.to_owned();
    let none = MonthlyCount { song_id, download_month, total_downloads_in_month: 0 };
    let download = Download { song_id: id.to_owned(), download_id, download_timestamp };
    let recording = songs.transact_write((
        songs.create(&download).return_stored_on_failure(),
        songs.update(Song::key(id)).set(|song| song.total_downloads.add(1)),
        songs.upsert(&none).set(|month| month.total_downloads_in_month.add(1)),
    ));
    match recording.retry_conflicts(RETRIES).response().await {
        Ok(response) => {
            out.spend(response);
            Ok(Recorded::Now(download))
        }
        Err(error) => lost(error, download),
    }
}

/// Which condition did not hold, by the place of its operation.
fn lost(error: Error, download: Download) -> Result<Recorded> {
    let ErrorKind::TransactionCancelled(cancelled) = error.kind() else { return Err(error.into()) };
    match cancelled.reasons() {
        [CancelReason::ConditionFailed(there), ..] => {
            Ok(Recorded::Before(there.stored()?.unwrap_or(download)))
        }
        [_, CancelReason::ConditionFailed(_), ..] => {
            Err(examples::Error::new(format!("no song {:?}", download.song_id)))
        }
        _ => Err(error.into()),
    }
}
