//! PartiQL statements: typed in both directions, page by page.

use std::collections::{BTreeMap, BTreeSet};

use entity_core::error::ConditionReason;
use entity_core::op::Expense;
use entity_core::wire::Value;
use entity_core::{Cursor, CursorKey, ErrorKind, TableHandle};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tests::engine::{is_embedded, skip, table, watched};
use tests::music::{Download, MonthlyCount, Song, SongItem, Songs};

fn song(id: &str) -> Song {
    Song { id: id.into(), title: format!("Song {id}"), artist: "é".into(), total_downloads: 3 }
}

fn download(id: u64) -> Download {
    Download { song_id: "1".into(), download_id: id, download_timestamp: format!("at {id}") }
}

async fn songs() -> TableHandle<Songs> {
    let songs = table::<Songs>().await;
    for id in ["1", "2"] {
        songs.put(&song(id)).await.unwrap();
    }
    for id in 0..10 {
        songs.put(&download(id)).await.unwrap();
    }
    songs
}

fn from(songs: &TableHandle<Songs>, what: &str, condition: &str) -> String {
    format!(r#"SELECT {what} FROM "{}" WHERE {condition}"#, songs.name())
}

#[tokio::test]
async fn items_are_read_as_what_they_are() {
    let songs = songs().await;
    let all = || from(&songs, "*", "Id = ?");
    let downloads = songs.execute::<Download>(all(), ("1",)).response().await.unwrap();
    assert_eq!(downloads.value.len(), 10);
    assert_eq!(downloads.skipped, 1, "the song is passed over");
    if is_embedded() {
        assert!(downloads.consumed.units > 0.0);
    } else {
        skip("DynamoDB Local does not say what a statement consumes");
    }
    let mut items = songs.execute::<SongItem>(all(), ["1"]).await.unwrap();
    items.retain(|item| matches!(item, SongItem::Song(_)));
    assert_eq!(items, [SongItem::Song(song("1"))]);
    let none = songs.execute::<SongItem>(all(), ["9"]).consistent().await.unwrap();
    assert_eq!(none, []);
}

#[tokio::test]
async fn parts_are_read_as_any_struct() {
    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Row {
        title: String,
        total_downloads: u32,
    }
    let songs = songs().await;
    let parts = || from(&songs, "Title, TotalDownloads", "Id = ? AND Metadata = ?");
    let rows = songs.execute_as::<Row>(parts(), ("2", "Details")).await.unwrap();
    assert_eq!(rows, [Row { title: "Song 2".into(), total_downloads: 3 }]);
    let maps = songs.execute_as::<BTreeMap<String, Value>>(parts(), ("2", "Details")).await;
    assert_eq!(maps.unwrap()[0].len(), 2);

    // One that is no such row does not hide the others.
    let all = from(&songs, "*", "Id = '1'");
    let partial = songs.execute_as::<Row>(&*all, ()).await.unwrap_err();
    assert_eq!(partial.value(), &[Row { title: "Song 1".into(), total_downloads: 3 }]);
    assert_eq!(partial.errors().len(), 10);
    let error = partial.errors()[0].to_string();
    assert!(error.contains("Row") && error.contains("Title"), "{error}");
}

#[tokio::test]
async fn pages_give_each_item_once_and_are_bound_to_the_statement() {
    let songs = songs().await;
    let all = || from(&songs, "*", "Id = ? AND begins_with(Metadata, 'Dld')");
    for size in [1, 3, 10, 20] {
        let (mut ids, mut cursor, mut pages) = (Vec::new(), None::<Cursor>, 0);
        loop {
            let execute = songs.execute::<Download>(all(), ["1"]).page_size(size);
            let page = execute.after(cursor.as_ref()).page().await.unwrap();
            pages += 1;
            // A cursor travels as text.
            cursor = page.cursor().map(|cursor| cursor.to_string().parse().unwrap());
            ids.extend(page.into_items().unwrap().into_iter().map(|item| item.download_id));
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(ids, (0..10).collect::<Vec<_>>());
        assert!(pages >= 10_u32.div_ceil(size), "{pages} pages of {size}");
        let response = songs.execute::<Download>(all(), ["1"]).page_size(size).response().await;
        let response = response.unwrap();
        assert_eq!((response.value.len(), response.requests), (10, pages as usize));
    }
    let limited = songs.execute::<Download>(all(), ["1"]).limit(4).page_size(3).await.unwrap();
    assert_eq!(limited.len(), 4);
    let nothing = songs.execute::<Download>(all(), ["1"]).limit(0).response().await.unwrap();
    assert_eq!((nothing.value.len(), nothing.requests), (0, 0));

    let page = songs.execute::<Download>(all(), ["1"]).page_size(2).page().await.unwrap();
    let cursor = page.cursor().unwrap();
    let other = songs.execute::<Download>(all(), ["2"]).after(cursor).await.unwrap_err();
    assert!(other.errors()[0].to_string().contains("it belongs to another read"));
    let other = from(&songs, "*", "Id = ?");
    let other = songs.execute::<Download>(other, ["1"]).after(cursor).page().await.unwrap_err();
    assert!(matches!(other.kind(), ErrorKind::Cursor(_)));

    let key = || CursorKey::new([7; 32]);
    let signed = songs.clone().cursor_key(key());
    let page = signed.execute::<Download>(all(), ["1"]).page_size(2).page().await.unwrap();
    let rest = signed.execute::<Download>(all(), ["1"]).after(page.cursor()).await.unwrap();
    assert_eq!(rest.len(), 8);
    assert!(songs.execute::<Download>(all(), ["1"]).after(page.cursor()).await.is_err());
}

#[tokio::test]
async fn statements_write_and_say_what_they_did() {
    let songs = songs().await;
    let name = songs.name().to_owned();
    let insert = format!(
        r#"INSERT INTO "{name}" VALUE {{'Id': ?, 'Metadata': 'Details', 'Title': ?, 'Artist': ?,
            'TotalDownloads': ?}}"#
    );
    let three = || songs.execute::<Song>(&*insert, ("3", "Song 3", "é", 3));
    assert_eq!(three().await.unwrap(), []);
    assert_eq!(songs.get(Song::key("3")).await.unwrap(), Some(song("3")));
    let again = entity_core::Error::from(three().await.unwrap_err());
    assert!(again.is_condition_failed(), "{again}");
    assert_eq!(
        again.to_string(),
        format!("execute `Song` in `{name}`: an item with its key exists")
    );

    let update = format!(
        r#"UPDATE "{name}" SET Title = ? WHERE Id = ? AND Metadata = ? AND TotalDownloads = ?
            RETURNING ALL NEW *"#
    );
    let rename =
        |downloads: u32| songs.execute::<Song>(&*update, ("One", "3", "Details", downloads));
    assert_eq!(rename(3).await.unwrap(), [Song { title: "One".into(), ..song("3") }]);
    let lost = entity_core::Error::from(rename(4).await.unwrap_err());
    let ErrorKind::ConditionFailed(failed) = lost.kind() else { panic!("{lost}") };
    assert_eq!(failed.reason(), ConditionReason::Where);

    let delete = format!(r#"DELETE FROM "{name}" WHERE Id = ? AND Metadata = 'Details'"#);
    assert_eq!(songs.execute::<Song>(&*delete, ["3"]).await.unwrap(), []);
    assert_eq!(songs.get(Song::key("3")).await.unwrap(), None);
}

#[tokio::test]
async fn parameters_are_what_serde_makes_of_them() {
    #[derive(Serialize)]
    struct Document {
        words: Vec<&'static str>,
        none: Option<u8>,
    }
    let (songs, watch) = watched::<Songs>().await;
    let document = Document { words: vec!["a"], none: None };
    let set = BTreeSet::from(["x"]);
    let parameters = (1_u8, "\"é", true, Option::<u8>::None, document, set);
    let statement = "SELECT * FROM \"Songs\" WHERE Id = ?";
    let execute = songs.execute::<Song>(statement, &parameters).consistent().limit(7).page_size(9);
    let request = execute.request().unwrap();
    assert_eq!(request.operation(), "ExecuteStatement");
    let sent: serde_json::Value = serde_json::from_slice(request.body()).unwrap();
    let expected = json!({
        "Statement": statement,
        "Parameters": [
            { "N": "1" }, { "S": "\"é" }, { "BOOL": true }, { "NULL": true },
            { "M": { "words": { "L": [{ "S": "a" }] } } }, { "L": [{ "S": "x" }] },
        ],
        "ConsistentRead": true,
        "Limit": 7,
    });
    assert_eq!(sent, expected);
    let none = songs.execute::<Song>(statement, ()).request().unwrap();
    assert!(!none.to_string().contains("Parameters"));
    let empty: [u8; 0] = [];
    assert_eq!(songs.execute::<Song>(statement, empty).request().unwrap(), none);

    // What is no list of parameters, or cannot be stored, is refused before anything is sent.
    let error = songs.execute::<Song>(statement, "1").await.unwrap_err();
    assert_eq!(
        error.errors()[0].to_string(),
        "write `Song`: the parameters of a statement are a tuple or a list, `()` if none",
    );
    let error = songs.execute::<Song>(statement, [f64::NAN]).await.unwrap_err();
    assert!(matches!(error.errors()[0].kind(), ErrorKind::Encode(_)));
    assert!(watch.bodies().is_empty());

    // What the service refuses is its error.
    let error = songs.execute::<Song>("SELECT", ()).await.unwrap_err();
    assert_eq!(error.errors()[0].code(), Some("ValidationException"));
}

#[tokio::test]
async fn a_statement_is_explained() {
    let songs = songs().await;
    let all = || from(&songs, "*", "Id = ?");
    let plan = songs.execute::<SongItem>(all(), ["1"]).page().explain().unwrap();
    assert_eq!((plan.units().at_least, plan.units().at_most), (0.5, Some(178.0)));
    assert_eq!(plan.expenses(), [Expense::Statement]);
    if is_embedded() {
        let response = songs.execute::<SongItem>(all(), ["1"]).page().response().await.unwrap();
        assert!(plan.units().contain(response.consumed.units));
    } else {
        skip("DynamoDB Local does not say what a statement consumes");
    }
    let plan = songs.execute::<SongItem>(all(), ["1"]).explain().unwrap();
    assert_eq!(plan.units().at_most, None);
    let delete = format!("delete from \"{}\"", songs.name());
    assert!(songs.execute::<SongItem>(delete, ()).explain().unwrap().is_write());
}

#[tokio::test]
async fn an_index_is_read_by_its_name() {
    let songs = songs().await;
    let month = MonthlyCount {
        song_id: "1".into(),
        download_month: "01".into(),
        total_downloads_in_month: 3,
    };
    songs.put(&month).await.unwrap();
    let top = format!(
        r#"SELECT * FROM "{}"."DownloadsByMonth" WHERE DownloadMonth = ? ORDER BY
            TotalDownloadsInMonth DESC"#,
        songs.name()
    );
    if !is_embedded() {
        return skip("DynamoDB Local fails at ORDER BY");
    }
    let found = songs.execute::<MonthlyCount>(top, ["01"]).await.unwrap();
    assert_eq!(found, [month]);
}
