//! A definition that the engine cannot count says so in its own line, and all others count.

use crosscut::insight::card::ClaimState;
use crosscut::insight::catalog::SegmentationState;
use crosscut::tui::views::card::CardView;
use crosscut::tui::views::matrix::MatrixView;
use crosscut::tui::views::segment_form::SegmentForm;

use super::harness::Flow;

/// Why a segment is in error, as its line says.
fn card(flow: &Flow) -> &CardView {
    flow.state.over.find().expect("the card is open")
}

fn error(flow: &Flow, name: &str) -> Option<String> {
    let entry = flow.state.catalog.segments.iter().find(|entry| entry.name == name).expect("a segment");
    let SegmentationState::Segment { rule, .. } = &entry.body else { panic!("{name} is a segmentation") };
    rule.as_ref().err().map(ToString::to_string)
}

fn persona_error(flow: &Flow, id: &str) -> Option<String> {
    let entry = flow.state.catalog.personas.iter().find(|entry| entry.id == id).expect("a persona");
    entry.audience.as_ref().err().map(ToString::to_string)
}

fn broken(word: &'static str) -> Flow {
    let mut flow = Flow::before_loading();
    flow.break_engine(word);
    flow.load();
    flow
}

#[test]
fn uncountable_segment_is_in_error_and_others_count() {
    let flow = broken("country");
    assert_eq!(error(&flow, "north_america").as_deref(), Some("country is broken"));
    assert_eq!(persona_error(&flow, "ann").as_deref(), Some("@north_america cannot be counted"));
    assert_eq!(
        (flow.segment("pros"), flow.segment("plan.basic"), flow.segment("age.25-39")),
        (Some(3), Some(3), Some(2))
    );
    let personas = flow.state.answers.panes.found.personas.get().expect("counts");
    assert_eq!(personas.audiences.iter().map(Option::is_some).collect::<Vec<_>>(), [true, false]);
    assert_eq!(flow.state.message, None, "said in the line already");
    assert!(flow.state.answers.panes.found.segments.error.is_none());
}

#[test]
fn views_leave_out_uncountable_definitions() {
    let mut flow = broken("country");
    for view in ["m", "U", "C", "c"] {
        flow.press(view);
        assert!(
            flow.state.message.as_ref().is_none_or(|message| !message.is_error),
            "{view}: {:?}",
            flow.state.message
        );
        flow.press(view);
    }
    flow.press("m");
    let matrix = flow.state.views.get::<MatrixView>().matrix.found.get().expect("a matrix");
    assert!(matrix.rows.iter().any(|row| row.name == "pros"));
    assert!(!matrix.rows.iter().any(|row| row.name == "north_america"));
}

#[test]
fn uncountable_filter_leaves_definitions_valid() {
    let mut flow = broken("joined");
    flow.press(r#"/ "joined > '2025-02-15'" enter"#);
    assert!(error(&flow, "pros").is_none() && persona_error(&flow, "pat").is_none());
    assert!(flow.state.answers.panes.found.summary.error.is_some());
    flow.press("x");
    assert_eq!((flow.customers(), flow.segment("pros")), (Some(6), Some(3)));
}

#[test]
fn repaired_segment_counts_again() {
    let mut flow = broken("country");
    flow.press(r#"j e ctrl-u "plan = 'basic'" enter"#);
    assert!(flow.state.over.get::<SegmentForm>().is_none(), "{:?}", flow.state.message);
    assert_eq!((error(&flow, "north_america"), persona_error(&flow, "ann")), (None, None));
    assert_eq!(flow.segment("north_america"), Some(3));
}

#[test]
fn ctrl_l_asks_failed_counts_again() {
    let mut flow = Flow::before_loading();
    let whole = flow.engine();
    flow.break_engine("country");
    flow.load();
    assert!(error(&flow, "north_america").is_some());
    flow.press("ctrl-l");
    assert!(error(&flow, "north_america").is_some(), "still broken");
    flow.mend_engine(whole);
    flow.press("ctrl-l");
    assert_eq!((error(&flow, "north_america"), flow.segment("north_america")), (None, Some(3)));
    assert_eq!(persona_error(&flow, "ann"), None);
}

#[test]
fn untestable_claim_leaves_other_claims_tested() {
    let more = "\n[[persona]]\nid = \"kim\"\nname = \"Kim\"\nspans = [\"pros\"]\n\
                [[persona.claim]]\ntext = \"one\"\ncheck = \"spend > 150\"\n\
                [[persona.claim]]\ntext = \"two\"\ncheck = \"joined > '2025-02-15'\"\n";
    let mut flow = Flow::with_personas(more, &[]);
    flow.break_engine("joined");
    flow.press("shift-tab j j p");
    let facts = card(&flow).facts.as_ref().expect("a card");
    let states: Vec<&ClaimState> = facts.claims.iter().map(|claim| &claim.state).collect();
    assert!(!matches!(states[0], ClaimState::Untested(_) | ClaimState::Waiting), "{states:?}");
    assert_eq!(states[1], &ClaimState::Untested("joined is broken".into()));
}
