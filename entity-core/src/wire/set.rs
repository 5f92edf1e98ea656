//! Sets: which sequences are to be stored as SS, NS and BS.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::carrier::{PLAIN, Plain};
use super::scalar::is_none;

/// The three kinds of sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Strings,
    Numbers,
    Binaries,
}

impl Kind {
    /// The kind that the name of a newtype asks for. The names are those of serde_dynamo 4.
    #[inline]
    pub(super) fn of(name: &'static str) -> Option<Self> {
        // The first character, a Greek question mark, keeps other names out at once.
        match name.strip_prefix('\u{037E}')? {
            "STRINGSET\u{037E}" => Some(Kind::Strings),
            "NUMBERSET\u{037E}" => Some(Kind::Numbers),
            "BYTESSET\u{037E}" => Some(Kind::Binaries),
            _ => None,
        }
    }

    pub(super) fn word(self) -> &'static str {
        match self {
            Kind::Strings => "SS",
            Kind::Numbers => "NS",
            Kind::Binaries => "BS",
        }
    }

    /// The type of the elements.
    pub(super) fn element(self) -> &'static str {
        match self {
            Kind::Strings => "S",
            Kind::Numbers => "N",
            Kind::Binaries => "B",
        }
    }

    pub(super) fn open(self) -> &'static [u8] {
        match self {
            Kind::Strings => b"{\"SS\":[",
            Kind::Numbers => b"{\"NS\":[",
            Kind::Binaries => b"{\"BS\":[",
        }
    }
}

macro_rules! set_module {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        pub mod $name {
            use super::*;

            /// Writes a sequence as a set, and a `None` as none.
            ///
            /// It does not leave out an empty sequence.
            ///
            /// # Errors
            ///
            /// If the value is not a sequence of such elements, or is empty, or has one twice.
            ///
            /// # Example
            ///
            /// ```
            /// use entity_core::wire;
            ///
            /// let (mut out, none) = (Vec::new(), None::<Vec<String>>);
            #[doc = concat!("wire::", stringify!($name), "::serialize(&none, wire::Serializer::new(&mut out))?;")]
            /// assert!(out.is_empty());
            /// # Ok::<(), wire::Error>(())
            /// ```
            pub fn serialize<T, S>(value: &T, serializer: S) -> Result<S::Ok, S::Error>
            where
                T: Serialize,
                S: Serializer,
            {
                if is_none(value) {
                    return serializer.serialize_none();
                }
                serde_dynamo::$name::serialize(value, serializer)
            }

            /// Reads a set, or a list of such elements; NULL as none.
            ///
            /// It does not check that elements are there once; a `HashSet` or `BTreeSet` merges them.
            ///
            /// # Errors
            ///
            /// If there is no set or list of such elements.
            ///
            /// # Example
            ///
            /// ```
            /// use entity_core::wire;
            ///
            /// let mut reader = wire::read::Reader::new(r#"{"NULL":true}"#);
            /// let deserializer = wire::Deserializer::new(&mut reader);
            #[doc = concat!("let none: Option<Vec<String>> = wire::", stringify!($name), "::deserialize(deserializer)?;")]
            /// assert_eq!(none, None);
            /// # Ok::<(), wire::Error>(())
            /// ```
            pub fn deserialize<'de, T, D>(deserializer: D) -> Result<T, D::Error>
            where
                T: Deserialize<'de>,
                D: Deserializer<'de>,
            {
                deserializer.deserialize_newtype_struct(PLAIN, Plain::new())
            }
        }
    };
}

set_module! {
    /// Stores a sequence of strings as SS: `#[serde(with = "wire::string_set")]`.
    ///
    /// It takes `Vec`, `HashSet`, `BTreeSet` and options of them (those with `#[serde(default)]` too,
    /// since serde asks for it with `with`). DynamoDB has no empty sets, and this does not
    /// leave one out by itself; `skip_serializing_if` does. `serde_dynamo::string_set` has the same effect here,
    /// except that it does not read sets through serde's buffering (`flatten`, untagged and internally tagged enums).
    ///
    /// # Errors
    ///
    /// An empty set, an element that is there twice, and one that is not a string are refused.
    ///
    /// # Example
    ///
    /// ```
    /// use std::collections::BTreeSet;
    ///
    /// use entity_core::wire;
    ///
    /// #[derive(serde::Serialize, serde::Deserialize)]
    /// struct Movie {
    ///     #[serde(with = "wire::string_set")]
    ///     genres: BTreeSet<String>,
    /// }
    ///
    /// let movie: Movie = wire::from_slice(br#"{"genres":{"SS":["Drama","Action"]}}"#)?;
    /// assert_eq!(wire::to_vec(&movie)?, br#"{"genres":{"SS":["Action","Drama"]}}"#);
    /// # Ok::<(), wire::Error>(())
    /// ```
    string_set
}

set_module! {
    /// Stores a sequence of numbers as NS: `#[serde(with = "wire::number_set")]`.
    ///
    /// Elements are compared by value. Otherwise as [`string_set`], with the same limits.
    ///
    /// # Errors
    ///
    /// An empty set, an element that is there twice, and one that is not a number are refused.
    ///
    /// # Example
    ///
    /// ```
    /// use entity_core::wire;
    ///
    /// #[derive(serde::Serialize)]
    /// struct Movie {
    ///     #[serde(with = "wire::number_set")]
    ///     ratings: Vec<f64>,
    /// }
    ///
    /// assert_eq!(wire::to_vec(&Movie { ratings: vec![7.5, 9.0] })?, br#"{"ratings":{"NS":["7.5","9"]}}"#);
    /// let error = wire::to_vec(&Movie { ratings: vec![] }).unwrap_err();
    /// assert_eq!(error.to_string(), "ratings: an empty set cannot be stored as NS");
    /// # Ok::<(), wire::Error>(())
    /// ```
    number_set
}

set_module! {
    /// Stores a sequence of bytes as BS: `#[serde(with = "wire::binary_set")]`.
    ///
    /// Elements serialise as bytes, as `serde_bytes::ByteBuf` does; a `Vec<u8>` is a list of numbers
    /// to serde and is refused. Otherwise as [`string_set`], with the same limits.
    ///
    /// # Errors
    ///
    /// An empty set, an element that is there twice, and one that is not bytes are refused.
    ///
    /// # Example
    ///
    /// ```
    /// use entity_core::wire;
    /// use serde_bytes::ByteBuf;
    ///
    /// #[derive(serde::Serialize, serde::Deserialize)]
    /// struct Message {
    ///     #[serde(with = "wire::binary_set")]
    ///     hashes: Vec<ByteBuf>,
    /// }
    ///
    /// let message = Message { hashes: vec![ByteBuf::from(b"ab".to_vec())] };
    /// assert_eq!(wire::to_vec(&message)?, br#"{"hashes":{"BS":["YWI="]}}"#);
    /// # Ok::<(), wire::Error>(())
    /// ```
    binary_set
}
