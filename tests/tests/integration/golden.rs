//! Items that other programs stored are read as entities, and written again as they were.

use entity_core::Item;
use serde_json::Value;
use tests::{cart, chat, movies, music, sessions};

/// The item of that name, as DynamoDB JSON.
pub(crate) fn golden(name: &str) -> Value {
    let file = include_str!("../../fixtures/golden.json");
    let all: Value = serde_json::from_str(file).unwrap();
    all[name]["item"].clone()
}

/// A JSON value in which sets have one order.
pub(crate) fn sorted(mut value: Value) -> Value {
    if let Value::Object(members) = &mut value {
        for (name, member) in members.iter_mut() {
            *member = sorted(member.take());
            if let (true, Value::Array(set)) = (matches!(&**name, "SS" | "NS" | "BS"), member) {
                set.sort_by_key(ToString::to_string);
            }
        }
    }
    value
}

fn round_trip<I: Item + std::fmt::Debug>(name: &str) {
    let stored = golden(name);
    let read = I::from_wire(stored.to_string().as_bytes()).unwrap();
    let written: Value = serde_json::from_slice(&read.to_wire().unwrap()).unwrap();
    assert_eq!(sorted(written), sorted(stored.clone()), "{name}: {read:?}");

    let item = read.to_item().unwrap();
    let again = I::from_item(&item).unwrap();
    let written: Value = serde_json::from_slice(&again.to_wire().unwrap()).unwrap();
    assert_eq!(sorted(written), sorted(stored), "{name}, over the SDK's items");
}

#[test]
fn every_golden_item_round_trips_as_its_entity() {
    round_trip::<music::Song>("music/Song");
    round_trip::<music::Download>("music/Download");
    round_trip::<music::MonthlyCount>("music/MonthlyCount");
    round_trip::<cart::CartItem>("cart/CartItem active");
    round_trip::<cart::CartItem>("cart/CartItem saved");
    round_trip::<cart::CartItem>("cart/CartItem purchased");
    round_trip::<chat::MessageGroup>("chat/MessageGroup");
    round_trip::<chat::Message>("chat/Message");
    round_trip::<sessions::Session>("sessions/Session");
    round_trip::<sessions::ArchivedSession>("sessions/ArchivedSession");
    round_trip::<movies::Movie>("movies/Movie");
    round_trip::<movies::GenreEntry>("movies/GenreEntry");
}

#[test]
fn every_golden_item_round_trips_as_its_collection() {
    for name in ["music/Song", "music/Download", "music/MonthlyCount"] {
        round_trip::<music::SongItem>(name);
    }
    for name in ["cart/CartItem active", "cart/CartItem saved", "cart/CartItem purchased"] {
        round_trip::<cart::CartRecord>(name);
    }
    round_trip::<chat::ChatItem>("chat/MessageGroup");
    round_trip::<chat::ChatItem>("chat/Message");
    round_trip::<sessions::LiveItem>("sessions/Session");
    round_trip::<sessions::ArchiveItem>("sessions/ArchivedSession");
    round_trip::<movies::MovieItem>("movies/Movie");
    round_trip::<movies::GenreItem>("movies/GenreEntry");
}
