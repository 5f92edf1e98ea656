//! `search`: the items whose vectors are nearest to one.

use std::fmt;
use std::marker::PhantomData;

use super::plan::Cost;
use super::{Capacity, sendable};
use crate::error::{Error, LimitError, NEAREST, PartialRead};
use crate::expr::{Condition, Place, Test};
use crate::handle::{TableHandle, Target};
use crate::item::{ItemOf, ReadResult, Readable, Scratch};
use crate::page::{ConsumedCapacity, Response, answer, members};
use crate::query::{IntoSearch, Near};
use crate::request::Request;
use crate::schema::vector_index::{asked, found};
use crate::schema::{Entity, Projection, Table, VectorIndexSchema};
use crate::transport::{self, SearchVectors};
use crate::wire;
use crate::wire::read::Reader;

/// A search of a vector index, in the making; made by [`TableHandle::search`].
#[must_use = "a search is ended with `top`"]
pub struct Search<R, S: IntoSearch> {
    target: Target,
    near: Near<S::Output, S::Index>,
    filter: Option<Test>,
    skip_unknown: bool,
    output: PhantomData<fn() -> R>,
}

impl<T: Table> TableHandle<T> {
    /// Finds the items whose vectors are nearest to one.
    ///
    /// What is searched for is what an entity's vector index function returned: a vector of as many
    /// dimensions as the index has, the search partition, if there is one, and equal values of the
    /// inline filters, by methods that are named after them. It reads the index alone, and of that what
    /// the entity, or the [projection](Search::project), has. The vector is the index's copy, in numbers
    /// of 32 bits.
    ///
    /// The service finds approximate neighbors
    /// ([AWS](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/VectorSearch.html)), in an
    /// index that follows the table with some delay; it refuses to search one that is still being filled,
    /// for some minutes also after the index is `ACTIVE`. An answer is at most 16 MB.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sounds.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sounds = sounds().await?;
    /// let like_this = Sound::sounds_alike("rock", [0.0, 1.0]);
    /// let found = sounds.search(like_this).top(2).await?;
    /// assert_eq!(found[0].item.title, "Paranoid"); // [0.0, 2.0]: the same direction
    /// assert_eq!(found[0].distance, 0.0);
    /// assert_eq!(found[1].item.title, "One");
    /// assert!(found[0].distance < found[1].distance);
    ///
    /// let of_1988 = Sound::sounds_alike("rock", [0.0, 1.0]).year(1988);
    /// let found = sounds.search(of_1988).top(2).await?;
    /// assert_eq!(found.len(), 1);
    /// assert_eq!(found[0].item.title, "One");
    /// # Ok(())
    /// # }
    /// ```
    pub fn search<S: IntoSearch>(&self, near: S) -> Search<S::Output, S>
    where
        S::Output: ItemOf<T>,
    {
        let (target, near) = (self.target(), near.into_near());
        Search { target, near, filter: None, skip_unknown: false, output: PhantomData }
    }
}

impl<R: Readable, S: IntoSearch> Search<R, S> {
    /// Reads a part of the items' attributes: a [`Projection`] of the entity.
    ///
    /// An index that lacks attributes of the entity can be read so, or not at all.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sounds.rs"));
    /// use entity_core::Projection;
    ///
    /// #[derive(Deserialize, Projection)]
    /// #[serde(rename_all = "PascalCase")]
    /// #[projection(entity = Sound)]
    /// struct Title { title: String }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sounds = sounds().await?;
    /// let found = sounds.search(Sound::sounds_alike("rock", [1.0, 0.0])).project::<Title>();
    /// assert_eq!(found.top(1).await?[0].item.title, "One");
    /// # Ok(())
    /// # }
    /// ```
    pub fn project<P: Projection<Entity = S::Output>>(self) -> Search<P, S> {
        let Self { target, near, filter, skip_unknown, .. } = self;
        Search { target, near, filter, skip_unknown, output: PhantomData }
    }

    /// Returns items that meet a condition on the index's inline filters; several must hold together.
    ///
    /// Equal values have methods of their own, before the search. The service takes comparisons, ranges
    /// and lists here
    /// ([AWS](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/VectorSearchFilterReference.html));
    /// the embedded engine knows equality alone, and refuses the others. An attribute that is no filter
    /// of the index is an error of the search, before anything is sent.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sounds.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sounds = sounds().await?;
    /// let like_this = || Sound::sounds_alike("rock", [1.0, 0.0]);
    /// let eighties = sounds.search(like_this()).filter(|s| s.year.between(1980, 1989)).top(5);
    /// let sent = eighties.request()?.to_string();
    /// assert!(sent.contains("#n0 = :v0 AND (#n1 BETWEEN :v1 AND :v2)"));
    ///
    /// let error = sounds.search(like_this()).filter(|s| s.title.eq("One")).top(5).await;
    /// let says = "search of `SoundsAlike`: `Title` is none of its filters, which are `Year`";
    /// assert_eq!(error.unwrap_err().to_string(), says);
    /// # Ok(())
    /// # }
    /// ```
    pub fn filter(
        mut self,
        condition: impl FnOnce(&<S::Output as Entity>::Paths) -> Condition<S::Output>,
    ) -> Self {
        let test = condition(<S::Output as Entity>::Paths::PATHS).test;
        self.filter = Some(match self.filter.take() {
            Some(other) => Test::All(vec![other, test]),
            None => test,
        });
        self
    }

    /// Passes over items that are of none of the table's entities, instead of giving an error for
    /// each; [`Response::skipped`] counts them.
    pub fn skip_unknown(mut self) -> Self {
        self.skip_unknown = true;
        self
    }

    /// The nearest items, nearest first: this many, between 1 and 100, or as many as there are.
    ///
    /// Items of other entities that are in the index count, and are passed over: then there are fewer.
    ///
    /// # Errors
    ///
    /// [`PartialRead`], which carries the items that were read, if one cannot be read; if the number is
    /// not between 1 and 100, or a number of the vector is not finite, before anything is sent; or if
    /// the request fails.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sounds.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sounds = sounds().await?;
    /// let like_this = || Sound::sounds_alike("rock", [1.0, 0.0]);
    /// assert_eq!(sounds.search(like_this()).top(100).await?.len(), 2);
    ///
    /// let error = sounds.search(like_this()).top(101).await.unwrap_err();
    /// assert_eq!(error.to_string(), "a search for the nearest 101 items, DynamoDB allows 1 to 100");
    /// # Ok(())
    /// # }
    /// ```
    pub fn top(self, items: usize) -> Top<R, S> {
        const { found::<R, S>() };
        Top { search: self, items }
    }
}

/// The nearest items of a search; made by [`Search::top`].
#[must_use = "nothing is sent until it is awaited"]
pub struct Top<R, S: IntoSearch> {
    search: Search<R, S>,
    items: usize,
}

/// An item that a search found, and how near it is.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Neighbor<R> {
    /// The item.
    pub item: R,
    /// How far its vector is from the one that was searched for: the less, the nearer, whatever the
    /// distance function. It is the service's score, and the negative of it for `DOT_PRODUCT`.
    pub distance: f64,
    /// The score, as the service gives it: for `DOT_PRODUCT` the greater, the nearer.
    pub score: f64,
}

type Neighbors<R> = Vec<Neighbor<R>>;

impl<R: Readable, S: IntoSearch> Top<R, S> {
    fn build(&self, capacity: Capacity) -> Result<Request, Error> {
        let Self { search, items } = self;
        let index = search.near.index();
        if !(1..=NEAREST).contains(items) {
            return Err(LimitError::Nearest { items: *items }.into());
        }
        let mut request = Request::new("SearchVectors", &search.target.table);
        request.index_name(index.name);
        search.near.write(&mut request, search.filter.as_ref())?;
        request.raw("TopK", items.to_string());
        let names = asked::<R>(index).into_iter().map(|name| request.name(name));
        let names = names.collect::<Vec<_>>().join(", ");
        request.text("ProjectionExpression", &names);
        capacity.write(&mut request);
        Ok(request.end())
    }

    fn cost(&self) -> Result<Cost, Error> {
        Ok(Cost::of_search(&self.search.target.table, self.search.near.index().name))
    }

    async fn run(
        self,
        capacity: Capacity,
    ) -> Result<Response<Neighbors<R>>, PartialRead<Neighbors<R>>> {
        let mut read = Response::none();
        let failed = self.send(capacity).await.map(|sent| read = sent).err();
        let Response { value, consumed, requests, scanned, skipped } = read;
        let value = PartialRead::check(value, failed)?;
        Ok(Response { value, consumed, requests, scanned, skipped })
    }

    async fn send(
        self,
        capacity: Capacity,
    ) -> Result<Response<Vec<Result<Neighbor<R>, Error>>>, Error> {
        let request = self.build(capacity)?;
        let Search { target, near, skip_unknown, .. } = self.search;
        let (table, index) = (target.table.to_string(), near.index());
        let sent = transport::call::<SearchVectors, _>(&target, request, move |body| {
            let scratch = Scratch::of_query(&table, Some(&index.read_as), None);
            read(body, scratch.skip_unknown(skip_unknown), index)
        });
        let (found, consumed) = sent.await?;
        let count = found.len();
        let found: Vec<_> = found.into_iter().filter_map(Result::transpose).collect();
        let skipped = (count - found.len()) as u64;
        let value = found.into_iter().map(|item| item.map_err(Error::from)).collect();
        let mut response = Response::of(value, consumed);
        response.skipped = skipped;
        Ok(response)
    }
}

type Found<R> = (Vec<ReadResult<Neighbor<R>>>, ConsumedCapacity);

fn read<'de, R: Readable>(
    body: &'de [u8],
    mut scratch: Scratch<'de>,
    index: &VectorIndexSchema,
) -> Result<Found<R>, wire::Error> {
    let (mut found, mut consumed) = (Vec::new(), ConsumedCapacity::default());
    answer(body, |reader, name| {
        match name {
            "SearchResults" => {
                let mut first = true;
                reader.begin_array()?;
                while reader.next_element(&mut first)? {
                    found.push(neighbor(reader, &mut scratch, index)?);
                }
            }
            "ConsumedCapacity" => consumed = ConsumedCapacity::read(reader)?,
            _ => drop(reader.skip()?),
        }
        Ok(())
    })?;
    Ok((found, consumed))
}

/// One result: an item and its score, in whichever order they come.
fn neighbor<'de, R: Readable>(
    reader: &mut Reader<'de>,
    scratch: &mut Scratch<'de>,
    index: &VectorIndexSchema,
) -> Result<ReadResult<Neighbor<R>>, wire::Error> {
    let (mut item, mut score) = (Ok(None), None);
    members(reader, |reader, name| {
        match name {
            "Item" => item = R::read(reader, scratch)?,
            "Score" => score = Some(reader.float()?),
            _ => drop(reader.skip()?),
        }
        Ok(())
    })?;
    let score = score.ok_or_else(|| wire::Error::data("a result of the search has no score"))?;
    let distance = index.distance.of_score(score);
    Ok(item.map(|item| item.map(|item| Neighbor { item, distance, score })))
}

sendable!(Top<R: Readable, S: IntoSearch>, Neighbors<R>, PartialRead<Neighbors<R>>);

impl<R, S: IntoSearch> fmt::Debug for Search<R, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Search")
            .field("table", &self.target.table)
            .field("near", &self.near)
            .finish_non_exhaustive()
    }
}

impl<R, S: IntoSearch> fmt::Debug for Top<R, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Top").field("items", &self.items).finish_non_exhaustive()
    }
}
