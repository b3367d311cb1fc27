//! The builder of segmentations.

use std::sync::Arc;

use super::super::super::action::{BuilderPart, Effect, Part};
use super::super::super::key::{Code, Key};
use super::super::super::picker::{PickItem, Picker};
use super::super::super::state::{Overlay, State};
use super::super::super::views::builder::{Builder, BuilderField, How};
use super::super::commands::columns_to_pick;
use super::super::{answers, editing, is, saving};
use crate::engine::{Answer, Question};
use crate::model::is_plain_name;
use crate::rule::Checked;
use crate::study::Change;

/// So many bins has the histogram, at most.
const BINS: usize = 40;

const CROSS: &str = "two segmentations crossed";
const RFM: &str = "recency, frequency, money (RFM)";

/// What is out of date, to be asked in this order.
pub fn questions(state: &mut State) -> Vec<(Part, Question)> {
    let mut questions: Vec<_> = profile(state).into_iter().collect();
    questions.extend(cells(state));
    questions
}

/// The column is looked at once: cutting it does not change what it holds.
fn profile(state: &mut State) -> Option<(Part, Question)> {
    let filter = state.rule.clone();
    let builder = builder(state).filter(|builder| builder.picker.is_none() && builder.profile.is_none())?;
    let column = (!builder.column.is_empty()).then(|| builder.column.clone())?;
    Some((Part::Builder(BuilderPart::Profile), Question::Profile { filter, column, bins: BINS }))
}

fn cells(state: &mut State) -> Vec<(Part, Question)> {
    let Some(schema) = state.schema().cloned().map(Arc::new) else { return Vec::new() };
    let (definitions, mask) = (state.definitions.clone(), state.settings.mask.clone());
    let filter = state.rule.clone();
    let Some(builder) = builder(state) else { return Vec::new() };
    if builder.picker.is_some() || builder.asked.is_some() {
        return Vec::new();
    }
    if builder.cells.is_none() {
        builder.cut(&definitions, &schema, &mask);
        if let Some(question) = builder.asked.clone() {
            return vec![(Part::Builder(BuilderPart::Cut), question)];
        }
    }
    let Some(Ok(cells)) = &builder.cells else { return Vec::new() };
    if builder.counts.fresh {
        return Vec::new();
    }
    let texts: Vec<String> = cells.iter().map(|cell| cell.rule.clone()).collect();
    let rules: Result<Vec<Checked>, _> = texts.iter().map(|text| answers::check(state, text)).collect();
    match rules {
        Ok(mut rules) => {
            rules.push(filter.clone());
            vec![(Part::Builder(BuilderPart::Counts), Question::Counts { filter, rules })]
        }
        Err(error) => {
            if let Some(builder) = self::builder(state) {
                builder.cells = Some(Err(error.to_string()));
            }
            Vec::new()
        }
    }
}

pub fn store(state: &mut State, part: Part, answer: Answer) -> Vec<Effect> {
    let Some(builder) = builder(state) else { return Vec::new() };
    match (part, answer) {
        (Part::Builder(BuilderPart::Counts), Answer::Counts(counts)) => {
            let within = counts.last().map(|count| count.in_filter);
            builder.counts.set(counts, within);
            Vec::new()
        }
        (Part::Builder(BuilderPart::Profile), Answer::Profile(profile)) => {
            builder.profile = Some(*profile);
            Vec::new()
        }
        (Part::Builder(BuilderPart::Cut), answer) => {
            if let Some(question) = builder.asked.take() {
                builder.known.push((question, answer));
            }
            super::ask(state)
        }
        _ => Vec::new(),
    }
}

pub fn fail(state: &mut State, part: &Part, reason: &str) {
    let Some(builder) = builder(state) else { return };
    match part {
        // The cut can do without.
        Part::Builder(BuilderPart::Profile) => {}
        Part::Builder(BuilderPart::Counts) => builder.counts.fail(reason.to_owned()),
        _ => builder.cells = Some(Err(reason.to_owned())),
    }
}

/// Opens the builder: first a column is picked.
pub fn open(state: &mut State) -> Vec<Effect> {
    let several = [(RFM, "scores"), (CROSS, "cells")].map(|(label, detail)| PickItem {
        label: label.to_owned(),
        about: String::new(),
        detail: detail.to_owned(),
        disabled: None,
    });
    let items = columns_to_pick(state).into_iter().chain(several);
    let picker = Picker::new("Cut the base by", items.collect());
    state.overlay = Some(Overlay::Builder(Box::new(Builder::new(picker))));
    Vec::new()
}

pub fn key(state: &mut State, key: Key) -> Vec<Effect> {
    let Some(builder) = builder(state) else { return Vec::new() };
    if builder.saving {
        return Vec::new();
    }
    if is(key, Code::Esc) {
        state.overlay = None;
        return Vec::new();
    }
    if builder.picker.is_some() {
        return pick(state, key);
    }
    match key.code {
        _ if is(key, Code::Enter) => return submit(state),
        _ if is(key, Code::Tab) || is(key, Code::Down) => builder.field = builder.field.step(1),
        Code::Tab | Code::Up => builder.field = builder.field.step(-1),
        _ => typed(builder, key),
    }
    super::ask(state)
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
    let edited = builder.input_mut().and_then(|input| editing::edit(input, key)) == Some(true);
    match builder.field {
        BuilderField::Parameter if edited => builder.changed(),
        _ if edited => builder.problem = None,
        _ => {}
    }
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
        (None, _) => (vec![How::Cross], "crossed".to_owned()),
    };
    let name = free_name(state, &wanted);
    if let Some(builder) = builder(state) {
        builder.start(column.as_ref(), hows, name);
    }
    super::ask(state)
}

/// A name that nothing has yet, after the column's.
fn free_name(state: &State, wanted: &str) -> String {
    let plain: String = wanted.chars().map(|c| if c.is_alphanumeric() || c == '_' { c } else { '_' }).collect();
    let plain = if is_plain_name(&plain) { plain } else { format!("by_{plain}") };
    let names = (1..).map(|n| if n == 1 { plain.clone() } else { format!("{plain}_{n}") });
    names.into_iter().find(|name| !saving::is_taken(&state.definitions, name)).unwrap_or(plain)
}

fn submit(state: &mut State) -> Vec<Effect> {
    let can_save = state.settings.can_save;
    let definitions = state.definitions.clone();
    let Some(builder) = builder(state) else { return Vec::new() };
    let name = builder.name.value().trim().to_owned();
    let problem = match (&builder.cells, builder.segmentation()) {
        _ if !can_save => Some("there is no study to save it in: `crosscut init` makes one".to_owned()),
        (_, Err(hint)) => Some(hint),
        (Some(Err(reason)), _) => Some(reason.clone()),
        (None, _) => Some("its cells are still being counted".to_owned()),
        _ if !is_plain_name(&name) => Some("a name is a letter, then letters, digits and _".into()),
        _ if saving::is_taken(&definitions, &name) => Some(format!("{name} is taken")),
        (_, Ok(segmentation)) => {
            builder.saving = true;
            return saving::save(Change::AddSegmentation(Box::new(segmentation)), false);
        }
    };
    builder.problem = problem;
    Vec::new()
}

fn builder(state: &mut State) -> Option<&mut Builder> {
    match &mut state.overlay {
        Some(Overlay::Builder(builder)) => Some(builder),
        _ => None,
    }
}
