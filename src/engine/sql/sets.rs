//! Coverage and combinations: customers grouped by the exact sets that they are in.

use super::plan::{AnswerReader, PlanStep, StatementPlan, float_sum, largest};
use super::results::{Results, StatementPlace, no_sum};
use super::terms::{Resolver, Term, Terms, value_where};
use crate::engine::{
    Answer, Combination, Combinations, CombinationsQuestion, CoverageQuestion, EngineError, Layer, LayeredOverlap,
    Portion,
};

/// Maximum number of sets in a combination: one bit each.
const MAX_SETS: usize = 64;
/// Number of sets per column of the answer, which is a signed whole number of 64 bits.
const SETS_OF_WORD: usize = 62;

/// Customers by their sets: a statement, and the positions of its figures.
struct SetPatterns {
    place: StatementPlace,
    sets: usize,
    has_value: bool,
    is_guarded: bool,
}

/// Customers of one exact combination of sets.
struct SetPattern {
    /// Sets as bits: bit i % 62 of word i / 62 is 1 for customers in set i.
    words: Vec<u64>,
    portion: Portion,
}

impl SetPattern {
    fn has(&self, set: usize) -> bool {
        self.words.get(set / SETS_OF_WORD).is_some_and(|word| word >> (set % SETS_OF_WORD) & 1 == 1)
    }
}

impl SetPatterns {
    /// Plans the statement. `limit` keeps only the largest combinations.
    fn new(
        plan: &mut StatementPlan,
        filter: &Term,
        sets: &[Term],
        value: Option<(&Term, bool)>,
        limit: Option<u64>,
    ) -> Result<Self, EngineError> {
        let (dialect, alias) = (plan.dialect, plan.dialect.alias());
        let mut terms = Terms::default();
        let conditions: Vec<String> = sets.iter().map(|set| terms.condition(set)).collect();
        let bit = |(at, condition): (usize, &String)| match at {
            0 => condition.clone(),
            at => format!("{condition} * {}", dialect.integer(1 << at)),
        };
        let word = |conditions: &[String]| conditions.iter().enumerate().map(bit).collect::<Vec<_>>().join(" + ");
        let mut words: Vec<String> = conditions.chunks(SETS_OF_WORD).map(word).collect();
        if words.is_empty() {
            words.push("0".into());
        }
        let words: Vec<String> = words.into_iter().map(|word| terms.derive(word)).collect();
        let filter = terms.condition(filter);
        let is_guarded = value.is_some_and(|(_, is_guarded)| is_guarded);
        let sums = value.map(|(value, _)| {
            let name = terms.value(value);
            let sums =
                format!(", {} AS s, COUNT({name}) AS k", float_sum(dialect, &value_where(&name, "1"), value.kind()));
            match is_guarded {
                true => format!("{sums}, {} AS m", largest(dialect, &name, value.kind())),
                false => sums,
            }
        });
        let inner = terms.select(dialect, plan.tables, |_| Ok(Vec::new()))?;
        let by = words.join(", ");
        let groups = format!(
            "SELECT {by}, COUNT(*) AS n{} FROM ({inner}) {alias}t WHERE {filter} = 1 GROUP BY {by}",
            sums.as_deref().unwrap_or_default()
        );
        let statement = match limit {
            None => groups,
            Some(limit) => {
                let sums = match (value.is_some(), is_guarded) {
                    (true, true) => ", s, k, m",
                    (true, false) => ", s, k",
                    (false, _) => "",
                };
                let high_first = words.iter().rev().cloned().collect::<Vec<_>>().join(", ");
                format!(
                    "SELECT {by}, n{sums}, COUNT(*) OVER () AS patterns FROM ({groups}) {alias}g ORDER BY n DESC, {high_first}{}",
                    super::plan::limit(limit.max(1), 0)
                )
            }
        };
        Ok(Self { place: plan.own(statement), sets: sets.len(), has_value: value.is_some(), is_guarded })
    }

    /// Returns the number of columns after the bit words: customers, and figures of the value.
    fn figures(&self) -> usize {
        1 + if self.has_value { 2 } else { 0 } + usize::from(self.is_guarded)
    }

    fn words(&self) -> usize {
        self.sets.div_ceil(SETS_OF_WORD).max(1)
    }

    fn read(&self, results: &Results) -> Result<Vec<SetPattern>, EngineError> {
        let table = results.table(self.place)?;
        let words = (0..self.words()).map(|word| table.counts(word)).collect::<Result<Vec<_>, _>>()?;
        let customers = table.counts(self.words())?;
        let sums = match self.has_value {
            true => Some((table.floats(self.words() + 1)?, table.counts(self.words() + 2)?)),
            false => None,
        };
        let largest = match self.is_guarded {
            true => Some(table.floats(self.words() + 3)?),
            false => None,
        };
        let pattern = |(row, customers): (usize, u64)| {
            let (value, known) = sums.as_ref().map_or((Some(0.0), 0), |(sums, known)| (sums[row], known[row]));
            let largest = largest.as_ref().and_then(|largest| largest[row]).unwrap_or(0.0);
            let portion = Portion { customers, value: value.unwrap_or(no_sum(known)), known, largest };
            SetPattern { words: words.iter().map(|word| word[row]).collect(), portion }
        };
        Ok(customers.into_iter().enumerate().map(pattern).collect())
    }
}

pub(super) fn combinations(
    question: &CombinationsQuestion,
    resolver: &Resolver,
    plan: &mut StatementPlan,
) -> Result<AnswerReader, EngineError> {
    if question.sets.len() > MAX_SETS {
        return Err(EngineError::Failed(format!("combinations of more than {MAX_SETS} sets are not supported")));
    }
    let filter = resolver.rule(&question.filter);
    let sets = resolver.rules(&question.sets);
    let value = resolver.numbers(question.value.as_deref())?;
    let limit = question.limit;
    let is_guarded = |value| (value, resolver.is_guarded);
    let patterns = SetPatterns::new(plan, &filter, &sets, value.as_ref().map(is_guarded), Some(limit as u64))?;
    Ok(Box::new(move |results| {
        let all = patterns.words() + patterns.figures();
        let all = results.table(patterns.place)?.counts(all)?.first().copied().unwrap_or(0);
        let mut found: Vec<Combination> =
            patterns.read(results)?.iter().map(|pattern| combination(pattern, patterns.is_guarded)).collect();
        found.truncate(limit);
        let left_out = all.saturating_sub(found.len() as u64);
        Ok(PlanStep::Answer(Answer::Combinations(Combinations { combinations: found, left_out })))
    }))
}

fn combination(pattern: &SetPattern, is_guarded: bool) -> Combination {
    let word = |(at, word): (usize, &u64)| word << (at * SETS_OF_WORD);
    let sets = pattern.words.iter().enumerate().map(word).fold(0, |sets, word| sets | word);
    Combination {
        sets,
        customers: pattern.portion.customers,
        value: pattern.portion.value,
        largest: pattern.portion.largest,
        known: if is_guarded { pattern.portion.known } else { 0 },
    }
}

pub(super) fn coverage(
    question: &CoverageQuestion,
    resolver: &Resolver,
    plan: &mut StatementPlan,
) -> Result<AnswerReader, EngineError> {
    let filter = resolver.rule(&question.filter);
    let sets = resolver.rules(&question.sets);
    let value = resolver.numbers(question.value.as_deref())?;
    let is_guarded = |value| (value, resolver.is_guarded);
    let patterns = SetPatterns::new(plan, &filter, &sets, value.as_ref().map(is_guarded), None)?;
    Ok(Box::new(move |results| {
        let mut coverage = nothing(patterns.sets);
        patterns.read(results)?.iter().for_each(|pattern| add(&mut coverage, pattern));
        Ok(PlanStep::Answer(Answer::Coverage(coverage)))
    }))
}

fn nothing(sets: usize) -> LayeredOverlap {
    let none = Portion::default();
    let layer = |at| Layer { all: none, first: none, only: none, lost: vec![0; at], both: vec![0; at] };
    LayeredOverlap { whole: none, none, one: none, several: none, layers: (0..sets).map(layer).collect() }
}

/// Adds the customers of one exact combination.
fn add(coverage: &mut LayeredOverlap, pattern: &SetPattern) {
    let portion = pattern.portion;
    let sets: Vec<usize> = (0..coverage.layers.len()).filter(|set| pattern.has(*set)).collect();
    coverage.whole += portion;
    match sets.as_slice() {
        [] => coverage.none += portion,
        [only] => {
            coverage.one += portion;
            coverage.layers[*only].only += portion;
        }
        _ => coverage.several += portion,
    }
    for (at, &set) in sets.iter().enumerate() {
        let layer = &mut coverage.layers[set];
        layer.all += portion;
        match at {
            0 => layer.first += portion,
            _ => layer.lost[sets[0]] += portion.customers,
        }
        sets[..at].iter().for_each(|&before| layer.both[before] += portion.customers);
    }
}
