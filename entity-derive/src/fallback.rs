//! The impls that stand beside an error, so that one mistake is one error.
//!
//! They hold nothing: the crate does not compile, and nobody will run them.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{DeriveInput, Path};

pub(crate) fn table(input: &DeriveInput, krate: &Path) -> TokenStream {
    let (ident, p) = (&input.ident, quote!(#krate::__private));
    quote! {
        const _: () = {
            impl #p::Table for #ident {
                type Items = #p::Nothing<#ident>;
                type Sort = #p::NoKey;
                const SCHEMA: &'static #p::TableSchema = #p::NO_TABLE;
            }
        };
    }
}

pub(crate) fn index(_: &DeriveInput, _: &Path) -> TokenStream {
    TokenStream::new()
}

pub(crate) fn entity(_: &DeriveInput, _: &Path) -> TokenStream {
    TokenStream::new()
}

pub(crate) fn collection(_: &DeriveInput, _: &Path) -> TokenStream {
    TokenStream::new()
}

pub(crate) fn document(_: &DeriveInput, _: &Path) -> TokenStream {
    TokenStream::new()
}

pub(crate) fn key_part(_: &DeriveInput, _: &Path) -> TokenStream {
    TokenStream::new()
}

pub(crate) fn projection(_: &DeriveInput, _: &Path) -> TokenStream {
    TokenStream::new()
}
