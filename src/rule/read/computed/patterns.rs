//! Reads patterns of events: `orders.seq(…)`, `orders.again('60 days')`, `orders.regular('month', 3)`.

use std::sync::Arc;

use sqlparser::ast::{Expr as Syntax, Function as SyntaxCall};

use super::windows::until;
use super::{computed, number, quoted};
use crate::model::{ColumnType, Datum, Events};
use crate::rule::RuleError;
use crate::rule::dates::Interval;
use crate::rule::expr::computed_column::{Aggregate, ComputedDefinition, EventCall, EventPattern, PatternShape};
use crate::rule::expr::{Comparison, Expr, Node};
use crate::rule::read::{Reader, comparison};

/// Maximum number of periods of `regular`.
const MAX_PERIODS: i64 = 60;

impl Reader<'_> {
    /// Reads `orders.seq(category = 'toys', category = 'home', '30 days')` or `orders.again('60 days')`.
    pub(super) fn pattern(
        &self,
        events: &Events,
        word: &str,
        call: &SyntaxCall,
        syntax: &Syntax,
    ) -> Result<(ComputedDefinition, ColumnType), RuleError> {
        let date = self.dated(events, word, syntax)?;
        let mut arguments = self.call_arguments(call, syntax)?;
        let span = arguments.pop_if(|last| quoted(last).is_some());
        let span = span.map(|span| self.stretch(span)).transpose()?;
        let shape = match (word, arguments.as_slice(), span) {
            ("seq", [first, then], within) => {
                let (first, then) = (self.of_events(events, first)?, self.of_events(events, then)?);
                PatternShape::Sequence { first, then, within }
            }
            ("again", [], Some(after)) => PatternShape::Return { after },
            ("again", ..) => {
                let error = self.error(syntax, "again takes a length of time without events");
                return Err(error.with_hint(format!("write {}.again('60 days')", events.name)));
            }
            _ => {
                let error = self.error(syntax, "seq takes two conditions on events, and optionally a length of time");
                let example = format!("write {}.seq(category = 'toys', category = 'home', '30 days')", events.name);
                return Err(error.with_hint(example));
            }
        };
        let filter = self.event_filter(events, call)?.and(&until(&date, self.cx.today)?);
        let pattern = EventPattern { table: events.name.clone(), filter, shape };
        Ok((ComputedDefinition::Pattern(pattern), ColumnType::Boolean))
    }

    /// Reads `orders.regular('month', 3)`: an event in each of the last three months up to the as-of date, which is the same
    /// as a count of at least one in each.
    pub(super) fn regular(&self, events: &Events, call: &SyntaxCall, syntax: &Syntax) -> Result<Arc<Expr>, RuleError> {
        let date = self.dated(events, "regular", syntax)?;
        let wrong = || {
            let error = self.error(syntax, "regular takes a unit of time and a number of periods");
            error.with_hint(format!("write {}.regular('month', 3): in each of the last three months", events.name))
        };
        let arguments = self.call_arguments(call, syntax)?;
        let [unit, periods] = arguments.as_slice() else { return Err(wrong()) };
        let unit = quoted(unit).ok_or_else(wrong)?;
        let length = Interval::parse(&format!("1 {}", unit.trim())).ok_or_else(wrong)?;
        let periods = number(periods).filter(|n| n.fract() == 0.0).map(|n| n as i64).ok_or_else(wrong)?;
        if !(1..=MAX_PERIODS).contains(&periods) {
            return Err(self.error(syntax, format!("regular takes 1 to {MAX_PERIODS} periods")));
        }
        let own = self.event_filter(events, call)?;
        let place = self.place(syntax);
        let mut counts = Vec::new();
        for period in 0..periods {
            let from = self.days_since(&date, length, period + 1)?;
            let until = self.days_since(&date, length, period)?;
            let filter = own.and(&from).and(&until.negated());
            let aggregate = Aggregate::Count;
            let call_of = EventCall { table: events.name.clone(), aggregate, argument: None, filter };
            let source = ComputedDefinition::Events(call_of);
            let count = computed(source, ColumnType::Integer, call.to_string(), place.clone());
            let one = Arc::new(Expr::literal(Datum::Integer(1), place.clone()));
            counts.push(comparison::compare(Comparison::GreaterOrEqual, &count, &one)?);
        }
        Ok(match counts.len() {
            1 => counts.swap_remove(0),
            _ => Arc::new(Expr::condition(Node::And(counts), place)),
        })
    }
}
