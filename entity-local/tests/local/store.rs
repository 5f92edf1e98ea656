//! Where items are kept, and who shares them.

use std::path::{Path, PathBuf};

use entity_local::{ErrorKind, LocalDynamo};

use crate::{Result, TABLE, create_table, n, plays, put, s, songs};

/// A file of its own in the system's folder for such, removed at the end.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        let name = format!("entity-local-{}-{name}.db", std::process::id());
        Self(std::env::temp_dir().join(name))
    }

    fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        for suffix in ["", "-wal", "-shm"] {
            let mut path = self.0.clone().into_os_string();
            path.push(suffix);
            let _ = std::fs::remove_file(path);
        }
    }
}

#[tokio::test]
async fn engines_do_not_see_one_another() -> Result {
    let (one, client) = songs().await?;
    let (two, _) = songs().await?;
    put(&client, "1", "a", 1).await?;
    two.faults().on_any().inject(entity_local::Fault::Throttling);

    assert_eq!(plays(&one, "1", "a").await?, Some(n(1)));
    assert_eq!(plays(&two, "1", "a").await?, None);
    assert_eq!(one.faults().injected(), 0);
    Ok(())
}

#[tokio::test]
async fn clones_and_clients_share_an_engine() -> Result {
    let (local, client) = songs().await?;
    let clone = local.clone();
    drop(local);
    put(&clone.client(), "1", "a", 1).await?;
    drop(clone);
    let get = client.get_item().table_name(TABLE).key("Id", s("1")).key("Sort", s("a"));
    assert!(get.send().await?.item().is_some(), "a client keeps its engine");
    Ok(())
}

#[tokio::test]
async fn a_file_keeps_its_tables_between_openings() -> Result {
    let file = Scratch::new("reopened");
    {
        let local = LocalDynamo::open(file.path())?;
        create_table(&local.client(), None).await?;
        put(&local.client(), "1", "a", 1).await?;
    }
    let local = LocalDynamo::open(file.path())?;
    assert_eq!(plays(&local, "1", "a").await?, Some(n(1)));
    Ok(())
}

#[test]
fn a_file_of_another_kind_is_refused() -> Result {
    let file = Scratch::new("other");
    std::fs::write(file.path(), "no database, but long enough to be told from one".repeat(50))?;
    let error = LocalDynamo::open(file.path()).unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::Open { path: Some(file.path().to_owned()) });
    Ok(())
}

#[test]
fn handles_go_between_threads_and_say_little() -> Result {
    fn shareable<T: Clone + Send + Sync + std::fmt::Debug + 'static>(_: &T) {}
    let local = LocalDynamo::in_memory()?;
    shareable(&local);
    shareable(&local.faults());
    assert!(format!("{local:?}").starts_with("LocalDynamo"));
    Ok(())
}
