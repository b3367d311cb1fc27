//! SQLite, from version 3.35, with its mathematical functions. Dates are texts as `YYYY-MM-DD`, timestamps as
//! `YYYY-MM-DD HH:MM:SS` with six digits of a fraction where there is one, truth is 0 and 1: as Python's `sqlite3`
//! stores them.

use chrono::{NaiveDate, NaiveDateTime, Timelike};

use super::aggregates::Aggregates;
use super::casts::{self, float_to_whole};
use super::formats::TimePattern;
use super::like::LikePiece;
use super::numbers::{round_to_even, within_bits};
use super::patterns::RegexPattern;
use super::speech::{
    Operand, Overflow, Speech, concat_of_known, default_function, extreme_of_known, repeatable, trim_name,
};
use super::sql::{Precedence, Printed, SqlPiece, call, cast, comparison, doubled, joined, only_where, operation};
use crate::model::{ColumnType, Decimal};
use crate::rule::dates::{DateField, Interval};
use crate::rule::expr::{ArithmeticOperation, CastType};
use crate::rule::functions::FunctionId;

pub(super) struct Sqlite;

const NO_DECIMALS: &str = "SQLite keeps no exact decimals: CAST the column AS DOUBLE";
const NO_REGEX: &str = "SQLite has no regular expressions";

/// Prints `length` characters of a text from `start`.
fn cut(x: &SqlPiece, start: u8, length: u8) -> SqlPiece {
    SqlPiece::tight(format!("SUBSTR({x}, {start}, {length})"))
}

/// Prints a number within a date's text.
fn digits(x: &SqlPiece, start: u8, length: u8) -> SqlPiece {
    cast(&cut(x, start, length), "INTEGER")
}

/// Prints the number that a format of one letter makes of the day. The time is cut off, since STRFTIME would round its
/// fraction.
fn part(format: &str, x: &SqlPiece) -> SqlPiece {
    cast(&SqlPiece::tight(format!("STRFTIME('{format}', {})", cut(x, 1, 10))), "INTEGER")
}

impl Aggregates for Sqlite {
    fn has_grouping_sets(&self) -> bool {
        false
    }

    /// Sums as floats: SQLite's own sums of whole numbers overflow beyond 64 bits.
    fn sum(&self, x: &str, _kind: ColumnType) -> String {
        format!("SUM(CAST({x} AS REAL))")
    }

    /// SQLite has no variance of its own. Values far from zero lose digits.
    fn variance(&self, x: &str) -> String {
        format!("(SUM({x} * {x}) - SUM({x}) * AVG({x})) / NULLIF(COUNT({x}) - 1, 0)")
    }

    fn microseconds(&self, _x: &str) -> Result<String, String> {
        Err("SQLite holds timestamps as texts".into())
    }
}

impl Speech for Sqlite {
    fn title(&self) -> &'static str {
        "SQLite"
    }

    fn text(&self, text: &str) -> Printed {
        let pieces: Vec<SqlPiece> = text.split('\0').map(|piece| SqlPiece::tight(doubled(piece, '\''))).collect();
        let pieces: Vec<SqlPiece> =
            pieces.into_iter().flat_map(|piece| [SqlPiece::tight("CHAR(0)"), piece]).skip(1).collect();
        Ok(joined(&pieces))
    }

    fn decimal(&self, number: Decimal) -> Printed {
        match number.units().unsigned_abs().to_string().len() {
            0..=15 => Ok(SqlPiece::tight(number.to_string())),
            _ => Err("SQLite keeps 15 digits of a fraction".into()),
        }
    }

    fn float(&self, number: f64) -> Printed {
        Ok(SqlPiece::tight(match number.is_finite() {
            true => format!("{number:?}"),
            false if number > 0.0 => "9e999".into(),
            false => "-9e999".into(),
        }))
    }

    fn date(&self, date: NaiveDate) -> Printed {
        Ok(SqlPiece::tight(format!("'{date}'")))
    }

    fn timestamp(&self, at: NaiveDateTime) -> Printed {
        let micros = at.nanosecond() / 1000;
        let fraction = if micros == 0 { String::new() } else { format!(".{micros:06}") };
        Ok(SqlPiece::tight(format!("'{}{fraction}'", at.format("%Y-%m-%d %H:%M:%S"))))
    }

    fn type_name(&self, kind: ColumnType) -> String {
        match kind {
            ColumnType::Integer | ColumnType::Boolean => "INTEGER".into(),
            ColumnType::Decimal(_) | ColumnType::Float => "REAL".into(),
            _ => "TEXT".into(),
        }
    }

    fn refuses_kind(&self, kind: ColumnType) -> Option<&'static str> {
        matches!(kind, ColumnType::Decimal(_)).then_some(NO_DECIMALS)
    }

    /// SQLite stores NaN as null.
    fn without_nan(&self, x: &SqlPiece) -> SqlPiece {
        x.clone()
    }

    fn same(&self, a: &SqlPiece, b: &SqlPiece) -> SqlPiece {
        comparison(a, "IS", b)
    }

    fn distinct(&self, a: &SqlPiece, b: &SqlPiece) -> SqlPiece {
        comparison(a, "IS NOT", b)
    }

    /// SQLite turns a whole number that overflows into a float.
    fn whole(&self, op: ArithmeticOperation, a: &SqlPiece, b: &SqlPiece, overflow: Overflow) -> Printed {
        let level = if op == ArithmeticOperation::Multiply { Precedence::Product } else { Precedence::Sum };
        let result = operation(level, a, op.sign(), b);
        if !overflow.is_possible() {
            return Ok(result);
        }
        let kind = call("TYPEOF", &[repeatable(&result)?]);
        Ok(only_where(&format!("{kind} = 'integer'"), &result))
    }

    fn exact(&self, _op: ArithmeticOperation, _a: &Operand, _b: &Operand, _scale: u8) -> Printed {
        Err("SQLite computes no exact decimals: CAST one side AS DOUBLE".into())
    }

    fn remainder(&self, a: &SqlPiece, b: &SqlPiece, kind: ColumnType) -> Printed {
        match kind {
            ColumnType::Integer => Ok(operation(Precedence::Product, a, "%", b)),
            ColumnType::Float => Ok(call("MOD", &[a, b])),
            _ => Err(NO_DECIMALS.into()),
        }
    }

    /// SQLite compares a whole number with a float exactly.
    fn widens_to_float(&self, kind: ColumnType) -> bool {
        kind == ColumnType::Float
    }

    /// SQLite's own logarithm of a power of ten may lie next to the whole number.
    fn float_function(&self, name: &str, x: &SqlPiece) -> Printed {
        let value = call(name, &[repeatable(x)?]);
        if name != "LOG10" {
            return Ok(value);
        }
        let whole = call("ROUND", &[&value]);
        let operand = x.within(Precedence::Sum);
        Ok(SqlPiece::tight(format!("CASE WHEN POWER(10, {whole}) = {operand} THEN {whole} ELSE {value} END")))
    }

    fn round_whole(&self, x: &SqlPiece, digits: i64) -> Printed {
        let power = 10i64.pow(u32::try_from(digits.abs()).unwrap_or(0));
        let operand = repeatable(x)?.within(Precedence::Sum);
        let half = format!("CASE WHEN {operand} < 0 THEN -{0} ELSE {0} END", power / 2);
        Ok(SqlPiece::new(Precedence::Product, format!("({operand} + {half}) / {power} * {power}")))
    }

    fn round_decimal(&self, _x: &SqlPiece, _digits: i64, _scale: u8) -> Printed {
        Err(NO_DECIMALS.into())
    }

    fn cut_decimal(&self, _name: &str, _x: &SqlPiece) -> Printed {
        Err(NO_DECIMALS.into())
    }

    fn abs_whole(&self, x: &SqlPiece, overflow: Overflow) -> Printed {
        let least = SqlPiece::tight("-9223372036854775808");
        Ok(if overflow.above { call("ABS", &[&call("NULLIF", &[x, &least])]) } else { call("ABS", &[x]) })
    }

    fn cast(&self, x: &Operand, to: CastType) -> Printed {
        use ColumnType::{Boolean, Date, Float, Integer, Text, Timestamp};
        let sql = &x.sql;
        match (x.kind(), to) {
            (_, CastType::Decimal { .. }) => Err(NO_DECIMALS.into()),
            (_, CastType::Real) => Err("SQLite has no floats of 32 bits".into()),
            (Text, CastType::Integer { bits }) => {
                let text = call("TRIM", &[repeatable(sql)?]);
                let digits =
                    format!("CASE WHEN SUBSTR({text}, 1, 1) IN ('-', '+') THEN SUBSTR({text}, 2) ELSE {text} END");
                let fits = format!(
                    "{digits} GLOB '[0-9]*' AND {digits} NOT GLOB '*[^0-9]*' AND TYPEOF(CAST({text} AS NUMERIC)) = 'integer'"
                );
                within_bits(only_where(&fits, &cast(&text, "INTEGER")), bits)
            }
            // Beside a number, SQLite converts a text that is a number, and orders any other text above all numbers.
            (Text, CastType::Float) => {
                let text = call("TRIM", &[repeatable(sql)?]);
                let infinite = |sign: &str| format!("LOWER({text}) IN ('{sign}inf', '{sign}infinity')");
                Ok(SqlPiece::tight(format!(
                    "CASE WHEN {text} <= CAST(9e999 AS NUMERIC) THEN CAST({text} AS REAL) WHEN {} OR {} THEN 9e999 WHEN {} THEN -9e999 END",
                    infinite(""),
                    infinite("+"),
                    infinite("-")
                )))
            }
            (Text, CastType::Date) => {
                // A modifier turns 30 February into 2 March.
                let date = SqlPiece::tight(format!("DATE({}, '0 days')", repeatable(sql)?));
                Ok(only_where(&format!("{date} = {}", sql.within(Precedence::Sum)), sql))
            }
            (Text, CastType::Timestamp) => Err("SQLite cannot tell which texts are timestamps".into()),
            (Float, CastType::Integer { bits }) => {
                within_bits(float_to_whole(&round_to_even(self, sql)?, "INTEGER")?, bits)
            }
            (Timestamp, CastType::Text) => {
                let at = repeatable(sql)?;
                Ok(SqlPiece::tight(format!("CASE WHEN INSTR({at}, '.') > 0 THEN RTRIM({at}, '0') ELSE {at} END")))
            }
            (Float, CastType::Text) => Err(casts::no_cast(self, x.kind(), to)),
            (Integer, CastType::Integer { bits }) => within_bits(sql.clone(), bits),
            (Boolean, CastType::Text) => {
                let truth = repeatable(sql)?;
                Ok(SqlPiece::tight(format!(
                    "CASE WHEN {truth} THEN 'true' WHEN NOT {} THEN 'false' END",
                    truth.operand()
                )))
            }
            (Boolean, CastType::Integer { .. }) => Ok(sql.clone()),
            (Boolean, CastType::Float) => Ok(cast(sql, "REAL")),
            (Date, CastType::Text) => Ok(sql.clone()),
            (Date, CastType::Timestamp) => Ok(joined(&[sql.clone(), SqlPiece::tight("' 00:00:00'")])),
            (Timestamp, CastType::Date) => Ok(cut(sql, 1, 10)),
            _ => casts::default_cast(self, x, to),
        }
    }

    /// SQLite's LIKE ignores the case of A to Z. GLOB does not, and writes its own special characters in brackets.
    fn like(&self, x: &Operand, pattern: &[LikePiece]) -> Printed {
        let piece = |piece: &LikePiece| match piece {
            LikePiece::AnyText => "*".to_owned(),
            LikePiece::AnyCharacter => "?".to_owned(),
            LikePiece::Text(text) => text.chars().map(bracketed).collect(),
        };
        let pattern: String = pattern.iter().map(piece).collect();
        Ok(comparison(&x.sql, "GLOB", &self.text(&pattern)?))
    }

    fn like_computed(&self, x: &Operand, pattern: &SqlPiece, escape: Option<char>) -> Printed {
        if escape.is_some() {
            return Err("SQLite knows no ESCAPE for a pattern that is computed".into());
        }
        let mut glob = pattern.clone();
        for (from, to) in [("[", "[[]"), ("*", "[*]"), ("?", "[?]"), ("%", "*"), ("_", "?")] {
            glob = call("REPLACE", &[&glob, &self.text(from)?, &self.text(to)?]);
        }
        Ok(comparison(&x.sql, "GLOB", &glob))
    }

    fn matches(&self, _x: &SqlPiece, _pattern: &RegexPattern) -> Printed {
        Err(NO_REGEX.into())
    }

    fn regexp_extract(&self, _x: &SqlPiece, _pattern: &RegexPattern, _group: usize) -> Printed {
        Err(NO_REGEX.into())
    }

    fn regexp_replace(&self, _x: &SqlPiece, _pattern: &RegexPattern, _replacement: &str, _all: bool) -> Printed {
        Err(NO_REGEX.into())
    }

    fn changes_ascii_only(&self) -> bool {
        true
    }

    fn function(&self, id: FunctionId, arguments: &[Operand]) -> Printed {
        let sql = |n: usize| &arguments[n].sql;
        match id {
            FunctionId::Lower | FunctionId::Upper => Err(
                "SQLite changes the case of the letters A to Z alone; only comparisons with such letters mean the same there"
                    .into(),
            ),
            FunctionId::Left => Ok(call("SUBSTR", &[sql(0), &SqlPiece::tight("1"), sql(1)])),
            FunctionId::Right if arguments[1].integer() == Some(0) => {
                Ok(call("SUBSTR", &[sql(0), &SqlPiece::tight("1"), &SqlPiece::tight("0")]))
            }
            FunctionId::Right => Ok(call("SUBSTR", &[sql(0), &SqlPiece::tight(format!("-{}", sql(1).operand()))])),
            FunctionId::Trim | FunctionId::Ltrim | FunctionId::Rtrim => {
                let all: Vec<&SqlPiece> = arguments.iter().map(|argument| &argument.sql).collect();
                Ok(call(trim_name(id), &all))
            }
            FunctionId::Concat => concat_of_known(self, arguments),
            FunctionId::ConcatWs => {
                let separator = arguments[0].text().unwrap_or_default();
                let empty = self.text("")?;
                let with = |argument: &Operand| {
                    let parts = joined(&[sql(0).clone(), argument.sql.clone()]);
                    call("COALESCE", &[&parts, &empty])
                };
                let parts: Vec<SqlPiece> = arguments[1..].iter().map(with).collect();
                let after = SqlPiece::tight((separator.chars().count() + 1).to_string());
                Ok(call("SUBSTR", &[&joined(&parts), &after]))
            }
            FunctionId::Contains => Ok(comparison(&call("INSTR", &[sql(0), sql(1)]), ">", &SqlPiece::tight("0"))),
            FunctionId::StartsWith => {
                let length = call("LENGTH", &[repeatable(sql(1))?]);
                let start = call("SUBSTR", &[sql(0), &SqlPiece::tight("1"), &length]);
                Ok(comparison(&start, "=", sql(1)))
            }
            FunctionId::EndsWith => {
                let (text, end) = (repeatable(sql(0))?, repeatable(sql(1))?);
                let start = SqlPiece::new(Precedence::Sum, format!("LENGTH({text}) - LENGTH({end}) + 1"));
                Ok(comparison(&call("SUBSTR", &[text, &start]), "=", end))
            }
            FunctionId::Strpos => Ok(call("INSTR", &[sql(0), sql(1)])),
            FunctionId::Repeat => Ok(call("REPLACE", &[&blanks(sql(1)), &SqlPiece::tight("'00'"), sql(0)])),
            FunctionId::Lpad | FunctionId::Rpad => {
                let text = repeatable(sql(0))?;
                let fill = match arguments.get(2) {
                    Some(fill) => fill.sql.clone(),
                    None => self.text(" ")?,
                };
                let fill = call("REPLACE", &[&blanks(sql(1)), &SqlPiece::tight("'00'"), &fill]);
                let missing = SqlPiece::tight(format!("MAX({} - LENGTH({text}), 0)", sql(1)));
                let fill = call("SUBSTR", &[&fill, &SqlPiece::tight("1"), &missing]);
                let kept = call("SUBSTR", &[text, &SqlPiece::tight("1"), sql(1)]);
                Ok(joined(&if id == FunctionId::Lpad { [fill, kept] } else { [kept, fill] }))
            }
            FunctionId::SplitPart => split_part(self, arguments),
            FunctionId::Greatest => extreme_of_known("MAX", arguments),
            FunctionId::Least => extreme_of_known("MIN", arguments),
            FunctionId::Reverse => Err("SQLite cannot reverse a text".into()),
            _ => default_function(self, id, arguments),
        }
    }

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
        super::dates::difference(self, unit, from, to, days, |days| {
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

    fn before(&self, x: &SqlPiece, until: &str) -> Printed {
        let (x, until) = (repeatable(x)?, self.text(until)?);
        Ok(SqlPiece::tight(format!(
            "CASE WHEN INSTR({x}, {until}) > 0 THEN SUBSTR({x}, 1, INSTR({x}, {until}) - 1) ELSE {x} END"
        )))
    }

    fn text_hash(&self, _text: &SqlPiece) -> Printed {
        Err("SQLite has no hash function to draw it by: take sample out of [data]".into())
    }

    fn key_text(&self, key: &SqlPiece, kind: ColumnType) -> Printed {
        match kind {
            ColumnType::Text | ColumnType::Date => Ok(key.clone()),
            ColumnType::Integer => Ok(cast(key, "TEXT")),
            other => Err(format!("a key of type {other} is written differently by every engine")),
        }
    }
}

fn bracketed(c: char) -> String {
    if "*?[".contains(c) { format!("[{c}]") } else { c.to_string() }
}

/// Returns `00` repeated that many times.
fn blanks(count: &SqlPiece) -> SqlPiece {
    SqlPiece::tight(format!("HEX(ZEROBLOB({count}))"))
}

/// Splits by a JSON list: `["a","b"]`, made of the text in JSON's quotes with `","` for each separator.
fn split_part(speech: &Sqlite, arguments: &[Operand]) -> Printed {
    let separator = arguments[1].text().unwrap_or_default();
    let Some(n) = arguments[2].integer() else { return Err("SQLite takes the number of a part in digits".into()) };
    // Letters and digits also occur in JSON's escapes, and a quote or a backslash begins one.
    let is_plain = |c: char| !c.is_ascii_alphanumeric() && !c.is_control() && c != '"' && c != '\\';
    if separator.is_empty()
        || !separator.chars().any(is_plain)
        || separator.contains(['"', '\\'])
        || separator.contains(char::is_control)
    {
        return Err("SQLite cannot split at this text".into());
    }
    let text = repeatable(&arguments[0].sql)?;
    let list = format!("'[' || REPLACE(JSON_QUOTE({text}), {}, '\",\"') || ']'", speech.text(separator)?);
    let at = if n > 0 { format!("$[{}]", n - 1) } else { format!("$[#{n}]") };
    let empty = call("SUBSTR", &[text, &SqlPiece::tight("1"), &SqlPiece::tight("0")]);
    Ok(SqlPiece::tight(format!("COALESCE(JSON_EXTRACT({list}, '{at}'), {empty})")))
}
