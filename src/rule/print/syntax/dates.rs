//! Parts and arithmetic of dates in a dialect.

use super::super::formats::TimePattern;
use super::super::sql::{Precedence, Printed, SqlPiece, call, operation};
use super::{Literals, Operand, repeatable};
use crate::model::ColumnType;
use crate::rule::dates::{DateField, Interval};

/// Parts and arithmetic of dates in a dialect.
pub(in crate::rule::print) trait DateSyntax: Literals {
    fn date_part(&self, field: DateField, x: &SqlPiece) -> Printed;

    /// Prints the beginning of a unit, of the same kind as `x`.
    fn date_trunc(&self, unit: DateField, x: &SqlPiece, kind: ColumnType) -> Printed;

    /// Prints the number of boundaries of the unit between two dates or two timestamps; for weeks, of whole spans of
    /// seven days.
    fn date_diff(&self, unit: DateField, from: &SqlPiece, to: &SqlPiece, kind: ColumnType) -> Printed;

    /// Prints the date or timestamp shifted by an interval, of the same kind as `x`.
    fn shift(&self, x: &SqlPiece, interval: Interval, kind: ColumnType) -> Printed;

    /// Prints the date shifted by days.
    fn add_days(&self, date: &SqlPiece, days: &Operand, subtract: bool) -> Printed;

    fn days_between(&self, later: &SqlPiece, earlier: &SqlPiece) -> SqlPiece {
        operation(Precedence::Sum, later, "-", earlier)
    }

    fn strftime(&self, x: &SqlPiece, format: &TimePattern, kind: ColumnType) -> Printed;
}

/// Prints a part of a date by the function of its name: `YEAR(x)`.
pub(in crate::rule::print) fn part_by_name(field: DateField, x: &SqlPiece) -> SqlPiece {
    let name = match field {
        DateField::DayOfWeek => "DAYOFWEEK".into(),
        DateField::DayOfYear => "DAYOFYEAR".into(),
        field => field.to_string().to_uppercase(),
    };
    call(&name, &[x])
}

/// Prints the number of boundaries of a unit between two dates or timestamps. `days` is the number of days between
/// both; `weeks` divides days by seven towards zero.
pub(in crate::rule::print) fn difference<S: DateSyntax + ?Sized>(
    syntax: &S,
    unit: DateField,
    from: &SqlPiece,
    to: &SqlPiece,
    days: SqlPiece,
    weeks: impl Fn(&SqlPiece) -> SqlPiece,
) -> Printed {
    let (from, to) = (repeatable(from)?, repeatable(to)?);
    // `12 * whole + part(to) - part(from)`
    let refined = |whole: SqlPiece, times: u32, field: DateField| -> Printed {
        let scaled = SqlPiece::new(Precedence::Product, format!("{} * {times}", whole.operand()));
        let plus = operation(Precedence::Sum, &scaled, "+", &syntax.date_part(field, to)?);
        Ok(operation(Precedence::Sum, &plus, "-", &syntax.date_part(field, from)?))
    };
    let years = || -> Printed {
        Ok(operation(
            Precedence::Sum,
            &syntax.date_part(DateField::Year, to)?,
            "-",
            &syntax.date_part(DateField::Year, from)?,
        ))
    };
    match unit {
        DateField::Year => years(),
        DateField::Quarter => refined(years()?, 4, DateField::Quarter),
        DateField::Month => refined(years()?, 12, DateField::Month),
        DateField::Week => Ok(weeks(&days)),
        DateField::Hour => refined(days, 24, DateField::Hour),
        DateField::Minute => refined(refined(days, 24, DateField::Hour)?, 60, DateField::Minute),
        DateField::Second => {
            let minutes = refined(refined(days, 24, DateField::Hour)?, 60, DateField::Minute)?;
            refined(minutes, 60, DateField::Second)
        }
        _ => Ok(days),
    }
}
