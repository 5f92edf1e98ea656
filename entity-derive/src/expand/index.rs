//! `impl Index`.

use proc_macro2::TokenStream;
use quote::quote;

use super::{key_def, scope};
use crate::ast::{Index, Projection};

pub(crate) fn expand(index: &Index<'_>) -> TokenStream {
    let Index { original, krate, table, name, .. } = index;
    let (ident, p) = (&original.ident, quote!(#krate::__private));
    let pk = index.pk.iter().map(|key| key_def(&p, key));
    let sk = index.sk.iter().map(|key| key_def(&p, key));
    let sort = index.sk.first().map_or_else(
        || quote!(#p::NoKey),
        |sk| {
            let ty = &sk.ty;
            quote!(#p::native::#ty)
        },
    );
    let (kind, consistency) = if index.local {
        (quote!(#p::IndexKind::Local), quote!(#p::Strong))
    } else {
        (quote!(#p::IndexKind::Global), quote!(#p::Eventual))
    };
    let projection = match &index.projection {
        Projection::All => quote!(#p::Projection::All),
        Projection::KeysOnly => quote!(#p::Projection::KeysOnly),
        Projection::Include(names) => quote!(#p::Projection::Include(&[#(#names),*])),
    };
    scope(&quote! {
        impl #p::Index for #ident {
            type Table = #table;
            type Consistency = #consistency;
            type Sort = #sort;

            const SCHEMA: &'static #p::IndexSchema =
                &#p::IndexSchema::new(#name, &[#(#pk),*], &[#(#sk),*], #kind, #projection);
        }

        impl #p::IndexOf<#table> for #ident {}
    })
}
