//! What the library keeps of an entity: version, timestamps, expiry, unique values.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::spanned::Spanned;

use super::at;
use super::paths::codec;
use crate::ast::{Entity, Field, Kept};
use crate::template::name_of;

/// What writes of the entity ask for.
pub(super) fn lock(entity: &Entity<'_>, p: &Ident) -> TokenStream {
    if entity.keeping(Kept::Unique).is_some() {
        quote!(#p::Guarded)
    } else if entity.keeping(Kept::Version).is_some() {
        quote!(#p::Versioned)
    } else {
        quote!(#p::Unlocked)
    }
}

/// The generics, with what stamping an item asks for: it is cloned.
pub(super) fn bounded(entity: &Entity<'_>, mut generics: syn::Generics) -> syn::Generics {
    if entity.fields.iter().any(Field::is_managed) {
        let params: Vec<Ident> = generics.type_params().map(|param| param.ident.clone()).collect();
        let predicates = &mut generics.make_where_clause().predicates;
        predicates.extend(params.iter().map(|param| -> syn::WherePredicate {
            syn::parse_quote!(#param: ::core::clone::Clone)
        }));
    }
    generics
}

/// `.keeping(...)` of the schema.
pub(super) fn schema(entity: &Entity<'_>, p: &Ident) -> Option<TokenStream> {
    let attribute = |kept| match entity.keeping(kept) {
        Some(Field { attribute, .. }) => quote!(#p::Some(#attribute)),
        None => quote!(#p::None),
    };
    let (version, ttl) = (attribute(Kept::Version), attribute(Kept::Ttl));
    let unique: Vec<TokenStream> = unique(entity).map(name_and_attribute).collect();
    let any = [Kept::Version, Kept::Ttl, Kept::Unique]
        .into_iter()
        .any(|kept| entity.keeping(kept).is_some());
    any.then(|| quote!(.keeping(#p::Kept::new(#version, #ttl, &[#(#unique),*]))))
}

fn unique<'e>(entity: &'e Entity<'e>) -> impl Iterator<Item = &'e Field<'e>> {
    entity.fields.iter().filter(|field| field.keeps(Kept::Unique))
}

fn name_and_attribute(field: &Field<'_>) -> TokenStream {
    let (name, attribute) = (name_of(field.ident), &field.attribute);
    quote!((#name, #attribute))
}

/// The methods of `Item` that say it.
pub(super) fn of_item(entity: &Entity<'_>, p: &Ident) -> TokenStream {
    let version = entity.keeping(Kept::Version).map(|field| {
        let (ident, attribute, ty) = (field.ident, &field.attribute, field.ty);
        let number = at(ty.span(), &quote!(<#ty as #p::Version>::number));
        let after = at(ty.span(), &quote!(<#ty as #p::Version>::after));
        quote! {
            fn version(&self) -> #p::Option<(&'static str, u64)> {
                #p::Some((#attribute, #number(self.#ident)))
            }

            fn next_version(version: u64) -> u64 {
                #after(version)
            }
        }
    });
    let stamps = entity.fields.iter().filter(|field| field.is_managed()).map(|field| {
        let (ident, ty) = (field.ident, field.ty);
        // What rustc has to say of the type, it says at the type.
        let now = at(ty.span(), &quote!(<#ty as #p::Now>::now));
        if field.keeps(Kept::Version) {
            let next = at(ty.span(), &quote!(<#ty as #p::Version>::next));
            quote!(item.#ident = #next(item.#ident);)
        } else if field.keeps(Kept::UpdatedAt) {
            quote!(item.#ident = #now();)
        } else {
            quote!(if created { item.#ident = #now(); })
        }
    });
    let stamps: Vec<TokenStream> = stamps.collect();
    let stamped = (!stamps.is_empty()).then(|| {
        quote! {
            fn stamped(&self, created: bool) -> #p::Option<Self> {
                let mut item = ::core::clone::Clone::clone(self);
                #(#stamps)*
                let _ = created;
                #p::Some(item)
            }
        }
    });
    let values: Vec<TokenStream> = unique(entity)
        .map(|field| {
            let (ident, ty, codec) = (field.ident, field.ty, codec(field, p));
            let name = name_and_attribute(field);
            quote!(#p::Unique::new::<#ty, #codec>(#name, &self.#ident))
        })
        .collect();
    let unique = (!values.is_empty()).then(|| {
        quote! {
            fn unique(&self) -> #p::Vec<#p::Unique> {
                #p::Vec::from([#(#values),*])
            }
        }
    });
    quote!(#version #stamped #unique)
}

/// The method of `Entity` that keeps the time of the last write.
pub(super) fn of_entity(entity: &Entity<'_>, p: &Ident) -> Option<TokenStream> {
    let field = entity.keeping(Kept::UpdatedAt)?;
    let name = name_of(field.ident);
    let number = entity.stored().position(|stored| name_of(stored.ident) == name)?;
    let ty = field.ty;
    let now = at(ty.span(), &quote!(<#ty as #p::Now>::now));
    Some(quote! {
        fn touch() -> #p::Vec<#p::Act> {
            #p::acts(#p::Action::<Self>::feed::<#number, #p::Serde, #ty>(#now()))
        }
    })
}

/// Checks of the types, each at its span.
pub(super) fn checks(entity: &Entity<'_>, p: &Ident) -> Vec<TokenStream> {
    let checks = entity.fields.iter().flat_map(|field| {
        let ty = field.ty;
        field.kept.iter().filter_map(move |(kept, _)| match kept {
            Kept::Ttl if !field.custom => Some(at(ty.span(), &quote!(#p::assert_expires::<#ty>()))),
            // The others are asked for where they are kept.
            _ => None,
        })
    });
    checks.collect()
}

/// The proof that no item is taken for one that keeps a unique value.
pub(super) fn guards(entity: &Entity<'_>, p: &Ident) -> Option<TokenStream> {
    let (ident, table) = (&entity.original.ident, &entity.table);
    let (_, keyword) = entity
        .fields
        .iter()
        .flat_map(|field| &field.kept)
        .find(|(kept, _)| *kept == Kept::Unique)?;
    let check = quote!(#p::check::guards(
        #p::schema_of::<#ident, _>(),
        #p::table_of::<#ident>(),
        <<#table as #p::Table>::Items as #p::Readable>::ENTITIES,
    ));
    let check = at(keyword.span(), &check);
    Some(quote!(#check;))
}
