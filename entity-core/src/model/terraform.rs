//! A Terraform resource, as `terraform fmt` writes it.
//!
//! <https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/dynamodb_table>

use std::fmt::Write;

use aws_sdk_dynamodb::types::BillingMode;

use super::view::{View, projection, views};
use super::{TableModel, names, vector_indexes};
use crate::error::TableError;
use crate::op::{PerSecond, TableSettings, key_attributes};
use crate::schema::{IndexKind, IndexSchema, KeyDef};

pub(super) fn render(tables: &[&TableModel]) -> Result<String, TableError> {
    let names = names(tables, label).into_iter();
    let resources = names.zip(tables).map(|(name, table)| {
        let left_out =
            vector_indexes(table).map(|index| format!("# Not in this resource: {index}.\n"));
        let mut out: String = left_out.collect();
        let _ = write!(out, "resource \"aws_dynamodb_table\" {} ", string(&name));
        resource(table)?.write(&mut out, 0);
        Ok(out)
    });
    Ok(resources.collect::<Result<Vec<_>, TableError>>()?.join("\n"))
}

/// A resource's name: it begins with a letter, and has letters, digits and `_`.
fn label(table: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' };
    let label: String = table.chars().map(plain).collect();
    if label.starts_with(|c: char| c.is_ascii_alphabetic()) {
        label
    } else {
        format!("table_{label}")
    }
}

fn resource(table: &TableModel) -> Result<Body, TableError> {
    let (schema, settings) = (table.wanted.schema, &table.wanted.settings);
    let mut body = Body::default();
    body.set("name", string(&table.name));
    body.set("billing_mode", string(settings.billing_mode().as_str()));
    provisioned(&mut body, settings, None);
    body.set("hash_key", string(schema.pk.name));
    body.set_some("range_key", schema.sk.map(|sk| string(sk.name)));
    body.set_some("table_class", settings.class.as_ref().map(|class| string(class.as_str())));
    if let Some(view) = &settings.stream {
        body.set("stream_enabled", view.is_some().to_string());
        body.set_some("stream_view_type", view.as_ref().map(|view| string(view.as_str())));
    }
    let protection = settings.deletion_protection;
    body.set_some("deletion_protection_enabled", protection.map(|on| on.to_string()));
    for key in key_attributes(schema) {
        let mut attribute = Body::default();
        attribute.set("name", string(key.name));
        attribute.set("type", string(key.ty.name()));
        body.block("attribute", attribute);
    }
    for view in views(schema) {
        let Some(index) = view.index else { continue };
        match index.kind {
            IndexKind::Global => {
                body.block("global_secondary_index", global(index, &view, settings))
            }
            IndexKind::Local => body.block("local_secondary_index", local(index)),
        }
    }
    throughput(&mut body, settings, None);
    if let Some(attribute) = table.ttl()? {
        let mut ttl = Body::default();
        ttl.set("attribute_name", string(attribute));
        ttl.set("enabled", "true".to_owned());
        body.block("ttl", ttl);
    }
    if let Some(on) = settings.point_in_time_recovery {
        let mut recovery = Body::default();
        recovery.set("enabled", on.to_string());
        body.block("point_in_time_recovery", recovery);
    }
    let tags = settings.last_tags();
    if !tags.is_empty() {
        let mut map = Body::default();
        for (key, value) in tags {
            map.set(&string(key), string(value));
        }
        body.block("tags =", map);
    }
    Ok(body)
}

fn global(index: &IndexSchema, view: &View, settings: &TableSettings) -> Body {
    let mut body = Body::default();
    body.set("name", string(index.name));
    projects(&mut body, index);
    provisioned(&mut body, settings, Some(index.name));
    let keys = |keys: &[KeyDef], ty| keys.iter().map(|key| (key.name, ty)).collect::<Vec<_>>();
    for (name, ty) in [keys(&view.pk, "HASH"), keys(&view.sk, "RANGE")].concat() {
        let mut key = Body::default();
        key.set("attribute_name", string(name));
        key.set("key_type", string(ty));
        body.block("key_schema", key);
    }
    throughput(&mut body, settings, Some(index.name));
    body
}

fn local(index: &IndexSchema) -> Body {
    let mut body = Body::default();
    body.set("name", string(index.name));
    body.set_some("range_key", index.sk.first().map(|key| string(key.name)));
    projects(&mut body, index);
    body
}

fn projects(body: &mut Body, index: &IndexSchema) {
    let (ty, names) = projection(index);
    body.set("projection_type", string(ty));
    let list = |names: &[&str]| {
        let names: Vec<String> = names.iter().map(|name| string(name)).collect();
        format!("[{}]", names.join(", "))
    };
    body.set_some("non_key_attributes", names.map(list));
}

fn provisioned(body: &mut Body, settings: &TableSettings, index: Option<&str>) {
    if let Some(PerSecond { read, write }) = settings.units(&BillingMode::Provisioned, index) {
        body.set("read_capacity", read.to_string());
        body.set("write_capacity", write.to_string());
    }
}

fn throughput(body: &mut Body, settings: &TableSettings, index: Option<&str>) {
    if let Some(PerSecond { read, write }) = settings.units(&BillingMode::PayPerRequest, index) {
        let mut most = Body::default();
        most.set("max_read_request_units", read.to_string());
        most.set("max_write_request_units", write.to_string());
        body.block("on_demand_throughput", most);
    }
    if let Some(PerSecond { read, write }) = settings.warm_units(index) {
        let mut warm = Body::default();
        warm.set("read_units_per_second", read.to_string());
        warm.set("write_units_per_second", write.to_string());
        body.block("warm_throughput", warm);
    }
}

/// What stands between braces: arguments, and then blocks.
#[derive(Default)]
struct Body {
    arguments: Vec<(String, String)>,
    blocks: Vec<(&'static str, Body)>,
}

impl Body {
    fn set(&mut self, name: &str, value: String) {
        self.arguments.push((name.to_owned(), value));
    }

    fn set_some(&mut self, name: &str, value: Option<String>) {
        if let Some(value) = value {
            self.set(name, value);
        }
    }

    fn block(&mut self, name: &'static str, body: Self) {
        self.blocks.push((name, body));
    }

    fn write(&self, out: &mut String, indent: usize) {
        let (inner, widest) =
            (indent + 2, self.arguments.iter().map(|(name, _)| name.chars().count()));
        let widest = widest.max().unwrap_or(0);
        out.push_str("{\n");
        for (name, value) in &self.arguments {
            let _ = writeln!(out, "{:inner$}{name:widest$} = {value}", "");
        }
        for (position, (name, body)) in self.blocks.iter().enumerate() {
            if position > 0 || !self.arguments.is_empty() {
                out.push('\n');
            }
            let _ = write!(out, "{:inner$}{name} ", "");
            body.write(out, inner);
        }
        let _ = writeln!(out, "{:indent$}}}", "");
    }
}

/// A string in quotes, in which nothing is a template.
///
/// <https://developer.hashicorp.com/terraform/language/expressions/strings>
fn string(text: &str) -> String {
    let mut out = String::from("\"");
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '$' | '%' if letters.peek() == Some(&'{') => out.extend([letter, letter]),
            control if control.is_control() => {
                let _ = write!(out, "\\u{:04x}", u32::from(control));
            }
            letter => out.push(letter),
        }
    }
    out + "\""
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_begin_with_a_letter() {
        assert_eq!(label("Songs"), "songs");
        assert_eq!(label("IA-Table.1"), "ia_table_1");
        assert_eq!(label("1-a"), "table_1_a");
        assert_eq!(label("-a"), "table__a");
    }

    #[test]
    fn strings_are_no_templates() {
        assert_eq!(string(r#"a"b\c"#), r#""a\"b\\c""#);
        assert_eq!(string("${a} %{b} $c"), r#""$${a} %%{b} $c""#);
        assert_eq!(string("$${a}"), r#""$$${a}""#);
        assert_eq!(string("a\nb\u{7f}"), r#""a\nb\u007f""#);
    }
}
