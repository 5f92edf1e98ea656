//! The derives' output names everything by its full path, and nothing of the user's is in its way.

mod facade {
    pub use entity_core as renamed;
}

mod nothing_in_scope {
    #![no_implicit_prelude]
    #![allow(non_camel_case_types, dead_code)]

    use ::entity_core::{Collection, Document, Entity, Index, KeyPart, Table, VectorIndex};
    use ::serde::{Deserialize, Serialize};

    // Names that the output uses in its own way.
    pub enum Option {}
    pub enum Result {}
    pub enum String {}
    pub enum Vec {}
    pub enum Some {}
    pub enum None {}
    pub enum Ok {}
    pub enum Err {}
    pub enum Self_ {}
    pub mod core {}
    pub mod std {}

    #[derive(Table)]
    #[table(crate = crate::facade::renamed)]
    #[table(name = "Things", pk = "PK", sk = "SK", indexes(ByText), vector_indexes(Alike), items = Items)]
    pub struct Things;

    #[derive(Index)]
    #[index(crate = crate::facade::renamed)]
    #[index(table = Things, name = "by-text", pk = "GSI1PK", sk = N("GSI1SK"))]
    pub struct ByText;

    #[derive(VectorIndex)]
    #[vector_index(crate = crate::facade::renamed)]
    #[vector_index(table = Things, vector = "match", dimensions = 2, distance = DotProduct)]
    #[vector_index(partition = "type", filters = N("loop"))]
    pub struct Alike;

    #[derive(Clone, Copy, Serialize, Deserialize, KeyPart)]
    #[key_part(crate = crate::facade::renamed)]
    pub enum Kind {
        r#Some,
        None,
    }

    #[derive(Clone, Serialize, Deserialize, KeyPart)]
    #[key_part(crate = crate::facade::renamed)]
    pub struct Name(::std::string::String);

    #[derive(Clone, Serialize, Deserialize, Document)]
    #[document(crate = crate::facade::renamed)]
    pub struct Inner {
        pub r#type: ::std::string::String,
        pub text: u32,
    }

    /// Fields named like variables, types and macros of the output.
    #[derive(Clone, Serialize, Deserialize, Entity)]
    #[entity(crate = crate::facade::renamed)]
    #[entity(table = Things, pk = "{value}#{steps}", sk = "{type}#{condition}#{out}#{with}#{str}#{u8?}")]
    #[entity(index(ByText, pk = "{text}#{key}#{inner.type}", sk = parts))]
    pub struct Thing {
        pub value: ::std::string::String,
        pub steps: u32,
        pub r#type: ::std::string::String,
        pub condition: Kind,
        pub out: bool,
        pub with: ::std::string::String,
        pub str: Name,
        pub u8: ::std::option::Option<u8>,
        pub text: ::std::string::String,
        pub key: ::std::option::Option<::std::string::String>,
        pub parts: u64,
        pub inner: Inner,
        pub def: i32,
        pub item: i32,
        pub reader: i32,
        pub scratch: i32,
        pub query: i32,
        pub number: i32,
        pub partition: i32,
    }

    /// A field by itself whose name is a keyword.
    #[derive(Clone, Serialize, Deserialize, Entity)]
    #[entity(crate = crate::facade::renamed)]
    #[entity(table = Things, pk = r#type, sk = "TYPE#{r#loop}")]
    #[entity(vector_index(Alike, vector = r#match, partition = r#type, filters = r#loop))]
    pub struct Type {
        pub r#type: ::std::string::String,
        pub r#loop: u32,
        pub r#match: ::entity_core::Vector<2>,
    }

    #[derive(Collection)]
    #[collection(crate = crate::facade::renamed)]
    pub enum Items {
        Some(Thing),
        None(Type),
    }

    pub fn uses() {
        let _ = Thing::partition("a", 1)
            .r#type("b")
            .condition(Kind::None)
            .out(true)
            .with("c")
            .str(Name(::std::convert::From::from("d")))
            .u8(7_u8);
        let _ = Thing::by_text("a", "b", "c").parts(1..);
        let _ = Type::key("a", 1);
        let _ = Type::alike("a", [0.0, 1.0]).r#loop(1_u32);
    }
}

fn main() {
    nothing_in_scope::uses();
}
