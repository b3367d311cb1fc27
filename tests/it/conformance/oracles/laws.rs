//! Laws about one engine and one table.

use super::rule::Rule;
use super::samples::{Operands, Sample, base, frame, samples};
use super::subject::{Local, Subject};
use crate::agree::cases::run;

/// A law: describes the error in the engine's answers about the sample, if the law does not hold.
pub type Law = fn(&dyn Subject, &Sample) -> Result<(), String>;

/// Every law with its name.
pub const LAWS: [(&str, Law); 9] = [
    ("partition", partition),
    ("partition within a filter", partition_within),
    ("partition of a sum", partition_of_sums),
    ("case", case),
    ("de morgan", de_morgan),
    ("double negation", double_negation),
    ("between", between),
    ("in", in_list),
    ("distinct", distinct),
];

/// A rule is true, false or null for each customer: p, NOT p and p IS NULL partition the base.
pub fn partition(engine: &dyn Subject, sample: &Sample) -> Result<(), String> {
    parts_of(engine, &Rule::Everyone, engine.customers(), &sample.rule(0))
}

/// The same within a filter, and for the parts of the filter itself.
pub fn partition_within(engine: &dyn Subject, sample: &Sample) -> Result<(), String> {
    let filter = sample.rule(1);
    if !engine.reads(&filter) {
        return Ok(());
    }
    let filters = [filter.clone(), filter.clone().not(), filter.null_test()];
    let whole = engine.counts(&Rule::Everyone, &filters)?;
    for (filter, whole) in filters.iter().zip(whole) {
        parts_of(engine, filter, whole, &sample.rule(0))?;
    }
    Ok(())
}

fn parts_of(engine: &dyn Subject, filter: &Rule, whole: u64, rule: &Rule) -> Result<(), String> {
    if !engine.reads(rule) {
        return Ok(());
    }
    let parts = engine.counts(filter, &[rule.clone(), rule.clone().not(), rule.clone().null_test()])?;
    let sum: u64 = parts.iter().sum();
    (sum == whole).then_some(()).ok_or_else(|| format!("{rule} within {filter}: {parts:?} are not {whole}"))
}

/// The sums over the three parts add up to the sum over the base.
pub fn partition_of_sums(engine: &dyn Subject, sample: &Sample) -> Result<(), String> {
    let rule = sample.rule(0);
    if !engine.reads(&rule) {
        return Ok(());
    }
    for column in ["balance", "few", "spend", "price", "u32"] {
        let (whole, known) = engine.sum(&Rule::Everyone, column)?;
        let filters = [rule.clone(), rule.clone().not(), rule.clone().null_test()];
        let parts = filters.iter().map(|filter| engine.sum(filter, column)).collect::<Result<Vec<_>, _>>()?;
        let sum: f64 = parts.iter().map(|(sum, _)| sum).sum();
        let size: f64 = parts.iter().map(|(sum, _)| sum.abs()).sum();
        if (sum - whole).abs() > 1e-9 * size || parts.iter().map(|(_, known)| known).sum::<u64>() != known {
            return Err(format!("{column} by {rule}: {parts:?} are not {whole} of {known}"));
        }
    }
    Ok(())
}

/// `CASE WHEN p THEN 1 ELSE 0 END = 1` equals `p IS TRUE`.
pub fn case(engine: &dyn Subject, sample: &Sample) -> Result<(), String> {
    let rule = sample.rule(0);
    if !engine.reads(&rule) {
        return Ok(());
    }
    same(engine, &rule.clone().case(), &rule.truth_test())
}

/// NOT (p AND q) equals NOT p OR NOT q, and vice versa; AND distributes over OR.
pub fn de_morgan(engine: &dyn Subject, sample: &Sample) -> Result<(), String> {
    let [p, q, r] = [0, 1, 2].map(|n| sample.rule(n));
    if ![&p, &q, &r].into_iter().all(|rule| engine.reads(rule)) {
        return Ok(());
    }
    same(engine, &p.clone().and(q.clone()).not(), &p.clone().not().or(q.clone().not()))?;
    same(engine, &p.clone().or(q.clone()).not(), &p.clone().not().and(q.clone().not()))?;
    same(engine, &p.clone().and(q.clone().or(r.clone())), &p.clone().and(q).or(p.and(r)))
}

/// NOT NOT p equals p, and so does p AND p.
pub fn double_negation(engine: &dyn Subject, sample: &Sample) -> Result<(), String> {
    let rule = sample.rule(0);
    if !engine.reads(&rule) {
        return Ok(());
    }
    same(engine, &rule.clone().not().not(), &rule)?;
    same(engine, &rule.clone().and(rule.clone()), &rule)
}

/// `x BETWEEN a AND b` equals `x >= a AND x <= b`; NOT BETWEEN is its negation.
pub fn between(engine: &dyn Subject, sample: &Sample) -> Result<(), String> {
    let Operands { value, others } = &sample.operands;
    let [low, high, ..] = others.as_slice() else { return Ok(()) };
    let within = |negated| Rule::Between { value: value.clone(), low: low.clone(), high: high.clone(), negated };
    let (above, below) = (Rule::compare(value, ">=", low), Rule::compare(value, "<=", high));
    if !engine.reads(&within(false)) || !engine.reads(&above) || !engine.reads(&below) {
        return Ok(());
    }
    same(engine, &within(false), &above.clone().and(below.clone()))?;
    same(engine, &within(true), &above.not().or(below.not()))?;
    same(engine, &within(true), &Rule::compare(value, "<", low).or(Rule::compare(value, ">", high)))
}

/// `x IN (a, b, c)` equals `x = a OR x = b OR x = c`; NOT IN is its negation.
pub fn in_list(engine: &dyn Subject, sample: &Sample) -> Result<(), String> {
    let Operands { value, others } = &sample.operands;
    let within = |negated| Rule::In { value: value.clone(), list: others.clone(), negated };
    let any = others.iter().map(|other| Rule::compare(value, "=", other)).reduce(Rule::or);
    let none = others.iter().map(|other| Rule::compare(value, "<>", other)).reduce(Rule::and);
    let (Some(any), Some(none)) = (any, none) else { return Ok(()) };
    if !engine.reads(&within(false)) || !engine.reads(&any) {
        return Ok(());
    }
    same(engine, &within(false), &any)?;
    same(engine, &within(true), &none)?;
    same(engine, &within(true), &within(false).not())
}

/// `x IS DISTINCT FROM y` equals `x <> y` where both have a value, and is true where exactly one has.
pub fn distinct(engine: &dyn Subject, sample: &Sample) -> Result<(), String> {
    let Operands { value, others } = &sample.operands;
    for other in others {
        let distinct = |negated| Rule::Distinct { left: value.clone(), right: other.clone(), negated };
        let differs = Rule::compare(value, "<>", other);
        if !engine.reads(&distinct(false)) || !engine.reads(&differs) {
            continue;
        }
        let null = |of: &str| Rule::text(format!("({of}) IS NULL"));
        let one = null(value).or(null(other));
        let both = null(value).and(null(other));
        let long = differs.or(one).and(both.not());
        same(engine, &distinct(false), &long)?;
        same(engine, &distinct(true), &long.not())?;
    }
    Ok(())
}

/// Checks that two rules are true, false and null for the same customers: equal counts, and no customer for whom they
/// differ.
pub fn same(engine: &dyn Subject, one: &Rule, other: &Rule) -> Result<(), String> {
    let three = |rule: &Rule| [rule.clone(), rule.clone().not(), rule.clone().null_test()];
    let counts = engine.counts(&Rule::Everyone, &[three(one), three(other)].concat())?;
    let within = engine.counts(one, std::slice::from_ref(other))?;
    if counts[..3] == counts[3..] && within[0] == counts[0] {
        return Ok(());
    }
    Err(format!("{one}: {:?}\n{other}: {:?}\n{within:?} of the one are in the other", &counts[..3], &counts[3..]))
}

fn holds(cases: u32, name: &str) {
    let (_, law) = LAWS.into_iter().find(|(known, _)| *known == name).expect("a law of this name");
    run(cases, &samples(), |sample| law(&Local::new(base(frame(&sample.table))), &sample));
}

#[test]
fn true_false_and_null_partition_base() {
    holds(300, "partition");
}

#[test]
fn true_false_and_null_partition_filter() {
    holds(150, "partition within a filter");
}

#[test]
fn sums_over_true_false_and_null_add_up() {
    holds(150, "partition of a sum");
}

#[test]
fn case_counts_true_rows() {
    holds(250, "case");
}

#[test]
fn not_and_or_obey_de_morgan() {
    holds(150, "de morgan");
}

#[test]
fn double_negation_changes_no_answer() {
    holds(150, "double negation");
}

#[test]
fn between_equals_two_comparisons() {
    holds(400, "between");
}

#[test]
fn in_list_equals_or_of_equalities() {
    holds(400, "in");
}

#[test]
fn is_distinct_from_equals_long_form() {
    holds(300, "distinct");
}

/// A law holds for any engine if its samples are not rules, and then it tests nothing.
#[test]
fn most_samples_are_valid_rules() {
    let sampled = crate::agree::cases::sample(600, &samples());
    let engine = Local::new(base(frame(&sampled[0].table)));
    let rules = sampled.iter().filter(|sample| engine.reads(&sample.rule(0))).count();
    let lists = sampled.iter().filter(|sample| {
        let Operands { value, others } = sample.operands.clone();
        engine.reads(&Rule::In { value, list: others, negated: false })
    });
    let lists = lists.count();
    assert!(rules >= 500 && lists >= 500, "{rules} rules and {lists} lists of 600");
}
