//! What a serializer does not take.

/// Writes the bodies of the methods that a serializer refuses, each with DynamoDB's word for the type.
macro_rules! refuse {
    ($($kind:ident)*) => { $(refuse!(@$kind);)* };
    (@numbers) => {
        refuse! {
            @scalars "N": serialize_i8(i8) serialize_i16(i16) serialize_i32(i32) serialize_i64(i64)
            serialize_i128(i128) serialize_u8(u8) serialize_u16(u16) serialize_u32(u32)
            serialize_u64(u64) serialize_u128(u128)
        }
    };
    (@floats) => { refuse!(@scalars "N": serialize_f32(f32) serialize_f64(f64)); };
    (@bool) => { refuse!(@scalars "BOOL": serialize_bool(bool)); };
    (@char) => { refuse!(@scalars "S": serialize_char(char)); };
    (@str) => { refuse!(@scalars "S": serialize_str(&str)); };
    (@bytes) => { refuse!(@scalars "B": serialize_bytes(&[u8])); };
    (@unit) => { refuse!(@scalars "NULL": serialize_unit() serialize_unit_struct(&'static str)); };
    (@none) => { refuse!(@scalars "NULL": serialize_none()); };
    (@unit_variant) => {
        refuse!(@scalars "S": serialize_unit_variant(&'static str, u32, &'static str));
    };
    (@scalars $word:literal: $($method:ident($($argument:ty),*))*) => {
        $(fn $method(self, $(_: $argument),*) -> Result<Self::Ok, Self::Error> {
            Err(Self::refuse($word))
        })*
    };
    (@newtype_variant) => {
        fn serialize_newtype_variant<T: Serialize + ?Sized>(
            self,
            _: &'static str,
            _: u32,
            _: &'static str,
            _: &T,
        ) -> Result<Self::Ok, Self::Error> {
            Err(Self::refuse("M"))
        }
    };
    (@lists) => {
        refuse! {
            @compounds "L": serialize_seq(Option<usize>) -> SerializeSeq;
            serialize_tuple(usize) -> SerializeTuple;
            serialize_tuple_struct(&'static str, usize) -> SerializeTupleStruct;
        }
    };
    (@maps) => {
        refuse! {
            @compounds "M": serialize_map(Option<usize>) -> SerializeMap;
            serialize_struct(&'static str, usize) -> SerializeStruct;
            serialize_tuple_variant(&'static str, u32, &'static str, usize) -> SerializeTupleVariant;
            serialize_struct_variant(&'static str, u32, &'static str, usize) -> SerializeStructVariant;
        }
    };
    (@compounds $word:literal: $($method:ident($($argument:ty),*) -> $compound:ident;)*) => {
        $(fn $method(self, $(_: $argument),*) -> Result<Self::$compound, Self::Error> {
            Err(Self::refuse($word))
        })*
    };
}
