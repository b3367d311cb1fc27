//! Rows of the base in the order of its key, or sorted by a column and then by the key.

use super::plan::{AnswerReader, PlanStep, StatementPlan, limit};
use super::terms::{Resolver, Subset, Term};
use crate::engine::{Answer, EngineError, PageQuestion, RowPage, Sort};
use crate::model::ColumnType;
use crate::rule::print::{Scope, SqlDialect};

pub(super) fn page(
    question: &PageQuestion,
    resolver: &Resolver,
    plan: &mut StatementPlan,
) -> Result<AnswerReader, EngineError> {
    let PageQuestion { filter, columns, sort, offset, limit: most } = question;
    let filter = resolver.rule(filter);
    let schema = &plan.tables.schema;
    let columns: Vec<String> = match columns.as_slice() {
        [] => schema.columns().iter().map(|column| column.name.clone()).collect(),
        some => some.to_vec(),
    };
    let terms = columns.iter().map(|column| resolver.column(column)).collect::<Result<Vec<_>, _>>()?;
    let key = schema.key().ok_or_else(|| EngineError::Unsupported {
        what: "rows without a key".into(),
        way_out: "write key = \"…\" under [data] in config.toml: it puts them in order".into(),
    })?;
    let key = resolver.column(key)?;
    let sort =
        sort.as_ref().map(|Sort { column, descending }| Ok::<_, EngineError>((resolver.column(column)?, *descending)));
    let sort = sort.transpose()?;
    let (dialect, offset, most) = (plan.dialect, *offset, *most);
    let total = plan.count(&Subset::of(&filter));
    let rows = match most == 0 || offset >= plan.customers {
        true => None,
        false => {
            let sorted = sort.as_ref().map(|(term, _)| term);
            let all = terms.iter().chain([&key, &filter]).chain(sorted);
            let scope = Scope::new(all.map(|term| term.expr.as_ref()), dialect, plan.tables)?;
            let shown = terms.iter().enumerate();
            let shown = shown.map(|(at, term)| Ok(format!("{} AS p{at}", scope.value(&term.expr)?)));
            let shown = shown.collect::<Result<Vec<_>, EngineError>>()?;
            let mut order = Vec::new();
            if let Some((term, descending)) = &sort {
                let direction = if *descending { " DESC" } else { "" };
                order.push(format!("{}{direction} NULLS LAST", ordered(term, &scope, dialect)?));
            }
            order.push(ordered(&key, &scope, dialect)?);
            Some(plan.own(format!(
                "SELECT {} FROM {} WHERE {} ORDER BY {}{}",
                shown.join(", "),
                scope.from(),
                scope.value(&filter.expr)?,
                order.join(", "),
                limit(most as u64, offset)
            )))
        }
    };
    Ok(Box::new(move |results| {
        let total = results.count(total)?;
        let mut cells = Vec::new();
        if let Some(place) = rows {
            let table = results.table(place)?;
            cells = vec![Vec::with_capacity(columns.len()); table.rows()];
            for (at, term) in terms.iter().enumerate() {
                let column = table.values(at, term.kind())?;
                cells.iter_mut().zip(column).for_each(|(cells, cell)| cells.push(cell));
            }
        }
        Ok(PlanStep::Answer(Answer::Page(RowPage { columns, rows: cells, offset, total })))
    }))
}

/// A value as rows are ordered by it.
fn ordered(term: &Term, scope: &Scope, dialect: SqlDialect) -> Result<String, EngineError> {
    let value = scope.value(&term.expr)?;
    Ok(if term.kind() == ColumnType::Text { dialect.in_byte_order(&format!("({value})")) } else { value })
}
