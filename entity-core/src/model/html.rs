//! A page of the table and its indexes, as modelling tools draw them: one file of HTML and CSS.

use std::cmp::Ordering;
use std::fmt::Write;

use serde_json::Value;

use super::types::{attribute_type, attributes};
use super::view::{
    Condition, Pattern, RANGES, VECTOR_INDEX, View, form, kind, projects, vector_index, views,
};
use super::{Sample, TableModel};
use crate::key::KeyType;
use crate::schema::{EntitySchema, KeyAttribute, KeyDef};
use crate::wire::Number;
use crate::wire::write::decode_base64;

/// How a page looks, light and dark, wide and narrow.
const STYLE: &str = include_str!("page.css");

pub(super) fn render(tables: &[&TableModel]) -> String {
    let names: Vec<&str> = tables.iter().map(|table| &*table.name).collect();
    let mut out = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" \
         content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <title>{}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n",
        text(&names.join(", ")),
    );
    for (number, table) in tables.iter().enumerate() {
        article(&mut out, number, table);
    }
    out + "</body>\n</html>\n"
}

fn article(out: &mut String, number: usize, table: &TableModel) {
    let views = views(table.wanted.schema);
    let _ = writeln!(out, "<article>\n<h1>{}</h1>", text(&table.name));
    out.push_str("<ul class=\"entities\">\n");
    for entity in table.wanted.entities {
        let _ = writeln!(out, "<li>{}</li>", badge(table, entity.name));
    }
    out.push_str("</ul>\n<nav><ul>\n");
    for (place, view) in views.iter().enumerate() {
        let _ = writeln!(out, "<li><a href=\"#v{number}-{place}\">{}</a></li>", title(view));
    }
    let vector_indexes = table.wanted.schema.vector_indexes;
    if !vector_indexes.is_empty() {
        let _ = writeln!(out, "<li><a href=\"#n{number}\">Vector indexes</a></li>");
    }
    let _ = writeln!(out, "<li><a href=\"#p{number}\">Access patterns</a></li>\n</ul></nav>");
    for (place, view) in views.iter().enumerate() {
        let _ = writeln!(out, "<section id=\"v{number}-{place}\">\n<h2>{}</h2>", title(view));
        let _ = writeln!(out, "<p>{}</p>", about(table, view));
        items(out, table, view);
        out.push_str("</section>\n");
    }
    if !vector_indexes.is_empty() {
        let _ = writeln!(out, "<section id=\"n{number}\">\n<h2>Vector indexes</h2>");
        grid(out, VECTOR_INDEX, vector_indexes.iter().map(|index| vector_index(index, code)));
        out.push_str("</section>\n");
    }
    let _ = writeln!(out, "<section id=\"p{number}\">\n<h2>Access patterns</h2>\n<p>{RANGES}</p>");
    patterns(out, table, &views);
    out.push_str("</section>\n</article>\n");
}

fn title(view: &View) -> String {
    view.index.map_or_else(|| "Table".to_owned(), |index| format!("Index {}", text(index.name)))
}

/// What there is to know of a view beside its items.
fn about(table: &TableModel, view: &View) -> String {
    match view.index {
        Some(index) => {
            format!("{} index, projects {}", kind(index), projects(index.projection, code))
        }
        None => {
            let ttl = table.ttl().ok().flatten();
            let ttl = ttl.map(|name| format!(", items expire by {}", code(name)));
            let mode = table.wanted.settings.billing_mode();
            format!("billed {}{}", code(mode.as_str()), ttl.unwrap_or_default())
        }
    }
}

/// The items of a view by partition, and after them the entities of which there are none.
fn items(out: &mut String, table: &TableModel, view: &View) {
    let head = |key: &KeyDef| {
        format!("<th scope=\"col\">{} <small>{}</small></th>", text(key.name), key.ty.name())
    };
    let heads: String = view.pk.iter().chain(&view.sk).map(head).collect();
    let others = "<th scope=\"col\">Entity</th><th scope=\"col\">Attributes</th>";
    let _ = writeln!(out, "<table>\n<thead><tr>{heads}{others}</tr></thead>");
    for partition in partitions(table, view) {
        out.push_str("<tbody>\n");
        for (place, sample) in partition.iter().enumerate() {
            item(out, table, view, sample, (place == 0).then_some(partition.len()));
        }
        out.push_str("</tbody>\n");
    }
    for entity in table.wanted.entities {
        if let (Some((pk, sk)), None) = (view.keys(entity), table.samples_of(entity).next()) {
            template(out, table, view, entity, (pk, sk));
        }
    }
    out.push_str("</table>\n");
}

/// One item; the first of so many in a partition begins with what they have in common.
fn item(out: &mut String, table: &TableModel, view: &View, item: &Sample, first_of: Option<usize>) {
    let key = |key: &KeyDef| {
        let value = item.get(key.name).map(value).unwrap_or_default();
        format!("{}{}", name(key), text(&value))
    };
    out.push_str("<tr>");
    for (def, span) in view.pk.iter().filter_map(|key| Some((key, first_of?))) {
        let open = format!("<th class=\"partition\" scope=\"rowgroup\" rowspan=\"{span}\">");
        let _ = write!(out, "{open}{}</th>", key(def));
    }
    for def in &view.sk {
        let _ = write!(out, "<td>{}</td>", key(def));
    }
    let _ = write!(out, "<td>{}</td>", badge(table, item.entity.name));
    let attributes = item.attributes.iter().filter(|(name, _)| is_shown(table, view, name));
    definitions(out, attributes.map(|(name, json)| (name.as_str(), value(json))));
    out.push_str("</tr>\n");
}

/// An entity without items, by its templates and the types of its attributes.
fn template(
    out: &mut String,
    table: &TableModel,
    view: &View,
    entity: &'static EntitySchema,
    (pk, sk): (&[KeyAttribute], &[KeyAttribute]),
) {
    out.push_str("<tbody class=\"template\">\n<tr>");
    for key in pk {
        let (name, form) = (name(&key.def), code(&form(key)));
        let _ = write!(out, "<th class=\"partition\" scope=\"rowgroup\">{name}{form}</th>");
    }
    for key in sk {
        let _ = write!(out, "<td>{}{}</td>", name(&key.def), code(&form(key)));
    }
    let _ = write!(out, "<td>{}</td>", badge(table, entity.name));
    let types = attributes(table, entity).into_iter().filter(|name| is_shown(table, view, name));
    definitions(out, types.map(|name| (name, attribute_type(table, name))));
    out.push_str("</tr>\n</tbody>\n");
}

/// Whether an attribute is one of the view's, and no key of it, which has a column.
fn is_shown(table: &TableModel, view: &View, name: &str) -> bool {
    let keys = || view.pk.iter().chain(&view.sk);
    view.has(table.wanted.schema, name) && keys().all(|key| key.name != name)
}

fn definitions<'a>(out: &mut String, attributes: impl Iterator<Item = (&'a str, String)>) {
    out.push_str("<td class=\"item\"><dl>");
    for (name, value) in attributes {
        let _ = write!(out, "<div><dt>{}</dt><dd>{}</dd></div>", text(name), text(&value));
    }
    out.push_str("</dl></td>");
}

/// The sample items that a view has, by partition, each in the order of its sort key.
fn partitions<'m>(table: &'m TableModel, view: &View) -> Vec<Vec<&'m Sample>> {
    let mut partitions: Vec<Vec<&Sample>> = Vec::new();
    let keys = || view.pk.iter().chain(&view.sk);
    for sample in
        table.samples.iter().filter(|sample| keys().all(|key| sample.get(key.name).is_some()))
    {
        let same = |known: &Vec<&Sample>| {
            known.first().is_some_and(|first| order(&view.pk, first, sample).is_eq())
        };
        match partitions.iter_mut().find(|known| same(known)) {
            Some(partition) => partition.push(sample),
            None => partitions.push(vec![sample]),
        }
    }
    for partition in &mut partitions {
        partition.sort_by(|a, b| order(&view.sk, a, b));
    }
    partitions
}

/// The order of two items by their keys, as the service sorts them: texts and bytes by their bytes,
/// numbers by their size.
fn order(keys: &[KeyDef], a: &Sample, b: &Sample) -> Ordering {
    let by = |key: &KeyDef| {
        let scalar = |sample: &Sample| sample.get(key.name).map(value).unwrap_or_default();
        let (a, b) = (scalar(a), scalar(b));
        match key.ty {
            KeyType::S => a.cmp(&b),
            KeyType::N => a.parse::<Number>().ok().cmp(&b.parse::<Number>().ok()),
            KeyType::B => decode_base64(&a).cmp(&decode_base64(&b)),
        }
    };
    keys.iter().map(by).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
}

fn patterns(out: &mut String, table: &TableModel, views: &[View]) {
    let rows = views.iter().flat_map(|view| {
        let patterns = view.patterns(table.wanted.entities).into_iter();
        patterns.map(move |Pattern { entities, one, partition, sort }| {
            let badges: Vec<String> = entities.iter().map(|name| badge(table, name)).collect();
            let one = if one { "one " } else { "" };
            let sort: Vec<String> = sort.iter().map(|step| conditions(step)).collect();
            [
                format!("{one}{}", badges.join(" ")),
                view.index.map_or_else(|| text(&table.name), |index| text(index.name)),
                conditions(&partition),
                sort.join("<br>"),
            ]
        })
    });
    grid(out, ["read", "from", "partition key", "sort key"], rows);
}

/// A table; what stands in it is markup already.
fn grid<const N: usize>(
    out: &mut String,
    heads: [&str; N],
    rows: impl Iterator<Item = [String; N]>,
) {
    let columns = heads.map(|head| format!("<th scope=\"col\">{head}</th>")).concat();
    let _ = writeln!(out, "<table class=\"words\">\n<thead><tr>{columns}</tr></thead>\n<tbody>");
    for row in rows {
        let cells = heads.iter().zip(&row).map(|(head, cell)| match cell.as_str() {
            "" => "<td></td>".to_owned(),
            cell => format!("<td><span class=\"name\">{head} </span>{cell}</td>"),
        });
        let _ = writeln!(out, "<tr>{}</tr>", cells.collect::<String>());
    }
    out.push_str("</tbody>\n</table>\n");
}

fn conditions(conditions: &[Condition]) -> String {
    let condition = |Condition { attribute, whole, text }: &Condition| {
        let is = if *whole { "=" } else { "begins with" };
        format!("{} {is} {}", code(attribute), code(text))
    };
    match conditions {
        [] => "all".to_owned(),
        conditions => conditions.iter().map(condition).collect::<Vec<_>>().join(", "),
    }
}

/// An entity's name, in a colour of its own.
fn badge(table: &TableModel, name: &str) -> String {
    let place = table.wanted.entities.iter().position(|entity| entity.name == name).unwrap_or(0);
    // The golden angle, so that neighbours differ however many there are.
    let hue = (210 + place * 137) % 360;
    format!("<span class=\"entity\" style=\"--hue:{hue}\">{}</span>", text(name))
}

/// The name of a key attribute, for where columns have no heads.
fn name(key: &KeyDef) -> String {
    format!("<span class=\"name\">{} </span>", text(key.name))
}

fn code(words: &str) -> String {
    format!("<code>{}</code>", text(words))
}

/// A value of DynamoDB JSON in one line of text.
fn value(json: &Value) -> String {
    let Some((ty, value)) = json.as_object().and_then(|typed| typed.iter().next()) else {
        return String::new();
    };
    match (ty.as_str(), value) {
        ("NULL", _) => "null".to_owned(),
        (_, Value::String(text)) => text.clone(),
        (_, Value::Array(values)) => {
            let nested = |value: &Value| match value {
                Value::String(text) => text.clone(),
                typed => self::value(typed),
            };
            let values: Vec<String> = values.iter().map(nested).collect();
            if ty == "L" {
                format!("[{}]", values.join(", "))
            } else {
                format!("{{{}}}", values.join(", "))
            }
        }
        (_, Value::Object(members)) => {
            let member =
                |(name, value): (&String, &Value)| format!("{name}: {}", self::value(value));
            let members: Vec<String> = members.iter().map(member).collect();
            format!("{{{}}}", members.join(", "))
        }
        (_, other) => other.to_string(),
    }
}

/// A text that is no markup, within an element or an attribute.
fn text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // What a page must not have, and what turns the direction of others' text.
            '\u{0}'..='\u{8}' | '\u{b}'..='\u{1f}' | '\u{7f}'..='\u{9f}' => out.push('\u{fffd}'),
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => out.push('\u{fffd}'),
            letter => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn texts_are_no_markup() {
        assert_eq!(text(r#"<a b="c">&'"#), "&lt;a b=&quot;c&quot;&gt;&amp;&#39;");
        assert_eq!(text("a\u{0}b\u{202e}c\n"), "a\u{fffd}b\u{fffd}c\n");
    }

    #[test]
    fn values_are_one_line() {
        for (json, expected) in [
            (json!({"S": "a"}), "a"),
            (json!({"N": "1"}), "1"),
            (json!({"BOOL": true}), "true"),
            (json!({"NULL": true}), "null"),
            (json!({"SS": ["a", "b"]}), "{a, b}"),
            (json!({"L": [{"S": "a"}, {"L": []}]}), "[a, []]"),
            (json!({"M": {"a": {"N": "1"}, "b": {"M": {}}}}), "{a: 1, b: {}}"),
        ] {
            assert_eq!(value(&json), expected, "{json}");
        }
    }
}
