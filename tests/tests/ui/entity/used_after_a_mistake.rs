use entity_core::{Collection, Entity, Table};
use serde::{Deserialize, Serialize};

#[derive(Table)]
#[table(name = "Users", pk = "PK", sk = "SK", items = Items)]
struct Users;

#[derive(Serialize, Deserialize, Entity)]
#[entity(table = Users, pk = "USER#{userid}", sk = "PROFILE")]
struct User {
    user_id: String,
}

#[derive(Serialize, Deserialize, Entity)]
#[entity(table = Users, pk = "USER#{user_id}", sk = "MAIL#{mail}")]
struct Mail {
    user_id: String,
    mail: String,
}

#[derive(Collection)]
enum Items {
    User(User),
    Mail(Mail),
}

async fn uses(client: &aws_sdk_dynamodb::Client, user: &User) {
    let users = Users::on(client);
    let _ = users.put(user).await;
    let _ = users.get(User::key("1")).await;
    let _ = users.query(User::partition("1")).first().await;
    let _ = users.query(Items::partition("1")).all().await;
    let _ = users.query(Mail::partition("1").mail("a@b")).all().await;
}

fn main() {}
