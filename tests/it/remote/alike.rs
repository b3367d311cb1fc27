//! Compares the answers of two engines: figures computed from floats may differ in their last digits, nothing else may.

use std::sync::LazyLock;

use crosscut::engine::{Answer, ColumnProfile, EngineError, Question};
use crosscut::model::Datum;
use regex::Regex;

use crate::agree::alike::difference;

/// Relative difference that the order of a sum explains.
const CLOSE: f64 = 1e-9;
/// The same for variances: squares of values far from zero lose more digits.
const CLOSE_SQUARES: f64 = 1e-6;
/// Returns the place where the answers differ, `None` if they are alike.
pub fn differs(answer: &Answer, expected: &Answer) -> Option<String> {
    match (answer, expected) {
        // Only the local engine reports the cost of a column.
        (Answer::Profile(_), Answer::Profile(expected)) => {
            let expected = Answer::Profile(Box::new(ColumnProfile { cost: None, ..ColumnProfile::clone(expected) }));
            far_apart(&format!("{answer:?}"), &format!("{expected:?}"))
        }
        (Answer::Contrast(_), _) => far_apart(&format!("{answer:?}"), &format!("{expected:?}")),
        _ => difference(&with_one_zero(answer), &with_one_zero(expected)),
    }
}

/// The answer without −0 in its rows: SQLite has none.
fn with_one_zero(answer: &Answer) -> Answer {
    let mut answer = answer.clone();
    let rows = match &mut answer {
        Answer::Page(page) => page.rows.as_mut_slice(),
        Answer::Events(events) => events.rows.as_mut_slice(),
        _ => &mut [],
    };
    for cell in rows.iter_mut().flatten().filter(|cell| **cell == Datum::Float(0.0)) {
        if matches!(cell, Datum::Float(_)) {
            *cell = Datum::Float(0.0);
        }
    }
    answer
}

/// Describes the difference of an answer from the local engine's. Accepts a refusal of an unsupported function, and a
/// float sum beyond the largest float, which is an error in PostgreSQL.
pub fn wrong(
    question: &Question,
    answer: &Result<Answer, EngineError>,
    expected: &Result<Answer, EngineError>,
) -> Option<String> {
    let how = match (answer, expected) {
        (Err(EngineError::Unsupported { .. }), _) => return None,
        (Err(EngineError::Failed(why)), Ok(_)) if why.contains("value out of range: overflow") => return None,
        (Ok(answer), Ok(expected)) => differs(answer, expected)?,
        (Err(EngineError::Failed(_)), Err(EngineError::Failed(_))) => return None,
        (answer, expected) => format!("{answer:?}\nand the local engine\n{expected:?}"),
    };
    Some(format!("{question:?}\n{how}"))
}

/// Compares two texts word by word, floats by their value.
fn far_apart(answer: &str, expected: &str) -> Option<String> {
    static WORDS: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"-?\d+\.\d+(?:e-?\d+)?|-?\d+e-?\d+|NaN|-?inf|-?\d+|\w+|\W").expect("a good expression")
    });
    // Unsigned 64-bit numbers leave the local engine as decimals; a database has no such type.
    let words = |text: &str| -> Vec<String> { WORDS.find_iter(text).map(|word| word.as_str().to_owned()).collect() };
    let (answer, expected) = (words(answer), words(expected));
    let is_float = |word: &str| word.contains('.') || word.contains('e') || word.contains("inf") || word == "NaN";
    let number = |word: &String| word.parse::<f64>().ok().filter(|_| is_float(word));
    // A mean of opposite numbers is a small difference of large sums.
    let widest =
        expected.iter().filter_map(number).filter(|x| x.is_finite()).fold(0.0, |most: f64, x| most.max(x.abs()));
    let (mut close, mut slack) = (CLOSE, 0.0);
    let mut same = |(a, b): (&String, &String)| {
        match a.as_str() {
            "variance" | "std_dev" => (close, slack) = (CLOSE_SQUARES, 0.0),
            "mean" => (close, slack) = (CLOSE, 1e-12 * widest.max(1.0)),
            name if name.starts_with(char::is_alphabetic) && name != "Some" => (close, slack) = (CLOSE, 0.0),
            _ => {}
        }
        let close = |x: f64, y: f64| {
            x == y || (x - y).abs() <= slack + close * x.abs().max(y.abs()) || x.is_nan() && y.is_nan()
        };
        a == b || number(a).zip(number(b)).is_some_and(|(x, y)| close(x, y))
    };
    let parted = answer.iter().zip(&expected).position(|pair| !same(pair));
    let parted = parted.or_else(|| (answer.len() != expected.len()).then_some(answer.len().min(expected.len())))?;
    let around =
        |words: &[String]| words[parted.saturating_sub(60).min(words.len())..(parted + 90).min(words.len())].concat();
    Some(format!("… {}\nand the local engine\n… {}", around(&answer), around(&expected)))
}
