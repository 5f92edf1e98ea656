//! `Checkpoint`: how far a shard was acknowledged, and where that is kept.

use std::collections::BTreeMap;
use std::error::Error as StdError;
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};

/// How far a shard was acknowledged.
///
/// To serde it is a plain struct, as one attribute or item may hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Checkpoint {
    /// The shard.
    pub shard: String,
    /// The sequence number of the last record that was acknowledged; none if none was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// Whether the shard was acknowledged to its end.
    #[serde(default)]
    pub ended: bool,
    /// When it was made, in seconds of Unix time.
    pub saved: u64,
}

impl Checkpoint {
    /// A shard of which nothing was acknowledged.
    #[must_use]
    pub fn new(shard: impl Into<String>) -> Self {
        Self { shard: shard.into(), after: None, ended: false, saved: 0 }
    }
}

/// What a [`Checkpoints`] fails with.
pub type CheckpointError = Box<dyn StdError + Send + Sync>;

/// Where checkpoints are kept: a file, an item, a row of a database.
///
/// A consumer loads those of its stream once, before it reads, and saves one after its records were
/// acknowledged, never before. It is the only one that writes them: there are no leases here, so two
/// consumers of one stream need checkpoints of their own.
///
/// # Example
///
/// ```
/// use std::path::PathBuf;
/// use entity_core::stream::{Checkpoint, CheckpointError, Checkpoints};
///
/// /// A file for each shard, which is replaced as a whole.
/// struct Folder(PathBuf);
///
/// impl Checkpoints for Folder {
///     async fn load(&self, _stream: &str) -> Result<Vec<Checkpoint>, CheckpointError> {
///         let files = std::fs::read_dir(&self.0)?.filter_map(Result::ok);
///         let files = files.filter(|file| file.path().extension().is_some_and(|e| e == "json"));
///         files.map(|file| Ok(serde_json::from_slice(&std::fs::read(file.path())?)?)).collect()
///     }
///
///     async fn save(&self, _stream: &str, of: &Checkpoint) -> Result<(), CheckpointError> {
///         let file = self.0.join(&of.shard);
///         std::fs::write(file.with_extension("new"), serde_json::to_vec(of)?)?;
///         Ok(std::fs::rename(file.with_extension("new"), file.with_extension("json"))?)
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), CheckpointError> {
/// # let folder = Folder(std::env::temp_dir().join(format!("checkpoints-{}", std::process::id())));
/// # std::fs::create_dir_all(&folder.0)?;
/// let mut checkpoint = Checkpoint::new("shardId-1");
/// checkpoint.after = Some("111".into());
/// folder.save("arn", &checkpoint).await?;
/// assert_eq!(folder.load("arn").await?, [checkpoint]);
/// # std::fs::remove_dir_all(&folder.0)?;
/// # Ok(())
/// # }
/// ```
pub trait Checkpoints: Send + Sync + 'static {
    /// The checkpoints of a stream, one for each shard that has one.
    ///
    /// # Errors
    ///
    /// If they cannot be loaded; nothing is read then.
    fn load(
        &self,
        stream: &str,
    ) -> impl Future<Output = Result<Vec<Checkpoint>, CheckpointError>> + Send;

    /// Keeps a checkpoint in place of the one of the same shard.
    ///
    /// # Errors
    ///
    /// If it is not kept; it is saved again before anything else is read.
    fn save(
        &self,
        stream: &str,
        checkpoint: &Checkpoint,
    ) -> impl Future<Output = Result<(), CheckpointError>> + Send;

    /// Forgets a shard that was acknowledged to its end, and that the stream no longer has. Does
    /// nothing, unless it is implemented.
    ///
    /// # Errors
    ///
    /// If it cannot be forgotten.
    fn forget(
        &self,
        stream: &str,
        shard: &str,
    ) -> impl Future<Output = Result<(), CheckpointError>> + Send {
        let _ = (stream, shard);
        async { Ok(()) }
    }
}

impl<C: Checkpoints> Checkpoints for Arc<C> {
    fn load(
        &self,
        stream: &str,
    ) -> impl Future<Output = Result<Vec<Checkpoint>, CheckpointError>> + Send {
        (**self).load(stream)
    }

    fn save(
        &self,
        stream: &str,
        checkpoint: &Checkpoint,
    ) -> impl Future<Output = Result<(), CheckpointError>> + Send {
        (**self).save(stream, checkpoint)
    }

    fn forget(
        &self,
        stream: &str,
        shard: &str,
    ) -> impl Future<Output = Result<(), CheckpointError>> + Send {
        (**self).forget(stream, shard)
    }
}

/// Checkpoints that last as long as the process, for tests, and for readers that begin anew with
/// each start. Clones are the same checkpoints.
#[derive(Debug, Clone, Default)]
pub struct InMemory(Arc<Mutex<BTreeMap<(String, String), Checkpoint>>>);

impl InMemory {
    fn with<V>(&self, work: impl FnOnce(&mut BTreeMap<(String, String), Checkpoint>) -> V) -> V {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Checkpoints for InMemory {
    async fn load(&self, stream: &str) -> Result<Vec<Checkpoint>, CheckpointError> {
        let of_stream =
            |(key, of): (&(String, String), &Checkpoint)| (key.0 == stream).then(|| of.clone());
        Ok(self.with(|kept| kept.iter().filter_map(of_stream).collect()))
    }

    async fn save(&self, stream: &str, checkpoint: &Checkpoint) -> Result<(), CheckpointError> {
        let key = (stream.to_owned(), checkpoint.shard.clone());
        self.with(|kept| kept.insert(key, checkpoint.clone()));
        Ok(())
    }

    async fn forget(&self, stream: &str, shard: &str) -> Result<(), CheckpointError> {
        self.with(|kept| kept.remove(&(stream.to_owned(), shard.to_owned())));
        Ok(())
    }
}
