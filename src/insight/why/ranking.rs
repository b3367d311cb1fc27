//! Ranks traits of all columns, and joins those that describe the same customers.

use std::collections::{HashMap, HashSet};

use super::{Trait, TraitKind};
use crate::insight::effect;

/// Expected share of false discoveries among the traits that pass the gate.
pub const ALPHA: f64 = 0.05;
/// Returns all traits in order: first those that passed the gate, largest effect first. Columns that the rule mentions
/// are left out unless they are wanted. The gate applies to all ranked traits, and counts the values of their columns
/// that were not examined.
pub fn rank(traits: impl IntoIterator<Item = Trait>, with_mentioned: bool) -> Vec<Trait> {
    let mut ranked: Vec<Trait> = traits.into_iter().filter(|one| with_mentioned || !one.mentioned).collect();
    let ps: Vec<f64> = ranked.iter().map(|one| one.p).collect();
    let untested: HashMap<&str, u64> = ranked.iter().map(|one| (one.column.as_str(), one.untested)).collect();
    let passed = effect::benjamini_hochberg(&ps, untested.values().sum(), ALPHA);
    ranked.iter_mut().zip(passed).for_each(|(one, passed)| one.significant = passed);
    ranked.sort_by(|a, b| {
        let effect = b.smd.abs().total_cmp(&a.smd.abs());
        b.significant.cmp(&a.significant).then(effect).then_with(|| a.condition.cmp(&b.condition))
    });
    ranked
}

/// Returns the largest trait of each column, in the order of [`rank`].
pub fn by_column(ranked: Vec<Trait>) -> Vec<Trait> {
    let mut seen = HashSet::new();
    ranked.into_iter().filter(|one| seen.insert(one.column.clone())).collect()
}

/// Minimum number of customers on both sides together for equal counts to mean equal customers.
const MIN_FOR_EQUAL_CUSTOMERS: u64 = 100;

/// Joins traits of different columns that say the same, as `no internet service` does in a column for each service:
/// those with equal counts on both sides, which are of one value or of too many customers to be equal by chance. Each
/// group has the largest first, in the order of the ranking.
pub fn join_repeated(ranked: Vec<Trait>) -> Vec<Vec<Trait>> {
    let mut groups: Vec<Vec<Trait>> = Vec::new();
    let mut places: HashMap<(u64, u64, bool), Vec<usize>> = HashMap::new();
    for one in ranked {
        if matches!(one.what, TraitKind::Mean(_)) {
            groups.push(vec![one]);
            continue;
        }
        let known = places.entry((one.n.inside, one.n.outside, one.significant)).or_default();
        match known.iter().find(|at| repeats(&groups[**at], &one)) {
            Some(&at) => groups[at].push(one),
            None => {
                known.push(groups.len());
                groups.push(vec![one]);
            }
        }
    }
    groups
}

fn repeats(group: &[Trait], one: &Trait) -> bool {
    let is_other_column = group.iter().all(|other| other.column != one.column);
    let is_same_value = match (&group[0].what, &one.what) {
        (TraitKind::Value(a, _), TraitKind::Value(b, _)) => a == b,
        (TraitKind::Missing(_), TraitKind::Missing(_)) => true,
        _ => false,
    };
    is_other_column && (is_same_value || one.n.inside + one.n.outside >= MIN_FOR_EQUAL_CUSTOMERS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::BothSides;

    fn sides<T>(inside: T, outside: T) -> BothSides<T> {
        BothSides { inside, outside }
    }

    #[test]
    fn rank_omits_mentioned_columns_and_puts_chance_findings_last() {
        let one = |column: &str, smd, p, mentioned| Trait {
            column: column.into(),
            what: TraitKind::Missing(sides(0.0, 0.0)),
            smd,
            n: sides(0, 0),
            index: None,
            v: None,
            p,
            significant: false,
            mentioned,
            untested: 0,
            condition: column.into(),
        };
        let all = [
            one("a", 0.1, 1e-9, false),
            one("b", 3.0, 0.9, false),
            one("c", -0.5, 1e-9, false),
            one("d", 9.0, 0.0, true),
        ];
        let names = |with| rank(all.clone(), with).into_iter().map(|one| one.column).collect::<String>();
        assert_eq!((names(false), names(true)), ("cab".into(), "dcab".into()));
    }
}
