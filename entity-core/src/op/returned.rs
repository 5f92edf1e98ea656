//! What a write returns of the item: nothing, what it was, what it is.

use std::fmt;
use std::marker::PhantomData;

use serde::de::DeserializeOwned;

use crate::error::{Error, ItemError, ItemReason};
use crate::expr::{Location, Path, Place, Serde, Step};
use crate::item::{Readable, read_stored};
use crate::schema::Entity;
use crate::wire;
use crate::wire::read::Reader;

/// What a write returns of the item.
pub trait Returned: 'static {
    /// What awaiting the write gives.
    type Value: Send + 'static;

    /// What the request asks for.
    #[doc(hidden)]
    const VALUES: Option<&'static str>;

    /// Makes it of the attributes of the answer, which the service leaves out if there are none.
    #[doc(hidden)]
    fn read(attributes: Option<&str>, table: &str) -> Result<Self::Value, ItemError>;
}

/// Nothing.
#[derive(Debug)]
pub enum Nothing {}

/// The item as it was before; `None` if there was none.
#[derive(Debug)]
pub struct Old<I>(PhantomData<I>);

/// The item as it is now.
#[derive(Debug)]
pub struct New<E>(PhantomData<E>);

/// The attributes that were updated, as they were before.
#[derive(Debug)]
pub struct UpdatedOld<E>(PhantomData<E>);

/// The attributes that were updated, as they are now.
#[derive(Debug)]
pub struct UpdatedNew<E>(PhantomData<E>);

impl Returned for Nothing {
    type Value = ();

    const VALUES: Option<&'static str> = None;

    fn read(_: Option<&str>, _: &str) -> Result<(), ItemError> {
        Ok(())
    }
}

impl<I: Readable> Returned for Old<I> {
    type Value = Option<I>;

    const VALUES: Option<&'static str> = Some("ALL_OLD");

    fn read(attributes: Option<&str>, table: &str) -> Result<Option<I>, ItemError> {
        attributes.map(|text| read_stored(text.as_bytes(), table)).transpose()
    }
}

impl<E: Entity> Returned for New<E> {
    type Value = E;

    const VALUES: Option<&'static str> = Some("ALL_NEW");

    fn read(attributes: Option<&str>, table: &str) -> Result<E, ItemError> {
        read_stored(attributes.unwrap_or("{}").as_bytes(), table)
    }
}

macro_rules! updated {
    ($($marker:ident $values:literal)*) => {$(
        impl<E: Entity> Returned for $marker<E> {
            type Value = Updated<E>;

            const VALUES: Option<&'static str> = Some($values);

            fn read(attributes: Option<&str>, table: &str) -> Result<Updated<E>, ItemError> {
                let json = attributes.unwrap_or("{}").to_owned();
                Ok(Updated { json, table: table.to_owned(), entity: PhantomData })
            }
        }
    )*};
}

updated!(UpdatedOld "UPDATED_OLD" UpdatedNew "UPDATED_NEW");

/// The attributes that an update changed, before or after; made by
/// [`return_updated_new`](super::Update::return_updated_new) and
/// [`return_updated_old`](super::Update::return_updated_old).
pub struct Updated<E> {
    json: String,
    table: String,
    entity: PhantomData<fn() -> E>,
}

impl<E: Entity> Updated<E> {
    /// The value of an attribute; `None` if it was not changed, or is not there.
    ///
    /// The service does not say which elements of a list these are: a path through a list gives
    /// `None`.
    ///
    /// # Errors
    ///
    /// If the attribute is not of the field's type.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/tracks.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let tracks = tracks().await?;
    /// let update = tracks.update(Track::key("1")).set(|t| (t.plays.add(1), t.album.year.add(1)));
    /// let updated = update.return_updated_new().await?;
    /// assert_eq!(updated.get(|t| t.plays)?, Some(101));
    /// assert_eq!(updated.get(|t| t.album.year)?, Some(1989));
    /// assert_eq!(updated.get(|t| t.title)?, None);
    /// # Ok(())
    /// # }
    /// ```
    pub fn get<L, T, R>(
        &self,
        path: impl FnOnce(&E::Paths) -> Path<L, T, R, Serde>,
    ) -> Result<Option<T>, Error>
    where
        L: Location<Entity = E>,
        T: DeserializeOwned,
    {
        let path = path(E::Paths::PATHS);
        let found = find(&self.json, &path.steps());
        let read = found.and_then(|found| {
            found.map(|text| wire::value_from_slice(text.as_bytes())).transpose()
        });
        read.map_err(|error| {
            let reason = ItemReason::Decode(error.at_name(&path.to_string()));
            ItemError::new(&self.table, E::SCHEMA.name, None, reason).into()
        })
    }
}

/// The value at a path of attributes.
pub(super) fn find<'t>(item: &'t str, path: &[Step]) -> Result<Option<&'t str>, wire::Error> {
    let (mut text, mut steps) = (item, path.iter());
    let Some(mut step) = steps.next() else { return Ok(None) };
    loop {
        let name = match step {
            Step::Field { attribute, .. } => attribute,
            Step::Entry(key) => key.as_str(),
            Step::Element(_) => return Ok(None),
        };
        let Some(value) = member(text, name)? else { return Ok(None) };
        let Some(next) = steps.next() else { return Ok(Some(value)) };
        let Some(map) = member(value, "M")? else { return Ok(None) };
        (text, step) = (map, next);
    }
}

/// The value of a member of an object.
fn member<'t>(object: &'t str, wanted: &str) -> Result<Option<&'t str>, wire::Error> {
    let (mut reader, mut first, mut found) = (Reader::new(object), true, None);
    reader.begin_object()?;
    while let Some(name) = reader.next_key(&mut first)? {
        let value = reader.skip()?;
        if name == wanted {
            found = Some(value);
        }
    }
    Ok(found)
}

/// Without the attributes.
impl<E: Entity> fmt::Debug for Updated<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Updated").field("entity", &E::SCHEMA.name).finish_non_exhaustive()
    }
}
