use aws_sdk_dynamodb::Client;
use entity_core::Table;
use tests::desk::{Desk, Note, Ticket};

pub fn case(client: &Client, path: &entity_core::expr::Paths<Ticket>) {
    let desk = Desk::on(client);
    let _ = desk.update(Note::key("1", 1)).when(|_| {
            path.subject.eq("x")
    });
}

fn main() {}
