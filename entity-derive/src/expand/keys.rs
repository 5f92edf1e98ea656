//! The parts of an entity's keys, by slot, and what holds them.

use std::cell::OnceCell;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned;

use super::{at, private, private_at};
use crate::ast::{Entity, Field, option_of};
use crate::attr::KeyExpr;
use crate::template::{Format, Part, Segment, Template, name_of, path_name};

/// A value that stands in a key: a field, or one within it, and how it is written.
pub(crate) struct Slot<'e> {
    pub(crate) path: Vec<Ident>,
    pub(crate) field: &'e Field<'e>,
    form: Form,
    /// Whether it is in the table's own keys.
    primary: bool,
    optional: bool,
    /// Whether the entity has parameters, of which constants cannot be made.
    generic: bool,
    span: Span,
    spelled: OnceCell<Spelled>,
}

/// A slot's type and its encoding, at the field; made once, as each token costs time.
struct Spelled {
    span: Span,
    p: Ident,
    ty: TokenStream,
    encoding: TokenStream,
}

/// How a slot's value becomes text.
enum Form {
    /// serde's encoding, for a key attribute of this declaration.
    Native(TokenStream),
    /// An `Encoding`.
    Encoded(Format, bool),
}

impl Form {
    fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Native(a), Self::Native(b)) => a.to_string() == b.to_string(),
            (Self::Encoded(a, x), Self::Encoded(b, y)) => a == b && x == y,
            _ => false,
        }
    }
}

/// One key attribute: its declaration and how it is made.
pub(crate) struct Key<'e> {
    pub(crate) def: TokenStream,
    pub(crate) expr: &'e KeyExpr,
    pub(crate) primary: bool,
    /// Its slots by number, in the template's order.
    pub(crate) slots: Vec<usize>,
    role: Role,
    shards: Option<&'e syn::LitInt>,
}

#[derive(Clone, Copy)]
enum Role {
    Partition,
    Sort,
}

/// All keys of an entity, and their slots.
pub(crate) struct Keys<'e> {
    p: Ident,
    entity: &'e Entity<'e>,
    pub(crate) slots: Vec<Slot<'e>>,
    pub(crate) pk: Vec<Key<'e>>,
    pub(crate) sk: Vec<Key<'e>>,
    pub(crate) indexes: Vec<(&'e syn::Path, Vec<Key<'e>>, Vec<Key<'e>>)>,
}

impl<'e> Keys<'e> {
    pub(crate) fn new(entity: &'e Entity<'e>) -> Self {
        let p = private();
        let ident = &entity.original.ident;
        let (_, arguments, _) = entity.original.generics.split_for_impl();
        let key = |def, expr, primary, role| Key {
            def,
            expr,
            primary,
            slots: Vec::new(),
            role,
            shards: None,
        };
        let def = quote!(#p::table_pk::<#ident #arguments>());
        let pk = vec![key(def, &entity.pk, true, Role::Partition)];
        let sk = entity.sk.iter().map(|sk| {
            let def = quote!(#p::table_sk::<#ident #arguments>());
            key(def, sk, true, Role::Sort)
        });
        let indexes = entity.indexes.iter().map(|keys| {
            let (index, span) = (&keys.index, keys.index.span());
            let (p, schema) = (private_at(span), at(span, &quote!(<#index as #p::Index>::SCHEMA)));
            let attribute = |expr: &'e KeyExpr, position: usize, role| {
                let def = match role {
                    Role::Partition => {
                        quote_spanned!(span=> #p::check::index_pk(#schema, #position))
                    }
                    Role::Sort => quote_spanned!(span=> #p::check::index_sk(#schema, #position)),
                };
                key(def, expr, false, role)
            };
            let pk = keys.pk.iter().enumerate().map(|(i, e)| attribute(e, i, Role::Partition));
            let sk = keys.sk.iter().enumerate().map(|(i, e)| attribute(e, i, Role::Sort));
            let (mut pk, sk): (Vec<_>, _) = (pk.collect(), sk.collect());
            if let Some(last) = pk.last_mut() {
                last.shards = keys.shards.as_ref();
            }
            (index, pk, sk)
        });
        let (sk, indexes) = (sk.collect(), indexes.collect());
        let mut keys = Self { p, entity, slots: Vec::new(), pk, sk, indexes };
        keys.collect_slots();
        keys
    }

    /// Collects the slots of all keys, and numbers them.
    fn collect_slots(&mut self) {
        let (entity, slots) = (self.entity, &mut self.slots);
        let indexed = self.indexes.iter_mut().flat_map(|(_, pk, sk)| pk.iter_mut().chain(sk));
        for key in self.pk.iter_mut().chain(&mut self.sk).chain(indexed) {
            for slot in slots_of(entity, key) {
                let known = slots
                    .iter_mut()
                    .position(|known| known.path == slot.path && known.form.same(&slot.form));
                key.slots.push(known.unwrap_or(slots.len()));
                match known.and_then(|known| slots.get_mut(known)) {
                    Some(known) => known.optional |= slot.optional,
                    None => slots.push(slot),
                }
            }
        }
    }

    /// `KeyAttribute`s, as a list.
    pub(crate) fn attributes(&self, keys: &[Key<'e>]) -> TokenStream {
        let p = &self.p;
        let attributes = keys.iter().map(|key| {
            let (def, form) = (&key.def, self.form(key));
            let shards = key.shards.map(|shards| quote!(.in_shards(#shards)));
            match key.role {
                Role::Partition => quote!(#p::pk::<Self>(#def, #form) #shards),
                Role::Sort => quote!(#p::sk::<Self>(#def, #form)),
            }
        });
        quote!(&[#(#attributes),*])
    }

    fn form(&self, key: &Key<'e>) -> TokenStream {
        let p = &self.p;
        match key.expr {
            KeyExpr::Field(ident) => {
                let slot = key.slots.first().copied().unwrap_or(usize::MAX);
                let name = name_of(ident);
                quote!(#p::key_field(#slot, #name))
            }
            KeyExpr::Template(template) => {
                let (source, segments) = (&template.literal, self.segments(template, &key.slots));
                quote!(#p::template::<Self>(#source, &[#(#segments),*]))
            }
        }
    }

    fn segments(&self, template: &Template, slots: &[usize]) -> Vec<TokenStream> {
        let (p, mut slots) = (&self.p, slots.iter());
        let segments = template.segments.iter().filter_map(|segment| match segment {
            Segment::Text(text) => Some(quote!(#p::Segment::Literal(#text))),
            Segment::Part(part) => {
                let number = *slots.next()?;
                Some(self.slots.get(number)?.segment(p, number, part))
            }
        });
        segments.collect()
    }

    /// The slots that a field can be put back from, a bit for each.
    pub(crate) fn restores(&self, field: &Field<'_>) -> u32 {
        let slots =
            self.slots.iter().enumerate().filter(|(_, slot)| slot.path == [field.ident.clone()]);
        // What has more slots than bits is refused.
        slots
            .map(|(number, _)| {
                u32::try_from(number).map_or(0, |number| 1_u32.checked_shl(number).unwrap_or(0))
            })
            .sum()
    }

    pub(crate) fn p(&self) -> &Ident {
        &self.p
    }

    /// The entity's visibility, which what is added to it shares.
    pub(crate) fn vis(&self) -> &'e syn::Visibility {
        &self.entity.original.vis
    }

    /// The table.
    pub(crate) fn table(&self) -> TokenStream {
        let table = &self.entity.table;
        quote!(#table)
    }

    /// The constants that nested fields are found by.
    pub(crate) fn constants(&self) -> Vec<TokenStream> {
        let mut constants: Vec<(Ident, TokenStream)> = Vec::new();
        for (name, constant) in self.slots.iter().flat_map(|slot| slot.constants(&self.p)) {
            if !constants.iter().any(|(known, _)| *known == name) {
                constants.push((name, constant));
            }
        }
        constants.into_iter().map(|(_, constant)| constant).collect()
    }

    /// Checks that serde makes the declared type of each field that is a key by itself.
    pub(crate) fn type_checks(&self) -> Vec<TokenStream> {
        let indexed = self.indexes.iter().flat_map(|(_, pk, sk)| pk.iter().chain(sk));
        self.pk
            .iter()
            .chain(&self.sk)
            .chain(indexed)
            .filter_map(|key| self.type_check(key))
            .collect()
    }

    fn type_check(&self, key: &Key<'e>) -> Option<TokenStream> {
        let KeyExpr::Field(ident) = key.expr else { return None };
        let field = self.entity.field(ident).filter(|field| !field.custom)?;
        let (span, name, Key { def, primary, .. }) = (field.span(), name_of(ident), key);
        let (p, ty) = (private_at(span), at(span, &field.ty.to_token_stream()));
        Some(quote_spanned!(span=> #p::check::key_type::<#ty>(#def, #name, #primary)))
    }
}

/// The slots of one key, in the template's order.
fn slots_of<'e>(entity: &'e Entity<'e>, key: &Key<'e>) -> Vec<Slot<'e>> {
    let slot = |path: Vec<Ident>, form, optional, span| {
        let mut path: Vec<Ident> = path;
        let first = path.first_mut()?;
        let field = entity.field(first)?;
        *first = field.ident.clone();
        let generic = !entity.original.generics.params.is_empty();
        let (primary, spelled) = (key.primary, OnceCell::new());
        Some(Slot { path, field, form, primary, optional, generic, span, spelled })
    };
    match key.expr {
        KeyExpr::Field(ident) => {
            let form = Form::Native(key.def.clone());
            slot(vec![ident.clone()], form, false, ident.span()).into_iter().collect()
        }
        KeyExpr::Template(template) => template
            .parts()
            .filter_map(|part| {
                let form = Form::Encoded(part.format, part.descending);
                slot(part.path.clone(), form, part.optional, template.literal.span())
            })
            .collect(),
    }
}

impl Slot<'_> {
    /// A segment of a template.
    fn segment(&self, p: &Ident, number: usize, part: &Part) -> TokenStream {
        let (name, Spelled { span, p, ty, encoding }) = (part.name(), self.spelled(p));
        let make = Ident::new(if part.optional { "optional" } else { "part" }, *span);
        quote_spanned! {*span=>
            #p::Segment::#make(#number, #name, <#encoding as #p::Encoding<#ty>>::SHAPE)
        }
    }

    fn spelled(&self, p: &Ident) -> &Spelled {
        self.spelled.get_or_init(|| {
            let span = self.field.span();
            let (ty, p) = (at(span, &self.inner_type(p)), private_at(span));
            Spelled { span, encoding: self.encoding_at(&p, span), p, ty }
        })
    }

    /// The type of the value, `Option` included.
    pub(crate) fn ty(&self, p: &Ident) -> TokenStream {
        self.type_at(p, self.path.len())
    }

    /// The type of the first names of the path.
    fn type_at(&self, p: &Ident, names: usize) -> TokenStream {
        let ty = self.field.ty;
        (1..names).fold(quote!(#ty), |ty, at| self.nested(p, &ty, at))
    }

    /// `<Outer as DocumentField<...>>::Type`, for the name at a position of the path.
    fn nested(&self, p: &Ident, outer: &TokenStream, at: usize) -> TokenStream {
        let hash = self.hash(p, at);
        super::at(self.span, &quote!(<#outer as #p::DocumentField<{ #hash }>>::Type))
    }

    /// The hash of the name at a position: a constant, which fails if the field is not there.
    fn hash(&self, p: &Ident, at: usize) -> TokenStream {
        if self.generic {
            let name = self.path.get(at).map(name_of);
            return quote!(#p::hash_name(#name));
        }
        let constant = self.constant(at);
        quote!(#constant)
    }

    fn constant(&self, at: usize) -> Ident {
        let names: Vec<String> = self.path.iter().take(at + 1).map(name_of).collect();
        format_ident!("__HASH_{}", names.join("__"))
    }

    /// The constants of the nested names.
    fn constants(&self, p: &Ident) -> Vec<(Ident, TokenStream)> {
        let positions = (1..self.path.len()).filter(|_| !self.generic);
        let constants = positions.filter_map(|at| {
            let (constant, outer) = (self.constant(at), self.type_at(p, at));
            let name = name_of(self.path.get(at)?);
            let check = super::at(self.span, &quote!(#p::check::nested::<#outer>(#name)));
            Some((constant.clone(), quote!(const #constant: u64 = #check;)))
        });
        constants.collect()
    }

    /// The type of the value where there is one.
    ///
    /// An `Option` is known by its name, so that what rustc says of the type, it says of that one.
    pub(crate) fn inner_type(&self, p: &Ident) -> TokenStream {
        let ty = self.ty(p);
        if matches!(self.form, Form::Native(_)) && self.field.custom {
            return ty;
        }
        if !self.is_nested() {
            let inner = option_of(self.field.ty).unwrap_or(self.field.ty);
            return quote!(#inner);
        }
        if self.primary && !self.optional {
            return ty;
        }
        at(self.span, &quote!(<#ty as #p::PartField>::Part))
    }

    fn is_nested(&self) -> bool {
        self.path.len() > 1
    }

    /// What callers give for it.
    pub(crate) fn argument_type(&self, p: &Ident) -> TokenStream {
        if self.primary { self.ty(p) } else { self.inner_type(p) }
    }

    /// `.within(...)`, where it is nested: how it is found in its field.
    fn within(&self, p: &Ident) -> Option<TokenStream> {
        if !self.is_nested() {
            return None;
        }
        let root = self.field.ty;
        let found = (1..self.path.len()).fold(quote!(field), |place, at| {
            let (outer, hash) = (self.type_at(p, at), self.hash(p, at));
            let get = quote!(<#outer as #p::DocumentField<{ #hash }>>::get);
            let get = super::at(self.span, &get);
            quote!(#get(#place))
        });
        Some(quote!(.within(|value| #p::within::<#root, _>(value, |field| #found))))
    }

    pub(crate) fn encoding(&self, p: &Ident) -> &TokenStream {
        &self.spelled(p).encoding
    }

    fn encoding_at(&self, p: &Ident, span: Span) -> TokenStream {
        let Form::Encoded(format, descending) = self.form else { return TokenStream::new() };
        let encoding = match format {
            Format::Plain => quote_spanned!(span=> #p::Plain),
            Format::Last => quote_spanned!(span=> #p::Last),
            Format::Rest => quote_spanned!(span=> #p::Rest),
            Format::Padded(width) => at(span, &quote!(#p::Padded<#width>)),
            Format::Offset(width) => at(span, &quote!(#p::Offset<#width>)),
        };
        if descending { quote_spanned!(span=> #p::Desc<#encoding>) } else { encoding }
    }

    /// How wide its texts are, where that makes a difference to a template.
    pub(crate) fn width(&self, p: &Ident) -> Option<TokenStream> {
        match self.form {
            Form::Native(_) | Form::Encoded(Format::Rest, false) => None,
            Form::Encoded(Format::Padded(width) | Format::Offset(width), false) => {
                Some(quote!(#width))
            }
            Form::Encoded(..) => {
                let Spelled { span, p, ty, encoding } = self.spelled(p);
                Some(quote_spanned!(*span=> <#encoding as #p::Encoding<#ty>>::WIDTH))
            }
        }
    }

    pub(crate) fn is_native(&self) -> bool {
        matches!(self.form, Form::Native(_))
    }

    pub(crate) fn is_primary(&self) -> bool {
        self.primary
    }

    /// `PartSchema`: what is known of the part without a value, and what writes one.
    pub(crate) fn schema(&self, p: &Ident) -> TokenStream {
        let (path, field, Spelled { span, p: p_at, ty, encoding }) =
            (self.name(), self.field, self.spelled(p));
        let make = |name| Ident::new(name, *span);
        match &self.form {
            Form::Native(def) if field.serialize_with.is_some() => {
                let with = with_name(field);
                let write = quote!(|value, ty, out| {
                    #p::write_serde(&#with(#p::typed(value)), ty, out)
                });
                quote!(#p::custom_slot(#path, #def, #write))
            }
            Form::Native(def) => {
                let make = make(if field.custom { "unread_native_slot" } else { "native_slot" });
                quote_spanned!(*span=> #p_at::#make::<#ty>(#path, #def))
            }
            Form::Encoded(..) => {
                let whole = !self.is_nested() && field.serialize_with.is_none();
                let (name, make) =
                    (self.encoding_name(), make(if whole { "slot" } else { "unread_slot" }));
                let (within, decoded) = (self.within(p), self.decoded(p));
                quote_spanned! {*span=>
                    #p_at::#make::<#ty, #encoding>(#path, #name) #within #decoded
                }
            }
        }
    }

    /// `.decoded(...)` of a field that serde writes with a function.
    fn decoded(&self, p: &Ident) -> Option<TokenStream> {
        if self.field.serialize_with.is_none() || self.is_nested() {
            return None;
        }
        let (ty, encoding, with) = (self.inner_type(p), self.encoding(p), with_name(self.field));
        let some = option_of(self.field.ty).map(|_| quote!(let value = #p::Some(value);));
        Some(quote!(.decoded(|text| {
            let value = <#encoding as #p::Encoding<#ty>>::parse(text)?;
            #some
            #p::scalar_of(&#with(&value))
        })))
    }

    /// How it is written, in the words of the template.
    fn encoding_name(&self) -> String {
        let Form::Encoded(format, descending) = self.form else { return "serde".to_owned() };
        let name = match format {
            Format::Plain | Format::Last => "plain".to_owned(),
            Format::Rest => "rest".to_owned(),
            Format::Padded(width) => format!("0{width}"),
            Format::Offset(width) => format!("+0{width}"),
        };
        if descending { name + ":desc" } else { name }
    }

    pub(crate) fn name(&self) -> String {
        path_name(&self.path)
    }

    pub(crate) fn span(&self) -> Span {
        self.span
    }
}

impl<'e> Keys<'e> {
    /// The parts of index keys that stand in the primary key too, written in another way there.
    pub(crate) fn recodes(&self) -> Vec<TokenStream> {
        let p = &self.p;
        let slots = || self.slots.iter().enumerate();
        let primary = |path: &[Ident]| slots().find(|(_, slot)| slot.primary && slot.path == path);
        let recodes = slots().filter(|(_, slot)| !slot.primary).filter_map(|(number, slot)| {
            let (from, source) = primary(&slot.path)?;
            let with = source.recode(slot, p);
            Some(quote!(#p::Recode { slot: #number, from: #from, with: #with }))
        });
        recodes.collect()
    }
}

impl Slot<'_> {
    /// The function that reads this slot's text and writes the other's.
    fn recode(&self, to: &Slot<'_>, p: &Ident) -> TokenStream {
        let ty = to.inner_type(p);
        let (from, into) = (self.encoding(p), to.encoding(p));
        match (&self.form, &to.form) {
            (Form::Native(_), Form::Native(_)) => quote!(#p::recode_same),
            (Form::Native(_), Form::Encoded(..)) => quote!(#p::recode_native::<#ty, #into>),
            (Form::Encoded(..), Form::Native(_)) => quote!(#p::recode_to_native::<#ty, #from>),
            (Form::Encoded(..), Form::Encoded(..)) => quote!(#p::recode::<#ty, #from, #into>),
        }
    }
}

/// The wrapper of fields that serde writes with a function.
pub(crate) fn with_name(field: &Field<'_>) -> Ident {
    format_ident!("__With_{}", field.ident)
}
