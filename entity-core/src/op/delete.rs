//! `delete`: removing one item by its key.

use std::fmt;

use super::put::read_capacity;
use super::{Capacity, sendable};
use crate::error::{Error, KeyError};
use crate::handle::{TableHandle, Target};
use crate::item::ItemOf;
use crate::key::{IntoKey, Key};
use crate::page::Response;
use crate::request::Request;
use crate::schema::{Entity, Table};
use crate::transport::{self, DeleteItem};

/// Removes one item by its key; made by [`TableHandle::delete`].
#[must_use = "nothing is sent until it is awaited"]
pub struct Delete<E> {
    target: Target,
    key: Result<Key<E>, KeyError>,
}

impl<T: Table> TableHandle<T> {
    /// Removes the item with that key; it is no error if there is none.
    ///
    /// # Errors
    ///
    /// If the key cannot be made; if the request fails.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let songs = songs().await?;
    /// songs.delete(Song::key("1")).await?;
    /// assert_eq!(songs.get(Song::key("1")).await?, None);
    /// songs.delete(Song::key("1")).await?; // there is none, and that is no error
    /// # Ok(())
    /// # }
    /// ```
    pub fn delete<K: IntoKey>(&self, key: K) -> Delete<K::Entity>
    where
        K::Entity: ItemOf<T>,
    {
        Delete { target: self.target(), key: key.into_key() }
    }
}

impl<E: Entity> Delete<E> {
    fn build(&self, capacity: Capacity) -> Result<Request, Error> {
        let key = self.key.as_ref().map_err(Clone::clone)?;
        let mut request = Request::new("DeleteItem", &self.target.table);
        key.write(&mut request);
        capacity.write(&mut request);
        Ok(request.end())
    }

    async fn run(self, capacity: Capacity) -> Result<Response<()>, Error> {
        let request = self.build(capacity)?;
        let sent = transport::call::<DeleteItem, _>(&self.target, request, read_capacity);
        Ok(Response::of((), sent.await?))
    }
}

sendable!(Delete<E: Entity>, (), Error);

impl<E> fmt::Debug for Delete<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Delete").field("table", &self.target.table).finish_non_exhaustive()
    }
}
