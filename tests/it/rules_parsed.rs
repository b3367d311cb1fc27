//! Counts how often a rule's text is parsed.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use crate::flow::harness::Flow;

/// Counts the events of the parser.
struct ParseCounter(Arc<AtomicUsize>);

impl Subscriber for ParseCounter {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "crosscut::rule::parse"
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, _: &Event<'_>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

fn parses(action: impl FnOnce()) -> usize {
    let count = Arc::new(AtomicUsize::new(0));
    tracing::subscriber::with_default(ParseCounter(count.clone()), action);
    count.load(Ordering::Relaxed)
}

#[test]
fn key_in_the_filter_parses_its_text_once_in_every_view() {
    // Main screen, rows, matrix, combinations, why, facets, profile, coverage, consolidation, attrition.
    for view in ["", "r", "m", "U", "w", "f", "i", "C", "c", "a"] {
        let mut flow = Flow::new();
        flow.press(view).press("/ \"@north_america AND plan = 'pr\"");
        for key in ["\"o\"", "\"'\"", "\" \"", "\"A\"", "backspace"] {
            let parses = parses(|| {
                flow.press(key);
            });
            assert_eq!(parses, 1, "{key} in view {view:?}");
        }
    }
}
