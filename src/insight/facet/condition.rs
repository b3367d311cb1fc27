//! Condition of the customers in some groups of a column: values, adjacent parts and periods.

use chrono::NaiveDate;

use crate::model::{ColumnType, Cut, DateUnit, Datum, breaks, quote_name};

/// Returns the condition for the customers of these groups of a column; `None` without groups. The column's type
/// decides how its parts are named. Adjacent parts and periods become one range.
pub fn condition(column: &str, column_type: ColumnType, cut: &Cut, keys: &[Datum]) -> Option<String> {
    let name = quote_name(column);
    let known: Vec<&Datum> = keys.iter().filter(|key| !key.is_null()).collect();
    let mut either = match cut {
        Cut::Values => one_of(&name, &known).into_iter().collect(),
        Cut::Breaks(points) => parts(&name, points, column_type, &known),
        Cut::Dates(unit) if unit.comes_round() => {
            let call = if *unit == DateUnit::Hour { "hour" } else { "isodow" };
            one_of(&format!("{call}({name})"), &known).into_iter().collect()
        }
        Cut::Dates(unit) => periods(&name, *unit, &known),
    };
    if known.len() < keys.len() {
        either.push(format!("{name} IS NULL"));
    }
    match either.as_slice() {
        [] => None,
        [only] => Some(only.clone()),
        many => Some(format!("({})", many.join(" OR "))),
    }
}

fn one_of(name: &str, keys: &[&Datum]) -> Option<String> {
    match keys {
        [] => None,
        [only] => Some(format!("{name} = {}", only.sql())),
        many => Some(format!("{name} IN ({})", many.iter().map(|key| key.sql()).collect::<Vec<_>>().join(", "))),
    }
}

fn parts(name: &str, points: &[f64], column_type: ColumnType, keys: &[&Datum]) -> Vec<String> {
    let names = breaks::names(points, column_type.is_whole());
    let chosen = (0..names.len()).filter(|&at| keys.iter().any(|key| key.text() == Some(&names[at])));
    let bound = |at: f64| match Datum::from_number(column_type, at) {
        Datum::Float(_) => at.to_string(),
        time => time.sql(),
    };
    let runs = merged(chosen.map(|at| (at, at + 1)));
    let range = |(from, to): (usize, usize)| {
        let low = from.checked_sub(1).and_then(|at| points.get(at)).map(|at| bound(*at));
        between(name, low, points.get(to - 1).map(|at| bound(*at)))
    };
    runs.into_iter().map(range).collect()
}

fn periods(name: &str, unit: DateUnit, keys: &[&Datum]) -> Vec<String> {
    let mut firsts: Vec<NaiveDate> =
        keys.iter().filter_map(|key| if let Datum::Date(day) = key { Some(*day) } else { None }).collect();
    firsts.sort();
    let stretch = |first: NaiveDate| (first, unit.next(first).unwrap_or(NaiveDate::MAX));
    let literal = |day: NaiveDate| (day != NaiveDate::MAX).then(|| Datum::Date(day).sql());
    let runs = merged(firsts.into_iter().map(stretch));
    runs.into_iter().map(|(from, to)| between(name, literal(from), literal(to))).collect()
}

/// Returns ascending ranges with adjacent ones merged.
fn merged<T: PartialEq + Copy>(stretches: impl Iterator<Item = (T, T)>) -> Vec<(T, T)> {
    let mut runs: Vec<(T, T)> = Vec::new();
    for (from, to) in stretches {
        match runs.last_mut() {
            Some(last) if last.1 == from => last.1 = to,
            _ => runs.push((from, to)),
        }
    }
    runs
}

fn between(name: &str, low: Option<String>, high: Option<String>) -> String {
    match (low, high) {
        (Some(low), Some(high)) => format!("{name} >= {low} AND {name} < {high}"),
        (Some(low), None) => format!("{name} >= {low}"),
        (None, Some(high)) => format!("{name} < {high}"),
        (None, None) => format!("{name} IS NOT NULL"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(values: &[&str]) -> Vec<Datum> {
        values.iter().map(|value| Datum::Text((*value).into())).collect()
    }

    fn days(values: &[&str]) -> Vec<Datum> {
        values.iter().filter_map(|value| value.parse().ok().map(Datum::Date)).collect()
    }

    #[test]
    fn value_condition_lists_values_and_null() {
        let said = |keys: &[Datum]| condition("plan", ColumnType::Text, &Cut::Values, keys);
        assert_eq!(said(&[]), None);
        assert_eq!(said(&texts(&["pro"])).as_deref(), Some("plan = 'pro'"));
        assert_eq!(said(&texts(&["pro", "it's"])).as_deref(), Some("plan IN ('pro', 'it''s')"));
        let with_null = [texts(&["pro"]), vec![Datum::Null]].concat();
        assert_eq!(said(&with_null).as_deref(), Some("(plan = 'pro' OR plan IS NULL)"));
    }

    #[test]
    fn adjacent_parts_become_one_range() {
        let cut = Cut::Breaks(vec![20.0, 40.0, 60.0]);
        let said = |keys: &[&str]| condition("age", ColumnType::Integer, &cut, &texts(keys));
        assert_eq!(said(&["<20"]).as_deref(), Some("age < 20"));
        assert_eq!(said(&["40-59", "20-39"]).as_deref(), Some("age >= 20 AND age < 60"));
        assert_eq!(said(&["<20", "60+"]).as_deref(), Some("(age < 20 OR age >= 60)"));
        assert_eq!(said(&["<20", "20-39", "40-59", "60+"]).as_deref(), Some("age IS NOT NULL"));
    }

    #[test]
    fn period_condition_is_range_of_days() {
        let said = |unit, keys: &[&str]| condition("since", ColumnType::Date, &Cut::Dates(unit), &days(keys));
        let two = said(DateUnit::Month, &["2025-12-01", "2026-01-01"]);
        assert_eq!(two.as_deref(), Some("since >= '2025-12-01' AND since < '2026-02-01'"));
        let apart = said(DateUnit::Year, &["2024-01-01", "2022-01-01"]);
        let expected =
            "(since >= '2022-01-01' AND since < '2023-01-01' OR since >= '2024-01-01' AND since < '2025-01-01')";
        assert_eq!(apart.as_deref(), Some(expected));
        let weekday = condition("since", ColumnType::Date, &Cut::Dates(DateUnit::Weekday), &[Datum::Integer(6)]);
        assert_eq!(weekday.as_deref(), Some("isodow(since) = 6"));
    }
}
