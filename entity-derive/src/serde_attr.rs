//! What serde's attributes say of names and of paths.

use syn::meta::ParseNestedMeta;
use syn::{Attribute, ExprPath, LitStr, Token};

use crate::case::Case;
use crate::ctxt::Ctxt;

/// serde's attributes on a struct or an enum.
#[derive(Default)]
pub(crate) struct Container {
    pub(crate) rename_all: Case,
    /// Whether a struct is its one field for serde.
    pub(crate) transparent: bool,
    /// Whether serde makes values up for all fields that are not there.
    pub(crate) default: bool,
}

/// serde's attributes on a field or on a variant.
#[derive(Default)]
pub(crate) struct Member {
    pub(crate) rename: Option<String>,
    pub(crate) skip: bool,
    pub(crate) flatten: bool,
    pub(crate) serialize_with: Option<ExprPath>,
    /// Whether serde's encoding of the field is not its type's own.
    pub(crate) custom: bool,
    /// Whether serde makes a value up where there is none.
    pub(crate) default: bool,
    /// Whether serde leaves the field out sometimes.
    pub(crate) sometimes: bool,
}

/// Attributes that change what a container is for serde, so that it is no struct of fields.
const REFUSED: [&str; 8] =
    ["from", "try_from", "into", "transparent", "tag", "untagged", "remote", "content"];

impl Container {
    /// Reads them; `refuse` says whether those that make something else of a struct are mistakes.
    pub(crate) fn parse(cx: &Ctxt, attributes: &[Attribute], refuse: bool) -> Self {
        let mut container = Self::default();
        each(cx, attributes, |meta| {
            let refused = REFUSED.iter().find(|name| meta.path.is_ident(name));
            if let Some(name) = refused.filter(|_| refuse) {
                cx.error(&meta.path, format!(
                    "`#[serde({name})]` makes something else of the struct; an entity's attributes are its fields: remove it, or convert by hand"
                ));
            }
            container.default |= meta.path.is_ident("default");
            container.transparent |= meta.path.is_ident("transparent");
            if meta.path.is_ident("rename_all") {
                let (name, at) = renamed(cx, &meta)?;
                match Case::parse(&name) {
                    Some(case) => container.rename_all = case,
                    None => cx.error(at, format!("unknown rule `{name}` of `rename_all`")),
                }
                return Ok(());
            }
            pass(&meta)
        });
        container
    }
}

impl Member {
    pub(crate) fn parse(cx: &Ctxt, attributes: &[Attribute]) -> Self {
        let mut member = Self::default();
        each(cx, attributes, |meta| {
            let name = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
            match name.as_str() {
                "rename" => member.rename = Some(renamed(cx, &meta)?.0),
                "skip" | "skip_serializing" | "skip_deserializing" => member.skip = true,
                "flatten" => member.flatten = true,
                "default" => {
                    member.default = true;
                    pass(&meta)?;
                }
                "skip_serializing_if" => {
                    member.sometimes = true;
                    pass(&meta)?;
                }
                "with" => {
                    let path: ExprPath = meta.value()?.parse::<LitStr>()?.parse()?;
                    member.serialize_with = Some(syn::parse_quote!(#path::serialize));
                    member.custom = true;
                }
                "serialize_with" => {
                    member.serialize_with = Some(meta.value()?.parse::<LitStr>()?.parse()?);
                    member.custom = true;
                }
                _ => pass(&meta)?,
            }
            Ok(())
        });
        member
    }
}

/// Visits each item of each `#[serde(...)]`. serde itself tells what is wrong with them.
fn each(
    cx: &Ctxt,
    attributes: &[Attribute],
    mut visit: impl FnMut(ParseNestedMeta<'_>) -> syn::Result<()>,
) {
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("serde")) {
        cx.ok(attribute.parse_nested_meta(&mut visit));
    }
}

/// A name from `rename = "..."` or `rename(serialize = "...", deserialize = "...")`.
fn renamed(cx: &Ctxt, meta: &ParseNestedMeta<'_>) -> syn::Result<(String, LitStr)> {
    if meta.input.peek(Token![=]) {
        let name: LitStr = meta.value()?.parse()?;
        return Ok((name.value(), name));
    }
    let mut names: Vec<LitStr> = Vec::new();
    meta.parse_nested_meta(|meta| {
        names.push(meta.value()?.parse()?);
        Ok(())
    })?;
    match (names.first(), names.last()) {
        (Some(first), Some(last)) => {
            if first.value() != last.value() || names.len() < 2 {
                cx.error(
                    first,
                    "an item has one name for reading and for writing: write `rename = \"...\"`",
                );
            }
            Ok((first.value(), first.clone()))
        }
        _ => Err(meta.error("expected a name")),
    }
}

/// Passes over the value of an attribute that is of no interest.
fn pass(meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
    if meta.input.peek(Token![=]) {
        meta.value()?.parse::<syn::Expr>()?;
    } else if meta.input.peek(syn::token::Paren) {
        let content;
        syn::parenthesized!(content in meta.input);
        content.parse::<proc_macro2::TokenStream>()?;
    }
    Ok(())
}
