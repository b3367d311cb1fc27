//! Comparisons of two rules' customers and profiles of columns, against loops over the rows that plain polars selected.

use std::cell::Cell;
use std::collections::BTreeMap;

use crosscut::data::datum;
use crosscut::engine::{ColumnProfile, Contrast, ContrastQuestion, Contrasted, Moments, ProfileQuestion, Spread};
use crosscut::model::Datum;
use crosscut::rule::Checked;
use polars::prelude::*;
use proptest::prelude::*;
use proptest::sample::select;

use super::cases::{checked, run};
use super::engines;
use super::plain::{self, Truths};
use super::random::ask;
use super::rules::rules;
use super::tables::tables;

const NUMBERS: [&str; 6] = ["spend", "balance", "few", "tiny", "small", "d"];
const WORDS: [&str; 4] = ["plan", "country", "active", "flag"];

fn columns() -> impl Strategy<Value = &'static str> {
    select([&NUMBERS[..], &WORDS[..]].concat())
}

fn read(text: &str) -> Checked {
    checked(&[text.to_owned()]).pop().map_or(Checked::everyone(), |(_, rule)| rule)
}

/// Values of a column as numbers; dates as days.
fn numbers(frame: &DataFrame, column: &str) -> Vec<Option<f64>> {
    let column = frame.column(column).expect("a column");
    let physical = column.to_physical_repr();
    let floats = physical.cast(&DataType::Float64).expect("numbers");
    floats.f64().expect("just cast").iter().map(|value| value.filter(|value| !value.is_nan())).collect()
}

/// Groups rows by key as text: the value and the rows that have it.
fn values(frame: &DataFrame, column: &str) -> Vec<Datum> {
    let column = frame.column(column).expect("a column");
    (0..frame.height()).map(|row| datum(column, row)).collect()
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-7 * a.abs().max(b.abs()).max(1.0)
}

fn moments(values: &[f64]) -> Moments {
    let n = values.len() as f64;
    if values.is_empty() {
        return Moments::default();
    }
    let mean = values.iter().sum::<f64>() / n;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    let variance = if values.len() < 2 { 0.0 } else { squares / (n - 1.0) };
    Moments { known: values.len() as u64, mean, variance, largest: 0.0 }
}

fn alike(a: Moments, b: Moments) -> bool {
    a.known == b.known && near(a.mean, b.mean) && near(a.variance, b.variance)
}

/// Rows of both sides; rows in both rules belong to neither.
fn sides(inside: &Truths, outside: Option<&Truths>) -> [Vec<usize>; 2] {
    let holds = |truths: &Truths, row: usize| truths[row] == Some(true);
    let rows = 0..inside.len();
    let there = |row: &usize| match outside {
        None => !holds(inside, *row),
        Some(outside) => holds(outside, *row) && !holds(inside, *row),
    };
    let here = |row: &usize| holds(inside, *row) && outside.is_none_or(|outside| !holds(outside, *row));
    [rows.clone().filter(here).collect(), rows.filter(there).collect()]
}

fn wrong_contrast(frame: &DataFrame, rows: &[Vec<usize>; 2], found: &Contrast) -> Option<String> {
    let [inside, outside] = rows;
    if (found.customers.inside, found.customers.outside) != (inside.len() as u64, outside.len() as u64) {
        return Some(format!("{:?} and not {} and {}", found.customers, inside.len(), outside.len()));
    }
    match &found.body {
        Contrasted::TooDiverse => None,
        Contrasted::Numbers(sides) => {
            let all = numbers(frame, &found.column);
            let of = |rows: &[usize]| moments(&rows.iter().filter_map(|&row| all[row]).collect::<Vec<_>>());
            let (here, there) = (of(inside), of(outside));
            let missing = (inside.len() as u64 - here.known, outside.len() as u64 - there.known);
            let good = alike(sides.inside, here) && alike(sides.outside, there);
            let good = good && (found.missing.inside, found.missing.outside) == missing;
            (!good).then(|| format!("{sides:?} and not {here:?} and {there:?}"))
        }
        Contrasted::Values { values: told, chi_square, distinct, left_out } => {
            let all = values(frame, &found.column);
            let mut table: BTreeMap<String, [u64; 2]> = BTreeMap::new();
            let mut missing = [0; 2];
            for (side, row) in
                [(0, inside), (1, outside)].into_iter().flat_map(|(n, rows)| rows.iter().map(move |row| (n, *row)))
            {
                match &all[row] {
                    Datum::Null => missing[side] += 1,
                    value => table.entry(value.to_string()).or_default()[side] += 1,
                }
            }
            let told: BTreeMap<String, [u64; 2]> =
                told.iter().map(|(value, n)| (value.to_string(), [n.inside, n.outside])).collect();
            let same = told == table && *distinct == table.len() as u64 && *left_out == 0;
            let same = same && [found.missing.inside, found.missing.outside] == missing;
            let wanted = chi_square_of(&table);
            let same = same && (chi_square - wanted).abs() <= 1e-6 * wanted.max(1.0);
            (!same).then(|| format!("{found:?} and not {table:?}, {missing:?}, {wanted}"))
        }
    }
}

/// n (Σ o² / (row × side) − 1): not the formula that the engine uses.
fn chi_square_of(table: &BTreeMap<String, [u64; 2]>) -> f64 {
    let side = |n: usize| table.values().map(|row| row[n]).sum::<u64>() as f64;
    let sides = [side(0), side(1)];
    if sides.contains(&0.0) {
        return 0.0;
    }
    let cell = |row: &[u64; 2], n: usize| (row[n] as f64).powi(2) / ((row[0] + row[1]) as f64 * sides[n]);
    let sum: f64 = table.values().map(|row| cell(row, 0) + cell(row, 1)).sum();
    (sides[0] + sides[1]) * (sum - 1.0)
}

#[test]
fn contrast_equals_loops() {
    let told = Cell::new(0);
    run(150, &(tables(), rules(), proptest::option::of(rules()), columns()), |(recipe, inside, outside, column)| {
        let frame = recipe.frame();
        let (inside, outside) = (read(&inside), outside.as_deref().map(read));
        let truths = |rule: &Checked| plain::truths(&frame, rule).map_err(|error| error.to_string());
        let outside_truths = outside.as_ref().map(truths).transpose()?;
        let rows = sides(&truths(&inside)?, outside_truths.as_ref());
        let column = column.to_owned();
        let question = ContrastQuestion { inside, outside, column, limit: usize::MAX };
        for (name, engine) in engines::engines(&frame) {
            let found = ask(&engine, &question)?;
            told.set(told.get() + u32::from(found.body != Contrasted::TooDiverse));
            if let Some(how) = wrong_contrast(&frame, &rows, &found) {
                return Err(format!("{question:?}\nengine of {name}: {how}"));
            }
        }
        Ok(())
    });
    assert!(told.get() > 300, "only {} were compared", told.get());
}

/// Quartiles interpolated between neighbouring values, as numpy does by default.
fn spread(mut values: Vec<f64>) -> Spread {
    values.sort_by(f64::total_cmp);
    if values.is_empty() {
        return Spread::default();
    }
    let at = |share: f64| {
        let place = share * (values.len() - 1) as f64;
        let (low, high) = (values[place.floor() as usize], values[place.ceil() as usize]);
        Some(low + (high - low) * place.fract())
    };
    let moments = moments(&values);
    Spread {
        least: at(0.0),
        lower: at(0.25),
        median: at(0.5),
        upper: at(0.75),
        most: at(1.0),
        mean: Some(moments.mean),
        deviation: (values.len() > 1).then(|| moments.variance.sqrt()),
    }
}

fn alike_spreads(a: Spread, b: Spread) -> bool {
    let figures = |s: Spread| [s.least, s.lower, s.median, s.upper, s.most, s.mean, s.deviation];
    figures(a).into_iter().zip(figures(b)).all(|pair| match pair {
        (Some(a), Some(b)) => near(a, b),
        (a, b) => a.is_none() && b.is_none(),
    })
}

fn wrong_profile(frame: &DataFrame, truths: &Truths, found: &ColumnProfile) -> Option<String> {
    let inside: Vec<usize> = (0..truths.len()).filter(|row| truths[*row] == Some(true)).collect();
    let everyone: Vec<usize> = (0..truths.len()).collect();
    let counted = |n: crosscut::engine::CustomerCount, here: usize, all: usize| {
        (n.in_filter, n.in_base) == (here as u64, all as u64)
    };
    if !counted(found.customers, inside.len(), everyone.len()) {
        return Some(format!("customers: {:?}", found.customers));
    }
    if NUMBERS.contains(&found.column.as_str()) {
        let all = numbers(frame, &found.column);
        let of = |rows: &[usize]| rows.iter().filter_map(|&row| all[row]).collect::<Vec<f64>>();
        let (here, base) = (of(&inside), of(&everyone));
        if !counted(found.known, here.len(), base.len()) {
            return Some(format!("known: {:?} and not {} of {}", found.known, here.len(), base.len()));
        }
        let (wanted, base_wanted) = (spread(here.clone()), spread(base.clone()));
        let spreads = found.spread?;
        if !alike_spreads(spreads.in_filter, wanted) || !alike_spreads(spreads.in_base, base_wanted) {
            return Some(format!("{spreads:?} and not {wanted:?} and {base_wanted:?}"));
        }
        let bins = found.bins.as_ref()?;
        let between = |values: &[f64], low: f64, high: f64| values.iter().filter(|v| **v >= low && **v < high).count();
        for (edges, count) in bins.edges.windows(2).zip(&bins.counts) {
            let (low, high) = (edges[0], edges[1]);
            if !counted(*count, between(&here, low, high), between(&base, low, high)) {
                return Some(format!("the bin from {low} to {high}: {count:?}"));
            }
        }
        let last = bins.edges.last().copied().unwrap_or(f64::NAN);
        let above = |values: &[f64]| between(values, last, f64::INFINITY);
        return (!counted(bins.above, above(&here), above(&base))).then(|| format!("above {last}: {:?}", bins.above));
    }
    let all = values(frame, &found.column);
    let mut table: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for (row, value) in all.iter().enumerate().filter(|(_, value)| !value.is_null()) {
        let count = table.entry(value.to_string()).or_default();
        (count.0, count.1) = (count.0 + usize::from(truths[row] == Some(true)), count.1 + 1);
    }
    let here = table.values().filter(|(here, _)| *here > 0).count();
    if !found.distinct.is_some_and(|distinct| counted(distinct, here, table.len())) {
        return Some(format!("distinct: {:?} and not {here} of {}", found.distinct, table.len()));
    }
    let wrong = |(value, count): &&(Datum, crosscut::engine::CustomerCount)| {
        let (here, base) = table.get(&value.to_string()).copied().unwrap_or_default();
        !counted(*count, here, base)
    };
    found.top.iter().find(wrong).map(|(value, count)| format!("{value}: {count:?}"))
}

#[test]
fn profile_equals_loops() {
    run(150, &(tables(), rules(), columns(), 1usize..40), |(recipe, filter, column, bins)| {
        let frame = recipe.frame();
        let filter = read(&filter);
        let truths = plain::truths(&frame, &filter).map_err(|error| error.to_string())?;
        let question = ProfileQuestion { filter, column: column.to_owned(), bins };
        for (name, engine) in engines::engines(&frame) {
            let found = ask(&engine, &question)?;
            if let Some(how) = wrong_profile(&frame, &truths, &found) {
                return Err(format!("{question:?}\nengine of {name}: {how}"));
            }
        }
        Ok(())
    });
}
