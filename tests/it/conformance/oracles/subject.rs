//! The questions that laws ask, and the engines that answer them.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use crosscut::data::{Base, EventBase};
use crosscut::engine::local::{LocalEngine, Tuning};
use crosscut::engine::{
    Cancel, CountsQuestion, Engine, Grouping, GroupsQuestion, SummaryQuestion, TypedQuestion, ask_one,
};
use crosscut::rule::{self, Checked, Context, Namespace};

use super::rule::Rule;
use crate::rules::today;

/// An engine on some base, as the laws see it.
pub trait Subject {
    /// Number of customers in the base.
    fn customers(&self) -> u64;

    /// Returns true if the engine accepts the text as a rule.
    fn reads(&self, rule: &Rule) -> bool;

    /// Counts the customers of the filter for whom each rule is true.
    fn counts(&self, filter: &Rule, rules: &[Rule]) -> Result<Vec<u64>, String>;

    /// Sums a column over the filter's customers, and counts those with a value.
    fn sum(&self, filter: &Rule, value: &str) -> Result<(f64, u64), String>;

    /// Counts the filter's customers by the values of a column.
    fn groups(&self, filter: &Rule, by: &str) -> Result<BTreeMap<String, u64>, String>;
}

/// The local engine, with the as-of date of its rules.
pub struct Local {
    engine: LocalEngine,
    today: NaiveDate,
}

impl Local {
    pub fn new(base: Base) -> Self {
        Self::with(base, Tuning::default())
    }

    pub fn with(base: Base, tuning: Tuning) -> Self {
        Self { engine: LocalEngine::with(base, tuning), today: today() }
    }

    pub fn on_day(base: Base, events: EventBase, today: NaiveDate) -> Self {
        let engine = LocalEngine::new(base).with_events(vec![events], &BTreeMap::new(), &[], today);
        Self { engine: engine.expect("a base with a key"), today }
    }

    fn check(&self, rule: &Rule) -> Result<Checked, String> {
        let text = rule.to_string();
        let cx = Context { schema: self.engine.schema(), names: &Namespace::default(), today: self.today };
        rule::check(&text, &cx).map_err(|error| format!("{text}: {}", error.describe(&text)))
    }

    fn ask<Q: TypedQuestion + std::fmt::Debug>(&self, question: Q) -> Result<Q::Answer, String> {
        let answer = ask_one(&self.engine, &question, &Cancel::new());
        answer.map_err(|error| format!("no answer to {question:?}: {error}"))
    }
}

impl Subject for Local {
    fn customers(&self) -> u64 {
        self.engine.customers()
    }

    fn reads(&self, rule: &Rule) -> bool {
        self.check(rule).is_ok()
    }

    fn counts(&self, filter: &Rule, rules: &[Rule]) -> Result<Vec<u64>, String> {
        let rules = rules.iter().map(|rule| self.check(rule)).collect::<Result<_, _>>()?;
        let counts = self.ask(CountsQuestion { filter: self.check(filter)?, rules })?;
        Ok(counts.iter().map(|count| count.in_filter).collect())
    }

    fn sum(&self, filter: &Rule, value: &str) -> Result<(f64, u64), String> {
        let summary = self.ask(SummaryQuestion { filter: self.check(filter)?, value: Some(value.into()) })?;
        let value = summary.value.ok_or("a value was asked for")?;
        Ok((value.in_filter, value.known_in_filter))
    }

    fn groups(&self, filter: &Rule, by: &str) -> Result<BTreeMap<String, u64>, String> {
        let by = vec![Grouping::from(by)];
        let groups = self.ask(GroupsQuestion { filter: self.check(filter)?, by, value: None, limit: usize::MAX })?;
        let group = |group: &crosscut::engine::GroupFigures| (format!("{:?}", group.key), group.customers.in_filter);
        Ok(groups.groups.iter().map(group).collect())
    }
}
