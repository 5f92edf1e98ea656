//! Conditions and updates, made by chance, mean to every engine what they mean to a model.

use std::collections::{BTreeMap, BTreeSet};

use entity_core::TableHandle;
use entity_core::expr::{Action, AttributeType, Condition, Paths};
use entity_core::wire::{Number, Value};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{TestError, TestRunner};
use serde_bytes::ByteBuf;
use tests::engine::table;
use tests::things::{Deep, Inner, Thing, Things};
use tokio::runtime::Runtime;

use crate::property::cases;

#[derive(Debug, Clone, Copy)]
enum Rel {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
}

const RELS: [Rel; 6] = [Rel::Eq, Rel::Ne, Rel::Lt, Rel::Le, Rel::Gt, Rel::Ge];

/// A test of one attribute that is compared with values of type `V`.
#[derive(Debug, Clone)]
enum Op<V> {
    Rel(Rel, V),
    Between(V, V),
    In(Vec<V>),
    Exists,
    NotExists,
    Is(AttributeType),
}

#[derive(Debug, Clone, Copy)]
enum Num {
    N,
    M,
    Count,
    Y,
    At(usize),
    Key(&'static str),
    CountOf(usize),
    Gap(usize),
}

#[derive(Debug, Clone, Copy)]
enum Str {
    S,
    T,
    Name,
    X(usize),
}

#[derive(Debug, Clone, Copy)]
enum Coll {
    Ss,
    Ns,
    Bs,
    List,
    Map,
    B,
    S,
    T,
    Docs,
    Xs,
}

#[derive(Debug, Clone)]
enum Test {
    Num(Num, Op<i64>),
    /// Against the attribute `m`, or the attribute `n`.
    Against(Num, Rel, bool),
    /// Between two attributes.
    Amid(Num),
    Str(Str, Op<String>),
    StrAgainst(Str, Rel),
    Begins(Str, String),
    Contains(Str, String),
    Bytes(Op<Vec<u8>>),
    BytesBegin(Vec<u8>),
    Decimal(Op<Number>),
    Flag(Rel, bool),
    FlagIn(Vec<bool>),
    SetHas(String),
    NumbersHave(i64),
    BytesHave(ByteBuf),
    ListHas(i64),
    SetIs(BTreeSet<String>),
    NumbersAre(BTreeSet<i64>),
    ListIs(Vec<i64>),
    MapIs(BTreeMap<String, i64>),
    DocIs(Inner),
    SizeOf(Coll, Rel, u64),
    Has(Coll, bool),
    Is(Coll, AttributeType),
    All(Vec<Test>),
    Any(Vec<Test>),
    Not(Box<Test>),
}

macro_rules! num {
    ($p:ident, $num:expr, $path:ident => $body:expr) => {
        match $num {
            Num::N => {
                let $path = $p.n;
                $body
            }
            Num::M => {
                let $path = $p.m;
                $body
            }
            Num::Count => {
                let $path = $p.doc.count;
                $body
            }
            Num::Y => {
                let $path = $p.doc.deep.y;
                $body
            }
            Num::At(at) => {
                let $path = $p.list.at(at);
                $body
            }
            Num::Key(key) => {
                let $path = $p.map.key(key);
                $body
            }
            Num::CountOf(at) => {
                let $path = $p.docs.at(at).then(|doc| doc.count);
                $body
            }
            Num::Gap(_) => unreachable!("of another type"),
        }
    };
}

macro_rules! text {
    ($p:ident, $text:expr, $path:ident => $body:expr) => {
        match $text {
            Str::S => {
                let $path = $p.s;
                $body
            }
            Str::T => {
                let $path = $p.t;
                $body
            }
            Str::Name => {
                let $path = $p.doc.name;
                $body
            }
            Str::X(at) => {
                let $path = $p.doc.deep.xs.at(at);
                $body
            }
        }
    };
}

macro_rules! coll {
    ($p:ident, $coll:expr, $path:ident => $body:expr) => {
        match $coll {
            Coll::Ss => {
                let $path = $p.ss;
                $body
            }
            Coll::Ns => {
                let $path = $p.ns;
                $body
            }
            Coll::Bs => {
                let $path = $p.bs;
                $body
            }
            Coll::List => {
                let $path = $p.list;
                $body
            }
            Coll::Map => {
                let $path = $p.map;
                $body
            }
            Coll::B => {
                let $path = $p.b;
                $body
            }
            Coll::S => {
                let $path = $p.s;
                $body
            }
            Coll::T => {
                let $path = $p.t;
                $body
            }
            Coll::Docs => {
                let $path = $p.docs;
                $body
            }
            Coll::Xs => {
                let $path = $p.doc.deep.xs;
                $body
            }
        }
    };
}

macro_rules! rel {
    ($path:expr, $rel:expr, $value:expr) => {
        match $rel {
            Rel::Eq => $path.eq($value),
            Rel::Ne => $path.ne($value),
            Rel::Lt => $path.lt($value),
            Rel::Le => $path.le($value),
            Rel::Gt => $path.gt($value),
            Rel::Ge => $path.ge($value),
        }
    };
}

macro_rules! op {
    ($path:expr, $op:expr) => {
        match $op {
            Op::Rel(rel, value) => rel!($path, rel, value),
            Op::Between(from, to) => $path.between(from, to),
            Op::In(values) => $path.is_in(values),
            Op::Exists => $path.exists(),
            Op::NotExists => $path.not_exists(),
            Op::Is(ty) => $path.is_type(ty),
        }
    };
}

impl Test {
    fn condition(&self, p: &Paths<Thing>) -> Condition<Thing> {
        match self.clone() {
            Self::Num(Num::Gap(at), op) => {
                let some = |value: i64| Some(value);
                match op {
                    Op::Rel(Rel::Ne, value) => p.gaps.at(at).ne(some(value)),
                    Op::Rel(_, value) => p.gaps.at(at).eq(some(value)),
                    Op::In(values) => p.gaps.at(at).is_in(values.into_iter().map(some)),
                    Op::Exists => p.gaps.at(at).exists(),
                    Op::NotExists => p.gaps.at(at).not_exists(),
                    Op::Is(ty) => p.gaps.at(at).is_type(ty),
                    Op::Between(..) => p.gaps.at(at).eq(None),
                }
            }
            Self::Num(num, op) => num!(p, num, path => op!(path, op)),
            Self::Against(num, rel, true) => num!(p, num, path => rel!(path, rel, p.m)),
            Self::Against(num, rel, false) => num!(p, num, path => rel!(path, rel, p.n)),
            Self::Amid(num) => num!(p, num, path => path.between(p.n, p.m)),
            Self::Str(text, op) => text!(p, text, path => op!(path, op)),
            Self::StrAgainst(text, rel) => text!(p, text, path => rel!(path, rel, p.doc.name)),
            Self::Begins(text, with) => text!(p, text, path => path.begins_with(with)),
            Self::Contains(text, part) => text!(p, text, path => path.contains(part)),
            Self::Bytes(op) => op!(p.b, op),
            Self::BytesBegin(with) => p.b.begins_with(with),
            Self::Decimal(op) => op!(p.d, op),
            Self::Flag(Rel::Ne, flag) => p.flag.ne(flag),
            Self::Flag(_, flag) => p.flag.eq(flag),
            Self::FlagIn(flags) => p.flag.is_in(flags),
            Self::SetHas(text) => p.ss.contains(text),
            Self::NumbersHave(number) => p.ns.contains(number),
            Self::BytesHave(bytes) => p.bs.contains(bytes),
            Self::ListHas(number) => p.list.contains(number),
            Self::SetIs(set) => p.ss.eq(set),
            Self::NumbersAre(set) => p.ns.ne(set),
            Self::ListIs(list) => p.list.eq(list),
            Self::MapIs(map) => p.map.eq(map),
            Self::DocIs(doc) => p.doc.eq(doc),
            Self::SizeOf(coll, rel, size) => {
                coll!(p, coll, path => rel!(path.size(), rel, size))
            }
            Self::Has(coll, true) => coll!(p, coll, path => path.exists()),
            Self::Has(coll, false) => coll!(p, coll, path => path.not_exists()),
            Self::Is(coll, ty) => coll!(p, coll, path => path.is_type(ty)),
            Self::All(tests) => {
                let tests = tests.iter().map(|test| test.condition(p));
                tests.reduce(Condition::and).unwrap()
            }
            Self::Any(tests) => {
                let tests = tests.iter().map(|test| test.condition(p));
                tests.reduce(Condition::or).unwrap()
            }
            Self::Not(test) => !test.condition(p),
        }
    }

    fn holds(&self, thing: &Thing) -> bool {
        match self {
            Self::Num(Num::Gap(at), op) => {
                let gap = num(Num::Gap(*at), thing);
                match op {
                    Op::Rel(Rel::Ne, value) => gap != Some(value.to_value()),
                    Op::Rel(_, value) => gap == Some(value.to_value()),
                    Op::Between(..) => gap == Some(Value::Null),
                    op => op.holds(gap),
                }
            }
            Self::Num(at, op) => op.holds(num(*at, thing)),
            Self::Against(at, rel, m) => {
                let other = num(if *m { Num::M } else { Num::N }, thing);
                rel.holds(&num(*at, thing), &other)
            }
            Self::Amid(at) => {
                let (at, from, to) = (num(*at, thing), num(Num::N, thing), num(Num::M, thing));
                Rel::Ge.holds(&at, &from) && Rel::Le.holds(&at, &to)
            }
            Self::Str(at, op) => op.holds(text(*at, thing).map(Value::S)),
            Self::StrAgainst(at, rel) => {
                rel.holds(&text(*at, thing).map(Value::S), &Some(Value::S(thing.doc.name.clone())))
            }
            Self::Begins(at, with) => text(*at, thing).is_some_and(|text| text.starts_with(with)),
            Self::Contains(at, part) => text(*at, thing).is_some_and(|text| text.contains(part)),
            Self::Bytes(op) => op.holds(Some(Value::B(thing.b.clone()))),
            Self::BytesBegin(with) => thing.b.starts_with(with),
            Self::Decimal(op) => op.holds(Some(Value::N(thing.d))),
            Self::Flag(Rel::Ne, flag) => thing.flag != *flag,
            Self::Flag(_, flag) => thing.flag == *flag,
            Self::FlagIn(flags) => flags.contains(&thing.flag),
            Self::SetHas(text) => thing.ss.contains(text),
            Self::NumbersHave(number) => thing.ns.contains(number),
            Self::BytesHave(bytes) => thing.bs.contains(bytes),
            Self::ListHas(number) => thing.list.contains(number),
            Self::SetIs(set) => thing.ss == *set,
            Self::NumbersAre(set) => thing.ns != *set,
            Self::ListIs(list) => thing.list == *list,
            Self::MapIs(map) => thing.map == *map,
            Self::DocIs(doc) => thing.doc == *doc,
            Self::SizeOf(coll, rel, size) => {
                let found = coll.size(thing).map(|size| (size as u64).to_value());
                rel.holds(&found, &Some(size.to_value()))
            }
            Self::Has(coll, there) => coll.size(thing).is_some() == *there,
            Self::Is(coll, ty) => coll.size(thing).is_some() && coll.ty() == *ty,
            Self::All(tests) => tests.iter().all(|test| test.holds(thing)),
            Self::Any(tests) => tests.iter().any(|test| test.holds(thing)),
            Self::Not(test) => !test.holds(thing),
        }
    }
}

trait ToValue {
    fn to_value(&self) -> Value;
}

impl ToValue for i64 {
    fn to_value(&self) -> Value {
        Value::N(Number::from(*self))
    }
}

impl ToValue for u64 {
    fn to_value(&self) -> Value {
        Value::N(Number::from(*self))
    }
}

impl ToValue for Number {
    fn to_value(&self) -> Value {
        Value::N(*self)
    }
}

impl ToValue for String {
    fn to_value(&self) -> Value {
        Value::S(self.clone())
    }
}

impl ToValue for Vec<u8> {
    fn to_value(&self) -> Value {
        Value::B(self.clone())
    }
}

impl Rel {
    /// Of two values of one type; nothing that is not there compares, but as different.
    fn holds(self, left: &Option<Value>, right: &Option<Value>) -> bool {
        let order = left.as_ref().zip(right.as_ref()).map(|(left, right)| left.cmp(right));
        match self {
            Self::Eq => order.is_some_and(|order| order.is_eq()),
            Self::Ne => order.is_none_or(|order| order.is_ne()),
            Self::Lt => order.is_some_and(|order| order.is_lt()),
            Self::Le => order.is_some_and(|order| order.is_le()),
            Self::Gt => order.is_some_and(|order| order.is_gt()),
            Self::Ge => order.is_some_and(|order| order.is_ge()),
        }
    }
}

impl<V: ToValue> Op<V> {
    fn holds(&self, found: Option<Value>) -> bool {
        match self {
            Self::Rel(rel, value) => rel.holds(&found, &Some(value.to_value())),
            Self::Between(from, to) => {
                Rel::Ge.holds(&found, &Some(from.to_value()))
                    && Rel::Le.holds(&found, &Some(to.to_value()))
            }
            Self::In(values) => {
                values.iter().any(|value| Rel::Eq.holds(&found, &Some(value.to_value())))
            }
            Self::Exists => found.is_some(),
            Self::NotExists => found.is_none(),
            Self::Is(ty) => match found {
                Some(Value::N(_)) => *ty == AttributeType::N,
                Some(Value::S(_)) => *ty == AttributeType::S,
                Some(Value::B(_)) => *ty == AttributeType::B,
                Some(Value::Null) => *ty == AttributeType::Null,
                _ => false,
            },
        }
    }
}

fn num(num: Num, thing: &Thing) -> Option<Value> {
    let number = match num {
        Num::N => Some(thing.n),
        Num::M => thing.m,
        Num::Count => thing.doc.count,
        Num::Y => thing.doc.deep.y,
        Num::At(at) => thing.list.get(at).copied(),
        Num::Key(key) => thing.map.get(key).copied(),
        Num::CountOf(at) => thing.docs.get(at).and_then(|doc| doc.count),
        Num::Gap(at) => {
            return thing.gaps.get(at).map(|gap| gap.map_or(Value::Null, |gap| gap.to_value()));
        }
    };
    number.map(|number| number.to_value())
}

fn text(text: Str, thing: &Thing) -> Option<String> {
    match text {
        Str::S => Some(thing.s.clone()),
        Str::T => thing.t.clone(),
        Str::Name => Some(thing.doc.name.clone()),
        Str::X(at) => thing.doc.deep.xs.get(at).cloned(),
    }
}

/// What DynamoDB counts of a string.
fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

impl Coll {
    /// Units, bytes or elements; `None` if the attribute is not there.
    fn size(self, thing: &Thing) -> Option<usize> {
        let set = |size: usize| (size > 0).then_some(size);
        match self {
            Self::Ss => set(thing.ss.len()),
            Self::Ns => set(thing.ns.len()),
            Self::Bs => set(thing.bs.len()),
            Self::List => Some(thing.list.len()),
            Self::Map => Some(thing.map.len()),
            Self::B => Some(thing.b.len()),
            Self::S => Some(units(&thing.s)),
            Self::T => thing.t.as_deref().map(units),
            Self::Docs => Some(thing.docs.len()),
            Self::Xs => Some(thing.doc.deep.xs.len()),
        }
    }

    fn ty(self) -> AttributeType {
        match self {
            Self::Ss => AttributeType::Ss,
            Self::Ns => AttributeType::Ns,
            Self::Bs => AttributeType::Bs,
            Self::List | Self::Docs | Self::Xs => AttributeType::L,
            Self::Map => AttributeType::M,
            Self::B => AttributeType::B,
            Self::S | Self::T => AttributeType::S,
        }
    }
}

const KEYS: [&str; 3] = ["k", "a.b", "size"];

fn texts() -> impl Strategy<Value = String> {
    select(vec!["", "a", "ab", "b", "é", "a#", "abc", "𝄞é"]).prop_map(str::to_owned)
}

fn numbers() -> impl Strategy<Value = i64> {
    prop_oneof![8 => -3..4_i64, 1 => select(vec![i64::MIN, i64::MAX])]
}

fn small() -> impl Strategy<Value = i64> {
    -3..4_i64
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(select(vec![0, 1, 127, 128, 255]), 0..3)
}

fn decimals() -> impl Strategy<Value = Number> {
    let number = |text: &str| text.parse::<Number>().unwrap();
    select(
        ["1", "1.0", "1e0", "-0.5", "0", "100", "1e2", "99999999999999999999999999999999999999"]
            .map(number)
            .to_vec(),
    )
}

fn inners() -> impl Strategy<Value = Inner> {
    let deep = (prop::collection::vec(texts(), 0..3), prop::option::of(small()))
        .prop_map(|(xs, y)| Deep { xs, y });
    (texts(), prop::option::of(small()), deep).prop_map(|(name, count, deep)| Inner {
        name,
        count,
        deep,
    })
}

fn maps() -> impl Strategy<Value = BTreeMap<String, i64>> {
    prop::collection::btree_map(select(KEYS.to_vec()).prop_map(str::to_owned), small(), 0..3)
}

fn things() -> impl Strategy<Value = Thing> {
    let scalars =
        (texts(), prop::option::of(texts()), numbers(), prop::option::of(small()), decimals());
    let sets = (
        prop::collection::btree_set(texts(), 0..3),
        prop::collection::btree_set(small(), 0..3),
        prop::collection::btree_set(bytes().prop_map(ByteBuf::from), 0..3),
    );
    let holes = prop::collection::btree_map(
        select(KEYS.to_vec()).prop_map(str::to_owned),
        prop::option::of(small()),
        0..3,
    );
    let lists = (
        prop::collection::vec(small(), 0..4),
        prop::collection::vec(prop::option::of(small()), 0..3),
        prop::collection::vec(inners(), 0..3),
    );
    (scalars, any::<bool>(), bytes(), sets, lists, maps(), holes, inners()).prop_map(
        |((s, t, n, m, d), flag, b, (ss, ns, bs), (list, gaps, docs), map, holes, doc)| Thing {
            pk: String::new(),
            sk: 0,
            s,
            t,
            n,
            m,
            d,
            flag,
            b,
            ss,
            ns,
            bs,
            list,
            gaps,
            map,
            holes,
            doc,
            docs,
        },
    )
}

fn ops<V: std::fmt::Debug + Clone + 'static>(
    values: impl Strategy<Value = V> + 'static,
) -> BoxedStrategy<Op<V>> {
    let values = values.boxed();
    let types =
        select(vec![AttributeType::N, AttributeType::S, AttributeType::B, AttributeType::Null]);
    prop_oneof![
        6 => (select(RELS.to_vec()), values.clone()).prop_map(|(rel, value)| Op::Rel(rel, value)),
        2 => (values.clone(), values.clone()).prop_map(|(from, to)| Op::Between(from, to)),
        2 => prop::collection::vec(values.clone(), 0..4).prop_map(Op::In),
        1 => prop::collection::vec(values, 101..250).prop_map(Op::In),
        1 => Just(Op::Exists),
        1 => Just(Op::NotExists),
        1 => types.prop_map(Op::Is),
    ]
    .boxed()
}

fn leaves() -> BoxedStrategy<Test> {
    let num = || {
        prop_oneof![
            Just(Num::N),
            Just(Num::M),
            Just(Num::Count),
            Just(Num::Y),
            (0..3_usize).prop_map(Num::At),
            select(KEYS.to_vec()).prop_map(Num::Key),
            (0..2_usize).prop_map(Num::CountOf),
        ]
    };
    let gap = (0..3_usize).prop_map(Num::Gap);
    let text =
        || prop_oneof![Just(Str::S), Just(Str::T), Just(Str::Name), (0..2_usize).prop_map(Str::X)];
    let coll = || {
        let all = [
            Coll::Ss,
            Coll::Ns,
            Coll::Bs,
            Coll::List,
            Coll::Map,
            Coll::B,
            Coll::S,
            Coll::T,
            Coll::Docs,
            Coll::Xs,
        ];
        select(all.to_vec())
    };
    let types = [
        AttributeType::Ss,
        AttributeType::Ns,
        AttributeType::Bs,
        AttributeType::L,
        AttributeType::M,
        AttributeType::B,
        AttributeType::S,
        AttributeType::Bool,
    ];
    let wide = prop_oneof![8 => numbers(), 1 => 1000..1300_i64];
    let rels = || select(RELS.to_vec());
    // The service refuses to compare an attribute with itself.
    let against = (num(), rels(), any::<bool>())
        .prop_filter("itself", |(num, _, m)| !matches!((num, m), (Num::M, true) | (Num::N, false)))
        .prop_map(|(num, rel, m)| Test::Against(num, rel, m));
    let amid =
        num().prop_filter("itself", |num| !matches!(num, Num::M | Num::N)).prop_map(Test::Amid);
    let str_against = (text(), rels())
        .prop_filter("itself", |(text, _)| !matches!(text, Str::Name))
        .prop_map(|(text, rel)| Test::StrAgainst(text, rel));
    prop_oneof![
        8 => (num(), ops(wide)).prop_map(|(num, op)| Test::Num(num, op)),
        2 => (gap, ops(small())).prop_map(|(num, op)| Test::Num(num, op)),
        3 => against,
        1 => amid,
        5 => (text(), ops(texts())).prop_map(|(text, op)| Test::Str(text, op)),
        1 => str_against,
        2 => (text(), texts()).prop_map(|(text, with)| Test::Begins(text, with)),
        2 => (text(), texts()).prop_map(|(text, part)| Test::Contains(text, part)),
        2 => ops(bytes()).prop_map(Test::Bytes),
        1 => bytes().prop_map(Test::BytesBegin),
        3 => ops(decimals()).prop_map(Test::Decimal),
        1 => (rels(), any::<bool>()).prop_map(|(rel, flag)| Test::Flag(rel, flag)),
        1 => prop::collection::vec(any::<bool>(), 0..3).prop_map(Test::FlagIn),
        1 => texts().prop_map(Test::SetHas),
        1 => small().prop_map(Test::NumbersHave),
        1 => bytes().prop_map(|bytes| Test::BytesHave(ByteBuf::from(bytes))),
        1 => small().prop_map(Test::ListHas),
        1 => prop::collection::btree_set(texts(), 1..3).prop_map(Test::SetIs),
        1 => prop::collection::btree_set(small(), 1..3).prop_map(Test::NumbersAre),
        1 => prop::collection::vec(small(), 0..2).prop_map(Test::ListIs),
        1 => maps().prop_map(Test::MapIs),
        1 => inners().prop_map(Test::DocIs),
        4 => (coll(), rels(), 0..4_u64).prop_map(|(coll, rel, size)| Test::SizeOf(coll, rel, size)),
        1 => (coll(), any::<bool>()).prop_map(|(coll, there)| Test::Has(coll, there)),
        1 => (coll(), select(types.to_vec())).prop_map(|(coll, ty)| Test::Is(coll, ty)),
    ]
    .boxed()
}

fn tests() -> BoxedStrategy<Test> {
    leaves()
        .prop_recursive(3, 12, 3, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 1..4).prop_map(Test::All),
                prop::collection::vec(inner.clone(), 1..4).prop_map(Test::Any),
                inner.prop_map(|test| Test::Not(Box::new(test))),
            ]
        })
        .boxed()
}

/// Runs on a thread whose stack is large enough for trees of strategies.
fn on_a_large_stack(run: fn()) {
    let thread = std::thread::Builder::new().stack_size(64 << 20).spawn(run).unwrap();
    if let Err(panic) = thread.join() {
        std::panic::resume_unwind(panic);
    }
}

fn begin() -> (Runtime, TableHandle<Things>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let things = runtime.block_on(table::<Things>());
    (runtime, things)
}

fn end<T: std::fmt::Debug>(run: Result<(), TestError<T>>) {
    match run {
        Ok(()) => {}
        Err(TestError::Fail(reason, case)) => panic!("{reason}\n{case:#?}"),
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn conditions_mean_what_they_say() {
    on_a_large_stack(conditions);
}

fn conditions() {
    let (runtime, table) = begin();
    let mut runner = TestRunner::new(cases(300, 60));
    let cell = std::cell::Cell::new(0_u32);
    let case = (prop::collection::vec(things(), 4), tests());
    end(runner.run(&case, |(mut items, test)| {
        cell.set(cell.get() + 1);
        let pk = format!("p{}", cell.get());
        for (sk, item) in items.iter_mut().enumerate() {
            (item.pk, item.sk) = (pk.clone(), sk as u32);
        }
        runtime.block_on(async {
            for item in &items {
                table.put(item).await.unwrap();
            }
            let wanted: Vec<&Thing> = items.iter().filter(|item| test.holds(item)).collect();
            let query = table.query(Thing::partition(&pk)).filter(|p| test.condition(p));
            let found = query.all().await.map_err(|e| TestCaseError::fail(e.to_string()))?;
            prop_assert_eq!(found.iter().collect::<Vec<_>>(), wanted, "filter");
            for item in &items {
                let update = table.update(Thing::key(&pk, item.sk)).when(|p| test.condition(p));
                match update.await {
                    Ok(()) => prop_assert!(test.holds(item), "when {}", item.sk),
                    Err(error) if error.is_condition_failed() => {
                        prop_assert!(!test.holds(item), "when {}", item.sk);
                    }
                    Err(error) => return Err(TestCaseError::fail(error.to_string())),
                }
            }
            Ok(())
        })
    }));
}

#[tokio::test]
async fn the_size_of_what_is_not_there_is_different() {
    let table = table::<Things>().await;
    table.put(&Thing { pk: "p".into(), ..Thing::default() }).await.unwrap();
    let query = table.query(Thing::partition("p")).filter(|t| t.ss.size().ne(0));
    assert_eq!(query.count().await.unwrap(), 1);
    let query = table.query(Thing::partition("p")).filter(|t| t.ss.size().eq(0));
    assert_eq!(query.count().await.unwrap(), 0);
}

#[tokio::test]
async fn the_size_of_a_string_is_that_of_utf_16() {
    let table = table::<Things>().await;
    for (s, size) in [("", 0), ("a", 1), ("é", 1), ("𝄞", 2), ("e\u{301}", 2), ("日本", 2)] {
        table.put(&Thing { pk: "p".into(), s: s.into(), ..Thing::default() }).await.unwrap();
        let query = table.query(Thing::partition("p")).filter(|t| t.s.size().eq(size));
        assert_eq!(query.count().await.unwrap(), 1, "{s}");
    }
}

#[derive(Debug, Clone)]
enum Act {
    NSet(i64),
    NAdd(i64),
    NSubtract(i64),
    NCopy,
    NPlus(i64),
    NMinusOfM(i64, i64),
    MSet(i64),
    MSome(Option<i64>),
    MRemove,
    MAdd(i64),
    MIfAbsent(i64),
    SSet(String),
    SCopy,
    TSome(Option<String>),
    TRemove,
    TIfAbsent(String),
    DAdd(i64),
    DMinus(i64),
    Flag(bool),
    Bytes(Vec<u8>),
    SsInsert(BTreeSet<String>),
    SsDelete(BTreeSet<String>),
    SsSet(BTreeSet<String>),
    NsInsert(BTreeSet<i64>),
    NsDelete(BTreeSet<i64>),
    BsInsert(BTreeSet<ByteBuf>),
    BsDelete(BTreeSet<ByteBuf>),
    Append(Vec<i64>),
    Prepend(Vec<i64>),
    ListSet(Vec<i64>),
    AtSet(usize, i64),
    AtRemove(usize),
    GapSet(usize, Option<i64>),
    HoleSet(&'static str, Option<i64>),
    KeySet(&'static str, i64),
    KeyRemove(&'static str),
    KeyAdd(&'static str, i64),
    MapSet(BTreeMap<String, i64>),
    DocSet(Inner),
    NameSet(String),
    CountSet(i64),
    CountRemove,
    CountAdd(i64),
    YIfAbsent(i64),
    XsAppend(Vec<String>),
    DocsAppend(Inner),
    DocCountSet(i64),
    DocPatch(i64),
}

impl Act {
    fn on(&self) -> &'static [&'static str] {
        match self {
            Self::NSet(_)
            | Self::NAdd(_)
            | Self::NSubtract(_)
            | Self::NCopy
            | Self::NPlus(_)
            | Self::NMinusOfM(..) => &["n"],
            Self::MSet(_) | Self::MSome(_) | Self::MRemove | Self::MAdd(_) | Self::MIfAbsent(_) => {
                &["m"]
            }
            Self::SSet(_) | Self::SCopy => &["s"],
            Self::TSome(_) | Self::TRemove | Self::TIfAbsent(_) => &["t"],
            Self::DAdd(_) | Self::DMinus(_) => &["d"],
            Self::Flag(_) => &["flag"],
            Self::Bytes(_) => &["b"],
            Self::SsInsert(_) | Self::SsDelete(_) | Self::SsSet(_) => &["ss"],
            Self::NsInsert(_) | Self::NsDelete(_) => &["ns"],
            Self::BsInsert(_) | Self::BsDelete(_) => &["bs"],
            Self::Append(_)
            | Self::Prepend(_)
            | Self::ListSet(_)
            | Self::AtSet(..)
            | Self::AtRemove(_) => &["list"],
            Self::GapSet(..) => &["gaps"],
            Self::HoleSet(..) => &["holes"],
            Self::KeySet(..) | Self::KeyRemove(_) | Self::KeyAdd(..) | Self::MapSet(_) => &["map"],
            Self::DocSet(_) => &["doc.name", "doc.count", "doc.y", "doc.xs"],
            Self::NameSet(_) => &["doc.name"],
            Self::CountSet(_) | Self::CountRemove | Self::CountAdd(_) => &["doc.count"],
            Self::YIfAbsent(_) => &["doc.y"],
            Self::XsAppend(_) => &["doc.xs"],
            Self::DocsAppend(_) | Self::DocCountSet(_) | Self::DocPatch(_) => &["docs"],
        }
    }

    /// Whether the item has what the action needs.
    fn fits(&self, thing: &Thing) -> bool {
        match self {
            // DynamoDB has no sum that is not a number of its own.
            Self::NCopy => thing.m.is_some(),
            Self::NAdd(_) | Self::NSubtract(_) | Self::NPlus(_) => thing.n.abs_diff(0) < 1_000,
            Self::DAdd(_) | Self::DMinus(_) => tenths(thing.d).is_some(),
            Self::DocCountSet(_) | Self::DocPatch(_) => !thing.docs.is_empty(),
            _ => true,
        }
    }

    fn action(&self, p: &Paths<Thing>) -> Action<Thing> {
        match self.clone() {
            Self::NSet(n) => p.n.set(n),
            Self::NAdd(n) => p.n.add(n),
            Self::NSubtract(n) => p.n.subtract(n),
            Self::NCopy => p.n.set(p.m),
            Self::NPlus(n) => p.n.set(p.n.plus(n)),
            Self::NMinusOfM(m, n) => p.n.set(p.m.if_not_exists(m).minus(n)),
            Self::MSet(m) => p.m.set(m),
            Self::MSome(m) => p.m.set_some(m),
            Self::MRemove => p.m.remove(),
            Self::MAdd(m) => p.m.add(m),
            Self::MIfAbsent(m) => p.m.set(p.m.if_not_exists(m)),
            Self::SSet(s) => p.s.set(s),
            Self::SCopy => p.s.set(p.doc.name),
            Self::TSome(t) => p.t.set_some(t),
            Self::TRemove => p.t.remove(),
            Self::TIfAbsent(t) => p.t.set(p.t.if_not_exists(t)),
            Self::DAdd(d) => p.d.add(decimal(d)),
            Self::DMinus(d) => p.d.set(p.d.minus(decimal(d))),
            Self::Flag(flag) => p.flag.set(flag),
            Self::Bytes(bytes) => p.b.set(bytes),
            Self::SsInsert(set) => p.ss.insert(set),
            Self::SsDelete(set) => p.ss.delete(set),
            Self::SsSet(set) => p.ss.set(set),
            Self::NsInsert(set) => p.ns.insert(set),
            Self::NsDelete(set) => p.ns.delete(set),
            Self::BsInsert(set) => p.bs.insert(set),
            Self::BsDelete(set) => p.bs.delete(set),
            Self::Append(list) => p.list.append(list),
            Self::Prepend(list) => p.list.prepend(list),
            Self::ListSet(list) => p.list.set(list),
            Self::AtSet(at, value) => p.list.at(at).set(value),
            Self::AtRemove(at) => p.list.at(at).remove(),
            Self::GapSet(at, value) => p.gaps.at(at).set(value),
            Self::HoleSet(key, value) => p.holes.key(key).set(value),
            Self::KeySet(key, value) => p.map.key(key).set(value),
            Self::KeyRemove(key) => p.map.key(key).remove(),
            Self::KeyAdd(key, value) => p.map.key(key).add(value),
            Self::MapSet(map) => p.map.set(map),
            Self::DocSet(doc) => p.doc.set(doc),
            Self::NameSet(name) => p.doc.name.set(name),
            Self::CountSet(count) => p.doc.count.set(count),
            Self::CountRemove => p.doc.count.remove(),
            Self::CountAdd(count) => p.doc.count.add(count),
            Self::YIfAbsent(y) => p.doc.deep.y.set(p.doc.deep.y.if_not_exists(y)),
            Self::XsAppend(xs) => p.doc.deep.xs.append(xs),
            Self::DocsAppend(doc) => p.docs.append([doc]),
            Self::DocCountSet(count) => p.docs.at(0).then(|doc| doc.count.set(count)),
            Self::DocPatch(y) => {
                p.docs.at(0).then(|doc| doc.deep.y.set(doc.count.if_not_exists(y).plus(1)))
            }
        }
    }

    fn apply(&self, thing: &mut Thing, before: &Thing) {
        let t = thing;
        match self.clone() {
            Self::NSet(n) => t.n = n,
            Self::NAdd(n) | Self::NPlus(n) => t.n += n,
            Self::NSubtract(n) => t.n -= n,
            Self::NCopy => t.n = before.m.unwrap(),
            Self::NMinusOfM(m, n) => t.n = before.m.unwrap_or(m) - n,
            Self::MSet(m) => t.m = Some(m),
            Self::MSome(m) => t.m = m.or(t.m),
            Self::MRemove => t.m = None,
            Self::MAdd(m) => t.m = Some(t.m.unwrap_or_default() + m),
            Self::MIfAbsent(m) => t.m = t.m.or(Some(m)),
            Self::SSet(s) => t.s = s,
            Self::SCopy => t.s.clone_from(&before.doc.name),
            Self::TSome(text) => t.t = text.or(t.t.take()),
            Self::TRemove => t.t = None,
            Self::TIfAbsent(text) => t.t = t.t.take().or(Some(text)),
            Self::DAdd(d) => t.d = decimal(tenths(t.d).unwrap() + d),
            Self::DMinus(d) => t.d = decimal(tenths(t.d).unwrap() - d),
            Self::Flag(flag) => t.flag = flag,
            Self::Bytes(bytes) => t.b = bytes,
            Self::SsInsert(set) => t.ss.extend(set),
            Self::SsDelete(set) => t.ss.retain(|text| !set.contains(text)),
            Self::SsSet(set) => t.ss = set,
            Self::NsInsert(set) => t.ns.extend(set),
            Self::NsDelete(set) => t.ns.retain(|number| !set.contains(number)),
            Self::BsInsert(set) => t.bs.extend(set),
            Self::BsDelete(set) => t.bs.retain(|bytes| !set.contains(bytes)),
            Self::Append(list) => t.list.extend(list),
            Self::Prepend(list) => drop(t.list.splice(0..0, list)),
            Self::ListSet(list) => t.list = list,
            Self::AtSet(at, value) => put_at(&mut t.list, at, value),
            Self::AtRemove(at) => {
                if at < t.list.len() {
                    t.list.remove(at);
                }
            }
            Self::GapSet(at, value) => put_at(&mut t.gaps, at, value),
            Self::HoleSet(key, value) => drop(t.holes.insert(key.to_owned(), value)),
            Self::KeySet(key, value) => drop(t.map.insert(key.to_owned(), value)),
            Self::KeyRemove(key) => drop(t.map.remove(key)),
            Self::KeyAdd(key, value) => *t.map.entry(key.to_owned()).or_default() += value,
            Self::MapSet(map) => t.map = map,
            Self::DocSet(doc) => t.doc = doc,
            Self::NameSet(name) => t.doc.name = name,
            Self::CountSet(count) => t.doc.count = Some(count),
            Self::CountRemove => t.doc.count = None,
            Self::CountAdd(count) => t.doc.count = Some(t.doc.count.unwrap_or_default() + count),
            Self::YIfAbsent(y) => t.doc.deep.y = t.doc.deep.y.or(Some(y)),
            Self::XsAppend(xs) => t.doc.deep.xs.extend(xs),
            Self::DocsAppend(doc) => t.docs.push(doc),
            Self::DocCountSet(count) => t.docs[0].count = Some(count),
            Self::DocPatch(y) => {
                t.docs[0].deep.y = Some(before.docs[0].count.unwrap_or(y) + 1);
            }
        }
    }
}

fn put_at<V>(list: &mut Vec<V>, at: usize, value: V) {
    match list.get_mut(at) {
        Some(place) => *place = value,
        None => list.push(value),
    }
}

fn decimal(tenths: i64) -> Number {
    let sign = if tenths < 0 { "-" } else { "" };
    let tenths = tenths.abs();
    format!("{sign}{}.{}", tenths / 10, tenths % 10).parse().unwrap()
}

fn tenths(number: Number) -> Option<i64> {
    (-2_000..2_000).find(|tenths| decimal(*tenths) == number)
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let set = || prop::collection::btree_set(texts(), 1..3);
    let numbers = || prop::collection::btree_set(small(), 1..3);
    let blobs = || prop::collection::btree_set(bytes().prop_map(ByteBuf::from), 1..3);
    let list = || prop::collection::vec(small(), 0..3);
    let key = || select(KEYS.to_vec());
    let scalar = prop_oneof![
        small().prop_map(Act::NSet),
        small().prop_map(Act::NAdd),
        small().prop_map(Act::NSubtract),
        Just(Act::NCopy),
        small().prop_map(Act::NPlus),
        (small(), small()).prop_map(|(m, n)| Act::NMinusOfM(m, n)),
        small().prop_map(Act::MSet),
        prop::option::of(small()).prop_map(Act::MSome),
        Just(Act::MRemove),
        small().prop_map(Act::MAdd),
        small().prop_map(Act::MIfAbsent),
        texts().prop_map(Act::SSet),
        Just(Act::SCopy),
        prop::option::of(texts()).prop_map(Act::TSome),
        Just(Act::TRemove),
        texts().prop_map(Act::TIfAbsent),
        small().prop_map(Act::DAdd),
        small().prop_map(Act::DMinus),
        any::<bool>().prop_map(Act::Flag),
        bytes().prop_map(Act::Bytes),
    ];
    let sets = prop_oneof![
        set().prop_map(Act::SsInsert),
        set().prop_map(Act::SsDelete),
        set().prop_map(Act::SsSet),
        numbers().prop_map(Act::NsInsert),
        numbers().prop_map(Act::NsDelete),
        blobs().prop_map(Act::BsInsert),
        blobs().prop_map(Act::BsDelete),
    ];
    let lists = prop_oneof![
        list().prop_map(Act::Append),
        list().prop_map(Act::Prepend),
        list().prop_map(Act::ListSet),
        (0..5_usize, small()).prop_map(|(at, value)| Act::AtSet(at, value)),
        (0..5_usize).prop_map(Act::AtRemove),
        (0..4_usize, prop::option::of(small())).prop_map(|(at, value)| Act::GapSet(at, value)),
        (key(), prop::option::of(small())).prop_map(|(key, value)| Act::HoleSet(key, value)),
        (key(), small()).prop_map(|(key, value)| Act::KeySet(key, value)),
        key().prop_map(Act::KeyRemove),
        (key(), small()).prop_map(|(key, value)| Act::KeyAdd(key, value)),
        maps().prop_map(Act::MapSet),
    ];
    let documents = prop_oneof![
        inners().prop_map(Act::DocSet),
        texts().prop_map(Act::NameSet),
        small().prop_map(Act::CountSet),
        Just(Act::CountRemove),
        small().prop_map(Act::CountAdd),
        small().prop_map(Act::YIfAbsent),
        prop::collection::vec(texts(), 0..3).prop_map(Act::XsAppend),
        inners().prop_map(Act::DocsAppend),
        small().prop_map(Act::DocCountSet),
        small().prop_map(Act::DocPatch),
    ];
    let act = prop_oneof![scalar.boxed(), sets.boxed(), lists.boxed(), documents.boxed()];
    prop::collection::vec(act, 1..8)
}

#[test]
fn updates_do_what_they_say() {
    on_a_large_stack(updates);
}

fn updates() {
    let (runtime, table) = begin();
    let mut runner = TestRunner::new(cases(400, 80));
    end(runner.run(&(things(), acts()), |(thing, acts)| {
        let before = Thing { pk: "p".to_owned(), ..thing };
        let mut kept: Vec<Act> = Vec::new();
        for act in acts {
            let free = |known: &Act| known.on().iter().all(|on| !act.on().contains(on));
            if kept.iter().all(free) && act.fits(&before) {
                kept.push(act);
            }
        }
        let mut after = before.clone();
        kept.iter().for_each(|act| act.apply(&mut after, &before));
        runtime.block_on(async {
            table.put(&before).await.unwrap();
            let actions =
                |p: &Paths<Thing>| kept.iter().map(|act| act.action(p)).collect::<Vec<_>>();
            let update = table.update(Thing::key("p", 0_u32)).set(actions).return_new();
            let new = update.await.map_err(|e| TestCaseError::fail(e.to_string()))?;
            prop_assert_eq!(&new, &after);
            let stored = table.get(Thing::key("p", 0_u32)).consistent().await.unwrap();
            prop_assert_eq!(stored.as_ref(), Some(&after));
            Ok(())
        })
    }));
}
