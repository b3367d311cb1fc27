//! What each condition of a rule removes.

use crate::engine::Count;
use crate::rule::Checked;

/// One condition of a rule, in the rule's order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// As the person wrote it.
    pub condition: String,
    /// Customers that this condition and all before it leave.
    pub remaining: u64,
    /// Customers before this condition.
    pub before: u64,
    /// Customers that the other conditions leave and this one removes: what leaving it out would bring.
    pub alone: u64,
}

/// What has to be counted for so many conditions: first each with all before it, then all without each.
pub fn rules(conditions: &[Checked]) -> Vec<Checked> {
    let all = |skipped: Option<usize>| {
        let kept = conditions.iter().enumerate().filter(|(i, _)| Some(*i) != skipped);
        kept.fold(Checked::everyone(), |all, (_, condition)| all.and(condition))
    };
    let mut rules: Vec<Checked> = Vec::new();
    for condition in conditions {
        rules.push(rules.last().cloned().unwrap_or_else(Checked::everyone).and(condition));
    }
    rules.extend((0..conditions.len()).map(|i| all(Some(i))));
    rules
}

/// The counts of [`rules`] over the base, given back to the conditions.
pub fn steps(conditions: &[String], counts: &[Count], base: u64) -> Vec<Step> {
    let n = conditions.len();
    let count = |at: usize| counts.get(at).map_or(0, |count| count.in_base);
    let all = if n == 0 { base } else { count(n - 1) };
    let step = |(i, condition): (usize, &String)| Step {
        condition: condition.clone(),
        remaining: count(i),
        before: if i == 0 { base } else { count(i - 1) },
        alone: count(n + i).saturating_sub(all),
    };
    conditions.iter().enumerate().map(step).collect()
}
