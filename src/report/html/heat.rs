//! The span matrix as a heat map: shade and number, with a box around the pairs that the study spans.

use super::Html;
use crate::insight::matrix::Pair;
use crate::report::svg::{n, wrapped};
use crate::report::{Spans, StudyReport, clean};
use crate::text;
use crate::tui::widgets::format;

/// Sizes of the drawing, in pixels. Characters are monospaced, 0.6 of their size wide.
const NAME: f64 = 188.0;
const COUNT: f64 = 62.0;
const CELL: (f64, f64) = (84.0, 24.0);
const HEAD: f64 = 50.0;
/// Number of characters that fit in a column's head and, below, before the count.
const HEAD_CELLS: usize = 12;
const NAME_CELLS: usize = 25;

pub fn section(html: &mut Html, report: &StudyReport, spans: &Spans) {
    html.raw("<section id=\"spans\"><h2>Segments and personas</h2>");
    html.raw(
        "<p class=\"note\">In each cell: of the segment’s customers, the share that is in the persona (penetration).",
    );
    html.raw(" A box marks the segments that a persona spans.");
    if spans.left_out > 0 {
        html.put(
            " {} left out.",
            &[&format::counted(
                spans.left_out as u64,
                "segment that no persona spans is",
                "segments and cells that no persona spans are",
            )],
        );
    }
    html.raw("</p><div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Span matrix\">");
    draw(html, report, spans);
    html.raw("</div></section>");
}

fn draw(html: &mut Html, report: &StudyReport, spans: &Spans) {
    let width = NAME + COUNT + CELL.0 * spans.columns().len() as f64;
    let height = HEAD + CELL.1 * spans.rows().len() as f64 + 2.0;
    let (width, height) = (n(width), n(height));
    html.put(
        "<svg class=\"heat\" width=\"{}\" height=\"{}\" viewBox=\"0 0 {} {}\" role=\"img\">",
        &[&width, &height, &width, &height],
    );
    html.raw("<title>Segments against personas</title><desc>");
    html.raw("Penetration of each segment by each persona; the tables of every persona give the same figures.</desc>");
    html.put(
        "<text class=\"head\" x=\"{}\" y=\"{}\" text-anchor=\"end\">customers</text>",
        &[&n(NAME + COUNT - 10.0), &n(HEAD - 8.0)],
    );
    for (c, id) in spans.columns().enumerate() {
        head(html, report.name(id), NAME + COUNT + (c as f64 + 0.5) * CELL.0);
    }
    for (r, (name, customers)) in spans.rows().enumerate() {
        let y = HEAD + r as f64 * CELL.1;
        let middle = n(y + CELL.1 / 2.0 + 4.0);
        let cut = clean::line(name);
        let cut = text::truncate(&cut, NAME_CELLS);
        html.put("<text x=\"0\" y=\"{}\">{}<title>{}</title></text>", &[&middle, &cut, &name]);
        html.put("<text class=\"count\" x=\"{}\" y=\"{}\" text-anchor=\"end\">", &[&n(NAME + COUNT - 10.0), &middle]);
        html.put("{}</text>", &[&format::shown(customers)]);
        for (c, id) in spans.columns().enumerate() {
            let at = (NAME + COUNT + c as f64 * CELL.0, y);
            let titled = format!("{name} in {}", report.name(id));
            cell(html, at, &spans.pair(r, c), &titled, spans.is_spanned(r, c));
        }
    }
    html.raw("</svg>");
}

/// Draws a persona's name above its column, bottom-aligned.
fn head(html: &mut Html, name: &str, x: f64) {
    let lines = wrapped(name, HEAD_CELLS);
    for (i, line) in lines.iter().enumerate() {
        let y = HEAD - 8.0 - (lines.len() - 1 - i) as f64 * 13.0;
        html.put("<text class=\"head\" x=\"{}\" y=\"{}\" text-anchor=\"middle\">{}</text>", &[&n(x), &n(y), line]);
    }
}

fn cell(html: &mut Html, (x, y): (f64, f64), pair: &Pair, title: &str, spanned: bool) {
    let (wide, high) = (CELL.0 - 2.0, CELL.1 - 2.0);
    html.put(
        "<g><title>{}: {} of both · {} of the segment",
        &[&title, &format::shown(pair.both), &format::percent(pair.of_row)],
    );
    html.put(
        " · {} of the persona · index {}</title>",
        &[&format::percent(pair.of_column), &format::index(pair.index).trim()],
    );
    let shade = pair.of_row.unwrap_or(0.0).clamp(0.0, 1.0);
    html.put(
        "<rect class=\"ground\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>",
        &[&n(x), &n(y), &n(wide), &n(high)],
    );
    html.put("<rect class=\"shade\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"", &[&n(x), &n(y), &n(wide), &n(high)]);
    html.put(" fill-opacity=\"{}\"/>", &[&n(shade)]);
    if spanned {
        html.put("<rect class=\"box\" x=\"{}\" y=\"{}\"", &[&n(x + 1.0), &n(y + 1.0)]);
        html.put(" width=\"{}\" height=\"{}\"/>", &[&n(wide - 2.0), &n(high - 2.0)]);
    }
    let number = pair.of_row.map_or_else(|| format::shown(pair.both), |share| format::percent(Some(share)));
    html.put(
        "<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">{}</text></g>",
        &[&n(x + wide / 2.0), &n(y + CELL.1 / 2.0 + 3.0), &number],
    );
}
