//! Translates each node of a rule into the obvious polars expression. Shares nothing with the engine's own evaluation,
//! and refuses what it cannot translate. Integers and decimals are 128 bits wide here, so that nothing overflows before
//! it is checked.

use crosscut::model::{ColumnType, Datum};
use crosscut::rule::functions::FunctionId as Id;
use crosscut::rule::{self as rule, ArithmeticOperation, CastType, Comparison, DateField, Interval, Node};
use polars::prelude::*;

type Built = PolarsResult<Expr>;

/// Beginning of the message for an unsupported node.
pub const UNTOLD: &str = "plain polars has no translation of";

/// A number: an integer of units with a scale, or a float.
enum Number {
    Units(Expr, u8),
    Float(Expr),
}

/// Translates a rule into an expression over the columns of this schema.
pub fn expression(expr: &rule::Expr, schema: &Schema) -> Built {
    let of = |part: &rule::Expr| expression(part, schema);
    let all =
        |parts: &[std::sync::Arc<rule::Expr>]| parts.iter().map(|part| of(part)).collect::<PolarsResult<Vec<_>>>();
    Ok(match &expr.node {
        _ if expr.kind.is_number() => match number(expr, schema)? {
            Number::Units(number, _) | Number::Float(number) => number,
        },
        Node::Literal(Datum::Null) if expr.kind == ColumnType::Boolean => lit(NULL).cast(DataType::Boolean),
        Node::Literal(value) => literal(value)?,
        Node::Column(name) => col(name),
        Node::And(parts) => all(parts)?.into_iter().reduce(Expr::and).unwrap_or(lit(true)),
        Node::Or(parts) => all(parts)?.into_iter().reduce(Expr::or).unwrap_or(lit(false)),
        Node::Not(part) => of(part)?.not(),
        Node::IsTrue(part) => of(part)?.fill_null(lit(false)),
        Node::IsNull(part) => of(part)?.is_null(),
        Node::Compare(op, left, right) => {
            let (left, right) = sides(left, right, schema)?;
            compared(*op, left, right)
        }
        Node::Same(left, right) => {
            let (left, right) = sides(left, right, schema)?;
            left.eq_missing(right)
        }
        Node::In { value, list, .. } => {
            let equal = |item: &Datum| {
                let (left, right) = sides(value, &rule::Expr::literal(item.clone(), 0..0), schema)?;
                Ok(left.eq(right))
            };
            let equal = list.iter().map(equal).collect::<PolarsResult<Vec<_>>>()?;
            equal.into_iter().reduce(Expr::or).unwrap_or(lit(false))
        }
        Node::Like { value, pattern, escape, any_case: false } => {
            let pattern = pattern.as_literal().and_then(Datum::text).ok_or_else(|| unknown(expr))?;
            of(value)?.str().contains(lit(like_expression(pattern, *escape)), true)
        }
        Node::Matches { value, pattern } => of(value)?.str().contains(lit(pattern.as_str()), true),
        Node::Arithmetic(op, date, days) if date.kind == ColumnType::Date => {
            let (date, days) = (of(date)?.cast(DataType::Int32).cast(DataType::Int64), of(days)?);
            let day = if *op == ArithmeticOperation::Add { date + days } else { date - days };
            // chrono's calendar reaches some 262,000 years in both directions.
            let [first, last] =
                [chrono::NaiveDate::MIN, chrono::NaiveDate::MAX].map(|day| i64::from(day.to_epoch_days()));
            let inside = day.clone().gt_eq(lit(first)).and(day.clone().lt_eq(lit(last)));
            when(inside).then(day).otherwise(lit(NULL)).cast(DataType::Int32).cast(DataType::Date)
        }
        Node::Shift(date, interval) => shifted(of(date)?, *interval),
        Node::Case { whens, otherwise } => {
            let mut chosen = otherwise.as_ref().map_or(Ok(lit(NULL)), |otherwise| of(otherwise))?;
            for (condition, then) in whens.iter().rev() {
                chosen = when(of(condition)?).then(of(then)?).otherwise(chosen);
            }
            chosen
        }
        Node::Cast(value, to) => cast(value, *to, schema)?,
        Node::Call(function, arguments) => call(*function, &all(arguments)?, arguments, expr)?,
        _ => return Err(unknown(expr)),
    })
}

fn unknown(expr: &rule::Expr) -> PolarsError {
    polars_err!(ComputeError: "{UNTOLD} {expr}")
}

fn literal(value: &Datum) -> Built {
    Ok(match value {
        Datum::Null => lit(NULL),
        Datum::Boolean(truth) => lit(*truth),
        Datum::Text(text) => lit(text.as_str()),
        Datum::Date(date) => lit(date.to_epoch_days()).cast(DataType::Date),
        Datum::Timestamp(at) => lit(at.and_utc().timestamp_micros()).cast(moments()),
        Datum::Integer(number) => wide(i128::from(*number)),
        Datum::Decimal(number) => wide(number.units()),
        Datum::Float(number) => lit(*number),
    })
}

fn wide(number: i128) -> Expr {
    lit(Scalar::new(DataType::Int128, AnyValue::Int128(number)))
}

fn moments() -> DataType {
    DataType::Datetime(TimeUnit::Microseconds, None)
}

/// Both sides of a comparison, converted to one type.
fn sides(left: &rule::Expr, right: &rule::Expr, schema: &Schema) -> PolarsResult<(Expr, Expr)> {
    if !left.kind.is_number() || !right.kind.is_number() {
        return Ok((expression(left, schema)?, expression(right, schema)?));
    }
    Ok(match (number(left, schema)?, number(right, schema)?) {
        (Number::Units(a, s), Number::Units(b, t)) => (raised(a, t.saturating_sub(s)), raised(b, s.saturating_sub(t))),
        (a, b) => (float(a), float(b)),
    })
}

fn raised(units: Expr, digits: u8) -> Expr {
    if digits == 0 { units } else { units * wide(10i128.pow(digits.into())) }
}

fn float(number: Number) -> Expr {
    match number {
        Number::Float(float) => float,
        Number::Units(units, 0) => units.cast(DataType::Float64),
        Number::Units(units, scale) => divided(units.cast(DataType::Float64), lit(10f64.powi(scale.into()))),
    }
}

/// Repeats the divisor for every row: polars divides by a scalar by multiplying with its inverse, which rounds
/// differently.
fn divided(dividend: Expr, divisor: Expr) -> Expr {
    let zeros = dividend.clone().is_null().cast(DataType::Float64) * lit(0.0);
    let divisor = divisor + zeros;
    when(divisor.clone().eq(lit(0.0))).then(lit(NULL)).otherwise(dividend / divisor)
}

fn without_nan(number: Expr) -> Expr {
    when(number.clone().is_nan()).then(lit(NULL)).otherwise(number)
}

fn compared(op: Comparison, left: Expr, right: Expr) -> Expr {
    match op {
        Comparison::Equal => left.eq(right),
        Comparison::NotEqual => left.neq(right),
        Comparison::Less => left.lt(right),
        Comparison::LessOrEqual => left.lt_eq(right),
        Comparison::Greater => left.gt(right),
        Comparison::GreaterOrEqual => left.gt_eq(right),
    }
}

fn number(expr: &rule::Expr, schema: &Schema) -> PolarsResult<Number> {
    let of = |part: &rule::Expr| number(part, schema);
    let scale = match expr.kind {
        ColumnType::Decimal(scale) => scale,
        _ => 0,
    };
    let is_float = expr.kind == ColumnType::Float;
    let same_kind = |value: Expr| if is_float { Number::Float(value) } else { Number::Units(value, scale) };
    Ok(match &expr.node {
        Node::Literal(value @ Datum::Decimal(decimal)) => Number::Units(literal(value)?, decimal.scale()),
        Node::Literal(value) => same_kind(literal(value)?),
        Node::Column(name) if is_float => Number::Float(match schema.get(name) {
            Some(DataType::Float32) => shortest(col(name)),
            _ => col(name).cast(DataType::Float64),
        }),
        Node::Column(name) => match schema.get(name) {
            Some(DataType::Decimal(..)) => Number::Units(col(name).to_physical().cast(DataType::Int128), scale),
            _ => Number::Units(col(name).cast(DataType::Int128), 0),
        },
        Node::Arithmetic(ArithmeticOperation::Subtract, left, right) if left.kind == ColumnType::Date => {
            let day = |date: &rule::Expr| Ok::<_, PolarsError>(expression(date, schema)?.cast(DataType::Int32));
            Number::Units(day(left)?.cast(DataType::Int128) - day(right)?.cast(DataType::Int128), 0)
        }
        Node::Arithmetic(op, left, right) => arithmetic(*op, of(left)?, of(right)?, expr.kind),
        Node::DatePart(field, date) => Number::Units(part(*field, expression(date, schema)?).cast(DataType::Int128), 0),
        Node::Cast(value, to) => same_kind(cast(value, *to, schema)?),
        Node::Case { whens, otherwise } => {
            let result = |result: &rule::Expr| match of(result)? {
                Number::Units(units, own) if !is_float => Ok(raised(units, scale.saturating_sub(own))),
                other => Ok::<_, PolarsError>(float(other)),
            };
            let mut chosen = otherwise.as_ref().filter(|o| !o.is_null()).map_or(Ok(lit(NULL)), |o| result(o))?;
            for (condition, then) in whens.iter().rev() {
                let then = if then.is_null() { lit(NULL) } else { result(then)? };
                chosen = when(expression(condition, schema)?).then(then).otherwise(chosen);
            }
            same_kind(chosen)
        }
        Node::Call(function, arguments) => {
            let numbers = || arguments.iter().map(|argument| of(argument)).collect::<PolarsResult<Vec<_>>>();
            match function {
                Id::Length => {
                    let text = expression(&arguments[0], schema)?;
                    Number::Units(text.str().len_chars().cast(DataType::Int128), 0)
                }
                Id::Coalesce | Id::Greatest | Id::Least => {
                    let values = numbers()?.into_iter().map(|value| match value {
                        Number::Units(units, own) if !is_float => raised(units, scale.saturating_sub(own)),
                        other => float(other),
                    });
                    same_kind(chosen(*function, values.collect()))
                }
                _ => {
                    let digits = arguments.get(1).and_then(|digits| digits.as_literal()?.number()).unwrap_or(0.0);
                    let first = numbers()?.swap_remove(0);
                    number_function(*function, first, digits as i32).ok_or_else(|| unknown(expr))?
                }
            }
        }
        _ => return Err(unknown(expr)),
    })
}

/// Integer results that do not fit into 64 bits are null.
fn arithmetic(op: ArithmeticOperation, left: Number, right: Number, kind: ColumnType) -> Number {
    let whole = |units: Expr| match kind {
        ColumnType::Integer => units.cast(DataType::Int64).cast(DataType::Int128),
        _ => within_digits(units),
    };
    match (left, right) {
        (Number::Units(a, s), Number::Units(b, t)) if op != ArithmeticOperation::Divide => match op {
            ArithmeticOperation::Multiply if kind != ColumnType::Integer => {
                // The product as floats shows which results exceed 128 bits.
                let size = a.clone().cast(DataType::Float64) * b.clone().cast(DataType::Float64);
                let holds = size.clone().lt(lit(1.5e38)).and(size.gt(lit(-1.5e38)));
                Number::Units(when(holds).then(within_digits(a * b)).otherwise(lit(NULL)), s + t)
            }
            ArithmeticOperation::Multiply => Number::Units(whole(a * b), s + t),
            ArithmeticOperation::Remainder => {
                let (a, b) = (raised(a, t.saturating_sub(s)), raised(b, s.saturating_sub(t)));
                let size = |side: Expr| when(side.clone().lt(wide(0))).then(wide(0) - side.clone()).otherwise(side);
                let rest = size(a.clone()) % when(b.clone().eq(wide(0))).then(lit(NULL)).otherwise(size(b));
                Number::Units(when(a.lt(wide(0))).then(wide(0) - rest.clone()).otherwise(rest), s.max(t))
            }
            _ => {
                let (a, b) = (raised(a, t.saturating_sub(s)), raised(b, s.saturating_sub(t)));
                Number::Units(whole(if op == ArithmeticOperation::Add { a + b } else { a - b }), s.max(t))
            }
        },
        (a, b) => {
            let (a, b) = (float(a), float(b));
            Number::Float(without_nan(match op {
                ArithmeticOperation::Add => a + b,
                ArithmeticOperation::Subtract => a - b,
                ArithmeticOperation::Multiply => a * b,
                ArithmeticOperation::Divide => divided(a, b),
                ArithmeticOperation::Remainder => remainder(a, b),
            }))
        }
    }
}

/// The units, or null where they have more than 38 digits.
fn within_digits(units: Expr) -> Expr {
    let most = 10i128.pow(38) - 1;
    let inside = units.clone().lt_eq(wide(most)).and(units.clone().gt_eq(wide(-most)));
    when(inside).then(units).otherwise(lit(NULL))
}

/// Rust's remainder, with the sign of the dividend.
fn remainder(a: Expr, b: Expr) -> Expr {
    let map = |columns: &mut [Column]| {
        let (a, b) = (columns[0].f64()?.clone(), columns[1].f64()?.clone());
        let at = |side: &Float64Chunked, row: usize| side.get(if side.len() == 1 { 0 } else { row });
        let of = |row| Some((at(&a, row)?, at(&b, row)?)).filter(|(_, b)| *b != 0.0).map(|(a, b)| a % b);
        let rows = if a.len().min(b.len()) == 0 { 0 } else { a.len().max(b.len()) };
        Ok((0..rows).map(of).collect::<Float64Chunked>().into_column())
    };
    map_multiple(map, [a.cast(DataType::Float64), b.cast(DataType::Float64)], |_, fields| Ok(fields[0].clone()))
}

/// Converts a 32-bit float to the 64-bit float with the same shortest digits.
fn shortest(number: Expr) -> Expr {
    let map = |column: Column| {
        let digits = |value: Option<f32>| value.map(|value| value.to_string().parse::<f64>().expect("a number"));
        Ok(column.f32()?.iter().map(digits).collect::<Float64Chunked>().into_column().with_name(column.name().clone()))
    };
    number.map(map, |_, field| Ok(Field::new(field.name().clone(), DataType::Float64)))
}

fn number_function(function: Id, value: Number, digits: i32) -> Option<Number> {
    let size =
        |value: Expr, zero: Expr| when(value.clone().lt(zero.clone())).then(zero - value.clone()).otherwise(value);
    if let (Id::Abs, Number::Units(units, scale)) = (function, &value) {
        return Some(Number::Units(size(units.clone(), wide(0)).cast(DataType::Int64).cast(DataType::Int128), *scale));
    }
    let value = float(value);
    let above = |bound: Expr, value: Expr| when(bound).then(value).otherwise(lit(NULL));
    Some(Number::Float(without_nan(match function {
        Id::Abs => size(value, lit(0.0)),
        Id::Floor => value.floor(),
        Id::Ceil => value.ceil(),
        Id::Sqrt => above(value.clone().gt_eq(lit(0.0)), mapped(value, f64::sqrt)),
        Id::Ln => above(value.clone().gt(lit(0.0)), mapped(value, f64::ln)),
        Id::Log10 => above(value.clone().gt(lit(0.0)), mapped(value, f64::log10)),
        Id::Round if digits < 0 => return None,
        Id::Round => {
            let digits = digits as usize;
            let map = move |column: Column| Ok(column.f64()?.apply_values(|x| rounded(x, digits)).into_column());
            value.map(map, |_, field| Ok(field.clone()))
        }
        _ => return None,
    })))
}

/// Rounds a number to this many decimals by its decimal digits, halves away from zero.
fn rounded(number: f64, digits: usize) -> f64 {
    if !number.is_finite() {
        return number;
    }
    // The first dropped digit decides, because all digits of the float's exact value are present.
    let exact = format!("{:.1$}", number.abs(), digits + 60);
    let kept = exact.len() - 60;
    let is_up = exact.as_bytes()[kept] >= b'5';
    let mut text: Vec<u8> = exact.as_bytes()[..kept].to_vec();
    let mut carry = is_up;
    for digit in text.iter_mut().rev().filter(|digit| **digit != b'.') {
        if carry {
            carry = *digit == b'9';
            *digit = if carry { b'0' } else { *digit + 1 };
        }
    }
    let text = String::from_utf8(text).expect("digits");
    let size: f64 = format!("{}{text}", if carry { "1" } else { "" }).parse().expect("a number");
    if number < 0.0 { -size } else { size }
}

/// Applies a function of the standard library to each value: polars is built without it.
fn mapped(value: Expr, f: fn(f64) -> f64) -> Expr {
    let map = move |column: Column| Ok(column.f64()?.apply_values(f).into_column());
    value.map(map, |_, field| Ok(field.clone()))
}

/// The first value that is not null, or the greatest or the least.
fn chosen(function: Id, values: Vec<Expr>) -> Expr {
    let better = |best: Expr, value: Expr| match function {
        Id::Coalesce => when(best.clone().is_null()).then(value).otherwise(best),
        _ => {
            let wins =
                if function == Id::Greatest { value.clone().gt(best.clone()) } else { value.clone().lt(best.clone()) };
            when(best.clone().is_null().or(wins.fill_null(lit(false)))).then(value).otherwise(best)
        }
    };
    values.into_iter().reduce(better).unwrap_or(lit(NULL))
}

fn call(function: Id, values: &[Expr], arguments: &[std::sync::Arc<rule::Expr>], expr: &rule::Expr) -> Built {
    let digits = |n: usize| arguments.get(n).and_then(|argument| argument.as_literal()?.number()).map(|n| n as i64);
    let value = || values[0].clone();
    let characters = || values.get(1).cloned().unwrap_or(lit(" "));
    Ok(match function {
        Id::Lower => value().str().to_lowercase(),
        Id::Upper => value().str().to_uppercase(),
        Id::Trim => value().str().strip_chars(characters()),
        Id::Ltrim => value().str().strip_chars_start(characters()),
        Id::Rtrim => value().str().strip_chars_end(characters()),
        Id::Substr => {
            let length = digits(2).map_or(lit(NULL).cast(DataType::UInt64), |length| lit(length as u64));
            value().str().slice(lit(digits(1).unwrap_or(1) - 1), length)
        }
        Id::Left => value().str().slice(lit(0i64), lit(digits(1).unwrap_or(0) as u64)),
        Id::Right => {
            let start = value().str().len_chars().cast(DataType::Int64) - lit(digits(1).unwrap_or(0));
            let start = when(start.clone().lt(lit(0i64))).then(lit(0i64)).otherwise(start);
            value().str().slice(start, lit(u64::MAX))
        }
        Id::Replace => value().str().replace_all(values[1].clone(), values[2].clone(), true),
        Id::Join => value() + values[1].clone(),
        Id::Concat => {
            values.iter().map(|value| value.clone().fill_null(lit(""))).reduce(|a, b| a + b).unwrap_or(lit(""))
        }
        Id::StartsWith => value().str().starts_with(values[1].clone()),
        Id::EndsWith => value().str().ends_with(values[1].clone()),
        Id::Contains => value().str().contains_literal(values[1].clone()),
        Id::Coalesce | Id::Greatest | Id::Least => chosen(function, values.to_vec()),
        _ => return Err(unknown(expr)),
    })
}

fn cast(value: &rule::Expr, to: CastType, schema: &Schema) -> Built {
    use ColumnType::{Boolean, Date, Integer, Text, Timestamp};
    let plain = |value: &rule::Expr| expression(value, schema);
    Ok(match (value.kind, to) {
        (from, CastType::Float) if from.is_number() => float(number(value, schema)?),
        (from, CastType::Decimal { precision: 38, scale }) if from.is_number() => match number(value, schema)? {
            Number::Units(units, own) if own <= scale => raised(units, scale - own),
            _ => return Err(unknown(value)),
        },
        (ColumnType::Float, CastType::Integer { bits: 64 }) => {
            // Half to even: a number halfway between two integers is twice the nearest half of it.
            let float = plain(value)?;
            let floor = float.clone().floor();
            let rest = float.clone() - floor.clone();
            let half = floor.clone() * lit(0.5);
            let is_even = half.clone().floor().eq(half);
            let up = rest.clone().gt(lit(0.5)).or(rest.eq(lit(0.5)).and(is_even.not()));
            when(up).then(floor.clone() + lit(1.0)).otherwise(floor).cast(DataType::Int64).cast(DataType::Int128)
        }
        (Text, CastType::Integer { bits: 64 }) => {
            plain(value)?.str().strip_chars(lit(" \t\r\n")).cast(DataType::Int64).cast(DataType::Int128)
        }
        (Text, CastType::Float) => without_nan(plain(value)?.str().strip_chars(lit(" \t\r\n")).cast(DataType::Float64)),
        (Text, CastType::Date) => dates(plain(value)?),
        (Text, CastType::Timestamp) => {
            let map = |column: Column| {
                let moments = column.str()?.iter().map(|text| moment(text?));
                moments.collect::<Int64Chunked>().into_column().with_name(column.name().clone()).cast(&self::moments())
            };
            plain(value)?.map(map, |_, field| Ok(Field::new(field.name().clone(), self::moments())))
        }
        (Boolean, CastType::Integer { .. }) => plain(value)?.cast(DataType::Int128),
        (Boolean, CastType::Float) => plain(value)?.cast(DataType::Float64),
        (from, CastType::Boolean) if from.is_number() => float(number(value, schema)?).neq(lit(0.0)),
        (Integer | Boolean | Date, CastType::Text) => plain(value)?.cast(DataType::String),
        (Date, CastType::Timestamp) => plain(value)?.cast(moments()),
        (Timestamp, CastType::Date) => plain(value)?.cast(DataType::Date),
        _ => return Err(unknown(value)),
    })
}

/// Microseconds since 1970 of a date, or of a date with a time and an optional offset from UTC.
fn moment(text: &str) -> Option<i64> {
    let shape = r"^(\d{4}-\d{2}-\d{2})(?:[ Tt](\d{2}:\d{2})(:\d{2}(?:\.\d{1,6})?)?(?:([+-]\d{2}):?(\d{2})?|[Zz])?)?$";
    let parts = regex::Regex::new(shape).expect("a good expression").captures(text)?;
    let part = |n: usize| parts.get(n).map_or("", |part| part.as_str());
    let clock = if part(2).is_empty() { "00:00" } else { part(2) };
    let seconds = if part(3).is_empty() { ":00" } else { part(3) };
    let local = format!("{} {clock}{seconds}", part(1));
    let local = chrono::NaiveDateTime::parse_from_str(&local, "%Y-%m-%d %H:%M:%S%.f").ok()?;
    let hours: i64 = part(4).parse().unwrap_or(0);
    let minutes: i64 = part(5).parse().unwrap_or(0);
    let east = hours * 60 + if part(4).starts_with('-') { -minutes } else { minutes };
    Some(local.and_utc().timestamp_micros() - east * 60_000_000)
}

/// Dates of the texts that have the shape of a date.
fn dates(text: Expr) -> Expr {
    let shaped = text.clone().str().contains(lit("^[0-9]{4}-[0-9]{2}-[0-9]{2}$"), true);
    let options = StrptimeOptions { format: Some("%Y-%m-%d".into()), strict: false, ..StrptimeOptions::default() };
    when(shaped).then(text).otherwise(lit(NULL)).cast(DataType::String).str().to_date(options)
}

fn part(field: DateField, date: Expr) -> Expr {
    let date = date.dt();
    match field {
        DateField::Year => date.year(),
        DateField::Quarter => date.quarter(),
        DateField::Month => date.month(),
        DateField::Week => date.week(),
        DateField::Day => date.day(),
        DateField::Hour => date.hour(),
        DateField::Minute => date.minute(),
        DateField::Second => date.second(),
        DateField::DayOfWeek => date.weekday().cast(DataType::Int64) % lit(7i64),
        DateField::IsoDayOfWeek => date.weekday(),
        DateField::DayOfYear => date.ordinal_day(),
    }
}

/// Adds an interval with chrono, value by value: polars is built without it.
fn shifted(date: Expr, interval: Interval) -> Expr {
    let shift = move |column: Column| {
        let is_date = column.dtype() == &DataType::Date;
        let moved = |micros: i64| {
            let months = chrono::Months::new(interval.months.unsigned_abs() as u32);
            let start = chrono::DateTime::from_timestamp_micros(micros)?.naive_utc();
            let start = match interval.months < 0 {
                true => start.checked_sub_months(months)?,
                false => start.checked_add_months(months)?,
            };
            let days = chrono::TimeDelta::days(interval.days);
            let end = start.checked_add_signed(days)?;
            let end = end.checked_add_signed(chrono::TimeDelta::microseconds(interval.micros))?;
            Some(end.and_utc().timestamp_micros())
        };
        let micros = column.cast(&moments())?.cast(&DataType::Int64)?;
        let moved: Int64Chunked = micros.i64()?.iter().map(|micros| micros.and_then(moved)).collect();
        let end = moved.into_column().cast(&moments())?;
        if is_date { end.cast(&DataType::Date) } else { Ok(end) }
    };
    date.map(shift, |_, field| Ok(field.clone()))
}

/// Regular expression of a LIKE pattern.
fn like_expression(pattern: &str, escape: Option<char>) -> String {
    let mut expression = String::from("(?s)^");
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        match c {
            c if Some(c) == escape => chars.next().iter().for_each(|c| expression += &regex::escape(&c.to_string())),
            '%' => expression += ".*",
            '_' => expression += ".",
            c => expression += &regex::escape(&c.to_string()),
        }
    }
    expression + "$"
}
