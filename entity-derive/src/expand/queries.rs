//! `partition`, one function for each index, and the methods that narrow them.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use syn::spanned::Spanned;

use super::at;
use super::entity::{argument_name, arguments};
use super::keys::{Key, Keys, Slot};
use crate::ast::{Entity, function_name};
use crate::template::name_of;

/// What `Collection::partition` gives an entity: its partition key's fields.
pub(super) struct PartitionArgument {
    pub(super) ty: TokenStream,
    pub(super) pattern: TokenStream,
}

/// A query of the table, or of an index by its position among the entity's.
struct Query<'k, 'e> {
    keys: &'k Keys<'e>,
    index: Option<(usize, &'e syn::Path)>,
    pk: &'k [Key<'e>],
    sk: &'k [Key<'e>],
}

/// The types of the queries, and the functions that begin them.
pub(super) fn expand(
    entity: &Entity<'_>,
    keys: &Keys<'_>,
    bounded: &syn::Generics,
) -> (Vec<TokenStream>, Vec<TokenStream>) {
    let table = Query { keys, index: None, pk: &keys.pk, sk: &keys.sk };
    let indexes = keys.indexes.iter().enumerate().map(|(position, (index, pk, sk))| {
        let pk = if pk.is_empty() { &keys.pk } else { pk };
        Query { keys, index: Some((position, index)), pk, sk }
    });
    let queries: Vec<Query<'_, '_>> = std::iter::once(table).chain(indexes).collect();
    queries.iter().map(|query| query.expand(entity, bounded)).unzip()
}

pub(super) fn partition_argument(keys: &Keys<'_>) -> PartitionArgument {
    let p = keys.p();
    let slots = slots_of(keys, &keys.pk);
    let arguments = arguments(&slots);
    let (names, types): (Vec<_>, Vec<_>) =
        arguments.iter().map(|(name, slot)| (name, slot.argument_type(p))).unzip();
    match (names.as_slice(), types.as_slice()) {
        ([name], [ty]) => PartitionArgument { ty: quote!(#ty), pattern: quote!(#name) },
        _ => PartitionArgument { ty: quote!((#(#types,)*)), pattern: quote!((#(#names,)*)) },
    }
}

/// `Steps::table(...)`, from variables named as the partition key's fields.
pub(super) fn begin(keys: &Keys<'_>) -> TokenStream {
    Query { keys, index: None, pk: &keys.pk, sk: &keys.sk }.begin()
}

fn slots_of<'k, 'e>(keys: &'k Keys<'e>, of: &[Key<'e>]) -> Vec<&'k Slot<'e>> {
    let numbers = of.iter().flat_map(|key| &key.slots);
    numbers.filter_map(|number| keys.slots.get(*number)).collect()
}

impl<'k, 'e> Query<'k, 'e> {
    /// The fields of the partition key.
    fn partition(&self) -> Vec<&'k Slot<'e>> {
        slots_of(self.keys, self.pk)
    }

    /// The parts of the sort key that the partition key does not give, with the names of their
    /// methods.
    fn steps(&self) -> Vec<(Ident, usize)> {
        let partition = self.partition();
        let sort = slots_of(self.keys, self.sk);
        let numbers = self.sk.iter().flat_map(|key| key.slots.iter().copied());
        let mut steps: Vec<(Ident, usize)> = Vec::new();
        for (slot, number) in sort.iter().zip(numbers) {
            let name = argument_name(&sort, slot);
            let given = partition.iter().any(|given| given.path == slot.path);
            if !given && !steps.iter().any(|(known, _)| *known == name) {
                steps.push((name, number));
            }
        }
        steps
    }

    /// `Steps::table(...)` or `Steps::index(...)`.
    fn begin(&self) -> TokenStream {
        let p = self.keys.p();
        let partition = self.partition();
        let wanted = self.pk.iter().chain(self.sk).flat_map(|key| key.slots.iter().copied());
        let mut parts: Vec<(usize, Ident)> = Vec::new();
        for number in wanted {
            let Some(slot) = self.keys.slots.get(number) else { continue };
            let given = partition.iter().find(|given| given.path == slot.path);
            if let Some(given) = given
                && !parts.iter().any(|(known, _)| *known == number)
            {
                parts.push((number, argument_name(&partition, given)));
            }
        }
        let parts = parts.iter().map(|(number, name)| quote!((#number, &#name)));
        match self.index {
            None => quote!(#p::Steps::table(&[#(#parts),*])),
            Some((at, _)) => quote!(#p::Steps::index(#at, &[#(#parts),*])),
        }
    }

    fn expand(&self, entity: &Entity<'_>, bounded: &syn::Generics) -> (TokenStream, TokenStream) {
        let p = self.keys.p();
        let (ident, vis) = (&entity.original.ident, &entity.original.vis);
        let index = self.index.and_then(|(_, path)| path.segments.last()).map(|last| &last.ident);
        let query = match index {
            None => format_ident!("{}Query", ident),
            Some(index) => format_ident!("{}{}Query", ident, index),
        };
        let (_, arguments_of, predicates) = bounded.split_for_impl();
        let steps = self.steps();
        let place = |position: usize| match position < steps.len() {
            true => quote!(#p::Awaits<#position>),
            false => quote!(#p::Ended),
        };
        let mut with_state = bounded.clone();
        with_state.params.push(syn::parse_quote!(__At));
        let (state_generics, state_arguments, _) = with_state.split_for_impl();
        let params: Vec<TokenStream> = parameters(bounded);
        let methods = steps.iter().enumerate().map(|(position, (name, number))| {
            self.method(&query, &params, (position, name), *number, &place(position + 1))
        });
        let function = self.function(&query, &params, &place(0));
        let keys = self.index.map(|(at, _)| {
            quote! {
                const INDEX: #p::Option<usize> = #p::Some(#at);
            }
        });
        let consistency = match self.index {
            None => quote!(#p::Strong),
            Some((_, path)) => at(path.span(), &quote!(<#path as #p::Index>::Consistency)),
        };
        let items = quote! {
            #[must_use = "a query is sent by `TableHandle::query`"]
            #vis struct #query #state_generics (#p::Steps<#ident #arguments_of, __At>) #predicates;

            impl #state_generics #query #state_arguments #predicates { #(#methods)* }

            impl #state_generics #p::IntoQuery for #query #state_arguments #predicates {
                type Output = #ident #arguments_of;
                type Consistency = #consistency;
                #keys

                fn into_key_condition(self) -> #p::Result<#p::KeyCondition, #p::KeyError> {
                    self.0.finish()
                }
            }
        };
        (items, function)
    }

    fn method(
        &self,
        query: &Ident,
        params: &[TokenStream],
        (position, name): (usize, &Ident),
        number: usize,
        next: &TokenStream,
    ) -> TokenStream {
        let (p, vis) = (self.keys.p(), self.keys.vis());
        let Some(slot) = self.keys.slots.get(number) else { return TokenStream::new() };
        let (ty, field) = (slot.inner_type(p), slot.name());
        let encoding = if slot.is_native() {
            let kinds = match self.index {
                None => {
                    let table = self.keys.table();
                    quote!(<#table as #p::Table>::Sort)
                }
                Some((_, path)) => at(path.span(), &quote!(<#path as #p::Index>::Sort)),
            };
            let holds = |key: &Key<'_>| key.slots.contains(&number);
            let attribute = self.sk.iter().position(holds).unwrap_or_default();
            quote!(#p::NativeIn<<#kinds as #p::native::Nth<#attribute>>::Kind>)
        } else {
            slot.encoding(p).clone()
        };
        let doc = format!("Narrows the query by `{field}`.");
        quote! {
            #[doc = #doc]
            #vis fn #name<__C>(self, condition: __C) -> #query<#(#params,)* __C::Then<#next>>
            where
                __At: #p::Takes<#position>,
                __C: #p::SortCondition<#ty, #encoding>,
            {
                #query(self.0.part(#number, condition))
            }
        }
    }

    fn function(&self, query: &Ident, params: &[TokenStream], first: &TokenStream) -> TokenStream {
        let (p, vis) = (self.keys.p(), self.keys.vis());
        let slots = self.partition();
        let arguments = arguments(&slots);
        let names: Vec<&Ident> = arguments.iter().map(|(name, _)| name).collect();
        let types = arguments.iter().map(|(_, slot)| slot.argument_type(p));
        let into_parts = quote!(#(#p::KeyArg::into_part(#names),)*);
        let body = match (self.index, names.as_slice()) {
            // What a collection begins with is the same query.
            (None, [_]) => quote!(<Self as #p::Entity>::partition_steps(#into_parts).then()),
            (None, _) => quote!(<Self as #p::Entity>::partition_steps((#into_parts)).then()),
            (Some(_), _) => {
                let steps = self.begin();
                quote!({ #(let #names = #p::KeyArg::into_part(#names);)* #steps })
            }
        };
        let (name, doc) = match self.index {
            None => (
                format_ident!("partition"),
                "Queries the items of this entity in one partition of the table; narrowed by the sort key's parts, from the left.".to_owned(),
            ),
            Some((_, path)) => {
                let index = path.segments.last().map(|last| name_of(&last.ident)).unwrap_or_default();
                (
                    function_name(path).unwrap_or_else(|| format_ident!("query")),
                    format!("Queries the items of this entity in one partition of the index `{index}`; narrowed by the sort key's parts, from the left."),
                                    )
            }
        };
        quote! {
            #[doc = #doc]
            #vis fn #name(#(#names: impl #p::KeyArg<#types>),*) -> #query<#(#params,)* #first> {
                #query(#body)
            }
        }
    }
}

/// The generic arguments of a type, in its own words.
pub(super) fn parameters(generics: &syn::Generics) -> Vec<TokenStream> {
    let params = generics.params.iter().map(|param| match param {
        syn::GenericParam::Type(param) => {
            let ident = &param.ident;
            quote!(#ident)
        }
        syn::GenericParam::Lifetime(param) => {
            let lifetime = &param.lifetime;
            quote!(#lifetime)
        }
        syn::GenericParam::Const(param) => {
            let ident = &param.ident;
            quote!(#ident)
        }
    });
    params.collect()
}
