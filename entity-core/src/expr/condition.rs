//! `Condition`: what must hold of an item.

use std::fmt;
use std::marker::PhantomData;
use std::ops::Not;

use super::kind::{Compares, Contains, Measured, Prefix, Typed};
use super::operand::{Operand, Term, json, prefix};
use super::path::{Location, Path, Rooted, Step, steps};
use super::role::Attribute;
use crate::wire;

/// What must hold of an item of entity `E`; the paths of the entity make it.
///
/// A comparison with an attribute that is not there does not hold, but for [`ne`](Path::ne).
#[derive(Clone)]
#[must_use = "give it to `when` or to `filter`"]
pub struct Condition<E> {
    pub(crate) test: Test,
    entity: PhantomData<fn() -> E>,
}

/// A condition without its types.
#[derive(Debug, Clone)]
pub(crate) enum Test {
    Compare(Side, &'static str, Term),
    Between(Side, Term, Term),
    In(Vec<Step>, Vec<Term>),
    /// `attribute_exists(path)`, `contains(path, term)`.
    Call(&'static str, Vec<Step>, Option<Term>),
    All(Vec<Test>),
    Any(Vec<Test>),
    Not(Box<Test>),
}

impl Test {
    /// The first path in it that is not `wanted`; what another attribute is compared with included.
    pub(crate) fn find(&self, unwanted: &impl Fn(&[Step]) -> bool) -> Option<&[Step]> {
        let (path, terms) = match self {
            Self::Compare(side, _, term) => (side.path(), std::slice::from_ref(term)),
            Self::Between(side, from, to) => {
                let (from, to) = (from.path(), to.path());
                let mut paths = [Some(side.path()), from, to].into_iter().flatten();
                return paths.find(|path| unwanted(path));
            }
            Self::In(path, terms) => (path.as_slice(), terms.as_slice()),
            Self::Call(_, path, term) => (path.as_slice(), term.as_slice()),
            Self::All(tests) | Self::Any(tests) => {
                return tests.iter().find_map(|test| test.find(unwanted));
            }
            Self::Not(test) => return test.find(unwanted),
        };
        let terms = terms.iter().filter_map(Term::path);
        std::iter::once(path).chain(terms).find(|path| unwanted(path))
    }
}

/// What is compared.
#[derive(Debug, Clone)]
pub(crate) enum Side {
    Path(Vec<Step>),
    Size(Vec<Step>),
}

/// The types that an attribute can be of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum AttributeType {
    /// A string.
    S,
    /// A number.
    N,
    /// Bytes.
    B,
    /// `true` or `false`.
    Bool,
    /// NULL.
    Null,
    /// A list.
    L,
    /// A map.
    M,
    /// A set of strings.
    Ss,
    /// A set of numbers.
    Ns,
    /// A set of bytes.
    Bs,
}

impl AttributeType {
    /// DynamoDB's name of the type.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::S => "S",
            Self::N => "N",
            Self::B => "B",
            Self::Bool => "BOOL",
            Self::Null => "NULL",
            Self::L => "L",
            Self::M => "M",
            Self::Ss => "SS",
            Self::Ns => "NS",
            Self::Bs => "BS",
        }
    }
}

impl<E> Condition<E> {
    fn new(test: Test) -> Self {
        Self { test, entity: PhantomData }
    }

    /// Both hold.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/tracks.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let tracks = tracks().await?;
    /// let update = tracks.update(Track::key("1")).set(|t| t.plays.add(1));
    /// let update = update.when(|t| t.title.eq("Two").or(t.title.eq("One")).and(t.plays.gt(5)));
    /// update.await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn and(self, other: Self) -> Self {
        Self::new(match self.test {
            Test::All(mut tests) => {
                tests.push(other.test);
                Test::All(tests)
            }
            test => Test::All(vec![test, other.test]),
        })
    }

    /// One of them holds, or both.
    pub fn or(self, other: Self) -> Self {
        Self::new(match self.test {
            Test::Any(mut tests) => {
                tests.push(other.test);
                Test::Any(tests)
            }
            test => Test::Any(vec![test, other.test]),
        })
    }
}

/// It does not hold.
impl<E> Not for Condition<E> {
    type Output = Self;

    fn not(self) -> Self {
        Self::new(Test::Not(Box::new(self.test)))
    }
}

macro_rules! comparisons {
    ($($(#[$doc:meta])* $name:ident $operator:literal;)*) => {
        impl<L: Location, T, R, C> Path<L, T, R, C> {
            $($(#[$doc])*
            pub fn $name(&self, value: impl Operand<T, C>) -> Condition<L::Entity>
            where
                R: Attribute,
                C: Compares<T>,
            {
                let side = Side::Path(self.steps());
                Condition::new(Test::Compare(side, $operator, value.term()))
            })*
        }

        impl<E> Size<E> {
            $($(#[$doc])*
            pub fn $name(&self, size: u64) -> Condition<E> {
                self.compare($operator, size)
            })*
        }
    };
}

comparisons! {
    /// It is less.
    lt "<";
    /// It is less, or equal.
    le "<=";
    /// It is greater.
    gt ">";
    /// It is greater, or equal.
    ge ">=";
}

impl<L: Location, T, R, C> Path<L, T, R, C> {
    /// It is one of `from` and `to`, or between them.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/tracks.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let tracks = tracks().await?;
    /// let found = tracks.query(Track::partition("1")).filter(|t| t.plays.between(100, 200));
    /// assert_eq!(found.count().await?, 1);
    /// # Ok(())
    /// # }
    /// ```
    pub fn between(&self, from: impl Operand<T, C>, to: impl Operand<T, C>) -> Condition<L::Entity>
    where
        R: Attribute,
        C: Compares<T>,
    {
        Condition::new(Test::Between(Side::Path(self.steps()), from.term(), to.term()))
    }
}

impl<L: Location, T, R, C> Path<L, T, R, C> {
    /// It is equal; numbers are by value, sets whatever their order.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/tracks.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let tracks = tracks().await?;
    /// let found = tracks.query(Track::partition("1")).filter(|t| t.title.eq("One"));
    /// assert_eq!(found.count().await?, 1);
    /// let found = tracks.query(Track::partition("1")).filter(|t| t.plays.eq(t.peak));
    /// assert_eq!(found.count().await?, 0);
    /// # Ok(())
    /// # }
    /// ```
    pub fn eq(&self, value: impl Operand<T, C>) -> Condition<L::Entity>
    where
        R: Attribute,
    {
        Condition::new(Test::Compare(Side::Path(self.steps()), "=", value.term()))
    }

    /// It is different, or not there.
    pub fn ne(&self, value: impl Operand<T, C>) -> Condition<L::Entity>
    where
        R: Attribute,
    {
        Condition::new(Test::Compare(Side::Path(self.steps()), "<>", value.term()))
    }

    /// It is equal to one of them; of none, if there are none.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/tracks.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let tracks = tracks().await?;
    /// let of = |titles: &[&str]| {
    ///     let titles = titles.to_vec();
    ///     tracks.query(Track::partition("1")).filter(|t| t.title.is_in(titles))
    /// };
    /// assert_eq!(of(&["One", "Two"]).count().await?, 1);
    /// assert_eq!(of(&[]).count().await?, 0);
    /// # Ok(())
    /// # }
    /// ```
    pub fn is_in<V: Operand<T, C>>(
        &self,
        values: impl IntoIterator<Item = V>,
    ) -> Condition<L::Entity>
    where
        R: Attribute,
    {
        Condition::new(Test::In(self.steps(), values.into_iter().map(Operand::term).collect()))
    }
}

impl<L: Location, T, R, C> Path<L, T, R, C> {
    fn call(&self, function: &'static str, term: Option<Term>) -> Condition<L::Entity> {
        Condition::new(Test::Call(function, self.steps(), term))
    }

    /// The item has the attribute.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/tracks.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let tracks = tracks().await?;
    /// let found = |absent: bool| {
    ///     let exists = move |t: &Paths<Track>| if absent { t.label.not_exists() } else { t.label.exists() };
    ///     tracks.query(Track::partition("1")).filter(exists).count()
    /// };
    /// assert_eq!((found(true).await?, found(false).await?), (1, 0));
    /// # Ok(())
    /// # }
    /// ```
    pub fn exists(&self) -> Condition<L::Entity>
    where
        R: Attribute,
    {
        self.call("attribute_exists", None)
    }

    /// The item does not have the attribute.
    pub fn not_exists(&self) -> Condition<L::Entity>
    where
        R: Attribute,
    {
        self.call("attribute_not_exists", None)
    }

    /// The attribute is of that type.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/tracks.rs"));
    /// use entity_core::expr::AttributeType;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let tracks = tracks().await?;
    /// let sets = |t: &Paths<Track>| t.tags.is_type(AttributeType::Ss);
    /// assert_eq!(tracks.query(Track::partition("1")).filter(sets).count().await?, 1);
    /// # Ok(())
    /// # }
    /// ```
    pub fn is_type(&self, ty: AttributeType) -> Condition<L::Entity>
    where
        R: Attribute,
    {
        let name = json::<_, super::Serde>(&ty.name().to_owned());
        self.call("attribute_type", Some(Term::Value(name)))
    }

    /// It begins with that text, or those bytes.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/tracks.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let tracks = tracks().await?;
    /// let found = tracks.query(Track::partition("1")).filter(|t| t.title.begins_with("O"));
    /// assert_eq!(found.count().await?, 1);
    /// # Ok(())
    /// # }
    /// ```
    pub fn begins_with(&self, prefix: impl Operand<T, C>) -> Condition<L::Entity>
    where
        R: Attribute,
        C: Typed<T>,
        C::Kind: Prefix,
    {
        self.call("begins_with", Some(prefix.term()))
    }

    /// It contains that text, if it is a string; that element, if it is a list or a set.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/tracks.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let tracks = tracks().await?;
    /// let found = tracks.query(Track::partition("1")).filter(|t| {
    ///     t.title.contains("n").and(t.tags.contains("metal")).and(t.writers.contains("Ulrich"))
    /// });
    /// assert_eq!(found.count().await?, 1);
    /// # Ok(())
    /// # }
    /// ```
    pub fn contains<V>(&self, value: V) -> Condition<L::Entity>
    where
        R: Attribute,
        C: Typed<T>,
        C::Kind: Contains<T>,
        V: Operand<<C::Kind as Contains<T>>::Needle, super::Serde>,
    {
        self.call("contains", Some(value.term()))
    }

    /// Its size: UTF-16 code units of a string, which are not its `len`; bytes; or how many elements
    /// there are.
    ///
    /// # Example
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/tracks.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let tracks = tracks().await?;
    /// let found = tracks.query(Track::partition("1")).filter(|t| t.writers.size().ge(2));
    /// assert_eq!(found.count().await?, 1);
    /// # Ok(())
    /// # }
    /// ```
    pub fn size(&self) -> Size<L::Entity>
    where
        R: Attribute,
        C: Typed<T>,
        C::Kind: Measured,
    {
        Size { path: self.steps(), entity: PhantomData }
    }
}

/// The size of an attribute, to be compared; made by [`Path::size`].
#[must_use = "compare it"]
#[derive(Clone)]
pub struct Size<E> {
    path: Vec<Step>,
    entity: PhantomData<fn() -> E>,
}

impl<E> Size<E> {
    fn compare(&self, operator: &'static str, size: u64) -> Condition<E> {
        let size = Term::Value(json::<_, super::Serde>(&size));
        Condition::new(Test::Compare(Side::Size(self.path.clone()), operator, size))
    }

    /// It is equal.
    pub fn eq(&self, size: u64) -> Condition<E> {
        self.compare("=", size)
    }

    /// It is different, or the attribute is not there.
    pub fn ne(&self, size: u64) -> Condition<E> {
        self.compare("<>", size)
    }
}

impl Test {
    /// An attribute is a number that is not greater.
    pub(crate) fn is_past(path: Vec<Step>, now: Vec<u8>) -> Self {
        Self::Compare(Side::Path(path), "<=", Term::Value(Ok(Some(now))))
    }

    /// An attribute is not there, or NULL.
    pub(crate) fn absent(path: Vec<Step>) -> Self {
        let null = Term::Value(json::<_, super::Serde>(&AttributeType::Null.name().to_owned()));
        Self::Any(vec![
            Self::Call("attribute_not_exists", path.clone(), None),
            Self::Call("attribute_type", path, Some(null)),
        ])
    }

    /// Whether it holds of an item, as far as that can be told here: of the conditions that the
    /// library makes.
    pub(crate) fn holds(&self, item: &[(String, Vec<u8>)]) -> bool {
        let find = |path: &[Step]| {
            let name = match path {
                [Step::Field { attribute, .. }] => attribute,
                [Step::Entry(name)] => name.as_str(),
                _ => return None,
            };
            item.iter().find(|(known, _)| known == name).map(|(_, json)| json.as_slice())
        };
        let value = |json: &[u8]| wire::value_from_slice::<wire::Value>(json).ok();
        match self {
            Self::All(tests) => tests.iter().all(|test| test.holds(item)),
            Self::Any(tests) => tests.iter().any(|test| test.holds(item)),
            Self::Call("attribute_exists", path, _) => find(path).is_some(),
            Self::Call("attribute_not_exists", path, _) => find(path).is_none(),
            Self::Call("attribute_type", path, _) => {
                find(path).and_then(value) == Some(wire::Value::Null)
            }
            Self::Compare(Side::Path(path), "=", Term::Value(Ok(Some(wanted)))) => {
                find(path).is_some_and(|found| value(found) == value(wanted))
            }
            _ => true,
        }
    }

    /// An attribute is a value.
    pub(crate) fn equal(path: Vec<Step>, term: Term) -> Self {
        Self::Compare(Side::Path(path), "=", term)
    }

    /// Moves the paths of a document to where it is.
    fn prefix(&mut self, steps: &[Step]) {
        let side = |side: &mut Side| match side {
            Side::Path(path) | Side::Size(path) => prefix(path, steps),
        };
        match self {
            Self::Compare(left, _, right) => {
                side(left);
                right.prefix(steps);
            }
            Self::Between(value, from, to) => {
                side(value);
                from.prefix(steps);
                to.prefix(steps);
            }
            Self::In(path, terms) => {
                prefix(path, steps);
                terms.iter_mut().for_each(|term| term.prefix(steps));
            }
            Self::Call(_, path, term) => {
                prefix(path, steps);
                term.iter_mut().for_each(|term| term.prefix(steps));
            }
            Self::All(tests) | Self::Any(tests) => {
                tests.iter_mut().for_each(|test| test.prefix(steps));
            }
            Self::Not(test) => test.prefix(steps),
        }
    }
}

/// A condition within a document, as one of the entity.
impl<L: Location, D> Rooted<L> for Condition<D> {
    type Output = Condition<L::Entity>;

    fn rooted(self, outer: &L::Data) -> Self::Output {
        let mut test = self.test;
        test.prefix(&steps::<L>(outer));
        Condition::new(test)
    }
}

/// Without the values that it compares with.
impl<E> fmt::Debug for Condition<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Condition").finish_non_exhaustive()
    }
}

impl<E> fmt::Debug for Size<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Size({})", super::path::display(&self.path))
    }
}
