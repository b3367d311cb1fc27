//! The highest and the lowest values: of all customers, or within each value of another column.

use super::{AggregateJoin, BASE, JoinBuilder, JoinedColumn, Joins};
use crate::rule::expr::Expr;
use crate::rule::expr::computed_column::ComputedColumn;
use crate::rule::print::Refused;
use crate::rule::print::printer::Printer;
use crate::rule::print::sql::{SqlPiece, comparison};
use crate::rule::print::syntax::repeatable;

impl JoinBuilder<'_> {
    /// Builds the join for the highest or lowest values within each value of another column: the last one of each.
    pub(super) fn top_within(
        &self,
        computed: &ComputedColumn,
        (column, within): (&str, &str),
        (percent, lowest): (f64, bool),
        expr: &Expr,
        built: &mut Joins,
    ) -> Result<(), Refused> {
        let say = |said| self.say(said, expr);
        let quoted = |name: &str| self.quoted(name, expr);
        let schema = &self.tables.schema;
        let read = |name: &str, of: Option<&SqlPiece>| {
            let kind = schema.type_of(name);
            match self.syntax.refuses_kind(kind) {
                Some(why) => Err(Refused::new(expr, why)),
                None => {
                    let bare = quoted(name)?;
                    let bare = of.map_or(bare.clone(), |table| SqlPiece::tight(format!("{table}.{bare}")));
                    Ok(self.syntax.column(bare, kind))
                }
            }
        };
        let alias = format!("top_{}", built.joins.len() + 1);
        let (table, base) = (quoted(&alias)?, quoted(BASE)?);
        let (own_value, own_part) = (read(column, None)?, read(within, None)?);
        let [value, part, place, known] = [quoted("value")?, quoted("part")?, quoted("place")?, quoted("known")?];
        let (limit, ranked) = (quoted("limit_value")?, quoted("ranked")?);
        let (bound, sign, direction) = if lowest { ("MAX", "<=", "ASC") } else { ("MIN", ">=", "DESC") };
        let (share, tolerance) = (say(self.syntax.float(percent / 100.0))?, say(self.syntax.float(1e-9))?);
        let source = say(self.tables.base_sql(self.syntax))?;
        let select = format!(
            "SELECT {part}, {bound}({value}) AS {limit} FROM (SELECT {own_part} AS {part}, {own_value} AS {value}, \
             ROW_NUMBER() OVER (PARTITION BY {own_part} ORDER BY {own_value} {direction}) AS {place}, \
             COUNT(*) OVER (PARTITION BY {own_part}) AS {known} FROM {source} WHERE {own_value} IS NOT NULL) {}{ranked} \
             WHERE {place} - 1 < {known} * {share} - {tolerance} GROUP BY {part}",
            self.syntax.alias(),
        );
        let (base_value, base_part) = (read(column, Some(&base))?, read(within, Some(&base))?);
        let on = format!("({base_part} = {table}.{part} OR ({base_part} IS NULL AND {table}.{part} IS NULL))");
        let sql = comparison(&base_value, sign, &SqlPiece::tight(format!("{table}.{limit}")));
        built.values.insert(computed.text.clone(), JoinedColumn { sql, name: format!("{alias}_holds") });
        built.joins.push(AggregateJoin { name: table.text, select, on });
        Ok(())
    }
}

impl Printer<'_> {
    /// Prints a condition that is true if the column's value is among the highest or lowest of all. Ties with the last
    /// of them are included.
    pub(in crate::rule::print) fn top(
        &self,
        column: &str,
        percent: f64,
        lowest: bool,
        expr: &Expr,
    ) -> Result<SqlPiece, Refused> {
        let say = |said| self.said(said, expr);
        let quoted = |name: &str| say(self.syntax.identifier(name));
        let kind = self.schema.type_of(column);
        if let Some(why) = self.syntax.refuses_kind(kind) {
            return Err(Refused::new(expr, why));
        }
        let bare = say(self.syntax.identifier(column))?;
        let bare = self.syntax.column(bare, kind);
        let outer = self.syntax.column(self.name(column, expr)?, kind);
        let [value, place, known, ranked] = [quoted("value")?, quoted("place")?, quoted("known")?, quoted("ranked")?];
        let (bound, sign, direction) = if lowest { ("MAX", "<=", "ASC") } else { ("MIN", ">=", "DESC") };
        let share = say(self.syntax.float(percent / 100.0))?;
        let tolerance = say(self.syntax.float(1e-9))?;
        let base = say(self.tables.base_sql(self.syntax))?;
        let alias = self.syntax.alias();
        let sub = format!(
            "(SELECT {bound}({value}) FROM (SELECT {bare} AS {value}, ROW_NUMBER() OVER (ORDER BY {bare} {direction}) AS {place}, \
             COUNT(*) OVER () AS {known} FROM {base} WHERE {bare} IS NOT NULL) {alias}{ranked} \
             WHERE {place} - 1 < {known} * {share} - {tolerance})"
        );
        say(repeatable(&bare).map(|_| ()).map(|()| comparison(&outer, sign, &SqlPiece::tight(sub))))
    }
}
