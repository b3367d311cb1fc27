//! The question about a customer, a page of one row, and its answer as values and memberships.

use super::{ConditionState, CustomerRecord, Membership, MembershipKind};
use crate::engine::{PageQuestion, RowPage, Sort};
use crate::insight::catalog::{Catalog, SegmentationState};
use crate::insight::inquiry::{ReadAnswer, SingleInquiry};
use crate::model::{Datum, Schema, is_masked, reference};
use crate::rule::{Checked, Comparison, Node};
use crate::text::numbers;

/// Maximum number of values shown beside a condition.
const MAX_VALUES: usize = 3;

/// The question about a customer, and where each part of the answer stands.
pub type CustomerInquiry = SingleInquiry<CustomerReader>;

/// A customer as a row of a filter, in an order.
#[derive(Debug, Clone, PartialEq)]
pub struct CustomerPlace {
    pub filter: Checked,
    pub sort: Vec<Sort>,
    /// Index among the filter's customers in that order.
    pub row: u64,
}

/// Reads the page of one row.
#[derive(Debug, Clone, PartialEq)]
pub struct CustomerReader {
    question: PageQuestion,
    /// Number of the base's columns, which come first in the row.
    columns: usize,
    sets: Vec<SetToTest>,
}

/// A definition whose rules are tests of the question.
#[derive(Debug, Clone, PartialEq)]
struct SetToTest {
    kind: MembershipKind,
    name: String,
    label: String,
    /// Names and tests of the cells of a segmentation.
    cells: Vec<(String, usize)>,
    /// Test of the rule; `None` for a segmentation, or if the rule is in error.
    rule: Option<usize>,
    spans: Vec<ConditionToTest>,
    conditions: Vec<ConditionToTest>,
    error: Option<String>,
}

/// A condition with the place of its truth and values in the page.
#[derive(Debug, Clone, PartialEq)]
struct ConditionToTest {
    text: String,
    test: usize,
    /// Columns of the page.
    values: Vec<usize>,
    limit: Option<ValueLimit>,
}

/// Limit of a condition that compares one value of the customer with a number or a date.
#[derive(Debug, Clone, PartialEq)]
struct ValueLimit {
    /// True if the value has to be at least the limit, false if at most.
    is_least: bool,
    at: Datum,
}

impl ValueLimit {
    /// Returns the limit of a comparison; `None` for other conditions.
    fn from_condition(condition: &Checked) -> Option<Self> {
        let Node::Compare(comparison, left, right) = &condition.expr().node else { return None };
        let (comparison, at) = match (left.node.is_source(), right.node.is_source()) {
            (true, false) => (*comparison, right.as_literal()?),
            (false, true) => (comparison.turned(), left.as_literal()?),
            _ => return None,
        };
        let is_least = match comparison {
            Comparison::Greater | Comparison::GreaterOrEqual => true,
            Comparison::Less | Comparison::LessOrEqual => false,
            Comparison::Equal | Comparison::NotEqual => return None,
        };
        Some(Self { is_least, at: at.clone() })
    }

    /// Returns the distance of a value that misses the limit; `None` if there is no distance.
    fn distance(&self, value: &Datum) -> Option<String> {
        let difference = (value.number()? - self.at.number()?).abs();
        let size = match (value, &self.at) {
            _ if difference == 0.0 || !difference.is_finite() => return None,
            (Datum::Date(_), Datum::Date(_)) => numbers::counted(difference as u64, "day", "days"),
            (Datum::Timestamp(_), Datum::Timestamp(_)) => {
                numbers::counted((difference / 86_400.0).ceil() as u64, "day", "days")
            }
            (Datum::Date(_) | Datum::Timestamp(_), _) | (_, Datum::Date(_) | Datum::Timestamp(_)) => return None,
            _ if difference.fract() == 0.0 => numbers::grouped(difference, 0),
            _ => numbers::amount(Some(difference)),
        };
        Some(format!("{size} {}", if self.is_least { "short" } else { "over" }))
    }
}

impl CustomerReader {
    /// Returns the inquiry about a customer.
    pub fn inquiry(place: CustomerPlace, catalog: &Catalog, schema: &Schema, mask: &[String]) -> CustomerInquiry {
        let columns: Vec<String> = schema.columns().iter().map(|column| column.name.clone()).collect();
        let CustomerPlace { filter, sort, row } = place;
        let question = PageQuestion { filter, columns, sort, tests: Vec::new(), offset: row, limit: 1 };
        let mut reader = Self { columns: question.columns.len(), question, sets: Vec::new() };
        for entry in &catalog.segments {
            let set = match &entry.body {
                SegmentationState::Segment { text, rule } => {
                    let set = SetToTest::new(MembershipKind::Segment, &entry.name, &entry.name);
                    reader.with_rule(set, text, rule.as_ref().map_err(ToString::to_string), mask)
                }
                SegmentationState::Segmentation { cells: Err(reason), .. } => SetToTest {
                    error: Some(reason.clone()),
                    ..SetToTest::new(MembershipKind::Segmentation, &entry.name, &entry.name)
                },
                SegmentationState::Segmentation { cells: Ok(cells), .. } => {
                    let rules = cells.iter().filter_map(|cell| Some((cell.name.clone(), cell.rule.as_ref().ok()?)));
                    let cells = rules.map(|(name, rule)| (name, reader.test(rule))).collect();
                    SetToTest { cells, ..SetToTest::new(MembershipKind::Segmentation, &entry.name, &entry.name) }
                }
            };
            reader.sets.push(set);
        }
        for persona in &catalog.personas {
            let set = SetToTest::new(MembershipKind::Persona, &persona.id, &persona.name);
            let audience = persona.audience.as_ref().map_err(ToString::to_string);
            let mut set = reader.with_rule(set, &persona.text, audience, mask);
            if !persona.spans.is_empty() && !set.conditions.is_empty() {
                // The audience's text begins with the segments that the persona spans.
                set.conditions.remove(0);
                let spans = persona.spans.iter().filter_map(|span| Some((&span.name, span.segment.as_ref().ok()?)));
                let span = |(name, rule): (&String, &Checked)| ConditionToTest {
                    text: reference(name),
                    test: reader.test(rule),
                    values: Vec::new(),
                    limit: None,
                };
                set.spans = spans.map(span).collect();
            }
            reader.sets.push(set);
        }
        CustomerInquiry::asking(reader.question.clone(), reader)
    }

    fn with_rule(&mut self, set: SetToTest, text: &str, rule: Result<&Checked, String>, mask: &[String]) -> SetToTest {
        let rule = match rule {
            Ok(rule) => rule,
            Err(reason) => return SetToTest { error: Some(reason), ..set },
        };
        let conditions = rule.conjuncts().into_iter();
        let conditions = conditions.filter_map(|one| Some((text.get(one.place())?.to_owned(), one)));
        let conditions = conditions.map(|(text, condition)| ConditionToTest {
            text: without_parentheses(&text.split_whitespace().collect::<Vec<_>>().join(" ")).to_owned(),
            test: self.test(&condition),
            values: self.values(&condition, mask),
            limit: ValueLimit::from_condition(&condition),
        });
        let conditions = conditions.collect();
        SetToTest { rule: Some(self.test(rule)), conditions, ..set }
    }

    /// Returns the place of a rule among the tests.
    fn test(&mut self, rule: &Checked) -> usize {
        let tests = &mut self.question.tests;
        tests.iter().position(|other| other == rule).unwrap_or_else(|| {
            tests.push(rule.clone());
            tests.len() - 1
        })
    }

    /// Returns the columns of the page that a condition reads. Those of a segment that it names are left to the segment.
    fn values(&mut self, condition: &Checked, mask: &[String]) -> Vec<usize> {
        if condition.has_references() {
            return Vec::new();
        }
        let columns = &mut self.question.columns;
        let read = condition.columns().into_iter().filter(|column| !is_masked(mask, column)).take(MAX_VALUES);
        let at = |column: String| {
            columns.iter().position(|other| *other == column).unwrap_or_else(|| {
                columns.push(column);
                columns.len() - 1
            })
        };
        read.map(at).collect()
    }
}

/// Returns a condition without parentheses around all of it.
fn without_parentheses(text: &str) -> &str {
    let Some(inner) = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) else { return text };
    let (mut depth, mut quote) = (0_usize, None);
    for c in inner.chars() {
        match (c, quote) {
            (_, Some(open)) if c == open => quote = None,
            (_, Some(_)) => {}
            ('\'' | '"', None) => quote = Some(c),
            ('(', None) => depth += 1,
            // The first one is closed before the end.
            (')', None) if depth == 0 => return text,
            (')', None) => depth -= 1,
            _ => {}
        }
    }
    without_parentheses(inner.trim())
}

impl SetToTest {
    fn new(kind: MembershipKind, name: &str, label: &str) -> Self {
        let (cells, spans, conditions) = Default::default();
        Self { kind, name: name.into(), label: label.into(), cells, rule: None, spans, conditions, error: None }
    }
}

impl ReadAnswer for CustomerReader {
    type Question = PageQuestion;
    /// `None` if the filter has no such row.
    type Figures = Option<CustomerRecord>;

    fn read(&self, page: RowPage) -> Option<CustomerRecord> {
        let row = page.rows.first()?;
        let truth = |test: usize| page.tests.get(test).and_then(|truths| *truths.first()?);
        let value = |at: usize| Some((page.columns.get(at)?.clone(), row.get(at)?.clone()));
        let mut has_persona = false;
        let membership = |set: &SetToTest| {
            let cell = set.cells.iter().find(|(_, test)| truth(*test) == Some(true));
            let holds = match set.kind {
                MembershipKind::Segmentation => cell.map(|_| true),
                _ => set.rule.and_then(truth),
            };
            let is_first = set.kind == MembershipKind::Persona
                && holds == Some(true)
                && !std::mem::replace(&mut has_persona, true);
            let condition = |one: &ConditionToTest| {
                let (truth, values) = (truth(one.test), one.values.iter().filter_map(|at| value(*at)));
                let values: Vec<(String, Datum)> = values.collect();
                let distance = match (&one.limit, values.as_slice(), truth) {
                    (Some(limit), [(_, value)], Some(false)) => limit.distance(value),
                    _ => None,
                };
                ConditionState { text: one.text.clone(), truth, values, distance }
            };
            Membership {
                kind: set.kind,
                name: set.name.clone(),
                label: cell.map_or_else(|| set.label.clone(), |(name, _)| name.clone()),
                truth: holds,
                is_first,
                spans: set.spans.iter().map(condition).collect(),
                conditions: set.conditions.iter().map(condition).collect(),
                error: set.error.clone(),
            }
        };
        Some(CustomerRecord {
            memberships: self.sets.iter().map(membership).collect(),
            values: (0..self.columns).filter_map(value).collect(),
            total: page.total,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Column, ColumnType};
    use crate::rule::{Context, Namespace, check};

    fn distance(rule: &str, value: Datum) -> Option<String> {
        let column = |name: &str, column_type| Column { name: name.into(), column_type };
        let columns = vec![
            column("age", ColumnType::Integer),
            column("spend", ColumnType::Float),
            column("since", ColumnType::Date),
            column("plan", ColumnType::Text),
        ];
        let (schema, today) = (Schema::new(columns), "2026-06-30".parse().unwrap());
        let rule = check(rule, &Context { schema: &schema, names: &Namespace::default(), today }).unwrap();
        ValueLimit::from_condition(&rule)?.distance(&value)
    }

    #[test]
    fn parentheses_around_whole_condition_are_removed() {
        let cases = [
            ("(spend < 150)", "spend < 150"),
            ("((a OR (b)))", "a OR (b)"),
            ("(a) OR (b)", "(a) OR (b)"),
            ("(a = ')' OR b = '(')", "a = ')' OR b = '('"),
            ("a IN (1)", "a IN (1)"),
            ("(a IN (1))", "a IN (1)"),
        ];
        for (text, expected) in cases {
            assert_eq!(without_parentheses(text), expected);
        }
    }

    #[test]
    fn distance_is_measured_from_missed_limit() {
        let day = |text: &str| Datum::Date(text.parse().unwrap());
        assert_eq!(distance("age < 30", Datum::Integer(41)).as_deref(), Some("11 over"));
        assert_eq!(distance("30 > age", Datum::Integer(41)).as_deref(), Some("11 over"));
        assert_eq!(distance("spend > 1800", Datum::Float(103.25)).as_deref(), Some("1,697 short"));
        assert_eq!(distance("spend >= 0.5", Datum::Float(0.225)).as_deref(), Some("0.275 short"));
        let recent = "since >= today - INTERVAL '90 days'";
        assert_eq!(distance(recent, day("2026-03-29")).as_deref(), Some("3 days short"));
        assert_eq!(distance(recent, day("2026-03-31")).as_deref(), Some("1 day short"));
        assert_eq!(distance("age > 41", Datum::Integer(41)), None, "at the limit itself");
        assert_eq!(distance("age = 30", Datum::Integer(41)), None);
        assert_eq!(distance("plan > 'a'", Datum::Text("A".into())), None);
    }
}
