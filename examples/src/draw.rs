//! A table as a person draws it: one row an item, one column an attribute, grouped by partition.

use comfy_table::{Cell, CellAlignment, LineStyle, Table as Grid, TableStyle};
use entity_core::schema::{IndexSchema, KeyDef, TableSchema};

use crate::json::{Attribute, Attributes, Members};

/// Lines between partitions, none between items and none between columns: eight attributes fit
/// into a terminal that way.
const STYLE: TableStyle = TableStyle::new()
    .top_border(LineStyle::none().fill('─').junction('─'))
    .header_separator(LineStyle::none().fill('─').junction('─'))
    .row_separator(LineStyle::none().fill('╌').junction('╌'))
    .bottom_border(LineStyle::none().fill('─').junction('─'));

/// How wide a table may be before the names of its columns are broken into lines.
const WIDTH: usize = 100;

/// The longest text that a cell shows whole.
const WIDEST: usize = 40;

/// What items are seen through: the table, or one of its indexes.
#[derive(Debug, Clone)]
pub struct View {
    /// The attributes of the partition key.
    pk: Vec<&'static str>,
    /// Those of the sort key, and then the rest of the table's key.
    others: Vec<&'static str>,
    /// Columns that are left out.
    hidden: Vec<&'static str>,
    /// The only columns that there are, if they are said.
    chosen: Vec<&'static str>,
    /// How much of a column's texts is shown.
    cuts: Vec<(&'static str, usize)>,
}

impl View {
    /// The table itself.
    #[must_use]
    pub fn table(table: &TableSchema) -> Self {
        let others = table.sk.iter().map(|key| key.name).collect();
        Self::new(vec![table.pk.name], others)
    }

    /// An index of the table.
    #[must_use]
    pub fn index(index: &IndexSchema, table: &TableSchema) -> Self {
        let names = |keys: &[KeyDef]| keys.iter().map(|key| key.name).collect::<Vec<_>>();
        // A local index has the table's partition key.
        let pk = if index.pk.is_empty() { vec![table.pk.name] } else { names(index.pk) };
        let mut others = names(index.sk);
        let table_key = [Some(table.pk), table.sk].into_iter().flatten().map(|key| key.name);
        others.extend(table_key.filter(|name| !pk.contains(name)));
        Self::new(pk, others)
    }

    fn new(pk: Vec<&'static str>, others: Vec<&'static str>) -> Self {
        Self { pk, others, hidden: Vec::new(), chosen: Vec::new(), cuts: Vec::new() }
    }

    /// Leaves out columns whose values others say already: `AccountId`, `ItemSKU.ProductId`.
    #[must_use]
    pub fn without(mut self, columns: &[&'static str]) -> Self {
        self.hidden.extend(columns);
        self
    }

    /// Shows these columns and no others, in this order.
    #[must_use]
    pub fn only(mut self, columns: &[&'static str]) -> Self {
        self.chosen.extend(columns);
        self
    }

    /// Shows so many characters of a column's texts, more or fewer than of others.
    #[must_use]
    pub fn cut(mut self, column: &'static str, characters: usize) -> Self {
        self.cuts.push((column, characters));
        self
    }

    /// The item with the keys in front, in the order in which it is sorted by them.
    #[must_use]
    pub fn arrange(&self, mut item: Attributes) -> Attributes {
        let keys: Vec<&str> = self.pk.iter().chain(&self.others).copied().collect();
        let rank = |name: &str| keys.iter().position(|key| *key == name).unwrap_or(keys.len());
        item.0.sort_by_key(|(name, _)| rank(name));
        item
    }

    /// Draws the items, in their order; what is in a map has columns of its own.
    #[must_use]
    pub fn draw(&self, items: &[Attributes]) -> String {
        let items: Vec<Attributes> = items.iter().map(|item| self.row(item)).collect();
        let items = items.as_slice();
        let drawn = self.grid(items, |name, _| name.to_owned());
        match drawn.lines().any(|line| line.chars().count() > WIDTH) {
            true => self.grid(items, |name, width| wrap(name, width).join("\n")),
            false => drawn,
        }
    }

    /// The attributes that have columns.
    fn row(&self, item: &Attributes) -> Attributes {
        let mut row = Vec::new();
        for (name, value) in &item.0 {
            flatten(name.clone(), value, &mut row);
        }
        let chosen = |name: &str| self.chosen.is_empty() || self.chosen.contains(&name);
        row.retain(|(name, _)| chosen(name) && !self.hidden.contains(&name.as_str()));
        Members(row)
    }

    /// The columns of the items: those that are chosen, or each that they have, those of the item
    /// with most of them first.
    fn columns<'a>(&self, items: &'a [Attributes]) -> Vec<&'a str> {
        let mut columns: Vec<&str> = self.chosen.clone();
        // Of several, the first.
        let fullest = items.iter().rev().max_by_key(|item| item.0.len());
        for (name, _) in fullest.into_iter().chain(items).flat_map(|item| &item.0) {
            if !columns.contains(&name.as_str()) {
                columns.push(name);
            }
        }
        columns
    }

    /// A value in one line of text.
    fn text(&self, column: &str, value: &Attribute) -> String {
        let cut = self.cuts.iter().find(|(name, _)| *name == column);
        text(value, cut.map_or(WIDEST, |(_, characters)| *characters))
    }

    fn grid(&self, items: &[Attributes], name: impl Fn(&str, usize) -> String) -> String {
        let columns = self.columns(items);
        let mut grid = Grid::new();
        grid.load_style(STYLE);
        grid.set_header(columns.iter().map(|column| self.heading(column, items, &name)));
        for partition in items.chunk_by(|a, b| self.partition(a) == self.partition(b)) {
            // One row of the grid, so that lines are drawn between partitions only.
            grid.add_row(columns.iter().map(|name| self.cell(name, partition)));
        }
        // With what stands for the line between columns, that makes two spaces.
        for column in grid.column_iter_mut() {
            column.set_padding((1, 0));
        }
        grid.trim_fmt()
    }

    fn partition<'a>(&self, item: &'a Attributes) -> Vec<Option<&'a Attribute>> {
        self.pk.iter().map(|name| item.get(name)).collect()
    }

    /// One attribute of every item of a partition; what they have in common is said once.
    fn cell(&self, name: &str, partition: &[Attributes]) -> Cell {
        let shown = if self.pk.contains(&name) { 1 } else { partition.len() };
        let values: Vec<_> = partition.iter().take(shown).map(|item| item.get(name)).collect();
        let numbers = values.iter().flatten().all(|value| matches!(value, Attribute::N(_)));
        let line = |value| self.text(name, value);
        let lines: Vec<String> =
            values.into_iter().map(|value| value.map_or_else(String::new, line)).collect();
        let cell = Cell::new(lines.join("\n"));
        if numbers { cell.set_alignment(CellAlignment::Right) } else { cell }
    }

    /// A column's name, told how wide the column's values are.
    fn heading(
        &self,
        column: &str,
        items: &[Attributes],
        name: impl Fn(&str, usize) -> String,
    ) -> Cell {
        let values = items.iter().filter_map(|item| item.get(column));
        let numbers = values.clone().all(|value| matches!(value, Attribute::N(_)));
        let width = |value| self.text(column, value).chars().count();
        let cell = Cell::new(name(column, values.map(width).max().unwrap_or(0)));
        if numbers { cell.set_alignment(CellAlignment::Right) } else { cell }
    }
}

/// A value under its name, or what is in a map under theirs: `ItemSKU.Price`.
fn flatten(name: String, value: &Attribute, row: &mut Vec<(String, Attribute)>) {
    match value {
        Attribute::M(members) if !members.0.is_empty() => {
            for (inner, value) in &members.0 {
                flatten(format!("{name}.{inner}"), value, row);
            }
        }
        value => row.push((name, value.clone())),
    }
}

/// Breaks `TotalDownloadsInMonth` and `user_display_name` between their words, and `ItemSKU.Price`
/// after the map.
fn wrap(name: &str, width: usize) -> Vec<String> {
    if name.contains('.') {
        return name.split_inclusive('.').map(str::to_owned).collect();
    }
    let mut words: Vec<String> = Vec::new();
    let mut last = '_';
    for character in name.chars() {
        let begins = last == '_' || (character.is_uppercase() && !last.is_uppercase());
        match words.last_mut() {
            Some(word) if !begins => word.push(character),
            _ => words.push(character.to_string()),
        }
        last = character;
    }
    let width = words.iter().map(String::len).max().unwrap_or(0).max(width);
    let mut lines: Vec<String> = Vec::new();
    for word in words {
        match lines.last_mut() {
            Some(line) if line.len() + word.len() <= width => line.push_str(&word),
            _ => lines.push(word),
        }
    }
    lines
}

/// A value in one line of text, of which so many characters are shown.
fn text(value: &Attribute, widest: usize) -> String {
    let text = match value {
        Attribute::S(text) | Attribute::N(text) | Attribute::B(text) => text.clone(),
        other => serde_json::to_string(&other.plain()).unwrap_or_default(),
    };
    let text = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    let mut short: String = text.clone().take(widest).collect();
    if text.count() > widest {
        short.pop();
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn maps_have_columns_and_others_may_be_left_out() {
        let item = r#"{"PK":{"S":"1"},"At":{"S":"7"},"Sku":{"M":{"Id":{"S":"P"},"No":{"N":"2"}}}}"#;
        let item: Attributes = serde_json::from_str(item).unwrap();
        let view = View::new(vec!["PK"], Vec::new());
        let drawn = view.without(&["At", "Sku.Id"]).draw(&[item]);
        assert_eq!(drawn.lines().nth(1), Some(" PK  Sku.No"));
        assert_eq!(drawn.lines().nth(3), Some(" 1        2"));
    }

    #[test]
    fn columns_may_be_chosen_and_cut() {
        let item = r#"{"PK":{"S":"U#12345"},"A":{"S":"long"},"B":{"S":"x"}}"#;
        let item: Attributes = serde_json::from_str(item).unwrap();
        let view = View::new(vec!["PK"], Vec::new()).only(&["C", "B", "A", "PK"]);
        let drawn = view.cut("PK", 5).cut("A", 4).draw(&[item]);
        assert_eq!(drawn.lines().nth(1), Some(" C  B  A     PK"));
        assert_eq!(drawn.lines().nth(3), Some("    x  long  U#12…"));
    }

    #[test]
    fn names_break_between_words() {
        assert_eq!(wrap("TotalDownloadsInMonth", 1), ["Total", "Downloads", "InMonth"]);
        assert_eq!(wrap("DownloadMonth", 7), ["Download", "Month"]);
        assert_eq!(wrap("DownloadTimestamp", 19), ["DownloadTimestamp"]);
        assert_eq!(wrap("GSI1PK", 1), ["GSI1", "PK"]);
        assert_eq!(wrap("Id", 1), ["Id"]);
        assert_eq!(wrap("user_display_name", 1), ["user_", "display_", "name"]);
        assert_eq!(wrap("user_uuid", 9), ["user_uuid"]);
        assert_eq!(wrap("ItemSKU.Price", 7), ["ItemSKU.", "Price"]);
    }
}
