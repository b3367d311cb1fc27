//! What an engine keeps between questions never shows in its answers.

use crosscut::engine::local::LocalEngine;
use crosscut::engine::{Answer, Question};
use proptest::collection::vec;

use super::alike::difference;
use super::cases::{checked, sample};
use super::questions::shapes;
use super::random::ask;
use super::rules::rules;
use super::tables::{Dice, Nulls, Recipe};
use super::{engines, files, plain};

const TABLE: Recipe = Recipe { rows: 1_000, nulls: Nulls::Some, seed: 11 };

/// Questions that share their rules in all ways, with the answers of plain polars.
fn questions() -> Vec<(Question, Answer)> {
    let frame = TABLE.frame();
    let texts = sample(12, &rules());
    let shapes = sample(60, &(shapes(), vec(0..texts.len(), 1..5)));
    let question = |(shape, picked): (super::questions::Shape, Vec<usize>)| {
        let texts: Vec<String> = picked.into_iter().map(|i| texts[i].clone()).collect();
        let question = shape.about(&checked(&texts).into_iter().map(|(_, rule)| rule).collect::<Vec<_>>());
        let answer = plain::answer(&frame, &question).expect("polars can say it");
        (question, answer)
    };
    shapes.into_iter().map(question).collect()
}

/// Asks all of them, in an order of its own.
fn ask_all(engine: &LocalEngine, questions: &[(Question, Answer)], order: u64) -> Result<(), String> {
    let mut order_of = Dice(order);
    let mut shuffled: Vec<_> = questions.iter().map(|question| (order_of.next(), question)).collect();
    shuffled.sort_by_key(|(place, _)| *place);
    for (_, (question, expected)) in shuffled {
        if let Some(how) = difference(&ask(engine, question)?, expected) {
            return Err(format!("{question:?} in order {order}:\n{how}"));
        }
    }
    Ok(())
}

fn many_bases() -> Vec<(String, LocalEngine)> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut all = engines::engines(&TABLE.frame());
    for (file, base) in files::bases(&TABLE.as_written(), folder.path()) {
        all.extend(engines::engines_on(&base).into_iter().map(|(name, engine)| (format!("{file}, {name}"), engine)));
    }
    all
}

#[test]
fn the_order_of_questions_does_not_matter() {
    let questions = questions();
    for (name, engine) in many_bases() {
        for order in 0..3 {
            ask_all(&engine, &questions, order).unwrap_or_else(|how| panic!("engine of {name}: {how}"));
        }
    }
}

#[test]
fn many_may_ask_at_once() {
    let questions = questions();
    for (name, engine) in many_bases() {
        std::thread::scope(|scope| {
            let asking = (0..4).map(|order| {
                scope.spawn({
                    let (engine, questions) = (&engine, &questions);
                    move || ask_all(engine, questions, order)
                })
            });
            for asked in Vec::from_iter(asking) {
                asked.join().expect("no panic").unwrap_or_else(|how| panic!("engine of {name}: {how}"));
            }
        });
    }
}
