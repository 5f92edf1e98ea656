//! Songs and their downloads: one table, two indexes, three kinds of item.
//!
//! `music` alone is a tour; `music --data songs.db load songs.json` begins something to keep.

mod commands;
mod model;
mod month;
mod record;
mod similar;
mod tour;

use std::process::ExitCode;

use clap::Parser;
use examples::{Flags, session};

/// Songs and their downloads. Without a command: a tour of the table, on bundled songs
///
/// Without --data, --endpoint or --aws the table is in memory: it holds the bundled songs, and is gone when the
/// command ends.
#[derive(Debug, Parser)]
#[command(name = "music", version, subcommand_value_name = "COMMAND")]
struct Music {
    #[command(flatten)]
    flags: Flags,
    #[command(subcommand)]
    command: Option<commands::Command>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let Music { flags, command } = session::parse(|music: &Music| &music.flags);
    session::run("music", flags, async |session| match command {
        Some(command) => command.run(session).await,
        None => tour::run(session).await,
    })
    .await
}
