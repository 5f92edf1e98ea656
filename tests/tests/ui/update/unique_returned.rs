use aws_sdk_dynamodb::Client;
use entity_core::Table;
use tests::desk::{Desk, Agent};

pub fn case(client: &Client, agent: &Agent) {
    let desk = Desk::on(client);
    let _ = desk.delete(agent).return_old();
}

fn main() {}
