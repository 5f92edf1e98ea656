//! An index in shards answers as one without them does: the same items in the same order, page by page
//! and from any cursor; and whatever writes an item puts it into the same shard.

#![allow(clippy::duplicated_attributes, reason = "two indexes have one key, but for the shards")]

use std::collections::BTreeSet;
use std::fmt::Debug;

use aws_sdk_dynamodb::types::AttributeValue;
use entity_core::error::{Bound, KeyReason};
use entity_core::op::{Expense, Query};
use entity_core::query::IntoQuery;
use entity_core::{
    Collection, Cursor, Entity, ErrorKind, Index, Item, Key, Table, TableHandle, begins_with,
};
use entity_local::{Fault, LocalDynamo};
use serde::{Deserialize, Serialize};
use tests::engine::{self, watched};
use tests::random::Random;
use tests::stream::next;

#[derive(Debug, Table)]
#[table(name = "Plays", pk = "PK", sk = N("SK"), items = PlayItem,
    indexes(Ranked, RankedInShards, Titled, TitledInShards, Hashed, HashedInShards, Monthly, MonthlyInShards))]
struct Plays;

/// Declares a type of index, without shards and with.
macro_rules! indexes {
    ($($plain:ident $pk:literal, $spread:ident $spread_pk:literal $(, $sk:expr)?;)*) => {$(
        #[derive(Debug, Index)]
        #[index(table = Plays, pk = $pk $(, sk = $sk)?)]
        struct $plain;

        #[derive(Debug, Index)]
        #[index(table = Plays, pk = $spread_pk $(, sk = $sk)?)]
        struct $spread;
    )*};
}

indexes! {
    Ranked "RankedPK", RankedInShards "RankedShard", N("downloads");
    Titled "TitledPK", TitledInShards "TitledShard", "TitledSK";
    Hashed "HashedPK", HashedInShards "HashedShard", B("hash");
    Monthly "MonthlyPK", MonthlyInShards "MonthlyShard";
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Entity)]
#[entity(table = Plays, pk = "SONG#{song}", sk = at)]
#[entity(index(Ranked, pk = "{month}", sk = downloads))]
#[entity(index(RankedInShards, pk = "{month}", sk = downloads, shards = 5))]
#[entity(index(Titled, pk = "ALL", sk = "{genre}#{title:rest}"))]
#[entity(index(TitledInShards, pk = "ALL", sk = "{genre}#{title:rest}", shards = 16))]
#[entity(index(Hashed, pk = "{month}", sk = hash))]
#[entity(index(HashedInShards, pk = "{month}", sk = hash, shards = 2))]
#[entity(index(Monthly, pk = "{month}"))]
#[entity(index(MonthlyInShards, pk = "{month}", shards = 3))]
struct Play {
    #[entity(key_only)]
    song: String,
    at: u64,
    month: String,
    downloads: i64,
    genre: String,
    title: String,
    #[serde(with = "serde_bytes")]
    hash: Vec<u8>,
    liked: bool,
}

/// An item of another kind in the same partitions of the indexes, in another number of shards.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Entity)]
#[entity(table = Plays, pk = "ALBUM#{album}", sk = at)]
#[entity(index(Ranked, pk = "{month}", sk = downloads))]
#[entity(index(RankedInShards, pk = "{month}", sk = downloads, shards = 3))]
struct Album {
    #[entity(key_only)]
    album: String,
    at: u64,
    month: String,
    downloads: i64,
}

#[derive(Debug, Clone, PartialEq, Collection)]
enum PlayItem {
    Play(Play),
    Album(Album),
}

const MONTHS: [&str; 2] = ["2018-01", "2018-02"];

fn play(random: &mut Random, number: u64) -> Play {
    let bytes = [0, 1, 62, 63, 127, 128, 255];
    let length = 1 + random.below(3);
    Play {
        song: format!("S-{}", random.below(40)),
        at: number,
        month: random.one_of(&MONTHS).to_owned(),
        downloads: random.below(220) as i64 - 100,
        genre: random.one_of(&["pop", "rock", "rocksteady"]).to_owned(),
        title: random.one_of(&["a", "B", "é", "a#b", "zz", "\u{10000}", "\u{e000}"]).to_owned(),
        hash: (0..length).map(|_| random.one_of(&bytes)).collect(),
        liked: random.below(3) == 0,
    }
}

async fn fill(plays: &TableHandle<Plays>, random: &mut Random, count: u64) {
    let items: Vec<PlayItem> = (0..count)
        .map(|number| match number % 7 {
            0 => PlayItem::Album(Album {
                album: format!("A-{number}"),
                at: number,
                month: random.one_of(&MONTHS).to_owned(),
                downloads: random.below(220) as i64 - 100,
            }),
            _ => PlayItem::Play(play(random, number)),
        })
        .collect();
    let mut load = plays.load(items);
    load.run().await.unwrap();
    assert_eq!(load.report().written(), count);
}

/// How a query is read.
#[derive(Debug, Clone, Copy, Default)]
struct How {
    descending: bool,
    liked: bool,
    limit: Option<usize>,
    page_size: Option<u32>,
    max_scanned: Option<u64>,
    max_requests: Option<usize>,
}

impl How {
    fn of<Q: IntoQuery<Output = Play>>(self, mut query: Query<Play, Q>) -> Query<Play, Q> {
        if self.descending {
            query = query.descending();
        }
        if self.liked {
            query = query.filter(|play| play.liked.eq(true));
        }
        if let Some(limit) = self.limit {
            query = query.limit(limit);
        }
        if let Some(items) = self.page_size {
            query = query.page_size(items);
        }
        if let Some(items) = self.max_scanned {
            query = query.max_scanned(items);
        }
        if let Some(requests) = self.max_requests {
            query = query.max_requests(requests);
        }
        query
    }

    /// With another size of pages, and another bound of the cost.
    fn bounded(mut self, random: &mut Random) -> Self {
        let mut some = |below| (random.below(2) == 0).then(|| 1 + random.below(below));
        self.limit = some(30).map(|limit| limit as usize);
        self.page_size = some(9).map(|items| items as u32);
        self.max_scanned = some(60);
        self.max_requests = some(20).map(|requests| requests as usize);
        self
    }
}

fn again(cursor: &Cursor) -> Cursor {
    cursor.to_string().parse().unwrap()
}

/// Two queries find the same, and one that is in shards finds it in every way; `key` is the sort key of
/// the index, by which items may have one place.
async fn agree<P, S, K: Ord + Debug>(
    plays: &TableHandle<Plays>,
    random: &mut Random,
    (plain, spread): (impl Fn() -> P, impl Fn() -> S),
    key: impl Fn(&Play) -> K,
) where
    P: IntoQuery<Output = Play>,
    S: IntoQuery<Output = Play>,
{
    for (descending, liked) in [(false, false), (true, false), (false, true), (true, true)] {
        let how = How { descending, liked, ..How::default() };
        let query = |how: How| how.of(plays.query(spread()));
        let keys = |items: &[Play]| items.iter().map(&key).collect::<Vec<K>>();
        let expected = how.of(plays.query(plain())).all().await.unwrap();
        let all = query(how).all().await.unwrap();
        assert_eq!(keys(&all), keys(&expected), "{how:?}");
        let set = |items: &[Play]| items.iter().cloned().collect::<BTreeSet<Play>>();
        assert_eq!(set(&all), set(&expected), "{how:?}");
        assert_eq!(all.len(), expected.len());

        assert_eq!(query(how).count().await.unwrap(), all.len() as u64);
        assert_eq!(query(how).first().await.unwrap().as_ref(), all.first());
        for limit in [0, 1, 2, random.below(40) as usize, all.len(), all.len() + 3] {
            let how = How { limit: Some(limit), ..how };
            let wanted = &all[..limit.min(all.len())];
            assert_eq!(query(how).all().await.unwrap(), wanted, "{how:?}");
            assert_eq!(query(how).count().await.unwrap(), wanted.len() as u64);
        }
        paged(&all, random, how, query).await;
        left(&all, random, how, query).await;
    }
}

/// Page by page, whatever each is like.
async fn paged<Q: IntoQuery<Output = Play>>(
    all: &[Play],
    random: &mut Random,
    how: How,
    query: impl Fn(How) -> Query<Play, Q>,
) {
    let (mut cursor, mut walked, mut requests) = (None, Vec::new(), 0);
    loop {
        let how = how.bounded(random);
        let response = query(how).after(&cursor).page().response().await.unwrap();
        let page = response.value;
        assert!(how.limit.is_none_or(|limit| page.items().len() <= limit), "{how:?}");
        cursor = page.cursor().map(again);
        let (stopped, full) = (page.stopped(), how.limit == Some(page.items().len()));
        assert!(how.limit.is_none() || full || stopped.is_some() || cursor.is_none(), "{how:?}");
        walked.extend(page.into_items().unwrap());
        requests += response.requests;
        assert!(requests < 10_000, "it goes on: {how:?}");
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(walked, all, "{how:?}");
}

/// Streams are left after any item, and go on there.
async fn left<Q: IntoQuery<Output = Play>>(
    all: &[Play],
    random: &mut Random,
    how: How,
    query: impl Fn(How) -> Query<Play, Q>,
) {
    let (mut cursor, mut walked) = (None, Vec::new());
    while walked.len() < all.len() {
        let page_size = (random.below(3) > 0).then(|| 1 + random.below(9) as u32);
        let how = How { page_size, ..how };
        let mut items = query(how).after(&cursor).stream();
        for _ in 0..random.below(15) {
            walked.extend(next(&mut items).await.map(Result::unwrap));
        }
        let mut pages = query(how).after(&again(&items.cursor())).pages();
        for _ in 0..random.below(3) {
            if let Some(page) = next(&mut pages).await {
                walked.extend(page.unwrap().into_items().unwrap());
            }
        }
        cursor = Some(again(&pages.cursor()));
    }
    assert_eq!(walked, all, "{how:?}");
    let rest = query(how).after(&cursor).all().await.unwrap();
    assert_eq!(rest, []);
}

async fn all_agree(seed: u64) {
    let mut random = Random::new(seed);
    let plays = &engine::table::<Plays>().await;
    let count = 20 + random.below(80);
    fill(plays, &mut random, count).await;
    let random = &mut random;
    for month in MONTHS {
        let queries = (|| Play::ranked(month), || Play::ranked_in_shards(month));
        agree(plays, random, queries, |play| play.downloads).await;
        let queries = (|| Play::hashed(month), || Play::hashed_in_shards(month));
        agree(plays, random, queries, |play| play.hash.clone()).await;
    }
    let middle = || -20..=35;
    let queries = (
        || Play::ranked("2018-01").downloads(middle()),
        || Play::ranked_in_shards("2018-01").downloads(middle()),
    );
    agree(plays, random, queries, |play| play.downloads).await;
    let title = |play: &Play| format!("{}#{}", play.genre, play.title);
    agree(plays, random, (Play::titled, Play::titled_in_shards), title).await;
    let queries = (|| Play::titled().genre("rock"), || Play::titled_in_shards().genre("rock"));
    agree(plays, random, queries, title).await;
    let queries = (
        || Play::titled().genre("pop").title(begins_with("a")),
        || Play::titled_in_shards().genre("pop").title(begins_with("a")),
    );
    agree(plays, random, queries, title).await;
    let queries = (|| Play::titled().genre("jazz"), || Play::titled_in_shards().genre("jazz"));
    agree(plays, random, queries, title).await;
}

#[tokio::test]
async fn shards_change_no_answer() {
    for seed in 0..if engine::is_embedded() { 2 } else { 1 } {
        all_agree(seed).await;
    }
}

#[tokio::test]
async fn an_index_without_a_sort_key_has_all_items_once() {
    let mut random = Random::new(7);
    let plays = engine::table::<Plays>().await;
    fill(&plays, &mut random, 150).await;
    let spread = || plays.query(Play::monthly_in_shards("2018-01"));
    let set = |items: Vec<Play>| items.into_iter().collect::<BTreeSet<Play>>();
    let expected = plays.query(Play::monthly("2018-01")).all().await.unwrap();
    let (count, expected) = (expected.len(), set(expected));
    let all = spread().page_size(4).all().await.unwrap();
    assert_eq!((all.len(), set(all)), (count, expected.clone()));
    let (mut cursor, mut walked) = (None, Vec::new());
    loop {
        let page = spread().limit(7).after(&cursor).page().await.unwrap();
        cursor = page.cursor().map(again);
        walked.extend(page.into_items().unwrap());
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!((walked.len(), set(walked)), (count, expected.clone()));
    let mut stream = spread().page_size(3).stream();
    let mut walked = Vec::new();
    for _ in 0..20 {
        walked.push(next(&mut stream).await.unwrap().unwrap());
    }
    walked.extend(spread().after(&again(&stream.cursor())).all().await.unwrap());
    assert_eq!((walked.len(), set(walked)), (count, expected));
}

/// The keys of an item in its indexes, as they are stored.
async fn index_keys(plays: &TableHandle<Plays>, play: &Play) -> Vec<(String, AttributeValue)> {
    let key = Play::key(&play.song, play.at).unwrap();
    let get = plays.client().get_item().table_name(plays.name()).consistent_read(true);
    let get = get.key("PK", AttributeValue::S(key.partition_key().text().to_owned()));
    let get = get.key("SK", AttributeValue::N(play.at.to_string()));
    of_indexes(get.send().await.unwrap().item.unwrap().into_iter())
}

fn of_indexes(
    item: impl Iterator<Item = (String, AttributeValue)>,
) -> Vec<(String, AttributeValue)> {
    let mut keys: Vec<_> = item.filter(|(name, _)| name.ends_with("Shard")).collect();
    keys.sort_by(|(a, _), (b, _)| a.cmp(b));
    keys
}

fn made(play: &Play) -> Vec<(String, AttributeValue)> {
    of_indexes(play.to_item().unwrap().into_iter())
}

#[tokio::test]
async fn whatever_writes_an_item_puts_it_into_one_shard() {
    let (mut random, plays) = (Random::new(3), engine::table::<Plays>().await);
    let mut shards = BTreeSet::new();
    for number in 0..40 {
        let mut play = play(&mut random, number);
        let key = || Play::key(&play.song, play.at);
        plays.create(&play).await.unwrap();
        assert_eq!(index_keys(&plays, &play).await, made(&play));
        plays.update(key()).set(|p| p.month.set("2019-01")).await.unwrap();
        play.month = "2019-01".to_owned();
        assert_eq!(index_keys(&plays, &play).await, made(&play));
        assert_eq!(made(&play).len(), 4);
        let ranked = made(&play).into_iter().find(|(name, _)| name == "RankedShard").unwrap().1;
        shards.insert(ranked.as_s().unwrap().clone());

        let (month, other) = ("2019-02".to_owned(), random.below(9));
        let initial = Play { song: format!("New-{other}"), month, ..play.clone() };
        plays.upsert(&initial).set(|p| p.downloads.add(1)).await.unwrap();
        assert_eq!(index_keys(&plays, &initial).await, made(&initial));
        let later = Play { month: "2019-03".to_owned(), at: number + 1_000, ..play.clone() };
        let update = plays.update(key()).set(|p| p.month.set("2019-03"));
        plays.transact_write((plays.put(&later), update)).await.unwrap();
        play.month = "2019-03".to_owned();
        assert_eq!(index_keys(&plays, &later).await, made(&later));
        assert_eq!(index_keys(&plays, &play).await, made(&play));
    }
    // All of them are used, and named as the documentation says.
    let expected = ["2019-01#0", "2019-01#1", "2019-01#2", "2019-01#3", "2019-01#4"];
    assert_eq!(shards, expected.map(str::to_owned).into());
    let pages = plays.query(Play::ranked_in_shards("2019-01")).count().await.unwrap();
    assert_eq!(pages, 0, "they have moved to another month");
    let march = plays.query(Play::ranked_in_shards("2019-03")).count().await.unwrap();
    assert_eq!(march, 80);
}

#[tokio::test]
async fn a_number_has_one_shard_in_each_of_its_texts() {
    let (mut random, plays) = (Random::new(4), engine::table::<Plays>().await);
    for at in [1, 10, 300] {
        let mut play = Play { song: "S".into(), ..play(&mut random, at) };
        plays.put(&play).await.unwrap();
        let key = Key::<Play>::parse("SONG#S", Some(&format!("{at}.0"))).unwrap();
        plays.update(key).set(|p| p.month.set("2020-01")).await.unwrap();
        play.month = "2020-01".into();
        assert_eq!(index_keys(&plays, &play).await, made(&play), "{at}");
    }
}

#[tokio::test]
async fn each_shard_is_asked_for_its_part() {
    let (plays, watch) = watched::<Plays>().await;
    fill(&plays, &mut Random::new(1), 140).await;
    let query = || plays.query(Play::ranked_in_shards("2018-01"));
    watch.clear();
    query().limit(20).all().await.unwrap();
    let bodies = watch.bodies();
    // The share of each, and a little more: 4 + 2 * 2 + 1.
    let first = bodies.iter().filter(|body| body["ExclusiveStartKey"].is_null());
    let first = first.map(|body| {
        let values = body["ExpressionAttributeValues"].as_object().unwrap().values();
        let partition = values.into_iter().next().unwrap()["S"].as_str().unwrap();
        (partition.to_owned(), body["Limit"].as_u64().unwrap())
    });
    let expected = (0..5).map(|shard| (format!("2018-01#{shard}"), 9));
    assert_eq!(first.collect::<BTreeSet<_>>(), expected.collect());
    assert!(bodies.len() < 10, "{bodies:#?}");
    let shown = query().limit(20).all().request().unwrap();
    assert!(shown.to_string().contains("2018-01#0"), "{shown}");

    // A page without a limit is one request of each.
    let response = query().page_size(2).page().response().await.unwrap();
    assert_eq!(response.requests, 5);
    let stopped = query().page_size(2).max_requests(7).limit(50).page().response().await.unwrap();
    assert!(stopped.requests <= 7);
    assert_eq!(stopped.value.stopped(), Some(Bound::MaxRequests));
    watch.clear();
    let error = query().max_requests(0).all().await.unwrap_err();
    assert!(matches!(entity_core::Error::from(error).kind(), ErrorKind::Stopped(_)));
    assert_eq!(watch.counts(), (0, 0));

    // A cursor is of its own index, and of as many shards.
    let page = query().limit(3).page().await.unwrap();
    let other = plays.query(Play::ranked("2018-01")).after(page.cursor()).all().await;
    assert!(matches!(entity_core::Error::from(other.unwrap_err()).kind(), ErrorKind::Cursor(_)));
    let album = plays.query(Album::ranked_in_shards("2018-01")).after(page.cursor()).all().await;
    assert!(matches!(entity_core::Error::from(album.unwrap_err()).kind(), ErrorKind::Cursor(_)));
}

#[tokio::test]
async fn the_least_bound_of_the_cost_still_comes_to_the_end() {
    let plays = engine::table::<Plays>().await;
    fill(&plays, &mut Random::new(8), 60).await;
    let query = || plays.query(Play::ranked_in_shards("2018-01"));
    let all = query().all().await.unwrap();
    let scanned = How { max_scanned: Some(1), ..How::default() };
    let requests =
        How { max_requests: Some(1), page_size: Some(1), limit: Some(5), ..How::default() };
    for how in [scanned, requests] {
        let (mut cursor, mut walked) = (None, Vec::new());
        for _ in 0..200 {
            let page = how.of(query()).after(&cursor).page().await.unwrap();
            cursor = page.cursor().map(again);
            walked.extend(page.into_items().unwrap());
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(walked, all, "{how:?}");
    }
}

/// A plan has a request of each shard, and its bounds are those of what is then charged.
#[tokio::test]
async fn a_plan_counts_the_shards() {
    let plays = engine::table::<Plays>().await;
    fill(&plays, &mut Random::new(9), 60).await;
    let charged = engine::needs_embedded("DynamoDB Local counts units of indexes in its own way");
    for month in ["2018-01", "2019-01"] {
        let query = || plays.query(Play::ranked_in_shards(month));
        let plan = query().explain().unwrap();
        assert_eq!((plan.requests(), plan.units().at_least), (5, 2.5));
        assert!(plan.expenses().contains(&Expense::Shards { shards: 5 }), "{plan}");
        assert!(plan.to_string().contains("each of the index's 5 shards is asked"), "{plan}");

        for how in [
            How::default(),
            How { max_scanned: Some(1), ..How::default() },
            How { max_scanned: Some(9), limit: Some(3), ..How::default() },
            How { max_requests: Some(1), ..How::default() },
            How { max_requests: Some(7), limit: Some(8), page_size: Some(2), ..How::default() },
        ] {
            let plan = how.of(query()).page().explain().unwrap();
            let response = how.of(query()).page().response().await.unwrap();
            assert_eq!(plan.requests(), 5, "{how:?}");
            if charged {
                assert!(plan.units().contain(response.consumed.units), "{how:?} {plan}");
            }
            let most = how.max_requests.map_or(usize::MAX, |max| max.max(5));
            assert!((5..=most).contains(&(response.requests as usize)), "{how:?} {response:?}");
        }
        let plan = query().max_requests(0).explain().unwrap();
        assert_eq!((plan.requests(), plan.units().exactly()), (0, Some(0.0)));
    }
}

#[tokio::test]
async fn a_shard_that_fails_ends_the_stream_where_it_can_go_on() {
    let local = LocalDynamo::in_memory().unwrap();
    let plays = &engine::table_of::<Plays>(&local.client()).await;
    fill(plays, &mut Random::new(5), 200).await;
    let query = || plays.query(Play::titled_in_shards()).page_size(2);
    let all = query().all().await.unwrap();
    for failing in [1, 5, 16, 17, 30] {
        let mut stream = query().stream();
        let mut walked = Vec::new();
        local
            .faults()
            .on("Query")
            .after(failing)
            .inject(Fault::error(400, "AccessDeniedException"));
        let error = loop {
            match next(&mut stream).await.unwrap() {
                Ok(item) => walked.push(item),
                Err(error) => break error,
            }
        };
        assert!(matches!(error.kind(), ErrorKind::Service(_)), "{error}");
        assert!(next(&mut stream).await.is_none());
        walked.extend(query().after(&again(&stream.cursor())).all().await.unwrap());
        assert_eq!(walked, all);
    }
}

#[tokio::test]
async fn a_wrong_shard_is_found_and_mended() {
    let (mut random, plays) = (Random::new(6), engine::table::<Plays>().await);
    for number in 0..30 {
        plays.put(&Play { month: "2018-01".into(), ..play(&mut random, number) }).await.unwrap();
    }
    assert!(plays.verify_table().items().await.unwrap().matches());
    let wrong = Play { month: "2018-01".into(), ..play(&mut random, 100) };
    let mut item = wrong.to_item().unwrap();
    let shard = item["RankedShard"].as_s().unwrap().clone();
    // As a program writes it that knows no shards; and one that knows of one shard more.
    for text in ["2018-01", "2018-01#5"] {
        item.insert("RankedShard".to_owned(), AttributeValue::S(text.to_owned()));
        let put = plays.client().put_item().table_name(plays.name());
        put.set_item(Some(item.clone())).send().await.unwrap();
        let query = || plays.query(Play::ranked_in_shards("2018-01"));
        assert_eq!(query().count().await.unwrap(), 30, "{text} is in none of the shards");
        let verified = plays.verify_table().items().await.unwrap();
        let stale =
            verified.items().unwrap().indexes.iter().map(|index| (index.index, index.stale));
        assert_eq!(stale.collect::<Vec<_>>(), [("RankedInShards", 1)]);
        plays.reindex().run().await.unwrap();
        assert_eq!(index_keys(&plays, &wrong).await, made(&wrong));
        assert_eq!(query().count().await.unwrap(), 31);
        assert_eq!(made(&wrong)[2].1.as_s().unwrap(), &shard);
        plays.delete(Play::key(&wrong.song, wrong.at)).await.unwrap();
    }
}

/// An index of keys alone, out of which the fields come back.
#[derive(Debug, Table)]
#[table(name = "Charts", pk = "PK", sk = "SK", indexes(ByMonth), items = ChartItem, separator = "::")]
struct Charts;

#[derive(Debug, Index)]
#[index(table = Charts, pk = "Month", sk = N("downloads"), keys_only)]
struct ByMonth;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Entity)]
#[entity(table = Charts, pk = "SONG::{song}", sk = "SONG::{song}")]
#[entity(index(ByMonth, pk = "M::{year:04}{month:rest}", sk = downloads, shards = 12))]
struct Chart {
    #[entity(key_only)]
    song: String,
    year: u16,
    month: String,
    downloads: u64,
}

#[derive(Debug, Clone, PartialEq, Collection)]
enum ChartItem {
    Chart(Chart),
}

#[tokio::test]
async fn fields_come_back_out_of_a_key_in_shards() {
    let charts = engine::table::<Charts>().await;
    let mut shards = BTreeSet::new();
    // Half of a hash would be no good for keys that have one text twice, and a month may end like a shard.
    for (number, month) in (0..48).zip(["01", "02::3", "::11", ""].into_iter().cycle()) {
        let song = format!("S-{number}");
        let chart = Chart { song, year: 2018, month: month.into(), downloads: number };
        charts.put(&chart).await.unwrap();
        let found = charts.query(Chart::by_month(2018_u16, month)).descending().first().await;
        assert_eq!(found.unwrap(), Some(chart.clone()));
        let stored = chart.to_item().unwrap();
        let key = stored["Month"].as_s().unwrap().rsplit_once("::").unwrap().1.to_owned();
        shards.insert(key);
    }
    assert_eq!(shards.len(), 12, "{shards:?}");
    assert!(shards.contains("00") && shards.contains("11"));
    let third = charts.query(Chart::by_month(2018_u16, "::11")).all().await.unwrap();
    assert_eq!(
        third.iter().map(|chart| chart.downloads).collect::<Vec<_>>(),
        (2..48).step_by(4).collect::<Vec<_>>()
    );
}

#[test]
fn the_limit_of_a_key_is_with_its_shard() {
    let chart = |bytes: usize| Chart {
        song: "1".into(),
        year: 2018,
        month: "m".repeat(bytes),
        downloads: 1,
    };
    // `M::2018` before it, and `::07` after it.
    assert!(chart(2_048 - 11).to_item().is_ok());
    let error = chart(2_048 - 10).to_item().unwrap_err();
    let ErrorKind::Key(error) = error.kind() else { panic!("{error}") };
    assert_eq!(error.reason(), &KeyReason::TooLong { bytes: 2_049, max: 2_048 });
    let query = Chart::by_month(2018_u16, "m".repeat(2_048 - 10)).into_key_condition();
    assert_eq!(query.unwrap_err().reason(), error.reason());
}

#[test]
fn another_number_of_shards_is_a_change_of_the_schema() {
    let schema = Plays::schema();
    schema.check(&schema.to_string()).unwrap();
    let check = |from: &str, to: &str| {
        let stored = schema.to_string().replacen(from, to, 1);
        assert_ne!(stored, schema.to_string());
        let changed = schema.check(&stored).unwrap_err();
        let [change] = changed.changes() else { panic!("{changed}") };
        change.clone()
    };
    let migration = "stored items keep the old key, by which queries miss them: give each its new key with `reindex`";
    assert_eq!(
        check(r#""TitledShard": 16"#, r#""TitledShard": 8"#),
        format!("key `TitledShard` of `Play` was in 8 shards and is in 16 shards; {migration}")
    );
    let stored = schema.to_string();
    let (begin, rest) = stored.split_once(r#""shards": {"#).unwrap();
    let (_, rest) = rest.split_once("},\n").unwrap();
    let without = format!("{}{}", begin.trim_end(), rest.trim_start());
    let changed = schema.check(&without).unwrap_err();
    assert_eq!(
        changed.changes(),
        [format!("key `RankedShard` of `Album` was in no shards and is in 3 shards; {migration}")]
    );
}
