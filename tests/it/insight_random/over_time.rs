//! Retention by cohorts.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, Days, Months, NaiveDate};
use crosscut::engine::Engine;
use crosscut::insight::retention::{RetentionInquiry, RetentionSubject, UNITS};
use crosscut::model::DateUnit;

use super::table::{Rule, today};
use super::{answer, assert_near, each, ratio};

/// Returns the first day of a date's period.
fn start(unit: DateUnit, day: NaiveDate) -> NaiveDate {
    let first = |month: u32| NaiveDate::from_ymd_opt(day.year(), month, 1).expect("a date");
    match unit {
        DateUnit::Week => day - Days::new(u64::from(day.weekday().num_days_from_monday())),
        DateUnit::Month => first(day.month()),
        DateUnit::Quarter => first(day.month0() / 3 * 3 + 1),
        _ => first(1),
    }
}

/// Returns the first day of the next period.
fn next(unit: DateUnit, start: NaiveDate) -> NaiveDate {
    match unit {
        DateUnit::Week => start + Days::new(7),
        DateUnit::Month => start + Months::new(1),
        DateUnit::Quarter => start + Months::new(3),
        _ => start + Months::new(12),
    }
}

#[test]
fn cohort_activity_equals_plain_counting() {
    each(80, |base, dice| {
        let filter = if dice.below(2) == 0 { Rule::Everyone } else { Rule::random(dice) };
        let unit = UNITS[dice.below(4) as usize];
        let periods = dice.below(13) as usize;
        let checked = base.checked(&filter.text());
        let subject = RetentionSubject { table: "orders".into(), unit, periods, filter: checked, today: today() };
        let mut inquiry = RetentionInquiry::new(subject, base.engine.schema(), 0);
        answer(base, &mut inquiry);
        let found = inquiry.found.get().unwrap_or_else(|| panic!("{:?}", inquiry.found.error));
        // By cohort, the periods of each customer; events that have not happened yet are none.
        let mut cohorts: BTreeMap<NaiveDate, Vec<BTreeSet<NaiveDate>>> = BTreeMap::new();
        for one in base.rows(&filter) {
            let days = base.events.iter().filter(|event| event.id == one.id).filter_map(|event| event.date);
            let own: BTreeSet<NaiveDate> = days.filter(|day| *day <= today()).map(|day| start(unit, day)).collect();
            if let Some(&first) = own.first() {
                cohorts.entry(first).or_default().push(own);
            }
        }
        assert_eq!(found.whole, base.count(&[&filter]));
        assert_eq!(
            found.cohorts.iter().map(|cohort| cohort.start).collect::<Vec<_>>(),
            cohorts.keys().copied().collect::<Vec<_>>()
        );
        let mut totals: Vec<(u64, u64)> = vec![(0, 0); periods + 1];
        for cohort in &found.cohorts {
            let customers = &cohorts[&cohort.start];
            let mut period = cohort.start;
            let mut expected = Vec::new();
            while period <= today() && expected.len() <= periods {
                expected.push((period, customers.iter().filter(|own| own.contains(&period)).count() as u64));
                period = next(unit, period);
            }
            let active: Vec<u64> = cohort.active.iter().map(|count| count.count().expect("shown")).collect();
            assert_eq!(active, expected.iter().map(|(_, count)| *count).collect::<Vec<_>>(), "{unit} {}", cohort.start);
            assert_eq!(cohort.customers.count(), Some(customers.len() as u64));
            for (at, (period, count)) in expected.iter().enumerate() {
                assert_near(found.share(cohort, at), ratio(*count as f64, customers.len() as f64), "share");
                let is_over = next(unit, *period) <= today() + Days::new(1);
                assert_eq!(found.is_running(cohort, at), !is_over, "{unit} {period}");
                if is_over {
                    totals[at] = (totals[at].0 + count, totals[at].1 + customers.len() as u64);
                }
            }
        }
        for (at, (active, customers)) in totals.iter().enumerate() {
            assert_near(found.total_share(at), ratio(*active as f64, *customers as f64), "share of all cohorts");
        }
    });
}
