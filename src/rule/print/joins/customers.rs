//! Values of the customers that rules over events read.

use std::collections::HashMap;
use std::sync::Arc;

use super::keys::keys;
use super::{BASE, JoinBuilder, joins};
use crate::rule::expr::computed_column::ComputedDefinition;
use crate::rule::expr::{Expr, Node};
use crate::rule::print::Refused;
use crate::rule::print::names::unused;
use crate::rule::print::printer::Printer;
use crate::rule::print::sql::{SqlPiece, comparison};

/// Values of the customers, joined to their events.
pub(super) struct OwnerValues {
    /// `JOIN …`, to stand behind the table of events.
    pub(super) join: String,
    /// Names of the values, by canonical text.
    pub(super) values: HashMap<String, SqlPiece>,
}

impl JoinBuilder<'_> {
    /// Builds the join of the events to the values of their customers that these rules over events read; `None` if they read
    /// none.
    pub(super) fn owners(
        &self,
        rules: &[&Expr],
        (events, own_key): (&str, &SqlPiece),
        used: &mut Vec<String>,
        expr: &Expr,
    ) -> Result<Option<OwnerValues>, Refused> {
        let mut values: Vec<(String, Arc<Expr>)> = Vec::new();
        for rule in rules {
            rule.visit(&mut |expr| {
                if let Node::Computed(computed) = &expr.node
                    && let ComputedDefinition::OfCustomer(value) = &computed.source
                    && !values.iter().any(|(text, _)| *text == computed.text)
                {
                    values.push((computed.text.clone(), value.clone()));
                }
            });
        }
        if values.is_empty() {
            return Ok(None);
        }
        let base = &self.tables.schema;
        let on = base.events(events).and_then(|events| events.columns.on.as_deref());
        if on.is_some_and(|on| base.key() != Some(on)) {
            let why = "the events are not joined by the customers' key, so that an event has no one customer";
            return Err(Refused::new(expr, why));
        }
        let say = |said| self.say(said, expr);
        let (_, base_key) = keys(self.tables, self.syntax, events)?;
        let nested = joins(values.iter().map(|(_, value)| value.as_ref()), self.syntax, self.tables)?;
        let printer = Printer {
            qualifier: Some(say(self.syntax.identifier(BASE))?),
            computed: nested.values.into_iter().map(|(text, joined)| (text, joined.sql)).collect(),
            ..self.printer(base)
        };
        let key = say(self.syntax.identifier(&unused("customer_key", used)))?;
        let mut list = vec![format!("{base_key} AS {key}")];
        let mut columns = HashMap::new();
        for (text, value) in &values {
            let name = say(self.syntax.identifier(&unused("of_customer", used)))?;
            list.push(format!("{} AS {name}", printer.value(value)?));
            columns.insert(text.clone(), name);
        }
        let (alias, base_name) = (self.syntax.alias(), say(self.syntax.identifier(BASE))?);
        let mut select =
            format!("SELECT {} FROM {} {alias}{base_name}", list.join(", "), say(self.tables.base_sql(self.syntax))?);
        for join in &nested.joins {
            select.push_str(&format!(" LEFT JOIN ({}) {alias}{} ON {}", join.select, join.name, join.on));
        }
        let owners = say(self.syntax.identifier(&unused("owners", used)))?;
        let join = format!(" JOIN ({select}) {alias}{owners} ON {}", comparison(own_key, "=", &key).text);
        Ok(Some(OwnerValues { join, values: columns }))
    }
}
