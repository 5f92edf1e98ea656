//! Which conditions a part can have: ranges and prefixes exist only where they mean what they say.

use super::kind::{PrefixesIn, RangesIn};
use super::part::KeyPart;

/// In encoding `E` the texts of this type order as the values do, or exactly against them.
#[diagnostic::on_unimplemented(
    message = "a range over `{Self}` is not possible in this key",
    label = "text order is not value order here",
    note = "give integers a width: `{{field:06}}` if unsigned, `{{field:+06}}` if signed",
    note = "strings can be ranged over as the last part of a key only"
)]
pub trait Ranged<E> {}

#[diagnostic::do_not_recommend]
impl<T: KeyPart, E> Ranged<E> for T where T::Kind: RangesIn<E> {}

/// In encoding `E` this type can be searched by the beginning of its text.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be searched by prefix in this key",
    label = "not a string",
    note = "`begins_with` is for strings; what has an order can be searched by range"
)]
pub trait Prefixed<E> {}

#[diagnostic::do_not_recommend]
impl<T: KeyPart, E> Prefixed<E> for T where T::Kind: PrefixesIn<E> {}
