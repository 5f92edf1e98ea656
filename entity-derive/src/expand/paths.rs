//! The paths of an entity or of a document: a struct with a field for each of theirs.
//!
//! For an entity `Song`:
//!
//! ```text
//! pub struct SongPaths { pub id: Path<At<Song, 0>, String, Primary, Serde>, ... }
//! impl Place for SongPaths { const PATHS: &'static Self = &Self { id: path(), ... }; }
//! ```
//!
//! The third parameter is what the field is to the keys of its item, which decides about setters.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::keys::{Key, Keys, with_name};
use super::outline::hash;
use crate::ast::{Document, Entity, Field, Kept, function_name, option_of};
use crate::attr::KeyExpr;
use crate::template::name_of;

/// An index key attribute, and the fields that feed it beside the primary key's.
struct Fed<'k, 'e> {
    index: &'e syn::Path,
    key: &'k Key<'e>,
    /// Its place in `Index::NAMES`.
    place: (usize, usize),
    fields: Vec<String>,
}

/// What a field is to the keys of its item.
enum Role {
    Free,
    Primary,
    KeyOnly,
    Managed,
    Grouped,
    /// Alone; the expression says whether it is the key attribute itself.
    Alone(TokenStream),
}

pub(super) fn expand(
    entity: &Entity<'_>,
    keys: &Keys<'_>,
    bounded: &syn::Generics,
) -> (TokenStream, TokenStream) {
    let p = keys.p();
    let (ident, vis) = (&entity.original.ident, keys.vis());
    let name = format_ident!("{ident}Paths");
    let (generics, arguments, predicates) = bounded.split_for_impl();
    let fed = fed(keys);
    let fields: Vec<TokenStream> = entity
        .stored()
        .enumerate()
        .map(|(number, field)| {
            let (vis, name) = (field.vis, field.ident);
            let (ty, optional) = value_type(field);
            let role = role_type(&role(field, keys, &fed, p), optional, p);
            let codec = field.serialize_with.as_ref().map(|_| codec_name(field)).into_iter();
            quote!(#vis #name: #p::PathAt<#ident #arguments, #number, #ty, #role #(, #codec)*>)
        })
        .collect();
    let names: Vec<&Ident> = entity.stored().map(|field| field.ident).collect();
    let codecs = entity.fields.iter().filter_map(|field| codec_impl(field, p));
    let setters = setters(entity, keys, &fed);
    let methods = (!setters.is_empty())
        .then(|| quote!(impl #generics #name #arguments #predicates { #(#setters)* }));
    // What has parameters holds each, also where no field does.
    let of = (!entity.original.generics.params.is_empty()).then(|| {
        let of = quote!(__of: ::core::marker::PhantomData<fn() -> #ident #arguments>);
        (quote!(#of,), quote!(__of: ::core::marker::PhantomData,))
    });
    let (declared, made) = of.unzip();
    let items = quote! {
        #vis struct #name #generics #predicates { #(#fields,)* #declared }

        impl #generics #p::Place for #name #arguments #predicates {
            const PATHS: &'static Self = &Self { #(#names: #p::path(),)* #made };
        }

        #methods
        #(#codecs)*
    };
    (quote!(#name #arguments), items)
}

/// The type of the paths of a document at a location.
pub(super) fn document_type(document: &Document<'_>, location: &TokenStream) -> TokenStream {
    let name = format_ident!("{}Paths", document.original.ident);
    let arguments = super::queries::parameters(&document.original.generics);
    quote!(#name<#(#arguments,)* #location>)
}

/// The paths of a document, wherever it is.
pub(super) fn of_document(document: &Document<'_>, p: &Ident) -> TokenStream {
    let Document { original, fields, .. } = document;
    let (ident, vis) = (&original.ident, &original.vis);
    let name = format_ident!("{ident}Paths");
    let (_, arguments, _) = original.generics.split_for_impl();
    let mut generics = original.generics.clone();
    generics.params.push(syn::parse_quote!(__L: #p::Location));
    let mut fixed = generics.clone();
    for param in original.generics.type_params() {
        let param = &param.ident;
        fixed.make_where_clause().predicates.push(syn::parse_quote!(#param: 'static));
    }
    fixed.make_where_clause().predicates.push(syn::parse_quote!(__L: #p::Fixed + 'static));
    let (declared, all, predicates) = generics.split_for_impl();
    let (_, _, fixed_predicates) = fixed.split_for_impl();
    let stored: Vec<&Field<'_>> =
        fields.iter().filter(|field| !field.skip && !field.flatten).collect();
    let paths = stored.iter().enumerate().map(|(number, field)| {
        let (vis, name, codec) = (field.vis, field.ident, codec(field, p));
        let (ty, optional) = value_type(field);
        let role = if optional { quote!(#p::Maybe<#p::Nested>) } else { quote!(#p::Nested) };
        quote!(#vis #name: #p::Path<#p::In<__L, #ident #arguments, #number>, #ty, #role, #codec>)
    });
    let names = stored.iter().map(|field| field.ident);
    let codecs = stored.iter().filter_map(|field| codec_impl(field, p));
    let withs = stored.iter().filter_map(|field| super::entity::with(field, p));
    quote! {
        #vis struct #name #declared #predicates {
            #(#paths,)*
            __of: ::core::marker::PhantomData<fn() -> (__L, #ident #arguments)>,
        }

        impl #declared #p::Place for #name #all #fixed_predicates {
            const PATHS: &'static Self =
                &Self { #(#names: #p::path(),)* __of: ::core::marker::PhantomData };
        }

        #(#codecs)*
        #(#withs)*
    }
}

/// The type of what is in the field, and whether that may be absent.
///
/// What serde writes with a function is a whole for it, `Option` and all.
fn value_type(field: &Field<'_>) -> (TokenStream, bool) {
    let inner = option_of(field.ty).filter(|_| field.serialize_with.is_none() && !field.custom);
    let ty = inner.unwrap_or(field.ty);
    (quote!(#ty), inner.is_some())
}

/// How the field's values are written.
pub(super) fn codec(field: &Field<'_>, p: &Ident) -> TokenStream {
    match field.serialize_with {
        None => quote!(#p::Serde),
        Some(_) => {
            let codec = codec_name(field);
            quote!(#codec)
        }
    }
}

fn codec_name(field: &Field<'_>) -> Ident {
    format_ident!("__Codec_{}", field.ident)
}

/// The codec of a field that serde writes with a function, and the type of attribute, if the function
/// is one that is known by its name.
fn codec_impl(field: &Field<'_>, p: &Ident) -> Option<TokenStream> {
    let path = field.serialize_with.as_ref()?;
    let (codec, ty) = (codec_name(field), field.ty);
    let module = path.path.segments.iter().rev().nth(1).map(|segment| segment.ident.to_string());
    let kind = match module.as_deref() {
        Some("string_set") => Some(quote!(SS)),
        Some("number_set") => Some(quote!(NS)),
        Some("binary_set") => Some(quote!(BS)),
        Some("as_number") => Some(quote!(N)),
        Some("serde_bytes") => Some(quote!(B)),
        _ => None,
    };
    let ordered = matches!(module.as_deref(), Some("as_number" | "serde_bytes"));
    let compares = ordered.then(|| quote!(impl #p::Compares<#ty> for #codec {}));
    let typed = kind.map(|kind| {
        quote! {
            impl #p::Typed<#ty> for #codec {
                type Kind = #p::kinds::#kind;
            }
        }
    });
    let wrapper = with_name(field);
    Some(quote! {
        #[doc(hidden)]
        pub enum #codec {}

        impl #p::Codec<#ty> for #codec {
            fn write(value: &#ty, out: &mut #p::Vec<u8>) -> #p::Result<bool, #p::WireError> {
                <#p::Serde as #p::Codec<#wrapper<'_>>>::write(&#wrapper(value), out)
            }
        }

        #typed
        #compares
    })
}

/// The index key attributes that are made of more than the primary key.
fn fed<'k, 'e>(keys: &'k Keys<'e>) -> Vec<Fed<'k, 'e>> {
    let mut fed = Vec::new();
    for (index, pk, sk) in &keys.indexes {
        for (list, of) in [(0, pk), (1, sk)] {
            for (position, key) in of.iter().enumerate() {
                let fields = fields_of(keys, key);
                if !fields.is_empty() {
                    fed.push(Fed { index, key, place: (list, position), fields });
                }
            }
        }
    }
    fed
}

/// The fields of a key of which the primary key does not tell the part.
fn fields_of(keys: &Keys<'_>, key: &Key<'_>) -> Vec<String> {
    let mut fields: Vec<String> = Vec::new();
    for slot in key.slots.iter().filter_map(|number| keys.slots.get(*number)) {
        let fixed = keys.slots.iter().any(|other| other.is_primary() && other.path == slot.path);
        let name = name_of(slot.field.ident);
        if !fixed && !fields.contains(&name) {
            fields.push(name);
        }
    }
    fields
}

fn is_primary(field: &Field<'_>, keys: &Keys<'_>) -> bool {
    let name = name_of(field.ident);
    keys.slots.iter().any(|slot| slot.is_primary() && name_of(slot.field.ident) == name)
}

fn role(field: &Field<'_>, keys: &Keys<'_>, fed: &[Fed<'_, '_>], p: &Ident) -> Role {
    let name = name_of(field.ident);
    if field.key_only {
        return Role::KeyOnly;
    }
    if is_primary(field, keys) {
        return Role::Primary;
    }
    if field.is_managed() {
        return Role::Managed;
    }
    let mine: Vec<&Fed<'_, '_>> = fed.iter().filter(|fed| fed.fields.contains(&name)).collect();
    if mine.iter().any(|fed| fed.fields.len() > 1) {
        return Role::Grouped;
    }
    let whole = mine.iter().all(|fed| matches!(fed.key.expr, KeyExpr::Field(_)));
    match (mine.as_slice(), field.keeps(Kept::Unique)) {
        ([], false) => Role::Free,
        (mine, false) if whole => {
            let name = hash(&field.attribute);
            let stored = mine.iter().map(|fed| {
                let (index, (list, position)) = (fed.index, fed.place);
                let list = syn::Index::from(list);
                quote!((<#index as #p::Index>::NAMES.#list[#position] == #name))
            });
            Role::Alone(quote!(#(#stored)&&*))
        }
        _ => Role::Alone(quote!(false)),
    }
}

fn role_type(role: &Role, optional: bool, p: &Ident) -> TokenStream {
    let role = match role {
        Role::Free => quote!(#p::Free),
        Role::Primary => quote!(#p::Primary),
        Role::KeyOnly => quote!(#p::KeyOnly),
        Role::Managed => quote!(#p::Managed),
        Role::Grouped => quote!(#p::Grouped),
        Role::Alone(stored) => quote!(#p::Alone<{ #stored }>),
    };
    if optional { quote!(#p::Maybe<#role>) } else { role }
}

/// One method for the fields of each index that are set together.
fn setters(entity: &Entity<'_>, keys: &Keys<'_>, fed: &[Fed<'_, '_>]) -> Vec<TokenStream> {
    let (p, vis) = (keys.p(), keys.vis());
    let (_, arguments, _) = entity.original.generics.split_for_impl();
    let ident = &entity.original.ident;
    let setters = groups(fed).into_iter().filter_map(|(index, group)| {
        let fields = entity.stored().enumerate();
        let fields: Vec<(usize, &Field<'_>)> =
            fields.filter(|(_, field)| group.contains(&name_of(field.ident))).collect();
        // What has no setter cannot be set with others either.
        if fields.iter().any(|(_, field)| field.is_managed() || is_primary(field, keys)) {
            return None;
        }
        let name = function_name(index)?;
        let feeds = fields.iter().map(|(number, field)| {
            let (name, codec) = (field.ident, codec(field, p));
            quote!(#p::Action::feed::<#number, #codec, _>(#name))
        });
        let parameters = fields.iter().map(|(_, field)| {
            let (name, ty) = (field.ident, field.ty);
            quote!(#name: impl #p::KeyArg<#ty>)
        });
        let list = fields.iter().map(|(_, field)| format!("`{}`", field.ident));
        let doc = format!(
            "Sets {}, which make a key of an index together.",
            list.collect::<Vec<_>>().join(", ")
        );
        Some(quote! {
            #[doc = #doc]
            #vis fn #name(&self, #(#parameters),*) -> #p::Action<#ident #arguments> {
                #p::Action::together([#(#feeds),*])
            }
        })
    });
    setters.collect()
}

/// The fields that are set together, with the index that they are named after: those of the key
/// attributes of one index that have several; those of indexes that share one.
fn groups<'e>(fed: &[Fed<'_, 'e>]) -> Vec<(&'e syn::Path, Vec<String>)> {
    let mut groups: Vec<(&syn::Path, Vec<String>)> = Vec::new();
    for fed in fed.iter().filter(|fed| fed.fields.len() > 1) {
        let (same, others): (Vec<_>, Vec<_>) = groups.into_iter().partition(|(index, fields)| {
            std::ptr::eq(*index, fed.index) || fields.iter().any(|field| fed.fields.contains(field))
        });
        groups = others;
        let index = same.first().map_or(fed.index, |(index, _)| index);
        let mut fields: Vec<String> = same.iter().flat_map(|(_, fields)| fields.clone()).collect();
        fields.extend(
            fed.fields.iter().filter(|field| !fields.contains(field)).cloned().collect::<Vec<_>>(),
        );
        groups.push((index, fields));
    }
    groups
}
