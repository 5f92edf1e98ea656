//! `impl VectorIndex`.

use proc_macro2::TokenStream;
use quote::quote;

use super::{index, key_def, private, scope};
use crate::ast::VectorIndex;

pub(crate) fn expand(declared: &VectorIndex<'_>) -> TokenStream {
    let VectorIndex { original, krate, table, name, vector, dimensions, distance, .. } = declared;
    let (ident, p) = (&original.ident, private());
    let partition = declared.partition.iter().map(|key| key_def(&p, key));
    let filters = declared.filters.iter().map(|key| key_def(&p, key));
    let projection = index::projection(&p, &declared.projection);
    scope(
        krate,
        &quote! {
            impl #p::VectorIndex for #ident {
                type Table = #table;
                type Vector = #p::Vector<#dimensions>;

                const SCHEMA: &'static #p::VectorIndexSchema = &#p::VectorIndexSchema::new(
                    #name,
                    (#vector, #dimensions, #p::Distance::#distance),
                    &[#(#partition),*],
                    &[#(#filters),*],
                    #projection,
                );
            }

            impl #p::IndexOf<#table> for #ident {}
        },
    )
}
