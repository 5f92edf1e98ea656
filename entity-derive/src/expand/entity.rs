//! `impl Entity`, and `key`.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned;

use super::keys::{Keys, Slot, with_name};
use super::{at, bounded, called, kept, late, outline, paths, private_at, queries, scope, vectors};
use crate::ast::{Entity, Field};
use crate::template::name_of;

pub(crate) fn expand(entity: &Entity<'_>) -> TokenStream {
    let keys = Keys::new(entity);
    let p = keys.p();
    let Entity { original, krate, table, name, .. } = entity;
    let ident = &original.ident;
    let bounded = kept::bounded(entity, bounded(&original.generics, p));
    let (generics, arguments, predicates) = bounded.split_for_impl();
    let late = late(&bounded);
    let (late, _, _) = late.split_for_impl();
    let (schema, fields) = (schema(entity, &keys), fields(entity, &keys));
    let outline = outline::expand(entity, &keys);
    let lent = keys.slots.iter().map(|slot| slot.field.ident);
    let checks = check_items(entity, &keys);
    let (key, (queries, begun)) = (key(&keys), queries::expand(entity, &keys, &bounded));
    let withs = entity.fields.iter().map(|field| with(field, p));
    let partition = queries::partition_argument(&keys);
    let (partition_type, partition_pattern) = (&partition.ty, &partition.pattern);
    let steps = queries::begin(&keys);
    let constants = keys.constants();
    let (paths_type, paths) = paths::expand(entity, &keys, &bounded);
    let (searches, searched) = vectors::expand(entity, p, &bounded);
    let in_vectors = vectors::of_entity(entity, p);
    let lock = kept::lock(entity, p);
    let called = called::expand(entity, p);
    let (kept_of_item, kept_of_entity) = (kept::of_item(entity, p), kept::of_entity(entity, p));
    scope(
        krate,
        &quote! {
            #(#constants)*

            impl #generics #p::Readable for #ident #arguments #predicates {
                type Table = #table;
                type Form = #p::OneEntity;
                const NAME: &'static str = #name;
            }

            impl #generics #p::Item for #ident #arguments #predicates {
                type Lock = #lock;

                #kept_of_item
            }

            impl #late #p::Declared<#p::EntitySchema, __Late> for #ident #arguments #predicates {
                const DECLARATION: &'static #p::EntitySchema = #schema;
            }

            impl #generics #p::Entity for #ident #arguments #predicates {
                type Partition = #partition_type;
                type Paths = #paths_type;

                #in_vectors
                const FIELDS: &'static [#p::FieldSchema] = #fields;
                const OUTLINE: #p::Outline = #outline;
                #called

                fn lend_parts<__L: #p::Lend>(&self, to: __L) -> __L::Output {
                    to.with([#(&self.#lent),*])
                }

                fn partition_steps(#partition_pattern: #partition_type) -> #p::Steps<Self> {
                    #steps
                }

                #kept_of_entity
            }

            impl #generics #p::ItemOf<#table> for #ident #arguments #predicates {}

            impl #generics #ident #arguments #predicates {
                #key
                #(#begun)*
                #(#searched)*
            }

            #(#queries)*
            #(#searches)*
            #paths
            #(#withs)*
            #checks
        },
    )
}

fn schema(entity: &Entity<'_>, keys: &Keys<'_>) -> TokenStream {
    let p = keys.p();
    let (pk, sk) = (keys.attributes(&keys.pk), keys.attributes(&keys.sk));
    let indexes = keys.indexes.iter().map(|(index, index_pk, index_sk)| {
        let schema = at(index.span(), &quote!(<#index as #p::Index>::SCHEMA));
        let index_pk = if index_pk.is_empty() { pk.clone() } else { keys.attributes(index_pk) };
        let index_sk = keys.attributes(index_sk);
        quote!(#p::IndexKeys { index: #schema, pk: #index_pk, sk: #index_sk })
    });
    let parts = keys.slots.iter().map(|slot| slot.schema(p));
    let flattened = entity.fields.iter().any(|field| field.flatten);
    let flattened = flattened.then(|| quote!(.flattened()));
    let sensitive = entity.sensitive.then(|| quote!(.sensitive()));
    let recodes = keys.recodes();
    let recoded = (!recodes.is_empty()).then(|| quote!(.recoded(&[#(#recodes),*])));
    let keeping = kept::schema(entity, p);
    // Without parameters the checks are items of their own: what fails is then not needed elsewhere.
    let checks = (!entity.original.generics.params.is_empty()).then(|| checks(entity, keys));
    let checks = checks.iter().flatten();
    quote!({
        #p::late::<__Late>();
        #(#checks;)*
        &#p::EntitySchema::of::<Self>(#pk, #sk, &[#(#indexes),*], &[#(#parts),*])
            #flattened #sensitive #recoded #keeping
    })
}

/// The fields, as data.
fn fields(entity: &Entity<'_>, keys: &Keys<'_>) -> TokenStream {
    let p = keys.p();
    let fields = entity.stored().map(|field| {
        let (name, attribute, key_only) = (name_of(field.ident), &field.attribute, field.key_only);
        let restore = keys.restores(field);
        let (ty, optional) = (field.ty.to_token_stream().to_string(), field.is_optional());
        quote!(#p::field(#name, #attribute, #ty, #optional, #key_only, #restore))
    });
    quote!(&[#(#fields),*])
}

/// `fn key(...)`: one argument for each field of the primary key.
fn key(keys: &Keys<'_>) -> TokenStream {
    let (p, vis) = (keys.p(), keys.vis());
    let slots: Vec<&Slot<'_>> = keys.slots.iter().filter(|slot| slot.is_primary()).collect();
    let arguments = arguments(&slots);
    let names: Vec<&Ident> = arguments.iter().map(|(name, _)| name).collect();
    let types = arguments.iter().map(|(_, slot)| slot.argument_type(p));
    let lent = slots.iter().map(|slot| argument_name(&slots, slot));
    let doc = format!(
        "The key of an item, by {}; not sent.\n\n# Errors\n\nIf a value cannot stand in the key.",
        arguments
            .iter()
            .map(|(_, slot)| format!("`{}`", slot.name()))
            .collect::<Vec<_>>()
            .join(", "),
    );
    quote! {
        #[doc = #doc]
        #vis fn key(#(#names: impl #p::KeyArg<#types>),*) -> #p::Result<#p::Key<Self>, #p::KeyError> {
            #(let #names = #p::KeyArg::into_part(#names);)*
            #p::Key::of([#(&#lent),*])
        }
    }
}

/// The fields of some slots, each once, with the names that they have as arguments.
pub(super) fn arguments<'s, 'e>(slots: &[&'s Slot<'e>]) -> Vec<(Ident, &'s Slot<'e>)> {
    let mut arguments: Vec<(Ident, &Slot<'_>)> = Vec::new();
    for slot in slots {
        if !arguments.iter().any(|(_, known)| known.path == slot.path) {
            arguments.push((argument_name(slots, slot), slot));
        }
    }
    arguments
}

/// The last name of the path, or the whole path where two end alike.
pub(super) fn argument_name(slots: &[&Slot<'_>], slot: &Slot<'_>) -> Ident {
    let last = slot.path.last();
    let alike = slots.iter().any(|other| other.path != slot.path && other.path.last() == last);
    match last {
        Some(last) if !alike => {
            let mut name = last.clone();
            name.set_span(slot.span());
            name
        }
        _ => format_ident!("{}", slot.name().replace('.', "_"), span = slot.span()),
    }
}

/// Checks that take the declarations of the table and of the indexes, each at the span of what
/// would be wrong.
fn checks(entity: &Entity<'_>, keys: &Keys<'_>) -> Vec<TokenStream> {
    let (p, table, ident) = (keys.p(), &entity.table, &entity.original.ident);
    let (_, arguments, _) = entity.original.generics.split_for_impl();
    let (this, name) = (quote!(#ident #arguments), name_of(ident));
    let sort_key = match &entity.sk {
        Some(sk) => {
            let (span, p) = (sk.span(), private_at(sk.span()));
            quote_spanned!(span=> #p::check::has_sort_key(#p::table_of::<#this>(), #name))
        }
        None => {
            let (span, p) = (ident.span(), private_at(ident.span()));
            quote_spanned!(span=> #p::check::no_sort_key(#p::table_of::<#this>(), #name))
        }
    };
    let mut checks = vec![sort_key];
    for (index, pk, sk) in &keys.indexes {
        let (no_pk, no_sk) = (pk.is_empty(), sk.is_empty());
        let check = quote!(#p::check_index::<#this, #index, #table>(#no_pk, #no_sk));
        checks.push(at(index.span(), &check));
        for (given, check) in [(pk, "index_pk_count"), (sk, "index_sk_count")] {
            let Some(first) = given.first() else { continue };
            let (count, span) = (given.len(), first.expr.span());
            let (p, check) = (private_at(span), Ident::new(check, span));
            let index = at(span, &index.to_token_stream());
            checks.push(quote_spanned!(span=> #p::#check::<#index>(#count)));
        }
    }
    checks.extend(keys.type_checks());
    checks.extend(kept::checks(entity, p));
    checks.extend(vectors::checks(entity, p));
    checks.extend(called::check(entity));
    checks
}

/// The checks as items, and those that take the whole of the entity's declaration.
fn check_items(entity: &Entity<'_>, keys: &Keys<'_>) -> Option<TokenStream> {
    let (p, ident) = (keys.p(), &entity.original.ident);
    entity.original.generics.params.is_empty().then(|| {
        let checks = checks(entity, keys);
        let (span, p_at) = (ident.span(), private_at(ident.span()));
        let whole = quote_spanned!(span=> #p_at::check::entity::<#ident>());
        let listed = quote_spanned!(span=> #p_at::assert_listed::<#ident>());
        let guards = kept::guards(entity, p);
        quote!(const _: () = { #(#checks;)* #whole; #guards #listed; };)
    })
}

/// A wrapper that serde writes as it writes the field.
pub(super) fn with(field: &Field<'_>, p: &Ident) -> Option<TokenStream> {
    let (path, ty, name) = (field.serialize_with.as_ref()?, field.ty, with_name(field));
    Some(quote! {
        struct #name<'a>(&'a #ty);

        impl #p::Serialize for #name<'_> {
            fn serialize<S: #p::Serializer>(&self, serializer: S) -> #p::Result<S::Ok, S::Error> {
                #path(self.0, serializer)
            }
        }
    })
}
