//! The stages of the journey: the feeling curve, what people do, think and feel, and the flow.

use super::blocks::{heading, padded};
use super::page::CardInput;
use super::{curve, flow};
use crate::model::JourneyStage;
use crate::text::wrap;
use crate::tui::paint::canvas::TextPiece;
use crate::tui::paint::theme::Role;
use crate::tui::widgets::page::Lines;

/// Width of the label column, in cells.
const LABEL: usize = 12;
/// Minimum and maximum width of a stage, its gap included.
const STAGE: (usize, usize) = (16, 30);
const GAP: usize = 2;

/// Draws the stages side by side under the feeling curve, with the flow of the audience below. Stages that do not fit
/// follow below.
pub fn lines(shown: CardInput, width: usize) -> Lines {
    let journey = &shown.persona.journey;
    if journey.is_empty() {
        return Lines::new();
    }
    let room = width.saturating_sub(LABEL);
    let abreast = (room / STAGE.0).clamp(1, journey.len());
    let stage = (room / abreast).clamp(8, STAGE.1);
    let flows = shown.facts.flow.iter().any(|stage| stage.reached.is_some());
    let note = if flows { "reached: this stage and all earlier ones · share of the persona" } else { "" };
    let mut lines = heading("Journey", note);
    for (i, stages) in journey.chunks(abreast).enumerate() {
        if i > 0 {
            lines.push(Vec::new());
        }
        lines.extend(feeling_curve(stages, stage));
        lines.push(row("", stages.iter().map(|stage| stage.stage.as_str()), stage, Role::Strong));
        lines.extend(texts("doing", stages, stage, |stage| stage.doing.as_deref()));
        lines.extend(texts("thinking", stages, stage, |stage| stage.thinking.as_deref()));
        lines.extend(texts("feeling", stages, stage, |stage| stage.feeling.as_deref()));
        lines.extend(texts("touchpoint", stages, stage, |stage| stage.touchpoint.as_deref()));
        let from = i * abreast;
        let flow = shown.facts.flow.get(from..from + stages.len()).unwrap_or_default();
        lines.extend(flow::lines(shown, flow, LABEL, stage));
    }
    lines
}

fn feeling_curve(stages: &[JourneyStage], width: usize) -> Lines {
    let scores: Vec<Option<i8>> = stages.iter().map(|stage| stage.feeling_score).collect();
    if scores.iter().all(Option::is_none) {
        return Lines::new();
    }
    let labels = ["good  +2", "", "       0", "", " bad  −2"];
    let rows = curve::draw(&scores, width);
    labels.iter().zip(rows).map(|(label, row)| curve_line(label, &row)).collect()
}

/// Draws a row of the curve. The neutral row is dotted where the curve is elsewhere.
fn curve_line(label: &str, row: &str) -> Vec<TextPiece> {
    let mut line = vec![(padded(label, LABEL), Role::Dim)];
    if label.contains(" 0") {
        let dotted = row.split_inclusive(|c: char| c != ' ');
        for part in dotted {
            let drawn = part.trim_start_matches(' ');
            line.push(("┄".repeat(part.len() - drawn.len()), Role::Track));
            line.push((drawn.to_owned(), Role::Bar));
        }
    } else {
        line.push((row.to_owned(), Role::Bar));
    }
    line
}

/// Wraps one kind of text of every stage in the stage's column. Empty if no stage has it.
fn texts<'a>(
    label: &str,
    stages: &'a [JourneyStage],
    width: usize,
    of: impl Fn(&'a JourneyStage) -> Option<&'a str>,
) -> Lines {
    if stages.iter().all(|stage| of(stage).is_none()) {
        return Lines::new();
    }
    let columns: Vec<Vec<String>> =
        stages.iter().map(|stage| of(stage).map_or_else(Vec::new, |text| wrap(text, width - GAP))).collect();
    let height = columns.iter().map(Vec::len).max().unwrap_or(0);
    (0..height)
        .map(|i| {
            let label = if i == 0 { label } else { "" };
            row(label, columns.iter().map(|column| column.get(i).map_or("", String::as_str)), width, Role::Text)
        })
        .collect()
}

fn row<'a>(label: &str, cells: impl Iterator<Item = &'a str>, width: usize, role: Role) -> Vec<TextPiece> {
    let mut line = vec![(padded(label, LABEL), Role::Dim)];
    line.extend(cells.map(|cell| (padded(cell, width - GAP) + &" ".repeat(GAP), role)));
    line
}
