//! Conversations: groups of users, and their messages. One table, one index, two kinds of item.
//!
//! `chat` alone is a tour; `chat --data chat.db seed` begins something to keep.

mod commands;
mod model;
mod seed;
mod send;
mod timestamp;
mod tour;

use std::process::ExitCode;

use clap::Parser;
use examples::{Flags, session};

/// Groups of users, and their messages. Without a command: a tour of the table, on bundled conversations
///
/// Without --data, --endpoint or --aws the table is in memory: it holds the bundled conversations, and is gone when
/// the command ends.
///
/// Users and groups are their ids, which are UUIDs: the keys of the table hold no handles. Times are stored in UTC, to
/// the microsecond, and are given with an offset, such as 2023-03-18T19:40:12.361+00:00 or 2023-03-18T20:40:12+01:00;
/// years are those of UTC.
#[derive(Debug, Parser)]
#[command(name = "chat", version, subcommand_value_name = "COMMAND")]
struct Chat {
    #[command(flatten)]
    flags: Flags,
    #[command(subcommand)]
    command: Option<commands::Command>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let Chat { flags, command } = session::parse(|chat: &Chat| &chat.flags);
    session::run("chat", flags, async |session| {
        session.create = "schema-load";
        match command {
            Some(command) => command.run(session).await,
            None => tour::run(session).await,
        }
    })
    .await
}
