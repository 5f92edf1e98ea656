//! Carts, saved products and purchases: one table, two indexes, two kinds of item.
//!
//! `cart` alone is a tour; `cart --data cart.db add 1 P-1 ...` begins something to keep.

mod arguments;
mod checkout;
mod commands;
mod generate;
mod model;
mod total;
mod tour;

use std::process::ExitCode;

use clap::Parser;
use examples::{Flags, session};

/// Carts, saved products and purchases. Without a command: a tour of the table, on bundled carts
///
/// Without --data, --endpoint or --aws the table is in memory: it holds the bundled carts, and is gone when the
/// command ends.
#[derive(Debug, Parser)]
#[command(name = "cart", version, subcommand_value_name = "COMMAND")]
struct Cart {
    #[command(flatten)]
    flags: Flags,
    #[command(subcommand)]
    command: Option<commands::Command>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let Cart { flags, command } = session::parse(|cart: &Cart| &cart.flags);
    session::run("cart", flags, async |session| match command {
        Some(command) => command.run(session).await,
        None => tour::run(session).await,
    })
    .await
}
