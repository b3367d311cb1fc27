//! Names, literals and types of a dialect.

use chrono::{NaiveDate, NaiveDateTime};

use super::super::sql::{Printed, SqlPiece, cast, doubled, joined};
use crate::model::{ColumnType, Decimal};

/// Names, literals and types of a dialect.
pub(in crate::rule::print) trait Literals: Sync {
    /// Returns the engine's name for display.
    fn title(&self) -> &'static str;

    /// Prints a name in the dialect's quotes.
    fn identifier(&self, name: &str) -> Printed {
        without_nul(name, |name| doubled(name, '"'))
    }

    fn text(&self, text: &str) -> Printed {
        match text.contains('\0') {
            true => Err(format!("{} has no text with the character NUL", self.title())),
            false => Ok(SqlPiece::tight(doubled(text, '\''))),
        }
    }

    fn boolean(&self, truth: bool) -> SqlPiece {
        SqlPiece::tight(if truth { "TRUE" } else { "FALSE" })
    }

    fn integer(&self, number: i64) -> SqlPiece {
        SqlPiece::tight(number.to_string())
    }

    fn decimal(&self, number: Decimal) -> Printed {
        Ok(SqlPiece::tight(number.to_string()))
    }

    /// Prints a float whose type is clear without context.
    fn float(&self, number: f64) -> Printed;

    /// Prints a float beside another one: digits suffice.
    fn float_beside(&self, number: f64) -> Printed {
        let plain = number == 0.0 || (1e-9..1e17).contains(&number.abs());
        if plain { Ok(SqlPiece::tight(number.to_string())) } else { self.float(number) }
    }

    fn date(&self, date: NaiveDate) -> Printed {
        Ok(SqlPiece::tight(format!("DATE '{date}'")))
    }

    fn timestamp(&self, at: NaiveDateTime) -> Printed {
        Ok(SqlPiece::tight(format!("TIMESTAMP '{at}'")))
    }

    /// Returns the type of a kind, for casts.
    fn type_name(&self, kind: ColumnType) -> String {
        match kind {
            ColumnType::Integer => "BIGINT".into(),
            ColumnType::Decimal(scale) => format!("DECIMAL(38, {scale})"),
            ColumnType::Float => "DOUBLE".into(),
            ColumnType::Boolean => "BOOLEAN".into(),
            ColumnType::Date => "DATE".into(),
            ColumnType::Timestamp => "TIMESTAMP".into(),
            _ => "VARCHAR".into(),
        }
    }

    fn null(&self, kind: ColumnType) -> SqlPiece {
        match kind {
            ColumnType::Other => SqlPiece::tight("NULL"),
            kind => cast(&SqlPiece::tight("NULL"), &self.type_name(kind)),
        }
    }
}

/// Prints a name in quotes. No dialect has the character NUL in names.
pub(in crate::rule::print) fn without_nul(name: &str, quoted: impl Fn(&str) -> String) -> Printed {
    match name.contains('\0') {
        true => Err("a name cannot hold the character NUL".into()),
        false => Ok(SqlPiece::tight(quoted(name))),
    }
}

/// Prints a text with `nul`, a call, for each character NUL in it, for engines whose quotes cannot hold one.
pub(in crate::rule::print) fn joined_at_nul(text: &str, nul: &str) -> SqlPiece {
    let pieces = text.split('\0').map(|piece| SqlPiece::tight(doubled(piece, '\'')));
    let pieces: Vec<SqlPiece> = pieces.flat_map(|piece| [SqlPiece::tight(nul), piece]).skip(1).collect();
    joined(&pieces)
}

/// Prints a decimal of at most 38 digits.
pub(in crate::rule::print) fn short_decimal(
    syntax: &impl Literals,
    number: Decimal,
    spelled: impl Fn(Decimal) -> String,
) -> Printed {
    match number.units().unsigned_abs().to_string().len() {
        0..=38 => Ok(SqlPiece::tight(spelled(number))),
        _ => Err(format!("{}'s decimals have at most 38 digits", syntax.title())),
    }
}
