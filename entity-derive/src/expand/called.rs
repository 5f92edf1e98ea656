//! What is called when items are read and written: the chain that upgrades older ones, and hooks.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;

use super::{at, private_at};
use crate::ast::{Entity, SchemaVersion};

/// The constants of `Entity` that say it.
pub(super) fn expand(entity: &Entity<'_>, p: &Ident) -> TokenStream {
    let versions = entity.schema.as_ref().map(|schema| versions(schema, p));
    let hook = |name: &str, path: &syn::ExprPath, rest: TokenStream| {
        // What rustc has to say of the function, it says at its path.
        let (span, p) = (path.span(), private_at(path.span()));
        let (name, path) = (Ident::new(name, span), at(span, &path.to_token_stream()));
        let rest = at(span, &rest);
        quote_spanned!(span=> .#name(|item| #p::#name::<Self, #rest>(#path(item))))
    };
    let before = entity.before_write.as_ref().map(|path| hook("before_write", path, quote!(_, _)));
    let after = entity.after_read.as_ref().map(|path| hook("after_read", path, quote!(_)));
    let hooks = (before.is_some() || after.is_some())
        .then(|| quote!(const HOOKS: #p::Hooks<Self> = #p::Hooks::NONE #before #after;));
    quote!(#versions #hooks)
}

fn versions(schema: &SchemaVersion, p: &Ident) -> TokenStream {
    let SchemaVersion { version, attribute, from } = schema;
    let oldest = version.saturating_sub(u32::try_from(from.len()).unwrap_or(*version));
    // The last before the entity comes first.
    let chain = from.iter().fold(quote!(()), |older, ty| {
        let ty = at(ty.span(), &ty.to_token_stream());
        quote_spanned!(ty.span()=> (#ty, #older))
    });
    quote! {
        const VERSIONS: #p::Option<#p::Versions<Self>> =
            #p::Some(#p::Versions::<Self>::of::<#chain>(#attribute, #oldest, #version));
    }
}

/// That the attribute of the version is nothing else.
pub(super) fn check(entity: &Entity<'_>) -> Option<TokenStream> {
    let attribute = &entity.schema.as_ref()?.attribute;
    let (ident, span) = (&entity.original.ident, attribute.span());
    let (_, arguments, _) = entity.original.generics.split_for_impl();
    let p = private_at(span);
    let this = at(span, &quote!(#ident #arguments));
    Some(quote_spanned!(span=> #p::check::schema_version::<#this>(#attribute)))
}
