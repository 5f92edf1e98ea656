//! `impl Collection` of an enum, or the struct that gathers a partition; the proof that the entities'
//! keys are disjoint, and `partition`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::spanned::Spanned;
use syn::{Ident, Type};

use super::{at, bounded, late, private, scope};
use crate::ast::{Collection, CollectionKind};
use crate::template::name_of;

pub(crate) fn expand(collection: &Collection<'_>) -> TokenStream {
    let code = match &collection.kind {
        CollectionKind::Enum => of_enum(collection),
        CollectionKind::Struct(once) => of_struct(collection, once),
    };
    scope(&collection.krate, &code)
}

fn of_enum(collection: &Collection<'_>) -> TokenStream {
    let p = private();
    let (original, ident) = (collection.original, &collection.original.ident);
    let bounded = bounded(&original.generics, &p);
    let (generics, arguments, predicates) = bounded.split_for_impl();
    let (idents, types): (Vec<_>, Vec<_>) = collection.variants.iter().copied().unzip();
    let Some(table) = table(collection, &p) else { return TokenStream::new() };
    let listed = types
        .iter()
        .map(|ty| quote!(impl #generics #p::Contains<#ty> for #ident #arguments #predicates {}));
    let variants = variants(collection, ident, &quote!(#p::OneOf), &bounded);
    let partition = partition(collection, &bounded);
    let checks = original.generics.params.is_empty().then(|| checks(collection, ident));
    quote! {
        #variants
        #partition

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
            fn variant_name(&self) -> &'static str {
                match self { #(Self::#idents(item) => #p::Item::entity_name(item),)* }
            }

            fn write_variant(&self, out: &mut #p::Vec<u8>) -> #p::Result<(), #p::WriteError> {
                match self { #(Self::#idents(item) => #p::Item::write(item, out),)* }
            }
        }

        impl #generics #p::Gathered for #ident #arguments #predicates {
            type Item = Self;
        }

        impl #generics #p::CollectionOf<#table> for #ident #arguments #predicates {}

        #(#listed)*
        #checks
    }
}

/// A struct is read by way of an enum of its own, whose variants are named after the fields.
fn of_struct(collection: &Collection<'_>, once: &[&Type]) -> TokenStream {
    let p = private();
    let (ident, vis) = (&collection.original.ident, &collection.original.vis);
    let name = name_of(ident);
    let piece = Ident::new("__Piece", ident.span());
    let generics = syn::Generics::default();
    let (fields, types): (Vec<_>, Vec<_>) = collection.variants.iter().copied().unzip();
    let variants = variants(collection, &piece, &quote!(#p::Gathers<#ident>), &generics);
    let partition = partition(collection, &generics);
    let checks = checks(collection, &piece);
    let once = once
        .iter()
        .map(|ty| at(ty.span(), &quote!(#p::check::once(#name, #p::schema_of::<#ty, _>());)));
    quote! {
        #[allow(private_interfaces)]
        #vis enum #piece { #(#fields(#types)),* }

        #variants
        #partition

        impl #p::Gathered for #ident {
            type Item = #piece;
        }

        impl #p::Gather<#piece> for #ident {
            fn gather(items: #p::Vec<#piece>) -> Self {
                let mut gathered = Self { #(#fields: ::core::default::Default::default()),* };
                for item in items {
                    match item {
                        #(#piece::#fields(item) => {
                            #p::Keep::keep(&mut gathered.#fields, item)
                        })*
                    }
                }
                gathered
            }
        }

        #checks
        const _: () = { #(#once)* };
    }
}

/// The table of the first entity, and so of all.
fn table(collection: &Collection<'_>, p: &Ident) -> Option<TokenStream> {
    let (_, first) = collection.variants.first()?;
    Some(at(first.span(), &quote!(<#first as #p::Readable>::Table)))
}

/// How an item is read as the variant of its entity.
fn variants(
    collection: &Collection<'_>,
    ident: &Ident,
    form: &TokenStream,
    generics: &syn::Generics,
) -> TokenStream {
    let (p, name) = (private(), name_of(&collection.original.ident));
    let late = late(generics);
    let (late, _, _) = late.split_for_impl();
    let (generics, arguments, predicates) = generics.split_for_impl();
    let table = table(collection, &p);
    let (idents, types): (Vec<_>, Vec<_>) = collection.variants.iter().copied().unzip();
    let schemas = types.iter().map(|ty| at(ty.span(), &quote!(#p::schema_of::<#ty, _>())));
    let positions = 0..types.len();
    quote! {
        impl #generics #p::Readable for #ident #arguments #predicates {
            type Table = #table;
            type Form = #form;
            const NAME: &'static str = #name;
        }

        impl #late #p::Declared<[&'static #p::EntitySchema], __Late> for #ident #arguments #predicates {
            const DECLARATION: &'static [&'static #p::EntitySchema] =
                { #p::late::<__Late>(); &[#(#schemas),*] };
        }

        impl #generics #p::Variants for #ident #arguments #predicates {
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

        #(impl #generics ::core::convert::From<#types> for #ident #arguments #predicates {
            fn from(item: #types) -> Self {
                Self::#idents(item)
            }
        })*
    }
}

fn partition(collection: &Collection<'_>, generics: &syn::Generics) -> TokenStream {
    let p = private();
    let (ident, vis) = (&collection.original.ident, &collection.original.vis);
    let (name, first) = (name_of(ident), collection.variants.first().map(|(_, ty)| ty));
    let (generics, arguments, predicates) = generics.split_for_impl();
    quote! {
        impl #generics #ident #arguments #predicates {
            /// Queries a partition for every kind of item in it; all entities must have one
            /// partition key.
            #vis fn partition<K: #p::KeyArg<<#first as #p::Entity>::Partition>>(
                key: K,
            ) -> #p::Partition<Self> {
                const {
                    #p::check::one_partition(
                        #name,
                        <<Self as #p::Gathered>::Item as #p::Readable>::ENTITIES,
                    )
                };
                #p::partition_of::<#first, Self>(#p::KeyArg::into_part(key))
            }
        }
    }
}

/// Each entity is compared with those before it, at its own span, and is one of the same table.
fn checks(collection: &Collection<'_>, ident: &Ident) -> TokenStream {
    let p = private();
    let types: Vec<&Type> = collection.variants.iter().map(|(_, ty)| *ty).collect();
    let outlines = types.iter().map(|ty| at(ty.span(), &quote!(#p::schema_of::<#ty, _>())));
    let (table, count) = (table(collection, &p), types.len());
    let disjoint = types.iter().enumerate().skip(1).map(|(position, later)| {
        at(later.span(), &quote!(#p::check::disjoint_from::<#ident, #count>(__ALL, #position);))
    });
    let of_table =
        types.iter().skip(1).map(|ty| at(ty.span(), &quote!(#p::assert_item_of::<#ty, #table>();)));
    quote! {
        const __ALL: &#p::check::Entities<#count> =
            &#p::check::Entities::of::<#ident>([#(#outlines),*]);
        const _: () = { #(#disjoint)* };
        const _: () = { #(#of_table)* };
    }
}
