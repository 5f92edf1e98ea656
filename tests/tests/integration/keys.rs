//! Keys that could be mistaken for others are refused before anything is sent; the others go both
//! ways.

use std::fmt::Debug;

use entity_core::error::{KeyError, KeyReason};
use entity_core::key::{Key, PartErrorKind, TemplateErrorKind};
use entity_core::{Collection, Entity, Error, ErrorKind, Index, Item, Table, begins_with};
use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use tests::cart::{CartItem, ItemSku, Status};
use tests::chat::{CruddurMessages, Message, MessageGroup};
use tests::engine::{client, watched};
use tests::movies::{GenreEntry, MoviesByGenre};
use tests::music::{Download, MonthlyCount, Song, Songs};
use tests::orders::{Event, Order, OrderItem, Orders, Ticket};
use uuid::Uuid;

/// Shifts of tenants, with a width in the partition key.
#[derive(Debug, Table)]
#[table(name = "Shifts", pk = "PK", sk = N("Day"), indexes(ByPlace), items = ShiftItem)]
struct Shifts;

#[derive(Debug, Index)]
#[index(table = Shifts, name = "ByPlace", pk = "Place", sk = N("From"))]
struct ByPlace;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Entity)]
#[serde(rename_all = "PascalCase")]
#[entity(table = Shifts, pk = "T#{tenant:04}#{site}", sk = day)]
#[entity(index(ByPlace, pk = place, sk = from))]
struct Shift {
    tenant: u32,
    site: String,
    day: i64,
    place: Option<String>,
    from: Option<f64>,
}

#[derive(Debug, Clone, PartialEq, Collection)]
enum ShiftItem {
    Shift(Shift),
}

#[track_caller]
fn key_error(error: &Error) -> &KeyError {
    match error.kind() {
        ErrorKind::Key(error) => error,
        other => panic!("{other:?}"),
    }
}

/// The error is about this attribute, template and field, and does not tell the value.
#[track_caller]
fn is(error: &Error, attribute: (&str, &str), template: &str, field: &str, what: PartErrorKind) {
    let key = key_error(error);
    assert_eq!((key.entity(), key.attribute()), attribute, "{error}");
    assert_eq!(key.template(), Some(template), "{error}");
    let (of, name, kind) = match key.reason() {
        KeyReason::Template(reason) => ("part", reason.part(), reason.kind()),
        KeyReason::Field(field, reason) => {
            ("field", Some(*field), TemplateErrorKind::Part(reason.kind()))
        }
        other => panic!("{other:?}"),
    };
    assert_eq!((name, kind), (Some(field), TemplateErrorKind::Part(what)), "{error}");
    let text = error.to_string();
    let (entity, attribute) = attribute;
    let begin = format!("key `{attribute}` of `{entity}` (`{template}`): {of} `{field}`: {what}");
    assert!(text.starts_with(&begin), "{text}");
    assert!(!text.contains("secret") && !format!("{error:?}").contains("secret"), "{error:?}");
}

const ORDER: (&str, &str) = ("Order", "SK");
const CUSTOMER: (&str, &str) = ("Order", "PK");

#[tokio::test]
async fn what_could_be_another_key_is_refused_before_it_is_sent() {
    let (orders, watch) = watched::<Orders>().await;
    let order =
        |customer: &str, id: &str| Order { customer: customer.into(), id: id.into(), total: 7 };
    let (separator, reserved) = (PartErrorKind::Separator, PartErrorKind::Reserved);
    for (id, what) in [("secret#1", separator), ("secret\u{10ffff}", reserved)] {
        let errors = [
            orders.put(&order("ada", id)).await.unwrap_err(),
            orders.create(&order("ada", id)).await.unwrap_err(),
            orders.replace(&order("ada", id)).await.unwrap_err(),
            orders.get(Order::key("ada", id)).await.unwrap_err(),
            orders.delete(Order::key("ada", id)).await.unwrap_err(),
            orders.query(Order::partition("ada").id(id)).first().await.unwrap_err(),
            orders.query(Order::partition("ada").id(id)).all().await.unwrap_err().into(),
            orders.query(Order::partition("ada").id(id)).count().await.unwrap_err(),
            orders.query(Order::partition("ada").id(id)).page().await.unwrap_err(),
        ];
        errors.iter().for_each(|error| is(error, ORDER, "ORDER#{id}", "id", what));
        let errors = [
            orders.put(&order(id, "1")).await.unwrap_err(),
            orders.get(Order::key(id, "1")).await.unwrap_err(),
            orders.query(Order::partition(id)).first().await.unwrap_err(),
        ];
        errors.iter().for_each(|error| is(error, CUSTOMER, "CUST#{customer}", "customer", what));
        let item = ("OrderItem", "SK");
        let template = "ORDER#{order}#ITEM#{n:04}";
        let error = orders.get(OrderItem::key("ada", id, 7)).await.unwrap_err();
        is(&error, item, template, "order", what);
        let ticket = Ticket::key("ada", "q", Some(id.to_owned()), Uuid::nil());
        let error = orders.get(ticket).await.unwrap_err();
        is(&error, ("Ticket", "SK"), "TICKET#{queue}#{owner?}#{ticket}", "owner", what);
    }
    let begin = orders.query(Order::partition("ada").id(begins_with("secret\u{10ffff}")));
    is(&begin.first().await.unwrap_err(), ORDER, "ORDER#{id}", "id", reserved);
    let event = orders.get(Event::key("ada", 0, 7, "secret\u{10ffff}")).await.unwrap_err();
    let template = "EVENT#{level:+04}#{at:08:desc}#{note:rest}";
    is(&event, ("Event", "SK"), template, "note", reserved);
    assert_eq!(watch.counts(), (0, 0));
}

#[tokio::test]
async fn what_does_not_fit_its_width_is_refused() {
    let (orders, watch) = watched::<Orders>().await;
    let wide = PartErrorKind::Width;
    let template = "EVENT#{level:+04}#{at:08:desc}#{note:rest}";
    for level in [5000, -5001, i32::MAX, i32::MIN] {
        let error = orders.get(Event::key("ada", level, 7, "secret")).await.unwrap_err();
        is(&error, ("Event", "SK"), template, "level", wide);
    }
    let error = orders.get(Event::key("ada", 0, 100_000_000, "secret")).await.unwrap_err();
    is(&error, ("Event", "SK"), template, "at", wide);
    let template = "ORDER#{order}#ITEM#{n:04}";
    let (item, all) = (("OrderItem", "SK"), || OrderItem::partition("ada").order("secret"));
    let errors = [
        orders.get(OrderItem::key("ada", "secret", 10_000)).await.unwrap_err(),
        orders.query(all().n(10_000)).first().await.unwrap_err(),
        orders.query(all().n(10_000..)).first().await.unwrap_err(),
        orders.query(all().n(1..=10_000)).first().await.unwrap_err(),
    ];
    errors.iter().for_each(|error| is(error, item, template, "n", wide));
    assert_eq!(watch.counts(), (0, 0));

    let (shifts, watch) = watched::<Shifts>().await;
    let (shift, template) = (("Shift", "PK"), "T#{tenant:04}#{site}");
    let error = shifts.get(Shift::key(10_000_u32, "secret", 7)).await.unwrap_err();
    is(&error, shift, template, "tenant", wide);
    let query = Shift::partition(10_000_u32, "secret");
    is(&shifts.query(query).first().await.unwrap_err(), shift, template, "tenant", wide);
    let query = Shift::partition(10_000_u32, "secret").day(1..);
    is(&shifts.query(query).first().await.unwrap_err(), shift, template, "tenant", wide);
    assert_eq!(watch.counts(), (0, 0));
}

#[track_caller]
fn refused(error: &Error, begin: &str, reason: &KeyReason) {
    assert_eq!(key_error(error).reason(), reason, "{error}");
    assert_eq!(error.to_string(), format!("{begin}: {reason}"));
}

#[tokio::test]
async fn empty_keys_are_refused() {
    let (songs, watch) = watched::<Songs>().await;
    let song =
        || Song { id: String::new(), title: "One".into(), artist: "M".into(), total_downloads: 3 };
    let empty = |error: Error| refused(&error, "key `Id` of `Song`", &KeyReason::Empty);
    empty(songs.get(Song::key("")).await.unwrap_err());
    empty(songs.delete(Song::key("")).await.unwrap_err());
    empty(songs.put(&song()).await.unwrap_err());
    empty(songs.query(Song::partition("")).first().await.unwrap_err());
    let count = MonthlyCount {
        song_id: "1".into(),
        download_month: String::new(),
        total_downloads_in_month: 3,
    };
    let error = songs.put(&count).await.unwrap_err();
    refused(&error, "key `DownloadMonth` of `MonthlyCount`", &KeyReason::Empty);
    assert_eq!(watch.counts(), (0, 0));

    let (chat, watch) = watched::<CruddurMessages>().await;
    let group = Uuid::from_u128(7);
    let empty = |error: Error| refused(&error, "key `sk` of `Message`", &KeyReason::Empty);
    empty(chat.get(Message::key(group, "")).await.unwrap_err());
    empty(chat.query(Message::partition(group).created_at("")).first().await.unwrap_err());
    assert_eq!(watch.counts(), (0, 0));
}

#[tokio::test]
async fn a_key_is_as_long_as_the_service_allows_and_no_longer() {
    let (songs, watch) = watched::<Songs>().await;
    let month = |song: usize, month: usize| MonthlyCount {
        song_id: "é".repeat(song / 2) + &"s".repeat(song % 2),
        download_month: "m".repeat(month),
        total_downloads_in_month: 7,
    };
    let longest = month(2048, 1024 - 6);
    let key = || MonthlyCount::key(&longest.song_id, &longest.download_month);
    songs.put(&longest).await.unwrap();
    assert_eq!(songs.get(key()).await.unwrap(), Some(longest.clone()));
    let all = MonthlyCount::partition(&longest.song_id);
    let query = songs.query(all.download_month(&*longest.download_month));
    assert_eq!(query.all().await.unwrap(), std::slice::from_ref(&longest));
    songs.delete(key()).await.unwrap();
    watch.clear();

    let pk = "key `Id` of `MonthlyCount`";
    let reason = KeyReason::TooLong { bytes: 2049, max: 2048 };
    let long = month(2049, 7);
    refused(&songs.put(&long).await.unwrap_err(), pk, &reason);
    let key = MonthlyCount::key(&long.song_id, "m");
    refused(&songs.get(key).await.unwrap_err(), pk, &reason);
    let all = MonthlyCount::partition(&long.song_id);
    refused(&songs.query(all).first().await.unwrap_err(), pk, &reason);
    let sk = "key `Metadata` of `MonthlyCount` (`Month-{download_month}`)";
    let reason = KeyReason::TooLong { bytes: 1025, max: 1024 };
    let long = month(7, 1025 - 6);
    refused(&songs.put(&long).await.unwrap_err(), sk, &reason);
    let all = || MonthlyCount::partition("1");
    let query = all().download_month(&*long.download_month);
    refused(&songs.query(query).first().await.unwrap_err(), sk, &reason);
    let query = all().download_month(begins_with(&*long.download_month));
    refused(&songs.query(query).first().await.unwrap_err(), sk, &reason);
    assert_eq!(watch.counts(), (0, 0));

    // An index that turns the keys round has the sort key's limit for the partition key.
    let (orders, watch) = watched::<Orders>().await;
    let order = Order { customer: "c".repeat(2048 - 5), id: "1".into(), total: 7 };
    let reason = KeyReason::TooLong { bytes: 2048, max: 1024 };
    let error = orders.put(&order).await.unwrap_err();
    refused(&error, "key `PK` of `Order` (`CUST#{customer}`)", &reason);
    assert_eq!(watch.counts(), (0, 0));
}

#[tokio::test]
async fn a_native_sort_key_is_checked_in_queries_too() {
    let (chat, watch) = watched::<CruddurMessages>().await;
    let all = || Message::partition(Uuid::from_u128(7));
    let long = "l".repeat(1025);
    let reason = KeyReason::TooLong { bytes: 1025, max: 1024 };
    let errors = [
        chat.query(all().created_at(&*long)).first().await.unwrap_err(),
        chat.query(all().created_at(begins_with(&*long))).first().await.unwrap_err(),
        chat.query(all().created_at(&*long..)).first().await.unwrap_err(),
        chat.query(all().created_at(..=&*long)).first().await.unwrap_err(),
        chat.query(all().created_at("l"..=&*long)).first().await.unwrap_err(),
    ];
    errors.iter().for_each(|error| refused(error, "key `sk` of `Message`", &reason));
    assert_eq!(watch.counts(), (0, 0));
}

#[allow(clippy::reversed_empty_ranges, reason = "ranges that are empty are what is tested")]
#[tokio::test]
async fn ranges_of_native_keys_mean_what_ranges_of_templates_mean() {
    let (chat, watch) = watched::<CruddurMessages>().await;
    let group = Uuid::from_u128(7);
    let message = |at: &str| Message {
        message_group_uuid: group,
        created_at: at.into(),
        message_uuid: Uuid::nil(),
        message: "hi".into(),
        user_uuid: Uuid::nil(),
        user_display_name: "Ada".into(),
        user_handle: "ada".into(),
    };
    let messages = ["2022", "2023", "2024"].map(message);
    for message in &messages {
        chat.put(message).await.unwrap();
    }
    let all = || Message::partition(group);
    let found = chat.query(all().created_at(begins_with(""))).all().await.unwrap();
    assert_eq!(found, messages, "every text begins with nothing");
    assert_eq!(chat.query(all().created_at(""..)).all().await.unwrap(), messages);
    assert_eq!(chat.query(all().created_at(""..="2022")).all().await.unwrap(), messages[..1]);
    watch.clear();
    assert_eq!(chat.query(all().created_at(..="")).all().await.unwrap(), []);
    assert_eq!(chat.query(all().created_at("2024"..="2022")).all().await.unwrap(), []);
    assert_eq!(chat.query(all().created_at("2024"..="2022")).count().await.unwrap(), 0);
    assert_eq!(watch.counts(), (0, 0), "an empty range need not be asked for");

    let (shifts, watch) = watched::<Shifts>().await;
    let shift = |day| Shift { tenant: 1, site: "s".into(), day, place: None, from: None };
    let days = [-100, -9, 0, 9, 100].map(shift);
    for shift in &days {
        shifts.put(shift).await.unwrap();
    }
    let all = || Shift::partition(1_u32, "s");
    assert_eq!(shifts.query(all()).all().await.unwrap(), days);
    assert_eq!(shifts.query(all().day(-9..=9)).all().await.unwrap(), days[1..4]);
    assert_eq!(shifts.query(all().day(9..=100)).all().await.unwrap(), days[3..]);
    watch.clear();
    assert_eq!(shifts.query(all().day(100..=9)).all().await.unwrap(), []);
    assert_eq!(shifts.query(all().day(-9..=-100)).all().await.unwrap(), []);
    assert_eq!(watch.counts(), (0, 0));
}

#[tokio::test]
async fn an_index_is_left_by_none_and_takes_no_other_numbers_than_dynamodbs() {
    let (shifts, _) = watched::<Shifts>().await;
    let mut shift =
        Shift { tenant: 1, site: "s".into(), day: 7, place: Some("p".into()), from: Some(7.5) };
    let at_place = || shifts.query(Shift::by_place("p")).all();
    shifts.put(&shift).await.unwrap();
    assert_eq!(at_place().await.unwrap(), [shift.clone()]);
    shift.from = None;
    shifts.put(&shift).await.unwrap();
    assert_eq!(at_place().await.unwrap(), []);
    assert_eq!(shifts.get(Shift::key(1_u32, "s", 7)).await.unwrap(), Some(shift.clone()));
    for from in [f64::NAN, f64::INFINITY] {
        let error = shifts.put(&Shift { from: Some(from), ..shift.clone() }).await.unwrap_err();
        assert!(!matches!(error.kind(), ErrorKind::Service(_)), "{error}");
    }
}

#[tokio::test]
async fn numbers_that_are_one_key_read_as_one() {
    let genres = MoviesByGenre::on(&client());
    let entry = r#"{"genre_id":{"N":"28"},"movie_id":{"N":"5.50E2"},"title":{"S":"T"}}"#;
    let read = <GenreEntry as entity_core::Readable>::from_wire(entry.as_bytes()).unwrap();
    assert_eq!(read.movie_id, 550);
    assert_eq!(read.primary_key().unwrap(), GenreEntry::key(28_u32, 550_u64).unwrap());
    assert!(genres.get(read.primary_key()).request().is_ok());
}

#[test]
fn keys_are_shown_as_they_are() {
    assert_eq!(Download::key("1", 7).unwrap().to_string(), "1/Dld-7");
    assert_eq!(format!("{:?}", Download::key("1", 7).unwrap()), "Key<Download>(1/Dld-7)");
    let key = Event::key("ada", -7, 99, "x#y").unwrap();
    assert_eq!(key.to_string(), "CUST#ada/EVENT#4993#99999900#x#y");
    assert_eq!(GenreEntry::key(28_u32, 550_u64).unwrap().to_string(), "28/550");
}

/// Text as people give it, and as nobody should.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-z0-9]{1,6}",
        2 => "[aé# 0\"\\\\\u{10ffff}]{0,3}",
        1 => any::<String>(),
    ]
}

/// What is written is read back; two values with the same key have the same fields in it.
fn goes_both_ways<E, F, K>(a: &E, b: &E, fields: F) -> Result<(), TestCaseError>
where
    E: Entity + Item + PartialEq + Debug,
    F: Fn(&E) -> K,
    K: PartialEq + Debug,
{
    let mut keys: Vec<Option<Key<E>>> = Vec::new();
    for entity in [a, b] {
        let key = entity.primary_key();
        match entity.to_wire() {
            Ok(wire) => {
                let key = key.unwrap();
                prop_assert_eq!(&E::from_wire(&wire).unwrap(), entity);
                prop_assert_eq!(&E::from_item(&entity.to_item().unwrap()).unwrap(), entity);
                prop_assert_eq!(&key.to_string().parse::<Key<E>>().unwrap(), &key);
                keys.push(Some(key));
            }
            Err(error) => {
                prop_assert!(matches!(error.kind(), ErrorKind::Key(_)), "{}", error);
                keys.push(key.ok());
            }
        }
    }
    if let [Some(one), Some(other)] = &keys[..] {
        prop_assert_eq!(one == other, fields(a) == fields(b), "{:?} {:?}", one, other);
    }
    Ok(())
}

fn cart_item() -> impl Strategy<Value = CartItem> {
    let status = prop_oneof![Just(Status::Active), Just(Status::Saved), Just(Status::Purchased)];
    (text(), status, text(), text(), proptest::option::of(text()), proptest::option::of(0..9_u32))
        .prop_map(|(account_id, status, create_timestamp, product_id, order_id, quantity)| {
            let (price, category) = (Some(7_u32.into()), "Toys".into());
            let item_sku = ItemSku { product_id, quantity, price, category };
            CartItem { account_id, status, create_timestamp, item_sku, order_id }
        })
}

fn event() -> impl Strategy<Value = Event> {
    (text(), prop_oneof![-9..9_i32, any::<i32>()], prop_oneof![0..9_u32, any::<u32>()], text())
        .prop_map(|(customer, level, at, note)| Event { customer, level, at, note })
}

fn ticket() -> impl Strategy<Value = Ticket> {
    (text(), text(), proptest::option::of(text()), any::<u128>()).prop_map(
        |(customer, queue, owner, ticket)| Ticket {
            customer,
            queue,
            owner,
            ticket: Uuid::from_u128(ticket),
        },
    )
}

proptest! {
    #[test]
    fn cart_items(a in cart_item(), b in cart_item()) {
        let fields = |item: &CartItem| {
            let product = item.item_sku.product_id.clone();
            (item.account_id.clone(), item.status, item.order_id.clone(), product)
        };
        goes_both_ways(&a, &b, fields)?;
        let mixed = CartItem { account_id: a.account_id.clone(), status: a.status, ..b };
        goes_both_ways(&a, &mixed, fields)?;
    }

    #[test]
    fn order_items(a in (text(), text(), 0..12_000_u32), b in (text(), text(), 0..12_000_u32)) {
        let item = |(customer, order, n): (String, String, u32)| {
            OrderItem { customer, order, n, product: "P".into() }
        };
        let fields = |item: &OrderItem| (item.customer.clone(), item.order.clone(), item.n);
        goes_both_ways(&item(a), &item(b), fields)?;
    }

    #[test]
    fn orders(a in (text(), text()), b in (text(), text())) {
        let order = |(customer, id): (String, String)| Order { customer, id, total: 7 };
        goes_both_ways(&order(a), &order(b), |order| (order.customer.clone(), order.id.clone()))?;
    }

    #[test]
    fn events(a in event(), b in event()) {
        let fields = |e: &Event| (e.customer.clone(), e.level, e.at, e.note.clone());
        goes_both_ways(&a, &b, fields)?;
        let mixed = Event { customer: a.customer.clone(), level: a.level, ..b };
        goes_both_ways(&a, &mixed, fields)?;
    }

    #[test]
    fn tickets(a in ticket(), b in ticket(), owner in proptest::option::of(text())) {
        let fields = |t: &Ticket| (t.customer.clone(), t.queue.clone(), t.owner.clone(), t.ticket);
        goes_both_ways(&a, &b, fields)?;
        let mixed = Ticket { owner, ..a.clone() };
        goes_both_ways(&a, &mixed, fields)?;
    }

    #[test]
    fn message_groups(a in (any::<u128>(), text(), any::<u128>()), b in (any::<u128>(), text(), any::<u128>())) {
        let group = |(user, at, group): (u128, String, u128)| MessageGroup {
            my_uuid: Uuid::from_u128(user),
            last_message_at: at,
            message_group_uuid: Uuid::from_u128(group),
            message: "hi".into(),
            user_uuid: Uuid::nil(),
            user_display_name: String::new(),
            user_handle: String::new(),
        };
        goes_both_ways(&group(a), &group(b), |g| (g.my_uuid, g.last_message_at.clone()))?;
    }
}

/// Every item of orders is in the inverted index, also those whose entity does not name it.
#[test]
fn a_key_that_an_index_sorts_by_is_as_short_as_a_sort_key() {
    let item = |customer: String| OrderItem {
        customer,
        order: "1".to_owned(),
        n: 0,
        product: "P".to_owned(),
    };
    let longest = item("c".repeat(1_024 - "CUST#".len())).primary_key().unwrap();
    assert_eq!(longest.partition_key().text().len(), 1_024);
    let error = item("c".repeat(1_025 - "CUST#".len())).primary_key().unwrap_err();
    assert_eq!(error.reason(), &KeyReason::TooLong { bytes: 1_025, max: 1_024 });
}
