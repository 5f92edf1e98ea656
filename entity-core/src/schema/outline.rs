//! `Outline`: what tells that most declarations are right, without the declarations.
//!
//! An `EntitySchema` is the dearest part of an entity to evaluate, and `cargo check` needs none if
//! nothing is wrong: the derive counts and hashes what it sees, and here that is compared with what it
//! does not see. So `false` says nothing; then [`check`](super::check) looks at the declaration itself.

#![allow(
    clippy::indexing_slicing,
    reason = "`const fn` has no `get`; an index out of bounds is a compile error, or follows a check of it"
)]

use std::marker::PhantomData;
use std::slice;

use super::check::{nth_name, same};
use super::{Entity, Index, KeyDef, Table, TableSchema, hash_name};
use crate::item::MAX_SLOTS;
use crate::key::{KeyType, MAX_STATES, is_reserved, states_a_byte};

/// More than any template may have.
pub(crate) const UNKNOWN: usize = MAX_STATES + 1;

// The derive has numbers of its own for what it does not know to be right, which must be more than what
// templates and entities may have.
const _: () = assert!(MAX_STATES < 1 << 10 && MAX_SLOTS == 32);

/// What an entity's derive sees of its declaration, in numbers.
#[derive(Debug, Clone, Copy)]
pub struct Outline {
    /// What no template is longer than, in bytes and segments; [`UNKNOWN`] if that does not tell that
    /// all are right.
    size: usize,
    /// The keys of the table that are templates, as `Texts` numbers them.
    templates: u32,
    /// The bits of the attributes that fields are stored under.
    attributes: u128,
    /// The hash of the entity's name.
    name: u64,
    pk: Beginning,
    sk: Beginning,
}

impl Outline {
    /// Nothing is known.
    pub const NONE: Self = Self::new(UNKNOWN, 0, u128::MAX, 0, (0, 0), (0, 0));

    /// Gathers them; called by `#[derive(Entity)]`.
    #[must_use]
    pub const fn new(
        size: usize,
        templates: u32,
        attributes: u128,
        name: u64,
        pk: (u128, u128),
        sk: (u128, u128),
    ) -> Self {
        let pk = Beginning { bytes: pk.0, mask: pk.1 };
        let sk = Beginning { bytes: sk.0, mask: sk.1 };
        Self { size, templates, attributes, name, pk, sk }
    }
}

/// The first bytes of a key, the first one highest, as far as they are known by the mask.
#[derive(Debug, Clone, Copy)]
struct Beginning {
    bytes: u128,
    mask: u128,
}

/// What the keys of an entity begin with; the hash of its name, where the table's type attribute holds
/// that.
#[derive(Debug, Clone, Copy)]
pub(super) struct Head {
    pk: Beginning,
    sk: Beginning,
}

impl Head {
    pub(super) const UNKNOWN: Self = Outline::NONE.head(false);

    pub(super) const fn is_apart(&self, other: &Self) -> bool {
        (self.pk.bytes ^ other.pk.bytes) & self.pk.mask & other.pk.mask
            | (self.sk.bytes ^ other.sk.bytes) & self.sk.mask & other.sk.mask
            != 0
    }
}

/// Whether all of them are apart: of those in order that differ, each has to be apart from its neighbours
/// alone, as what begins like another stands beside it. `false` says nothing.
pub(super) const fn all_apart<const N: usize>(heads: &[Head; N]) -> bool {
    let heads = sorted(*heads);
    let mut i = 1;
    while i < N {
        let (a, b) = (heads[i - 1], heads[i]);
        let differ = if a.pk.bytes == b.pk.bytes && a.pk.mask == b.pk.mask {
            (a.sk.bytes ^ b.sk.bytes) & a.sk.mask & b.sk.mask
        } else {
            (a.pk.bytes ^ b.pk.bytes) & a.pk.mask & b.pk.mask
        };
        if differ == 0 {
            return false;
        }
        i += 1;
    }
    true
}

/// In the order of partition keys, and then of sort keys; a shell sort.
const fn sorted<const N: usize>(mut heads: [Head; N]) -> [Head; N] {
    let mut gap = N / 2;
    while gap > 0 {
        let mut i = gap;
        while i < N {
            let (head, mut at) = (heads[i], i);
            let (pk, sk) = (head.pk.bytes, head.sk.bytes);
            while at >= gap {
                let before = heads[at - gap];
                if before.pk.bytes < pk || before.pk.bytes == pk && before.sk.bytes <= sk {
                    break;
                }
                heads[at] = before;
                at -= gap;
            }
            heads[at] = head;
            i += 1;
        }
        gap /= 2;
    }
    heads
}

impl Outline {
    pub(super) const fn head(&self, named: bool) -> Head {
        if named {
            // An entity of which nothing is known has no name either.
            let mask = if self.name == 0 { 0 } else { u128::MAX };
            let sk = Beginning { bytes: 0, mask: 0 };
            return Head { pk: Beginning { bytes: self.name as u128, mask }, sk };
        }
        Head { pk: self.pk, sk: self.sk }
    }
}

/// The keys that are not text: a bit for each attribute, those of a sort key from the fifth on.
const fn not_text(pk: &[KeyDef], sk: &[KeyDef]) -> u32 {
    not_text_of(pk) | not_text_of(sk) << 4
}

const fn not_text_of(keys: &[KeyDef]) -> u32 {
    let (mut bits, mut bit, mut rest) = (0, 1, keys);
    while let [key, tail @ ..] = rest {
        bits |= if key.ty.same(KeyType::S) { 0 } else { bit };
        bit <<= 1;
        rest = tail;
    }
    bits
}

/// What is known of an index; evaluated once, and not for each entity.
struct Texts<I>(PhantomData<I>);

impl<I: Index> Texts<I> {
    const NOT: u32 = not_text(I::SCHEMA.pk, I::SCHEMA.sk);
}

/// Nothing to add to a size, if those keys of an index can be templates.
#[must_use]
pub const fn if_text<I: Index>(templates: u32) -> usize {
    if Texts::<I>::NOT & templates == 0 { 0 } else { UNKNOWN }
}

/// What is known of a table; evaluated once, and not for each entity.
struct Facts<T>(PhantomData<T>);

/// As many key attributes as a table has at most.
const NAMES: usize = 2 + 20 * 8 + 5;

struct Known {
    /// How many states the automaton of a template has for each byte; 0 if every entity has to be
    /// looked at.
    states: usize,
    not_text: u32,
    /// The bits of key attributes and of the type attribute.
    names: [u128; NAMES],
    count: usize,
}

impl<T: Table> Facts<T> {
    const KNOWN: &'static Known = &Known::of(T::SCHEMA);
}

impl Known {
    const fn of(table: &TableSchema) -> Self {
        let sk = match &table.sk {
            Some(sk) => slice::from_ref(sk),
            None => &[],
        };
        let not_text = not_text(slice::from_ref(&table.pk), sk);
        let (mut names, mut count, mut shared) = ([0; NAMES], 0, false);
        while let Some(name) = nth_name(table, count) {
            if count + 1 >= NAMES {
                shared = true;
                break;
            }
            let mut other = 0;
            while let Some(earlier) = nth_name(table, other)
                && other < count
            {
                shared |= same(name, earlier);
                other += 1;
            }
            if let Some(ty) = table.type_attribute {
                shared |= same(name, ty);
            }
            names[count] = bits(name);
            count += 1;
        }
        if let Some(ty) = table.type_attribute {
            names[count] = bits(ty);
            count += 1;
        }
        let plain = !shared && table.vector_indexes.is_empty() && !is_reserved(table.separator);
        let states = if plain { states_a_byte(table.separator) } else { 0 };
        Self { states, not_text, names, count }
    }
}

/// Two bits for a name.
const fn bits(name: &str) -> u128 {
    let hash = hash_name(name);
    1 << (hash & 127) | 1 << (hash >> 7 & 127)
}

/// Whether nothing is wrong with an entity, as far as can be seen like this.
pub(super) const fn is_right<E: Entity>() -> bool {
    let (outline, table) = (E::OUTLINE, Facts::<E::Table>::KNOWN);
    if table.states == 0
        || outline.size > MAX_STATES / table.states
        || outline.templates & table.not_text != 0
    {
        return false;
    }
    let (mut i, count, attributes) = (0, table.count, outline.attributes);
    while i < count {
        let name = table.names[i];
        if attributes & name == name && stores::<E>(i) {
            return false;
        }
        i += 1;
    }
    true
}

/// Whether a field is stored under a key attribute or the type attribute.
const fn stores<E: Entity>(position: usize) -> bool {
    let Some(name) = nth_name(<E::Table as Table>::SCHEMA, position) else { return true };
    let mut rest = E::FIELDS;
    while let [field, tail @ ..] = rest {
        if same(field.attribute, name) {
            return true;
        }
        rest = tail;
    }
    false
}
