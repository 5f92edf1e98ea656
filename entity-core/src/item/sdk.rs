//! The bridge to items as the SDK holds them.

use std::collections::HashMap;

use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;

use crate::wire::read::Reader;
use crate::wire::{self, write};

/// An item as the SDK holds it.
pub(crate) type SdkItem = HashMap<String, AttributeValue>;

pub(crate) fn to_json<V: Value>(item: &HashMap<String, V>) -> Vec<u8> {
    let mut out = Vec::with_capacity(512);
    object(&mut out, item);
    out
}

/// An attribute value, of any of the services' crates.
pub(crate) trait Value: Sized {
    fn view(&self) -> View<'_, Self>;
}

/// What an attribute value is.
pub(crate) enum View<'a, V> {
    S(&'a str),
    N(&'a str),
    B(&'a Blob),
    Bool(bool),
    Null(bool),
    M(&'a HashMap<String, V>),
    L(&'a [V]),
    Ss(&'a [String]),
    Ns(&'a [String]),
    Bs(&'a [Blob]),
    Unknown,
}

macro_rules! value {
    ($ty:ty) => {
        impl Value for $ty {
            fn view(&self) -> View<'_, Self> {
                match self {
                    Self::S(text) => View::S(text),
                    Self::N(text) => View::N(text),
                    Self::B(blob) => View::B(blob),
                    Self::Bool(value) => View::Bool(*value),
                    Self::Null(value) => View::Null(*value),
                    Self::M(item) => View::M(item),
                    Self::L(list) => View::L(list),
                    Self::Ss(set) => View::Ss(set),
                    Self::Ns(set) => View::Ns(set),
                    Self::Bs(set) => View::Bs(set),
                    _ => View::Unknown,
                }
            }
        }
    };
}

value!(AttributeValue);
#[cfg(feature = "streams")]
value!(aws_sdk_dynamodbstreams::types::AttributeValue);

fn object<V: Value>(out: &mut Vec<u8>, item: &HashMap<String, V>) {
    out.push(b'{');
    for (position, (name, value)) in item.iter().enumerate() {
        if position > 0 {
            out.push(b',');
        }
        write::string(out, name);
        out.push(b':');
        attribute(out, value);
    }
    out.push(b'}');
}

fn attribute<V: Value>(out: &mut Vec<u8>, value: &V) {
    let mut tagged = |tag: &str, write: &dyn Fn(&mut Vec<u8>)| {
        out.push(b'{');
        write::string(out, tag);
        out.push(b':');
        write(out);
        out.push(b'}');
    };
    match value.view() {
        View::S(text) => tagged("S", &|out| write::string(out, text)),
        View::N(text) => tagged("N", &|out| write::string(out, text)),
        View::B(blob) => tagged("B", &|out| bytes(out, blob)),
        View::Bool(value) => tagged("BOOL", &|out| boolean(out, value)),
        View::Null(value) => tagged("NULL", &|out| boolean(out, value)),
        View::M(item) => tagged("M", &|out| object(out, item)),
        View::L(list) => tagged("L", &|out| array(out, list, attribute)),
        View::Ss(set) => tagged("SS", &|out| array(out, set, |out, t| write::string(out, t))),
        View::Ns(set) => tagged("NS", &|out| array(out, set, |out, t| write::string(out, t))),
        View::Bs(set) => tagged("BS", &|out| array(out, set, bytes)),
        // A type that this library does not know; the reader says so, with the attribute's path.
        View::Unknown => tagged("UNKNOWN", &|out| boolean(out, true)),
    }
}

fn boolean(out: &mut Vec<u8>, value: bool) {
    out.extend_from_slice(if value { b"true" } else { b"false" });
}

fn bytes(out: &mut Vec<u8>, blob: &Blob) {
    out.push(b'"');
    write::base64(out, blob.as_ref());
    out.push(b'"');
}

fn array<T>(out: &mut Vec<u8>, values: &[T], write: impl Fn(&mut Vec<u8>, &T)) {
    out.push(b'[');
    for (position, value) in values.iter().enumerate() {
        if position > 0 {
            out.push(b',');
        }
        write(out, value);
    }
    out.push(b']');
}

/// Reads an item of DynamoDB JSON.
pub(super) fn from_json(json: &[u8]) -> Result<SdkItem, wire::Error> {
    let mut reader = Reader::from_bytes(json)?;
    let item = read_object(&mut reader)?;
    reader.end()?;
    Ok(item)
}

fn read_object(reader: &mut Reader<'_>) -> Result<SdkItem, wire::Error> {
    let mut item = HashMap::new();
    reader.begin_object()?;
    let mut first = true;
    while let Some(name) = reader.next_key(&mut first)? {
        let value = read_attribute(reader).map_err(|error| error.at_name(&name))?;
        item.insert(name.into_owned(), value);
    }
    Ok(item)
}

fn read_attribute(reader: &mut Reader<'_>) -> Result<AttributeValue, wire::Error> {
    reader.begin_object()?;
    let mut first = true;
    let tag = reader.next_key(&mut first)?;
    let text = |reader: &mut Reader<'_>| Ok(reader.string()?.into_owned());
    let value = match tag.as_deref() {
        Some("S") => AttributeValue::S(text(reader)?),
        Some("N") => AttributeValue::N(text(reader)?),
        Some("B") => AttributeValue::B(read_bytes(reader)?),
        Some("BOOL") => AttributeValue::Bool(reader.boolean()?),
        Some("NULL") => AttributeValue::Null(reader.boolean()?),
        Some("M") => AttributeValue::M(read_object(reader)?),
        Some("L") => AttributeValue::L(read_array(reader, read_attribute)?),
        Some("SS") => AttributeValue::Ss(read_array(reader, text)?),
        Some("NS") => AttributeValue::Ns(read_array(reader, text)?),
        Some("BS") => AttributeValue::Bs(read_array(reader, read_bytes)?),
        _ => return Err(wire::Error::data("expected an attribute value")),
    };
    match reader.next_key(&mut first)? {
        None => Ok(value),
        Some(_) => Err(wire::Error::data("expected an attribute value of one type")),
    }
}

fn read_bytes(reader: &mut Reader<'_>) -> Result<Blob, wire::Error> {
    let bytes = write::decode_base64(&reader.string()?);
    bytes.map(Blob::new).ok_or_else(|| wire::Error::data("expected Base64"))
}

fn read_array<'de, T>(
    reader: &mut Reader<'de>,
    read: impl Fn(&mut Reader<'de>) -> Result<T, wire::Error>,
) -> Result<Vec<T>, wire::Error> {
    let mut values = Vec::new();
    reader.begin_array()?;
    let mut first = true;
    while reader.next_element(&mut first)? {
        values.push(read(reader)?);
    }
    Ok(values)
}
