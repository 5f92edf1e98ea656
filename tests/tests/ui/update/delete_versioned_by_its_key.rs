use aws_sdk_dynamodb::Client;
use entity_core::Table;
use tests::desk::{Desk, Ticket};

pub fn case(client: &Client) {
    let desk = Desk::on(client);
    let _ = desk.delete(Ticket::key("1"));
}

fn main() {}
