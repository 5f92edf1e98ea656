//! Plans: what they say of sizes and units is what the published rules say, and what is charged.
//!
//! What is charged is worked out here from the items before and after, with a reading of the rules of
//! its own:
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html>,
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html>,
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html>.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_dynamodb::types::AttributeValue;
use entity_core::op::{Expense, Plan};
use entity_core::{ConsumedCapacity, Item, Table, TableHandle};
use tests::engine::{client, needs_embedded, table};
use tests::keepers::{Kept, User};
use tests::orders::{Event, Order, OrderItem, OrderRecord, Orders, Profile};
use tests::random::Random;
use tests::shelf::{Book, Shelf};

/// DynamoDB Local charges nothing for an item of a batch that is not there, charges an index in which the
/// item is not, and the indexes of transactions more than once; the rules have it otherwise. Sizes are
/// those of the rules there, too.
const COUNTS: &str =
    "DynamoDB Local counts units of batches, transactions and indexes in its own way";

type Stored = HashMap<String, AttributeValue>;

/// The bytes of a value, by the rules.
fn bytes(value: &AttributeValue) -> usize {
    match value {
        AttributeValue::S(text) => text.len(),
        AttributeValue::N(text) => digits(text),
        AttributeValue::B(blob) => blob.as_ref().len(),
        AttributeValue::Bool(_) | AttributeValue::Null(_) => 1,
        AttributeValue::Ss(set) => set.iter().map(String::len).sum(),
        AttributeValue::Ns(set) => set.iter().map(|text| digits(text)).sum(),
        AttributeValue::Bs(set) => set.iter().map(|blob| blob.as_ref().len()).sum(),
        AttributeValue::L(list) => 3 + list.iter().map(|value| 1 + bytes(value)).sum::<usize>(),
        AttributeValue::M(map) => 3 + map.len() + size(map),
        other => panic!("{other:?}"),
    }
}

fn size(item: &Stored) -> usize {
    item.iter().map(|(name, value)| name.len() + bytes(value)).sum()
}

/// A number without an exponent: a byte for two digits on each side of the point, one for it all, and
/// one for the sign.
fn digits(text: &str) -> usize {
    let (sign, text) = text.strip_prefix('-').map_or((0, text), |text| (1, text));
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let (whole, fraction) = (whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
    // Zeros at either end do not count, on whichever side of the point they are.
    let (whole, fraction) = match (whole, fraction) {
        ("", fraction) => ("", fraction.trim_start_matches('0')),
        (whole, "") => (whole.trim_end_matches('0'), ""),
        both => both,
    };
    1 + sign + whole.len().div_ceil(2) + fraction.len().div_ceil(2)
}

fn kilobytes(bytes: usize, each: usize) -> f64 {
    bytes.div_ceil(each * 1024).max(1) as f64
}

/// The units of each index, and of the table under "".
type Charged = BTreeMap<String, f64>;

/// What a write of an item costs that was `old` and is `new`.
fn write(old: Option<&Stored>, new: Option<&Stored>, factor: f64) -> Charged {
    let table = [old, new].into_iter().flatten().map(|item| kilobytes(size(item), 1));
    let mut charged = Charged::from([(String::new(), factor * table.fold(1.0, f64::max))]);
    for index in Shelf::SCHEMA.indexes {
        let keys = || index.pk.iter().chain(index.sk).map(|key| key.name);
        let has = |name: &str| {
            ["pk", "sk"].contains(&name)
                || keys().any(|key| key == name)
                || match name {
                    "note" => index.name != "ByColour",
                    _ => index.name == "ByPrice",
                }
        };
        let entry = |item: &Stored| -> Option<Stored> {
            let whole = keys().all(|key| item.contains_key(key));
            whole.then(|| item.clone().into_iter().filter(|(name, _)| has(name)).collect())
        };
        let (old, new) = (old.and_then(entry), new.and_then(entry));
        let units = |entry: &Option<Stored>| entry.as_ref().map(|entry| kilobytes(size(entry), 1));
        let moved = keys().any(|key| {
            old.as_ref().and_then(|old| old.get(key)) != new.as_ref().and_then(|new| new.get(key))
        });
        let (before, after) = (units(&old).unwrap_or(0.0), units(&new).unwrap_or(0.0));
        let units = match moved {
            _ if old == new => 0.0,
            true => before + after,
            false => before.max(after),
        };
        if units > 0.0 {
            charged.insert(index.name.to_owned(), units);
        }
    }
    charged
}

fn read(bytes: usize, factor: f64) -> Charged {
    Charged::from([(String::new(), factor * kilobytes(bytes, 4))])
}

/// What was charged is what the rules say, and within what the plan said.
#[track_caller]
fn agrees(what: &str, plan: &Plan, consumed: &ConsumedCapacity, rules: &Charged) {
    let mut told: Charged = consumed.indexes.iter().cloned().collect();
    told.insert(String::new(), consumed.table);
    told.retain(|_, units| *units > 0.0);
    assert_eq!(told, *rules, "{what}: {plan}");
    assert!(plan.units().contain(consumed.units), "{what}: {consumed:?} in {plan}");
    for (index, units) in &told {
        let index = (!index.is_empty()).then_some(&**index);
        let charge = plan.charges().iter().find(|charge| charge.index == index);
        assert!(charge.is_some_and(|charge| charge.units.contain(*units)), "{what}: {plan}");
    }
    for charge in plan.charges() {
        let name = charge.index.unwrap_or_default();
        let units = told.get(name).copied().unwrap_or(0.0);
        assert!(charge.units.contain(units), "{what}: {units} on {name:?} of {plan}");
    }
}

fn text(random: &mut Random, most: u64) -> String {
    let most = random.one_of(&[10, most]);
    "é".repeat(random.below(most) as usize / 2)
}

fn maybe<T: Clone>(random: &mut Random, values: &[T]) -> Option<T> {
    (random.below(3) > 0).then(|| random.one_of(values))
}

fn book(random: &mut Random) -> Book {
    let numbers = ["0", "-1", "12.5", "0.0012", "-123456.789", "1200", "99999999999999999999.1"];
    let numbers = numbers.map(|number| number.parse().unwrap());
    let words = ["a", "longer", "é"].map(str::to_owned);
    Book {
        shelf: random.one_of(&["1", "2"]).to_owned(),
        title: random.one_of(&["a", "b", "c"]).to_owned(),
        colour: maybe(random, &["red", "blue"].map(str::to_owned)),
        maker: maybe(random, &["maker", "another"].map(str::to_owned)),
        price: maybe(random, &[0, -5, 1_200]),
        year: maybe(random, &[1988, 2000]),
        note: text(random, 3_000),
        text: text(random, 9_000),
        numbers: (0..random.below(4)).map(|_| random.one_of(&numbers)).collect(),
        words: (0..random.below(3)).map(|_| random.one_of(&words)).collect(),
        lent: random.below(2) == 0,
    }
}

async fn stored(shelf: &TableHandle<Shelf>, book: &Book) -> Option<Stored> {
    let get = shelf.client().get_item().table_name(shelf.name()).consistent_read(true);
    let key = book.to_item().unwrap();
    let get = get.key("pk", key["pk"].clone()).key("sk", key["sk"].clone());
    get.send().await.unwrap().item
}

/// The service tells the bytes of a table's items, hours later; engines tell them at once.
#[tokio::test]
async fn sizes_are_those_that_the_engine_counts() {
    let (shelf, mut random) = (table::<Shelf>().await, Random::new(7));
    for _ in 0..100 {
        let book = book(&mut random);
        shelf.put(&book).await.unwrap();
        let table = shelf.client().describe_table().table_name(shelf.name()).send().await.unwrap();
        let counted = table.table().unwrap().table_size_bytes().unwrap();
        assert_eq!(book.item_size().unwrap() as i64, counted, "{book:?}");
        shelf.delete(Book::key(&book.shelf, &book.title)).await.unwrap();
    }
}

#[tokio::test]
async fn random_writes_cost_what_is_planned() {
    if !needs_embedded(COUNTS) {
        return;
    }
    let (shelf, mut random) = (table::<Shelf>().await, Random::new(8));
    let (mut done, mut refused) = ([0; 7], 0);
    for _ in 0..600 {
        let book = book(&mut random);
        let old = stored(&shelf, &book).await;
        let key = || Book::key(&book.shelf, &book.title);
        let which = random.below(7) as usize;
        let (plan, response) = match which {
            0 => (shelf.put(&book).explain(), shelf.put(&book).response().await),
            1 => (shelf.create(&book).explain(), shelf.create(&book).response().await),
            2 => (shelf.replace(&book).explain(), shelf.replace(&book).response().await),
            3 => (shelf.delete(key()).explain(), shelf.delete(key()).response().await),
            4 => {
                let write =
                    || shelf.update(key()).set(|b| (b.note.set(&book.note), b.lent.set(true)));
                (write().explain(), write().response().await)
            }
            5 => {
                let write = || {
                    shelf.update(key()).set(|b| {
                        let colour = book.colour.as_ref().map(|colour| b.colour.set(colour));
                        let maker = book.maker.as_ref().map(|maker| b.maker.set(maker));
                        let price = book.price.map(|price| b.price.set(price));
                        let year = book.year.map(|year| b.year.set(year));
                        (
                            colour.unwrap_or_else(|| b.colour.remove()),
                            maker.unwrap_or_else(|| b.maker.remove()),
                            price.unwrap_or_else(|| b.price.remove()),
                            year.unwrap_or_else(|| b.year.remove()),
                        )
                    })
                };
                (write().explain(), write().response().await)
            }
            _ => {
                let write = || shelf.upsert(&book).set(|b| b.note.set(&book.note));
                (write().explain(), write().response().await)
            }
        };
        let (plan, new) = (plan.unwrap(), stored(&shelf, &book).await);
        let Ok(response) = response else {
            assert!(plan.refused().is_some(), "{plan}");
            assert_eq!(old, new, "{plan}");
            refused += 1;
            continue;
        };
        done[which] += 1;
        if let [item] = plan.items() {
            assert_eq!(item.bytes, size(new.as_ref().unwrap()), "{plan}");
            assert_eq!(item.bytes, book.item_size().unwrap());
        }
        let rules = write(old.as_ref(), new.as_ref(), 1.0);
        agrees(&format!("{which}"), &plan, &response.consumed, &rules);
    }
    assert!(done.iter().all(|done| *done > 10) && refused > 10, "{done:?} {refused}");
}

#[tokio::test]
async fn random_transactions_cost_what_is_planned() {
    if !needs_embedded(COUNTS) {
        return;
    }
    let (shelf, mut random) = (table::<Shelf>().await, Random::new(9));
    let mut done = 0;
    for round in 0..150 {
        let (mut one, mut two, mut three) =
            (book(&mut random), book(&mut random), book(&mut random));
        (one.title, two.title, three.title) = ("a".to_owned(), "b".to_owned(), "c".to_owned());
        let books = [&one, &two, &three];
        let mut old = Vec::new();
        for book in books {
            old.push(stored(&shelf, book).await);
        }
        let writes = || {
            let check = shelf.check(Book::key(&three.shelf, &three.title));
            let delete = shelf.delete(Book::key(&two.shelf, &two.title));
            match checks(round) {
                true => shelf.transact_write((shelf.put(&one), shelf.put(&two), check)),
                false => shelf.transact_write((shelf.put(&one), delete, shelf.put(&three))),
            }
        };
        let plan = writes().explain().unwrap();
        assert!(plan.expenses().contains(&Expense::Transaction));
        let Ok(response) = writes().response().await else {
            assert!(plan.refused().is_some(), "{plan}");
            continue;
        };
        done += 1;
        let mut rules = Charged::new();
        for (number, (book, old)) in books.into_iter().zip(&old).enumerate() {
            let new = stored(&shelf, book).await;
            let charged = match (number, checks(round)) {
                // A check is charged as a write of what is there, and writes no index.
                (2, true) => write(old.as_ref(), old.as_ref(), 2.0),
                _ => write(old.as_ref(), new.as_ref(), 2.0),
            };
            for (index, units) in charged {
                *rules.entry(index).or_default() += units;
            }
        }
        agrees("transaction", &plan, &response.consumed, &rules);
    }
    assert!(done > 100, "{done}");
}

/// Whether the transaction of that round has a check in it.
fn checks(round: u32) -> bool {
    round.is_multiple_of(2)
}

#[tokio::test]
async fn random_reads_cost_what_is_planned() {
    if !needs_embedded(COUNTS) {
        return;
    }
    let (shelf, mut random) = (table::<Shelf>().await, Random::new(10));
    for round in 0..60 {
        let book = book(&mut random);
        shelf.put(&book).await.unwrap();
        let key = || Book::key(&book.shelf, &book.title);
        let absent = || Book::key(&book.shelf, "absent");
        let bytes = size(&stored(&shelf, &book).await.unwrap());
        let partition: usize = {
            let items = shelf.client().scan().table_name(shelf.name()).send().await.unwrap();
            let pk = AttributeValue::S(book.shelf.clone());
            items.items().iter().filter(|item| item["pk"] == pk).map(size).sum()
        };

        let get = || shelf.get(key());
        let plan = get().explain().unwrap();
        agrees("get", &plan, &get().response().await.unwrap().consumed, &read(bytes, 0.5));
        let get = || shelf.get(key()).consistent();
        let plan = get().explain().unwrap();
        agrees("get", &plan, &get().response().await.unwrap().consumed, &read(bytes, 1.0));
        assert_eq!(plan.expenses(), [Expense::Consistent]);
        let get = || shelf.get(absent());
        let plan = get().explain().unwrap();
        agrees("get", &plan, &get().response().await.unwrap().consumed, &read(0, 0.5));

        let both = || vec![key(), absent()];
        let plan = shelf.batch_get(both()).explain().unwrap();
        let rules = Charged::from([(String::new(), 0.5 * (kilobytes(bytes, 4) + 1.0))]);
        let response = shelf.batch_get(both()).response().await.unwrap();
        agrees("batch_get", &plan, &response.consumed, &rules);
        let plan = shelf.transact_get(both()).explain().unwrap();
        let rules = Charged::from([(String::new(), 2.0 * (kilobytes(bytes, 4) + 1.0))]);
        let response = shelf.transact_get(both()).response().await.unwrap();
        agrees("transact_get", &plan, &response.consumed, &rules);

        let query = || shelf.query(Book::partition(&book.shelf)).consistent().page();
        let plan = query().explain().unwrap();
        let response = query().response().await.unwrap();
        agrees("query", &plan, &response.consumed, &read(partition, 1.0));
        let query = || shelf.query(Book::partition(&book.shelf)).page_size(1).all();
        let plan = query().explain().unwrap();
        let response = query().response().await.unwrap();
        assert!(plan.units().contain(response.consumed.units), "{plan}");
        assert!(plan.requests() <= response.requests);
        let query = || shelf.query(Book::partition(&book.shelf)).max_scanned(2).page();
        let plan = query().explain().unwrap();
        let response = query().response().await.unwrap();
        assert!(plan.units().contain(response.consumed.units), "{plan}");
        let scan = || shelf.scan().segments(3).count();
        let plan = scan().explain().unwrap();
        let response = scan().response().await.unwrap();
        assert!(plan.units().contain(response.consumed.units), "{plan}");
        assert_eq!(plan.requests(), 3);
        assert_eq!(plan.expenses(), [Expense::Scan, Expense::Part, Expense::Unbounded]);
        if let Some(maker) = &book.maker {
            let query = || shelf.query(Book::by_price(maker)).page();
            let plan = query().explain().unwrap();
            let response = query().response().await.unwrap();
            assert!(plan.units().contain(response.consumed.units), "{plan}");
            let charged: Vec<_> = plan.charges().iter().map(|charge| charge.index).collect();
            assert_eq!(charged, [Some("ByPrice")], "{round}");
            assert_eq!(response.consumed.table, 0.0);
        }
    }
}

#[tokio::test]
async fn what_goes_with_a_write_is_planned() {
    let kept = table::<Kept>().await;
    let user =
        User { id: "1".into(), mail: "a@b.c".into(), number: Some(7), name: Some("One".into()) };
    let plan = kept.create(&user).explain().unwrap();
    assert_eq!(plan.request().operation(), "TransactWriteItems");
    let sizes: Vec<_> = plan.items().iter().map(|item| (item.entity, item.bytes)).collect();
    assert_eq!(sizes[0], ("User", user.item_size().unwrap()));
    let guard = "pk".len() + "$unique#User#mail#S#a@b.c".len() + "sk".len() + "$unique".len();
    assert_eq!(sizes[1], ("User", guard));
    assert_eq!(sizes.len(), 3);
    assert_eq!(plan.units().exactly(), Some(6.0), "{plan}");
    assert_eq!(plan.expenses(), [Expense::Condition, Expense::Together { writes: 3 }]);
    if needs_embedded(COUNTS) {
        let response = kept.create(&user).response().await.unwrap();
        assert_eq!(response.consumed.units, 6.0);
    }
}

/// A book whose item has that many bytes, and is in no index.
fn of(bytes: usize) -> Book {
    let mut book = Book {
        shelf: "1".into(),
        title: "a".into(),
        colour: None,
        maker: None,
        price: None,
        year: None,
        note: String::new(),
        text: String::new(),
        numbers: Vec::new(),
        words: Default::default(),
        lent: false,
    };
    book.text = "x".repeat(bytes - book.item_size().unwrap());
    book
}

#[tokio::test]
async fn worked_cases_of_writes() {
    let shelf = Shelf::on(&client());
    // Bytes; units alone, and in a transaction.
    let cases = [(100, 1.0), (1_024, 1.0), (1_025, 2.0), (3_584, 4.0), (409_600, 400.0)];
    for (bytes, units) in cases {
        let book = of(bytes);
        let plan = shelf.create(&book).explain().unwrap();
        assert_eq!(plan.items()[0].bytes, bytes);
        assert_eq!(plan.units().exactly(), Some(units), "{bytes}: {plan}");
        let plan = shelf.transact_write(shelf.create(&book)).explain().unwrap();
        assert_eq!(plan.units().exactly(), Some(2.0 * units), "{bytes}: {plan}");
        // What it replaces may be as large as an item can be, and in each index that its entity is in:
        // up to 400 units on the table and on `ByPrice`, `ByMaker`, `ByYear`, and the units of four
        // keys on `ByColour`.
        let plan = shelf.put(&book).explain().unwrap();
        let keys = 2_048 + 2_048 + 1_024 + "colourpksk".len();
        assert_eq!(plan.units().at_least, units);
        assert_eq!(plan.units().at_most, Some(1_600.0 + kilobytes(keys, 1)), "{plan}");
        assert_eq!(plan.refused(), None);
    }
    let error = shelf.create(&of(409_601)).explain().unwrap_err();
    assert_eq!(error.to_string(), "`Book`: the item has 409601 bytes, DynamoDB allows 409600",);

    // Of each index that it is in, the entry: whole, with the note, or the keys alone.
    let mut book = of(5_000);
    (book.colour, book.maker, book.year) = (Some("red".into()), Some("m".into()), Some(1988));
    book.price = Some(12);
    book.note = "n".repeat(1_024);
    let plan = shelf.create(&book).explain().unwrap();
    let charged: Vec<_> =
        plan.charges().iter().map(|charge| (charge.index, charge.units.exactly())).collect();
    assert_eq!(
        charged,
        [
            (None, Some(6.0)),
            (Some("ByColour"), Some(1.0)),
            (Some("ByPrice"), Some(6.0)),
            (Some("ByMaker"), Some(2.0)),
            (Some("ByYear"), Some(2.0)),
        ]
    );

    // An update of what is in no index costs nothing there but where items are whole.
    let update = shelf.update(Book::key("1", "a")).set(|b| b.lent.set(true));
    let plan = update.explain().unwrap();
    let charged: Vec<_> = plan.charges().iter().map(|charge| charge.index).collect();
    assert_eq!(charged, [None, Some("ByPrice")]);
    assert_eq!(plan.expenses(), [Expense::WholeItem, Expense::Condition]);
    let update = shelf.update(Book::key("1", "a")).set(|b| b.text.set("x".repeat(2_048)));
    assert_eq!(update.explain().unwrap().units().at_least, 3.0);
    let update = shelf.update(Book::key("1", "a")).set(|b| b.year.set(2000));
    let plan = update.explain().unwrap();
    let moved = Expense::IndexKey { index: "ByYear" };
    assert!(plan.expenses().contains(&moved), "{plan}");
    let check = shelf.check_absent(Book::key("1", "a"));
    assert_eq!(shelf.transact_write(check).explain().unwrap().units().exactly(), Some(2.0));
    assert_eq!(
        shelf.transact_write(Vec::<entity_core::op::Write>::new()).explain().unwrap().requests(),
        0
    );
}

#[tokio::test]
async fn worked_cases_of_reads() {
    let shelf = Shelf::on(&client());
    let key = || Book::key("1", "a");
    let units = |plan: Result<Plan, entity_core::Error>| {
        let units = plan.unwrap().units();
        (units.at_least, units.at_most)
    };
    // 409,600 bytes are 100 times 4 KB.
    assert_eq!(units(shelf.get(key()).explain()), (0.5, Some(50.0)));
    assert_eq!(units(shelf.get(key()).consistent().explain()), (1.0, Some(100.0)));
    let two = || vec![key(), Book::key("1", "b"), key()];
    assert_eq!(units(shelf.batch_get(two()).explain()), (1.0, Some(100.0)), "a key twice is once");
    assert_eq!(units(shelf.transact_get(vec![key()]).explain()), (2.0, Some(200.0)));
    let many: Vec<_> = (0..201).map(|n| Book::key("1", format!("{n}"))).collect();
    assert_eq!(shelf.batch_get(many).explain().unwrap().requests(), 3);

    // What shares a partition, and begins alike, is read with what is asked for.
    let orders = Orders::on(&client());
    let others = |plan: Plan| plan.expenses().contains(&Expense::OtherItems);
    assert!(others(orders.query(Order::partition("c")).explain().unwrap()));
    assert!(!others(orders.query(Order::partition("c").id("7")).explain().unwrap()));
    assert!(others(orders.query(OrderItem::partition("c")).explain().unwrap()));
    assert!(!others(orders.query(OrderRecord::partition("c")).explain().unwrap()));
    assert!(!others(orders.query(Event::partition("c").level(1..=2)).explain().unwrap()));
    assert!(!others(orders.query(Profile::partition("c")).explain().unwrap()));
    assert!(others(orders.scan().only::<Order>().explain().unwrap()));
    assert!(!others(orders.scan().explain().unwrap()));

    let query = || shelf.query(Book::partition("1"));
    assert_eq!(units(query().explain()), (0.5, None));
    // A page is 1 MB and the item that crosses it: 256 and 100 times 4 KB.
    assert_eq!(units(query().page().explain()), (0.5, Some(178.0)));
    assert_eq!(units(query().consistent().page().explain()), (1.0, Some(356.0)));
    assert_eq!(units(query().max_requests(2).all().explain()), (0.5, Some(356.0)));
    assert_eq!(units(query().max_scanned(2).all().explain()), (0.5, Some(100.0)));
    assert_eq!(units(query().max_scanned(0).page().explain()), (0.0, Some(0.0)));
    assert_eq!(units(query().limit(5).all().explain()), (0.5, None), "it bounds what is returned");
    assert_eq!(units(shelf.scan().segments(4).page().explain()), (2.0, Some(712.0)));
    assert_eq!(
        shelf.query(Book::by_price("m")).page().explain().unwrap().to_string(),
        "Query, read units: 0.5 to 178\n  0.5 to 178 on the index `ByPrice`",
    );
}
