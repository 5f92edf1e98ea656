//! An index with native multi-attribute keys answers as one with composed keys does.

use entity_core::{Collection, Entity, Index, Table, TableHandle};
use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use tests::engine;

#[derive(Debug, Table)]
#[table(name = "Matches", pk = "id", indexes(Native, Composed), items = MatchItem)]
struct Matches;

#[derive(Debug, Index)]
#[index(table = Matches, name = "native", pk = ("tournament", "region"), sk = ("round", N("bracket"), "match_id"))]
struct Native;

#[derive(Debug, Index)]
#[index(table = Matches, name = "composed", pk = "composed_pk", sk = "composed_sk")]
struct Composed;

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Entity)]
#[entity(table = Matches, pk = id)]
#[entity(index(Native, pk = (tournament, region), sk = (round, bracket, match_id)))]
#[entity(index(Composed, pk = "{tournament}#{region}", sk = "{round}#{bracket:03}#{match_id}"))]
struct Match {
    id: String,
    tournament: String,
    region: String,
    round: String,
    bracket: u16,
    match_id: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Collection)]
enum MatchItem {
    Match(Match),
}

/// The answers to the same typed queries on both indexes.
macro_rules! compare {
    ($table:expr, $($step:ident($($value:expr)?)),*) => {{
        let native = Match::native("t1", "eu")$(.$step($($value)?))*;
        let composed = Match::composed("t1", "eu")$(.$step($($value)?))*;
        let native = $table.query(native).all().await.unwrap();
        let composed = $table.query(composed).all().await.unwrap();
        assert_eq!(native, composed, stringify!($($step($($value)?)),*));
        native
    }};
}

async fn check(table: &TableHandle<Matches>, matches: &[Match]) {
    for item in matches {
        table.put(item).await.unwrap();
    }
    let mut expected: Vec<Match> =
        matches.iter().filter(|m| m.match_id.is_some()).cloned().collect();
    expected.retain(|m| m.tournament == "t1" && m.region == "eu");
    let key = |m: &Match| (m.round.clone(), m.bracket, m.match_id.clone());
    expected.sort_by_key(key);
    let keys = |items: &[Match]| items.iter().map(key).collect::<Vec<_>>();

    assert_eq!(keys(&compare!(table,)), keys(&expected));
    let found = compare!(table, round("final"));
    let of_round: Vec<Match> = expected.iter().filter(|m| m.round == "final").cloned().collect();
    assert_eq!(keys(&found), keys(&of_round));
    let found = compare!(table, round("final"), bracket(2..=20));
    let wanted: Vec<Match> =
        of_round.iter().filter(|m| (2..=20).contains(&m.bracket)).cloned().collect();
    assert_eq!(keys(&found), keys(&wanted));
    compare!(table, round("final"), bracket(3..));
    compare!(table, round("final"), bracket(..=9));
    compare!(table, round("final"), bracket(2), match_id("m1"));
    compare!(table, round("final"), bracket(2), match_id("m1"..));
}

fn matches() -> impl Strategy<Value = Vec<Match>> {
    let one = ("t[12]", "eu|us", "final|semi|quarter", 0..30_u16, prop::option::of("m[0-9]"));
    prop::collection::vec(one, 1..40).prop_map(|matches| {
        let numbered = matches.into_iter().enumerate();
        let all = numbered.map(|(id, (tournament, region, round, bracket, match_id))| Match {
            id: id.to_string(),
            tournament,
            region,
            round,
            bracket,
            match_id,
        });
        // The order of two items with one index key is the engine's.
        let mut seen = std::collections::BTreeSet::new();
        all.filter(|m| {
            seen.insert((
                m.tournament.clone(),
                m.region.clone(),
                m.round.clone(),
                m.bracket,
                m.match_id.clone(),
            ))
        })
        .collect()
    })
}

#[test]
fn both_kinds_of_index_give_the_same_answers() {
    if !engine::is_embedded() {
        engine::skip("DynamoDB Local 1.25 predates multi-attribute index keys");
        return;
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    proptest!(ProptestConfig::with_cases(24), |(matches in matches())| {
        runtime.block_on(async {
            let table = engine::table::<Matches>().await;
            check(&table, &matches).await;
        });
    });
}
