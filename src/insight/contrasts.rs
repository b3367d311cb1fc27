//! Compares columns, one by one, between the customers of two rules.

use super::inquiry::{Inquiry, NewestFact, Open, QuestionSlot};
use super::why::{self, NoTraits, Trait};
use crate::engine::{Answer, Contrast, ContrastQuestion, EngineError, Question};
use crate::model::{Column, ColumnType};
use crate::rule::Checked;

/// Inquiry for the contrasts of columns between the customers of two rules.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ContrastsInquiry {
    asked: Vec<Open<ContrastQuestion>>,
    /// True if the columns belong to the current subject.
    is_current: bool,
    /// Contrasts, in the order of the questions.
    pub columns: Vec<ColumnContrast>,
}

/// A column with its contrast.
#[derive(Debug, Clone, PartialEq)]
pub struct ColumnContrast {
    pub name: String,
    pub column_type: ColumnType,
    pub contrast: NewestFact<Contrast>,
}

impl ContrastsInquiry {
    /// Creates an inquiry. Without `outside`, the others are everyone else.
    pub fn new<'c>(inside: &Checked, outside: Option<&Checked>, columns: impl IntoIterator<Item = &'c Column>) -> Self {
        let question = |column: &Column| ContrastQuestion {
            inside: inside.clone(),
            outside: outside.cloned(),
            column: column.name.clone(),
            limit: why::MAX_VALUES,
        };
        let contrast = |column: &'c Column| ColumnContrast {
            name: column.name.clone(),
            column_type: column.column_type,
            contrast: NewestFact::default(),
        };
        let (asked, columns) =
            columns.into_iter().map(|column| (Open::new(question(column)), contrast(column))).unzip();
        Self { asked, is_current: true, columns }
    }

    /// Returns the inquiry with the contrasts of an earlier one, marked as outdated, until it has its own.
    pub fn after(mut self, mut earlier: Self) -> Self {
        for column in &mut self.columns {
            if let Some(old) = earlier.columns.iter_mut().find(|old| old.name == column.name) {
                column.contrast = std::mem::take(&mut column.contrast).after(std::mem::take(&mut old.contrast));
            }
        }
        self
    }

    /// Marks all contrasts as outdated and closes the open questions, since the subject has changed.
    pub fn outdate(&mut self) {
        self.asked.clear();
        self.is_current = false;
        self.columns.iter_mut().for_each(|column| column.contrast.outdate());
    }

    /// Returns true if the subject has changed, or nothing was asked yet.
    pub fn needs_asking(&self) -> bool {
        !self.is_current
    }

    pub fn is_waiting(&self) -> bool {
        self.is_current && self.columns.iter().any(|column| column.contrast.is_waiting())
    }

    /// Returns the number of columns that were answered or failed.
    pub fn done(&self) -> usize {
        self.columns.iter().filter(|column| !column.contrast.is_waiting()).count()
    }
}

impl ColumnContrast {
    /// Returns the traits of the newest contrast, which may be outdated. `mentioned` is true if the rules read the
    /// column.
    ///
    /// # Errors
    /// Returns the reason why there are none.
    pub fn traits(&self, mentioned: bool, min_cell: u64) -> Result<Vec<Trait>, NoTraits> {
        let contrast = self.contrast.answer.as_ref().ok_or(NoTraits::NoDifference)?;
        why::traits(contrast, self.column_type, mentioned, min_cell)
    }
}

impl Inquiry for ContrastsInquiry {
    type Result = Vec<ColumnContrast>;

    fn open(&self) -> Vec<(QuestionSlot, Question)> {
        self.asked.iter().enumerate().filter_map(|(at, question)| question.at(at)).collect()
    }

    fn take(&mut self, QuestionSlot(at): QuestionSlot, answer: Result<Answer, EngineError>) {
        if let (Some(question), Some(column)) = (self.asked.get_mut(at), self.columns.get_mut(at))
            && let Some(contrast) = question.take(answer)
        {
            column.contrast.settle(contrast);
        }
    }

    fn result(&self) -> &Vec<ColumnContrast> {
        &self.columns
    }
}
