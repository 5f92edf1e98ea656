//! `impl Projection`.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

use super::scope;
use crate::ast::Projection;

pub(crate) fn expand(projection: &Projection<'_>) -> TokenStream {
    let Projection { original, krate, entity, fields } = projection;
    let (ident, name, p) = (&original.ident, original.ident.to_string(), quote!(#krate::__private));
    let (generics, arguments, predicates) = original.generics.split_for_impl();
    let read = fields.iter().filter(|field| !field.skip && !field.flatten);
    let attributes = read.map(|field| &field.attribute);
    let check = original.generics.params.is_empty().then(|| {
        quote_spanned! {ident.span()=>
            const _: () = #p::check::projection(
                #name,
                <#entity as #p::Entity>::SCHEMA,
                match <#ident as #p::Readable>::SELECTED {
                    #p::Some(selected) => selected,
                    #p::None => &[],
                },
            );
        }
    });
    let of = quote_spanned!(entity.span()=> type Entity = #entity;);
    scope(&quote! {
        impl #generics #p::Readable for #ident #arguments #predicates {
            type Table = <#entity as #p::Readable>::Table;
            const NAME: &'static str = #name;
            const ENTITIES: &'static [&'static #p::EntitySchema] = &[<#entity as #p::Entity>::SCHEMA];
            const SELECTED: #p::Option<&'static [&'static str]> = #p::Some(&[#(#attributes),*]);

            fn read<'de>(
                reader: &mut #p::Reader<'de>,
                scratch: &mut #p::Scratch<'de>,
            ) -> #p::Result<#p::ReadResult<Self>, #p::WireError> {
                #p::read_projection(reader, scratch)
            }
        }

        impl #generics #p::Projection for #ident #arguments #predicates {
            #of
        }

        #check
    })
}
