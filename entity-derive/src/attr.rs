//! Values of our own attributes.

use proc_macro2::{Span, TokenTree};
use syn::ext::IdentExt;
use syn::meta::ParseNestedMeta;
use syn::parse::ParseStream;
use syn::{Attribute, ExprPath, Ident, LitInt, LitStr, Meta, Path, Token, Type};

use crate::ctxt::Ctxt;
use crate::suggest::{listed, suggest};
use crate::template::Template;

/// A value with the attribute key that it stands behind, where a doubled one is told.
pub(crate) struct Once<T> {
    name: &'static str,
    of: &'static str,
    /// Whether the key is there, be its value right or wrong.
    given: bool,
    value: Option<T>,
}

impl<T> Once<T> {
    pub(crate) fn new(name: &'static str, of: &'static str) -> Self {
        Self { name, of, given: false, value: None }
    }

    /// Sets the value; a second one is an error at its key.
    pub(crate) fn set(&mut self, cx: &Ctxt, meta: &ParseNestedMeta<'_>, value: syn::Result<T>) {
        let value = cx.ok(value);
        if self.given {
            cx.error(&meta.path, format!("duplicate `{}`; {} has one", self.name, self.of));
        } else {
            (self.given, self.value) = (true, value);
        }
    }

    pub(crate) fn is_given(&self) -> bool {
        self.given
    }

    pub(crate) fn get(self) -> Option<T> {
        self.value
    }

    /// The value; that there is none is an error, unless what stands there has been told to be
    /// wrong.
    pub(crate) fn required(
        self,
        cx: &Ctxt,
        at: &Ident,
        read: Read,
        message: impl FnOnce() -> String,
    ) -> Option<T> {
        if !self.given && read == Read::Whole {
            cx.error(at, message());
        }
        self.value
    }
}

/// Whether all keys of an attribute are known; one that is not may stand for one that is missing.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Read {
    Whole,
    InPart,
}

/// Visits each item of our attribute; `accepted` are the keys that `visit` knows.
///
/// `visit` returns `false` for a key that it does not know. After a mistake the next item is
/// visited, so that all are told.
pub(crate) fn each(
    cx: &Ctxt,
    attributes: &[Attribute],
    (attribute, on): (&str, &str),
    accepted: &[&str],
    mut visit: impl FnMut(&str, &ParseNestedMeta<'_>) -> bool,
) -> Read {
    let mut read = Read::Whole;
    for found in attributes.iter().filter(|found| found.path().is_ident(attribute)) {
        if let Meta::Path(path) = &found.meta {
            let keys = listed(accepted);
            cx.error(
                path,
                format!("`#[{attribute}]` says nothing; expected {keys} in parentheses"),
            );
            read = Read::InPart;
            continue;
        }
        let parsed = found.parse_nested_meta(|meta| {
            let name = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
            if !visit(&name, &meta) {
                let hint = suggest(&name, accepted.iter().copied());
                let name = quote::ToTokens::to_token_stream(&meta.path);
                let message = format!("unknown {attribute} attribute `{name}` on {on}{hint}");
                cx.error(&meta.path, message);
                read = Read::InPart;
            }
            skip_to_comma(meta.input)
        });
        if cx.ok(parsed).is_none() {
            read = Read::InPart;
        }
    }
    read
}

/// What stands in the parentheses of `index(...)` or `vector_index(...)`: the index, and what `visit`
/// knows; `None` if a mistake was told that leaves nothing.
pub(crate) fn of_index(
    cx: &Ctxt,
    meta: &ParseNestedMeta<'_>,
    (attribute, of, example): (&str, &'static str, &str),
    mut visit: impl FnMut(&str, &ParseNestedMeta<'_>) -> bool,
) -> Option<(Path, Read)> {
    let mut index = Once::new("index", of);
    let read = nested(cx, meta, (attribute, example), |key, meta| {
        let known = visit(key, meta);
        let is_index = !known && (meta.input.is_empty() || meta.input.peek(Token![,]));
        if is_index {
            index.set(cx, meta, Ok(meta.path.clone()));
        }
        known || is_index
    })?;
    let Some(index) = index.get() else {
        cx.error(&meta.path, format!("`{attribute}` names no index; write {example}"));
        return None;
    };
    Some((index, read))
}

/// What stands in the parentheses of an attribute's key, such as `schema(...)`, as far as `visit` knows it;
/// `None` if they are no list of keys, which is told.
pub(crate) fn nested(
    cx: &Ctxt,
    meta: &ParseNestedMeta<'_>,
    (attribute, example): (&str, &str),
    mut visit: impl FnMut(&str, &ParseNestedMeta<'_>) -> bool,
) -> Option<Read> {
    let mut read = Read::Whole;
    let parsed = meta.parse_nested_meta(|meta| {
        let name = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
        if !visit(&name, &meta) {
            let name = quote::ToTokens::to_token_stream(&meta.path);
            let message = format!("unknown attribute `{name}` of `{attribute}`; write {example}");
            cx.error(&meta.path, message);
            read = Read::InPart;
        }
        skip_to_comma(meta.input)
    });
    if parsed.is_err() {
        cx.error(&meta.path, format!("expected {example}"));
        return None;
    }
    Some(read)
}

/// Passes over what a mistake has left of an item.
pub(crate) fn skip_to_comma(input: ParseStream<'_>) -> syn::Result<()> {
    while !input.is_empty() && !input.peek(Token![,]) {
        input.parse::<TokenTree>()?;
    }
    Ok(())
}

/// A key without a value: `key_only`.
pub(crate) fn flag(meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
    let name = quote::ToTokens::to_token_stream(&meta.path).to_string();
    match meta.input.is_empty() || meta.input.peek(Token![,]) {
        true => Ok(()),
        false => Err(meta.input.error(format!("`{name}` takes no value"))),
    }
}

/// What stands behind `=`; where there is none, `expected` is told at the key.
fn value<T>(
    meta: &ParseNestedMeta<'_>,
    expected: &str,
    parse: impl FnOnce(ParseStream<'_>) -> syn::Result<T>,
) -> syn::Result<T> {
    let expected = || {
        let name = quote::ToTokens::to_token_stream(&meta.path);
        expected.replace("{name}", &name.to_string())
    };
    match meta.value() {
        Err(_) => Err(syn::Error::new_spanned(&meta.path, expected())),
        Ok(value) if value.is_empty() || value.peek(Token![,]) => {
            Err(syn::Error::new_spanned(&meta.path, expected()))
        }
        Ok(value) => {
            let fork = value.fork();
            parse(value).map_err(|error| match fork.parse::<TokenTree>() {
                // What is wrong within the value tells itself.
                _ if !is_syntax(&error) => error,
                Ok(found) => syn::Error::new(found.span(), expected()),
                Err(_) => error,
            })
        }
    }
}

/// Whether an error is of syn's own words, which say what a parser expected.
fn is_syntax(error: &syn::Error) -> bool {
    let message = error.to_string();
    message.starts_with("expected ") || message.starts_with("unexpected ")
}

/// `name = "..."`.
pub(crate) fn string(meta: &ParseNestedMeta<'_>) -> syn::Result<LitStr> {
    value(meta, "expected a string literal: `{name} = \"...\"`", |input| input.parse())
}

/// `version = 3`, `shards = 8`.
pub(crate) fn number(meta: &ParseNestedMeta<'_>) -> syn::Result<LitInt> {
    value(meta, "expected a number: `{name} = 2`", |input| input.parse())
}

/// `before_write = Song::check`.
pub(crate) fn function(meta: &ParseNestedMeta<'_>) -> syn::Result<ExprPath> {
    value(meta, "expected the path of a function: `{name} = Song::check`", |input| input.parse())
}

/// `table = Songs`.
pub(crate) fn path(meta: &ParseNestedMeta<'_>) -> syn::Result<Path> {
    value(meta, "expected the name of a type: `{name} = Name`", |input| input.parse())
}

/// `crate = ...`.
pub(crate) fn krate(meta: &ParseNestedMeta<'_>) -> syn::Result<Path> {
    value(meta, "expected the path of a crate: `{name} = ::entity_core`", Path::parse_mod_style)
}

/// `items = SongItem`.
pub(crate) fn ty(meta: &ParseNestedMeta<'_>) -> syn::Result<Type> {
    value(meta, "expected a type: `{name} = Name`", |input| input.parse())
}

/// `project = ["Title"]`.
pub(crate) fn strings(meta: &ParseNestedMeta<'_>) -> syn::Result<Vec<LitStr>> {
    value(meta, "expected a list of attributes: `{name} = [\"...\"]`", |input| {
        let content;
        syn::bracketed!(content in input);
        let names = content.parse_terminated(|input| input.parse::<LitStr>(), Token![,])?;
        Ok(names.into_iter().collect())
    })
}

/// `indexes(A, B)`.
pub(crate) fn paths(meta: &ParseNestedMeta<'_>) -> syn::Result<Vec<Path>> {
    types_of(meta)
}

/// `from(SongV1, SongV2)`.
pub(crate) fn types(meta: &ParseNestedMeta<'_>) -> syn::Result<Vec<Type>> {
    types_of(meta)
}

fn types_of<T: syn::parse::Parse>(meta: &ParseNestedMeta<'_>) -> syn::Result<Vec<T>> {
    let name = quote::ToTokens::to_token_stream(&meta.path).to_string();
    let expected = format!("expected a list of types: `{name}(A, B)`");
    if !meta.input.peek(syn::token::Paren) {
        return Err(syn::Error::new_spanned(&meta.path, expected));
    }
    list(meta.input, |input| {
        input.parse().map_err(|e: syn::Error| syn::Error::new(e.span(), &expected))
    })
}

/// `pk = "Id"` of a table.
pub(crate) fn key_def(meta: &ParseNestedMeta<'_>) -> syn::Result<KeyDef> {
    value(meta, KeyDef::EXPECTED, KeyDef::parse)
}

/// `pk = ("A", "B")` of an index.
pub(crate) fn key_defs(meta: &ParseNestedMeta<'_>) -> syn::Result<Vec<KeyDef>> {
    value(meta, KeyDef::EXPECTED, |input| one_or_list(input, KeyDef::parse))
}

/// `vector = embedding` of an entity in a vector index.
pub(crate) fn field(meta: &ParseNestedMeta<'_>) -> syn::Result<Ident> {
    value(meta, "expected a field: `{name} = field`", Ident::parse_any)
}

/// `filters = (year, language)` of an entity in a vector index.
pub(crate) fn fields(meta: &ParseNestedMeta<'_>) -> syn::Result<Vec<Ident>> {
    value(meta, "expected a field, or several: `{name} = (field, field)`", |input| {
        one_or_list(input, Ident::parse_any)
    })
}

/// `pk = id` of an entity.
pub(crate) fn key_expr(meta: &ParseNestedMeta<'_>) -> syn::Result<KeyExpr> {
    value(meta, KeyExpr::EXPECTED, KeyExpr::parse)
}

/// `pk = (a, b)` of an entity in an index.
pub(crate) fn key_exprs(meta: &ParseNestedMeta<'_>) -> syn::Result<Vec<KeyExpr>> {
    value(meta, KeyExpr::EXPECTED, |input| one_or_list(input, KeyExpr::parse))
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
    const EXPECTED: &'static str = "expected the name of a key attribute: `\"Id\"`, or `N(\"Id\")` or `B(\"Id\")` if it is a number or bytes";

    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let expected = Self::EXPECTED;
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
    const EXPECTED: &'static str =
        "expected a field, or a template: `{name} = id` or `{name} = \"ORDER#{id}\"`";

    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(LitStr) {
            return Template::parse(&input.parse()?).map(Self::Template);
        }
        let field = input.call(Ident::parse_any)?;
        Ok(Self::Field(field))
    }

    pub(crate) fn span(&self) -> Span {
        match self {
            Self::Field(field) => field.span(),
            Self::Template(template) => template.literal.span(),
        }
    }
}
