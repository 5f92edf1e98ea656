//! `Wanted`: what a table is to be, of its types and of the settings given.

use super::settings::TableSettings;
use crate::error::{TableError, TableReason};
use crate::item::Readable;
use crate::schema::{EntitySchema, Table, TableSchema};

/// What a table is to be.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    pub(crate) schema: &'static TableSchema,
    pub(crate) entities: &'static [&'static EntitySchema],
    pub(crate) settings: TableSettings,
}

impl Wanted {
    pub(crate) fn of<T: Table>() -> Self {
        let entities = <T::Items as Readable>::ENTITIES;
        Self { schema: T::SCHEMA, entities, settings: TableSettings::new() }
    }

    /// The attribute by which items expire, if they are to.
    pub(crate) fn ttl(&self, table: &str) -> Result<Option<&'static str>, TableError> {
        if self.settings.ttl == Some(false) {
            return Ok(None);
        }
        let mut names = self.entities.iter().filter_map(|entity| entity.kept.ttl);
        let first = names.next();
        let reason = match (first, names.find(|name| Some(*name) != first)) {
            (Some(one), Some(other)) => TableReason::TwoTimesToLive(one, other),
            (None, _) if self.settings.ttl == Some(true) => TableReason::NoTimeToLive,
            _ => return Ok(first),
        };
        Err(TableError::new(table, reason))
    }
}
