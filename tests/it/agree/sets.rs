//! Overlaps and combinations of more rules than a random question has.

use crosscut::engine::local::LocalEngine;
use crosscut::engine::{
    CombinationsQuestion, CoverageQuestion, Grouping, GroupsQuestion, MembershipsQuestion, OverlapQuestion, Personas,
    Question, TypedQuestion,
};
use crosscut::model::{Datum, PERSONA};
use crosscut::rule::Checked;
use proptest::collection::vec;
use proptest::prop_oneof;

use super::alike::difference;
use super::cases::{checked, run};
use super::random::ask;
use super::rules::rules;
use super::tables::{Nulls, Recipe, tables};
use super::{engines, plain};

fn read(texts: &[String]) -> Vec<Checked> {
    checked(texts).into_iter().map(|(_, rule)| rule).collect()
}

/// Memberships, coverage, overlap and combinations.
fn about(filter: &Checked, sets: &[Checked]) -> [Question; 5] {
    let (rows, columns) = sets.split_at(sets.len() / 3);
    let (filter, sets) = (|| filter.clone(), || sets.to_vec());
    [
        MembershipsQuestion { filter: filter(), sets: sets() }.into(),
        CoverageQuestion { filter: filter(), sets: sets(), value: Some("spend".into()) }.into(),
        OverlapQuestion { filter: filter(), rows: rows.to_vec(), columns: columns.to_vec() }.into(),
        CombinationsQuestion { filter: filter(), sets: sets(), value: None, limit: 5 }.into(),
        CombinationsQuestion { filter: filter(), sets: sets(), value: Some("spend".into()), limit: usize::MAX }.into(),
    ]
}

#[test]
fn set_questions_equal_loops() {
    let many = prop_oneof![9 => vec(rules(), 0..8), 1 => vec(rules(), 60..=64)];
    run(80, &(tables(), rules(), many), |(recipe, filter, sets)| {
        let frame = recipe.frame();
        let filter = read(&[filter]).pop().unwrap_or(Checked::everyone());
        let questions = about(&filter, &read(&sets));
        for (name, engine) in engines::engines(&frame) {
            personas_are_the_first_layers(&engine, &filter, &read(&sets))?;
            for question in &questions {
                let expected = plain::answer(&frame, question).map_err(|error| error.to_string())?;
                if let Some(how) = difference(&ask(&engine, question)?, &expected) {
                    return Err(format!("{question:?}\nengine of {name}: {how}"));
                }
            }
        }
        Ok(())
    });
}

/// The size of each first-persona group equals what its layer adds to the coverage.
fn personas_are_the_first_layers(engine: &LocalEngine, filter: &Checked, sets: &[Checked]) -> Result<(), String> {
    let personas: Vec<(String, Checked)> =
        sets.iter().enumerate().map(|(i, rule)| (format!("p{}", (i * 7) % 64), rule.clone())).collect();
    let layers = CoverageQuestion { filter: filter.clone(), sets: sets.to_vec(), value: None };
    let by = vec![Grouping::from(PERSONA)];
    let groups = GroupsQuestion { filter: filter.clone(), by, value: None, limit: usize::MAX };
    let (layers, false) = (ask(engine, &layers)?, personas.is_empty()) else { return Ok(()) };
    let groups = ask(engine, &groups.with_personas(&Personas::new(personas.clone())))?;
    for ((id, _), layer) in personas.iter().zip(&layers.layers) {
        let group = groups.groups.iter().find(|group| group.key[0] == Datum::Text(id.clone()));
        let counted = group.map_or(0, |group| group.customers.in_filter);
        if counted != layer.first.customers {
            return Err(format!("{id}: {counted} by persona, {} by layer", layer.first.customers));
        }
    }
    Ok(())
}

#[test]
fn customers_in_all_of_64_sets_are_counted() {
    let frame = Recipe { rows: 130, nulls: Nulls::None, seed: 5 }.frame();
    let sets = read(&(0..64).map(|i| format!("id >= {}", 2 * i)).collect::<Vec<_>>());
    for question in about(&Checked::everyone(), &sets) {
        let expected = plain::answer(&frame, &question).expect("polars can say it");
        for (name, engine) in engines::engines(&frame) {
            let answer = ask(&engine, &question).expect("an answer");
            assert_eq!(difference(&answer, &expected), None, "engine of {name}");
        }
    }
}
