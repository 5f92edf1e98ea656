//! Reading: whether a text is a key of a template, and the texts of its parts.

use super::encoding::Encoding;
use super::error::TemplateError;
use super::error::TemplateErrorKind;
use super::shape::Shape;
use super::template::{Form, Segment, Template};
use super::text;

impl Template {
    /// Whether `key` has the structure of this template: its literals, and between them texts of the shapes
    /// of its parts that could stand there. Does not read the parts, and allocates nothing.
    ///
    /// # Example
    ///
    /// ```
    /// use entity_core::key::{Encoding, Last, Segment, Template};
    ///
    /// const SK: Template = Template::new(
    ///     "Dld-{download_id}",
    ///     &[Segment::Literal("Dld-"), Segment::part(0, "download_id", <Last as Encoding<u64>>::SHAPE)],
    ///     "#",
    /// );
    /// assert!(SK.matches("Dld-7"));
    /// assert!(SK.matches("Dld-007")); // digits they are; reading the part refuses them
    /// assert!(!SK.matches("Dld-x"));
    /// ```
    #[must_use]
    pub fn matches(&self, key: &str) -> bool {
        let fits = |with| self.matches_form(with, key);
        text::check_reserved(key).is_ok()
            && (fits(true) || self.optional_part().is_some() && fits(false))
    }

    /// Finds the texts of the parts: `texts[slot]`, `None` where the optional part is left out.
    ///
    /// Reading them with [`read`](Template::read) completes the check that the key is one that
    /// [`build`](Template::build) would have built.
    ///
    /// # Errors
    ///
    /// If `key` does not have the structure of this template. The contents of `texts` do not matter then.
    pub fn parse<'t>(
        &self,
        key: &'t str,
        texts: &mut [Option<&'t str>],
    ) -> Result<(), TemplateError> {
        texts.fill(None);
        let split = self.split(key, &mut |slot, text: &'t str| {
            let place = texts.get_mut(slot).ok_or(())?;
            // A value that stands in two places has one text.
            match place.replace(text) {
                Some(earlier) if earlier != text => Err(()),
                _ => Ok(()),
            }
        });
        split.map_err(|at| self.error(TemplateErrorKind::Mismatch).at(Some(at)))
    }

    /// The text of the part of a slot, if `key` has the structure of this template; `None` if the part
    /// is left out, or there is none.
    pub(crate) fn text_of<'t>(&self, wanted: usize, key: &'t str) -> Result<Option<&'t str>, ()> {
        text::check_reserved(key).map_err(drop)?;
        for with in [true, false] {
            let mut text = None;
            let mut find = |slot: usize, found: &'t str| {
                if slot != wanted {
                    return Ok(());
                }
                // A value that stands in two places has one text.
                match text.replace(found) {
                    Some(earlier) if earlier != found => Err(()),
                    _ => Ok(()),
                }
            };
            if self.split_form(self.form(with), key, &mut find).is_ok() {
                return Ok(text);
            }
        }
        Err(())
    }

    /// Reads the part of a slot from the texts that [`parse`](Template::parse) has found.
    ///
    /// # Errors
    ///
    /// If no value is written like this, or the part is left out.
    pub fn read<T, E: Encoding<T>>(
        &self,
        slot: usize,
        texts: &[Option<&str>],
    ) -> Result<T, TemplateError> {
        let omitted = || self.error(TemplateErrorKind::NoPart).of_part(self.name_of(slot));
        self.read_optional::<T, E>(slot, texts)?.ok_or_else(omitted)
    }

    /// Reads the part of a slot, or `None` if it is left out.
    ///
    /// # Errors
    ///
    /// If no value is written like this.
    pub fn read_optional<T, E: Encoding<T>>(
        &self,
        slot: usize,
        texts: &[Option<&str>],
    ) -> Result<Option<T>, TemplateError> {
        let Some(text) = texts.get(slot).copied().flatten() else {
            return Ok(None);
        };
        match E::parse(text) {
            Ok(value) => Ok(Some(value)),
            Err(error) => Err(self.part_error(self.name_of(slot), error)),
        }
    }

    fn name_of(&self, of: usize) -> &'static str {
        let name = |segment: &Segment| match segment {
            Segment::Part { slot, name, .. } if *slot == of => Some(*name),
            _ => None,
        };
        self.segments.iter().find_map(name).unwrap_or("?")
    }

    /// Gives the texts of the parts to `found`; the error is the byte up to which the key fits.
    fn split<'t>(
        &self,
        key: &'t str,
        found: &mut dyn FnMut(usize, &'t str) -> Result<(), ()>,
    ) -> Result<(), usize> {
        if let Some(at) = key.find(text::MAX) {
            return Err(at);
        }
        // The forms are disjoint, so the one that fits is the one. It is found before `found` hears of it.
        let with = self.split_form(self.form(true), key, &mut |_, _| Ok(()));
        if with.is_ok() || self.optional_part().is_none() {
            return with.and_then(|()| self.split_form(self.form(true), key, found));
        }
        self.split_form(self.form(false), key, found)
            .map_err(|at| with.map_or_else(|other| at.max(other), |()| at))
    }

    /// Whether `key` has the structure of the form with the optional part, or of the one without.
    pub(super) fn matches_form(&self, with: bool, key: &str) -> bool {
        self.split_form(self.form(with), key, &mut |_, _| Ok(())).is_ok()
    }

    pub(super) fn split_form<'t>(
        &self,
        form: Form,
        key: &'t str,
        found: &mut dyn FnMut(usize, &'t str) -> Result<(), ()>,
    ) -> Result<(), usize> {
        let mut rest = key;
        let mut next = form.first();
        while let Some((at, segment)) = form.get(next) {
            let here = key.len() - rest.len();
            rest = match segment {
                Segment::Literal(literal) => rest.strip_prefix(literal).ok_or(here)?,
                Segment::Part { slot, shape, .. } => {
                    let (text, rest) =
                        self.split_part(*shape, form.literal_after(at), rest).ok_or(here)?;
                    found(*slot, text).map_err(|()| here)?;
                    rest
                }
            };
            next = form.after(at);
        }
        if rest.is_empty() { Ok(()) } else { Err(key.len() - rest.len()) }
    }

    /// The text of a part at the beginning of `rest`, and what comes after it.
    fn split_part<'t>(
        &self,
        shape: Shape,
        next: Option<&str>,
        rest: &'t str,
    ) -> Option<(&'t str, &'t str)> {
        let end = match (shape, next) {
            (Shape::Fixed(pattern), _) => pattern.len(),
            (Shape::Variable(_), Some(literal)) => text::find(rest, literal)?,
            (Shape::Variable(_), None) | (Shape::Rest, _) => rest.len(),
        };
        let (text, rest) = rest.split_at_checked(end)?;
        let stands = match shape {
            Shape::Variable(_) => text::find_separator(text, self.separator).is_none(),
            Shape::Fixed(_) | Shape::Rest => true,
        };
        (stands && shape.matches(text)).then_some((text, rest))
    }
}
