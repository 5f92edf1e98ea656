//! A query for one entity returns all of its items and none of another's, whatever stands beside
//! them in the partition.

use std::collections::BTreeMap;
use std::fmt::Debug;

use entity_core::query::IntoQuery;
use entity_core::{Cursor, Item, ItemOf, TableHandle, begins_with};
use tests::cart::{CartItem, CustomerPurchases, ItemSku, Status};
use tests::engine::table;
use tests::orders::{Event, Order, OrderItem, OrderRecord, Orders, Profile, Ticket, Visit};
use tests::random::Random;
use tests::stream::collect;
use uuid::Uuid;

const CUSTOMER: &str = "ada";
const IDS: [&str; 9] = ["1", "10", "100", "2", "a", "a!", "ITEM", "\u{e9}", "\u{1f600}"];
const NOTES: [&str; 6] = ["", "x", "x#y", "xy", "#", "zebra"];
const ROOMS: [Option<&str>; 4] = [None, Some("1"), Some("12"), Some("a")];
const OWNERS: [Option<&str>; 4] = [None, None, Some("eve"), Some("evelyn")];

/// The partition by sort key, as the rules of keys say and not as the library does.
struct Model(BTreeMap<String, OrderRecord>);

impl Model {
    fn random(seed: u64, count: u64) -> Self {
        let mut random = Random::new(seed);
        let mut model = Self(BTreeMap::new());
        for number in 0..count {
            let (sk, record) = record(&mut random, number);
            model.0.insert(sk, record);
        }
        model
    }

    /// The items that `select` selects, in the order of their keys.
    fn of<R>(&self, select: impl Fn(&OrderRecord) -> Option<R>) -> Vec<R> {
        self.0.values().filter_map(select).collect()
    }

    fn orders(&self, when: impl Fn(&Order) -> bool) -> Vec<Order> {
        self.of(|record| match record {
            OrderRecord::Order(order) if when(order) => Some(order.clone()),
            _ => None,
        })
    }

    fn items(&self, when: impl Fn(&OrderItem) -> bool) -> Vec<OrderItem> {
        self.of(|record| match record {
            OrderRecord::Item(item) if when(item) => Some(item.clone()),
            _ => None,
        })
    }

    fn events(&self, when: impl Fn(&Event) -> bool) -> Vec<Event> {
        self.of(|record| match record {
            OrderRecord::Event(event) if when(event) => Some(event.clone()),
            _ => None,
        })
    }

    fn visits(&self, when: impl Fn(&Visit) -> bool) -> Vec<Visit> {
        self.of(|record| match record {
            OrderRecord::Visit(visit) if when(visit) => Some(visit.clone()),
            _ => None,
        })
    }

    fn tickets(&self, when: impl Fn(&Ticket) -> bool) -> Vec<Ticket> {
        self.of(|record| match record {
            OrderRecord::Ticket(ticket) if when(ticket) => Some(ticket.clone()),
            _ => None,
        })
    }
}

fn record(random: &mut Random, number: u64) -> (String, OrderRecord) {
    let customer = CUSTOMER.to_owned();
    match random.below(11) {
        0 | 1 => {
            let id = random.one_of(&IDS).to_owned();
            (format!("ORDER#{id}"), OrderRecord::Order(Order { customer, id, total: number }))
        }
        2..=4 => {
            let (order, n) = (random.one_of(&IDS).to_owned(), random.below(13) as u32);
            let item = OrderItem { customer, order: order.clone(), n, product: "P".into() };
            (format!("ORDER#{order}#ITEM#{n:04}"), OrderRecord::Item(item))
        }
        5 => {
            let profile = Profile { customer, name: "Ada".into() };
            ("PROFILE".into(), OrderRecord::Profile(profile))
        }
        6 | 7 => {
            let (level, at) = (random.below(7) as i32 - 3, random.one_of(&[0, 7, 41, 99_999_999]));
            let note = random.one_of(&NOTES).to_owned();
            let sk = format!("EVENT#{:04}#{:08}#{note}", level + 5000, 99_999_999 - at);
            (sk, OrderRecord::Event(Event { customer, level, at, note }))
        }
        8 | 9 => {
            let (place, room) = (random.one_of(&IDS).to_owned(), random.one_of(&ROOMS));
            let part = room.map(|room| format!("#{room}")).unwrap_or_default();
            let room = room.map(str::to_owned);
            let sk = format!("VISIT#{place}{part}");
            (sk, OrderRecord::Visit(Visit { customer, place, room }))
        }
        _ => {
            let (queue, ticket) = (random.one_of(&["q", "qq"]), Uuid::from_u128(number.into()));
            let owner = random.one_of(&OWNERS);
            let part = owner.map(|owner| format!("{owner}#")).unwrap_or_default();
            let sk = format!("TICKET#{queue}#{part}{ticket}");
            let (queue, owner) = (queue.to_owned(), owner.map(str::to_owned));
            (sk, OrderRecord::Ticket(Ticket { customer, queue, owner, ticket }))
        }
    }
}

/// Asks in every way that there is.
async fn check<Q, R>(orders: &TableHandle<Orders>, query: impl Fn() -> Q, expected: Vec<R>)
where
    Q: IntoQuery<Output = R>,
    R: Item + ItemOf<Orders> + PartialEq + Clone + Debug,
{
    let what = orders.query(query()).all().request().unwrap().to_string();
    let full = orders.query(query()).all().response().await.unwrap();
    assert_eq!(full.value, expected, "{what}");
    assert_eq!(full.scanned, full.skipped + full.value.len() as u64, "{what}");
    assert_eq!(orders.query(query()).count().await.unwrap(), expected.len() as u64, "{what}");
    let last_first: Vec<R> = expected.iter().rev().cloned().collect();
    let backwards = orders.query(query()).descending().all().await.unwrap();
    assert_eq!(backwards, last_first, "{what}");
    let first = orders.query(query()).first().await.unwrap();
    assert_eq!(first.as_ref(), expected.first(), "{what}");
    let last = orders.query(query()).descending().first().await.unwrap();
    assert_eq!(last.as_ref(), expected.last(), "{what}");
    let streamed = collect(orders.query(query()).stream()).await;
    let streamed: Vec<R> = streamed.into_iter().map(Result::unwrap).collect();
    assert_eq!(streamed, expected, "{what}");
    check_limits(orders, &query, &expected, &what).await;
    check_pages(orders, &query, &expected, &what).await;
}

/// `limit(n)` is n items returned, however many are passed over.
async fn check_limits<Q, R>(
    orders: &TableHandle<Orders>,
    query: &impl Fn() -> Q,
    expected: &[R],
    what: &str,
) where
    Q: IntoQuery<Output = R>,
    R: Item + ItemOf<Orders> + PartialEq + Debug,
{
    for limit in [0, 1, expected.len() / 2, expected.len(), expected.len() + 1] {
        let some = orders.query(query()).limit(limit).all().await.unwrap();
        assert_eq!(some, expected[..limit.min(expected.len())], "{what}, limit {limit}");
    }
}

/// Pages walked by a cursor that travels as text give each item once.
async fn check_pages<Q, R>(
    orders: &TableHandle<Orders>,
    query: &impl Fn() -> Q,
    expected: &[R],
    what: &str,
) where
    Q: IntoQuery<Output = R>,
    R: Item + ItemOf<Orders> + PartialEq + Debug,
{
    let (mut cursor, mut walked) = (None::<Cursor>, Vec::new());
    loop {
        let page = orders.query(query()).limit(3).after(&cursor).page().await.unwrap();
        let text = page.cursor().map(ToString::to_string);
        assert!(page.items().len() == 3 || text.is_none(), "{what}: a short page is the last");
        walked.extend(page.into_items().unwrap());
        let Some(text) = text else { break };
        cursor = Some(text.parse().unwrap());
    }
    assert_eq!(walked, expected, "{what}");
}

async fn filled(seed: u64) -> (TableHandle<Orders>, Model) {
    let (orders, model) = (table::<Orders>().await, Model::random(seed, 120));
    for record in model.0.values() {
        orders.put(record).await.unwrap();
    }
    let stranger = Order { customer: "adam".into(), id: "1".into(), total: 0 };
    orders.put(&stranger).await.unwrap();
    (orders, model)
}

#[tokio::test]
async fn whole_entities_and_collections() {
    let (orders, model) = filled(1).await;
    check(&orders, || OrderRecord::partition(CUSTOMER), model.of(|record| Some(record.clone())))
        .await;
    check(&orders, || Order::partition(CUSTOMER), model.orders(|_| true)).await;
    check(&orders, || OrderItem::partition(CUSTOMER), model.items(|_| true)).await;
    check(&orders, || Event::partition(CUSTOMER), model.events(|_| true)).await;
    check(&orders, || Ticket::partition(CUSTOMER), model.tickets(|_| true)).await;
    let profiles = model.of(|record| match record {
        OrderRecord::Profile(profile) => Some(profile.clone()),
        _ => None,
    });
    check(&orders, || Profile::partition(CUSTOMER), profiles).await;
}

#[tokio::test]
async fn orders_among_their_items() {
    let (orders, model) = filled(2).await;
    for id in ["1", "a", "ITEM", "none"] {
        check(&orders, || Order::partition(CUSTOMER).id(id), model.orders(|o| o.id == id)).await;
        let begin = model.orders(|order| order.id.starts_with(id));
        check(&orders, || Order::partition(CUSTOMER).id(begins_with(id)), begin).await;
        let from = model.orders(|order| &*order.id >= id);
        check(&orders, || Order::partition(CUSTOMER).id(id..), from).await;
        let until = model.orders(|order| &*order.id <= id);
        check(&orders, || Order::partition(CUSTOMER).id(..=id), until).await;
    }
    let some = model.orders(|order| ("10"..="a").contains(&&*order.id));
    check(&orders, || Order::partition(CUSTOMER).id("10"..="a"), some).await;
    check(&orders, || Order::partition(CUSTOMER).id("b"..="a"), Vec::new()).await;
}

#[tokio::test]
async fn items_by_order_and_padded_number() {
    let (orders, model) = filled(3).await;
    for id in ["1", "10", "a", "none"] {
        let of_order = || OrderItem::partition(CUSTOMER).order(id);
        check(&orders, of_order, model.items(|item| item.order == id)).await;
        let begin = model.items(|item| item.order.starts_with(id));
        check(&orders, || OrderItem::partition(CUSTOMER).order(begins_with(id)), begin).await;
        for n in [0, 2, 9, 10] {
            let of = |when: fn(u32, u32) -> bool| {
                model.items(|item| item.order == id && when(item.n, n))
            };
            check(&orders, || of_order().n(n), of(|n, m| n == m)).await;
            check(&orders, || of_order().n(n..), of(|n, m| n >= m)).await;
            check(&orders, || of_order().n(..=n), of(|n, m| n <= m)).await;
        }
        let some = model.items(|item| item.order == id && (2..=10).contains(&item.n));
        check(&orders, || of_order().n(2..=10), some).await;
    }
}

#[tokio::test]
async fn events_by_signed_level_and_reversed_time() {
    let (orders, model) = filled(4).await;
    let all = || Event::partition(CUSTOMER);
    check(&orders, || all().level(-2..=1), model.events(|e| (-2..=1).contains(&e.level))).await;
    check(&orders, || all().level(0..), model.events(|e| e.level >= 0)).await;
    check(&orders, || all().level(..=-1), model.events(|e| e.level < 0)).await;
    for level in [-3, 0, 2] {
        let events = |when: fn(&Event) -> bool| model.events(|e| e.level == level && when(e));
        check(&orders, || all().level(level), events(|_| true)).await;
        check(&orders, || all().level(level).at(7..=41), events(|e| (7..=41).contains(&e.at)))
            .await;
        check(&orders, || all().level(level).at(8..), events(|e| e.at >= 8)).await;
        check(&orders, || all().level(level).at(..=7), events(|e| e.at <= 7)).await;
        check(&orders, || all().level(level).at(41), events(|e| e.at == 41)).await;
        let noted = || all().level(level).at(41);
        let found = events(|e| e.at == 41 && e.note.starts_with('x'));
        check(&orders, || noted().note(begins_with("x")), found).await;
        check(&orders, || noted().note(begins_with("")), events(|e| e.at == 41)).await;
        let found = events(|e| e.at == 41 && &*e.note >= "x#" && &*e.note <= "xz");
        check(&orders, || noted().note("x#"..="xz"), found).await;
        let found = events(|e| e.at == 41 && e.note == "x#y");
        check(&orders, || noted().note("x#y"), found).await;
    }
}

#[tokio::test]
async fn visits_to_a_place_and_to_its_rooms() {
    let (orders, model) = filled(6).await;
    for place in ["1", "10", "a", "none"] {
        let of = || Visit::partition(CUSTOMER).place(place);
        // `VISIT#a!` lies between `VISIT#a` and `VISIT#a#1`, and is another place.
        check(&orders, of, model.visits(|visit| visit.place == place)).await;
        let begins = model.visits(|visit| visit.place.starts_with(place));
        check(&orders, || Visit::partition(CUSTOMER).place(begins_with(place)), begins).await;
        let rooms = |when: fn(&str) -> bool| {
            model.visits(|v| v.place == place && v.room.as_deref().is_some_and(when))
        };
        check(&orders, || of().room("1"), rooms(|room| room == "1")).await;
        check(&orders, || of().room(begins_with("1")), rooms(|room| room.starts_with('1'))).await;
        check(&orders, || of().room("12"..), rooms(|room| room >= "12")).await;
        check(&orders, || of().room(..="12"), rooms(|room| room <= "12")).await;
    }
    check(&orders, || Visit::partition(CUSTOMER), model.visits(|_| true)).await;
}

/// A product whose name begins as an order's id does is not of such an order.
#[tokio::test]
async fn the_part_after_an_omitted_one_is_not_taken_for_it() {
    let cart = table::<CustomerPurchases>().await;
    let item = |order: Option<&str>, product: &str| CartItem {
        account_id: "12".into(),
        status: Status::Purchased,
        create_timestamp: "2020".into(),
        item_sku: ItemSku {
            product_id: product.into(),
            quantity: None,
            price: None,
            category: "Toys".into(),
        },
        order_id: order.map(str::to_owned),
    };
    let (with, without) = (item(Some("O-1"), "P"), item(None, "O-2"));
    cart.put(&without).await.unwrap();
    cart.put(&with).await.unwrap();
    let bought = || CartItem::partition("12").status(Status::Purchased);
    let all = cart.query(bought()).all().await.unwrap();
    assert_eq!(all, [with.clone(), without]);
    let orders = || cart.query(bought().order_id(begins_with("O")));
    let found = orders().all().response().await.unwrap();
    assert_eq!((found.value, found.skipped), (vec![with], 1));
    assert_eq!(orders().count().await.unwrap(), 1);
    assert_eq!(cart.query(bought().order_id("O-2")).all().await.unwrap(), []);
}

#[tokio::test]
async fn tickets_with_and_without_the_optional_part() {
    let (orders, model) = filled(5).await;
    let of = |queue: &'static str| Ticket::partition(CUSTOMER).queue(queue);
    for queue in ["q", "qq", "none"] {
        check(&orders, || of(queue), model.tickets(|t| t.queue == queue)).await;
        for owner in ["eve", "evelyn", "nobody"] {
            let owned =
                |ticket: &Ticket| ticket.queue == queue && ticket.owner.as_deref() == Some(owner);
            check(&orders, || of(queue).owner(owner), model.tickets(owned)).await;
        }
        let begins = |ticket: &Ticket| {
            let owner = ticket.owner.as_deref();
            ticket.queue == queue && owner.is_some_and(|owner| owner.starts_with("eve"))
        };
        check(&orders, || of(queue).owner(begins_with("eve")), model.tickets(begins)).await;
    }
    let begins = model.tickets(|ticket| ticket.queue.starts_with('q'));
    check(&orders, || Ticket::partition(CUSTOMER).queue(begins_with("q")), begins).await;
}

#[tokio::test]
async fn an_index_with_the_keys_the_other_way_round() {
    let orders = table::<Orders>().await;
    let order = |customer: &str| Order { customer: customer.into(), id: "1".into(), total: 7 };
    let item = OrderItem { customer: "ada".into(), order: "1".into(), n: 0, product: "P".into() };
    orders.put(&item).await.unwrap();
    for customer in ["ada", "bob", "cyd"] {
        orders.put(&order(customer)).await.unwrap();
    }
    check(&orders, || Order::inverted("1"), vec![order("ada"), order("bob"), order("cyd")]).await;
    check(&orders, || Order::inverted("1").customer("bob"), vec![order("bob")]).await;
    check(&orders, || Order::inverted("1").customer("b"..), vec![order("bob"), order("cyd")]).await;
}
