//! Cells that a person writes: by a rule, or for RFM by ranges of scores.

use tui_input::Input;

use super::CutMethod;
use crate::model::CellDefinition;

/// A cell's line in the builder, as typed.
#[derive(Debug, Clone, Default)]
pub struct CellLine {
    /// Name before the edit, if the cell existed.
    pub was: Option<String>,
    /// Name of the cell.
    pub name: Input,
    /// Rule of the cell; not used for RFM.
    pub rule: Input,
    /// Ranges of recency, frequency and money scores: `4-5`, `4`, or empty for any.
    pub scores: [Input; 3],
}

/// Names of the scores, as in the line's heading.
pub const SCORES: [&str; 3] = ["r", "f", "m"];

impl CellLine {
    /// Creates the line of an existing cell.
    pub fn from_definition(cell: &CellDefinition) -> Self {
        Self {
            was: Some(cell.name.clone()),
            name: Input::new(cell.name.clone()),
            rule: Input::new(cell.rule.clone().unwrap_or_default()),
            scores: [cell.r, cell.f, cell.m].map(|range| Input::new(range.map(range_text).unwrap_or_default())),
        }
    }

    /// Returns the number of fields on a line, the name included.
    pub fn parts(how: CutMethod) -> usize {
        if how == CutMethod::Rfm { 4 } else { 2 }
    }

    /// Returns a field of the line: 0 is the name.
    pub fn part(&self, how: CutMethod, part: usize) -> &Input {
        match (part, how) {
            (0, _) => &self.name,
            (n, CutMethod::Rfm) => &self.scores[(n - 1).min(2)],
            _ => &self.rule,
        }
    }

    /// Same as [`Self::part`], to change it.
    pub fn part_mut(&mut self, how: CutMethod, part: usize) -> &mut Input {
        match (part, how) {
            (0, _) => &mut self.name,
            (n, CutMethod::Rfm) => &mut self.scores[(n - 1).min(2)],
            _ => &mut self.rule,
        }
    }

    /// Returns true if nothing was typed on the line.
    pub fn is_blank(&self) -> bool {
        let inputs = [&self.name, &self.rule].into_iter().chain(&self.scores);
        inputs.into_iter().all(|input| input.value().trim().is_empty())
    }

    /// Returns the typed name without blanks around it.
    pub fn name(&self) -> String {
        self.name.value().trim().to_owned()
    }

    /// Returns the typed rule without blanks around it.
    pub fn rule(&self) -> String {
        self.rule.value().trim().to_owned()
    }

    /// Returns the cell as typed.
    ///
    /// # Errors
    /// The remedy, if a score cannot be parsed.
    pub fn definition(&self, how: CutMethod) -> Result<CellDefinition, String> {
        let name = self.name();
        if how == CutMethod::Cells {
            return Ok(CellDefinition { rule: Some(self.rule()), name, ..CellDefinition::default() });
        }
        let score = |n: usize| {
            range(self.scores[n].value())
                .ok_or_else(|| format!("{} of {name}: write 4, or 4-5, or nothing for any score", SCORES[n]))
        };
        Ok(CellDefinition { r: score(0)?, f: score(1)?, m: score(2)?, rule: None, name })
    }
}

fn range_text([low, high]: [u32; 2]) -> String {
    if low == high { low.to_string() } else { format!("{low}-{high}") }
}

/// Parses a range of scores; `Some(None)` is any score, `None` an error.
fn range(text: &str) -> Option<Option<[u32; 2]>> {
    let text = text.trim();
    if text.is_empty() {
        return Some(None);
    }
    let (low, high) = text.split_once(['-', '–']).unwrap_or((text, text));
    Some(Some([low.trim().parse().ok()?, high.trim().parse().ok()?]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn score_range_parses_as_number_or_two() {
        assert_eq!(range(" 4 - 5 "), Some(Some([4, 5])));
        assert_eq!(range("3"), Some(Some([3, 3])));
        assert_eq!(range(""), Some(None));
        assert_eq!(range("4-"), None);
        let cell =
            CellDefinition { name: "best".into(), r: Some([5, 5]), f: Some([2, 4]), ..CellDefinition::default() };
        assert_eq!(CellLine::from_definition(&cell).definition(CutMethod::Rfm), Ok(cell));
    }
}
