//! Overlaps under a filter where customers are summed by strata: by the combinations of the sets on the side with fewer.

use std::sync::Arc;

use arrow_array::types::Int64Type;
use arrow_array::{ArrayRef, Int64Array, ListArray, RecordBatch};
use crosscut::engine::sql::Batches;
use crosscut::engine::{
    Cancel, CustomerCount, MembershipsQuestion, OverlapQuestion, Question, SummaryQuestion, ask_one,
};
use crosscut::rule::print::SqlDialect;

use super::canned::Canned;
use crate::rules::check;

/// An answer of one row: a list of counts, before other columns.
fn answer(counts: &[i64], others: &[i64]) -> Batches {
    let list = ListArray::from_iter_primitive::<Int64Type, _, _>([Some(counts.iter().copied().map(Some))]);
    let mut columns: Vec<ArrayRef> = vec![Arc::new(list)];
    columns.extend(others.iter().map(|number| Arc::new(Int64Array::from(vec![*number])) as ArrayRef));
    let named = columns.into_iter().enumerate().map(|(at, column)| (format!("c{at}"), column));
    let batch = RecordBatch::try_from_iter(named).expect("columns of one length");
    Batches { schema: batch.schema(), batches: vec![batch] }
}

/// Adds up the strata's counts as the statement's list says: `SUM(CASE WHEN (w & 1) = 1 THEN i0 END)`.
fn summed(statement: &str, strata: &[Vec<i64>]) -> Vec<i64> {
    let list = statement.strip_prefix("SELECT ARRAY(").expect("a list of counts");
    let (list, _) = list.split_once(") AS l").expect("the list's end");
    let numbers = |text: &str| -> Vec<i64> {
        text.split(|c: char| !c.is_ascii_digit()).filter_map(|number| number.parse().ok()).collect()
    };
    let sum = |item: &str| -> i64 {
        let (condition, counted) = item.split_once(" THEN ").unwrap_or(("", item));
        let (condition, counted) = (numbers(condition), numbers(counted)[0]);
        let holds = |stratum: i64| match (item.contains(" IN "), condition.as_slice()) {
            (true, numbers) => numbers.contains(&stratum),
            (false, [bits, number]) => stratum & bits == *number,
            (false, none) => none.is_empty(),
        };
        let wanted = (0..).zip(strata).filter(|(stratum, _)| holds(*stratum));
        wanted.map(|(_, counts)| counts[counted as usize]).sum()
    };
    list.split("SUM(").skip(1).map(sum).collect()
}

#[test]
fn overlaps_and_memberships_are_summed_over_strata() {
    let canned = Canned::new(SqlDialect::Spark, |statement, _| {
        // In neither row's set, in the first, in the second, in both: all, and those in each of the columns' sets.
        let strata = [vec![100, 10, 20, 30], vec![40, 4, 5, 6], vec![7, 1, 2, 3], vec![9, 8, 0, 1]];
        Ok(match statement.contains("GROUP BY") {
            true => answer(&summed(statement, &strata), &[]),
            false => answer(&(0..11).map(|n| 1_000 + n).collect::<Vec<_>>(), &[1_000_000]),
        })
    });
    let engine = canned.engine();
    let rules =
        |texts: &[&str]| texts.iter().map(|text| check(&engine, text).expect("a good rule")).collect::<Vec<_>>();
    let filter = || check(&engine, "spend > 250").expect("a good rule");
    let rows = rules(&["plan = 'pro'", "n1 > 3"]);
    let columns = rules(&["country = 'DE'", "country = 'FR'", "n2 > 5"]);
    let overlap = OverlapQuestion { filter: filter(), rows: rows.clone(), columns };
    let found = ask_one(&engine, &overlap, &Cancel::new()).expect("an answer");
    let in_filter = |counts: &[CustomerCount]| counts.iter().map(|count| count.in_filter).collect::<Vec<_>>();
    assert_eq!(in_filter(&found.rows), [49, 16]);
    assert_eq!(in_filter(&found.columns), [23, 27, 40]);
    assert_eq!(found.both.iter().map(|row| in_filter(row)).collect::<Vec<_>>(), [[12, 5, 7], [9, 2, 4]]);
    let in_base = found.rows.iter().chain(&found.columns).chain(found.both.iter().flatten()).map(|count| count.in_base);
    let mut in_base: Vec<u64> = in_base.collect();
    in_base.sort_unstable();
    assert_eq!(in_base, (1_000..1_011).collect::<Vec<u64>>());

    let questions: [Question; 3] = [
        overlap.into(),
        MembershipsQuestion { filter: filter(), sets: rows }.into(),
        SummaryQuestion { filter: filter(), value: None }.into(),
    ];
    let mut answers = vec![None; 3];
    crosscut::engine::Engine::ask(&engine, &questions, &Cancel::new(), &mut |at, answer| {
        answers[at] = Some(answer.expect("an answer"));
    });
    let [_, Some(memberships), Some(summary)] = answers.as_slice() else { panic!("{answers:?}") };
    assert_eq!(format!("{memberships:?}"), "Memberships([100, 47, 9])");
    assert!(format!("{summary:?}").contains("customers: 156"), "{summary:?}");
}

#[test]
fn sets_with_sub_select_are_no_strata() {
    for dialect in [SqlDialect::Spark, SqlDialect::Postgres] {
        let engine = Canned::silent(dialect).engine();
        let rule = |text: &str| check(&engine, text).expect("a good rule");
        let statements = |row: &str| {
            let columns = vec![rule("country = 'US'"), rule("n2 > 5")];
            let overlap = OverlapQuestion { filter: rule("spend > 250"), rows: vec![rule(row)], columns };
            engine.plan(&[overlap.into()]).into_iter().map(|statement| statement.text).collect::<Vec<_>>().join("\n")
        };
        assert!(statements("plan = 'pro'").contains("GROUP BY"), "{dialect}");
        assert!(!statements("top(spend, 10)").contains("GROUP BY"), "{dialect}");
    }
}

#[test]
fn strata_are_one_statement_without_pairs_or_repeated_conditions() {
    let texts = [SqlDialect::Spark, SqlDialect::Postgres].map(statements_by_strata);
    insta::assert_snapshot!(texts.join("\n\n"));
}

fn statements_by_strata(dialect: SqlDialect) -> String {
    let engine = Canned::silent(dialect).engine();
    let rule = |text: &str| check(&engine, text).expect("a good rule");
    let filter = || rule("spend > 250");
    let (rows, columns) = (vec![rule("plan = 'pro'"), rule("n1 > 3")], vec![rule("country = 'US'"), rule("n2 > 5")]);
    let questions: [Question; 3] = [
        SummaryQuestion { filter: filter(), value: Some("spend".into()) }.into(),
        OverlapQuestion { filter: filter(), rows: rows.clone(), columns }.into(),
        MembershipsQuestion { filter: filter(), sets: rows }.into(),
    ];
    let texts: Vec<String> = engine.plan(&questions).into_iter().map(|statement| statement.text).collect();
    texts.join("\n")
}
