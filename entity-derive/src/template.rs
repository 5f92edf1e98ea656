//! Key templates: text and `{field}` parts.

use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::parse::Parser;
use syn::{Ident, LitStr};

/// A template as written.
pub(crate) struct Template {
    pub(crate) literal: LitStr,
    pub(crate) segments: Vec<Segment>,
}

pub(crate) enum Segment {
    Text(String),
    Part(Part),
}

/// `{item_sku.product_id?:05:desc}`.
#[derive(Clone)]
pub(crate) struct Part {
    /// The field, and the fields within it.
    pub(crate) path: Vec<Ident>,
    pub(crate) optional: bool,
    pub(crate) format: Format,
    pub(crate) descending: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Format {
    Plain,
    /// The last part of its template.
    Last,
    Rest,
    Padded(usize),
    Offset(usize),
}

impl Template {
    /// Parses the text; an error is at the literal, and names the placeholder.
    pub(crate) fn parse(literal: &LitStr) -> syn::Result<Self> {
        let error = |message: String| syn::Error::new(literal.span(), message);
        let text = literal.value();
        let mut segments = Vec::new();
        let mut pending = String::new();
        let mut rest = text.as_str();
        while let Some(brace) = rest.find(['{', '}']) {
            let (before, from) = rest.split_at(brace);
            pending.push_str(before);
            if let Some(after) = from.strip_prefix("{{").or_else(|| from.strip_prefix("}}")) {
                pending.push_str(from.get(..1).unwrap_or_default());
                rest = after;
                continue;
            }
            let (inside, after) = from
                .strip_prefix('{')
                .and_then(|inside| inside.split_once('}'))
                .ok_or_else(|| {
                    error(
                        "a brace without its pair; write `{{` or `}}` for the character itself"
                            .to_owned(),
                    )
                })?;
            if !pending.is_empty() {
                segments.push(Segment::Text(std::mem::take(&mut pending)));
            }
            segments.push(Segment::Part(Part::parse(inside, literal.span()).map_err(error)?));
            rest = after;
        }
        pending.push_str(rest);
        if !pending.is_empty() {
            segments.push(Segment::Text(pending));
        }
        if segments.is_empty() {
            return Err(error("a key template is not empty".to_owned()));
        }
        if let Some(Segment::Part(part)) = segments.last_mut()
            && part.format == Format::Plain
        {
            part.format = Format::Last;
        }
        Ok(Self { literal: literal.clone(), segments })
    }

    pub(crate) fn parts(&self) -> impl Iterator<Item = &Part> {
        self.segments.iter().filter_map(|segment| match segment {
            Segment::Part(part) => Some(part),
            Segment::Text(_) => None,
        })
    }
}

impl Part {
    fn parse(inside: &str, span: Span) -> Result<Self, String> {
        let (path, formats) = match inside.split_once(':') {
            Some((path, formats)) => (path, Some(formats)),
            None => (inside, None),
        };
        let (path, optional) = path.strip_suffix('?').map_or((path, false), |path| (path, true));
        let path = path.split('.').map(|name| {
            field_name(name.trim(), span).ok_or_else(|| {
                format!(
                    "`{{{inside}}}` does not name a field; write `{{field}}` or `{{field.inner}}`"
                )
            })
        });
        let path = path.collect::<Result<_, _>>()?;
        let mut part = Self { path, optional, format: Format::Plain, descending: false };
        for format in formats.into_iter().flat_map(|formats| formats.split(':')) {
            part.set_format(format).ok_or_else(|| {
                format!(
                    "unknown format `{format}` in `{{{inside}}}`; expected a width (`06`, or `+06` with a sign), `desc` or `rest`"
                )
            })?;
        }
        Ok(part)
    }

    fn set_format(&mut self, format: &str) -> Option<()> {
        let width = |digits: &str| {
            digits.strip_prefix('0')?.parse().ok().filter(|width| (1..=39).contains(width))
        };
        match format {
            "desc" if !self.descending => self.descending = true,
            _ if self.format != Format::Plain || self.descending => return None,
            "rest" => self.format = Format::Rest,
            _ => {
                self.format = match format.strip_prefix('+') {
                    Some(digits) => Format::Offset(width(digits)?),
                    None => Format::Padded(width(format)?),
                }
            }
        }
        Some(())
    }

    /// The field path as written: `item_sku.product_id`.
    pub(crate) fn name(&self) -> String {
        path_name(&self.path)
    }
}

/// A field's name, with `r#` where it is needed.
pub(crate) fn field_name(name: &str, span: Span) -> Option<Ident> {
    let bare = name.strip_prefix("r#").unwrap_or(name);
    let ident = Ident::parse_any.parse_str(bare).ok()?;
    let keyword = syn::parse_str::<Ident>(bare).is_err();
    match bare {
        "_" | "self" | "Self" | "super" | "crate" => None,
        _ if keyword => Some(Ident::new_raw(bare, span)),
        _ => Some(Ident::new(&ident.to_string(), span)),
    }
}

/// An identifier without `r#`.
pub(crate) fn name_of(ident: &Ident) -> String {
    ident.unraw().to_string()
}

pub(crate) fn path_name(path: &[Ident]) -> String {
    path.iter().map(name_of).collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Vec<String>, String> {
        let template = Template::parse(&LitStr::new(text, Span::call_site()));
        let show = |segment: &Segment| match segment {
            Segment::Text(text) => text.clone(),
            Segment::Part(part) => format!(
                "{}{}{:?}{}",
                part.name(),
                if part.optional { "?" } else { "" },
                part.format,
                if part.descending { " desc" } else { "" }
            ),
        };
        template.map(|t| t.segments.iter().map(show).collect()).map_err(|e| e.to_string())
    }

    #[test]
    fn parts_and_text() {
        let parsed = parse("ORDER#{id}#{a.b?}#{n:04}{m:+05:desc}{t}").unwrap();
        let expected =
            ["ORDER#", "idPlain", "#", "a.b?Plain", "#", "nPadded(4)", "mOffset(5) desc", "tLast"];
        assert_eq!(parsed, expected);
        assert_eq!(parse("{{x}}").unwrap(), ["{x}"]);
        assert_eq!(parse("{x:rest}").unwrap(), ["xRest"]);
    }

    #[test]
    fn what_is_refused() {
        for text in [
            "",
            "{",
            "}",
            "{}",
            "{a b}",
            "{a:}",
            "{a:4}",
            "{a:04:05}",
            "{a:desc:04}",
            "{a:1}",
            "{a:x}",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
