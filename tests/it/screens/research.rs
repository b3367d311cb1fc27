//! Research by persona, at every supported terminal size.

use super::{matches_picture, styles, text};
use crate::flow::harness::Flow;

const TALKS: &str =
    "[tables.talks]\npath = \"talks.csv\"\nkey = \"id\"\ndate = \"at\"\ntheme = \"theme\"\nquote = \"words\"\n";
const ROWS: &str = "\
id,at,theme,words,score
1,2026-03-01,price,\"Too dear, and dearer than it was when I came here first, which nobody ever told me.\",5
1,2026-03-01,price,Still too dear.,4
2,2026-03-02,finding things,Where is it?,1
3,2026-03-05,price,Fine.,3
3,2026-03-05,finding things,Nice \u{1b}[31m to find.,3
4,2026-03-06,,,2
9,2026-03-07,price,Who am I?,1
";

fn talks(keys: &str) -> Flow {
    let mut flow = Flow::with_table(TALKS, "talks.csv", ROWS);
    flow.press(keys);
    flow
}

#[test]
fn research_matches_picture_at_each_size() {
    let mut flow = talks("R j l");
    for (width, height) in [(120, 36), (80, 24), (200, 60), (40, 10)] {
        matches_picture(&format!("research_{width}x{height}"), &text(&mut flow.state, width, height));
    }
    matches_picture("research_styles", &styles(&mut flow.state, 80, 24));
}

#[test]
fn research_likeness_matches_picture() {
    let mut flow = talks("R l space v tab");
    matches_picture("research_likeness", &text(&mut flow.state, 120, 36));
    matches_picture("research_likeness_40x10", &text(&mut flow.state, 40, 10));
}

#[test]
fn research_scores_of_few_match_picture() {
    let mut flow = talks("R b \"score\" enter o");
    flow.state.settings.min_cell = 2;
    flow.press("/ \"plan = 'pro'\" enter j j");
    matches_picture("research_scores_of_few", &text(&mut flow.state, 80, 24));
}

#[test]
fn research_without_tables_matches_picture() {
    let mut flow = Flow::new();
    flow.press("R");
    matches_picture("research_none", &text(&mut flow.state, 80, 24));
}
