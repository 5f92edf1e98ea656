//! `Projection`: a part of an entity, to be read and not written.

use serde::de::DeserializeOwned;

use super::Entity;
use crate::item::Readable;

/// A part of an entity, declared by [`#[derive(Projection)]`](macro@crate::Projection).
///
/// It has some of the entity's fields, stored as the entity stores them. It is read with
/// [`Query::project`](crate::op::Query::project) and [`Get::project`](crate::op::Get::project), and
/// cannot be written: a `put` of it would remove the attributes that it leaves out.
pub trait Projection: Readable + DeserializeOwned {
    /// The entity that it is a part of.
    type Entity: Entity;
}
