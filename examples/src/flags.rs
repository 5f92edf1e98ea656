//! The flags that every program takes.

use std::path::PathBuf;

use clap::Args;

/// Where the table is, and how results are shown; before the subcommand or after it.
#[derive(Debug, Clone, Default, Args)]
pub struct Flags {
    /// Keep the embedded engine's tables in a file; without it they are in memory
    #[arg(long, global = true, value_name = "FILE", help_heading = "Where")]
    pub data: Option<PathBuf>,
    /// Use the engine at this address, such as DynamoDB Local at http://127.0.0.1:8000
    #[arg(long, global = true, value_name = "URL", help_heading = "Where", value_parser = endpoint)]
    pub endpoint: Option<String>,
    /// Use AWS, as the environment configures it
    #[arg(long, global = true, help_heading = "Where")]
    pub aws: bool,
    /// Use a table of another name
    #[arg(long, global = true, value_name = "NAME", help_heading = "Where")]
    pub table: Option<String>,
    /// Print results as JSON, one object a line
    #[arg(long, global = true, help_heading = "Output")]
    pub json: bool,
    /// Print the consumed capacity, on stderr
    #[arg(long, global = true, help_heading = "Output")]
    pub capacity: bool,
}

impl Flags {
    /// What is wrong with the flags together.
    ///
    /// clap's own `conflicts_with` does not see two global flags of which one stands before the
    /// subcommand and one after it.
    #[must_use]
    pub fn conflict(&self) -> Option<&'static str> {
        match (&self.data, &self.endpoint, self.aws) {
            (Some(_), Some(_), _) => Some("'--data <FILE>' cannot be used with '--endpoint <URL>'"),
            (Some(_), _, true) => Some("'--data <FILE>' cannot be used with '--aws'"),
            (_, Some(_), true) => Some("'--endpoint <URL>' cannot be used with '--aws'"),
            _ => None,
        }
    }

    /// Whether the tables are in memory, and so are empty when the program begins.
    #[must_use]
    pub fn is_in_memory(&self) -> bool {
        self.data.is_none() && self.endpoint.is_none() && !self.aws
    }

    /// The command line that runs a subcommand of `program` on the same table.
    #[must_use]
    pub fn command(&self, program: &str, subcommand: &str) -> String {
        let mut words = vec![program.to_owned()];
        words.extend(self.data.iter().map(|file| format!("--data {}", file.display())));
        words.extend(self.endpoint.iter().map(|url| format!("--endpoint {url}")));
        words.extend(self.aws.then(|| "--aws".to_owned()));
        words.extend(self.table.iter().map(|name| format!("--table {name}")));
        words.push(subcommand.to_owned());
        words.join(" ")
    }
}

fn endpoint(url: &str) -> Result<String, String> {
    let host = url.strip_prefix("http://").or_else(|| url.strip_prefix("https://"));
    match host {
        Some(host) if !host.is_empty() && !host.starts_with('/') => {}
        _ => return Err("expected an address such as http://127.0.0.1:8000".to_owned()),
    }
    if url.starts_with("https://") && !cfg!(feature = "aws") {
        return Err("this build has no TLS; build it with `--features aws`".to_owned());
    }
    Ok(url.to_owned())
}
