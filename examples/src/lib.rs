//! What the example programs share, so that each of them is about its own domain.
//!
//! | module | holds |
//! |---|---|
//! | [`flags`] | the flags of every program |
//! | [`session`] | from flags to a client; from an error to an exit status |
//! | [`engine`] | the client: embedded, at an endpoint, or AWS |
//! | [`table`] | what a table needs before and after its items |
//! | [`data`] | data files: checked whole, before anything is written |
//! | [`output`] | results: tables for people, JSON lines for programs |
//! | [`draw`] | a table as a person draws it |
//! | [`document`] | tables as documents: Markdown, a page, NoSQL Workbench, CloudFormation, Terraform |
//! | [`json`] | DynamoDB JSON and plain JSON |
//! | [`time`] | moments, as tables have them |
//! | [`error`] | one line for anything that goes wrong |

pub mod data;
pub mod document;
pub mod draw;
pub mod engine;
pub mod error;
pub mod flags;
pub mod json;
pub mod output;
pub mod session;
pub mod table;
pub mod time;

pub use self::document::Document;
pub use self::error::{Error, Result};
pub use self::flags::Flags;
pub use self::output::Output;
pub use self::session::Session;
