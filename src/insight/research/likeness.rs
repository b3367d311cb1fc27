//! Whether those who answered resemble those who might have: column by column, by effect size.

use crate::engine::{Contrast, ContrastQuestion, Sides};
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

impl Likeness {
    /// One question for each column that can be told of; `responded` is the rule of who has a row in the table.
    pub fn questions(set: &Checked, responded: &Checked, columns: &[&Column]) -> Vec<ContrastQuestion> {
        let silent = responded.negated();
        let question = |column: &&Column| ContrastQuestion {
            inside: set.and(responded),
            outside: Some(set.and(&silent)),
            column: column.name.clone(),
            limit: why::VALUES,
        };
        columns.iter().map(question).collect()
    }

    /// What the answers say; none before the first one.
    pub fn of<'a>(contrasts: impl IntoIterator<Item = (&'a Contrast, ColumnType)>, min_cell: u64) -> Option<Self> {
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
