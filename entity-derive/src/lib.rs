//! The derives of `entity-core`; use them from there, where they are documented.
//!
//! Each runs the same way: `ast` parses the input, with `attr`, `serde_attr` and `template` for
//! what stands in attributes, and collects every mistake in a `ctxt`; `check` holds the rules
//! across attributes; `expand` cannot fail; `fallback` stands beside an error, so that one mistake
//! is one error.

#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod ast;
mod attr;
mod case;
mod check;
mod ctxt;
mod expand;
mod fallback;
mod serde_attr;
mod suggest;
mod template;
mod vectors;

use proc_macro::TokenStream;

macro_rules! derives {
    ($($derive:ident($($attribute:ident),*) $function:ident;)*) => {$(
        /// Documented in `entity_core`, which re-exports it.
        #[proc_macro_derive($derive, attributes($($attribute),*))]
        pub fn $function(input: TokenStream) -> TokenStream {
            expand::$function(&syn::parse_macro_input!(input as syn::DeriveInput)).into()
        }
    )*};
}

derives! {
    Table(table) table;
    Index(index) index;
    VectorIndex(vector_index) vector_index;
    Entity(entity, serde) entity;
    Collection(collection) collection;
    Document(document, serde) document;
    KeyPart(key_part, serde) key_part;
    Projection(projection, entity, serde) projection;
}
