//! Which items fit what was typed, best first.

use nucleo_matcher::pattern::{AtomKind, CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

use super::Item;

/// Items that hold the typed letters in order, without regard to case: those that begin with them first, then by
/// how closely the letters stand together. Of nothing typed, all, as they come.
pub(super) fn best(items: Vec<Item>, typed: &str) -> Vec<Item> {
    if typed.is_empty() {
        return items;
    }
    let pattern = Pattern::new(typed, CaseMatching::Ignore, Normalization::Smart, AtomKind::Fuzzy);
    let mut matcher = Matcher::new(Config::DEFAULT);
    let mut letters = Vec::new();
    let lower = typed.to_lowercase();
    let mut ranked: Vec<(bool, u32, Item)> = items
        .into_iter()
        .filter_map(|item| {
            let score = pattern.score(Utf32Str::new(&item.label, &mut letters), &mut matcher)?;
            let label = item.label.to_lowercase();
            let begins = label.starts_with(&lower) || label.trim_start_matches('@').starts_with(&lower);
            Some((begins, score, item))
        })
        .collect();
    ranked.sort_by_key(|(begins, score, _)| std::cmp::Reverse((*begins, *score)));
    ranked.into_iter().map(|(_, _, item)| item).collect()
}
