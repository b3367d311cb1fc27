//! Random tables. A table is generated from a [`Recipe`], which is the value that shrinks: fewer rows give a prefix of
//! the same table.

use polars::prelude::*;
use proptest::prelude::*;
use proptest::sample::select;

use super::fields::{Cells, Field, Others, fields};

#[derive(Debug, Clone)]
pub struct Recipe {
    pub rows: usize,
    pub nulls: Nulls,
    pub seed: u64,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Nulls {
    None,
    /// A different share in each column; some columns are all null.
    Some,
    All,
}

/// Lengths around one and two machine words, no row and one row, and some of a few thousand.
pub fn tables() -> impl Strategy<Value = Recipe> {
    let edges = select(vec![1usize, 0, 2, 63, 64, 65, 127, 128, 130]);
    let rows = prop_oneof![5 => edges, 4 => 1usize..300, 1 => 1_000usize..3_500];
    let nulls = prop_oneof![2 => Just(Nulls::None), 7 => Just(Nulls::Some), 1 => Just(Nulls::All)];
    (rows, nulls, 0u64..1 << 20).prop_map(|(rows, nulls, seed)| Recipe { rows, nulls, seed })
}

impl Recipe {
    /// The table as a file may store it: with NaN.
    pub fn as_written(&self) -> DataFrame {
        let columns = fields().iter().enumerate().map(|(i, field)| self.column(field, i as u64)).collect();
        DataFrame::new(self.rows, columns).expect("columns of one length")
    }

    /// The table as a base stores it: without NaN, and with lists as texts of JSON.
    pub fn frame(&self) -> DataFrame {
        let written = without_nan(self.as_written());
        let columns = written.columns().iter().map(|column| match column.list() {
            Ok(lists) => StringChunked::from_iter_options(
                column.name().clone(),
                (0..lists.len()).map(|row| json(lists.get_as_series(row))),
            )
            .into_column(),
            Err(_) => column.clone(),
        });
        DataFrame::new(written.height(), columns.collect()).expect("columns of one length")
    }

    fn column(&self, field: &Field, number: u64) -> Column {
        let mut dice = Dice(self.seed << 8 | number);
        let shape = Shape {
            nulls: match self.nulls {
                _ if matches!(field.cells, Cells::Row) => 0,
                Nulls::None => 0,
                Nulls::All => 100,
                Nulls::Some => [0, 3, 10, 30, 50, 95, 100][dice.below(7) as usize],
            },
            // Maximum number of distinct values of a column: a handful, or no limit.
            most: [1, 3, 8, 100, 100][dice.below(5) as usize],
            plain: dice.below(3) == 0,
        };
        let cells: Vec<AnyValue> = (0..self.rows).map(|row| shape.cell(&field.cells, row, &mut dice)).collect();
        // Not strict: a float may be narrowed to 32 bits.
        let series = Series::from_any_values_and_dtype(field.name.into(), &cells, &field.data_type, false);
        let series = series.expect("cells of the column's type").rechunk();
        assert_eq!(series.null_count(), cells.iter().filter(|cell| cell.is_null()).count(), "{}", field.name);
        series.into_column()
    }
}

fn json(list: Option<Series>) -> Option<String> {
    let numbers: Vec<String> =
        list?.i32().expect("a list of numbers").iter().flatten().map(|n| n.to_string()).collect();
    Some(format!("[{}]", numbers.join(",")))
}

/// Replaces NaN by null in every column.
pub fn without_nan(frame: DataFrame) -> DataFrame {
    let columns = frame.columns().iter().map(|column| {
        if !column.dtype().is_float() {
            return column.clone();
        }
        let not_nan = column.as_materialized_series().is_not_nan().expect("a float column");
        let nulls = Series::full_null(column.name().clone(), column.len(), column.dtype());
        column.as_materialized_series().zip_with(&not_nan, &nulls).expect("of one length").rechunk().into_column()
    });
    DataFrame::new(frame.height(), columns.collect()).expect("columns of one length")
}

/// Distribution of a column's cells.
struct Shape {
    /// In percent.
    nulls: u64,
    /// Number of values of interest to draw from, after a random start.
    most: usize,
    /// Draws values of interest only.
    plain: bool,
}

impl Shape {
    fn cell(&self, cells: &Cells, row: usize, dice: &mut Dice) -> AnyValue<'static> {
        let null = dice.below(100) < self.nulls;
        // Drawn before the null check, so that a column's values do not depend on its nulls.
        let value = self.value(cells, row, dice);
        if null { AnyValue::Null } else { value }
    }

    fn value(&self, cells: &Cells, row: usize, dice: &mut Dice) -> AnyValue<'static> {
        let odd = self.plain || dice.below(2) == 0;
        let free = !odd && self.most == 100;
        match cells {
            Cells::Row => AnyValue::Int64(row as i64),
            Cells::Whole(_, low, high) if free => AnyValue::Int64(dice.between(*low, *high)),
            Cells::Whole(some, ..) => AnyValue::Int64(*self.one_of(some, dice)),
            Cells::Huge(some) => AnyValue::UInt64(*self.one_of(some, dice)),
            Cells::Fractions(_, Others::Cents) if free => AnyValue::Float64(dice.below(90_000) as f64 / 100.0),
            Cells::Fractions(_, Others::Sixteenths) if free => {
                AnyValue::Float64(dice.between(-99_999, 99_999) as f64 / 16.0)
            }
            Cells::Fractions(some, _) => AnyValue::Float64(*self.one_of(some, dice)),
            Cells::Truth => AnyValue::Boolean(dice.below(2) == 0),
            Cells::Words(some) => AnyValue::StringOwned((*self.one_of(some, dice)).into()),
            Cells::Texts(_) if free => {
                AnyValue::StringOwned(format!("user{}@mail{}.org", dice.below(100_000), dice.below(90)).into())
            }
            Cells::Texts(some) => AnyValue::StringOwned((*self.one_of(some, dice)).into()),
            Cells::Days => AnyValue::Date(self.day(free, dice)),
            Cells::Moments => AnyValue::Datetime(self.moment(free, dice), TimeUnit::Microseconds, None),
            Cells::Clock => AnyValue::Time(dice.below(86_400) as i64 * 1_000_000_000),
            Cells::Spans => AnyValue::Duration(dice.between(-5, 5) * 3_600_000_000, TimeUnit::Microseconds),
            Cells::Lists => AnyValue::List(Series::new("".into(), vec![row as i32; dice.below(3) as usize])),
        }
    }

    fn one_of<'a, T>(&self, some: &'a [T], dice: &mut Dice) -> &'a T {
        &some[(dice.below(some.len() as u64) as usize) % self.most]
    }

    /// Days before and after 1970, the last days of months, and days around the as-of date.
    fn day(&self, free: bool, dice: &mut Dice) -> i32 {
        const DAYS: &[i32] =
            &[20_634, -1, 0, 1, -25_567, 19_782, 20_484, 20_514, 20_543, 20_633, 20_635, -719_162, 2_932_896];
        if free { dice.between(-3_000, 22_000) as i32 } else { *self.one_of(DAYS, dice) }
    }

    fn moment(&self, free: bool, dice: &mut Dice) -> i64 {
        const SECOND: i64 = 1_000_000;
        const PARTS: &[i64] = &[0, 1, -1, SECOND / 2, 43_200 * SECOND, 86_399 * SECOND + 999_999];
        let day = i64::from(self.day(free, dice)) * 86_400 * SECOND;
        day + if free { dice.below(86_400_000_000) as i64 } else { *self.one_of(PARTS, dice) }
    }
}

/// SplitMix64: small, and deterministic on every platform.
pub struct Dice(pub u64);

impl Dice {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        let span = (i128::from(high) - i128::from(low) + 1) as u128;
        (i128::from(low) + (u128::from(self.next()) % span) as i128) as i64
    }
}
