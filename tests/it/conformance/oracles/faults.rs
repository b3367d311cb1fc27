//! Engines with one deliberate fault each, and the law that has to notice it. A law that notices nothing proves
//! nothing.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use chrono::NaiveDate;
use crosscut::data::{Base, BaseTable, EventBase};
use crosscut::engine::local::Tuning;
use polars::prelude::{DataFrame, RoundMode, RoundSeries};

use super::bases::{self, Form};
use super::clock;
use super::laws::LAWS;
use super::rule::Rule;
use super::samples::{Sample, base, frame, samples};
use super::subject::{Local, Subject};
use crate::agree::cases::sample;
use crate::rules::today;

/// Number of samples within which a law has to notice the fault.
const SAMPLES: usize = 150;

/// A deliberate fault.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Fault {
    /// NOT treats null as false: it flips the bits and forgets the nulls.
    NotOfNullIsTrue,
    NotDropped,
    FilterIgnored,
    /// A sum includes customers for whom the filter is null.
    SumsTakeNull,
    CaseTakesNull,
    /// OR treats null as false.
    OrOfNullIsFalse,
    NotNotIsTrue,
    /// BETWEEN excludes its upper bound.
    UpperBoundLost,
    /// A list compares its values without regard to case.
    CaseIgnoredInLists,
    NullInListIgnored,
    DistinctIsNotEqual,
    /// The last rows are not counted.
    LastChunkLost,
    /// Answers are cached by a text that lacks the case and the filter.
    StaleCache,
}

/// An engine with a fault.
struct Faulty {
    inner: Local,
    fault: Fault,
    customers: u64,
    kept: RefCell<HashMap<String, Vec<u64>>>,
}

impl Faulty {
    fn new(base: Base, fault: Fault) -> Self {
        let customers = base.table.rows() as u64;
        let base = if fault == Fault::LastChunkLost { without_last(base) } else { base };
        Self { inner: Local::new(base), fault, customers, kept: RefCell::default() }
    }

    /// Returns the rule that the faulty engine evaluates instead.
    fn taken(&self, rule: &Rule) -> Rule {
        rule.clone().map(&|rule| spoil(self.fault, rule))
    }
}

fn without_last(base: Base) -> Base {
    let BaseTable::Memory(frame) = &base.table else { return base };
    let rows = frame.height() - frame.height().div_ceil(8);
    Base { table: BaseTable::Memory(frame.slice(0, rows)), ..base }
}

fn spoil(fault: Fault, rule: Rule) -> Rule {
    let assume = |rule: Rule, truth: &str| Rule::text(format!("coalesce({rule}, {truth})"));
    match (fault, rule) {
        (Fault::NotOfNullIsTrue, Rule::Not(inner)) => assume(inner.not(), "TRUE"),
        (Fault::NotDropped, Rule::Not(inner)) => *inner,
        (Fault::CaseTakesNull, Rule::Case(inner)) => assume(*inner, "TRUE").case(),
        (Fault::OrOfNullIsFalse, Rule::Or(a, b)) => assume(*a, "FALSE").or(assume(*b, "FALSE")),
        (Fault::NotNotIsTrue, Rule::Not(inner)) => match *inner {
            Rule::Not(innermost) => innermost.truth_test(),
            inner => inner.not(),
        },
        (Fault::UpperBoundLost, Rule::Between { value, low, high, negated }) => {
            let within = Rule::compare(&value, ">=", &low).and(Rule::compare(&value, "<", &high));
            if negated { within.not() } else { within }
        }
        (Fault::CaseIgnoredInLists, Rule::In { value, list, negated }) => {
            let is_text = list.iter().any(|item| item.starts_with('\''));
            // A quoted date has no case.
            let is_text = is_text && !list.iter().any(|item| item.starts_with("'1") || item.starts_with("'2"));
            let lower = |text: &String| if is_text { format!("lower({text})") } else { text.clone() };
            Rule::In { value: lower(&value), list: list.iter().map(lower).collect(), negated }
        }
        (Fault::NullInListIgnored, Rule::In { value, mut list, negated: true }) if list.len() > 1 => {
            list.retain(|item| item != "NULL");
            Rule::In { value, list, negated: true }
        }
        (Fault::DistinctIsNotEqual, Rule::Distinct { left, right, negated }) => {
            Rule::Compare(left, if negated { "=" } else { "<>" }, right)
        }
        (_, rule) => rule,
    }
}

impl Subject for Faulty {
    fn customers(&self) -> u64 {
        self.customers
    }

    fn reads(&self, rule: &Rule) -> bool {
        self.inner.reads(rule) && self.inner.reads(&self.taken(rule))
    }

    fn counts(&self, filter: &Rule, rules: &[Rule]) -> Result<Vec<u64>, String> {
        let rules: Vec<Rule> = rules.iter().map(|rule| self.taken(rule)).collect();
        match self.fault {
            Fault::FilterIgnored => self.inner.counts(&Rule::Everyone, &rules),
            Fault::StaleCache => {
                let key = format!("{rules:?}").to_lowercase();
                if let Some(kept) = self.kept.borrow().get(&key) {
                    return Ok(kept.clone());
                }
                let counts = self.inner.counts(filter, &rules)?;
                self.kept.borrow_mut().insert(key, counts.clone());
                Ok(counts)
            }
            _ => self.inner.counts(&self.taken(filter), &rules),
        }
    }

    fn sum(&self, filter: &Rule, value: &str) -> Result<(f64, u64), String> {
        let filter = self.taken(filter);
        let filter = if self.fault == Fault::SumsTakeNull { filter.clone().or(filter.null_test()) } else { filter };
        self.inner.sum(&filter, value)
    }

    fn groups(&self, filter: &Rule, by: &str) -> Result<BTreeMap<String, u64>, String> {
        self.inner.groups(&self.taken(filter), by)
    }
}

/// Counts the samples in which the law notices the fault.
fn noticed<T>(samples: &[T], mut law: impl FnMut(&T) -> Result<(), String>) -> usize {
    samples.iter().filter(|sample| law(sample).is_err()).count()
}

#[test]
fn rule_laws_detect_their_faults() {
    let faults = [
        (Fault::NotOfNullIsTrue, "partition"),
        (Fault::NotDropped, "partition"),
        (Fault::LastChunkLost, "partition"),
        (Fault::FilterIgnored, "partition within a filter"),
        (Fault::StaleCache, "partition within a filter"),
        (Fault::SumsTakeNull, "partition of a sum"),
        (Fault::CaseTakesNull, "case"),
        (Fault::OrOfNullIsFalse, "de morgan"),
        (Fault::NotNotIsTrue, "double negation"),
        (Fault::UpperBoundLost, "between"),
        (Fault::CaseIgnoredInLists, "in"),
        (Fault::NullInListIgnored, "in"),
        (Fault::DistinctIsNotEqual, "distinct"),
    ];
    let samples: Vec<Sample> = sample(SAMPLES, &samples());
    for (fault, name) in faults {
        let (_, law) = LAWS.into_iter().find(|(known, _)| *known == name).expect("a law of this name");
        let noticed = noticed(&samples, |sample| law(&Faulty::new(base(frame(&sample.table)), fault), sample));
        assert!(noticed > 0, "the law of {name} does not notice {fault:?}");
    }
}

fn with<const FAULT: usize>(base: Base) -> Box<dyn Subject> {
    Box::new(Faulty::new(base, [Fault::LastChunkLost, Fault::StaleCache][FAULT]))
}

#[test]
fn row_order_law_detects_lost_rows() {
    let noticed = noticed(&sample(40, &samples()), |sample| bases::order_of_rows(with::<0>, sample));
    assert!(noticed > 0);
}

#[test]
fn cache_law_detects_stale_cache() {
    let samples = sample(20, &(bases::alike(), crate::agree::tables::tables()));
    let noticed = noticed(&samples, |(rules, table)| bases::cold_and_cached(with::<1>, rules, table));
    assert!(noticed > 0);
}

#[test]
fn row_group_law_detects_lost_row() {
    /// Drops the first row of the second group.
    fn reader(frame: &DataFrame, folder: &Path, form: Form) -> Base {
        let Form::Parquet(rows) = form else { panic!("only Parquet has row groups") };
        let rows = rows.min(frame.height());
        let rest = frame.slice(rows as i64 + 1, usize::MAX);
        let lost = frame.slice(0, rows).vstack(&rest).expect("rows of one table");
        bases::through_file(&lost, folder, form)
    }
    let noticed = noticed(&sample(12, &samples()), |sample| bases::row_groups(reader, sample, 64));
    assert!(noticed > 0);
}

#[test]
fn format_law_detects_rounding() {
    fn reader(frame: &DataFrame, folder: &Path, form: Form) -> Base {
        let mut frame = frame.clone();
        if matches!(form, Form::Csv) {
            let spend = frame.column("spend").expect("a column").as_materialized_series().clone();
            let rounded = spend.round(0, RoundMode::HalfAwayFromZero).expect("a float column");
            frame.with_column(rounded.into()).expect("of one length");
        }
        bases::through_file(&frame, folder, form)
    }
    let noticed = noticed(&sample(20, &samples()), |sample| bases::formats(reader, sample));
    assert!(noticed > 0);
}

#[test]
fn memory_law_detects_rows_lost_with_little_memory() {
    fn engine(base: Base, tuning: Tuning) -> Box<dyn Subject> {
        let base = if tuning.memory == 0 { without_last(base) } else { base };
        Box::new(Local::with(base, tuning))
    }
    let noticed = noticed(&sample(20, &samples()), |sample| bases::memory(engine, sample));
    assert!(noticed > 0);
}

#[test]
fn clock_law_detects_fixed_clock() {
    fn engine(base: Base, events: EventBase, _: NaiveDate) -> Box<dyn Subject> {
        Box::new(Local::on_day(base, events, today()))
    }
    let noticed = noticed(&sample(40, &clock::moved()), |moved| clock::clock(engine, moved));
    assert!(noticed > 0);
}
