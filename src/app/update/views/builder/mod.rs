//! The builder of segmentations: what it asks, and what comes back.

mod keys;
mod submit;

pub use self::keys::{edit, key, open, paste};
use super::super::super::action::{BuilderPart, Effect, Part};
use super::super::super::state::{Overlay, State};
use super::super::super::views::builder::{Builder, Counted, How};
use crate::engine::{Answer, CountsQuestion, EngineError, MembershipsQuestion, ProfileQuestion, Question};
use crate::insight::inquiry::{Inquiry, Slot};
use crate::model::{Definitions, Segmentation};
use crate::rule::cells::Cell;
use crate::rule::{self, Checked, Context, RuleError};

/// So many bins has the histogram, at most.
const BINS: usize = 40;

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
    let column = state.schema()?.get(&column)?.name.clone();
    if state.is_masked(&column) {
        return None;
    }
    Some((Part::Builder(BuilderPart::Profile), ProfileQuestion { filter, column, bins: BINS }.into()))
}

fn cells(state: &mut State) -> Vec<(Part, Question)> {
    let Some(schema) = state.schema().cloned() else { return Vec::new() };
    let (definitions, mask) = (state.definitions.clone(), state.settings.mask.clone());
    let (filter, personas) = (state.rule.clone(), state.catalog.counted.clone());
    let Some(builder) = builder(state) else { return Vec::new() };
    if builder.picker.is_some() || !builder.asked.is_empty() {
        return Vec::new();
    }
    if builder.cells.is_none() {
        builder.cut(&definitions, &schema, &mask, &personas);
        if !builder.asked.is_empty() {
            let asked = builder.asked.iter().cloned();
            return asked.map(|(slot, question)| (Part::Builder(BuilderPart::Cut(slot)), question)).collect();
        }
    }
    let Some(Ok(cells)) = builder.cells.clone() else { return Vec::new() };
    if builder.counts.fresh && builder.memberships.fresh {
        return Vec::new();
    }
    let draft = draft(&definitions, builder);
    let name = builder.name.value().trim().to_owned();
    let checked = checked(state, &draft, &name, &cells);
    let Some(builder) = self::builder(state) else { return Vec::new() };
    builder.faults = faults(builder, &checked);
    if let Some(error) = checked.iter().find_map(|rule| rule.as_ref().err())
        && builder.chosen() != How::Cells
    {
        builder.cells = Some(Err(error.to_string()));
        return Vec::new();
    }
    let good = || cells.iter().zip(&checked).filter_map(|(cell, rule)| Some((cell, rule.as_ref().ok()?)));
    builder.counting = good().map(|(cell, _)| cell.name.clone()).collect();
    let sets: Vec<Checked> = good().map(|(_, rule)| rule.clone()).collect();
    let rules = sets.iter().cloned().chain([filter.clone()]).collect();
    vec![
        (Part::Builder(BuilderPart::Counts), CountsQuestion { filter: filter.clone(), rules }.into()),
        (Part::Builder(BuilderPart::Memberships), MembershipsQuestion { filter, sets }.into()),
    ]
}

/// The definitions as they would be if the builder's segmentation were saved.
fn draft(definitions: &Definitions, builder: &Builder) -> Definitions {
    let mut draft = definitions.clone();
    let before = builder.editing.as_ref().map(|before| before.name.as_str());
    draft.segmentations.retain(|cut| Some(cut.name.as_str()) != before);
    let name = builder.name.value().trim().to_owned();
    draft.segmentations.push(Segmentation { name, column: builder.column.clone(), ..Segmentation::default() });
    draft
}

/// The cells' rules, read as if they were saved already: only so is a cycle through other names seen. A blank rule is
/// none.
fn checked(state: &State, draft: &Definitions, name: &str, cells: &[Cell]) -> Vec<Result<Checked, RuleError>> {
    let Some(schema) = state.schema() else { return Vec::new() };
    let known = state.cells.iter().flatten().filter_map(|(name, cells)| Some((name.clone(), cells.clone().ok()?)));
    let is_there = |name: &str| draft.segmentations.iter().any(|cut| cut.name == name);
    let known = known.filter(|(name, _)| is_there(name)).chain([(name.to_owned(), cells.to_vec())]).collect();
    let names = rule::name_all(draft, &known);
    let cx = Context { schema, names: &names, today: state.settings.today };
    let check = |cell: &Cell| match cell.rule.is_empty() {
        true => Err(RuleError::new(0..0, "it needs a rule")),
        false => rule::check(&cell.rule, &cx),
    };
    cells.iter().map(check).collect()
}

/// What is wrong with lines, by their places.
fn faults(builder: &Builder, checked: &[Result<Checked, RuleError>]) -> Vec<(usize, String)> {
    if builder.chosen() != How::Cells {
        return Vec::new();
    }
    let lines: Vec<_> = builder.lines.iter().enumerate().filter(|(_, line)| !line.is_blank()).collect();
    let fault = |(n, rule): (usize, &Result<Checked, RuleError>)| {
        let (at, line) = lines.get(n)?;
        let name = line.name();
        let twice = lines[..n].iter().any(|(_, other)| other.name() == name);
        let message = match rule {
            _ if name.is_empty() => "give it a name".to_owned(),
            _ if twice => "another cell has this name".to_owned(),
            Err(error) => error.describe(&line.rule()),
            Ok(_) => return None,
        };
        Some((*at, message))
    };
    checked.iter().enumerate().filter_map(fault).collect()
}

pub fn store(state: &mut State, part: Part, answer: Answer) -> Vec<Effect> {
    let Some(builder) = builder(state) else { return Vec::new() };
    match (part, answer) {
        (Part::Builder(BuilderPart::Counts), Answer::Counts(mut counts)) => {
            let whole = counts.pop().unwrap_or_default().in_filter;
            let cells = builder.counting.iter().cloned().zip(counts).collect();
            builder.counts.set(Counted { cells, whole });
            Vec::new()
        }
        (Part::Builder(BuilderPart::Memberships), Answer::Memberships(numbers)) => {
            builder.memberships.set(numbers);
            Vec::new()
        }
        (Part::Builder(BuilderPart::Profile), Answer::Profile(profile)) => {
            builder.profile = Some(*profile);
            Vec::new()
        }
        (Part::Builder(BuilderPart::Cut(slot)), answer) => {
            cells_came(builder, slot, Ok(answer));
            super::ask(state)
        }
        _ => Vec::new(),
    }
}

fn cells_came(builder: &mut Builder, slot: Slot, answer: Result<Answer, EngineError>) {
    builder.cutting.take(slot, answer);
    builder.asked.retain(|(asked, _)| *asked != slot);
    builder.cells_came();
}

pub fn fail(state: &mut State, part: &Part, reason: &str) {
    let Some(builder) = builder(state) else { return };
    match part {
        // The cut can do without.
        Part::Builder(BuilderPart::Profile) => {}
        Part::Builder(BuilderPart::Counts) => builder.counts.fail(reason.to_owned()),
        Part::Builder(BuilderPart::Memberships) => builder.memberships.fail(reason.to_owned()),
        Part::Builder(BuilderPart::Cut(slot)) => cells_came(builder, *slot, Err(EngineError::failed(reason))),
        _ => {}
    }
}

fn builder(state: &mut State) -> Option<&mut Builder> {
    match &mut state.overlay {
        Some(Overlay::Builder(builder)) => Some(builder),
        _ => None,
    }
}
