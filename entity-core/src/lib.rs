//! A typed data-access layer for Amazon DynamoDB single-table designs.
//!
//! A service declares its table, its indexes and its entities as plain structs; the derives turn
//! that into keys, codecs and typed queries. It brings its own `aws_sdk_dynamodb::Client`:
//! credentials, regions, retries, timeouts, endpoints and TLS stay the SDK's.
//!
//! - [A first table](#a-first-table)
//! - [Keys](#keys)
//! - [Queries](#queries)
//! - [Many items](#many-items)
//! - [Writes](#writes)
//! - [The item view](#the-item-view)
//! - [Errors](#errors)
//! - [Testing](#testing)
//! - [Cargo features](#cargo-features)
//!
//! | to | see |
//! |---|---|
//! | declare a table, an index | [`Table`](macro@Table), [`Index`](macro@Index) |
//! | read a part of an entity | [`Projection`](macro@Projection) |
//! | declare what is stored | [`Entity`](macro@Entity), [`Collection`](macro@Collection), [`Document`](macro@Document), [`KeyPart`](macro@KeyPart) |
//! | read and write | [`TableHandle`], and [`op`] for what its methods return |
//! | say what changes, and under which condition | [`expr`] |
//! | create a table, compare it with its types, change it | [`TableHandle`], [`op::TableSettings`], [`op::Difference`] |
//! | bring items of other programs into an index | [`TableHandle::reindex`] |
//! | read items of an older version of a struct | [`#[entity(schema(..))]`](macro@Entity#schema-versions) |
//! | write all of these in the newest version | [`Reindex::upgrade`](op::Reindex::upgrade) |
//! | check or change items before writes and after reads | [`#[entity(before_write = ..)]`](macro@Entity#hooks) |
//! | encrypt or compress a field | [its encoding](macro@Entity#encrypted-and-compressed-fields) |
//! | go through many items | [`Page`], [`Cursor`], [`op::ItemStream`], [`op::PageStream`] |
//! | know what it cost | [`Response`], [`ConsumedCapacity`] |
//! | know what it would cost | [`op::Plan`], [`Item::item_size`] |
//! | find out what went wrong | [`error`] |
//! | read exports, stream records, items of the bare SDK | [`op::ExportLines`], [`Readable`], [`Item`], [`wire`] |
//! | put a type of your own into keys | [`key::KeyPart`], [`key`] |
//! | look at declarations as data, keep them from changing unseen | [`schema`], [`schema::Schema`] |
//! | show a table to people and to other tools: a page, Markdown, NoSQL Workbench, CloudFormation, Terraform | [`model`] |
//! | know how queries are typed | [`query`] |
//! | choose an index, test a service, begin on a table that is there, come from another library | the [`guide`](mod@guide) |
//! | read what changes in a table, from its stream or in Lambda | [`stream`] |
//!
//! # A first table
//!
//! ```
//! use entity_core::{Collection, Entity, Index, Table};
//! use entity_local::LocalDynamo;
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Table)]
//! #[table(name = "Songs", pk = "Id", sk = "Metadata", indexes(DownloadsByMonth), items = SongItem)]
//! pub struct Songs;
//!
//! #[derive(Index)]
//! #[index(table = Songs, name = "DownloadsByMonth", pk = "DownloadMonth", sk = N("Downloads"))]
//! pub struct DownloadsByMonth;
//!
//! #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Entity)]
//! #[serde(rename_all = "PascalCase")]
//! #[entity(table = Songs, pk = id, sk = "Details")]
//! pub struct Song {
//!     pub id: String,
//!     pub title: String,
//!     pub artist: String,
//! }
//!
//! #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Entity)]
//! #[serde(rename_all = "PascalCase")]
//! #[entity(table = Songs, pk = song_id, sk = "Month-{download_month}")]
//! #[entity(index(DownloadsByMonth, pk = download_month, sk = downloads))]
//! pub struct MonthlyCount {
//!     #[entity(key_only)]
//!     pub song_id: String,
//!     pub download_month: String,
//!     pub downloads: u64,
//! }
//!
//! #[derive(Debug, Clone, PartialEq, Collection)]
//! pub enum SongItem {
//!     Song(Song),
//!     MonthlyCount(MonthlyCount),
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let songs = Songs::on(&LocalDynamo::in_memory()?.client());
//! songs.create_table().await?;
//!
//! let one = Song { id: "1".into(), title: "One".into(), artist: "Metallica".into() };
//! songs.put(&one).await?;
//! let january =
//!     MonthlyCount { song_id: "1".into(), download_month: "2018-01".into(), downloads: 3 };
//! songs.create(&january).await?; // fails if it is there
//!
//! assert_eq!(songs.get(Song::key("1")).await?, Some(one.clone()));
//! let everything = songs.query(SongItem::partition("1")).all().await?;
//! assert_eq!(everything, [SongItem::Song(one), SongItem::MonthlyCount(january)]);
//! # Ok(())
//! # }
//! ```
//!
//! The examples below, and those of the operations, use this table with three songs in it.
//!
//! # Keys
//!
//! `pk = id` is the field's own value; `sk = "Month-{download_month}"` is a template of literals
//! and parts. [`Entity`](macro@Entity#keys) has the grammar: widths, signs, latest first, optional
//! parts, nested fields. `Song::key(..)` makes the [`Key`], or says why there is none: two
//! different values never make one key, and nothing is cut, folded or escaped. Operations take its
//! result as it is.
//!
//! ```
//! # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let songs = songs().await?;
//! let key = MonthlyCount::key("1", "2018-01")?;
//! assert_eq!(key.to_string(), "1/Month-2018-01");
//! assert_eq!(songs.get(&key).await?.unwrap().downloads, 10);
//!
//! // `#` is the table's separator.
//! let error = songs.get(MonthlyCount::key("1", "2018#01")).await.unwrap_err();
//! assert!(error.to_string().ends_with("part `download_month`: contains the separator at byte 4"));
//! # Ok(())
//! # }
//! ```
//!
//! # Queries
//!
//! `Entity::partition(..)` queries the entity's items in a partition of the table, a function named
//! after each index those of the index, and `Collection::partition(..)` everything in a partition.
//! Methods named after the parts of the sort key narrow it from the left: by a value, by a range
//! with both ends, or by [`begins_with`]. Other entities' items are passed over.
//!
//! ```
//! # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let songs = songs().await?;
//! let months = MonthlyCount::partition("1").download_month("2018-02"..);
//! assert_eq!(songs.query(months).all().await?.len(), 2);
//!
//! let top = MonthlyCount::downloads_by_month("2018-03").downloads(10..);
//! let top = songs.query(top).descending().limit(10).all().await?;
//! assert_eq!(top[0].song_id, "1");
//! # Ok(())
//! # }
//! ```
//!
//! [`search`](TableHandle::search) finds what is near to a vector, in a
//! [`VectorIndex`](macro@VectorIndex).
//!
//! # Many items
//!
//! A query, and a scan, is ended with `all`, `page`, `stream` or `pages`. `limit` is the number of
//! items returned; `max_scanned` and `max_requests` bound what it costs, and a read that comes to one
//! of them says so: [`Page::stopped`], or [`ReadStopped`](error::ReadStopped) in the place of the rest.
//! A [`Cursor`] goes on after a page, and after any item of a stream; it is bound to its read, and with
//! a [`CursorKey`] nobody else can make one. A scan goes through the table in
//! [segments](op::Scan::segments) at once, at a [rate](op::Scan::units_per_second) that leaves others
//! their capacity. A struct that derives [`Collection`](macro@Collection#a-whole-partition-in-a-struct)
//! holds a whole partition.
//!
//! ```
//! # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let songs = songs().await?;
//! use entity_core::Cursor;
//!
//! let often = || songs.query(MonthlyCount::partition("1")).filter(|m| m.downloads.ge(20));
//! let page = often().limit(1).max_requests(10).page().await?;
//! let token = page.cursor().map(|cursor| cursor.to_string()); // into a URL, say
//!
//! let cursor: Cursor = token.unwrap().parse()?;
//! let rest = often().after(&cursor).all().await?;
//! assert_eq!(rest[0].download_month, "2018-03");
//!
//! let singers = songs.scan().segments(4).only::<Song>().filter(|s| s.artist.eq("Metallica"));
//! assert_eq!(singers.all().await?.len(), 3);
//! # Ok(())
//! # }
//! ```
//!
//! # Writes
//!
//! `put` writes a whole item, `create` a new one, `update` some attributes of one that is there,
//! `upsert` creates it first if it is not, `move_item` writes it under another key. Closures get the
//! entity's paths, typed by its fields; [`expr`] lists what they offer. Keys of indexes follow the
//! fields that they are made of, in the same request. A failed condition says which one it was, and
//! [`transact_write`](TableHandle::transact_write) takes the same builders together.
//!
//! ```
//! # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let songs = songs().await?;
//! let april =
//!     MonthlyCount { song_id: "1".into(), download_month: "2018-04".into(), downloads: 0 };
//! songs
//!     .transact_write((
//!         songs.update(Song::key("1")).set(|s| s.title.set("One")).when(|s| s.title.ne("One")),
//!         songs.upsert(&april).set(|m| m.downloads.add(1)),
//!     ))
//!     .await?;
//!
//! let (song, month) =
//!     songs.transact_get((Song::key("1"), MonthlyCount::key("1", "2018-04"))).await?;
//! assert_eq!(song.unwrap().title, "One");
//! assert_eq!(month.unwrap().downloads, 1);
//! # Ok(())
//! # }
//! ```
//!
//! [`Entity`](macro@Entity#writes) has versions, timestamps, expiry and unique values.
//!
//! # The item view
//!
//! Fields are attributes as serde says. Key attributes and index keys are added on writes, hidden
//! from the struct on reads, and checked there: an item whose key is not the one that its fields
//! make is an error. A field that is `None` is absent. [`Entity`](macro@Entity#the-item-view) has
//! all of it.
//!
//! ```
//! # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use entity_core::Item;
//!
//! let count =
//!     MonthlyCount { song_id: "1".into(), download_month: "2018-01".into(), downloads: 3 };
//! let json: serde_json::Value = serde_json::from_slice(&count.to_wire()?)?;
//! let stored = serde_json::json!({
//!     "Id": {"S": "1"},                   // `song_id`, which is `key_only`
//!     "Metadata": {"S": "Month-2018-01"}, // the sort key
//!     "DownloadMonth": {"S": "2018-01"},
//!     "Downloads": {"N": "3"},
//! });
//! assert_eq!(json, stored);
//! # Ok(())
//! # }
//! ```
//!
//! # Errors
//!
//! An operation fails with an [`Error`]; its [`kind`](Error::kind) is an [`ErrorKind`] that carries
//! what is known. What cannot be a key or an item is found before anything is sent. A read of many
//! items does not stop at one that cannot be read: pages and streams have a result for each, and
//! [`PartialRead`](error::PartialRead) carries the others.
//!
//! ```
//! # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let songs = songs().await?;
//! use entity_core::ErrorKind;
//!
//! let error = songs.create(&song("1")).await.unwrap_err();
//! assert!(error.is_condition_failed());
//!
//! let error = songs.put(&song("")).await.unwrap_err();
//! assert!(matches!(error.kind(), ErrorKind::Key(key) if key.attribute() == "Id"));
//!
//! let error = songs.clone().named("Tunes").get(Song::key("1")).await.unwrap_err();
//! assert!(error.is_table_not_found());
//! # Ok(())
//! # }
//! ```
//!
//! # Testing
//!
//! [`entity-local`](https://docs.rs/entity-local) is a DynamoDB inside the process, behind an
//! ordinary client: no socket, no container. It can be told to fail.
//!
//! ```
//! # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use entity_local::{Fault, LocalDynamo};
//!
//! let local = LocalDynamo::in_memory()?;
//! let songs = Songs::on(&local.client());
//! songs.create_table().await?;
//!
//! local.faults().on("PutItem").inject(Fault::InternalServerError);
//! let requests = local.requests();
//! songs.put(&song("1")).await?; // the SDK tries again
//! assert_eq!(requests.take().len(), 2);
//! # Ok(())
//! # }
//! ```
//!
//! # Cargo features
//!
//! `derive`, on by default, brings the derives. `uuid`, `ulid`, `chrono`, `time`, `jiff` and
//! `rust_decimal` let types of these crates be [parts of keys](key::KeyPart), and those of time the
//! [time of a write](schema::Now); without them they can be stored, as everything that serde writes.
//! `streams` reads [changes](stream) from a table's stream, `lambda` from events of AWS Lambda.

#![cfg_attr(docsrs, feature(doc_cfg))]

extern crate self as entity_core;

#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
mod readme {}

#[cfg(test)]
mod auto_traits;
mod cursor;
pub mod error;
pub mod expr;
mod fnv;
#[cfg(any(doc, doctest))]
pub mod guide;
mod handle;
mod item;
pub mod key;
pub mod model;
pub mod op;
mod page;
pub mod query;
mod request;
pub mod schema;
pub mod stream;
mod transport;
mod vector;
pub mod wire;

#[doc(hidden)]
pub mod __private;

pub use self::cursor::{Cursor, CursorKey};
pub use self::error::{Error, ErrorKind};
pub use self::handle::TableHandle;
pub use self::item::{Item, ItemOf, ReadResult, Readable};
pub use self::key::Key;
pub use self::op::at_version;
pub use self::page::{ConsumedCapacity, Page, Response};
pub use self::query::begins_with;
pub use self::request::Request;
pub use self::schema::{Collection, Entity, Index, Projection, Table, VectorIndex};
pub use self::vector::{Vector, VectorArg, WrongDimensions};
#[cfg(feature = "derive")]
#[doc = include_str!("../docs/derive/collection.md")]
pub use entity_derive::Collection;
#[cfg(feature = "derive")]
#[doc = include_str!("../docs/derive/document.md")]
pub use entity_derive::Document;
#[cfg(feature = "derive")]
#[doc = include_str!("../docs/derive/entity.md")]
pub use entity_derive::Entity;
#[cfg(feature = "derive")]
#[doc = include_str!("../docs/derive/index.md")]
pub use entity_derive::Index;
#[cfg(feature = "derive")]
#[doc = include_str!("../docs/derive/key_part.md")]
pub use entity_derive::KeyPart;
#[cfg(feature = "derive")]
#[doc = include_str!("../docs/derive/projection.md")]
pub use entity_derive::Projection;
#[cfg(feature = "derive")]
#[doc = include_str!("../docs/derive/table.md")]
pub use entity_derive::Table;
#[cfg(feature = "derive")]
#[doc = include_str!("../docs/derive/vector_index.md")]
pub use entity_derive::VectorIndex;
