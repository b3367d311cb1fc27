use crosscut::study::Change;
use crosscut::tui::core::State;
use crosscut::tui::core::picker::{PickItem, Picker};
use crosscut::tui::views::card::CardView;
use crosscut::tui::views::confirm::Confirm;
use crosscut::tui::views::help::HelpView;
use crosscut::tui::views::picker::PickerBox;
use crosscut::tui::views::segment_form::{SegmentField, SegmentForm};
use tui_input::Input;

use super::fixture::{FILTER, state};
use super::{drawn, matches_picture, styles, text};

#[test]
fn help_lists_all_commands_of_front_view() {
    let mut state = state();
    state.over.push(HelpView::default());
    matches_picture("help_120x36", &text(&mut state, 120, 36));
    let whole = text(&mut state, 160, 160);
    let main = state.views.named("main").expect("the main screen");
    for binding in crosscut::tui::core::keymap::bindings(main, &state.views) {
        assert!(whole.contains(binding.doc), "{}", binding.name);
    }
    state.over.get_mut::<HelpView>().expect("the page").scroll = usize::MAX;
    matches_picture("help_end_80x24", &text(&mut state, 80, 24));
}

#[test]
fn help_describes_view_below() {
    for (view, says) in [("matrix", "change the figure shown"), ("why", "compare with another segment")] {
        let mut state = state();
        state.view = view;
        state.over.push(HelpView::default());
        let whole = text(&mut state, 160, 160);
        assert!(whole.contains(says), "{whole}");
        assert!(!whole.contains("make a copy of the persona"), "{whole}");
    }
}

#[test]
fn palette_narrows_and_shows_reason_for_disabled_command() {
    let mut state = state();
    crosscut::tui::views::palette::open(&mut state);
    let picker = &mut state.over.get_mut::<PickerBox>().expect("the palette").picker;
    picker.input = Input::new("re".into());
    picker.narrow();
    picker.step(1);
    matches_picture("palette_120x36", &text(&mut state, 120, 36));
    matches_picture("palette_40x10", &text(&mut state, 40, 10));
    assert!(drawn(&mut state, 120, 36).1.is_some());
}

#[test]
fn palette_finds_command_by_synonym() {
    for (word, command) in
        [("compare", "sets"), ("export", "export"), ("duckdb", "sql"), ("histogram", "profile"), ("search", "filter")]
    {
        let mut state = state();
        state.view = "why";
        crosscut::tui::views::palette::open(&mut state);
        let picker = &mut state.over.get_mut::<PickerBox>().expect("the palette").picker;
        picker.input = Input::new(word.into());
        picker.narrow();
        assert_eq!(picker.chosen().map(|item| item.label.as_str()), Some(command), "{word}");
    }
}

#[test]
fn group_picker_matches_picture() {
    let mut state = state();
    let columns = super::fixture::schema();
    let item = |column: &crosscut::model::Column| PickItem {
        label: column.name.clone(),
        detail: column.column_type.word().into(),
        disabled: (column.name == "email").then(|| "masked: its values are not shown".to_owned()),
        ..PickItem::default()
    };
    let picker = Picker::new("Group by", columns.columns().iter().map(item).collect());
    state.over.push(PickerBox::new(picker, |_, _| Vec::new()));
    matches_picture("group_picker_80x24", &text(&mut state, 80, 24));
}

#[test]
fn segment_form_matches_picture() {
    let mut state = state();
    let mut form = SegmentForm::new(FILTER.into());
    form.name = Input::new("active".into());
    form.problem = Some((SegmentField::Name, "@active is a segment already: choose another name".into()));
    state.over.push(form.clone());
    matches_picture("form_120x36", &text(&mut state, 120, 36));
    matches_picture("form_40x10", &text(&mut state, 40, 10));
    form.field = SegmentField::Kind;
    form.problem = None;
    form.saving = true;
    state.over.push(form);
    matches_picture("form_kind_80x24", &text(&mut state, 80, 24));
    assert_eq!(drawn(&mut state, 80, 24).1, None);
}

#[test]
fn delete_question_lists_uses() {
    let mut state = state();
    state.over.push(Confirm {
        question: "Delete the segment coupon_users?".into(),
        details: vec![
            "persona Deal-hunting Dana spans it".into(),
            "segment bargain_families uses it in its rule".into(),
        ],
        verb: "delete",
        change: Change::DeleteSegment { name: "coupon_users".into() },
        onto_changed: false,
    });
    matches_picture("confirm_80x24", &text(&mut state, 80, 24));
    matches_picture("confirm_40x10", &text(&mut state, 40, 10));
    matches_picture("styles_confirm_80x24", &styles(&mut state, 80, 24));
}

/// A page by its name, and how it is opened.
type Opens = (&'static str, fn(&mut State));

#[test]
fn scrolled_page_stops_at_last_line() {
    let pages: [Opens; 2] = [
        ("help", |state| state.over.push(HelpView { scroll: usize::MAX, ..HelpView::default() })),
        ("card", |state| state.over.push(CardView { at: 0, scroll: usize::MAX, ..Default::default() })),
    ];
    for (page, open) in pages {
        let mut state = state();
        open(&mut state);
        let far = text(&mut state, 80, 24);
        // A step up moves the page by one line at once: the offset never lies beyond the end.
        crosscut::tui::core::dispatch::step(&mut state, 1);
        assert_eq!(text(&mut state, 80, 24), far, "{page}");
        crosscut::tui::core::dispatch::step(&mut state, -1);
        assert_ne!(text(&mut state, 80, 24), far, "{page}");
    }
}

#[test]
fn bare_persona_card_suggests_questions() {
    let mut state = state();
    state.over.push(CardView { at: 1, scroll: 0, ..Default::default() });
    matches_picture("card_bare_80x24", &text(&mut state, 80, 24));
    state.over.push(CardView { at: 77, scroll: 0, ..Default::default() });
    assert!(text(&mut state, 80, 24).contains("no longer in the study"));
}

#[test]
fn message_replaces_hints() {
    let mut state = state();
    state.say("saved @vip to sample/segments.toml");
    assert_eq!(text(&mut state, 80, 24).lines().last(), Some(" saved @vip to sample/segments.toml"));
    state.complain("not saved: the disk is full");
    assert_eq!(text(&mut state, 80, 24).lines().last(), Some(" ! not saved: the disk is full"));
}

#[test]
fn overlays_panic_at_no_size() {
    let overs: [fn(&mut State); 5] = [
        |state| state.over.push(HelpView { scroll: 3, ..HelpView::default() }),
        |state| state.over.push(CardView { at: 0, scroll: 3, ..Default::default() }),
        |state| state.over.push(SegmentForm::new(FILTER.repeat(5))),
        |state| drop(crosscut::tui::views::palette::open(state)),
        |state| {
            state.over.push(Confirm {
                question: "Sure?".repeat(30),
                details: vec!["because ".repeat(90)],
                verb: "delete",
                change: Change::DeleteSegment { name: "x".into() },
                onto_changed: false,
            });
        },
    ];
    for open in overs {
        for (width, height) in [(0, 0), (1, 1), (40, 10), (41, 11), (63, 12), (99, 20), (100, 60)] {
            let mut state = state();
            open(&mut state);
            drawn(&mut state, width, height);
        }
    }
}
