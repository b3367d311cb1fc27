//! Tests whether respondents resemble the customers who did not respond: column by column, by effect size.

use crate::engine::{Answer, BothSides, Contrast, EngineError, Question};
use crate::insight::contrasts::ContrastsInquiry;
use crate::insight::inquiry::{Inquiry, QuestionSlot};
use crate::insight::suppress::{self, DisclosedCount};
use crate::insight::why::{self, Trait};
use crate::model::{Column, ColumnType};
use crate::rule::Checked;

/// Minimum difference that counts: Cohen's small effect.
pub const NOTABLE: f64 = 0.2;

/// Comparison of respondents with the other customers of the same set.
#[derive(Debug, Clone, PartialEq)]
pub struct Likeness {
    pub customers: BothSides<u64>,
    /// The largest difference of each column; those that passed the gate come first.
    pub traits: Vec<Trait>,
    pub verdict: Verdict,
}

/// Result of comparing respondents with everyone else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// There are no respondents.
    Nobody,
    /// All customers responded, so that there is nobody to compare with.
    Everyone,
    /// A side has too few customers to be shown.
    TooFew,
    /// No column differs by more than [`NOTABLE`].
    Alike,
    /// This many columns differ significantly.
    Differs(usize),
    /// This many columns differ, but not significantly for this number of respondents.
    MayBeChance(usize),
}

impl Verdict {
    /// Returns the verdict in words.
    pub fn words(self) -> String {
        let columns = |n: usize| if n == 1 { "1 column differs".to_owned() } else { format!("{n} columns differ") };
        match self {
            Verdict::Nobody => "nobody answered".into(),
            Verdict::Everyone => "everyone answered".into(),
            Verdict::TooFew => "too few to compare".into(),
            Verdict::Alike => format!("resembles the rest, all within {NOTABLE}"),
            Verdict::Differs(n) => columns(n),
            Verdict::MayBeChance(n) => format!("{}, maybe chance", columns(n)),
        }
    }
}

/// Inquiry whether the respondents of a persona resemble its other customers: a contrast for each column that may be
/// shown.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LikenessInquiry {
    of: Option<LikenessSubject>,
    pub contrasts: ContrastsInquiry,
    /// Reason why nothing can be asked.
    error: Option<String>,
}

/// The respondents that are compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LikenessSubject {
    /// Name of the table.
    pub table: String,
    /// Name of the persona; `None` for all respondents.
    pub persona: Option<String>,
}

impl LikenessInquiry {
    /// Creates an inquiry. `responded` is the rule of the customers who have a row in the table, or the reason why
    /// there is none.
    pub fn new(of: LikenessSubject, set: &Checked, responded: Result<Checked, String>, columns: &[&Column]) -> Self {
        let of = Some(of);
        match responded {
            Err(error) => Self { of, contrasts: ContrastsInquiry::default(), error: Some(error) },
            Ok(responded) => {
                let (inside, outside) = (set.and(&responded), set.and(&responded.negated()));
                let contrasts = ContrastsInquiry::new(&inside, Some(&outside), columns.iter().copied());
                Self { of, contrasts, error: None }
            }
        }
    }

    /// Returns the inquiry with the contrasts of an earlier one about the same respondents, marked as outdated, until
    /// it has its own.
    pub fn after(self, earlier: Self) -> Self {
        match self.of == earlier.of {
            true => Self { contrasts: self.contrasts.after(earlier.contrasts), ..self },
            false => self,
        }
    }

    /// Marks all contrasts as outdated and closes the open questions, since the subject has changed.
    pub fn outdate(&mut self) {
        self.contrasts.outdate();
        self.error = None;
    }

    /// Returns true if other respondents were asked about, or the result is outdated.
    pub fn needs_asking(&self, of: &LikenessSubject) -> bool {
        self.of.as_ref() != Some(of) || (self.contrasts.needs_asking() && self.error.is_none())
    }

    /// Returns true if some columns are not compared yet.
    pub fn is_waiting(&self) -> bool {
        self.error.is_none() && self.contrasts.columns.iter().any(|column| column.contrast.is_waiting())
    }

    pub fn is_fresh(&self) -> bool {
        self.error.is_none() && self.contrasts.columns.iter().all(|column| column.contrast.fresh)
    }

    /// Returns the reason why a column could not be compared.
    pub fn error(&self) -> Option<&str> {
        let mut columns = self.contrasts.columns.iter();
        self.error.as_deref().or_else(|| columns.find_map(|column| column.contrast.error.as_deref()))
    }

    /// Returns the result of the contrasts so far; `None` before the first one.
    pub fn read(&self, min_cell: u64) -> Option<Likeness> {
        let columns = self.contrasts.columns.iter();
        let known = columns.filter_map(|column| Some((column.contrast.answer.as_ref()?, column.column_type)));
        Likeness::from_contrasts(known, min_cell)
    }
}

impl Inquiry for LikenessInquiry {
    type Result = ContrastsInquiry;

    fn open(&self) -> Vec<(QuestionSlot, Question)> {
        self.contrasts.open()
    }

    fn take(&mut self, slot: QuestionSlot, answer: Result<Answer, EngineError>) {
        self.contrasts.take(slot, answer);
    }

    fn result(&self) -> &ContrastsInquiry {
        &self.contrasts
    }
}

impl Likeness {
    /// Returns the customers who did not answer, as they may be shown. With the respondents they add up to the customers of
    /// a persona, whose number in a filter that narrows stands elsewhere beside that in the base: there it may be hidden.
    pub fn others(&self, is_of_persona: bool, is_narrowed: bool, base: u64, min_cell: u64) -> DisclosedCount {
        let BothSides { inside, outside } = self.customers;
        let size = suppress::near_whole(inside + outside, base, min_cell);
        let is_hidden = is_of_persona && min_cell > 0 && (is_narrowed || size.count().is_none());
        match suppress::single(outside, min_cell) {
            DisclosedCount::Count(_) if is_hidden => DisclosedCount::Hidden,
            shown => shown,
        }
    }

    /// Reads the answers; returns `None` before the first one.
    fn from_contrasts<'a>(
        contrasts: impl IntoIterator<Item = (&'a Contrast, ColumnType)>,
        min_cell: u64,
    ) -> Option<Self> {
        let mut customers = None;
        let (mut traits, mut too_few) = (Vec::new(), false);
        for (contrast, column_type) in contrasts {
            customers = Some(contrast.customers);
            too_few |= why::is_too_few(contrast, min_cell);
            traits.extend(why::traits(contrast, column_type, false, min_cell).unwrap_or_default());
        }
        let customers = customers?;
        let traits = why::by_column(why::rank(traits, true));
        let beyond =
            |certain: bool| traits.iter().filter(|one| one.significant == certain && one.smd.abs() > NOTABLE).count();
        // Under `min_cell`, nobody is a few.
        let verdict = match customers {
            _ if too_few => Verdict::TooFew,
            BothSides { inside: 0, .. } => Verdict::Nobody,
            BothSides { outside: 0, .. } => Verdict::Everyone,
            _ => match (beyond(true), beyond(false)) {
                (0, 0) => Verdict::Alike,
                (0, columns) => Verdict::MayBeChance(columns),
                (columns, _) => Verdict::Differs(columns),
            },
        };
        Some(Self { customers, traits, verdict })
    }
}
