//! Queries over a sort key: what a query gives of a key, from the left, as bounds of its text (rules 5 and 6).

use super::encoded::{Encoded, Part};
use super::encoding::Encoding;
use super::error::{TemplateError, TemplateErrorKind};
use super::range::{Prefixed, Ranged};
use super::shape::Shape;
use super::template::{Form, Segment, Template};
use super::text;

/// The condition on the part after the last one that is given.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub enum Step<'p> {
    /// None: all values.
    All,
    /// The part's text lies between two others, both included, in the order of texts.
    Between(Option<&'p dyn Part>, Option<&'p dyn Part>),
    /// The part's text begins with another.
    Prefix(&'p dyn Part),
}

impl<'p> Step<'p> {
    /// A range of values, both ends included; `None` where it has no end. The ends change places if the
    /// part is written `:desc`.
    #[must_use]
    pub fn range<T: Ranged<E>, E: Encoding<T>>(
        lower: Option<&'p Encoded<'p, T, E>>,
        upper: Option<&'p Encoded<'p, T, E>>,
    ) -> Self {
        let part = |end: &'p Encoded<'p, T, E>| end as &dyn Part;
        let (lower, upper) = (lower.map(part), upper.map(part));
        if E::DESCENDING { Step::Between(upper, lower) } else { Step::Between(lower, upper) }
    }

    /// Values that begin with `text`.
    #[must_use]
    pub fn prefix<T: Prefixed<E>, E: Encoding<T>>(text: &'p Encoded<'p, T, E>) -> Self {
        Step::Prefix(text)
    }
}

impl std::fmt::Debug for Step<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Step::All => "All",
            Step::Between(..) => "Between",
            Step::Prefix(_) => "Prefix",
        })
    }
}

/// Which texts a query reads, in the byte order of UTF-8.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Bounds {
    /// Every key of the partition.
    All,
    /// No key: the range is empty, and need not be asked for.
    Nothing,
    /// This key.
    Equal(String),
    /// Keys that begin with this.
    Prefix(String),
    /// Keys between these two, both included.
    Between(String, String),
    /// Keys up to this one, included.
    AtMost(String),
}

impl Bounds {
    /// Whether a key lies within.
    #[must_use]
    pub fn contains(&self, key: &str) -> bool {
        match self {
            Bounds::All => true,
            Bounds::Nothing => false,
            Bounds::Equal(this) => key == this,
            Bounds::Prefix(prefix) => key.starts_with(prefix),
            Bounds::Between(lower, upper) => lower.as_str() <= key && key <= upper.as_str(),
            Bounds::AtMost(upper) => key <= upper.as_str(),
        }
    }
}

/// What a query reads, and which of it the query is after.
///
/// [`bounds`](Selection::bounds) are the tightest that one key condition can say. Keys of other templates can
/// lie within (`ORDER#1#ITEM#0001` lies within the bounds of `ORDER#{id}`), and, where a template has an
/// optional part or a string is searched by prefix, keys of the same template that are not meant.
/// [`admits`](Selection::admits) tells them apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selection {
    template: Template,
    bounds: Bounds,
    forms: Forms,
    /// The beginning that the text of a slot must have.
    begins: Option<(usize, String)>,
}

/// Which forms of a template are meant.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Forms {
    /// Both, or the only one.
    Any,
    /// With the optional part.
    With,
    /// With the optional part and beginning with `prefix`, or the one key without it.
    WithOr { prefix: String, without: String },
}

impl Selection {
    /// The condition to send.
    #[must_use]
    pub fn bounds(&self) -> &Bounds {
        &self.bounds
    }

    /// Whether a key is one that the query is after: it is within the bounds, it has the structure of the
    /// template, and its parts are the given ones.
    #[must_use]
    pub fn admits(&self, key: &str) -> bool {
        let form = match &self.forms {
            Forms::Any => self.template.matches(key),
            Forms::With => self.template.matches_form(true, key),
            Forms::WithOr { prefix, without } => {
                key == without || key.starts_with(prefix) && self.template.matches_form(true, key)
            }
        };
        form && self.bounds.contains(key) && self.begins_right(key)
    }

    fn begins_right(&self, key: &str) -> bool {
        let Some((of, begin)) = &self.begins else {
            return true;
        };
        let mut begins = |slot: usize, text: &str| match slot == *of && !text.starts_with(begin) {
            true => Err(()),
            false => Ok(()),
        };
        self.template.split_form(self.template.form(true), key, &mut begins).is_ok()
            || self.template.split_form(self.template.form(false), key, &mut begins).is_ok()
    }
}

impl Template {
    /// What a query reads that gives the first `given` parts, in the order of the template, and a condition
    /// on the next one.
    ///
    /// After the last given part the prefix runs to the end of the next literal: `12856333#ACTIVE#`, never
    /// `12856333#ACTIVE`. If all parts are given, it is the one key.
    ///
    /// # Errors
    ///
    /// If a value cannot be written or could not stand in a key, if it is `None`, if there is no part for the
    /// condition, or if it is a range over a part of variable width that something follows.
    ///
    /// # Example
    ///
    /// ```
    /// use entity_core::key::{Bounds, Encoded, Encoding, Padded, Plain, Segment, Step, Template};
    ///
    /// const SK: Template = Template::new(
    ///     "ORDER#{id}#ITEM#{n:04}",
    ///     &[
    ///         Segment::Literal("ORDER#"),
    ///         Segment::part(0, "id", <Plain as Encoding<String>>::SHAPE),
    ///         Segment::Literal("#ITEM#"),
    ///         Segment::part(1, "n", <Padded<4> as Encoding<u32>>::SHAPE),
    ///     ],
    ///     "#",
    /// );
    /// let id = "O-1".to_owned();
    /// let id = Encoded::<_, Plain>::new(&id);
    /// let items = SK.select(&[&id], 1, Step::All)?;
    /// assert_eq!(items.bounds(), &Bounds::Prefix("ORDER#O-1#ITEM#".to_owned()));
    ///
    /// let (first, last) = (Encoded::<_, Padded<4>>::new(&3_u32), Encoded::new(&12));
    /// let items = SK.select(&[&id], 1, Step::range(Some(&first), Some(&last)))?;
    /// let (first, last) = ("ORDER#O-1#ITEM#0003".to_owned(), "ORDER#O-1#ITEM#0012".to_owned());
    /// assert_eq!(items.bounds(), &Bounds::Between(first, last));
    /// # Ok::<(), entity_core::key::TemplateError>(())
    /// ```
    pub fn select(
        &self,
        parts: &[&dyn Part],
        given: usize,
        step: Step<'_>,
    ) -> Result<Selection, TemplateError> {
        let form = self.form(true);
        let start = self.write_given(form, parts, given)?;
        let optional = self.optional_part();
        let mut selection = Selection {
            template: *self,
            bounds: Bounds::All,
            forms: if optional.is_some_and(|at| at < start.next) {
                Forms::With
            } else {
                Forms::Any
            },
            begins: None,
        };
        match (step, form.get(start.next)) {
            (Step::All, None) => selection.bounds = Bounds::Equal(start.text),
            (Step::All, Some(_)) => selection.open(start),
            (_, None) => return Err(self.error(TemplateErrorKind::NoPart)),
            (step, Some((at, segment))) => {
                if optional == Some(at) {
                    selection.forms = Forms::With;
                }
                self.condition(form, at, segment, step, start.text, &mut selection)?;
            }
        }
        Ok(selection)
    }

    /// The key up to the first part that is not given.
    fn write_given(
        &self,
        form: Form,
        parts: &[&dyn Part],
        given: usize,
    ) -> Result<Given, TemplateError> {
        let mut start = Given { text: String::new(), next: form.first(), without: None };
        let mut left = given;
        while let Some((at, segment)) = form.get(start.next) {
            match segment {
                Segment::Part { .. } if left == 0 => break,
                Segment::Part { slot, name, .. } => {
                    if parts.get(*slot).is_some_and(|part| !part.is_some()) {
                        return Err(self.error(TemplateErrorKind::Omitted).of_part(name));
                    }
                    left -= 1;
                }
                // The literal before a last, optional part goes with it: without, the key ends here.
                Segment::Literal(_) if left == 0 && self.form(false).omits_from(at) => {
                    start.without = Some(start.text.clone());
                }
                Segment::Literal(_) => {}
            }
            self.write_segment(form, at, segment, parts, &mut start.text)?;
            start.next = form.after(at);
        }
        if left > 0 {
            return Err(self.error(TemplateErrorKind::NoPart));
        }
        Ok(start)
    }

    /// Bounds for a condition on the part at `at`; `prefix` is the text before it.
    fn condition(
        &self,
        form: Form,
        at: usize,
        segment: &Segment,
        step: Step<'_>,
        prefix: String,
        selection: &mut Selection,
    ) -> Result<(), TemplateError> {
        let Segment::Part { slot, name, shape, .. } = segment else {
            return Err(self.error(TemplateErrorKind::NoPart));
        };
        let is_last = form.get(form.after(at)).is_none();
        match step {
            Step::All => {}
            Step::Prefix(part) => {
                let begin = self.write_end(part, *shape, name)?;
                selection.bounds = Bounds::prefix(prefix + &begin);
                selection.begins = Some((*slot, begin));
            }
            Step::Between(..) if shape.width().is_none() && !is_last => {
                return Err(self.error(TemplateErrorKind::NotRanged).of_part(name));
            }
            Step::Between(lower, upper) => {
                let end = |end: Option<&dyn Part>| {
                    end.map(|part| self.write_end(part, *shape, name)).transpose()
                };
                selection.bounds = Bounds::between(prefix, end(lower)?, end(upper)?, is_last);
            }
        }
        Ok(())
    }

    /// The text of an end of a range or of a prefix. It need not be able to stand in a key itself.
    fn write_end(
        &self,
        part: &dyn Part,
        shape: Shape,
        name: &'static str,
    ) -> Result<String, TemplateError> {
        let mut text = String::new();
        let written = part.write(&mut text).and_then(|_| match shape {
            Shape::Fixed(_) => text::check_part(&text, shape, "", None),
            Shape::Variable(_) | Shape::Rest => text::check_reserved(&text),
        });
        match (written, part.is_some()) {
            (Err(error), _) => Err(self.part_error(name, error)),
            (Ok(()), false) => Err(self.error(TemplateErrorKind::Omitted).of_part(name)),
            (Ok(()), true) => Ok(text),
        }
    }
}

/// The given parts of a key.
struct Given {
    text: String,
    /// The first segment that is not given.
    next: usize,
    /// The whole key, if it may end here because the next part is optional.
    without: Option<String>,
}

impl Selection {
    /// Bounds without a condition on the next part.
    fn open(&mut self, given: Given) {
        match given.without {
            None => self.bounds = Bounds::prefix(given.text),
            Some(without) => {
                self.bounds = Bounds::Between(without.clone(), after(given.text.clone()));
                self.forms = Forms::WithOr { prefix: given.text, without };
            }
        }
    }
}

impl Bounds {
    fn prefix(prefix: String) -> Bounds {
        if prefix.is_empty() { Bounds::All } else { Bounds::Prefix(prefix) }
    }

    fn between(
        prefix: String,
        lower: Option<String>,
        upper: Option<String>,
        is_last: bool,
    ) -> Bounds {
        let (lower, upper) = match (lower, upper) {
            (None, None) => return Bounds::prefix(prefix),
            (Some(lower), Some(upper)) if lower > upper => return Bounds::Nothing,
            ends => ends,
        };
        let upper = match upper {
            None => after(prefix.clone()),
            Some(upper) if is_last => prefix.clone() + &upper,
            Some(upper) => after(prefix.clone() + &upper),
        };
        let lower = prefix + &lower.unwrap_or_default();
        // An empty key is nowhere, and DynamoDB refuses to compare with one.
        match (lower.is_empty(), upper.is_empty()) {
            (_, true) => Bounds::Nothing,
            (true, false) => Bounds::AtMost(upper),
            (false, false) => Bounds::Between(lower, upper),
        }
    }
}

/// Greater than every key that begins with `text`.
fn after(mut text: String) -> String {
    text.push(text::MAX);
    text
}
