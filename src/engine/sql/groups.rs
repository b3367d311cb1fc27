//! Groups by the values of some columns: one statement for each question.

use super::cut::GroupKey;
use super::plan::{AnswerReader, PlanStep, StatementPlan, float_sum, largest, limit};
use super::results::no_sum;
use super::terms::{Resolver, Terms, value_where};
use crate::engine::{Answer, CustomerCount, EngineError, GroupAnswer, GroupFigures, GroupsQuestion, ValueSums};
use crate::model::ColumnType;

pub(super) fn groups(
    question: &GroupsQuestion,
    resolver: &Resolver,
    plan: &mut StatementPlan,
) -> Result<AnswerReader, EngineError> {
    let filter = resolver.rule(&question.filter);
    let key = |by: &crate::engine::Grouping| GroupKey::new(&resolver.column(&by.column)?, &by.column, &by.cut);
    let keys = question.by.iter().map(key).collect::<Result<Vec<_>, _>>()?;
    let value = resolver.numbers(question.value.as_deref())?;
    let (dialect, alias) = (plan.dialect, plan.dialect.alias());

    let mut terms = Terms::default();
    let columns: Vec<String> = keys.iter().map(|key| terms.value(&key.term)).collect();
    // The same column twice is one column of the inner statement.
    let mut distinct = columns.clone();
    distinct.sort_unstable();
    distinct.dedup();
    let flag = terms.condition(&filter);
    let mut sums = vec![format!("SUM({flag}) AS n"), "COUNT(*) AS b".to_owned()];
    let is_guarded = resolver.is_guarded;
    let groups = if is_guarded { "COUNT(*)" } else { "SUM(CASE WHEN n > 0 THEN 1 ELSE 0 END)" };
    let mut totals = vec![format!("{groups} OVER () AS g")];
    totals.extend(["n", "b"].map(|sum| format!("SUM({sum}) OVER () AS t{sum}")));
    let mut names = vec!["n", "b", "g", "tn", "tb"];
    if let Some(value) = &value {
        let name = terms.value(value);
        let inside = value_where(&name, &flag);
        sums.push(format!("{} AS s", float_sum(dialect, &inside, value.kind())));
        sums.push(format!("COUNT({inside}) AS k"));
        sums.push(format!("{} AS sb", float_sum(dialect, &name, value.kind())));
        sums.push(format!("COUNT({name}) AS kb"));
        totals.extend(["s", "k", "sb", "kb"].map(|sum| format!("SUM({sum}) OVER () AS t{sum}")));
        names.extend(["s", "k", "ts", "tk", "tsb", "tkb"]);
        if is_guarded {
            sums.push(format!("{} AS m", largest(dialect, &inside, value.kind())));
            let others = format!("CASE WHEN {flag} = 0 THEN {name} END");
            sums.push(format!("{} AS mo", largest(dialect, &others, value.kind())));
            totals.extend(["m", "mo"].map(|largest| format!("MAX({largest}) OVER () AS t{largest}")));
            names.extend(["m", "tm", "tmo"]);
        }
    }
    let inner = terms.select(dialect, plan.tables, |_| Ok(Vec::new()))?;
    let list =
        |names: &[String], rest: &str| names.iter().map(String::as_str).chain([rest]).collect::<Vec<_>>().join(", ");
    let by = if distinct.is_empty() { String::new() } else { format!(" GROUP BY {}", distinct.join(", ")) };
    let grouped = format!("SELECT {} FROM ({inner}) {alias}t{by}", list(&distinct, &sums.join(", ")));
    let own = ["n", "b", "s", "k", "m"].into_iter().filter(|name| names.contains(name)).collect::<Vec<_>>().join(", ");
    let totaled = format!("SELECT {}, {} FROM ({grouped}) {alias}g", list(&distinct, &own), totals.join(", "));
    let order = columns.iter().zip(&keys).map(|(column, key)| match key.term.kind() {
        ColumnType::Text => format!(", {} NULLS LAST", dialect.in_byte_order(column)),
        _ => format!(", {column} NULLS LAST"),
    });
    let order: String = order.collect();
    let place = plan.own(format!(
        "SELECT {} FROM ({totaled}) {alias}w ORDER BY n DESC{order}{}",
        list(&columns, &names.join(", ")),
        limit(question.limit.max(1) as u64, 0)
    ));

    let (by, most) = (question.by.iter().map(|by| by.column.clone()).collect(), question.limit);
    let (has_value, with_largest) = (value.is_some(), value.is_some() && is_guarded);
    let base = plan.customers;
    Ok(Box::new(move |results| {
        let table = results.table(place)?;
        let keys_read = keys.iter().enumerate().map(|(at, key)| table.values(at, key.term.kind()));
        let mut keys_read = keys_read.collect::<Result<Vec<_>, _>>()?;
        let counts = |name: usize| table.counts(keys.len() + name);
        let (in_filter, in_base, groups, total) = (counts(0)?, counts(1)?, counts(2)?, counts(3)?);
        let of_value = match has_value {
            true => Some((table.floats(keys.len() + 5)?, counts(6)?)),
            false => None,
        };
        let largest = |name: usize| match with_largest {
            true => table.floats(keys.len() + name),
            false => Ok(vec![None; table.rows()]),
        };
        let of_largest = largest(11)?;
        let value = match has_value && table.rows() > 0 {
            true => {
                let (known_in_filter, known_in_base) = (counts(8)?[0], counts(10)?[0]);
                let sum = |name: usize, known| {
                    Ok::<_, EngineError>(table.floats(keys.len() + name)?[0].unwrap_or(no_sum(known)))
                };
                let (in_filter, in_base) = (sum(7, known_in_filter)?, sum(9, known_in_base)?);
                let (largest_in_filter, largest_outside) =
                    (largest(12)?[0].unwrap_or(0.0), largest(13)?[0].unwrap_or(0.0));
                Some(ValueSums {
                    in_filter,
                    known_in_filter,
                    in_base,
                    known_in_base,
                    largest_in_filter,
                    largest_outside,
                })
            }
            false => has_value.then(ValueSums::default),
        };
        let mut found = Vec::new();
        for row in (0..table.rows()).filter(|&row| is_guarded || in_filter[row] > 0).take(most) {
            let (sum, known) = of_value.as_ref().map_or((Some(0.0), 0), |(sums, known)| (sums[row], known[row]));
            found.push(GroupFigures {
                key: keys.iter().zip(&mut keys_read).map(|(key, read)| key.datum(take(read, row))).collect(),
                customers: CustomerCount { in_filter: in_filter[row], in_base: in_base[row] },
                value_sum: sum.unwrap_or(no_sum(known)),
                value_known: known,
                value_largest: of_largest[row].unwrap_or(0.0),
            });
        }
        let first = |figures: &[u64]| figures.first().copied().unwrap_or(0);
        let left_out = first(&groups).saturating_sub(found.len() as u64);
        let customers = CustomerCount { in_filter: first(&total), in_base: base };
        Ok(PlanStep::Answer(Answer::Groups(GroupAnswer { by, groups: found, left_out, customers, value })))
    }))
}

fn take(values: &mut [crate::model::Datum], row: usize) -> crate::model::Datum {
    std::mem::replace(&mut values[row], crate::model::Datum::Null)
}
