//! Rows of the base in the order of its key, or sorted by columns and then by the key.

use super::plan::{AnswerReader, PlanStep, StatementPlan, limit};
use super::terms::{Resolver, Subset, Term};
use crate::engine::{Answer, EngineError, FindQuestion, PageQuestion, RowPage, Sort};
use crate::model::{ColumnType, Schema};
use crate::rule::print::{Scope, SqlDialect};

pub(super) fn page(
    question: &PageQuestion,
    resolver: &Resolver,
    plan: &mut StatementPlan,
) -> Result<AnswerReader, EngineError> {
    let PageQuestion { filter, columns, sort, tests, offset, limit: most } = question;
    let filter = resolver.rule(filter);
    let schema = &plan.tables.schema;
    let columns: Vec<String> = match columns.as_slice() {
        [] => schema.columns().iter().map(|column| column.name.clone()).collect(),
        some => some.to_vec(),
    };
    let terms = columns.iter().map(|column| resolver.column(column)).collect::<Result<Vec<_>, _>>()?;
    let tests = resolver.rules(tests);
    let order = RowOrder::new(sort, resolver, schema)?;
    let (dialect, offset, most) = (plan.dialect, *offset, *most);
    let total = plan.count(&Subset::from_condition(&filter));
    let rows = match most == 0 || offset >= plan.customers {
        true => None,
        false => {
            let all = terms.iter().chain(&tests).chain([&filter]).chain(order.terms());
            let scope = Scope::new(all.map(|term| term.expr.as_ref()), dialect, plan.tables)?;
            let shown = terms.iter().enumerate();
            let shown = shown.map(|(at, term)| Ok(format!("{} AS p{at}", scope.value(&term.expr)?)));
            let mut shown = shown.collect::<Result<Vec<_>, EngineError>>()?;
            for (at, test) in tests.iter().enumerate() {
                let rule = scope.value(&test.expr)?;
                shown.push(format!("CASE WHEN {rule} THEN 1 WHEN NOT ({rule}) THEN 0 END AS q{at}"));
            }
            Some(plan.own(format!(
                "SELECT {} FROM {} WHERE {} ORDER BY {}{}",
                shown.join(", "),
                scope.from(),
                scope.value(&filter.expr)?,
                order.by(dialect, |_, term| Ok(scope.value(&term.expr)?))?,
                limit(most as u64, offset)
            )))
        }
    };
    Ok(Box::new(move |results| {
        let total = results.count(total)?;
        let (mut cells, mut truths) = (Vec::new(), vec![Vec::new(); tests.len()]);
        if let Some(place) = rows {
            let table = results.table(place)?;
            cells = vec![Vec::with_capacity(columns.len()); table.rows()];
            for (at, term) in terms.iter().enumerate() {
                let column = table.values(at, term.kind())?;
                cells.iter_mut().zip(column).for_each(|(cells, cell)| cells.push(cell));
            }
            for (at, truths) in truths.iter_mut().enumerate() {
                let column = table.floats(columns.len() + at)?;
                *truths = column.into_iter().map(|truth| truth.map(|truth| truth > 0.0)).collect();
            }
        }
        Ok(PlanStep::Answer(Answer::Page(RowPage { columns, rows: cells, tests: truths, offset, total })))
    }))
}

/// Plans the search. The statement counts places from 1, so that 0 means that there is no such row.
pub(super) fn find(
    question: &FindQuestion,
    resolver: &Resolver,
    plan: &mut StatementPlan,
) -> Result<AnswerReader, EngineError> {
    let FindQuestion { filter, rule, sort, from, backwards } = question;
    let (filter, rule) = (resolver.rule(filter), resolver.rule(rule));
    let order = RowOrder::new(sort, resolver, &plan.tables.schema)?;
    let dialect = plan.dialect;
    let all = [&filter, &rule].into_iter().chain(order.terms());
    let scope = Scope::new(all.map(|term| term.expr.as_ref()), dialect, plan.tables)?;
    let (aggregate, comparison) = if *backwards { ("MAX", "<=") } else { ("MIN", ">=") };
    // Engines count in 64 bits with a sign.
    let from = (*from).min(i64::MAX as u64 - 1) + 1;
    // The values to sort by stand in a statement of their own: they may be made by window functions themselves.
    let sorted = order.terms().enumerate();
    let sorted = sorted.map(|(at, term)| Ok(format!("{} AS {}", scope.value(&term.expr)?, order_name(at))));
    let sorted = sorted.collect::<Result<Vec<_>, EngineError>>()?;
    let rows = plan.own(format!(
        "SELECT COALESCE({aggregate}(place), 0) AS place FROM (SELECT ROW_NUMBER() OVER (ORDER BY {}) AS place, hit \
         FROM (SELECT {}, CASE WHEN {} THEN 1 ELSE 0 END AS hit FROM {} WHERE {}) {alias}r) {alias}t \
         WHERE hit = 1 AND place {comparison} {from}",
        order.by(dialect, |at, _| Ok(order_name(at)))?,
        sorted.join(", "),
        scope.value(&rule.expr)?,
        scope.from(),
        scope.value(&filter.expr)?,
        alias = dialect.alias(),
    ));
    Ok(Box::new(move |results| {
        let place = results.table(rows)?.counts(0)?.first().copied().unwrap_or(0);
        Ok(PlanStep::Answer(Answer::Find(place.checked_sub(1))))
    }))
}

/// An order of rows: by columns, then by the key.
struct RowOrder {
    by: Vec<(Term, bool)>,
    key: Term,
}

impl RowOrder {
    fn new(sorts: &[Sort], resolver: &Resolver, schema: &Schema) -> Result<Self, EngineError> {
        let key = schema.key().ok_or_else(|| EngineError::Unsupported {
            what: "rows without a key".into(),
            way_out: "write key = \"…\" under [data] in config.toml: it puts them in order".into(),
        })?;
        let by = sorts.iter().map(|sort| Ok((resolver.column(&sort.column)?, sort.descending)));
        Ok(Self { by: by.collect::<Result<_, EngineError>>()?, key: resolver.column(key)? })
    }

    fn terms(&self) -> impl Iterator<Item = &Term> {
        self.by.iter().map(|(term, _)| term).chain([&self.key])
    }

    /// Returns the list of `ORDER BY`, with each value as `value` writes it by its place among the terms.
    fn by(
        &self,
        dialect: SqlDialect,
        value: impl Fn(usize, &Term) -> Result<String, EngineError>,
    ) -> Result<String, EngineError> {
        let ordered = |at: usize, term: &Term| {
            let value = value(at, term)?;
            Ok::<_, EngineError>(match term.kind() {
                ColumnType::Text => dialect.in_byte_order(&format!("({value})")),
                _ => value,
            })
        };
        let mut order = Vec::new();
        for (at, (term, descending)) in self.by.iter().enumerate() {
            let direction = if *descending { " DESC" } else { "" };
            order.push(format!("{}{direction} NULLS LAST", ordered(at, term)?));
        }
        order.push(ordered(self.by.len(), &self.key)?);
        Ok(order.join(", "))
    }
}

/// Returns the name of a value to sort by.
fn order_name(at: usize) -> String {
    format!("o{at}")
}
