//! Writes Rust values as DynamoDB JSON, straight into one buffer.

use std::collections::HashSet;
use std::fmt::{Display, Write as _};

use serde::ser::{self, Impossible, Serialize};

use super::error::{Error, Result};
use super::key::KeySerializer;
use super::number::{self, Number};
use super::read::Reader;
use super::set::Kind;
use super::{LEVELS, too_deep, write};

#[doc(hidden)]
pub use super::scalar::{Scalar, scalar};

/// Writes `value`, a struct or a map, as an item.
///
/// It does not add keys or anything else that is not in the value, and it leaves out what is `None`.
///
/// # Errors
///
/// If the value is no struct or map, or DynamoDB cannot hold something in it; the error names where.
///
/// # Example
///
/// ```
/// use std::collections::BTreeMap;
///
/// use entity_core::wire;
///
/// let item = BTreeMap::from([("a", Some(1)), ("b", None)]);
/// assert_eq!(wire::to_vec(&item)?, br#"{"a":{"N":"1"}}"#);
/// assert_eq!(wire::to_vec("text").unwrap_err().to_string(), "expected M, found S");
/// # Ok::<(), wire::Error>(())
/// ```
pub fn to_vec<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>> {
    let mut out = Vec::with_capacity(512);
    out.push(b'{');
    members(value, &mut out, &Everything)?;
    out.push(b'}');
    Ok(out)
}

/// Writes `value` as one attribute value.
///
/// It does not give the attribute a name; `None` is NULL here.
///
/// # Errors
///
/// If DynamoDB cannot hold something in the value; the error names where.
///
/// # Example
///
/// ```
/// use entity_core::wire;
///
/// assert_eq!(wire::value_to_vec("x")?, br#"{"S":"x"}"#);
/// assert_eq!(wire::value_to_vec(&[1, 2])?, br#"{"L":[{"N":"1"},{"N":"2"}]}"#);
/// # Ok::<(), wire::Error>(())
/// ```
pub fn value_to_vec<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>> {
    let mut out = Vec::with_capacity(64);
    value_into(value, &mut out)?;
    Ok(out)
}

/// Appends `value` as one attribute value to `out`; `None` is NULL here.
///
/// What it has appended before an error stays.
///
/// # Errors
///
/// If DynamoDB cannot hold something in the value; the error names where.
#[doc(hidden)]
pub fn value_into<T: Serialize + ?Sized>(value: &T, out: &mut Vec<u8>) -> Result<()> {
    if value.serialize(Serializer::new(out))? == Written::Nothing {
        out.extend_from_slice(NULL);
    }
    Ok(())
}

/// Appends the attributes of `value` to `out`, without braces, and says how many they are.
///
/// Names are written, left out or refused as `view` says. What it has appended before an error stays.
///
/// # Errors
///
/// If the value is no struct or map, an attribute is refused or there twice, or DynamoDB cannot hold something.
#[doc(hidden)]
pub fn members<T, V>(value: &T, out: &mut Vec<u8>, view: &V) -> Result<usize>
where
    T: Serialize + ?Sized,
    V: ItemView + ?Sized,
{
    let mut count = 0;
    value.serialize(ItemSerializer { out, view, count: &mut count })?;
    Ok(count)
}

/// Says which attributes of an item are written.
#[doc(hidden)]
pub trait ItemView {
    /// What is to be done with the attribute `name`.
    fn attribute(&self, name: &str) -> Attribute;
}

/// What is to be done with an attribute.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attribute {
    /// It is written.
    Write,
    /// It is left out.
    Leave,
    /// It is an error, for this reason.
    Refuse(&'static str),
}

/// The view that writes every attribute.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct Everything;

impl ItemView for Everything {
    #[inline]
    fn attribute(&self, _: &str) -> Attribute {
        Attribute::Write
    }
}

const NULL: &[u8] = b"{\"NULL\":true}";

/// Whether something was written: `None` writes nothing, and what is around it knows what that means.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// One value, or the attributes of an item.
    Value,
    /// The value was none.
    Nothing,
}

/// What of the data model becomes something else than usual.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Value,
    /// Text is a number.
    Number,
    /// A sequence is a set.
    Set(Kind),
}

/// A [`serde::Serializer`] that appends one attribute value to a buffer.
///
/// A `None` appends nothing. What was appended before an error stays in the buffer.
///
/// # Example
///
/// ```
/// use entity_core::wire;
/// use serde::Serialize;
///
/// let mut out = b"\"v\":".to_vec();
/// true.serialize(wire::Serializer::new(&mut out))?;
/// assert_eq!(out, br#""v":{"BOOL":true}"#);
/// # Ok::<(), wire::Error>(())
/// ```
#[derive(Debug)]
pub struct Serializer<'a> {
    out: &'a mut Vec<u8>,
    /// How many M and L are around the value.
    depth: u8,
    mode: Mode,
}

impl<'a> Serializer<'a> {
    /// Appends to `out`; does not clear it.
    ///
    /// # Example
    ///
    /// ```
    /// use entity_core::wire;
    /// use serde::Serialize;
    ///
    /// let mut out = Vec::new();
    /// 'x'.serialize(wire::Serializer::new(&mut out))?;
    /// assert_eq!(out, br#"{"S":"x"}"#);
    /// # Ok::<(), wire::Error>(())
    /// ```
    pub fn new(out: &'a mut Vec<u8>) -> Self {
        Serializer { out, depth: 0, mode: Mode::Value }
    }

    #[inline]
    fn integer(self, value: impl itoa::Integer) -> Result<Written> {
        self.out.extend_from_slice(b"{\"N\":\"");
        self.out.extend_from_slice(itoa::Buffer::new().format(value).as_bytes());
        self.end_text()
    }

    fn float(self, value: impl zmij::Float) -> Result<Written> {
        self.out.extend_from_slice(b"{\"N\":\"");
        Number::write_float(value, self.out)?;
        self.end_text()
    }

    fn number(self, value: Number) -> Result<Written> {
        self.out.extend_from_slice(b"{\"N\":\"");
        value.write(self.out);
        self.end_text()
    }

    #[inline]
    fn end_text(self) -> Result<Written> {
        self.out.extend_from_slice(b"\"}");
        Ok(Written::Value)
    }

    #[inline]
    fn literal(self, text: &[u8]) -> Result<Written> {
        self.out.extend_from_slice(text);
        Ok(Written::Value)
    }

    #[inline]
    fn list(self) -> List<'a> {
        let kind = match self.mode {
            Mode::Set(kind) => Some(kind),
            Mode::Value | Mode::Number => None,
        };
        self.out.extend_from_slice(kind.map_or(b"{\"L\":[", Kind::open));
        let set = kind.map(|kind| Box::new((kind, Seen::default())));
        List { out: self.out, depth: self.depth + 1, count: 0, set, close: b"]}" }
    }

    #[inline]
    fn members(self) -> Members<'a> {
        self.out.extend_from_slice(b"{\"M\":{");
        Members::new(self.out, self.depth + 1, b"}}")
    }

    /// Opens the M with one entry that a variant with content is, up to the entry's value.
    fn variant(self, name: &'static str) -> Result<Self> {
        let depth = self.depth + 1;
        if depth >= LEVELS {
            return Err(too_deep().at_name(name));
        }
        self.out.extend_from_slice(b"{\"M\":{");
        write::string(self.out, name);
        self.out.push(b':');
        Ok(Serializer { out: self.out, depth, mode: Mode::Value })
    }

    /// Writes what is inside a marked newtype, and checks that it came out as the type it was marked as.
    #[cold]
    fn marked<T: Serialize + ?Sized>(
        self,
        mode: Mode,
        word: &'static str,
        value: &T,
    ) -> Result<Written> {
        let start = self.out.len();
        let inside = Serializer { out: &mut *self.out, depth: self.depth, mode };
        let written = value.serialize(inside)?;
        match (written, tag(self.out, start)) {
            (Written::Value, found) if found != word => Err(Error::mismatch(word, found)),
            _ => Ok(written),
        }
    }
}

/// The type of the value that was written from `start` on.
fn tag(out: &[u8], start: usize) -> &'static str {
    const WORDS: [&str; 10] = ["S", "N", "B", "BOOL", "NULL", "M", "L", "SS", "NS", "BS"];
    let text = out.get(start..).unwrap_or_default().strip_prefix(b"{\"").unwrap_or_default();
    let is = |word: &&str| {
        text.strip_prefix(word.as_bytes()).is_some_and(|rest| rest.starts_with(b"\""))
    };
    WORDS.into_iter().find(is).unwrap_or("another type")
}

macro_rules! integers {
    ($($method:ident: $int:ident)*) => {
        $(#[inline]
        fn $method(self, value: $int) -> Result<Written> {
            self.integer(value)
        })*
    };
}

impl<'a> ser::Serializer for Serializer<'a> {
    type Ok = Written;
    type Error = Error;
    type SerializeSeq = List<'a>;
    type SerializeTuple = List<'a>;
    type SerializeTupleStruct = List<'a>;
    type SerializeTupleVariant = List<'a>;
    type SerializeMap = Members<'a>;
    type SerializeStruct = Members<'a>;
    type SerializeStructVariant = Members<'a>;

    integers! {
        serialize_i8: i8 serialize_i16: i16 serialize_i32: i32 serialize_i64: i64
        serialize_u8: u8 serialize_u16: u16 serialize_u32: u32 serialize_u64: u64
    }

    fn serialize_i128(self, value: i128) -> Result<Written> {
        self.number(Number::try_from(value)?)
    }

    fn serialize_u128(self, value: u128) -> Result<Written> {
        self.number(Number::try_from(value)?)
    }

    fn serialize_f32(self, value: f32) -> Result<Written> {
        self.float(value)
    }

    fn serialize_f64(self, value: f64) -> Result<Written> {
        self.float(value)
    }

    #[inline]
    fn serialize_bool(self, value: bool) -> Result<Written> {
        self.literal(if value { b"{\"BOOL\":true}" } else { b"{\"BOOL\":false}" })
    }

    fn serialize_char(self, value: char) -> Result<Written> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    #[inline]
    fn serialize_str(self, value: &str) -> Result<Written> {
        if self.mode == Mode::Number {
            return self.number(Number::parse(value)?);
        }
        self.out.reserve(value.len() + 8);
        self.out.extend_from_slice(b"{\"S\":\"");
        write::escaped(self.out, value);
        self.end_text()
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<Written> {
        self.out.extend_from_slice(b"{\"B\":\"");
        write::base64(self.out, value);
        self.end_text()
    }

    #[inline]
    fn serialize_none(self) -> Result<Written> {
        Ok(Written::Nothing)
    }

    #[inline]
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Written> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<Written> {
        self.literal(NULL)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<Written> {
        self.literal(NULL)
    }

    #[inline]
    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<Written> {
        self.serialize_str(variant)
    }

    #[inline]
    fn serialize_newtype_struct<T>(self, name: &'static str, value: &T) -> Result<Written>
    where
        T: Serialize + ?Sized,
    {
        if let Some(kind) = Kind::of(name) {
            return self.marked(Mode::Set(kind), kind.word(), value);
        }
        if name == number::MARKER {
            return self.marked(Mode::Number, "N", value);
        }
        value.serialize(self)
    }

    fn serialize_newtype_variant<T>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<Written>
    where
        T: Serialize + ?Sized,
    {
        let inside = self.variant(variant)?;
        let out = &mut *inside.out;
        let content = Serializer { out: &mut *out, ..inside };
        if value.serialize(content).map_err(|error| error.at_name(variant))? == Written::Nothing {
            out.extend_from_slice(NULL);
        }
        out.extend_from_slice(b"}}");
        Ok(Written::Value)
    }

    #[inline]
    fn serialize_seq(self, _: Option<usize>) -> Result<List<'a>> {
        Ok(self.list())
    }

    fn serialize_tuple(self, _: usize) -> Result<List<'a>> {
        Ok(self.list())
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<List<'a>> {
        Ok(self.list())
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<List<'a>> {
        Ok(List { close: b"]}}}", ..self.variant(variant)?.list() })
    }

    /// serde's derive gives a length to every map but the one that a struct with `flatten` becomes.
    #[inline]
    fn serialize_map(self, len: Option<usize>) -> Result<Members<'a>> {
        let members = self.members();
        Ok(Members { seen: len.is_none().then(Box::default), keep_none: len.is_some(), ..members })
    }

    #[inline]
    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Members<'a>> {
        Ok(self.members())
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Members<'a>> {
        Ok(Members { close: b"}}}}", ..self.variant(variant)?.members() })
    }

    fn collect_str<T: Display + ?Sized>(self, value: &T) -> Result<Written> {
        if self.mode == Mode::Number {
            return self.number(Number::parse(&value.to_string())?);
        }
        self.out.extend_from_slice(b"{\"S\":\"");
        collect(self.out, value)?;
        self.end_text()
    }

    fn is_human_readable(&self) -> bool {
        self.mode != Mode::Number
    }
}

pub(super) fn collect<T: Display + ?Sized>(out: &mut Vec<u8>, value: &T) -> Result<()> {
    let printed = write!(write::Escaping(out), "{value}");
    printed.map_err(|_| Error::data("the type's own Display failed"))
}

/// The elements of a list or set.
#[doc(hidden)]
#[derive(Debug)]
pub struct List<'a> {
    out: &'a mut Vec<u8>,
    depth: u8,
    count: usize,
    set: Option<Box<(Kind, Seen)>>,
    close: &'static [u8],
}

impl List<'_> {
    #[inline]
    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        if self.count > 0 {
            self.out.push(b',');
        }
        let written = match self.set {
            None => self.value(value),
            Some(_) => self.set_element(value),
        };
        written.map_err(|error| error.at_index(self.count))?;
        self.count += 1;
        Ok(())
    }

    #[inline]
    fn value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        if self.depth >= LEVELS {
            return Err(too_deep());
        }
        let inside = Serializer { out: &mut *self.out, depth: self.depth, mode: Mode::Value };
        if value.serialize(inside)? == Written::Nothing {
            self.out.extend_from_slice(NULL);
        }
        Ok(())
    }

    /// Writes an element as the value it would be, and takes the type off: `{"S":"a"}` becomes `"a"`.
    fn set_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        let start = self.out.len();
        self.value(value)?;
        let Some((kind, seen)) = self.set.as_deref_mut() else {
            return Ok(());
        };
        let found = tag(self.out, start);
        if found != kind.element() {
            return Err(Error::mismatch(kind.element(), found));
        }
        self.out.drain(start..start + b"{\"S\":".len());
        self.out.pop();
        match seen.insert(self.out, start, self.out.len()) {
            true => Ok(()),
            false => Err(Error::data("this element is in the set twice")),
        }
    }

    fn close(self) -> Result<Written> {
        match self.set {
            Some(set) if self.count == 0 => {
                Err(Error::data(&format!("an empty set cannot be stored as {}", set.0.word())))
            }
            _ => {
                self.out.extend_from_slice(self.close);
                Ok(Written::Value)
            }
        }
    }
}

macro_rules! list {
    ($($trait:ident $method:ident)*) => {
        $(impl ser::$trait for List<'_> {
            type Ok = Written;
            type Error = Error;

            #[inline]
            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
                self.element(value)
            }

            #[inline]
            fn end(self) -> Result<Written> {
                self.close()
            }
        })*
    };
}
list! {
    SerializeSeq serialize_element
    SerializeTuple serialize_element
    SerializeTupleStruct serialize_field
    SerializeTupleVariant serialize_field
}

/// The members of a map or struct.
#[doc(hidden)]
#[derive(Debug)]
pub struct Members<'a> {
    out: &'a mut Vec<u8>,
    depth: u8,
    empty: bool,
    /// Whether a `None` is NULL rather than left out.
    keep_none: bool,
    /// Where the member begins that is being written, its comma included, and where its name does.
    start: usize,
    name: usize,
    /// The names so far, where one could come twice.
    seen: Option<Box<Seen>>,
    close: &'static [u8],
}

impl<'a> Members<'a> {
    #[inline]
    fn new(out: &'a mut Vec<u8>, depth: u8, close: &'static [u8]) -> Self {
        Members { out, depth, empty: true, keep_none: false, start: 0, name: 0, seen: None, close }
    }

    /// Goes to where the next member's name is written.
    #[inline]
    fn begin(&mut self) {
        self.start = self.out.len();
        if !self.empty {
            self.out.push(b',');
        }
        self.name = self.out.len();
    }

    #[inline]
    fn field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<()> {
        self.begin();
        write::string(self.out, name);
        self.value(value)
    }

    fn key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<()> {
        self.begin();
        key.serialize(KeySerializer::new(self.out))
    }

    /// Writes the value of the member whose name has just been written; takes the name back if there is none.
    #[inline]
    fn value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        let end = self.out.len();
        match self.try_value(value, end) {
            Ok(()) => Ok(()),
            Err(error) => Err(error.at_name(&self.name_text(end))),
        }
    }

    #[inline]
    fn try_value<T: Serialize + ?Sized>(&mut self, value: &T, end: usize) -> Result<()> {
        if self.depth >= LEVELS {
            return Err(too_deep());
        }
        self.out.push(b':');
        let inside = Serializer { out: &mut *self.out, depth: self.depth, mode: Mode::Value };
        if value.serialize(inside)? == Written::Nothing {
            if !self.keep_none {
                self.out.truncate(self.start);
                return Ok(());
            }
            self.out.extend_from_slice(NULL);
        }
        self.empty = false;
        if let Some(seen) = &mut self.seen
            && !seen.insert(self.out, self.name, end)
        {
            return Err(Error::data("this attribute is there twice"));
        }
        Ok(())
    }

    /// The name that is being written, up to `end`.
    fn name_text(&self, end: usize) -> String {
        let text = self.out.get(self.name..end).and_then(|name| std::str::from_utf8(name).ok());
        Reader::new(text.unwrap_or_default()).string().unwrap_or_default().into_owned()
    }

    #[inline]
    fn close(self) -> Result<Written> {
        self.out.extend_from_slice(self.close);
        Ok(Written::Value)
    }
}

impl ser::SerializeMap for Members<'_> {
    type Ok = Written;
    type Error = Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<()> {
        self.key(key)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        self.value(value)
    }

    fn end(self) -> Result<Written> {
        self.close()
    }
}

macro_rules! members {
    ($($trait:ident)*) => {
        $(impl ser::$trait for Members<'_> {
            type Ok = Written;
            type Error = Error;

            #[inline]
            fn serialize_field<T>(&mut self, name: &'static str, value: &T) -> Result<()>
            where
                T: Serialize + ?Sized,
            {
                self.field(name, value)
            }

            #[inline]
            fn end(self) -> Result<Written> {
                self.close()
            }
        })*
    };
}
members!(SerializeStruct SerializeStructVariant);

/// Ranges of the buffer that are to differ: names of attributes, elements of a set.
#[derive(Debug, Default)]
struct Seen {
    few: Vec<(usize, usize)>,
    many: HashSet<Box<[u8]>>,
}

impl Seen {
    /// How many are compared one by one, which is faster than hashing them.
    const FEW: usize = 16;

    /// Adds a range; false if its text is there already.
    fn insert(&mut self, out: &[u8], start: usize, end: usize) -> bool {
        let text = |(start, end): (usize, usize)| out.get(start..end).unwrap_or_default();
        let new = text((start, end));
        if self.few.len() < Self::FEW {
            let fresh = self.few.iter().all(|range| text(*range) != new);
            self.few.push((start, end));
            return fresh;
        }
        if self.many.is_empty() {
            self.many.extend(self.few.iter().map(|range| Box::from(text(*range))));
        }
        self.many.insert(new.into())
    }
}

/// A [`serde::Serializer`] that takes a struct or map and appends its attributes, without braces, to a buffer.
///
/// It does not take anything else. [`to_vec`] writes the braces as well.
///
/// # Example
///
/// ```
/// use entity_core::wire;
/// use serde::Serialize;
///
/// #[derive(Serialize)]
/// struct Song { id: u8, likes: Option<u8> }
///
/// let (mut out, mut count) = (Vec::new(), 0);
/// Song { id: 1, likes: None }.serialize(wire::ItemSerializer::new(&mut out, &mut count))?;
/// assert_eq!((out, count), (br#""id":{"N":"1"}"#.to_vec(), 1));
/// # Ok::<(), wire::Error>(())
/// ```
#[derive(Debug)]
pub struct ItemSerializer<'a, V: ?Sized = Everything> {
    out: &'a mut Vec<u8>,
    view: &'a V,
    count: &'a mut usize,
}

impl<'a> ItemSerializer<'a> {
    /// Appends to `out`, and adds to `count` how many attributes were written.
    ///
    /// # Example
    ///
    /// ```
    /// use entity_core::wire;
    /// use serde::Serialize;
    ///
    /// let (mut out, mut count) = (Vec::new(), 0);
    /// let error = 1.serialize(wire::ItemSerializer::new(&mut out, &mut count)).unwrap_err();
    /// assert_eq!(error.to_string(), "expected M, found N");
    /// ```
    pub fn new(out: &'a mut Vec<u8>, count: &'a mut usize) -> Self {
        ItemSerializer { out, view: &Everything, count }
    }
}

impl<'a, V: ItemView + ?Sized> ItemSerializer<'a, V> {
    #[cold]
    fn refuse(found: &'static str) -> Error {
        Error::mismatch("M", found)
    }

    fn item(self, track: bool) -> Item<'a, V> {
        let members = Members::new(self.out, 0, b"");
        let members = Members { seen: track.then(Box::default), ..members };
        Item { members, view: self.view, count: self.count, left_out: false }
    }

    /// Opens the only attribute of an item that is a variant with content.
    fn variant(self, name: &'static str) -> Result<Serializer<'a>> {
        if self.view.attribute(name) != Attribute::Write {
            return Err(Error::data("a variant of this name cannot be an item here").at_name(name));
        }
        write::string(self.out, name);
        self.out.push(b':');
        *self.count += 1;
        Ok(Serializer::new(self.out))
    }
}

impl<'a, V: ItemView + ?Sized> ser::Serializer for ItemSerializer<'a, V> {
    type Ok = Written;
    type Error = Error;
    type SerializeSeq = Impossible<Written, Error>;
    type SerializeTuple = Impossible<Written, Error>;
    type SerializeTupleStruct = Impossible<Written, Error>;
    type SerializeTupleVariant = List<'a>;
    type SerializeMap = Item<'a, V>;
    type SerializeStruct = Item<'a, V>;
    type SerializeStructVariant = Members<'a>;

    refuse!(numbers floats bool char str bytes unit none unit_variant lists);

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Written> {
        value.serialize(self)
    }

    fn serialize_newtype_struct<T>(self, _: &'static str, value: &T) -> Result<Written>
    where
        T: Serialize + ?Sized,
    {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<Written>
    where
        T: Serialize + ?Sized,
    {
        let content = self.variant(variant)?;
        value_into(value, content.out).map_err(|error| error.at_name(variant))?;
        Ok(Written::Value)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<List<'a>> {
        Ok(self.variant(variant)?.list())
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Item<'a, V>> {
        Ok(self.item(true))
    }

    #[inline]
    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Item<'a, V>> {
        Ok(self.item(false))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Members<'a>> {
        Ok(self.variant(variant)?.members())
    }
}

/// The attributes of an item, as a view lets them through.
#[doc(hidden)]
#[derive(Debug)]
pub struct Item<'a, V: ?Sized> {
    members: Members<'a>,
    view: &'a V,
    count: &'a mut usize,
    /// Whether the attribute whose name was given last is left out.
    left_out: bool,
}

impl<V: ItemView + ?Sized> Item<'_, V> {
    #[inline]
    fn takes(&self, name: &str) -> Result<bool> {
        match self.view.attribute(name) {
            Attribute::Write => Ok(true),
            Attribute::Leave => Ok(false),
            Attribute::Refuse(why) => Err(Error::data(why).at_name(name)),
        }
    }

    #[inline]
    fn value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        let start = self.members.start;
        self.members.value(value)?;
        // A none has taken its name back.
        *self.count += usize::from(self.members.out.len() > start);
        Ok(())
    }
}

impl<V: ItemView + ?Sized> ser::SerializeMap for Item<'_, V> {
    type Ok = Written;
    type Error = Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<()> {
        self.members.key(key)?;
        let name = self.members.name_text(self.members.out.len());
        self.left_out = !self.takes(&name)?;
        if self.left_out {
            self.members.out.truncate(self.members.start);
        }
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        if self.left_out { Ok(()) } else { self.value(value) }
    }

    fn end(self) -> Result<Written> {
        Ok(Written::Value)
    }
}

impl<V: ItemView + ?Sized> ser::SerializeStruct for Item<'_, V> {
    type Ok = Written;
    type Error = Error;

    #[inline]
    fn serialize_field<T>(&mut self, name: &'static str, value: &T) -> Result<()>
    where
        T: Serialize + ?Sized,
    {
        if !self.takes(name)? {
            return Ok(());
        }
        self.members.begin();
        write::string(self.members.out, name);
        self.value(value)
    }

    fn end(self) -> Result<Written> {
        Ok(Written::Value)
    }
}
