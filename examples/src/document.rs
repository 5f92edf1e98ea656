//! `schema`: what a program's tables are, as a document for people or for another tool.

use clap::{Args, ValueEnum};
use entity_core::model::Model;
use entity_core::schema::Schema;
use serde_json::Value;

use crate::{Error, Output, Result};

/// Which document.
#[derive(Debug, Args)]
pub struct Document {
    /// As what; markdown, if it is not said, and json with --json
    #[arg(long, value_enum)]
    format: Option<Format>,
}

/// What a document is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Keys, indexes, entities and access patterns, as tables
    Markdown,
    /// A page with the items that the program brings with it, by partition
    Html,
    /// A data model for NoSQL Workbench, with the same items
    Workbench,
    /// A CloudFormation template
    Cloudformation,
    /// A Terraform resource
    Terraform,
    /// The declaration, to keep and to compare with
    Json,
}

impl Document {
    /// Prints the document. `schemas` are those of the model's tables.
    ///
    /// # Errors
    ///
    /// If it is no JSON, and `--json` asks for that; if it cannot be made or printed.
    pub fn print<T>(&self, out: &Output, model: &Model<T>, schemas: &[Schema]) -> Result<()> {
        let default = if out.is_json() { Format::Json } else { Format::Markdown };
        let invalid = |error: entity_core::error::TableError| Error::new(error.to_string());
        match self.format.unwrap_or(default) {
            Format::Markdown => prose(out, &model.markdown()),
            Format::Html => prose(out, &model.html()),
            Format::Terraform => prose(out, &model.terraform().map_err(invalid)?),
            Format::Workbench => json(out, &model.workbench()),
            Format::Cloudformation => json(out, &model.cloudformation().map_err(invalid)?),
            Format::Json => schemas.iter().try_for_each(|schema| json(out, &format!("{schema}\n"))),
        }
    }
}

/// What is no JSON.
fn prose(out: &Output, text: &str) -> Result<()> {
    match out.is_json() {
        true => Err(Error::new("--json is for json, workbench and cloudformation alone")),
        false => out.document(text),
    }
}

/// JSON, in one line where stdout is for lines.
fn json(out: &Output, text: &str) -> Result<()> {
    if !out.is_json() {
        return out.document(text);
    }
    let value: Value = serde_json::from_str(text).map_err(|error| Error::new(error.to_string()))?;
    out.document(&format!("{value}\n"))
}
