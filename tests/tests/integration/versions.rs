//! Items of older schema versions are read upgraded, whatever reads them; updates do not mix versions,
//! and `reindex().upgrade()` brings all up to date while others write.

use entity_core::error::{ConditionReason, ItemReason};
use entity_core::stream::{Change, Records};
use entity_core::{
    Collection, Entity, ErrorKind, Index, Item, Projection, Readable, Table, TableHandle,
};
use entity_local::Fault;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tests::engine::{embedded, needs_embedded, table, table_of};
use tests::raw::{self, SdkItem, attribute};

#[derive(Debug, Table)]
#[table(name = "People", pk = "pk", sk = "sk", indexes(ByFamily), items = PersonItem)]
struct People;

#[derive(Debug, Index)]
#[index(table = People, name = "by-family", pk = "family_pk", sk = "family_sk")]
struct ByFamily;

#[derive(Debug, Deserialize)]
struct PersonV1 {
    town: String,
    id: u32,
    name: String,
    nick: Option<String>,
}

#[derive(Debug, Deserialize)]
struct PersonV2 {
    town: String,
    id: u32,
    given: String,
    family: String,
    nick: Option<String>,
}

impl TryFrom<PersonV1> for PersonV2 {
    type Error = String;

    fn try_from(PersonV1 { town, id, name, nick }: PersonV1) -> Result<Self, String> {
        let (given, family) = name.split_once(' ').ok_or("the name has one word")?;
        Ok(Self { town, id, given: given.to_owned(), family: family.to_owned(), nick })
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Entity)]
#[entity(table = People, pk = "TOWN#{town}", sk = "PERSON#{id}")]
#[entity(index(ByFamily, pk = "{family}", sk = "{given}"))]
#[entity(schema(version = 3, attribute = "v", from(PersonV1, PersonV2)))]
struct Person {
    #[entity(key_only)]
    town: String,
    id: u32,
    given: String,
    family: String,
    nicks: Vec<String>,
}

impl From<PersonV2> for Person {
    fn from(PersonV2 { town, id, given, family, nick }: PersonV2) -> Self {
        Self { town, id, given, family, nicks: Vec::from_iter(nick) }
    }
}

#[derive(Debug, PartialEq, Deserialize, Projection)]
#[projection(entity = Person)]
struct Family {
    family: String,
}

/// Another entity of the table, which counts no versions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Entity)]
#[entity(table = People, pk = "TOWN#{name}", sk = "TOWN")]
struct Town {
    name: String,
}

/// One whose first version is declared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Entity)]
#[entity(table = People, pk = "TOWN#{town}", sk = "STREET#{name}")]
#[entity(schema(version = 1, attribute = "v"))]
struct Street {
    town: String,
    name: String,
    houses: u32,
}

#[derive(Debug, Clone, PartialEq, Collection)]
enum PersonItem {
    Person(Person),
    Town(Town),
    Street(Street),
}

/// A person of a version as programs of its time wrote it, with an attribute of another program.
fn json(id: u32, version: u32) -> Value {
    let mut item = json!({
        "pk": {"S": "TOWN#Ely"}, "sk": {"S": format!("PERSON#{id}")},
        "id": {"N": id.to_string()}, "Seen": {"BOOL": true},
    });
    let fields = match version {
        1 => json!({"town": {"S": "Ely"}, "name": {"S": "Ada King"}, "nick": {"S": "A"}}),
        2 => json!({
            "given": {"S": "Ada"}, "family": {"S": "King"}, "v": {"N": "2"}, "nick": {"S": "A"},
            "family_pk": {"S": "King"}, "family_sk": {"S": "Ada"},
        }),
        _ => json!({
            "given": {"S": "Ada"}, "family": {"S": "King"}, "v": {"N": version.to_string()},
            "nicks": {"L": [{"S": "A"}]},
            "family_pk": {"S": "King"}, "family_sk": {"S": "Ada"},
        }),
    };
    for (name, value) in fields.as_object().unwrap() {
        item[name] = value.clone();
    }
    item
}

fn stored(id: u32, version: u32) -> SdkItem {
    raw::item(&json(id, version))
}

fn person(id: u32) -> Person {
    Person {
        town: "Ely".to_owned(),
        id,
        given: "Ada".to_owned(),
        family: "King".to_owned(),
        nicks: vec!["A".to_owned()],
    }
}

fn key(id: u32) -> SdkItem {
    raw::item(&json!({"pk": {"S": "TOWN#Ely"}, "sk": {"S": format!("PERSON#{id}")}}))
}

/// People of the versions 1, 2 and 3, by their ids.
async fn filled(people: &TableHandle<People>) {
    for version in 1..=3 {
        raw::put(people, stored(version, version)).await;
    }
}

fn reason(error: &entity_core::Error) -> ConditionReason {
    match error.kind() {
        ErrorKind::ConditionFailed(failed) => failed.reason(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn every_read_upgrades() {
    let people = table::<People>().await;
    filled(&people).await;
    let all: Vec<Person> = (1..=3).map(person).collect();
    for id in 1..=3 {
        assert_eq!(people.get(Person::key("Ely", id)).await.unwrap(), Some(person(id)));
    }
    assert_eq!(people.query(Person::partition("Ely")).all().await.unwrap(), all);
    let items: Vec<PersonItem> = all.iter().cloned().map(PersonItem::Person).collect();
    assert_eq!(people.query(PersonItem::partition("Ely")).all().await.unwrap(), items);
    assert_eq!(people.scan().all().await.unwrap().len(), 3);
    // Version 1 did not know the index.
    let family = people.query(Person::by_family("King")).all().await.unwrap();
    assert!(family.contains(&person(2)) && family.contains(&person(3)) && family.len() == 2);
    let keys = (1..=3).map(|id| Person::key("Ely", id)).collect::<Vec<_>>();
    let found = people.batch_get(keys).await.unwrap();
    assert_eq!(found, all.iter().cloned().map(Some).collect::<Vec<_>>());
    let two = (Person::key("Ely", 1), Person::key("Ely", 3));
    assert_eq!(people.transact_get(two).await.unwrap(), (Some(person(1)), Some(person(3))));
    assert_eq!(people.put(&person(1)).return_old().await.unwrap(), Some(person(1)));
    let again = people.create(&person(2)).return_stored_on_failure().await.unwrap_err();
    let ErrorKind::ConditionFailed(failed) = again.kind() else { panic!("{again:?}") };
    assert_eq!(failed.stored::<Person>().unwrap(), Some(person(2)));
}

#[test]
fn items_of_exports_and_streams_are_upgraded() {
    for version in 1..=3 {
        let text = json(7, version).to_string();
        assert_eq!(Person::from_wire(text.as_bytes()).unwrap(), person(7));
        assert_eq!(Person::from_item(&stored(7, version)).unwrap(), person(7));
        let item = PersonItem::from_wire(text.as_bytes()).unwrap();
        assert_eq!(item, PersonItem::Person(person(7)));
    }
    let record = json!({"Records": [{
        "eventID": "1", "eventName": "MODIFY", "eventSource": "aws:dynamodb",
        "dynamodb": {
            "Keys": {"pk": {"S": "TOWN#Ely"}, "sk": {"S": "PERSON#7"}},
            "OldImage": json(7, 1), "NewImage": json(7, 3),
            "SequenceNumber": "1", "StreamViewType": "NEW_AND_OLD_IMAGES",
        },
    }]});
    let records: Records<PersonItem> = Records::from_json(record.to_string().as_bytes()).unwrap();
    let changes: Vec<_> = records.into_iter().map(|record| record.unwrap().change).collect();
    let (old, new) = (PersonItem::Person(person(7)), PersonItem::Person(person(7)));
    assert_eq!(changes, [Change::Modified { old, new }]);
}

#[tokio::test]
async fn what_is_written_is_of_the_newest_version() {
    let people = table::<People>().await;
    filled(&people).await;
    let read = people.get(Person::key("Ely", 1)).await.unwrap().unwrap();
    people.put(&read).await.unwrap();
    let mut expected = stored(1, 3);
    expected.remove("Seen"); // `put` writes the item whole
    assert_eq!(raw::get(&people, key(1)).await, expected);
    assert_eq!(person(1).to_item().unwrap(), expected);
    people.load([person(4)]).run().await.unwrap();
    assert_eq!(raw::get(&people, key(4)).await["v"], attribute(&json!({"N": "3"})));
}

#[tokio::test]
async fn versions_that_are_not_known_are_errors() {
    let people = table::<People>().await;
    raw::put(&people, stored(1, 4)).await;
    raw::put(&people, stored(2, 3)).await;
    let error = people.get(Person::key("Ely", 1)).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "{}/Person TOWN#Ely/PERSON#1: v: the item is of schema version 4, and the newest that \
             is known here is 3",
            people.name(),
        ),
    );
    let ErrorKind::Item(item) = error.kind() else { panic!("{error:?}") };
    assert!(matches!(
        item.reason(),
        ItemReason::Schema { attribute: "v", found: 4, oldest: 1, newest: 3 }
    ));
    // One bad item does not hide the others.
    let error = people.query(PersonItem::partition("Ely")).all().await.unwrap_err();
    assert!(error.to_string().contains("schema version 4"), "{error}");
    let page = people.query(Person::partition("Ely")).page().await.unwrap();
    let read: Vec<_> = page.items().iter().filter_map(|item| item.as_ref().ok()).collect();
    assert_eq!(read, [&person(2)]);

    for (number, says) in [
        (
            json!({"N": "0"}),
            "v: the item is of schema version 0, and the oldest that can be read so is 1",
        ),
        (json!({"N": "2.5"}), "v: expected a schema version, which is a whole number"),
        (json!({"S": "3"}), "v: expected a schema version, which is a whole number"),
        (json!({"BOOL": true}), "v: expected a schema version, which is a whole number"),
    ] {
        let mut item = json(1, 1);
        item["v"] = number;
        let error = Person::from_wire(item.to_string().as_bytes()).unwrap_err();
        assert_eq!(error.to_string(), format!("People/Person TOWN#Ely/PERSON#1: {says}"));
    }
}

#[test]
fn an_item_that_cannot_be_upgraded_says_why() {
    let error = |item: Value| Person::from_wire(item.to_string().as_bytes()).unwrap_err();
    let mut item = json(1, 1);
    item["name"] = json!({"S": "Ada"});
    let at = "People/Person TOWN#Ely/PERSON#1: ";
    let failed = error(item.clone());
    assert_eq!(failed.to_string(), format!("{at}upgrade of the item: the name has one word"));
    assert!(matches!(failed.reason(), ItemReason::Upgrade(_)));
    item["name"] = json!({"N": "1"});
    assert_eq!(error(item).to_string(), format!("{at}name: expected S, found N"));
    // The number says what the item is: this one is not of version 1, whatever it has.
    let mut item = json(1, 1);
    item["v"] = json!({"N": "3"});
    assert!(error(item).to_string().ends_with("given: required, but not there"));
    // What is upgraded is verified as any other: its key is that of its fields.
    let mut item = json(1, 1);
    item["id"] = json!({"N": "2"});
    assert!(matches!(error(item).reason(), ItemReason::KeyMismatch("sk")));
}

#[tokio::test]
async fn updates_do_not_mix_versions() {
    let people = table::<People>().await;
    filled(&people).await;
    for id in [1, 2] {
        let before = raw::get(&people, key(id)).await;
        let update = || people.update(Person::key("Ely", id)).set(|p| p.nicks.set(Vec::new()));
        let error = update().await.unwrap_err();
        assert_eq!(reason(&error), ConditionReason::Schema);
        assert!(error.to_string().contains("of another schema version"), "{error}");
        let read = people.get(Person::key("Ely", id)).await.unwrap().unwrap();
        let error = people.update(&read).set(|p| p.nicks.set(Vec::new())).await.unwrap_err();
        assert_eq!(reason(&error), ConditionReason::Schema);
        let error = people.upsert(&person(id)).set(|p| p.given.set("Eve")).await.unwrap_err();
        assert_eq!(reason(&error), ConditionReason::Schema);
        let error = people.transact_write((update(),)).await.unwrap_err();
        assert!(error.is_condition_failed() && error.to_string().contains("schema version"));
        let moved = Person { id: id + 10, ..read.clone() };
        let error = people.move_item(&read, &moved).await.unwrap_err();
        assert!(error.to_string().contains("schema version"), "{error}");
        assert_eq!(raw::get(&people, key(id)).await, before);
        // Written back, it is as any other.
        people.put(&read).await.unwrap();
        update().await.unwrap();
    }
    people.update(Person::key("Ely", 3)).set(|p| p.nicks.set(Vec::new())).await.unwrap();
    let error = people.update(Person::key("Ely", 9)).set(|p| p.given.set("Eve")).await.unwrap_err();
    assert_eq!(reason(&error), ConditionReason::NotFound);
    people.upsert(&person(9)).set(|p| p.given.set("Eve")).await.unwrap();
    people.upsert(&person(9)).set(|p| p.given.set("Eva")).await.unwrap();
    let nine = people.get(Person::key("Ely", 9)).await.unwrap();
    assert_eq!(nine, Some(Person { given: "Eva".into(), ..person(9) }));
    // Deleting mixes nothing.
    raw::put(&people, stored(1, 1)).await;
    people.delete(Person::key("Ely", 1)).await.unwrap();
}

#[tokio::test]
async fn a_first_version_is_that_of_items_without_a_number() {
    let people = table::<People>().await;
    let street = Street { town: "Ely".into(), name: "High".into(), houses: 3 };
    let mut item = street.to_item().unwrap();
    assert_eq!(item.remove("v"), Some(attribute(&json!({"N": "1"}))));
    raw::put(&people, item).await;
    assert_eq!(people.get(Street::key("Ely", "High")).await.unwrap(), Some(street.clone()));
    people.update(Street::key("Ely", "High")).set(|s| s.houses.add(1)).await.unwrap();
    people.upsert(&street).set(|s| s.houses.add(1)).await.unwrap();
    assert_eq!(people.get(Street::key("Ely", "High")).await.unwrap().unwrap().houses, 5);
}

#[tokio::test]
async fn a_part_of_an_item_is_of_the_newest_version() {
    let people = table::<People>().await;
    filled(&people).await;
    let family = |id: u32| people.get(Person::key("Ely", id)).project::<Family>();
    assert_eq!(family(3).await.unwrap(), Some(Family { family: "King".into() }));
    for id in [1, 2] {
        let error = family(id).await.unwrap_err().to_string();
        let says = format!(
            "v: the item is of schema version {id}, and the oldest that can be read so is 3"
        );
        assert!(error.ends_with(&says), "{error}");
    }
    // Nobody asks for it to count.
    assert_eq!(people.query(Person::partition("Ely")).count().await.unwrap(), 3);
}

fn upgraded(id: u32, from: u32) -> SdkItem {
    let mut item = stored(id, 3);
    if from == 1 {
        item.insert("family_pk".to_owned(), attribute(&json!({"S": "King"})));
    }
    item
}

#[tokio::test]
async fn a_run_brings_all_items_up_to_date() {
    let people = table::<People>().await;
    filled(&people).await;
    people.put(&Town { name: "Ely".into() }).await.unwrap();
    // Without being asked, it writes the keys of the index that version 1 did not have.
    let mut keys = people.reindex();
    keys.run().await.unwrap();
    let report = keys.report();
    assert_eq!((report.seen, report.changed, report.upgraded), (4, 1, 0), "{report}");
    let one = raw::get(&people, key(1)).await;
    assert_eq!(one["family_sk"], attribute(&json!({"S": "Ada"})));
    assert_eq!(one["name"], attribute(&json!({"S": "Ada King"})));
    assert_eq!(one.get("v"), None);

    let mut run = people.reindex().upgrade();
    run.run().await.unwrap();
    let report = run.report();
    assert_eq!((report.seen, report.changed, report.upgraded, report.right), (4, 2, 2, 2));
    assert!(report.to_string().starts_with("4 seen, 2 changed (2 upgraded), 2 right"), "{report}");
    for id in 1..=3 {
        // With what neither version knows, and without what the newest no longer has.
        assert_eq!(raw::get(&people, key(id)).await, upgraded(id, id), "{id}");
    }
    let mut again = people.reindex().upgrade();
    again.run().await.unwrap();
    assert_eq!((again.report().changed, again.report().right), (0, 4));
    people.update(Person::key("Ely", 1)).set(|p| p.nicks.set(Vec::new())).await.unwrap();
}

#[tokio::test]
async fn an_item_that_cannot_be_upgraded_is_left_and_told() {
    let people = table::<People>().await;
    let mut broken = stored(1, 1);
    broken.insert("name".to_owned(), attribute(&json!({"S": "Ada"})));
    raw::put(&people, broken.clone()).await;
    raw::put(&people, stored(2, 2)).await;
    raw::put(&people, stored(4, 4)).await;
    let mut run = people.reindex().upgrade().max_failures(9);
    run.run().await.unwrap();
    let report = run.report();
    assert_eq!((report.upgraded, report.failed.len()), (1, 2), "{report}");
    assert_eq!(raw::get(&people, key(1)).await, broken);
    assert_eq!(raw::get(&people, key(4)).await, stored(4, 4));
}

#[tokio::test]
async fn what_others_write_meanwhile_is_not_lost() {
    if !needs_embedded("a run is stopped between reading and writing by a fault") {
        return;
    }
    let local = embedded();
    let people = table_of::<People>(&local.client()).await;
    for id in 1..=6 {
        raw::put(&people, stored(id, 1)).await;
    }
    local.faults().on("UpdateItem").inject(Fault::error(400, "AccessDeniedException"));
    let mut run = people.reindex().upgrade().concurrency(1);
    run.run().await.unwrap_err();
    // All have been read. Programs of version 1 change one attribute, and add and remove the other;
    // another writes what it is; one upgrades.
    let text = |text: &str| attribute(&json!({"S": text}));
    let mut items: Vec<SdkItem> = (1..=6).map(|id| stored(id, 1)).collect();
    items[0].insert("name".to_owned(), text("Ada Byron"));
    items[1].remove("nick");
    items[2].insert("Seen".to_owned(), text("twice"));
    items[3] = stored(4, 2);
    for item in &items[..4] {
        raw::put(&people, item.clone()).await;
    }
    people.delete(Person::key("Ely", 5)).await.unwrap();
    run.run().await.unwrap();
    let report = run.report();
    assert_eq!((report.upgraded, report.gone, report.lost_races), (5, 1, 4), "{report}");
    let read = |id| people.get(Person::key("Ely", id));
    assert_eq!(read(1).await.unwrap().unwrap().family, "Byron");
    assert_eq!(read(2).await.unwrap().unwrap().nicks, Vec::<String>::new());
    assert_eq!(raw::get(&people, key(3)).await["Seen"], text("twice"));
    for id in [3, 4, 6] {
        assert_eq!(read(id).await.unwrap(), Some(person(id)));
    }
}

#[tokio::test]
async fn an_attribute_that_others_add_meanwhile_is_seen() {
    if !needs_embedded("a run is stopped between reading and writing by a fault") {
        return;
    }
    let local = embedded();
    let people = table_of::<People>(&local.client()).await;
    let mut without = stored(1, 1);
    let nick = without.remove("nick").unwrap();
    raw::put(&people, without.clone()).await;
    local.faults().on("UpdateItem").inject(Fault::error(400, "AccessDeniedException"));
    let mut run = people.reindex().upgrade();
    run.run().await.unwrap_err();
    // Version 3 has no such attribute, so only its struct tells that version 1 has.
    without.insert("nick".to_owned(), nick);
    raw::put(&people, without).await;
    run.run().await.unwrap();
    assert_eq!(run.report().lost_races, 1);
    assert_eq!(people.get(Person::key("Ely", 1)).await.unwrap(), Some(person(1)));
}

#[test]
fn the_lock_knows_what_is_upgraded() {
    let schema = People::schema();
    let changes = |edit: &dyn Fn(&mut Value)| {
        let mut stored: Value = serde_json::from_str(&schema.to_string()).unwrap();
        edit(&mut stored["entities"]["Person"]);
        let checked = schema.check(&stored.to_string());
        checked.map_or_else(|changed| changed.changes().to_vec(), |()| Vec::new())
    };
    let older = |person: &mut Value, newest: u32| {
        person["versions"]["newest"] = newest.into();
        let field = person["fields"]["nicks"].clone();
        person["fields"].as_object_mut().unwrap().remove("nicks");
        person["fields"]["nick"] = field;
    };
    assert!(changes(&|_| ()).is_empty());
    // The fields are other ones, and the chain knows what they were.
    assert!(changes(&|person| older(person, 2)).is_empty());
    assert!(
        changes(&|person| {
            older(person, 1);
            person.as_object_mut().unwrap().remove("versions");
        })
        .is_empty()
    );
    // The same under one number is a change that items do not survive.
    assert_eq!(changes(&|person| older(person, 3)).len(), 2);
    let moved = changes(&|person| person["versions"]["attribute"] = "w".into());
    assert!(moved[0].contains("attribute of the schema version of `Person`"), "{moved:?}");
    let newer = changes(&|person| person["versions"]["newest"] = 4.into());
    assert!(newer[0].contains("was 4 and is 3"), "{newer:?}");
    let dropped = changes(&|person| person["versions"]["oldest"] = 0.into());
    assert!(dropped[0].contains("reindex().upgrade()"), "{dropped:?}");
}
