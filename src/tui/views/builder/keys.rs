//! Keys in the builder of segmentations.

use super::{BuilderField, CutMethod, SegmentationBuilder, draw, submit};
use crate::insight::settings;
use crate::model::{Segmentation, is_plain_name};
use crate::tui::core::key::{KeyPress, KeySymbol, is};
use crate::tui::core::paste::{line_of, text_of_lines};
use crate::tui::core::picker::{PickItem, Picker};
use crate::tui::core::{Effect, State, input, requests, saving};
use crate::tui::paint::canvas::{Position, Rect};
use crate::tui::views::create_study::with_study;
use crate::tui::views::picker;

const CROSS: &str = "two segmentations crossed";
const RFM: &str = "recency, frequency, money (RFM)";
const CELLS: &str = "cells by hand, each a rule";

fn builder(state: &mut State) -> Option<&mut SegmentationBuilder> {
    state.over.get_mut()
}

/// Opens the builder, which starts with the choice of a column.
pub fn open(state: &mut State) -> Vec<Effect> {
    with_study(state, open_empty)
}

fn open_empty(state: &mut State) -> Vec<Effect> {
    let columns = columns(state);
    state.over.push(SegmentationBuilder::new(columns));
    Vec::new()
}

/// Opens the builder on a segmentation.
pub fn edit(state: &mut State, cut: &Segmentation) -> Vec<Effect> {
    let column = state.schema().and_then(|schema| {
        let name = settings::column(schema, &cut.column).ok()?;
        schema.get(&name).cloned()
    });
    let hows = column.as_ref().map(|column| CutMethod::for_column(column.column_type)).unwrap_or_default();
    let mut builder = SegmentationBuilder::edit(cut, hows, columns(state));
    if let Some(column) = column {
        builder.column = column.name;
    }
    state.over.push(builder);
    requests::views(state)
}

fn columns(state: &State) -> Picker {
    let several = [(RFM, "scores"), (CROSS, "cells"), (CELLS, "rules")].map(|(label, detail)| PickItem {
        label: label.to_owned(),
        detail: detail.to_owned(),
        ..PickItem::default()
    });
    Picker::new("Cut the base by", picker::columns(state).into_iter().chain(several).collect())
}

/// Handles a key in the builder.
pub fn key(state: &mut State, key: KeyPress) -> Vec<Effect> {
    let another = columns(state);
    let Some(builder) = builder(state) else { return Vec::new() };
    if builder.saving {
        return Vec::new();
    }
    if is(key, KeySymbol::Esc) {
        // The person cancelled the choice of another column.
        if builder.picker.is_some() && builder.started {
            builder.picker = None;
            return requests::views(state);
        }
        return state.go_back();
    }
    if builder.picker.is_some() {
        return pick(state, key);
    }
    match (key.code, key.ctrl, key.alt) {
        _ if is(key, KeySymbol::Enter) => return submit::submit(state),
        (KeySymbol::Char('o'), true, false) => builder.picker = Some(another),
        (KeySymbol::Char('n'), true, false) if builder.chosen().has_lines() => builder.add_line(),
        (KeySymbol::Char('x'), true, false) => builder.remove_line(),
        (KeySymbol::Up | KeySymbol::Char('k'), false, true) => builder.move_line(-1),
        (KeySymbol::Down | KeySymbol::Char('j'), false, true) => builder.move_line(1),
        (KeySymbol::Tab, ..) => builder.step_field(if key.shift { -1 } else { 1 }),
        (KeySymbol::Down, false, false) => builder.step_line(1),
        (KeySymbol::Up, false, false) => builder.step_line(-1),
        _ => typed(builder, key),
    }
    requests::views(state)
}

/// Moves the focus to the field that the mouse was pressed on; on a choice that has the focus already, selects the next
/// option. While a column is asked for, picks it.
pub fn pressed(state: &mut State, page: Rect, at: Position) -> Vec<Effect> {
    let Some(builder) = state.over.get::<SegmentationBuilder>().filter(|builder| !builder.saving) else {
        return Vec::new();
    };
    if let Some(picker) = &builder.picker {
        let Ok(item) = picker::item_at(page, picker, at) else { return Vec::new() };
        if let Some(picker) = self::builder(state).and_then(|builder| builder.picker.as_mut()) {
            picker.cursor = item;
        }
        return picked(state);
    }
    let Some(field) = draw::field_at(page, builder, state, at) else { return Vec::new() };
    let Some(builder) = self::builder(state) else { return Vec::new() };
    match field {
        BuilderField::How if builder.field == field => builder.step_how(1),
        BuilderField::Kind if builder.field == field => builder.step_kind(1),
        _ => builder.field = field,
    }
    requests::views(state)
}

fn typed(builder: &mut SegmentationBuilder, key: KeyPress) {
    let by = match key.code {
        KeySymbol::Right | KeySymbol::Char(' ' | 'l') => 1,
        KeySymbol::Left | KeySymbol::Char('h') => -1,
        _ => 0,
    };
    match builder.field {
        BuilderField::How if by != 0 => return builder.step_how(by),
        BuilderField::Kind if by != 0 => return builder.step_kind(by),
        _ => {}
    }
    if builder.input_mut().and_then(|field| input::edit(field, key)) == Some(true) {
        edited(builder);
    }
}

fn edited(builder: &mut SegmentationBuilder) {
    match builder.field {
        BuilderField::Parameter | BuilderField::Cell(..) => builder.changed(),
        _ => builder.problem = None,
    }
}

/// Inserts a paste into the field that has the focus.
pub fn paste(state: &mut State, text: &str) -> Vec<Effect> {
    let Some(builder) = builder(state).filter(|builder| !builder.saving) else { return Vec::new() };
    if let Some(picker) = &mut builder.picker {
        input::insert(&mut picker.input, &line_of(text));
        picker.narrow();
        return Vec::new();
    }
    let is_rule = matches!(builder.field, BuilderField::Cell(_, 1));
    if let Some(field) = builder.input_mut() {
        input::insert(field, &if is_rule { text_of_lines(text) } else { line_of(text) });
        edited(builder);
    }
    requests::views(state)
}

fn pick(state: &mut State, key: KeyPress) -> Vec<Effect> {
    if is(key, KeySymbol::Enter) {
        return picked(state);
    }
    if let Some(picker) = builder(state).and_then(|builder| builder.picker.as_mut()) {
        picker::keys::step_or_type(picker, key);
    }
    Vec::new()
}

fn picked(state: &mut State) -> Vec<Effect> {
    let Some(item) = builder(state).and_then(|builder| builder.picker.as_ref()?.chosen().cloned()) else {
        return Vec::new();
    };
    if let Some(why) = item.disabled {
        state.complain(why);
        return Vec::new();
    }
    let column = state.schema().and_then(|schema| schema.get(&item.label)).cloned();
    let (hows, wanted) = match (&column, item.label.as_str()) {
        (Some(column), name) => (CutMethod::for_column(column.column_type), name.to_owned()),
        (None, RFM) => (vec![CutMethod::Rfm], "rfm".to_owned()),
        (None, CELLS) => (vec![CutMethod::Cells], "groups".to_owned()),
        (None, _) => (vec![CutMethod::Cross], "crossed".to_owned()),
    };
    let name = free_name(state, &wanted);
    if let Some(builder) = builder(state) {
        builder.start(column.as_ref(), hows, name);
    }
    requests::views(state)
}

/// Returns a free name, derived from the column's.
fn free_name(state: &State, wanted: &str) -> String {
    let plain: String = wanted.chars().map(|c| if c.is_alphanumeric() || c == '_' { c } else { '_' }).collect();
    let plain = if is_plain_name(&plain) { plain } else { format!("by_{plain}") };
    let names = (1..).map(|n| if n == 1 { plain.clone() } else { format!("{plain}_{n}") });
    names.into_iter().find(|name| !saving::is_taken(&state.definitions, name)).unwrap_or(plain)
}
