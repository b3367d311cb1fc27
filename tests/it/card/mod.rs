//! Cards of the sample personas against DuckDB; `make.py` documents how the expected figures were computed.

use crosscut::cli::open::CheckedStudy;
use crosscut::insight::card::{Facts, TypicalValue};
use serde_json::Value;

use crate::shop::sample;

fn near(found: Option<f64>, wanted: &Value) {
    let (found, wanted) = (found.expect("a figure"), wanted.as_f64().expect("a number"));
    assert!((found - wanted).abs() <= 1e-9 * wanted.abs().max(1.0), "{found} is not {wanted}");
}

fn card(opened: &CheckedStudy, id: &str) -> (Facts, Value) {
    let all: Value = serde_json::from_str(include_str!("expected.json")).expect("JSON");
    let at = opened.study.definitions.personas.iter().position(|persona| persona.id == id).expect("the persona");
    (opened.facts(at).unwrap_or_else(|failure| panic!("{failure}")), all[id].clone())
}

#[test]
fn card_figures_equal_duckdb() {
    let opened = sample();
    for id in ["dana", "sam"] {
        let (facts, wanted) = card(&opened, id);
        let size = facts.size.get().expect("a size");
        assert_eq!(size.customers.count(), wanted["customers"].as_u64(), "{id}");
        near(size.value, &wanted["value"]);
        near(size.share_of_value, &wanted["share_of_value"]);
        near(size.mean_value, &wanted["mean_value"]);
        for span in &facts.spans {
            let (found, wanted) = (span.figures.get().expect("counts"), &wanted["spans"][&span.name]);
            assert_eq!((found.both.count(), found.segment.count()), (wanted[0].as_u64(), wanted[1].as_u64()));
            near(found.penetration, &wanted[2]);
            near(found.composition, &wanted[3]);
            near(found.index, &wanted[4]);
        }
        flow(&facts, &wanted);
        claims(&facts, &wanted);
        typical(&facts, &wanted);
        for (one, wanted) in facts.attributes.iter().zip(wanted["attributes"].as_array().expect("attributes")) {
            let found = one.figures.get().expect("counts");
            // 280 of Sam's are left of 289: the nine would follow.
            let is_hidden = one.text == "company_size IS NOT NULL";
            let [all, wanted] = [&wanted[0], &wanted[1]].map(|wanted| wanted.as_u64().filter(|_| !is_hidden));
            assert_eq!(found.all_so_far.count(), all, "{}", one.text);
            assert_eq!(found.all_in_audience.count(), wanted, "{}", one.text);
        }
    }
}

fn flow(facts: &Facts, wanted: &Value) {
    let reached = facts.flow.iter().filter_map(|stage| stage.reached.as_ref()).map(|one| one.get().expect("counts"));
    let (so_far, alone): (Vec<_>, Vec<_>) = reached.map(|one| (one.so_far.count(), one.alone.count())).unzip();
    let counts = |of: &Value| of.as_array().expect("counts").iter().map(Value::as_u64).collect::<Vec<_>>();
    assert_eq!((so_far, alone), (counts(&wanted["so_far"]), counts(&wanted["alone"])));
}

fn claims(facts: &Facts, wanted: &Value) {
    let wanted = wanted["claims"].as_array().expect("claims");
    assert_eq!(facts.claims.len(), wanted.len());
    for (claim, wanted) in facts.claims.iter().zip(wanted).filter(|(_, wanted)| !wanted.is_null()) {
        let effect = claim.effect.expect("an effect");
        near(Some(effect.smd), &wanted[0]);
        near(effect.index, &wanted[1]);
        near(Some(effect.shares.inside), &wanted[2]);
        near(Some(effect.shares.outside), &wanted[3]);
    }
}

fn typical(facts: &Facts, wanted: &Value) {
    let of = |column: &str| facts.typical.iter().find(|one| one.column == column).map(|one| &one.what);
    for (column, wanted) in wanted["medians"].as_object().expect("medians") {
        // A few households are larger than most, and quartiles would tell how many of them are in the audience.
        if column == "household_size" && of(column).is_none() {
            continue;
        }
        let Some(TypicalValue::Middle { lower, median, upper, .. }) = of(column) else { panic!("{column}") };
        for (found, wanted) in [lower, median, upper].into_iter().zip(wanted.as_array().expect("quartiles")) {
            near(found.number(), wanted);
        }
    }
    for (column, wanted) in wanted["modes"].as_object().expect("modes") {
        let Some(TypicalValue::Most { value, share, .. }) = of(column) else { panic!("{column}") };
        assert_eq!(value.text(), wanted[0].as_str(), "{column}");
        near(Some(*share), &wanted[1]);
    }
}

#[test]
fn card_has_no_masked_or_key_column() {
    let (facts, _) = card(&sample(), "dana");
    let traits = facts.traits.found.iter().chain(&facts.traits.of_the_rule).map(|one| one.column.as_str());
    let columns: Vec<&str> = traits.chain(facts.typical.iter().map(|one| one.column.as_str())).collect();
    assert!(columns.len() > 10 && !columns.iter().any(|column| ["email", "name", "customer_id"].contains(column)));
}
