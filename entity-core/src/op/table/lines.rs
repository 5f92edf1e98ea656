//! `ExportLines`: the items of an export, typed.

use std::fmt;
use std::io::BufRead;
use std::marker::PhantomData;

use crate::error::{ExportError, ExportReason};
use crate::item::{ReadResult, Readable, Scratch};
use crate::page::members;
use crate::schema::Table;
use crate::wire;
use crate::wire::read::Reader;

/// The items of an export's file, line by line, as an iterator: `{"Item":{"Id":{"S":"1"}}}`.
///
/// A line that cannot be read is an error with its number, and does not hide the others. Items of other
/// entities than the one asked for are passed over, and so are the library's own. The lines are text:
/// the service compresses them with gzip, and which crate decompresses them is the caller's choice, as
/// any [`BufRead`] will do. Memory is that of one line.
///
/// # Example
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
/// use entity_core::op::ExportLines;
///
/// # fn main() {
/// let file = br#"{"Item":{"Id":{"S":"1"},"Metadata":{"S":"Details"},"Title":{"S":"One"},"Artist":{"S":"Metallica"}}}
/// {"Item":{"Id":{"S":"1"},"Metadata":{"S":"Month-2018-01"},"DownloadMonth":{"S":"2018-01"},"Downloads":{"N":"3"}}}
/// {"Item":{"Id":{"S":"2"},"Metadata":{"S":"Details"},"Title":{"N":"2"},"Artist":{"S":"Metallica"}}}
/// "#;
/// let mut items = ExportLines::<SongItem, _>::new(&file[..]);
/// assert!(matches!(items.next(), Some(Ok(SongItem::Song(song))) if song.title == "One"));
/// assert!(matches!(items.next(), Some(Ok(SongItem::MonthlyCount(_)))));
/// let error = items.next().unwrap().unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "line 3: Songs/Song 2/Details: Title: expected S, found N",
/// );
/// assert!(items.next().is_none());
/// # }
/// ```
pub struct ExportLines<R, B> {
    lines: B,
    line: u64,
    skip_unknown: bool,
    skipped: u64,
    ended: bool,
    items: PhantomData<fn() -> R>,
}

impl<R: Readable, B: BufRead> ExportLines<R, B> {
    /// Reads items of these lines.
    pub fn new(lines: B) -> Self {
        Self { lines, line: 0, skip_unknown: false, skipped: 0, ended: false, items: PhantomData }
    }

    /// Passes over items that are of none of the table's entities, instead of giving an error for each.
    #[must_use]
    pub fn skip_unknown(mut self) -> Self {
        self.skip_unknown = true;
        self
    }

    /// How many items were passed over so far.
    pub fn skipped(&self) -> u64 {
        self.skipped
    }

    fn read(&self, line: &[u8]) -> Result<ReadResult<R>, wire::Error> {
        let mut scratch = Scratch::new(R::Table::SCHEMA.name).skip_unknown(self.skip_unknown);
        let (mut reader, mut item) = (Reader::from_bytes(line)?, None);
        members(&mut reader, |reader, name| {
            if name == "Item" {
                item = Some(*reader);
            }
            reader.skip().map(drop)
        })?;
        reader.end()?;
        let mut item = item.ok_or_else(|| wire::Error::data("the line has no `Item`"))?;
        R::read(&mut item, &mut scratch)
    }
}

impl<R: Readable, B: BufRead> Iterator for ExportLines<R, B> {
    type Item = Result<R, ExportError>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut line = Vec::new();
        while !self.ended {
            line.clear();
            self.line += 1;
            let reason = match self.lines.read_until(b'\n', &mut line) {
                Ok(0) => {
                    self.ended = true;
                    break;
                }
                Err(error) => {
                    self.ended = true;
                    ExportReason::Read(error)
                }
                Ok(_) if line.trim_ascii().is_empty() => continue,
                Ok(_) => match self.read(line.trim_ascii()) {
                    Ok(Ok(Some(item))) => return Some(Ok(item)),
                    Ok(Ok(None)) => {
                        self.skipped += 1;
                        continue;
                    }
                    Ok(Err(error)) => ExportReason::Item(error),
                    Err(error) => ExportReason::Line(error),
                },
            };
            return Some(Err(ExportError::new(self.line, reason)));
        }
        None
    }
}

impl<R, B> fmt::Debug for ExportLines<R, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExportLines")
            .field("line", &self.line)
            .field("skipped", &self.skipped)
            .finish_non_exhaustive()
    }
}
