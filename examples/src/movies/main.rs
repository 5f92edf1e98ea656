//! Films by number, by genre and by votes: two tables, one index, one kind of item in each.
//!
//! `movies` alone is a tour; `movies --data movies.db load examples/data/movies.jsonl` begins
//! something to keep.
//!
//! # Two tables in step
//!
//! A film is an item of `Movies`; of each of its genres there is an entry in `MoviesByGenre`, so that
//! the films of a genre are one partition. `genre_ids` of a film names its entries: no command
//! leaves an entry that it does not name. [`retitle`](retitle::retitle) changes a film and its entries
//! in one transaction, and [`load`](load::load) says what it does instead.
//!
//! # Films by votes
//!
//! An index with the partition key `vote_count` alone cannot answer "at least 100,000 votes": a
//! partition key takes equality only, and a range is one of a sort key. So the index `MoviesByVotes` has
//! the votes as its sort key, as numbers, and one partition: its partition key is the constant
//! `Movie`, in the attribute `entity`. A range is one query, most votes first, and reads no film
//! that has fewer; those with a lower average are read, paid for and filtered out. A film without
//! `vote_count` is not in the index.
//!
//! One partition takes 1,000 writes and 3,000 reads of capacity a second, and a change of a film's
//! votes writes twice, as it moves the film. That is plenty for films, which are loaded by night and
//! of which a page is read. Where votes are counted as they come in it is a hot partition: give each
//! film one of so many partitions then (`{shard}`, its number modulo 10), and ask all of them. The
//! power of ten of the votes would be one too, and spreads badly: more than half of the bundled
//! films have five digits.

mod commands;
mod file;
mod genre;
mod load;
mod model;
mod retitle;
mod tables;
mod tour;

use std::process::ExitCode;

use clap::Parser;
use examples::{Flags, session};

/// Films by number, by genre and by votes. Without a command: a tour of the tables, on bundled films
///
/// There are two tables: Movies, and MoviesByGenre beside it. With --table NAME they are NAME and NAMEByGenre.
///
/// Without --data, --endpoint or --aws the tables are in memory: they hold those of the bundled films that have
/// 100,000 votes or more, and are gone when the command ends.
#[derive(Debug, Parser)]
#[command(name = "movies", version, subcommand_value_name = "COMMAND")]
struct Program {
    #[command(flatten)]
    flags: Flags,
    #[command(subcommand)]
    command: Option<commands::Command>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let Program { flags, command } = session::parse(|program: &Program| &program.flags);
    session::run("movies", flags, async |session| match command {
        Some(command) => command.run(session).await,
        None => tour::run(session).await,
    })
    .await
}
