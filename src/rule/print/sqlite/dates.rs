//! Parts and arithmetic of dates in SQLite, which are texts.

use super::{Sqlite, cut};
use crate::model::ColumnType;
use crate::rule::dates::{DateField, Interval};
use crate::rule::print::formats::TimePattern;
use crate::rule::print::sql::{Precedence, Printed, SqlPiece, call, cast, joined};
use crate::rule::print::syntax::{DateSyntax, Literals, Operand, difference, repeatable};

/// Prints a number within a date's text.
fn digits(x: &SqlPiece, start: u8, length: u8) -> SqlPiece {
    cast(&cut(x, start, length), "INTEGER")
}

/// Prints the number that a format of one letter makes of the day. The time is cut off, since STRFTIME would round its
/// fraction.
fn part(format: &str, x: &SqlPiece) -> SqlPiece {
    cast(&SqlPiece::tight(format!("STRFTIME('{format}', {})", cut(x, 1, 10))), "INTEGER")
}

impl DateSyntax for Sqlite {
    fn date_part(&self, field: DateField, x: &SqlPiece) -> Printed {
        Ok(match field {
            DateField::Year => digits(x, 1, 4),
            DateField::Quarter => SqlPiece::new(Precedence::Product, format!("({} + 2) / 3", digits(x, 6, 2))),
            DateField::Month => digits(x, 6, 2),
            // The number of a week is that of its Thursday.
            DateField::Week => {
                let thursday = SqlPiece::tight(format!("DATE({}, '-3 days', 'weekday 4')", cut(x, 1, 10)));
                SqlPiece::new(Precedence::Sum, format!("({} - 1) / 7 + 1", part("%j", &thursday)))
            }
            DateField::Day => digits(x, 9, 2),
            DateField::Hour => digits(x, 12, 2),
            DateField::Minute => digits(x, 15, 2),
            DateField::Second => digits(x, 18, 2),
            DateField::DayOfWeek => part("%w", x),
            DateField::IsoDayOfWeek => SqlPiece::new(Precedence::Sum, format!("({} + 6) % 7 + 1", part("%w", x))),
            DateField::DayOfYear => part("%j", x),
        })
    }

    fn date_trunc(&self, unit: DateField, x: &SqlPiece, kind: ColumnType) -> Printed {
        let start = |length: u8, rest: &str| joined(&[cut(x, 1, length), SqlPiece::tight(format!("'{rest}'"))]);
        let day = match unit {
            DateField::Year => start(5, "01-01"),
            DateField::Quarter => {
                let month = format!("SUBSTR('01040710', ({} + 2) / 3 * 2 - 1, 2)", digits(repeatable(x)?, 6, 2));
                joined(&[cut(x, 1, 5), SqlPiece::tight(month), SqlPiece::tight("'-01'")])
            }
            DateField::Month => start(8, "01"),
            DateField::Week => SqlPiece::tight(format!("DATE({}, '-6 days', 'weekday 1')", cut(x, 1, 10))),
            DateField::Hour => return Ok(start(14, "00:00")),
            DateField::Minute => return Ok(start(17, "00")),
            DateField::Second => return Ok(cut(x, 1, 19)),
            _ => cut(x, 1, 10),
        };
        Ok(if kind == ColumnType::Timestamp { joined(&[day, SqlPiece::tight("' 00:00:00'")]) } else { day })
    }

    fn date_diff(&self, unit: DateField, from: &SqlPiece, to: &SqlPiece, _kind: ColumnType) -> Printed {
        let days = self.days_between(&cut(to, 1, 10), &cut(from, 1, 10));
        difference(self, unit, from, to, days, |days| {
            SqlPiece::new(Precedence::Product, format!("{} / 7", days.operand()))
        })
    }

    /// SQLite's own month arithmetic does not stop at the last day: 31 January and a month would be 3 March.
    fn shift(&self, x: &SqlPiece, interval: Interval, kind: ColumnType) -> Printed {
        let time = |x: &SqlPiece| call("SUBSTR", &[x, &SqlPiece::tight("11")]);
        let with_time =
            |day: SqlPiece, x: &SqlPiece| if kind == ColumnType::Timestamp { joined(&[day, time(x)]) } else { day };
        let mut moved = x.clone();
        if interval.months != 0 {
            let x = repeatable(&moved)?;
            let (day, days) = (cut(x, 1, 10), format!("({} - 1) || ' days'", digits(x, 9, 2)));
            let same_day = format!("DATE({day}, 'start of month', '{} months', {days})", interval.months);
            let last_day = format!("DATE({day}, 'start of month', '{} months', '-1 days')", interval.months + 1);
            moved = with_time(SqlPiece::tight(format!("MIN({same_day}, {last_day})")), x);
        }
        if interval.days != 0 {
            let x = repeatable(&moved)?;
            moved = with_time(SqlPiece::tight(format!("DATE({}, '{} days')", cut(x, 1, 10), interval.days)), x);
        }
        if interval.micros != 0 {
            let x = repeatable(&moved)?;
            let (seconds, rest) = (interval.micros / 1_000_000, interval.micros % 1_000_000);
            if rest != 0 {
                return Err("SQLite keeps no parts of a second in an interval".into());
            }
            let second = format!("DATETIME(SUBSTR({x}, 1, 19), '{seconds} seconds')");
            moved = joined(&[SqlPiece::tight(second), SqlPiece::tight(format!("SUBSTR({x}, 20)"))]);
        }
        Ok(moved)
    }

    fn add_days(&self, date: &SqlPiece, days: &Operand, subtract: bool) -> Printed {
        let count = match days.integer() {
            Some(count) => SqlPiece::tight(format!("'{} days'", if subtract { -count } else { count })),
            None => {
                let count =
                    if subtract { SqlPiece::tight(format!("-{}", days.sql.operand())) } else { days.sql.clone() };
                joined(&[SqlPiece::tight(format!("({count})")), SqlPiece::tight("' days'")])
            }
        };
        Ok(call("DATE", &[date, &count]))
    }

    fn days_between(&self, later: &SqlPiece, earlier: &SqlPiece) -> SqlPiece {
        cast(&SqlPiece::tight(format!("JULIANDAY({later}) - JULIANDAY({earlier})")), "INTEGER")
    }

    fn strftime(&self, x: &SqlPiece, format: &TimePattern, _kind: ColumnType) -> Printed {
        let part = |letter: char, unpadded: bool| match letter {
            'Y' | 'm' | 'd' | 'H' | 'M' | 'S' | 'j' | 'w' if !unpadded => Some(format!("%{letter}")),
            _ => None,
        };
        let format = format.translated(self.title(), part, |text| text.replace('%', "%%"))?;
        // STRFTIME would round a fraction.
        Ok(call("STRFTIME", &[&self.text(&format)?, &cut(x, 1, 19)]))
    }
}
