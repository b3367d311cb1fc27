//! Chooses the positions at which an axis is divided: round numbers, or whole days, weeks, months, quarters or years.

use chrono::{Datelike, Days, Months, NaiveDate};

use super::ColumnType;

/// Maximum number of edges; more could not be drawn.
const MAX_TICKS: usize = 10_000;
const DAY: f64 = 86_400.0;

/// Returns the edges of about `bins` bins that contain everything from `least` to `most`: at least two, in ascending
/// order. Dates are given in days, timestamps in seconds since 1970-01-01. Returns `None` if the range is empty or
/// not finite.
pub fn edges(column_type: ColumnType, least: f64, most: f64, bins: usize) -> Option<Vec<f64>> {
    if !(least.is_finite() && most.is_finite() && least <= most) {
        return None;
    }
    match column_type {
        ColumnType::Date => Some(calendar(least, most, bins)),
        ColumnType::Timestamp if most - least > 3.0 * DAY => {
            let days = calendar((least / DAY).floor(), (most / DAY).floor(), bins);
            Some(days.into_iter().map(|day| day * DAY).collect())
        }
        ColumnType::Timestamp => {
            Some(steps(least, most, bins, |raw| first_of(&[60.0, 600.0, 3600.0, 21_600.0, DAY], raw)))
        }
        whole if whole.is_whole() => Some(steps(least, most, bins, |raw| step(raw).max(1.0))),
        _ => Some(steps(least, most, bins, step)),
    }
}

/// Returns a round step that is no smaller than `raw`: 1, 2, 2.5 or 5 times a power of ten; never 2.5 for whole
/// numbers.
pub fn step(raw: f64) -> f64 {
    if !(raw > 0.0 && raw.is_finite()) {
        return 1.0;
    }
    let power = 10f64.powf(raw.log10().floor());
    let times = raw / power;
    let fits = [1.0, 2.0, 2.5, 5.0].into_iter().find(|nice| *nice >= times - 1e-9 && (*nice != 2.5 || power > 1.0));
    fits.unwrap_or(10.0) * power
}

fn steps(least: f64, most: f64, bins: usize, step: impl Fn(f64) -> f64) -> Vec<f64> {
    let step = step((most - least) / bins.max(1) as f64);
    let first = (least / step).floor();
    let last = (most / step).floor() + 1.0;
    let count = ((last - first) as usize).min(MAX_TICKS);
    // Each edge is computed as a multiple of the step, since repeated addition would accumulate errors.
    (0..=count).map(|i| rounded((first + i as f64) * step, step)).collect()
}

/// Rounds away the error of multiplying by a step such as 0.1.
fn rounded(value: f64, step: f64) -> f64 {
    let digits = (-step.log10().floor()).max(0.0) + 1.0;
    let power = 10f64.powi(digits.min(15.0) as i32);
    let rounded = (value * power).round() / power;
    if rounded.is_finite() { rounded } else { value }
}

fn first_of(sizes: &[f64], raw: f64) -> f64 {
    sizes.iter().copied().find(|size| *size >= raw).unwrap_or(DAY)
}

/// A period that an axis is divided into.
#[derive(Clone, Copy)]
enum AxisPeriod {
    Days(u64),
    Months(u32),
}

/// Returns the edges by whole days, weeks, months, quarters, years, decades or centuries: the finest with at most
/// `bins` bins.
fn calendar(least: f64, most: f64, bins: usize) -> Vec<f64> {
    let stretches = [
        (1.0, AxisPeriod::Days(1)),
        (7.0, AxisPeriod::Days(7)),
        (30.4, AxisPeriod::Months(1)),
        (91.3, AxisPeriod::Months(3)),
        (365.25, AxisPeriod::Months(12)),
        (1826.25, AxisPeriod::Months(60)),
        (3652.5, AxisPeriod::Months(120)),
        (36_525.0, AxisPeriod::Months(1200)),
    ];
    let span = most - least + 1.0;
    let fits = stretches.into_iter().find(|(days, _)| span / days <= bins.max(1) as f64);
    let stretch = fits.map_or(AxisPeriod::Months(12_000), |(_, stretch)| stretch);
    from_days(least).and_then(|from| cut(from, most, stretch)).unwrap_or_else(|| steps(least, most, bins, step))
}

fn cut(from: NaiveDate, most: f64, stretch: AxisPeriod) -> Option<Vec<f64>> {
    let mut at = match stretch {
        AxisPeriod::Days(7) => from.checked_sub_days(Days::new(u64::from(from.weekday().num_days_from_monday())))?,
        AxisPeriod::Days(_) => from,
        AxisPeriod::Months(months) => {
            let place = from.year() * 12 + from.month0() as i32;
            let place = place - place.rem_euclid(months as i32);
            NaiveDate::from_ymd_opt(place.div_euclid(12), place.rem_euclid(12) as u32 + 1, 1)?
        }
    };
    let mut edges = vec![days(at)];
    while days(at) <= most && edges.len() < MAX_TICKS {
        at = match stretch {
            AxisPeriod::Days(days) => at.checked_add_days(Days::new(days))?,
            AxisPeriod::Months(months) => at.checked_add_months(Months::new(months))?,
        };
        edges.push(days(at));
    }
    Some(edges)
}

/// Returns the number of days from 1970-01-01 to the date.
pub fn days(date: NaiveDate) -> f64 {
    f64::from(date.num_days_from_ce() - EPOCH)
}

/// Returns the date `days` days after 1970-01-01; `None` if the calendar does not contain it.
pub fn from_days(days: f64) -> Option<NaiveDate> {
    let days = days.floor();
    (days.abs() < 1e9).then(|| NaiveDate::from_num_days_from_ce_opt(days as i32 + EPOCH)).flatten()
}

/// Number of the day 1970-01-01, counted from the first day of year 1.
const EPOCH: i32 = 719_163;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn number_edges_are_round_and_cover_all_values() {
        assert_eq!(edges(ColumnType::Float, 3.2, 97.0, 5), Some(vec![0.0, 20.0, 40.0, 60.0, 80.0, 100.0]));
        assert_eq!(edges(ColumnType::Float, 0.05, 0.42, 4), Some(vec![0.0, 0.1, 0.2, 0.3, 0.4, 0.5]));
        assert_eq!(edges(ColumnType::Integer, 1.0, 4.0, 20), Some(vec![1.0, 2.0, 3.0, 4.0, 5.0]));
        assert_eq!(edges(ColumnType::Integer, 7.0, 7.0, 20), Some(vec![7.0, 8.0]));
        assert_eq!(edges(ColumnType::Float, f64::NAN, 1.0, 20), None);
    }

    #[test]
    fn date_edges_are_calendar_boundaries() {
        let day = |text: &str| days(text.parse().expect("a date"));
        let found = edges(ColumnType::Date, day("2025-11-17"), day("2026-01-31"), 5);
        let expected = ["2025-11-01", "2025-12-01", "2026-01-01", "2026-02-01"].map(day);
        assert_eq!(found, Some(expected.into()));
        let weeks = edges(ColumnType::Date, day("2026-06-03"), day("2026-06-30"), 10);
        assert_eq!(weeks.map(|edges| edges[0]), Some(day("2026-06-01")));
        let no_end = edges(ColumnType::Date, day("2024-01-01"), day("9999-12-31"), 20).expect("edges");
        assert_eq!((no_end.len(), no_end[0], no_end[1]), (9, day("2000-01-01"), day("3000-01-01")));
        assert_eq!(from_days(0.0).map(|date| date.to_string()), Some("1970-01-01".into()));
    }
}
