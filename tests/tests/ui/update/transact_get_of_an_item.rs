use aws_sdk_dynamodb::Client;
use entity_core::Table;
use tests::desk::{Desk, Note};

pub fn case(client: &Client, note: Note) {
    let desk = Desk::on(client);
    let _ = desk.transact_get((note,));
}

fn main() {}
