//! Casts that engines agree on, and patterns for texts that can be cast.

use super::numbers::within_bits;
use super::sql::{Precedence, Printed, SqlPiece, cast, only_where};
use super::syntax::{DialectSyntax, Operand, repeatable};
use crate::model::ColumnType;
use crate::rule::expr::CastType;

/// Pattern for texts that can be cast to a whole number.
pub(super) const WHOLE: &str = "^ *[+-]?[0-9]+ *$";
/// Pattern for texts that can be cast to a number.
pub(super) const NUMBER: &str = "^ *[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)? *$";
/// Pattern for infinities.
pub(super) const INFINITE: &str = "^ *[+-]?([iI][nN][fF]|[iI][nN][fF][iI][nN][iI][tT][yY]) *$";
/// Pattern for texts in the shape of a date.
pub(super) const DATE_SHAPE: &str = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$";
/// Pattern for the dates that exist in the calendar, such as 2024-02-29 but not 2023-02-29. Some engines fail on a cast of
/// any other text, rather than returning null.
pub(super) const DAY: &str = concat!(
    // Months of 31 days, then those of 30 days.
    "([0-9]{4}-(0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|[0-9]{4}-(0[469]|11)-(0[1-9]|[12][0-9]|30)",
    // February without its 29th.
    "|[0-9]{4}-02-(0[1-9]|1[0-9]|2[0-8])",
    // 29 February of the leap years: divisible by 4 and not by 100, or divisible by 400.
    "|([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29)"
);
/// Pattern for a time of day after a date.
pub(super) const TIME: &str = "[ Tt]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,6})?)?";
/// Pattern for an offset after a time.
pub(super) const OFFSET: &str = "([zZ]|[+-][0-9]{2}(:?[0-9]{2})?)";

/// Prints `CASE WHEN x ~ shape THEN value END`.
pub(super) fn where_shaped(syntax: &dyn DialectSyntax, x: &SqlPiece, shape: &str, value: &SqlPiece) -> Printed {
    let pattern = super::patterns::RegexPattern::parse(shape)?;
    let matches = syntax.matches(repeatable(x)?, &pattern)?;
    Ok(only_where(&matches.text, value))
}

/// Prints the casts that are the same in most engines.
pub(super) fn default_cast(syntax: &dyn DialectSyntax, x: &Operand, to: CastType) -> Printed {
    use ColumnType::{Boolean, Date, Decimal, Integer, Timestamp};
    let of = |kind| cast(&x.sql, &syntax.type_name(kind));
    match (x.kind(), to) {
        (Integer, CastType::Integer { bits }) => within_bits(x.sql.clone(), bits),
        (Boolean, CastType::Integer { .. }) => Ok(of(Integer)),
        (Boolean, CastType::Float | CastType::Real | CastType::Decimal { .. }) => {
            Ok(cast(&of(Integer), &syntax.type_name(to.kind())))
        }
        (Integer | Decimal(_) | Boolean | Date, CastType::Text) => Ok(of(ColumnType::Text)),
        (Date, CastType::Timestamp) => Ok(of(Timestamp)),
        (Timestamp, CastType::Date) => Ok(of(Date)),
        (from, to) => Err(no_cast(syntax, from, to)),
    }
}

pub(super) fn no_cast(syntax: &dyn DialectSyntax, from: ColumnType, to: CastType) -> String {
    format!("{} has no cast from {from} to {to} with the same results", syntax.title())
}

/// Prints a condition as `true` or `false`.
pub(super) fn truth_as_text(x: &SqlPiece) -> Printed {
    let truth = repeatable(x)?;
    Ok(SqlPiece::tight(format!("CASE WHEN {truth} THEN 'true' WHEN NOT {} THEN 'false' END", truth.operand())))
}

/// Prints null if a decimal has more digits than its type: `CASE WHEN ABS(x) < 1000 THEN x END`.
pub(super) fn within_precision(x: &SqlPiece, precision: u8, scale: u8) -> Printed {
    let most = format!("1{}", "0".repeat(usize::from(precision.saturating_sub(scale))));
    Ok(only_where(&format!("ABS({}) < {most}", repeatable(x)?), x))
}

/// Prints a cast from a float to a whole number: null beyond 64 bits, for engines that fail there.
pub(super) fn float_to_whole(rounded: &SqlPiece, to: &str) -> Printed {
    let operand = repeatable(rounded)?.within(Precedence::Sum);
    let fits = format!("{operand} >= -9223372036854775808 AND {operand} < 9223372036854775808");
    Ok(only_where(&fits, &cast(rounded, to)))
}
