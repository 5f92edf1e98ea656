//! The tour: sessions, their end, and the archive.

use entity_core::TableHandle;
use examples::output::units;
use examples::{Result, Session as Run};

use crate::archive::{Archived, How, archive};
use crate::commands::{archive_view, bundle, live_view, say_archived, say_swept, tables};
use crate::model::{Archive, ArchivedSession, Live, Session};
use crate::sweep::sweep;

/// How many items are drawn: the tables may be large ones, which were there before.
const DRAWN: usize = 100;

pub(crate) async fn run(run: &mut Run) -> Result<()> {
    let (live, cold) = tables(run);
    let created = bundle(&live, &cold, &mut run.out.consumed).await?;
    let names = format!("{} and {}", live.name(), cold.name());
    run.out.text(&match (created, run.flags.is_in_memory()) {
        (true, true) => format!("Created {names} in memory, and began 5 sessions."),
        (true, false) => format!("Created {names}, and began 5 sessions."),
        (false, _) => format!("{names} exist: the tour reads what is there, and writes nothing."),
    })?;
    draw_live(run, &live, "one item a session; ExpirationTime is its time to live").await?;
    let sample = live.scan().only::<Session>().skip_expired().limit(1).all().await?;
    if let Some(session) = sample.first() {
        let id = session.session_id;
        run.out.text("\nA SESSION; one that has expired is none, also before it is removed")?;
        run.out.text(&format!("  $ sessions session {id}"))?;
        run.out.text("  live.get(Session::key(id)).skip_expired()\n")?;
        let read = live.get(Session::key(id)).skip_expired().response().await?;
        let cost = units(&read.consumed);
        let found: Vec<Session> = run.out.spend(read).into_iter().collect();
        run.out.show(&live_view(), &found)?;
        run.out.text(&cost)?;
    }
    if created {
        expire(run, &live, &cold).await?;
    }
    draw_archive(run, &cold).await?;
    if run.flags.is_in_memory() {
        let keep = "sessions --data sessions.db generate --count 100 --ttl 60";
        run.out.text(&format!("\nTo keep tables of your own:\n  $ {keep}"))?;
    }
    Ok(())
}

async fn draw_live(run: &mut Run, live: &TableHandle<Live>, title: &str) -> Result<()> {
    run.out.text(&format!("\nTHE TABLE {}: {title}\n", live.name()))?;
    let stored = run.out.spend(live.scan().limit(DRAWN).all().response().await?);
    run.out.show(&live_view(), &stored)
}

async fn draw_archive(run: &mut Run, cold: &TableHandle<Archive>) -> Result<()> {
    run.out.text(&format!("\nTHE ARCHIVE {}: what has expired, and was removed\n", cold.name()))?;
    let stored = cold.scan().only::<ArchivedSession>().limit(DRAWN);
    let stored = run.out.spend(stored.all().response().await?);
    run.out.show(&archive_view(), &stored)
}

/// What `archive` does.
const ARCHIVE: &str = "  let mut consumer: Consumer<Session, Keys<Session>> =
      live.consume(&streams, InArchive::new(&archive)).until_caught_up().read_as();
  while let Some(batch) = consumer.next().await? {
      for record in batch.records() { .. } // Change::Removed { old, by_ttl }
      batch.acknowledge().await?;          // after all of it is written
  }";

/// Removes a session by hand and the others by their time to live, and archives these.
async fn expire(
    run: &mut Run,
    live: &TableHandle<Live>,
    cold: &TableHandle<Archive>,
) -> Result<()> {
    let alive = live.scan().only::<Session>().skip_expired().limit(1).all().await?;
    if let Some(session) = alive.first() {
        run.out.text("\nA USER LOGS OUT: that session is removed before it has expired")?;
        run.out.text("  live.delete(Session::key(id))")?;
        let deleted = live.delete(Session::key(session.session_id)).response().await?;
        run.out.spend(deleted);
    }
    run.out.text("\nSESSIONS EXPIRE, and the table removes them\n  $ sessions sweep")?;
    let swept = sweep(&run.engine, live, &mut run.out, None).await?;
    say_swept(&run.out, &swept)?;

    run.out.text(&format!("\nWHAT HAD EXPIRED IS ARCHIVED, out of the stream\n\n{ARCHIVE}\n"))?;
    for _ in 0..2 {
        run.out.text("  $ sessions archive")?;
        let mut archived = Archived::default();
        let how = How::default();
        archive(&run.engine, live, cold, how, &mut archived).await?;
        run.out.consumed += archived.consumed.clone();
        say_archived(&run.out, &archived)?;
    }
    draw_live(run, live, "what has not expired").await
}
