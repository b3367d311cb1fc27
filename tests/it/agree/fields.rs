//! The columns of a random table, and the values of interest in them.

use crosscut::model::{Column, ColumnType, Schema};
use polars::prelude::{DataType, TimeUnit};

/// A column and the distribution of its cells.
pub struct Field {
    pub name: &'static str,
    pub data_type: DataType,
    pub cells: Cells,
}

pub enum Cells {
    /// The row's number, never null: it identifies customers in answers.
    Row,
    /// Integers: values of interest, and the range of all others.
    Whole(&'static [i64], i64, i64),
    /// Unsigned 64-bit integers.
    Huge(&'static [u64]),
    /// Fractions of interest, and the form of all others: two decimals, or four binary digits, whose sums are exact.
    Fractions(&'static [f64], Others),
    Truth,
    /// Texts from a short list.
    Words(&'static [&'static str]),
    /// Odd texts, and any number of generated ones.
    Texts(&'static [&'static str]),
    /// Days since 1970.
    Days,
    /// Microseconds since 1970.
    Moments,
    /// Nanoseconds since midnight.
    Clock,
    /// Microseconds.
    Spans,
    Lists,
}

pub enum Others {
    Cents,
    Sixteenths,
    None,
}

const TINY: &[i64] = &[-128, -127, -1, 0, 1, 2, 5, 100, 126, 127];
const SMALL: &[i64] = &[-32768, -32767, -129, -128, -1, 0, 1, 127, 128, 255, 256, 32766, 32767];
const MIDDLE: &[i64] = &[
    -2147483648,
    -2147483647,
    -32769,
    -129,
    -128,
    -1,
    0,
    1,
    2,
    7,
    127,
    128,
    32767,
    32768,
    65535,
    2147483646,
    2147483647,
];
const LARGE: &[i64] = &[
    i64::MIN,
    i64::MIN + 1,
    -9007199254740993,
    -2147483649,
    -2147483648,
    -1,
    0,
    1,
    127,
    128,
    2147483647,
    2147483648,
    4294967296,
    9007199254740992,
    9007199254740993,
    i64::MAX - 1,
    i64::MAX,
];
const FEW: &[i64] = &[-3, -2, -1, 0, 1, 2, 3, 10, 42];
const MONEY: &[f64] = &[0.0, 0.5, 1.0, 2.5, 99.99, 100.0, 250.25];
const ODD: &[f64] = &[
    0.0,
    -0.0,
    f64::INFINITY,
    f64::NEG_INFINITY,
    f64::NAN,
    0.1,
    0.3,
    0.30000000000000004,
    1.0,
    2.5,
    5e-324,
    1e15,
    1e300,
];
const EXACT: &[f64] = &[-1024.0, -2.5, -1.0, -0.5, -0.0, 0.0, 0.25, 0.5, 1.0, 1.5, 2.0, 127.0, 128.0, 65536.0];
const ROUND: &[f64] = &[-129.0, -128.0, -1.0, 0.0, 1.0, 2.0, 127.0, 128.0, 2147483648.0, 9007199254740992.0];

/// Texts that are hard to search, fold, count by characters or sort.
pub const TEXTS: &[&str] = &[
    "",
    " ",
    "a",
    "A",
    "ab",
    "aab",
    "abab",
    "77",
    "x77y",
    " padded ",
    "it's",
    "\"quoted\"",
    "100%",
    "a_b",
    "a%b",
    "a\\b",
    "two\nlines",
    "Zürich",
    "ZÜRICH",
    "zurich",
    "東京",
    "京",
    "🙂 town",
    "🙂",
    "é",
    "e\u{301}",
    "(x)",
    "[x]",
    "x.y",
    "^$",
    "-5",
    "5",
    "1.5",
    "2026-01-05",
    "nan",
    "NULL",
    "\u{0}",
    "a text of more than twelve bytes",
    "a text of more than twelve byteS",
];
const COUNTRIES: &[&str] = &["US", "CA", "DE", "us", "Us", "", "FR"];
const PLANS: &[&str] = &["free", "basic", "pro", "Pro"];

/// Columns of every random table.
pub fn fields() -> Vec<Field> {
    use Cells::{Clock, Days, Fractions, Huge, Lists, Moments, Row, Spans, Texts, Truth, Whole, Words};
    use DataType::*;
    let moment = Datetime(TimeUnit::Microseconds, None);
    let all = [
        ("id", Int64, Row),
        ("tiny", Int8, Whole(TINY, -128, 127)),
        ("small", Int16, Whole(SMALL, -32768, 32767)),
        ("n", Int32, Whole(MIDDLE, -2147483648, 2147483647)),
        ("big", Int64, Whole(LARGE, i64::MIN, i64::MAX)),
        ("u8", UInt8, Whole(&[0, 1, 5, 127, 128, 254, 255], 0, 255)),
        ("u16", UInt16, Whole(&[0, 1, 255, 256, 65534, 65535], 0, 65535)),
        ("u32", UInt32, Whole(&[0, 1, 2147483648, 4000000000, 4294967295], 0, 4294967295)),
        ("u64", UInt64, Huge(&[0, 1, 127, 9007199254740993, 9223372036854775806, 9223372036854775807])),
        // Polars evaluates only the simplest rules on these: it converts them to signed numbers for the others, and
        // fails.
        ("huge", UInt64, Huge(&[0, 1, 127, 9223372036854775807, 9223372036854775808, u64::MAX - 1, u64::MAX])),
        // Wide columns of narrow values.
        ("as8", Int64, Whole(TINY, -128, 127)),
        ("as16", Int64, Whole(SMALL, -32768, 32767)),
        ("as32", Int64, Whole(MIDDLE, -2147483648, 2147483647)),
        ("few", Int64, Whole(FEW, -5, 20)),
        ("worth", Int64, Whole(&[0, 1, 9007199254740993, i64::MAX], 0, i64::MAX)),
        ("odd \"name\"", Int32, Whole(FEW, -300, 300)),
        ("spend", Float64, Fractions(MONEY, Others::Cents)),
        ("score", Float64, Fractions(ODD, Others::None)),
        ("balance", Float64, Fractions(EXACT, Others::Sixteenths)),
        ("round", Float64, Fractions(ROUND, Others::None)),
        ("f32", Float32, Fractions(EXACT, Others::Sixteenths)),
        ("active", Boolean, Truth),
        ("flag", Boolean, Truth),
        ("country", String, Words(COUNTRIES)),
        ("plan", String, Words(PLANS)),
        ("note", String, Texts(TEXTS)),
        ("mail", String, Texts(TEXTS)),
        ("d", Date, Days),
        ("d2", Date, Days),
        ("ts", moment.clone(), Moments),
        ("ts2", moment, Moments),
        ("clock", Time, Clock),
        ("took", Duration(TimeUnit::Microseconds), Spans),
        ("tags", List(Box::new(Int32)), Lists),
    ];
    all.into_iter().map(|(name, data_type, cells)| Field { name, data_type, cells }).collect()
}

/// The columns as rules see them.
pub fn schema() -> Schema {
    let column = |field: Field| Column {
        name: field.name.to_owned(),
        column_type: match field.cells {
            Cells::Lists => ColumnType::Text,
            _ => crosscut::data::column_type(&field.data_type),
        },
    };
    Schema::new(fields().into_iter().map(column).collect())
}

/// Literals for a column's values, each with its neighbours.
pub fn literals(cells: &Cells) -> Vec<String> {
    match cells {
        Cells::Whole(values, ..) => {
            let around = |value: &i64| [-1, 0, 0, 1].map(|step| (i128::from(*value) + step).to_string());
            // Fractions between the smaller integers, which floats represent exactly.
            let small = values.iter().filter(|value| value.unsigned_abs() < 1 << 40);
            let between = small.flat_map(|value| [-0.5, 0.0, 0.5].map(|step| format!("{:?}", *value as f64 + step)));
            values.iter().flat_map(around).chain(between).collect()
        }
        Cells::Fractions(values, _) => {
            let around = |value: &f64| [value.next_down(), *value, *value, value.next_up()].map(|f| format!("{f:?}"));
            values.iter().filter(|value| value.is_finite()).flat_map(around).collect()
        }
        Cells::Huge(values) => {
            values.iter().flat_map(|value| [value - value.min(&1), *value].map(|n| n.to_string())).collect()
        }
        _ => Vec::new(),
    }
}
