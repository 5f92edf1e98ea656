//! What a model shows of a table, against files that were read by people, and by the tools that they
//! are for.
//!
//! `MODEL=overwrite cargo test -p tests --test model` writes the files anew; read the difference.

#![allow(missing_docs, reason = "a test is nobody's API")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests fail as tests do; clippy allows it in `#[test]` functions alone"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use aws_sdk_dynamodb::types::{StreamViewType, TableClass};
use entity_core::model::Model;
use entity_core::op::{Billing, TableSettings};
use entity_core::{Collection, Entity, Index, Table};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tests::engine;
use tests::movies::Movies;
use tests::music::{Download, MonthlyCount, Song, SongItem, Songs};

/// A table of everything that can be declared.
#[derive(Debug, Table)]
#[table(name = "ledger.all-1", pk = "pk", sk = "sk", type_attribute = "is", items = LedgerItem)]
#[table(indexes(ByCurrency, ByTitle, ByAmount, ByYear))]
struct Ledger;

#[derive(Debug, Index)]
#[index(table = Ledger, name = "by-currency", pk = ("currency", "side"), sk = (N("year"), N("number"), "title"))]
struct ByCurrency;

#[derive(Debug, Index)]
#[index(table = Ledger, name = "by-title", local, sk = "title", keys_only)]
struct ByTitle;

#[derive(Debug, Index)]
#[index(table = Ledger, name = "by-amount", pk = "side_key", sk = N("amount"), project = ["title", "notes"])]
struct ByAmount;

#[derive(Debug, Index)]
#[index(table = Ledger, name = "by-year", pk = "rates_of", sk = "currency", keys_only)]
struct ByYear;

/// Who has an account is nobody's business.
#[derive(Debug, Clone, Serialize, Deserialize, Entity)]
#[entity(table = Ledger, pk = "ACC#{account}", sk = "HOLDER", sensitive)]
struct Holder {
    account: String,
    full_name: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, Entity)]
#[entity(table = Ledger, pk = "ACC#{account}", sk = "ENTRY#{year:04}#{number:06}")]
#[entity(index(ByCurrency, pk = (currency, side), sk = (year, number, title)))]
#[entity(index(ByTitle, sk = title), index(ByAmount, pk = "SIDE|{side}", sk = amount))]
struct Entry {
    #[entity(key_only)]
    account: String,
    year: u16,
    number: u32,
    currency: Option<String>,
    side: String,
    title: String,
    amount: i64,
    notes: Vec<String>,
    by: BTreeMap<String, u32>,
    settled: bool,
    #[entity(version)]
    version: u32,
    #[entity(ttl)]
    expires: Option<u64>,
}

/// Apart from accounts.
#[derive(Debug, Clone, Serialize, Deserialize, Entity)]
#[entity(table = Ledger, pk = "RATE`<{currency}>", sk = "{year:04:desc}|{note:rest}")]
#[entity(index(ByYear, pk = "{year:04}", sk = currency, shards = 12))]
struct Rate {
    currency: String,
    year: u16,
    note: String,
    #[serde(flatten)]
    extra: BTreeMap<String, String>,
}

#[derive(Debug, Clone, Collection)]
enum LedgerItem {
    Holder(Holder),
    Entry(Entry),
    Rate(Rate),
}

fn entry(number: u32, amount: i64, currency: Option<&str>) -> Entry {
    Entry {
        account: "A-1".into(),
        year: 2024,
        number,
        currency: currency.map(str::to_owned),
        side: "debit".into(),
        title: format!("<b>Rent & \"more\"</b> {number}"),
        amount,
        notes: vec!["due".into(), "paid | late".into()],
        by: [("ann".to_owned(), 2)].into(),
        settled: number == 1,
        version: 1,
        expires: None,
    }
}

fn ledger() -> Model<Ledger> {
    let holder = Holder { account: "A-1".into(), full_name: "Ann Secret".into() };
    let items = [
        LedgerItem::Holder(holder),
        LedgerItem::Entry(entry(2, 9, Some("EUR"))),
        LedgerItem::Entry(entry(1, 70, None)),
        LedgerItem::Entry(entry(10, -5, Some("EUR"))),
    ];
    Ledger::model().items(&items).unwrap()
}

fn songs() -> Model<Songs> {
    let song = |id: &str, title: &str, total_downloads| {
        let (id, title, artist) = (id.into(), title.into(), "Metallica".into());
        SongItem::Song(Song { id, title, artist, total_downloads })
    };
    let month = |id: &str, month: &str, total_downloads_in_month| {
        let (song_id, download_month) = (id.into(), month.into());
        SongItem::MonthlyCount(MonthlyCount { song_id, download_month, total_downloads_in_month })
    };
    let download = Download {
        song_id: "1".into(),
        download_id: 7,
        download_timestamp: "2018-01-01T00:00:07".into(),
    };
    let items = [
        song("1", "One", 3),
        month("1", "01-2018", 3),
        SongItem::Download(download),
        song("2", "Fuel", 12),
        month("2", "01-2018", 12),
    ];
    Songs::model().items(&items).unwrap()
}

/// Every setting that there is.
fn everything() -> TableSettings {
    let billing = Billing::provisioned(20, 10).index::<ByAmount>(5, 3);
    TableSettings::new()
        .billing(billing)
        .class(TableClass::StandardInfrequentAccess)
        .stream(StreamViewType::NewAndOldImages)
        .deletion_protection(true)
        .point_in_time_recovery(true)
        .tag("stage", "first")
        .tag("gone", "soon")
        .tag("cost centre", "a \"b\" ${c} %{d}\\")
        .tag("stage", "test")
        .no_tag("gone")
        .warm_throughput(15_000, 5_000)
        .warm_index::<ByCurrency>(14_000, 4_500)
}

/// On demand, to a limit, with what can be turned off turned off.
fn limited() -> TableSettings {
    TableSettings::new()
        .billing(Billing::on_demand_up_to(1_000, 500).index::<ByCurrency>(100, 50))
        .no_stream()
        .ttl(false)
        .deletion_protection(false)
        .point_in_time_recovery(false)
}

/// The text is that of the file.
#[track_caller]
fn golden(name: &str, text: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures/model").join(name);
    if std::env::var("MODEL").is_ok_and(|how| how == "overwrite") {
        std::fs::write(&path, text).unwrap();
    }
    let stored = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(stored == text, "{name} is another one:\n{text}");
}

#[test]
fn documents() {
    golden("songs.md", &songs().markdown());
    golden("ledger.md", &ledger().with(&everything()).markdown());
    golden("movies.md", &Movies::model().markdown());
}

#[test]
fn pages() {
    golden("songs.html", &songs().html());
    golden("ledger.html", &ledger().html());
    golden("two.html", &Movies::model().and(songs().named("Songs-dev")).html());
}

#[test]
fn a_page_has_no_markup_of_items_and_no_value_that_is_sensitive() {
    let page = ledger().html();
    assert!(!page.contains("<b>"), "titles are escaped");
    assert!(page.contains("&lt;b&gt;Rent &amp; &quot;more&quot;&lt;/b&gt; 1"), "and are there");
    for text in [page, ledger().workbench(), format!("{:?}", ledger())] {
        assert!(!text.contains("Ann Secret"), "{text}");
    }
    let page = Ledger::model().html();
    assert!(page.contains("<code>RATE`&lt;{currency}&gt;</code>"), "a template is escaped");
}

#[test]
fn a_page_loads_nothing_and_runs_nothing() {
    let page = songs().and(ledger()).html();
    for word in ["http:", "https:", "//", "url(", "@import", "src=", "<script", "<link", " on"] {
        let found = page.match_indices(word).map(|(at, _)| &page[at..]);
        let found: Vec<&str> = found.map(|rest| rest.lines().next().unwrap_or("")).collect();
        let allowed = |line: &&str| word == " on" && !line.contains('=');
        assert!(found.iter().all(allowed), "{word}: {found:?}");
    }
    assert!(page.contains("default-src 'none'"));
    assert_eq!(page.matches('<').count(), page.matches('>').count(), "every tag is closed");
}

#[test]
fn items_stand_in_their_partition_in_the_order_of_their_keys() {
    let page = ledger().html();
    let section = |id: &str| {
        let start = page.find(&format!("<section id=\"{id}\">")).unwrap();
        page[start..].split("</section>").next().unwrap().to_owned()
    };
    let places = |section: &str, texts: &[&str]| -> Vec<usize> {
        texts.iter().map(|text| section.find(text).unwrap_or_else(|| panic!("{text}"))).collect()
    };
    let table = section("v0-0");
    assert_eq!(table.matches("<tbody").count(), 3, "a partition, a sensitive entity, a template");
    let keys = places(&table, &["ENTRY#2024#000001", "ENTRY#2024#000002", "ENTRY#2024#000010"]);
    assert!(keys.is_sorted(), "{keys:?}");
    assert!(table.contains("rowspan=\"3\""));

    // Numbers sort as numbers.
    let amounts = section("v0-3");
    let keys = places(&amounts, &["</span>-5</td>", "</span>9</td>", "</span>70</td>"]);
    assert!(keys.is_sorted(), "{keys:?}");
    assert!(!amounts.contains("<dt>settled</dt>"), "what is not projected is not there");
    assert!(amounts.contains("<dt>notes</dt>"));

    // Without a currency an entry is not in the index.
    let currency = section("v0-1");
    assert!(!currency.contains("ENTRY#2024#000001"));
    assert!(currency.contains("ENTRY#2024#000010"));
}

#[test]
fn workbench_models() {
    golden("songs.workbench.json", &songs().workbench());
    golden("ledger.workbench.json", &ledger().with(&everything()).workbench());
}

/// Where values are in a document, with their types; what items hold is left out.
fn paths(value: &Value, path: &str, found: &mut BTreeSet<String>) {
    let ty = match value {
        Value::Object(_) => "object",
        Value::Array(_) => "array",
        Value::String(_) => "string",
        Value::Number(_) => "number",
        Value::Bool(_) | Value::Null => "other",
    };
    found.insert(format!("{path}: {ty}"));
    if path.ends_with("TableData[]") {
        return;
    }
    match value {
        Value::Object(members) => {
            members.iter().for_each(|(name, value)| paths(value, &format!("{path}.{name}"), found));
        }
        Value::Array(values) => {
            values.iter().for_each(|value| paths(value, &format!("{path}[]"), found));
        }
        _ => {}
    }
}

/// The paths of the 29 models that AWS publishes under `schema_design/SchemaExamples` of
/// <https://github.com/aws-samples/aws-dynamodb-examples> and in
/// <https://github.com/aws-samples/amazon-dynamodb-design-patterns>; `!` marks those that all have.
const SAMPLES: &str = include_str!("../fixtures/model/workbench.paths");

#[test]
fn a_workbench_model_has_the_shape_of_the_published_ones() {
    let all: BTreeSet<&str> = SAMPLES.lines().map(|line| line.trim_start_matches('!')).collect();
    let needed: BTreeSet<&str> =
        SAMPLES.lines().filter_map(|line| line.strip_prefix('!')).collect();
    assert!(needed.contains(".DataModel[].KeyAttributes.PartitionKey.AttributeName: string"));
    let ours = [
        songs().workbench(),
        ledger().with(&everything()).workbench(),
        Ledger::model().and(Movies::model()).workbench(),
    ];
    for model in ours {
        let mut found = BTreeSet::new();
        paths(&serde_json::from_str(&model).unwrap(), "", &mut found);
        let strange: Vec<_> = found.iter().filter(|path| !all.contains(&***path)).collect();
        assert_eq!(strange, [""; 0], "no published model has it");
        let missing: Vec<_> = needed.iter().filter(|path| !found.contains(**path)).collect();
        assert_eq!(missing, [&""; 0], "every published model has it");
    }
}

#[test]
fn what_a_workbench_model_cannot_say_is_named() {
    let model: Value = serde_json::from_str(&ledger().workbench()).unwrap();
    assert_eq!(
        model["ModelMetadata"]["Description"],
        "Not in this model: the index, with a key of more than one attribute, by-currency of \
         ledger.all-1; the local index by-title of ledger.all-1."
    );
    let model: Value = serde_json::from_str(&songs().workbench()).unwrap();
    assert_eq!(model["ModelMetadata"]["Description"], "");
}

#[test]
fn vector_indexes_are_shown_or_said_to_be_left_out() {
    let model = tests::vectors::Directions::model();
    let row = "| `DirectionsNear` | `at` | 4 | COSINE | `zone` | `colour`, `shape` | everything |";
    assert!(model.markdown().lines().any(|line| line == row), "{}", model.markdown());
    let cell = |(head, value)| format!("<td><span class=\"name\">{head} </span>{value}</td>");
    let row = [
        ("index", "<code>DirectionsNear</code>"),
        ("vector", "<code>at</code>"),
        ("numbers", "4"),
        ("distance", "COSINE"),
        ("partition", "<code>zone</code>"),
        ("filters", "<code>colour</code>, <code>shape</code>"),
        ("projects", "everything"),
    ];
    let row = format!("<tr>{}</tr>", row.map(cell).concat());
    assert!(model.html().lines().any(|line| line == row), "{}", model.html());
    assert!(model.html().contains("<a href=\"#n0\">Vector indexes</a>"));
    assert!(!ledger().html().contains("Vector indexes"));
    let left_out = "the vector index DirectionsNear of Directions";
    let template: Value = serde_json::from_str(&model.cloudformation().unwrap()).unwrap();
    assert_eq!(template["Description"], format!("Not in this template: {left_out}."));
    let keys = &template["Resources"]["Directions"]["Properties"]["AttributeDefinitions"];
    assert_eq!(keys.as_array().unwrap().len(), 1, "{keys}");
    let resource = model.terraform().unwrap();
    assert!(resource.starts_with(&format!("# Not in this resource: {left_out}.\n")), "{resource}");
    assert_eq!(resource.matches("attribute {").count(), 1);
    assert!(hcl::parse(&resource).is_ok());
    let workbench: Value = serde_json::from_str(&model.workbench()).unwrap();
    let description = workbench["ModelMetadata"]["Description"].as_str().unwrap();
    assert!(description.contains(left_out), "{description}");
}

fn templates() -> [(&'static str, String); 4] {
    let two = Movies::model().and(Movies::model().named("movies")).and(songs());
    [
        ("songs", songs().cloudformation().unwrap()),
        ("ledger", ledger().with(&everything()).cloudformation().unwrap()),
        ("limited", ledger().with(&limited()).cloudformation().unwrap()),
        ("three", two.cloudformation().unwrap()),
    ]
}

#[test]
fn cloudformation_templates() {
    for (name, template) in templates() {
        golden(&format!("{name}.cloudformation.json"), &template);
    }
}

/// Lints a template; says what is wrong with it.
fn lint(template: &str) -> Option<String> {
    let home = std::env::var_os("CFN_LINT_HOME").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../target/cfn-lint"),
        PathBuf::from,
    );
    let program = home.join("bin/cfn-lint");
    if !program.exists() {
        engine::skip(&format!("{}; `scripts/cfn-lint install` puts it there", program.display()));
        return None;
    }
    let mut lint = Command::new(program)
        .args(["--include-checks", "I", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    lint.stdin.take().unwrap().write_all(template.as_bytes()).unwrap();
    let output = lint.wait_with_output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.success(), said.is_empty(), "{said}");
    Some(said)
}

#[test]
fn cloudformation_templates_pass_the_linter() {
    for (name, template) in templates() {
        if let Some(said) = lint(&template) {
            assert_eq!(said, "", "{name}");
        }
    }
    // That it finds what is wrong.
    let [(_, songs), ..] = templates();
    if let Some(said) = lint(&songs.replace("ProjectionType", "ProjectionKind")) {
        assert!(said.contains("ProjectionKind"), "{said}");
    }
}

fn resources() -> [(&'static str, String); 4] {
    let two = Movies::model().and(Movies::model().named("movies")).and(songs());
    [
        ("songs", songs().terraform().unwrap()),
        ("ledger", ledger().with(&everything()).terraform().unwrap()),
        ("limited", ledger().with(&limited()).terraform().unwrap()),
        ("three", two.terraform().unwrap()),
    ]
}

#[test]
fn terraform_resources() {
    for (name, resource) in resources() {
        golden(&format!("{name}.tf"), &resource);
    }
}

/// The arguments and blocks of the provider's schema, `hashicorp/aws` 6, that a table is made of.
const ARGUMENTS: &[(&str, &[&str])] = &[
    (
        "aws_dynamodb_table",
        &[
            "attribute",
            "billing_mode",
            "deletion_protection_enabled",
            "global_secondary_index",
            "hash_key",
            "local_secondary_index",
            "name",
            "on_demand_throughput",
            "point_in_time_recovery",
            "range_key",
            "read_capacity",
            "stream_enabled",
            "stream_view_type",
            "table_class",
            "tags",
            "ttl",
            "warm_throughput",
            "write_capacity",
        ],
    ),
    ("attribute", &["name", "type"]),
    (
        "global_secondary_index",
        &[
            "key_schema",
            "name",
            "non_key_attributes",
            "on_demand_throughput",
            "projection_type",
            "read_capacity",
            "warm_throughput",
            "write_capacity",
        ],
    ),
    ("key_schema", &["attribute_name", "key_type"]),
    ("local_secondary_index", &["name", "non_key_attributes", "projection_type", "range_key"]),
    ("on_demand_throughput", &["max_read_request_units", "max_write_request_units"]),
    ("point_in_time_recovery", &["enabled"]),
    ("ttl", &["attribute_name", "enabled"]),
    ("warm_throughput", &["read_units_per_second", "write_units_per_second"]),
];

fn check_arguments(name: &str, body: &hcl::Body) {
    let known = ARGUMENTS.iter().find(|(block, _)| *block == name);
    let (_, known) = known.unwrap_or_else(|| panic!("no block {name}"));
    for attribute in body.attributes() {
        assert!(known.contains(&attribute.key()), "{} of {name}", attribute.key());
    }
    for block in body.blocks() {
        assert!(known.contains(&block.identifier()), "{} of {name}", block.identifier());
        check_arguments(block.identifier(), block.body());
    }
}

#[test]
fn terraform_resources_parse() {
    for (name, text) in resources() {
        let body = hcl::parse(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        for block in body.blocks() {
            assert_eq!(block.identifier(), "resource");
            let labels: Vec<&str> = block.labels().iter().map(|label| label.as_str()).collect();
            assert_eq!((labels.len(), labels[0]), (2, "aws_dynamodb_table"));
            check_arguments(labels[0], block.body());
        }
        assert_eq!(body.blocks().count(), if name == "three" { 3 } else { 1 });
    }
    let [_, (_, ledger), ..] = resources();
    let body = hcl::parse(&ledger).unwrap();
    let table = body.blocks().next().unwrap().body();
    let attribute = |name: &str| {
        let found = table.attributes().find(|attribute| attribute.key() == name);
        hcl::format::to_string(found.unwrap().expr()).unwrap()
    };
    assert_eq!(attribute("name"), r#""ledger.all-1""#);
    assert_eq!(attribute("read_capacity"), "20");
    // Read as a string, and not as a template.
    let tags: BTreeMap<String, Value> = hcl::from_str(&ledger).unwrap();
    let tags = &tags["resource"]["aws_dynamodb_table"]["ledger_all_1"]["tags"];
    assert_eq!(tags["stage"], "test");
    assert_eq!(tags.as_object().unwrap().len(), 2, "{tags}");
}

#[test]
fn an_expiry_that_no_entity_declares_is_refused() {
    let settings = TableSettings::new().ttl(true);
    let error = Songs::model().named("Tunes").with(&settings).cloudformation().unwrap_err();
    assert!(error.to_string().starts_with("table `Tunes`: "), "{error}");
    assert!(Songs::model().with(&settings).terraform().is_err());
}
