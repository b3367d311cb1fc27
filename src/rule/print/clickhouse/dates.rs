//! Parts and arithmetic of dates in ClickHouse, whose own functions that truncate dates end in 2149.

use super::{ClickHouse, to_date, to_timestamp};
use crate::model::ColumnType;
use crate::rule::dates::{DateField, Interval};
use crate::rule::print::formats::TimePattern;
use crate::rule::print::sql::{Precedence, Printed, SqlPiece, call};
use crate::rule::print::syntax::{DateSyntax, Literals, Operand, repeatable};

impl DateSyntax for ClickHouse {
    fn date_part(&self, field: DateField, x: &SqlPiece) -> Printed {
        let part = |name: &str| call("toInt64", &[&call(name, &[x])]);
        Ok(match field {
            DateField::Year => part("toYear"),
            DateField::Quarter => part("toQuarter"),
            DateField::Month => part("toMonth"),
            DateField::Week => part("toISOWeek"),
            DateField::Day => part("toDayOfMonth"),
            DateField::Hour => part("toHour"),
            DateField::Minute => part("toMinute"),
            DateField::Second => part("toSecond"),
            DateField::DayOfWeek => SqlPiece::new(Precedence::Product, format!("{} % 7", part("toDayOfWeek"))),
            DateField::IsoDayOfWeek => part("toDayOfWeek"),
            DateField::DayOfYear => part("toDayOfYear"),
        })
    }

    fn date_trunc(&self, unit: DateField, x: &SqlPiece, kind: ColumnType) -> Printed {
        let x = repeatable(x)?;
        let seconds: i64 = match unit {
            DateField::Hour => 3600,
            DateField::Minute => 60,
            DateField::Second => 1,
            _ => 0,
        };
        if seconds > 0 {
            let micros = seconds * 1_000_000;
            let since = format!("toUnixTimestamp64Micro({x})");
            let cut = format!("{since} - positiveModulo({since}, {micros})");
            return Ok(SqlPiece::tight(format!("fromUnixTimestamp64Micro({cut}, 'UTC')")));
        }
        let day = match unit {
            DateField::Year => SqlPiece::tight(format!("makeDate32(toYear({x}), 1, 1)")),
            DateField::Quarter => SqlPiece::tight(format!("makeDate32(toYear({x}), toQuarter({x}) * 3 - 2, 1)")),
            DateField::Month => SqlPiece::tight(format!("makeDate32(toYear({x}), toMonth({x}), 1)")),
            DateField::Week => SqlPiece::tight(format!("addDays(toDate32({x}), 1 - toDayOfWeek({x}))")),
            _ => to_date(x),
        };
        Ok(if kind == ColumnType::Timestamp { to_timestamp(&day) } else { day })
    }

    fn date_diff(&self, unit: DateField, from: &SqlPiece, to: &SqlPiece, kind: ColumnType) -> Printed {
        let wide = |x: &SqlPiece| if kind == ColumnType::Date { to_date(x) } else { x.clone() };
        let (from, to) = (wide(from), wide(to));
        Ok(match unit {
            DateField::Week => SqlPiece::tight(format!("intDiv(dateDiff('day', {from}, {to}), 7)")),
            unit => SqlPiece::tight(format!("dateDiff('{unit}', {from}, {to})")),
        })
    }

    fn shift(&self, x: &SqlPiece, interval: Interval, kind: ColumnType) -> Printed {
        let mut moved = if kind == ColumnType::Date { to_date(x) } else { x.clone() };
        let seconds = interval.micros / 1_000_000;
        for (count, name) in [(interval.months, "addMonths"), (interval.days, "addDays"), (seconds, "addSeconds")] {
            if count != 0 {
                moved = call(name, &[&moved, &SqlPiece::tight(count.to_string())]);
            }
        }
        Ok(moved)
    }

    fn add_days(&self, date: &SqlPiece, days: &Operand, subtract: bool) -> Printed {
        let name = if subtract { "subtractDays" } else { "addDays" };
        Ok(call(name, &[&to_date(date), &days.sql]))
    }

    fn days_between(&self, later: &SqlPiece, earlier: &SqlPiece) -> SqlPiece {
        SqlPiece::tight(format!("dateDiff('day', {}, {})", to_date(earlier), to_date(later)))
    }

    fn strftime(&self, x: &SqlPiece, format: &TimePattern, kind: ColumnType) -> Printed {
        let part = |letter: char, unpadded: bool| match letter {
            _ if unpadded => None,
            'M' => Some("%i".to_owned()),
            'B' => Some("%M".to_owned()),
            'A' => Some("%W".to_owned()),
            letter => "YmdHSjybauwVGIp".contains(letter).then(|| format!("%{letter}")),
        };
        let format = format.translated(self.title(), part, |text| text.replace('%', "%%"))?;
        let x = if kind == ColumnType::Date { to_date(x) } else { x.clone() };
        Ok(call("formatDateTime", &[&x, &self.text(&format)?]))
    }
}
