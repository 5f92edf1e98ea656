//! What can go wrong outside of a request.

use std::error::Error as StdError;
use std::fmt;
use std::path::PathBuf;

/// A failure of the local engine itself.
///
/// What goes wrong with a request comes back through the SDK, as it would from the service.
#[derive(Debug)]
pub struct Error(Box<Inner>);

#[derive(Debug)]
struct Inner {
    kind: ErrorKind,
    source: Box<dyn StdError + Send + Sync>,
}

/// What an [`Error`] is about.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The database could not be opened.
    Open {
        /// Its file; `None` in memory.
        path: Option<PathBuf>,
    },
    /// There is no Tokio runtime, or it is shutting down.
    Runtime,
    /// The engine failed or panicked.
    Engine,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self(Box::new(Inner { kind, source: source.into() }))
    }

    /// Returns what the error is about.
    #[must_use]
    pub fn kind(&self) -> &ErrorKind {
        &self.0.kind
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0.kind {
            ErrorKind::Open { path: Some(path) } => write!(f, "open `{}`", path.display())?,
            ErrorKind::Open { path: None } => f.write_str("open a database in memory")?,
            ErrorKind::Runtime => f.write_str("run the local engine")?,
            ErrorKind::Engine => f.write_str("local engine")?,
        }
        write!(f, ": {}", self.0.source)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(self.0.source.as_ref())
    }
}
