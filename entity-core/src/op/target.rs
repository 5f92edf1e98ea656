//! `IntoTarget`: which item an update or a delete is of.

use crate::error::KeyError;
use crate::expr::{Json, Step, Term, Test};
use crate::item::Unique;
use crate::key::{IntoKey, Key};
use crate::schema::{ByKey, ByVersion, Entity};

/// An item, with what is known of it.
pub struct TargetItem<E> {
    pub(crate) key: Key<E>,
    /// The version that it must have.
    pub(crate) version: Option<u64>,
    /// The unique values that it has.
    pub(crate) unique: Vec<Unique>,
}

/// Without the key.
impl<E> std::fmt::Debug for TargetItem<E> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TargetItem").field("version", &self.version).finish_non_exhaustive()
    }
}

/// What `update` and `delete` take: a key; the item that was read; a key [`at_version`].
///
/// Of an entity with a version, a key alone does not say what was read; of one with unique fields,
/// only the item does.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say which item",
    label = "expected `Entity::key(..)`, or a reference to the item"
)]
pub trait IntoTarget {
    /// The entity.
    type Entity: Entity;

    /// The item.
    ///
    /// # Errors
    ///
    /// If the key could not be made.
    #[doc(hidden)]
    fn into_target(self) -> Result<TargetItem<Self::Entity>, KeyError>;
}

fn by_key<E>(key: Result<Key<E>, KeyError>) -> Result<TargetItem<E>, KeyError> {
    Ok(TargetItem { key: key?, version: None, unique: Vec::new() })
}

impl<E: Entity> IntoTarget for Key<E>
where
    E::Lock: ByKey,
{
    type Entity = E;

    fn into_target(self) -> Result<TargetItem<E>, KeyError> {
        by_key(Ok(self))
    }
}

impl<E: Entity> IntoTarget for &Key<E>
where
    E::Lock: ByKey,
{
    type Entity = E;

    fn into_target(self) -> Result<TargetItem<E>, KeyError> {
        by_key(Ok(self.clone()))
    }
}

impl<E: Entity> IntoTarget for Result<Key<E>, KeyError>
where
    E::Lock: ByKey,
{
    type Entity = E;

    fn into_target(self) -> Result<TargetItem<E>, KeyError> {
        by_key(self)
    }
}

impl<E: Entity> IntoTarget for &E {
    type Entity = E;

    fn into_target(self) -> Result<TargetItem<E>, KeyError> {
        Ok(TargetItem {
            key: self.primary_key()?,
            version: self.version().map(|(_, version)| version),
            unique: self.unique(),
        })
    }
}

/// A key, and the version that the item must have; made by [`at_version`].
#[derive(Debug, Clone, Copy)]
pub struct AtVersion<K> {
    key: K,
    version: u64,
}

/// Says which version of an item an `update` or a `delete` is of, where the item itself is not at
/// hand.
///
/// # Example
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/accounts.rs"));
/// use entity_core::at_version;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let accounts = accounts().await?;
/// let version = accounts.get(Account::key("1")).await?.unwrap().version;
/// accounts.update(at_version(Account::key("1"), version)).set(|a| a.balance.add(5)).await?;
///
/// let late = accounts.update(at_version(Account::key("1"), version)).set(|a| a.balance.add(5));
/// assert!(late.await.unwrap_err().is_condition_failed());
/// # Ok(())
/// # }
/// ```
pub const fn at_version<K>(key: K, version: u64) -> AtVersion<K> {
    AtVersion { key, version }
}

impl<K: IntoKey> IntoTarget for AtVersion<K>
where
    <K::Entity as crate::Item>::Lock: ByVersion,
{
    type Entity = K::Entity;

    fn into_target(self) -> Result<TargetItem<K::Entity>, KeyError> {
        let version = Some(self.version);
        Ok(TargetItem { version, ..by_key(self.key.into_key())? })
    }
}

/// A condition that attributes are what they were.
pub(super) fn unchanged<'a>(values: impl Iterator<Item = (&'a str, &'a Json)>) -> Option<Test> {
    let tests: Vec<Test> = values.map(|(name, value)| is(name, value.clone())).collect();
    (!tests.is_empty()).then_some(Test::All(tests))
}

/// An attribute is that value; of none, it is not there or NULL, which is read as none too.
pub(super) fn is(name: &str, value: Json) -> Test {
    let path = vec![Step::Entry(name.to_owned())];
    match value {
        Ok(None) => Test::absent(path),
        value => Test::equal(path, Term::Value(value)),
    }
}
