//! `Session`: one run of a program, from its flags to its exit status.

use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{CommandFactory, Parser};
use entity_core::{Table, TableHandle};

use crate::engine::Engine;
use crate::{Error, Flags, Output, Result};

/// What a command works with.
#[derive(Debug)]
pub struct Session {
    /// The program's name, as errors say it.
    pub program: &'static str,
    /// The flags.
    pub flags: Flags,
    /// The subcommand that creates the table, as errors say it.
    pub create: &'static str,
    /// Where results go.
    pub out: Output,
    /// The engine.
    pub engine: Engine,
}

impl Session {
    /// The table, under the name that `--table` gives.
    #[must_use]
    pub fn table<T: Table>(&self) -> TableHandle<T> {
        let table = T::on(&self.engine.client);
        match &self.flags.table {
            Some(name) => table.named(name),
            None => table,
        }
    }

    /// The line that ends a command in vain; it says how to come by a table that is missing.
    fn explain(&self, error: &Error) -> String {
        let line = match error {
            Error::NoTable(_) => {
                let create = self.flags.command(self.program, self.create);
                format!("{error}; create it with `{create}`")
            }
            other => other.to_string(),
        };
        // One line it is, whatever a service's message looks like.
        line.lines().map(str::trim).collect::<Vec<_>>().join(" ")
    }
}

/// Reads the command line; wrong usage ends the process with status 2, and clap's message.
pub fn parse<P: Parser + CommandFactory>(flags: impl FnOnce(&P) -> &Flags) -> P {
    let program = P::parse();
    if let Some(conflict) = flags(&program).conflict() {
        P::command().error(ErrorKind::ArgumentConflict, format!("the argument {conflict}")).exit();
    }
    program
}

/// Runs a command, and makes an exit status of how it ended: 0, or 1 and a line on stderr.
pub async fn run(
    program: &'static str,
    flags: Flags,
    command: impl AsyncFnOnce(&mut Session) -> Result<()>,
) -> ExitCode {
    let out = Output::new(&flags);
    let mut session = match Engine::open(&flags).await {
        Ok(engine) => Session { program, flags, create: "create", out, engine },
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::FAILURE;
        }
    };
    let result = command(&mut session).await;
    if let Some(capacity) = session.out.capacity() {
        eprintln!("{capacity}");
    }
    match result {
        Ok(()) | Err(Error::Closed) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {}", session.explain(&error));
            ExitCode::FAILURE
        }
    }
}
