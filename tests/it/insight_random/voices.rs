//! Research: respondents, mentions, shares, indexes and means.

use std::collections::{BTreeMap, BTreeSet};

use crosscut::engine::Engine;
use crosscut::insight::research::{self, LineSubject, VoicesInquiry};
use crosscut::model::Datum;

use super::sets::checked;
use super::table::{Customer, Event, Rule, named};
use super::{answer, assert_near, each, ratio};

/// Customers with some rows, and the rows.
fn heard(of: &[&Customer], events: &[&Event]) -> (u64, u64) {
    let ids: BTreeSet<&str> = of.iter().map(|one| one.id.as_str()).collect();
    let own: Vec<&&Event> = events.iter().filter(|event| ids.contains(event.id.as_str())).collect();
    (own.iter().map(|event| event.id.as_str()).collect::<BTreeSet<_>>().len() as u64, own.len() as u64)
}

#[test]
fn research_counts_and_means_equal_loops() {
    each(120, |base, dice| {
        let filter = if dice.below(2) == 0 { Rule::Everyone } else { Rule::random(dice) };
        let number = dice.below(5);
        let sets = named(dice, number);
        let table = base.engine.schema().events("survey").expect("the table");
        let by = ["theme", "score", ""][dice.below(3) as usize];
        let column = (!by.is_empty()).then_some(by);
        let mut inquiry = VoicesInquiry::new(table, column, &base.checked(&filter.text()), &checked(base, &sets), 0);
        answer(base, &mut inquiry);
        let found = inquiry.found.get().expect("voices");
        // Column 0 is the filter, then come the sets within it.
        let mut columns: Vec<Vec<&Customer>> = vec![base.rows(&filter)];
        for (_, rule) in &sets {
            let own = columns[0].iter().copied().filter(|one| rule.truth(one) == Some(true)).collect();
            columns.push(own);
        }
        assert_eq!(found.customers, columns.iter().map(|of| of.len() as u64).collect::<Vec<_>>());
        let known: BTreeSet<&str> = base.customers.iter().map(|one| one.id.as_str()).collect();
        let strangers = base.events.iter().filter(|event| !known.contains(event.id.as_str())).count();
        assert_eq!((found.rows, found.strangers), (base.events.len() as u64, strangers as u64));
        let value = |event: &Event| match by {
            "theme" => event.theme.map_or(Datum::Null, |theme| Datum::Text(theme.into())),
            _ => event.score.map_or(Datum::Null, Datum::Integer),
        };
        let all: Vec<&Event> = base.events.iter().collect();
        let mut values: BTreeMap<String, Vec<&Event>> = BTreeMap::new();
        if column.is_some() {
            all.iter().for_each(|event| values.entry(format!("{:?}", value(event))).or_default().push(event));
        }
        values.retain(|_, rows| heard(&columns[0], rows).1 > 0);
        let cells = found.cells();
        assert_eq!(cells.len(), found.lines.len());
        let mut has_mean = false;
        for (line, cells) in found.lines.iter().zip(&cells) {
            let rows: Vec<&Event> = match &line.what {
                LineSubject::Everyone => all.clone(),
                LineSubject::Value(value) => values.remove(&format!("{value:?}")).unwrap_or_default(),
                LineSubject::Mean => {
                    has_mean = true;
                    for (cell, of) in cells.iter().zip(&columns) {
                        let ids: BTreeSet<&str> = of.iter().map(|one| one.id.as_str()).collect();
                        let scores: Vec<f64> = all
                            .iter()
                            .filter(|event| ids.contains(event.id.as_str()))
                            .filter_map(|event| event.score.map(|score| score as f64))
                            .collect();
                        assert_near(cell.mean, ratio(scores.iter().sum(), scores.len() as f64), "mean");
                        assert_eq!(cell.mentions.count(), Some(scores.len() as u64));
                    }
                    continue;
                }
            };
            let (of_all, said_by_all) = (heard(&columns[0], &all).0 as f64, heard(&columns[0], &rows).0 as f64);
            for (at, (cell, of)) in cells.iter().zip(&columns).enumerate() {
                let (respondents, mentions) = heard(of, &rows);
                let own = heard(of, &all).0 as f64;
                assert_eq!((cell.respondents.count(), cell.mentions.count()), (Some(respondents), Some(mentions)));
                let is_all = line.what == LineSubject::Everyone;
                let whole = if is_all { of.len() as f64 } else { own };
                assert_near(cell.share, ratio(respondents as f64, whole), "share");
                let lift = ratio(respondents as f64, own).zip(ratio(said_by_all, of_all));
                let index = lift.and_then(|(own, all)| ratio(100.0 * own, all)).filter(|_| at > 0 && !is_all);
                assert_near(cell.index, index, "index");
            }
        }
        assert!(values.is_empty(), "{values:?} are not listed");
        let scores = all.iter().any(|event| event.score.is_some() && heard(&columns[0], &[event]).1 > 0);
        assert_eq!(has_mean, by == "score" && scores);
    });
}

#[test]
fn research_line_rule_counts_its_respondents() {
    each(40, |base, _| {
        let table = base.engine.schema().events("survey").expect("the table");
        for by in ["theme", "score"] {
            let mut inquiry = VoicesInquiry::new(table, Some(by), &base.checked("TRUE"), &[], 0);
            answer(base, &mut inquiry);
            let found = inquiry.found.get().expect("voices");
            for (at, cells) in found.cells().iter().enumerate() {
                if found.lines[at].what == LineSubject::Mean {
                    continue;
                }
                let said = research::said(table, found.condition(table, at).as_deref());
                let question = crosscut::engine::SummaryQuestion { filter: base.checked(&said), value: None };
                let counted = crosscut::engine::ask_one(&base.engine, &question, &crosscut::engine::Cancel::new());
                assert_eq!(Some(counted.expect("a count").customers), cells[0].respondents.count(), "{said}");
            }
        }
    });
}
