//! Ranks items by how well they fit the typed letters.

use nucleo_matcher::pattern::{AtomKind, CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

use super::CompletionItem;

/// Returns the items that contain the typed letters in order, ignoring case: those that begin with them first, then by
/// how close together the letters are. With nothing typed it returns all items in their order.
pub(super) fn best(items: Vec<CompletionItem>, typed: &str) -> Vec<CompletionItem> {
    if typed.is_empty() {
        return items;
    }
    let pattern = Pattern::new(typed, CaseMatching::Ignore, Normalization::Smart, AtomKind::Fuzzy);
    let mut matcher = Matcher::new(Config::DEFAULT);
    let mut letters = Vec::new();
    let lower = typed.to_lowercase();
    let mut ranked: Vec<(bool, u32, CompletionItem)> = items
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
