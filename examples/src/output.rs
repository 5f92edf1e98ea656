//! What a command prints: tables for people, or JSON lines; and what it cost.

use std::io::{self, Write};

use entity_core::error::PartialRead;
use entity_core::schema::IndexSchema;
use entity_core::{ConsumedCapacity, Item, Readable, Response, Table};

use crate::draw::View;
use crate::json::Attributes;
use crate::{Error, Flags, Result};

/// Where results go.
#[derive(Debug)]
pub struct Output {
    /// What the command consumed so far.
    pub consumed: ConsumedCapacity,
    json: bool,
    capacity: bool,
}

impl Output {
    /// As the flags say.
    #[must_use]
    pub fn new(flags: &Flags) -> Self {
        Self { consumed: ConsumedCapacity::default(), json: flags.json, capacity: flags.capacity }
    }

    /// Takes the value out of an answer, and adds up what it cost.
    pub fn spend<V>(&mut self, response: Response<V>) -> V {
        self.consumed += response.consumed;
        response.value
    }

    /// Prints the one item that was asked for.
    ///
    /// # Errors
    ///
    /// If it is not there, in the words of `missing`; if it cannot be printed.
    pub fn one<I: Item>(
        &mut self,
        read: Response<Option<I>>,
        missing: impl FnOnce() -> String,
    ) -> Result<()> {
        match self.spend(read) {
            Some(item) => self.items(&[item]),
            None => Err(Error::new(missing())),
        }
    }

    /// Prints items of a table.
    ///
    /// # Errors
    ///
    /// If they cannot be printed.
    pub fn items<I: Item>(&self, items: &[I]) -> Result<()> {
        self.show(&View::table(<I as Readable>::Table::SCHEMA), items)
    }

    /// Prints items as the index has them.
    ///
    /// # Errors
    ///
    /// If they cannot be printed.
    pub fn index_items<I: Item>(&self, index: &IndexSchema, items: &[I]) -> Result<()> {
        self.show(&View::index(index, <I as Readable>::Table::SCHEMA), items)
    }

    /// Prints what a read of many items gave; what could be read also if something could not.
    ///
    /// # Errors
    ///
    /// If the read had an error, or its items cannot be printed.
    pub fn all<I: Item>(
        &mut self,
        read: Result<Response<Vec<I>>, PartialRead<Vec<I>>>,
    ) -> Result<()> {
        self.all_through(&View::table(<I as Readable>::Table::SCHEMA), read)
    }

    /// Prints what a read of many items gave, as [`all`](Self::all) does, seen through a view.
    ///
    /// # Errors
    ///
    /// If the read had an error, or its items cannot be printed.
    pub fn all_through<I: Item>(
        &mut self,
        view: &View,
        read: Result<Response<Vec<I>>, PartialRead<Vec<I>>>,
    ) -> Result<()> {
        let read = read.map(|response| self.spend(response));
        self.what_was_read(view, read)
    }

    /// Prints the items of a page or of a whole read, seen through a view.
    ///
    /// # Errors
    ///
    /// If the read had an error, or its items cannot be printed.
    pub fn what_was_read<I: Item>(
        &self,
        view: &View,
        read: Result<Vec<I>, PartialRead<Vec<I>>>,
    ) -> Result<()> {
        match read {
            Ok(items) => self.show(view, &items),
            Err(partial) => {
                if !partial.items().is_empty() {
                    self.show(view, partial.items())?;
                }
                Err(partial.into())
            }
        }
    }

    /// Prints items, seen through a view.
    ///
    /// # Errors
    ///
    /// If they cannot be printed.
    pub fn show<I: Item>(&self, view: &View, items: &[I]) -> Result<()> {
        let items = items.iter().map(|item| Ok(view.arrange(attributes(item)?)));
        self.rows(view, &items.collect::<Result<Vec<_>>>()?)
    }

    /// Prints items, or what is left of them, as they are given; drawn through a view.
    ///
    /// # Errors
    ///
    /// If they cannot be printed.
    pub fn rows(&self, view: &View, items: &[Attributes]) -> Result<()> {
        match self.json {
            true => lines(items),
            false if items.is_empty() => self.text("no items"),
            false => self.text(&view.draw(items)),
        }
    }

    /// Prints an item where stdout is for JSON; nothing for people, who are told in words.
    ///
    /// # Errors
    ///
    /// If it cannot be printed.
    pub fn json_item<I: Item>(&self, item: &I) -> Result<()> {
        let view = View::table(<I as Readable>::Table::SCHEMA);
        if self.json { lines(&[view.arrange(attributes(item)?)]) } else { Ok(()) }
    }

    /// Prints a text, or, where stdout is for JSON, an object.
    ///
    /// # Errors
    ///
    /// If it cannot be printed.
    pub fn answer(&self, text: &str, object: Attributes) -> Result<()> {
        if self.json { lines(&[object]) } else { self.text(text) }
    }

    /// Prints a line for people; nothing with `--json`.
    ///
    /// # Errors
    ///
    /// If it cannot be printed.
    pub fn text(&self, text: &str) -> Result<()> {
        match self.json {
            true => Ok(()),
            false => Ok(writeln!(io::stdout(), "{text}")?),
        }
    }

    /// Whether stdout is for JSON, one object a line.
    pub(crate) fn is_json(&self) -> bool {
        self.json
    }

    /// Prints a text as it is, whatever stdout is for.
    pub(crate) fn document(&self, text: &str) -> Result<()> {
        let mut out = io::stdout().lock();
        out.write_all(text.as_bytes())?;
        Ok(out.flush()?)
    }

    /// Says what was done: on stdout, or on stderr where stdout is for JSON.
    ///
    /// # Errors
    ///
    /// If it cannot be printed.
    pub fn done(&self, text: &str) -> Result<()> {
        match self.json {
            true => Ok(writeln!(io::stderr(), "{text}")?),
            false => self.text(text),
        }
    }

    /// What was consumed so far, if `--capacity` asks for it.
    pub(crate) fn capacity(&self) -> Option<String> {
        self.capacity.then(|| format!("capacity: {}", units(&self.consumed)))
    }
}

/// Prints items as JSON, one a line.
fn lines(items: &[Attributes]) -> Result<()> {
    let mut out = io::stdout().lock();
    for item in items {
        let line = item.to_line().map_err(|error| Error::new(error.to_string()))?;
        writeln!(out, "{line}")?;
    }
    Ok(out.flush()?)
}

/// An item's attributes, as they are stored.
///
/// # Errors
///
/// If the item cannot be written.
pub fn attributes<I: Item>(item: &I) -> Result<Attributes> {
    let json = item.to_wire()?;
    serde_json::from_slice(&json).map_err(|error| Error::new(error.to_string()))
}

/// Capacity in words: `0.5 units`, or `3 units (table 2, DownloadsByMonth 1)`.
#[must_use]
pub fn units(consumed: &ConsumedCapacity) -> String {
    let ConsumedCapacity { units, table, indexes, vector_bytes, .. } = consumed;
    let s = if *units == 1.0 { "" } else { "s" };
    let vectors = match vector_bytes {
        0.0 => String::new(),
        bytes => format!(", {bytes} bytes of vectors"),
    };
    if indexes.is_empty() {
        return format!("{units} unit{s}{vectors}");
    }
    let table = Some(format!("table {table}")).filter(|_| *table > 0.0);
    let indexes = indexes.iter().map(|(name, units)| format!("{name} {units}"));
    let parts: Vec<String> = table.into_iter().chain(indexes).collect();
    format!("{units} unit{s} ({}){vectors}", parts.join(", "))
}
