//! Counts the customers that each condition of a rule removes.

use super::figures;
use super::inquiry::{ReadAnswer, SingleInquiry};
use super::suppress::{self, DisclosedCount};
use crate::engine::{CountsQuestion, CustomerCount};
use crate::rule::Checked;

/// One condition of a rule, in the rule's order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttritionStep {
    /// Text of the condition as the person wrote it.
    pub condition: String,
    /// Customers that this condition and all previous ones leave.
    pub remaining: u64,
    /// Customers before this condition.
    pub before: u64,
    /// Customers whom only this condition removes: the number gained by leaving it out.
    pub alone: u64,
}

/// Figures of a step, as they may be shown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AttritionFigures {
    pub remaining: DisclosedCount,
    /// Share of the customers before this condition.
    pub of_before: Option<f64>,
    pub alone: DisclosedCount,
}

/// Suppresses the figures of steps over `base` customers.
pub fn shown(steps: &[AttritionStep], base: u64, min_cell: u64) -> Vec<AttritionFigures> {
    let counts: Vec<u64> = steps.iter().map(|step| step.remaining).collect();
    let first = steps.first().map_or(base, |step| step.before);
    let mut before = suppress::of_base(first, base, min_cell);
    let remaining = suppress::nested(&counts, first, min_cell);
    // The customers of the whole rule: what a condition removes is counted against them.
    let all = remaining.last().copied().unwrap_or(before);
    let one = |(step, remaining): (&AttritionStep, DisclosedCount)| {
        let of_before = remaining.count().zip(before.count()).and_then(|(part, whole)| figures::share(part, whole));
        before = remaining;
        let alone = suppress::single(step.alone, min_cell);
        AttritionFigures {
            remaining,
            of_before,
            alone: if all.count().is_some() { alone } else { suppress::stricter(alone, DisclosedCount::Hidden) },
        }
    };
    steps.iter().zip(remaining).map(one).collect()
}

/// Inquiry for the customers that each condition of a rule removes.
pub type AttritionInquiry = SingleInquiry<Conditions>;

/// The conditions of a rule, in its order, as the person wrote them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Conditions(pub Vec<String>);

impl AttritionInquiry {
    /// Creates an inquiry for conditions with their texts; `among` restricts the customers that are counted.
    pub fn new(conditions: Vec<(String, Checked)>, among: &Checked) -> Self {
        if conditions.is_empty() {
            return Self::known(Vec::new());
        }
        let (texts, conditions): (Vec<String>, Vec<Checked>) = conditions.into_iter().unzip();
        let rules = rules(&conditions).into_iter().map(|rule| rule.and(among));
        // The last rule counts the customers before the first condition.
        let rules = rules.chain([among.clone()]).collect();
        Self::asking(CountsQuestion { filter: Checked::everyone(), rules }, Conditions(texts))
    }
}

impl ReadAnswer for Conditions {
    type Question = CountsQuestion;
    type Figures = Vec<AttritionStep>;

    fn read(&self, mut counts: Vec<CustomerCount>) -> Vec<AttritionStep> {
        let base = counts.pop().unwrap_or_default().in_base;
        steps(&self.0, &counts, base)
    }
}

/// Returns the rules to count: first each condition with all previous ones, then all conditions without each.
fn rules(conditions: &[Checked]) -> Vec<Checked> {
    let all_but = |skipped: usize| {
        let kept = conditions.iter().enumerate().filter(|(i, _)| *i != skipped);
        Checked::all(kept.map(|(_, condition)| condition))
    };
    let mut rules: Vec<Checked> = Vec::new();
    for condition in conditions {
        rules.push(rules.last().cloned().unwrap_or_else(Checked::everyone).and(condition));
    }
    rules.extend((0..conditions.len()).map(all_but));
    rules
}

/// Assigns the counts of [`rules`] over the base to the conditions.
fn steps(conditions: &[String], counts: &[CustomerCount], base: u64) -> Vec<AttritionStep> {
    let n = conditions.len();
    let count = |at: usize| counts.get(at).map_or(0, |count| count.in_base);
    let all = if n == 0 { base } else { count(n - 1) };
    let step = |(i, condition): (usize, &String)| AttritionStep {
        condition: condition.clone(),
        remaining: count(i),
        before: if i == 0 { base } else { count(i - 1) },
        alone: count(n + i).saturating_sub(all),
    };
    conditions.iter().enumerate().map(step).collect()
}
