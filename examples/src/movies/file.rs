//! Files of films: a JSON object a line, checked whole before anything is written.
//!
//! | member | becomes |
//! |---|---|
//! | `genre`, a name | `genre_ids`, a set of the [number](crate::genre::Genre) |
//! | `release_date`, as `Jun 12 1998` | `1998-06-12`; a text that is no date stays as it is |
//! | what is null | nothing: the attribute is absent |
//! | any other | the attribute of that name, also if this program does not know it; numbers keep every digit |
//!
//! A date is put into another form, and not put right: a film of 1946 that the file has in 2046 is
//! of 2046 in the table. An error names the file, the line and the attribute:
//! `movies.jsonl:17: vote_count: expected N, found S; nothing was loaded`.

use std::collections::HashMap;
use std::path::Path;

use entity_core::error::{ItemError, ItemReason};
use entity_core::{Item, Readable};
use examples::json::{Attribute, Attributes, Members};
use examples::{Error, Result};
use jiff::civil::Date;
use serde_json::error::Category;
use serde_json::value::RawValue;

use crate::genre::Genre;
use crate::model::Movie;

/// How files write a date.
const LAYOUT: &str = "%b %d %Y";

/// Reads the films of a file.
///
/// # Errors
///
/// If the file cannot be read, a line of it is not a film, or two films have one number.
pub(crate) fn read(path: &Path) -> Result<Vec<Movie>> {
    let name = path.display().to_string();
    let bytes = std::fs::read(path)
        .map_err(|error| Error::new(format!("cannot read {name}: {error}; nothing was loaded")))?;
    parse(&name, &bytes)
}

/// Reads the films of a file's text, which errors call `name`.
///
/// # Errors
///
/// If a line is not a film, or two films have one number.
pub(crate) fn parse(name: &str, bytes: &[u8]) -> Result<Vec<Movie>> {
    let (mut films, mut seen) = (Vec::new(), HashMap::new());
    for (number, line) in (1_u64..).zip(bytes.split(|byte| *byte == b'\n')) {
        let fault =
            |what: String| Error::new(format!("{name}:{number}: {what}; nothing was loaded"));
        let line = str::from_utf8(line).map_err(|_| fault("not UTF-8".to_owned()))?;
        if line.trim().is_empty() {
            continue;
        }
        let film = film(line).map_err(fault)?;
        if let Some(other) = seen.insert(film.id, number) {
            return Err(fault(format!("id: a film with the same number is on line {other}")));
        }
        films.push(film);
    }
    Ok(films)
}

fn film(line: &str) -> Result<Movie, String> {
    let Members(members) = serde_json::from_str::<Members<&RawValue>>(line).map_err(not_json)?;
    let mut attributes = Members(Vec::with_capacity(members.len()));
    for (place, (name, value)) in members.iter().enumerate() {
        let fault = |what: String| format!("{name}: {what}");
        if members.iter().take(place).any(|(other, _)| other == name) {
            return Err(fault("this attribute is there twice".to_owned()));
        }
        attributes.0.extend(attribute(name, value).map_err(fault)?);
    }
    let film = from_attributes(&attributes)?;
    // What can be read and not written.
    film.to_wire().map_err(|error| error.to_string())?;
    Ok(film)
}

/// What a member becomes.
fn attribute(name: &str, value: &RawValue) -> Result<Option<(String, Attribute)>, String> {
    let (name, value) = match (name, Attribute::from_plain(value)?) {
        (_, Attribute::Null(_)) => return Ok(None),
        ("genre", Attribute::S(genre)) => {
            let id = Genre::named(&genre)?.id();
            ("genre_ids", Attribute::Ns(vec![id.to_string()]))
        }
        ("genre", other) => return Err(format!("expected S, found {}", other.type_name())),
        ("release_date", Attribute::S(date)) => (name, Attribute::S(iso(date))),
        ("entity", _) => return Err("a key of this program's; leave it out".to_owned()),
        (name, value) => (name, value),
    };
    Ok(Some((name.to_owned(), value)))
}

/// The date as ISO 8601 writes it; any other text as it is.
fn iso(text: String) -> String {
    Date::strptime(LAYOUT, &text).map_or(text, |date| date.to_string())
}

fn from_attributes(attributes: &Attributes) -> Result<Movie, String> {
    let wire = serde_json::to_vec(attributes).map_err(|error| error.to_string())?;
    Movie::from_wire(&wire).map_err(|error: ItemError| match error.reason() {
        ItemReason::NoKey(name) => format!("{name}: required, but not there"),
        // What it is made of, it holds; so it cannot hold that.
        ItemReason::KeyMismatch("title") => "title: expected 1 to 1024 bytes".to_owned(),
        reason => reason.to_string(),
    })
}

/// serde_json's words; its line is always the first.
fn not_json(error: serde_json::Error) -> String {
    if error.classify() == Category::Data {
        return "expected an object".to_owned();
    }
    format!("not JSON: {}", error.to_string().replace(" at line 1 column ", " at column "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_put_into_one_form_and_other_texts_stay() {
        for (text, date) in [
            ("Jun 12 1998", "1998-06-12"),
            ("Aug 7 1998", "1998-08-07"),
            ("Dec 25 2046", "2046-12-25"),
            ("2023-04-12", "2023-04-12"),
            ("Feb 30 1998", "Feb 30 1998"),
            ("1998", "1998"),
            ("TBD", "TBD"),
            ("", ""),
        ] {
            assert_eq!(iso(text.to_owned()), date);
        }
    }
}
