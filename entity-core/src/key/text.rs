//! What the text of a part must not contain (rule 1), and the limits of a whole key (rule 8).

use super::error::{PartError, PartErrorKind};
use super::shape::Shape;

/// Greater than every character of every key, so the end of every range.
pub(super) const MAX: char = char::MAX;

/// Whether the text of a part may stand where it does: it has the shape, and if its width is not fixed it
/// holds no separator and does not make the literal after it appear earlier than at its end.
pub(super) fn check_part(
    text: &str,
    shape: Shape,
    separator: &str,
    next: Option<&str>,
) -> Result<(), PartError> {
    check_reserved(text)?;
    if !shape.matches(text) {
        return Err(PartError::new(PartErrorKind::Shape));
    }
    if !matches!(shape, Shape::Variable(_)) {
        return Ok(());
    }
    if let Some(at) = find_separator(text, separator) {
        return Err(PartError::new(PartErrorKind::Separator).at(at));
    }
    // What begins with a separator of one byte is nowhere in a text without it.
    let sought = |literal: &&str| separator.len() != 1 || !literal.starts_with(separator);
    match next.filter(sought).and_then(|literal| find_early(text, literal)) {
        Some(at) => Err(PartError::new(PartErrorKind::Literal).at(at)),
        None => Ok(()),
    }
}

pub(super) fn check_reserved(text: &str) -> Result<(), PartError> {
    match text.is_ascii() {
        true => Ok(()),
        false => match text.find(MAX) {
            Some(at) => Err(PartError::new(PartErrorKind::Reserved).at(at)),
            None => Ok(()),
        },
    }
}

/// Where `wanted` begins in `text`; for one byte, without what prepares a search for more.
pub(super) fn find(text: &str, wanted: &str) -> Option<usize> {
    match wanted.as_bytes() {
        [wanted] => text.bytes().position(|byte| byte == *wanted),
        _ => text.find(wanted),
    }
}

/// Where the separator begins in `text`. No separator is nowhere.
pub(super) fn find_separator(text: &str, separator: &str) -> Option<usize> {
    if separator.is_empty() { None } else { find(text, separator) }
}

/// Where `literal` begins in `text` followed by `literal`, if earlier than at the end of `text`.
fn find_early(text: &str, literal: &str) -> Option<usize> {
    if let Some(at) = find(text, literal) {
        return Some(at);
    }
    // The literal may begin in the text and end in itself: "x#" before "##". The longest such beginning is
    // the earliest one.
    let literal = literal.as_bytes();
    let longest = literal.len().saturating_sub(1).min(text.len());
    let begins = |len: &usize| {
        literal.split_at_checked(*len).is_some_and(|(begin, end)| {
            text.as_bytes().ends_with(begin) && literal.starts_with(end)
        })
    };
    (1..=longest).rev().find(begins).map(|len| text.len() - len)
}

/// The most bytes that a key may have.
///
/// # Example
///
/// ```
/// use entity_core::key::Limit;
///
/// assert!(Limit::SORT.allows("ORDER#1"));
/// assert!(!Limit::SORT.allows(""));
/// assert!(!Limit::SORT.allows(&"x".repeat(1_025)));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit(usize);

impl Limit {
    /// Of a partition key: 2,048 bytes.
    pub const PARTITION: Limit = Limit(2_048);

    /// Of a sort key: 1,024 bytes.
    pub const SORT: Limit = Limit(1_024);

    /// Whether `key` is not empty and not too long.
    #[must_use]
    pub const fn allows(self, key: &str) -> bool {
        !key.is_empty() && key.len() <= self.0
    }

    /// The number of bytes.
    #[must_use]
    pub const fn bytes(self) -> usize {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::find_early;

    #[test]
    fn early_is_what_find_says() {
        let texts = ["", "a", "x#", "##", "a#a", "x:", "aXa", "abab", "é"];
        let literals = ["#", "##", "a#a#", "::", "XaX", "ababc", "abaab", "é#é"];
        for text in texts {
            for literal in literals {
                let found = format!("{text}{literal}").find(literal);
                assert_eq!(
                    find_early(text, literal),
                    found.filter(|at| *at < text.len()),
                    "{text} {literal}"
                );
            }
        }
    }
}
