//! Facets: groups by value, in bins and by period, with sums of the value column; profiles of a column; `split`.

use std::collections::BTreeMap;

use chrono::{Datelike, Days, NaiveDate};
use crosscut::engine::{Cancel, Engine, ProfileQuestion, Spread, Spreads, SummaryQuestion, ask_one};
use crosscut::insight::facet::{Facet, FacetCut, FacetInquiry, FacetRules};
use crosscut::model::{ColumnType, DateUnit, Datum};

use super::table::{Customer, RandomBase, Rule};
use super::{answer, each, is_near};

/// The value that is at this share of the known ones (`percentile_disc`).
fn at_share(sorted: &[f64], quarters: usize) -> f64 {
    sorted[(quarters * sorted.len()).div_ceil(4).max(1) - 1]
}

/// A group as it should be: customers in the filter and in the base, and the sum and number of known values.
#[derive(Debug, Default, PartialEq, Clone)]
struct Group {
    in_filter: u64,
    in_base: u64,
    sum: f64,
    known: u64,
}

fn groups(base: &RandomBase, filter: &Rule, key: &dyn Fn(&Customer) -> Datum) -> BTreeMap<String, Group> {
    let mut groups: BTreeMap<String, Group> = BTreeMap::new();
    for one in &base.customers {
        let group = groups.entry(format!("{:?}", key(one))).or_default();
        group.in_base += 1;
        if filter.truth(one) == Some(true) {
            group.in_filter += 1;
            group.sum += one.x.unwrap_or(0.0);
            group.known += u64::from(one.x.is_some());
        }
    }
    groups
}

fn integer_or_null(value: Option<i64>) -> Datum {
    value.map_or(Datum::Null, Datum::Integer)
}

/// Returns the part of whole numbers that a name stands for, from and up to.
fn part(name: &str) -> (f64, f64) {
    if let Some(to) = name.strip_prefix('<') {
        return (f64::NEG_INFINITY, to.parse().expect("a number"));
    }
    if let Some(from) = name.strip_suffix('+') {
        return (from.parse().expect("a number"), f64::INFINITY);
    }
    // The dash between two numbers comes after the first digit; others are signs.
    let digit = name.find(|c: char| c.is_ascii_digit()).expect("digits");
    match name[digit..].find('-').map(|at| at + digit) {
        None => (name.parse().expect("a number"), name.parse::<f64>().expect("a number") + 1.0),
        Some(dash) => {
            (name[..dash].parse().expect("a number"), name[dash + 1..].parse::<f64>().expect("a number") + 1.0)
        }
    }
}

#[test]
fn facet_groups_equal_plain_counting() {
    each(120, |base, dice| {
        let filter = if dice.below(3) == 0 { Rule::Everyone } else { Rule::random(dice) };
        let units = [DateUnit::Week, DateUnit::Month, DateUnit::Quarter, DateUnit::Year, DateUnit::Weekday];
        let unit = units[dice.below(5) as usize];
        let (column, column_type, cut) = match dice.below(5) {
            0 => ("plan", ColumnType::Text, FacetCut::Values),
            1 => ("n", ColumnType::Integer, FacetCut::Values),
            2 => ("f0", ColumnType::Boolean, FacetCut::Values),
            3 => ("n", ColumnType::Integer, FacetCut::Bins(2 + dice.below(12) as usize)),
            _ => ("day", ColumnType::Date, FacetCut::Dates(unit)),
        };
        let rules = FacetRules {
            facet: Facet { column: column.into(), cut },
            column_type,
            value: Some("x".into()),
            filter: base.checked(&filter.text()),
            without_own: None,
        };
        let mut inquiry = FacetInquiry::new(rules, None, FacetInquiry::default());
        answer(base, &mut inquiry);
        let found = inquiry.found.groups.get().unwrap_or_else(|| panic!("{:?}", inquiry.found.groups.error));
        let names: Vec<String> =
            found.groups.iter().filter_map(|group| group.key[0].text().map(str::to_owned)).collect();
        let in_bins = matches!(cut, FacetCut::Bins(_)) && !names.is_empty();
        let start = |day: NaiveDate| -> Datum {
            let first = |month: u32| Datum::Date(NaiveDate::from_ymd_opt(day.year(), month, 1).expect("a date"));
            let monday = u64::from(day.weekday().num_days_from_monday());
            match unit {
                DateUnit::Week => Datum::Date(day - Days::new(monday)),
                DateUnit::Month => first(day.month()),
                DateUnit::Quarter => first(day.month0() / 3 * 3 + 1),
                DateUnit::Year => first(1),
                _ => Datum::Integer(monday as i64 + 1),
            }
        };
        let key = |one: &Customer| match column {
            "plan" => one.plan.map_or(Datum::Null, |plan| Datum::Text(plan.into())),
            "f0" => one.flags[0].map_or(Datum::Null, Datum::Boolean),
            "day" => one.day.map_or(Datum::Null, start),
            _ if in_bins => one.n.map_or(Datum::Null, |n| {
                let n = n as f64;
                let own = names.iter().filter(|name| part(name).0 <= n && n < part(name).1).collect::<Vec<_>>();
                assert!(own.len() <= 1, "{n} is in {own:?}");
                own.first().map_or(Datum::Text("nowhere".into()), |name| Datum::Text((*name).clone()))
            }),
            _ => integer_or_null(one.n),
        };
        let mut expected = groups(base, &filter, &key);
        for group in &found.groups {
            let wanted = expected.remove(&format!("{:?}", group.key[0])).unwrap_or_default();
            let counts = (group.customers.in_filter, group.customers.in_base, group.value_known);
            assert_eq!(counts, (wanted.in_filter, wanted.in_base, wanted.known), "{column} {:?}", group.key);
            assert!(is_near(group.value_sum, wanted.sum), "{column} {:?}", group.key);
        }
        // Groups without a customer in the filter need not be listed.
        assert!(expected.values().all(|group| group.in_filter == 0), "{column}: {expected:?} of {names:?}");
        assert_eq!(found.left_out, 0);
        assert_eq!(
            (found.customers.in_filter, found.customers.in_base),
            (base.count(&[&filter]), base.customers.len() as u64)
        );
        if let Some(range) = inquiry.found.range {
            let mut known: Vec<f64> = base.customers.iter().filter_map(|one| one.n.map(|n| n as f64)).collect();
            known.sort_by(f64::total_cmp);
            let wanted = (!known.is_empty()).then(|| {
                let [least, lower, upper, most] = [0, 1, 3, 4].map(|quarters| at_share(&known, quarters));
                let far = 3.0 * (upper - lower);
                if far > 0.0 { (least.max(lower - far), most.min(upper + far)) } else { (least, most) }
            });
            assert_eq!(range, wanted);
        }
        if cut == FacetCut::Values {
            assert!(found.groups.is_sorted_by_key(|group| std::cmp::Reverse(group.customers.in_filter)));
        }
    });
}

/// Quartiles as R's type 7 interpolates them.
fn quartile(sorted: &[f64], share: f64) -> f64 {
    let place = share * (sorted.len() - 1) as f64;
    let (low, high) = (sorted[place.floor() as usize], sorted[place.ceil() as usize]);
    low + (high - low) * place.fract()
}

#[test]
fn profile_equals_plain_counting() {
    each(120, |base, dice| {
        let filter = if dice.below(3) == 0 { Rule::Everyone } else { Rule::random(dice) };
        let question = |column: &str| {
            let question = ProfileQuestion { filter: base.checked(&filter.text()), column: column.into(), bins: 10 };
            ask_one(&base.engine, &question, &Cancel::new()).expect("a profile")
        };
        let inside = base.rows(&filter);
        let everyone: Vec<&Customer> = base.customers.iter().collect();
        let found = question("x");
        let known = |of: &[&Customer]| {
            let mut known: Vec<f64> = of.iter().filter_map(|one| one.x).collect();
            known.sort_by(f64::total_cmp);
            known
        };
        assert_eq!(
            (found.known.in_filter, found.known.in_base),
            (known(&inside).len() as u64, known(&everyone).len() as u64)
        );
        // A column without any value has no spread at all.
        let nothing = Spreads { in_filter: Spread::default(), in_base: Spread::default() };
        let spread = found.spread.unwrap_or(nothing);
        for (spread, values) in [(spread.in_filter, known(&inside)), (spread.in_base, known(&everyone))] {
            let n = values.len() as f64;
            let mean = values.iter().sum::<f64>() / n;
            let deviation = (values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt();
            let at = |share: f64| (!values.is_empty()).then(|| quartile(&values, share));
            let wanted =
                [at(0.0), at(0.25), at(0.5), at(0.75), at(1.0), at(0.0).map(|_| mean), (n > 1.0).then_some(deviation)];
            let found =
                [spread.least, spread.lower, spread.median, spread.upper, spread.most, spread.mean, spread.deviation];
            for (found, wanted) in found.into_iter().zip(wanted) {
                super::assert_near(found, wanted, "spread");
            }
        }
        let found = question("town");
        let mut counts: BTreeMap<String, (u64, u64)> = BTreeMap::new();
        for one in &everyone {
            let Some(town) = one.town.clone() else { continue };
            let count = counts.entry(town).or_default();
            (count.0, count.1) = (count.0 + u64::from(filter.truth(one) == Some(true)), count.1 + 1);
        }
        let distinct = found.distinct.expect("few values");
        let here = counts.values().filter(|count| count.0 > 0).count() as u64;
        assert_eq!((distinct.in_filter, distinct.in_base), (here, counts.len() as u64));
        for (value, count) in &found.top {
            assert_eq!(Some(&(count.in_filter, count.in_base)), counts.get(&value.to_string()), "{value}");
        }
        assert_eq!(found.top.len() as u64 + found.left_out, counts.len() as u64);
    });
}

/// Parts of C0000, C0001, … by `xxhash.xxh3_64_intdigest("test" + key) % 12` in Python.
const PARTS_OF_12: [u64; 12] = [9, 4, 9, 7, 4, 8, 9, 7, 8, 3, 9, 9];

#[test]
fn split_assigns_each_customer_to_one_part_independent_of_base() {
    each(40, |base, dice| {
        let parts = 2 + dice.below(11);
        let count = |text: String| {
            ask_one(&base.engine, &SummaryQuestion { filter: base.checked(&text), value: None }, &Cancel::new())
                .expect("a count")
                .customers
        };
        let all: u64 = (0..parts).map(|part| count(format!("split({parts}) = {part}"))).sum();
        assert_eq!(all, base.engine.customers());
        assert_eq!(count(format!("split({parts}) < 0 OR split({parts}) >= {parts} OR split({parts}) IS NULL")), 0);
        for (one, part) in base.customers.iter().zip(PARTS_OF_12) {
            assert_eq!(count(format!("split(12, 'test') = {part} AND id = '{}'", one.id)), 1, "{}", one.id);
        }
    });
}
