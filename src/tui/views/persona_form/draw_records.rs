//! Lists of stages, claims and evidence, and the fields of the one that is open.

use ratatui::layout::Rect;

use super::is_typed;
use crate::insight::card::{ClaimFacts, ClaimState, Facts};
use crate::insight::format;
use crate::insight::inquiry::{FactState, NewestFact};
use crate::tui::core::lines::first_in_sight;
use crate::tui::paint::canvas::Canvas;
use crate::tui::paint::theme::Role;
use crate::tui::views::persona_form::PersonaForm;
use crate::tui::views::persona_form::records::{Record, RecordKind, RecordList, RecordValue};
use crate::tui::widgets::area;

/// Width of a field's name, in cells.
const LABEL: u16 = 14;

/// Draws the list of records of the selected field, or the record that is open.
pub fn draw(canvas: &mut Canvas, area: Rect, form: &PersonaForm) {
    let Some(records) = form.records(form.field) else { return };
    draw_records(canvas, area, records, form, &[]);
}

/// Draws a list of records. `way` is the path to it: index and field of each record above.
fn draw_records(canvas: &mut Canvas, area: Rect, records: &RecordList, form: &PersonaForm, way: &[usize]) {
    match records.items.get(records.cursor).filter(|_| records.open) {
        Some(record) => {
            let way: Vec<usize> = way.iter().copied().chain([records.cursor]).collect();
            draw_record(canvas, area, record, records, form, &way);
        }
        None => draw_list(canvas, area, records, form, way.is_empty()),
    }
}

fn draw_list(canvas: &mut Canvas, area: Rect, records: &RecordList, form: &PersonaForm, is_top: bool) {
    if records.items.is_empty() {
        let empty = format!("no {} yet: n makes one", records.kind.words().1);
        canvas.text(area.x, area.y, area.width, &empty, Role::Dim);
        return;
    }
    let first = first_in_sight(records.cursor, records.items.len(), usize::from(area.height));
    for ((n, record), y) in records.items.iter().enumerate().skip(first).zip(area.top()..area.bottom()) {
        let facts = form.live.facts.as_ref().filter(|_| is_top);
        let name = record.shown(0);
        let name = if name.trim().is_empty() { "(no name yet)".to_owned() } else { name };
        let right = figure(record, n, facts);
        let room = area.width.saturating_sub(right.chars().count() as u16 + 2);
        let x = canvas.text(area.x, y, room, &format!("{:>3}  {name}", n + 1), Role::Text);
        let about = about(record);
        canvas.text(x + 2, y, (area.x + room).saturating_sub(x + 2), &about, Role::Dim);
        canvas.text_right(area.x, area.right(), y, &right, Role::Text);
        if n == records.cursor {
            canvas.select(Rect { y, height: 1, ..area });
        }
    }
}

/// Describes a record after its name.
fn about(record: &Record) -> String {
    let parts = match record.kind {
        RecordKind::Stage => vec![record.shown(4), record.shown(1)],
        RecordKind::Claim => {
            let evidence = record.below.as_ref().map_or(0, |below| below.items.len());
            vec![match evidence {
                0 => "no evidence".to_owned(),
                n => format::counted(n as u64, "piece of evidence", "pieces of evidence"),
            }]
        }
        RecordKind::Evidence => vec![record.shown(1), record.shown(2), record.shown(3)],
    };
    parts.into_iter().filter(|part| !part.trim().is_empty()).collect::<Vec<_>>().join(" · ")
}

/// Returns the count of a stage, or the result of a claim's check.
fn figure(record: &Record, n: usize, facts: Option<&Facts>) -> String {
    if let (RecordKind::Claim, Some(claim)) = (record.kind, facts.and_then(|facts| facts.claims.get(n))) {
        return format!("{} {:<13}", claim.state.mark(), claim.state.word());
    }
    let reached = match (record.kind, facts) {
        (RecordKind::Stage, Some(facts)) => facts.flow.get(n).and_then(|stage| stage.reached.as_ref()),
        _ => None,
    };
    match reached.map(NewestFact::state) {
        Some(FactState::Known(reached)) => {
            format!("{} {:>8}", format::shown(reached.so_far), format::percent(reached.share))
        }
        Some(FactState::Waiting) => "…".to_owned(),
        Some(FactState::Wrong(_)) => "! rule error".to_owned(),
        None => String::new(),
    }
}

fn draw_record(canvas: &mut Canvas, area: Rect, record: &Record, of: &RecordList, form: &PersonaForm, way: &[usize]) {
    let (one, _) = record.kind.words();
    let head = format!("{one} {} of {}", of.cursor + 1, of.items.len());
    canvas.text(area.x, area.y, area.width, &head, Role::Strong);
    let bottom = area.bottom();
    let mut y = area.y + 1;
    // If not all fields fit, those before the selected one give way.
    let heights: Vec<u16> = (0..record.values.len()).map(|n| height(record, n, area.width)).collect();
    let mut first = 0;
    while first < record.field.min(record.values.len()) {
        let used: u16 = heights[first..=record.field.min(record.values.len() - 1)].iter().sum();
        if used + 2 <= bottom.saturating_sub(y) {
            break;
        }
        first += 1;
    }
    for (n, &height) in heights.iter().enumerate().skip(first) {
        if y >= bottom {
            return;
        }
        let line = Rect { y, height: height.min(bottom - y), ..area };
        draw_value(canvas, line, record, n, form);
        y += height;
        if let Some((text, role)) = remark(record, n, form, way).filter(|_| y < bottom) {
            canvas.text(area.x + LABEL, y, area.width.saturating_sub(LABEL), &text, role);
            y += 1;
        }
    }
    if let Some(below) = record.below.as_ref().filter(|_| y + 1 < bottom) {
        let chosen = record.is_below();
        let (mark, role) = if chosen { ("› ", Role::Accent) } else { ("  ", Role::Dim) };
        canvas.text(area.x, y, area.width, &format!("{mark}evidence"), role);
        let rest = Rect { x: area.x + LABEL, y, width: area.width.saturating_sub(LABEL), height: bottom - y };
        match chosen {
            true => {
                let way: Vec<usize> = way.iter().copied().chain([record.field]).collect();
                draw_records(canvas, rest, below, form, &way);
            }
            false => draw_names(canvas, rest, below),
        }
    }
}

/// Draws the names of the nested list while keys go elsewhere.
fn draw_names(canvas: &mut Canvas, area: Rect, below: &RecordList) {
    if below.items.is_empty() {
        canvas.text(area.x, area.y, area.width, "none yet", Role::Dim);
    }
    for (record, y) in below.items.iter().zip(area.top()..area.bottom()) {
        canvas.text(area.x, y, area.width, &format!("{}  {}", record.shown(0), about(record)), Role::Dim);
    }
}

fn height(record: &Record, n: usize, width: u16) -> u16 {
    match record.values.get(n) {
        Some(RecordValue::Text(text)) => {
            area::wrap(text.rows(), usize::from(width.saturating_sub(LABEL))).len().clamp(1, 4) as u16
        }
        _ => 1,
    }
}

fn draw_value(canvas: &mut Canvas, line: Rect, record: &Record, n: usize, form: &PersonaForm) {
    let chosen = record.field == n;
    let (mark, role) = if chosen { ("› ", Role::Accent) } else { ("  ", Role::Dim) };
    canvas.text(line.x, line.y, LABEL, &format!("{mark}{}", record.kind.fields()[n]), role);
    let x = line.x + LABEL;
    let rest = Rect { x, width: line.right().saturating_sub(x), ..line };
    match &record.values[n] {
        RecordValue::Text(text) if text.is_empty() && !chosen => {
            canvas.text(x, line.y, rest.width, "–", Role::Dim);
        }
        RecordValue::Text(text) => area::draw(canvas, rest, text, chosen && is_typed(form)),
        RecordValue::Choice { .. } => {
            let role = if chosen { Role::Accent } else { Role::Text };
            canvas.text(x, line.y, rest.width, &format!("◂ {} ▸", record.shown(n)), role);
        }
    }
}

/// Returns the remark under a field: its problem, its count, or what to write.
fn remark(record: &Record, n: usize, form: &PersonaForm, way: &[usize]) -> Option<(String, Role)> {
    let here: Vec<usize> = way.iter().copied().chain([n]).collect();
    if let Some(problem) = form.problem.as_ref().filter(|problem| problem.field == form.field && problem.way == here) {
        return Some((format!("! {}", problem.text), Role::Error));
    }
    let counted = counted(record, n, form, way);
    let hint = || Some((record.kind.hint(n).to_owned(), Role::Dim)).filter(|(hint, _)| !hint.is_empty());
    counted.or_else(|| hint().filter(|_| record.field == n))
}

fn counted(record: &Record, n: usize, form: &PersonaForm, way: &[usize]) -> Option<(String, Role)> {
    let (facts, [at]) = (form.live.facts.as_ref()?, way) else { return None };
    match (record.kind, n) {
        (RecordKind::Stage, 6) => match facts.flow.get(*at)?.reached.as_ref()?.state() {
            FactState::Known(reached) => {
                let alone = format!(
                    "{} of the audience ({})",
                    format::shown(reached.alone),
                    format::percent(reached.share_alone)
                );
                let so_far = format!("{} with all stages before", format::shown(reached.so_far));
                Some((format!("{alone} · {so_far}"), Role::Dim))
            }
            FactState::Waiting => Some(("counting…".to_owned(), Role::Dim)),
            FactState::Wrong(error) => Some((format!("! {error}"), Role::Error)),
        },
        (RecordKind::Claim, 1) if !record.shown(1).trim().is_empty() => Some(checked(facts.claims.get(*at)?)),
        _ => None,
    }
}

/// Returns the result of a claim's check so far.
fn checked(claim: &ClaimFacts) -> (String, Role) {
    let state = format!("{} {}", claim.state.mark(), claim.state.word());
    match (&claim.state, &claim.effect) {
        (ClaimState::Untested(reason), _) => (format!("! {reason}"), Role::Error),
        (_, Some(effect)) => {
            let shares = effect.shares.map(|share| format::percent(Some(share)));
            (format!("{state} · {} of the audience, {} of everyone else", shares.inside, shares.outside), Role::Dim)
        }
        (_, None) => (state, Role::Dim),
    }
}
