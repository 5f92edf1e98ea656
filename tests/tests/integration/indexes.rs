//! No write leaves a key of an index stale or missing: random writes beside a model that makes every
//! attribute by hand.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::AttributeValue;
use entity_core::TableHandle;
use entity_core::error::{CancelReason, ConditionReason, Error, ErrorKind, UpdateReason};
use entity_core::expr::{Action, Paths};
use entity_core::op::{Write, Writes};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{TestError, TestRunner};
use tests::engine::table;
use tests::raw::{self, SdkItem};
use tests::zoo::{Animal, Diet, Zoo, ZooItem};

use crate::property::cases;

type Id = (String, u32);

/// The key attributes of each index.
const INDEXES: [(&str, &[&str]); 9] = [
    ("ByKeeper", &["keeper_key", "weight"]),
    ("ByName", &["name_key", "age_key"]),
    ("ByPlace", &["place_key", "cage_key"]),
    ("ByWing", &["wing_key"]),
    ("ByDiet", &["food_key", "portions_key"]),
    ("ByTitle", &["zoo_key", "title_key"]),
    ("ByUpdate", &["zoo_key", "touched"]),
    ("ByKind", &["kind", "weight"]),
    ("ByRank", &["kind", "rank"]),
];

#[derive(Debug, Clone)]
enum Op {
    /// An item as another program writes it, with its keys.
    Foreign(Animal),
    Put(Animal),
    Create(Animal),
    Replace(Animal),
    Update(Id, Vec<Act>),
    Upsert(Animal, Vec<Act>),
    /// The item with that key as it is, or as it is not, to another.
    Move(Id, bool, Animal),
    Delete(Id),
    Together(Vec<Op>),
}

#[derive(Debug, Clone)]
enum Act {
    Name(String),
    Age(Option<u32>),
    Keeper(Option<String>),
    Weight(i64),
    WeightAdd(i64),
    WeightIfAbsent(i64),
    WeightOfRank,
    Rank(Option<i64>),
    RankAdd(i64),
    Place(String, Option<String>),
    Cage(u16),
    Wing(String, Option<u32>),
    Diet(Diet),
    DietNote(Option<String>),
    Title(String),
    Note(Option<String>),
}

fn id(animal: &Animal) -> Id {
    (animal.zoo.clone(), animal.number)
}

fn text(text: impl Into<String>) -> AttributeValue {
    AttributeValue::S(text.into())
}

fn number(number: impl ToString) -> AttributeValue {
    AttributeValue::N(number.to_string())
}

/// Every attribute of the item, keys included.
pub(crate) fn item(animal: &Animal) -> SdkItem {
    let a = animal;
    let mut diet = vec![("food", Some(text(&*a.diet.food)))];
    diet.push(("portions", a.diet.portions.map(number)));
    diet.push(("note", a.diet.note.as_deref().map(text)));
    let diet = diet.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    let row = a.row.map_or(String::new(), |row| format!("#{row}"));
    let place = a.country.as_ref().map(|country| text(format!("{}#{country}", a.continent)));
    let attributes = [
        ("pk", Some(text(format!("ZOO#{}", a.zoo)))),
        ("sk", Some(text(format!("ANIMAL#{:06}", a.number)))),
        ("kind", Some(text("Animal"))),
        ("number", Some(number(a.number))),
        ("name", Some(text(&*a.name))),
        ("age", a.age.map(number)),
        ("keeper", a.keeper.as_deref().map(text)),
        ("weight", Some(number(a.weight))),
        ("rank", a.rank.map(number)),
        ("continent", Some(text(&*a.continent))),
        ("country", a.country.as_deref().map(text)),
        ("cage", Some(number(a.cage))),
        ("wing", Some(text(&*a.wing))),
        ("row", a.row.map(number)),
        ("diet", Some(AttributeValue::M(diet.collect()))),
        ("title", Some(text(&*a.title))),
        ("note", a.note.as_deref().map(text)),
        ("created", Some(number(a.created))),
        ("updated", Some(number(a.updated))),
        ("keeper_key", a.keeper.as_ref().map(|keeper| text(format!("KEEPER#{keeper}")))),
        ("name_key", Some(text(&*a.name))),
        ("age_key", a.age.map(number)),
        ("place_key", place),
        ("cage_key", Some(text(format!("{:04}", a.cage)))),
        ("wing_key", Some(text(format!("{}{row}", a.wing)))),
        ("food_key", Some(text(&*a.diet.food))),
        ("portions_key", a.diet.portions.map(|portions| text(format!("{portions:03}")))),
        ("zoo_key", Some(text(format!("Z{}", a.zoo)))),
        ("title_key", Some(text(format!("{}#{}", a.title, a.number)))),
        ("touched", Some(number(a.updated))),
    ];
    let present =
        attributes.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    present.collect()
}

/// Whether an animal makes a key that DynamoDB or the template refuses.
pub(crate) fn is_refused(animal: &Animal) -> bool {
    let template = |text: &String| text.contains('#');
    let optional = |text: &Option<String>| text.as_ref().is_some_and(template);
    animal.name.is_empty()
        || animal.diet.food.is_empty()
        || animal.diet.portions.is_some_and(|portions| portions > 999)
        || template(&animal.title)
        || template(&animal.wing)
        || (template(&animal.continent) || optional(&animal.country)) && animal.country.is_some()
        || optional(&animal.keeper)
}

impl Act {
    /// The attributes that it is on: two acts of one update are on different ones.
    fn field(&self) -> &'static str {
        match self {
            Self::Name(_) => "name",
            Self::Age(_) => "age",
            Self::Keeper(_) => "keeper",
            Self::Weight(_) | Self::WeightAdd(_) | Self::WeightIfAbsent(_) | Self::WeightOfRank => {
                "weight"
            }
            Self::Rank(_) | Self::RankAdd(_) => "rank",
            Self::Place(..) => "place",
            Self::Cage(_) => "cage",
            Self::Wing(..) => "wing",
            Self::Diet(_) | Self::DietNote(_) => "diet",
            Self::Title(_) => "title",
            Self::Note(_) => "note",
        }
    }

    fn action(&self, p: &Paths<Animal>) -> Action<Animal> {
        match self.clone() {
            Self::Name(name) => p.name.set(name),
            Self::Age(Some(age)) => p.age.set(age),
            Self::Age(None) => p.age.remove(),
            Self::Keeper(Some(keeper)) => p.keeper.set(keeper),
            Self::Keeper(None) => p.keeper.remove(),
            Self::Weight(weight) => p.weight.set(weight),
            Self::WeightAdd(weight) => p.weight.add(weight),
            Self::WeightIfAbsent(weight) => p.weight.set(p.weight.if_not_exists(weight)),
            Self::WeightOfRank => p.weight.set(p.rank.if_not_exists(7)),
            Self::Rank(Some(rank)) => p.rank.set(rank),
            Self::Rank(None) => p.rank.remove(),
            Self::RankAdd(rank) => p.rank.add(rank),
            Self::Place(continent, country) => p.by_place(continent, country),
            Self::Cage(cage) => p.cage.set(cage),
            Self::Wing(wing, row) => p.by_wing(wing, row),
            Self::Diet(diet) => p.diet.set(diet),
            Self::DietNote(Some(note)) => p.diet.note.set(note),
            Self::DietNote(None) => p.diet.note.remove(),
            Self::Title(title) => p.title.set(title),
            Self::Note(Some(note)) => p.note.set(note),
            Self::Note(None) => p.note.remove(),
        }
    }

    /// Whether the update is refused before it is sent, as `is_refused` says of items.
    fn is_refused(&self) -> bool {
        match self {
            Self::Name(name) => name.is_empty(),
            Self::Keeper(keeper) => keeper.as_ref().is_some_and(|keeper| keeper.contains('#')),
            Self::Place(continent, Some(country)) => {
                continent.contains('#') || country.contains('#')
            }
            Self::Wing(wing, _) => wing.contains('#'),
            Self::Diet(diet) => {
                diet.food.is_empty() || diet.portions.is_some_and(|portions| portions > 999)
            }
            Self::Title(title) => title.contains('#'),
            _ => false,
        }
    }

    /// Does it; `before` is the item as it was before the update.
    fn apply(&self, animal: &mut Animal, before: &Animal) {
        let a = animal;
        match self.clone() {
            Self::Name(name) => a.name = name,
            Self::Age(age) => a.age = age,
            Self::Keeper(keeper) => a.keeper = keeper,
            Self::Weight(weight) => a.weight = weight,
            Self::WeightAdd(weight) => a.weight += weight,
            Self::WeightIfAbsent(_) => {}
            Self::WeightOfRank => a.weight = before.rank.unwrap_or(7),
            Self::Rank(rank) => a.rank = rank,
            Self::RankAdd(rank) => a.rank = Some(a.rank.unwrap_or_default() + rank),
            Self::Place(continent, country) => (a.continent, a.country) = (continent, country),
            Self::Cage(cage) => a.cage = cage,
            Self::Wing(wing, row) => (a.wing, a.row) = (wing, row),
            Self::Diet(diet) => a.diet = diet,
            Self::DietNote(note) => a.diet.note = note,
            Self::Title(title) => a.title = title,
            Self::Note(note) => a.note = note,
        }
    }
}

fn update(animal: &Animal, acts: &[Act]) -> Animal {
    let mut updated = animal.clone();
    acts.iter().for_each(|act| act.apply(&mut updated, animal));
    updated
}

/// What becomes of an operation.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Outcome {
    Done,
    /// Refused before it is sent.
    Refused,
    Failed(ConditionReason),
    Cancelled(Vec<Option<ConditionReason>>),
}

impl Outcome {
    fn of(sent: Result<(), Error>) -> Self {
        let Err(error) = sent else { return Self::Done };
        match error.into_kind() {
            ErrorKind::Key(_) | ErrorKind::Update(_) => Self::Refused,
            ErrorKind::ConditionFailed(failed) => Self::Failed(failed.reason()),
            ErrorKind::TransactionCancelled(cancelled) => {
                let reason = |reason: &CancelReason| match reason {
                    CancelReason::NotTheCause => None,
                    CancelReason::ConditionFailed(failed) => Some(failed.reason()),
                    other => panic!("{other}"),
                };
                Self::Cancelled(cancelled.reasons().iter().map(reason).collect())
            }
            other => panic!("{other:?}"),
        }
    }
}

type Items = BTreeMap<Id, Animal>;

/// What an item becomes, and whether the library says when it was created.
type Written = (Id, Option<(Animal, bool)>);

/// What an operation does to the items, each by itself.
fn foresee(items: &Items, op: &Op) -> Result<Vec<Written>, Outcome> {
    let failed = |reason| Err(Outcome::Failed(reason));
    match op {
        Op::Foreign(animal) => Ok(vec![(id(animal), Some((animal.clone(), false)))]),
        Op::Put(animal) | Op::Create(animal) | Op::Replace(animal) if is_refused(animal) => {
            Err(Outcome::Refused)
        }
        Op::Create(animal) if items.contains_key(&id(animal)) => failed(ConditionReason::Exists),
        Op::Replace(animal) if !items.contains_key(&id(animal)) => {
            failed(ConditionReason::NotFound)
        }
        Op::Put(animal) | Op::Replace(animal) => {
            Ok(vec![(id(animal), Some((animal.clone(), false)))])
        }
        Op::Create(animal) => Ok(vec![(id(animal), Some((animal.clone(), true)))]),
        Op::Delete(id) => Ok(vec![(id.clone(), None)]),
        Op::Update(_, acts) if acts.iter().any(Act::is_refused) => Err(Outcome::Refused),
        Op::Update(id, acts) => match items.get(id) {
            Some(animal) => Ok(vec![(id.clone(), Some((update(animal, acts), false)))]),
            None => failed(ConditionReason::NotFound),
        },
        Op::Upsert(initial, acts) => upsert(items, initial, acts),
        Op::Move(from, is_read, to) => {
            if is_refused(to) {
                return Err(Outcome::Refused);
            }
            match items.get(from) {
                None => failed(ConditionReason::NotFound),
                Some(_) if !is_read => failed(ConditionReason::Changed),
                Some(_) if id(to) == *from => Ok(vec![(id(to), Some((to.clone(), false)))]),
                Some(_) if items.contains_key(&id(to)) => failed(ConditionReason::Exists),
                Some(_) => Ok(vec![(from.clone(), None), (id(to), Some((to.clone(), false)))]),
            }
        }
        Op::Together(ops) => {
            let seen: Vec<_> = ops.iter().map(|op| foresee(items, op)).collect();
            if seen.contains(&Err(Outcome::Refused)) {
                return Err(Outcome::Refused);
            }
            let reason = |seen: &Result<Vec<Written>, Outcome>| match seen {
                Err(Outcome::Failed(reason)) => Some(*reason),
                _ => None,
            };
            let reasons: Vec<Option<ConditionReason>> = seen.iter().map(reason).collect();
            if reasons.iter().any(Option::is_some) {
                return Err(Outcome::Cancelled(reasons));
            }
            Ok(seen.into_iter().flatten().flatten().collect())
        }
    }
}

fn upsert(items: &Items, initial: &Animal, acts: &[Act]) -> Result<Vec<Written>, Outcome> {
    let within = acts.iter().any(|act| matches!(act, Act::DietNote(_)));
    if is_refused(initial) || within || acts.iter().any(Act::is_refused) {
        return Err(Outcome::Refused);
    }
    let on = |field: &str| acts.iter().any(|act| act.field() == field);
    let Some(stored) = items.get(&id(initial)) else {
        // What is absent initially is absent for copies as well.
        return Ok(vec![(id(initial), Some((update(initial, acts), true)))]);
    };
    // An item that is there must not get one field of several that make a key, nor a key of which
    // the initial values do not tell the parts.
    let diet = stored.diet.portions.is_none() && initial.diet.portions.is_some() && !on("diet");
    let country = stored.country.is_none() && initial.country.is_some() && !on("place");
    let row = stored.row.is_none() && initial.row.is_some() && !on("wing");
    if diet || country || row {
        return Err(Outcome::Failed(ConditionReason::IndexKeys));
    }
    let mut begun = stored.clone();
    let absent = |field: &'static str, is_none: bool| is_none && !on(field);
    if absent("age", begun.age.is_none()) {
        begun.age = initial.age;
    }
    if absent("keeper", begun.keeper.is_none()) {
        begun.keeper.clone_from(&initial.keeper);
    }
    // A sum, a copy: of what is there, or else of what is there initially.
    begun.rank = begun.rank.or(initial.rank);
    if absent("note", begun.note.is_none()) {
        begun.note.clone_from(&initial.note);
    }
    Ok(vec![(id(initial), Some((update(&begun, acts), false)))])
}

async fn send(zoo: &TableHandle<Zoo>, items: &Items, op: &Op) -> Outcome {
    if let Op::Foreign(animal) = op {
        raw::put(zoo, item(animal)).await;
        return Outcome::Done;
    }
    let sent = match op {
        Op::Together(ops) => {
            let writes: Vec<Write> = ops.iter().map(|op| write(zoo, items, op)).collect();
            zoo.transact_write(writes).await
        }
        Op::Put(animal) => zoo.put(animal).await,
        Op::Create(animal) => zoo.create(animal).await,
        Op::Replace(animal) => zoo.replace(animal).await,
        Op::Update((place, number), acts) => {
            let actions =
                |p: &Paths<Animal>| acts.iter().map(|act| act.action(p)).collect::<Vec<_>>();
            zoo.update(Animal::key(place, *number)).set(actions).await
        }
        Op::Upsert(initial, acts) => {
            let actions =
                |p: &Paths<Animal>| acts.iter().map(|act| act.action(p)).collect::<Vec<_>>();
            zoo.upsert(initial).set(actions).await
        }
        Op::Move(from, is_read, to) => zoo.move_item(&old(items, from, *is_read, to), to).await,
        Op::Delete((place, number)) => zoo.delete(Animal::key(place, *number)).await,
        Op::Foreign(_) => unreachable!("written above"),
    };
    Outcome::of(sent)
}

fn old(items: &Items, from: &Id, is_read: bool, other: &Animal) -> Animal {
    let (zoo, number) = from.clone();
    let mut old =
        items.get(from).cloned().unwrap_or_else(|| Animal { zoo, number, ..other.clone() });
    if !is_read {
        // A field that is `None` counts as well as one that has a value.
        old.rank = if old.rank.is_some() { None } else { Some(1) };
    }
    old
}

fn write(zoo: &TableHandle<Zoo>, items: &Items, op: &Op) -> Write {
    let set = |acts: &[Act]| {
        let acts = acts.to_vec();
        move |p: &Paths<Animal>| acts.iter().map(|act| act.action(p)).collect::<Vec<_>>()
    };
    match op {
        Op::Put(animal) => zoo.put(animal).into_write(),
        Op::Create(animal) => zoo.create(animal).into_write(),
        Op::Replace(animal) => zoo.replace(animal).into_write(),
        Op::Update((place, number), acts) => {
            zoo.update(Animal::key(place, *number)).set(set(acts)).into_write()
        }
        Op::Upsert(initial, acts) => zoo.upsert(initial).set(set(acts)).into_write(),
        Op::Move(from, is_read, to) => {
            zoo.move_item(&old(items, from, *is_read, to), to).into_write()
        }
        Op::Delete((place, number)) => zoo.delete(Animal::key(place, *number)).into_write(),
        Op::Foreign(_) | Op::Together(_) => unreachable!("not in a transaction"),
    }
}

async fn scan(zoo: &TableHandle<Zoo>, index: Option<&str>) -> Vec<SdkItem> {
    let scan = zoo.client().scan().table_name(zoo.name()).set_index_name(index.map(str::to_owned));
    scan.send().await.unwrap().items.unwrap_or_default()
}

fn key_of(item: &SdkItem) -> (String, String) {
    let text = |name| item[name].as_s().unwrap().clone();
    (text("pk"), text("sk"))
}

/// The table has the items of the model and no others, with every attribute, and each index those
/// that have its keys.
async fn compare(zoo: &TableHandle<Zoo>, items: &Items) -> Result<(), TestCaseError> {
    let wanted: BTreeMap<_, _> =
        items.values().map(item).map(|item| (key_of(&item), item)).collect();
    let found: BTreeMap<_, _> =
        scan(zoo, None).await.into_iter().map(|item| (key_of(&item), item)).collect();
    prop_assert_eq!(&found, &wanted);
    for (index, keys) in INDEXES {
        let within = |item: &SdkItem| keys.iter().all(|key| item.contains_key(*key));
        let wanted: BTreeMap<_, _> = wanted.iter().filter(|(_, item)| within(item)).collect();
        let found = scan(zoo, Some(index)).await;
        let found: BTreeMap<_, _> = found.iter().map(|item| (key_of(item), item)).collect();
        prop_assert_eq!(found.len(), wanted.len(), "{}", index);
        for (key, item) in wanted {
            prop_assert_eq!(found.get(key), Some(&item), "{}", index);
        }
    }
    let mut read = zoo.scan().all().await.unwrap();
    read.sort_by_key(|ZooItem::Animal(animal)| id(animal));
    let model: Vec<ZooItem> = items.values().cloned().map(ZooItem::Animal).collect();
    prop_assert_eq!(read, model);
    Ok(())
}

fn now() -> u64 {
    std::time::UNIX_EPOCH.elapsed().unwrap().as_secs()
}

async fn step(zoo: &TableHandle<Zoo>, items: &mut Items, op: &Op) -> Result<(), TestCaseError> {
    let seen = foresee(items, op);
    let begun = now();
    let outcome = send(zoo, items, op).await;
    prop_assert_eq!(&outcome, seen.as_ref().err().unwrap_or(&Outcome::Done));
    for (id, animal) in seen.unwrap_or_default() {
        let Some((mut animal, created)) = animal else {
            items.remove(&id);
            continue;
        };
        // The library says when, which is about now.
        if !matches!(op, Op::Foreign(_)) {
            let stored = zoo.get(Animal::key(&id.0, id.1)).consistent().await.unwrap();
            let stored = stored.unwrap_or_else(|| panic!("{id:?} is not there"));
            prop_assert!((begun..=now()).contains(&stored.updated), "{}", stored.updated);
            animal.updated = stored.updated;
            if created {
                prop_assert!((begun..=now()).contains(&stored.created), "{}", stored.created);
                animal.created = stored.created;
            }
        }
        items.insert(id, animal);
    }
    compare(zoo, items).await
}

fn ids() -> impl Strategy<Value = Id> {
    (select(vec!["a", "b"]), 1..=3_u32).prop_map(|(zoo, number)| (zoo.to_owned(), number))
}

fn word() -> impl Strategy<Value = String> {
    select(vec!["x", "y", "xy", "é ö", "Z"]).prop_map(str::to_owned)
}

/// A word, or sometimes a text that makes no key.
fn risky(refused: &'static str) -> impl Strategy<Value = String> {
    prop_oneof![24 => word(), 1 => Just(refused.to_owned())]
}

fn diet() -> impl Strategy<Value = Diet> {
    let portions = prop::option::of(prop_oneof![20 => 0..12_u32, 1 => Just(1_000)]);
    (risky(""), portions, prop::option::of(word())).prop_map(|(food, portions, note)| Diet {
        food,
        portions,
        note,
    })
}

pub(crate) fn animals() -> impl Strategy<Value = Animal> {
    let place = (risky("a#b"), prop::option::of(word()), 0..30_u16);
    let wing = (word(), prop::option::of(0..12_u32));
    let free = (word(), prop::option::of(word()), 5..9_u64);
    let own = (risky(""), prop::option::of(0..9_u32), prop::option::of(risky("k#")));
    let numbers = (-5..30_i64, prop::option::of(-3..3_i64));
    (ids(), own, numbers, place, wing, diet(), free).prop_map(
        |((zoo, number), own, (weight, rank), place, (wing, row), diet, (title, note, time))| {
            let ((name, age, keeper), (continent, country, cage)) = (own, place);
            let (created, updated) = (time, time + 1);
            Animal {
                zoo,
                number,
                name,
                age,
                keeper,
                weight,
                rank,
                continent,
                country,
                cage,
                wing,
                row,
                diet,
                title,
                note,
                created,
                updated,
            }
        },
    )
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        risky("").prop_map(Act::Name),
        prop::option::of(0..9_u32).prop_map(Act::Age),
        prop::option::of(risky("k#")).prop_map(Act::Keeper),
        (-5..30_i64).prop_map(Act::Weight),
        (-5..30_i64).prop_map(Act::WeightAdd),
        (-5..30_i64).prop_map(Act::WeightIfAbsent),
        Just(Act::WeightOfRank),
        prop::option::of(-3..3_i64).prop_map(Act::Rank),
        (-3..3_i64).prop_map(Act::RankAdd),
        (risky("a#b"), prop::option::of(word())).prop_map(|(a, b)| Act::Place(a, b)),
        (0..30_u16).prop_map(Act::Cage),
        (word(), prop::option::of(0..12_u32)).prop_map(|(a, b)| Act::Wing(a, b)),
        diet().prop_map(Act::Diet),
        prop::option::of(word()).prop_map(Act::DietNote),
        risky("t#").prop_map(Act::Title),
        prop::option::of(word()).prop_map(Act::Note),
    ];
    prop::collection::vec(act, 0..5).prop_map(|acts| {
        let mut kept: Vec<Act> = Vec::new();
        for act in acts {
            if kept.iter().all(|known| known.field() != act.field()) {
                kept.push(act);
            }
        }
        kept
    })
}

fn single() -> impl Strategy<Value = Op> {
    prop_oneof![
        2 => animals().prop_map(Op::Put),
        2 => animals().prop_map(Op::Create),
        1 => animals().prop_map(Op::Replace),
        6 => (ids(), acts()).prop_map(|(id, acts)| Op::Update(id, acts)),
        4 => (animals(), acts()).prop_map(|(initial, acts)| Op::Upsert(initial, acts)),
        2 => (ids(), prop::bool::weighted(0.8), animals())
            .prop_map(|(from, is_read, to)| Op::Move(from, is_read, to)),
        1 => ids().prop_map(Op::Delete),
    ]
}

fn touched(op: &Op) -> Vec<Id> {
    match op {
        Op::Foreign(animal)
        | Op::Put(animal)
        | Op::Create(animal)
        | Op::Replace(animal)
        | Op::Upsert(animal, _) => vec![id(animal)],
        Op::Update(id, _) | Op::Delete(id) => vec![id.clone()],
        Op::Move(from, _, to) => vec![from.clone(), id(to)],
        Op::Together(ops) => ops.iter().flat_map(touched).collect(),
    }
}

fn together() -> impl Strategy<Value = Op> {
    prop::collection::vec(single(), 2..5).prop_map(|ops| {
        let mut kept: Vec<Op> = Vec::new();
        for op in ops {
            let seen: Vec<Id> = kept.iter().flat_map(touched).collect();
            if touched(&op).iter().all(|id| !seen.contains(id)) {
                kept.push(op);
            }
        }
        Op::Together(kept)
    })
}

fn ops() -> impl Strategy<Value = Vec<Op>> {
    let foreign = animals().prop_map(|animal| {
        // What other programs write can be a key as well.
        let diet = Diet { food: "x".to_owned(), portions: None, note: None };
        let diet = if is_refused(&animal) { diet } else { animal.diet.clone() };
        Op::Foreign(if is_refused(&animal) {
            let x = "x".to_owned();
            Animal { diet, name: x.clone(), keeper: None, country: None, title: x, ..animal }
        } else {
            animal
        })
    });
    let op = prop_oneof![2 => foreign, 12 => single(), 3 => together()];
    prop::collection::vec(op, 1..14)
}

#[test]
fn random_writes_leave_the_indexes_as_the_items_say() {
    // Trees of strategies are deep for the stack of a test.
    let thread = std::thread::Builder::new().stack_size(64 << 20).spawn(random_writes).unwrap();
    if let Err(panic) = thread.join() {
        std::panic::resume_unwind(panic);
    }
}

fn random_writes() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let zoo = runtime.block_on(table::<Zoo>());
    let mut runner = TestRunner::new(cases(48, 12));
    let run = runner.run(&ops(), |ops| {
        runtime.block_on(async {
            for item in scan(&zoo, None).await {
                let key =
                    item.into_iter().filter(|(name, _)| name == "pk" || name == "sk").collect();
                let delete = zoo.client().delete_item().table_name(zoo.name());
                delete.set_key(Some(key)).send().await.unwrap();
            }
            let mut items = Items::new();
            for op in &ops {
                step(&zoo, &mut items, op).await?;
            }
            Ok(())
        })
    });
    match run {
        Ok(()) => {}
        Err(TestError::Fail(reason, ops)) => panic!("{reason}\n{ops:#?}"),
        Err(error) => panic!("{error}"),
    }
}

fn animal() -> Animal {
    Animal {
        zoo: "a".to_owned(),
        number: 1,
        name: "Otto".to_owned(),
        age: Some(3),
        keeper: Some("eve".to_owned()),
        weight: 10,
        rank: Some(1),
        continent: "Asia".to_owned(),
        country: Some("India".to_owned()),
        cage: 7,
        wing: "east".to_owned(),
        row: Some(2),
        diet: Diet { food: "hay".to_owned(), portions: Some(2), note: None },
        title: "tiger".to_owned(),
        note: None,
        created: 5,
        updated: 5,
    }
}

#[tokio::test]
async fn an_upsert_refuses_an_item_that_was_written_without_index_keys() {
    let zoo = table::<Zoo>().await;
    let keys = ["keeper_key", "name_key", "place_key", "wing_key", "food_key", "title_key"];
    for missing in keys {
        let mut foreign = item(&animal());
        foreign.remove(missing).unwrap();
        raw::put(&zoo, foreign.clone()).await;
        let initial = Animal { name: "Ida".to_owned(), note: Some("n".to_owned()), ..animal() };
        let error = zoo.upsert(&initial).set(|a| a.weight.add(1)).await.unwrap_err();
        let ErrorKind::ConditionFailed(failed) = error.kind() else {
            panic!("{missing}: {error:?}")
        };
        assert_eq!(failed.reason(), ConditionReason::IndexKeys, "{missing}");
        assert_eq!(scan(&zoo, None).await, [foreign], "{missing}");

        // What sets all of it makes the key, whatever is there.
        let all = zoo.upsert(&initial).set(|a| {
            let place = a.by_place("Asia", Some("Laos".to_owned()));
            let diet = a.diet.set(Diet { food: "rice".to_owned(), portions: None, note: None });
            let others = (a.keeper.set("bob"), a.name.set("Ida"), a.title.set("lynx"));
            (place, a.by_wing("west", Some(9_u32)), diet, others)
        });
        let new = all.return_new().await.unwrap();
        let stored = zoo.get(Animal::key("a", 1_u32)).await.unwrap().unwrap();
        assert_eq!(new, stored);
        assert_eq!(scan(&zoo, None).await, [item(&stored)], "{missing}");
    }
    // What the primary key makes alone needs nothing.
    let mut foreign = item(&animal());
    foreign.remove("zoo_key").unwrap();
    raw::put(&zoo, foreign).await;
    zoo.upsert(&animal()).set(|a| a.weight.add(1)).await.unwrap();
    let stored = zoo.get(Animal::key("a", 1_u32)).await.unwrap().unwrap();
    assert_eq!(stored.weight, 11);
    assert_eq!(scan(&zoo, None).await, [item(&stored)]);
}

#[tokio::test]
async fn an_update_mends_the_keys_that_it_makes() {
    let zoo = table::<Zoo>().await;
    let mut foreign = item(&animal());
    for stale in ["name_key", "keeper_key", "food_key", "title_key"] {
        foreign.insert(stale.to_owned(), text("STALE"));
    }
    foreign.remove("place_key").unwrap();
    raw::put(&zoo, foreign).await;
    let update = zoo.update(Animal::key("a", 1_u32)).set(|a| {
        let place = a.by_place("Africa", Some("Mali".to_owned()));
        let diet = a.diet.set(Diet { food: "rice".to_owned(), portions: Some(3), note: None });
        (place, diet, a.name.set("Ida"), a.keeper.set("bob"), a.title.set("lynx"))
    });
    let new = update.return_new().await.unwrap();
    assert_eq!((&*new.name, &*new.title, &*new.continent), ("Ida", "lynx", "Africa"));
    assert_eq!(scan(&zoo, None).await, [item(&new)]);
}

#[tokio::test]
async fn a_path_into_a_part_of_a_key_is_refused() {
    let zoo = table::<Zoo>().await;
    zoo.put(&animal()).await.unwrap();
    let before = scan(&zoo, None).await;
    let refused = |sent: Result<(), Error>, wanted: &str| {
        let error = sent.unwrap_err();
        let ErrorKind::Update(update) = error.kind() else { panic!("{error:?}") };
        assert!(
            matches!(update.reason(), UpdateReason::KeyPart(part) if *part == wanted),
            "{error}"
        );
        assert!(error.to_string().contains("`Animal`") && error.to_string().contains(wanted));
    };
    let update = || zoo.update(Animal::key("a", 1_u32));
    refused(update().set(|a| a.diet.food.set("rice")).await, "diet.food");
    refused(update().set(|a| a.diet.portions.add(1)).await, "diet.portions");
    refused(update().set(|a| a.diet.portions.remove()).await, "diet.portions");
    assert_eq!(scan(&zoo, None).await, before);
    // The field beside them is in no key.
    update().set(|a| a.diet.note.set("fresh")).await.unwrap();
    let stored = zoo.get(Animal::key("a", 1_u32)).await.unwrap().unwrap();
    assert_eq!(stored.diet.note.as_deref(), Some("fresh"));
}
