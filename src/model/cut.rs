//! Cuts a column into groups: by its values, by break points, or by periods of time.

use std::fmt;
use std::str::FromStr;

use super::Datum;
use chrono::{Datelike, Days, Months, NaiveDate};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Condition under which two customers are in the same group of a column.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub enum Cut {
    /// The values are equal.
    #[default]
    Values,
    /// The numbers are between the same two break points. Break points are in ascending order.
    Breaks(Vec<f64>),
    /// The dates or timestamps are in the same period.
    Dates(DateUnit),
}

/// Periods of dates and timestamps, from the finest to the coarsest, followed by two that repeat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum DateUnit {
    Year,
    Quarter,
    Month,
    /// Seven days from Monday on.
    Week,
    Day,
    /// Day of the week: 1 is Monday, 7 is Sunday.
    Weekday,
    /// Hour of the day, 0 to 23; for timestamps only.
    Hour,
}

impl DateUnit {
    pub const ALL: [DateUnit; 7] = [
        DateUnit::Year,
        DateUnit::Quarter,
        DateUnit::Month,
        DateUnit::Week,
        DateUnit::Day,
        DateUnit::Weekday,
        DateUnit::Hour,
    ];

    /// Returns the unit's name in a study's files.
    pub fn word(self) -> &'static str {
        match self {
            DateUnit::Year => "year",
            DateUnit::Quarter => "quarter",
            DateUnit::Month => "month",
            DateUnit::Week => "week",
            DateUnit::Day => "day",
            DateUnit::Weekday => "weekday",
            DateUnit::Hour => "hour",
        }
    }

    /// Returns true if the periods repeat, so that a group's key is a number instead of a date.
    pub fn comes_round(self) -> bool {
        matches!(self, DateUnit::Weekday | DateUnit::Hour)
    }

    /// Returns the first day of the period that contains the day; for units that repeat, the day itself.
    pub fn first_day(self, day: NaiveDate) -> NaiveDate {
        let month = |month0: u32| NaiveDate::from_ymd_opt(day.year(), month0 + 1, 1);
        let first = match self {
            DateUnit::Year => month(0),
            DateUnit::Quarter => month(day.month0() / 3 * 3),
            DateUnit::Month => month(day.month0()),
            DateUnit::Week => day.checked_sub_days(Days::new(u64::from(day.weekday().num_days_from_monday()))),
            DateUnit::Day | DateUnit::Weekday | DateUnit::Hour => None,
        };
        first.unwrap_or(day)
    }

    /// Returns the first day of the next period; `None` for units that repeat, and after the last date that a rule
    /// can contain.
    pub fn next(self, first: NaiveDate) -> Option<NaiveDate> {
        self.after(first).filter(|next| next.year() <= 9999)
    }

    fn after(self, first: NaiveDate) -> Option<NaiveDate> {
        match self {
            DateUnit::Year => first.checked_add_months(Months::new(12)),
            DateUnit::Quarter => first.checked_add_months(Months::new(3)),
            DateUnit::Month => first.checked_add_months(Months::new(1)),
            DateUnit::Week => first.checked_add_days(Days::new(7)),
            DateUnit::Day => first.checked_add_days(Days::new(1)),
            DateUnit::Weekday | DateUnit::Hour => None,
        }
    }
}

impl DateUnit {
    /// Returns the name of a group: `2026`, `2026 Q1`, `2026-01`, `Mon`, `08:00`; weeks by their Monday.
    pub fn label(self, key: &Datum) -> String {
        const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
        match (self, key) {
            (DateUnit::Year, Datum::Date(day)) => day.year().to_string(),
            (DateUnit::Quarter, Datum::Date(day)) => format!("{} Q{}", day.year(), day.month0() / 3 + 1),
            (DateUnit::Month, Datum::Date(day)) => format!("{}-{:02}", day.year(), day.month()),
            (DateUnit::Hour, Datum::Integer(hour)) => format!("{hour:02}:00"),
            (DateUnit::Weekday, Datum::Integer(day)) => {
                let name = usize::try_from(day - 1).ok().and_then(|at| WEEKDAYS.get(at));
                name.map_or_else(|| day.to_string(), |name| (*name).to_owned())
            }
            _ => key.to_string(),
        }
    }
}

impl fmt::Display for DateUnit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for DateUnit {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|unit| unit.word().eq_ignore_ascii_case(word)).ok_or(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn date_units_begin_at_calendar_boundaries() {
        let day = |text: &str| text.parse::<NaiveDate>().expect("a date");
        let firsts = DateUnit::ALL.map(|unit| unit.first_day(day("2025-12-31")).to_string());
        let expected =
            ["2025-01-01", "2025-10-01", "2025-12-01", "2025-12-29", "2025-12-31", "2025-12-31", "2025-12-31"];
        assert_eq!(firsts, expected);
        assert_eq!(DateUnit::Quarter.next(day("2025-10-01")), Some(day("2026-01-01")));
        assert_eq!(DateUnit::Week.next(day("2025-12-29")), Some(day("2026-01-05")));
        let date = Datum::Date(day("2025-10-01"));
        assert_eq!(DateUnit::Quarter.label(&date), "2025 Q4");
        assert_eq!(DateUnit::Month.label(&date), "2025-10");
        assert_eq!(DateUnit::Weekday.label(&Datum::Integer(7)), "Sun");
        assert_eq!("Month".parse(), Ok(DateUnit::Month));
        assert!("fortnight".parse::<DateUnit>().is_err());
    }
}
