use aws_sdk_dynamodb::Client;
use entity_core::Table;
use tests::desk::{Desk, Note};

pub fn case(client: &Client) {
    let desk = Desk::on(client);
    let _ = desk.transact_write(desk.delete(Note::key("1", 1)).return_old());
}

fn main() {}
