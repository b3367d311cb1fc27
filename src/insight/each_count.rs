//! Counts of many rules of which some may fail: one fault costs one count.

use std::ops::Range;

use super::inquiry::{Inquiry, NewestFact, QuestionSlot};
use crate::engine::{Answer, CountsQuestion, CustomerCount, EngineError, Question, TypedQuestion};
use crate::rule::Checked;

/// Inquiry for the counts of rules of which some may fail.
///
/// It counts all rules together. If that fails, it counts them by halves, until the failing rules are known. It has one
/// open question at a time.
#[derive(Debug, Clone, PartialEq)]
pub struct EachCountInquiry {
    filter: Checked,
    rules: Vec<Checked>,
    /// Ranges of rules that are still to be counted, the next one last.
    parts: Vec<Range<usize>>,
    counts: Vec<Result<CustomerCount, String>>,
    found: NewestFact<Vec<Result<CustomerCount, String>>>,
}

/// Creates an inquiry that asks nothing.
impl Default for EachCountInquiry {
    fn default() -> Self {
        Self::new(Checked::everyone(), Vec::new())
    }
}

impl EachCountInquiry {
    /// Creates an inquiry for the number of customers of each rule. If one rule fails, the others are still counted.
    pub fn new(filter: Checked, rules: Vec<Checked>) -> Self {
        let counts = vec![Ok(CustomerCount::default()); rules.len()];
        let parts = (!rules.is_empty()).then_some(0..rules.len()).into_iter().collect();
        Self { filter, rules, parts, counts, found: NewestFact::default() }
    }

    /// Creates an inquiry that fails for this reason without a question.
    pub fn wrong(reason: impl Into<String>) -> Self {
        Self { found: NewestFact::wrong(reason), ..Self::default() }
    }

    pub fn is_open(&self) -> bool {
        !self.parts.is_empty()
    }

    /// Copies the counts of an earlier inquiry of the same rules. Failed counts are asked again.
    pub fn keep_answer(&mut self, earlier: &Self) {
        if self.is_open()
            && earlier.found.get().is_some_and(|counts| counts.iter().all(Result::is_ok))
            && (&self.filter, &self.rules) == (&earlier.filter, &earlier.rules)
        {
            *self = earlier.clone();
        }
    }

    /// Returns the rules that cannot be counted, each with the reason.
    pub fn faults(&self) -> Vec<(Checked, String)> {
        let counts = self.found.get().into_iter().flatten();
        let fault = |(rule, count): (&Checked, &Result<CustomerCount, String>)| {
            count.as_ref().err().map(|reason| (rule.clone(), reason.clone()))
        };
        self.rules.iter().zip(counts).filter_map(fault).collect()
    }

    fn question(&self) -> Option<CountsQuestion> {
        let rules = self.rules.get(self.parts.last()?.clone())?.to_vec();
        Some(CountsQuestion { filter: self.filter.clone(), rules })
    }
}

/// Returns true if an error may be due to the rules of the question, not to the engine or the connection.
pub fn is_of_rules(error: &EngineError) -> bool {
    matches!(error, EngineError::Failed(_) | EngineError::Unsupported { .. })
}

impl Inquiry for EachCountInquiry {
    type Result = NewestFact<Vec<Result<CustomerCount, String>>>;

    fn open(&self) -> Vec<(QuestionSlot, Question)> {
        self.question().map(|question| (QuestionSlot(0), question.question())).into_iter().collect()
    }

    fn take(&mut self, slot: QuestionSlot, answer: Result<Answer, EngineError>) {
        let (QuestionSlot(0), Some(question), Some(part)) = (slot, self.question(), self.parts.pop()) else { return };
        match answer.and_then(|answer| question.read(answer)) {
            Ok(counts) => self.counts.splice(part, counts.into_iter().map(Ok)).for_each(drop),
            Err(error) if !is_of_rules(&error) => {
                self.parts.clear();
                return self.found.fail(error.to_string());
            }
            Err(error) if part.len() == 1 => self.counts[part.start] = Err(error.to_string()),
            Err(_) => {
                let middle = part.start + part.len() / 2;
                self.parts.extend([middle..part.end, part.start..middle]);
            }
        }
        if self.parts.is_empty() {
            self.found.set(std::mem::take(&mut self.counts));
        }
    }

    fn result(&self) -> &Self::Result {
        &self.found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::QuestionBody;
    use crate::model::{Column, ColumnType, Schema};
    use crate::rule::{self, Context, Namespace};

    fn rules(texts: &[&str]) -> Vec<Checked> {
        let schema = Schema::new(vec![Column { name: "n".into(), column_type: ColumnType::Integer }]);
        let cx = Context { schema: &schema, names: &Namespace::default(), today: "2026-06-30".parse().unwrap() };
        texts.iter().map(|text| rule::check(text, &cx).unwrap()).collect()
    }

    /// Answers until nothing is open, and fails questions that have a rule with 13. Returns the number of questions.
    fn drive(inquiry: &mut EachCountInquiry, error: &EngineError) -> usize {
        for asked in 0.. {
            let Some((slot, question)) = inquiry.open().pop() else { return asked };
            let QuestionBody::Counts(CountsQuestion { rules, .. }) = &question.body else { panic!("{question:?}") };
            let fails = rules.iter().any(|rule| rule.canonical().contains("13"));
            let count = |rule: &Checked| CustomerCount { in_filter: rule.canonical().len() as u64, in_base: 0 };
            inquiry.take(
                slot,
                if fails { Err(error.clone()) } else { Ok(Answer::Counts(rules.iter().map(count).collect())) },
            );
        }
        0
    }

    #[test]
    fn counts_without_failure_take_one_question() {
        let mut inquiry = EachCountInquiry::new(Checked::everyone(), rules(&["n > 1", "n > 2", "n > 3"]));
        assert_eq!(drive(&mut inquiry, &EngineError::failed("no")), 1);
        assert!(inquiry.faults().is_empty() && inquiry.result().get().is_some_and(|counts| counts.len() == 3));
    }

    #[test]
    fn failing_rule_costs_only_its_count() {
        let texts = ["n > 1", "n > 13", "n > 300", "n > 4", "n IN (13, 5)"];
        let rules = rules(&texts);
        let mut inquiry = EachCountInquiry::new(Checked::everyone(), rules.clone());
        drive(&mut inquiry, &EngineError::failed("unlucky"));
        let counts = inquiry.result().get().expect("counts").clone();
        let expected = rules.iter().map(|rule| match rule.canonical() {
            text if text.contains("13") => Err("unlucky".to_owned()),
            text => Ok(text.len() as u64),
        });
        let found = counts.into_iter().map(|count| count.map(|count| count.in_filter));
        assert_eq!(found.collect::<Vec<_>>(), expected.collect::<Vec<_>>());
        assert_eq!(inquiry.faults().len(), 2);
    }

    #[test]
    fn lost_connection_fails_all_counts_at_once() {
        let mut inquiry = EachCountInquiry::new(Checked::everyone(), rules(&["n > 1", "n > 13"]));
        assert_eq!(drive(&mut inquiry, &EngineError::Lost("gone".into())), 1);
        assert!(inquiry.result().error.as_ref().is_some_and(|reason| reason.contains("gone")));
    }
}
