//! `impl Collection`, the proof that its entities' keys are disjoint, and `partition`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::spanned::Spanned;

use super::{at, bounded, private, scope};
use crate::ast::Collection;
use crate::template::name_of;

pub(crate) fn expand(collection: &Collection<'_>) -> TokenStream {
    let Collection { original, krate, variants } = collection;
    let p = private();
    let (ident, vis, name) = (&original.ident, &original.vis, name_of(&original.ident));
    let bounded = bounded(&original.generics, &p);
    let (generics, arguments, predicates) = bounded.split_for_impl();
    let (idents, types): (Vec<_>, Vec<_>) = variants.iter().copied().unzip();
    let Some(first) = types.first() else { return TokenStream::new() };
    let schemas = types.iter().map(|ty| at(ty.span(), &quote!(#p::schema_of::<#ty>())));
    let table = at(first.span(), &quote!(<#first as #p::Readable>::Table));
    let positions = 0..types.len();
    let listed = types
        .iter()
        .map(|ty| quote!(impl #generics #p::Contains<#ty> for #ident #arguments #predicates {}));
    let checks = original.generics.params.is_empty().then(|| disjoint(&p, &name, ident, &types));
    let of_table =
        types.iter().skip(1).map(|ty| at(ty.span(), &quote!(#p::assert_item_of::<#ty, #table>();)));
    let of_table =
        original.generics.params.is_empty().then(|| quote!(const _: () = { #(#of_table)* };));
    scope(
        krate,
        &quote! {
            impl #generics #p::Readable for #ident #arguments #predicates {
                type Table = #table;
                type Form = #p::OneOf;
                const NAME: &'static str = #name;
            }

            impl #generics #p::Item for #ident #arguments #predicates {
                type Lock = #p::Unlocked;

                fn version(&self) -> #p::Option<(&'static str, u64)> {
                    match self { #(Self::#idents(item) => #p::Item::version(item),)* }
                }

                fn stamped(&self, created: bool) -> #p::Option<Self> {
                    match self {
                        #(Self::#idents(item) => {
                            #p::Option::map(#p::Item::stamped(item, created), Self::#idents)
                        })*
                    }
                }

                fn unique(&self) -> #p::Vec<#p::Unique> {
                    match self { #(Self::#idents(item) => #p::Item::unique(item),)* }
                }
            }

            impl #generics #p::Collection for #ident #arguments #predicates {
                const VARIANTS: &'static [&'static #p::EntitySchema] = &[#(#schemas),*];

                fn variant_name(&self) -> &'static str {
                    match self { #(Self::#idents(item) => #p::Item::entity_name(item),)* }
                }

                fn write_variant(&self, out: &mut #p::Vec<u8>) -> #p::Result<(), #p::WriteError> {
                    match self { #(Self::#idents(item) => #p::Item::write(item, out),)* }
                }

                fn read_variant<'de>(
                    variant: usize,
                    item: &#p::RawItem<'de>,
                    scratch: &mut #p::Scratch<'de>,
                ) -> #p::ReadResult<Self> {
                    match variant {
                        #(#positions => #p::read_variant::<#types, Self>(item, scratch),)*
                        _ => #p::Ok(#p::None),
                    }
                }
            }

            impl #generics #p::ItemOf<#table> for #ident #arguments #predicates {}

            impl #generics #p::CollectionOf<#table> for #ident #arguments #predicates {}

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
                    #p::partition_of::<#first, Self>(#p::KeyArg::into_part(key))
                }
            }

            #checks
            #of_table
        },
    )
}

/// Each entity is compared with those before it, at its own span.
fn disjoint(
    p: &syn::Ident,
    name: &str,
    ident: &syn::Ident,
    entities: &[&syn::Type],
) -> TokenStream {
    let checks = entities.iter().enumerate().skip(1).map(|(position, later)| {
        at(later.span(), &quote!(#p::check::disjoint_from(__ALL, #position);))
    });
    let count = entities.len();
    quote! {
        const __ALL: &#p::check::Entities<#count> =
            &#p::check::Entities::new(#name, <#ident as #p::Readable>::ENTITIES);
        const _: () = { #(#checks)* };
    }
}
