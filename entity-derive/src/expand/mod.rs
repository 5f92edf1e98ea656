//! From a checked declaration to code. Nothing here can fail.
//!
//! The output is data, and thin impls that call generic code of `entity_core`; everything that it
//! names is in `entity_core::__private` or in `core`.

mod called;
mod collection;
mod document;
mod entity;
#[cfg(test)]
mod fuzz;
mod index;
mod kept;
mod key_part;
mod keys;
mod outline;
mod paths;
mod projection;
mod queries;
mod table;
mod vector_index;
mod vectors;

use proc_macro2::{Group, Span, TokenStream, TokenTree};
use quote::quote;
use syn::{DeriveInput, Ident, Path};

use crate::ast;
use crate::ctxt::Ctxt;
use crate::fallback;

macro_rules! derive {
    ($($function:ident: $tree:ident, $attribute:literal;)*) => {$(
        pub(crate) fn $function(input: &DeriveInput) -> TokenStream {
            let cx = Ctxt::default();
            let tree = ast::$tree::from_syn(&cx, input);
            match (cx.check(), tree) {
                (Ok(()), Some(tree)) => $function::expand(&tree),
                (checked, _) => {
                    let krate = ast::crate_path(input, $attribute);
                    checked.err().map(|error| fallback::$function(input, &krate, error)).unwrap_or_default()
                }
            }
        }
    )*};
}

derive! {
    table: Table, "table";
    index: Index, "index";
    vector_index: VectorIndex, "vector_index";
    entity: Entity, "entity";
    collection: Collection, "collection";
    document: Document, "document";
    key_part: KeyPart, "key_part";
    projection: Projection, "projection";
}

/// What stands for `entity_core::__private` in a scope: every token of a hundred entities costs time.
fn private() -> Ident {
    Ident::new("__p", Span::call_site())
}

/// The same, for code at a place: what rustc has to say of a path, it shows from its first name on.
fn private_at(span: Span) -> Ident {
    Ident::new("__p", span)
}

/// Code in a scope of its own, without lints of the user's.
fn scope(krate: &Path, code: &TokenStream) -> TokenStream {
    quote! {
        #[doc(hidden)]
        #[allow(
            dead_code, non_camel_case_types, non_snake_case, non_upper_case_globals, unreachable_pub, unused_qualifications, missing_docs,
            missing_debug_implementations, clippy::all, clippy::pedantic, clippy::restriction
        )]
        const _: () = {
            use #krate::__private as __p;
            #code
        };
    }
}

/// The generics, with what serde's derives and the item traits ask of each parameter.
fn bounded(generics: &syn::Generics, p: &Ident) -> syn::Generics {
    let mut generics = generics.clone();
    let params: Vec<Ident> = generics.type_params().map(|param| param.ident.clone()).collect();
    let predicates = &mut generics.make_where_clause().predicates;
    for param in params {
        predicates.push(syn::parse_quote!(
            #param: #p::Serialize + #p::DeserializeOwned + ::core::marker::Send + 'static
        ));
    }
    generics
}

/// The generics of an `impl` of `Declared`.
fn late(generics: &syn::Generics) -> syn::Generics {
    let mut generics = generics.clone();
    generics.params.push(syn::parse_quote!(__Late));
    generics
}

/// The same tokens at another place: where rustc shows what it has to say of them.
///
/// It is for types and paths: a variable would not be found any more in an expansion of a
/// `macro_rules!`.
fn at(span: Span, tokens: &TokenStream) -> TokenStream {
    let place = |mut token: TokenTree| {
        if let TokenTree::Group(group) = &token {
            token = Group::new(group.delimiter(), at(span, &group.stream())).into();
        }
        // `$crate` is a name with a meaning of its own, which is in its span.
        let dollar = matches!(&token, TokenTree::Ident(ident) if ident == "$crate");
        token.set_span(if dollar { token.span().located_at(span) } else { span });
        token
    };
    tokens.clone().into_iter().map(place).collect()
}

/// A key attribute of a table or of an index.
fn key_def(p: &Ident, key: &crate::attr::KeyDef) -> TokenStream {
    let (name, ty) = (&key.name, &key.ty);
    quote!(#p::KeyDef { name: #name, ty: #p::KeyType::#ty })
}

/// The kinds of a sort key's attributes: four, of which those that are not there are `NoKey`.
fn sort_kinds<'k>(p: &Ident, keys: impl Iterator<Item = &'k crate::attr::KeyDef>) -> TokenStream {
    let kinds = keys.map(|key| {
        let ty = &key.ty;
        quote!(#p::native::#ty)
    });
    let kinds = kinds.chain(std::iter::repeat(quote!(#p::NoKey))).take(4);
    quote!((#(#kinds),*))
}
