//! The card's questions, each with its answer.

use super::CheckedOrReason;
use crate::engine::{Answer, ContrastQuestion, EngineError, ProfileQuestion, Question, SummaryQuestion};
use crate::insight::each_count::EachCountInquiry;
use crate::insight::inquiry::{Inquiry, PlainAnswer, QuestionSlot, SingleInquiry};
use crate::insight::why;
use crate::model::Column;
use crate::rule::Checked;

/// Questions about a persona. Those of the rules come first, then those of each column.
#[derive(Debug, Clone)]
pub(super) struct CardQuestions {
    pub size: SingleInquiry<PlainAnswer<SummaryQuestion>>,
    pub spans: EachCountInquiry,
    pub claims: EachCountInquiry,
    /// Each stage alone, then each with all previous ones.
    pub flow: EachCountInquiry,
    /// Each attribute alone, then each with all previous ones.
    pub attributes: EachCountInquiry,
    /// Questions of the columns, in the order of the card's columns.
    pub columns: Vec<ColumnQuestions>,
}

/// Questions about one column.
#[derive(Debug, Clone)]
pub(super) struct ColumnQuestions {
    pub profile: SingleInquiry<PlainAnswer<ProfileQuestion>>,
    pub contrast: SingleInquiry<PlainAnswer<ContrastQuestion>>,
}

/// Rules to count among the audience.
pub(super) struct RulesToCount {
    pub spans: Vec<Checked>,
    pub claims: Vec<Checked>,
    pub flow: Vec<Checked>,
    pub attributes: Vec<Checked>,
}

/// First slot of the columns' questions, in the order of the columns; the slots before belong to rules.
const FIRST_COLUMN_SLOT: usize = 5;

impl CardQuestions {
    /// Creates all questions about an audience; none if its rule is in error.
    pub fn new(audience: &CheckedOrReason, value: Option<&str>, rules: RulesToCount, columns: &[Column]) -> Self {
        let counts = |rules: Vec<Checked>| match audience {
            Err(error) => EachCountInquiry::wrong(error),
            Ok(audience) => EachCountInquiry::new(audience.clone(), rules),
        };
        let column = |column: &Column| match audience {
            Err(error) => {
                ColumnQuestions { profile: SingleInquiry::wrong(error), contrast: SingleInquiry::wrong(error) }
            }
            Ok(audience) => {
                let (filter, inside) = (audience.clone(), audience.clone());
                let (profiled, column) = (column.name.clone(), column.name.clone());
                ColumnQuestions {
                    profile: SingleInquiry::from_question(ProfileQuestion { filter, column: profiled, bins: 0 }),
                    contrast: SingleInquiry::from_question(ContrastQuestion {
                        inside,
                        outside: None,
                        column,
                        limit: why::MAX_VALUES,
                    }),
                }
            }
        };
        let value = value.map(ToOwned::to_owned);
        Self {
            size: match audience {
                Err(error) => SingleInquiry::wrong(error),
                Ok(audience) => SingleInquiry::from_question(SummaryQuestion { filter: audience.clone(), value }),
            },
            spans: counts(rules.spans),
            claims: counts(rules.claims),
            flow: counts(rules.flow),
            attributes: counts(rules.attributes),
            columns: columns.iter().map(column).collect(),
        }
    }

    /// Drops the columns' questions.
    pub fn without_columns(&mut self) {
        for column in self.columns.iter_mut().filter(|column| column.profile.is_open()) {
            *column = ColumnQuestions { profile: SingleInquiry::default(), contrast: SingleInquiry::default() };
        }
    }

    /// Takes over the answers of earlier questions that are the same.
    pub fn keep_answers(&mut self, before: &Self) {
        self.size.keep_answer(&before.size);
        self.spans.keep_answer(&before.spans);
        self.claims.keep_answer(&before.claims);
        self.flow.keep_answer(&before.flow);
        self.attributes.keep_answer(&before.attributes);
        for (column, before) in self.columns.iter_mut().zip(&before.columns) {
            column.profile.keep_answer(&before.profile);
            column.contrast.keep_answer(&before.contrast);
        }
    }

    fn counts(&self) -> [&EachCountInquiry; 4] {
        [&self.spans, &self.claims, &self.flow, &self.attributes]
    }

    pub fn has_open_rules(&self) -> bool {
        self.size.is_open() || self.counts().iter().any(|counts| counts.is_open())
    }

    pub fn has_open_columns(&self) -> bool {
        self.columns.iter().any(|column| column.profile.is_open() || column.contrast.is_open())
    }

    pub fn open(&self) -> Vec<(QuestionSlot, Question)> {
        let mut open = self.size.open();
        open.extend(self.counts().iter().zip(1..).flat_map(|(counts, slot)| at(counts.open(), slot)));
        for (column, slot) in self.columns.iter().zip((FIRST_COLUMN_SLOT..).step_by(2)) {
            open.extend(at(column.profile.open(), slot));
            open.extend(at(column.contrast.open(), slot + 1));
        }
        open
    }

    pub fn take(&mut self, slot: QuestionSlot, answer: Result<Answer, EngineError>) {
        match slot.0 {
            0 => self.size.take(QuestionSlot(0), answer),
            1 => self.spans.take(QuestionSlot(0), answer),
            2 => self.claims.take(QuestionSlot(0), answer),
            3 => self.flow.take(QuestionSlot(0), answer),
            4 => self.attributes.take(QuestionSlot(0), answer),
            slot => {
                let (at, is_contrast) = ((slot - FIRST_COLUMN_SLOT) / 2, (slot - FIRST_COLUMN_SLOT) % 2 == 1);
                match (self.columns.get_mut(at), is_contrast) {
                    (Some(column), false) => column.profile.take(QuestionSlot(0), answer),
                    (Some(column), true) => column.contrast.take(QuestionSlot(0), answer),
                    (None, _) => {}
                }
            }
        }
    }
}

/// Returns the open question of a single inquiry with its slot in the card.
fn at(open: Vec<(QuestionSlot, Question)>, slot: usize) -> impl Iterator<Item = (QuestionSlot, Question)> {
    open.into_iter().map(move |(_, question)| (QuestionSlot(slot), question))
}
