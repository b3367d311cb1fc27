//! Random customers as rows, and random rules that are evaluated row by row in three truth values.

use std::fmt::Write as _;
use std::fs::File;
use std::path::Path;

use chrono::{Days, NaiveDate};
use crosscut::data::{self, BaseLocation, EventSource, LoadOptions};
use crosscut::engine::Engine;
use crosscut::engine::local::{LocalEngine, Tuning};
use crosscut::model::{TableColumns, TableKind};
use crosscut::rule::{self, Checked, Context, Namespace};
use polars::prelude::*;
use polars_io::parquet::write::ParquetWriter;

use crate::agree::tables::Dice;

/// Number of columns of truth values.
pub const FLAGS: usize = 6;
const PLANS: [&str; 5] = ["free", "pro", "", "Pro", "it's"];
pub const THEMES: [&str; 5] = ["price", "speed", "", "Price", "support"];
/// The as-of date.
pub const TODAY: &str = "2026-06-30";

pub fn today() -> NaiveDate {
    TODAY.parse().expect("a date")
}

#[derive(Debug, Clone)]
pub struct Customer {
    pub id: String,
    pub flags: [Option<bool>; FLAGS],
    pub plan: Option<&'static str>,
    /// One of up to 20.
    pub town: Option<String>,
    pub n: Option<i64>,
    /// NaN is stored for some who have none.
    pub x: Option<f64>,
    pub day: Option<NaiveDate>,
}

#[derive(Debug, Clone)]
pub struct Event {
    /// Key of a customer, or of nobody.
    pub id: String,
    pub date: Option<NaiveDate>,
    pub amount: Option<f64>,
    pub theme: Option<&'static str>,
    pub score: Option<i64>,
}

pub struct RandomBase {
    pub customers: Vec<Customer>,
    pub events: Vec<Event>,
    pub engine: LocalEngine,
    folder: tempfile::TempDir,
}

/// Returns true with this chance, in percent.
fn chance(dice: &mut Dice, percent: u64) -> bool {
    dice.below(100) < percent
}

fn one_of<T: Copy>(dice: &mut Dice, values: &[T]) -> T {
    values[dice.below(values.len() as u64) as usize]
}

impl RandomBase {
    pub fn new(seed: u64) -> Self {
        let mut dice = Dice(seed);
        let rows = match dice.below(10) {
            0 => 1 + dice.below(2),
            1 | 2 => 3 + dice.below(10),
            3..=8 => 20 + dice.below(120),
            _ => 500 + dice.below(500),
        };
        // The share of missing values and of each flag differ by column; some columns have one value only, or none.
        let missing: Vec<u64> = (0..FLAGS + 5).map(|_| one_of(&mut dice, &[0, 0, 5, 20, 60, 100])).collect();
        let share: Vec<u64> = (0..FLAGS).map(|_| one_of(&mut dice, &[0, 3, 15, 40, 70, 97, 100])).collect();
        let (plans, towns) = (1 + dice.below(5), 1 + dice.below(20));
        let (least, width) = (one_of(&mut dice, &[-3, 0, 1]), one_of(&mut dice, &[1, 3, 12, 100]));
        let days = one_of(&mut dice, &[1, 40, 900]);
        let numbers = one_of(&mut dice, &[0, 1, 2]);
        let customer = |at: u64, dice: &mut Dice| Customer {
            id: format!("C{at:04}"),
            flags: std::array::from_fn(|flag| (!chance(dice, missing[flag])).then(|| chance(dice, share[flag]))),
            plan: (!chance(dice, missing[FLAGS])).then(|| PLANS[dice.below(plans) as usize]),
            town: (!chance(dice, missing[FLAGS + 1])).then(|| format!("town {}", dice.below(towns))),
            n: (!chance(dice, missing[FLAGS + 2])).then(|| least + dice.below(width) as i64),
            x: (!chance(dice, missing[FLAGS + 3])).then(|| match numbers {
                0 => one_of(dice, &[0.0, -0.0, 1.0, 2.5, -1024.0]),
                1 => dice.between(-9_999, 9_999) as f64 / 16.0,
                _ => dice.below(5_000) as f64 / 100.0,
            }),
            day: (!chance(dice, missing[FLAGS + 4])).then(|| today() - Days::new(dice.below(days))),
        };
        let customers: Vec<Customer> = (0..rows).map(|at| customer(at, &mut dice)).collect();
        let gaps: Vec<u64> = (0..4).map(|_| one_of(&mut dice, &[0, 0, 10, 50, 100])).collect();
        let (themes, scores) = (1 + dice.below(5), 1 + dice.below(5));
        let number = dice.below(3 * rows + 1);
        let event = |dice: &mut Dice| Event {
            // Some rows are of nobody in the base, and most are of the first half.
            id: format!("C{:04}", if chance(dice, 80) { dice.below(rows / 2 + 1) } else { dice.below(rows + 5) }),
            date: (!chance(dice, gaps[0])).then(|| today() + Days::new(20) - Days::new(dice.below(days + 30))),
            amount: (!chance(dice, gaps[1])).then(|| dice.between(-100, 4_000) as f64 / 8.0),
            theme: (!chance(dice, gaps[2])).then(|| THEMES[dice.below(themes) as usize]),
            score: (!chance(dice, gaps[3])).then(|| dice.below(scores) as i64),
        };
        let events: Vec<Event> = (0..number).map(|_| event(&mut dice)).collect();
        let folder = tempfile::tempdir().expect("a temporary folder");
        let engine = open(&customers, &events, folder.path(), &mut dice);
        Self { customers, events, engine, folder }
    }

    pub fn checked(&self, text: &str) -> Checked {
        let names = Namespace::default();
        let cx = Context { schema: self.engine.schema(), names: &names, today: today() };
        rule::check(text, &cx).unwrap_or_else(|error| panic!("{text}: {}", error.describe(text)))
    }

    /// Returns the customers for whom a rule is true.
    pub fn rows(&self, rule: &Rule) -> Vec<&Customer> {
        self.customers.iter().filter(|one| rule.truth(one) == Some(true)).collect()
    }

    /// Returns the number of customers for whom all rules are true.
    pub fn count(&self, rules: &[&Rule]) -> u64 {
        self.customers.iter().filter(|one| rules.iter().all(|rule| rule.truth(one) == Some(true))).count() as u64
    }

    /// Describes the table for a failure.
    pub fn words(&self) -> String {
        let mut text = format!("{} customers in {}\n", self.customers.len(), self.folder.path().display());
        for one in self.customers.iter().take(12) {
            writeln!(text, "{one:?}").expect("room");
        }
        text
    }
}

fn open(customers: &[Customer], events: &[Event], folder: &Path, dice: &mut Dice) -> LocalEngine {
    let nothing = if chance(dice, 50) { Some(f64::NAN) } else { None };
    let mut columns = vec![
        Column::new("id".into(), customers.iter().map(|one| one.id.as_str()).collect::<Vec<_>>()),
        Column::new("plan".into(), customers.iter().map(|one| one.plan).collect::<Vec<_>>()),
        Column::new("town".into(), customers.iter().map(|one| one.town.as_deref()).collect::<Vec<_>>()),
        Column::new("n".into(), customers.iter().map(|one| one.n).collect::<Vec<_>>()),
        Column::new("x".into(), customers.iter().map(|one| one.x.or(nothing)).collect::<Vec<_>>()),
        Column::new("day".into(), customers.iter().map(|one| one.day).collect::<Vec<_>>()),
        Column::new("same".into(), vec![7i64; customers.len()]),
    ];
    for flag in 0..FLAGS {
        let values: Vec<Option<bool>> = customers.iter().map(|one| one.flags[flag]).collect();
        columns.push(Column::new(format!("f{flag}").into(), values));
    }
    let base = folder.join("customers.parquet");
    write(DataFrame::new(customers.len(), columns).expect("columns of one length"), &base);
    let columns = vec![
        Column::new("id".into(), events.iter().map(|one| one.id.as_str()).collect::<Vec<_>>()),
        Column::new("date".into(), events.iter().map(|one| one.date).collect::<Vec<_>>()),
        Column::new("amount".into(), events.iter().map(|one| one.amount).collect::<Vec<_>>()),
        Column::new("theme".into(), events.iter().map(|one| one.theme).collect::<Vec<_>>()),
        Column::new("score".into(), events.iter().map(|one| one.score).collect::<Vec<_>>()),
    ];
    let path = folder.join("events.parquet");
    write(DataFrame::new(events.len(), columns).expect("columns of one length"), &path);
    let options = LoadOptions { key: Some("id".into()), ..LoadOptions::default() };
    let base = data::load(&BaseLocation::Path(base), &options, &mut |_| {}, &|| false).expect("customers");
    let source = |name: &str, kind| EventSource {
        name: name.into(),
        path: path.display().to_string(),
        columns: TableColumns {
            date: Some("date".into()),
            theme: Some("theme".into()),
            kind,
            ..TableColumns::default()
        },
        ..Default::default()
    };
    let sources = [source("orders", TableKind::Events), source("survey", TableKind::Survey)];
    let tables = data::read_events(&sources, base.key.as_deref(), &|| false);
    assert!(tables.missing.is_empty(), "{:?}", tables.missing);
    let chunk = one_of(dice, &[64, 77, 1 << 16]);
    let tuning = Tuning { chunk, ..Tuning::default() };
    LocalEngine::with(base, tuning).with_events(tables, &Default::default(), &[], today()).expect("good tables")
}

fn write(mut frame: DataFrame, path: &Path) {
    let file = File::create(path).expect("a writable folder");
    ParquetWriter::new(file).with_row_group_size(Some(50)).finish(&mut frame).expect("a table that Parquet can hold");
}

/// A random rule, as a tree.
#[derive(Debug, Clone)]
pub enum Rule {
    Everyone,
    Nobody,
    Flag(usize),
    Plan(&'static str),
    NoPlan,
    Below(i64),
    AtLeast(f64),
    Since(NaiveDate),
    Not(Box<Rule>),
    IsNotTrue(Box<Rule>),
    And(Box<Rule>, Box<Rule>),
    Or(Box<Rule>, Box<Rule>),
}

impl Rule {
    pub fn random(dice: &mut Dice) -> Self {
        let part = |dice: &mut Dice| Box::new(Self::random(dice));
        match dice.below(20) {
            0 => Self::Everyone,
            1 => Self::Nobody,
            2..=9 => Self::Flag(dice.below(FLAGS as u64) as usize),
            10 | 11 => Self::Plan(one_of(dice, &PLANS)),
            12 => Self::NoPlan,
            13 => Self::Below(dice.between(-4, 60)),
            14 => Self::AtLeast(one_of(dice, &[-0.0, 0.0, 1.0, 20.5])),
            15 => Self::Since(today() - Days::new(dice.below(200))),
            16 => Self::Not(part(dice)),
            17 => Self::IsNotTrue(part(dice)),
            18 => Self::And(part(dice), part(dice)),
            _ => Self::Or(part(dice), part(dice)),
        }
    }

    pub fn text(&self) -> String {
        match self {
            Self::Everyone => "TRUE".into(),
            Self::Nobody => "n > 1000000".into(),
            Self::Flag(flag) => format!("f{flag}"),
            Self::Plan(plan) => format!("plan = '{}'", plan.replace('\'', "''")),
            Self::NoPlan => "plan IS NULL".into(),
            Self::Below(n) => format!("n < {n}"),
            Self::AtLeast(x) => format!("x >= {x:?}"),
            Self::Since(day) => format!("day >= DATE '{day}'"),
            Self::Not(inner) => format!("NOT ({})", inner.text()),
            Self::IsNotTrue(inner) => format!("({}) IS NOT TRUE", inner.text()),
            Self::And(a, b) => format!("({}) AND ({})", a.text(), b.text()),
            Self::Or(a, b) => format!("({}) OR ({})", a.text(), b.text()),
        }
    }

    pub fn truth(&self, one: &Customer) -> Option<bool> {
        match self {
            Self::Everyone => Some(true),
            Self::Nobody => one.n.map(|n| n > 1_000_000),
            Self::Flag(flag) => one.flags[*flag],
            Self::Plan(plan) => one.plan.map(|own| own == *plan),
            Self::NoPlan => Some(one.plan.is_none()),
            Self::Below(n) => one.n.map(|own| own < *n),
            Self::AtLeast(x) => one.x.map(|own| own >= *x),
            Self::Since(day) => one.day.map(|own| own >= *day),
            Self::Not(inner) => inner.truth(one).map(|truth| !truth),
            Self::IsNotTrue(inner) => Some(inner.truth(one) != Some(true)),
            Self::And(a, b) => match (a.truth(one), b.truth(one)) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (Some(true), Some(true)) => Some(true),
                _ => None,
            },
            Self::Or(a, b) => match (a.truth(one), b.truth(one)) {
                (Some(true), _) | (_, Some(true)) => Some(true),
                (Some(false), Some(false)) => Some(false),
                _ => None,
            },
        }
    }
}

/// Returns this many rules with names.
pub fn named(dice: &mut Dice, number: u64) -> Vec<(String, Rule)> {
    (0..number).map(|at| (format!("s{at}"), Rule::random(dice))).collect()
}
