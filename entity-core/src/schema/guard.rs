//! What writes of an entity ask for, so that they do not undo others unseen.

macro_rules! locks {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub enum $name {}
    )*};
}

locks! {
    /// A key is enough.
    Unlocked;
    /// The version that was read, as the entity has one.
    Versioned;
    /// The item that was read, as the entity has unique fields.
    Guarded;
}

/// Holds for entities that can be updated and deleted by their key alone.
#[diagnostic::on_unimplemented(
    message = "this entity is updated and deleted by the item that was read: it is `{Self}`",
    label = "a key does not say what was read",
    note = "`Versioned`: give the item, `update(&item)`, `delete(&item)`; or `at_version(key, 3)`; or say `update_unchecked(key)`, `delete_unchecked(key)`",
    note = "`Guarded`: it has unique fields; give the item, `update(&item)`, `delete(&item)`"
)]
pub trait ByKey {}

/// Holds for entities with a version and without unique fields.
#[diagnostic::on_unimplemented(
    message = "this entity cannot be written by a key and a version: it is `{Self}`",
    label = "no version, or not that alone",
    note = "`Unlocked`: it has no version, and `update(key)` and `delete(key)` check nothing",
    note = "`Guarded`: it has unique fields; give the item, `update(&item)`, `delete(&item)`"
)]
pub trait ByVersion {}

/// Holds for entities that can be put whole without knowing what was there before.
#[diagnostic::on_unimplemented(
    message = "an item of this entity is not replaced unseen: it is `{Self}`",
    label = "what is there has unique values of its own",
    note = "write a new item with `create(&item)`, and change one that was read with `move_item(&old, &new)` or `update(&old)`"
)]
pub trait ByItem {}

/// Holds for entities whose writes are of one item, which they can return.
#[diagnostic::on_unimplemented(
    message = "a write of this entity returns nothing of the item: it is `{Self}`",
    label = "a transaction with the items that keep its unique values",
    note = "read the item afterwards with `get(..).consistent()`"
)]
pub trait Returning {}

impl Returning for Unlocked {}
impl Returning for Versioned {}
impl ByKey for Unlocked {}
impl ByVersion for Versioned {}
impl ByItem for Unlocked {}
impl ByItem for Versioned {}
