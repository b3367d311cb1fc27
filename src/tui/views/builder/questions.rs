//! The questions of the builder of segmentations, which follow what is typed.

use super::{BuilderInquiry, CellNames, CutMethod, SegmentationBuilder};
use crate::engine::{CountsQuestion, MembershipsQuestion, ProfileQuestion};
use crate::insight::cutting::Cutter;
use crate::insight::inquiry::SingleInquiry;
use crate::insight::profile::ProfileInquiry;
use crate::model::{Definitions, Segmentation};
use crate::rule::cells::SegmentationCell;
use crate::rule::{self, Checked, Context, RuleError};
use crate::tui::core::State;

/// Maximum number of bins of the histogram.
const BINS: usize = 40;

/// Updates the builder's inquiry to what is typed. Returns true if its questions have changed.
pub fn renew(state: &mut State) -> bool {
    if builder(state).is_none_or(|builder| builder.picker.is_some()) {
        return false;
    }
    let [profile, cells, counts] = [renew_profile, renew_cells, renew_counts].map(|renew| renew(state).is_some());
    profile || cells || counts
}

/// Renews the profile of the column, once per column: cutting does not change what it holds.
fn renew_profile(state: &mut State) -> Option<()> {
    let filter = state.rule.clone();
    let column = builder(state).filter(|builder| builder.inquiry.profile.needs_asking())?.column.clone();
    let column = (!column.is_empty()).then(|| state.schema()?.get(&column)).flatten()?.name.clone();
    if state.is_masked(&column) {
        return None;
    }
    builder(state)?.inquiry.profile = ProfileInquiry::from_question(ProfileQuestion { filter, column, bins: BINS });
    Some(())
}

fn renew_cells(state: &mut State) -> Option<()> {
    let schema = state.schema()?.clone();
    let State { definitions, catalog, settings, over, .. } = state;
    let builder = over.find_mut::<SegmentationBuilder>()?;
    let cutter = Cutter { definitions, schema: &schema, personas: &catalog.counted, mask: &settings.mask };
    builder.plan(&cutter).then_some(())
}

/// Renews the counts of the cells, once the cells are known.
fn renew_counts(state: &mut State) -> Option<()> {
    let builder = builder(state)?;
    let Some(Ok(cells)) = builder.cells.clone() else { return None };
    if !builder.inquiry.counts.needs_asking() && !builder.inquiry.memberships.needs_asking() {
        return None;
    }
    let name = builder.name.value().trim().to_owned();
    let builder = state.over.find::<SegmentationBuilder>()?;
    let checked = checked(state, &draft(&state.definitions, builder), &name, &cells);
    let filter = state.rule.clone();
    let builder = self::builder(state)?;
    builder.faults = faults(builder, &checked);
    if let Some(error) = checked.iter().find_map(|rule| rule.as_ref().err())
        && builder.chosen() != CutMethod::Cells
    {
        builder.cells = Some(Err(error.to_string()));
        return None;
    }
    let good = cells.iter().zip(&checked).filter_map(|(cell, rule)| Some((cell.name.clone(), rule.clone().ok()?)));
    let (names, sets): (Vec<String>, Vec<Checked>) = good.unzip();
    let rules = sets.iter().cloned().chain([filter.clone()]).collect();
    let BuilderInquiry { counts, memberships, .. } = &mut builder.inquiry;
    let question = CountsQuestion { filter: filter.clone(), rules };
    *counts = SingleInquiry::asking(question, CellNames(names)).after(std::mem::take(counts));
    *memberships =
        SingleInquiry::from_question(MembershipsQuestion { filter, sets }).after(std::mem::take(memberships));
    Some(())
}

/// Returns the definitions as they would be with the builder's segmentation saved.
fn draft(definitions: &Definitions, builder: &SegmentationBuilder) -> Definitions {
    let mut draft = definitions.clone();
    let before = builder.editing.as_ref().map(|before| before.name.as_str());
    draft.segmentations.retain(|cut| Some(cut.name.as_str()) != before);
    let name = builder.name.value().trim().to_owned();
    draft.segmentations.push(Segmentation { name, column: builder.column.clone(), ..Segmentation::default() });
    draft
}

/// Checks the cells' rules as if they were already saved: only that reveals a cycle through other names. A blank rule
/// is an error.
fn checked(
    state: &State,
    draft: &Definitions,
    name: &str,
    cells: &[SegmentationCell],
) -> Vec<Result<Checked, RuleError>> {
    let Some(schema) = state.schema() else { return Vec::new() };
    let known = state.cells.iter().flatten().filter_map(|(name, cells)| Some((name.clone(), cells.clone().ok()?)));
    let is_there = |name: &str| draft.segmentations.iter().any(|cut| cut.name == name);
    let known = known.filter(|(name, _)| is_there(name)).chain([(name.to_owned(), cells.to_vec())]).collect();
    let names = rule::name_all(draft, &known);
    let cx = Context { schema, names: &names, today: state.settings.today };
    let check = |cell: &SegmentationCell| match cell.rule.is_empty() {
        true => Err(RuleError::new(0..0, "it needs a rule")),
        false => rule::check(&cell.rule, &cx),
    };
    cells.iter().map(check).collect()
}

/// Returns what is wrong with lines, by their index.
fn faults(builder: &SegmentationBuilder, checked: &[Result<Checked, RuleError>]) -> Vec<(usize, String)> {
    if builder.chosen() != CutMethod::Cells {
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

/// Follows an answer, which may complete the cells.
pub fn arrived(state: &mut State) {
    if let Some(builder) = builder(state) {
        builder.cells_came();
    }
    renew(state);
}

fn builder(state: &mut State) -> Option<&mut SegmentationBuilder> {
    state.over.find_mut()
}
