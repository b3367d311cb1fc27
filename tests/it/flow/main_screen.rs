//! The main screen by keys and by mouse: branches, the strip of personas, themes.

use crosscut::study::ThemeName;
use crosscut::tui::core::mouse::{MouseAction, MouseInput};
use crosscut::tui::core::{Action, Pane};

use super::harness::Flow;
use crate::screens::text;

fn lines(flow: &mut Flow, width: u16, height: u16) -> Vec<String> {
    text(&mut flow.state, width, height).lines().map(str::to_owned).collect()
}

/// The first line with this text.
fn line(flow: &mut Flow, part: &str) -> String {
    let all = lines(flow, 120, 36);
    all.iter().find(|line| line.contains(part)).unwrap_or_else(|| panic!("{part}: {all:#?}")).clone()
}

/// Presses the left button on the first place of a text on a screen of 120 × 36.
fn press(flow: &mut Flow, part: &str) {
    let all = lines(flow, 120, 36);
    let (y, line) = all.iter().enumerate().find(|(_, line)| line.contains(part)).expect("the text");
    let x = line.split(part).next().unwrap_or_default().chars().count() as u16;
    flow.act(Action::Mouse(MouseInput { kind: MouseAction::Press, x, y: y as u16 }));
}

#[test]
fn closed_segmentation_shows_largest_cell_of_filter() {
    let mut flow = Flow::new();
    let all = line(&mut flow, "▸ plan");
    // 3 of the 6 customers are pro, and 3 basic: of equals the first.
    assert!(all.contains(" basic ") && all.contains("50.0 %") && all.contains('━'), "{all}");
    flow.press("/ \"plan = 'pro'\" enter");
    let pros = line(&mut flow, "▸ plan");
    assert!(pros.contains(" pro ") && pros.contains("100.0 %"), "{pros}");
    flow.press("end l");
    let open = line(&mut flow, "▾ plan");
    assert!(open.contains("2 cells") && open.contains("MECE"), "{open}");
}

#[test]
fn copied_table_omits_cells_of_closed_segmentation() {
    let mut flow = Flow::new();
    flow.press("y");
    let copied = flow.copied.clone().unwrap_or_default();
    let plan = copied.lines().find(|line| line.starts_with("plan")).expect("a line").to_owned();
    assert!(!plan.contains("basic") && !plan.contains('%'), "{copied}");
}

#[test]
fn branches_open_and_close_and_cursor_keeps_its_line() {
    let mut flow = Flow::new();
    flow.press("end L");
    assert_eq!(flow.state.segments.open.len(), 2);
    assert!(line(&mut flow, "▾ age").contains("cells") && line(&mut flow, "▾ plan").contains("cells"));
    // The last segmentation has moved down by the three cells of the other one.
    assert_eq!(flow.state.segments.cursor, 6);
    flow.press("j H");
    assert!(flow.state.segments.open.is_empty());
    assert_eq!(flow.state.segments.cursor, 3, "a cell's line gives way to its segmentation's");
    flow.press("tab tab end L");
    assert_eq!((flow.state.focus, flow.state.personas.open.len()), (Pane::Personas, 2));
    assert_eq!(flow.state.personas.cursor, 6, "in two or more");
    flow.press("k k H");
    assert_eq!((flow.state.personas.open.len(), flow.state.personas.cursor), (0, 1));
}

#[test]
fn small_screen_recounts_personas_while_typing() {
    let mut flow = Flow::new();
    let strip = |flow: &mut Flow| {
        let all = lines(flow, 80, 24);
        let pat = all.iter().find(|line| line.contains("Professional Pat")).expect("the strip").clone();
        (pat, all)
    };
    assert!(strip(&mut flow).0.contains("66.7 %"));
    flow.press("/ \"country = 'U\"");
    let (_, all) = strip(&mut flow);
    assert!(all.iter().any(|line| line.contains("values of country")), "{all:#?}");
    flow.press("\"S'\"");
    let (pat, _) = strip(&mut flow);
    assert!(pat.contains(" 1 ") && pat.contains("50.0 %"), "{pat}");
    flow.press("enter tab");
    assert!(strip(&mut flow).1.iter().any(|line| line.contains("Group by")));
    flow.press("tab");
    let all = strip(&mut flow).1;
    assert_eq!(all.iter().filter(|line| line.contains("Professional Pat")).count(), 1, "{all:#?}");
}

#[test]
fn suggestions_hide_no_count() {
    for (width, height) in [(80, 24), (120, 36), (200, 60)] {
        let mut flow = Flow::new();
        flow.press("/ \"country = \"");
        let all = lines(&mut flow, width, height);
        for name in ["pros", "north_america", "age", "plan", "Professional Pat", "American Ann"] {
            let own = all.iter().find(|line| line.contains(&format!(" {name} "))).cloned().unwrap_or_default();
            assert!(own.contains(" %"), "{name} at {width}×{height}: {all:#?}");
        }
        assert!(all.iter().any(|line| line.contains("values of country")), "{all:#?}");
    }
}

#[test]
fn side_card_describes_selected_line() {
    let mut flow = Flow::new();
    flow.press("j");
    let all = lines(&mut flow, 120, 36).join("\n");
    assert!(all.contains("country IN ('US', 'CA')") && all.contains("two countries"), "{all}");
    assert!(all.contains("Personas that span it") && all.contains("American Ann"), "{all}");
    flow.press("j");
    let all = lines(&mut flow, 120, 36).join("\n");
    assert!(all.contains("┌ @age ") && all.contains("25-39"), "{all}");
    flow.press("tab tab");
    let all = lines(&mut flow, 120, 36).join("\n");
    assert!(all.contains("┌ Professional Pat ") && all.contains("Time is what I pay for."), "{all}");
}

#[test]
fn side_card_hides_values_of_masked_column() {
    let folder = crate::shop::folder();
    crate::shop::replace(&folder, "config.toml", "mask = [\"email\"]", "mask = [\"email\", \"plan\"]");
    let mut flow = Flow::of_study(folder);
    flow.press("end L");
    for _ in 0..4 {
        let all = lines(&mut flow, 200, 60).join("\n");
        assert!(!all.contains("basic"), "{all}");
        flow.press("j");
    }
}

#[test]
fn panes_are_dim_until_all_answer_same_filter() {
    use ratatui::style::Modifier;
    let mut flow = Flow::new();
    flow.press("tab tab");
    flow.state.query.group_by = vec!["plan".into()];
    flow.press("/ \"age > 1\" enter");
    let is_dim = |flow: &mut Flow, part: &str| {
        let buffer = crate::screens::drawn(&mut flow.state, 120, 36).0;
        let all = crate::screens::lines(&buffer);
        let (y, line) = all.iter().enumerate().find(|(_, line)| line.contains(part)).expect("the line");
        let x = line.split('%').next().unwrap_or_default().chars().count() as u16 - 2;
        buffer[(x, y as u16)].modifier.contains(Modifier::DIM)
    };
    assert!(!is_dim(&mut flow, "pros"));
    flow.state.answers.groups.found.groups.outdate();
    assert!(is_dim(&mut flow, "pros"), "the groups are of another filter");
}

#[test]
fn theme_is_previewed_restored_and_kept() {
    let mut flow = Flow::new();
    flow.press(": \"theme\" enter down");
    assert_eq!(flow.state.settings.theme, ThemeName::Dark);
    flow.press("down down");
    assert_eq!(flow.state.settings.theme, ThemeName::Ember);
    flow.press("esc");
    assert_eq!((flow.state.settings.theme, flow.state.over.is_empty()), (ThemeName::Auto, true));
    assert!(!flow.file("user.toml").exists());
    flow.press(": \"theme\" enter j j enter");
    assert_eq!((flow.state.settings.theme, flow.state.over.is_empty()), (ThemeName::Light, true));
    assert_eq!(flow.read("user.toml"), "[look]\ntheme = \"light\"\n");
    assert_eq!(flow.message(), "theme light is saved to user.toml");
}

#[test]
fn theme_of_study_takes_precedence_and_is_named() {
    let folder = crate::shop::folder();
    crate::shop::replace(&folder, "config.toml", "[privacy]", "[look]\ntheme = \"mono\"\n[privacy]");
    let mut flow = Flow::of_study(folder);
    flow.press(": \"theme\" enter enter");
    assert!(flow.message().ends_with("but this study's config.toml overrides it"), "{}", flow.message());
}

/// The small shop, with the mouse taken.
fn with_mouse() -> Flow {
    let mut flow = Flow::new();
    flow.press(": \"mouse\" enter");
    assert!(flow.state.settings.mouse && flow.message().starts_with("mouse on"), "{}", flow.message());
    flow
}

#[test]
fn disabled_mouse_is_ignored() {
    let mut flow = Flow::new();
    press(&mut flow, "north_america");
    assert_eq!(flow.state.segments.cursor, 0);
}

#[test]
fn mouse_press_selects_line_and_second_press_opens() {
    let mut flow = with_mouse();
    press(&mut flow, "north_america");
    assert_eq!((flow.state.segments.cursor, flow.state.query.filter.as_str()), (1, ""));
    press(&mut flow, "north_america");
    assert_eq!(flow.state.query.filter, "@north_america");
    press(&mut flow, "American Ann");
    assert_eq!((flow.state.focus, flow.state.personas.cursor), (Pane::Personas, 1));
    press(&mut flow, "American Ann");
    assert!(!flow.state.over.is_empty(), "the card");
    flow.press("esc");
    press(&mut flow, "filter ›");
    assert!(flow.state.filter.editing);
}

#[test]
fn mouse_wheel_moves_cursor_and_press_picks_from_list() {
    let mut flow = with_mouse();
    let turn = |kind| Action::Mouse(MouseInput { kind, x: 5, y: 8 });
    flow.act(turn(MouseAction::ScrollDown));
    assert_eq!(flow.state.segments.cursor, 3);
    flow.act(turn(MouseAction::ScrollUp));
    assert_eq!(flow.state.segments.cursor, 0);
    flow.press("w");
    flow.press(": \"coverage\"");
    press(&mut flow, "who is in no persona, in one");
    assert_eq!((flow.state.view, flow.state.over.is_empty()), ("coverage", true));
    flow.press(":");
    flow.act(Action::Mouse(MouseInput { kind: MouseAction::Press, x: 0, y: 0 }));
    assert!(flow.state.over.is_empty(), "a press outside closes the list");
}

#[test]
fn mouse_press_switches_tabs_on_small_screen() {
    let mut flow = with_mouse();
    let all = lines(&mut flow, 80, 24);
    let (y, top) = all.iter().enumerate().find(|(_, line)| line.contains(" Group by ")).expect("the tabs");
    let x = top.split("Group by").next().unwrap_or_default().chars().count() as u16;
    flow.act(Action::Mouse(MouseInput { kind: MouseAction::Press, x, y: y as u16 }));
    assert_eq!(flow.state.focus, Pane::Groups);
    let all = lines(&mut flow, 80, 24);
    let y = all.iter().position(|line| line.contains("American Ann")).expect("the strip") as u16;
    flow.act(Action::Mouse(MouseInput { kind: MouseAction::Press, x: 10, y }));
    assert_eq!(flow.state.focus, Pane::Personas);
}

#[test]
fn mouse_press_on_row_heading_sorts_column() {
    let mut flow = with_mouse();
    flow.press("r");
    press(&mut flow, "spend #");
    let sort = |flow: &Flow| {
        flow.state.query.sort.iter().map(|sort| (sort.column.clone(), sort.descending)).collect::<Vec<_>>()
    };
    assert_eq!(sort(&flow), [("spend".to_owned(), false)]);
    press(&mut flow, "spend #");
    assert_eq!(sort(&flow), [("spend".to_owned(), true)]);
    press(&mut flow, "spend #");
    assert!(sort(&flow).is_empty());
    press(&mut flow, "email");
    assert!(sort(&flow).is_empty() && flow.message().contains("email"), "{}", flow.message());
}
