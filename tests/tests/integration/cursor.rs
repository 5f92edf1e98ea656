//! A cursor goes on with its own query, and with no other.

use entity_core::error::{CursorReason, KeyError};
use entity_core::op::Query;
use entity_core::query::{IntoQuery, KeyCondition};
use entity_core::{Cursor, CursorKey, Error, ErrorKind, Item, Table, TableHandle, begins_with};
use tests::engine::watched;
use tests::music::{Download, DownloadsByMonth, MonthlyCount, SongItem, Songs};

async fn filled(songs: &TableHandle<Songs>) {
    for id in 1..=5 {
        let at = "2018-01-01T00:00:07".to_owned();
        let download = Download { song_id: "1".into(), download_id: id, download_timestamp: at };
        songs.put(&download).await.unwrap();
        let count = MonthlyCount {
            song_id: "1".into(),
            download_month: format!("0{id}-2018"),
            total_downloads_in_month: id,
        };
        songs.put(&count).await.unwrap();
    }
}

async fn cursor_of<R: Item, Q: IntoQuery>(query: Query<R, Q>) -> Cursor {
    let page = query.limit(1).page().await.unwrap();
    page.cursor().expect("there are more").clone()
}

#[track_caller]
fn refused(error: &Error, table: &str) {
    let ErrorKind::Cursor(cursor) = error.kind() else { panic!("{error:?}") };
    assert_eq!(cursor.reason(), CursorReason::OtherQuery);
    let says = "it belongs to another read; give it to the one that it came from";
    assert_eq!(error.to_string(), format!("cursor for `{table}`: {says}"));
}

#[tokio::test]
async fn a_cursor_of_another_query_is_refused_and_nothing_is_sent() {
    let (songs, watch) = watched::<Songs>().await;
    filled(&songs).await;
    let downloads = || songs.query(Download::partition("1"));
    let cursors = [
        cursor_of(downloads()).await,
        cursor_of(downloads().descending()).await,
        cursor_of(songs.query(SongItem::partition("1"))).await,
        cursor_of(songs.query(MonthlyCount::partition("1"))).await,
        cursor_of(songs.query(MonthlyCount::partition("1").download_month("01"..))).await,
        cursor_of(songs.query(MonthlyCount::partition("1").download_month(begins_with("0")))).await,
        songs.scan().limit(1).page().await.unwrap().cursor().unwrap().clone(),
    ];
    watch.clear();
    for (position, cursor) in cursors.iter().enumerate() {
        let results = [
            downloads().after(cursor).all().await.is_ok(),
            downloads().descending().after(cursor).all().await.is_ok(),
            songs.query(SongItem::partition("1")).after(cursor).all().await.is_ok(),
            songs.query(MonthlyCount::partition("1")).after(cursor).all().await.is_ok(),
            songs
                .query(MonthlyCount::partition("1").download_month("01"..))
                .after(cursor)
                .all()
                .await
                .is_ok(),
            songs
                .query(MonthlyCount::partition("1").download_month(begins_with("0")))
                .after(cursor)
                .all()
                .await
                .is_ok(),
            songs.scan().after(cursor).all().await.is_ok(),
        ];
        let own: Vec<bool> = (0..cursors.len()).map(|at| at == position).collect();
        assert_eq!(results.as_slice(), own, "cursor {position}");
        assert_eq!(watch.counts(), (1, 1), "cursor {position}");
    }
}

#[tokio::test]
async fn a_cursor_is_bound_to_partition_condition_index_and_table() {
    let (songs, watch) = watched::<Songs>().await;
    filled(&songs).await;
    let cursor = &cursor_of(songs.query(Download::partition("1"))).await;
    let other = songs.clone().named("Songs-other");
    watch.clear();
    let page = songs.query(Download::partition("2")).after(cursor).page().await;
    refused(&page.unwrap_err(), songs.name());
    let first = songs.query(Download::partition("1").download_id(7)).after(cursor).first().await;
    refused(&first.unwrap_err(), songs.name());
    let count = other.query(Download::partition("1")).after(cursor).count().await;
    refused(&count.unwrap_err(), "Songs-other");
    let january = songs.query(MonthlyCount::downloads_by_month("01-2018")).after(cursor);
    refused(&january.all().await.unwrap_err().into(), songs.name());
    let mut stream = songs.query(Download::partition("2")).after(cursor).stream();
    refused(&tests::stream::next(&mut stream).await.unwrap().unwrap_err(), songs.name());
    assert!(tests::stream::next(&mut stream).await.is_none());
    let request = songs.query(Download::partition("2")).after(cursor).all().request();
    refused(&request.unwrap_err(), songs.name());
    assert_eq!(watch.counts(), (0, 0));

    // A limit, and asking for the last writes, change nothing about where to go on.
    let query = songs.query(Download::partition("1")).after(cursor);
    assert_eq!(query.limit(3).consistent().all().await.unwrap().len(), 3);
    assert_eq!(
        Songs::SCHEMA.indexes[0].name,
        <DownloadsByMonth as entity_core::Index>::SCHEMA.name
    );
}

#[tokio::test]
async fn a_cursor_of_an_index_goes_on_there() {
    let (songs, _) = watched::<Songs>().await;
    for (song, count) in [("1", 3), ("2", 3), ("3", 9)] {
        let count = MonthlyCount {
            song_id: song.into(),
            download_month: "01-2018".into(),
            total_downloads_in_month: count,
        };
        songs.put(&count).await.unwrap();
    }
    let (mut cursor, mut walked) = (None, Vec::new());
    loop {
        let january = songs.query(MonthlyCount::downloads_by_month("01-2018"));
        let page = january.descending().limit(1).after(&cursor).page().await.unwrap();
        cursor = page.cursor().cloned();
        walked.extend(page.into_items().unwrap().into_iter().map(|count| count.song_id));
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(walked[0], "3");
    walked.sort_unstable();
    assert_eq!(walked, ["1", "2", "3"]);
}

#[tokio::test]
async fn after_nothing_begins_at_the_beginning() {
    let (songs, _) = watched::<Songs>().await;
    filled(&songs).await;
    let all = songs.query(Download::partition("1")).after(None).all().await.unwrap();
    assert_eq!(all.len(), 5);
    let page = songs.query(Download::partition("1")).limit(5).page().await.unwrap();
    let after = songs.query(Download::partition("1")).after(page.cursor()).all().await.unwrap();
    assert_eq!(after, []);
    assert_eq!(songs.scan().after(None).all().await.unwrap().len(), 10);
}

#[tokio::test]
async fn a_cursor_travels_as_text_and_no_change_of_it_passes() {
    let (songs, _) = watched::<Songs>().await;
    filled(&songs).await;
    let cursor = cursor_of(songs.query(Download::partition("1"))).await;
    let text = cursor.to_string();
    assert!(text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)));
    assert_eq!(text.parse::<Cursor>().unwrap(), cursor);
    for at in 0..text.len() {
        for byte in 0..=0x7f_u8 {
            let mut changed = text.clone().into_bytes();
            if std::mem::replace(&mut changed[at], byte) != byte {
                let changed = String::from_utf8(changed).unwrap();
                let error = changed.parse::<Cursor>().unwrap_err();
                assert_eq!(error.reason(), CursorReason::Broken, "byte {at} is {byte}");
            }
        }
        assert!(text[..at].parse::<Cursor>().is_err(), "cut at {at}");
        let without = format!("{}{}", &text[..at], &text[at + 1..]);
        assert!(without.parse::<Cursor>().is_err(), "without byte {at}");
        let twice = format!("{}{}", &text[..=at], &text[at..]);
        assert!(twice.parse::<Cursor>().is_err(), "byte {at} twice");
    }
    for garbage in ["", "A", "AAAA", "=", " ", "é", &text.repeat(2), &format!("{text}=")] {
        let error = garbage.parse::<Cursor>().unwrap_err();
        assert_eq!(error.to_string(), "cursor: it is no cursor, or was changed");
    }
}

/// The text of a cursor, made without the library: it is not secret how.
fn forged(cursor: &Cursor, key: impl FnOnce(&str) -> String, version: u8) -> String {
    use base64::Engine as _;
    let engine = base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let bytes = engine.decode(cursor.to_string()).unwrap();
    let stored = std::str::from_utf8(&bytes[9..bytes.len() - 8]).unwrap();
    let mut forged = [&[version], &bytes[1..9], key(stored).as_bytes()].concat();
    let checksum = forged.iter().fold(0xcbf2_9ce4_8422_2325_u64, |state, byte| {
        (state ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    forged.extend_from_slice(&checksum.to_be_bytes());
    engine.encode(forged)
}

#[tokio::test]
async fn a_forged_cursor_puts_nothing_else_into_the_request() {
    let (songs, _) = watched::<Songs>().await;
    filled(&songs).await;
    let cursor = cursor_of(songs.query(Download::partition("1"))).await;
    let same = forged(&cursor, str::to_owned, 1);
    assert_eq!(same.parse::<Cursor>().unwrap(), cursor);
    let injected = |stored: &str| format!(r#"{stored},"TableName":"Secrets""#);
    for key in
        [injected, |_: &str| "1".to_owned(), |_: &str| String::new(), |_: &str| "{".to_owned()]
    {
        let error = forged(&cursor, key, 1).parse::<Cursor>().unwrap_err();
        assert_eq!(error.reason(), CursorReason::Broken);
    }
    let error = forged(&cursor, str::to_owned, 3).parse::<Cursor>().unwrap_err();
    assert_eq!(error.reason(), CursorReason::Version);
    assert_eq!(
        error.to_string(),
        "cursor: it was made by another version of this library; begin again without it"
    );
}

/// A query that fails before it has a condition takes a cursor too.
#[derive(Debug)]
struct Failed(KeyError);

impl IntoQuery for Failed {
    type Output = Download;
    type Consistency = entity_core::query::Strong;

    fn into_key_condition(self) -> Result<KeyCondition, KeyError> {
        Err(self.0)
    }
}

#[tokio::test]
async fn a_key_error_comes_before_the_cursors() {
    let (songs, watch) = watched::<Songs>().await;
    filled(&songs).await;
    let cursor = cursor_of(songs.query(Download::partition("1"))).await;
    watch.clear();
    let failed = Failed(Download::key("", 1).unwrap_err());
    let error = songs.query(failed).after(&cursor).first().await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Key(_)), "{error}");
    assert_eq!(watch.counts(), (0, 0));
}

fn key(byte: u8) -> CursorKey {
    CursorKey::new([byte; 32])
}

fn reason(error: &Error) -> CursorReason {
    let ErrorKind::Cursor(error) = error.kind() else { panic!("{error}") };
    error.reason()
}

#[tokio::test]
async fn a_signed_cursor_is_taken_by_its_key_alone() {
    let (songs, watch) = watched::<Songs>().await;
    filled(&songs).await;
    let signing = songs.clone().cursor_key(key(1));
    let query = |songs: &TableHandle<Songs>| songs.query(Download::partition("1"));
    let signed = cursor_of(query(&signing)).await;
    let plain = cursor_of(query(&songs)).await;
    let again: Cursor = signed.to_string().parse().unwrap();
    assert_eq!(again, signed);
    let json = serde_json::to_string(&signed).unwrap();
    assert_eq!(json, format!("\"{signed}\""));
    assert_eq!(serde_json::from_str::<Cursor>(&json).unwrap(), signed);
    let broken = serde_json::from_str::<Cursor>("\"no cursor\"").unwrap_err();
    assert!(broken.to_string().starts_with("cursor: it is no cursor"), "{broken}");
    assert_ne!(signed, plain);
    assert_eq!(query(&signing).after(&again).all().await.unwrap().len(), 4);
    watch.clear();
    let refused = |songs: TableHandle<Songs>, cursor: &Cursor| {
        let page = query(&songs).after(cursor).page();
        async move { reason(&page.await.unwrap_err()) }
    };
    assert_eq!(refused(songs.clone(), &signed).await, CursorReason::Signed);
    assert_eq!(refused(signing.clone(), &plain).await, CursorReason::Unsigned);
    let other = songs.clone().cursor_key(key(2));
    assert_eq!(refused(other, &signed).await, CursorReason::Forged);
    let elsewhere = signing.query(Download::partition("2")).after(&signed).page().await;
    assert_eq!(reason(&elsewhere.unwrap_err()), CursorReason::OtherQuery);
    assert_eq!(watch.counts(), (0, 0));
}

#[tokio::test]
async fn no_change_of_a_signed_cursor_passes() {
    use base64::Engine as _;
    let engine = base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let (songs, watch) = watched::<Songs>().await;
    filled(&songs).await;
    let signing = songs.clone().cursor_key(key(1));
    let cursor = cursor_of(signing.query(Download::partition("1"))).await;
    let bytes = engine.decode(cursor.to_string()).unwrap();
    watch.clear();
    for at in 0..bytes.len() {
        for bit in 0..8 {
            let mut changed = bytes.clone();
            changed[at] ^= 1 << bit;
            let Ok(changed) = engine.encode(&changed).parse::<Cursor>() else { continue };
            let query = signing.query(Download::partition("1")).after(&changed);
            let reason = reason(&query.first().await.unwrap_err());
            let known = [CursorReason::Forged, CursorReason::OtherQuery];
            assert!(known.contains(&reason), "bit {bit} of byte {at}: {reason:?}");
        }
    }
    // Who knows how cursors are made, and not the key, makes none for another place.
    let stored = String::from_utf8_lossy(&bytes[9..bytes.len() - 32]).into_owned();
    let moved = stored.replace("Dld-1", "Dld-4");
    assert_ne!(moved, stored);
    let forged = [&bytes[..9], moved.as_bytes(), &bytes[bytes.len() - 32..]].concat();
    let forged: Cursor = engine.encode(forged).parse().unwrap();
    let error = signing.query(Download::partition("1")).after(&forged).all().await.unwrap_err();
    assert_eq!(reason(&error.into()), CursorReason::Forged);
    assert_eq!(watch.counts(), (0, 0));
}
