use entity_core::{Collection, Entity, Table};
use serde::{Deserialize, Serialize};

#[derive(Table)]
#[table(name = "Users", pk = "PK", sk = "SK", items = Items)]
struct Users;

#[derive(Serialize)]
struct Raw {
    user_id: String,
}

impl From<User> for Raw {
    fn from(user: User) -> Self {
        Self { user_id: user.user_id }
    }
}

#[derive(Clone, Serialize, Deserialize, Entity)]
#[serde(into = "Raw")]
#[entity(table = Users, pk = user_id, sk = "PROFILE")]
struct User {
    user_id: String,
}

#[derive(Collection)]
enum Items {
    User(User),
}

fn main() {}
