//! Reads aggregates of events: `orders.sum(amount, '30 days')`.

use sqlparser::ast::{Expr as Syntax, Function as SyntaxCall};

use super::windows::{event_date, until};
use super::{is_time, number, quoted};
use crate::model::{ColumnType, Events};
use crate::rule::RuleError;
use crate::rule::expr::Expr;
use crate::rule::expr::computed_column::{Aggregate, ComputedDefinition, EVENT_PATTERNS, EventCall};
use crate::rule::read::Reader;
use crate::text::nearest;

/// Maximum place of `nth`.
const MAX_PLACE: u32 = 1_000;

impl Reader<'_> {
    pub(super) fn aggregate(
        &self,
        events: &Events,
        word: &str,
        call: &SyntaxCall,
        syntax: &Syntax,
    ) -> Result<(ComputedDefinition, ColumnType), RuleError> {
        let lower = word.to_lowercase();
        let Some(&(name, mut aggregate)) = Aggregate::NAMES.iter().find(|(name, _)| *name == lower) else {
            let words = || Aggregate::NAMES.iter().map(|(name, _)| *name).chain(EVENT_PATTERNS);
            let error = self.error(syntax, format!("{} has no {word}", events.name));
            let near = nearest(&lower, words()).map(|near| format!("did you mean {}.{near}?", events.name));
            return Err(
                error.with_hint(near.unwrap_or_else(|| format!("it has {}", words().collect::<Vec<_>>().join(", "))))
            );
        };
        let mut arguments = self.call_arguments(call, syntax)?;
        let window = arguments.pop_if(|last| quoted(last).is_some());
        if let Aggregate::Nth(_) = aggregate {
            let place = arguments.pop_if(|last| number(last).is_some()).and_then(number);
            let place = place.filter(|place| place.fract() == 0.0 && (1.0..=f64::from(MAX_PLACE)).contains(place));
            let Some(place) = place else {
                let error = self.error(syntax, format!("nth takes a column and a place from 1 to {MAX_PLACE}"));
                return Err(error.with_hint(format!("write {}.nth(amount, 2)", events.name)));
            };
            aggregate = Aggregate::Nth(place as u32);
        }
        let argument = match (aggregate, arguments.as_slice()) {
            (Aggregate::Count, []) => None,
            (Aggregate::Count, _) => {
                return Err(self.error(syntax, "count takes nothing, or a window: count('30 days')"));
            }
            (_, [argument]) => Some(self.event_value(events, argument)?),
            _ => return Err(self.error(syntax, format!("{name} takes a column of {}: {name}(amount)", events.name))),
        };
        let kind = self.kind_of(aggregate, name, argument.as_deref(), events, syntax)?;
        let masked = events.columns.date.as_deref().filter(|date| events.schema.is_masked(date));
        if let Some(date) = masked.filter(|_| window.is_some() || aggregate.is_by_date()) {
            return Err(self.masked(date, syntax));
        }
        let mut filter = self.event_filter(events, call)?;
        filter = match window {
            Some(window) => filter.and(&self.window(window, events)?),
            None if aggregate.is_by_date() => match event_date(events) {
                // Events after the as-of date have not happened yet.
                Some(date) => filter.and(&until(&date, self.cx.today)?),
                None => filter,
            },
            None => filter,
        };
        Ok((ComputedDefinition::Events(EventCall { table: events.name.clone(), aggregate, argument, filter }), kind))
    }

    fn kind_of(
        &self,
        aggregate: Aggregate,
        word: &str,
        argument: Option<&Expr>,
        events: &Events,
        syntax: &Syntax,
    ) -> Result<ColumnType, RuleError> {
        let Some(argument) = argument else { return Ok(ColumnType::Integer) };
        let kind = argument.kind;
        let fits = match aggregate {
            Aggregate::Count | Aggregate::Distinct => true,
            Aggregate::Sum | Aggregate::Mean | Aggregate::Median => kind.is_number(),
            Aggregate::Min | Aggregate::Max => kind.is_number() || is_time(kind),
            Aggregate::First | Aggregate::Last | Aggregate::Nth(_) if events.columns.date.is_none() => {
                return Err(self.no_date(events, word, syntax));
            }
            Aggregate::First | Aggregate::Last | Aggregate::Nth(_) | Aggregate::Mode => kind != ColumnType::Other,
        };
        if !fits {
            return Err(self.error(syntax, format!("{argument} is {kind}: it has no {word}")));
        }
        Ok(match aggregate {
            Aggregate::Count | Aggregate::Distinct => ColumnType::Integer,
            Aggregate::Mean | Aggregate::Median => ColumnType::Float,
            _ => kind,
        })
    }
}
