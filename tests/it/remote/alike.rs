//! Whether two engines answered alike: figures computed from floats may differ in their last digits, nothing else.

use std::sync::LazyLock;

use crosscut::engine::{Answer, EngineError, Question};
use regex::Regex;

use crate::agree::alike::difference;

/// A relative difference that the order of a sum explains.
const CLOSE: f64 = 1e-9;
/// The same of variances: the local engine takes squares of distances from the middle of the column's whole range, which of
/// dates such as 9999-12-31 costs most of a float's digits.
const CLOSE_SQUARES: f64 = 1e-4;

/// Where the answers differ, `None` if they are alike.
pub fn differs(answer: &Answer, expected: &Answer) -> Option<String> {
    match answer {
        Answer::Profile(_) | Answer::Contrast(_) => far_apart(&format!("{answer:?}"), &format!("{expected:?}")),
        _ => difference(answer, expected),
    }
}

/// How an answer to a question differs from the local engine's; a refusal by name does not.
pub fn wrong(
    question: &Question,
    answer: &Result<Answer, EngineError>,
    expected: &Result<Answer, EngineError>,
) -> Option<String> {
    let how = match (answer, expected) {
        (Err(EngineError::Unsupported { .. }), _) => return None,
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
    // Unsigned numbers of 64 bits leave the local engine as decimals, which have no kind of their own in a database.
    let words = |text: &str| -> Vec<String> { WORDS.find_iter(text).map(|word| word.as_str().to_owned()).collect() };
    let (answer, expected) = (words(answer), words(expected));
    let is_float = |word: &str| word.contains('.') || word.contains('e') || word.contains("inf") || word == "NaN";
    let mut close = CLOSE;
    let mut same = |(a, b): (&String, &String)| {
        match a.as_str() {
            "variance" | "deviation" => close = CLOSE_SQUARES,
            name if name.starts_with(char::is_alphabetic) && name != "Some" => close = CLOSE,
            _ => {}
        }
        if a == b {
            return true;
        }
        let (Ok(x), Ok(y)) = (a.parse::<f64>(), b.parse::<f64>()) else { return false };
        (is_float(a) || is_float(b)) && (x == y || (x - y).abs() <= close * x.abs().max(y.abs()) || x.is_nan() && y.is_nan())
    };
    let parted = answer.iter().zip(&expected).position(|pair| !same(pair));
    let parted = parted.or_else(|| (answer.len() != expected.len()).then_some(answer.len().min(expected.len())))?;
    let around = |words: &[String]| words[parted.saturating_sub(60).min(words.len())..(parted + 90).min(words.len())].concat();
    Some(format!("… {}\nand the local engine\n… {}", around(&answer), around(&expected)))
}
