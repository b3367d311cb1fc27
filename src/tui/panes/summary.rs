use ratatui::layout::Rect;

use super::filter::INDENT;
use crate::data::LoadProgress;
use crate::engine::{Summary, ValueSums};
use crate::insight::estimate::SampleSize;
use crate::insight::figures;
use crate::insight::format;
use crate::insight::suppress::{self, DisclosedCount};
use crate::text;
use crate::tui::core::key;
use crate::tui::core::{BaseState, State};
use crate::tui::paint::canvas::{Canvas, TextPiece};
use crate::tui::paint::theme::Role;
use crate::tui::widgets::bars;
use crate::tui::widgets::figures::{answer_role, estimated, index_role};

/// Minimum and maximum width of the bar in cells. It is left out if there is less room.
const BAR: (u16, u16) = (12, 30);
/// Largest share shown while work is in progress: it never reads as done.
const MAX_SHARE_SHOWN: f64 = 0.99;

/// Draws the number of customers, and their share of everything. While the base is being read, draws the progress.
pub fn draw(canvas: &mut Canvas, area: Rect, state: &State) {
    if area.height == 0 {
        return;
    }
    let line = Rect { x: area.x + INDENT, width: area.width.saturating_sub(INDENT + 1), ..area };
    match &state.base {
        BaseState::Loading(progress) => draw_progress(canvas, line, progress.as_ref(), state),
        BaseState::Failed(_) => {}
        BaseState::Ready { .. } => {
            let exact = &state.answers.panes.found.summary;
            if let Some((summary, size)) = state.estimates.in_place_of(exact, &state.estimates.panes.found.summary) {
                draw_parts(canvas, line, &estimate_parts(summary, size, state));
                return;
            }
            match (&exact.error, &exact.answer) {
                (Some(error), _) => {
                    let again = key(state, "redraw");
                    let message = format!("cannot count ({again} tries again): {error}");
                    canvas.text(line.x, line.y, line.width, &message, Role::Error);
                }
                (None, None) => {
                    let counting = vec![("counting…".into(), Role::Dim)];
                    draw_parts(canvas, line, &[vec![counting], notes(state)].concat());
                }
                (None, Some(summary)) => draw_summary(canvas, line, summary, state),
            }
        }
    }
}

fn draw_summary(canvas: &mut Canvas, line: Rect, summary: &Summary, state: &State) {
    let share = share_of_base(summary, state);
    let x = draw_parts(canvas, line, &parts(summary, state));
    let room = line.right().saturating_sub(x + 3).min(BAR.1);
    if let Some(share) = share
        && room >= BAR.0
    {
        let role = if answer_role(state, state.answers.panes.found.summary.fresh) == Role::Dim {
            Role::Dim
        } else {
            Role::Bar
        };
        draw_bar(canvas, line.right() - room, line.y, room, share, role);
    }
}

/// Draws the parts that there is room for, and returns the x position after them.
fn draw_parts(canvas: &mut Canvas, line: Rect, parts: &[Vec<TextPiece>]) -> u16 {
    let width = |part: &[TextPiece]| part.iter().map(|(content, _)| text::width(content) as u16).sum::<u16>();
    let mut x = line.x;
    for (i, part) in parts.iter().enumerate() {
        let gap = if i == 0 { 0 } else { 3 };
        if x + gap + width(part) > line.right() {
            break;
        }
        x = canvas.pieces(x + gap, line.y, width(part), part);
    }
    x
}

/// Returns the figures of an estimate. It is never bold, as an exact number is.
fn estimate_parts(summary: &Summary, size: SampleSize, state: &State) -> Vec<Vec<TextPiece>> {
    let role = answer_role(state, true);
    let counted = match estimated(suppress::single(summary.customers, state.settings.min_cell), size) {
        Some(estimate) => {
            let margin = format!(" {}", format::margin(estimate));
            vec![(format::estimate(estimate), role), (margin, Role::Dim), (" customers".into(), role)]
        }
        None => vec![("counting… too few in the sample for an estimate".into(), Role::Dim)],
    };
    [vec![counted], notes(state)].concat()
}

/// Returns the note that figures on screen are estimates, and of how many customers; or why there are none.
fn notes(state: &State) -> Vec<Vec<TextPiece>> {
    let (estimates, exact) = (&state.estimates, &state.answers);
    let (of_panes, panes) = (&estimates.panes.found, &exact.panes.found);
    let is_total_estimated = estimates.in_place_of(&panes.summary, &of_panes.summary).is_some();
    let is_estimated = is_total_estimated
        || estimates.in_place_of(&panes.segments, &of_panes.segments).is_some()
        || estimates.in_place_of(&panes.personas, &of_panes.personas).is_some()
        || estimates.in_place_of(&panes.memberships, &of_panes.memberships).is_some()
        || (exact.groups.found.groups.answer.is_some()
            && estimates.in_place_of(&exact.groups.found.groups, &estimates.groups.found.groups).is_some());
    let note = match (&estimates.sample, &estimates.refused) {
        (Some(sample), _) if is_estimated => {
            // Beside an exact number it must not be read as a note on that.
            let what = if is_total_estimated { "≈ estimated" } else { "≈ figures are estimated" };
            Some((format!("{what} from {} customers", format::count(sample.size.sampled)), Role::Notice))
        }
        (Some(_), Some(reason)) if panes.summary.is_waiting() => Some((format!("no estimate: {reason}"), Role::Dim)),
        _ => None,
    };
    note.map(|note| vec![note]).into_iter().collect()
}

fn share_of_base(summary: &Summary, state: &State) -> Option<f64> {
    let shown = suppress::of_base(summary.customers, summary.base, state.settings.min_cell);
    figures::share(shown.count()?, summary.base)
}

/// Returns the figures, most important first: those at the end give way.
fn parts(summary: &Summary, state: &State) -> Vec<Vec<TextPiece>> {
    let role = answer_role(state, state.answers.panes.found.summary.fresh);
    let min_cell = state.settings.min_cell;
    let shown = suppress::of_base(summary.customers, summary.base, min_cell);
    let word = if summary.customers == 1 && shown.count().is_some() { " customer" } else { " customers" };
    let so_far = state.part().map(|_| (" so far".to_owned(), Role::Notice));
    let strong = if role == Role::Dim { Role::Dim } else { Role::Strong };
    let share = share_of_base(summary, state);
    let reason = match shown {
        DisclosedCount::Count(_) | DisclosedCount::Hidden => None,
        DisclosedCount::Under(least) => Some(format!("fewer than {least}: no figures are shown")),
        DisclosedCount::Over(_) => Some("all but a few: the figures are those of all".to_owned()),
    };
    if let Some(reason) = reason {
        return vec![vec![(format::shown(shown), strong), (word.into(), role)], vec![(reason, Role::Dim)]];
    }
    let counted = [(format::shown(shown), strong), (word.into(), role)];
    let mut parts = vec![counted.into_iter().chain(so_far).collect()];
    parts.extend(notes(state));
    parts.push(vec![(format::percent(share), role), (" of base".into(), Role::Dim)]);
    if let Some(value) = &summary.value {
        parts.extend(value_parts(value, share, min_cell, role));
    }
    parts
}

fn value_parts(value: &ValueSums, share: Option<f64>, min_cell: u64, role: Role) -> Vec<Vec<TextPiece>> {
    // A sum over a few customers discloses what each of them spends.
    let may_show = share.is_some() && !suppress::is_small(value.known_in_filter, min_cell);
    let of_value = figures::share_of_sum(value.in_filter, value.in_base).filter(|_| may_show);
    let mean = figures::mean(value.in_filter, value.known_in_filter).filter(|_| may_show);
    let index = figures::index_of_shares(of_value, share);
    vec![
        vec![(format::percent(of_value), role), (" of value".into(), Role::Dim)],
        vec![("mean ".into(), Role::Dim), (format::amount(mean), role)],
        vec![("value index ".into(), Role::Dim), (format::index(index).trim_end().into(), index_role(index, role))],
    ]
}

/// Draws a bar on its track: `━━━━╸──────`.
fn draw_bar(canvas: &mut Canvas, x: u16, y: u16, width: u16, share: f64, role: Role) {
    canvas.pieces(x, y, width, &bars::tracked(share, usize::from(width), role));
}

fn draw_progress(canvas: &mut Canvas, line: Rect, progress: Option<&LoadProgress>, state: &State) {
    let Some(progress) = progress else {
        canvas.text(line.x, line.y, line.width, &format!("{} opening…", spinner(state)), Role::Dim);
        return;
    };
    let mut x = canvas.text(line.x, line.y, 2, spinner(state), Role::Accent) + 1;
    // Once all bytes are read, work remains whose share is unknown.
    let share = progress.total.filter(|&total| progress.done < total);
    let share = share.and_then(|total| figures::share(progress.done, total)).map(|share| share.min(MAX_SHARE_SHOWN));
    if let Some(share) = share {
        let width = (line.width / 3).clamp(8, 30);
        draw_bar(canvas, x, line.y, width, share, Role::Bar);
        x = canvas.text(x + width + 1, line.y, 9, &format::percent(Some(share)), Role::Strong) + 3;
    }
    let room = |x: u16| line.right().saturating_sub(x);
    x = canvas.text(x, line.y, room(x), progress.stage.word(), Role::Dim) + 3;
    canvas.text(x, line.y, room(x), &format!("{} so far", format::counted(progress.rows, "row", "rows")), Role::Dim);
}

fn spinner(state: &State) -> &'static str {
    ["⠋", "⠙", "⠴", "⠦"][state.ticks % 4]
}
