//! Values of our own attributes.

use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::meta::ParseNestedMeta;
use syn::parse::ParseStream;
use syn::{Attribute, Ident, LitStr, Path, Token, Type};

use crate::ctxt::Ctxt;
use crate::suggest::suggest;
use crate::template::Template;

/// A value with the attribute key that it stands behind, where a doubled one is told.
pub(crate) struct Once<T> {
    name: &'static str,
    of: &'static str,
    value: Option<T>,
}

impl<T> Once<T> {
    pub(crate) fn new(name: &'static str, of: &'static str) -> Self {
        Self { name, of, value: None }
    }

    /// Sets the value; a second one is an error at its key.
    pub(crate) fn set(&mut self, cx: &Ctxt, meta: &ParseNestedMeta<'_>, value: T) {
        if self.value.is_some() {
            cx.error(&meta.path, format!("duplicate `{}`; {} has one", self.name, self.of));
        } else {
            self.value = Some(value);
        }
    }

    pub(crate) fn get(self) -> Option<T> {
        self.value
    }
}

/// Visits each item of our attribute; `accepted` are the keys that `visit` knows.
///
/// `visit` returns `false` for a key that it does not know.
pub(crate) fn each(
    cx: &Ctxt,
    attributes: &[Attribute],
    (attribute, on): (&str, &str),
    accepted: &[&str],
    mut visit: impl FnMut(&str, &ParseNestedMeta<'_>) -> syn::Result<bool>,
) {
    for found in attributes.iter().filter(|found| found.path().is_ident(attribute)) {
        let parsed = found.parse_nested_meta(|meta| {
            let name = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
            if visit(&name, &meta)? {
                return Ok(());
            }
            let hint = suggest(&name, accepted.iter().copied());
            let name = quote::ToTokens::to_token_stream(&meta.path);
            Err(syn::Error::new_spanned(
                &meta.path,
                format!("unknown {attribute} attribute `{name}` on {on}{hint}"),
            ))
        });
        cx.ok(parsed);
    }
}

/// `name = "..."`.
pub(crate) fn string(meta: &ParseNestedMeta<'_>) -> syn::Result<LitStr> {
    let name = quote::ToTokens::to_token_stream(&meta.path).to_string();
    let value = meta.value().map_err(|e| {
        syn::Error::new(e.span(), format!("expected a string literal: `{name} = \"...\"`"))
    })?;
    value.parse().map_err(|error: syn::Error| {
        syn::Error::new(error.span(), format!("expected a string literal: `{name} = \"...\"`"))
    })
}

/// `table = Songs`.
pub(crate) fn path(meta: &ParseNestedMeta<'_>) -> syn::Result<Path> {
    meta.value()?.parse()
}

/// `items = SongItem`.
pub(crate) fn ty(meta: &ParseNestedMeta<'_>) -> syn::Result<Type> {
    meta.value()?.parse()
}

/// A list in parentheses: `(A, B)`.
pub(crate) fn list<T>(
    input: ParseStream<'_>,
    parse: impl Fn(ParseStream<'_>) -> syn::Result<T>,
) -> syn::Result<Vec<T>> {
    let content;
    syn::parenthesized!(content in input);
    let mut values = Vec::new();
    while !content.is_empty() {
        values.push(parse(&content)?);
        if !content.is_empty() {
            content.parse::<Token![,]>()?;
        }
    }
    Ok(values)
}

/// One value, or several in parentheses.
pub(crate) fn one_or_list<T>(
    input: ParseStream<'_>,
    parse: impl Fn(ParseStream<'_>) -> syn::Result<T>,
) -> syn::Result<Vec<T>> {
    if input.peek(syn::token::Paren) { list(input, parse) } else { Ok(vec![parse(input)?]) }
}

/// A key attribute as a table or an index declares it: `"Id"`, `N("Total")`.
pub(crate) struct KeyDef {
    pub(crate) name: LitStr,
    pub(crate) ty: Ident,
}

impl KeyDef {
    pub(crate) fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let expected = "expected the name of a key attribute: `\"Id\"`, or `N(\"Id\")` or `B(\"Id\")` if it is a number or bytes";
        if input.peek(LitStr) {
            let name: LitStr = input.parse()?;
            let ty = Ident::new("S", name.span());
            return Self { name, ty }.named();
        }
        let ty: Ident =
            input.parse().map_err(|e: syn::Error| syn::Error::new(e.span(), expected))?;
        if !["S", "N", "B"].iter().any(|known| ty == known) {
            return Err(syn::Error::new(ty.span(), expected));
        }
        let content;
        syn::parenthesized!(content in input);
        let name = content.parse().map_err(|e: syn::Error| syn::Error::new(e.span(), expected))?;
        Self { name, ty }.named()
    }

    fn named(self) -> syn::Result<Self> {
        match self.name.value().is_empty() {
            true => Err(syn::Error::new(self.name.span(), "an attribute's name is not empty")),
            false => Ok(self),
        }
    }
}

/// How an entity makes a key attribute: `id`, or `"Dld-{download_id}"`.
pub(crate) enum KeyExpr {
    Field(Ident),
    Template(Template),
}

impl KeyExpr {
    pub(crate) fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(LitStr) {
            return Template::parse(&input.parse()?).map(Self::Template);
        }
        let field = input.call(Ident::parse_any).map_err(|error| {
            syn::Error::new(error.span(), "expected a field, or a template: `\"ORDER#{id}\"`")
        })?;
        Ok(Self::Field(field))
    }

    pub(crate) fn span(&self) -> Span {
        match self {
            Self::Field(field) => field.span(),
            Self::Template(template) => template.literal.span(),
        }
    }
}
