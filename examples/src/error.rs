//! `Error`: what ends a command, in one line.

use std::fmt;
use std::io;

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use entity_core::error::PartialRead;

/// A `Result` whose error is [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What ends a command.
#[derive(Debug)]
pub enum Error {
    /// An error of the library.
    Entity(entity_core::Error),
    /// The table does not exist.
    NoTable(String),
    /// Anything else, in words.
    Message(String),
    /// Whoever reads the output has gone; there is nobody to tell.
    Closed,
}

impl Error {
    /// An error in words.
    pub fn new(message: impl Into<String>) -> Self {
        Self::Message(message.into())
    }

    /// An error of a request that was made with the bare SDK.
    pub fn sdk<E, R>(operation: &str, table: &str, error: &SdkError<E, R>) -> Self
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
        R: fmt::Debug + 'static,
    {
        if error.code() == Some("ResourceNotFoundException") {
            return Self::NoTable(table.to_owned());
        }
        Self::Message(format!("{operation} on `{table}`: {}", what(error)))
    }

    /// An error of a request that is about no table, and was made with the bare SDK.
    pub fn sdk_without_table<E, R>(operation: &str, error: &SdkError<E, R>) -> Self
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
        R: fmt::Debug + 'static,
    {
        Self::Message(format!("{operation}: {}", what(error)))
    }
}

fn what<E, R>(error: &SdkError<E, R>) -> String
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
    R: fmt::Debug + 'static,
{
    match (error.code(), error.message()) {
        (Some(code), Some(message)) => format!("{code}: {message}"),
        (Some(code), None) => code.to_owned(),
        // "dispatch failure" says little; its innermost source says what happened.
        (None, _) => innermost(error).to_string(),
    }
}

fn innermost<'e>(mut error: &'e (dyn std::error::Error + 'static)) -> &'e dyn std::error::Error {
    while let Some(source) = error.source() {
        error = source;
    }
    error
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Entity(error) => error.fmt(f),
            Self::NoTable(table) => write!(f, "no table {table:?}"),
            Self::Message(message) => f.write_str(message),
            Self::Closed => f.write_str("the output was closed"),
        }
    }
}

impl std::error::Error for Error {}

impl From<entity_core::Error> for Error {
    fn from(error: entity_core::Error) -> Self {
        match error.kind() {
            entity_core::ErrorKind::Service(service) if error.is_table_not_found() => {
                Self::NoTable(service.table().to_owned())
            }
            _ => Self::Entity(error),
        }
    }
}

impl<R> From<PartialRead<R>> for Error {
    fn from(read: PartialRead<R>) -> Self {
        entity_core::Error::from(read).into()
    }
}

impl From<io::Error> for Error {
    /// An error of the output.
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::Closed,
            _ => Self::Message(format!("cannot write the output: {error}")),
        }
    }
}
