//! `Genre`: the genres that files name, and the numbers that stand for them in the tables.

use clap::ValueEnum;

/// A genre; its value is its number.
///
/// | genre | number | |
/// |---|---|---|
/// | Action | 28 | TMDB's |
/// | Adventure | 12 | TMDB's |
/// | Black Comedy | 1 | of this program |
/// | Comedy | 35 | TMDB's |
/// | Concert/Performance | 2 | of this program |
/// | Documentary | 99 | TMDB's |
/// | Drama | 18 | TMDB's |
/// | Horror | 27 | TMDB's |
/// | Musical | 10402 | TMDB's, which calls it Music |
/// | Romantic Comedy | 3 | of this program |
/// | Thriller/Suspense | 53 | TMDB's, which calls it Thriller |
/// | Western | 37 | TMDB's |
///
/// TMDB, The Movie Database, has no numbers below 12. Films of its other genres have their numbers
/// all the same; this program has no names for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "verbatim")]
pub(crate) enum Genre {
    Action = 28,
    Adventure = 12,
    #[value(name = "Black Comedy")]
    BlackComedy = 1,
    Comedy = 35,
    #[value(name = "Concert/Performance")]
    Concert = 2,
    Documentary = 99,
    Drama = 18,
    Horror = 27,
    Musical = 10402,
    #[value(name = "Romantic Comedy")]
    RomanticComedy = 3,
    #[value(name = "Thriller/Suspense")]
    Thriller = 53,
    Western = 37,
}

impl Genre {
    /// The genre of a name.
    ///
    /// # Errors
    ///
    /// If it is none; with those that there are.
    pub(crate) fn named(name: &str) -> Result<Self, String> {
        Self::from_str(name, false).map_err(|_| {
            let names: Vec<String> = Self::value_variants().iter().map(Self::name).collect();
            format!("no genre {name:?}; expected one of {}", names.join(", "))
        })
    }

    /// Its number.
    pub(crate) fn id(self) -> u32 {
        self as u32
    }

    /// The name of a number, if it has one.
    pub(crate) fn name_of(id: u32) -> Option<String> {
        Self::value_variants().iter().find(|genre| genre.id() == id).map(Self::name)
    }

    fn name(&self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }
}
