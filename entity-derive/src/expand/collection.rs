//! `impl Collection`, the proof that its entities' keys are disjoint, and `partition`.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

use super::scope;
use crate::ast::Collection;

pub(crate) fn expand(collection: &Collection<'_>) -> TokenStream {
    let Collection { original, krate, variants } = collection;
    let p = quote!(#krate::__private);
    let Some((_, first)) = variants.first() else { return TokenStream::new() };
    let (ident, vis, name) = (&original.ident, &original.vis, original.ident.to_string());
    let (generics, arguments, predicates) = original.generics.split_for_impl();
    let table = quote!(<#first as #p::Readable>::Table);
    let (idents, types): (Vec<_>, Vec<_>) = variants.iter().copied().unzip();
    let positions = 0..types.len();
    let listed = types.iter().map(|ty| {
        quote_spanned!(ty.span()=> impl #generics #p::Contains<#ty> for #ident #arguments #predicates {})
    });
    let checks = original.generics.params.is_empty().then(|| disjoint(&p, &name, &types));
    let of_table =
        types.iter().map(|ty| quote_spanned!(ty.span()=> #p::assert_item_of::<#ty, #table>();));
    let of_table =
        original.generics.params.is_empty().then(|| quote!(const _: fn() = || { #(#of_table)* };));
    scope(&quote! {
        impl #generics #p::Readable for #ident #arguments #predicates {
            type Table = #table;
            const NAME: &'static str = #name;
            const ENTITIES: &'static [&'static #p::EntitySchema] = &[#(<#types as #p::Entity>::SCHEMA),*];

            fn read<'de>(
                reader: &mut #p::Reader<'de>,
                scratch: &mut #p::Scratch<'de>,
            ) -> #p::Result<#p::ReadResult<Self>, #p::WireError> {
                #p::read_collection(reader, scratch)
            }
        }

        impl #generics #p::Item for #ident #arguments #predicates {
            fn entity_name(&self) -> &'static str {
                match self { #(Self::#idents(item) => #p::Item::entity_name(item),)* }
            }

            fn write(&self, out: &mut #p::Vec<u8>) -> #p::Result<(), #p::WriteError> {
                match self { #(Self::#idents(item) => #p::Item::write(item, out),)* }
            }
        }

        impl #generics #p::Collection for #ident #arguments #predicates {
            fn read_variant<'de>(
                variant: usize,
                item: &#p::RawItem<'de>,
                scratch: &mut #p::Scratch<'de>,
            ) -> #p::ReadResult<Self> {
                match variant {
                    #(#positions => #p::RawItem::read::<#types>(item, scratch)
                        .map(|item| item.map(Self::#idents)),)*
                    _ => #p::Ok(#p::None),
                }
            }
        }

        impl #generics #p::ItemOf<#table> for #ident #arguments #predicates {}

        #(#listed)*
        #(impl #generics ::core::convert::From<#types> for #ident #arguments #predicates {
            fn from(item: #types) -> Self {
                Self::#idents(item)
            }
        })*

        impl #generics #ident #arguments #predicates {
            /// Queries a partition for every kind of item in it; all entities must have one
            /// partition key.
            #vis fn partition<K: #p::KeyArg<<#first as #p::Entity>::Partition>>(
                key: K,
            ) -> #p::Partition<Self> {
                const { #p::check::one_partition(#name, <Self as #p::Readable>::ENTITIES) };
                #p::Partition::of(<#first as #p::Entity>::partition_steps(#p::KeyArg::into_part(key)))
            }
        }

        #checks
        #of_table
    })
}

/// Each pair is checked at the span of its later entity.
fn disjoint(p: &TokenStream, name: &str, types: &[&syn::Type]) -> TokenStream {
    let checks = types.iter().enumerate().flat_map(|(position, later)| {
        types.iter().take(position).map(move |earlier| {
            quote_spanned! {later.span()=>
                const _: () = #p::check::disjoint(
                    #name, <#earlier as #p::Entity>::SCHEMA, <#later as #p::Entity>::SCHEMA,
                );
            }
        })
    });
    quote!(#(#checks)*)
}
