//! Effect sizes and p-values against scipy and statsmodels; `make.py` documents how the expected figures were computed.

use crosscut::engine::{BothSides, Moments};
use crosscut::insight::effect;
use crosscut::insight::why::ALPHA;
use serde_json::Value;

fn cases(kind: &str) -> Vec<Value> {
    let all: Value = serde_json::from_str(include_str!("effects.json")).expect("JSON");
    let cases = all[kind].as_array().expect("cases").clone();
    assert!(cases.len() >= 3, "{kind}");
    cases
}

fn near(found: Option<f64>, wanted: &Value) {
    let (found, wanted) = (found.expect("a figure"), wanted.as_f64().expect("a number"));
    assert!((found - wanted).abs() <= 1e-9 * wanted.abs().max(1.0), "{found} is not {wanted}");
}

fn moments(of: &Value) -> Moments {
    let number = |name: &str| of[name].as_f64().expect("a number");
    Moments {
        known: of["known"].as_u64().expect("a count"),
        mean: number("mean"),
        variance: number("variance"),
        largest: 0.0,
    }
}

fn count(of: &Value, at: usize) -> u64 {
    of[at].as_u64().expect("a count")
}

#[test]
fn mean_effects_agree_with_scipy() {
    for case in cases("means") {
        let sides = BothSides { inside: moments(&case["inside"]), outside: moments(&case["outside"]) };
        near(effect::smd(sides), &case["smd"]);
        near(effect::welch(sides), &case["p"]);
    }
}

#[test]
fn share_effects_agree_with_scipy() {
    for case in cases("shares") {
        let side = |at| BothSides { inside: count(&case["inside"], at), outside: count(&case["outside"], at) };
        let share = |side: &str| count(&case[side], 0) as f64 / count(&case[side], 1) as f64;
        let shares = BothSides { inside: share("inside"), outside: share("outside") };
        near(effect::smd_of_shares(shares), &case["smd"]);
        let chi = effect::chi_square_of_shares(side(0), side(1));
        near(chi, &case["chi"]);
        near(chi.and_then(|chi| effect::chi_square_p(chi, 1)), &case["p"]);
    }
}

#[test]
fn cramers_v_is_corrected_for_bias() {
    for case in cases("tables") {
        let rows = case["table"].as_array().expect("rows");
        let n = rows.iter().map(|row| count(row, 0) + count(row, 1)).sum();
        let chi = case["chi"].as_f64().expect("a number");
        near(effect::cramers_v(chi, n, rows.len() as u64, 2), &case["v"]);
        near(effect::chi_square_p(chi, rows.len() as u64 - 1), &case["p"]);
    }
}

#[test]
fn benjamini_hochberg_agrees_with_statsmodels() {
    for case in cases("gates") {
        let p: Vec<f64> = case["p"].as_array().expect("p").iter().filter_map(Value::as_f64).collect();
        let wanted: Vec<bool> = case["reject"].as_array().expect("answers").iter().filter_map(Value::as_bool).collect();
        assert_eq!(effect::benjamini_hochberg(&p, 0, ALPHA), wanted);
    }
}
