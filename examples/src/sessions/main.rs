//! Sessions that end by themselves, and the archive that they go to: a table with a time to live and a
//! stream, and a table of the class for what is seldom read.
//!
//! `sessions` alone is a tour; `sessions --data sessions.db generate --count 9 --ttl 60` begins
//! something to keep.

mod archive;
mod checkpoints;
mod commands;
mod generate;
mod model;
mod settings;
mod sweep;
mod tour;

use std::process::ExitCode;

use clap::Parser;
use examples::{Flags, session};

/// Sessions with a time to live, and their archive. Without a command: a tour of both tables
///
/// Without --data, --endpoint or --aws the tables are in memory: they hold a few sessions, and are gone
/// when the command ends. The archive of the table NAME is the table IA-NAME.
#[derive(Debug, Parser)]
#[command(name = "sessions", version, subcommand_value_name = "COMMAND")]
struct Sessions {
    #[command(flatten)]
    flags: Flags,
    #[command(subcommand)]
    command: Option<commands::Command>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let Sessions { flags, command } = session::parse(|sessions: &Sessions| &sessions.flags);
    session::run("sessions", flags, async |session| match command {
        Some(command) => command.run(session).await,
        None => tour::run(session).await,
    })
    .await
}
