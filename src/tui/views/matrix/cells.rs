//! A cell of the heat map: a shade, legible without colour, and the figure.

use ratatui::layout::Rect;

use crate::insight::format;
use crate::insight::matrix::{MatrixFigure, Pair};
use crate::insight::suppress::DisclosedCount;
use crate::tui::paint::canvas::{Canvas, TextPiece};
use crate::tui::paint::theme::Role;
use crate::tui::widgets::figures::index_role;
use crate::tui::widgets::heat;

/// Lower bounds of the shades, for shares and, below, for an index.
const SHARES: [f64; 4] = [0.1, 0.25, 0.5, 0.75];
const INDEXES: [f64; 4] = [120.0, 150.0, 200.0, 300.0];

/// Returns the width of a column in cells, its gap included. `count` is the width of a count.
pub fn width(figure: MatrixFigure, count: usize) -> usize {
    let text = match figure {
        MatrixFigure::Customers => count.max(5),
        MatrixFigure::OfRow | MatrixFigure::OfColumn | MatrixFigure::Index => 7,
        MatrixFigure::Jaccard => 6,
    };
    2 + 1 + text + 1
}

/// Mark of a pair that the study spans.
pub const SPANNED: &str = "◆";

/// Index from which on the gradient's colour stays the same.
const FULL_INDEX: f64 = 300.0;

/// Draws the scale of the gradient, or of the shades where there are too few colours. Returns the x position after it.
pub fn draw_scale(canvas: &mut Canvas, x: u16, y: u16, width: u16, figure: MatrixFigure) -> u16 {
    if !canvas.has_gradient() {
        return canvas.text(x, y, width, &format!(" {} ", scale(figure)), Role::Dim);
    }
    const STEPS: u16 = 8;
    let (from, to, shares): (&str, &str, fn(f64) -> f64) = match figure {
        MatrixFigure::Customers => ("0", "the most", |share| share),
        MatrixFigure::OfRow | MatrixFigure::OfColumn => ("0", "100 %", |share| share),
        MatrixFigure::Jaccard => ("0", "1", |share| share),
        MatrixFigure::Index => ("0", "300", |share| 2.0 * share - 1.0),
    };
    let piece = |text: String| -> TextPiece { (text, Role::Dim) };
    let left = canvas.pieces(x, y, width, &[piece(format!(" {from} "))]);
    let cells = STEPS.min((x + width).saturating_sub(left));
    for step in 0..cells {
        let place = Rect { x: left + step, y, width: 1, height: 1 };
        canvas.text(place.x, y, 1, " ", Role::Text);
        canvas.heat(place, shares((f64::from(step) + 0.5) / f64::from(STEPS)));
    }
    let after = left + cells;
    canvas.text(after, y, (x + width).saturating_sub(after), &format!(" {to} "), Role::Dim)
}

/// Describes the scale of the shades.
fn scale(figure: MatrixFigure) -> String {
    let (of, bounds) = match figure {
        MatrixFigure::Customers => (" % of the most", SHARES.map(|share| share * 100.0)),
        MatrixFigure::OfRow | MatrixFigure::OfColumn => (" %", SHARES.map(|share| share * 100.0)),
        MatrixFigure::Jaccard => ("", SHARES),
        MatrixFigure::Index => ("", INDEXES),
    };
    format!("from {}{of}", heat::scale(bounds))
}

/// Facts about a cell of the heat map, beside its figures.
#[derive(Debug, Clone, Copy)]
pub struct HeatCell {
    /// Largest count of the matrix.
    pub most: u64,
    /// True if both sets are the same.
    pub is_itself: bool,
    /// True if the study says that the one spans the other.
    pub is_spanned: bool,
}

/// Draws a cell.
pub fn draw(canvas: &mut Canvas, place: Rect, pair: &Pair, figure: MatrixFigure, kind: HeatCell, role: Role) {
    let HeatCell { most, is_itself: itself, is_spanned } = kind;
    let value = pair.figure(figure);
    let bar = if role == Role::Text && !itself { Role::Bar } else { Role::Dim };
    let (shaded, bounds) = match figure {
        MatrixFigure::Index => (value, INDEXES),
        MatrixFigure::Customers => (value.map(|n| n / most.max(1) as f64), SHARES),
        _ => (value, SHARES),
    };
    let has_gradient = canvas.has_gradient();
    if !has_gradient {
        heat::draw_shade(canvas, place.x, place.y, shaded, bounds, bar);
    }
    let nothing = pair.both == DisclosedCount::Count(0);
    let role = match figure {
        _ if itself || nothing || value.is_none() => Role::Dim,
        MatrixFigure::Index => index_role(value, role),
        _ => role,
    };
    // The selected cell has its brackets beside it, so that a figure keeps off the edge.
    let right = if has_gradient { place.right() - 1 } else { place.right() };
    canvas.text_right(place.x + 2, right, place.y, &text(pair, figure), role);
    if has_gradient && role != Role::Dim {
        canvas.heat(place, gradient(value, figure, most));
    }
    if is_spanned {
        let at = if has_gradient { place.x } else { place.x + 2 };
        canvas.text(at, place.y, 1, SPANNED, Role::Notice);
        if has_gradient && role != Role::Dim {
            canvas.heat(Rect { x: at, width: 1, ..place }, gradient(value, figure, most));
        }
    }
}

/// Returns a figure's place on the gradient, from −1 to 1.
fn gradient(value: Option<f64>, figure: MatrixFigure, most: u64) -> f64 {
    match (value, figure) {
        (None, _) => 0.0,
        (Some(index), MatrixFigure::Index) if index >= 100.0 => ((index - 100.0) / (FULL_INDEX - 100.0)).min(1.0),
        (Some(index), MatrixFigure::Index) => (index - 100.0) / 100.0,
        (Some(count), MatrixFigure::Customers) => count / most.max(1) as f64,
        (Some(share), _) => share,
    }
}

/// Formats the figure.
pub fn text(pair: &Pair, figure: MatrixFigure) -> String {
    match figure {
        _ if pair.both.count().is_none() => format::shown(pair.both),
        MatrixFigure::Customers => format::shown(pair.both),
        MatrixFigure::OfRow => format::percent(pair.of_row),
        MatrixFigure::OfColumn => format::percent(pair.of_column),
        MatrixFigure::Jaccard => ratio(pair.jaccard),
        MatrixFigure::Index => format::index(pair.index),
    }
}

/// Formats a ratio as `0.42`. A ratio strictly between 0 and 1 never reads as 0 or 1.
pub fn ratio(value: Option<f64>) -> String {
    match value {
        None => format::NOTHING.into(),
        Some(value) if value > 0.0 && value < 0.005 => "<0.01".into(),
        Some(value) if (0.995..1.0).contains(&value) => ">0.99".into(),
        Some(value) => format!("{value:.2}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scale_names_bounds() {
        assert_eq!(scale(MatrixFigure::OfRow), "from ░ 10 ▒ 25 ▓ 50 █ 75 %");
        assert_eq!(scale(MatrixFigure::Index), "from ░ 120 ▒ 150 ▓ 200 █ 300");
    }

    #[test]
    fn ratio_rounds_to_zero_or_one_only_when_exact() {
        assert_eq!([0.0, 0.001, 0.42, 0.999, 1.0].map(|r| ratio(Some(r))), ["0.00", "<0.01", "0.42", ">0.99", "1.00"]);
    }
}
