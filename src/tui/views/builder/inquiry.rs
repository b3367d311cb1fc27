//! The builder's questions.

use super::CellCounts;
use crate::engine::{Answer, CountsQuestion, CustomerCount, EngineError, MembershipsQuestion, Question};
use crate::insight::cells::CellsInquiry;
use crate::insight::inquiry::{Inquiry, PlainAnswer, QuestionSlot, ReadAnswer, SingleInquiry};
use crate::insight::profile::ProfileInquiry;

/// Questions for the column's profile, the cells of what is typed, and the customers in them.
#[derive(Debug, Clone, Default)]
pub struct BuilderInquiry {
    /// The column in the filter and in the base. Cutting does not depend on it.
    pub profile: ProfileInquiry,
    /// The cells. Answers stay known while one types.
    pub cells: CellsInquiry,
    /// Customers in each cell, in the filter and in the base.
    pub counts: SingleInquiry<CellNames>,
    /// Number of customers of the filter in exactly k of the cells, as element k.
    pub memberships: SingleInquiry<PlainAnswer<MembershipsQuestion>>,
}

const PROFILE: usize = 0;
const COUNTS: usize = 1;
const MEMBERSHIPS: usize = 2;
/// First slot of the cells' questions.
const CELLS: usize = 3;

impl Inquiry for BuilderInquiry {
    type Result = Self;

    fn open(&self) -> Vec<(QuestionSlot, Question)> {
        let at = |slot: usize| move |(QuestionSlot(own), question)| (QuestionSlot(slot + own), question);
        let profile = self.profile.open().into_iter().map(at(PROFILE));
        let cells = self.cells.open().into_iter().map(at(CELLS));
        let counts = self.counts.open().into_iter().map(at(COUNTS));
        profile.chain(cells).chain(counts).chain(self.memberships.open().into_iter().map(at(MEMBERSHIPS))).collect()
    }

    fn take(&mut self, slot: QuestionSlot, answer: Result<Answer, EngineError>) {
        match slot.0 {
            PROFILE => self.profile.take(QuestionSlot(0), answer),
            COUNTS => self.counts.take(QuestionSlot(0), answer),
            MEMBERSHIPS => self.memberships.take(QuestionSlot(0), answer),
            slot => self.cells.take(QuestionSlot(slot - CELLS), answer),
        }
    }

    fn result(&self) -> &Self {
        self
    }
}

/// Names of the cells that are counted. The last count is that of the whole filter.
#[derive(Debug, Clone, PartialEq)]
pub struct CellNames(pub Vec<String>);

impl ReadAnswer for CellNames {
    type Question = CountsQuestion;
    type Figures = CellCounts;

    fn read(&self, mut counts: Vec<CustomerCount>) -> CellCounts {
        let whole = counts.pop().unwrap_or_default().in_filter;
        CellCounts { cells: self.0.iter().cloned().zip(counts).collect(), whole }
    }
}
