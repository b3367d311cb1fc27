//! The mouse in views, cards and forms.

use crosscut::tui::core::mouse::{MouseAction, MouseInput};
use crosscut::tui::core::{Action, State, View};
use crosscut::tui::views::builder::{BuilderField, SegmentationBuilder};
use crosscut::tui::views::card::{self, CardView};
use crosscut::tui::views::confirm::Confirm;
use crosscut::tui::views::consolidate::ConsolidateView;
use crosscut::tui::views::coverage::CoverageView;
use crosscut::tui::views::export::ExportForm;
use crosscut::tui::views::facets::FacetsView;
use crosscut::tui::views::matrix::MatrixView;
use crosscut::tui::views::naming::Naming;
use crosscut::tui::views::persona_form::{PersonaField, PersonaForm};
use crosscut::tui::views::profile::ProfileView;
use crosscut::tui::views::research::{ResearchOrder, ResearchView};
use crosscut::tui::views::retention::RetentionView;
use crosscut::tui::views::segment_form::{SegmentField, SegmentForm};
use crosscut::tui::views::themes::ThemeBox;
use crosscut::tui::views::upset::UpSetView;

use super::harness::Flow;
use crate::screens::text;

fn with_mouse(mut flow: Flow) -> Flow {
    flow.state.settings.mouse = true;
    flow
}

/// Presses the left button on a text in the last line that has it, on a screen of 120 × 36.
fn press(flow: &mut Flow, part: &str) {
    press_in(flow, part, part);
}

/// Presses the left button on a text in the last line with another text.
fn press_in(flow: &mut Flow, line_with: &str, part: &str) {
    let all = text(&mut flow.state, 120, 36);
    let (y, line) = all.lines().enumerate().filter(|(_, line)| line.contains(line_with)).last().expect("the line");
    let x = line.split(part).next().unwrap_or_default().chars().count() as u16;
    flow.act(Action::Mouse(MouseInput { kind: MouseAction::Press, x, y: y as u16 }));
}

fn over<V: View>(state: &State) -> &V {
    state.over.get::<V>().expect("it is open")
}

#[test]
fn cell_of_the_matrix_is_selected_and_opened_by_a_second_press() {
    let mut flow = with_mouse(Flow::new());
    flow.press("m");
    press_in(&mut flow, " north_america", "%");
    let view: &MatrixView = flow.state.views.get();
    assert_eq!((view.row, view.column), (1, 0));
    assert_eq!(flow.state.query.filter, "");
    press_in(&mut flow, "›north_america", "%");
    assert_eq!(flow.state.query.filter, "@north_america AND @pat");
}

#[test]
fn cell_of_the_retention_is_selected() {
    let mut flow = with_mouse(Flow::of_sample());
    flow.press("T");
    press_in(&mut flow, " 2024-09 ", "%");
    let view: &RetentionView = flow.state.views.get();
    assert_eq!((view.cursor, view.period), (2, 0));
}

#[test]
fn lines_of_coverage_and_combinations_are_selected() {
    let mut flow = with_mouse(Flow::new());
    flow.press("C");
    press(&mut flow, "in two or more");
    assert_eq!(flow.state.views.get::<CoverageView>().cursor, 2);
    flow.press("esc U G");
    let last = flow.state.views.get::<UpSetView>().cursor;
    flow.press("g");
    let all = text(&mut flow.state, 120, 36);
    let y = all.lines().position(|line| line.contains('›') && line.contains('%')).expect("the selected line") as u16;
    flow.act(Action::Mouse(MouseInput { kind: MouseAction::Press, x: 20, y: y + last as u16 }));
    assert_eq!(flow.state.views.get::<UpSetView>().cursor, last);
}

#[test]
fn line_of_a_facet_gets_the_focus_and_the_cursor() {
    let mut flow = with_mouse(Flow::new());
    flow.press("b \"plan\" enter f tab");
    assert_eq!(flow.state.views.get::<FacetsView>().at, 1);
    press(&mut flow, "basic");
    let facets: &FacetsView = flow.state.views.get();
    assert_eq!(facets.at, 0);
    press(&mut flow, "pro ");
    press(&mut flow, "pro ");
    assert_eq!(flow.state.query.filter, "plan = 'pro'");
}

#[test]
fn card_scrolls_and_its_claims_open() {
    let mut flow = with_mouse(Flow::of_sample());
    flow.act(Action::Resize { width: 120, height: 36 });
    flow.press("p");
    flow.act(Action::Mouse(MouseInput { kind: MouseAction::ScrollDown, x: 20, y: 10 }));
    assert_eq!(over::<CardView>(&flow.state).scroll, 3);
    flow.press("end");
    let claims = card::persona(&flow.state).expect("a persona").claims.clone();
    let last: String = claims[claims.len() - 1].text.chars().take(20).collect();
    press(&mut flow, &last);
    assert_eq!(over::<CardView>(&flow.state).claim, Some(claims.len() - 1));
    assert!(over::<CardView>(&flow.state).open.is_empty());
    press(&mut flow, &last);
    assert!(over::<CardView>(&flow.state).open.contains(&(claims.len() - 1)));
}

#[test]
fn fields_of_forms_are_pressed() {
    let mut flow = with_mouse(Flow::new());
    flow.press("/ \"spend > 1\" enter s");
    press_in(&mut flow, "  note", "note");
    assert_eq!(over::<SegmentForm>(&flow.state).field, SegmentField::Note);
    press_in(&mut flow, "  kind", "kind");
    let kind = over::<SegmentForm>(&flow.state).kind;
    press_in(&mut flow, "› kind", "kind");
    assert_ne!(over::<SegmentForm>(&flow.state).kind, kind);
    flow.press("esc tab tab n");
    press_in(&mut flow, "goals", "goals");
    assert_eq!(over::<PersonaForm>(&flow.state).field, PersonaField::Goals);
}

#[test]
fn choices_of_the_export_and_themes_are_pressed() {
    let mut flow = with_mouse(Flow::new());
    flow.press("X");
    let labels: Vec<String> =
        over::<ExportForm>(&flow.state).choices.iter().map(|choice| choice.label.clone()).collect();
    assert!(labels.len() > 1, "{labels:?}");
    press(&mut flow, &labels[labels.len() - 1]);
    assert_eq!(over::<ExportForm>(&flow.state).at, labels.len() - 1);
    flow.press("esc : \"theme\" enter");
    press(&mut flow, "cool, on a light background");
    assert!(over::<ThemeBox>(&flow.state).cursor > 0);
    press(&mut flow, "cool, on a light background");
    assert!(flow.state.over.is_empty(), "the second press keeps it");
}

#[test]
fn steps_and_groups_of_the_consolidation_are_pressed() {
    let mut flow = with_mouse(Flow::of_sample());
    flow.press("c");
    press_in(&mut flow, " 87.1 %", "3");
    assert_eq!(flow.state.views.get::<ConsolidateView>().k(), 3);
    press(&mut flow, "2 quiet");
    assert_eq!(flow.state.views.get::<ConsolidateView>().cursor, 1);
    press(&mut flow, "2 quiet");
    assert_eq!(over::<Naming>(&flow.state).spans, ["quiet"]);
}

#[test]
fn values_of_a_profile_are_selected_and_its_title_asks_for_another_column() {
    let mut flow = with_mouse(Flow::new());
    flow.press("i \"plan\" enter");
    let last = flow.state.views.get::<ProfileView>().shown().expect("a profile").top.len() - 1;
    press(&mut flow, "pro ");
    assert!((1..=last).contains(&flow.state.views.get::<ProfileView>().cursor));
    press(&mut flow, "Profile of plan");
    assert!(text(&mut flow.state, 120, 36).contains("Profile of ─"));
}

#[test]
fn cells_headings_and_quotes_of_the_research_are_pressed() {
    let mut flow = with_mouse(Flow::of_sample());
    flow.press("R");
    press_in(&mut flow, "30.8 %", "price");
    assert_eq!(flow.state.views.get::<ResearchView>().row, 1);
    press_in(&mut flow, " dana ", "dana");
    let view = flow.state.views.get::<ResearchView>();
    assert_eq!((view.row, view.column, view.order), (1, 1, ResearchOrder::Frequent));
    press_in(&mut flow, " dana ", "dana");
    assert_eq!(flow.state.views.get::<ResearchView>().order, ResearchOrder::Apart);
    press(&mut flow, "Quotes:");
    assert!(flow.state.views.get::<ResearchView>().is_below);
    // The selected one has the cursor in place of its mark.
    let second = text(&mut flow.state, 120, 36).lines().find(|line| line.contains('“')).expect("a quote").to_owned();
    press(&mut flow, second.trim_matches(['│', ' ', '“']));
    assert_eq!(flow.state.views.get::<ResearchView>().below_row, 1);
}

#[test]
fn fields_and_cells_of_the_builder_are_pressed() {
    let mut flow = with_mouse(Flow::new());
    flow.press("B");
    press(&mut flow, "  plan ");
    assert_eq!(over::<SegmentationBuilder>(&flow.state).column, "plan");
    press_in(&mut flow, "  note", "note");
    assert_eq!(over::<SegmentationBuilder>(&flow.state).field, BuilderField::Note);
    flow.press("esc B \"cells by hand\" enter");
    press_in(&mut flow, " name ", "rule");
    assert_eq!(over::<SegmentationBuilder>(&flow.state).field, BuilderField::Cell(0, 1));
    press_in(&mut flow, " rule ", "name");
    assert_eq!(over::<SegmentationBuilder>(&flow.state).field, BuilderField::Cell(0, 0));
}

#[test]
fn answers_of_a_question_are_pressed() {
    let mut flow = with_mouse(Flow::new());
    let before = flow.state.definitions.clone();
    flow.press("d");
    assert!(flow.state.over.get::<Confirm>().is_some());
    press_in(&mut flow, "n keep", "n keep");
    assert!(flow.state.over.is_empty());
    assert_eq!(flow.state.definitions, before);
    flow.press("d");
    press_in(&mut flow, "y delete", "delete");
    assert_ne!(flow.state.definitions, before);
}
