//! `generate`: sessions of any number of users, the same ones for a seed and a time.

use entity_core::{ConsumedCapacity, TableHandle};
use examples::{Error, Result};
use fastrand::Rng;
use indicatif::ProgressBar;
use jiff::Timestamp;
use uuid::Uuid;

use crate::model::{Live, Session, SessionInfo};

/// Sessions that begin at a time and last `ttl` seconds; no two have one id.
///
/// # Errors
///
/// If the time is none.
pub(crate) fn sessions(
    count: u32,
    ttl: u64,
    seed: u64,
    begin: u64,
) -> Result<impl Iterator<Item = Session> + Unpin + Send + 'static> {
    let expiration_time = begin.checked_add(ttl).ok_or_else(|| Error::new("--ttl is too long"))?;
    let day = i64::try_from(begin).ok().and_then(|begin| Timestamp::from_second(begin).ok());
    let day = day.ok_or_else(|| Error::new(format!("--at {begin} is no time")))?;
    let date = day.strftime("%Y-%m-%d").to_string();
    let mut random = Rng::with_seed(seed);
    Ok((0..count).map(move |_| {
        let session_id =
            uuid::Builder::from_random_bytes(random.u128(..).to_be_bytes()).into_uuid();
        let user_name = format!("user{}", random.u32(1..1000));
        let session_info = SessionInfo { session_id, user_name, date: date.clone() };
        Session { session_id, creation_time: begin, expiration_time, session_info }
    }))
}

/// The session of the documentation, which ended in August 2024.
pub(crate) fn example() -> Session {
    let session_id = Uuid::from_u128(0x6f0c6d0e_3f9e_4a36_9b0a_3f6f2f1f9c55);
    let (user_name, date) = ("user42".to_owned(), "2024-08-06".to_owned());
    Session {
        session_id,
        creation_time: 1_722_960_000,
        expiration_time: 1_723_564_800,
        session_info: SessionInfo { session_id, user_name, date },
    }
}

/// Writes the sessions in batches, with a bar on a terminal; says how many they were.
///
/// # Errors
///
/// If one cannot be written; the error says how many were written before it.
pub(crate) async fn load(
    live: &TableHandle<Live>,
    sessions: impl Iterator<Item = Session> + Unpin + Send + 'static,
    count: u32,
    consumed: &mut ConsumedCapacity,
) -> Result<u64> {
    let bar = ProgressBar::new(count.into());
    let shown = bar.clone();
    let mut load =
        live.load(sessions).on_progress(move |progress| shown.set_position(progress.written));
    let ran = load.run().await;
    bar.finish_and_clear();
    *consumed += load.report().consumed().clone();
    ran?;
    Ok(load.report().written())
}
