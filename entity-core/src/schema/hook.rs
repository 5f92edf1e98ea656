//! `Hooks`: what an entity calls before a write and after a read.

use std::error::Error as StdError;

use super::Entity;

/// What a hook fails with.
pub type BoxError = Box<dyn StdError + Send + Sync>;

/// A function that is called before writes: what it gives is written instead, if it gives something.
type BeforeWrite<E> = fn(&E) -> Result<Option<E>, BoxError>;

/// A function that is called after reads.
type AfterRead<E> = fn(E) -> Result<E, BoxError>;

/// What an entity calls before a write and after a read.
#[derive(Debug, Clone, Copy)]
pub struct Hooks<E> {
    pub(crate) before_write: Option<BeforeWrite<E>>,
    pub(crate) after_read: Option<AfterRead<E>>,
}

impl<E> Hooks<E> {
    /// Nothing is called.
    pub const NONE: Self = Self { before_write: None, after_read: None };

    /// The same, with a function before writes; called by `#[derive(Entity)]`.
    #[doc(hidden)]
    #[must_use]
    pub const fn before_write(mut self, hook: BeforeWrite<E>) -> Self {
        self.before_write = Some(hook);
        self
    }

    /// The same, with a function after reads; called by `#[derive(Entity)]`.
    #[doc(hidden)]
    #[must_use]
    pub const fn after_read(mut self, hook: AfterRead<E>) -> Self {
        self.after_read = Some(hook);
        self
    }
}

/// What a function before writes may give: nothing, if it checks the item; or what is written
/// instead.
#[diagnostic::on_unimplemented(
    message = "a function before writes gives nothing or the item, and not `{Self}`",
    label = "gives something else",
    note = "write `fn(&{E}) -> Result<(), Error>`, which checks the item, or `fn(&{E}) -> Result<{E}, Error>`, which gives what is written instead"
)]
pub trait Written<E> {
    /// What is written instead of the item.
    #[doc(hidden)]
    fn written(self) -> Option<E>;
}

impl<E: Entity> Written<E> for () {
    fn written(self) -> Option<E> {
        None
    }
}

#[diagnostic::do_not_recommend]
impl<E: Entity> Written<E> for E {
    fn written(self) -> Option<E> {
        Some(self)
    }
}
