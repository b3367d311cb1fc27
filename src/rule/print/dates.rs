//! Differences of dates by their parts, for engines that count whole units instead of boundaries.

use super::speech::{Speech, repeatable};
use super::sql::{Precedence, Printed, SqlPiece, operation};
use crate::rule::dates::DateField;

/// Prints the number of boundaries of a unit between two dates or timestamps. `days` is the number of days between
/// both; `weeks` divides days by seven towards zero.
pub(super) fn difference<S: Speech + ?Sized>(
    speech: &S,
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
        let plus = operation(Precedence::Sum, &scaled, "+", &speech.date_part(field, to)?);
        Ok(operation(Precedence::Sum, &plus, "-", &speech.date_part(field, from)?))
    };
    let years = || -> Printed {
        Ok(operation(
            Precedence::Sum,
            &speech.date_part(DateField::Year, to)?,
            "-",
            &speech.date_part(DateField::Year, from)?,
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
