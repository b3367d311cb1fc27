//! Keys in the builder of segmentations.

use super::super::super::super::action::Effect;
use super::super::super::super::key::{Code, Key};
use super::super::super::super::picker::{PickItem, Picker};
use super::super::super::super::state::{Overlay, State};
use super::super::super::super::views::builder::{Builder, BuilderField, How};
use super::super::super::commands::columns_to_pick;
use super::super::super::{editing, is, saving};
use super::super::ask;
use super::{builder, submit};
use crate::insight::settings;
use crate::model::{Segmentation, is_plain_name};

const CROSS: &str = "two segmentations crossed";
const RFM: &str = "recency, frequency, money (RFM)";
const CELLS: &str = "cells by hand, each a rule";

/// Opens the builder, which starts with the choice of a column.
pub fn open(state: &mut State) -> Vec<Effect> {
    state.overlay = Some(Overlay::Builder(Box::new(Builder::new(picker(state)))));
    Vec::new()
}

/// Opens the builder on a segmentation.
pub fn edit(state: &mut State, cut: &Segmentation) -> Vec<Effect> {
    let column = state.schema().and_then(|schema| {
        let name = settings::column(schema, &cut.column).ok()?;
        schema.get(&name).cloned()
    });
    let hows = column.as_ref().map(|column| How::of(column.column_type)).unwrap_or_default();
    let mut builder = Builder::edit(cut, hows, picker(state));
    if let Some(column) = column {
        builder.column = column.name;
    }
    state.overlay = Some(Overlay::Builder(Box::new(builder)));
    ask(state)
}

fn picker(state: &State) -> Picker {
    let several = [(RFM, "scores"), (CROSS, "cells"), (CELLS, "rules")].map(|(label, detail)| PickItem {
        label: label.to_owned(),
        about: String::new(),
        detail: detail.to_owned(),
        disabled: None,
    });
    Picker::new("Cut the base by", columns_to_pick(state).into_iter().chain(several).collect())
}

pub fn key(state: &mut State, key: Key) -> Vec<Effect> {
    let another = picker(state);
    let Some(builder) = builder(state) else { return Vec::new() };
    if builder.saving {
        return Vec::new();
    }
    if is(key, Code::Esc) {
        // The person gave up choosing another column.
        if builder.picker.is_some() && builder.started {
            builder.picker = None;
            return ask(state);
        }
        state.overlay = None;
        return Vec::new();
    }
    if builder.picker.is_some() {
        return pick(state, key);
    }
    match (key.code, key.ctrl, key.alt) {
        _ if is(key, Code::Enter) => return submit::submit(state),
        (Code::Char('o'), true, false) => builder.picker = Some(another),
        (Code::Char('n'), true, false) if builder.chosen().has_lines() => builder.add_line(),
        (Code::Char('x'), true, false) => builder.remove_line(),
        (Code::Up | Code::Char('k'), false, true) => builder.move_line(-1),
        (Code::Down | Code::Char('j'), false, true) => builder.move_line(1),
        (Code::Tab, ..) => builder.step_field(if key.shift { -1 } else { 1 }),
        (Code::Down, false, false) => builder.step_line(1),
        (Code::Up, false, false) => builder.step_line(-1),
        _ => typed(builder, key),
    }
    ask(state)
}

fn typed(builder: &mut Builder, key: Key) {
    let by = match key.code {
        Code::Right | Code::Char(' ' | 'l') => 1,
        Code::Left | Code::Char('h') => -1,
        _ => 0,
    };
    match builder.field {
        BuilderField::How if by != 0 => return builder.step_how(by),
        BuilderField::Kind if by != 0 => return builder.step_kind(by),
        _ => {}
    }
    if builder.input_mut().and_then(|input| editing::edit(input, key)) == Some(true) {
        edited(builder);
    }
}

fn edited(builder: &mut Builder) {
    match builder.field {
        BuilderField::Parameter | BuilderField::Cell(..) => builder.changed(),
        _ => builder.problem = None,
    }
}

/// Inserts a paste where keys go.
pub fn paste(state: &mut State, text: &str) -> Vec<Effect> {
    let Some(builder) = builder(state).filter(|builder| !builder.saving) else { return Vec::new() };
    if let Some(picker) = &mut builder.picker {
        editing::insert(&mut picker.input, text);
        picker.narrow();
        return Vec::new();
    }
    if let Some(input) = builder.input_mut() {
        editing::insert(input, text);
        edited(builder);
    }
    ask(state)
}

fn pick(state: &mut State, key: Key) -> Vec<Effect> {
    let Some(picker) = builder(state).and_then(|builder| builder.picker.as_mut()) else { return Vec::new() };
    match key.code {
        _ if is(key, Code::Enter) => return picked(state),
        Code::Down => picker.step(1),
        Code::Up => picker.step(-1),
        Code::PageDown => picker.step(10),
        Code::PageUp => picker.step(-10),
        Code::Tab => picker.step(if key.shift { -1 } else { 1 }),
        _ => {
            if editing::edit(&mut picker.input, key) == Some(true) {
                picker.narrow();
            }
        }
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
        (Some(column), name) => (How::of(column.column_type), name.to_owned()),
        (None, RFM) => (vec![How::Rfm], "rfm".to_owned()),
        (None, CELLS) => (vec![How::Cells], "groups".to_owned()),
        (None, _) => (vec![How::Cross], "crossed".to_owned()),
    };
    let name = free_name(state, &wanted);
    if let Some(builder) = builder(state) {
        builder.start(column.as_ref(), hows, name);
    }
    ask(state)
}

/// Returns a free name, derived from the column's.
fn free_name(state: &State, wanted: &str) -> String {
    let plain: String = wanted.chars().map(|c| if c.is_alphanumeric() || c == '_' { c } else { '_' }).collect();
    let plain = if is_plain_name(&plain) { plain } else { format!("by_{plain}") };
    let names = (1..).map(|n| if n == 1 { plain.clone() } else { format!("{plain}_{n}") });
    names.into_iter().find(|name| !saving::is_taken(&state.definitions, name)).unwrap_or(plain)
}
