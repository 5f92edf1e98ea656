//! The declaration as tables in Markdown.

use std::fmt::Write;

use super::TableModel;
use super::types::{attribute_type, rust_type};
use super::view::{
    Condition, Pattern, RANGES, VECTOR_INDEX, View, form, kind, projects, vector_index, views,
};
use crate::schema::{EntitySchema, FieldSchema, IndexSchema, KeyDef};

pub(super) fn render(tables: &[&TableModel]) -> String {
    let tables: Vec<String> = tables.iter().map(|table| document(table)).collect();
    tables.join("\n")
}

fn document(table: &TableModel) -> String {
    let schema = table.wanted.schema;
    let mut out = format!("# {}\n\n", text(&table.name));
    let key = |role, key: &KeyDef| [role, code(key.name), key.ty.name().to_owned()];
    let pk = key("partition key".to_owned(), &schema.pk);
    let sk = schema.sk.map(|sk| key("sort key".to_owned(), &sk));
    grid(&mut out, ["key", "attribute", "type"], std::iter::once(pk).chain(sk));
    if let Some(attribute) = schema.type_attribute {
        let _ = writeln!(out, "\nThe attribute {} names each item's entity.", code(attribute));
    }
    if let Ok(Some(attribute)) = table.ttl() {
        let _ = writeln!(out, "\nItems expire by the attribute {}.", code(attribute));
    }
    if !schema.indexes.is_empty() {
        out.push_str("\n## Indexes\n\n");
        let heads = ["index", "kind", "partition key", "sort key", "projects"];
        let rows = views(schema).into_iter().filter_map(|view| Some((view.index?, view)));
        grid(&mut out, heads, rows.map(|(index, view)| row(index, &view)));
    }
    if !schema.vector_indexes.is_empty() {
        out.push_str("\n## Vector indexes\n\n");
        let rows = schema.vector_indexes.iter().map(|index| vector_index(index, code));
        grid(&mut out, VECTOR_INDEX, rows);
    }
    out.push_str("\n## Entities\n");
    for entity in table.wanted.entities {
        describe(&mut out, table, entity);
    }
    patterns(&mut out, table);
    out
}

fn row(index: &IndexSchema, view: &View) -> [String; 5] {
    let keys = |keys: &[KeyDef]| match keys {
        [] => "none".to_owned(),
        keys => list(keys.iter().map(|key| format!("{} ({})", code(key.name), key.ty.name()))),
    };
    let projects = projects(index.projection, code);
    [code(index.name), kind(index).to_owned(), keys(&view.pk), keys(&view.sk), projects]
}

fn describe(out: &mut String, table: &TableModel, entity: &EntitySchema) {
    let _ = write!(out, "\n### {}\n\n", text(entity.name));
    let keys = views(table.wanted.schema).into_iter().filter_map(|view| {
        let (pk, sk) = view.keys(entity)?;
        Some((view.index.map_or(&*table.name, |index| index.name).to_owned(), pk, sk))
    });
    let keys = keys.flat_map(|(name, pk, sk)| {
        let key = move |key| (name.clone(), key);
        pk.iter().chain(sk).map(key)
    });
    let key = keys.map(|(name, key)| [code(&name), code(key.def.name), code(&form(key))]);
    grid(out, ["key of", "attribute", "holds"], key);
    if entity.sensitive {
        out.push_str("\nIts values are sensitive.\n");
    }
    if !entity.fields.is_empty() {
        out.push('\n');
        let heads = ["attribute", "type", "in Rust", ""];
        grid(out, heads, entity.fields.iter().map(|field| attribute(table, entity, field)));
    }
    if entity.flattened {
        out.push_str("\nOther attributes are kept.\n");
    }
}

fn attribute(table: &TableModel, entity: &EntitySchema, field: &FieldSchema) -> [String; 4] {
    let name = field.attribute;
    let kept = &entity.kept;
    let notes = [
        (field.key_only, "in keys alone"),
        (field.optional, "may be absent"),
        (kept.version == Some(name), "version"),
        (kept.ttl == Some(name), "expiry"),
        (kept.unique.iter().any(|(_, unique)| *unique == name), "unique"),
    ];
    let notes = notes.into_iter().filter(|(holds, _)| *holds).map(|(_, note)| note.to_owned());
    let ty = if field.key_only { String::new() } else { attribute_type(table, name) };
    [code(name), ty, code(&rust_type(field)), list(notes)]
}

fn patterns(out: &mut String, table: &TableModel) {
    out.push_str("\n## Access patterns\n\n");
    let views = views(table.wanted.schema);
    let patterns = views.iter().flat_map(|view| {
        let from = view.index.map_or(&*table.name, |index| index.name);
        let patterns = view.patterns(table.wanted.entities).into_iter();
        patterns.map(move |pattern| access(from, &pattern))
    });
    grid(out, ["read", "from", "partition key", "sort key"], patterns);
    let _ = writeln!(out, "\n{RANGES}");
}

fn access(from: &str, pattern: &Pattern) -> [String; 4] {
    let entities = list(pattern.entities.iter().map(|entity| code(entity)));
    let read = if pattern.one { format!("one {entities}") } else { entities };
    let sort: Vec<String> = pattern.sort.iter().map(|step| conditions(step)).collect();
    [read, code(from), conditions(&pattern.partition), sort.join("; ")]
}

fn conditions(conditions: &[Condition]) -> String {
    match conditions {
        [] => "all".to_owned(),
        conditions => list(conditions.iter().map(|Condition { attribute, whole, text }| {
            let is = if *whole { "=" } else { "begins with" };
            format!("{} {is} {}", code(attribute), code(text))
        })),
    }
}

fn list(words: impl Iterator<Item = String>) -> String {
    words.collect::<Vec<_>>().join(", ")
}

/// A table; what stands in it is Markdown already.
fn grid<const N: usize>(
    out: &mut String,
    heads: [&str; N],
    rows: impl Iterator<Item = [String; N]>,
) {
    let _ = writeln!(out, "| {} |\n|{}", heads.join(" | "), "---|".repeat(N));
    for row in rows {
        let _ = writeln!(out, "| {} |", row.join(" | "));
    }
}

/// A code span in a cell of a table: no line, no bar and no backtick of the text ends it.
///
/// <https://github.github.com/gfm/#tables-extension->
fn code(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let ticks = "`".repeat(longest + 1);
    let space = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    let text = text.replace(['\n', '\r'], " ").replace('|', "\\|");
    format!("{ticks}{space}{text}{space}{ticks}")
}

/// A text that is no markup.
fn text(text: &str) -> String {
    let escaped = text.chars().flat_map(|c| {
        let escape = "\\`*_{}[]<>#|!~&".contains(c).then_some('\\');
        escape.into_iter().chain([c])
    });
    escaped.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_spans_end_where_they_should() {
        assert_eq!(code("Id"), "`Id`");
        assert_eq!(code("a|b"), "`a\\|b`");
        assert_eq!(code("a`b``c"), "```a`b``c```");
        assert_eq!(code("`a"), "`` `a ``");
        assert_eq!(code("a\nb"), "`a b`");
    }

    #[test]
    fn texts_are_no_markup() {
        assert_eq!(text("a_b*c"), "a\\_b\\*c");
        assert_eq!(text("message-group.1"), "message-group.1");
    }
}
