//! Tables that are longer than a piece of a text column, and have more distinct values than a byte or two can number.

use crosscut::rule::Checked;
use proptest::collection::vec;

use super::alike::difference;
use super::cases::{checked, sample};
use super::questions::shapes;
use super::random::ask;
use super::rules::rules;
use super::tables::{Nulls, Recipe};
use super::{engines, files, plain};

#[test]
fn long_tables_are_answered_alike() {
    for (rows, nulls, seed) in [(65_537, Nulls::Some, 3), (131_072, Nulls::None, 4)] {
        let table = Recipe { rows, nulls, seed };
        let folder = tempfile::tempdir().expect("a temporary folder");
        let frame = table.frame();
        let mut all = engines::engines(&frame);
        let path = files::whole_parquet(&table.as_written(), folder.path(), 30_000);
        all.extend(engines::engines_on(&files::load(&path)));
        for (texts, shape) in sample(40, &(vec(rules(), 1..4), shapes())) {
            let rules: Vec<Checked> = checked(&texts).into_iter().map(|(_, rule)| rule).collect();
            let question = shape.about(&rules);
            let expected = plain::answer(&frame, &question).expect("polars can say it");
            for (name, engine) in &all {
                let answer = ask(engine, &question).unwrap_or_else(|how| panic!("{how}"));
                let how = difference(&answer, &expected);
                assert!(how.is_none(), "{question:?}\nengine of {name}: {}", how.unwrap_or_default());
            }
        }
    }
}
