//! Guessing the name that was meant.

/// `; did you mean `x`?`, if one of the names is near; otherwise what is accepted.
pub(crate) fn suggest<'n>(name: &str, names: impl Iterator<Item = &'n str> + Clone) -> String {
    let near = names.clone().map(|known| (distance(name, known), known)).min();
    match near {
        Some((distance, known)) if distance <= name.len().max(known.len()) / 3 => {
            format!("; did you mean `{known}`?")
        }
        _ => {
            let known: Vec<&str> = names.collect();
            if known.is_empty() { String::new() } else { format!("; expected {}", listed(&known)) }
        }
    }
}

/// "`a`", or "one of `a`, `b`".
pub(crate) fn listed(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.as_slice() {
        [one] => one.clone(),
        _ => format!("one of {}", quoted.join(", ")),
    }
}

/// The number of characters to insert, to remove or to replace (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.chars().count()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut next = vec![i + 1];
        for (j, y) in b.chars().enumerate() {
            let at = |row: &[usize], j: usize| row.get(j).copied().unwrap_or(usize::MAX - 1);
            let replace = at(&row, j) + usize::from(x != y);
            next.push(replace.min(at(&row, j + 1) + 1).min(at(&next, j) + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_near_name_is_guessed_and_a_far_one_is_not() {
        let names = ["user_id", "created_at"];
        assert_eq!(suggest("userid", names.into_iter()), "; did you mean `user_id`?");
        assert_eq!(suggest("zzz", names.into_iter()), "; expected one of `user_id`, `created_at`");
    }
}
