//! `StreamError`: a stream that cannot be read on.

use std::error::Error as StdError;
use std::fmt;

/// A stream that cannot be read on as it is.
#[derive(Debug)]
pub struct StreamError {
    stream: String,
    reason: StreamReason,
}

/// Why a stream cannot be read on.
#[derive(Debug)]
#[non_exhaustive]
pub enum StreamReason {
    /// The table has no stream.
    NoStream,
    /// Records that were never acknowledged are gone: a stream keeps them for 24 hours.
    ///
    /// Nothing is read of that shard until
    /// [`accept_loss`](crate::stream::Consumer::accept_loss) says that this is known.
    Lost {
        /// The shard that they were in.
        shard: String,
        /// The sequence number of the last record that was acknowledged there.
        after: Option<String>,
    },
    /// The checkpoints could not be loaded or saved.
    Checkpoints(Box<dyn StdError + Send + Sync>),
}

impl StreamError {
    #[cfg(feature = "streams")]
    #[cold]
    pub(crate) fn new(stream: &str, reason: StreamReason) -> Self {
        Self { stream: stream.to_owned(), reason }
    }

    /// The stream's ARN, or the table's name if there is no stream.
    #[must_use]
    pub fn stream(&self) -> &str {
        &self.stream
    }

    /// Why it cannot be read on.
    #[must_use]
    pub fn reason(&self) -> &StreamReason {
        &self.reason
    }

    /// Whether records are gone that were never acknowledged.
    #[must_use]
    pub fn is_lost(&self) -> bool {
        matches!(self.reason, StreamReason::Lost { .. })
    }
}

impl fmt::Display for StreamError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { stream, reason } = self;
        match reason {
            StreamReason::NoStream => write!(
                f,
                "the table `{stream}` has no stream; `update_table` with `TableSettings::stream` first"
            ),
            StreamReason::Lost { shard, after } => {
                write!(f, "stream `{stream}`: records were lost: shard {shard} no longer has ")?;
                match after {
                    Some(after) => write!(f, "what follows {after}")?,
                    None => f.write_str("its first records")?,
                }
                f.write_str(
                    ", as records are kept for 24 hours; `accept_loss` to go on without them",
                )
            }
            StreamReason::Checkpoints(error) => {
                write!(f, "stream `{stream}`: its checkpoints: {error}")
            }
        }
    }
}

impl StdError for StreamError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &self.reason {
            StreamReason::Checkpoints(error) => Some(&**error),
            _ => None,
        }
    }
}
