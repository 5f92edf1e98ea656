//! The size of an item, as DynamoDB counts it.
//!
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html>
//!
//! Of numbers it says "approximately 1 byte per two significant digits, and 1 byte". What the service
//! counts is a byte for each two digits before the point, and for each two behind it, and one more for
//! a sign; which is that, or one or two bytes more.

use crate::wire::read::Reader;
use crate::wire::{self, Number};

/// What a list or a map takes beside what is in it.
const DOCUMENT: usize = 3;

/// The bytes of an item: the names of its attributes and their values.
pub(crate) fn item_size(json: &[u8]) -> Result<usize, wire::Error> {
    item_size_of(json, |_| true)
}

/// The bytes of some of an item's attributes.
pub(crate) fn item_size_of(
    json: &[u8],
    counts: impl FnMut(&str) -> bool,
) -> Result<usize, wire::Error> {
    attributes(&mut Reader::from_bytes(json)?, 0, counts)
}

/// The bytes of a value, without the name of its attribute.
pub(crate) fn value_size(json: &[u8]) -> Result<usize, wire::Error> {
    value(&mut Reader::from_bytes(json)?)
}

/// The attributes of an item or of a map, each with `overhead`.
fn attributes(
    reader: &mut Reader<'_>,
    overhead: usize,
    mut counts: impl FnMut(&str) -> bool,
) -> Result<usize, wire::Error> {
    let (mut bytes, mut first) = (0, true);
    reader.begin_object()?;
    while let Some(name) = reader.next_key(&mut first)? {
        let size = name.len() + value(reader)? + overhead;
        bytes += if counts(&name) { size } else { 0 };
    }
    Ok(bytes)
}

fn value(reader: &mut Reader<'_>) -> Result<usize, wire::Error> {
    let (mut bytes, mut first) = (0, true);
    reader.begin_object()?;
    while let Some(ty) = reader.next_key(&mut first)? {
        bytes += match &*ty {
            "S" => reader.string()?.len(),
            "N" => number(&reader.string()?),
            "B" => binary(&reader.string()?),
            "M" => DOCUMENT + attributes(reader, 1, |_| true)?,
            "L" => DOCUMENT + elements(reader, |reader| Ok(value(reader)? + 1))?,
            "SS" => elements(reader, |reader| Ok(reader.string()?.len()))?,
            "NS" => elements(reader, |reader| Ok(number(&reader.string()?)))?,
            "BS" => elements(reader, |reader| Ok(binary(&reader.string()?)))?,
            _ => {
                reader.skip()?;
                1
            }
        };
    }
    Ok(bytes)
}

fn elements<'de>(
    reader: &mut Reader<'de>,
    size: impl Fn(&mut Reader<'de>) -> Result<usize, wire::Error>,
) -> Result<usize, wire::Error> {
    let (mut bytes, mut first) = (0, true);
    reader.begin_array()?;
    while reader.next_element(&mut first)? {
        bytes += size(reader)?;
    }
    Ok(bytes)
}

fn number(text: &str) -> usize {
    // What is no number is refused elsewhere; it is not taken for a small one here.
    text.parse::<Number>().map_or(text.len() + 2, Number::size)
}

fn binary(base64: &str) -> usize {
    base64.trim_end_matches('=').len() * 3 / 4
}

#[cfg(test)]
mod tests {
    use super::item_size;

    #[test]
    fn sizes_are_the_published_ones() {
        let cases = [
            (r#"{"Id":{"S":"12"}}"#, 4),
            (r#"{"é":{"S":"é"}}"#, 4),
            (r#"{"n":{"N":"0"}}"#, 2),
            (r#"{"n":{"N":"-0.00"}}"#, 2),
            (r#"{"n":{"N":"7"}}"#, 3),
            (r#"{"n":{"N":"42"}}"#, 3),
            (r#"{"n":{"N":"-42"}}"#, 4),
            (r#"{"n":{"N":"100"}}"#, 3),
            (r#"{"n":{"N":"1234500"}}"#, 5),
            (r#"{"n":{"N":"1.5"}}"#, 4),
            (r#"{"n":{"N":"12.34"}}"#, 4),
            (r#"{"n":{"N":"123.4"}}"#, 5),
            (r#"{"n":{"N":"0.0012"}}"#, 3),
            (r#"{"n":{"N":"1E+100"}}"#, 3),
            (r#"{"n":{"N":"99999999999999999999999999999999999999"}}"#, 21),
            (r#"{"n":{"N":"-99999999999999999999999999999999999999"}}"#, 22),
            (r#"{"b":{"B":"AAAA"}}"#, 4),
            (r#"{"b":{"B":"AA=="}}"#, 2),
            (r#"{"b":{"B":""},"s":{"S":""}}"#, 2),
            (r#"{"t":{"BOOL":true},"u":{"NULL":true}}"#, 4),
            (r#"{"l":{"L":[]}}"#, 4),
            (r#"{"l":{"L":[{"S":"ab"},{"N":"1"}]}}"#, 10),
            (r#"{"m":{"M":{"ab":{"S":"c"}}}}"#, 8),
            (r#"{"m":{"M":{}}}"#, 4),
            (r#"{"m":{"M":{"l":{"L":[{"M":{}},{"NULL":true}]}}}}"#, 15),
            (r#"{"s":{"SS":["ab","c"]},"n":{"NS":["1"]}}"#, 7),
            (r#"{"n":{"NS":["-1.5","0"]},"b":{"BS":["AAAA","AA=="]}}"#, 11),
            (r#"{"\u00e9\n":{"S":"\ud83d\ude00"}}"#, 7),
        ];
        for (json, bytes) in cases {
            assert_eq!(item_size(json.as_bytes()).unwrap(), bytes, "{json}");
        }
    }
}
