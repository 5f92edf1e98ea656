//! `Change`: what happened to an item.

/// What happened to an item: the old image is an `O`, the new one an `N`.
///
/// `Change<SongItem>` is what a stream of both images has. Where it leaves one out, the item's
/// [`Keys`](super::Keys) stand in its place:
///
/// | the stream's view type | read as |
/// |---|---|
/// | `NEW_AND_OLD_IMAGES` | `Change<SongItem>` |
/// | `NEW_IMAGE` | `Change<Keys<SongItem>, SongItem>` |
/// | `OLD_IMAGE` | `Change<SongItem, Keys<SongItem>>` |
/// | `KEYS_ONLY` | `Change<Keys<SongItem>>` |
///
/// Less may be read than the record has; an image that is asked for and is not there is an error of
/// the record.
///
/// # Example
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
/// use entity_core::stream::Change;
///
/// fn title(change: &Change<SongItem>) -> Option<&str> {
///     match change {
///         Change::Inserted { new: SongItem::Song(song) } => Some(&song.title),
///         Change::Modified { new: SongItem::Song(song), .. } => Some(&song.title),
///         _ => None,
///     }
/// }
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// assert_eq!(title(&Change::Inserted { new: SongItem::Song(song("1")) }), Some("Song 1"));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Change<O, N = O> {
    /// There was no such item.
    Inserted {
        /// The item.
        new: N,
    },
    /// The item has other attributes than before.
    Modified {
        /// The item as it was.
        old: O,
        /// The item as it is.
        new: N,
    },
    /// The item is gone.
    Removed {
        /// The item as it was.
        old: O,
        /// Whether the service removed it, as its time to live was over.
        ///
        /// A stream's reader in another Region than the one that removed it sees `false`: a global
        /// table replicates such a removal as a plain one.
        ///
        /// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-streams.html>
        by_ttl: bool,
    },
}

impl<O, N> Change<O, N> {
    /// The item as it was, if there was one.
    #[must_use]
    pub fn old(&self) -> Option<&O> {
        match self {
            Self::Inserted { .. } => None,
            Self::Modified { old, .. } | Self::Removed { old, .. } => Some(old),
        }
    }

    /// The item as it is, if there is one.
    #[must_use]
    pub fn current(&self) -> Option<&N> {
        match self {
            Self::Inserted { new } | Self::Modified { new, .. } => Some(new),
            Self::Removed { .. } => None,
        }
    }
}
