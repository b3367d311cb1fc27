use crosscut::app::form::{Field, SegmentForm};
use crosscut::app::picker::{PickItem, Picker};
use crosscut::app::state::Confirm;
use crosscut::app::{Overlay, command};
use crosscut::study::Change;
use tui_input::Input;

use super::fixture::{FILTER, state};
use super::{drawn, matches_picture, styles, text};

#[test]
fn help_lists_every_command() {
    let mut state = state();
    state.overlay = Some(Overlay::Help { scroll: 0 });
    matches_picture("help_120x36", &text(&mut state, 120, 36));
    let whole = text(&mut state, 160, 120);
    for spec in command::COMMANDS {
        assert!(whole.contains(spec.doc), "{}", spec.name);
    }
    state.overlay = Some(Overlay::Help { scroll: usize::MAX });
    matches_picture("help_end_80x24", &text(&mut state, 80, 24));
}

#[test]
fn the_palette_narrows_and_says_why_not() {
    let mut state = state();
    let items = command::COMMANDS.iter().map(|spec| PickItem {
        label: spec.name.to_owned(),
        about: spec.doc.to_owned(),
        detail: state.keymap.keys(spec.command).iter().map(ToString::to_string).collect::<Vec<_>>().join(" "),
        disabled: spec.command.disabled(&state),
    });
    let mut picker = Picker::new("Commands", items.collect());
    picker.input = Input::new("re".into());
    picker.narrow();
    picker.step(1);
    state.overlay = Some(Overlay::Palette(picker));
    matches_picture("palette_120x36", &text(&mut state, 120, 36));
    matches_picture("palette_40x10", &text(&mut state, 40, 10));
    assert!(drawn(&mut state, 120, 36).1.is_some());
}

#[test]
fn columns_to_group_by() {
    let mut state = state();
    let columns = super::fixture::schema();
    let item = |column: &crosscut::model::Column| PickItem {
        label: column.name.clone(),
        about: String::new(),
        detail: column.column_type.word().into(),
        disabled: (column.name == "email").then_some("masked: its values are not shown"),
    };
    let picker = Picker::new("Group by", columns.columns().iter().map(item).collect());
    state.overlay = Some(Overlay::GroupPicker(picker));
    matches_picture("group_picker_80x24", &text(&mut state, 80, 24));
}

#[test]
fn the_form_saves_the_filter() {
    let mut state = state();
    let mut form = SegmentForm::new(FILTER.into());
    form.name = Input::new("active".into());
    form.problem = Some((Field::Name, "@active is a segment already: choose another name".into()));
    state.overlay = Some(Overlay::SegmentForm(form.clone()));
    matches_picture("form_120x36", &text(&mut state, 120, 36));
    matches_picture("form_40x10", &text(&mut state, 40, 10));
    form.field = Field::Kind;
    form.problem = None;
    form.saving = true;
    state.overlay = Some(Overlay::SegmentForm(form));
    matches_picture("form_kind_80x24", &text(&mut state, 80, 24));
    assert_eq!(drawn(&mut state, 80, 24).1, None);
}

#[test]
fn a_question_names_what_speaks_against() {
    let mut state = state();
    state.overlay = Some(Overlay::Confirm(Confirm {
        question: "Delete the segment coupon_users?".into(),
        details: vec![
            "persona Deal-hunting Dana spans it".into(),
            "segment bargain_families uses it in its rule".into(),
        ],
        verb: "delete",
        change: Change::DeleteSegment { name: "coupon_users".into() },
        onto_changed: false,
        beneath: None,
    }));
    matches_picture("confirm_80x24", &text(&mut state, 80, 24));
    matches_picture("confirm_40x10", &text(&mut state, 40, 10));
    matches_picture("styles_confirm_80x24", &styles(&mut state, 80, 24));
}

#[test]
fn a_page_ends_with_its_last_line() {
    let mut state = state();
    for overlay in [Overlay::PersonaCard { persona: 0, scroll: usize::MAX }, Overlay::Help { scroll: usize::MAX }] {
        state.overlay = Some(overlay);
        let far = text(&mut state, 80, 24);
        let end = crosscut::ui::scroll_end(&state).unwrap_or_default();
        match &mut state.overlay {
            Some(Overlay::PersonaCard { scroll, .. } | Overlay::Help { scroll }) => *scroll = end,
            _ => unreachable!(),
        }
        assert_eq!(text(&mut state, 80, 24), far);
        assert!(far.contains(&format!("of {}", end + 21)), "{far}");
    }
    state.overlay = None;
    assert_eq!(crosscut::ui::scroll_end(&state), None);
}

#[test]
fn a_persona_that_is_hardly_known_says_what_to_ask() {
    let mut state = state();
    state.overlay = Some(Overlay::PersonaCard { persona: 1, scroll: 0 });
    matches_picture("card_bare_80x24", &text(&mut state, 80, 24));
    state.overlay = Some(Overlay::PersonaCard { persona: 77, scroll: 0 });
    assert!(text(&mut state, 80, 24).contains("no longer in the study"));
}

#[test]
fn a_message_takes_the_place_of_the_hints() {
    let mut state = state();
    state.say("saved @vip to sample/segments.toml");
    assert_eq!(text(&mut state, 80, 24).lines().last(), Some(" saved @vip to sample/segments.toml"));
    state.complain("not saved: the disk is full");
    assert_eq!(text(&mut state, 80, 24).lines().last(), Some(" ! not saved: the disk is full"));
}

#[test]
fn no_overlay_panics_at_any_size() {
    let overlays: [fn() -> Overlay; 5] = [
        || Overlay::Help { scroll: 3 },
        || Overlay::PersonaCard { persona: 0, scroll: 3 },
        || Overlay::SegmentForm(SegmentForm::new(FILTER.repeat(5))),
        || Overlay::Palette(Picker::new("Commands", Vec::new())),
        || {
            Overlay::Confirm(Confirm {
                question: "Sure?".repeat(30),
                details: vec!["because ".repeat(90)],
                verb: "delete",
                change: Change::DeleteSegment { name: "x".into() },
                onto_changed: false,
                beneath: None,
            })
        },
    ];
    for overlay in overlays {
        for (width, height) in [(0, 0), (1, 1), (40, 10), (41, 11), (63, 12), (99, 20), (100, 60)] {
            let mut state = state();
            state.overlay = Some(overlay());
            drawn(&mut state, width, height);
        }
    }
}
