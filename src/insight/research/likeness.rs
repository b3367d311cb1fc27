//! Whether those who answered resemble those who might have: column by column, by effect size.

use crate::engine::{Answer, Contrast, EngineError, Question, Sides};
use crate::insight::contrasts::ContrastsInquiry;
use crate::insight::inquiry::{Inquiry, Slot};
use crate::insight::why::{self, Trait};
use crate::model::{Column, ColumnType};
use crate::rule::Checked;

/// A difference beyond this (Cohen's small effect) is one.
pub const NOTABLE: f64 = 0.2;

/// Respondents against the other customers of the same set.
#[derive(Debug, Clone, PartialEq)]
pub struct Likeness {
    pub customers: Sides<u64>,
    /// Of each column its largest difference, what passed the gate first.
    pub traits: Vec<Trait>,
    pub verdict: Verdict,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Nobody answered.
    Nobody,
    /// All of them answered: there is no one to compare with.
    Everyone,
    /// A side has fewer customers than may be told of.
    TooFew,
    /// No column differs by more than [`NOTABLE`].
    Alike,
    /// So many columns do, and it is hardly chance.
    Differs(usize),
    /// So many columns do, but among so few respondents all of it may be chance.
    MayBeChance(usize),
}

impl Verdict {
    /// As a person says it.
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

/// Whether the respondents of a persona resemble its other customers: a contrast for each column that can be told of.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LikenessInquiry {
    of: Option<LikenessOf>,
    pub contrasts: ContrastsInquiry,
    /// Why nothing can be asked.
    error: Option<String>,
}

/// Whose respondents are compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LikenessOf {
    /// The table's name.
    pub table: String,
    /// The persona; none of all respondents.
    pub persona: Option<String>,
}

impl LikenessInquiry {
    /// `responded` is the rule of who has a row in the table, or why there is none.
    pub fn new(of: LikenessOf, set: &Checked, responded: Result<Checked, String>, columns: &[&Column]) -> Self {
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

    /// The same inquiry, which has the contrasts of an earlier one about the same respondents, as outdated, until it has its
    /// own.
    pub fn after(self, earlier: Self) -> Self {
        match self.of == earlier.of {
            true => Self { contrasts: self.contrasts.after(earlier.contrasts), ..self },
            false => self,
        }
    }

    /// What is asked has changed: all is outdated, and what is open is not asked any more.
    pub fn outdate(&mut self) {
        self.contrasts.outdate();
        self.error = None;
    }

    /// Whether these respondents are not those that were asked about, or what was asked is outdated.
    pub fn needs_asking(&self, of: &LikenessOf) -> bool {
        self.of.as_ref() != Some(of) || (self.contrasts.needs_asking() && self.error.is_none())
    }

    pub fn is_waiting(&self) -> bool {
        self.error.is_none() && self.contrasts.columns.iter().any(|column| column.contrast.is_waiting())
    }

    pub fn is_fresh(&self) -> bool {
        self.error.is_none() && self.contrasts.columns.iter().all(|column| column.contrast.fresh)
    }

    pub fn error(&self) -> Option<&str> {
        let mut columns = self.contrasts.columns.iter();
        self.error.as_deref().or_else(|| columns.find_map(|column| column.contrast.error.as_deref()))
    }

    /// What the contrasts say so far; None before the first one.
    pub fn read(&self, min_cell: u64) -> Option<Likeness> {
        let columns = self.contrasts.columns.iter();
        let known = columns.filter_map(|column| Some((column.contrast.answer.as_ref()?, column.column_type)));
        Likeness::of(known, min_cell)
    }
}

impl Inquiry for LikenessInquiry {
    type Result = ContrastsInquiry;

    fn open(&self) -> Vec<(Slot, Question)> {
        self.contrasts.open()
    }

    fn take(&mut self, slot: Slot, answer: Result<Answer, EngineError>) {
        self.contrasts.take(slot, answer);
    }

    fn result(&self) -> &ContrastsInquiry {
        &self.contrasts
    }
}

impl Likeness {
    /// What the answers say; none before the first one.
    fn of<'a>(contrasts: impl IntoIterator<Item = (&'a Contrast, ColumnType)>, min_cell: u64) -> Option<Self> {
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
        let verdict = match customers {
            Sides { inside: 0, .. } => Verdict::Nobody,
            Sides { outside: 0, .. } => Verdict::Everyone,
            _ if too_few => Verdict::TooFew,
            _ => match (beyond(true), beyond(false)) {
                (0, 0) => Verdict::Alike,
                (0, columns) => Verdict::MayBeChance(columns),
                (columns, _) => Verdict::Differs(columns),
            },
        };
        Some(Self { customers, traits, verdict })
    }
}
