//! Retention: customers by the period of their first event, and how many of them have an event in each later period.
//!
//! A customer is active in a period if an event of theirs lies in it. A cohort's share is of its own customers, as in the usual
//! retention table. Events after the as-of date have not happened yet; cells whose period has not begun are empty.

use chrono::NaiveDate;

use super::figures;
use super::inquiry::{Inquiry, NewestFact, Open, QuestionSlot};
use super::suppress::{self, DisclosedCount};
use crate::engine::{Answer, EngineError, GroupAnswer, Grouping, GroupsQuestion, Question};
use crate::model::{Cut, DateUnit, Datum, Events, Schema, TableKind, quote_name};
use crate::rule::{self, Checked, Context, Namespace};

/// Units in which retention is counted.
pub const UNITS: [DateUnit; 4] = [DateUnit::Week, DateUnit::Month, DateUnit::Quarter, DateUnit::Year];

/// Maximum number of periods after the first.
pub const MAX_PERIODS: usize = 60;

/// Events and customers that retention is counted for.
#[derive(Debug, Clone, PartialEq)]
pub struct RetentionSubject {
    /// Table of events.
    pub table: String,
    pub unit: DateUnit,
    /// Number of periods after the first.
    pub periods: usize,
    pub filter: Checked,
    /// The as-of date.
    pub today: NaiveDate,
}

/// Customers whose first event lies in one period.
#[derive(Debug, Clone, PartialEq)]
pub struct Cohort {
    /// First day of the period.
    pub start: NaiveDate,
    pub customers: DisclosedCount,
    /// Number of active customers in each period that has begun. The first period has all of the cohort.
    pub active: Vec<DisclosedCount>,
}

/// The cohorts of a table of events, oldest first.
#[derive(Debug, Clone, PartialEq)]
pub struct Retention {
    /// Table of events, and the column of their dates.
    pub table: String,
    pub date: String,
    pub unit: DateUnit,
    /// Number of periods after the first, at most.
    pub periods: usize,
    pub cohorts: Vec<Cohort>,
    /// Customers of the filter.
    pub whole: u64,
    /// The as-of date, which cuts the last period of each cohort short unless it is the last day of it.
    pub today: NaiveDate,
}

impl Retention {
    /// Returns the share of a cohort that was active in a period.
    pub fn share(&self, cohort: &Cohort, period: usize) -> Option<f64> {
        figures::share(cohort.active.get(period)?.count()?, cohort.customers.count()?)
    }

    /// Returns the share of all customers that were active in a period, of the cohorts that are shown for it and whose period
    /// is over.
    pub fn total_share(&self, period: usize) -> Option<f64> {
        let over = |cohort: &&Cohort| !self.is_running(cohort, period);
        let shown = self
            .cohorts
            .iter()
            .filter(over)
            .filter_map(|cohort| Some((cohort.active.get(period)?.count()?, cohort.customers.count()?)));
        let (active, customers) = shown.fold((0, 0), |sum, (active, of)| (sum.0 + active, sum.1 + of));
        figures::share(active, customers)
    }

    /// Returns true if the as-of date lies in the cohort's period, so that its count may still grow.
    pub fn is_running(&self, cohort: &Cohort, period: usize) -> bool {
        let end = nth(self.unit, cohort.start, period + 1);
        let last_day = end.and_then(|end| end.pred_opt());
        cohort.active.len() == period + 1 && last_day.is_none_or(|last| last > self.today)
    }
}

/// Returns the conditions, as rules write them, that hold for a cohort's customers who are active this number of periods
/// after their first one.
pub fn conditions(table: &str, date: &str, unit: DateUnit, start: NaiveDate, period: usize) -> Vec<String> {
    let (table, date) = (quote_name(table), quote_name(date));
    let first = format!("{table}.min({date})");
    let mut conditions = vec![format!("{first} >= DATE '{start}'")];
    conditions.extend(unit.next(start).map(|end| format!("{first} < DATE '{end}'")));
    if let (true, Some(from)) = (period > 0, nth(unit, start, period)) {
        let until = unit.next(from).map(|end| format!(" AND {date} < DATE '{end}'")).unwrap_or_default();
        conditions.push(format!("{table}.count() FILTER (WHERE {date} >= DATE '{from}'{until}) >= 1"));
    }
    conditions
}

/// Returns the first day of the period that begins this number of periods later.
fn nth(unit: DateUnit, start: NaiveDate, periods: usize) -> Option<NaiveDate> {
    (0..periods).try_fold(start, |day, _| unit.next(day))
}

/// Inquiry for the retention of customers. It first asks for the cohorts, then for the active customers of each period
/// that any cohort has reached.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RetentionInquiry {
    subject: Option<RetentionSubject>,
    /// The rules that hold for customers with an event one period after their first, two periods, and so on.
    rules: Vec<Checked>,
    cohorts: Option<Grouping>,
    /// Column of the events' dates.
    date: String,
    min_cell: u64,
    first: Open<GroupsQuestion>,
    later: Vec<Open<GroupsQuestion>>,
    sizes: Option<GroupAnswer>,
    active: Vec<Option<GroupAnswer>>,
    pub found: NewestFact<Retention>,
}

impl RetentionInquiry {
    /// Creates an inquiry about a table of events that has dates.
    pub fn new(subject: RetentionSubject, schema: &Schema, min_cell: u64) -> Self {
        match rules(&subject, schema) {
            Err(reason) => Self { found: NewestFact::wrong(reason), subject: Some(subject), ..Self::default() },
            Ok((column, rules)) => {
                let by = Grouping { column, cut: Cut::Dates(subject.unit) };
                let question = groups(&subject.filter, &by);
                Self {
                    rules,
                    cohorts: Some(by),
                    date: schema
                        .events(&subject.table)
                        .and_then(|events| events.columns.date.clone())
                        .unwrap_or_default(),
                    min_cell,
                    first: Open::new(question),
                    subject: Some(subject),
                    ..Self::default()
                }
            }
        }
    }

    /// Creates an inquiry that fails for this reason without a question.
    pub fn wrong(reason: impl Into<String>) -> Self {
        Self { found: NewestFact::wrong(reason), ..Self::default() }
    }

    /// Returns the inquiry with the result of an earlier one, marked as outdated, until it has its own.
    pub fn after(self, earlier: Self) -> Self {
        Self { found: self.found.after(earlier.found), ..self }
    }

    /// Marks the result as outdated and closes the open questions, since the subject has changed.
    pub fn outdate(&mut self) {
        self.first = Open::default();
        self.later.clear();
        self.found.outdate();
    }

    /// Returns true if there is neither a current result nor an open question.
    pub fn needs_asking(&self) -> bool {
        self.found.is_waiting() && !self.first.is_open() && !self.later.iter().any(Open::is_open)
    }

    /// Asks about the periods that the oldest cohort has reached.
    fn ask_later(&mut self) {
        let (Some(subject), Some(by), Some(sizes)) = (&self.subject, &self.cohorts, &self.sizes) else { return };
        let starts = sizes.groups.iter().filter_map(|group| start(&group.key));
        let oldest = starts.min();
        let reached = |period: usize| {
            oldest.and_then(|oldest| nth(subject.unit, oldest, period)).is_some_and(|start| start <= subject.today)
        };
        let periods = (1..=subject.periods).take_while(|period| reached(*period)).count();
        let asked = self.rules.iter().take(periods);
        self.later = asked.map(|rule| Open::new(groups(&subject.filter.and(rule), by))).collect();
        self.active = vec![None; periods];
    }

    fn settle(&mut self) {
        if self.later.iter().any(Open::is_open) {
            return;
        }
        let (Some(subject), Some(sizes)) = (&self.subject, self.sizes.take()) else { return };
        let active: Option<Vec<GroupAnswer>> = std::mem::take(&mut self.active).into_iter().collect();
        if let Some(active) = active {
            self.found.set(retention(subject, &sizes, &active, &self.date, self.min_cell));
        }
    }
}

impl Inquiry for RetentionInquiry {
    type Result = NewestFact<Retention>;

    fn open(&self) -> Vec<(QuestionSlot, Question)> {
        let later = self.later.iter().enumerate().filter_map(|(n, question)| question.at(n + 1));
        self.first.at(0).into_iter().chain(later).collect()
    }

    fn take(&mut self, slot: QuestionSlot, answer: Result<Answer, EngineError>) {
        let (question, at) = match slot.0.checked_sub(1) {
            None => (Some(&mut self.first), None),
            Some(at) => (self.later.get_mut(at), Some(at)),
        };
        let Some(answer) = question.and_then(|question| question.take(answer)) else { return };
        match (answer, at) {
            // Fewer than `min_cell` of the filter's customers are active then, so fewer are of each cohort.
            (Err(EngineError::Withheld(_)), Some(at)) if self.min_cell > 0 => {
                let customers = self.sizes.as_ref().map(|sizes| sizes.customers).unwrap_or_default();
                let (by, groups) = (Vec::new(), Vec::new());
                self.active[at] = Some(GroupAnswer { by, groups, left_out: 0, customers, value: None });
                self.settle();
            }
            (Err(error), _) => {
                self.later.clear();
                self.found.settle(Err(error));
            }
            (Ok(sizes), None) => {
                self.sizes = Some(sizes);
                self.ask_later();
                self.settle();
            }
            (Ok(active), Some(at)) => {
                self.active[at] = Some(active);
                self.settle();
            }
        }
    }

    fn result(&self) -> &Self::Result {
        &self.found
    }
}

fn groups(filter: &Checked, by: &Grouping) -> GroupsQuestion {
    GroupsQuestion { filter: filter.clone(), by: vec![by.clone()], value: None, limit: usize::MAX }
}

fn start(key: &[Datum]) -> Option<NaiveDate> {
    match key {
        [Datum::Date(day)] => Some(*day),
        [Datum::Timestamp(at)] => Some(at.date()),
        _ => None,
    }
}

/// Returns the expression of a customer's first event, and for each later period the rule that the customer is active in it.
fn rules(subject: &RetentionSubject, schema: &Schema) -> Result<(String, Vec<Checked>), String> {
    let RetentionSubject { table, unit, periods, today, .. } = subject;
    let Some(events) = schema.events(table) else {
        let names: Vec<&str> = schema.all_events().iter().map(|events| events.name.as_str()).collect();
        return Err(match names.as_slice() {
            [] => "retention needs a table of events: name one in config.toml under [tables]".into(),
            names => format!("there is no table of events \"{table}\"; there are {}", names.join(", ")),
        });
    };
    let date = events.columns.date.as_deref();
    let date =
        date.ok_or_else(|| format!("retention needs a date column: write date = \"…\" under [tables.{table}]"))?;
    let (table, date) = (quote_name(&events.name), quote_name(date));
    let happened = format!("{date} < today + INTERVAL '1 day'");
    let first = format!("{table}.min({date}) FILTER (WHERE {happened})");
    let names = Namespace::default();
    let cx = Context { schema, names: &names, today: *today };
    let rule = |period: usize| {
        let since = format!("date_diff('{unit}', date_trunc('{unit}', {first}), date_trunc('{unit}', {date}))");
        let text = format!("{table}.count() FILTER (WHERE {happened} AND {since} = {period}) >= 1");
        rule::check(&text, &cx).map_err(|error| error.message)
    };
    let rules = (1..=(*periods).min(MAX_PERIODS)).map(rule).collect::<Result<Vec<_>, _>>()?;
    Ok((first, rules))
}

fn retention(
    subject: &RetentionSubject,
    sizes: &GroupAnswer,
    active: &[GroupAnswer],
    date: &str,
    min_cell: u64,
) -> Retention {
    let counts: Vec<_> = sizes.groups.iter().map(|group| group.customers).collect();
    let shown = suppress::pairs(&counts, sizes.customers, min_cell);
    let active_in = |answer: &GroupAnswer, key: &[Datum]| {
        answer.groups.iter().find(|group| group.key == key).map_or(0, |group| group.customers.in_filter)
    };
    let mut cohorts: Vec<Cohort> = Vec::new();
    for (group, (customers, _)) in sizes.groups.iter().zip(shown) {
        let (Some(start), true) = (start(&group.key), group.customers.in_filter > 0) else { continue };
        let begun = |period: &usize| nth(subject.unit, start, *period).is_some_and(|day| day <= subject.today);
        let periods = (1..=active.len()).take_while(begun);
        let of_period = |period: usize| match customers.count() {
            Some(whole) => suppress::near_whole(active_in(&active[period - 1], &group.key), whole, min_cell),
            None => DisclosedCount::Hidden,
        };
        let active = std::iter::once(customers).chain(periods.map(of_period)).collect();
        cohorts.push(Cohort { start, customers, active });
    }
    cohorts.sort_by_key(|cohort| cohort.start);
    let whole = sizes.customers.in_filter;
    let (table, date) = (subject.table.clone(), date.to_owned());
    Retention { table, date, unit: subject.unit, periods: active.len(), cohorts, whole, today: subject.today }
}

/// Returns the table whose retention is counted unless another is named: the first with dates, `orders` before others.
pub fn usual_table(schema: &Schema) -> String {
    let is_dated = |events: &&Events| events.columns.kind == TableKind::Events && events.columns.date.is_some();
    let dated = || schema.all_events().iter().filter(is_dated);
    let orders = dated().find(|events| events.name.eq_ignore_ascii_case("orders"));
    orders.or_else(|| dated().next()).map_or_else(|| "orders".to_owned(), |events| events.name.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{CustomerCount, GroupFigures};

    /// A period in which all of a cohort were active looks like one in which all but a few were.
    #[test]
    fn period_of_nearly_whole_cohort_is_no_exact_count() {
        let start: NaiveDate = "2026-01-01".parse().expect("a date");
        let answer = |in_filter| GroupAnswer {
            by: vec!["first".into()],
            groups: vec![GroupFigures {
                key: vec![Datum::Date(start)],
                customers: CustomerCount { in_filter, in_base: in_filter },
                value_sum: 0.0,
                value_known: 0,
                value_largest: 0.0,
            }],
            left_out: 0,
            customers: CustomerCount { in_filter: 100, in_base: 100 },
            value: None,
        };
        let subject = RetentionSubject {
            filter: Checked::everyone(),
            table: "orders".into(),
            unit: DateUnit::Month,
            periods: 4,
            today: "2026-06-30".parse().expect("a date"),
        };
        let active = [100, 94, 50, 4].map(answer);
        let found = retention(&subject, &answer(100), &active, "date", 10);
        let (over, under) = (DisclosedCount::Over(90), DisclosedCount::Under(10));
        assert_eq!(found.cohorts[0].active, [DisclosedCount::Count(100), over, over, DisclosedCount::Count(50), under]);
    }
}
