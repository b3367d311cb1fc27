//! Compares two answers. Sums may differ in their last digits, which depend on the order of adding; nothing else may.

use crosscut::engine::{Answer, GroupAnswer, GroupFigures, LayeredOverlap, Portion, ValueSums};
use crosscut::model::Datum;

/// Describes the difference between the answers; `None` if they are alike.
pub fn difference(answer: &Answer, expected: &Answer) -> Option<String> {
    let mut answer = answer.clone();
    let mut expected = expected.clone();
    settle(&mut answer, &expected);
    zero_is_zero(&mut answer);
    zero_is_zero(&mut expected);
    // Compared as text, in which NaN equals NaN and -0 differs from 0. Unsigned 64-bit numbers leave the engine as
    // decimals of scale 0.
    let whole = regex::Regex::new(r#"Decimal\(Decimal \{ units: (-?\d+), scale: 0 \}\)|Text\("(\d{19,20})"\)"#);
    let whole = whole.expect("a good expression");
    let text = |answer: &Answer| whole.replace_all(&format!("{answer:?}"), "Integer($1$2)").into_owned();
    let (answer, expected) = (text(&answer), text(&expected));
    (answer != expected).then(|| first_difference(&answer, &expected))
}

/// Replaces sums that are close enough by the expected ones.
fn settle(answer: &mut Answer, expected: &Answer) {
    match (answer, expected) {
        (Answer::Summary(answer), Answer::Summary(expected)) => settle_sums(&mut answer.value, &expected.value),
        (Answer::Coverage(answer), Answer::Coverage(expected)) => {
            for (portion, expected) in portions(answer).into_iter().zip(portions(&mut expected.clone())) {
                settle_sum(&mut portion.value, expected.value);
            }
        }
        (Answer::Combinations(answer), Answer::Combinations(expected)) => {
            for (one, expected) in answer.combinations.iter_mut().zip(&expected.combinations) {
                settle_sum(&mut one.value, expected.value);
            }
        }
        (Answer::Groups(answer), Answer::Groups(expected)) => {
            settle_sums(&mut answer.value, &expected.value);
            for (group, expected) in answer.groups.iter_mut().zip(&expected.groups) {
                settle_sum(&mut group.value_sum, expected.value_sum);
            }
        }
        _ => {}
    }
}

fn portions(coverage: &mut LayeredOverlap) -> Vec<&mut Portion> {
    let LayeredOverlap { whole, none, one, several, layers } = coverage;
    let layers = layers.iter_mut().flat_map(|layer| [&mut layer.all, &mut layer.first, &mut layer.only]);
    [whole, none, one, several].into_iter().chain(layers).collect()
}

fn settle_sums(sums: &mut Option<ValueSums>, expected: &Option<ValueSums>) {
    if let (Some(sums), Some(expected)) = (sums, expected) {
        settle_sum(&mut sums.in_filter, expected.in_filter);
        settle_sum(&mut sums.in_base, expected.in_base);
    }
}

fn settle_sum(sum: &mut f64, expected: f64) {
    if (*sum - expected).abs() <= 1e-9 * expected.abs() {
        *sum = expected;
    }
}

/// Replaces a key of -0 by 0: both are one group, whose key may be either.
fn zero_is_zero(answer: &mut Answer) {
    let keys: Vec<&mut Datum> = match answer {
        Answer::Groups(GroupAnswer { groups, .. }) => {
            groups.iter_mut().flat_map(|GroupFigures { key, .. }| key).collect()
        }
        Answer::Quantiles(quantiles) => quantiles.values.iter_mut().collect(),
        Answer::Values(values) => values.values.iter_mut().map(|(value, _)| value).collect(),
        _ => Vec::new(),
    };
    for key in keys {
        if *key == Datum::Float(0.0) {
            *key = Datum::Float(0.0);
        }
    }
}

/// The parts of both texts around their first difference.
fn first_difference(answer: &str, expected: &str) -> String {
    let parts = answer.chars().zip(expected.chars()).take_while(|(a, b)| a == b).count();
    let around = |text: &str| text.chars().skip(parts.saturating_sub(150)).take(400).collect::<String>();
    format!("… {}\nand plain polars\n… {}", around(answer), around(expected))
}
