//! A customer and the frequencies of a column, over a small counted shop.

use super::{matches_picture, text};
use crate::flow::harness::Flow;

#[test]
fn customer_matches_picture_at_each_size() {
    let mut flow = Flow::with_segment("grown", "age >= 18 AND plan = 'pro'");
    flow.press("r j enter");
    for (width, height) in [(40, 10), (80, 24), (120, 36)] {
        matches_picture(&format!("customer_{width}x{height}"), &text(&mut flow.state, width, height));
    }
    flow.press("tab G enter");
    matches_picture("customer_sets_80x24", &text(&mut flow.state, 80, 24));
}

#[test]
fn frequency_matches_picture_at_each_size() {
    let mut flow = Flow::new();
    flow.press("r l F space");
    for (width, height) in [(40, 10), (80, 24), (120, 36)] {
        matches_picture(&format!("frequency_{width}x{height}"), &text(&mut flow.state, width, height));
    }
    flow.press("l l");
    matches_picture("frequency_bins_80x24", &text(&mut flow.state, 80, 24));
}

#[test]
fn found_text_is_marked_in_each_cell() {
    let mut flow = Flow::new();
    flow.press("r ctrl-f \"pr\" enter -");
    let picture = text(&mut flow.state, 80, 24);
    assert!(picture.contains("find pr · 1 hidden"), "{picture}");
    flow.press("u");
    matches_picture("rows_found_styles_80x24", &super::styles(&mut flow.state, 80, 24));
}
