//! Column profiles of real tables against numpy and pandas (`make.py` writes `figures.tsv`), and the profile view by
//! keys.

use crosscut::tui::views::profile::ProfileView;
use std::path::PathBuf;

use crosscut::data::{self, BaseLocation, LoadOptions};
use crosscut::engine::local::LocalEngine;
use crosscut::engine::{Cancel, Engine, ProfileQuestion, QuantilesQuestion, ask_one};
use crosscut::rule::{self, Checked, Context, Namespace};

use crate::flow::harness::Flow;

fn table(name: &str) -> Option<LocalEngine> {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data/customers"));
    if !folder.exists() {
        eprintln!("skipped: there is no {}", folder.display());
        return None;
    }
    let base = data::load(&BaseLocation::Path(folder.join(name)), &LoadOptions::default(), &mut |_| {}, &|| false);
    Some(LocalEngine::new(base.expect("a real table")))
}

fn checked(engine: &LocalEngine, text: &str) -> Checked {
    let today = "2026-06-30".parse().expect("a date");
    rule::check(text, &Context { schema: engine.schema(), names: &Namespace::default(), today }).expect("a rule")
}

fn close(found: f64, expected: f64) -> bool {
    (found - expected).abs() <= 1e-9 * expected.abs().max(1.0)
}

#[test]
fn profile_figures_agree_with_numpy_and_pandas() {
    let mut lines = 0;
    for line in include_str!("figures.tsv").lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        let Some(engine) = table(fields[0]) else { return };
        let (column, filter) = (fields[2].to_owned(), checked(&engine, fields[3]));
        let expected: Vec<f64> = fields[4..].iter().map(|field| field.parse().expect("a number")).collect();
        let question = ProfileQuestion { filter: filter.clone(), column: column.clone(), bins: 20 };
        let profile = ask_one(&engine, &question, &Cancel::new()).unwrap_or_else(|error| panic!("{line}: {error}"));
        let spread = profile.spread.expect("numbers").in_filter;
        let found =
            [spread.least, spread.lower, spread.median, spread.upper, spread.most, spread.mean, spread.deviation];
        assert_eq!(profile.known.in_filter as f64, expected[0], "{line}");
        for (found, expected) in found.iter().zip(&expected[1..8]) {
            assert!(close(found.expect("a figure"), *expected), "{found:?} and not {expected} in {line}");
        }
        let bins = profile.bins.expect("bins");
        let binned: u64 = bins.counts.iter().map(|count| count.in_filter).sum();
        assert_eq!(binned + bins.above.in_filter, profile.known.in_filter, "{line}");
        let shares = (1..10).map(|tenth| f64::from(tenth) / 10.0).collect();
        let question = QuantilesQuestion { filter, column, shares };
        let deciles = ask_one(&engine, &question, &Cancel::new()).unwrap_or_else(|error| panic!("{line}: {error}"));
        let found: Vec<f64> = deciles.values.iter().map(|value| value.number().expect("a number")).collect();
        assert_eq!(found, expected[8..], "{line}");
        lines += 1;
    }
    assert!(lines >= 9);
}

#[test]
fn profile_key_opens_picked_column_and_follows_filter() {
    let mut flow = Flow::new();
    flow.press("i \"spend\" enter");
    assert_eq!(flow.state.view, "profile");
    let profile = flow.state.views.get::<ProfileView>().shown().expect("a profile").clone();
    assert_eq!(profile.column, "spend");
    flow.press("/ \"plan = 'pro'\" enter");
    let narrowed = flow.state.views.get::<ProfileView>().shown().expect("a profile").clone();
    assert!(narrowed.customers.in_filter < profile.customers.in_filter);
    assert_eq!(narrowed.customers.in_base, profile.customers.in_base);
    flow.press("b");
    assert!(flow.state.views.get::<ProfileView>().profile.found.fresh);
    flow.press("l");
    assert_ne!(flow.state.views.get::<ProfileView>().column.as_deref(), Some("spend"));
    flow.press("esc");
    assert_eq!(flow.state.view, "main");
    flow.press("i i");
    assert_eq!(flow.state.view, "main");
}

#[test]
fn profile_of_masked_column_is_refused() {
    let mut flow = Flow::new();
    flow.press("i \"email\" enter");
    assert_eq!(flow.state.view, "main");
    assert!(flow.state.message.as_ref().is_some_and(|message| message.text.contains("masked")));
}
