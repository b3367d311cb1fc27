//! Patterns of events: one event after another, and a return after a pause.

use super::{AggregateJoin, CUSTOMER, JoinBuilder, JoinedColumn, Joins};
use crate::model::{Column, Schema};
use crate::rule::expr::computed_column::{ComputedColumn, EventPattern, PatternShape};
use crate::rule::expr::{Comparison, Expr};
use crate::rule::print::Refused;
use crate::rule::print::names::{plain, unused};
use crate::rule::print::sql::{SqlPiece, call, comparison};
use crate::rule::read::apart;

impl JoinBuilder<'_> {
    /// Builds the join for a pattern of events: a row with the number 1 for each customer whose events have it.
    pub(super) fn pattern(
        &self,
        computed: &ComputedColumn,
        pattern: &EventPattern,
        expr: &Expr,
        built: &mut Joins,
    ) -> Result<(), Refused> {
        let quoted = |name: &str| self.quoted(name, expr);
        let events = self.events(&pattern.table, expr)?;
        let date = events.columns.date.as_deref().ok_or_else(|| Refused::new(expr, "the table has no date"))?;
        let kind = events.schema.type_of(date);
        let of_events = self.printer(&events.schema);
        let (own_key, base_key) = self.keys(events, expr)?;
        let alias = format!("{}_{}", plain(&pattern.table), built.joins.len() + 1);
        let table = quoted(&alias)?;
        let mut used: Vec<String> = events.schema.columns().iter().map(|column| column.name.clone()).collect();
        let mut name = |wanted: &str| unused(wanted, &mut used);
        let (earlier, later) = (name("earlier"), name("later"));
        let [customer, other, hit] = [quoted(&name(CUSTOMER))?, quoted(&name("other"))?, quoted(&name("hit"))?];
        // The dates of two events, as columns of the sub-selects below.
        let columns = [&earlier, &later].map(|name| Column { name: name.clone(), column_type: kind });
        let pair = Schema::new(columns.to_vec());
        let of_pair = self.printer(&pair);
        let apart = |comparison, length| {
            let condition = apart(comparison, (&earlier, &later), kind, length);
            let condition = condition.map_err(|error| Refused::new(expr, error.message))?;
            of_pair.value(&condition)
        };
        let (earlier_name, later_name) = (quoted(&earlier)?, quoted(&later)?);
        let source = self.say(self.tables.events_sql(&events.name, self.syntax), expr)?;
        let moment = self.syntax.column(of_events.name(date, expr)?, kind);
        let (as_word, steps, others) = (self.syntax.alias(), quoted("steps")?, quoted("others")?);
        let select = match &pattern.shape {
            PatternShape::Return { after } => {
                let filter = of_events.value(pattern.filter.expr())?;
                let apart = apart(Comparison::GreaterOrEqual, *after)?;
                format!(
                    "SELECT {customer}, MAX(CASE WHEN {apart} THEN 1 ELSE 0 END) AS {hit} FROM (SELECT {own_key} AS {customer}, \
                     {moment} AS {later_name}, LAG({moment}) OVER (PARTITION BY {own_key} ORDER BY {moment}) AS {earlier_name} \
                     FROM {source} WHERE {filter}) {as_word}{steps} GROUP BY {customer}"
                )
            }
            PatternShape::Sequence { first, then, within } => {
                let first = of_events.value(pattern.filter.and(first).expr())?;
                let then = of_events.value(pattern.filter.and(then).expr())?;
                let within = match within {
                    Some(within) => format!(" AND {}", apart(Comparison::LessOrEqual, *within)?.operand()),
                    None => String::new(),
                };
                format!(
                    "SELECT {customer}, 1 AS {hit} FROM (SELECT {own_key} AS {customer}, {moment} AS {earlier_name} \
                     FROM {source} WHERE {first}) {as_word}{steps} JOIN (SELECT {own_key} AS {other}, {moment} AS {later_name} \
                     FROM {source} WHERE {then}) {as_word}{others} ON {customer} = {other} AND {later_name} > {earlier_name}{within} \
                     GROUP BY {customer}"
                )
            }
        };
        let on = comparison(&SqlPiece::tight(format!("{table}.{customer}")), "=", &base_key).text;
        let known = call("COALESCE", &[&SqlPiece::tight(format!("{table}.{hit}")), &SqlPiece::tight("0")]);
        let sql = comparison(&known, "=", &SqlPiece::tight("1"));
        built.values.insert(computed.text.clone(), JoinedColumn { sql, name: format!("{alias}_hit") });
        built.joins.push(AggregateJoin { name: table.text, select, on });
        Ok(())
    }
}
