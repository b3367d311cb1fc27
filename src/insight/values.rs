//! Asks for distinct values of columns, for suggestions.

use std::collections::HashMap;

use super::inquiry::{Inquiry, NewestFact, Open, QuestionSlot};
use crate::engine::{Answer, EngineError, FrequentValues, Question, ValuesQuestion};

/// Maximum number of values of a column that suggestions draw from.
const MAX_VALUES: usize = 500;

/// Inquiry for the values of columns. Each column is asked about once, since its values do not depend on a filter.
#[derive(Debug, Clone, Default)]
pub struct ValuesInquiry {
    asked: Vec<(String, Open<ValuesQuestion>)>,
    /// Index of the requested column. Earlier ones may still be answered, but are not asked about again.
    wanted: Option<usize>,
    /// Values by column.
    pub found: HashMap<String, NewestFact<FrequentValues>>,
}

impl ValuesInquiry {
    /// Asks for the values of a column, unless they are known.
    pub fn want(&mut self, column: &str) {
        self.wanted = None;
        if self.get(column).is_some() {
            return;
        }
        let open = Open::new(ValuesQuestion { column: column.to_owned(), limit: MAX_VALUES });
        self.found.insert(column.to_owned(), NewestFact::default());
        let place = self.asked.iter().position(|(asked, _)| asked == column);
        self.wanted = place.or(Some(self.asked.len()));
        match place {
            Some(place) => self.asked[place].1 = open,
            None => self.asked.push((column.to_owned(), open)),
        }
    }

    pub fn get(&self, column: &str) -> Option<&FrequentValues> {
        self.found.get(column)?.get()
    }

    /// Returns the column of a question.
    pub fn column(&self, slot: QuestionSlot) -> Option<&str> {
        self.asked.get(slot.0).map(|(column, _)| column.as_str())
    }
}

impl Inquiry for ValuesInquiry {
    type Result = HashMap<String, NewestFact<FrequentValues>>;

    fn open(&self) -> Vec<(QuestionSlot, Question)> {
        let wanted = self.wanted.and_then(|place| self.asked.get(place)?.1.at(place));
        wanted.into_iter().collect()
    }

    fn take(&mut self, slot: QuestionSlot, answer: Result<Answer, EngineError>) {
        let Some((column, question)) = self.asked.get_mut(slot.0) else { return };
        if let Some(values) = question.take(answer) {
            self.found.entry(column.clone()).or_default().settle(values);
        }
    }

    fn result(&self) -> &Self::Result {
        &self.found
    }
}
