//! `Request`: what would be sent, as it would be sent.

use std::borrow::Cow;
use std::fmt;

use crate::key::KeyValue;
use crate::wire::write;

/// A request as it would be sent: the operation and the JSON body.
///
/// `Display` shows the body; it holds the values of keys and attributes.
///
/// # Example
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/songs.rs"));
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let songs = songs().await?;
/// let request = songs.get(Song::key("1")).consistent().request()?;
/// assert_eq!(request.operation(), "GetItem");
/// assert_eq!(
///     request.to_string(),
///     r#"GetItem {"TableName":"Songs","#.to_owned()
///         + r#""Key":{"Id":{"S":"1"},"Metadata":{"S":"Details"}},"ConsistentRead":true}"#,
/// );
/// # Ok(())
/// # }
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Request {
    operation: &'static str,
    index: Option<&'static str>,
    body: Vec<u8>,
    /// The attributes that expressions name, `#n0` and on.
    names: Vec<Cow<'static, str>>,
    /// The values that expressions compare with, `:v0` and on, as JSON.
    values: Vec<Vec<u8>>,
}

impl Request {
    /// Begins a body with the table's name.
    pub(crate) fn new(operation: &'static str, table: &str) -> Self {
        let mut request = Self::of_tables(operation);
        request.text("TableName", table);
        request
    }

    /// Begins the body of an operation on several tables.
    pub(crate) fn of_tables(operation: &'static str) -> Self {
        let mut body = Vec::with_capacity(256);
        body.push(b'{');
        Self { operation, index: None, body, names: Vec::new(), values: Vec::new() }
    }

    /// Ends the body, with the placeholders that its expressions use.
    pub(crate) fn end(mut self) -> Self {
        let (names, values) = (std::mem::take(&mut self.names), std::mem::take(&mut self.values));
        if !names.is_empty() {
            self.placeholders("ExpressionAttributeNames", "#n", &names, |body, name| {
                write::string(body, name);
            });
        }
        if !values.is_empty() {
            self.placeholders("ExpressionAttributeValues", ":v", &values, |body, value| {
                body.extend_from_slice(value);
            });
        }
        self.body.push(b'}');
        self
    }

    fn placeholders<T>(
        &mut self,
        member: &str,
        prefix: &str,
        list: &[T],
        write: impl Fn(&mut Vec<u8>, &T),
    ) {
        let body = &mut self.member(member).body;
        for (number, element) in list.iter().enumerate() {
            body.push(if number == 0 { b'{' } else { b',' });
            body.extend_from_slice(format!("\"{prefix}{number}\":").as_bytes());
            write(body, element);
        }
        body.push(b'}');
    }

    /// The placeholder of an attribute's name: one for each name.
    pub(crate) fn name(&mut self, name: impl Into<Cow<'static, str>>) -> String {
        let name = name.into();
        let known = self.names.iter().position(|known| *known == name);
        let number = known.unwrap_or_else(|| {
            self.names.push(name);
            self.names.len() - 1
        });
        format!("#n{number}")
    }

    /// The placeholder of a key's value.
    pub(crate) fn value(&mut self, value: &KeyValue) -> String {
        let mut json = Vec::new();
        value.write(&mut json);
        self.json_value(json)
    }

    /// The placeholder of a value: equal values share one.
    pub(crate) fn json_value(&mut self, json: Vec<u8>) -> String {
        let known = self.values.iter().position(|known| *known == json);
        let number = known.unwrap_or_else(|| {
            self.values.push(json);
            self.values.len() - 1
        });
        format!(":v{number}")
    }

    /// Adds a member whose value is JSON already.
    pub(crate) fn raw(&mut self, name: &str, json: impl AsRef<[u8]>) -> &mut Self {
        self.member(name).body.extend_from_slice(json.as_ref());
        self
    }

    /// Adds a member whose value is a string.
    pub(crate) fn text(&mut self, name: &str, value: &str) -> &mut Self {
        write::string(&mut self.member(name).body, value);
        self
    }

    /// Names the index that the request reads.
    pub(crate) fn index_name(&mut self, index: &'static str) -> &mut Self {
        self.index = Some(index);
        self.text("IndexName", index)
    }

    /// Adds a member that is an object of key attributes.
    pub(crate) fn attributes<'k>(
        &mut self,
        name: &str,
        values: impl IntoIterator<Item = (&'k str, &'k KeyValue)>,
    ) -> &mut Self {
        let body = &mut self.member(name).body;
        body.push(b'{');
        for (position, (name, value)) in values.into_iter().enumerate() {
            if position > 0 {
                body.push(b',');
            }
            write::string(body, name);
            body.push(b':');
            value.write(body);
        }
        body.push(b'}');
        self
    }

    fn member(&mut self, name: &str) -> &mut Self {
        if self.body.last() != Some(&b'{') {
            self.body.push(b',');
        }
        write::string(&mut self.body, name);
        self.body.push(b':');
        self
    }

    /// The operation's name: `GetItem`.
    #[must_use]
    pub fn operation(&self) -> &'static str {
        self.operation
    }

    /// The index that is read, if one is.
    #[must_use]
    pub fn index(&self) -> Option<&'static str> {
        self.index
    }

    /// The body: JSON, as DynamoDB takes it.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    pub(crate) fn into_body(self) -> Vec<u8> {
        self.body
    }
}

impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.operation, String::from_utf8_lossy(&self.body))
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("operation", &self.operation)
            .field("bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}
