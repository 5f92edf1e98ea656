//! `Key`: a value of its own, which travels as text and comes from any item.

use std::collections::{BTreeSet, HashMap, HashSet};

use aws_sdk_dynamodb::types::AttributeValue;
use entity_core::{Collection, Entity, Error, ErrorKind, Item, Key, Readable, Table};
use serde::{Deserialize, Serialize};
use tests::cart::{CartItem, Status};
use tests::music::{Download, Song, Songs};

fn download() -> Key<Download> {
    Download::key("1", 7).unwrap()
}

#[test]
fn a_key_is_shown_and_read_back() {
    let key = download();
    assert_eq!(key.to_string(), "1/Dld-7");
    assert_eq!("1/Dld-7".parse::<Key<Download>>().unwrap(), key);
    for id in ["a/b", r"a\b", r"a\/b", "/", r"\"] {
        let key = Song::key(id).unwrap();
        assert_eq!(key.to_string().parse::<Key<Song>>().unwrap(), key, "{id}");
    }
    let key = CartItem::key("1", Status::Purchased, "O-1", "P-1").unwrap();
    assert_eq!(key.to_string(), "1/1#PURCHASED#O-1#P-1");
    assert_eq!(key.to_string().parse::<Key<CartItem>>().unwrap(), key);
}

#[test]
fn a_text_that_no_key_has_is_refused() {
    for text in ["", "1", "1/", "1/Details", "1/Dld-", "1/Dld-007", "1/Dld-x", "1/Dld--1", "/Dld-7"]
    {
        assert!(text.parse::<Key<Download>>().is_err(), "{text}");
    }
    for text in ["1/1#SOLD#P-1", "1/1#ACTIVE", "1/1#ACTIVE#a#b#c"] {
        assert!(text.parse::<Key<CartItem>>().is_err(), "{text}");
    }
}

#[test]
fn a_key_is_serialized_as_text() {
    let json = serde_json::to_string(&download()).unwrap();
    assert_eq!(json, r#""1/Dld-7""#);
    assert_eq!(serde_json::from_str::<Key<Download>>(&json).unwrap(), download());
    assert!(serde_json::from_str::<Key<Download>>(r#""1/Dld-007""#).is_err());
}

#[test]
fn a_key_comes_from_an_entity_and_from_an_item() {
    let song = Song {
        id: "1".to_owned(),
        title: "One".to_owned(),
        artist: "Metallica".to_owned(),
        total_downloads: 3,
    };
    let key = song.primary_key().unwrap();
    assert_eq!(key, Song::key("1").unwrap());
    assert_eq!(Key::<Song>::from_item(&song.to_item().unwrap()).unwrap(), key);

    let keys = |sk: &str| {
        let text = |text: &str| AttributeValue::S(text.to_owned());
        HashMap::from([("Id".to_owned(), text("1")), ("Metadata".to_owned(), text(sk))])
    };
    assert_eq!(Key::<Download>::from_item(&keys("Dld-7")).unwrap(), download());
    assert!(Key::<Download>::from_item(&keys("Dld-07")).is_err());
    assert!(Key::<Download>::from_item(&HashMap::new()).is_err());
}

#[derive(Debug, Table)]
#[table(name = "Patients", pk = "pk", items = PatientItem)]
struct Patients;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Entity)]
#[entity(table = Patients, pk = "PATIENT#{number}", sensitive)]
struct Patient {
    number: String,
}

#[derive(Debug, Clone, PartialEq, Collection)]
enum PatientItem {
    Patient(Patient),
}

#[test]
fn what_is_sensitive_is_not_in_debug() {
    let key = Patient::key("123-45").unwrap();
    assert_eq!(format!("{key:?}"), "Key<Patient>(..)");
    assert_eq!(key.to_string(), "PATIENT#123-45");
    assert_eq!(format!("{:?}", download()), "Key<Download>(1/Dld-7)");
    let item = br#"{"pk":{"S":"PATIENT#123-45"},"number":{"S":"123-46"}}"#;
    let error = Patient::from_wire(item).unwrap_err();
    assert!(!format!("{error:?}").contains("123-4"), "{error:?}");
    assert!(error.to_string().starts_with("Patients/Patient PATIENT#123-45: "), "{error}");
}

#[tokio::test]
async fn a_failed_condition_names_the_key_unless_it_is_sensitive() {
    let failed = |error: Error| match error.into_kind() {
        ErrorKind::ConditionFailed(failed) => failed,
        other => panic!("{other:?}"),
    };
    let songs = tests::engine::table::<Songs>().await;
    let error = songs.delete(Song::key("7")).when(|song| song.title.exists()).await.unwrap_err();
    let error = failed(error);
    assert_eq!(error.key(), Some("7/Details"));
    let told = format!("delete `Song` 7/Details in `{}`: ", songs.name());
    assert!(error.to_string().starts_with(&told), "{error}");
    assert!(!format!("{error:?}").contains("7/Details"), "{error:?}");

    let patients = tests::engine::table::<Patients>().await;
    let patient = Patient { number: "123-45".into() };
    patients.create(&patient).await.unwrap();
    let error = failed(patients.create(&patient).await.unwrap_err());
    assert_eq!(error.key(), None);
    let told = format!("create `Patient` in `{}`: an item with its key exists", patients.name());
    assert_eq!(error.to_string(), told);
}

#[tokio::test]
async fn values_are_not_in_debug() {
    let prefix = format!("{:?}", entity_core::begins_with("secret"));
    assert_eq!(prefix, "BeginsWith(..)");
    let songs = tests::engine::table::<Songs>().await;
    let update = songs.update(Song::key("1")).set(|song| {
        let actions = (song.title.set("secret"), song.artist.if_not_exists("secret"));
        let shown = format!("{actions:?}");
        assert!(shown.contains("Title") && shown.contains("Artist"), "{shown}");
        // Neither as text nor as bytes.
        assert!(!shown.contains("secret") && !shown.contains("115, 101, 99"), "{shown}");
        actions.0
    });
    assert!(!format!("{update:?}").contains("secret"));
    for number in 1..=2 {
        let download_timestamp = "t".to_owned();
        let song_id = "secret".to_owned();
        songs.put(&Download { song_id, download_id: number, download_timestamp }).await.unwrap();
    }
    let page = songs.query(Download::partition("secret")).limit(1).page().await.unwrap();
    assert_eq!(format!("{:?}", page.cursor().unwrap()), "Cursor { places: 1, signed: false, .. }");
}

#[test]
fn keys_are_values() {
    let keys = [download(), Download::key("1", 8).unwrap(), download()];
    assert_eq!(keys.iter().collect::<HashSet<_>>().len(), 2);
    assert_eq!(keys.iter().collect::<BTreeSet<_>>().len(), 2);
}
