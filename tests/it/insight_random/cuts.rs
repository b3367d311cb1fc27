//! Cells of segmentations: where columns are cut, and who is in which cell.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, Months, NaiveDate, Weekday};
use crosscut::engine::{Cancel, CountsQuestion, Engine, ask_one};
use crosscut::insight::Catalog;
use crosscut::model::{AgeUnit, CellDefinition, DateUnit, Definitions, Rfm, Segmentation};
use crosscut::rule::Checked;
use crosscut::session::find_cells;

use super::each;
use super::table::{Customer, RandomBase, today};

/// The cell that a customer should be in.
type CellOf = Box<dyn Fn(&Customer) -> Option<String>>;

/// A segmentation, and the cell that each customer should be in.
struct Expected {
    segmentation: Segmentation,
    cell: CellOf,
}

/// Names of cells that are counted, with their customers; or the reason why there are none.
fn counted(base: &RandomBase, all: &[Segmentation]) -> Vec<Result<BTreeMap<String, u64>, String>> {
    let definitions = Definitions { segmentations: all.to_vec(), ..Definitions::default() };
    let cells = find_cells(&base.engine, &definitions, &[], today(), &Cancel::new()).expect("cells");
    let catalog = Catalog::new(&definitions, &cells, base.engine.schema(), today());
    let (names, rules): (Vec<&str>, Vec<&Checked>) = catalog.countable().into_iter().unzip();
    let question = CountsQuestion { filter: Checked::everyone(), rules: rules.into_iter().cloned().collect() };
    let counts = ask_one(&base.engine, &question, &Cancel::new()).expect("counts");
    let counts: Vec<(&str, u64)> = names.into_iter().zip(counts.iter().map(|count| count.in_base)).collect();
    let of = |one: &Segmentation| {
        let entry = catalog.segments.iter().find(|entry| entry.name == one.name).expect("an entry");
        if let Some(Err(reason)) = entry.cells() {
            return Err(reason.clone());
        }
        let own =
            |(name, count): &(&str, u64)| Some((name.strip_prefix(&format!("{}.", one.name))?.to_owned(), *count));
        Ok(counts.iter().filter_map(own).collect())
    };
    all.iter().map(of).collect()
}

fn named(name: &str, column: &str) -> Segmentation {
    Segmentation { name: name.into(), column: column.into(), ..Segmentation::default() }
}

/// A value that can be put in order.
type Number = fn(&Customer) -> Option<f64>;

fn number(column: &str) -> Number {
    match column {
        "n" => |one| one.n.map(|n| n as f64),
        "x" => |one| one.x,
        _ => |one| one.day.map(|day| f64::from(day.to_epoch_days())),
    }
}

/// Returns the values at i/parts of the known ones: the least with at least that share of them at or below (numpy's
/// `inverted_cdf`). Without known values there are none.
fn breaks(base: &RandomBase, value: Number, parts: u64) -> Option<Vec<f64>> {
    let mut known: Vec<f64> = base.customers.iter().filter_map(value).collect();
    known.sort_by(f64::total_cmp);
    if known.is_empty() {
        return None;
    }
    // The least whole rank r with r / known ≥ i / parts.
    let rank = |i: u64| (i * known.len() as u64).div_ceil(parts).max(1);
    Some((1..parts).map(|i| known[rank(i) as usize - 1]).collect())
}

/// Returns a score from 1: one more than the number of break points below the value.
fn score(breaks: &[f64], value: f64) -> u32 {
    1 + breaks.iter().filter(|at| **at < value).count() as u32
}

#[test]
fn quantile_cells_cut_at_ranks_and_keep_ties_together() {
    each(100, |base, dice| {
        let parts = 2 + dice.below(9) as u32;
        for column in ["n", "x", "day"] {
            let segmentation = Segmentation { quantiles: Some(parts), ..named("q", column) };
            let found = counted(base, &[segmentation]).remove(0);
            let value = number(column);
            let Some(breaks) = breaks(base, value, u64::from(parts)) else {
                assert_eq!(found, Err(format!("column \"{column}\" is empty")));
                continue;
            };
            let mut expected: BTreeMap<String, u64> = BTreeMap::new();
            base.customers
                .iter()
                .filter_map(value)
                .for_each(|value| *expected.entry(score(&breaks, value).to_string()).or_default() += 1);
            let mut found = found.expect("cells");
            // The last part may be empty, as the greatest value may be a break point.
            found.retain(|_, count| *count > 0);
            assert_eq!(found, expected, "{column} in {parts}");
        }
    });
}

/// A cell's name, and the scores from and to, of recency, frequency and value.
type ScoredCell = (&'static str, [u32; 2], [u32; 2], [u32; 2]);

/// The ten cells of Putler, as docs/metrics.md and docs/segmentations name them, from r, f and m.
const RFM: [ScoredCell; 10] = [
    ("champions", [5, 5], [4, 5], [4, 5]),
    ("loyal", [3, 5], [4, 5], [1, 5]),
    ("potential_loyalists", [4, 5], [2, 3], [1, 5]),
    ("new_customers", [5, 5], [1, 1], [1, 5]),
    ("promising", [4, 4], [1, 1], [1, 5]),
    ("need_attention", [3, 3], [3, 3], [1, 5]),
    ("about_to_sleep", [3, 3], [1, 2], [1, 5]),
    ("cant_lose", [1, 2], [4, 5], [4, 5]),
    ("at_risk", [1, 2], [3, 5], [1, 5]),
    ("hibernating", [1, 2], [1, 2], [1, 5]),
];

#[test]
fn rfm_cell_is_first_whose_scores_fit() {
    each(80, |base, dice| {
        // A later date is better, and so are fewer days.
        let recency = if dice.below(2) == 0 { "day" } else { "n" };
        let own = dice.below(2) == 0;
        let scores = if own { 2 + dice.below(5) as u32 } else { 5 };
        let mut cells: Vec<(String, [[u32; 2]; 3])> =
            RFM.iter().map(|(name, r, f, m)| ((*name).to_owned(), [*r, *f, *m])).collect();
        if own {
            let bounds = |dice: &mut crate::agree::tables::Dice| {
                let low = 1 + dice.below(u64::from(scores)) as u32;
                [low, low + dice.below(u64::from(scores - low + 1)) as u32]
            };
            cells = (0..1 + dice.below(5))
                .map(|at| (format!("own{at}"), [bounds(dice), bounds(dice), bounds(dice)]))
                .collect();
        }
        let define = |(name, [r, f, m]): &(String, [[u32; 2]; 3])| CellDefinition {
            name: name.clone(),
            r: Some(*r),
            f: Some(*f),
            m: Some(*m),
            ..CellDefinition::default()
        };
        let rfm =
            Rfm { recency: recency.into(), frequency: "n".into(), monetary: "x".into(), scores: own.then_some(scores) };
        let segmentation = Segmentation {
            rfm: Some(rfm),
            cells: if own { cells.iter().map(define).collect() } else { Vec::new() },
            ..named("rfm", "")
        };
        let found = counted(base, &[segmentation]).remove(0);
        let columns =
            [recency, "n", "x"].map(|column| (number(column), breaks(base, number(column), u64::from(scores))));
        if columns.iter().any(|(_, breaks)| breaks.is_none()) {
            assert!(found.is_err_and(|reason| reason.ends_with("is empty")));
            return;
        }
        let scored = |one: &Customer| -> Option<[u32; 3]> {
            let of = |at: usize| Some(score(columns[at].1.as_ref()?, columns[at].0(one)?));
            let r = of(0)?;
            Some([if recency == "n" { scores + 1 - r } else { r }, of(1)?, of(2)?])
        };
        let mut expected: BTreeMap<String, u64> = BTreeMap::new();
        for one in &base.customers {
            let Some(scored) = scored(one) else { continue };
            let fits = |(_, reach): &&(String, [[u32; 2]; 3])| {
                reach.iter().zip(scored).all(|([low, high], score)| (*low..=*high).contains(&score))
            };
            let cell = cells.iter().find(fits).map_or("other", |(name, _)| name);
            *expected.entry(cell.to_owned()).or_default() += 1;
        }
        let mut found = found.expect("cells");
        found.retain(|_, count| *count > 0);
        assert_eq!(found, expected);
    });
}

/// Returns the whole units from a day to the as-of date.
fn age(day: NaiveDate, unit: AgeUnit) -> i64 {
    match unit {
        AgeUnit::Days => (today() - day).num_days(),
        AgeUnit::Months | AgeUnit::Years => {
            let months = if unit == AgeUnit::Months { 1 } else { 12 };
            // The last number of months by which today, moved back, is not before the day.
            (0..2_000).take_while(|n| today() - Months::new(n * months) >= day).last().map_or(-1, i64::from)
        }
    }
}

fn part_name(part: DateUnit, day: NaiveDate) -> String {
    match part {
        DateUnit::Year => day.year().to_string(),
        DateUnit::Quarter => format!("{}-Q{}", day.year(), day.month0() / 3 + 1),
        DateUnit::Month => format!("{}-{:02}", day.year(), day.month()),
        DateUnit::Week => format!("{}-W{:02}", day.iso_week().year(), day.iso_week().week()),
        DateUnit::Weekday => {
            let names =
                [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];
            names[day.weekday().num_days_from_monday() as usize].to_string()
        }
        _ => day.to_string(),
    }
}

/// Segmentations by values, breaks, ages, parts of the calendar, and crossings of two.
fn others(base: &RandomBase, dice: &mut crate::agree::tables::Dice) -> Vec<Expected> {
    let mut all = Vec::new();
    let mut towns: BTreeMap<String, u64> = BTreeMap::new();
    base.customers.iter().filter_map(|one| one.town.clone()).for_each(|town| *towns.entry(town).or_default() += 1);
    let mut by_size: Vec<(u64, String)> = towns.iter().map(|(town, count)| (*count, town.clone())).collect();
    by_size.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    let top = 1 + dice.below(6) as u32;
    let own: BTreeSet<String> = by_size.iter().take(top as usize).map(|(_, town)| town.clone()).collect();
    let is_other = by_size.len() > top as usize;
    all.push(Expected {
        segmentation: Segmentation { top: Some(top), ..named("top", "town") },
        cell: Box::new(move |one| {
            let town = one.town.clone()?;
            if own.contains(&town) { Some(town) } else { is_other.then(|| "other".into()) }
        }),
    });
    all.push(Expected {
        segmentation: named("plan", "plan"),
        cell: Box::new(|one| one.plan.map(|plan| if plan.is_empty() { "(empty)".into() } else { plan.to_owned() })),
    });
    let points: BTreeSet<i64> = (0..1 + dice.below(4)).map(|_| dice.between(-3, 40)).collect();
    let points: Vec<i64> = points.into_iter().collect();
    let cut = points.clone();
    let cell = move |n: i64| -> String {
        match cut.iter().filter(|point| **point <= n).count() {
            0 => format!("<{}", cut[0]),
            last if last == cut.len() => format!("{}+", cut[last - 1]),
            at if cut[at] - cut[at - 1] == 1 => cut[at - 1].to_string(),
            at => format!("{}-{}", cut[at - 1], cut[at] - 1),
        }
    };
    all.push(Expected {
        segmentation: Segmentation {
            breaks: Some(points.iter().map(|point| *point as f64).collect()),
            ..named("bands", "n")
        },
        cell: Box::new(move |one| one.n.map(&cell)),
    });
    let unit = AgeUnit::ALL[dice.below(3) as usize];
    let ages: BTreeSet<u32> = (0..1 + dice.below(3)).map(|_| 1 + dice.below(30) as u32).collect();
    let ages: Vec<u32> = ages.into_iter().collect();
    let letter = &unit.word()[..1];
    let cut = ages.clone();
    all.push(Expected {
        segmentation: Segmentation { age: Some(ages), age_unit: Some(unit), ..named("age", "day") },
        cell: Box::new(move |one| {
            let old = age(one.day?, unit);
            Some(match cut.iter().filter(|age| i64::from(**age) <= old).count() {
                0 => format!("<{}{letter}", cut[0]),
                last if last == cut.len() => format!("{}{letter}+", cut[last - 1]),
                at if cut[at] - cut[at - 1] == 1 => format!("{}{letter}", cut[at - 1]),
                at => format!("{}-{}{letter}", cut[at - 1], cut[at] - 1),
            })
        }),
    });
    let part = [DateUnit::Year, DateUnit::Quarter, DateUnit::Month, DateUnit::Weekday][dice.below(4) as usize];
    all.push(Expected {
        segmentation: Segmentation { part: Some(part), ..named("part", "day") },
        cell: Box::new(move |one| one.day.map(|day| part_name(part, day))),
    });
    all
}

#[test]
fn cells_contain_customers_that_their_names_describe() {
    each(100, |base, dice| {
        let all = others(base, dice);
        let mut segmentations: Vec<Segmentation> = all.iter().map(|one| one.segmentation.clone()).collect();
        let (a, b) = (dice.below(5) as usize, dice.below(5) as usize);
        segmentations.push(Segmentation {
            cross: Some(vec![all[a].segmentation.name.clone(), all[b].segmentation.name.clone()]),
            ..named("both", "")
        });
        let found = counted(base, &segmentations);
        let count = |cell: &dyn Fn(&Customer) -> Option<String>| {
            let mut counts: BTreeMap<String, u64> = BTreeMap::new();
            base.customers.iter().filter_map(cell).for_each(|cell| *counts.entry(cell).or_default() += 1);
            counts
        };
        for (one, found) in all.iter().zip(&found) {
            let expected = count(&one.cell);
            let Ok(found) = found else {
                assert!(expected.is_empty(), "{:?}: {found:?}", one.segmentation);
                continue;
            };
            let mut found = found.clone();
            found.retain(|_, count| *count > 0);
            assert_eq!(found, expected, "{:?}", one.segmentation);
        }
        if let Some(Ok(found)) = found.last() {
            let expected = count(&|one| Some(format!("{}/{}", (all[a].cell)(one)?, (all[b].cell)(one)?)));
            let mut found = found.clone();
            found.retain(|_, count| *count > 0);
            assert_eq!(found, expected, "{} and {}", all[a].segmentation.name, all[b].segmentation.name);
        }
    });
}
