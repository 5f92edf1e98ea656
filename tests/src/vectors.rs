//! Points in space, a table for each distance function, and the engines that can search them.

use entity_core::{Collection, Entity, Table, TableHandle, Vector, VectorIndex};
use serde::{Deserialize, Serialize};

use crate::engine::{client, is_embedded, named, skip, table};

/// A table of points, whose index has that distance function.
macro_rules! space {
    ($($(#[$doc:meta])* $table:ident, $index:ident, $point:ident, $item:ident: $distance:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Table)]
        #[table(pk = N("id"), vector_indexes($index), items = $item)]
        pub struct $table;

        /// The points of a zone, by colour and shape.
        #[derive(Debug, VectorIndex)]
        #[vector_index(table = $table, vector = "at", dimensions = 4, distance = $distance)]
        #[vector_index(partition = "zone", filters = (N("colour"), "shape"))]
        pub struct $index;

        /// A point.
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Entity)]
        #[entity(table = $table, pk = id)]
        #[entity(vector_index($index, vector = at, partition = zone, filters = (colour, shape)))]
        #[allow(missing_docs, reason = "the fields say what they are")]
        pub struct $point {
            pub id: u32,
            pub zone: String,
            pub colour: u8,
            pub shape: Option<String>,
            pub at: Option<Vector<4>>,
        }

        /// What there is.
        #[derive(Debug, Clone, PartialEq, Collection)]
        pub enum $item {
            /// A point.
            $point($point),
        }
    )*};
}

space! {
    /// Points as far apart as the angle between them.
    Directions, DirectionsNear, Direction, DirectionItem: Cosine;
    /// Points as far apart as the line between them.
    Places, PlacesNear, Place, PlaceItem: Euclidean;
    /// Points that are the nearer the more they have in common.
    Weights, WeightsNear, Weight, WeightItem: DotProduct;
}

/// A table of the test's own, if the engine under test has vector indexes; says loudly what is skipped if
/// it has none.
pub async fn table_with_vectors<T: Table>() -> Option<TableHandle<T>> {
    if is_embedded() {
        return Some(table().await);
    }
    let table: TableHandle<T> = named(&client());
    // An engine that predates them refuses the table, or makes it without the index.
    let created = table.create_table().await;
    let described = table.client().describe_table().table_name(table.name()).send().await;
    let described = described.ok().and_then(|described| described.table);
    if created.is_ok() && described.is_some_and(|table| !table.vector_indexes().is_empty()) {
        return Some(table);
    }
    skip("searches: this engine predates vector indexes");
    None
}
