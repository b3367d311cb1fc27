//! Reads `top(spend, 10)`, `bottom(spend, 10)` and `split(10, 'spring')`: shares of the customers.

use sqlparser::ast::{Expr as Syntax, Function as SyntaxCall};

use super::{is_time, number, quoted};
use crate::model::ColumnType;
use crate::rule::RuleError;
use crate::rule::expr::computed_column::ComputedDefinition;
use crate::rule::read::Reader;

/// Maximum number of parts of a split.
const MAX_PARTS: i64 = 10_000;

impl Reader<'_> {
    pub(super) fn share(
        &self,
        name: &str,
        call: &SyntaxCall,
        syntax: &Syntax,
    ) -> Result<(ComputedDefinition, ColumnType), RuleError> {
        let arguments = self.call_arguments(call, syntax)?;
        if name == "split" {
            return self.split(&arguments, syntax);
        }
        let (column, percent, within) = match arguments.as_slice() {
            [column, percent] => (column, percent, None),
            [column, percent, within] => (column, percent, Some(self.own_column(within, self.cx.schema)?.name.clone())),
            _ => {
                let error = self.error(syntax, format!("{name} takes a column and a percentage: {name}(spend, 10)"));
                return Err(error.with_hint(format!("{name}(spend, 10, country) takes them within each country")));
            }
        };
        let column = self.own_column(column, self.cx.schema)?;
        if !column.column_type.is_number() && !is_time(column.column_type) {
            let message = format!("{name} needs numbers or dates, \"{}\" is {}", column.name, column.column_type);
            return Err(self.error(syntax, message));
        }
        match number(percent).filter(|percent| *percent > 0.0 && *percent <= 100.0) {
            Some(percent) => {
                let (column, lowest) = (column.name.clone(), name == "bottom");
                Ok((ComputedDefinition::Top { column, percent, lowest, within }, ColumnType::Boolean))
            }
            None => Err(self.error(percent, "a percentage lies between 0 and 100")),
        }
    }

    fn split(&self, arguments: &[&Syntax], syntax: &Syntax) -> Result<(ComputedDefinition, ColumnType), RuleError> {
        if let Some(key) = self.cx.schema.key().filter(|key| self.cx.schema.is_masked(key)) {
            let error = self.error(syntax, format!("split uses the key, and {key} is masked"));
            return Err(error.with_hint("rules = \"allow\" under [privacy] lets rules read masked columns"));
        }
        if self.cx.schema.key().is_none() {
            let error = self.error(syntax, "split uses the key, and no key column is set");
            return Err(error.with_hint("write key = \"…\" under [data] in config.toml"));
        }
        let parts = arguments.first().and_then(|parts| number(parts)).filter(|parts| parts.fract() == 0.0);
        let parts = parts.map(|parts| parts as i64).filter(|parts| (2..=MAX_PARTS).contains(parts));
        let salt = match arguments.get(1) {
            None => Some(String::new()),
            Some(salt) => quoted(salt),
        };
        match (parts, salt, arguments.len()) {
            (Some(parts), Some(salt), 1 | 2) => {
                Ok((ComputedDefinition::Split { parts: parts as u64, salt }, ColumnType::Integer))
            }
            _ => Err(self
                .error(syntax, "split takes a number of parts, from 2 up, and optionally a text")
                .with_hint("split(10) = 0 is one in ten; split(10, 'spring') splits differently")),
        }
    }
}
