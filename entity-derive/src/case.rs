//! serde's `rename_all` rules.

/// A rule for the names of fields or of variants.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Case {
    #[default]
    AsIs,
    Lower,
    Upper,
    Pascal,
    Camel,
    Snake,
    ScreamingSnake,
    Kebab,
    ScreamingKebab,
}

impl Case {
    /// The rule that serde calls `name`.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "lowercase" => Self::Lower,
            "UPPERCASE" => Self::Upper,
            "PascalCase" => Self::Pascal,
            "camelCase" => Self::Camel,
            "snake_case" => Self::Snake,
            "SCREAMING_SNAKE_CASE" => Self::ScreamingSnake,
            "kebab-case" => Self::Kebab,
            "SCREAMING-KEBAB-CASE" => Self::ScreamingKebab,
            _ => return None,
        })
    }

    /// The name of a field, which is in snake case.
    pub(crate) fn field(self, name: &str) -> String {
        match self {
            Self::AsIs | Self::Lower | Self::Snake => name.to_owned(),
            Self::Upper | Self::ScreamingSnake => name.to_ascii_uppercase(),
            Self::Pascal => pascal(name),
            Self::Camel => lower_first(&pascal(name)),
            Self::Kebab => name.replace('_', "-"),
            Self::ScreamingKebab => name.to_ascii_uppercase().replace('_', "-"),
        }
    }

    /// The name of a variant, which is in Pascal case.
    pub(crate) fn variant(self, name: &str) -> String {
        match self {
            Self::AsIs | Self::Pascal => name.to_owned(),
            Self::Lower => name.to_ascii_lowercase(),
            Self::Upper => name.to_ascii_uppercase(),
            Self::Camel => lower_first(name),
            Self::Snake => snake(name),
            Self::ScreamingSnake => snake(name).to_ascii_uppercase(),
            Self::Kebab => snake(name).replace('_', "-"),
            Self::ScreamingKebab => snake(name).to_ascii_uppercase().replace('_', "-"),
        }
    }
}

fn pascal(name: &str) -> String {
    let mut upper = true;
    let mut out = String::new();
    for character in name.chars() {
        match character {
            '_' => upper = true,
            _ if std::mem::take(&mut upper) => out.push(character.to_ascii_uppercase()),
            _ => out.push(character),
        }
    }
    out
}

fn lower_first(name: &str) -> String {
    let mut characters = name.chars();
    characters.next().map_or_else(String::new, |first| {
        first.to_ascii_lowercase().to_string() + characters.as_str()
    })
}

/// The snake case of a name in Pascal case, as serde makes it: `OrderId` is `order_id`.
pub(crate) fn snake(name: &str) -> String {
    let mut out = String::new();
    for (position, character) in name.char_indices() {
        if position > 0 && character.is_uppercase() {
            out.push('_');
        }
        out.push(character.to_ascii_lowercase());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::Case;

    /// What serde 1.0.229 makes of each rule.
    #[test]
    fn names_are_serdes() {
        let rules = [
            ("lowercase", "order_id", "orderid"),
            ("UPPERCASE", "ORDER_ID", "ORDERID"),
            ("PascalCase", "OrderId", "OrderId"),
            ("camelCase", "orderId", "orderId"),
            ("snake_case", "order_id", "order_id"),
            ("SCREAMING_SNAKE_CASE", "ORDER_ID", "ORDER_ID"),
            ("kebab-case", "order-id", "order-id"),
            ("SCREAMING-KEBAB-CASE", "ORDER-ID", "ORDER-ID"),
        ];
        for (rule, field, variant) in rules {
            let case = Case::parse(rule).unwrap();
            assert_eq!(case.field("order_id"), field, "{rule}");
            assert_eq!(case.variant("OrderId"), variant, "{rule}");
        }
    }
}
