//! `impl KeyPart`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Index;
use syn::spanned::Spanned;

use super::{at, private, scope};
use crate::ast::{KeyPart, KeyPartKind};

pub(crate) fn expand(part: &KeyPart<'_>) -> TokenStream {
    let KeyPart { original, krate, kind } = part;
    let p = private();
    let (ident, (generics, arguments, predicates)) =
        (&original.ident, original.generics.split_for_impl());
    let (field, part) = match kind {
        KeyPartKind::Enum(variants) => {
            let (idents, texts): (Vec<_>, Vec<_>) =
                variants.iter().map(|(ident, text)| (*ident, text)).unzip();
            let expected = format!("a variant of `{ident}`");
            (
                quote!(const TYPE: #p::Option<#p::KeyType> = #p::Some(#p::KeyType::S);),
                quote! {
                    type Kind = #p::kind::Opaque;
                    const SHAPE: #p::Shape = #p::Shape::Variable(#p::Charset::Any);
                    const STRICT: bool = true;

                    fn write(&self, out: &mut #p::String) -> #p::Result<(), #p::PartError> {
                        out.push_str(match self { #(Self::#idents => #texts,)* });
                        #p::Ok(())
                    }

                    fn parse(text: &str) -> #p::Result<Self, #p::PartError> {
                        match text {
                            #(#texts => #p::Ok(Self::#idents),)*
                            _ => #p::Err(#p::PartError::expected(#expected)),
                        }
                    }
                },
            )
        }
        KeyPartKind::Newtype(field) => {
            let ty = &field.ty;
            let part = at(ty.span(), &quote!(<#ty as #p::KeyPart>));
            let field_type = at(ty.span(), &quote!(<#ty as #p::KeyField>::TYPE));
            let member = field.ident.as_ref().map_or_else(
                || syn::Member::Unnamed(Index::from(0)),
                |ident| syn::Member::Named(ident.clone()),
            );
            (
                quote!(const TYPE: #p::Option<#p::KeyType> = #field_type;),
                quote! {
                    type Kind = #part::Kind;
                    const SHAPE: #p::Shape = #part::SHAPE;
                    const STRICT: bool = #part::STRICT;

                    fn write(&self, out: &mut #p::String) -> #p::Result<(), #p::PartError> {
                        #part::write(&self.#member, out)
                    }

                    fn parse(text: &str) -> #p::Result<Self, #p::PartError> {
                        #p::Ok(Self { #member: #part::parse(text)? })
                    }
                },
            )
        }
    };
    scope(
        krate,
        &quote! {
            impl #generics #p::KeyField for #ident #arguments #predicates { #field }
            impl #generics #p::KeyPart for #ident #arguments #predicates { #part }
        },
    )
}
