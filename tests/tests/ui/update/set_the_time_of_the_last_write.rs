use aws_sdk_dynamodb::Client;
use entity_core::Table;
use tests::desk::{Desk, Ticket};

pub fn case(client: &Client, ticket: &Ticket) {
    let desk = Desk::on(client);
    let _ = desk.update(ticket).set(|t| t.updated.set(7));
}

fn main() {}
