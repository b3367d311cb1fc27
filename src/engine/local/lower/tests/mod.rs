//! Compares expressions over a small table with DuckDB's results: `make.py` wrote both files.

use std::sync::Arc;

use chrono::NaiveDate;
use polars::prelude::{
    BooleanChunked, Column as PolarsColumn, DataFrame, DataType, IntoColumn, NamedFrom, Series, TimeUnit,
};

use super::vector::LoopOperand;
use super::{Evaluator, NamedColumns, Vector};
use crate::data::{self, Base};
use crate::engine::local::{LocalEngine, Tuning};
use crate::engine::{Cancel, Engine};
use crate::model::{self, ColumnType, Datum, Decimal, Schema};
use crate::rule::{self, Expr};

const TABLE: &str = include_str!("table.tsv");
const CASES: &str = include_str!("cases.tsv");

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 6, 30).expect("a date")
}

/// Parses a cell of the files.
fn read(cell: &str) -> Option<Datum> {
    let datum = match cell {
        "NULL" => return None,
        "true" => Datum::Boolean(true),
        "false" => Datum::Boolean(false),
        text if text.starts_with('"') => Datum::Text(serde_json::from_str(text).expect("a text in JSON")),
        other => match (other.parse::<i64>(), rule::parse_date(other), rule::parse_timestamp(other)) {
            (Ok(number), ..) => Datum::Integer(number),
            (_, Some(date), _) => Datum::Date(date),
            (_, _, Some(at)) => Datum::Timestamp(at),
            _ => Datum::Float(other.parse().unwrap_or_else(|_| panic!("{other} is no value"))),
        },
    };
    Some(datum)
}

fn column(name: &str, kind: &str, cells: &[&str]) -> PolarsColumn {
    let text = |cell: &&str| read(cell).map(|datum| datum.text().expect("a text").to_owned());
    let known = |cell: &&str| (*cell != "NULL").then(|| cell.to_string());
    let texts = |cells: &[&str]| Series::new(name.into(), cells.iter().map(known).collect::<Vec<_>>());
    let series = match kind {
        "integer" => texts(cells).cast(&DataType::Int64),
        "float" => texts(cells).cast(&DataType::Float64),
        "decimal(2)" => texts(cells).cast(&DataType::Decimal(12, 2)),
        "decimal(4)" => texts(cells).cast(&DataType::Decimal(14, 4)),
        "text" => Ok(Series::new(name.into(), cells.iter().map(text).collect::<Vec<_>>())),
        "boolean" => {
            let truths = cells.iter().map(|cell| read(cell).map(|datum| datum == Datum::Boolean(true)));
            return truths.collect::<BooleanChunked>().into_column().with_name(name.into());
        }
        "date" | "timestamp" => {
            let micros = |cell: &&str| Some((rule::parse_timestamp(cell)?).and_utc().timestamp_micros());
            let moments = Series::new(name.into(), cells.iter().map(micros).collect::<Vec<_>>());
            let moments = moments.cast(&DataType::Datetime(TimeUnit::Microseconds, None)).expect("moments");
            if kind == "date" { moments.cast(&DataType::Date) } else { Ok(moments) }
        }
        other => panic!("{other} is no kind"),
    };
    series.expect("cells of this kind").into_column()
}

/// Returns an engine over the table, repeated `times` times.
fn engine(times: usize) -> LocalEngine {
    let mut lines = TABLE.lines().map(|line| line.split('\t').collect::<Vec<_>>());
    let (names, kinds) = (lines.next().expect("names"), lines.next().expect("kinds"));
    let rows: Vec<Vec<&str>> = lines.collect();
    let column = |(at, (name, kind)): (usize, (&&str, &&str))| {
        let cells: Vec<&str> = rows.iter().map(|row| row[at]).collect();
        column(name, kind, &cells.repeat(times))
    };
    let columns: Vec<PolarsColumn> = names.iter().zip(&kinds).enumerate().map(column).collect();
    let of = |column: &PolarsColumn| model::Column {
        name: column.name().to_string(),
        column_type: data::column_type(column.dtype()),
    };
    let schema = Schema::new(columns.iter().map(of).collect());
    let frame = DataFrame::new(rows.len() * times, columns).expect("columns of one length");
    let base = Base {
        table: data::BaseTable::Memory(frame),
        schema,
        key: None,
        source: "test".into(),
        notices: vec![],
        rejects: Default::default(),
    };
    LocalEngine::with(base, Tuning { chunk: 256, ..Tuning::default() })
}

fn expression(text: &str, engine: &LocalEngine) -> Arc<Expr> {
    rule::value(text, engine.schema(), today()).unwrap_or_else(|error| panic!("{text}: {}", error.describe(text)))
}

/// Returns the expression's values row by row.
fn values(engine: &LocalEngine, expr: &Expr) -> Vec<Datum> {
    let table = NamedColumns::new(engine, expr, &Cancel::new()).expect("columns");
    let evaluator = Evaluator::new(expr).expect("good patterns");
    let mut all = vec![];
    let take = |rows: std::ops::Range<usize>, values: Vector| {
        all.extend((0..rows.len()).map(|row| datum(&values, row)));
        Ok(())
    };
    evaluator.each_block(&table, 0..engine.rows(), &Cancel::new(), take).unwrap_or_else(|e| panic!("{expr}: {e}"));
    all
}

fn datum(values: &Vector, row: usize) -> Datum {
    let of_days = |days| NaiveDate::from_epoch_days(days).map_or(Datum::Null, Datum::Date);
    let of_micros = |micros| super::dates::moment(micros).map_or(Datum::Null, Datum::Timestamp);
    match values {
        Vector::Null | Vector::Opaque(..) => None,
        Vector::Truth(truths) => truths.value(row).map(Datum::Boolean),
        Vector::Integer(cells) => cells.value(row).map(Datum::Integer),
        Vector::Decimal(cells, scale) => cells.value(row).map(|units| Datum::Decimal(Decimal::new(units, *scale))),
        Vector::Float(cells) => cells.value(row).map(Datum::Float),
        Vector::Text(texts) => texts.value(row).map(|text| Datum::Text(text.to_owned())),
        Vector::Date(cells) => cells.value(row).map(of_days),
        Vector::Timestamp(cells) => cells.value(row).map(of_micros),
    }
    .unwrap_or(Datum::Null)
}

/// Returns true if the value agrees with that of the files. Floats may differ in the last digits: libraries compute
/// powers and logarithms in their own ways.
fn agrees(value: &Datum, expected: &str, kind: ColumnType) -> bool {
    match (value, kind) {
        _ if expected == "?" => true,
        (Datum::Null, _) => expected == "NULL",
        (_, _) if expected == "NULL" => false,
        (Datum::Float(number), _) => {
            let expected: f64 = expected.parse().unwrap_or(f64::NAN);
            *number == expected || (number - expected).abs() <= 4.0 * f64::EPSILON * expected.abs()
        }
        (Datum::Decimal(number), _) => number.to_string() == expected,
        (value, _) => read(expected).is_some_and(|expected| *value == expected),
    }
}

#[test]
fn expressions_have_values_of_duckdb() {
    let engine = engine(1);
    let mut wrong = vec![];
    for line in CASES.lines() {
        let mut cells = line.split('\t');
        let text = cells.next().expect("an expression");
        let expr = match rule::value(text, engine.schema(), today()) {
            Ok(expr) => expr,
            Err(error) => {
                wrong.push(format!("{text}: {}", error.describe(text)));
                continue;
            }
        };
        let (values, cells) = (values(&engine, &expr), cells.collect::<Vec<_>>());
        assert_eq!(values.len(), cells.len(), "{text}");
        for (row, (value, expected)) in values.iter().zip(cells).enumerate() {
            if !agrees(value, expected, expr.kind) {
                wrong.push(format!("{text}, row {row}: {value:?}, but DuckDB says {expected}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn computed_column_has_values_of_expression() {
    let engine = engine(40);
    let texts =
        ["upper(t)", "i % 7", "p * 2", "f / 2", "b OR c", "d + 1", "ts + INTERVAL '1 hour'", "coalesce(t, 'x')"];
    for text in texts {
        let expr = expression(text, &engine);
        let column = super::column(&engine, &expr, "computed", &Cancel::new()).expect("a column");
        let found: Vec<Datum> = (0..column.rows()).map(|row| column.datum(row)).collect();
        assert_eq!(found, values(&engine, &expr), "{text}");
    }
}

/// Texts that take more than a block may divide it, and texts beyond the bound are null.
#[test]
fn long_texts_are_built_in_blocks_and_null_beyond_limit() {
    let engine = engine(40);
    let lengths = values(&engine, &expression("length(repeat(t, 200000))", &engine));
    let texts = values(&engine, &expression("t", &engine));
    for (length, text) in lengths.iter().zip(&texts) {
        let expected = match text.text() {
            Some(text) if text.len() * 200_000 <= super::texts::MAX_TEXT_BYTES => {
                Datum::Integer(text.chars().count() as i64 * 200_000)
            }
            _ => Datum::Null,
        };
        assert_eq!(*length, expected, "{text}");
    }
    assert!(lengths.contains(&Datum::Integer(600_000)));
}

#[test]
fn like_agrees_with_regular_expression() {
    let letters = ['a', 'b', 'é', '_', '%', '!'];
    let word = |mut number: usize, letters: &[char]| -> String {
        let mut word = String::new();
        while number > 0 {
            word.push(letters[number % letters.len()]);
            number /= letters.len();
        }
        word
    };
    let texts: Vec<String> = (0..200).map(|number| word(number * 7, &letters[..4])).collect();
    for number in 0..6_000 {
        let pattern = word(number, &letters);
        let mut expression = String::from("(?s)^");
        let mut chars = pattern.chars();
        let parsed = super::like::LikePattern::parse(&pattern, Some('!'));
        let mut is_whole = true;
        while let Some(c) = chars.next() {
            match c {
                '!' => match chars.next() {
                    Some(c) => expression += &regex::escape(&c.to_string()),
                    None => is_whole = false,
                },
                '%' => expression += ".*",
                '_' => expression += ".",
                c => expression.push(c),
            }
        }
        assert_eq!(parsed.is_some(), is_whole, "{pattern}");
        let Some(parsed) = parsed else { continue };
        let regex = regex::Regex::new(&(expression + "$")).expect("an expression");
        for text in &texts {
            assert_eq!(parsed.matches(text), regex.is_match(text), "{text} LIKE {pattern}");
        }
    }
}

#[test]
fn members_find_close_and_distant_numbers() {
    use super::Members;
    let distant = [i64::MIN, -5, 0, 7, 1 << 40, i64::MAX];
    let close: Vec<i64> = (0..500).map(|n| n * 3 - 700).collect();
    for numbers in [&distant[..], &close] {
        let list: Vec<Datum> = numbers.iter().map(|number| Datum::Integer(*number)).collect();
        let Members::Whole(set) = Members::new(&list, ColumnType::Integer) else { panic!("whole numbers") };
        let probes = numbers.iter().flat_map(|n| [n.wrapping_sub(1), *n, n.wrapping_add(1), n.wrapping_mul(64)]);
        for probe in probes {
            assert_eq!(set.contains(probe), numbers.contains(&probe), "{probe}");
        }
    }
}

#[test]
fn zero_has_no_negative_power_and_narrow_integer_has_least_number() {
    let engine = engine(1);
    let found = |text: &str| values(&engine, &expression(text, &engine));
    let known = |found: Vec<Datum>| found.into_iter().filter(|value| !value.is_null()).collect::<Vec<_>>();
    assert!(known(found("power(0 * i, -0.5)")).is_empty());
    assert!(known(found("power(0 * i, 0.5)")).iter().all(|value| *value == Datum::Float(0.0)));
    for (cast, least) in [("TINYINT", -128), ("SMALLINT", -32_768)] {
        let of = |number: i64| known(found(&format!("CAST(0 * i + ({number}) AS {cast})")));
        assert!(!of(least).is_empty() && of(least).iter().all(|value| *value == Datum::Integer(least)), "{cast}");
        assert!(of(least - 1).is_empty(), "{cast}");
    }
}
