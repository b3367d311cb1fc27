//! Rounding of floats to digits, where a database does not round to the nearest one.

use super::{DialectSyntax, repeatable};
use crate::rule::print::sql::{Precedence, Printed, SqlPiece, call};

/// Rounds a float to the float next to the rounded decimal, exactly: the float's own binary value decides a tie. The
/// product with a power of ten may itself be rounded up to a tie, so its error is computed by splitting the float in
/// two halves whose products are exact (T. J. Dekker, 1971).
pub fn round_digits<S: DialectSyntax + ?Sized>(syntax: &S, x: &SqlPiece, digits: i64) -> Printed {
    let x = repeatable(x)?;
    let power = 10i64.pow(u32::try_from(digits.abs()).unwrap_or(0));
    let operand = x.operand();
    let sign = syntax.sign(x)?;
    if digits < 0 {
        let size = call("ABS", &[x]);
        let tens = SqlPiece::new(Precedence::Product, format!("{size} / {power}"));
        let tens = syntax.cut_float("TRUNC", &tens)?;
        let up = format!("CASE WHEN {size} - {tens} * {power} >= {} THEN 1 ELSE 0 END", power / 2);
        return Ok(SqlPiece::new(Precedence::Product, format!("{sign} * ({tens} + {up}) * {power}")));
    }
    let scaled = SqlPiece::new(Precedence::Product, format!("{operand} * {power}"));
    let whole = syntax.cut_float("TRUNC", &scaled)?;
    let split = format!("{operand} * 134217729");
    let high = format!("({split} - ({split} - {operand}))");
    let error = format!("({high} * {power} - {scaled} + ({operand} - {high}) * {power})");
    let rest = format!("ABS({scaled} - {whole})");
    Ok(SqlPiece::tight(format!(
        "CASE WHEN ABS({x}) >= 1000000000000000 THEN {x} \
         WHEN {rest} > 0.5 OR {rest} = 0.5 AND {sign} * {error} >= 0 THEN ({whole} + {sign}) / {power} \
         ELSE {whole} / {power} END"
    )))
}
