//! The same cart item for two other libraries; both go through the SDK's maps and `serde_dynamo`.

use aws_sdk_dynamodb::Client;
use dynamodb_facade::{DynamoDBItem, attribute_definitions, dynamodb_item, table_definitions};
use modyne::keys::{FullKey, Gsi1, Primary};
use modyne::{EntityDef, EntityTypeNameRef, QueryInput, Table, expr};

use crate::by_hand::Map;
use crate::cart::CartItem;

attribute_definitions! {
    /// The partition key.
    Pk { "PK": dynamodb_facade::StringAttribute }
    /// The sort key.
    Sk { "SK": dynamodb_facade::StringAttribute }
    /// The index's partition key.
    Gsi1Pk { "GSI1PK": dynamodb_facade::StringAttribute }
    /// The index's sort key.
    Gsi1Sk { "GSI1SK": dynamodb_facade::StringAttribute }
}

table_definitions! {
    /// Carts, for `dynamodb_facade`.
    FacadeCarts {
        type PartitionKey = Pk;
        type SortKey = Sk;
        fn table_name() -> String { "Carts".to_owned() }
    }
}

dynamodb_item! {
    #[table = FacadeCarts]
    CartItem {
        #[partition_key]
        Pk {
            fn attribute_id(&self) -> &'id str { &self.account_id }
            fn attribute_value(id) -> String { id.to_owned() }
        }
        #[sort_key]
        Sk {
            fn attribute_id(&self) -> (&'id str, &'id str, &'id str) {
                (&self.account_id, &self.status, &self.product_id)
            }
            fn attribute_value(id) -> String { format!("{}#{}#{}", id.0, id.1, id.2) }
        }
        Gsi1Pk {
            fn attribute_id(&self) -> (&'id str, &'id str) { (&self.account_id, &self.status) }
            fn attribute_value(id) -> String { format!("{}#{}", id.0, id.1) }
        }
        Gsi1Sk {
            fn attribute_id(&self) -> &'id str { &self.create_timestamp }
            fn attribute_value(id) -> String { id.to_owned() }
        }
    }
}

/// What `dynamodb_facade` makes of an item.
#[must_use]
pub fn facade_map(item: &CartItem) -> Map {
    DynamoDBItem::<FacadeCarts>::to_item(item).into_inner()
}

/// Carts, for `modyne`.
#[derive(Debug)]
pub struct ModyneCarts(pub Client);

impl Table for ModyneCarts {
    // It tells entities by an attribute that they must have. These have this one.
    const ENTITY_TYPE_ATTRIBUTE: &'static str = "Status";

    type PrimaryKey = Primary;
    type IndexKeys = Gsi1;

    fn table_name(&self) -> &str {
        "Carts"
    }

    fn client(&self) -> &Client {
        &self.0
    }
}

impl EntityDef for CartItem {
    const ENTITY_TYPE: &'static EntityTypeNameRef = EntityTypeNameRef::from_static("ACTIVE");
    const PROJECTED_ATTRIBUTES: &'static [&'static str] = &[""];
}

impl modyne::Entity for CartItem {
    type KeyInput<'a> = (&'a str, &'a str, &'a str);
    type Table = ModyneCarts;
    type IndexKeys = Gsi1;

    fn primary_key((account, status, product): Self::KeyInput<'_>) -> Primary {
        Primary { hash: account.to_owned(), range: format!("{account}#{status}#{product}") }
    }

    fn full_key(&self) -> FullKey<Primary, Gsi1> {
        let Self { account_id, status, product_id, create_timestamp, .. } = self;
        FullKey {
            primary: Self::primary_key((account_id, status, product_id)),
            indexes: Gsi1 {
                hash: format!("{account_id}#{status}"),
                range: create_timestamp.clone(),
            },
        }
    }
}

/// A customer's cart, for `modyne`.
#[derive(Debug)]
pub struct Cart<'a>(pub &'a str);

impl QueryInput for Cart<'_> {
    type Index = Primary;
    type Aggregate = Vec<CartItem>;

    fn key_condition(&self) -> expr::KeyCondition<Primary> {
        expr::KeyCondition::in_partition(self.0).begins_with(format!("{}#", self.0))
    }
}
