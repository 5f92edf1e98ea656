//! `sweep`: what the service does by itself, some days after a session has expired.

use entity_core::TableHandle;
use examples::engine::Engine;
use examples::{Error, Output, Result};
use jiff::Timestamp;

use crate::model::{Live, Session};

/// What was swept, and by whom.
#[derive(Debug)]
pub(crate) enum Swept {
    /// By the embedded engine, whose records say so.
    ByTtl(usize),
    /// By this program, one by one: its removals are like those of any other.
    ByHand(usize),
}

/// Deletes the sessions that have expired at a time; now, if none is said.
///
/// The embedded engine does it by its time to live, so that the records say that the service removed
/// them. Elsewhere that is the service's own business, and nothing can have it done: there the program
/// deletes them itself, each if it has still expired.
///
/// # Errors
///
/// If a request fails, or the time is one that only the embedded engine can go to.
pub(crate) async fn sweep(
    engine: &Engine,
    live: &TableHandle<Live>,
    out: &mut Output,
    now: Option<u64>,
) -> Result<Swept> {
    let real = Timestamp::now().as_second().unsigned_abs();
    if let Some(local) = &engine.local {
        let swept = match now {
            Some(now) => local.delete_items_expired_at(now).await,
            None => local.delete_expired_items().await,
        };
        return swept.map(Swept::ByTtl).map_err(|error| Error::new(error.to_string()));
    }
    let now = now.unwrap_or(real);
    if now > real {
        let what = "only the embedded engine sweeps at a time to come";
        return Err(Error::new(format!(
            "--now {now}: {what}, as records elsewhere have the real one"
        )));
    }
    let expired = live.scan().only::<Session>().filter(|s| s.expiration_time.lt(now));
    let expired = out.spend(expired.consistent().all().response().await?);
    let mut swept = 0;
    for session in expired {
        let delete = live.delete(Session::key(session.session_id));
        match delete.when(|s| s.expiration_time.lt(now)).response().await {
            Ok(deleted) => {
                out.spend(deleted);
                swept += 1;
            }
            // It was renewed, or is gone.
            Err(error) if error.is_condition_failed() => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(Swept::ByHand(swept))
}
