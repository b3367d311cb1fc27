//! Random tables, rules and operands: those of `agree`, and decimals.

use crosscut::data::Base;
use polars::prelude::*;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::rule::Rule;
use crate::agree::engines::base_of;
use crate::agree::fields::{Cells, Field, TEXTS, fields, literals};
use crate::agree::rules::{literal, quoted, rules};
use crate::agree::tables::{Dice, Recipe, tables, without_nan};

/// Input of a law.
#[derive(Debug, Clone)]
pub struct Sample {
    pub table: Recipe,
    /// Rules as texts; some are not valid.
    pub rules: [String; 3],
    pub operands: Operands,
}

/// A value and others of the same kind: literals, columns or null.
#[derive(Debug, Clone)]
pub struct Operands {
    pub value: String,
    pub others: Vec<String>,
}

pub fn samples() -> impl Strategy<Value = Sample> {
    let three = [rules_with_decimals(), rules_with_decimals(), rules_with_decimals()];
    (tables(), three, operands()).prop_map(|(table, rules, operands)| Sample { table, rules, operands })
}

impl Sample {
    pub fn rule(&self, n: usize) -> Rule {
        Rule::text(&self.rules[n])
    }
}

/// The table as a base in memory, with its row numbers as the key.
pub fn base(frame: DataFrame) -> Base {
    Base { key: Some("id".into()), ..base_of(frame) }
}

/// The recipe's table with decimals; NaN becomes null.
pub fn frame(recipe: &Recipe) -> DataFrame {
    without_nan(as_written(recipe))
}

/// The same table as a file may store it: with NaN.
pub fn as_written(recipe: &Recipe) -> DataFrame {
    let mut frame = recipe.as_written();
    let decimals = DECIMALS.iter().enumerate().map(|(n, decimal)| decimal.column(recipe, n as u64));
    frame.hstack_mut(&decimals.collect::<Vec<_>>()).expect("columns of one length");
    frame
}

struct Decimals {
    name: &'static str,
    precision: usize,
    scale: usize,
    /// Values of interest, as unscaled integers.
    values: &'static [i128],
    literals: &'static [&'static str],
}

const MANY_NINES: i128 = 10i128.pow(38) - 1;
const DECIMALS: [Decimals; 2] = [
    Decimals {
        name: "price",
        precision: 10,
        scale: 2,
        values: &[0, 10, 20, 30, 1999, 2000, -10, -1999, 9_999_999_999, 250, 5],
        literals: &["0.1", "0.10", "0.30", "19.99", "20", "-0.1", "0.105", "99999999.99", "0", "1e2", "few", "spend"],
    },
    Decimals {
        name: "acct",
        precision: 38,
        scale: 0,
        values: &[0, 5, 1 << 53, (1 << 53) + 1, 1 << 63, (1 << 63) + 1, -(1 << 63), MANY_NINES, -MANY_NINES],
        literals: &["5", "9007199254740993", "9223372036854775808", "-9223372036854775809", "0", "big", "u64", "price"],
    },
];

impl Decimals {
    fn column(&self, recipe: &Recipe, number: u64) -> Column {
        let mut dice = Dice(recipe.seed << 8 | (200 + number));
        // One in eight is null; of the others some are repeated values and the rest are cents.
        let mut cell = || match dice.below(8) {
            0 => None,
            1..=5 => Some(self.values[dice.below(self.values.len() as u64) as usize]),
            _ => Some(i128::from(dice.between(-90_000, 900_000))),
        };
        let cells: Vec<Option<i128>> = (0..recipe.rows).map(|_| cell()).collect();
        let whole: Int128Chunked = cells.into_iter().collect();
        let decimals = whole.into_decimal_unchecked(self.precision, self.scale).into_series();
        decimals.with_name(self.name.into()).into_column()
    }

    fn conditions(&'static self) -> impl Strategy<Value = String> {
        let other = || select(self.literals);
        let name = self.name;
        prop_oneof![
            (select(vec!["=", "<>", "<", ">="]), other())
                .prop_map(move |(sign, other)| format!("{name} {sign} {other}")),
            (select(vec!["+", "-", "*", "%"]), other(), other())
                .prop_map(move |(sign, a, b)| format!("{name} {sign} {a} > {b}")),
            (select(vec!["round", "floor", "abs", "trunc"]), other())
                .prop_map(move |(function, other)| format!("{function}({name}) <= {other}")),
            other().prop_map(move |other| format!("coalesce({name}, {other}) > 0.1")),
        ]
    }
}

fn rules_with_decimals() -> impl Strategy<Value = String> {
    let decimal = prop_oneof![DECIMALS[0].conditions(), DECIMALS[1].conditions()].boxed();
    let mixed = (decimal.clone(), rules(), select(vec!["AND", "OR"]));
    prop_oneof![
        6 => rules(),
        1 => decimal,
        1 => mixed.prop_map(|(decimal, rule, word)| format!("({decimal}) {word} ({rule})")),
    ]
}

/// A column or an expression of one, with four of its literals; some may be replaced by null or another column.
pub fn operands() -> impl Strategy<Value = Operands> {
    let all: Vec<(String, Vec<String>)> = fields().iter().filter_map(of_field).chain(others()).collect();
    select(all).prop_flat_map(|(value, others)| {
        let at_most = others.len().min(4);
        let some = subsequence(others, at_most).prop_shuffle();
        (Just(value), some, 0..8u8).prop_map(|(value, mut others, null)| {
            if let Some(other) = others.get_mut(usize::from(null)) {
                *other = "NULL".into();
            }
            Operands { value, others }
        })
    })
}

fn of_field(field: &Field) -> Option<(String, Vec<String>)> {
    let texts = |some: &[&str]| some.iter().map(|text| literal(text)).collect::<Vec<_>>();
    let days = ["1969-12-31", "1970-01-01", "2026-06-30", "0001-01-01", "9999-12-31", "2024-02-29"];
    let others = match &field.cells {
        Cells::Whole(..) | Cells::Huge(_) => [literals(&field.cells), vec!["few".into(), "spend".into()]].concat(),
        Cells::Fractions(..) => [literals(&field.cells), vec!["few".into(), "0.1 + 0.2".into()]].concat(),
        Cells::Words(some) => [texts(some), vec!["note".into(), "'us'".into()]].concat(),
        Cells::Texts(_) => [texts(TEXTS), vec!["country".into(), "mail".into()]].concat(),
        Cells::Days => [texts(&days), vec!["today".into(), "d".into(), "d2".into()]].concat(),
        Cells::Moments => [texts(&days), vec!["'1970-01-01 12:00:00'".into(), "d".into(), "ts2".into()]].concat(),
        Cells::Truth => vec!["TRUE".into(), "FALSE".into(), "active".into(), "flag".into()],
        _ => return None,
    };
    Some((quoted(field.name), others))
}

/// Decimal columns and expressions, with literals.
fn others() -> Vec<(String, Vec<String>)> {
    let owned = |some: &[&str]| some.iter().map(|other| (*other).to_owned()).collect::<Vec<_>>();
    let decimals = DECIMALS.iter().map(|decimal| (decimal.name.to_owned(), owned(decimal.literals)));
    let expressions = [
        ("few + tiny", owned(&["0", "1", "2.5", "small", "-128"])),
        ("spend / few", owned(&["0", "0.5", "33.3", "balance", "1e300"])),
        ("lower(country)", owned(&["'us'", "'de'", "''", "plan", "'US'"])),
        ("length(note)", owned(&["0", "1", "6", "few", "12.5"])),
        ("d - d2", owned(&["0", "1", "-30", "few", "3650"])),
        ("coalesce(plan, country)", owned(&["'pro'", "'US'", "'free'", "note", "'Pro'"])),
    ];
    decimals.chain(expressions.map(|(value, others)| (value.to_owned(), others))).collect()
}
