//! A schema that changed so that stored items do not survive it is told, each change by itself.

use entity_core::Table;
use tests::cart::CustomerPurchases;
use tests::music::Songs;

/// What `check` says of the schema of songs after the stored one was changed.
fn changes(edit: impl Fn(&str) -> String) -> Vec<String> {
    let schema = Songs::schema();
    let stored = edit(&schema.to_string());
    assert_ne!(stored, schema.to_string(), "the edit changes something");
    schema.check(&stored).map_or_else(|changed| changed.changes().to_vec(), |()| Vec::new())
}

/// The stored schema was as now but for one text; the one change told holds the words.
macro_rules! tells {
    ($from:literal => $to:literal, $($words:literal),+) => {{
        let changes = changes(|schema| schema.replacen($to, $from, 1));
        assert_eq!(changes.len(), 1, "{changes:#?}");
        $(assert!(changes[0].contains($words), "{changes:#?}");)+
    }};
}

#[test]
fn the_schema_is_the_one_that_is_stored() {
    let stored = include_str!("../../fixtures/songs.schema.json");
    assert_eq!(Songs::schema().to_string(), stored.trim_end());
    Songs::schema().check(stored).unwrap();
    let stored = include_str!("../../fixtures/cart.schema.json");
    assert_eq!(CustomerPurchases::schema().to_string(), stored.trim_end());
}

#[test]
fn keys_of_the_table() {
    tells!(r#""partition_key": "Pk: S""# => r#""partition_key": "Id: S""#, "the partition key", "copy the items");
    tells!(r#""sort_key": "Metadata: N""# => r#""sort_key": "Metadata: S""#, "the sort key", "copy the items");
    tells!(r#""separator": "|""# => r##""separator": "#""##, "the separator", "stored keys");
    tells!(r#""type_attribute": "Type""# => r#""type_attribute": null"#, "the type attribute");
}

#[test]
fn keys_of_entities() {
    tells!(r#"\"Download-{"# => r#"\"Dld-{"#, "key `Metadata` of `Download`", "delete the old one");
    tells!(r#"DownloadId:010}"# => r#"DownloadId:plain}"#, "key `Metadata` of `Download`", "{DownloadId:010}");
    tells!(
        r#""Id": "Id",
        "Old": "Id","# => r#""Id": "Id","#,
        "key `Old` of `Song` is gone"
    );
}

#[test]
fn indexes() {
    tells!(r#""DownloadMonth: N""# => r#""DownloadMonth: S""#, "index `DownloadsByMonth` changed", "another name");
    tells!(r#""projection": []"# => "\"projection\": [\n        \"*\"\n      ]", "index `DownloadsByMonth` changed");
    tells!(r#""indexes": []"# => "\"indexes\": [\n        \"DownloadsByMonth\"\n      ]", "now in index", "write each again");
}

#[test]
fn a_renamed_attribute_is_two_changes() {
    let changes = changes(|schema| schema.replacen("\"Title\": {", "\"Name\": {", 1));
    assert_eq!(changes.len(), 2, "{changes:#?}");
    assert!(changes[0].contains("attribute `Name` of `Song` is gone"), "{changes:#?}");
    assert!(changes[1].contains("attribute `Title` of `Song` is new"), "{changes:#?}");
}

#[test]
fn types_of_fields() {
    tells!(r#""type": "u32""# => r#""type": "u64""#, "was `u32` and is `u64`");
    tells!(r#""optional": true"# => r#""optional": false"#, "was optional");
}

#[test]
fn what_only_adds_is_no_change() {
    let without_download = changes(|schema| {
        let mut schema: serde_json::Value = serde_json::from_str(schema).unwrap();
        schema["entities"].as_object_mut().unwrap().remove("Download");
        schema.to_string()
    });
    assert_eq!(without_download, [""; 0]);
}

#[test]
fn an_entity_that_is_gone() {
    let gone = changes(|schema| {
        let mut schema: serde_json::Value = serde_json::from_str(schema).unwrap();
        let download = schema["entities"]["Download"].clone();
        schema["entities"]["Upload"] = download;
        schema.to_string()
    });
    assert_eq!(gone.len(), 1, "{gone:#?}");
    assert!(gone[0].contains("entity `Upload` is gone"), "{gone:#?}");
}

#[test]
fn what_is_no_schema() {
    assert!(Songs::schema().check("{}").unwrap_err().to_string().contains("cannot be read"));
}
