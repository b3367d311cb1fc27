//! Reads conditions and values over the rows of a table of events, with the values of their customers.

use std::sync::Arc;

use sqlparser::ast::{Expr as Syntax, Function as SyntaxCall};

use super::computed;
use crate::model::{Events, Lookup};
use crate::rule::expr::computed_column::ComputedDefinition;
use crate::rule::expr::{Expr, Node};
use crate::rule::read::Reader;
use crate::rule::resolve::CheckedRules;
use crate::rule::{Checked, Context, Namespace, RuleError};

impl Reader<'_> {
    /// Reads a column of the events, or an expression over their columns, in place.
    pub(super) fn event_value(&self, events: &Events, argument: &Syntax) -> Result<Arc<Expr>, RuleError> {
        if let Syntax::Identifier(_) = argument {
            let column = self.own_column(argument, &events.schema)?;
            let node = Node::Column(column.name.clone());
            return Ok(Arc::new(Expr::new(node, column.column_type, self.place(argument))));
        }
        let value = self.over(events, |reader| reader.value_of(argument))?;
        match value.as_literal() {
            Some(_) => Err(self.error(argument, format!("expected a column of {}", events.name))),
            None => Ok(value.normal()),
        }
    }

    /// Reads the FILTER of a call over events.
    pub(super) fn event_filter(&self, events: &Events, call: &SyntaxCall) -> Result<Checked, RuleError> {
        call.filter.as_ref().map_or_else(|| Ok(Checked::everyone()), |filter| self.of_events(events, filter))
    }

    /// Reads a rule over the events' own columns, in place.
    pub(super) fn of_events(&self, events: &Events, filter: &Syntax) -> Result<Checked, RuleError> {
        self.over(events, |reader| reader.condition(filter)).map(Checked::new)
    }

    /// Reads with a reader over the events' own columns.
    fn over<T>(&self, events: &Events, read: impl FnOnce(&Reader) -> Result<T, RuleError>) -> Result<T, RuleError> {
        let (names, known) = (Namespace::default(), CheckedRules::default());
        let cx = Context { schema: &events.schema, names: &names, today: self.cx.today };
        read(&Reader::over_events(&cx, &known, self))
    }

    /// In a rule over events, reads a column of the base or a call over a table of events as a value of the event's customer;
    /// `None` if it is neither.
    pub(in crate::rule::read) fn value_of_customer(&self, syntax: &Syntax) -> Result<Option<Arc<Expr>>, RuleError> {
        let Some(base) = self.of_customer else { return Ok(None) };
        let is_known = match syntax {
            Syntax::Identifier(name) => base.cx.schema.find(&name.value) != Lookup::Missing,
            Syntax::Function(call) => match call.name.0.as_slice() {
                [table, _] => table.as_ident().is_some_and(|table| base.cx.schema.events(&table.value).is_some()),
                _ => false,
            },
            _ => false,
        };
        if !is_known {
            return Ok(None);
        }
        let value = base.value_of(syntax)?.normal();
        let mut is_of_personas = false;
        value.visit(&mut |expr| is_of_personas |= matches!(expr.node, Node::Persona));
        if is_of_personas {
            return Err(self.error(syntax, "a rule over events cannot ask for the customer's persona"));
        }
        let (kind, place) = (value.kind, self.place(syntax));
        let label = self.text.get(place.clone()).unwrap_or_default().to_owned();
        let source = ComputedDefinition::OfCustomer(value);
        Ok(Some(computed(source, kind, label, place)))
    }
}
