//! `impl Projection`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::spanned::Spanned;

use super::{at, private, scope};
use crate::ast::Projection;
use crate::template::name_of;

pub(crate) fn expand(projection: &Projection<'_>) -> TokenStream {
    let Projection { original, krate, entity, fields } = projection;
    let (ident, name, p) = (&original.ident, name_of(&original.ident), private());
    let schema = at(entity.span(), &quote!(#p::schema_of::<#entity, _>()));
    let table = at(entity.span(), &quote!(<#entity as #p::Readable>::Table));
    let (generics, arguments, predicates) = original.generics.split_for_impl();
    let read = fields.iter().filter(|field| !field.skip && !field.flatten);
    let attributes = read.map(|field| &field.attribute);
    let check = original.generics.params.is_empty().then(|| {
        let read = fields.iter().filter(|field| !field.skip && !field.flatten);
        let checks = read.map(|field| {
            let attribute = &field.attribute;
            let check = quote!(#p::check::projection(#name, #schema, &[#attribute]));
            let check = at(field.ident.span(), &check);
            quote!(const _: () = #check;)
        });
        quote!(#(#checks)*)
    });
    scope(
        krate,
        &quote! {
            impl #generics #p::Readable for #ident #arguments #predicates {
                type Table = #table;
                type Form = #p::PartOfEntity;
                const NAME: &'static str = #name;
                const ENTITIES: &'static [&'static #p::EntitySchema] = &[#schema];
                const SELECTED: #p::Option<&'static [&'static str]> = #p::Some(&[#(#attributes),*]);
            }

            impl #generics #p::Projection for #ident #arguments #predicates {
                type Entity = #entity;
            }

            #check
        },
    )
}
