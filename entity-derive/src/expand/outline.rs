//! `Outline`: the entity's declaration in numbers, which tell most mistakes' absence.
//!
//! What is counted here is compiled, while `const` evaluation of the declaration takes microseconds for
//! each call. `entity_core::schema::outline` says what the numbers mean.

use proc_macro2::TokenStream;
use quote::quote;
use syn::spanned::Spanned;

use super::at;
use super::keys::{Key, Keys};
use crate::ast::Entity;
use crate::attr::KeyExpr;
use crate::template::{Format, Part, Segment, Template};

/// More segments and bytes than a template may have: what is not known to be right.
const UNKNOWN: usize = 1 << 10;

/// More parts than an entity may have.
const PARTS: usize = 32;

pub(super) fn expand(entity: &Entity<'_>, keys: &Keys<'_>) -> TokenStream {
    let p = keys.p();
    let size = size(keys);
    let templates = templates(&keys.pk, &keys.sk);
    let names = entity.stored().map(|field| bits(&field.attribute));
    let attributes = names.fold(0, std::ops::BitOr::bitor);
    let name = hash(&entity.name);
    let (pk, sk) = (beginning(keys.pk.first()), beginning(keys.sk.first()));
    quote!(#p::Outline::new(#size, #templates, #attributes, #name, #pk, #sk))
}

/// What no template is longer than, in bytes and segments: a sum with the widths that types have.
fn size(keys: &Keys<'_>) -> TokenStream {
    let p = keys.p();
    let indexed = keys.indexes.iter().flat_map(|(_, pk, sk)| pk.iter().chain(sk));
    let all = keys.pk.iter().chain(&keys.sk).chain(indexed);
    let longest = all.filter_map(|key| Some(length(template(key)?, &key.slots))).max();
    let longest = longest.unwrap_or_default();
    if longest >= UNKNOWN || keys.slots.len() > PARTS {
        return quote!(#UNKNOWN);
    }
    let widths = keys.slots.iter().filter_map(|slot| slot.width(p));
    let texts = keys.indexes.iter().filter_map(|(index, pk, sk)| {
        let templates = templates(pk, sk);
        let texts = quote!(#p::if_text::<#index>(#templates));
        (templates != 0).then(|| at(index.span(), &texts))
    });
    quote!(#longest #(+ #widths)* #(+ #texts)*)
}

/// The bytes of a template's literals, and its segments, if there is nothing else to ask than how wide
/// each of its parts is.
fn length(template: &Template, slots: &[usize]) -> usize {
    let segments = &template.segments;
    let twice = slots
        .iter()
        .enumerate()
        .any(|(at, slot)| slots.iter().skip(at + 1).any(|other| other == slot));
    let parts_touch =
        segments.windows(2).any(|pair| matches!(pair, [Segment::Part(_), Segment::Part(_)]));
    let last = segments.len().saturating_sub(1);
    let plain = segments.iter().enumerate().all(|(at, segment)| match segment {
        Segment::Text(text) => !text.contains(char::MAX),
        Segment::Part(Part { optional, format, .. }) => {
            !optional
                && match format {
                    Format::Rest => at == last,
                    Format::Offset(width) => *width < 39,
                    Format::Plain | Format::Last | Format::Padded(_) => true,
                }
        }
    });
    let literals = segments.iter().map(|segment| match segment {
        Segment::Text(text) => text.len(),
        Segment::Part(_) => 0,
    });
    if twice || parts_touch || !plain { UNKNOWN } else { literals.sum::<usize>() + segments.len() }
}

/// The attributes of a key that are templates: a bit for each, those of the sort key from the fifth on.
fn templates(pk: &[Key<'_>], sk: &[Key<'_>]) -> u32 {
    let bits = |keys: &[Key<'_>]| {
        let templates = keys.iter().zip(0..4).filter(|(key, _)| template(key).is_some());
        templates.fold(0, |bits, (_, at)| bits | 1 << at)
    };
    bits(pk) | bits(sk) << 4
}

fn template<'k>(key: &'k Key<'_>) -> Option<&'k Template> {
    match key.expr {
        KeyExpr::Template(template) => Some(template),
        KeyExpr::Field(_) => None,
    }
}

/// The first bytes of a key, the first one highest, and which are known.
fn beginning(key: Option<&Key<'_>>) -> TokenStream {
    let literal = match key.and_then(template).map(|template| template.segments.as_slice()) {
        // The literal goes with the part that follows it.
        Some([_, Segment::Part(part), ..]) if part.optional => "",
        Some([Segment::Text(text), ..]) => text,
        _ => "",
    };
    let (mut bytes, mut mask) = (0_u128, 0_u128);
    for (byte, at) in literal.bytes().zip((0..16).rev()) {
        bytes |= u128::from(byte) << (8 * at);
        mask |= 0xFF << (8 * at);
    }
    quote!((#bytes, #mask))
}

/// Two bits for a name.
fn bits(name: &str) -> u128 {
    let hash = hash(name);
    1 << (hash & 127) | 1 << (hash >> 7 & 127)
}

/// FNV-1a, as `entity_core::schema::hash_name` does it.
pub(super) fn hash(name: &str) -> u64 {
    name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::hash;

    /// The published values of FNV-1a, which `entity_core` has in its test, too: both sides hash alike.
    #[test]
    fn names_are_hashed_as_the_library_does() {
        let published = [
            ("", 0xcbf2_9ce4_8422_2325),
            ("a", 0xaf63_dc4c_8601_ec8c),
            ("foobar", 0x8594_4171_f739_67e8),
        ];
        for (name, hashed) in published {
            assert_eq!(hash(name), hashed, "{name}");
        }
    }
}
