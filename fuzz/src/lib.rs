//! What must hold of any bytes that are read as DynamoDB JSON, and how to make bytes that are nearly it.
//!
//! Nothing panics. What is read is JSON, and means what another reader of JSON says that it means. It is
//! read again as it was after it has been written. Text that is skipped is JSON, and all JSON is skipped.

#![allow(
    clippy::panic,
    clippy::expect_used,
    reason = "a property that does not hold panics: that is how it is told"
)]

mod mutate;
mod types;

use std::collections::{BTreeMap, BTreeSet};
use std::panic::catch_unwind;

use entity_core::wire::read::Reader;
use entity_core::wire::{self, Number, Value};
use entity_core::{Item, Readable};
use serde::de::IgnoredAny;
use serde_json::Value as Json;

pub use self::mutate::{Mutator, seeds};
pub use self::types::{Record, Shop, Small, Whole};

type Attributes = BTreeMap<String, Value>;

/// Checks everything that must hold of `bytes`, and says whether they were read as an item.
///
/// # Panics
///
/// If something does not hold.
pub fn check(bytes: &[u8]) -> bool {
    skips(bytes);
    number(bytes);
    reads_again::<Whole>(bytes);
    reads_again::<Small>(bytes);
    reads_again::<Record>(bytes);
    means_what_it_says(bytes)
}

/// Checks that many inputs, and says how many of them were read as an item.
///
/// # Panics
///
/// If something does not hold of one, which the message shows.
#[must_use]
pub fn run(seed: u64, count: u64) -> u64 {
    let mut inputs = Mutator::new(seed);
    let mut read = 0;
    for _ in 0..count {
        let input = inputs.input();
        match catch_unwind(|| check(&input)) {
            Ok(was_read) => read += u64::from(was_read),
            Err(_) => panic!("of seed {seed}: {}", input.escape_ascii()),
        }
    }
    read
}

/// What is skipped is JSON, and the other way round, as far as it does not nest deeper than that.
fn skips(bytes: &[u8]) {
    let ours = Reader::from_bytes(bytes).and_then(|mut reader| {
        reader.skip()?;
        reader.end()
    });
    match (ours, std::str::from_utf8(bytes)) {
        (Ok(()), Ok(text)) => {
            let theirs = serde_json::from_str::<IgnoredAny>(text);
            assert!(theirs.is_ok(), "skipped what is not JSON");
        }
        (Ok(()), Err(_)) => panic!("skipped what is not UTF-8"),
        (Err(error), Ok(text)) if !error.to_string().contains("too deep") => {
            // Of what it ignores it does not look at the escapes.
            assert!(serde_json::from_str::<Json>(text).is_err(), "did not skip JSON: {error}");
        }
        (Err(_), _) => {}
    }
}

/// A number is the one that its text says, whichever way it is read.
fn number(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(number) = text.parse::<Number>() else { return };
    let shown = number.to_string();
    assert_eq!(shown.parse::<Number>().ok(), Some(number), "a number is not what it prints as");
    let float: f64 = text.parse().expect("a number that `f64` does not know");
    assert_eq!(number.to_f64(), float, "a number is another than its text says");
}

/// What is read is what another reader of JSON says that it is, and is so after it was written.
fn means_what_it_says(bytes: &[u8]) -> bool {
    let Ok(item) = wire::from_slice::<Attributes>(bytes) else { return false };
    assert_eq!(attributes(&json(bytes)).as_ref(), Some(&item), "read as something else");
    let written = wire::to_vec(&item).expect("what was read can be written");
    assert_eq!(wire::from_slice::<Attributes>(&written).ok(), Some(item), "written as another");
    true
}

/// An item is read again as it was, and each attribute that it has is that of the text.
fn reads_again<R: Item + PartialEq + std::fmt::Debug>(bytes: &[u8]) {
    let Ok(item) = <R as Readable>::from_wire(bytes) else { return };
    let before = json(bytes);
    // Of attributes that are there twice, which the service never sends, readers may take either.
    if wire::from_slice::<Attributes>(bytes).is_err() {
        return;
    }
    // What was read need not be what can be written: an empty set was a list.
    let Ok(written) = item.to_wire() else { return };
    let again = <R as Readable>::from_wire(&written);
    assert_eq!(again.ok(), Some(item), "written as another");
    for (name, after) in attributes(&json(&written)).expect("what we write is an item") {
        let before = before.get(&name).and_then(attribute);
        assert!(before.is_none_or(|before| alike(&before, &after)), "`{name}` is another");
    }
}

/// The JSON that another reader makes of what ours has read.
fn json(bytes: &[u8]) -> Json {
    serde_json::from_slice(bytes).expect("read what is not JSON")
}

/// What an item means, by its JSON alone.
fn attributes(json: &Json) -> Option<Attributes> {
    json.as_object()?.iter().map(|(name, value)| Some((name.clone(), attribute(value)?))).collect()
}

fn attribute(json: &Json) -> Option<Value> {
    let (tag, inside) = json.as_object().filter(|members| members.len() == 1)?.iter().next()?;
    let text = || inside.as_str().map(str::to_owned);
    let texts = || -> Option<BTreeSet<String>> {
        inside.as_array()?.iter().map(|one| one.as_str().map(str::to_owned)).collect()
    };
    Some(match tag.as_str() {
        "S" => Value::S(text()?),
        "N" => Value::N(text()?.parse().ok()?),
        "B" => Value::B(bytes_of(&text()?)?),
        "BOOL" => Value::Bool(inside.as_bool()?),
        "NULL" => inside.as_bool().filter(|null| *null).map(|_| Value::Null)?,
        "M" => Value::M(attributes(inside)?),
        "L" => Value::L(inside.as_array()?.iter().map(attribute).collect::<Option<_>>()?),
        "SS" => Value::Ss(texts()?),
        "NS" => Value::Ns(texts()?.iter().map(|text| text.parse().ok()).collect::<Option<_>>()?),
        "BS" => Value::Bs(texts()?.iter().map(|text| bytes_of(text)).collect::<Option<_>>()?),
        _ => return None,
    })
}

/// What a text of Base64 means, digit by digit.
fn bytes_of(text: &str) -> Option<Vec<u8>> {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digits = text.trim_end_matches('=');
    let (mut bits, mut count, mut bytes) = (0_u32, 0, Vec::new());
    for digit in digits.bytes() {
        let six = DIGITS.iter().position(|known| *known == digit)?;
        (bits, count) = (bits << 6 | u32::try_from(six).ok()?, count + 6);
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count & 0xff) as u8);
        }
    }
    Some(bytes)
}

/// Whether a value that was read may be written as the other: a list may be read as a set, and what a
/// type does not know is left out.
fn alike(before: &Value, after: &Value) -> bool {
    match (before, after) {
        (Value::M(before), Value::M(after)) => {
            after.iter().all(|(name, after)| before.get(name).is_none_or(|b| alike(b, after)))
        }
        (Value::L(before), Value::L(after)) => {
            before.len() == after.len() && before.iter().zip(after).all(|(b, a)| alike(b, a))
        }
        (Value::L(_), Value::Ss(_) | Value::Ns(_) | Value::Bs(_)) => true,
        (Value::Ss(_) | Value::Ns(_) | Value::Bs(_), Value::L(_)) => true,
        // A float is the nearest one.
        (Value::N(before), Value::N(after)) => before.to_f64() == after.to_f64(),
        _ => before == after,
    }
}
