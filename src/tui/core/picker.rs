use std::cmp::Reverse;

use nucleo_matcher::pattern::{AtomKind, CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use tui_input::Input;

/// A list that narrows as one types: columns to group by, commands of the palette.
#[derive(Debug, Clone)]
pub struct Picker {
    /// Title of the box.
    pub title: &'static str,
    /// Text typed to narrow the list.
    pub input: Input,
    /// All items, whether or not they match.
    pub items: Vec<PickItem>,
    /// Indexes into `items`, best match first.
    pub matches: Vec<usize>,
    /// Index of the selected item in `matches`.
    pub cursor: usize,
}

/// An item of a list to pick from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PickItem {
    /// Text that is matched first, and returned when the item is chosen.
    pub label: String,
    /// Description; matched if the label does not match.
    pub about: String,
    /// Other words that are matched as well as the label, and not shown.
    pub synonyms: String,
    /// Text shown dim at the right.
    pub detail: String,
    /// Reason why the item cannot be chosen now.
    pub disabled: Option<String>,
}

impl Picker {
    /// Creates a picker that shows all items.
    pub fn new(title: &'static str, items: Vec<PickItem>) -> Self {
        let matches = (0..items.len()).collect();
        Self { title, input: Input::default(), items, matches, cursor: 0 }
    }

    /// Matches the items against the input. Call it whenever the input changes.
    pub fn narrow(&mut self) {
        let pattern = Pattern::new(self.input.value(), CaseMatching::Smart, Normalization::Smart, AtomKind::Fuzzy);
        let mut matcher = Matcher::new(Config::DEFAULT);
        let mut buffer = Vec::new();
        let mut score = |text: &str| pattern.score(Utf32Str::new(text, &mut buffer), &mut matcher);
        let typed = self.input.value();
        // The exact name comes first, then names that start with the typed text, then items with a word or a synonym
        // that does. The fuzzy score decides only among these.
        let has_word = |text: &str| text.split(|c: char| !c.is_alphanumeric()).any(|word| word.starts_with(typed));
        let named = |item: &PickItem| match item.label.strip_prefix(typed) {
            _ if typed.is_empty() => 0,
            Some("") => 3,
            Some(_) => 2,
            None => u8::from(has_word(&item.label) || has_word(&item.synonyms)),
        };
        // Best first: rank of the prefix match, match in the label rather than the description, fuzzy score.
        type Score = Reverse<(u8, bool, u32)>;
        let mut scored: Vec<(Score, usize)> = Vec::new();
        for (i, item) in self.items.iter().enumerate() {
            match (score(&item.label).max(score(&item.synonyms)), score(&item.about)) {
                (Some(by_label), _) => scored.push((Reverse((named(item), true, by_label)), i)),
                (None, Some(by_about)) => scored.push((Reverse((0, false, by_about)), i)),
                (None, None) => {}
            }
        }
        scored.sort();
        self.matches = scored.into_iter().map(|(_, i)| i).collect();
        self.cursor = 0;
    }

    /// Moves the cursor by `by` matches, within the list.
    pub fn step(&mut self, by: isize) {
        let last = self.matches.len().saturating_sub(1);
        self.cursor = self.cursor.saturating_add_signed(by).min(last);
    }

    /// Returns the selected item; `None` if nothing matches.
    pub fn chosen(&self) -> Option<&PickItem> {
        self.items.get(*self.matches.get(self.cursor)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn picker_ranks_exact_label_before_mention() {
        let item = |label: &str, synonyms: &str| PickItem {
            label: label.into(),
            synonyms: synonyms.into(),
            ..PickItem::default()
        };
        let items = vec![item("research", "theme quotes"), item("themes-of-old", ""), item("theme", "")];
        let mut picker = Picker::new("Commands", items);
        picker.input = Input::new("theme".into());
        picker.narrow();
        assert_eq!(picker.matches, [2, 1, 0]);
    }
}
