//! `impl DocumentField`, one for each field.

use proc_macro2::TokenStream;
use quote::quote;

use super::{paths, private, scope};
use crate::ast::Document;
use crate::template::name_of;

pub(crate) fn expand(document: &Document<'_>) -> TokenStream {
    let Document { original, krate, fields } = document;
    let (ident, p) = (&original.ident, private());
    let (generics, arguments, predicates) = original.generics.split_for_impl();
    let paths = paths::of_document(document, &p);
    let paths_type = paths::document_type(document, &quote!(__L));
    let fields: Vec<_> = fields.iter().filter(|field| !field.skip && !field.flatten).collect();
    let names = fields.iter().map(|field| name_of(field.ident));
    let attributes: Vec<_> = fields.iter().map(|field| &field.attribute).collect();
    let fields = fields.iter().map(|field| {
        let (name, ident_of) = (name_of(field.ident), field.ident);
        let (ty, attribute) = (field.ty, &field.attribute);
        quote! {
            impl #generics #p::DocumentField<{ #p::hash_name(#name) }> for #ident #arguments #predicates {
                type Type = #ty;
                const ATTRIBUTE: &'static str = #attribute;

                fn get(&self) -> &#ty {
                    &self.#ident_of
                }
            }
        }
    });
    let name = name_of(ident);
    scope(
        krate,
        &quote! {
            impl #generics #p::Document for #ident #arguments #predicates {
                const NAME: &'static str = #name;
                type Paths<__L: #p::Location> = #paths_type;
                const FIELDS: &'static [&'static str] = &[#(#names),*];
                const ATTRIBUTES: &'static [&'static str] = &[#(#attributes),*];
            }

            #paths

            #(#fields)*
        },
    )
}
