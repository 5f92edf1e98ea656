//! Each request has a span with OpenTelemetry's names for databases, and no value of any attribute.
//!
//! In a process of its own: whether a span is made is remembered for all threads, and others have tests
//! that nobody listens to.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests fail as tests do; clippy allows it in `#[test]` functions alone"
)]

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use tests::engine::table;
use tests::music::{MonthlyCount, Song, Songs};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::Subscriber;
use tracing_subscriber::Registry;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

/// The fields of a span, as text.
type Fields = BTreeMap<&'static str, String>;

/// The spans of the library, in the order of their beginning.
#[derive(Clone, Default)]
struct Spans(Arc<Mutex<Vec<(u64, Fields)>>>);

struct Reader<'f>(&'f mut Fields);

impl Visit for Reader<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name(), value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }
}

impl<S: Subscriber> Layer<S> for Spans {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, _: Context<'_, S>) {
        if attributes.metadata().target().starts_with("entity_core") {
            let mut fields = Fields::new();
            attributes.record(&mut Reader(&mut fields));
            self.0.lock().unwrap().push((id.into_u64(), fields));
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, _: Context<'_, S>) {
        let mut spans = self.0.lock().unwrap();
        if let Some((_, fields)) = spans.iter_mut().rfind(|(span, _)| *span == id.into_u64()) {
            values.record(&mut Reader(fields));
        }
    }
}

#[tokio::test]
async fn a_request_has_a_span_without_values() {
    let songs = table::<Songs>().await;
    let spans = Spans::default();
    let guard = tracing::subscriber::set_default(Registry::default().with(spans.clone()));
    let song = Song {
        id: "secret-id".to_owned(),
        title: "secret title".to_owned(),
        artist: "secret artist".to_owned(),
        total_downloads: 1,
    };
    songs.create(&song).await.unwrap();
    songs.create(&song).await.unwrap_err();
    songs.get(Song::key("secret-id")).await.unwrap();
    songs.query(MonthlyCount::downloads_by_month("secret-month")).all().await.unwrap();
    drop(guard);

    let spans = spans.0.lock().unwrap();
    let field = |at: usize, name: &str| spans[at].1.get(name).map(String::as_str);
    let operations: Vec<_> = (0..spans.len()).map(|at| field(at, "db.operation.name")).collect();
    let expected = ["PutItem", "PutItem", "GetItem", "Query"].map(Some);
    assert_eq!(operations, expected);
    for at in 0..spans.len() {
        assert_eq!(field(at, "db.system.name"), Some("aws.dynamodb"));
        assert_eq!(field(at, "db.collection.name"), Some(songs.name()));
        let failed = (at == 1).then_some("ConditionalCheckFailedException");
        assert_eq!(field(at, "error.type"), failed);
    }
    assert_eq!(field(3, "aws.dynamodb.index_name"), Some("DownloadsByMonth"));
    assert!(!format!("{spans:?}").contains("secret"), "{spans:?}");
}
