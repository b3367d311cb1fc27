use crosscut::data::LoadProgress;
use crosscut::engine::Summary;
use crosscut::model::Definitions;
use crosscut::rule::RuleError;
use crosscut::study::ThemeName;
use crosscut::tui::core::{BaseState, Pane, Query, State};
use crosscut::tui::views::card::CardView;

use super::fixture::state;
use super::{drawn, lines, matches_picture, styles, text};
use unicode_width::UnicodeWidthStr;

#[test]
fn main_screen_matches_picture_at_120x36() {
    matches_picture("main_120x36", &text(&mut state(), 120, 36));
}

#[test]
fn main_screen_matches_picture_at_200x60() {
    let mut state = state();
    state.segments.open.insert("plan".into());
    state.segments.cursor = 16;
    matches_picture("main_200x60", &text(&mut state, 200, 60));
}

#[test]
fn narrow_screen_shows_single_pane() {
    let mut state = state();
    for (pane, word) in [(Pane::Segments, "segments"), (Pane::Groups, "groups"), (Pane::Personas, "personas")] {
        state.focus = pane;
        matches_picture(&format!("main_80x24_{word}"), &text(&mut state, 80, 24));
        matches_picture(&format!("main_40x10_{word}"), &text(&mut state, 40, 10));
    }
}

#[test]
fn engine_name_is_dropped_before_date() {
    let mut state = state();
    let BaseState::Ready { engine, .. } = &mut state.base else { panic!("a base") };
    *engine = Some("adbc:postgresql".into());
    let title = |state: &mut State, width| lines(&drawn(state, width, 24).0)[0].clone();
    let wide = title(&mut state, 120);
    assert!(wide.contains("on adbc:postgresql · as of 2026-06-30"), "{wide}");
    let narrow = title(&mut state, 80);
    assert!(!narrow.contains("adbc") && narrow.contains("as of 2026-06-30"), "{narrow}");
}

#[test]
fn figures_are_dropped_in_order_as_width_shrinks() {
    let mut state = state();
    state.focus = Pane::Groups;
    for width in [100, 56, 50] {
        matches_picture(&format!("main_{width}x24_groups"), &text(&mut state, width, 24));
    }
}

#[test]
fn screen_below_minimum_size_reports_minimum() {
    assert_eq!(text(&mut state(), 39, 9).trim(), "too small: 40×10 at least");
    assert_eq!(text(&mut state(), 40, 9).trim(), "too small: 40×10 at least");
    for (width, height) in [(0, 0), (1, 1), (0, 5), (5, 0), (1, 60), (200, 1), (3, 3), (39, 60)] {
        drawn(&mut state(), width, height);
    }
}

#[test]
fn main_screen_panics_at_no_size() {
    let mut state = state();
    for width in [40, 41, 60, 99, 100, 101, 130] {
        for height in [10, 11, 15, 16, 17, 30] {
            for pane in Pane::ALL {
                state.focus = pane;
                drawn(&mut state, width, height);
            }
        }
    }
}

#[test]
fn focus_and_selected_line_are_visible_with_and_without_colours() {
    let mut state = state();
    state.focus = Pane::Personas;
    state.personas.cursor = 2;
    matches_picture("styles_120x36", &styles(&mut state, 120, 36));
    state.settings.theme = ThemeName::Mono;
    matches_picture("styles_mono_120x36", &styles(&mut state, 120, 36));
}

#[test]
fn mono_theme_colours_no_cell() {
    use ratatui::style::Color;
    let mut state = state();
    state.settings.theme = ThemeName::Mono;
    let buffer = drawn(&mut state, 120, 36).0;
    assert!(buffer.content.iter().all(|cell| cell.fg == Color::Reset && cell.bg == Color::Reset));
}

#[test]
fn ascii_terminal_gets_only_ascii_cells() {
    let mut state = state();
    state.settings.abilities.is_ascii = true;
    state.catalog.segments[1].name = "größe日本".into();
    for view in ["main", "matrix", "why", "rows", "coverage", "upset", "consolidate"] {
        state.view = view;
        let buffer = drawn(&mut state, 120, 36).0;
        assert!(buffer.content.iter().all(|cell| cell.symbol().is_ascii()), "{view}");
    }
    state.view = "main";
    matches_picture("main_ascii_120x36", &text(&mut state, 120, 36));
}

#[test]
fn selected_line_is_tinted_and_bar_keeps_colour() {
    use crosscut::tui::core::Abilities;
    use ratatui::style::Color;
    let mut state = state();
    state.focus = Pane::Groups;
    let colours = |name: &str| (name == "COLORTERM").then(|| "truecolor".to_owned());
    for abilities in [Abilities::default(), Abilities::from_environment(colours)] {
        state.settings.abilities = abilities;
        for theme in ThemeName::ALL {
            state.settings.theme = theme;
            let buffer = drawn(&mut state, 120, 36).0;
            let all = lines(&buffer);
            let row = |name: &str| all.iter().rposition(|line| line.contains(name)).expect("a group") as u16;
            let bar = |name: &str| {
                let line: Vec<char> = all[usize::from(row(name))].chars().collect();
                let x = line.iter().position(|c| *c == '━').expect("a bar") as u16;
                buffer[(x, row(name))].clone()
            };
            let (selected, other) = (bar("pro  "), bar("basic  "));
            assert_eq!(selected.fg, other.fg, "{theme:?}");
            assert!(!selected.modifier.contains(ratatui::style::Modifier::REVERSED), "{theme:?}");
            let name = &buffer[(2, row("pro  "))];
            let is_marked = name.bg != Color::Reset || name.modifier.contains(ratatui::style::Modifier::REVERSED);
            assert!(is_marked, "{theme:?}");
        }
    }
}

#[test]
fn themes_and_theme_box_are_drawn_at_each_size() {
    let mut state = state();
    crosscut::tui::views::themes::open(&mut state);
    for theme in ThemeName::ALL {
        state.settings.theme = theme;
        for (width, height) in [(40, 10), (80, 24), (120, 36), (200, 60)] {
            drawn(&mut state, width, height);
        }
    }
    matches_picture("themes_120x36", &text(&mut state, 120, 36));
    matches_picture("themes_40x10", &text(&mut state, 40, 10));
}

#[test]
fn outdated_answers_are_dim() {
    let mut state = state();
    state.answers.panes.found.summary.outdate();
    state.answers.panes.found.segments.outdate();
    state.answers.panes.found.personas.outdate();
    state.answers.panes.found.memberships.outdate();
    state.answers.groups.found.groups.outdate();
    state.ticks = 2;
    matches_picture("stale_120x36", &text(&mut state, 120, 36));
    matches_picture("styles_stale_120x36", &styles(&mut state, 120, 36));
}

#[test]
fn share_is_not_computed_from_answers_of_different_age() {
    let mut state = state();
    state.answers.panes.found.segments.outdate();
    let newer = Summary { customers: 1_000, base: 1_000_000, value: None };
    state.answers.panes.found.summary.set(newer);
    let screen = text(&mut state, 120, 36);
    let line = screen.lines().find(|line| line.contains("○ coupon_users")).unwrap_or_default();
    assert!(line.contains("40,118     31.2 %"), "the older count keeps the share it had: {line}");
}

#[test]
fn empty_study_matches_picture_with_keys_to_press() {
    let mut state = state();
    state.definitions = Definitions::default();
    state.catalog = Default::default();
    state.query = Query::default();
    state.filter = super::fixture::filter_line("");
    state.answers.groups = Default::default();
    matches_picture("empty_120x24", &text(&mut state, 120, 24));
}

#[test]
fn definitions_in_error_show_reason_in_their_line() {
    use crosscut::insight::catalog::SegmentationState;
    let mut state = state();
    let unknown = || RuleError::new(0..6, "unknown column \"contry\"").with_hint("did you mean \"country\"?");
    if let SegmentationState::Segment { rule, .. } = &mut state.catalog.segments[1].body {
        *rule = Err(unknown());
    }
    if let SegmentationState::Segmentation { cells, .. } = &mut state.catalog.segments[15].body {
        *cells = Err("column \"age\" is text: breaks need numbers".into());
    }
    state.catalog.personas[1].audience = Err(RuleError::new(0..0, "cycle: @priya → @vip → @priya"));
    state.catalog.personas[0].spans[1].segment = Err(unknown());
    if let Some(personas) = &mut state.answers.panes.found.personas.answer {
        (personas.audiences[1], personas.spans[1]) = (None, vec![None, None]);
    }
    state.answers.groups.found.groups.fail("out of memory".into());
    state.segments.cursor = 1;
    let screen = text(&mut state, 120, 36);
    matches_picture("errors_120x36", &screen);
    let whole = " ! lapsed_high_value: unknown column \"contry\": did you mean \"country\"?";
    assert_eq!(screen.lines().last(), Some(whole));
    // The count of customers in no persona would ignore the persona in error, so it is not shown.
    assert!(screen.contains("in no persona        – without Premium Priya"), "{screen}");
    state.over.push(CardView { at: 1, scroll: 0, ..Default::default() });
    let card = text(&mut state, 120, 36);
    assert!(card.contains("! cycle: @priya") && !card.contains("counting…"), "{card}");
}

#[test]
fn loading_shows_progress_and_known_columns() {
    let mut state = state();
    state.catalog = Default::default();
    state.answers = Default::default();
    state.ticks = 3;
    state.base = BaseState::Loading(None);
    matches_picture("loading_first_120x24", &text(&mut state, 120, 24));
    let schema = Some(std::sync::Arc::new(super::fixture::schema()));
    state.base = BaseState::Loading(Some(LoadProgress {
        stage: crosscut::data::Stage::Reading,
        done: 431_000_000,
        total: Some(1_000_000_000),
        rows: 431_002,
        schema,
    }));
    matches_picture("loading_120x24", &text(&mut state, 120, 24));
    matches_picture("loading_40x10", &text(&mut state, 40, 10));
}

#[test]
fn counts_of_first_rows_are_marked_at_every_size() {
    let mut state = state();
    let BaseState::Ready { part, .. } = &mut state.base else { panic!("a base") };
    let (stage, done, total) = (crosscut::data::Stage::Reading, 34_000_000, Some(100_000_000));
    *part = Some(LoadProgress { stage, done, total, rows: 1_240_000, schema: None });
    matches_picture("part_120x36", &text(&mut state, 120, 36));
    let narrow = text(&mut state, 80, 24);
    assert!(
        narrow.lines().next().is_some_and(|top| top.contains("1,000,000 customers so far · 34 % read")),
        "{narrow}"
    );
    assert!(narrow.contains("128,411 customers so far"), "{narrow}");
    let smallest = text(&mut state, 40, 10);
    assert!(smallest.contains("customers so far"), "{smallest}");
    state.focus = Pane::Personas;
    drop(crosscut::tui::update(&mut state, crosscut::tui::core::Action::Key("p".parse().expect("a key"))));
    let card = text(&mut state, 80, 24);
    assert!(
        card.lines().last().is_some_and(|last| last.starts_with(" first 1,000,000 rows so far · 34 % read")),
        "{card}"
    );
}

#[test]
fn loading_never_shows_all_rows_as_done() {
    let mut state = state();
    let mut line = |stage, done, ticks| {
        state.ticks = ticks;
        state.base =
            BaseState::Loading(Some(LoadProgress { stage, done, total: Some(100_000), rows: 431_002, schema: None }));
        text(&mut state, 80, 24).lines().nth(3).unwrap_or_default().trim().to_owned()
    };
    use crosscut::data::Stage;
    let nearly = line(Stage::Reading, 99_990, 0);
    assert!(nearly.starts_with('⠋') && nearly.contains(" 99.0 %"), "{nearly}");
    assert_ne!(line(Stage::Reading, 99_990, 1), nearly);
    assert_eq!(line(Stage::Keys, 100_000, 0), "⠋ checking keys   431,002 rows so far");
}

#[test]
fn unreadable_base_matches_picture_with_reason() {
    let mut state = state();
    state.base = BaseState::Failed(
        "sample/customers.csv:812: 9 fields where the header has 12: quote the field that holds a comma".into(),
    );
    matches_picture("failed_80x24", &text(&mut state, 80, 24));
}

#[test]
fn notices_about_base_are_shown_in_title() {
    let mut state = state();
    if let BaseState::Ready { notices, .. } = &mut state.base {
        *notices = vec!["3 keys occur twice".into(), "12 keys are missing".into()];
    }
    assert!(text(&mut state, 120, 36).lines().next().unwrap_or_default().contains("! 3 keys occur twice (+1)"));
    if let BaseState::Ready { notices, .. } = &mut state.base {
        *notices = vec!["separator ;".into()];
    }
    let top = text(&mut state, 120, 36).lines().next().unwrap_or_default().to_owned();
    assert!(top.contains(" · separator ;") && !top.contains('!'), "{top}");
}

#[test]
fn hints_list_only_keys_that_act_here() {
    let mut state = state();
    let last = |state: &mut State, width| text(state, width, 24).lines().last().unwrap_or_default().to_owned();
    for pane in Pane::ALL {
        state.focus = pane;
        for width in [40, 80, 99] {
            assert!(last(&mut state, width).starts_with(" / filter  tab pane "), "{}", last(&mut state, width));
        }
    }
    state.view = "rows";
    assert!(
        last(&mut state, 80).starts_with(" esc back  enter customer  l column  [ sort up "),
        "{}",
        last(&mut state, 80)
    );
    (state.view, state.focus) = ("main", Pane::Segments);
    state.catalog = Default::default();
    assert!(!last(&mut state, 120).contains("filter by this"));
}

#[test]
fn hostile_names_keep_frames_aligned() {
    use crosscut::model::Datum;
    let mut state = state();
    state.settings.title = "\u{1b}[2Jshop\u{202e}".into();
    for (entry, name) in state.catalog.segments.iter_mut().zip(["日本語", "👩‍👩‍👧", "a\u{1b}]0;x\u{7}", "e\u{301}", "שלום"])
    {
        entry.name = name.into();
        entry.note = Some("line\nbreak 漢字".into());
    }
    state.catalog.personas[0].name = "ダナ \u{9b}31m".into();
    if let Some(groups) = &mut state.answers.groups.found.groups.answer {
        groups.groups[1].key = vec![Datum::Text("値引き\t\u{200b}".into())];
        groups.groups[2].key = vec![Datum::Null];
        groups.groups[3].key = vec![Datum::Text(String::new())];
    }
    for width in [40, 80, 119, 120, 200] {
        for line in lines(&drawn(&mut state, width, 36).0) {
            assert_eq!(line.width(), usize::from(width), "{line}");
            assert!(!line.chars().any(char::is_control), "{line:?}");
        }
    }
    matches_picture("hostile_120x36", &text(&mut state, 120, 36));
}

#[test]
fn long_title_is_cut_before_headings() {
    let mut state = state();
    let by = "Are you familiar with the Expanded Universe?";
    state.query.group_by = vec![by.into()];
    if let Some(groups) = &mut state.answers.groups.found.groups.answer {
        groups.by = vec![by.into()];
    }
    state.focus = Pane::Groups;
    for (width, height) in [(60, 24), (80, 24), (99, 30), (100, 30), (112, 30), (120, 36)] {
        let screen = text(&mut state, width, height);
        let top = screen.lines().find(|line| line.contains("Group by")).unwrap_or_default();
        assert!(top.contains("Are") && top.contains("…") && top.contains(" customers "), "{screen}");
    }
    matches_picture("long_title_80x24", &text(&mut state, 80, 24));
    matches_picture("long_title_112x30", &text(&mut state, 112, 30));
}

#[test]
fn small_screen_shows_names_in_full() {
    let mut state = state();
    let screen = text(&mut state, 100, 30);
    assert!(screen.contains("lapsed_high_value") && screen.contains("Deal-hunting Dana"), "{screen}");
    matches_picture("main_100x30", &screen);
    matches_picture("main_99x30", &text(&mut state, 99, 30));
}
