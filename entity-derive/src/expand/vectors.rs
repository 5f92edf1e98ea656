//! What an entity gives to vector indexes: the checks, and the function that a search begins with.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use syn::spanned::Spanned;

use super::at;
use super::queries::parameters;
use crate::ast::{Entity, Field, function_name, option_of};
use crate::template::name_of;
use crate::vectors::VectorKeys;

/// `const VECTORS`, of an entity that is in vector indexes.
pub(super) fn of_entity(entity: &Entity<'_>, p: &Ident) -> Option<TokenStream> {
    let indexes = entity.vector_indexes.iter().map(|keys| {
        let index = &keys.index;
        at(index.span(), &quote!(<#index as #p::VectorIndex>::SCHEMA))
    });
    (!entity.vector_indexes.is_empty()).then(
        || quote!(const VECTORS: &'static [&'static #p::VectorIndexSchema] = &[#(#indexes),*];),
    )
}

/// Checks that take the declaration of the index, each at the span of what would be wrong.
pub(super) fn checks(entity: &Entity<'_>, p: &Ident) -> Vec<TokenStream> {
    let (ident, table) = (&entity.original.ident, &entity.table);
    let (_, arguments, _) = entity.original.generics.split_for_impl();
    let mut checks = Vec::new();
    for keys in &entity.vector_indexes {
        let (index, partition) = (&keys.index, keys.partition.is_some());
        let check = quote!(#p::check_vector_index::<#ident #arguments, #index, #table>(#partition));
        checks.push(at(index.span(), &check));
        let roles = std::iter::once((&keys.vector, "check_vector"))
            .chain(keys.partition.iter().map(|field| (field, "check_search_partition")))
            .chain(keys.filters.iter().map(|field| (field, "check_filter")));
        for (named, check) in roles {
            let Some(field) = entity.field(named) else { continue };
            let (check, ty) = (format_ident!("{check}"), field.ty);
            let (name, attribute) = (name_of(field.ident), &field.attribute);
            let check = quote!(#p::#check::<#index, #ty>(#name, #attribute));
            checks.push(at(ty.span(), &check));
        }
    }
    checks
}

/// The types of the searches, and the functions that begin them.
pub(super) fn expand(
    entity: &Entity<'_>,
    p: &Ident,
    bounded: &syn::Generics,
) -> (Vec<TokenStream>, Vec<TokenStream>) {
    entity.vector_indexes.iter().map(|keys| search(entity, keys, p, bounded)).unzip()
}

fn search(
    entity: &Entity<'_>,
    keys: &VectorKeys,
    p: &Ident,
    bounded: &syn::Generics,
) -> (TokenStream, TokenStream) {
    let (ident, vis) = (&entity.original.ident, &entity.original.vis);
    let index = &keys.index;
    let name = index.segments.last().map(|last| name_of(&last.ident)).unwrap_or_default();
    let search = format_ident!("{ident}{name}Search");
    let (generics, arguments, predicates) = bounded.split_for_impl();
    let params = parameters(bounded);
    let filters = keys.filters.iter().filter_map(|filter| entity.field(filter));
    let methods = filters.map(|field| filter(field, p, vis));
    let items = quote! {
        #[must_use = "a search is sent by `TableHandle::search`"]
        #vis struct #search #generics (#p::Near<#ident #arguments, #index>) #predicates;

        impl #generics #search #arguments #predicates { #(#methods)* }

        impl #generics #p::IntoSearch for #search #arguments #predicates {
            type Output = #ident #arguments;
            type Index = #index;

            fn into_near(self) -> #p::Near<Self::Output, Self::Index> {
                self.0
            }
        }
    };
    let partition = keys.partition.as_ref().and_then(|partition| entity.field(partition));
    let vector_type = at(index.span(), &quote!(<#index as #p::VectorIndex>::Vector));
    let (argument, equal) = match partition {
        Some(Field { ident, ty, attribute, .. }) => (
            Some(quote!(#ident: impl #p::KeyArg<#ty>,)),
            Some(quote!(.equal(#attribute, &#p::KeyArg::<#ty>::into_part(#ident)))),
        ),
        None => (None, None),
    };
    let (function, vector) = (
        function_name(index).unwrap_or_else(|| format_ident!("search")),
        // A field of the entity, which no other argument is named after.
        &keys.vector,
    );
    let within = match partition {
        Some(_) => ", within a search partition",
        None => "",
    };
    let doc = format!(
        "Searches the items of this entity in the vector index `{name}`{within}; filtered by the methods named after its filters."
    );
    let function = quote! {
        #[doc = #doc]
        #vis fn #function(
            #argument #vector: impl #p::VectorArg<#vector_type>
        ) -> #search<#(#params),*> {
            let #vector = #p::VectorArg::<#vector_type>::into_vector(#vector);
            #search(#p::Near::new(&#vector)#equal)
        }
    };
    (items, function)
}

/// A method that is named after a filter.
fn filter(field: &Field<'_>, p: &Ident, vis: &syn::Visibility) -> TokenStream {
    let (ident, attribute) = (field.ident, &field.attribute);
    let ty = option_of(field.ty).unwrap_or(field.ty);
    let doc = format!(
        "Leaves out items whose `{}` is another one; the last call counts.",
        name_of(ident)
    );
    quote! {
        #[doc = #doc]
        #vis fn #ident(self, value: impl #p::KeyArg<#ty>) -> Self {
            Self(self.0.equal(#attribute, &#p::KeyArg::<#ty>::into_part(value)))
        }
    }
}
