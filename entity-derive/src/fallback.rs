//! The impls that stand beside an error, so that one mistake is one error.
//!
//! They hold nothing: the crate does not compile, and nobody will run them. What rustc would have
//! to know of a declaration that is wrong is of the type `__Wrong`, which has the error in it; rustc
//! says nothing more of what has that type, not even of calls. For a wrong `Song`:
//!
//! ```text
//! const _: () = {
//!     type __Wrong = <[(); ::core::compile_error! { "`Song` has no field ..." }] as IntoIterator>::Item;
//!     impl Song { pub const key: __Wrong = loop {}; }
//!     impl Readable for Song { type Table = Songs; ... }
//! };
//! ```
//!
//! The schemas are those without names and keys, over which the rules of
//! `entity_core::schema::check` pass.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{format_ident, quote};
use syn::{Attribute, Data, DeriveInput, Meta, Path, Type};

use crate::ast::function_name;

pub(crate) fn table(input: &DeriveInput, krate: &Path, error: syn::Error) -> TokenStream {
    let (ident, p) = (&input.ident, quote!(#krate::__private));
    let (generics, arguments, _) = input.generics.split_for_impl();
    let bounded = shared(input);
    let named: Vec<TokenStream> = type_of(input, "table", "items").into_iter().collect();
    let aliases = (0..named.len()).map(|number| format_ident!("__Named{number}"));
    beside(
        error,
        &quote! {
            impl #generics #p::Table for #ident #arguments #bounded {
                type Items = __Wrong;
                type Sort = __Wrong;
                const SCHEMA: &'static #p::TableSchema = #p::NO_TABLE;
            }

            // What is named is used.
            #(type #aliases = #named;)*
        },
    )
}

pub(crate) fn index(input: &DeriveInput, krate: &Path, error: syn::Error) -> TokenStream {
    let (ident, p) = (&input.ident, quote!(#krate::__private));
    let (generics, arguments, predicates) = input.generics.split_for_impl();
    let any = with_parameter(input);
    let (any, _, _) = any.split_for_impl();
    let (bounded, table) = (shared(input), table_of(input, "index"));
    beside(
        error,
        &quote! {
            impl #generics #p::Index for #ident #arguments #bounded {
                type Table = #table;
                type Consistency = __Wrong;
                type Sort = __Wrong;
                const SCHEMA: &'static #p::IndexSchema = #p::NO_INDEX;
            }

            impl #any #p::IndexOf<__Any> for #ident #arguments #predicates {}
        },
    )
}

pub(crate) fn vector_index(input: &DeriveInput, krate: &Path, error: syn::Error) -> TokenStream {
    let (ident, p) = (&input.ident, quote!(#krate::__private));
    let (generics, arguments, predicates) = input.generics.split_for_impl();
    let any = with_parameter(input);
    let (any, _, _) = any.split_for_impl();
    let (bounded, table) = (shared(input), table_of(input, "vector_index"));
    beside(
        error,
        &quote! {
            impl #generics #p::VectorIndex for #ident #arguments #bounded {
                type Table = #table;
                type Vector = __Wrong;
                const SCHEMA: &'static #p::VectorIndexSchema = #p::NO_VECTOR_INDEX;
            }

            impl #any #p::IndexOf<__Any> for #ident #arguments #predicates {}
        },
    )
}

pub(crate) fn entity(input: &DeriveInput, krate: &Path, error: syn::Error) -> TokenStream {
    let (ident, p) = (&input.ident, quote!(#krate::__private));
    let (generics, arguments, _) = input.generics.split_for_impl();
    let table = table_of(input, "entity");
    let item = item(input, &p, &table, &quote!(#p::NO_ENTITY));
    let mut functions = vec![format_ident!("key"), format_ident!("partition")];
    for function in index_functions(input) {
        if !functions.contains(&function) {
            functions.push(function);
        }
    }
    let bounded = bounded(input, &quote!(Self: #p::Serialize + #p::DeserializeOwned));
    let any = with_parameter(input);
    let (any, _, _) = any.split_for_impl();
    if matches!(input.data, Data::Union(_)) || input.generics.lifetimes().next().is_some() {
        // serde does not read it, and `Entity` asks for that.
        return beside(error, &item);
    }
    beside(
        error,
        &quote! {
            #item

            impl #any #p::Declared<#p::EntitySchema, __Any> for #ident #arguments #bounded {
                const DECLARATION: &'static #p::EntitySchema = #p::NO_ENTITY;
            }

            impl #generics #p::Entity for #ident #arguments #bounded {
                type Partition = __Wrong;
                type Paths = __Wrong;
                const FIELDS: &'static [#p::FieldSchema] = &[];

                fn lend_parts<__L: #p::Lend>(&self, _: __L) -> __L::Output {
                    loop {}
                }

                fn partition_steps(_: __Wrong) -> #p::Steps<Self> {
                    loop {}
                }
            }

            impl #generics #ident #arguments #bounded {
                #(pub const #functions: __Wrong = loop {};)*
            }
        },
    )
}

pub(crate) fn collection(input: &DeriveInput, krate: &Path, error: syn::Error) -> TokenStream {
    let (ident, p) = (&input.ident, quote!(#krate::__private));
    let (generics, arguments, predicates) = input.generics.split_for_impl();
    let item = item(input, &p, &quote!(__Wrong), &quote!());
    let any = with_parameter(input);
    let (any, _, _) = any.split_for_impl();
    let bounded = shared(input);
    let froms = held(input).into_iter().map(|ty| {
        quote! {
            impl #generics ::core::convert::From<#ty> for #ident #arguments #predicates {
                fn from(_: #ty) -> Self {
                    loop {}
                }
            }
        }
    });
    beside(
        error,
        &quote! {
            #item

            impl #generics #p::Collection for #ident #arguments #bounded {
                fn variant_name(&self) -> &'static str {
                    ""
                }

                fn write_variant(&self, _: &mut #p::Vec<u8>) -> #p::Result<(), #p::WriteError> {
                    loop {}
                }
            }

            impl #generics #p::Gathered for #ident #arguments #predicates {
                type Item = __Wrong;
            }

            impl #any #p::Declared<[&'static #p::EntitySchema], __Any> for #ident #arguments #bounded {
                const DECLARATION: &'static [&'static #p::EntitySchema] = &[];
            }

            impl #generics #p::Variants for #ident #arguments #bounded {
                fn read_variant<'de>(
                    _: usize,
                    _: &#p::RawItem<'de>,
                    _: &mut #p::Scratch<'de>,
                ) -> #p::ReadResult<Self> {
                    loop {}
                }
            }

            impl #generics #p::CollectionOf<__Wrong> for #ident #arguments #bounded {}

            impl #any #p::Contains<__Any> for #ident #arguments #predicates {}

            impl #generics #ident #arguments #predicates {
                pub const partition: __Wrong = loop {};
            }

            #(#froms)*
        },
    )
}

pub(crate) fn document(input: &DeriveInput, krate: &Path, error: syn::Error) -> TokenStream {
    let (ident, p) = (&input.ident, quote!(#krate::__private));
    let (plain, arguments, predicates) = input.generics.split_for_impl();
    let mut generics = input.generics.clone();
    generics.params.push(syn::parse_quote!(const __NAME: u64));
    let (generics, _, _) = generics.split_for_impl();
    beside(
        error,
        &quote! {
            impl #plain #p::Document for #ident #arguments #predicates {
            const NAME: &'static str = "";
            type Paths<__L: #p::Location> = __Wrong;
            const FIELDS: &'static [&'static str] = &[];
            const ATTRIBUTES: &'static [&'static str] = &[];
        }

        impl #generics #p::DocumentField<__NAME> for #ident #arguments #predicates {
                type Type = __Wrong;
                const ATTRIBUTE: &'static str = "";

                fn get(&self) -> &__Wrong {
                    loop {}
                }
            }
        },
    )
}

pub(crate) fn key_part(input: &DeriveInput, krate: &Path, error: syn::Error) -> TokenStream {
    let (ident, p) = (&input.ident, quote!(#krate::__private));
    let (generics, arguments, predicates) = input.generics.split_for_impl();
    beside(
        error,
        &quote! {
            impl #generics #p::KeyField for #ident #arguments #predicates {
                const TYPE: #p::Option<#p::KeyType> = #p::Some(#p::KeyType::S);
            }

            impl #generics #p::KeyPart for #ident #arguments #predicates {
                type Kind = __Wrong;
                const SHAPE: #p::Shape = #p::Shape::Variable(#p::Charset::Any);

                fn write(&self, _: &mut #p::String) -> #p::Result<(), #p::PartError> {
                    loop {}
                }

                fn parse(_: &str) -> #p::Result<Self, #p::PartError> {
                    loop {}
                }
            }
        },
    )
}

pub(crate) fn projection(input: &DeriveInput, krate: &Path, error: syn::Error) -> TokenStream {
    let (ident, p) = (&input.ident, quote!(#krate::__private));
    let (generics, arguments, _) = input.generics.split_for_impl();
    let readable = readable(input, &p, &quote!(__Wrong), &quote!(#p::NO_ENTITY));
    let bounded = bounded(input, &quote!(Self: #p::DeserializeOwned));
    // What is named is used.
    let named =
        type_of(input, "projection", "entity").map(|entity| quote!(type __Named = #entity;));
    let impls = quote! {
        #readable
        #named

        impl #generics #p::Projection for #ident #arguments #bounded {
            type Entity = __Wrong;
        }
    };
    beside(error, &impls)
}

/// The errors, the first of them as the type `__Wrong`, and impls that name it.
fn beside(error: syn::Error, impls: &TokenStream) -> TokenStream {
    let mut errors = error.into_iter().map(|error| error.to_compile_error());
    let (first, rest) = (errors.next(), errors);
    quote! {
        #(#rest)*
        #[doc(hidden)]
        #[allow(warnings, clippy::all, clippy::pedantic, clippy::restriction)]
        const _: () = {
            type __Wrong = <[(); #first] as ::core::iter::IntoIterator>::Item;
            #impls
        };
    }
}

/// `Readable`.
fn readable(
    input: &DeriveInput,
    p: &TokenStream,
    table: &TokenStream,
    schema: &TokenStream,
) -> TokenStream {
    let ident = &input.ident;
    let (generics, arguments, _) = input.generics.split_for_impl();
    let bounded = shared(input);
    quote! {
        impl #generics #p::Readable for #ident #arguments #bounded {
            type Table = #table;
            type Form = __Wrong;
            const NAME: &'static str = "";
            const ENTITIES: &'static [&'static #p::EntitySchema] = &[#schema];

            fn read<'de>(
                _: &mut #p::Reader<'de>,
                _: &mut #p::Scratch<'de>,
            ) -> #p::Result<#p::ReadResult<Self>, #p::WireError> {
                loop {}
            }
        }
    }
}

/// `Readable`, `Item` and `ItemOf` of every table.
fn item(
    input: &DeriveInput,
    p: &TokenStream,
    table: &TokenStream,
    schema: &TokenStream,
) -> TokenStream {
    let ident = &input.ident;
    let (generics, arguments, predicates) = input.generics.split_for_impl();
    let any = with_parameter(input);
    let (any, _, _) = any.split_for_impl();
    let bounded = shared(input);
    let readable = readable(input, p, table, schema);
    quote! {
        #readable

        impl #generics #p::Item for #ident #arguments #bounded {
            type Lock = __Wrong;

            fn entity_name(&self) -> &'static str {
                ""
            }

            fn write(&self, _: &mut #p::Vec<u8>) -> #p::Result<(), #p::WriteError> {
                loop {}
            }
        }

        impl #any #p::ItemOf<__Any> for #ident #arguments #predicates {}
    }
}

/// The generics with one parameter more.
fn with_parameter(input: &DeriveInput) -> syn::Generics {
    let mut generics = input.generics.clone();
    generics.params.push(syn::parse_quote!(__Any));
    generics
}

/// The predicates, with what the traits ask of every implementor.
fn shared(input: &DeriveInput) -> TokenStream {
    bounded(input, &quote!(Self: ::core::marker::Send + ::core::marker::Sync + 'static))
}

/// The predicates with one more, where there are parameters; without, it holds or it is an error
/// of its own.
fn bounded(input: &DeriveInput, more: &TokenStream) -> TokenStream {
    if input.generics.params.is_empty() {
        let (_, _, predicates) = input.generics.split_for_impl();
        return quote!(#predicates);
    }
    let own = input.generics.where_clause.iter().flat_map(|clause| &clause.predicates);
    quote!(where #(#own,)* #more)
}

/// The entities of a collection's variants, each once.
fn held(input: &DeriveInput) -> Vec<&Type> {
    let Data::Enum(data) = &input.data else { return Vec::new() };
    let mut held: Vec<&Type> = Vec::new();
    for variant in &data.variants {
        if let (1, Some(field)) = (variant.fields.len(), variant.fields.iter().next()) {
            let text = |ty: &Type| quote!(#ty).to_string();
            if !held.iter().any(|ty| text(ty) == text(&field.ty)) {
                held.push(&field.ty);
            }
        }
    }
    held
}

/// The type behind `table = ...`, if there is one.
fn table_of(input: &DeriveInput, attribute: &str) -> TokenStream {
    type_of(input, attribute, "table").unwrap_or_else(|| quote!(__Wrong))
}

/// The type behind `key = ...`, if there is one.
fn type_of(input: &DeriveInput, attribute: &str, key: &str) -> Option<TokenStream> {
    let items = own(input, attribute).flat_map(items);
    let found = items.filter_map(|item| match item.as_slice() {
        [TokenTree::Ident(found), TokenTree::Punct(equals), path @ ..]
            if found == key && equals.as_char() == '=' =>
        {
            let path: TokenStream = path.iter().cloned().collect();
            syn::parse2::<Path>(path).ok()
        }
        _ => None,
    });
    found.last().map(|path| quote!(#path))
}

/// The names of the functions that query an index.
fn index_functions(input: &DeriveInput) -> Vec<Ident> {
    let items = own(input, "entity").flat_map(items);
    let names = items.filter_map(|item| match item.as_slice() {
        [TokenTree::Ident(key), TokenTree::Group(keys)]
            if key == "index" || key == "vector_index" =>
        {
            let path: TokenStream = keys
                .stream()
                .into_iter()
                .take_while(|token| !matches!(token, TokenTree::Punct(p) if p.as_char() == ','))
                .collect();
            function_name(&syn::parse2::<Path>(path).ok()?)
        }
        _ => None,
    });
    names.collect()
}

fn own<'i>(input: &'i DeriveInput, attribute: &str) -> impl Iterator<Item = &'i Attribute> {
    input.attrs.iter().filter(move |found| found.path().is_ident(attribute))
}

/// What stands between the commas of an attribute.
fn items(attribute: &Attribute) -> Vec<Vec<TokenTree>> {
    let Meta::List(list) = &attribute.meta else { return Vec::new() };
    let tokens: Vec<TokenTree> = list.tokens.clone().into_iter().collect();
    let comma = |token: &TokenTree| matches!(token, TokenTree::Punct(p) if p.as_char() == ',');
    tokens.split(comma).map(<[TokenTree]>::to_vec).collect()
}
