//! From a checked declaration to code. Nothing here can fail.
//!
//! The output is data, and thin impls that call generic code of `entity_core`; everything that it
//! names is in `entity_core::__private` or in `core`.

mod collection;
mod document;
mod entity;
mod index;
mod key_part;
mod keys;
mod projection;
mod queries;
mod table;

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

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
                    let error = checked.err().map(|error| error.to_compile_error());
                    let fallback = fallback::$function(input, &ast::crate_path(input, $attribute));
                    quote!(#error #fallback)
                }
            }
        }
    )*};
}

derive! {
    table: Table, "table";
    index: Index, "index";
    entity: Entity, "entity";
    collection: Collection, "collection";
    document: Document, "document";
    key_part: KeyPart, "key_part";
    projection: Projection, "projection";
}

/// Code in a scope of its own, without lints of the user's.
fn scope(code: &TokenStream) -> TokenStream {
    quote! {
        #[doc(hidden)]
        #[allow(
            non_camel_case_types, non_snake_case, unreachable_pub, unused_qualifications, missing_docs,
            missing_debug_implementations, clippy::all, clippy::pedantic, clippy::restriction
        )]
        const _: () = { #code };
    }
}

/// A key attribute of a table or of an index.
fn key_def(p: &TokenStream, key: &crate::attr::KeyDef) -> TokenStream {
    let (name, ty) = (&key.name, &key.ty);
    quote!(#p::KeyDef { name: #name, ty: #p::KeyType::#ty })
}

/// The kinds of a sort key's attributes: four, of which those that are not there are `NoKey`.
fn sort_kinds<'k>(
    p: &TokenStream,
    keys: impl Iterator<Item = &'k crate::attr::KeyDef>,
) -> TokenStream {
    let kinds = keys.map(|key| {
        let ty = &key.ty;
        quote!(#p::native::#ty)
    });
    let kinds = kinds.chain(std::iter::repeat(quote!(#p::NoKey))).take(4);
    quote!((#(#kinds),*))
}
