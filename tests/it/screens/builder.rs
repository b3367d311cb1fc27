//! The builder of segmentations, over a small counted shop.

use super::{drawn, matches_picture, text};
use crate::flow::harness::Flow;
use crosscut::study::ThemeName;

const SIZES: [(u16, u16); 4] = [(40, 10), (80, 24), (120, 36), (200, 60)];

fn pictures(name: &str, flow: &mut Flow) {
    for (width, height) in SIZES {
        matches_picture(&format!("builder_{name}_{width}x{height}"), &text(&mut flow.state, width, height));
    }
}

#[test]
fn builder_of_cut_column_matches_picture() {
    let mut flow = Flow::new();
    flow.press("B \"spend\" enter l tab \"60, 150\"");
    pictures("breaks", &mut flow);
}

#[test]
fn builder_of_faulty_cells_matches_picture() {
    let mut flow = Flow::new();
    flow.press("B \"by hand\" enter ctrl-u \"worth\" tab tab tab \"big\" tab \"spend > 90\"");
    flow.press("ctrl-n \"american\" tab \"contry = 'US'\"");
    pictures("cells", &mut flow);
}

#[test]
fn builder_of_rfm_matches_picture() {
    let mut flow = Flow::new();
    flow.press("B \"RFM\" enter \"joined, age, spend\" down down down down down tab");
    pictures("rfm", &mut flow);
    flow.state.settings.theme = ThemeName::Mono;
    assert!(drawn(&mut flow.state, 80, 24).1.is_some(), "the cursor stands in the field");
}
