//! One item that cannot be read never hides the others, and says which it is and why.

use entity_core::error::{ItemReason, PartialRead};
use entity_core::query::IntoQuery;
use entity_core::{Entity, Error, ErrorKind, ItemOf, TableHandle};
use serde_json::{Value, json};
use tests::cart::{CartItem, CartRecord, CustomerPurchases};
use tests::chat::{ChatItem, CruddurMessages, MessageGroup};
use tests::engine::{table, watched};
use tests::music::{Download, MonthlyCount, Song, SongItem, Songs};
use tests::orders::{OrderItem, Orders, Ticket};
use tests::raw;
use tests::stream::collect;
use uuid::Uuid;

fn download(id: u64) -> Download {
    Download { song_id: "1".into(), download_id: id, download_timestamp: "2018".into() }
}

/// A partition with good downloads and with what other programs may write.
async fn songs() -> TableHandle<Songs> {
    let songs = table::<Songs>().await;
    for id in [1, 5, 9] {
        songs.put(&download(id)).await.unwrap();
    }
    for (sk, attributes) in [
        ("Dld-007", json!({ "DownloadTimestamp": { "S": "2018" } })),
        ("Dld-7", json!({ "DownloadTimestamp": { "N": "7" } })),
        ("Dld-8", json!({})),
        (
            "Month-01-2018",
            json!({
                "DownloadMonth": { "S": "02-2018" }, "TotalDownloadsInMonth": { "N": "7" },
            }),
        ),
        (
            "Month-03-2018",
            json!({
                "DownloadMonth": { "S": "03-2018" }, "TotalDownloadsInMonth": { "N": "-7" },
            }),
        ),
        ("Note-1", json!({ "Text": { "S": "x" } })),
    ] {
        let mut item = raw::item(&attributes);
        item.extend(raw::item(&json!({ "Id": { "S": "1" }, "Metadata": { "S": sk } })));
        raw::put(&songs, item).await;
    }
    songs
}

/// What an error says after the table's own name.
#[track_caller]
fn says(error: &Error, table: &str) -> String {
    assert!(matches!(error.kind(), ErrorKind::Item(_)), "{error:?}");
    let text = error.to_string();
    text.strip_prefix(table).unwrap_or_else(|| panic!("{text}")).to_owned()
}

const DOWNLOADS: [&str; 3] = [
    "/Download 1/Dld-007: Metadata: part of the key: expected an integer without leading zeros",
    "/Download 1/Dld-7: DownloadTimestamp: expected S, found N",
    "/Download 1/Dld-8: DownloadTimestamp: required, but not there",
];
const MONTHS: [&str; 2] = [
    "/MonthlyCount 1/Month-01-2018: Metadata: the key is not the one that the item's fields make",
    "/MonthlyCount 1/Month-03-2018: TotalDownloadsInMonth: number out of range, expected u64",
];

/// Asks in every way, and finds the same items and errors.
async fn finds<Q, R>(songs: &TableHandle<Songs>, query: impl Fn() -> Q, good: &[R], bad: &[&str])
where
    Q: IntoQuery<Output = R>,
    R: entity_core::Item + ItemOf<Songs> + PartialEq + std::fmt::Debug,
{
    let table = songs.name();
    let partial: PartialRead<Vec<R>> = songs.query(query()).all().await.unwrap_err();
    assert_eq!(partial.items(), good);
    let said: Vec<String> = partial.errors().iter().map(|error| says(error, table)).collect();
    assert_eq!(said, bad);
    let more = match bad.len() {
        1 => String::new(),
        2 => " (and one more error)".to_owned(),
        count => format!(" (and {} more errors)", count - 1),
    };
    assert_eq!(partial.to_string(), format!("{table}{}{more}", bad[0]));
    assert_eq!(says(&Error::from(partial), table), bad[0]);

    let page = songs.query(query()).page().await.unwrap();
    assert_eq!(page.items().len(), good.len() + bad.len());
    let (items, errors) = page.into_items().unwrap_err().into_parts();
    assert_eq!((items.as_slice(), errors.len()), (good, bad.len()));
    let streamed = collect(songs.query(query()).stream()).await;
    let (items, errors): (Vec<_>, Vec<_>) = streamed.into_iter().partition(Result::is_ok);
    assert_eq!(items.into_iter().map(Result::unwrap).collect::<Vec<R>>(), good);
    assert_eq!(errors.len(), bad.len());
}

#[tokio::test]
async fn each_item_is_a_result_of_its_own() {
    let songs = songs().await;
    let good = [1, 5, 9].map(download);
    finds(&songs, || Download::partition("1"), &good, &DOWNLOADS).await;
    finds(&songs, || MonthlyCount::partition("1"), &[], &MONTHS).await;
    let note = "/SongItem 1/Note-1: the item's keys are of no entity of the table";
    let all = [&DOWNLOADS[..], &MONTHS, &[note]].concat();
    finds(&songs, || SongItem::partition("1"), &good.map(SongItem::Download), &all).await;
    let scanned = songs.scan().all().await.unwrap_err();
    assert_eq!((scanned.items().len(), scanned.errors().len()), (3, 6));
}

#[tokio::test]
async fn errors_stand_where_the_items_do_and_count_to_the_limit() {
    let songs = songs().await;
    let page = songs.query(Download::partition("1")).limit(3).page().await.unwrap();
    let ok: Vec<bool> = page.items().iter().map(Result::is_ok).collect();
    assert_eq!(ok, [false, true, true]);
    let rest = songs.query(Download::partition("1")).after(page.cursor()).page().await.unwrap();
    let ok: Vec<bool> = rest.items().iter().map(Result::is_ok).collect();
    assert_eq!(ok, [false, false, true]);
    let first = songs.query(Download::partition("1")).first().await.unwrap_err();
    assert_eq!(says(&first, songs.name()), DOWNLOADS[0]);
    let last = songs.query(Download::partition("1")).descending().first().await.unwrap();
    assert_eq!(last, Some(download(9)));
}

#[tokio::test]
async fn one_item_says_the_same_by_itself() {
    let songs = songs().await;
    let error = songs.get(Download::key("1", 7)).await.unwrap_err();
    assert_eq!(says(&error, songs.name()), DOWNLOADS[1]);
    let ErrorKind::Item(item) = error.kind() else { unreachable!("`says` checked it") };
    assert_eq!(
        (item.table(), item.entity(), item.key()),
        (songs.name(), "Download", Some("1/Dld-7"))
    );
    assert!(matches!(item.reason(), ItemReason::Decode(_)));
    assert!(!item.is_other_entity());
    let error = songs.get(MonthlyCount::key("1", "01-2018")).await.unwrap_err();
    assert_eq!(says(&error, songs.name()), MONTHS[0]);
}

#[tokio::test]
async fn unknown_items_are_passed_over_only_when_asked() {
    let songs = songs().await;
    let known = songs.query(SongItem::partition("1")).skip_unknown().all().response().await;
    assert_eq!(known.unwrap_err().errors().len(), 5);
    raw::put(&songs, raw::item(&json!({ "Id": { "S": "2" }, "Metadata": { "S": "Note-1" } })))
        .await;
    let read = songs.query(SongItem::partition("2")).skip_unknown().all().response().await.unwrap();
    assert_eq!((read.value.len(), read.skipped, read.scanned), (0, 1, 1));
    let songs = table::<Songs>().await;
    raw::put(&songs, raw::item(&json!({ "Id": { "S": "2" }, "Metadata": { "S": "Note-1" } })))
        .await;
    assert_eq!(songs.scan().skip_unknown().all().await.unwrap(), []);
}

#[tokio::test]
async fn a_bad_item_in_an_index_says_its_primary_key() {
    let songs = songs().await;
    let partial = songs.query(MonthlyCount::downloads_by_month("03-2018")).all().await.unwrap_err();
    assert_eq!(says(&partial.errors()[0], songs.name()), MONTHS[1]);
}

#[tokio::test]
async fn nested_paths_are_said_whole() {
    let cart = table::<CustomerPurchases>().await;
    let item = |sk: &str, sku: Value| {
        raw::item(&json!({
            "PK": { "S": "12" }, "SK": { "S": sk }, "AccountId": { "S": "12" },
            "Status": { "S": "ACTIVE" }, "CreateTimestamp": { "S": "2020" },
            "GSI1PK": { "S": "12#ACTIVE" }, "GSI1SK": { "S": "2020" }, "ItemSKU": { "M": sku },
        }))
    };
    let price = json!({
        "ProductId": { "S": "P-1" }, "Category": { "S": "Toys" }, "Price": { "S": "10" },
    });
    raw::put(&cart, item("12#ACTIVE#P-1", price)).await;
    let expected = "/CartItem 12/12#ACTIVE#P-1: ItemSKU.Price: expected N, found S";
    let partial = cart.query(CartItem::partition("12")).all().await.unwrap_err();
    assert_eq!(says(&partial.errors()[0], cart.name()), expected);
    let partial = cart.query(CartRecord::partition("12")).all().await.unwrap_err();
    assert_eq!(says(&partial.errors()[0], cart.name()), expected);
    let missing = json!({ "Category": { "S": "Toys" } });
    raw::put(&cart, item("12#ACTIVE#P-1", missing)).await;
    let partial = cart.query(CartItem::partition("12")).all().await.unwrap_err();
    let expected = "/CartItem 12/12#ACTIVE#P-1: ItemSKU.ProductId: required, but not there";
    assert_eq!(says(&partial.errors()[0], cart.name()), expected);
}

#[tokio::test]
async fn a_key_that_would_not_be_written_is_an_error_that_carries_it() {
    let orders = table::<Orders>().await;
    let ticket = Uuid::from_u128(0xabc);
    let upper = ticket.to_string().to_uppercase();
    let item = json!({
        "PK": { "S": "CUST#ada" }, "SK": { "S": format!("TICKET#q#{upper}") },
        "queue": { "S": "q" }, "ticket": { "S": upper },
    });
    raw::put(&orders, raw::item(&item)).await;
    let item = json!({
        "PK": { "S": "CUST#ada" }, "SK": { "S": "ORDER#1#ITEM#7" }, "product": { "S": "P" },
    });
    raw::put(&orders, raw::item(&item)).await;
    let partial = orders.query(Ticket::partition("ada")).all().await.unwrap_err();
    let text = says(&partial.errors()[0], orders.name());
    assert!(text.starts_with(&format!("/Ticket CUST#ada/TICKET#q#{upper}: ")), "{text}");
    let partial = orders.query(OrderItem::partition("ada")).all().await.unwrap_err();
    let text = says(&partial.errors()[0], orders.name());
    assert!(text.starts_with("/OrderItem CUST#ada/ORDER#1#ITEM#7: "), "{text}");

    let chat = table::<CruddurMessages>().await;
    let user = Uuid::from_u128(0xdef);
    let mut group = MessageGroup {
        my_uuid: user,
        last_message_at: "2023".into(),
        message_group_uuid: user,
        message: "hi".into(),
        user_uuid: user,
        user_display_name: "Ada".into(),
        user_handle: "ada".into(),
    };
    chat.put(&group).await.unwrap();
    group.last_message_at = "2024".into();
    let mut item = entity_core::Item::to_item(&group).unwrap();
    let upper = format!("GRP#{}", user.to_string().to_uppercase());
    item.extend(raw::item(&json!({ "pk": { "S": upper } })));
    raw::put(&chat, item).await;
    let partial = chat.scan().all().await.unwrap_err();
    group.last_message_at = "2023".into();
    assert_eq!(partial.items(), [ChatItem::MessageGroup(group.clone())]);
    let text = says(&partial.errors()[0], chat.name());
    assert!(text.contains(&format!(" {upper}/2024: ")), "{text}");
    // By the index both are found.
    let partial = chat.query(MessageGroup::by_group(user)).all().await.unwrap_err();
    assert_eq!((partial.items().len(), partial.errors().len()), (1, 1));
}

#[tokio::test]
async fn an_item_of_another_entity_in_place_of_one_is_an_error() {
    let (songs, watch) = watched::<Songs>().await;
    let missing = songs.get(Song::key("1")).await.unwrap();
    assert_eq!(missing, None);
    assert_eq!(watch.counts(), (1, 1));
    let item = json!({ "Id": { "S": "1" }, "Metadata": { "S": "Dld-1" }, "DownloadTimestamp": { "S": "x" } });
    let read = <Song as entity_core::Readable>::from_item(&raw::item(&item)).unwrap_err();
    assert_eq!(read.to_string(), "Songs/Song 1/Dld-1: the item is a `Download`");
    assert!(read.is_other_entity());
    assert_eq!(Song::SCHEMA.name, read.entity());
}
