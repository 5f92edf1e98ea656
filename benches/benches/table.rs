//! Prints one table: ours beside the peers, in the same run. `cargo bench -p benches`.
//!
//! With `-- --counts` it runs each candidate under valgrind as well, for instructions and allocations;
//! with words it runs the groups whose names hold one of them.

use std::error::Error;
use std::hint::black_box;
use std::process::Command;
use std::time::{Duration, Instant};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{AttributeValue, PutRequest, WriteRequest};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use benches::by_hand::{self, Map};
use benches::peers::{self, Cart, FacadeCarts, ModyneCarts};
use benches::put_request::PutRequests;
use benches::{canned, cart, mixed};
use cart::{CartItem, Carts};
use dynamodb_facade::explicit_client::{DynamoDBItemOp, dynamodb_batch_write};
use dynamodb_facade::{DynamoDBItemBatchOp, KeyCondition, KeyId};
use entity_core::{Item, Readable, Table, wire};
use mixed::{Order, Orders};
use modyne::model::BatchWrite;
use modyne::{Aggregate, EntityExt, ProjectionExt, QueryInputExt};
use tokio::runtime::Runtime;

const ROUNDS: usize = 30;

/// How long a round of a candidate takes, at least.
const ROUND: Duration = Duration::from_millis(10);

/// A candidate: its name and one run of it. The last of a group is what the others are compared with.
type Candidate<'a> = (&'static str, Box<dyn FnMut() + 'a>);

type Outcome = Result<(), Box<dyn Error>>;

/// What is compared, and with how many items.
const GROUPS: &[(&str, &[usize])] = &[
    ("query page", &[1, 25, 100, 1_000]),
    ("query page of mixed items", &[1, 25, 100, 1_000]),
    ("encode", &[1, 25, 1_000]),
    ("encode mixed items", &[1, 25, 1_000]),
    ("put requests", &[25]),
    ("put requests of mixed items", &[25]),
    ("get", &[1]),
    ("get unsigned", &[1]),
    ("put", &[1]),
    ("batch write", &[25, 100, 1_000]),
];

/// Everything that candidates borrow.
struct Bench {
    runtime: Runtime,
    items: Vec<CartItem>,
    orders: Vec<Order>,
    plains: Vec<cart::Plain>,
    plain_orders: Vec<mixed::Plain>,
    json: Vec<u8>,
    client: Client,
    carts: entity_core::TableHandle<Carts>,
    modyne: ModyneCarts,
}

impl Bench {
    fn new(group: &str, count: usize) -> Result<Self, Box<dyn Error>> {
        let items: Vec<CartItem> = (0..count).map(cart::item).collect();
        let orders: Vec<Order> = (0..count).map(mixed::item).collect();
        let plains: Vec<_> = (0..count).map(cart::plain).collect();
        let plain_orders: Vec<_> = (0..count).map(mixed::plain).collect();
        let (json, body) = match group {
            "query page of mixed items" => {
                (serde_json::to_vec(&plain_orders)?, canned::page(&orders)?)
            }
            "query page" => (serde_json::to_vec(&plains)?, canned::page(&items)?),
            "put" => (Vec::new(), b"{}".to_vec()),
            "batch write" => (Vec::new(), b"{\"UnprocessedItems\":{}}".to_vec()),
            _ => (Vec::new(), [b"{\"Item\":", &*cart::item(0).to_wire()?, b"}"].concat()),
        };
        let body = body.leak();
        let client = match group {
            "get unsigned" => canned::unsigned(body),
            _ => canned::client(body),
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (carts, modyne) = (Carts::on(&client), ModyneCarts(client.clone()));
        Ok(Self { runtime, items, orders, plains, plain_orders, json, client, carts, modyne })
    }

    /// The candidates of a group, once it has been seen that their results are equal.
    fn candidates(&self, group: &str) -> Result<Vec<Candidate<'_>>, Box<dyn Error>> {
        match group {
            "query page" => self.query(),
            "query page of mixed items" => self.query_mixed(),
            "encode" => self.encode(),
            "encode mixed items" => self.encode_mixed(),
            "put requests" => {
                let ours = |item: &CartItem| self.carts.put(item).request();
                put_requests("Carts", &self.items, &self.plains, ours)
            }
            "put requests of mixed items" => {
                let orders = Orders::on(&self.client);
                let ours = move |item: &Order| orders.put(item).request();
                put_requests("Orders", &self.orders, &self.plain_orders, ours)
            }
            "get" | "get unsigned" => self.get(),
            "put" => self.put(),
            _ => self.batch_write(),
        }
    }

    fn wait<T, E: Error + 'static>(
        &self,
        sent: impl Future<Output = Result<T, E>>,
    ) -> Result<T, Box<dyn Error>> {
        Ok(self.runtime.block_on(sent)?)
    }

    /// The maps of the bare SDK.
    fn maps(&self, table: &str) -> Result<Vec<Map>, Box<dyn Error>> {
        let query = self
            .client
            .query()
            .table_name(table)
            .key_condition_expression("#k = :k AND begins_with(#s, :s)")
            .expression_attribute_names("#k", "PK")
            .expression_attribute_names("#s", "SK")
            .expression_attribute_values(":k", AttributeValue::S("12856333".to_owned()))
            .expression_attribute_values(":s", AttributeValue::S("12856333#".to_owned()));
        Ok(self.wait(query.send())?.items.unwrap_or_default())
    }

    fn query(&self) -> Result<Vec<Candidate<'_>>, Box<dyn Error>> {
        let ours = || {
            let query = self.carts.query(CartItem::partition("12856333")).all();
            self.wait(query.into_future())
        };
        let hand = || -> Result<Vec<CartItem>, Box<dyn Error>> {
            let items: Option<_> = self.maps("Carts")?.into_iter().map(by_hand::read).collect();
            items.ok_or_else(|| "an attribute is missing".into())
        };
        let serde_dynamo = || -> Result<Vec<cart::Plain>, Box<dyn Error>> {
            Ok(serde_dynamo::from_items(self.maps("Carts")?)?)
        };
        let facade = || {
            let key = KeyCondition::pk("12856333").sk_begins_with("12856333#");
            let query = <CartItem as DynamoDBItemOp<FacadeCarts>>::query(self.client.clone(), key);
            self.wait(query.all())
        };
        let modyne = || -> Result<Vec<CartItem>, Box<dyn Error>> {
            let found = self.wait(Cart("12856333").query().execute(&self.modyne))?;
            let mut items: Vec<CartItem> = Vec::new();
            items.reduce(found.items.unwrap_or_default())?;
            Ok(items)
        };
        assert_eq!(ours()?, self.items);
        assert_eq!(hand()?, self.items);
        assert_eq!(facade()?, self.items);
        assert_eq!(modyne()?, self.items);
        assert_eq!(serde_dynamo()?, self.plains);
        assert_eq!(serde_json::from_slice::<Vec<cart::Plain>>(&self.json)?, self.plains);
        Ok(vec![
            ("entity, verified", Box::new(move || drop(black_box(ours())))),
            ("SDK, maps alone", Box::new(|| drop(black_box(self.maps("Carts"))))),
            ("SDK, fields by hand", Box::new(move || drop(black_box(hand())))),
            ("SDK + serde_dynamo", Box::new(move || drop(black_box(serde_dynamo())))),
            ("dynamodb-facade", Box::new(move || drop(black_box(facade())))),
            ("modyne", Box::new(move || drop(black_box(modyne())))),
            ("serde_json, plain JSON", self.json::<cart::Plain>()),
        ])
    }

    fn query_mixed(&self) -> Result<Vec<Candidate<'_>>, Box<dyn Error>> {
        let orders = Orders::on(&self.client);
        let ours = move || {
            let query = orders.query(Order::partition("1042")).all();
            self.wait(query.into_future())
        };
        let serde_dynamo = || -> Result<Vec<mixed::Plain>, Box<dyn Error>> {
            Ok(serde_dynamo::from_items(self.maps("Orders")?)?)
        };
        assert_eq!(ours()?, self.orders);
        assert_eq!(serde_dynamo()?, self.plain_orders);
        assert_eq!(serde_json::from_slice::<Vec<mixed::Plain>>(&self.json)?, self.plain_orders);
        Ok(vec![
            ("entity, verified", Box::new(move || drop(black_box(ours())))),
            ("SDK, maps alone", Box::new(|| drop(black_box(self.maps("Orders"))))),
            ("SDK + serde_dynamo", Box::new(move || drop(black_box(serde_dynamo())))),
            ("serde_json, plain JSON", self.json::<mixed::Plain>()),
        ])
    }

    fn json<T: serde::de::DeserializeOwned>(&self) -> Box<dyn FnMut() + '_> {
        Box::new(|| drop(black_box(serde_json::from_slice::<Vec<T>>(&self.json))))
    }

    fn encode(&self) -> Result<Vec<Candidate<'_>>, Box<dyn Error>> {
        for (item, plain) in self.items.iter().zip(&self.plains) {
            assert_eq!(CartItem::from_wire(&wire::to_vec(plain)?)?, *item);
            assert_eq!(serde_dynamo::from_item::<_, cart::Plain>(item.to_item()?)?, *plain);
        }
        Ok(vec![
            ("entity, with its keys", each(&self.items, |item| drop(black_box(item.to_wire())))),
            (
                "wire, keys are fields",
                each(&self.plains, |item| drop(black_box(wire::to_vec(item)))),
            ),
            (
                "serde_dynamo, not yet JSON",
                each(&self.plains, |item| {
                    drop(black_box(serde_dynamo::to_item::<_, Map>(item)));
                }),
            ),
            (
                "serde_json, plain JSON",
                each(&self.plains, |item| {
                    drop(black_box(serde_json::to_vec(item)));
                }),
            ),
        ])
    }

    fn encode_mixed(&self) -> Result<Vec<Candidate<'_>>, Box<dyn Error>> {
        for (item, plain) in self.orders.iter().zip(&self.plain_orders) {
            assert_eq!(serde_dynamo::from_item::<_, mixed::Plain>(item.to_item()?)?, *plain);
        }
        Ok(vec![
            ("entity, with its keys", each(&self.orders, |item| drop(black_box(item.to_wire())))),
            (
                "wire, keys are fields",
                each(&self.plain_orders, |item| {
                    drop(black_box(wire::to_vec(item)));
                }),
            ),
            (
                "serde_dynamo, not yet JSON",
                each(&self.plain_orders, |item| {
                    drop(black_box(serde_dynamo::to_item::<_, Map>(item)));
                }),
            ),
            (
                "serde_json, plain JSON",
                each(&self.plain_orders, |item| {
                    drop(black_box(serde_json::to_vec(item)));
                }),
            ),
        ])
    }

    fn get(&self) -> Result<Vec<Candidate<'_>>, Box<dyn Error>> {
        const KEY: (&str, &str, &str) = ("12856333", "ACTIVE", "P-000000");
        let ours = || self.wait(self.carts.get(CartItem::key(KEY.0, KEY.1, KEY.2)).into_future());
        let map = || -> Result<Option<Map>, Box<dyn Error>> {
            let key = by_hand::key(KEY.0, KEY.1, KEY.2);
            let get = self.client.get_item().table_name("Carts").set_key(Some(key));
            Ok(self.wait(get.send())?.item)
        };
        let hand = move || -> Result<Option<CartItem>, Box<dyn Error>> {
            Ok(map()?.and_then(by_hand::read))
        };
        let serde_dynamo = move || -> Result<Option<cart::Plain>, Box<dyn Error>> {
            Ok(map()?.map(serde_dynamo::from_item).transpose()?)
        };
        let facade = || {
            let key = KeyId::pk(KEY.0).sk(KEY);
            let get = <CartItem as DynamoDBItemOp<FacadeCarts>>::get(self.client.clone(), key);
            self.wait(get.into_future())
        };
        let modyne = || -> Result<Option<CartItem>, Box<dyn Error>> {
            let found = self.wait(<CartItem as EntityExt>::get(KEY).execute(&self.modyne))?;
            Ok(found.item.map(<CartItem as ProjectionExt>::from_item).transpose()?)
        };
        let wanted = Some(cart::item(0));
        assert_eq!(ours()?, wanted);
        assert_eq!(hand()?, wanted);
        assert_eq!(facade()?, wanted);
        assert_eq!(modyne()?, wanted);
        assert_eq!(serde_dynamo()?, Some(cart::plain(0)));
        Ok(vec![
            ("entity, verified", Box::new(move || drop(black_box(ours())))),
            ("SDK + serde_dynamo", Box::new(move || drop(black_box(serde_dynamo())))),
            ("dynamodb-facade", Box::new(move || drop(black_box(facade())))),
            ("modyne", Box::new(move || drop(black_box(modyne())))),
            ("SDK, fields by hand", Box::new(move || drop(black_box(hand())))),
        ])
    }

    fn put(&self) -> Result<Vec<Candidate<'_>>, Box<dyn Error>> {
        let (item, plain) = (cart::item(0), cart::plain(0));
        assert_eq!(by_hand::write(&item), item.to_item()?);
        assert_eq!(serde_dynamo::to_item::<_, Map>(&plain)?, item.to_item()?);
        assert_eq!(peers::facade_map(&item), item.to_item()?);
        assert_eq!(EntityExt::into_item(item.clone()), item.to_item()?);
        let (ours, facade, modyne) = (item.clone(), item.clone(), item.clone());
        let put = |map: Map| {
            self.wait(self.client.put_item().table_name("Carts").set_item(Some(map)).send())
        };
        Ok(vec![
            (
                "entity",
                Box::new(move || {
                    drop(black_box(self.wait(self.carts.put(&ours).into_future())));
                }),
            ),
            (
                "SDK + serde_dynamo",
                Box::new(move || {
                    drop(black_box(serde_dynamo::to_item(&plain).map(put)));
                }),
            ),
            (
                "dynamodb-facade",
                Box::new(move || {
                    let put = DynamoDBItemOp::<FacadeCarts>::put(&facade, self.client.clone());
                    drop(black_box(self.wait(put.into_future())));
                }),
            ),
            (
                "modyne",
                Box::new(move || {
                    let put = EntityExt::put(modyne.clone()).execute(&self.modyne);
                    drop(black_box(self.wait(put)));
                }),
            ),
            ("SDK, fields by hand", Box::new(move || drop(black_box(put(by_hand::write(&item)))))),
        ])
    }

    fn batch_write(&self) -> Result<Vec<Candidate<'_>>, Box<dyn Error>> {
        let ours = || -> Outcome {
            let mut load = self.carts.load(self.items.clone());
            self.wait(load.run())?;
            Ok(())
        };
        let sent = |maps: Vec<Map>| -> Outcome {
            let mut requests = maps.into_iter().map(|map| {
                let put = PutRequest::builder().set_item(Some(map)).build();
                Ok(WriteRequest::builder().put_request(put?).build())
            });
            let requests = requests.by_ref().collect::<Result<Vec<_>, Box<dyn Error>>>()?;
            for batch in requests.chunks(25) {
                let write = self.client.batch_write_item().request_items("Carts", batch.to_vec());
                self.wait(write.send())?;
            }
            Ok(())
        };
        for (item, plain) in self.items.iter().zip(&self.plains) {
            assert_eq!(by_hand::write(item), item.to_item()?);
            assert_eq!(serde_dynamo::to_item::<_, Map>(plain)?, item.to_item()?);
            assert_eq!(peers::facade_map(item), item.to_item()?);
            assert_eq!(EntityExt::into_item(item.clone()), item.to_item()?);
        }
        let hand = move || sent(self.items.iter().map(by_hand::write).collect());
        let serde_dynamo = move || -> Outcome {
            sent(self.plains.iter().map(serde_dynamo::to_item).collect::<Result<_, _>>()?)
        };
        let facade = || -> Outcome {
            let puts = self.items.iter().map(DynamoDBItemBatchOp::<FacadeCarts>::batch_put);
            self.wait(dynamodb_batch_write::<FacadeCarts>(self.client.clone(), puts.collect()))
        };
        let modyne = || -> Outcome {
            for batch in self.items.chunks(25) {
                let puts = batch.iter().cloned().map(EntityExt::put);
                let write = puts.fold(BatchWrite::new(), BatchWrite::operation);
                self.wait(write.execute(&self.modyne))?;
            }
            Ok(())
        };
        ours()?;
        hand()?;
        serde_dynamo()?;
        facade()?;
        modyne()?;
        Ok(vec![
            ("entity, load", Box::new(move || drop(black_box(ours())))),
            ("SDK + serde_dynamo", Box::new(move || drop(black_box(serde_dynamo())))),
            ("dynamodb-facade", Box::new(move || drop(black_box(facade())))),
            ("modyne", Box::new(move || drop(black_box(modyne())))),
            ("SDK, fields by hand", Box::new(move || drop(black_box(hand())))),
        ])
    }
}

/// From the struct to the JSON that is sent, which the SDK makes of a map.
fn put_requests<'a, E, P: serde::Serialize>(
    table: &'static str,
    items: &'a [E],
    plains: &'a [P],
    ours: impl Fn(&E) -> Result<entity_core::Request, entity_core::Error> + 'a,
) -> Result<Vec<Candidate<'a>>, Box<dyn Error>> {
    let mut sdk = PutRequests::new().ok_or("the SDK keeps its serializer elsewhere")?;
    let mut serde_dynamo = move |plain: &P| -> Result<HttpRequest, Box<dyn Error>> {
        sdk.request(table, serde_dynamo::to_item(plain)?)
    };
    for (item, plain) in items.iter().zip(plains) {
        let theirs = serde_dynamo(plain)?;
        let theirs: serde_json::Value =
            serde_json::from_slice(theirs.body().bytes().unwrap_or_default())?;
        assert_eq!(serde_json::from_slice::<serde_json::Value>(ours(item)?.body())?, theirs);
    }
    Ok(vec![
        ("entity, with its keys", each(items, move |item| drop(black_box(ours(item))))),
        ("SDK + serde_dynamo", each(plains, move |plain| drop(black_box(serde_dynamo(plain))))),
        (
            "serde_json, plain JSON",
            each(plains, |plain| {
                drop(black_box(serde_json::to_vec(plain)));
            }),
        ),
    ])
}

fn each<'a, T>(items: &'a [T], mut one: impl FnMut(&T) + 'a) -> Box<dyn FnMut() + 'a> {
    Box::new(move || items.iter().for_each(&mut one))
}

/// The time of a run, on the average of the round in which that was least; the candidates take turns.
///
/// A round is so many runs as take a while, as the first ones find nothing of their own in the
/// processor's caches.
fn least(candidates: &mut [Candidate<'_>]) -> Vec<Duration> {
    let mut least = vec![Duration::MAX; candidates.len()];
    for _ in 0..ROUNDS {
        for ((_, run), least) in candidates.iter_mut().zip(&mut least) {
            let (start, mut runs) = (Instant::now(), 0);
            while start.elapsed() < ROUND {
                run();
                runs += 1;
            }
            *least = (start.elapsed() / runs).min(*least);
        }
    }
    least
}

/// What one run costs, by valgrind: the difference between two runs and one.
fn counted(group: &str, count: usize, name: &str) -> Option<[f64; 3]> {
    let counts = |runs: &str| {
        let tool = |tool: &[&str]| {
            let this = std::env::current_exe().ok()?;
            let run = Command::new("valgrind")
                .args(tool)
                .arg(this)
                .args(["--run", group, &count.to_string(), name, runs])
                .output();
            String::from_utf8(run.ok()?.stderr).ok()
        };
        let number = |word: &str| word.replace(',', "").parse::<f64>().ok();
        let after =
            |text: &str, label: &str| number(text.split(label).nth(1)?.split_whitespace().next()?);
        let refs =
            after(&tool(&["--tool=callgrind", "--callgrind-out-file=/dev/null"])?, "Collected :")?;
        let heap = tool(&["--tool=dhat", "--dhat-out-file=/dev/null"])?;
        let total = heap.split("Total:").nth(1)?;
        let mut words = total.split_whitespace();
        let (bytes, blocks) = (number(words.next()?)?, number(words.nth(2)?)?);
        Some([refs, blocks, bytes])
    };
    let (one, two) = (counts("1")?, counts("2")?);
    let differences = [0, 1, 2].map(|at| two.get(at).zip(one.get(at)).map_or(0.0, |(b, a)| b - a));
    Some(differences)
}

/// Runs one candidate so often, and nothing else.
fn run(group: &str, count: &str, name: &str, runs: &str) -> Outcome {
    let bench = Bench::new(group, count.parse()?)?;
    for (candidate, mut run) in bench.candidates(group)? {
        if candidate == name {
            (0..runs.parse()?).for_each(|_: u32| run());
        }
    }
    Ok(())
}

fn print(group: &str, count: usize, counts: bool) -> Outcome {
    let bench = Bench::new(group, count)?;
    let mut candidates = bench.candidates(group)?;
    let times = least(&mut candidates);
    let seconds = |time: &Duration| time.as_secs_f64();
    let limit = times.last().map_or(1.0, seconds);
    let names: Vec<&str> = candidates.iter().map(|(name, _)| *name).collect();
    let costs: Vec<_> = match counts {
        true => names.iter().map(|name| counted(group, count, name)).collect(),
        false => vec![None; names.len()],
    };
    let fewest = costs.last().copied().flatten().map_or(1.0, |[refs, ..]| refs);
    println!("\n{group}: {count}");
    for ((name, time), cost) in names.iter().zip(&times).zip(costs) {
        let (items, ratio) = (count as f64, seconds(time) / limit);
        print!("  {name:<27} {:>9.3} µs {ratio:>5.2} x", seconds(time) * 1e6 / items);
        if let Some([refs, blocks, bytes]) = cost {
            print!("{:>10.0} instr. {:>5.2} x", refs / items, refs / fewest);
            print!("{:>8.2} alloc. {:>8.0} bytes", blocks / items, bytes / items);
        }
        println!();
    }
    Ok(())
}

fn main() -> Outcome {
    let arguments: Vec<String> =
        std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    if let ["--run", group, count, name, runs] = words.as_slice() {
        return run(group, count, name, runs);
    }
    let counts = words.contains(&"--counts");
    let mut wanted = words.iter().filter(|word| !word.starts_with("--")).peekable();
    println!(
        "Each per item: the time of the quickest of {ROUNDS} rounds; ratios to the last line of a group."
    );
    let any = wanted.peek().is_none();
    let wanted: Vec<_> = wanted.collect();
    for (group, sizes) in GROUPS {
        if any || wanted.iter().any(|word| group.contains(**word)) {
            sizes.iter().try_for_each(|count| print(group, *count, counts))?;
        }
    }
    Ok(())
}
