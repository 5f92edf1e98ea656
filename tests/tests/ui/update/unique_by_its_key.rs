use aws_sdk_dynamodb::Client;
use entity_core::Table;
use tests::desk::{Desk, Agent};

pub fn case(client: &Client) {
    let desk = Desk::on(client);
    let _ = desk.update(Agent::key("1"));
}

fn main() {}
