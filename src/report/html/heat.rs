//! The span matrix as a heat map: shade and number, with a box around the pairs that the study spans.

use maud::{Markup, html};

use super::wide;
use crate::insight::format;
use crate::insight::matrix::Pair;
use crate::report::svg::{n, wrapped};
use crate::report::{SpanMatrix, StudyReport, clean};
use crate::text;

/// Sizes of the drawing, in pixels: widths of the rows' names and counts, size of a cell, height of the columns' names.
/// Characters are monospaced, 0.6 of their size wide.
const NAME: f64 = 188.0;
const COUNT: f64 = 62.0;
const CELL: (f64, f64) = (84.0, 24.0);
const HEAD: f64 = 50.0;
/// Maximum characters per line of a column's name and, below, of a row's name.
const HEAD_CELLS: usize = 12;
const NAME_CELLS: usize = 25;

/// Draws the matrix with its legend.
pub fn section(report: &StudyReport, spans: &SpanMatrix) -> Markup {
    html! {
        section #spans {
            h2 { "Segments and personas" }
            p.note {
                "In each cell: of the segment’s customers, the share that is in the persona (penetration)."
                " A box marks the segments that a persona spans."
                @if spans.left_out > 0 {
                    " " (format::counted(
                        spans.left_out as u64,
                        "segment that no persona spans is",
                        "segments and cells that no persona spans are",
                    )) " left out."
                }
            }
            (wide("Span matrix", drawing(report, spans)))
        }
    }
}

fn drawing(report: &StudyReport, spans: &SpanMatrix) -> Markup {
    let width = n(NAME + COUNT + CELL.0 * spans.columns().len() as f64);
    let height = n(HEAD + CELL.1 * spans.rows().len() as f64 + 2.0);
    html! {
        svg.heat width=(width) height=(height) viewBox={ "0 0 " (width) " " (height) } role="img" {
            title { "Segments against personas" }
            desc { "Penetration of each segment by each persona; the tables of every persona give the same figures." }
            text.head x=(n(NAME + COUNT - 10.0)) y=(n(HEAD - 8.0)) text-anchor="end" { "customers" }
            @for (c, id) in spans.columns().enumerate() { (head(report.name(id), column(c) + CELL.0 / 2.0)) }
            @for r in 0..spans.rows().len() { (row(report, spans, r)) }
        }
    }
}

/// Returns where a persona's column begins.
fn column(c: usize) -> f64 {
    NAME + COUNT + c as f64 * CELL.0
}

/// Draws a persona's name above its column, bottom-aligned.
fn head(name: &str, x: f64) -> Markup {
    let lines = wrapped(name, HEAD_CELLS);
    let y = |i: usize| HEAD - 8.0 - (lines.len() - 1 - i) as f64 * 13.0;
    html! {
        @for (i, line) in lines.iter().enumerate() {
            text.head x=(n(x)) y=(n(y(i))) text-anchor="middle" { (line) }
        }
    }
}

fn row(report: &StudyReport, spans: &SpanMatrix, r: usize) -> Markup {
    let Some((name, customers)) = spans.rows().nth(r) else { return Markup::default() };
    let y = HEAD + r as f64 * CELL.1;
    let middle = n(y + CELL.1 / 2.0 + 4.0);
    let line = clean::line(name);
    html! {
        text x="0" y=(middle) { (text::truncate(&line, NAME_CELLS)) title { (name) } }
        text.count x=(n(NAME + COUNT - 10.0)) y=(middle) text-anchor="end" { (format::shown(customers)) }
        @for (c, id) in spans.columns().enumerate() {
            @let title = format!("{name} in {}", report.name(id));
            (cell((column(c), y), &spans.pair(r, c), &title, spans.is_spanned(r, c)))
        }
    }
}

fn cell((x, y): (f64, f64), pair: &Pair, title: &str, spanned: bool) -> Markup {
    let (wide, high) = (CELL.0 - 2.0, CELL.1 - 2.0);
    let shade = pair.of_row.unwrap_or(0.0).clamp(0.0, 1.0);
    let number = pair.of_row.map_or_else(|| format::shown(pair.both), |share| format::percent(Some(share)));
    html! {
        g {
            title {
                (title) ": " (format::shown(pair.both)) " of both · " (format::percent(pair.of_row)) " of the segment · "
                (format::percent(pair.of_column)) " of the persona · index " (format::index(pair.index).trim())
            }
            rect.ground x=(n(x)) y=(n(y)) width=(n(wide)) height=(n(high)) {}
            rect.shade x=(n(x)) y=(n(y)) width=(n(wide)) height=(n(high)) fill-opacity=(n(shade)) {}
            @if spanned {
                rect.box x=(n(x + 1.0)) y=(n(y + 1.0)) width=(n(wide - 2.0)) height=(n(high - 2.0)) {}
            }
            text x=(n(x + wide / 2.0)) y=(n(y + CELL.1 / 2.0 + 3.0)) text-anchor="middle" { (number) }
        }
    }
}
