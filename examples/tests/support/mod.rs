//! Runs a program as its users do, on a table of the test's own.

#![allow(dead_code, reason = "each test takes what it needs of this")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "`allow-unwrap-in-tests` does not see the functions beside the tests"
)]

use std::collections::HashMap;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::{Value, json};
use tempfile::TempDir;

/// A program.
#[derive(Debug)]
pub(crate) struct Program {
    pub(crate) path: &'static str,
    pub(crate) table: &'static str,
}

/// A folder and a table of the test's own; the table is in a file there, or at the endpoint.
#[derive(Debug)]
pub(crate) struct Store {
    pub(crate) program: &'static Program,
    pub(crate) folder: TempDir,
    pub(crate) endpoint: Option<String>,
    pub(crate) table: String,
}

/// How a run of the program ended.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) status: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Program {
    /// Runs the program.
    pub(crate) fn run<'a>(&self, folder: &Path, arguments: impl Iterator<Item = &'a str>) -> Run {
        self.start(folder, arguments).wait_with_output().unwrap().into()
    }

    /// Starts the program; it runs on beside the test.
    pub(crate) fn start<'a>(
        &self,
        folder: &Path,
        arguments: impl Iterator<Item = &'a str>,
    ) -> Child {
        let mut command = Command::new(self.path);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.current_dir(folder).args(arguments).spawn().unwrap()
    }

    /// Runs the program without saying where the table is.
    pub(crate) fn in_memory(&self, arguments: &str) -> Run {
        self.run(TempDir::new().unwrap().path(), arguments.split_whitespace())
    }
}

/// What a program prints of its tables, in each format; `tables` are their names, `sample` is in one
/// of the items that it brings with it.
#[track_caller]
pub(crate) fn check_documents(program: &Program, tables: &[&str], sample: &str) {
    // Nobody listens there: what is sent would fail.
    let run = |arguments: &str| {
        let arguments = format!("--endpoint http://127.0.0.1:1 schema {arguments}");
        program.in_memory(&arguments)
    };
    let text = |arguments: &str| run(arguments).succeeds().stdout;
    let json = |arguments: &str| -> Value { serde_json::from_str(&text(arguments)).unwrap() };

    let (document, page) = (text(""), text("--format html"));
    let resources = text("--format terraform");
    assert_eq!(text("--format markdown"), document);
    assert!(page.starts_with("<!doctype html>") && page.contains(sample), "{page}");
    for table in tables {
        assert!(document.contains(&format!("# {table}\n")), "{document}");
        assert!(page.contains(&format!("<h1>{table}</h1>")), "{page}");
        assert!(resources.contains(&format!("= \"{table}\"\n")), "{resources}");
    }

    let model = json("--format workbench");
    let template = json("--format cloudformation");
    let named = |document: &Value, member: &str| -> Vec<String> {
        let tables = document.as_array().unwrap().iter();
        tables.map(|table| table[member].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(named(&model["DataModel"], "TableName"), tables);
    assert!(model.to_string().contains(sample), "{model}");
    let resources = template["Resources"].as_object().unwrap().values();
    let mut declared: Vec<&Value> =
        resources.map(|resource| &resource["Properties"]["TableName"]).collect();
    let mut expected = tables.to_vec();
    declared.sort_by_key(|name| name.to_string());
    expected.sort_unstable();
    assert_eq!(declared, expected);

    // One object a line, of each table, where stdout is for that.
    let lines = run("--json").succeeds().json();
    let names: Vec<&Value> = lines.iter().map(|schema| &schema["table"]).collect();
    assert_eq!(names, tables);
    assert_eq!(run("--json --format workbench").succeeds().json(), [model]);
    assert!(run("--json --format html").fails().starts_with("--json is for json"));
    assert!(text("--format json").starts_with("{\n  \"table\": "));
    assert!(text("--table Other").starts_with("# Other\n"));
}

impl Store {
    pub(crate) fn new(program: &'static Program) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let endpoint = std::env::var("DYNAMODB_ENDPOINT").ok();
        let table = format!("{}-{}-{number}", program.table, std::process::id());
        Self { program, folder: TempDir::new().unwrap(), endpoint, table }
    }

    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        std::fs::write(self.folder.path().join(name), text).unwrap();
    }

    pub(crate) fn engine(&self) -> Vec<&str> {
        match &self.endpoint {
            Some(url) => vec!["--endpoint", url],
            None => vec!["--data", "store.db"],
        }
    }

    /// Runs the program on the store's table; arguments are parted by spaces.
    pub(crate) fn run(&self, arguments: &str) -> Run {
        self.start(arguments).wait_with_output().unwrap().into()
    }

    /// Runs the program on the store's table, with arguments that have spaces in them.
    pub(crate) fn run_words(&self, arguments: &[&str]) -> Run {
        self.start_words(arguments.iter().copied()).wait_with_output().unwrap().into()
    }

    /// Starts the program on the store's table.
    pub(crate) fn start(&self, arguments: &str) -> Child {
        self.start_words(arguments.split_whitespace())
    }

    fn start_words<'a>(&'a self, arguments: impl Iterator<Item = &'a str>) -> Child {
        let store = [self.engine(), vec!["--table", &self.table]].concat();
        self.program.start(self.folder.path(), store.into_iter().chain(arguments))
    }

    /// Runs the program several times at once.
    pub(crate) fn run_at_once(&self, commands: &[&str]) -> Vec<Run> {
        let started: Vec<Child> = commands.iter().map(|command| self.start(command)).collect();
        started.into_iter().map(|child| child.wait_with_output().unwrap().into()).collect()
    }

    /// The items that a command prints with `--json`.
    pub(crate) fn json(&self, arguments: &str) -> Vec<Value> {
        self.run(&format!("{arguments} --json")).succeeds().json()
    }

    /// Uses the table without the library.
    pub(crate) fn sdk<V>(&self, work: impl AsyncFnOnce(aws_sdk_dynamodb::Client) -> V) -> V {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let file = self.folder.path().join("store.db");
            let flags = examples::Flags {
                data: Some(file).filter(|_| self.endpoint.is_none()),
                endpoint: self.endpoint.clone(),
                ..examples::Flags::default()
            };
            work(examples::engine::client(&flags).await.unwrap()).await
        })
    }
}

/// An item as the SDK has it, as DynamoDB JSON.
pub(crate) fn wire(item: &HashMap<String, AttributeValue>) -> Value {
    let members = item.iter().map(|(name, value)| (name.clone(), wire_value(value)));
    Value::Object(members.collect())
}

fn wire_value(value: &AttributeValue) -> Value {
    match value {
        AttributeValue::S(text) => json!({"S": text}),
        AttributeValue::N(digits) => json!({"N": digits}),
        AttributeValue::Bool(value) => json!({"BOOL": value}),
        AttributeValue::Ss(texts) => json!({"SS": sorted(texts)}),
        AttributeValue::Ns(numbers) => json!({"NS": sorted(numbers)}),
        AttributeValue::M(members) => json!({"M": wire(members)}),
        other => panic!("{other:?}"),
    }
}

/// A set has no order.
fn sorted(set: &[String]) -> Vec<&String> {
    let mut sorted: Vec<&String> = set.iter().collect();
    sorted.sort();
    sorted
}

impl Run {
    #[track_caller]
    pub(crate) fn succeeds(self) -> Self {
        assert_eq!(self.status, Some(0), "{self:?}");
        self
    }

    /// The error, without `error: `.
    #[track_caller]
    pub(crate) fn fails(self) -> String {
        assert_eq!((self.status, &*self.stdout), (Some(1), ""), "{self:?}");
        let line = self.stderr.strip_prefix("error: ").and_then(|line| line.strip_suffix('\n'));
        let line = line.unwrap_or_else(|| panic!("{self:?}"));
        assert!(!line.contains('\n'), "one line: {line}");
        line.to_owned()
    }

    #[track_caller]
    pub(crate) fn misuse(self) -> String {
        assert_eq!((self.status, &*self.stdout), (Some(2), ""), "{self:?}");
        self.stderr
    }

    pub(crate) fn json(&self) -> Vec<Value> {
        self.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        let (stdout, stderr) = (text(output.stdout), text(output.stderr));
        Self { status: output.status.code(), stdout, stderr }
    }
}
