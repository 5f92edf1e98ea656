//! `impl Index`.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::{key_def, private, scope, sort_kinds};
use crate::ast::{Index, IndexProjection};

pub(crate) fn expand(index: &Index<'_>) -> TokenStream {
    let Index { original, krate, table, name, .. } = index;
    let (ident, p) = (&original.ident, private());
    let pk = index.pk.iter().map(|key| key_def(&p, key));
    let sk = index.sk.iter().map(|key| key_def(&p, key));
    let sort = sort_kinds(&p, index.sk.iter());
    let (kind, consistency) = if index.local {
        (quote!(#p::IndexKind::Local), quote!(#p::Strong))
    } else {
        (quote!(#p::IndexKind::Global), quote!(#p::Eventual))
    };
    let projection = projection(&p, &index.projection);
    scope(
        krate,
        &quote! {
            impl #p::Index for #ident {
                type Table = #table;
                type Consistency = #consistency;
                type Sort = #sort;

                const SCHEMA: &'static #p::IndexSchema =
                    &#p::IndexSchema::new(#name, &[#(#pk),*], &[#(#sk),*], #kind, #projection);
            }

            impl #p::IndexOf<#table> for #ident {}
        },
    )
}

pub(super) fn projection(p: &Ident, projection: &IndexProjection) -> TokenStream {
    match projection {
        IndexProjection::All => quote!(#p::IndexProjection::All),
        IndexProjection::KeysOnly => quote!(#p::IndexProjection::KeysOnly),
        IndexProjection::Include(names) => quote!(#p::IndexProjection::Include(&[#(#names),*])),
    }
}
