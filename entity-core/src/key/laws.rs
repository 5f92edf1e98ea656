//! Tests of the laws of [`KeyPart`] for types of your own.

use std::any::type_name;
use std::error::Error;
use std::fmt::{self, Debug};

use super::kind;
use super::part::KeyPart;

/// A law of [`KeyPart`] that a type breaks. For tests: the message shows the sample.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken(String);

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for Broken {}

/// Checks the laws of [`KeyPart`] on samples, and on texts that differ a little from theirs.
///
/// For kinds that promise an order the samples' order must be that of their texts, so pass values around
/// every carry: 9 and 10, the first and the last of a month.
///
/// # Errors
///
/// The first law that is broken, and by which sample.
///
/// # Example
///
/// ```
/// use entity_core::key::{kind, laws, Charset, KeyField, KeyPart, KeyType, PartError, Shape};
///
/// #[derive(Debug, PartialEq, PartialOrd)]
/// struct Lower(String);
///
/// impl KeyField for Lower {
///     const TYPE: Option<KeyType> = Some(KeyType::S);
/// }
///
/// impl KeyPart for Lower {
///     type Kind = kind::Text;
///     const SHAPE: Shape = Shape::Variable(Charset::Any);
///
///     fn write(&self, out: &mut String) -> Result<(), PartError> {
///         out.push_str(&self.0.to_lowercase());
///         Ok(())
///     }
///
///     fn parse(text: &str) -> Result<Self, PartError> {
///         Ok(Lower(text.to_owned()))
///     }
/// }
///
/// assert!(laws::check(&["a".to_owned(), "A".to_owned()]).is_ok());
/// assert!(laws::check(&[Lower("A".into())]).is_err()); // folding case makes one key of two values
/// ```
pub fn check<T: KeyPart + PartialEq + PartialOrd + Debug>(samples: &[T]) -> Result<(), Broken> {
    let mut texts = Vec::new();
    for sample in samples {
        let text = check_one(sample)?;
        check_near(sample, &text)?;
        texts.push(text);
    }
    if is::<T::Kind, kind::Ordered>() && T::SHAPE.width().is_none() {
        return broken::<T>("an ordered part needs a fixed shape", &T::SHAPE);
    }
    if is::<T::Kind, kind::Ordered>() || is::<T::Kind, kind::Text>() {
        return check_order(samples, &texts);
    }
    Ok(())
}

fn is<A, B>() -> bool {
    // Kinds are types of this crate without parameters, so their names tell them apart.
    type_name::<A>() == type_name::<B>()
}

fn broken<T>(law: &str, sample: &dyn Debug) -> Result<(), Broken> {
    Err(Broken(format!("`{}`: {law}: {sample:?}", type_name::<T>())))
}

fn check_one<T: KeyPart + PartialEq + Debug>(sample: &T) -> Result<String, Broken> {
    let mut text = String::new();
    if let Err(error) = sample.write(&mut text) {
        broken::<T>(&format!("cannot be written ({error})"), sample)?;
    }
    if !T::SHAPE.matches(&text) || text.contains(char::MAX) {
        broken::<T>("is written as a text that is not of the shape", &(sample, &text))?;
    }
    if T::parse(&text).as_ref() != Ok(sample) {
        broken::<T>("is not read as it was written", &(sample, &text))?;
    }
    Ok(text)
}

/// Texts that are easily read as the same value: none may be, unless it is written so.
fn check_near<T: KeyPart + Debug>(sample: &T, text: &str) -> Result<(), Broken> {
    let near = [
        format!("{text} "),
        format!(" {text}"),
        format!("+{text}"),
        format!("0{text}"),
        format!("-{text}"),
        format!("{text}0"),
        format!("{text}.0"),
        text.to_ascii_uppercase(),
        text.to_ascii_lowercase(),
        text.replace('-', ""),
        text.replace('T', " "),
        text.replace('Z', "+00:00"),
        text.trim_start_matches('0').to_owned(),
    ];
    for other in near.iter().filter(|near| T::SHAPE.matches(near)) {
        let mut again = String::new();
        let read = T::parse(other).ok().filter(|value| value.write(&mut again).is_ok());
        if read.is_some() && again != *other {
            broken::<T>("is read from a second text", &(sample, other))?;
        }
    }
    Ok(())
}

fn check_order<T: PartialOrd + Debug>(samples: &[T], texts: &[String]) -> Result<(), Broken> {
    for (a, text_a) in samples.iter().zip(texts) {
        for (b, text_b) in samples.iter().zip(texts) {
            if a.partial_cmp(b) != Some(text_a.cmp(text_b)) {
                broken::<T>("text order is not value order", &((a, text_a), (b, text_b)))?;
            }
        }
    }
    Ok(())
}
