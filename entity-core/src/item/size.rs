//! The size of an item, as DynamoDB counts it.
//!
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html>

use crate::wire::read::Reader;
use crate::wire::{self, Number};

/// What a list or a map takes beside what is in it.
const DOCUMENT: usize = 3;

/// The bytes of an item: the names of its attributes and their values.
pub(crate) fn item_size(json: &[u8]) -> Result<usize, wire::Error> {
    attributes(&mut Reader::from_bytes(json)?, 0)
}

/// The attributes of an item or of a map, each with `overhead`.
fn attributes(reader: &mut Reader<'_>, overhead: usize) -> Result<usize, wire::Error> {
    let (mut bytes, mut first) = (0, true);
    reader.begin_object()?;
    while let Some(name) = reader.next_key(&mut first)? {
        bytes += name.len() + value(reader)? + overhead;
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
            "M" => DOCUMENT + attributes(reader, 1)?,
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

/// A byte for two significant digits, and one more.
fn number(text: &str) -> usize {
    let digits = text.parse::<Number>().map_or(text.len() as u32, Number::count);
    digits.div_ceil(2) as usize + 1
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
            (r#"{"n":{"N":"0"}}"#, 3),
            (r#"{"n":{"N":"1234500"}}"#, 5),
            (r#"{"b":{"B":"AAAA"}}"#, 4),
            (r#"{"b":{"B":"AA=="}}"#, 2),
            (r#"{"t":{"BOOL":true},"u":{"NULL":true}}"#, 4),
            (r#"{"l":{"L":[]}}"#, 4),
            (r#"{"l":{"L":[{"S":"ab"},{"N":"1"}]}}"#, 10),
            (r#"{"m":{"M":{"ab":{"S":"c"}}}}"#, 8),
            (r#"{"s":{"SS":["ab","c"]},"n":{"NS":["1"]}}"#, 7),
        ];
        for (json, bytes) in cases {
            assert_eq!(item_size(json.as_bytes()).unwrap(), bytes, "{json}");
        }
    }
}
