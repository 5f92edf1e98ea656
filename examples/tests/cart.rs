//! The program `cart`, run as its users run it.
//!
//! With `DYNAMODB_ENDPOINT`, the same tests run against the engine there.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "`allow-unwrap-in-tests` does not see the functions beside the tests"
)]

mod support;

use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::{Value, json};

use crate::support::{Program, Store, check_documents, wire};

static CART: Program = Program { path: env!("CARGO_BIN_EXE_cart"), table: "CustomerPurchases" };

/// Three products in the cart of account 1, the price of which is 1599.96.
const ADDS: [&str; 3] = [
    "add 1 P-1 --quantity 2 --price 199.99 --category Toys --at 2023-06-15T15:19:38Z",
    "add 1 P-2 --quantity 1 --price 499.99 --category TV --at 2023-06-17T00:00:00Z",
    "add 1 P-3 --quantity 1 --price 699.99 --category TV --at 2023-06-16T00:00:00Z",
];

fn empty() -> Store {
    let store = Store::new(&CART);
    store.run("create").succeeds();
    store
}

/// A store with the three products.
fn filled() -> Store {
    let store = empty();
    for add in ADDS {
        store.run(add).succeeds();
    }
    store
}

/// What a list has, as `product x quantity`.
fn lines(items: &[Value]) -> Vec<String> {
    let line = |item: &Value| {
        let sku = &item["ItemSKU"];
        let (product, quantity) = (sku["ProductId"].as_str().unwrap(), sku["Quantity"].as_u64());
        quantity.map_or_else(|| product.to_owned(), |quantity| format!("{product} x {quantity}"))
    };
    items.iter().map(line).collect()
}

fn list(store: &Store, command: &str) -> Vec<String> {
    lines(&store.json(command))
}

/// All that is stored, in an order of its own.
fn everything(store: &Store) -> Vec<String> {
    let items = store.sdk(async |client| {
        let scan = client.scan().table_name(&store.table).consistent_read(true);
        scan.send().await.unwrap().items.unwrap_or_default()
    });
    let mut items: Vec<String> = items.iter().map(|item| wire(item).to_string()).collect();
    items.sort();
    items
}

fn get(store: &Store, pk: &str, sk: &str) -> Value {
    let read = store.sdk(async |client| {
        let read = client.get_item().table_name(&store.table).consistent_read(true);
        let read = read.key("PK", AttributeValue::S(pk.to_owned()));
        read.key("SK", AttributeValue::S(sk.to_owned())).send().await.unwrap()
    });
    read.item().map(wire).unwrap_or_default()
}

#[test]
fn lists_are_the_latest_first() {
    let store = filled();
    assert_eq!(list(&store, "active 1"), ["P-2 x 1", "P-3 x 1", "P-1 x 2"]);
    for (product, at) in [("P-7", "2023-01-01T00:00:00Z"), ("P-8", "2023-01-02T00:00:00Z")] {
        store.run(&format!("save 1 {product} --category Books --at {at}")).succeeds();
    }
    assert_eq!(list(&store, "saved 1"), ["P-8", "P-7"]);
    store.run("checkout 1 --order O-1 --at 2023-07-01T00:00:00Z").succeeds();
    store.run("add 1 P-9 --quantity 1 --price 1 --category Toys").succeeds();
    store.run("checkout 1 --order O-2 --at 2023-07-02T00:00:00Z").succeeds();
    assert_eq!(list(&store, "purchased 1")[0], "P-9 x 1");
    assert_eq!(list(&store, "purchased 1").len(), 4);
    assert_eq!(list(&store, "order 1 O-1"), ["P-1 x 2", "P-2 x 1", "P-3 x 1"]);
    assert_eq!(list(&store, "order 1 O-2"), ["P-9 x 1"]);
    for none in ["active 1", "active 9", "saved 9", "purchased 9", "order 1 O-9"] {
        assert_eq!(store.json(none), [] as [Value; 0], "{none}");
        assert_eq!(store.run(none).succeeds().stdout, "no items\n", "{none}");
    }
}

#[test]
fn totals_are_exact() {
    let store = filled();
    assert_eq!(store.run("total 1").succeeds().stdout, "1599.96\n");
    let line = "{\"AccountId\":\"1\",\"Items\":3,\"Total\":1599.96}\n";
    assert_eq!(store.run("total 1 --json").succeeds().stdout, line);
    assert_eq!(store.run("total 9").succeeds().stdout, "0\n");
    for (product, price) in [("P-4", "0.1"), ("P-5", "0.2")] {
        let price = format!("--quantity 1 --price {price} --category Toys");
        store.run(&format!("add 2 {product} {price}")).succeeds();
    }
    assert_eq!(store.run("total 2").succeeds().stdout, "0.3\n");
}

#[test]
fn what_is_in_the_cart_is_replaced() {
    let store = filled();
    let run = store.run("add 1 P-1 --quantity 5 --price 0.50 --category Toys").succeeds();
    assert_eq!(run.stdout, "added 5 of \"P-1\" to the cart of \"1\"\n");
    assert_eq!(list(&store, "active 1")[0], "P-1 x 5");
    assert_eq!(list(&store, "active 1").len(), 3);
    assert_eq!(store.run("total 1").succeeds().stdout, "1202.48\n");
}

#[test]
fn products_are_saved_and_taken_back() {
    let store = filled();
    let saved = store.run("save 1 P-1 --at 2023-08-01T00:00:00Z --json").succeeds();
    assert_eq!(saved.json(), store.json("saved 1"));
    assert_eq!(saved.stderr, "saved \"P-1\" for \"1\"\n");
    assert_eq!(list(&store, "saved 1"), ["P-1 x 2"], "as it is");
    assert_eq!(list(&store, "active 1"), ["P-2 x 1", "P-3 x 1"]);
    assert_eq!(store.json("saved 1")[0]["CreateTimestamp"], "2023-08-01T00:00:00Z");

    let missing = store.run("save 1 P-1").fails();
    let expected = r#"no product "P-1" in the cart of "1"; give its --category to save it"#;
    assert_eq!(missing, expected);
    let already = r#"product "P-1" of "1" is saved already; nothing was changed"#;
    assert_eq!(store.run("save 1 P-1 --category Toys").fails(), already);
    store.run("add 1 P-1 --quantity 9 --price 9 --category Toys").succeeds();
    assert_eq!(store.run("save 1 P-1").fails(), already);
    let already = r#"product "P-1" of "1" is in the cart already; nothing was changed"#;
    assert_eq!(store.run("unsave 1 P-1 --quantity 1 --price 1").fails(), already);
    assert_eq!(list(&store, "saved 1"), ["P-1 x 2"]);

    store.run("remove 1 P-1").succeeds();
    let back = "unsave 1 P-1 --quantity 3 --price 150.25 --at 2023-08-02T00:00:00Z";
    store.run(back).succeeds();
    assert_eq!(list(&store, "active 1")[0], "P-1 x 3");
    let item = &store.json("active 1")[0];
    assert_eq!((&item["ItemSKU"]["Category"], &item["Status"]), (&json!("Toys"), &json!("ACTIVE")));
    assert_eq!(store.run("total 1").succeeds().stdout, "1650.73\n");
    assert_eq!(store.run(back).fails(), r#""1" has no product "P-1" saved"#);
}

#[test]
fn products_are_removed() {
    let store = filled();
    store.run("save 1 P-1").succeeds();
    assert_eq!(store.run("remove 1 P-1").fails(), r#"no product "P-1" in the cart of "1""#);
    assert_eq!(store.run("remove 1 P-2 --saved").fails(), r#""1" has no product "P-2" saved"#);
    let removed = store.run("remove 1 P-1 --saved").succeeds().stdout;
    assert_eq!(removed, "removed \"P-1\" from what \"1\" has saved\n");
    assert_eq!(lines(&store.run("remove 1 P-2 --json").succeeds().json()), ["P-2 x 1"]);
    assert_eq!(list(&store, "active 1"), ["P-3 x 1"]);
    assert_eq!(list(&store, "saved 1"), [""; 0]);
}

#[test]
fn what_is_stored_equals_the_golden_items() {
    let store = empty();
    let golden: Value =
        serde_json::from_str(include_str!("../../tests/fixtures/golden.json")).unwrap();
    let (thursday, friday) = ("2023-06-15T15:19:38Z", "2023-06-16T14:57:52Z");
    let equals = |name: &str, product: &str, status: &str, at: &str| {
        let mut expected = golden[format!("cart/CartItem {name}")]["item"].clone();
        // The index that was added.
        expected["GSI2PK"] = json!({"S": format!("{product}#{status}")});
        expected["GSI2SK"] = json!({"S": at});
        let sk = expected["SK"]["S"].as_str().unwrap();
        assert_eq!(get(&store, "12856333", sk), expected, "{name}");
    };
    let price = "--quantity 1 --price 499.99 --category Electronics";
    store.run(&format!("add 12856333 P-8998 {price}")).succeeds();
    store.run(&format!("checkout 12856333 --order O-482913 --at {thursday}")).succeeds();
    equals("purchased", "P-8998", "PURCHASED", thursday);
    let price = "--quantity 2 --price 199.99 --category Electronics";
    store.run(&format!("add 12856333 P-8995 {price} --at {thursday}")).succeeds();
    equals("active", "P-8995", "ACTIVE", thursday);
    store.run(&format!("save 12856333 P-8997 --category TV --at {friday}")).succeeds();
    equals("saved", "P-8997", "SAVED", friday);

    let order = json!({
        "PK": {"S": "12856333"}, "SK": {"S": "ORDER#O-482913"},
        "AccountId": {"S": "12856333"}, "OrderId": {"S": "O-482913"},
        "CreateTimestamp": {"S": thursday}, "ItemCount": {"N": "1"},
    });
    assert_eq!(get(&store, "12856333", "ORDER#O-482913"), order);
}

#[test]
fn a_checkout_buys_once() {
    let store = filled();
    store.run("save 1 P-8 --category Books").succeeds();
    let first = store.run("checkout 1 --order O-1 --at 2023-07-01T00:00:00Z").succeeds();
    assert_eq!(first.stdout, "bought 3 items for 1599.96 as order \"O-1\"\n");
    let stored = everything(&store);
    assert_eq!(stored.len(), 5, "three items, the order, and what is saved");
    for at in ["--at 2023-07-01T00:00:00Z", "--at 2023-07-02T00:00:00Z", ""] {
        let again = store.run(&format!("checkout 1 --order O-1 {at} --json")).succeeds();
        assert_eq!(again.stderr, "order \"O-1\" exists already; nothing was bought\n");
        assert_eq!(again.json(), store.json("order 1 O-1"), "what the order has");
        assert_eq!(everything(&store), stored);
    }
    assert_eq!(list(&store, "saved 1"), ["P-8"]);

    // With new items in the cart it is the same order.
    store.run("add 1 P-1 --quantity 7 --price 1 --category Toys").succeeds();
    let stored = everything(&store);
    let again = store.run("checkout 1 --order O-1").succeeds();
    assert_eq!(again.stdout, "order \"O-1\" exists already; nothing was bought\n");
    assert_eq!(everything(&store), stored);
    assert_eq!(list(&store, "active 1"), ["P-1 x 7"]);
    let json = store.run("checkout 1 --order O-2 --json").succeeds();
    assert_eq!(
        (lines(&json.json()), &*json.stderr),
        (vec!["P-1 x 7".to_owned()], "bought 1 item for 7 as order \"O-2\"\n",)
    );
    assert_eq!(store.run("checkout 1 --order O-3").fails(), r#"the cart of "1" is empty"#);
    assert_eq!(get(&store, "1", "ORDER#O-3"), Value::Null);
}

#[test]
fn an_order_that_another_program_wrote_stays_as_it_is() {
    let store = filled();
    store.sdk(async |client| {
        let text = |text: &str| AttributeValue::S(text.to_owned());
        let sku = [("ProductId".to_owned(), text("P-8")), ("Category".to_owned(), text("TV"))];
        let put = client.put_item().table_name(&store.table);
        let put = put.item("PK", text("1")).item("SK", text("1#PURCHASED#O-1#P-8"));
        let put = put.item("AccountId", text("1")).item("Status", text("PURCHASED"));
        let put = put.item("OrderId", text("O-1")).item("ItemSKU", AttributeValue::M(sku.into()));
        put.item("CreateTimestamp", text("2023-06-15T15:19:38Z")).send().await.unwrap();
    });
    let stored = everything(&store);
    let run = store.run("checkout 1 --order O-1").succeeds();
    assert_eq!(run.stdout, "order \"O-1\" exists already; nothing was bought\n");
    assert_eq!(everything(&store), stored);
}

#[test]
fn a_cart_that_is_larger_than_a_transaction_is_refused() {
    let store = empty();
    let add = |product: usize| {
        store.run(&format!("add 1 P-{product} --quantity 1 --price 1 --category Toys")).succeeds();
    };
    (1..=49).for_each(add);
    assert!(store.run("checkout 1 --order O-1").succeeds().stdout.contains("bought 49 items"));
    (1..=60).for_each(add);
    let stored = everything(&store);
    let error = store.run("checkout 1 --order O-2").fails();
    assert_eq!(
        error,
        "the cart has 60 items, and an order holds 49 at most: a transaction has 100 operations, \
         two for each item and one for the order; nothing was bought"
    );
    assert_eq!(everything(&store), stored);
}

#[test]
fn a_checkout_at_once_with_others_loses_and_doubles_nothing() {
    let store = empty();
    let item = "--price 1 --category Toys --at 2023-06-15T15:19:38Z";
    for round in 0..12 {
        let account = format!("A-{round}");
        let add = |product: &str, quantity: u32| {
            format!("add {account} {product} --quantity {quantity} {item}")
        };
        for product in ["P-1", "P-2", "P-3"] {
            store.run(&add(product, 1)).succeeds();
        }
        let checkout = format!("checkout {account} --order O-{round}");
        let (replace, new, newer) = (add("P-1", 2), add("P-8", 8), add("P-9", 9));
        let runs = store.run_at_once(&[&new, &checkout, &replace, &checkout, &newer]);
        let said: Vec<String> = runs.into_iter().map(|run| run.succeeds().stdout).collect();
        let bought = said.iter().filter(|said| said.starts_with("bought ")).count();
        assert_eq!(bought, 1, "{said:?}");

        let order = list(&store, &format!("order {account} O-{round}"));
        let active = list(&store, &format!("active {account}"));
        let count = |line: &str| {
            [&order, &active].map(|list| list.iter().filter(|other| *other == line).count())
        };
        for line in ["P-2 x 1", "P-3 x 1"] {
            assert_eq!(count(line), [1, 0], "{order:?} {active:?}");
        }
        for line in ["P-8 x 8", "P-9 x 9"] {
            assert!(matches!(count(line), [1, 0] | [0, 1]), "{order:?} {active:?}");
        }
        // It was bought as it was at first, and the other is in the cart; or the other was bought.
        match (count("P-1 x 1"), count("P-1 x 2")) {
            ([1, 0], [0, 1]) | ([0, 0], [1, 0]) => {}
            other => panic!("{other:?}: {order:?} {active:?}"),
        }
        let marker = get(&store, &account, &format!("ORDER#O-{round}"));
        assert_eq!(marker["ItemCount"], json!({"N": order.len().to_string()}));
    }
}

#[test]
fn two_orders_at_once_buy_each_item_once() {
    let store = empty();
    for round in 0..8 {
        for product in ["P-1", "P-2"] {
            let item = "--quantity 1 --price 1 --category Toys";
            store.run(&format!("add {round} {product} {item}")).succeeds();
        }
        let [a, b] = ["A", "B"].map(|order| format!("checkout {round} --order {order}"));
        let runs = store.run_at_once(&[&a, &b]);
        let mut statuses = runs.iter().map(|run| run.status).collect::<Vec<_>>();
        statuses.sort();
        assert_eq!(statuses, [Some(0), Some(1)], "{runs:?}");
        assert!(runs.iter().any(|run| run.stderr.ends_with("is empty\n")), "{runs:?}");
        assert_eq!(list(&store, &format!("purchased {round}")).len(), 2);
        assert_eq!(list(&store, &format!("active {round}")).len(), 0);
    }
}

#[test]
fn who_has_a_product_is_found_across_accounts() {
    let store = empty();
    for (account, at) in [("1", "15"), ("2", "17"), ("3", "16")] {
        let price = format!("--quantity {account} --price 1 --category TV");
        store.run(&format!("add {account} P-1 {price} --at 2023-06-{at}T00:00:00Z")).succeeds();
    }
    store.run("save 3 P-1 --at 2023-06-18T00:00:00Z").succeeds();
    let of = |arguments: &str| {
        let items = store.json(&format!("product P-1 --status {arguments}"));
        let accounts = items.iter().map(|item| item["AccountId"].as_str().unwrap().to_owned());
        accounts.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(of("active"), "2 1");
    assert_eq!(of("ACTIVE"), "2 1");
    assert_eq!(of("saved"), "3");
    assert_eq!(of("purchased"), "");
    assert_eq!(of("active --from 2023-06-15T00:00:01Z"), "2");
    assert_eq!(of("active --to 2023-06-16T23:59:59Z"), "1");
    assert_eq!(of("active --from 2023-06-15T00:00:00Z --to 2023-06-17T00:00:00Z"), "2 1");
    let range = "--from 2023-06-16T00:00:00Z --to 2023-06-15T00:00:00Z";
    let error = store.run(&format!("product P-1 --status active {range}")).fails();
    assert_eq!(error, "--from 2023-06-16T00:00:00Z is after --to 2023-06-15T00:00:00Z");
}

#[test]
fn what_is_generated_is_the_same_for_a_seed() {
    let [one, again, other] = [1, 1, 2].map(|seed| {
        let store = Store::new(&CART);
        let run = store.run(&format!("generate --users 4 --items 30 --seed {seed}")).succeeds();
        let said = format!("created the table and wrote 120 items into {:?}\n", store.table);
        assert_eq!((&*run.stdout, &*run.stderr), (&*said, ""));
        let again = store.run(&format!("generate --users 4 --items 30 --seed {seed} --json"));
        assert_eq!(again.succeeds().stderr, format!("wrote 120 items into {:?}\n", store.table));
        everything(&store)
    });
    assert_eq!(one.len(), 120);
    assert_eq!(one, again);
    assert_ne!(one, other);
}

#[test]
fn what_cannot_be_bought_is_named() {
    let store = filled();
    store.sdk(async |client| {
        let text = |text: &str| AttributeValue::S(text.to_owned());
        let sku = [("ProductId".to_owned(), text("P-8")), ("Category".to_owned(), text("TV"))];
        let put = client.put_item().table_name(&store.table);
        let put = put.item("PK", text("1")).item("SK", text("1#ACTIVE#P-8"));
        let put = put.item("AccountId", text("1")).item("Status", text("ACTIVE"));
        let put = put.item("ItemSKU", AttributeValue::M(sku.into()));
        put.item("CreateTimestamp", text("2023-06-15T15:19:38Z")).send().await.unwrap();
    });
    let error = r#"product "P-8" in the cart has no quantity; `add` it again, or `remove` it"#;
    assert_eq!(store.run("total 1").fails(), error);
    assert_eq!(store.run("checkout 1 --order O-1").fails(), error);
    assert_eq!(list(&store, "purchased 1"), [""; 0]);
}

#[test]
fn wrong_usage_names_the_argument() {
    let add = "add 1 P-1 --quantity 1 --price 1 --category C";
    for (arguments, says) in [
        ("buy", "buy"),
        ("add 1 P-1 --price 1 --category C", "--quantity"),
        ("add 1 P-1 --quantity 1 --category C", "--price"),
        ("add 1 P-1 --quantity 1 --price 1", "--category"),
        ("add 1 P-1 --quantity 0 --price 1 --category C", "--quantity"),
        ("add 1 P-1 --quantity 1.5 --price 1 --category C", "--quantity"),
        ("add 1 P-1 --quantity 1 --price 1,5 --category C", "--price"),
        ("add 1 P-1 --quantity 1 --price=-1 --category C", "--price"),
        ("add 1 P#1 --quantity 1 --price 1 --category C", "<PRODUCT>"),
        ("add 1#2 P-1 --quantity 1 --price 1 --category C", "<ACCOUNT>"),
        (&format!("{add} --at 2023-06-15"), "--at"),
        (&format!("{add} --at 2023-06-15T15:19:38"), "2023-06-15T15:19:38Z"),
        ("checkout 1", "--order"),
        ("checkout 1 --order O#1", "--order"),
        ("checkout 1 --order O-1 --at now", "--at"),
        ("order 1 O#1", "<ORDER>"),
        ("product P-1", "--status"),
        ("product P-1 --status sold", "--status"),
        ("product P-1 --status active --from x", "--from"),
        ("product P-1 --status active --to x", "--to"),
        ("unsave 1 P-1 --quantity 1", "--price"),
        ("generate --users 1", "--items"),
        ("generate --users 0 --items 1", "--users"),
        ("generate --users 1 --items x", "--items"),
        ("generate --users 1 --items 1 --seed x", "--seed"),
        ("drop", "--yes"),
    ] {
        let stderr = CART.in_memory(arguments).misuse();
        assert!(stderr.contains(says), "{arguments}: {stderr}");
    }
}

#[test]
fn tables_are_created_and_dropped_by_name() {
    let store = Store::new(&CART);
    let name = &store.table;
    let missing = store.run("active 1").fails();
    assert!(missing.starts_with(&format!("no table {name:?}; create it with `cart ")), "{missing}");
    assert_eq!(store.run("create").succeeds().stdout, format!("created the table {name:?}\n"));
    assert_eq!(store.run("create").fails(), format!("the table {name:?} exists already"));
    assert!(store.run("drop --yes Carts").fails().ends_with("nothing was dropped"));
    store.run(&format!("drop --yes {name}")).succeeds();
    assert!(store.run("total 1").fails().starts_with("no table "));
}

#[test]
fn in_memory_the_bundled_carts_are_there() {
    assert_eq!(CART.in_memory("total 12856333").succeeds().stdout, "1599.96\n");
    assert_eq!(CART.in_memory("order 12856333 O-482913 --json").succeeds().json().len(), 2);
    let capacity = CART.in_memory("active 12856333 --json --capacity").succeeds().stderr;
    assert_eq!(capacity, "capacity: 0.5 units (GSI1 0.5)\n");
    let run = CART.in_memory("checkout 12856333 --order O-1 --capacity").succeeds();
    assert!(run.stderr.starts_with("capacity: "), "{run:?}");
}

#[test]
fn the_tour_draws_the_table_and_every_access_pattern() {
    let tour = CART.in_memory("").succeeds();
    assert_eq!(tour.stderr, "");
    for part in [
        "THE TABLE CustomerPurchases",
        "ITS INDEX GSI1",
        "ITS INDEX GSI2",
        "$ cart active 12856333",
        "$ cart saved 12856333",
        "$ cart purchased 12856333",
        "$ cart order 12856333 O-482913",
        "$ cart product P-8995 --status active",
        "$ cart total 12856333\n  1599.96\n",
        "$ cart save 12856333 P-8995",
        "$ cart unsave 12856333 P-8995 --quantity 2 --price 199.99",
        "bought 3 items for 1599.96",
        "the order exists already; nothing was bought",
    ] {
        assert!(tour.stdout.contains(part), "{part}\n{}", tour.stdout);
    }
    assert!(!tour.stdout.contains('\u{1b}'), "no colour in a pipe");
    for line in tour.stdout.lines() {
        assert!(line.chars().count() <= 110, "{line}");
    }
    let json = CART.in_memory("--json").succeeds();
    assert_eq!((json.json().len() > 20, &*json.stderr), (true, ""));
}

#[test]
fn the_tour_keeps_a_table_that_exists() {
    let store = filled();
    let stored = everything(&store);
    let tour = store.run("").succeeds().stdout;
    assert!(tour.contains("exists: the tour reads what is there"), "{tour}");
    assert!(tour.contains("$ cart active 1\n"), "{tour}");
    assert_eq!(everything(&store), stored);
    let bare = empty().run("").succeeds().stdout;
    assert!(bare.contains("no items"), "{bare}");
}

#[test]
fn the_table_is_a_document_and_nothing_is_sent() {
    check_documents(&CART, &["CustomerPurchases"], "12856333");
}
