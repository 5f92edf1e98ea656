//! `impl Table`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::spanned::Spanned;

use super::{at, key_def, private, scope, sort_kinds};
use crate::ast::Table;

pub(crate) fn expand(table: &Table<'_>) -> TokenStream {
    let Table { original, krate, name, separator, items, .. } = table;
    let (ident, p) = (&original.ident, private());
    let pk = key_def(&p, &table.pk);
    let sk = table.sk.as_ref().map_or_else(
        || quote!(#p::None),
        |sk| {
            let sk = key_def(&p, sk);
            quote!(#p::Some(#sk))
        },
    );
    let sort = sort_kinds(&p, table.sk.as_ref().into_iter());
    let type_attribute = table
        .type_attribute
        .as_ref()
        .map_or_else(|| quote!(#p::None), |name| quote!(#p::Some(#name)));
    let indexes = table
        .indexes
        .iter()
        .map(|index| at(index.span(), &quote!(#p::index_of_table::<#index, #ident>())));
    let vectors = table
        .vector_indexes
        .iter()
        .map(|index| at(index.span(), &quote!(#p::vector_index_of_table::<#index, #ident>())));
    let searched =
        (!table.vector_indexes.is_empty()).then(|| quote!(.searched(const { &[#(#vectors),*] })));
    scope(
        krate,
        &quote! {
            impl #p::Table for #ident {
                type Items = #items;
                type Sort = #sort;

                const SCHEMA: &'static #p::TableSchema = &#p::TableSchema::new(
                    #name, #pk, #sk, #separator, #type_attribute, const { &[#(#indexes),*] },
                )#searched;
            }
        },
    )
}
