//! `Place`: where one segment or shard of a read goes on.

use crate::page::members;
use crate::wire;
use crate::wire::read::Reader;

/// How far a read has come, or one segment of a scan, or one shard of an index.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Place {
    Start,
    /// After the item of this key, in DynamoDB JSON.
    After(String),
    End,
}

/// The places as a JSON array: `null` is the start, `true` the end.
pub(super) fn to_json(places: &[Place]) -> String {
    let texts = places.iter().map(|place| match place {
        Place::Start => "null",
        Place::After(key) => key,
        Place::End => "true",
    });
    format!("[{}]", texts.collect::<Vec<_>>().join(","))
}

/// The places of a text, if that is what it is and no more: anybody can make a checksum, and what
/// follows a key would be members of the request.
pub(super) fn from_json(text: &str) -> Option<Vec<Place>> {
    let places = read(text).ok()?;
    (to_json(&places) == text).then_some(places)
}

fn read(text: &str) -> Result<Vec<Place>, wire::Error> {
    let (mut reader, mut first, mut places) = (Reader::new(text), true, Vec::new());
    reader.begin_array()?;
    while reader.next_element(&mut first)? {
        places.push(match reader.peek()? {
            b'n' => {
                reader.null()?;
                Place::Start
            }
            b't' => {
                reader.boolean()?;
                Place::End
            }
            _ => {
                let mut key = reader;
                members(&mut key, |reader, _| reader.skip().map(drop))?;
                Place::After(reader.skip()?.to_owned())
            }
        });
    }
    reader.end()?;
    Ok(places)
}

#[cfg(test)]
mod tests {
    use super::{Place, from_json, to_json};

    #[test]
    fn they_come_back_as_they_were() {
        let after = Place::After(r#"{"Id":{"S":"1"}}"#.to_owned());
        for places in [vec![], vec![Place::Start], vec![after.clone(), Place::End, Place::Start]] {
            assert_eq!(from_json(&to_json(&places)), Some(places));
        }
    }

    #[test]
    fn nothing_else_is_taken() {
        for text in
            ["", "[", "[]]", "[1]", "[[]]", "[{]", "[false]", "[ null]", "{}", r#"[{},"a"]"#]
        {
            assert_eq!(from_json(text), None, "{text}");
        }
    }
}
