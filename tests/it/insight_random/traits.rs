//! *Why*: effect sizes, tests and their gate, by the formulas and by numerical recipes of the test's own.

use std::collections::{BTreeMap, BTreeSet};

use crosscut::engine::{BothSides, Engine};
use crosscut::insight::contrasts::ContrastsInquiry;
use crosscut::insight::why::{self, NoTraits, Trait, TraitKind};
use crosscut::model::{Column, ColumnType, Datum};

use super::table::{Customer, RandomBase, Rule};
use super::{answer, assert_near, each, is_near};

/// Returns ln Γ(x) (Lanczos, g = 7, n = 9).
fn ln_gamma(x: f64) -> f64 {
    const C: [f64; 9] = [
        0.999_999_999_999_809_9,
        676.520_368_121_885_1,
        -1_259.139_216_722_402_8,
        771.323_428_777_653_1,
        -176.615_029_162_140_6,
        12.507_343_278_686_905,
        -0.138_571_095_265_720_12,
        9.984_369_578_019_572e-6,
        1.505_632_735_149_311_6e-7,
    ];
    if x < 0.5 {
        return (std::f64::consts::PI / (std::f64::consts::PI * x).sin()).ln() - ln_gamma(1.0 - x);
    }
    let x = x - 1.0;
    let t = x + 7.5;
    let sum: f64 = C[0] + C[1..].iter().enumerate().map(|(i, c)| c / (x + i as f64 + 1.0)).sum::<f64>();
    0.5 * (2.0 * std::f64::consts::PI).ln() + (x + 0.5) * t.ln() - t + sum.ln()
}

/// Returns the upper incomplete gamma function Q(a, x), regularised (Numerical Recipes, 6.2).
fn upper_gamma(a: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 1.0;
    }
    let front = (a * x.ln() - x - ln_gamma(a)).exp();
    if x < a + 1.0 {
        let (mut term, mut sum, mut n) = (1.0 / a, 1.0 / a, a);
        while term > sum * 1e-17 {
            n += 1.0;
            term *= x / n;
            sum += term;
        }
        return 1.0 - front * sum;
    }
    let (mut b, mut c, mut d) = (x + 1.0 - a, 1e300, 1.0 / (x + 1.0 - a));
    let mut h = d;
    for i in 1..500 {
        let an = -(f64::from(i)) * (f64::from(i) - a);
        b += 2.0;
        d = 1.0 / (an * d + b);
        c = b + an / c;
        h *= d * c;
        if (d * c - 1.0).abs() < 1e-16 {
            break;
        }
    }
    front * h
}

/// Returns the incomplete beta function, regularised (Numerical Recipes, 6.4).
fn beta(a: f64, b: f64, x: f64) -> f64 {
    if x <= 0.0 || x >= 1.0 {
        return x.clamp(0.0, 1.0);
    }
    let front = (ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b) + a * x.ln() + b * (1.0 - x).ln()).exp();
    let fraction = |a: f64, b: f64, x: f64| {
        let (mut c, mut d) = (1.0, 1.0 / (1.0 - (a + b) * x / (a + 1.0)));
        let mut h = d;
        for m in 1..2_000 {
            let m = f64::from(m);
            let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
            d = 1.0 / (1.0 + even * d);
            c = 1.0 + even / c;
            h *= d * c;
            let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
            d = 1.0 / (1.0 + odd * d);
            c = 1.0 + odd / c;
            h *= d * c;
            if (d * c - 1.0).abs() < 1e-16 {
                break;
            }
        }
        h
    };
    if x < (a + 1.0) / (a + b + 2.0) {
        front * fraction(a, b, x) / a
    } else {
        1.0 - front * fraction(b, a, 1.0 - x) / b
    }
}

#[test]
fn special_functions_agree_with_scipy() {
    // scipy.special.gammaincc(0.5, …), scipy.special.betainc, scipy.stats.t.sf(2.1, 7.3).
    for (x, q) in [(0.1, 0.654_720_846_018_577), (2.0, 0.045_500_263_896_358_4), (20.0, 2.539_628_589_470_865e-10)] {
        assert!((upper_gamma(0.5, x) - q).abs() < 1e-13, "{x}: {} and not {q}", upper_gamma(0.5, x));
    }
    assert!((beta(3.65, 0.5, 7.3 / (7.3 + 2.1f64.powi(2))) - 2.0 * STUDENT).abs() < 1e-12);
}
/// scipy.stats.t.sf(2.1, 7.3)
const STUDENT: f64 = 0.036_123_356_712_426_7;

/// A trait as it should be.
#[derive(Debug)]
struct Expected {
    smd: f64,
    n: (u64, u64),
    index: Option<f64>,
    shares: Option<(f64, f64)>,
    means: Option<(f64, f64)>,
    v: Option<f64>,
    p: f64,
}

/// The text that a customer has in a column.
type TextOf = Box<dyn Fn(&Customer) -> Option<String>>;

/// A column by its name: numbers, or values as text.
enum Cells {
    Numbers(fn(&Customer) -> Option<f64>),
    Values(TextOf),
}

fn cells(column: &str) -> Cells {
    match column {
        "n" => Cells::Numbers(|one| one.n.map(|n| n as f64)),
        "x" => Cells::Numbers(|one| one.x),
        "same" => Cells::Numbers(|_| Some(7.0)),
        "day" => Cells::Numbers(|one| one.day.map(|day| f64::from(day.to_epoch_days()))),
        "plan" => Cells::Values(Box::new(|one| one.plan.map(str::to_owned))),
        "town" => Cells::Values(Box::new(|one| one.town.clone())),
        flag => {
            let flag: usize = flag[1..].parse().expect("a flag");
            Cells::Values(Box::new(move |one| one.flags[flag].map(|flag| flag.to_string())))
        }
    }
}

/// Mean and sample variance.
fn moments(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    (mean, values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (n - 1.0))
}

fn expected_mean(inside: &[f64], outside: &[f64]) -> Option<Expected> {
    if inside.len() < 2 || outside.len() < 2 {
        return None;
    }
    let ((m, s), (other_m, other_s)) = (moments(inside), moments(outside));
    let smd = (m - other_m) / ((s + other_s) / 2.0).sqrt();
    if smd.is_nan() {
        return None;
    }
    // Welch 1947.
    let (a, b) = (s / inside.len() as f64, other_s / outside.len() as f64);
    let p = if a + b == 0.0 {
        if m == other_m { 1.0 } else { 0.0 }
    } else {
        let t = (m - other_m) / (a + b).sqrt();
        let freedom = (a + b).powi(2) / (a * a / (inside.len() as f64 - 1.0) + b * b / (outside.len() as f64 - 1.0));
        beta(freedom / 2.0, 0.5, freedom / (freedom + t * t))
    };
    let n = (inside.len() as u64, outside.len() as u64);
    Some(Expected { smd, n, index: None, shares: None, means: Some((m, other_m)), v: None, p })
}

fn expected_share(have: (u64, u64), all: (u64, u64), v: Option<f64>) -> Option<Expected> {
    if all.0 == 0 || all.1 == 0 {
        return None;
    }
    let (p1, p2) = (have.0 as f64 / all.0 as f64, have.1 as f64 / all.1 as f64);
    let smd = (p1 - p2) / ((p1 * (1.0 - p1) + p2 * (1.0 - p2)) / 2.0).sqrt();
    if smd.is_nan() || smd == 0.0 {
        return None;
    }
    // Pearson's χ² of the table of four fields, by Σ (o − e)² / e.
    let n = (all.0 + all.1) as f64;
    let with = (have.0 + have.1) as f64;
    let fields = [
        (have.0, all.0, with),
        (have.1, all.1, with),
        (all.0 - have.0, all.0, n - with),
        (all.1 - have.1, all.1, n - with),
    ];
    let chi: f64 = fields
        .iter()
        .map(|(o, side, row)| (*o as f64 - *side as f64 * row / n).powi(2) / (*side as f64 * row / n))
        .sum();
    let p = if chi.is_finite() { upper_gamma(0.5, chi / 2.0) } else { 1.0 };
    let index = (with > 0.0).then(|| 100.0 * p1 / (with / n));
    Some(Expected { smd, n: have, index, shares: Some((p1, p2)), means: None, v, p })
}

/// Cramér's V, corrected for bias (Bergsma 2013), of a table of values and two sides.
fn cramers_v(table: &BTreeMap<String, (u64, u64)>) -> Option<f64> {
    let side = (table.values().map(|n| n.0).sum::<u64>() as f64, table.values().map(|n| n.1).sum::<u64>() as f64);
    let (n, r) = (side.0 + side.1, table.len() as f64);
    if n < 2.0 || table.len() < 2 {
        return None;
    }
    let field = |o: u64, row: f64, side: f64| {
        if side == 0.0 { 0.0 } else { (o as f64 - row * side / n).powi(2) / (row * side / n) }
    };
    let of_row = |(a, b): &(u64, u64)| field(*a, (a + b) as f64, side.0) + field(*b, (a + b) as f64, side.1);
    let chi: f64 = table.values().map(of_row).sum();
    let phi = (chi / n - (r - 1.0) / (n - 1.0)).max(0.0);
    let (rows, sides) = (r - (r - 1.0).powi(2) / (n - 1.0), 2.0 - 1.0 / (n - 1.0));
    let v = (phi / (rows - 1.0).min(sides - 1.0)).sqrt();
    v.is_finite().then_some(v)
}

/// Returns the traits of a column by what they are of: a value as text, nothing for the mean, `IS NULL` for the missing.
fn expected(column: &str, inside: &[&Customer], outside: &[&Customer]) -> (BTreeMap<String, Expected>, u64) {
    let all = (inside.len() as u64, outside.len() as u64);
    let mut found = BTreeMap::new();
    let mut add = |name: String, one: Option<Expected>| {
        if let Some(one) = one {
            found.insert(name, one);
        }
    };
    match cells(column) {
        Cells::Numbers(number) => {
            let of = |side: &[&Customer]| side.iter().filter_map(|one| number(one)).collect::<Vec<f64>>();
            let (here, there) = (of(inside), of(outside));
            add("mean".into(), expected_mean(&here, &there));
            let missing = (all.0 - here.len() as u64, all.1 - there.len() as u64);
            add("IS NULL".into(), expected_share(missing, all, None));
            (found, 0)
        }
        Cells::Values(value) => {
            let mut table: BTreeMap<String, (u64, u64)> = BTreeMap::new();
            let mut missing = (0, 0);
            let rows = inside.iter().map(|one| (one, true)).chain(outside.iter().map(|one| (one, false)));
            for (one, is_inside) in rows {
                let n = value(one).map_or(&mut missing, |value| table.entry(format!("= {value}")).or_default());
                if is_inside { n.0 += 1 } else { n.1 += 1 }
            }
            let v = cramers_v(&table);
            let is_pair = table.len() == 2 && missing == (0, 0);
            let distinct = table.len() as u64;
            for (value, have) in table {
                add(value, expected_share(have, all, v).filter(|one| !is_pair || one.smd > 0.0));
            }
            add("IS NULL".into(), expected_share(missing, all, v));
            (found, distinct)
        }
    }
}

fn name(one: &Trait) -> String {
    match &one.what {
        TraitKind::Mean(_) => "mean".into(),
        TraitKind::Value(value, _) => format!("= {value}"),
        TraitKind::Missing(_) => "IS NULL".into(),
    }
}

fn assert_trait(one: &Trait, wanted: &Expected) {
    let label = format!("{} {}", one.column, name(one));
    // Sums of many values in another order differ in the last digits, and a variance of almost nothing by more.
    assert!(
        one.smd == wanted.smd || (one.smd - wanted.smd).abs() <= 1e-8 * wanted.smd.abs().max(1.0),
        "{label}: {one:?} and not {wanted:?}"
    );
    assert_eq!((one.n.inside, one.n.outside), wanted.n, "{label}");
    assert_near(one.index, wanted.index, &label);
    assert_near(one.v, wanted.v, &label);
    assert!((one.p - wanted.p).abs() < 1e-9, "{label}: p is {} and not {}", one.p, wanted.p);
    let BothSides { inside, outside } = match &one.what {
        TraitKind::Mean(means) => {
            if let (Some(wanted), Some(inside), Some(outside)) =
                (wanted.means, means.inside.number(), means.outside.number())
            {
                // The mean of days is the nearest day.
                let is_same = |found: f64, wanted: f64| match &means.inside {
                    Datum::Date(_) => found == wanted.round(),
                    _ => is_near(found, wanted),
                };
                assert!(
                    is_same(inside, wanted.0) && is_same(outside, wanted.1),
                    "{label}: {means:?} and not {wanted:?}"
                );
            }
            return;
        }
        TraitKind::Value(_, shares) | TraitKind::Missing(shares) => *shares,
    };
    let shares = wanted.shares.expect("shares");
    assert!(is_near(inside, shares.0) && is_near(outside, shares.1), "{label}: {inside} {outside} and not {shares:?}");
}

/// Returns the sides of two rules, or of a rule and everyone else.
fn sides<'b>(base: &'b RandomBase, inside: &Rule, outside: Option<&Rule>) -> (Vec<&'b Customer>, Vec<&'b Customer>) {
    let is_in = |rule: &Rule, one: &Customer| rule.truth(one) == Some(true);
    let here = |one: &&Customer| is_in(inside, one) && outside.is_none_or(|outside| !is_in(outside, one));
    let there = |one: &&Customer| !is_in(inside, one) && outside.is_none_or(|outside| is_in(outside, one));
    (base.customers.iter().filter(here).collect(), base.customers.iter().filter(there).collect())
}

#[test]
fn traits_have_effects_and_tests_of_formulas() {
    each(150, |base, dice| {
        let inside = Rule::random(dice);
        let outside = (dice.below(3) == 0).then(|| Rule::random(dice));
        let columns: Vec<Column> =
            base.engine.schema().columns().iter().filter(|column| column.name != "id").cloned().collect();
        let against = outside.as_ref().map(|rule| base.checked(&rule.text()));
        let mut inquiry = ContrastsInquiry::new(&base.checked(&inside.text()), against.as_ref(), &columns);
        answer(base, &mut inquiry);
        let (here, there) = sides(base, &inside, outside.as_ref());
        let mut all: Vec<Trait> = Vec::new();
        for column in &inquiry.columns {
            let contrast = column.contrast.answer.as_ref().expect("a contrast");
            assert_eq!(contrast.customers, BothSides { inside: here.len() as u64, outside: there.len() as u64 });
            let (mut wanted, distinct) = expected(&column.name, &here, &there);
            let found = match column.traits(false, 0) {
                Ok(found) => found,
                Err(NoTraits::NoDifference) => Vec::new(),
                Err(reason) => panic!("{}: {reason:?}", column.name),
            };
            let untested = distinct.saturating_sub(why::MAX_VALUES as u64);
            let mut least = f64::INFINITY;
            let by_value = matches!(cells(&column.name), Cells::Values(_));
            for one in &found {
                let wanted = wanted.remove(&name(one)).unwrap_or_else(|| panic!("there should be no {one:?}"));
                assert_trait(one, &wanted);
                assert_eq!(one.untested, if by_value { untested } else { 0 }, "{}", column.name);
                let (a, b) = wanted.shares.unwrap_or_default();
                least = if name(one).starts_with('=') { least.min((a - b).abs()) } else { least };
            }
            // Values that are not examined differ less than those that are.
            let rest = wanted.values().filter_map(|one| one.shares).all(|(a, b)| (a - b).abs() <= least + 1e-12);
            assert!(wanted.is_empty() || (untested > 0 && rest), "{}: no {wanted:?}", column.name);
            all.extend(found);
        }
        ranked_as_by_definition(all);
    });
}

fn ranked_as_by_definition(all: Vec<Trait>) {
    let untested: BTreeMap<&str, u64> = all.iter().map(|one| (one.column.as_str(), one.untested)).collect();
    let m = all.len() as f64 + untested.values().sum::<u64>() as f64;
    // Benjamini and Hochberg 1995: the largest p of rank i with p ≤ i · 0.05 / m.
    let mut ps: Vec<f64> = all.iter().map(|one| one.p).collect();
    ps.sort_by(f64::total_cmp);
    let last =
        ps.iter().enumerate().filter(|(at, p)| **p <= (*at as f64 + 1.0) * 0.05 / m).map(|(_, p)| *p).next_back();
    let ranked = why::rank(all.clone(), true);
    assert_eq!(ranked.len(), all.len());
    for one in &ranked {
        assert_eq!(one.significant, last.is_some_and(|last| one.p <= last), "{one:?} and the last p is {last:?}");
    }
    assert!(ranked.is_sorted_by(|a, b| {
        (a.significant && !b.significant) || (a.significant == b.significant && a.smd.abs() >= b.smd.abs())
    }));
    let columns: BTreeSet<&str> = ranked.iter().map(|one| one.column.as_str()).collect();
    let largest = why::by_column(ranked.clone());
    assert_eq!(largest.iter().map(|one| one.column.as_str()).collect::<BTreeSet<_>>(), columns);
    for one in &largest {
        assert_eq!(ranked.iter().find(|other| other.column == one.column), Some(one));
    }
}

#[test]
fn trait_condition_holds_for_counted_customers() {
    each(60, |base, dice| {
        let inside = Rule::random(dice);
        let columns: Vec<Column> =
            base.engine.schema().columns().iter().filter(|column| column.name != "id").cloned().collect();
        let mut inquiry = ContrastsInquiry::new(&base.checked(&inside.text()), None, &columns);
        answer(base, &mut inquiry);
        let count = |text: String| {
            let rule = base.checked(&text);
            let question = crosscut::engine::SummaryQuestion { filter: rule, value: None };
            crosscut::engine::ask_one(&base.engine, &question, &crosscut::engine::Cancel::new())
                .expect("a count")
                .customers
        };
        for column in &inquiry.columns {
            for one in column.traits(false, 0).unwrap_or_default() {
                let there = format!("({}) AND ({}) IS NOT TRUE", one.condition, inside.text());
                let here = format!("({}) AND ({})", one.condition, inside.text());
                match one.what {
                    // On its side of the mean of both there are customers, unless all have the same value.
                    TraitKind::Mean(_) if column.column_type != ColumnType::Date => {
                        assert!(count(one.condition.clone()) > 0, "{one:?}")
                    }
                    TraitKind::Mean(_) => {}
                    TraitKind::Value(Datum::Null, _) => panic!("{one:?}"),
                    _ => assert_eq!((count(here), count(there)), (one.n.inside, one.n.outside), "{one:?}"),
                }
            }
        }
    });
}
