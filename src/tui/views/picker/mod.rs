//! A list to pick from, which narrows as one types.

mod draw;
pub mod keys;

pub use draw::{draw_list, item_at};

use crate::model::Column;
use crate::tui::core::key::{KeyPress, KeySymbol, is};
use crate::tui::core::paste::line_of;
use crate::tui::core::picker::{PickItem, Picker};
use crate::tui::core::{Effect, Hooks, State, View, ViewKeys, ViewName, input};
use crate::tui::paint::canvas::{Canvas, Position, Rect};

/// Name by which the state and other views refer to this view.
pub const NAME: ViewName = "picker";

/// Function that follows a choice; the label of the item is passed along.
pub type OnChoice = fn(&mut State, String) -> Vec<Effect>;

/// The box with a list to pick from.
#[derive(Debug)]
pub struct PickerBox {
    pub picker: Picker,
    /// Words before the reason why an item cannot be chosen.
    pub why_not: &'static str,
    /// Function that follows the choice.
    pub chosen: OnChoice,
}

/// Opens a list to pick from.
pub fn open(state: &mut State, title: &'static str, items: Vec<PickItem>, chosen: OnChoice) -> Vec<Effect> {
    state.over.push(PickerBox::new(Picker::new(title, items), chosen));
    Vec::new()
}

/// Lists all columns. Masked ones cannot be picked.
pub fn columns(state: &State) -> Vec<PickItem> {
    let item = |column: &Column| PickItem {
        label: column.name.clone(),
        detail: column.column_type.word().to_owned(),
        disabled: state.is_masked(&column.name).then(|| "masked: its values are not shown".to_owned()),
        ..PickItem::default()
    };
    state.schema().map(|schema| schema.all_columns().map(item).collect()).unwrap_or_default()
}

impl PickerBox {
    /// Creates a box whose choice is followed by `chosen`.
    pub fn new(picker: Picker, chosen: OnChoice) -> Self {
        Self { picker, why_not: "", chosen }
    }
}

impl View for PickerBox {
    fn name(&self) -> ViewName {
        NAME
    }

    fn keys(&self) -> ViewKeys {
        ViewKeys::Typing(key)
    }

    fn hooks(&self) -> Hooks {
        Hooks { paste: Some(paste), pressed, ..Hooks::default() }
    }

    fn draw(&self, canvas: &mut Canvas, area: Rect, _state: &State) {
        draw::draw_list(canvas, area, &self.picker, self.why_not);
    }
}

fn key(state: &mut State, key: KeyPress) -> Vec<Effect> {
    if is(key, KeySymbol::Esc) {
        state.over.pop();
        return Vec::new();
    }
    if is(key, KeySymbol::Enter) {
        return choose(state);
    }
    if let Some(PickerBox { picker, .. }) = state.over.get_mut() {
        keys::step_or_type(picker, key);
    }
    Vec::new()
}

fn choose(state: &mut State) -> Vec<Effect> {
    let Some(PickerBox { picker, chosen, .. }) = state.over.get() else { return Vec::new() };
    let (Some(item), chosen) = (picker.chosen().cloned(), *chosen) else { return Vec::new() };
    if let Some(why) = item.disabled {
        state.complain(why);
        return Vec::new();
    }
    state.over.pop();
    chosen(state, item.label)
}

/// Chooses the item that the mouse was pressed on; outside of the box, closes it.
fn pressed(state: &mut State, page: Rect, at: Position) -> Vec<Effect> {
    let Some(PickerBox { picker, .. }) = state.over.get_mut() else { return Vec::new() };
    match draw::item_at(page, picker, at) {
        Ok(item) => {
            picker.cursor = item;
            choose(state)
        }
        Err(is_outside) => {
            if is_outside {
                state.over.pop();
            }
            Vec::new()
        }
    }
}

fn paste(state: &mut State, text: &str) -> Vec<Effect> {
    if let Some(PickerBox { picker, .. }) = state.over.get_mut() {
        input::insert(&mut picker.input, &line_of(text));
        picker.narrow();
    }
    Vec::new()
}
