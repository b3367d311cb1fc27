//! Texts and widths that the parts of the coverage view share.

use crate::insight::coverage::PersonaCoverage;
use crate::insight::format;
use crate::text;
use crate::tui::core::State;
use crate::tui::widgets::figures::count_width;

/// Returns the persona's display name.
pub fn name<'a>(state: &'a State, id: &'a str) -> &'a str {
    state.catalog.personas.iter().find(|persona| persona.id == id).map_or(id, |persona| &persona.name)
}

/// Returns the width of a count of a pair, in cells.
pub fn pair_width(state: &State, coverage: &PersonaCoverage) -> usize {
    let ids = coverage.steps.iter().map(|step| text::width(&step.id));
    ids.max().unwrap_or(0).clamp(count_width(state).min(9), 12)
}

/// Aligns a count to the right of `width` cells.
pub fn right(content: &str, width: usize) -> String {
    let content = text::truncate(content, width);
    format!("{}{content}", " ".repeat(width.saturating_sub(text::width(&content))))
}

/// Returns a percentage with what it is of; `None` without a share.
pub fn percent_of(share: Option<f64>, what: &str) -> Option<String> {
    share.map(|share| format!("{} {what}", format::percent(Some(share))))
}
