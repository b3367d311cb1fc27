//! Runs random cases and draws random rules.

use std::fmt::Debug;
use std::sync::LazyLock;

use crosscut::model::Schema;
use crosscut::rule::{self, Checked, Context, Namespace, RuleError};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

static SCHEMA: LazyLock<Schema> = LazyLock::new(super::fields::schema);

pub fn check(text: &str) -> Result<Checked, RuleError> {
    let names = Namespace::default();
    rule::check(text, &Context { schema: &SCHEMA, names: &names, today: "2026-06-30".parse().expect("a date") })
}

/// The texts that are rules, with the checked rules.
pub fn checked(texts: &[String]) -> Vec<(&str, Checked)> {
    texts.iter().filter_map(|text| Some((text.as_str(), check(text).ok()?))).collect()
}

/// Runs this many cases, times `CROSSCUT_CASES`, and panics with the smallest that fails.
pub fn run<S: Strategy<Value: Debug>>(cases: u32, strategy: &S, holds: impl Fn(S::Value) -> Result<(), String>) {
    let cases = cases * from_environment("CROSSCUT_CASES").unwrap_or(1) as u32;
    let outcome = runner(cases).run(strategy, |case| holds(case).map_err(TestCaseError::fail));
    outcome.unwrap_or_else(|error| panic!("{error}"));
}

/// Draws this many values, without shrinking.
pub fn sample<S: Strategy>(number: usize, strategy: &S) -> Vec<S::Value> {
    let mut runner = runner(1);
    (0..number).map(|_| strategy.new_tree(&mut runner).expect("a value").current()).collect()
}

fn runner(cases: u32) -> TestRunner {
    let config = Config {
        cases,
        failure_persistence: None,
        max_shrink_iters: 3_000,
        max_shrink_time: 20_000,
        ..Config::default()
    };
    let mut seed = [7; 32];
    seed[..8].copy_from_slice(&from_environment("CROSSCUT_SEED").unwrap_or(0).to_le_bytes());
    TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &seed))
}

fn from_environment(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}
