//! The grammar of keys as a small model, written from the rules alone, and the library compared with it.
//!
//! The model is slow and plain on purpose: it reads a key by trying every way to split it, and it decides
//! whether two templates can have a key in common by trying every text over a small alphabet.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests fail as tests do; clippy allows it in `#[test]` functions alone"
)]

mod model {
    /// The value of a field.
    #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
    pub(crate) enum Value {
        Text(String),
        Unsigned(u64),
        Signed(i64),
        Bool(bool),
    }

    /// The type of a field: what its text can look like.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(crate) enum Type {
        Text,
        Unsigned,
        Signed,
        Bool,
    }

    /// How a part is written.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
    pub(crate) struct Format {
        pub(crate) width: Option<usize>,
        pub(crate) offset: bool,
        pub(crate) desc: bool,
        pub(crate) rest: bool,
    }

    #[derive(Debug, Clone, PartialEq, Eq)]
    pub(crate) enum Token {
        Literal(String),
        Part { name: String, ty: Type, format: Format, optional: bool },
    }

    /// Types go by the first letter of the name: `s` text, `u` unsigned, `i` signed, `b` bool.
    fn type_of(name: &str) -> Type {
        match &name[..1] {
            "s" => Type::Text,
            "u" => Type::Unsigned,
            "i" => Type::Signed,
            _ => Type::Bool,
        }
    }

    fn part(inside: &str) -> Token {
        let mut pieces = inside.split(':');
        let head = pieces.next().unwrap();
        let (name, optional) = match head.strip_suffix('?') {
            Some(name) => (name, true),
            None => (head, false),
        };
        let mut format = Format::default();
        for piece in pieces {
            match piece {
                "desc" => format.desc = true,
                "rest" => format.rest = true,
                width => {
                    format.offset = width.starts_with('+');
                    format.width = Some(width.trim_start_matches('+').parse().unwrap());
                }
            }
        }
        Token::Part { name: name.to_owned(), ty: type_of(name), format, optional }
    }

    pub(crate) fn tokenize(template: &str) -> Vec<Token> {
        let mut tokens = Vec::new();
        let mut rest = template;
        while let Some(open) = rest.find('{') {
            if open > 0 {
                tokens.push(Token::Literal(rest[..open].to_owned()));
            }
            let close = rest.find('}').unwrap();
            tokens.push(part(&rest[open + 1..close]));
            rest = &rest[close + 1..];
        }
        if !rest.is_empty() {
            tokens.push(Token::Literal(rest.to_owned()));
        }
        tokens
    }

    /// The tokens of the form with the optional part, or of the one without: the part goes together with
    /// the literal after it, or before it if the part is the last.
    pub(crate) fn form(tokens: &[Token], with: bool) -> Vec<Token> {
        let at = tokens.iter().position(|t| matches!(t, Token::Part { optional: true, .. }));
        let mut form = tokens.to_vec();
        if let (Some(at), false) = (at, with) {
            if at + 1 < form.len() {
                form.drain(at..at + 2);
            } else {
                form.drain(at - 1..);
            }
        }
        form
    }

    pub(crate) fn has_optional(tokens: &[Token]) -> bool {
        tokens.iter().any(|t| matches!(t, Token::Part { optional: true, .. }))
    }

    pub(crate) fn is_fixed(ty: Type, format: Format) -> bool {
        format.width.is_some() || ty == Type::Bool
    }

    fn complement(text: &str, ty: Type) -> String {
        let top = if ty == Type::Bool { 1 } else { 9 };
        text.chars().map(|c| char::from_digit(top - c.to_digit(10).unwrap(), 10).unwrap()).collect()
    }

    /// The text of one value, or `None` if it has none.
    pub(crate) fn text(value: &Value, ty: Type, format: Format) -> Option<String> {
        let plain = match (value, format.width) {
            (Value::Text(text), _) => text.clone(),
            (Value::Unsigned(n), None) => n.to_string(),
            (Value::Signed(n), None) => n.to_string(),
            (Value::Bool(b), _) => if *b { "1" } else { "0" }.to_owned(),
            (Value::Unsigned(n), Some(width)) => format!("{n:0width$}"),
            (Value::Signed(n), Some(width)) => {
                let moved = i128::from(*n) + 5 * 10_i128.pow(width as u32 - 1);
                if moved < 0 {
                    return None;
                }
                format!("{moved:0width$}")
            }
        };
        if format.width.is_some_and(|width| plain.len() > width) {
            return None;
        }
        Some(if format.desc { complement(&plain, ty) } else { plain })
    }

    /// Every value with this text: none or one.
    fn value(text: &str, ty: Type, format: Format) -> Option<Value> {
        let digits = text.bytes().all(|b| b.is_ascii_digit());
        let undone = if format.desc {
            if !digits || (ty == Type::Bool && !matches!(text, "0" | "1")) {
                return None;
            }
            complement(text, ty)
        } else {
            text.to_owned()
        };
        let value = match ty {
            Type::Text => Value::Text(undone),
            Type::Unsigned => Value::Unsigned(undone.parse().ok()?),
            Type::Signed => match format.width {
                None => Value::Signed(undone.parse().ok()?),
                Some(width) => {
                    Value::Signed(undone.parse::<i64>().ok()? - 5 * 10_i64.pow(width as u32 - 1))
                }
            },
            Type::Bool => Value::Bool(undone == "1"),
        };
        (self::text(&value, ty, format).as_deref() == Some(text)).then_some(value)
    }

    /// Rule 1.
    fn may_stand(
        text: &str,
        ty: Type,
        format: Format,
        next: Option<&str>,
        separator: &str,
    ) -> bool {
        if text.contains('\u{10FFFF}') {
            return false;
        }
        if format.rest || is_fixed(ty, format) {
            return true;
        }
        if !separator.is_empty() && text.contains(separator) {
            return false;
        }
        next.is_none_or(|literal| format!("{text}{literal}").find(literal) == Some(text.len()))
    }

    /// The literal that follows token `i`.
    fn next(form: &[Token], i: usize) -> Option<&str> {
        match form.get(i + 1) {
            Some(Token::Literal(literal)) => Some(literal),
            _ => None,
        }
    }

    /// The key of values, one for every part in the order of the template; `None` for an omitted part.
    pub(crate) fn build(
        tokens: &[Token],
        values: &[Option<Value>],
        separator: &str,
    ) -> Option<String> {
        let with = values.iter().all(Option::is_some);
        let form = form(tokens, with);
        let mut values = values.iter().flatten();
        let mut key = String::new();
        for (i, token) in form.iter().enumerate() {
            match token {
                Token::Literal(literal) => key.push_str(literal),
                Token::Part { ty, format, .. } => {
                    let text = text(values.next().unwrap(), *ty, *format)?;
                    if !may_stand(&text, *ty, *format, next(&form, i), separator) {
                        return None;
                    }
                    key.push_str(&text);
                }
            }
        }
        Some(key)
    }

    type Tuple = Vec<Option<Value>>;

    /// Every way to split `key` into the texts of the parts, in order.
    fn splits(form: &[Token], at: usize, key: &str, separator: &str) -> Vec<Vec<String>> {
        let Some(token) = form.get(at) else {
            return if key.is_empty() { vec![Vec::new()] } else { Vec::new() };
        };
        match token {
            Token::Literal(literal) => match key.strip_prefix(literal.as_str()) {
                Some(rest) => splits(form, at + 1, rest, separator),
                None => Vec::new(),
            },
            Token::Part { ty, format, .. } => {
                let mut all = Vec::new();
                for end in (0..=key.len()).filter(|end| key.is_char_boundary(*end)) {
                    let text = &key[..end];
                    if looks_like(text, *ty, *format)
                        && may_stand(text, *ty, *format, next(form, at), separator)
                    {
                        for mut split in splits(form, at + 1, &key[end..], separator) {
                            split.insert(0, text.to_owned());
                            all.push(split);
                        }
                    }
                }
                all
            }
        }
    }

    /// Whether a text has the look of a part: its width and its characters.
    fn looks_like(text: &str, ty: Type, format: Format) -> bool {
        if format.width.is_some_and(|width| text.len() != width) {
            return false;
        }
        let digit = |b: u8| b.is_ascii_digit();
        match (ty, format.width) {
            (Type::Text, _) => true,
            (Type::Bool, _) => matches!(text, "0" | "1"),
            (Type::Signed, None) => text.bytes().all(|b| digit(b) || b == b'-'),
            (Type::Unsigned, _) | (Type::Signed, Some(_)) => text.bytes().all(digit),
        }
    }

    /// Whether a text has the structure of a key of the template.
    pub(crate) fn matches(tokens: &[Token], key: &str, separator: &str) -> bool {
        let forms: &[bool] = if has_optional(tokens) { &[true, false] } else { &[true] };
        forms.iter().any(|with| form_matches(tokens, *with, key, separator))
    }

    pub(crate) fn form_matches(tokens: &[Token], with: bool, key: &str, separator: &str) -> bool {
        !splits(&form(tokens, with), 0, key, separator).is_empty()
    }

    /// Every tuple of values with this key. Rule 3 included: a tuple counts if it builds the key.
    pub(crate) fn parse(tokens: &[Token], key: &str, separator: &str) -> Vec<Tuple> {
        let mut tuples = Vec::new();
        let forms: &[bool] = if has_optional(tokens) { &[true, false] } else { &[true] };
        for with in forms {
            for split in splits(&form(tokens, *with), 0, key, separator) {
                let mut split = split.into_iter();
                let tuple: Option<Tuple> = tokens
                    .iter()
                    .filter_map(|token| match token {
                        Token::Part { ty, format, optional, .. } => Some((*ty, *format, *optional)),
                        Token::Literal(_) => None,
                    })
                    .map(|(ty, format, optional)| {
                        if optional && !with {
                            return Some(None);
                        }
                        value(&split.next().unwrap(), ty, format).map(Some)
                    })
                    .collect();
                if let Some(tuple) = tuple
                    && build(tokens, &tuple, separator).as_deref() == Some(key)
                {
                    tuples.push(tuple);
                }
            }
        }
        tuples
    }

    /// Rule 2 without its last sentence: what may stand beside what.
    pub(crate) fn is_well_formed(tokens: &[Token]) -> bool {
        let mut forms = vec![form_checked(tokens, true)];
        if has_optional(tokens) {
            forms.push(form_checked(tokens, false));
        }
        forms.into_iter().all(|form| {
            form.is_some_and(|form| {
                !form.is_empty()
                    && (0..form.len()).all(|i| match &form[i] {
                        Token::Literal(_) => true,
                        Token::Part { format, .. } if format.rest => i + 1 == form.len(),
                        Token::Part { ty, format, .. } => {
                            is_fixed(*ty, *format)
                                || i + 1 == form.len()
                                || next(&form, i).is_some()
                        }
                    })
            })
        })
    }

    fn form_checked(tokens: &[Token], with: bool) -> Option<Vec<Token>> {
        let optional: Vec<usize> = (0..tokens.len())
            .filter(|i| matches!(tokens[*i], Token::Part { optional: true, .. }))
            .collect();
        let is_literal = |i: usize| matches!(tokens.get(i), Some(Token::Literal(_)));
        match optional[..] {
            [] => {}
            [at] if is_literal(at + 1) => {}
            [at] if at + 1 == tokens.len() && at > 0 && is_literal(at - 1) => {}
            _ => return None,
        }
        Some(form(tokens, with))
    }
}

/// The library, driven by the tokens of the model.
mod library {
    use super::model::{Format, Token, Type, Value};
    use entity_core::key::{
        Desc, Encoded, Encoding, Last, Offset, Padded, Part, Plain, Rest, Segment, Selection,
        Shape, Step, Template, TemplateError,
    };

    /// Calls `$call` with the type of the value and its encoding.
    macro_rules! with_encoding {
        ($ty:expr, $format:expr, $last:expr, $call:ident!($($arg:tt)*)) => {
            match ($ty, $format.width, $format.desc, $last) {
                (Type::Text, ..) if $format.rest => $call!(Text, String, Rest, $($arg)*),
                (Type::Text, _, _, true) => $call!(Text, String, Last, $($arg)*),
                (Type::Text, ..) => $call!(Text, String, Plain, $($arg)*),
                (Type::Unsigned, None, ..) => $call!(Unsigned, u64, Plain, $($arg)*),
                (Type::Unsigned, Some(2), false, _) => $call!(Unsigned, u64, Padded<2>, $($arg)*),
                (Type::Unsigned, Some(2), true, _) => $call!(Unsigned, u64, Desc<Padded<2>>, $($arg)*),
                (Type::Unsigned, Some(4), false, _) => $call!(Unsigned, u64, Padded<4>, $($arg)*),
                (Type::Signed, None, ..) => $call!(Signed, i64, Plain, $($arg)*),
                (Type::Signed, Some(2), false, _) => $call!(Signed, i64, Offset<2>, $($arg)*),
                (Type::Signed, Some(2), true, _) => $call!(Signed, i64, Desc<Offset<2>>, $($arg)*),
                (Type::Bool, _, false, _) => $call!(Bool, bool, Plain, $($arg)*),
                (Type::Bool, _, true, _) => $call!(Bool, bool, Desc<Plain>, $($arg)*),
                other => panic!("no such encoding in the tests: {other:?}"),
            }
        };
    }

    macro_rules! shape {
        ($variant:ident, $type:ty, $encoding:ty,) => {
            <$encoding as Encoding<$type>>::SHAPE
        };
    }

    macro_rules! part {
        ($variant:ident, $type:ty, $encoding:ty, $value:ident) => {{
            let value = $value.map(|value| match value {
                Value::$variant(value) => value,
                other => panic!("{other:?} is of another type"),
            });
            Box::new(Encoded::<$type, $encoding>::maybe(value)) as Box<dyn Part + '_>
        }};
    }

    macro_rules! read {
        ($variant:ident, $type:ty, $encoding:ty, $template:ident, $slot:ident, $texts:ident) => {
            $template
                .read_optional::<$type, $encoding>($slot, $texts)
                .map(|v| v.map(Value::$variant))
        };
    }

    fn parts(tokens: &[Token]) -> impl Iterator<Item = (Type, Format, bool)> {
        tokens.iter().enumerate().filter_map(move |(i, token)| match token {
            Token::Part { ty, format, .. } => Some((*ty, *format, i + 1 == tokens.len())),
            Token::Literal(_) => None,
        })
    }

    fn shape(ty: Type, format: Format, last: bool) -> Shape {
        with_encoding!(ty, format, last, shape!())
    }

    pub(crate) fn template(source: &str, tokens: &[Token], separator: &str) -> Template {
        let mut slot = 0;
        let segments: Vec<Segment> = tokens
            .iter()
            .enumerate()
            .map(|(i, token)| match token {
                Token::Literal(literal) => Segment::Literal(literal.clone().leak()),
                Token::Part { name, ty, format, optional } => {
                    slot += 1;
                    let name = name.clone().leak();
                    let shape = shape(*ty, *format, i + 1 == tokens.len());
                    Segment::Part { slot: slot - 1, name, shape, optional: *optional }
                }
            })
            .collect();
        Template::new(source.to_owned().leak(), segments.leak(), separator.to_owned().leak())
    }

    pub(crate) fn part<'a>(
        tokens: &[Token],
        at: usize,
        value: Option<&'a Value>,
    ) -> Box<dyn Part + 'a> {
        let (ty, format, last) = parts(tokens).nth(at).unwrap();
        with_encoding!(ty, format, last, part!(value))
    }

    pub(crate) fn build(
        template: &Template,
        tokens: &[Token],
        values: &[Option<Value>],
    ) -> Result<Option<String>, TemplateError> {
        let parts: Vec<_> =
            values.iter().enumerate().map(|(at, value)| part(tokens, at, value.as_ref())).collect();
        let parts: Vec<&dyn Part> = parts.iter().map(AsRef::as_ref).collect();
        let mut key = "before".to_owned();
        let built = template.build(&parts, &mut key);
        let key = key.strip_prefix("before").unwrap().to_owned();
        assert!(built == Ok(true) || key.is_empty());
        Ok(built?.then_some(key))
    }

    pub(crate) fn parse(
        template: &Template,
        tokens: &[Token],
        key: &str,
    ) -> Result<Vec<Option<Value>>, TemplateError> {
        let mut texts = vec![Some("not reset"); parts(tokens).count()];
        template.parse(key, &mut texts)?;
        let texts = &texts[..];
        parts(tokens)
            .enumerate()
            .map(|(slot, (ty, format, last))| {
                with_encoding!(ty, format, last, read!(template, slot, texts))
            })
            .collect()
    }

    /// The condition of a query on the part after the given ones.
    #[derive(Debug, Clone)]
    pub(crate) enum Condition {
        All,
        Range(Option<Value>, Option<Value>),
        Prefix(Value),
    }

    pub(crate) fn select(
        template: &Template,
        tokens: &[Token],
        given: &[Option<Value>],
        condition: &Condition,
    ) -> Result<Selection, TemplateError> {
        let boxed: Vec<_> =
            given.iter().enumerate().map(|(at, value)| part(tokens, at, value.as_ref())).collect();
        let parts_given: Vec<&dyn Part> = boxed.iter().map(AsRef::as_ref).collect();
        let at = given.len();
        match condition {
            Condition::All => template.select(&parts_given, at, Step::All),
            Condition::Prefix(begin) => {
                let begin = part(tokens, at, Some(begin));
                template.select(&parts_given, at, Step::Prefix(&*begin))
            }
            Condition::Range(lower, upper) => {
                let end = |end: &'_ Option<Value>| end.clone();
                let (lower, upper) = (end(lower), end(upper));
                let lower = lower.as_ref().map(|end| part(tokens, at, Some(end)));
                let upper = upper.as_ref().map(|end| part(tokens, at, Some(end)));
                // What `Step::range` does, whose types are not known here.
                let desc = parts(tokens).nth(at).unwrap().1.desc;
                let (lower, upper) = if desc { (upper, lower) } else { (lower, upper) };
                template.select(&parts_given, at, Step::Between(lower.as_deref(), upper.as_deref()))
            }
        }
    }

    pub(crate) fn range_is_possible(tokens: &[Token], at: usize) -> bool {
        let (ty, format, last) = parts(tokens).nth(at).unwrap();
        super::model::is_fixed(ty, format) || (ty == Type::Text && last)
    }
}

mod properties {
    use super::library::{self, Condition};
    use super::model::{self, Token, Type, Value};
    use entity_core::key::Template;
    use proptest::prelude::*;
    use proptest::sample::{Index, select};
    use std::collections::HashMap;

    const PIECES: &[&str] = &[
        "#",
        "#",
        "#",
        "-",
        "a",
        "a#",
        "#a",
        "##",
        "#a#",
        "--",
        "a-a-",
        "0",
        "{s}",
        "{s}",
        "{s}",
        "{u}",
        "{i}",
        "{u:02}",
        "{i:+02}",
        "{b}",
        "{u:02:desc}",
        "{i:+02:desc}",
        "{b:desc}",
        "{s?}",
        "{s?}",
        "{u?}",
        "{b?}",
        "{u?:02}",
    ];

    #[derive(Debug, Clone)]
    struct Case {
        tokens: Vec<Token>,
        separator: &'static str,
        template: Template,
    }

    impl Case {
        fn new(source: &str, separator: &'static str) -> Case {
            let tokens = model::tokenize(source);
            let template = library::template(source, &tokens, separator);
            Case { tokens, separator, template }
        }

        fn matches(&self, text: &str) -> bool {
            model::matches(&self.tokens, text, self.separator)
        }

        fn part_types(&self) -> Vec<(Type, bool)> {
            self.tokens
                .iter()
                .filter_map(|token| match token {
                    Token::Part { ty, optional, .. } => Some((*ty, *optional)),
                    Token::Literal(_) => None,
                })
                .collect()
        }
    }

    fn any_source() -> impl Strategy<Value = String> {
        (prop::collection::vec(select(PIECES), 1..6), prop::bool::weighted(0.1))
            .prop_map(|(pieces, rest)| pieces.concat() + if rest { "{s:rest}" } else { "" })
    }

    fn separator() -> impl Strategy<Value = &'static str> {
        select(&["#", "#", "#", "", "##", "-", "#a"][..])
    }

    fn any_case() -> impl Strategy<Value = Case> {
        (any_source(), separator()).prop_map(|(source, separator)| Case::new(&source, separator))
    }

    fn valid_case() -> impl Strategy<Value = Case> {
        any_case().prop_filter("a template", |case| case.template.check().is_ok())
    }

    /// Every text over a few characters, up to a length.
    fn texts(alphabet: &str, longest: usize) -> Vec<String> {
        let mut all = vec![String::new()];
        let mut from = 0;
        for _ in 0..longest {
            let to = all.len();
            for i in from..to {
                for char in alphabet.chars() {
                    all.push(format!("{}{char}", all[i]));
                }
            }
            from = to;
        }
        all
    }

    fn pool(ty: Type, rich: bool) -> Vec<Value> {
        let numbers: &[i64] = if rich {
            &[-51, -50, -49, -10, -9, -1, 0, 1, 9, 10, 49, 50, 99, 100]
        } else {
            &[-1, 0, 1, 10]
        };
        match ty {
            Type::Text => {
                let mut texts = texts("#-a", 2);
                if rich {
                    texts.extend(
                        ["0", "aa#", "b", "ab", "é", "\u{FFFF}", "A", "\u{10FFFF}"]
                            .map(String::from),
                    );
                }
                texts.into_iter().map(Value::Text).collect()
            }
            Type::Unsigned => {
                numbers.iter().filter_map(|n| u64::try_from(*n).ok()).map(Value::Unsigned).collect()
            }
            Type::Signed => numbers.iter().copied().map(Value::Signed).collect(),
            Type::Bool => vec![Value::Bool(false), Value::Bool(true)],
        }
    }

    /// Tuples of values: all of them if they are few, else some chosen by `seed`.
    fn tuples(case: &Case, most: usize, rich: bool, seed: u64) -> Vec<Vec<Option<Value>>> {
        let pools: Vec<Vec<Option<Value>>> = case
            .part_types()
            .into_iter()
            .map(|(ty, optional)| {
                let none = optional.then_some(None);
                none.into_iter().chain(pool(ty, rich).into_iter().map(Some)).collect()
            })
            .collect();
        let count: usize = pools.iter().map(Vec::len).product();
        let pick = |mut n: usize| -> Vec<Option<Value>> {
            pools
                .iter()
                .map(|pool| {
                    let value = pool[n % pool.len()].clone();
                    n /= pool.len();
                    value
                })
                .collect()
        };
        if count <= most {
            return (0..count).map(pick).collect();
        }
        let mut state = seed | 1;
        let mut random = move || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state as usize % count
        };
        (0..most).map(|_| pick(random())).collect()
    }

    /// A text that both have, among short ones and those that the values of either make.
    fn common_text(a: &Case, b: &Case, short: &[String], seed: u64) -> Option<String> {
        let of = |case: &Case| {
            let tuples = tuples(case, 3_000, false, seed);
            let keys =
                tuples.into_iter().filter_map(|t| model::build(&case.tokens, &t, case.separator));
            keys.collect::<Vec<_>>()
        };
        let mut all = short.iter().cloned().chain(of(a)).chain(of(b));
        all.find(|text| a.matches(text) && b.matches(text))
    }

    fn config(cases: u32) -> ProptestConfig {
        ProptestConfig {
            cases,
            max_global_rejects: 1_000_000,
            failure_persistence: None,
            ..Default::default()
        }
    }

    proptest! {
        #![proptest_config(config(400))]

        /// Building is the model's; reading gives the values back; different values give different keys.
        #[test]
        fn keys_are_injective(case in valid_case(), seed: u64) {
            let mut keys = HashMap::new();
            for tuple in tuples(&case, 400, seed % 2 == 0, seed) {
                let key = library::build(&case.template, &case.tokens, &tuple);
                let optional_only = tuple.iter().zip(case.part_types()).all(|(v, (_, o))| v.is_some() || o);
                prop_assert!(optional_only);
                let expected = model::build(&case.tokens, &tuple, case.separator);
                prop_assert_eq!(key.clone().ok().flatten(), expected, "{:?}", tuple);
                let Ok(Some(key)) = key else { continue };
                prop_assert_eq!(library::parse(&case.template, &case.tokens, &key), Ok(tuple.clone()));
                prop_assert!(case.template.matches(&key));
                let earlier = keys.insert(key, tuple.clone());
                prop_assert!(earlier.as_ref().is_none_or(|earlier| *earlier == tuple), "{:?} {:?}", earlier, tuple);
            }
        }

        /// Any text is read as the model reads it: as the one tuple that builds it, or not at all.
        #[test]
        fn reading_is_canonical(case in valid_case(), extra in "[#a0-]{0,7}") {
            for text in texts("#-a0", 4).into_iter().chain([extra]) {
                let read = library::parse(&case.template, &case.tokens, &text);
                let mut expected = model::parse(&case.tokens, &text, case.separator);
                prop_assert!(expected.len() <= 1, "{:?} is {:?}", text, expected);
                prop_assert_eq!(read.ok(), expected.pop(), "{:?}", text);
                prop_assert_eq!(case.template.matches(&text), case.matches(&text), "{:?}", text);
            }
        }

        /// What is a template is what the model says, with the forms' texts tried out.
        #[test]
        fn check_is_the_rules(case in any_case(), seed: u64) {
            let checked = case.template.check();
            if !model::is_well_formed(&case.tokens) {
                prop_assert!(checked.is_err());
            } else if !model::has_optional(&case.tokens) {
                prop_assert_eq!(checked, Ok(()));
            } else if checked.is_ok() {
                let built = tuples(&case, 500, false, seed);
                let built = built.into_iter().filter_map(|t| model::build(&case.tokens, &t, case.separator));
                for text in texts("#-a0", 4).into_iter().chain(built) {
                    let both = [true, false].map(|with| model::form_matches(&case.tokens, with, &text, case.separator));
                    prop_assert_ne!(both, [true, true], "{:?}", text);
                }
            }
        }

        /// Disjoint templates have no text in common.
        #[test]
        fn disjoint_is_certain(a in any_source(), b in any_source(), sep in separator(), seed: u64) {
            let (a, b) = (Case::new(&a, sep), Case::new(&b, sep));
            prop_assume!(a.template.check().is_ok() && b.template.check().is_ok());
            prop_assert_eq!(a.template.disjoint(&b.template), b.template.disjoint(&a.template));
            prop_assert!(!a.template.disjoint(&a.template));
            if a.template.disjoint(&b.template) {
                prop_assert_eq!(common_text(&a, &b, &texts("#-a0", 4), seed), None);
            }
        }

        /// What a query reads is what its values say.
        #[test]
        fn bounds_are_values(case in valid_case(), seed: u64, which: Index, given: Index, ends: (Index, Index), kind in 0..5_u8) {
            let rows: Vec<_> = tuples(&case, 150, true, seed)
                .into_iter()
                .filter_map(|tuple| Some((model::build(&case.tokens, &tuple, case.separator)?, tuple)))
                .filter(|(key, _)| !key.is_empty())
                .collect();
            prop_assume!(!rows.is_empty());
            let count = case.part_types().len();
            let given = &rows[which.index(rows.len())].1[..given.index(count + 1)];
            let at = given.len();
            let end = |end: &Index| rows[end.index(rows.len())].1[at].clone();
            let condition = match kind {
                0 | 1 => Condition::All,
                _ if at == count => Condition::All,
                2 | 3 if library::range_is_possible(&case.tokens, at) => {
                    let lower = if kind == 2 { None } else { end(&ends.0) };
                    Condition::Range(lower, end(&ends.1).filter(|_| seed % 3 > 0))
                }
                _ => match end(&ends.0) {
                    Some(Value::Text(text)) => {
                        let short = text.char_indices().nth(1).map_or(text.len(), |(i, _)| i);
                        Condition::Prefix(Value::Text(text[..short].to_owned()))
                    }
                    _ => Condition::All,
                },
            };
            let selection = library::select(&case.template, &case.tokens, given, &condition);
            if given.iter().any(Option::is_none) {
                prop_assert!(selection.is_err());
                return Ok(());
            }
            let selection = selection.unwrap();
            for (key, tuple) in &rows {
                let meant = tuple[..at] == *given && match (&condition, tuple.get(at)) {
                    (Condition::All, _) => true,
                    (Condition::Range(lower, upper), Some(Some(value))) => {
                        lower.as_ref().is_none_or(|lower| lower <= value) && upper.as_ref().is_none_or(|upper| value <= upper)
                    }
                    (Condition::Prefix(Value::Text(begin)), Some(Some(Value::Text(text)))) => text.starts_with(begin),
                    _ => false,
                };
                prop_assert_eq!(selection.admits(key), meant, "{:?} {:?} {:?}", key, condition, selection);
                let within = selection.bounds().contains(key);
                prop_assert!(within || !meant, "{:?} {:?} {:?}", key, condition, selection);
                if !model::has_optional(&case.tokens) && !matches!(condition, Condition::Prefix(_)) {
                    prop_assert_eq!(within, meant, "{:?} {:?} {:?}", key, condition, selection);
                }
            }
        }
    }

    /// How conservative `disjoint` is: over random pairs that it calls overlapping, a text in common is found
    /// for nearly all. The others have one that is too long for the search, or none.
    #[test]
    fn disjoint_is_hardly_ever_too_careful() {
        use proptest::strategy::ValueTree;
        use proptest::test_runner::TestRunner;

        let mut runner = TestRunner::deterministic();
        let short = texts("#-a0", 5);
        let (mut overlapping, mut shown) = (0, 0);
        while overlapping < 300 {
            let (a, b, sep) =
                (any_source(), any_source(), separator()).new_tree(&mut runner).unwrap().current();
            let (a, b) = (Case::new(&a, sep), Case::new(&b, sep));
            let valid = a.template.check().is_ok() && b.template.check().is_ok();
            if valid && !a.template.disjoint(&b.template) {
                overlapping += 1;
                if common_text(&a, &b, &short, overlapping).is_some() {
                    shown += 1;
                } else {
                    println!(
                        "no text found: {} {} {sep:?}",
                        a.template.source(),
                        b.template.source()
                    );
                }
            }
        }
        println!("{shown} of {overlapping} overlaps shown by a text");
        assert!(shown * 100 >= overlapping * 95, "{shown} of {overlapping}");
    }
}

/// Failures of other libraries, and of earlier ideas of this one.
mod known {
    use super::library;
    use super::model::{self, Value};
    use entity_core::key::{
        Desc, Encoding, KeyPart, Last, Offset, Padded, PartErrorKind, Plain, Template,
        TemplateErrorKind,
    };

    fn template(source: &str) -> Template {
        library::template(source, &model::tokenize(source), "#")
    }

    fn build(source: &str, values: &[Option<&str>]) -> Result<String, TemplateErrorKind> {
        let tokens = model::tokenize(source);
        let values: Vec<_> = values.iter().map(|v| v.map(|v| Value::Text(v.to_owned()))).collect();
        let key = library::build(&library::template(source, &tokens, "#"), &tokens, &values);
        key.map(Option::unwrap_or_default).map_err(|error| error.kind())
    }

    const SEPARATOR: Result<String, TemplateErrorKind> =
        Err(TemplateErrorKind::Part(PartErrorKind::Separator));

    #[test]
    fn a_separator_in_a_value() {
        assert_eq!(build("{s}#{s}", &[Some("p#q"), Some("r")]), SEPARATOR);
        assert_eq!(build("{s}#{s}", &[Some("p"), Some("q#r")]), SEPARATOR);
        assert_eq!(build("{s}#{s:rest}", &[Some("p"), Some("q#r")]).unwrap(), "p#q#r");
    }

    #[test]
    fn a_value_that_begins_the_literal() {
        let literal = Err(TemplateErrorKind::Part(PartErrorKind::Literal));
        let tokens = model::tokenize("{s}##{s}");
        let plain = library::template("{s}##{s}", &tokens, "##");
        let values = ["x#", "y"].map(|v| Some(Value::Text(v.to_owned())));
        let key = library::build(&plain, &tokens, &values).map_err(|error| error.kind());
        assert_eq!(key.map(Option::unwrap_or_default), literal);
        assert_eq!(build("{s}-{s}", &[Some("a-b"), Some("c")]), literal);
        assert_eq!(build("{s}-{s}", &[Some("a"), Some("b-c")]).unwrap(), "a-b-c");
    }

    #[test]
    fn an_omitted_part_is_not_given_by_another() {
        assert!(template("{s}#{s?}#{s}").check().is_ok());
        assert_eq!(build("{s?}#{s}", &[None, Some("O-1#P-2")]), SEPARATOR);
        assert_eq!(build("{s?}#{s}", &[Some("O-1"), Some("P-2")]).unwrap(), "O-1#P-2");
        assert_eq!(build("{s?}#{s}", &[None, Some("P-2")]).unwrap(), "P-2");
        let message = template("{s}-{s?}").check().unwrap_err();
        assert_eq!(message.as_str(), "key `{s}-{s?}`: a key without `s` could be one with it");
    }

    #[test]
    fn case_is_kept() {
        assert_ne!(build("X#{s}", &[Some("A")]), build("X#{s}", &[Some("a")]));
    }

    #[test]
    fn other_texts_of_a_number() {
        let text = |text: &str| {
            let tokens = model::tokenize("Dld-{u}");
            library::parse(&template("Dld-{u}"), &tokens, text).map_err(|error| error.kind())
        };
        assert_eq!(text("Dld-7"), Ok(vec![Some(Value::Unsigned(7))]));
        assert!(matches!(text("Dld-007"), Err(TemplateErrorKind::Part(PartErrorKind::Invalid(_)))));
        assert_eq!(text("Dld-+7"), Err(TemplateErrorKind::Mismatch));
    }

    fn text<E: Encoding<T>, T>(value: T) -> String {
        let mut out = String::new();
        E::write(&value, &mut out).unwrap();
        out
    }

    #[test]
    fn a_value_in_two_places_has_one_text() {
        use entity_core::key::{Charset, Segment, Shape};

        let text = Shape::Variable(Charset::Any);
        let segments =
            vec![Segment::part(0, "a", text), Segment::Literal("#"), Segment::part(0, "a", text)];
        let template = Template::new("{a}#{a}", segments.leak(), "#");
        let mut texts = [None];
        assert!(template.parse("x#x", &mut texts).is_ok() && texts == [Some("x")]);
        assert!(template.parse("x#y", &mut texts).is_err());
    }

    #[test]
    fn numbers_order() {
        assert!(text::<Last, _>(9_u32) > text::<Last, _>(10_u32), "so it is not `Ranged`");
        assert!(text::<Padded<4>, _>(9_u32) < text::<Padded<4>, _>(10_u32));
        let signed = [-5000, -4999, -10, -9, -1, 0, 1, 9, 10, 4999];
        assert!(signed.map(text::<Offset<4>, i32>).is_sorted());
        let mut latest_first = signed.map(text::<Desc<Offset<4>>, i32>);
        latest_first.reverse();
        assert!(latest_first.is_sorted());
        assert!(text::<Desc<Plain>, _>(true) < text::<Desc<Plain>, _>(false));
        assert!(<Offset<4> as Encoding<i32>>::write(&5000, &mut String::new()).is_err());
        assert!(<Padded<4> as Encoding<u32>>::write(&10_000, &mut String::new()).is_err());
        assert!(<Padded<4> as Encoding<u8>>::parse("0256").is_err());
        assert_eq!(text::<Padded<39>, _>(u128::MAX), u128::MAX.to_string());
        assert_eq!(<Offset<38> as Encoding<i128>>::parse(&text::<Offset<38>, _>(-7_i128)), Ok(-7));
        assert_eq!(
            i64::MIN,
            <Offset<20> as Encoding<i64>>::parse(&text::<Offset<20>, _>(i64::MIN)).unwrap()
        );
        assert!(String::parse("x").is_ok());
    }

    #[test]
    fn entities_of_one_partition() {
        let disjoint = |a: &str, b: &str| template(a).disjoint(&template(b));
        assert!(disjoint("POST#{s}", "POST_COMMENT#{s}"));
        assert!(disjoint("ORDER#{s}", "ORDER#{s}#ITEM#{u:04}"));
        assert!(!disjoint("ORDER#{s}", "ORDER#{s}"));
        assert!(!disjoint("{s:rest}", "ORDER#{s}"));
        assert!(!disjoint("O{s:rest}", "ORDER#{s}"));
        assert!(disjoint("P{s:rest}", "ORDER#{s}"));
        assert!(disjoint("{u}", "X{u}"));
        assert!(!disjoint("{s}", "X{u}"));
        assert!(disjoint("Details", "Dld-{u}"));
        assert!(!disjoint("{s}#{s}#{s?}#{s}", "A#{s}#{s}"));
        assert!(disjoint("{s}#{s}#{s?}#{s}", "A#{s}"));
        assert!(disjoint("{b}{s}", "2{s}"));
        assert!(!disjoint("{s}-{s:rest}", "{s}#{s}"));
        let of_zero = |source: &str| library::template(source, &model::tokenize(source), "0");
        assert!(!of_zero("{s}-{u:02}").disjoint(&of_zero("{s}0{s}")), "x-05");
        // A text may end with the beginning of the literal that follows it, unless that is an earlier one.
        assert!(!disjoint("{s}ab", "aab"));
        assert!(!disjoint("{s}aab{s}", "aaab"));
        assert!(disjoint("{s}--", "x---"));
        assert!(!disjoint("{s}--", "x--"));
    }

    #[test]
    fn a_range_of_a_reversed_part_is_reversed() {
        use entity_core::key::{Bounds, Encoded, Step};

        let template = template("N#{u:02:desc}#{s}");
        let (lower, upper) = (Encoded::<_, Desc<Padded<2>>>::new(&3_u64), Encoded::new(&12));
        let within = |lower, upper| template.select(&[], 0, Step::range(lower, upper)).unwrap();
        let between =
            |lower: &str, upper: &str| Bounds::Between(lower.to_owned(), upper.to_owned());
        assert_eq!(*within(Some(&lower), Some(&upper)).bounds(), between("N#87", "N#96\u{10FFFF}"));
        assert_eq!(*within(Some(&lower), None).bounds(), between("N#", "N#96\u{10FFFF}"));
        assert_eq!(*within(None, Some(&upper)).bounds(), between("N#87", "N#\u{10FFFF}"));
        assert_eq!(*within(Some(&upper), Some(&lower)).bounds(), Bounds::Nothing);
        assert_eq!(*within(None, None).bounds(), Bounds::Prefix("N#".to_owned()));
    }

    #[test]
    fn templates_that_are_none() {
        for source in [
            "",
            "{s}{s}",
            "{s}{u:02}",
            "{s:rest}#",
            "{s:rest}{s}",
            "{s?}",
            "A{s?}",
            "{u?:02}{s}",
            "{s?}#{s?}#{s}",
            "{s}-{s?}-{s}",
            "{s}#{s?}#{s:rest}",
            "\u{10FFFF}{s}",
        ] {
            assert!(template(source).check().is_err(), "{source}");
        }
        for source in
            ["A", "{s}", "{u:02}{s}", "{s}#{s?}", "{s:rest}", "{u:02}{b}{s}", "{s}-{s}#{s}"]
        {
            assert_eq!(template(source).check(), Ok(()), "{source}");
        }
    }
}
