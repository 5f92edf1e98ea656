//! What is more than the documentation of one thing: which index for which question, how a service is
//! tested, how it takes up the library on a table that is there.
//!
//! | chapter | says |
//! |---|---|
//! | [the crate's front page](crate) | a first table, keys, queries, writes |
//! | [`recipes`] | counters, latest first, unique values and others, in one example |
//! | [`indexes`] | which index for which question, and what its keys hold |
//! | [`testing`] | tests without a server, and of what goes wrong |
//! | [`adopting`] | the first steps on a table that other programs have filled |
//! | [`coming_from`] | what you write in other libraries, and what it is here |
//! | [`limits`] | what the service allows, and who checks it |

pub mod adopting {
    #![doc = include_str!("../docs/guide/adopting.md")]
}

pub mod coming_from {
    #![doc = include_str!("../docs/guide/coming_from.md")]
}

pub mod indexes {
    #![doc = include_str!("../docs/guide/indexes.md")]
}

pub mod limits {
    #![doc = include_str!("../docs/guide/limits.md")]
}

pub mod recipes {
    #![doc = include_str!("../docs/guide/recipes.md")]
}

pub mod testing {
    #![doc = include_str!("../docs/guide/testing.md")]
}
