//! Counts how often a rule's text is parsed.

use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use crate::flow::harness::Flow;

/// Lengths of the parsed texts, in bytes.
#[derive(Clone, Default)]
struct ParsedLengths(Arc<Mutex<Vec<u64>>>);

impl Subscriber for ParsedLengths {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "crosscut::rule::parse"
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        event.record(&mut self.clone());
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

impl Visit for ParsedLengths {
    fn record_u64(&mut self, _: &Field, bytes: u64) {
        self.0.lock().expect("no panic").push(bytes);
    }

    fn record_debug(&mut self, _: &Field, _: &dyn Debug) {}
}

/// Presses a key and returns how often the filter's text was parsed for it.
fn parses_of_the_filter(flow: &mut Flow, key: &str) -> usize {
    let lengths = ParsedLengths::default();
    tracing::subscriber::with_default(lengths.clone(), || {
        flow.press(key);
    });
    // The engine also parses the name of a computed column that a question is about.
    let length = flow.state.filter.text().trim().len() as u64;
    let lengths = lengths.0.lock().expect("no panic");
    lengths.iter().filter(|parsed| **parsed == length).count()
}

#[test]
fn key_in_the_filter_parses_its_text_once_in_every_view() {
    // Main screen, rows, matrix, combinations, why, facets, profile, coverage, consolidation, attrition.
    for view in ["", "r", "m", "U", "w", "f", "i enter", "C", "c", "a"] {
        let mut flow = Flow::new();
        flow.press(view).press("/ \"@north_america AND plan = 'pr\"");
        for key in ["\"o\"", "\"'\"", "\" \"", "\"A\"", "backspace"] {
            // A blank behind a rule changes nothing of it, and without it the rule is the one before.
            let is_known = key == "\" \"" || key == "backspace";
            let parses = parses_of_the_filter(&mut flow, key);
            assert!(parses == 1 || parses == 0 && is_known, "{parses} for {key} in view {view:?}");
        }
    }
}
