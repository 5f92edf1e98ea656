use entity_core::{Collection, Entity, Table};
use serde::{Deserialize, Serialize};

#[derive(Table)]
#[table(name = "Users", pk = "PK", sk = "SK", items = Items)]
struct Users;

#[derive(Deserialize)]
struct Raw {
    user_id: String,
}

impl From<Raw> for User {
    fn from(raw: Raw) -> Self {
        Self { user_id: raw.user_id }
    }
}

#[derive(Serialize, Deserialize, Entity)]
#[serde(from = "Raw")]
#[entity(table = Users, pk = user_id, sk = "PROFILE")]
struct User {
    user_id: String,
}

#[derive(Collection)]
enum Items {
    User(User),
}

fn main() {}
