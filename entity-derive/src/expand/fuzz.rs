//! No input makes a macro panic, and what comes out is items, whatever goes in.

use std::panic::{AssertUnwindSafe, catch_unwind};

use proc_macro2::{Group, TokenStream, TokenTree};
use quote::ToTokens;
use syn::DeriveInput;

type Expand = fn(&DeriveInput) -> TokenStream;

const DERIVES: [(&str, Expand); 8] = [
    ("Table", super::table),
    ("Index", super::index),
    ("VectorIndex", super::vector_index),
    ("Entity", super::entity),
    ("Collection", super::collection),
    ("Document", super::document),
    ("KeyPart", super::key_part),
    ("Projection", super::projection),
];

/// Declarations to begin with; each derive is given each of them.
const SEEDS: [&str; 18] = [
    r##"#[vector_index(table = Songs, name = "A", vector = "E", dimensions = 8, distance = DotProduct, partition = "G", filters = (N("Y"), "L"), project = ["x"], crate = ::c)]
        pub(crate) struct A;"##,
    r##"#[entity(table = Songs, pk = id, vector_index(a::A, vector = e, partition = r#type, filters = (year, id)))]
        pub struct Song<T> { id: String, e: Option<Vector<8>>, r#type: T, #[serde(skip_serializing_if = "f")] year: u16 }"##,
    r##"#[table(name = "Songs", pk = "Id", sk = N("Metadata"), separator = "|", type_attribute = "t", indexes(A, b::B), items = Item, crate = c::d)]
        pub struct Songs;"##,
    r##"#[index(table = Songs, name = "A", pk = ("A", N("B")), sk = (B("C"), "D"), project = ["x", "y"], crate = ::c)]
        pub(crate) struct A;"##,
    r##"#[index(table = Songs, local, sk = "C", keys_only)] struct A;"##,
    r##"#[serde(rename_all = "PascalCase")]
        #[entity(table = a::Songs, pk = id, sk = "Dld-{n:04}#{inner.part?}#{title:rest}", name = "S")]
        #[entity(index(A, pk = "{id}#{n:+06:desc}", sk = r#type, shards = 8), index(b::B, pk = (id, n)))]
        pub struct Song {
            #[entity(key_only)] id: String,
            n: Option<u64>,
            #[serde(rename = "t", with = "m")] r#type: a::T<'static, { 1 + 1 }>,
            inner: Inner,
            #[serde(flatten)] title: [u8; 4],
            #[serde(skip, default = "f")] rest: (A, B),
        }"##,
    r##"#[serde(rename_all = "PascalCase")]
        #[entity(table = a::Songs, pk = id, sk = "Dld-{n:04}#{inner.part?}#{type}#{u8}", name = "S")]
        #[entity(index(A, pk = "{id}#{n:+06:desc}", sk = r#type), index(b::r#Type, pk = (id, n)))]
        pub struct r#Song {
            #[entity(key_only)] id: String,
            n: u64,
            #[serde(rename = "t", with = "m")] r#type: a::T<'static, { 1 + 1 }>,
            inner: Inner,
            u8: u8,
            #[serde(flatten)] title: [u8; 4],
            #[serde(skip, default = "f")] rest: (A, B),
        }"##,
    "enum Status { A, #[serde(rename = \"x y\")] r#B }",
    r##"#[entity(table = Songs, pk = id, sk = "{{x}}", crate = e)]
        struct Envelope<'a, T: Clone = u8, const N: usize> where T: Copy { id: &'a T, n: [u8; N] }"##,
    "#[collection(crate = c)] pub enum Item { Song(Song), Album(a::Album<T>), r#Match(M) }",
    "struct SongRecords { song: Option<Song>, downloads: Vec<a::Download>, r#type: Vec<T> }",
    "enum Item<T> { Empty, Named { a: A }, Two(A, B), Song(Song<T>), Song2(Song<T>) }",
    r##"#[serde(rename_all = "kebab-case", tag = "t")] enum Status { #[serde(rename = "a")] A, B, C(u8) }"##,
    r##"#[serde(rename(serialize = "a", deserialize = "b"), from = "X", into = "Y", transparent)] struct Name(String);"##,
    "#[document(crate = c)] struct Inner<T> { part: T, r#loop: Option<Option<T>>, }",
    r##"#[projection(entity = a::Song<T>, crate = c)] struct Title { #[serde(default)] title: String }"##,
    "union U { a: u8, b: u16 }",
    "struct Unit;",
];

/// What is put into declarations.
const FRAGMENTS: [&str; 38] = [
    "#[table]",
    "#[index()]",
    "#[entity = 7]",
    "#[entity(table)]",
    "#[entity(pk = )]",
    "#[entity(index)]",
    "#[entity(index())]",
    "#[entity(index(pk = id))]",
    "#[key_part(crate = 7)]",
    "#[collection(a::b = 1)]",
    "#[serde]",
    "#[serde(rename)]",
    "#[serde(rename())]",
    "#[serde(rename = 7)]",
    "#[serde(with = \"1+\")]",
    "\"\"",
    "\"{\"",
    "\"}{\"",
    "\"{}\"",
    "\"{a.b.c:039:desc}\"",
    "\"{self}{_}{r#type}\"",
    "\"{é?}\u{10ffff}\"",
    "b\"x\"",
    "7",
    "-1.0e5",
    "'a'",
    "'a",
    ",",
    "=",
    "::",
    "crate",
    "Self",
    "r#type",
    "_",
    "<T>",
    "key_only",
    "(a, b, c, d, e, f)",
    "$",
];

/// A small generator (SplitMix64): the same inputs in every run.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        x ^ (x >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }

    fn pick<'t>(&mut self, from: &[&'t str]) -> &'t str {
        from[self.below(from.len())]
    }
}

/// Changes some tokens, at any depth.
fn mutate(tokens: TokenStream, random: &mut Random) -> TokenStream {
    let mut trees: Vec<TokenTree> = tokens.into_iter().collect();
    for tree in &mut trees {
        if let TokenTree::Group(group) = tree
            && random.below(3) > 0
        {
            *tree = Group::new(group.delimiter(), mutate(group.stream(), random)).into();
        }
    }
    if random.below(2) == 0 {
        return trees.into_iter().collect();
    }
    let (at, other) = (random.below(trees.len()), random.below(trees.len()));
    match random.below(6) {
        0 if !trees.is_empty() => drop(trees.remove(at)),
        1 if !trees.is_empty() => trees.swap(at, other),
        2 if !trees.is_empty() => trees.insert(at, trees[other].clone()),
        3 if !trees.is_empty() => trees.truncate(at),
        _ => {
            let fragment: TokenStream = random.pick(&FRAGMENTS).parse().unwrap_or_default();
            let tail = trees.split_off(at.min(trees.len()));
            return trees.into_iter().chain(fragment).chain(tail).collect();
        }
    }
    trees.into_iter().collect()
}

/// A string literal with some of its characters changed.
fn garble(tokens: TokenStream, random: &mut Random) -> TokenStream {
    let garbled = tokens.into_iter().map(|tree| match tree {
        TokenTree::Group(group) => {
            TokenTree::from(Group::new(group.delimiter(), garble(group.stream(), random)))
        }
        TokenTree::Literal(literal) => {
            let Ok(text) = syn::parse2::<syn::LitStr>(literal.to_token_stream()) else {
                return literal.into();
            };
            let mut characters: Vec<char> = text.value().chars().collect();
            let at = random.below(characters.len() + 1);
            match random.below(4) {
                0 if at < characters.len() => drop(characters.remove(at)),
                1 => {
                    characters.insert(at, ['{', '}', ':', '?', '.', '0', '#', 'ß'][random.below(8)])
                }
                _ => {}
            }
            proc_macro2::Literal::string(&characters.into_iter().collect::<String>()).into()
        }
        other => other,
    });
    garbled.collect()
}

fn check(input: &DeriveInput) {
    for (name, expand) in DERIVES {
        let source = input.to_token_stream();
        let output = catch_unwind(AssertUnwindSafe(|| expand(input)));
        let output = output.unwrap_or_else(|_| panic!("`{name}` panics for: {source}"));
        let text = output.to_string();
        if let Err(error) = syn::parse2::<syn::File>(output) {
            panic!("`{name}` makes no items ({error}) of: {source}\n{text}");
        }
    }
}

#[test]
fn seeds_expand() {
    SEEDS.into_iter().for_each(|seed| check(&syn::parse_str(seed).expect(seed)));
    for (name, expand) in DERIVES {
        let right = |seed: &&str| {
            !expand(&syn::parse_str(seed).expect(seed)).to_string().contains("compile_error")
        };
        assert!(SEEDS.iter().any(right), "no seed is right for `{name}`");
    }
}

#[test]
fn nothing_makes_a_macro_panic() {
    let mut random = Random(7);
    let mut parsed = 0;
    for _ in 0..8_000 {
        let mut tokens: TokenStream = random.pick(&SEEDS).parse().unwrap();
        for _ in 0..=random.below(2) {
            tokens = mutate(tokens, &mut random);
        }
        // The compiler calls a derive with what parses as a declaration.
        if let Ok(input) = syn::parse2::<DeriveInput>(garble(tokens, &mut random)) {
            parsed += 1;
            check(&input);
        }
    }
    assert!(parsed > 1_000, "{parsed}");
}

#[test]
fn a_renamed_crate_is_named_by_that_name_alone() {
    for seed in SEEDS {
        for (name, expand) in DERIVES {
            let attribute = match name {
                "KeyPart" => "key_part".to_owned(),
                "VectorIndex" => "vector_index".to_owned(),
                _ => name.to_lowercase(),
            };
            let seed = ["crate = c::d", "crate = ::c", "crate = e", "crate = c"]
                .into_iter()
                .fold(seed.to_owned(), |seed, old| seed.replacen(&format!(", {old})"), ")", 1));
            let source = format!("#[{attribute}(crate = renamed)] {seed}");
            let output = expand(&syn::parse_str(&source).expect(&source)).to_string();
            assert!(!output.contains("entity_core ::"), "{source}: {output}");
        }
    }
}
