//! `impl DocumentField`, one for each field.

use proc_macro2::TokenStream;
use quote::quote;

use super::scope;
use crate::ast::Document;

pub(crate) fn expand(document: &Document<'_>) -> TokenStream {
    let Document { original, krate, fields } = document;
    let (ident, p) = (&original.ident, quote!(#krate::__private));
    let (generics, arguments, predicates) = original.generics.split_for_impl();
    let fields = fields.iter().filter(|field| !field.skip && !field.flatten).map(|field| {
        let (name, ty, attribute) = (field.ident.to_string(), field.ty, &field.attribute);
        quote! {
            impl #generics #p::DocumentField<{ #p::hash_name(#name) }> for #ident #arguments #predicates {
                type Type = #ty;
                const ATTRIBUTE: &'static str = #attribute;
            }
        }
    });
    scope(&quote!(#(#fields)*))
}
