//! Finds the name that was probably meant by a misspelled one.

/// Returns the candidate nearest to `word`, ignoring case, if it is near enough to be a typing error.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    let allowed = (word.chars().count() / 3).clamp(1, 4);
    candidates
        .into_iter()
        .map(|candidate| (distance(&word, &candidate.to_lowercase()), candidate))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by(|a, b| a.cmp(b))
        .map(|(_, candidate)| candidate)
}

/// Counts the edits between the two. A candidate that begins with the typed word (`last`, `last_order`) counts as one
/// edit.
fn distance(typed: &str, candidate: &str) -> usize {
    let edits = strsim::damerau_levenshtein(typed, candidate);
    let long_enough = typed.chars().count() >= 3;
    if long_enough && candidate.starts_with(typed) { edits.min(1) } else { edits }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearest_finds_misspelt_word_but_no_other_word() {
        let names = ["country", "spend_12m", "plan"];
        assert_eq!(nearest("contry", names), Some("country"));
        assert_eq!(nearest("PLAM", names), Some("plan"));
        assert_eq!(nearest("spend", names), Some("spend_12m"));
        assert_eq!(nearest("weather", names), None);
    }
}
