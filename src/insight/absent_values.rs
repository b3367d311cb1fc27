//! Texts of a rule that no customer has, as in `plan = 'Pro'` where the plans are `pro` and `basic`.

use super::each_count::EachCountInquiry;
use super::inquiry::{Inquiry, NewestFact, Open, QuestionSlot};
use super::suppress;
use crate::engine::{Answer, EngineError, FrequentValues, Question, ValuesQuestion};
use crate::model::{Datum, is_masked, is_plain_name};
use crate::rule::warnings::{ComparedText, RuleWarning, TextComparison, compared_texts};
use crate::rule::{Checked, quote};
use crate::text::nearest;

/// Maximum number of values of a column that are searched for a similar one.
const MAX_VALUES: usize = 500;
/// Maximum number of values that are listed if none is similar.
const MAX_LISTED: usize = 5;

/// Inquiry for the texts that a rule compares with columns and that no customer has. It first counts the customers of each, and
/// asks for the values only of columns with such a text.
///
/// Under `min_cell`, texts of fewer customers count as absent: the warning says so, and names only values that are shown.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AbsentValuesInquiry {
    texts: Vec<ComparedText>,
    min_cell: u64,
    counts: EachCountInquiry,
    /// Columns with an absent text.
    values: Vec<(String, Open<ValuesQuestion>)>,
    absent: Vec<(ComparedText, Option<String>)>,
    found: NewestFact<Vec<RuleWarning>>,
}

impl AbsentValuesInquiry {
    /// Asks for the texts of a rule. Values of masked columns are not asked for.
    pub fn new(rule: &Checked, mask: &[String], min_cell: u64) -> Self {
        let texts: Vec<ComparedText> =
            compared_texts(rule).into_iter().filter(|text| !is_masked(mask, &text.column)).collect();
        let rules: Vec<Checked> = texts.iter().map(|text| text.condition.clone()).collect();
        let found = if rules.is_empty() { NewestFact::known(Vec::new()) } else { NewestFact::default() };
        let counts = EachCountInquiry::new(Checked::everyone(), rules);
        Self { texts, min_cell, counts, found, ..Self::default() }
    }

    /// Returns the conditions whose customers are counted.
    pub fn conditions(&self) -> Vec<Checked> {
        self.texts.iter().map(|text| text.condition.clone()).collect()
    }

    /// Returns true while a question is open.
    pub fn is_waiting(&self) -> bool {
        self.counts.is_open() || self.values.iter().any(|(_, question)| question.is_open())
    }

    /// Returns the warnings that are known.
    pub fn warnings(&self) -> &[RuleWarning] {
        self.found.get().map_or(&[], Vec::as_slice)
    }

    fn counted(&mut self) {
        let counts = self.counts.result().get().cloned().unwrap_or_default();
        let absent = self.texts.iter().zip(counts).filter(|(_, count)| {
            count.as_ref().is_ok_and(|count| suppress::is_small(count.in_base, self.min_cell.max(1)))
        });
        self.absent = absent.map(|(text, _)| (text.clone(), None)).collect();
        let values = self.absent.iter().filter(|(text, _)| text.comparison == TextComparison::Equality);
        let mut columns: Vec<&str> = values.map(|(text, _)| text.column.as_str()).collect();
        columns.sort_unstable();
        columns.dedup();
        let ask = |column: &str| Open::new(ValuesQuestion { column: column.to_owned(), limit: MAX_VALUES });
        self.values = columns.into_iter().map(|column| (column.to_owned(), ask(column))).collect();
        self.finish();
    }

    fn finish(&mut self) {
        if !self.is_waiting() {
            let least = self.min_cell;
            let warning = |(text, hint): &(ComparedText, Option<String>)| {
                let (column, value) = (column_name(&text.column), Datum::Text(text.text.clone()).sql());
                let whose = if least <= 1 {
                    "no customer has".to_owned()
                } else {
                    format!("fewer than {least} customers have")
                };
                if text.comparison == TextComparison::DateOrder {
                    let message = format!(
                        "{whose} a date like {value} in {column}, which is text: declare its type, see crosscut describe"
                    );
                    return Some(RuleWarning { place: text.place.clone(), message });
                }
                let message = match (hint, least) {
                    (Some(hint), _) => format!("{whose} {column} {value}: {hint}"),
                    (None, 0 | 1) => format!("{whose} {column} {value}"),
                    // The count under min_cell says the same.
                    (None, _) => return None,
                };
                Some(RuleWarning { place: text.place.clone(), message })
            };
            self.found.set(self.absent.iter().filter_map(warning).collect());
        }
    }
}

fn column_name(name: &str) -> String {
    if is_plain_name(name) { name.to_owned() } else { quote(name) }
}

/// Returns a remedy for a text that no customer has.
fn hint(text: &str, answer: &FrequentValues, min_cell: u64) -> Option<String> {
    let shown = answer.values.iter().filter(|(_, customers)| !suppress::is_small(*customers, min_cell));
    let values: Vec<&str> = shown
        .filter_map(|(value, _)| match value {
            Datum::Text(value) => Some(value.as_str()),
            _ => None,
        })
        .collect();
    let folded = |value: &str| value.trim().to_lowercase();
    let same = values.iter().copied().find(|value| folded(value) == folded(text));
    if let Some(value) = same.or_else(|| nearest(text, values.iter().copied())) {
        return Some(format!("did you mean {}?", Datum::Text(value.to_owned()).sql()));
    }
    if text.contains(['%', '*']) {
        return Some("write patterns after LIKE, with % for any text".to_owned());
    }
    let is_whole = answer.left_out == 0 && values.len() <= MAX_LISTED && min_cell <= 1;
    let list: Vec<String> = values.iter().map(|value| Datum::Text((*value).to_owned()).sql()).collect();
    (is_whole && !list.is_empty()).then(|| format!("its values are {}", list.join(", ")))
}

impl Inquiry for AbsentValuesInquiry {
    type Result = NewestFact<Vec<RuleWarning>>;

    fn open(&self) -> Vec<(QuestionSlot, Question)> {
        let values = self.values.iter().enumerate().filter_map(|(at, (_, question))| question.at(at + 1));
        Inquiry::open(&self.counts).into_iter().chain(values).collect()
    }

    fn take(&mut self, slot: QuestionSlot, answer: Result<Answer, EngineError>) {
        if slot == QuestionSlot(0) && self.counts.is_open() {
            Inquiry::take(&mut self.counts, slot, answer);
            if !self.counts.is_open() {
                self.counted();
            }
            return;
        }
        let Some((column, question)) = slot.0.checked_sub(1).and_then(|at| self.values.get_mut(at)) else { return };
        if let Some(Ok(values)) = question.take(answer) {
            for (text, found) in self.absent.iter_mut().filter(|(text, _)| text.column == *column) {
                *found = hint(&text.text, &values, self.min_cell);
            }
        }
        self.finish();
    }

    fn result(&self) -> &Self::Result {
        &self.found
    }
}
