//! Reads Rust values from DynamoDB JSON, straight from the text.

use std::borrow::Cow;
use std::collections::HashSet;

use serde::de::{
    self, Deserialize, DeserializeSeed, EnumAccess, MapAccess, SeqAccess, VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;

use super::carrier::{self, Carrier};
use super::error::{Error, Result};
use super::key::Name;
use super::leaf::{Leaf, Tag, visit_text};
use super::number::{self, Number};
use super::read::Reader;
use super::{LEVELS, too_deep};

/// Reads an item: `{"Id":{"S":"1"},..}`.
///
/// It does not look for an item inside a response, and nothing but white space may follow.
///
/// # Errors
///
/// If the text is not an item, or does not fit the type; the error names where.
///
/// # Example
///
/// ```
/// use entity_core::wire;
///
/// #[derive(serde::Deserialize)]
/// struct Song<'a> { title: &'a str, likes: Option<u8> }
///
/// let song: Song = wire::from_slice(br#"{"title":{"S":"One"},"Other":{"L":[]}}"#)?;
/// assert_eq!((song.title, song.likes), ("One", None));
/// # Ok::<(), wire::Error>(())
/// ```
pub fn from_slice<'de, T: Deserialize<'de>>(bytes: &'de [u8]) -> Result<T> {
    let mut reader = Reader::from_bytes(bytes)?;
    let value = T::deserialize(ItemDeserializer::new(&mut reader))?;
    reader.end().map(|()| value)
}

/// Reads one attribute value: `{"S":"x"}`.
///
/// Nothing but white space may follow.
///
/// # Errors
///
/// If the text is not an attribute value, or does not fit the type; the error names where.
///
/// # Example
///
/// ```
/// use entity_core::wire;
///
/// assert_eq!(wire::value_from_slice::<u8>(br#"{"N":"1e2"}"#)?, 100);
/// let error = wire::value_from_slice::<u8>(br#"{"N":"256"}"#).unwrap_err();
/// assert_eq!(error.to_string(), "number out of range, expected u8");
/// # Ok::<(), wire::Error>(())
/// ```
pub fn value_from_slice<'de, T: Deserialize<'de>>(bytes: &'de [u8]) -> Result<T> {
    let mut reader = Reader::from_bytes(bytes)?;
    let value = T::deserialize(Deserializer::new(&mut reader))?;
    reader.end().map(|()| value)
}

/// Steps into an attribute value, onto what is inside.
#[inline]
fn open(reader: &mut Reader<'_>) -> Result<Tag> {
    // What DynamoDB sends has no white space, and the frequent types have one letter.
    if let Some([b'{', b'"', letter, b'"', b':']) = reader.rest().first_chunk()
        && let Some(tag) = Tag::of_letter(*letter)
    {
        reader.advance(5);
        return Ok(tag);
    }
    if let Some([b'{', b'"', letter, b'S', b'"', b':']) = reader.rest().first_chunk()
        && let Some(tag) = Tag::of_set(*letter)
    {
        reader.advance(6);
        return Ok(tag);
    }
    open_any(reader)
}

fn open_any(reader: &mut Reader<'_>) -> Result<Tag> {
    reader.expect(b'{', "expected an attribute value")?;
    if !reader.next_member(&mut true)? {
        return Err(reader.error("an attribute value without a type"));
    }
    let start = *reader;
    let word = reader.string()?;
    let tag = Tag::of_word(&word).ok_or_else(|| start.error("unknown type of attribute value"))?;
    reader.expect(b':', "expected `:`").map(|()| tag)
}

const TRUE: &[u8] = b"{\"BOOL\":true}";
const FALSE: &[u8] = b"{\"BOOL\":false}";

/// Steps out of an attribute value.
#[inline]
fn close(reader: &mut Reader<'_>) -> Result<()> {
    reader.expect(b'}', "expected the end of the attribute value, which has one type")
}

/// A [`serde::Deserializer`] of the attribute value at a [`Reader`].
///
/// It takes that value and nothing after it. After an error the reader's place is unspecified.
///
/// # Example
///
/// ```
/// use entity_core::wire::{self, read::Reader};
/// use serde::Deserialize;
///
/// let mut reader = Reader::new(r#"{"BOOL":true}"#);
/// assert!(bool::deserialize(wire::Deserializer::new(&mut reader))?);
/// # Ok::<(), wire::Error>(())
/// ```
#[derive(Debug)]
pub struct Deserializer<'a, 'de> {
    reader: &'a mut Reader<'de>,
}

impl<'a, 'de> Deserializer<'a, 'de> {
    /// Reads the value that `reader` is at.
    ///
    /// It reads nothing yet.
    ///
    /// # Example
    ///
    /// ```
    /// use entity_core::wire::{self, read::Reader};
    /// use serde::Deserialize;
    ///
    /// let mut reader = Reader::new(r#"{"N":"1"} {"N":"2"}"#);
    /// assert_eq!(u8::deserialize(wire::Deserializer::new(&mut reader))?, 1);
    /// assert_eq!(u8::deserialize(wire::Deserializer::new(&mut reader))?, 2);
    /// # Ok::<(), wire::Error>(())
    /// ```
    #[inline]
    pub fn new(reader: &'a mut Reader<'de>) -> Self {
        Deserializer { reader }
    }

    /// Steps into the value if it has the type `wanted`.
    #[inline]
    fn open(&mut self, wanted: Tag) -> Result<()> {
        match open(self.reader)? {
            tag if tag == wanted => Ok(()),
            tag => Err(tag.instead_of(wanted.word())),
        }
    }

    /// Takes the text of an S, N or B.
    #[inline]
    fn text(self, wanted: Tag) -> Result<Cow<'de, str>> {
        let plain = match wanted {
            Tag::S => self.reader.plain_s(),
            Tag::N => self.reader.plain_n(),
            _ => None,
        };
        match plain {
            Some(text) => Ok(Cow::Borrowed(text)),
            None => self.any_text(wanted),
        }
    }

    fn any_text(mut self, wanted: Tag) -> Result<Cow<'de, str>> {
        self.open(wanted)?;
        let text = self.reader.string()?;
        close(self.reader)?;
        Ok(text)
    }

    fn number(self) -> Result<Number> {
        Number::parse(&self.text(Tag::N)?)
    }

    /// Takes an N of a few plain digits, if that is what is there: its sign and size.
    #[inline]
    fn plain_integer(&mut self) -> Option<(bool, u64)> {
        let rest = self.reader.rest();
        let text = rest.strip_prefix(b"{\"N\":\"")?;
        let (negative, digits) = match text.split_first()? {
            (b'-', digits) => (true, digits),
            _ => (false, text),
        };
        let (mut size, mut left) = (0, digits);
        while let Some((digit @ b'0'..=b'9', tail)) = left.split_first() {
            size = size * 10 + u64::from(digit - b'0');
            left = tail;
            // 18 digits cannot overflow either integer of 64 bits.
            if digits.len() - left.len() > 18 {
                return None;
            }
        }
        let left = left.strip_prefix(b"\"}").filter(|left| left.len() + 2 < digits.len())?;
        self.reader.advance(rest.len() - left.len());
        Some((negative, size))
    }

    fn members<V: Visitor<'de>>(self, visitor: V, unique: bool) -> Result<V::Value> {
        self.reader.depth += 1;
        let value = members(self.reader, visitor, unique);
        // Also after an error: a caller may go on from a later place.
        self.reader.depth -= 1;
        let value = value?;
        close(self.reader).map(|()| value)
    }

    /// Takes the elements of a list or set that has been stepped into.
    fn elements<V: Visitor<'de>>(self, tag: Tag, visitor: V) -> Result<V::Value> {
        let level = u8::from(tag == Tag::L);
        self.reader.depth += level;
        let value = elements(self.reader, tag, visitor);
        self.reader.depth -= level;
        let value = value?;
        close(self.reader).map(|()| value)
    }

    /// Takes the set that has been stepped into, for a visitor of anything: it is to know that it is one.
    fn set<V: Visitor<'de>>(self, tag: Tag, visitor: V) -> Result<V::Value> {
        let mut taken = false;
        let reader = &mut *self.reader;
        let set = Set { reader, tag, taken: &mut taken };
        let value = visitor.visit_newtype_struct(Carrier(set))?;
        if !taken {
            elements(self.reader, tag, de::IgnoredAny)?;
        }
        close(self.reader).map(|()| value)
    }

    /// Takes what is inside a scalar that has been stepped into.
    fn leaf(self, tag: Tag) -> Result<Leaf<'de>> {
        let leaf = match tag {
            Tag::Bool => Leaf::Bool(self.reader.boolean()?),
            Tag::Null => null(self.reader)?,
            _ => Leaf::of_text(tag, self.reader.string()?)?,
        };
        close(self.reader).map(|()| leaf)
    }
}

/// Takes the `true` of a NULL.
fn null<'de>(reader: &mut Reader<'de>) -> Result<Leaf<'de>> {
    let start = *reader;
    match reader.boolean()? {
        true => Ok(Leaf::Null),
        false => Err(start.error("NULL is true where it is")),
    }
}

/// Takes the object that the reader is at as a map of attributes.
#[inline]
fn members<'de, V: Visitor<'de>>(
    reader: &mut Reader<'de>,
    visitor: V,
    unique: bool,
) -> Result<V::Value> {
    reader.begin_object()?;
    let (name, seen) = (reader.position(), unique.then(Seen::default));
    let mut members = Members { reader, first: true, done: false, name, seen };
    let value = visitor.visit_map(&mut members)?;
    members.finish().map(|()| value)
}

/// Takes the array that the reader is at as a list or set.
#[inline]
fn elements<'de, V>(reader: &mut Reader<'de>, tag: Tag, visitor: V) -> Result<V::Value>
where
    V: Visitor<'de>,
{
    reader.begin_array()?;
    let mut elements = Elements { reader, tag, count: 0, first: true, done: false };
    let value = visitor.visit_seq(&mut elements)?;
    elements.finish().map(|()| value)
}

#[inline]
fn visit_integer<'de, V: Visitor<'de>>(
    (negative, size): (bool, u64),
    visitor: V,
) -> Result<V::Value> {
    match negative {
        // The caller has seen that it has at most 18 digits.
        true => visitor.visit_i64(-(size as i64)),
        false => visitor.visit_u64(size),
    }
}

macro_rules! forward {
    ($($from:ident => $to:ident)*) => {
        $(#[inline]
        fn $from<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
            self.$to(visitor)
        })*
    };
}

macro_rules! integers {
    ($($method:ident => $visit:ident)*) => {
        $(#[inline]
        fn $method<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value> {
            match self.plain_integer() {
                Some(integer) => visit_integer(integer, visitor),
                None => self.number()?.$visit(visitor),
            }
        })*
    };
}

impl<'de> de::Deserializer<'de> for Deserializer<'_, 'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match open(self.reader)? {
            Tag::M => self.members(visitor, true),
            Tag::L => self.elements(Tag::L, visitor),
            tag @ (Tag::Ss | Tag::Ns | Tag::Bs) => self.set(tag, visitor),
            tag => self.leaf(tag)?.deserialize_any(visitor),
        }
    }

    integers! {
        deserialize_i8 => visit_integer deserialize_i16 => visit_integer
        deserialize_i32 => visit_integer deserialize_i64 => visit_integer
        deserialize_u8 => visit_integer deserialize_u16 => visit_integer
        deserialize_u32 => visit_integer deserialize_u64 => visit_integer
        deserialize_i128 => visit_wide deserialize_u128 => visit_wide
    }

    forward! {
        deserialize_string => deserialize_str
        deserialize_char => deserialize_str
        deserialize_identifier => deserialize_str
        deserialize_byte_buf => deserialize_bytes
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        let number = self.number()?;
        visitor.visit_f32(number.to_f32())
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        let number = self.number()?;
        visitor.visit_f64(number.to_f64())
    }

    fn deserialize_bool<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value> {
        for (text, value) in [(TRUE, true), (FALSE, false)] {
            if self.reader.rest().starts_with(text) {
                self.reader.advance(text.len());
                return visitor.visit_bool(value);
            }
        }
        self.open(Tag::Bool)?;
        let value = self.reader.boolean()?;
        close(self.reader)?;
        visitor.visit_bool(value)
    }

    #[inline]
    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visit_text(self.text(Tag::S)?, visitor)
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        Leaf::of_text(Tag::B, self.text(Tag::B)?)?.deserialize_any(visitor)
    }

    #[inline]
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        // A type of one letter is not NULL.
        if let Some([b'{', b'"', _, b'"', b':']) = self.reader.rest().first_chunk() {
            return visitor.visit_some(self);
        }
        let mut ahead = *self.reader;
        if open(&mut ahead)? != Tag::Null {
            return visitor.visit_some(self);
        }
        null(&mut ahead)?;
        close(&mut ahead)?;
        *self.reader = ahead;
        visitor.visit_none()
    }

    fn deserialize_unit<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value> {
        self.open(Tag::Null)?;
        self.leaf(Tag::Null)?;
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value> {
        self.deserialize_unit(visitor)
    }

    #[inline]
    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value> {
        match name {
            number::MARKER => visit_text(self.text(Tag::N)?, visitor),
            carrier::PLAIN => visitor.visit_some(self),
            _ => visitor.visit_newtype_struct(self),
        }
    }

    #[inline]
    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match open(self.reader)? {
            tag @ (Tag::L | Tag::Ss | Tag::Ns | Tag::Bs) => self.elements(tag, visitor),
            tag => Err(tag.instead_of("L")),
        }
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value> {
        // A tuple has an order, which a set has not.
        match open(self.reader)? {
            Tag::L => self.elements(Tag::L, visitor),
            tag => Err(tag.instead_of("L")),
        }
    }

    fn deserialize_tuple_struct<V>(
        self,
        _: &'static str,
        len: usize,
        visitor: V,
    ) -> Result<V::Value>
    where
        V: Visitor<'de>,
    {
        self.deserialize_tuple(len, visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value> {
        self.open(Tag::M)?;
        self.members(visitor, true)
    }

    /// The derive finds its own fields twice, and does not care about those that it does not know.
    #[inline]
    fn deserialize_struct<V>(
        mut self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value>
    where
        V: Visitor<'de>,
    {
        self.open(Tag::M)?;
        self.members(visitor, false)
    }

    fn deserialize_enum<V>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value>
    where
        V: Visitor<'de>,
    {
        match open(self.reader)? {
            tag @ Tag::S => visitor.visit_enum(self.leaf(tag)?.into_text()),
            Tag::M => {
                self.reader.depth += 1;
                let value = variant(self.reader, visitor);
                self.reader.depth -= 1;
                let value = value?;
                close(self.reader).map(|()| value)
            }
            tag => Err(tag.instead_of("S or M")),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.reader.skip()?;
        visitor.visit_unit()
    }
}

/// Takes the object that the reader is at as a variant with content: it has one member.
fn variant<'de, V: Visitor<'de>>(reader: &mut Reader<'de>, visitor: V) -> Result<V::Value> {
    reader.begin_object()?;
    let mut first = true;
    let value = visitor.visit_enum(Variant { first: &mut first, name: 0, reader })?;
    if reader.next_member(&mut first)? {
        return Err(Error::data("expected one entry, the variant"));
    }
    Ok(value)
}

/// A [`serde::Deserializer`] of the item at a [`Reader`].
///
/// It takes structs and maps (and variants, as an attribute of that name), and nothing after the item.
///
/// # Example
///
/// ```
/// use std::collections::BTreeMap;
///
/// use entity_core::wire::{self, read::Reader};
/// use serde::Deserialize;
///
/// let mut reader = Reader::new(r#"{"a":{"N":"1"}}"#);
/// let item = BTreeMap::<&str, u8>::deserialize(wire::ItemDeserializer::new(&mut reader))?;
/// assert_eq!(item, BTreeMap::from([("a", 1)]));
/// # Ok::<(), wire::Error>(())
/// ```
#[derive(Debug)]
pub struct ItemDeserializer<'a, 'de> {
    reader: &'a mut Reader<'de>,
}

impl<'a, 'de> ItemDeserializer<'a, 'de> {
    /// Reads the item that `reader` is at.
    ///
    /// It reads nothing yet.
    ///
    /// # Example
    ///
    /// ```
    /// use entity_core::wire::{self, read::Reader};
    /// use serde::Deserialize;
    ///
    /// let mut reader = Reader::new("{}");
    /// let error = u8::deserialize(wire::ItemDeserializer::new(&mut reader)).unwrap_err();
    /// assert_eq!(error.to_string(), "expected u8, found M");
    /// ```
    #[inline]
    pub fn new(reader: &'a mut Reader<'de>) -> Self {
        ItemDeserializer { reader }
    }

    #[inline]
    fn members<V: Visitor<'de>>(self, visitor: V, unique: bool) -> Result<V::Value> {
        members(self.reader, visitor, unique)
    }
}

impl<'de> de::Deserializer<'de> for ItemDeserializer<'_, 'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.members(visitor, true)
    }

    #[inline]
    fn deserialize_struct<V>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value>
    where
        V: Visitor<'de>,
    {
        self.members(visitor, false)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value>
    where
        V: Visitor<'de>,
    {
        variant(self.reader, visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.reader.skip()?;
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct seq tuple tuple_struct map identifier
    }
}

/// The members of an item or an M.
struct Members<'a, 'de> {
    reader: &'a mut Reader<'de>,
    first: bool,
    done: bool,
    /// Where the current member is, for an error's path.
    name: usize,
    /// The names so far, where one could come twice unseen.
    seen: Option<Seen<'de>>,
}

impl<'de> Members<'_, 'de> {
    fn finish(&mut self) -> Result<()> {
        if !self.done && self.reader.next_member(&mut self.first)? {
            return Err(Error::data("more attributes than the type takes"));
        }
        Ok(())
    }

    #[cold]
    fn at_name(&self, error: Error) -> Error {
        error.at_name(&self.reader.name_from(self.name))
    }
}

impl<'de> MapAccess<'de> for Members<'_, 'de> {
    type Error = Error;

    #[inline]
    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>> {
        self.name = self.reader.position();
        let Some(name) = self.reader.next_key(&mut self.first)? else {
            self.done = true;
            return Ok(None);
        };
        if let Some(seen) = &mut self.seen
            && !seen.insert(name.clone())
        {
            return Err(self.at_name(Error::data("this attribute is there twice")));
        }
        seed.deserialize(Name(name)).map(Some)
    }

    #[inline]
    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value> {
        value(self.reader, seed).map_err(|error| self.at_name(error))
    }
}

/// Takes the value of a member or element, if the levels around it leave room for one.
#[inline]
fn value<'de, S: DeserializeSeed<'de>>(reader: &mut Reader<'de>, seed: S) -> Result<S::Value> {
    if reader.depth >= LEVELS {
        return Err(too_deep());
    }
    seed.deserialize(Deserializer { reader })
}

/// The elements of an L or a set.
struct Elements<'a, 'de> {
    reader: &'a mut Reader<'de>,
    tag: Tag,
    count: usize,
    first: bool,
    done: bool,
}

impl<'de> Elements<'_, 'de> {
    fn finish(&mut self) -> Result<()> {
        if !self.done && self.reader.next_element(&mut self.first)? {
            return Err(Error::data(&format!(
                "more than the {} elements that the type takes",
                self.count
            )));
        }
        Ok(())
    }

    #[inline]
    fn element<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value> {
        match self.tag {
            Tag::Ss => seed.deserialize(Leaf::S(self.reader.string()?)),
            Tag::Ns => seed.deserialize(Leaf::N(self.reader.string()?)),
            Tag::Bs => seed.deserialize(Leaf::of_text(Tag::B, self.reader.string()?)?),
            _ => value(self.reader, seed),
        }
    }
}

impl<'de> SeqAccess<'de> for Elements<'_, 'de> {
    type Error = Error;

    #[inline]
    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>> {
        if self.done || !self.reader.next_element(&mut self.first)? {
            self.done = true;
            return Ok(None);
        }
        let element = self.element(seed).map_err(|error| error.at_index(self.count))?;
        self.count += 1;
        Ok(Some(element))
    }
}

/// A set that has been stepped into, as the payload of a carrier.
struct Set<'a, 'de> {
    reader: &'a mut Reader<'de>,
    tag: Tag,
    taken: &'a mut bool,
}

impl<'de> de::Deserializer<'de> for Set<'_, 'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        *self.taken = true;
        elements(self.reader, self.tag, visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier
        ignored_any
    }
}

/// A variant with content: its name, then its value.
struct Variant<'a, 'de> {
    reader: &'a mut Reader<'de>,
    first: &'a mut bool,
    /// Where the name is, for an error's path.
    name: usize,
}

impl<'de> Variant<'_, 'de> {
    fn content<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value> {
        let Self { reader, name, .. } = self;
        value(reader, seed).map_err(|error| error.at_name(&reader.name_from(name)))
    }
}

impl<'de> EnumAccess<'de> for Variant<'_, 'de> {
    type Error = Error;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(mut self, seed: S) -> Result<(S::Value, Self)> {
        self.name = self.reader.position();
        let name = self.reader.next_key(self.first)?;
        let name = name.ok_or_else(|| Error::data("expected one entry, the variant"))?;
        Ok((seed.deserialize(Name(name))?, self))
    }
}

impl<'de> VariantAccess<'de> for Variant<'_, 'de> {
    type Error = Error;

    fn unit_variant(self) -> Result<()> {
        self.content(std::marker::PhantomData)
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value> {
        self.content(seed)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value> {
        self.content(Content { visitor, list: true })
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        self.content(Content { visitor, list: false })
    }
}

/// The content of a tuple or struct variant.
struct Content<V> {
    visitor: V,
    list: bool,
}

impl<'de, V: Visitor<'de>> DeserializeSeed<'de> for Content<V> {
    type Value = V::Value;

    fn deserialize<D: de::Deserializer<'de>>(self, deserializer: D) -> Result<V::Value, D::Error> {
        match self.list {
            true => deserializer.deserialize_seq(self.visitor),
            false => deserializer.deserialize_struct("", &[], self.visitor),
        }
    }
}

/// Names of attributes that are to differ.
#[derive(Default)]
struct Seen<'de> {
    few: Vec<Cow<'de, str>>,
    many: HashSet<Cow<'de, str>>,
}

impl<'de> Seen<'de> {
    /// How many are compared one by one, which is faster than hashing them.
    const FEW: usize = 16;

    /// Adds a name; false if it is there already.
    fn insert(&mut self, name: Cow<'de, str>) -> bool {
        if self.few.len() < Self::FEW {
            let fresh = !self.few.contains(&name);
            self.few.push(name);
            return fresh;
        }
        if self.many.is_empty() {
            self.many.extend(self.few.iter().cloned());
        }
        self.many.insert(name)
    }
}
