//! A table is created as its types and settings say, compared with them, and given what it lacks.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{self as sdk, BillingMode, StreamViewType, TableClass};
use entity_core::error::TableReason;
use entity_core::op::{Aspect, Billing, Step, TableSettings};
use entity_core::{Collection, Entity, ErrorKind, Index, Table, TableHandle};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tests::canned;
use tests::engine::{self, Watch};
use tests::keepers::Kept;
use tests::music::Songs;
use tests::zoo::Zoo;

#[derive(Debug, Table)]
#[table(name = "Stock", pk = "shop", sk = N("number"), indexes(ByKind, ByTitle), items = StockItem)]
struct Stock;

#[derive(Debug, Index)]
#[index(table = Stock, name = "ByKind", pk = "kind_key", sk = N("price"), project = ["title", "ends"])]
struct ByKind;

#[derive(Debug, Index)]
#[index(table = Stock, name = "ByTitle", local, sk = "title", keys_only)]
struct ByTitle;

#[derive(Debug, PartialEq, Serialize, Deserialize, Entity)]
#[entity(table = Stock, pk = shop, sk = number)]
#[entity(index(ByKind, pk = "KIND#{kind}", sk = price), index(ByTitle, sk = title))]
struct Article {
    shop: String,
    number: u64,
    kind: String,
    price: u64,
    title: String,
    #[entity(ttl)]
    ends: Option<u64>,
}

#[derive(Debug, PartialEq, Collection)]
enum StockItem {
    Article(Article),
}

/// A key attribute: its name, its type, and which part of the key it is.
type KeyPart = (&'static str, &'static str, &'static str);

/// A table as another program makes it.
#[derive(Clone)]
struct Made {
    keys: Vec<KeyPart>,
    /// The key of `ByKind`, and what it projects.
    global: Option<(Vec<KeyPart>, &'static str, Vec<&'static str>)>,
    local: bool,
    ttl: Option<&'static str>,
    stream: Option<StreamViewType>,
    class: Option<TableClass>,
}

/// As the types say.
fn stock() -> Made {
    let key = vec![("kind_key", "S", "HASH"), ("price", "N", "RANGE")];
    Made {
        keys: vec![("shop", "S", "HASH"), ("number", "N", "RANGE")],
        global: Some((key, "INCLUDE", vec!["ends", "title"])),
        local: true,
        ttl: Some("ends"),
        stream: None,
        class: None,
    }
}

impl Made {
    async fn create(self, client: &Client) -> TableHandle<Stock> {
        let table = engine::named::<Stock>(client);
        let element = |(name, _, part): &(&str, &str, &str)| {
            let element = sdk::KeySchemaElement::builder().attribute_name(*name);
            element.key_type((*part).into()).build().unwrap()
        };
        let projection = |ty: &str, names: &[&str]| {
            let names = names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
            let names = (!names.is_empty()).then_some(names);
            sdk::Projection::builder()
                .projection_type(ty.into())
                .set_non_key_attributes(names)
                .build()
        };
        let title = [("title", "S", "RANGE")];
        let mut defined = self.keys.clone();
        defined.extend(self.global.iter().flat_map(|(key, _, _)| key.clone()));
        defined.extend(title.into_iter().filter(|_| self.local));
        defined.sort_unstable();
        defined.dedup_by_key(|(name, _, _)| *name);
        let mut create = client.create_table().table_name(table.name());
        create = create.billing_mode(BillingMode::PayPerRequest);
        create = create.set_key_schema(Some(self.keys.iter().map(element).collect()));
        for (name, ty, _) in defined {
            let definition = sdk::AttributeDefinition::builder().attribute_name(name);
            create =
                create.attribute_definitions(definition.attribute_type(ty.into()).build().unwrap());
        }
        if let Some((key, ty, names)) = &self.global {
            let index = sdk::GlobalSecondaryIndex::builder().index_name("ByKind");
            let index = index.set_key_schema(Some(key.iter().map(element).collect()));
            let index = index.projection(projection(ty, names)).build().unwrap();
            create = create.global_secondary_indexes(index);
        }
        if self.local {
            let key = [self.keys[0], title[0]];
            let index = sdk::LocalSecondaryIndex::builder().index_name("ByTitle");
            let index = index.set_key_schema(Some(key.iter().map(element).collect()));
            let index = index.projection(projection("KEYS_ONLY", &[])).build().unwrap();
            create = create.local_secondary_indexes(index);
        }
        if let Some(view) = self.stream {
            let stream = sdk::StreamSpecification::builder().stream_enabled(true);
            create = create.stream_specification(stream.stream_view_type(view).build().unwrap());
        }
        create.set_table_class(self.class).send().await.unwrap();
        if let Some(attribute) = self.ttl {
            let ttl = sdk::TimeToLiveSpecification::builder().enabled(true);
            let ttl = ttl.attribute_name(attribute).build().unwrap();
            let update = client.update_time_to_live().table_name(table.name());
            update.time_to_live_specification(ttl).send().await.unwrap();
        }
        table
    }
}

/// The lines of the differences, without the table's name.
async fn lines(table: &TableHandle<Stock>, settings: &TableSettings) -> Vec<String> {
    let verified = table.verify_table().with(settings).await.unwrap();
    let text = verified.to_string();
    let without_name =
        |line: &str| line.strip_prefix(&format!("{}: ", table.name())).unwrap().to_owned();
    text.lines().map(without_name).collect()
}

async fn differences(made: Made) -> Vec<String> {
    lines(&made.create(&engine::client()).await, &TableSettings::new()).await
}

#[tokio::test]
async fn nothing_is_different_of_a_table_that_create_made() {
    let client = engine::client();
    let stock = engine::named::<Stock>(&client);
    stock.create_table().await.unwrap();
    assert_eq!(lines(&stock, &TableSettings::new()).await, [""; 0]);
    let kept = engine::table::<Kept>().await;
    assert_eq!(kept.verify_table().await.unwrap().differences(), []);
    let songs = engine::table::<Songs>().await;
    assert_eq!(songs.verify_table().items().await.unwrap().differences(), []);
    let zoo = engine::table::<Zoo>().await;
    assert_eq!(zoo.verify_table().items().await.unwrap().differences(), []);
}

#[tokio::test]
async fn nothing_is_different_of_a_table_that_create_made_with_settings() {
    let client = engine::client();
    let mut all = vec![
        TableSettings::new().stream(StreamViewType::OldImage).ttl(false),
        TableSettings::new().deletion_protection(true).no_stream(),
        TableSettings::new().billing(Billing::provisioned(7, 3).index::<ByKind>(2, 1)),
        TableSettings::new().billing(Billing::provisioned(7, 3)),
        TableSettings::new().billing(Billing::on_demand()),
    ];
    if engine::needs_embedded("class, tags and most units on demand, which DynamoDB Local drops") {
        all.extend([
            TableSettings::new().class(TableClass::StandardInfrequentAccess),
            TableSettings::new().class(TableClass::Standard),
            TableSettings::new().tag("stage", "test").tag("team", "one"),
            TableSettings::new().warm_throughput(13_000, 5_000).warm_index::<ByKind>(13_000, 5_000),
        ]);
    }
    for settings in all {
        let table = engine::named::<Stock>(&client);
        table.create_table().with(&settings).await.unwrap();
        assert_eq!(lines(&table, &settings).await, [""; 0], "{settings:?}");
        assert!(table.ensure_table().with(&settings).await.unwrap().is_empty(), "{settings:?}");
        assert!(table.update_table(&settings).await.unwrap().is_empty(), "{settings:?}");
    }
}

#[tokio::test]
async fn a_multi_attribute_key_is_compared_attribute_by_attribute() {
    if !engine::needs_embedded("multi-attribute keys, which DynamoDB Local does not have") {
        return;
    }
    #[derive(Debug, Table)]
    #[table(name = "Matches", pk = "id", indexes(ByRegion), items = MatchItem)]
    struct Matches;
    #[derive(Debug, Index)]
    #[index(table = Matches, pk = ("tournament", "region"), sk = (N("round"), "id"))]
    struct ByRegion;
    #[derive(Debug, Serialize, Deserialize, Entity)]
    #[entity(table = Matches, pk = id)]
    #[entity(index(ByRegion, pk = (tournament, region), sk = (round, id)))]
    struct Match {
        id: String,
        tournament: String,
        region: String,
        round: u32,
    }
    #[derive(Debug, Collection)]
    enum MatchItem {
        Match(Match),
    }
    let matches = engine::table::<Matches>().await;
    assert_eq!(matches.verify_table().await.unwrap().differences(), []);
    let MatchItem::Match(_) = MatchItem::Match(Match {
        id: String::new(),
        tournament: String::new(),
        region: String::new(),
        round: 0,
    });
}

#[tokio::test]
async fn each_difference_of_the_types_is_found() {
    assert_eq!(differences(stock()).await, [""; 0]);

    let made = Made { keys: vec![("shop", "N", "HASH"), ("number", "N", "RANGE")], ..stock() };
    let found = differences(made).await;
    let local = "key of index `ByTitle`: expected shop (S) / title (S), found shop (N) / title (S)";
    assert_eq!(found, ["partition key: expected shop (S), found shop (N)", local]);

    let made = Made { keys: vec![("shop", "S", "HASH"), ("number", "S", "RANGE")], ..stock() };
    assert_eq!(differences(made).await, ["sort key: expected number (N), found number (S)"]);

    let made = Made { keys: vec![("shop", "S", "HASH"), ("place", "N", "RANGE")], ..stock() };
    assert_eq!(differences(made).await, ["sort key: expected number (N), found place (N)"]);

    let made = Made { global: None, ..stock() };
    let index = "index `ByKind`: expected global, kind_key (S) / price (N), found none";
    assert_eq!(differences(made).await, [index]);

    let made = Made { local: false, ..stock() };
    let index = "index `ByTitle`: expected local, shop (S) / title (S), found none";
    assert_eq!(differences(made).await, [index]);

    let (key, ty, names) = stock().global.unwrap();
    let other = vec![("kind_key", "S", "HASH"), ("price", "S", "RANGE")];
    let made = Made { global: Some((other, ty, names.clone())), ..stock() };
    let index =
        "key of index `ByKind`: expected kind_key (S) / price (N), found kind_key (S) / price (S)";
    assert_eq!(differences(made).await, [index]);

    let made = Made { global: Some((vec![key[0]], ty, names)), ..stock() };
    let index = "key of index `ByKind`: expected kind_key (S) / price (N), found kind_key (S)";
    assert_eq!(differences(made).await, [index]);

    for (projection, names, found) in [
        ("ALL", vec![], "ALL"),
        ("KEYS_ONLY", vec![], "KEYS_ONLY"),
        ("INCLUDE", vec!["title"], "INCLUDE title"),
        ("INCLUDE", vec!["title", "kind"], "INCLUDE kind, title"),
    ] {
        let made = Made { global: Some((key.clone(), projection, names)), ..stock() };
        let expected = "projection of index `ByKind`: expected INCLUDE ends, title";
        assert_eq!(differences(made).await, [format!("{expected}, found {found}")]);
    }

    let made = Made { ttl: None, ..stock() };
    assert_eq!(differences(made).await, ["TTL: expected on `ends`, found off"]);
    let made = Made { ttl: Some("expires"), ..stock() };
    assert_eq!(differences(made).await, ["TTL: expected on `ends`, found on `expires`"]);
}

#[tokio::test]
async fn each_difference_of_the_settings_is_found() {
    let client = engine::client();
    let of = async |made: Made, settings: TableSettings| {
        lines(&made.create(&client).await, &settings).await
    };
    let images = StreamViewType::NewAndOldImages;
    let stream = TableSettings::new().stream(images);
    let found = "stream: expected NEW_AND_OLD_IMAGES, found off";
    assert_eq!(of(stock(), stream.clone()).await, [found]);
    let made = Made { stream: Some(StreamViewType::KeysOnly), ..stock() };
    let found = "stream: expected NEW_AND_OLD_IMAGES, found KEYS_ONLY";
    assert_eq!(of(made.clone(), stream).await, [found]);
    let none = TableSettings::new().no_stream();
    assert_eq!(of(made, none).await, ["stream: expected off, found KEYS_ONLY"]);

    let found = "TTL: expected off, found on `ends`";
    assert_eq!(of(stock(), TableSettings::new().ttl(false)).await, [found]);
    let protected = TableSettings::new().deletion_protection(true);
    assert_eq!(of(stock(), protected).await, ["deletion protection: expected on, found off"]);
    let provisioned = TableSettings::new().billing(Billing::provisioned(1, 1));
    let found = "billing mode: expected PROVISIONED, found PAY_PER_REQUEST";
    assert_eq!(of(stock(), provisioned).await, [found]);

    let cold = TableSettings::new().class(TableClass::StandardInfrequentAccess);
    let found = "class: expected STANDARD_INFREQUENT_ACCESS, found STANDARD";
    assert_eq!(of(stock(), cold).await, [found]);
    if !engine::needs_embedded("class, tags and most units on demand, which DynamoDB Local drops") {
        return;
    }
    let made = Made { class: Some(TableClass::StandardInfrequentAccess), ..stock() };
    let found = "class: expected STANDARD, found STANDARD_INFREQUENT_ACCESS";
    assert_eq!(of(made, TableSettings::new().class(TableClass::Standard)).await, [found]);
    let most = TableSettings::new().billing(Billing::on_demand_up_to(9, 8));
    let found = ["", " of index `ByKind`"]
        .map(|of| format!("throughput{of}: expected 9 read, 8 write, found none"));
    assert_eq!(of(stock(), most).await, found);
    let tagged = TableSettings::new().tag("stage", "test");
    assert_eq!(of(stock(), tagged).await, ["tag `stage`: expected `test`, found none"]);
}

#[tokio::test]
async fn what_the_types_do_not_mind_is_a_note() {
    let client = engine::client();
    #[derive(Debug, Table)]
    #[table(name = "Stock", pk = "shop", sk = N("number"), items = PlainItem)]
    struct Plain;
    #[derive(Debug, Serialize, Deserialize, Entity)]
    #[entity(table = Plain, pk = shop, sk = number)]
    struct PlainArticle {
        shop: String,
        number: u64,
    }
    #[derive(Debug, Collection)]
    enum PlainItem {
        Article(PlainArticle),
    }
    let table = stock().create(&client).await;
    let plain = Plain::on(&client).named(table.name());
    plain.put(&PlainArticle { shop: "a".into(), number: 1 }).await.unwrap();
    let PlainItem::Article(_) = plain.scan().all().await.unwrap().remove(0);
    let verified = plain.verify_table().await.unwrap();
    assert!(verified.matches(), "{verified}");
    let name = table.name();
    let notes = [
        "index `ByKind`: expected none, found global, kind_key (S) / price (N)",
        "index `ByTitle`: expected none, found local, shop (S) / title (S)",
        "TTL: expected off, found on `ends`",
    ];
    let notes = notes.map(|note| format!("{name}: note: {note}\n"));
    assert_eq!(verified.to_string(), notes.concat());
    assert!(plain.ensure_table().await.unwrap().is_empty());

    // Autoscaling changes units.
    let table = engine::named::<Stock>(&client);
    let settings = |read| TableSettings::new().billing(Billing::provisioned(read, 5));
    table.create_table().with(&settings(5)).await.unwrap();
    let verified = table.verify_table().with(&settings(9)).await.unwrap();
    assert!(verified.matches());
    let aspects: Vec<_> = verified.differences().iter().map(|it| it.aspect().clone()).collect();
    assert_eq!(aspects, [None, Some("ByKind".to_owned())].map(Aspect::Throughput));
    assert!(table.ensure_table().with(&settings(5)).await.unwrap().is_empty());
}

#[tokio::test]
async fn what_is_missing_is_added() {
    let client = engine::client();
    let made = Made { global: None, ttl: None, ..stock() };
    let table = made.create(&client).await;
    for number in 0..50 {
        let (shop, kind, title) = ("a".to_owned(), "book".to_owned(), format!("Book {number}"));
        table.put(&Article { shop, number, kind, price: number, title, ends: None }).await.unwrap();
    }
    let settings = TableSettings::new().stream(StreamViewType::NewImage).deletion_protection(true);
    let seen = Arc::new(Mutex::new(Vec::new()));
    let ensure = table.ensure_table().with(&settings).on_progress({
        let seen = Arc::clone(&seen);
        move |progress| seen.lock().unwrap().push(progress.clone())
    });
    let steps = ensure.await.unwrap();
    let name = table.name();
    let lines = [
        "created the index `ByKind`",
        "turned on TTL on `ends`",
        "turned on the stream of NEW_IMAGE",
        "turned on deletion protection",
    ];
    assert_eq!(steps.to_string(), lines.map(|line| format!("{name}: {line}\n")).concat());
    assert_eq!(steps.as_slice()[0], Step::CreateIndex("ByKind"));
    assert_eq!(table.verify_table().with(&settings).items().await.unwrap().differences(), []);
    assert!(table.ensure_table().with(&settings).await.unwrap().is_empty());
    let books = table.query(Article::by_kind("book").price(10..=19)).all().await.unwrap();
    assert_eq!(books.len(), 10);

    let seen = seen.lock().unwrap();
    assert!(seen.iter().all(|progress| progress.table == name && progress.what == "the table"));
    if !engine::is_embedded() {
        let building = seen.iter().flat_map(|progress| &progress.indexes);
        assert!(building.clone().any(|index| index.status == "CREATING"), "{seen:?}");
        assert!(building.clone().all(|index| index.name == "ByKind"));
    }
}

#[tokio::test]
async fn a_table_that_is_not_there_is_created_with_everything() {
    let client = engine::client();
    let table = engine::named::<Stock>(&client);
    let settings = TableSettings::new().stream(StreamViewType::KeysOnly);
    let steps = table.ensure_table().with(&settings).await.unwrap();
    let ttl = Step::TimeToLive { attribute: "ends".to_owned(), on: true };
    assert_eq!(steps.as_slice(), [Step::CreateTable, ttl.clone()]);
    assert_eq!(lines(&table, &settings).await, [""; 0]);

    // Several at once come to the same.
    let table = engine::named::<Stock>(&client);
    let tasks = [(); 4].map(|()| {
        let table = table.clone();
        tokio::spawn(async move { table.ensure_table().await })
    });
    let mut steps = Vec::new();
    for task in tasks {
        steps.extend(task.await.unwrap().unwrap().as_slice().to_vec());
    }
    assert_eq!(steps.iter().filter(|step| **step == Step::CreateTable).count(), 1);
    assert!(steps.contains(&ttl), "{steps:?}");
    assert_eq!(lines(&table, &TableSettings::new()).await, [""; 0]);
}

#[tokio::test]
async fn a_step_that_another_program_makes_first_is_no_error() {
    let client = engine::client();
    for _ in 0..5 {
        let table = Made { global: None, ttl: None, ..stock() }.create(&client).await;
        let settings = TableSettings::new().stream(StreamViewType::KeysOnly);
        let tasks = [(); 4].map(|()| {
            let (table, settings) = (table.clone(), settings.clone());
            tokio::spawn(async move { table.ensure_table().with(&settings).await })
        });
        for task in tasks {
            task.await.unwrap().unwrap();
        }
        assert_eq!(lines(&table, &settings).await, [""; 0]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_table_that_others_change_is_waited_for() {
    if !engine::needs_embedded("faults") {
        return;
    }
    let local = engine::embedded();
    let client = local.client();
    let settings = TableSettings::new().deletion_protection(true);
    for code in ["LimitExceededException", "ResourceInUseException"] {
        let table = stock().create(&client).await;
        let busy = || entity_local::Fault::error(400, code);
        for _ in 0..3 {
            local.faults().on("UpdateTable").inject(busy());
        }
        let steps = table.ensure_table().with(&settings).await.unwrap();
        assert_eq!(steps.as_slice(), [Step::DeletionProtection(true)]);
        assert_eq!(local.faults().pending(), 0);

        local.faults().on("UpdateTable").always().inject(busy());
        let off = TableSettings::new().deletion_protection(false);
        let error = table.update_table(&off).await.unwrap_err();
        assert_eq!(error.code(), Some(code));
        local.faults().clear();
    }
    // What is refused for its own sake is asked for once more, and no oftener.
    let table = stock().create(&client).await;
    let invalid = entity_local::Fault::error(400, "ValidationException");
    local.faults().on("UpdateTable").always().inject(invalid);
    let requests = local.requests();
    let error = table.ensure_table().with(&settings).await.unwrap_err();
    assert_eq!(error.code(), Some("ValidationException"));
    let sent = requests.take();
    assert_eq!(sent.iter().filter(|request| request.operation() == "UpdateTable").count(), 2);
}

#[tokio::test]
async fn what_cannot_be_added_is_refused_and_nothing_is_changed() {
    let watch = Watch::default();
    let client = Client::from_conf(engine::config().interceptor(watch.clone()).build());
    // Each lacks the TTL too, which could be added.
    let (key, projection, names) = stock().global.unwrap();
    let other = Some((vec![("kind_key", "S", "HASH")], projection, names));
    let conflict = Some((vec![("kind_key", "N", "HASH")], "ALL", Vec::new()));
    let on = TableSettings::new();
    for (made, settings, says) in [
        (
            Made { keys: vec![("shop", "S", "HASH"), ("number", "S", "RANGE")], ..stock() },
            on.clone(),
            "sort key: expected number (N), found number (S)",
        ),
        (
            Made { local: false, ..stock() },
            on.clone(),
            "index `ByTitle`: expected local, shop (S) / title (S), found none",
        ),
        (
            Made { global: other, ..stock() },
            on.clone(),
            "key of index `ByKind`: expected kind_key (S) / price (N), found kind_key (S)",
        ),
        (
            Made { global: Some((key.clone(), "ALL", Vec::new())), ..stock() },
            on.clone(),
            "projection of index `ByKind`: expected INCLUDE ends, title, found ALL",
        ),
        (
            Made { global: conflict, ..stock() },
            on.clone(),
            "key of index `ByKind`: expected kind_key (S) / price (N), found kind_key (N); \
             projection of index `ByKind`: expected INCLUDE ends, title, found ALL",
        ),
        (
            Made { stream: Some(StreamViewType::KeysOnly), ..stock() },
            on.clone().stream(StreamViewType::NewImage),
            "stream: expected NEW_IMAGE, found KEYS_ONLY",
        ),
        (
            Made { stream: Some(StreamViewType::KeysOnly), ..stock() },
            on.clone().no_stream(),
            "stream: expected off, found KEYS_ONLY",
        ),
        (
            stock(),
            on.clone().billing(Billing::provisioned(1, 1)),
            "billing mode: expected PROVISIONED, found PAY_PER_REQUEST",
        ),
    ] {
        let table = Made { ttl: None, ..made }.create(&client).await;
        watch.clear();
        let error = table.ensure_table().with(&settings).await.unwrap_err();
        let name = table.name();
        let says = format!("table `{name}`: is another one, and was not changed: {says}");
        assert_eq!(error.to_string(), says);
        let ErrorKind::Table(error) = error.kind() else { panic!("{error}") };
        assert!(matches!(error.reason(), TableReason::Differs(it) if !it.is_empty()));
        // It was described, it and its TTL.
        assert_eq!(watch.counts().0, 3, "{says}");
    }
    let table = Made { ttl: Some("expires"), ..stock() }.create(&client).await;
    let error = table.ensure_table().await.unwrap_err().to_string();
    assert!(error.ends_with("TTL: expected on `ends`, found on `expires`"), "{error}");
}

#[tokio::test]
async fn an_attribute_of_another_type_keeps_an_index_from_being_added() {
    let client = engine::client();
    let made = Made {
        keys: vec![("shop", "S", "HASH"), ("price", "S", "RANGE")],
        global: None,
        ..stock()
    };
    let found = lines(&made.create(&client).await, &TableSettings::new()).await;
    let index = "index `ByKind`: expected global, kind_key (S) / price (N), found price (S)";
    assert_eq!(found[1], index);
}

#[tokio::test]
async fn an_index_of_a_provisioned_table_has_units_too() {
    let client = engine::client();
    #[derive(Debug, Table)]
    #[table(name = "Stock", pk = "shop", sk = N("number"), items = PlainItem)]
    struct Plain;
    #[derive(Debug, Serialize, Deserialize, Entity)]
    #[entity(table = Plain, pk = shop, sk = number)]
    struct PlainArticle {
        shop: String,
        number: u64,
    }
    #[derive(Debug, Collection)]
    enum PlainItem {
        Article(PlainArticle),
    }
    #[derive(Debug, Table)]
    #[table(name = "Stock", pk = "shop", sk = N("number"), indexes(ByPrice), items = PricedItem)]
    struct Priced;
    #[derive(Debug, Index)]
    #[index(table = Priced, name = "ByPrice", pk = "shop", sk = N("price"))]
    struct ByPrice;
    #[derive(Debug, Serialize, Deserialize, Entity)]
    #[entity(table = Priced, pk = shop, sk = number)]
    #[entity(index(ByPrice, pk = shop, sk = price))]
    struct PricedArticle {
        shop: String,
        number: u64,
        price: u64,
    }
    #[derive(Debug, Collection)]
    enum PricedItem {
        Article(PricedArticle),
    }
    let plain = engine::named::<Plain>(&client);
    let settings = TableSettings::new().billing(Billing::provisioned(7, 3));
    plain.create_table().with(&settings).await.unwrap();
    plain.put(&PlainArticle { shop: "a".into(), number: 1 }).await.unwrap();
    let PlainItem::Article(_) = plain.scan().all().await.unwrap().remove(0);
    let priced = Priced::on(&client).named(plain.name());
    // Whether units are said or not.
    let steps = priced.ensure_table().await.unwrap();
    assert_eq!(steps.as_slice(), [Step::CreateIndex("ByPrice")]);
    assert_eq!(priced.verify_table().with(&settings).await.unwrap().differences(), []);
    priced.put(&PricedArticle { shop: "a".into(), number: 2, price: 3 }).await.unwrap();
    let read = priced.query(PricedArticle::by_price("a")).all().await.unwrap();
    assert_eq!(read.len(), 1);
    let _ = PricedItem::Article(PricedArticle { shop: String::new(), number: 0, price: 0 });
}

#[tokio::test]
async fn settings_are_changed_one_by_one() {
    let client = engine::client();
    let table = stock().create(&client).await;
    let set = |settings: TableSettings| {
        let table = table.clone();
        async move {
            let steps = table.update_table(&settings).await.unwrap();
            assert_eq!(lines(&table, &settings).await, [""; 0], "{settings:?}");
            assert!(table.update_table(&settings).await.unwrap().is_empty(), "{settings:?}");
            steps.as_slice().to_vec()
        }
    };
    let all = || TableSettings::new();
    let images = StreamViewType::NewAndOldImages;
    let steps = set(all().stream(images.clone()).deletion_protection(true)).await;
    assert_eq!(steps, [Step::Stream(Some(images)), Step::DeletionProtection(true)]);
    // DynamoDB Local turns it off by itself with the next change.
    assert_eq!(set(all().deletion_protection(false)).await, [Step::DeletionProtection(false)]);
    let steps = set(all().stream(StreamViewType::KeysOnly)).await;
    assert_eq!(steps, [Step::Stream(Some(StreamViewType::KeysOnly))]);
    assert_eq!(set(all().no_stream()).await, [Step::Stream(None)]);
    let provisioned = [Step::Billing(BillingMode::Provisioned)];
    assert_eq!(set(all().billing(Billing::provisioned(5, 5))).await, provisioned);
    let more = Billing::provisioned(6, 5).index::<ByKind>(9, 9);
    assert_eq!(set(all().billing(more)).await, provisioned);
    let on_demand = Step::Billing(BillingMode::PayPerRequest);
    assert_eq!(set(all().billing(Billing::on_demand())).await, [on_demand]);
    let off = Step::TimeToLive { attribute: "ends".to_owned(), on: false };
    assert_eq!(set(all().ttl(false)).await, [off]);
    if !engine::needs_embedded("class, tags and most units on demand, which DynamoDB Local drops") {
        return;
    }
    let on = Step::TimeToLive { attribute: "ends".to_owned(), on: true };
    assert_eq!(set(all().ttl(true)).await, [on]);
    for class in [TableClass::StandardInfrequentAccess, TableClass::Standard] {
        assert_eq!(set(all().class(class.clone())).await, [Step::Class(class)]);
    }
    let tag = |value: Option<&str>| {
        let (key, value) = ("stage".to_owned(), value.map(str::to_owned));
        Step::Tag { key, value }
    };
    assert_eq!(set(all().tag("stage", "test")).await, [tag(Some("test"))]);
    assert_eq!(set(all().tag("stage", "live")).await, [tag(Some("live"))]);
    assert_eq!(set(all().no_tag("stage")).await, [tag(None)]);
}

#[tokio::test]
async fn a_table_is_dropped_by_its_name_alone() {
    let watch = Watch::default();
    let client = Client::from_conf(engine::config().interceptor(watch.clone()).build());
    let table = stock().create(&client).await;
    watch.clear();
    let error = table.drop_table("Stock").await.unwrap_err();
    let ErrorKind::Table(error) = error.kind() else { panic!("{error}") };
    assert_eq!(*error.reason(), TableReason::NotMeant("Stock".to_owned()));
    assert_eq!(watch.counts().0, 0, "nothing is sent");

    let protect = |on| TableSettings::new().deletion_protection(on);
    table.update_table(&protect(true)).await.unwrap();
    let error = table.drop_table(table.name()).await.unwrap_err();
    let ErrorKind::Table(error) = error.kind() else { panic!("{error}") };
    assert_eq!(*error.reason(), TableReason::Protected);
    table.update_table(&protect(false)).await.unwrap();
    table.drop_table(table.name()).await.unwrap();
    assert!(table.drop_table(table.name()).await.unwrap_err().is_table_not_found());
    assert!(table.verify_table().await.unwrap_err().is_table_not_found());
    assert!(table.update_table(&protect(true)).await.unwrap_err().is_table_not_found());
}

#[tokio::test]
async fn entities_that_expire_by_two_attributes_are_refused() {
    #[derive(Debug, Table)]
    #[table(name = "Two", pk = "pk", items = TwoItem)]
    struct Two;
    #[derive(Debug, Serialize, Deserialize, Entity)]
    #[entity(table = Two, pk = "A#{id}")]
    struct A {
        id: String,
        #[entity(ttl)]
        ends: u64,
    }
    #[derive(Debug, Serialize, Deserialize, Entity)]
    #[entity(table = Two, pk = "B#{id}")]
    struct B {
        id: String,
        #[entity(ttl)]
        expires: u64,
    }
    #[derive(Debug, Collection)]
    enum TwoItem {
        A(A),
        B(B),
    }
    let _ = [
        TwoItem::A(A { id: String::new(), ends: 0 }),
        TwoItem::B(B { id: String::new(), expires: 0 }),
    ];
    let (client, sent) = canned::client(|_, _| panic!("nothing is sent"));
    let error = Two::on(&client).create_table().await.unwrap_err();
    let says = "table `Two`: entities expire by `ends` and by `expires`, and a table has one TTL; \
        store both under one name";
    assert_eq!(error.to_string(), says);
    let on = TableSettings::new().ttl(true);
    let error = Songs::on(&client).create_table().with(&on).await.unwrap_err();
    let says = "no entity has a field that is its `ttl`; add `#[entity(ttl)]` to one";
    assert_eq!(error.to_string(), format!("table `Songs`: {says}"));
    assert!(sent.take().is_empty());

    let two = engine::named::<Two>(&engine::client());
    two.create_table().with(&TableSettings::new().ttl(false)).await.unwrap();
}

fn described(table: &str, status: &str, indexes: &[(&str, &str)]) -> serde_json::Value {
    let indexes: Vec<_> = indexes
        .iter()
        .map(
            |(name, status)| json!({"IndexName": name, "IndexStatus": status, "Backfilling": true}),
        )
        .collect();
    json!({"Table": {
        "TableName": table, "TableStatus": status, "GlobalSecondaryIndexes": indexes,
        "TableArn": "arn:aws:dynamodb:us-east-1:1:table/Stock",
    }})
}

#[tokio::test(start_paused = true)]
async fn it_is_waited_for_every_status_and_told() {
    let mut answers = vec![
        described("Stock", "CREATING", &[]),
        described("Stock", "ACTIVE", &[("ByKind", "CREATING")]),
        described("Stock", "ACTIVE", &[("ByKind", "ACTIVE")]),
    ];
    answers.reverse();
    let (client, sent) = canned::client(move |operation, _| match operation {
        "DescribeTable" => (200, answers.pop().unwrap()),
        _ => (200, json!({})),
    });
    let told = Arc::new(Mutex::new(Vec::new()));
    let create = Stock::on(&client).create_table().on_progress({
        let told = Arc::clone(&told);
        move |progress| {
            let indexes = progress.indexes.iter();
            let indexes: Vec<_> =
                indexes.map(|it| format!("{} {} {}", it.name, it.status, it.backfilling)).collect();
            told.lock().unwrap().push((progress.status.clone(), indexes));
        }
    });
    create.await.unwrap();
    let told = told.lock().unwrap().clone();
    let none = Vec::<String>::new;
    let told =
        told.iter().map(|(status, indexes)| (&**status, indexes.clone())).collect::<Vec<_>>();
    let building = vec!["ByKind CREATING true".to_owned()];
    assert_eq!(told, [("CREATING", none()), ("ACTIVE", building), ("ACTIVE", none())]);
    let operations: Vec<_> = sent.take().into_iter().map(|(operation, _)| operation).collect();
    let describe = "DescribeTable";
    assert_eq!(operations, ["CreateTable", describe, describe, describe, "UpdateTimeToLive"]);
}

#[tokio::test(start_paused = true)]
async fn a_new_table_is_not_ready_for_backups_at_once() {
    let mut refusals = 3;
    let (client, sent) = canned::client(move |operation, _| match operation {
        "DescribeTable" => (200, described("Stock", "ACTIVE", &[])),
        "UpdateContinuousBackups" if refusals > 0 => {
            refusals -= 1;
            (
                400,
                json!({"__type": "x#ContinuousBackupsUnavailableException", "message": "not yet"}),
            )
        }
        _ => (200, json!({})),
    });
    let recovery = TableSettings::new().point_in_time_recovery(true);
    Stock::on(&client).create_table().with(&recovery).await.unwrap();
    let asked = sent.take().into_iter().filter(|(name, _)| name == "UpdateContinuousBackups");
    assert_eq!(asked.count(), 4);
}

#[tokio::test(start_paused = true)]
async fn it_is_not_waited_for_ever() {
    let (client, _) = canned::client(|operation, _| match operation {
        "DescribeTable" => (200, described("Stock", "ACTIVE", &[("ByKind", "CREATING")])),
        _ => (200, json!({})),
    });
    let stock = Stock::on(&client);
    let error = stock.create_table().wait(Duration::from_secs(60)).await.unwrap_err();
    assert_eq!(error.to_string(), "table `Stock`: the index `ByKind` is CREATING after 60 s");
    let error = stock.drop_table("Stock").await.unwrap_err();
    assert_eq!(error.to_string(), "table `Stock`: the table is DELETING after 300 s");
    let ErrorKind::Table(error) = error.kind() else { panic!("{error}") };
    let TableReason::Unfinished { waited, .. } = error.reason() else { panic!("{error}") };
    assert_eq!(*waited, Duration::from_secs(300));
}

#[tokio::test]
async fn a_creation_says_all_that_is_set() {
    let (client, sent) = canned::client(|operation, _| match operation {
        "DescribeTable" => (200, described("Stock", "ACTIVE", &[])),
        _ => (200, json!({})),
    });
    let settings = TableSettings::new()
        .billing(Billing::on_demand_up_to(50, 40).index::<ByKind>(20, 10))
        .class(TableClass::StandardInfrequentAccess)
        .stream(StreamViewType::NewImage)
        .deletion_protection(true)
        .point_in_time_recovery(true)
        .tag("stage", "test")
        .warm_throughput(13_000, 5_000)
        .warm_index::<ByKind>(12_500, 4_500);
    Stock::on(&client).create_table().with(&settings).await.unwrap();
    let sent = sent.take();
    let key = |name, ty| json!({"AttributeName": name, "KeyType": ty});
    let ty = |name, ty| json!({"AttributeName": name, "AttributeType": ty});
    let create = json!({
        "TableName": "Stock",
        "AttributeDefinitions": [
            ty("shop", "S"), ty("number", "N"), ty("kind_key", "S"), ty("price", "N"), ty("title", "S"),
        ],
        "KeySchema": [key("shop", "HASH"), key("number", "RANGE")],
        "LocalSecondaryIndexes": [{
            "IndexName": "ByTitle",
            "KeySchema": [key("shop", "HASH"), key("title", "RANGE")],
            "Projection": {"ProjectionType": "KEYS_ONLY"},
        }],
        "GlobalSecondaryIndexes": [{
            "IndexName": "ByKind",
            "KeySchema": [key("kind_key", "HASH"), key("price", "RANGE")],
            "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["title", "ends"]},
            "OnDemandThroughput": {"MaxReadRequestUnits": 20, "MaxWriteRequestUnits": 10},
            "WarmThroughput": {"ReadUnitsPerSecond": 12_500, "WriteUnitsPerSecond": 4_500},
        }],
        "BillingMode": "PAY_PER_REQUEST",
        "OnDemandThroughput": {"MaxReadRequestUnits": 50, "MaxWriteRequestUnits": 40},
        "WarmThroughput": {"ReadUnitsPerSecond": 13_000, "WriteUnitsPerSecond": 5_000},
        "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_IMAGE"},
        "TableClass": "STANDARD_INFREQUENT_ACCESS",
        "DeletionProtectionEnabled": true,
        "Tags": [{"Key": "stage", "Value": "test"}],
    });
    assert_eq!(sent[0], ("CreateTable".to_owned(), create));
    let ttl = json!({
        "TableName": "Stock",
        "TimeToLiveSpecification": {"Enabled": true, "AttributeName": "ends"},
    });
    assert_eq!(sent[2], ("UpdateTimeToLive".to_owned(), ttl));
    let recovery = json!({
        "TableName": "Stock",
        "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": true},
    });
    assert_eq!(sent[3], ("UpdateContinuousBackups".to_owned(), recovery));
    assert_eq!(sent.len(), 4);
}

#[tokio::test]
async fn the_most_on_demand_is_compared_and_changed() {
    // The embedded engine does not tell that of indexes.
    let most = |read, write| json!({"MaxReadRequestUnits": read, "MaxWriteRequestUnits": write});
    let mut table = described("Stock", "ACTIVE", &[("ByKind", "ACTIVE")]);
    table["Table"]["BillingModeSummary"] = json!({"BillingMode": "PAY_PER_REQUEST"});
    table["Table"]["OnDemandThroughput"] = most(50, 40);
    table["Table"]["GlobalSecondaryIndexes"][0]["OnDemandThroughput"] = most(-1, -1);
    let (client, sent) = canned::client(move |operation, _| match operation {
        "DescribeTable" => (200, table.clone()),
        _ => (200, json!({})),
    });
    let stock = Stock::on(&client);
    let billing = Billing::on_demand_up_to(50, 40).index::<ByKind>(20, 10);
    let steps = stock.update_table(&TableSettings::new().billing(billing)).await.unwrap();
    assert_eq!(steps.as_slice(), [Step::Billing(BillingMode::PayPerRequest)]);
    let update = sent.take().into_iter().find(|(name, _)| name == "UpdateTable").unwrap().1;
    let index = json!({"IndexName": "ByKind", "OnDemandThroughput": most(20, 10)});
    let whole = json!({
        "TableName": "Stock", "BillingMode": "PAY_PER_REQUEST",
        "OnDemandThroughput": most(50, 40), "GlobalSecondaryIndexUpdates": [{"Update": index}],
    });
    assert_eq!(update, whole);

    // No limit is one that is found, where none was asked for.
    let unlimited = TableSettings::new().billing(Billing::on_demand());
    let error = stock.ensure_table().with(&unlimited.ttl(false)).await.unwrap_err().to_string();
    assert!(error.contains("throughput: expected none, found 50 read, 40 write"), "{error}");
}

#[tokio::test]
async fn warm_throughput_is_raised_where_it_is_less() {
    let mut table = described("Stock", "ACTIVE", &[("ByKind", "ACTIVE")]);
    table["Table"]["WarmThroughput"] =
        json!({"ReadUnitsPerSecond": 12_000, "WriteUnitsPerSecond": 4_000});
    let warm = json!({"ReadUnitsPerSecond": 12_000, "WriteUnitsPerSecond": 9_000});
    table["Table"]["GlobalSecondaryIndexes"][0]["WarmThroughput"] = warm;
    let (client, sent) = canned::client(move |operation, _| match operation {
        "DescribeTable" => (200, table.clone()),
        _ => (200, json!({})),
    });
    let stock = Stock::on(&client);
    let settings = TableSettings::new().warm_throughput(12_000, 4_001);
    let settings = settings.warm_index::<ByKind>(12_001, 4_000);
    let steps = stock.update_table(&settings).await.unwrap();
    let of_index = Step::WarmThroughput(Some("ByKind".to_owned()));
    assert_eq!(steps.as_slice(), [Step::WarmThroughput(None), of_index]);
    let updates: Vec<_> =
        sent.take().into_iter().filter(|(name, _)| name == "UpdateTable").map(|it| it.1).collect();
    let units = |read, write| json!({"ReadUnitsPerSecond": read, "WriteUnitsPerSecond": write});
    let table = json!({"TableName": "Stock", "WarmThroughput": units(12_000, 4_001)});
    let index = json!({"TableName": "Stock", "GlobalSecondaryIndexUpdates": [
        {"Update": {"IndexName": "ByKind", "WarmThroughput": units(12_001, 4_000)}},
    ]});
    assert_eq!(updates, [table, index]);

    let enough = TableSettings::new().warm_throughput(12_000, 4_000);
    assert!(stock.update_table(&enough).await.unwrap().is_empty());
}
