//! What goes wrong between bytes and values, and where in the item.

use std::fmt::{self, Display};

use serde::de::{Expected, Unexpected};

/// A `Result` whose error is [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Says what did not fit between DynamoDB JSON and a Rust value, and at which attribute.
///
/// It speaks of types in DynamoDB's words (S, N, B, BOOL, NULL, M, L, SS, NS, BS) and never shows
/// what an attribute holds. It does not know the table or the key of the item: whoever does adds
/// them. Text that a type's own `Serialize` or `Deserialize` gives to `Error::custom` is kept as it is.
///
/// # Example
///
/// ```
/// use entity_core::wire;
///
/// #[derive(Debug, serde::Deserialize)]
/// struct Sku { #[allow(dead_code)] price: f64 }
/// #[derive(Debug, serde::Deserialize)]
/// struct Item { #[allow(dead_code)] item_sku: Sku }
///
/// let error = wire::from_slice::<Item>(br#"{"item_sku":{"M":{"price":{"S":"9.99"}}}}"#).unwrap_err();
/// assert_eq!(error.to_string(), "item_sku.price: expected N, found S");
/// assert_eq!(error.path(), "item_sku.price");
/// assert!(error.is_data());
/// ```
#[derive(Clone)]
pub struct Error(Box<Inner>);

#[derive(Clone)]
struct Inner {
    path: String,
    kind: ErrorKind,
}

/// What went wrong, without where.
///
/// It does not hold values of attributes.
///
/// # Example
///
/// ```
/// use entity_core::wire::{self, ErrorKind};
///
/// let error = wire::value_from_slice::<String>(br#"{"N":"1"}"#).unwrap_err();
/// assert!(matches!(error.kind(), ErrorKind::Mismatch { found: "N", .. }));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The text ended before the value did.
    Truncated {
        /// How many bytes there were.
        position: usize,
    },
    /// The text is not DynamoDB JSON.
    Syntax {
        /// The byte at which it stops to be.
        position: usize,
        /// What is wrong there.
        what: &'static str,
    },
    /// The attribute has another type than the one asked for.
    Mismatch {
        /// The type asked for.
        expected: Box<str>,
        /// The type that is there.
        found: &'static str,
    },
    /// The attribute is required, and not there.
    Missing,
    /// The value breaks a rule of DynamoDB or of its Rust type.
    Data(Box<str>),
}

impl Error {
    /// Returns where it happened, as DynamoDB writes paths: `item_sku.price`, `tags[2]`.
    ///
    /// It is empty for the item as a whole, and it names the attribute, not the Rust field.
    ///
    /// # Example
    ///
    /// ```
    /// use entity_core::wire;
    ///
    /// let error = wire::value_from_slice::<Vec<u8>>(br#"{"L":[{"N":"1"},{"S":"x"}]}"#).unwrap_err();
    /// assert_eq!(error.path(), "[1]");
    /// ```
    #[must_use]
    pub fn path(&self) -> &str {
        &self.0.path
    }

    /// Returns what went wrong.
    ///
    /// It does not say where; [`path`](Self::path) does.
    ///
    /// # Example
    ///
    /// ```
    /// use entity_core::wire::{self, ErrorKind};
    ///
    /// let error = wire::value_from_slice::<u8>(b"").unwrap_err();
    /// assert_eq!(error.kind(), &ErrorKind::Truncated { position: 0 });
    /// ```
    #[must_use]
    pub fn kind(&self) -> &ErrorKind {
        &self.0.kind
    }

    /// Returns whether the text ended early, as that of a cut connection does.
    ///
    /// It does not tell a text that was cut from one that was written incomplete.
    ///
    /// # Example
    ///
    /// ```
    /// use entity_core::wire;
    ///
    /// assert!(wire::value_from_slice::<u8>(br#"{"N":"1"#).unwrap_err().is_truncated());
    /// ```
    #[must_use]
    pub fn is_truncated(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Truncated { .. })
    }

    /// Returns whether the text is not DynamoDB JSON.
    ///
    /// It is false for a text that ended early, and for one whose values do not fit the type.
    ///
    /// # Example
    ///
    /// ```
    /// use entity_core::wire;
    ///
    /// assert!(wire::value_from_slice::<u8>(br#"{"N":1}"#).unwrap_err().is_syntax());
    /// ```
    #[must_use]
    pub fn is_syntax(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Syntax { .. })
    }

    /// Returns whether a value did not fit its type or a rule of DynamoDB.
    ///
    /// It is false where the text itself is broken.
    ///
    /// # Example
    ///
    /// ```
    /// use entity_core::wire;
    ///
    /// assert!(wire::value_to_vec(&f64::NAN).unwrap_err().is_data());
    /// ```
    #[must_use]
    pub fn is_data(&self) -> bool {
        !self.is_truncated() && !self.is_syntax()
    }

    #[cold]
    #[inline(never)]
    pub(crate) fn new(kind: ErrorKind) -> Self {
        Error(Box::new(Inner { path: String::new(), kind }))
    }

    #[cold]
    #[inline(never)]
    pub(crate) fn truncated(position: usize) -> Self {
        Self::new(ErrorKind::Truncated { position })
    }

    #[cold]
    #[inline(never)]
    pub(crate) fn syntax(position: usize, what: &'static str) -> Self {
        Self::new(ErrorKind::Syntax { position, what })
    }

    #[cold]
    #[inline(never)]
    pub(crate) fn mismatch(expected: &str, found: &'static str) -> Self {
        Self::new(ErrorKind::Mismatch { expected: expected.into(), found })
    }

    #[cold]
    #[inline(never)]
    pub(crate) fn data(what: &str) -> Self {
        Self::new(ErrorKind::Data(what.into()))
    }

    /// Puts `name` before the path: the error came out of the attribute of that name.
    #[cold]
    #[inline(never)]
    pub(crate) fn at_name(mut self, name: &str) -> Self {
        let path = &mut self.0.path;
        if !path.is_empty() && !path.starts_with('[') {
            path.insert(0, '.');
        }
        path.insert_str(0, name);
        self
    }

    /// Puts `[index]` before the path: the error came out of that element of a list.
    #[cold]
    #[inline(never)]
    pub(crate) fn at_index(mut self, index: usize) -> Self {
        let path = &mut self.0.path;
        if !path.is_empty() && !path.starts_with('[') {
            path.insert(0, '.');
        }
        path.insert_str(0, &format!("[{index}]"));
        self
    }
}

impl Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ErrorKind::Truncated { position } => {
                write!(f, "the text ends early, at byte {position}")
            }
            ErrorKind::Syntax { position, what } => write!(f, "{what} at byte {position}"),
            ErrorKind::Mismatch { expected, found } => {
                write!(f, "expected {expected}, found {found}")
            }
            ErrorKind::Missing => f.write_str("required, but not there"),
            ErrorKind::Data(what) => f.write_str(what),
        }
    }
}

impl Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.0.path.is_empty() {
            write!(f, "{}: ", self.0.path)?;
        }
        self.0.kind.fmt(f)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error").field("path", &self.0.path).field("kind", &self.0.kind).finish()
    }
}

impl std::error::Error for Error {}

impl serde::ser::Error for Error {
    #[cold]
    fn custom<T: Display>(what: T) -> Self {
        Self::data(&what.to_string())
    }
}

/// serde's own texts show the value that did not fit; these say its type instead.
impl serde::de::Error for Error {
    #[cold]
    fn custom<T: Display>(what: T) -> Self {
        Self::data(&what.to_string())
    }

    #[cold]
    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        match found {
            Unexpected::NewtypeStruct => {
                Self::data(&format!("expected {expected}, found {CARRIED}"))
            }
            found => Self::mismatch(&expected.to_string(), word(&found)),
        }
    }

    #[cold]
    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        match word(&found) {
            "N" => Self::data(&format!("number out of range, expected {expected}")),
            found => Self::data(&format!("this {found} does not fit, expected {expected}")),
        }
    }

    #[cold]
    fn invalid_length(length: usize, expected: &dyn Expected) -> Self {
        Self::data(&format!("expected {expected}, found {length} elements"))
    }

    #[cold]
    fn unknown_variant(_: &str, expected: &'static [&'static str]) -> Self {
        Self::data(&format!("unknown variant, expected {}", OneOf(expected)))
    }

    #[cold]
    fn unknown_field(name: &str, expected: &'static [&'static str]) -> Self {
        Self::data(&format!("unknown attribute, expected {}", OneOf(expected))).at_name(name)
    }

    #[cold]
    fn missing_field(name: &'static str) -> Self {
        Self::new(ErrorKind::Missing).at_name(name)
    }

    #[cold]
    fn duplicate_field(name: &'static str) -> Self {
        Self::data("this attribute is there twice").at_name(name)
    }
}

/// What is in a newtype that nothing has asked for.
const CARRIED: &str = "a set or a number of more than 15 digits, which types that take anything, and \
    fields that serde buffers (flatten, untagged and internally tagged enums), take only as \
    `wire::Value`, `wire::Number`, or `with` `wire::string_set`, `number_set`, `binary_set`, `as_number`";

/// The word of DynamoDB for what serde found.
fn word(found: &Unexpected<'_>) -> &'static str {
    match found {
        Unexpected::Bool(_) => "BOOL",
        Unexpected::Unsigned(_) | Unexpected::Signed(_) | Unexpected::Float(_) => "N",
        Unexpected::Char(_) | Unexpected::Str(_) | Unexpected::UnitVariant => "S",
        Unexpected::Bytes(_) => "B",
        Unexpected::Unit | Unexpected::Option => "NULL",
        Unexpected::Seq => "L",
        Unexpected::Map | Unexpected::Enum | Unexpected::NewtypeVariant => "M",
        Unexpected::TupleVariant | Unexpected::StructVariant => "M",
        Unexpected::NewtypeStruct | Unexpected::Other(_) => "another type",
    }
}

struct OneOf(&'static [&'static str]);

impl Display for OneOf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [first, rest @ ..] = self.0 else {
            return f.write_str("none");
        };
        write!(f, "{}`{first}`", if rest.is_empty() { "" } else { "one of " })?;
        rest.iter().try_for_each(|name| write!(f, ", `{name}`"))
    }
}

#[cfg(test)]
mod tests {
    use serde::de::Error as _;

    use super::*;

    #[test]
    fn a_path_is_put_together_from_the_inside_out() {
        let error = Error::data("x").at_name("price").at_index(2).at_index(0).at_name("tags");
        assert_eq!(error.path(), "tags[0][2].price");
        assert_eq!(error.to_string(), "tags[0][2].price: x");
    }

    #[test]
    fn serde_texts_do_not_show_values() {
        let secret = Unexpected::Str("secret");
        for error in [
            Error::invalid_type(secret, &"a number"),
            Error::invalid_value(secret, &"a date"),
            Error::invalid_value(Unexpected::Other("integer `7` as u128"), &"u8"),
            Error::unknown_variant("secret", &["A", "B"]),
        ] {
            let text = error.to_string();
            assert!(!text.contains("secret") && !text.contains('7'), "{text}");
        }
    }

    #[test]
    fn a_missing_field_is_named_by_the_path() {
        let error = Error::missing_field("price").at_name("item_sku");
        assert_eq!(error.to_string(), "item_sku.price: required, but not there");
    }
}
