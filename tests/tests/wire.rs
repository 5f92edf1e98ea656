//! The wire codec from outside: what it writes, what it reads, what it refuses.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests fail as tests do; clippy allows it in `#[test]` functions alone"
)]

mod attributes;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use base64::Engine as _;
use entity_core::wire::{self, Error, ErrorKind, Number};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use rust_decimal::Decimal;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;
use serde_json::{Value, json};

/// `value` as JSON, the way it is stored.
fn stored<T: Serialize + ?Sized>(value: &T) -> Value {
    serde_json::from_slice(&wire::value_to_vec(value).unwrap()).unwrap()
}

fn read<T: DeserializeOwned>(json: Value) -> Result<T, Error> {
    wire::value_from_slice(json.to_string().as_bytes())
}

fn read_item<T: DeserializeOwned>(json: Value) -> Result<T, Error> {
    wire::from_slice(json.to_string().as_bytes())
}

fn round_trip<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(value: T) -> Value {
    let bytes = wire::value_to_vec(&value).unwrap();
    assert_eq!(
        wire::value_from_slice::<T>(&bytes).unwrap(),
        value,
        "{}",
        String::from_utf8_lossy(&bytes)
    );
    serde_json::from_slice(&bytes).unwrap()
}

/// What serde_dynamo stores, as JSON.
fn peer<T: Serialize>(value: &T) -> Value {
    as_json(serde_dynamo::to_attribute_value(value).unwrap())
}

fn as_json(value: serde_dynamo::AttributeValue) -> Value {
    use serde_dynamo::AttributeValue as A;
    let text = |bytes: Vec<u8>| base64::engine::general_purpose::STANDARD.encode(bytes);
    match value {
        A::S(s) => json!({"S": s}),
        A::N(n) => json!({"N": n}),
        A::B(b) => json!({"B": text(b)}),
        A::Bool(b) => json!({"BOOL": b}),
        A::Null(n) => json!({"NULL": n}),
        A::M(m) => {
            json!({"M": m.into_iter().map(|(k, v)| (k, as_json(v))).collect::<BTreeMap<_, _>>()})
        }
        A::L(l) => json!({"L": l.into_iter().map(as_json).collect::<Vec<_>>()}),
        A::Ss(s) => json!({"SS": s}),
        A::Ns(n) => json!({"NS": n}),
        A::Bs(b) => json!({"BS": b.into_iter().map(text).collect::<Vec<_>>()}),
    }
}

/// Without the NULL members of maps, where serde_dynamo keeps a `None` and we leave it out.
fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let kept = members.into_iter().filter(|(_, value)| *value != json!({"NULL": true}));
            kept.map(|(name, value)| (name, without_nulls(value))).collect()
        }
        Value::Array(elements) => elements.into_iter().map(without_nulls).collect(),
        other => other,
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum External {
    Unit,
    Newtype(u8),
    Optional(Option<u8>),
    Tuple(u8, String),
    Struct { a: i64, b: Option<bool> },
    Nested(Box<External>),
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type")]
enum Internal {
    Unit,
    Newtype(Inner),
    Struct { a: i64, b: Option<bool> },
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "t", content = "c")]
enum Adjacent {
    Unit,
    Newtype(u8),
    Optional(Option<u8>),
    Tuple(u8, String),
    Struct { a: i64, b: Option<bool> },
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum Untagged {
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
    List(Vec<u8>),
    Struct { a: u8 },
}

/// On its own, since serde's strings take buffered bytes, and `ByteBuf` takes strings and lists.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum UntaggedBytes {
    Int(i64),
    Bytes(ByteBuf),
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Inner {
    x: i32,
    y: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Unit;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Wrapper(u64);

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Pair(u8, String);

/// One field of every kind.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Rich {
    text: String,
    char: char,
    flag: bool,
    small: (i8, u8, i16, u16, i32, u32),
    big: (i64, u64),
    float: f64,
    single: f32,
    #[serde(with = "serde_bytes")]
    bytes: Vec<u8>,
    list: Vec<Option<String>>,
    map: BTreeMap<String, Option<i32>>,
    by_number: BTreeMap<i64, Vec<u8>>,
    #[serde(
        with = "serde_dynamo::string_set",
        skip_serializing_if = "BTreeSet::is_empty",
        default
    )]
    peer_strings: BTreeSet<String>,
    #[serde(with = "wire::number_set", default)]
    numbers: Option<BTreeSet<i32>>,
    #[serde(with = "wire::binary_set", skip_serializing_if = "BTreeSet::is_empty", default)]
    binaries: BTreeSet<ByteBuf>,
    external: Vec<External>,
    internal: Internal,
    adjacent: Adjacent,
    untagged: Untagged,
    inner: Option<Inner>,
    unit: Unit,
    nothing: (),
    wrapper: Wrapper,
    pair: Pair,
    #[serde(flatten)]
    more: HashMap<String, String>,
}

fn optional<T: Clone + std::fmt::Debug>(
    of: impl Strategy<Value = T>,
) -> impl Strategy<Value = Option<T>> {
    proptest::option::of(of)
}

fn text() -> impl Strategy<Value = String> {
    proptest::collection::vec(any::<char>(), 0..12).prop_map(String::from_iter)
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    proptest::collection::vec(any::<u8>(), 0..8)
}

fn external() -> impl Strategy<Value = External> {
    prop_oneof![
        Just(External::Unit),
        any::<u8>().prop_map(External::Newtype),
        any::<Option<u8>>().prop_map(External::Optional),
        (any::<u8>(), text()).prop_map(|(a, b)| External::Tuple(a, b)),
        any::<(i64, Option<bool>)>().prop_map(|(a, b)| External::Struct { a, b }),
        any::<u8>().prop_map(|a| External::Nested(Box::new(External::Newtype(a)))),
    ]
}

fn inner() -> impl Strategy<Value = Inner> {
    (any::<i32>(), optional(text())).prop_map(|(x, y)| Inner { x, y })
}

fn internal() -> impl Strategy<Value = Internal> {
    prop_oneof![
        Just(Internal::Unit),
        inner().prop_map(Internal::Newtype),
        any::<(i64, Option<bool>)>().prop_map(|(a, b)| Internal::Struct { a, b }),
    ]
}

fn adjacent() -> impl Strategy<Value = Adjacent> {
    prop_oneof![
        Just(Adjacent::Unit),
        any::<u8>().prop_map(Adjacent::Newtype),
        any::<Option<u8>>().prop_map(Adjacent::Optional),
        (any::<u8>(), text()).prop_map(|(a, b)| Adjacent::Tuple(a, b)),
        any::<(i64, Option<bool>)>().prop_map(|(a, b)| Adjacent::Struct { a, b }),
    ]
}

fn untagged() -> impl Strategy<Value = Untagged> {
    prop_oneof![
        any::<bool>().prop_map(Untagged::Bool),
        any::<i64>().prop_map(Untagged::Int),
        // Half of an odd integer: never an integer itself, and of few digits.
        any::<i32>().prop_map(|n| Untagged::Float((f64::from(n) + 0.5) / 2.0)),
        text().prop_map(Untagged::Text),
        bytes().prop_map(Untagged::List),
        any::<u8>().prop_map(|a| Untagged::Struct { a }),
    ]
}

/// A float that DynamoDB can hold.
fn float() -> impl Strategy<Value = f64> {
    prop_oneof![
        (-1e15..1e15f64),
        (-999i64..1000, -130i32..123)
            .prop_map(|(digits, power)| format!("{digits}e{power}").parse().unwrap()),
    ]
}

fn rich() -> impl Strategy<Value = Rich> {
    let scalars = (
        text(),
        any::<char>(),
        any::<bool>(),
        any::<(i8, u8, i16, u16, i32, u32)>(),
        any::<(i64, u64)>(),
        float(),
        -1e9f32..1e9f32,
        bytes(),
    );
    let collections = (
        proptest::collection::vec(optional(text()), 0..4),
        proptest::collection::btree_map(text(), any::<Option<i32>>(), 0..4),
        proptest::collection::btree_map(any::<i64>(), bytes(), 0..4),
        proptest::collection::btree_set(text(), 0..4),
        optional(proptest::collection::btree_set(any::<i32>(), 1..5)),
        proptest::collection::btree_set(bytes(), 0..4),
    );
    let enums = (proptest::collection::vec(external(), 0..4), internal(), adjacent(), untagged());
    let rest = (
        optional(inner()),
        any::<u64>(),
        (any::<u8>(), text()),
        proptest::collection::hash_map("[a-z]{1,8}|é\"\\PC", text(), 0..20),
    );
    (scalars, collections, enums, rest).prop_map(|(s, c, e, r)| Rich {
        text: s.0,
        char: s.1,
        flag: s.2,
        small: s.3,
        big: s.4,
        float: s.5,
        single: s.6,
        bytes: s.7,
        list: c.0,
        map: c.1,
        by_number: c.2,
        peer_strings: c.3,
        numbers: c.4,
        binaries: c.5.into_iter().map(ByteBuf::from).collect(),
        external: e.0,
        internal: e.1,
        adjacent: e.2,
        untagged: e.3,
        inner: r.0,
        unit: Unit,
        nothing: (),
        wrapper: Wrapper(r.1),
        pair: Pair(r.2.0, r.2.1),
        more: r.3,
    })
}

fn sample() -> Rich {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let rich = rich().new_tree(&mut runner).unwrap().current();
    Rich {
        float: 1.5,
        single: 0.25,
        inner: Some(Inner { x: -1, y: Some("é\n\"😀".into()) }),
        ..rich
    }
}

/// Puts the floats of DynamoDB texts in one form, so that `1e21` and `1000…` compare equal. Where two
/// shortest texts are equally near, printers choose different ones of the same float; so `Single`,
/// the one `f32`, is read as that: `-4000882.2` and `-4000882.3` are one.
fn numbers_in_one_form(value: Value) -> Value {
    match value {
        Value::Object(members)
            if members.len() == 1 && members.get("N").is_some_and(Value::is_string) =>
        {
            let text = members["N"].as_str().unwrap();
            match text.parse::<i64>() {
                Ok(_) => json!({"N": text}),
                Err(_) => json!({"N": text.parse::<f64>().unwrap().to_string()}),
            }
        }
        Value::Object(members) => members
            .into_iter()
            .map(|(name, value)| match value["N"].as_str() {
                Some(text) if name == "Single" => {
                    (name, json!({"N": text.parse::<f32>().unwrap().to_string()}))
                }
                _ => (name, numbers_in_one_form(value)),
            })
            .collect(),
        Value::Array(elements) => elements.into_iter().map(numbers_in_one_form).collect(),
        other => other,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, max_shrink_iters: 200, failure_persistence: None, ..Default::default() })]

    #[test]
    fn what_is_written_reads_back(rich in rich()) {
        let bytes = wire::to_vec(&rich).unwrap();
        prop_assert_eq!(wire::from_slice::<Rich>(&bytes).unwrap(), rich.clone());
        let value = wire::value_to_vec(&rich).unwrap();
        prop_assert_eq!(wire::value_from_slice::<Rich>(&value).unwrap(), rich);
    }

    #[test]
    fn white_space_changes_nothing(rich in rich()) {
        let json: Value = serde_json::from_slice(&wire::to_vec(&rich).unwrap()).unwrap();
        let spaced = serde_json::to_string_pretty(&json).unwrap().replace("\n", "\r\n\t ");
        prop_assert_eq!(wire::from_slice::<Rich>(spaced.as_bytes()).unwrap(), rich);
    }

    #[test]
    fn it_is_what_serde_dynamo_stores(rich in rich()) {
        // serde_dynamo refuses `None` in a set, and prints floats without exponents.
        let rich = Rich { numbers: Some(BTreeSet::from([1])), ..rich };
        let ours = numbers_in_one_form(without_nulls(stored(&rich)));
        prop_assert_eq!(ours, numbers_in_one_form(without_nulls(peer(&rich))));
    }

    #[test]
    fn random_damage_never_panics(
        rich in rich(),
        damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let mut bytes = wire::to_vec(&rich).unwrap();
        for (at, byte) in damage {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let _ = wire::from_slice::<Rich>(&bytes);
        let _ = wire::from_slice::<HashMap<String, Untagged>>(&bytes);
        let _ = wire::from_slice::<IgnoredAny>(&bytes);
        let _ = wire::value_from_slice::<Rich>(&bytes);
    }

    #[test]
    fn random_tokens_never_panic(tokens in proptest::collection::vec(prop::sample::select(vec![
        "{", "}", "[", "]", ",", ":", "\"S\"", "\"N\"", "\"M\"", "\"L\"", "\"SS\"", "\"NS\"", "\"BS\"", "\"B\"",
        "\"NULL\"", "\"BOOL\"", "true", "false", "\"1e9\"", "\"\\ud800\"", "\"", "\\", "1", "{\"M\":{\"a\":", " ",
    ]), 0..40)) {
        let text = tokens.concat();
        let _ = wire::value_from_slice::<Rich>(text.as_bytes());
        let _ = wire::value_from_slice::<Untagged>(text.as_bytes());
        let _ = wire::value_from_slice::<External>(text.as_bytes());
        let _ = wire::value_from_slice::<IgnoredAny>(text.as_bytes());
    }

    #[test]
    fn integers_and_floats_survive(a in any::<i64>(), b in any::<u64>(), f in float(), g in any::<f32>()) {
        round_trip((a, b, f));
        if g.is_finite() { round_trip(g); }
        prop_assert_eq!(read::<f64>(json!({"N": format!("{f:e}")})).unwrap(), f);
    }

    #[test]
    fn numbers_survive(digits in 1..10u128.pow(38), scale in -100i32..80, negative in any::<bool>()) {
        let number: Number = format!("{}{digits}e{scale}", if negative { "-" } else { "" }).parse().unwrap();
        round_trip(number);
        round_trip(Some(number));
        prop_assert_eq!(number.to_string().parse::<Number>().unwrap(), number);
    }

    #[test]
    fn numbers_are_ordered_as_decimals_are(a in any::<i64>(), s in 0u32..20, b in any::<i64>(), t in 0u32..20) {
        let (a, b) = (Decimal::from_i128_with_scale(a.into(), s), Decimal::from_i128_with_scale(b.into(), t));
        let number = |d: Decimal| d.to_string().parse::<Number>().unwrap();
        prop_assert_eq!(number(a).cmp(&number(b)), a.cmp(&b));
    }
}

#[test]
fn a_text_cut_anywhere_is_an_error_that_says_so() {
    let bytes = wire::to_vec(&sample()).unwrap();
    for end in 0..bytes.len() {
        let error = wire::from_slice::<Rich>(&bytes[..end]).unwrap_err();
        assert!(error.is_truncated(), "{end}: {error}");
        assert!(wire::from_slice::<IgnoredAny>(&bytes[..end]).unwrap_err().is_truncated(), "{end}");
        assert!(
            wire::from_slice::<HashMap<String, IgnoredAny>>(&bytes[..end])
                .unwrap_err()
                .is_truncated()
        );
    }
    let spaced =
        serde_json::to_string_pretty(&serde_json::from_slice::<Value>(&bytes).unwrap()).unwrap();
    for end in 0..spaced.len() {
        let error = wire::from_slice::<Rich>(&spaced.as_bytes()[..end]).unwrap_err();
        assert!(error.is_truncated(), "{end}: {error}");
    }
}

#[test]
fn enums_of_every_representation_are_what_serde_dynamo_makes_of_them() {
    fn same<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(
        value: T,
        expected: Value,
    ) {
        assert_eq!(without_nulls(peer(&value)), without_nulls(expected.clone()));
        assert_eq!(round_trip(value), expected);
    }
    same(External::Unit, json!({"S": "Unit"}));
    same(External::Newtype(1), json!({"M": {"Newtype": {"N": "1"}}}));
    same(External::Optional(None), json!({"M": {"Optional": {"NULL": true}}}));
    same(External::Tuple(1, "x".into()), json!({"M": {"Tuple": {"L": [{"N": "1"}, {"S": "x"}]}}}));
    same(External::Struct { a: 1, b: None }, json!({"M": {"Struct": {"M": {"a": {"N": "1"}}}}}));
    same(Internal::Unit, json!({"M": {"type": {"S": "Unit"}}}));
    same(
        Internal::Newtype(Inner { x: 1, y: None }),
        json!({"M": {"type": {"S": "Newtype"}, "x": {"N": "1"}}}),
    );
    same(
        Internal::Struct { a: 1, b: Some(true) },
        json!({"M": {"type": {"S": "Struct"}, "a": {"N": "1"}, "b": {"BOOL": true}}}),
    );
    same(Adjacent::Unit, json!({"M": {"t": {"S": "Unit"}}}));
    same(Adjacent::Newtype(1), json!({"M": {"t": {"S": "Newtype"}, "c": {"N": "1"}}}));
    same(Adjacent::Optional(None), json!({"M": {"t": {"S": "Optional"}}}));
    same(
        Adjacent::Tuple(1, "x".into()),
        json!({"M": {"t": {"S": "Tuple"}, "c": {"L": [{"N": "1"}, {"S": "x"}]}}}),
    );
    same(
        Adjacent::Struct { a: 1, b: None },
        json!({"M": {"t": {"S": "Struct"}, "c": {"M": {"a": {"N": "1"}}}}}),
    );
    same(Untagged::Bool(true), json!({"BOOL": true}));
    same(Untagged::Int(-1), json!({"N": "-1"}));
    same(Untagged::Float(1.5), json!({"N": "1.5"}));
    same(Untagged::Text("x".into()), json!({"S": "x"}));
    same(UntaggedBytes::Int(1), json!({"N": "1"}));
    same(UntaggedBytes::Bytes(ByteBuf::from(b"ab".to_vec())), json!({"B": "YWI="}));
    same(Untagged::List(vec![1]), json!({"L": [{"N": "1"}]}));
    same(Untagged::Struct { a: 1 }, json!({"M": {"a": {"N": "1"}}}));
}

#[test]
fn an_enum_can_be_an_item() {
    for value in [
        External::Newtype(1),
        External::Optional(None),
        External::Tuple(1, "x".into()),
        External::Struct { a: 1, b: None },
        External::Nested(Box::new(External::Unit)),
    ] {
        let bytes = wire::to_vec(&value).unwrap();
        assert_eq!(wire::from_slice::<External>(&bytes).unwrap(), value);
    }
    for value in [Internal::Unit, Internal::Struct { a: 1, b: None }] {
        assert_eq!(wire::from_slice::<Internal>(&wire::to_vec(&value).unwrap()).unwrap(), value);
    }
    assert_eq!(wire::to_vec(&External::Unit).unwrap_err().to_string(), "expected M, found S");
    let two = json!({"Newtype": {"N": "1"}, "Unit": {"NULL": true}});
    assert!(read_item::<External>(two).unwrap_err().is_data());
}

#[test]
fn a_none_is_absent_in_structs_and_null_elsewhere() {
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Deep {
        first: Option<u8>,
        inner: Inner,
        map: BTreeMap<String, Option<u8>>,
        list: Vec<Option<u8>>,
        last: Option<Option<u8>>,
    }
    let deep = Deep {
        first: None,
        inner: Inner { x: 1, y: None },
        map: BTreeMap::from([("n".into(), None)]),
        list: vec![None],
        last: None,
    };
    let expected = json!({
        "inner": {"M": {"x": {"N": "1"}}},
        "map": {"M": {"n": {"NULL": true}}},
        "list": {"L": [{"NULL": true}]},
    });
    assert_eq!(round_trip(deep), json!({"M": expected}));
    assert_eq!(round_trip(None::<u8>), json!({"NULL": true}));
    assert_eq!(round_trip(()), json!({"NULL": true}));
    assert_eq!(
        read::<Inner>(json!({"M": {"x": {"N": "1"}, "y": {"NULL": true}}})).unwrap().y,
        None
    );
    assert_eq!(
        wire::to_vec(&BTreeMap::from([("a", None), ("b", Some(1))])).unwrap(),
        br#"{"b":{"N":"1"}}"#
    );
    let error = read::<Inner>(json!({"M": {"x": {"NULL": true}}})).unwrap_err();
    assert_eq!(error.to_string(), "x: expected N, found NULL");
}

#[test]
fn wide_integers_keep_their_38_digits() {
    let most = 10i128.pow(38) - 1;
    assert_eq!(round_trip(most), json!({"N": "9".repeat(38)}));
    round_trip(-most);
    round_trip(most as u128);
    round_trip(i128::from(i64::MIN) - 1);
    round_trip(u128::from(u64::MAX) + 1);
    round_trip((i64::MIN, i64::MAX, u64::MAX));
    for refused in [wire::value_to_vec(&u128::MAX), wire::value_to_vec(&i128::MIN)] {
        assert_eq!(refused.unwrap_err().to_string(), "a number of more than 38 significant digits");
    }
    assert_eq!(round_trip(10u128.pow(38)), json!({"N": format!("1{}", "0".repeat(38))}));
}

#[test]
fn integers_are_read_from_every_text_of_theirs() {
    for (text, value) in [
        ("1.0", 1),
        ("1e2", 100),
        ("-0", 0),
        ("120E-1", 12),
        ("007", 7),
        ("0.0e5", 0),
        ("1.5e1", 15),
    ] {
        assert_eq!(read::<i64>(json!({"N": text})).unwrap(), value, "{text}");
        assert_eq!(read::<u8>(json!({"N": text})).unwrap(), value as u8, "{text}");
        assert_eq!(read::<i128>(json!({"N": text})).unwrap(), value.into(), "{text}");
        assert_eq!(read::<f64>(json!({"N": text})).unwrap(), value as f64, "{text}");
    }
    let error = |text: &str| read::<i32>(json!({"N": text})).unwrap_err().to_string();
    assert_eq!(error("1.5"), "not an integer, expected i32");
    assert_eq!(error("2147483648"), "number out of range, expected i32");
    assert_eq!(error("1e125"), "number out of range, expected i32");
    assert_eq!(error("99999999999999999999"), "number out of range, expected i32");
    assert_eq!(error("12a"), "not a number");
    assert_eq!(error(""), "not a number");
    assert_eq!(error("-"), "not a number");
    assert!(read::<u8>(json!({"N": "-1"})).unwrap_err().is_data());
    assert!(read::<f64>(json!({"N": "inf"})).is_err());
    assert!(read::<u8>(json!({"S": "1"})).is_err());
}

#[test]
fn decimals_are_exact() {
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Prices {
        #[serde(with = "wire::as_number")]
        price: Decimal,
        #[serde(with = "wire::as_number", default)]
        was: Option<Decimal>,
        number: Number,
        #[serde(with = "wire::number_set", default)]
        set: Option<BTreeSet<Number>>,
    }
    let number = |text: &str| text.parse::<Number>().unwrap();
    for price in [
        Decimal::MAX,
        Decimal::MIN,
        "0.0000000000000000000000000001".parse().unwrap(),
        "-1.50".parse().unwrap(),
    ] {
        round_trip(Prices { price, was: Some(price), number: number("1"), set: None });
        round_trip(Prices {
            price,
            was: None,
            number: number(&"9".repeat(38)),
            set: Some(BTreeSet::from([number("1.5")])),
        });
    }
    assert_eq!(
        stored(&number("12345678901234567890.123456789012345678")),
        json!({"N": "12345678901234567890.123456789012345678"})
    );
    let error = read::<Prices>(json!({"M": {"price": {"N": "1e100"}}})).unwrap_err();
    assert_eq!(error.to_string(), "price: this number does not fit the type");
    let error = read::<Prices>(json!({"M": {"price": {"S": "1"}}})).unwrap_err();
    assert_eq!(error.to_string(), "price: expected N, found S");
    // Other formats see a number too.
    let prices =
        Prices { price: "1.5".parse().unwrap(), was: None, number: number("3"), set: None };
    assert_eq!(
        serde_json::to_string(&prices).unwrap(),
        r#"{"price":1.5,"was":null,"number":3,"set":null}"#
    );
    assert_eq!(peer(&number("1.5")), json!({"N": "1.5"}));
}

#[test]
fn floats_that_are_not_decimals_are_refused() {
    for float in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e300, f64::MIN_POSITIVE] {
        let error = wire::to_vec(&BTreeMap::from([("a", vec![1.0, float])])).unwrap_err();
        assert_eq!(error.path(), "a[1]");
    }
    assert!(wire::value_to_vec(&f32::NAN).is_err());
    assert_eq!(stored(&0.1f32), json!({"N": "0.1"}));
}

#[test]
fn buffered_numbers_are_exact_or_refused() {
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Outer<T> {
        #[serde(flatten)]
        inner: Flat<T>,
    }
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Flat<T> {
        n: T,
    }
    fn through<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(
        n: T,
    ) -> Result<(), Error> {
        let outer = Outer { inner: Flat { n } };
        let back: Outer<T> = wire::value_from_slice(&wire::value_to_vec(&outer)?)?;
        assert_eq!(back, outer);
        Ok(())
    }
    through(u64::MAX).unwrap();
    through(i64::MIN).unwrap();
    through(1.5).unwrap();
    through("123456789.012345".parse::<Number>().unwrap()).unwrap();
    for long in ["1234567890.123456", "-18446744073709551616.5", "99999999999999999999"] {
        through(long.parse::<Number>().unwrap()).unwrap();
    }

    let flat = json!({"M": {"n": {"N": "1234567890.123456"}}});
    let refused = [
        read::<Outer<f64>>(flat.clone()).unwrap_err(),
        read::<Outer<String>>(flat.clone()).unwrap_err(),
        read::<Outer<Value>>(flat).unwrap_err(),
    ];
    for error in refused {
        assert!(error.to_string().contains("a number of more than 15 digits"), "{error}");
    }
    assert!(through(u128::from(u64::MAX) + 1).is_err());
}

#[test]
fn sets_are_written_with_both_markers_and_read_into_anything() {
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Sets {
        #[serde(with = "wire::string_set")]
        a: Vec<String>,
        #[serde(with = "serde_dynamo::string_set")]
        b: HashSet<String>,
        #[serde(with = "wire::number_set")]
        c: BTreeSet<u64>,
        #[serde(with = "serde_dynamo::number_set")]
        d: Vec<f64>,
        #[serde(with = "wire::binary_set")]
        e: Vec<ByteBuf>,
        #[serde(with = "serde_dynamo::binary_set")]
        f: HashSet<ByteBuf>,
    }
    let sets = Sets {
        a: vec!["x".into(), "\"".into()],
        b: HashSet::from(["y".into()]),
        c: BTreeSet::from([1, u64::MAX]),
        d: vec![1.0, 0.5],
        e: vec![ByteBuf::from(b"".to_vec()), ByteBuf::from(b"ab".to_vec())],
        f: HashSet::from([ByteBuf::from(b"c".to_vec())]),
    };
    let expected = json!({"M": {
        "a": {"SS": ["x", "\""]}, "b": {"SS": ["y"]}, "c": {"NS": ["1", "18446744073709551615"]},
        "d": {"NS": ["1", "0.5"]}, "e": {"BS": ["", "YWI="]}, "f": {"BS": ["Yw=="]},
    }});
    assert_eq!(peer(&sets), expected);
    assert_eq!(round_trip(sets), expected);
    assert_eq!(read::<Vec<String>>(json!({"SS": ["b", "a"]})).unwrap(), ["b", "a"]);
    assert_eq!(read::<HashSet<u8>>(json!({"NS": ["1", "2e0"]})).unwrap(), HashSet::from([1, 2]));
    assert_eq!(read::<Vec<Number>>(json!({"NS": ["0.5"]})).unwrap(), ["0.5".parse().unwrap()]);
    assert_eq!(read::<Vec<Status>>(json!({"SS": ["Active"]})).unwrap(), [Status::Active]);
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
enum Status {
    Active,
}

#[test]
fn sets_that_dynamodb_refuses_are_refused_with_their_path() {
    #[derive(Serialize)]
    struct Set<T: Serialize> {
        #[serde(with = "wire::string_set")]
        of: T,
    }
    #[derive(Serialize)]
    struct Numbers {
        #[serde(with = "wire::number_set")]
        of: Vec<f64>,
    }
    fn error<T: Serialize>(of: T) -> String {
        wire::to_vec(&Set { of }).unwrap_err().to_string()
    }
    assert_eq!(error(Vec::<String>::new()), "of: an empty set cannot be stored as SS");
    assert_eq!(error(["a", "b", "a"]), "of[2]: this element is in the set twice");
    assert_eq!(error([1]), "of[0]: expected S, found N");
    assert_eq!(error(["a"].map(Some).map(|a| [a])), "of[0]: expected S, found L");
    assert_eq!(error("a"), "of: expected SS, found S");
    assert_eq!(error([None::<u8>]), "of[0]: expected S, found NULL");
    let many: Vec<String> = (0..100).chain([50]).map(|n| n.to_string()).collect();
    assert_eq!(error(many), "of[100]: this element is in the set twice");
    let error = wire::to_vec(&Numbers { of: vec![1e21, 0.0, -0.0] }).unwrap_err();
    assert_eq!(error.to_string(), "of[2]: this element is in the set twice");
    assert_eq!(wire::to_vec(&Set { of: None::<Vec<u8>> }).unwrap(), b"{}");
}

#[test]
fn strings_borrow_where_the_text_has_no_escapes() {
    #[derive(Deserialize)]
    struct Borrowed<'a> {
        plain: &'a str,
        #[serde(borrow)]
        cow: Cow<'a, str>,
        #[serde(borrow)]
        escaped: Cow<'a, str>,
        #[serde(borrow)]
        list: Vec<&'a str>,
        #[serde(borrow)]
        set: Vec<&'a str>,
    }
    let bytes = br#"{"plain":{"S":"a"},"cow":{"S":"b"},"escaped":{"S":"\u00e9"},"list":{"L":[{"S":"c"}]},"set":{"SS":["d"]}}"#;
    let item: Borrowed<'_> = wire::from_slice(bytes).unwrap();
    assert_eq!((item.plain, item.list, item.set), ("a", vec!["c"], vec!["d"]));
    assert!(matches!(item.cow, Cow::Borrowed("b")));
    assert!(matches!(item.escaped, Cow::Owned(text) if text == "é"));
    let error = wire::value_from_slice::<&str>(br#"{"S":"\n"}"#).unwrap_err();
    assert_eq!(error.to_string(), "expected a borrowed string, found S");
}

#[test]
fn names_are_unescaped_and_matched() {
    let bytes = br#"{"\u0078":{"N":"1"}}"#;
    assert_eq!(wire::from_slice::<Inner>(bytes).unwrap(), Inner { x: 1, y: None });
    let error = wire::from_slice::<Inner>(br#"{"\u0078":{"S":"1"}}"#).unwrap_err();
    assert_eq!(error.path(), "x");
}

#[test]
fn keys_of_maps_are_what_has_one_text() {
    assert_eq!(round_trip(BTreeMap::from([(1u8, 2)])), json!({"M": {"1": {"N": "2"}}}));
    assert_eq!(round_trip(BTreeMap::from([(-1i128, 2)])), json!({"M": {"-1": {"N": "2"}}}));
    assert_eq!(round_trip(BTreeMap::from([(true, 2)])), json!({"M": {"true": {"N": "2"}}}));
    assert_eq!(round_trip(BTreeMap::from([('"', 2)])), json!({"M": {"\"": {"N": "2"}}}));
    #[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
    enum Key {
        A,
        B(u8),
    }
    assert_eq!(round_trip(BTreeMap::from([(Key::A, 2)])), json!({"M": {"A": {"N": "2"}}}));
    for refused in [
        wire::value_to_vec(&BTreeMap::from([("m", BTreeMap::from([(Key::B(1), 2)]))])),
        wire::value_to_vec(&BTreeMap::from([("m", BTreeMap::from([(Some(1), 2)]))])),
        wire::value_to_vec(&BTreeMap::from([("m", BTreeMap::from([((), 2)]))])),
        wire::value_to_vec(&BTreeMap::from([("m", BTreeMap::from([([1, 2], 2)]))])),
    ] {
        let error = refused.unwrap_err();
        assert_eq!(
            error.to_string(),
            "m: a map's key is text, an integer, a bool, a char or a unit variant"
        );
    }
    assert!(read::<BTreeMap<u8, u8>>(json!({"M": {"x": {"N": "1"}}})).is_err());
}

#[test]
fn every_mismatch_is_said_in_dynamodbs_words() {
    let values = [
        ("S", json!({"S": "secret"})),
        ("N", json!({"N": "777"})),
        ("B", json!({"B": "c2VjcmV0"})),
        ("BOOL", json!({"BOOL": true})),
        ("NULL", json!({"NULL": true})),
        ("M", json!({"M": {"secret": {"N": "777"}}})),
        ("L", json!({"L": [{"S": "secret"}]})),
        ("SS", json!({"SS": ["secret"]})),
        ("NS", json!({"NS": ["777"]})),
        ("BS", json!({"BS": ["c2VjcmV0"]})),
    ];
    fn check<T: DeserializeOwned + std::fmt::Debug>(
        found: &str,
        value: &Value,
        expected: &str,
        fits: &[&str],
    ) {
        #[derive(Debug, Deserialize)]
        struct Item<T> {
            #[allow(dead_code, reason = "it is read, and that is all")]
            a: Vec<T>,
        }
        let result = read_item::<Item<T>>(json!({"a": {"L": [value]}}));
        if fits.contains(&found) {
            return;
        }
        let error = result.unwrap_err();
        assert_eq!(error.to_string(), format!("a[0]: expected {expected}, found {found}"));
    }
    for (found, value) in &values {
        check::<String>(found, value, "S", &["S"]);
        check::<char>(found, value, "S", &["S"]);
        check::<u16>(found, value, "N", &["N"]);
        check::<i128>(found, value, "N", &["N"]);
        check::<f64>(found, value, "N", &["N"]);
        check::<Number>(found, value, "N", &["N"]);
        check::<ByteBuf>(found, value, "B", &["B"]);
        check::<bool>(found, value, "BOOL", &["BOOL"]);
        check::<()>(found, value, "NULL", &["NULL"]);
        check::<Vec<u8>>(found, value, "L", &["L", "SS", "NS", "BS"]);
        check::<BTreeMap<String, u16>>(found, value, "M", &["M"]);
        check::<Inner>(found, value, "M", &["M"]);
        check::<External>(found, value, "S or M", &["S", "M"]);
        check::<Option<bool>>(found, value, "BOOL", &["BOOL", "NULL"]);
    }
    // Whatever the error, it does not show what is stored.
    for (_, value) in &values {
        for error in [
            read::<char>(value.clone()).map(drop),
            read::<u8>(value.clone()).map(drop),
            read::<External>(value.clone()).map(drop),
            read::<Vec<Inner>>(value.clone()).map(drop),
            read::<Untagged>(value.clone()).map(drop),
            read::<Internal>(value.clone()).map(drop),
        ] {
            if let Err(error) = error {
                assert!(!error.to_string().contains("777"), "{error}");
                assert!(!error.kind().to_string().contains("secret"), "{error}");
            }
        }
    }
}

#[test]
fn nonsense_is_not_accepted() {
    for (text, what) in [
        (r#"{}"#, "an attribute value without a type"),
        (r#"{"S":"a","N":"1"}"#, "which has one type"),
        (r#"{"S":"a","S":"a"}"#, "which has one type"),
        (r#"{"X":"a"}"#, "unknown type"),
        (r#"{"s":"a"}"#, "unknown type"),
        (r#"{"":"a"}"#, "unknown type"),
        (r#"{"S":"a"}x"#, "expected the end"),
        (r#"{"S":"a"}{"S":"a"}"#, "expected the end"),
        (r#"{"S":1}"#, "expected a string"),
        (r#"{"S":null}"#, "expected a string"),
        (r#"{"S":"a",}"#, "which has one type"),
        (r#"{"S" "a"}"#, "expected `:`"),
        (r#"{"S":"\q"}"#, "unknown escape"),
        ("{\"S\":\"\n\"}", "control character"),
        (r#"{"S":"\ud800"}"#, "surrogate"),
        (r#""a""#, "expected an attribute value"),
    ] {
        let error = wire::value_from_slice::<String>(text.as_bytes()).unwrap_err();
        assert!(error.is_syntax() && error.to_string().contains(what), "{text}: {error}");
        if !text.contains("\"S\":\"") {
            assert!(wire::value_from_slice::<Untagged>(text.as_bytes()).is_err(), "{text}");
        }
    }
    assert!(wire::value_from_slice::<()>(br#"{"NULL":false}"#).is_err());
    assert!(wire::value_from_slice::<Option<u8>>(br#"{"NULL":false}"#).is_err());
    assert!(wire::value_from_slice::<Option<u8>>(br#"{"NULL":1}"#).is_err());
    assert!(wire::value_from_slice::<bool>(br#"{"BOOL":"true"}"#).is_err());
    assert!(wire::value_from_slice::<u8>(br#"{"N":1}"#).unwrap_err().is_syntax());
    assert!(wire::value_from_slice::<ByteBuf>(br#"{"B":"YQ"}"#).unwrap_err().is_data());
    assert!(wire::value_from_slice::<String>(b"{\"S\":\"\xff\"}").unwrap_err().is_syntax());
    for twice in [r#"{"x":{"N":"1"},"x":{"N":"1"}}"#, r#"{"x":{"N":"1"},"\u0078":{"N":"1"}}"#] {
        assert_eq!(wire::from_slice::<Inner>(twice.as_bytes()).unwrap_err().path(), "x");
        assert_eq!(
            wire::from_slice::<HashMap<String, u8>>(twice.as_bytes()).unwrap_err().path(),
            "x"
        );
    }
    let many: Vec<String> =
        (0..50).chain([30]).map(|n| format!("\"a{n}\":{{\"N\":\"1\"}}")).collect();
    let error =
        wire::from_slice::<HashMap<String, u8>>(format!("{{{}}}", many.join(",")).as_bytes())
            .unwrap_err();
    assert_eq!(error.to_string(), "a30: this attribute is there twice");
}

#[test]
fn tuples_take_as_many_elements_as_they_have() {
    assert!(read::<(u8, u8)>(json!({"L": [{"N": "1"}, {"N": "2"}]})).is_ok());
    assert!(read::<(u8, u8)>(json!({"L": [{"N": "1"}]})).unwrap_err().is_data());
    assert!(
        read::<(u8, u8)>(json!({"L": [{"N": "1"}, {"N": "2"}, {"N": "3"}]})).unwrap_err().is_data()
    );
}

#[test]
fn missing_and_unknown_attributes_are_named() {
    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code, reason = "it is read, and that is all")]
    struct Strict {
        price: u8,
    }
    #[derive(Debug, Deserialize)]
    #[allow(dead_code, reason = "it is read, and that is all")]
    struct Item {
        item_sku: Vec<Strict>,
    }
    let error = read_item::<Item>(json!({"item_sku": {"L": [{"M": {}}]}})).unwrap_err();
    assert_eq!(error.to_string(), "item_sku[0].price: required, but not there");
    assert_eq!(error.kind(), &ErrorKind::Missing);
    let error =
        read_item::<Item>(json!({"item_sku": {"L": [{"M": {"cost": {"N": "1"}}}]}})).unwrap_err();
    assert_eq!(error.path(), "item_sku[0].cost");
    let error = read_item::<Item>(json!({"item_sku": {"L": [{"M": {"price": {"N": "256"}}}]}}))
        .unwrap_err();
    assert_eq!(error.to_string(), "item_sku[0].price: number out of range, expected u8");
    let error = read_item::<BTreeMap<String, External>>(
        json!({"a": {"M": {"Struct": {"M": {"a": {"S": ""}}}}}}),
    );
    assert_eq!(error.unwrap_err().to_string(), "a.Struct.a: expected N, found S");
    let error =
        read_item::<BTreeMap<String, External>>(json!({"a": {"S": "Newtype"}})).unwrap_err();
    assert_eq!(error.path(), "a");
}

#[test]
fn attributes_that_come_twice_through_flatten_are_refused() {
    #[derive(Serialize)]
    struct Item {
        id: u8,
        #[serde(flatten)]
        more: BTreeMap<String, Option<u8>>,
    }
    let item = |name: &str, value| Item { id: 1, more: BTreeMap::from([(name.to_owned(), value)]) };
    assert_eq!(wire::to_vec(&item("x", Some(2))).unwrap(), br#"{"id":{"N":"1"},"x":{"N":"2"}}"#);
    assert_eq!(wire::to_vec(&item("id", None)).unwrap(), br#"{"id":{"N":"1"}}"#);
    let error = wire::to_vec(&item("id", Some(2))).unwrap_err();
    assert_eq!(error.to_string(), "id: this attribute is there twice");
    let error = wire::to_vec(&BTreeMap::from([("m", item("id", Some(2)))])).unwrap_err();
    assert_eq!(error.to_string(), "m.id: this attribute is there twice");
}

#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
struct Tree {
    children: Vec<Tree>,
}

fn tree(lists: usize) -> Tree {
    // Each level of the tree is an M and an L.
    (1..lists).fold(Tree::default(), |inner, _| Tree { children: vec![inner] })
}

#[test]
fn nesting_ends_at_32_levels_both_ways() {
    #[derive(Debug, Serialize, Deserialize)]
    struct Item<T> {
        a: T,
    }
    let deepest = Item { a: tree(16) };
    let bytes = wire::to_vec(&deepest).unwrap();
    assert_eq!(wire::from_slice::<Item<Tree>>(&bytes).unwrap().a, deepest.a);
    let error = wire::to_vec(&Item { a: tree(17) }).unwrap_err();
    assert!(error.to_string().ends_with("nested deeper than 32 levels"), "{error}");
    assert!(error.path().starts_with("a.children[0].children[0]"), "{error}");

    // A scalar in 31 lists is the 32nd level; one more is refused.
    fn lists(n: usize) -> String {
        format!("{{\"a\":{}{{\"N\":\"1\"}}{}}}", "{\"L\":[".repeat(n), "]}".repeat(n))
    }
    #[derive(Debug, Deserialize)]
    #[serde(untagged)]
    enum Any {
        #[allow(dead_code, reason = "it is read, and that is all")]
        Number(u8),
        #[allow(dead_code, reason = "it is read, and that is all")]
        List(Vec<Any>),
    }
    assert!(wire::from_slice::<Item<Any>>(lists(31).as_bytes()).is_ok());
    let error = wire::from_slice::<Item<Any>>(lists(32).as_bytes()).unwrap_err();
    assert_eq!(error.path(), format!("a{}", "[0]".repeat(32)));

    #[derive(Debug, Serialize, Deserialize)]
    enum Deep {
        More(Box<Deep>),
        End,
    }
    let deep = |n: usize| (0..n).fold(Deep::End, |inner, _| Deep::More(Box::new(inner)));
    assert!(wire::from_slice::<Item<Deep>>(&wire::to_vec(&Item { a: deep(31) }).unwrap()).is_ok());
    assert!(wire::to_vec(&Item { a: deep(32) }).is_err());
}

#[test]
fn hostile_nesting_does_not_overflow_the_stack() {
    for open in ["{\"M\":{\"children\":{\"L\":[", "{\"L\":[", "{\"M\":{\"a\":", "[", "{\"a\":"] {
        let text = open.repeat(200_000);
        for text in [text.clone(), format!("{{\"a\":{text}")] {
            assert!(wire::value_from_slice::<Tree>(text.as_bytes()).is_err());
            assert!(wire::value_from_slice::<Untagged>(text.as_bytes()).is_err());
            assert!(wire::value_from_slice::<IgnoredAny>(text.as_bytes()).is_err());
            assert!(wire::from_slice::<HashMap<String, IgnoredAny>>(text.as_bytes()).is_err());
            assert!(wire::from_slice::<Inner>(text.as_bytes()).is_err());
        }
    }
}

#[test]
fn only_structs_and_maps_are_items() {
    for (error, found) in [
        (wire::to_vec(&1), "N"),
        (wire::to_vec("a"), "S"),
        (wire::to_vec(&[1]), "L"),
        (wire::to_vec(&None::<u8>), "NULL"),
        (wire::to_vec(&()), "NULL"),
        (wire::to_vec(&true), "BOOL"),
        (wire::to_vec(&Unit), "NULL"),
        (wire::to_vec(&'a'), "S"),
    ] {
        assert_eq!(error.unwrap_err().to_string(), format!("expected M, found {found}"));
    }
    assert_eq!(wire::to_vec(&Some(Tree::default())).unwrap(), br#"{"children":{"L":[]}}"#);
}

#[test]
fn a_view_leaves_out_and_refuses_attributes() {
    use entity_core::wire::ser::{Attribute, ItemView, members};
    struct Keys;
    impl ItemView for Keys {
        fn attribute(&self, name: &str) -> Attribute {
            match name {
                "PK" => Attribute::Leave,
                "SK" => Attribute::Refuse("it is a key"),
                _ => Attribute::Write,
            }
        }
    }
    #[derive(Serialize)]
    struct Item {
        #[serde(rename = "PK")]
        pk: u8,
        a: u8,
        b: Option<u8>,
        #[serde(flatten)]
        more: BTreeMap<&'static str, u8>,
    }
    let item = |name| Item { pk: 1, a: 2, b: None, more: BTreeMap::from([(name, 3)]) };
    let mut out = Vec::new();
    assert_eq!(members(&item("c"), &mut out, &Keys).unwrap(), 2);
    assert_eq!(out, br#""a":{"N":"2"},"c":{"N":"3"}"#);
    let mut out = Vec::new();
    assert_eq!(members(&BTreeMap::from([("PK", 1)]), &mut out, &Keys as &dyn ItemView).unwrap(), 0);
    assert!(out.is_empty());
    let error = members(&item("SK"), &mut Vec::new(), &Keys).unwrap_err();
    assert_eq!(error.to_string(), "SK: it is a key");
}

#[test]
fn scalars_go_both_ways_through_the_types_own_serde() {
    use entity_core::wire::ser::{Scalar, scalar};
    fn both<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(
        value: T,
        expected: Scalar,
    ) {
        assert_eq!(scalar(&value).unwrap(), expected);
        assert_eq!(T::deserialize(expected).unwrap(), value);
    }
    both("a".to_owned(), Scalar::S("a".into()));
    both(Status::Active, Scalar::S("Active".into()));
    both('x', Scalar::S("x".into()));
    both(7u8, Scalar::N("7".into()));
    both(Wrapper(7), Scalar::N("7".into()));
    both(-1.5f64, Scalar::N("-1.5".into()));
    both(10i128.pow(30), Scalar::N(10i128.pow(30).to_string()));
    both("1.5".parse::<Number>().unwrap(), Scalar::N("1.5".into()));
    both(ByteBuf::from(b"ab".to_vec()), Scalar::B(b"ab".to_vec()));
    both(true, Scalar::Bool(true));
    both(None::<u8>, Scalar::Null);
    both(Some(1u8), Scalar::N("1".into()));
    assert_eq!(scalar(&[1]).unwrap(), Scalar::Other(br#"{"L":[{"N":"1"}]}"#.to_vec()));
    assert_eq!(
        scalar(&f64::NAN).unwrap_err().to_string(),
        "NaN and infinity cannot be stored as N"
    );
    assert_eq!(
        u8::deserialize(Scalar::S("1".into())).unwrap_err().to_string(),
        "expected N, found S"
    );
}

#[test]
fn levels_do_not_add_up_over_values_that_failed() {
    use entity_core::wire::{Deserializer, read::Reader};
    // Each attempt stops at the wrong type, right before the next value.
    let text = r#"{"M":{"x":{"S":"#.repeat(300) + r#"{"M":{"x":{"N":"1"}}}"#;
    let mut reader = Reader::new(&text);
    for _ in 0..300 {
        let error = Inner::deserialize(Deserializer::new(&mut reader)).unwrap_err();
        assert_eq!(error.to_string(), "x: expected N, found S");
    }
    assert_eq!(
        Inner::deserialize(Deserializer::new(&mut reader)).unwrap(),
        Inner { x: 1, y: None }
    );
}

mod values {
    use super::*;
    use crate::attributes::{attribute, sorted};

    fn item() -> impl Strategy<Value = BTreeMap<String, Value>> {
        proptest::collection::btree_map("x.{0,3}", attribute(), 0..6)
    }

    fn again<T: Serialize + DeserializeOwned>(item: &Value) -> Value {
        let read: T = wire::from_slice(item.to_string().as_bytes()).unwrap();
        sorted(serde_json::from_slice(&wire::to_vec(&read).unwrap()).unwrap())
    }

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    struct Known {
        #[serde(with = "wire::string_set")]
        genres: BTreeSet<String>,
        #[serde(with = "wire::number_set")]
        ratings: Vec<Number>,
        #[serde(with = "wire::binary_set")]
        hashes: Vec<ByteBuf>,
        #[serde(with = "wire::string_set", default)]
        none: Option<Vec<String>>,
        #[serde(with = "wire::string_set", default)]
        some: Option<Vec<String>>,
        #[serde(with = "wire::as_number")]
        price: u128,
        any: Wrapped,
    }

    /// However it is wrapped, it is told from a list.
    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    struct Wrapped(Option<Inner>);

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    struct Inner(wire::Value);

    fn known() -> Value {
        json!({
            "genres": {"SS": ["a", "b\n"]}, "ratings": {"NS": ["1", "12345678901234567890.5"]},
            "hashes": {"BS": ["", "YWI="]}, "some": {"SS": ["x"]}, "any": {"NS": ["1.5"]},
            "price": {"N": "99999999999999999999999999999999999999"},
        })
    }

    #[derive(Debug, Serialize, Deserialize)]
    struct Open {
        #[serde(flatten)]
        known: Known,
        #[serde(flatten)]
        extra: BTreeMap<String, wire::Value>,
    }

    #[derive(Debug, Serialize, Deserialize)]
    #[serde(tag = "type")]
    enum Tagged {
        A { value: wire::Value, known: Known },
        B(BTreeMap<String, wire::Value>),
        C(Open),
    }

    #[derive(Debug, Serialize, Deserialize)]
    #[serde(untagged)]
    enum Untagged {
        Never { never: Vec<String> },
        Open(Open),
        Other(BTreeMap<String, Wrapped>),
    }

    proptest! {
        #[test]
        fn every_item_is_written_as_it_was_read(extra in item()) {
            let plain = sorted(json!(extra));
            prop_assert_eq!(&again::<BTreeMap<String, wire::Value>>(&plain), &plain);
            if !plain.to_string().contains("NULL") {
                prop_assert_eq!(&again::<Untagged>(&plain), &plain);
            }

            let mut open = known();
            open.as_object_mut().unwrap().extend(extra.clone());
            let open = sorted(open);
            prop_assert_eq!(&again::<Open>(&open), &open);
            prop_assert_eq!(&again::<Untagged>(&open), &open);

            let mut tagged = open;
            tagged["type"] = json!({"S": "C"});
            prop_assert_eq!(&again::<Tagged>(&tagged), &tagged);
            let mut tagged = plain;
            tagged["type"] = json!({"S": "B"});
            prop_assert_eq!(&again::<Tagged>(&tagged), &tagged);
        }

        #[test]
        fn every_value_is_written_as_it_was_read(value in attribute()) {
            let value = sorted(value);
            let read: wire::Value = read(value.clone()).unwrap();
            prop_assert_eq!(&sorted(stored(&read)), &value);
            let tagged = json!({"type": {"S": "A"}, "value": value, "known": {"M": known()}});
            prop_assert_eq!(&again::<Tagged>(&tagged), &sorted(tagged));
        }

        /// What a set is in serde's buffers is nothing that another type takes for something else.
        #[test]
        fn buffered_values_of_another_type_are_refused(value in attribute()) {
            #[derive(Debug, Deserialize)]
            struct Flat<T> {
                #[serde(flatten)]
                _inner: Of<T>,
            }
            #[derive(Debug, Deserialize)]
            struct Of<T> {
                #[serde(rename = "value")]
                _value: T,
            }
            #[derive(Debug, Deserialize)]
            struct Newtype<T>(#[allow(dead_code, reason = "it is read, and that is all")] T);
            fn refused<T: DeserializeOwned>(value: &Value) -> bool {
                let item = json!({"value": value});
                read_item::<Flat<T>>(item.clone()).is_err()
                    && read_item::<Flat<Newtype<T>>>(item).is_err()
            }
            let tag = value.as_object().unwrap().keys().next().unwrap().as_str();
            if let "SS" | "NS" | "BS" = tag {
                prop_assert!(refused::<Vec<IgnoredAny>>(&value));
                prop_assert!(refused::<BTreeMap<String, IgnoredAny>>(&value));
                prop_assert!(refused::<Value>(&value));
                prop_assert!(refused::<Number>(&value));
            }
            if tag == "N" {
                prop_assert!(refused::<String>(&value));
                prop_assert!(refused::<ByteBuf>(&value));
            }
        }
    }

    #[test]
    fn a_set_that_is_read_as_something_else_says_what_takes_it() {
        #[derive(Debug, Deserialize)]
        struct Flat {
            #[serde(flatten)]
            _inner: Plain,
        }
        #[derive(Debug, Deserialize)]
        struct Plain {
            #[serde(rename = "tags")]
            _tags: Vec<String>,
        }
        let item = json!({"tags": {"SS": ["a"]}});
        read_item::<Plain>(item.clone()).unwrap();
        for error in
            [read_item::<Flat>(item.clone()).unwrap_err(), read_item::<Value>(item).unwrap_err()]
        {
            assert!(error.to_string().contains("`wire::string_set`"), "{error}");
        }
    }

    #[test]
    fn values_are_plain_data_in_other_formats() {
        let item = json!({
            "s": {"S": "x"}, "n": {"N": "1.5"}, "long": {"N": "12345678901234567890.5"},
            "b": {"B": "AQI="}, "set": {"NS": ["1", "2"]}, "list": {"L": [{"NULL": true}, {"BOOL": true}]},
        });
        let value: wire::Value = read(json!({"M": item})).unwrap();
        let plain = json!({
            "s": "x", "n": 1.5, "long": "12345678901234567890.5", "b": [1, 2], "set": [1, 2],
            "list": [null, true],
        });
        assert_eq!(serde_json::to_value(&value).unwrap(), plain);
        let back: wire::Value = serde_json::from_str(&plain.to_string()).unwrap();
        let back = back.as_m().unwrap();
        assert_eq!(back["set"].as_l().unwrap(), [1.into(), 2.into()]);
        assert_eq!(back["n"], "1.5".parse::<Number>().unwrap().into());

        #[derive(Debug, PartialEq, Serialize, Deserialize)]
        struct Set {
            #[serde(with = "wire::number_set", default)]
            set: Option<BTreeSet<i64>>,
        }
        for set in [None, Some([1, -2].into())] {
            let set = Set { set };
            let json = serde_json::to_string(&set).unwrap();
            assert_eq!(serde_json::from_str::<Set>(&json).unwrap(), set);
        }
    }

    #[test]
    fn a_set_field_that_serde_buffers_reads_a_list_too() {
        #[derive(Debug, Serialize, Deserialize)]
        struct Flat {
            #[serde(flatten)]
            known: Known,
        }
        let mut item = known();
        item["genres"] = json!({"L": [{"S": "a"}, {"S": "b\n"}]});
        item["some"] = json!({"L": [{"S": "x"}]});
        item["none"] = json!({"NULL": true});
        assert_eq!(again::<Flat>(&item), sorted(known()));
        item["some"] = json!({"M": {"x": {"S": "x"}}});
        let error = read_item::<Flat>(item).unwrap_err();
        assert_eq!(error.to_string(), "expected a set or list, found M");
    }

    #[test]
    fn empty_sets_are_refused() {
        let error = wire::value_to_vec(&wire::Value::Ss(BTreeSet::new())).unwrap_err();
        assert_eq!(error.to_string(), "an empty set cannot be stored as SS");
        assert!(read::<wire::Value>(json!({"SS": []})).is_err());
        assert!(read::<wire::Value>(json!({"M": {"": {"NS": ["1", "x"]}}})).is_err());
    }
}
