//! Screens as SVG: text as text, lines and bars as shapes, so that no font leaves gaps between them.

use std::collections::BTreeMap;
use std::fmt::Write;

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};
use unicode_width::UnicodeWidthStr;

/// Size of a cell.
const CELL: (f64, f64) = (8.4, 18.0);
/// Distance of the text's baseline from the top of its cell.
const BASELINE: f64 = 13.5;
/// Free room around the screen.
const MARGIN: f64 = 14.0;
const BACKGROUND: &str = "#14181e";
const TEXT: &str = "#d8dce4";

/// Returns a screen as an SVG image.
pub fn still(screen: &Buffer, title: &str) -> String {
    let (width, height) = size(screen);
    let mut svg = head(width, height, title, "");
    for (y, row) in rows(screen).enumerate() {
        let _ =
            writeln!(svg, "<g transform=\"translate({MARGIN},{})\">{}</g>", n(MARGIN + y as f64 * CELL.1), line(row));
    }
    svg + "</svg>\n"
}

/// Returns screens as an animated SVG image, each shown for some seconds. Equal lines are written once.
pub fn film(screens: &[(Buffer, f64)], title: &str) -> String {
    let Some((first, _)) = screens.first() else { return String::new() };
    let (width, height) = size(first);
    let lasts: f64 = screens.iter().map(|(_, seconds)| seconds).sum();
    let mut style = format!("#film{{animation:film {}s steps(1,end) infinite}}@keyframes film{{", n(lasts));
    let mut at = 0.0;
    for (i, (_, seconds)) in screens.iter().enumerate() {
        let _ = write!(style, "{}%{{transform:translateY(-{}px)}}", n(at / lasts * 100.0), n(i as f64 * height));
        at += seconds;
    }
    style.push('}');
    let mut svg = head(width, height, title, &style);
    let mut known: BTreeMap<String, usize> = BTreeMap::new();
    let mut lines = String::new();
    let mut frames = String::new();
    for (i, (screen, _)) in screens.iter().enumerate() {
        let _ = writeln!(frames, "<g transform=\"translate(0,{})\">", n(i as f64 * height));
        for (y, row) in rows(screen).enumerate() {
            let content = line(row);
            if content.is_empty() {
                continue;
            }
            let next = known.len();
            let id = *known.entry(content.clone()).or_insert(next);
            if id == next {
                let _ = writeln!(lines, "<g id=\"l{id}\">{content}</g>");
            }
            let _ = write!(frames, "<use href=\"#l{id}\" x=\"{MARGIN}\" y=\"{}\"/>", n(MARGIN + y as f64 * CELL.1));
        }
        frames.push_str("</g>\n");
    }
    let _ = write!(svg, "<defs>\n{lines}</defs>\n<g id=\"film\">\n{frames}</g>\n</svg>\n");
    svg
}

fn head(width: f64, height: f64, title: &str, style: &str) -> String {
    let (w, h) = (n(width), n(height));
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{w}\" height=\"{h}\" viewBox=\"0 0 {w} {h}\" role=\"img\" \
         aria-label=\"{title}\">\n<!-- Made by tests/it/pictures from the program's own screens. -->\n<style>text{{font:14px \
         ui-monospace,SFMono-Regular,Menlo,'DejaVu Sans Mono',monospace;white-space:pre;fill:{TEXT}}}.b{{font-weight:bold}}\
         {style}</style>\n<rect width=\"{w}\" height=\"{h}\" rx=\"8\" fill=\"{BACKGROUND}\"/>\n"
    )
}

fn size(screen: &Buffer) -> (f64, f64) {
    let area = screen.area;
    (f64::from(area.width) * CELL.0 + 2.0 * MARGIN, f64::from(area.height) * CELL.1 + 2.0 * MARGIN)
}

fn rows(screen: &Buffer) -> impl Iterator<Item = &[Cell]> {
    screen.content.chunks(usize::from(screen.area.width.max(1)))
}

/// Returns a number with one decimal at most.
fn n(value: f64) -> String {
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Colours of a cell, and whether it is bold.
#[derive(Clone, PartialEq)]
struct Look {
    ink: String,
    ground: Option<String>,
    bold: bool,
}

fn look(cell: &Cell) -> Look {
    let (mut ink, mut ground) = (hex(cell.fg), hex(cell.bg));
    if cell.modifier.contains(Modifier::REVERSED) {
        (ink, ground) = (Some(ground.unwrap_or(BACKGROUND.into())), Some(ink.unwrap_or(TEXT.into())));
    }
    Look { ink: ink.unwrap_or(TEXT.into()), ground, bold: cell.modifier.contains(Modifier::BOLD) }
}

fn hex(colour: Color) -> Option<String> {
    match colour {
        Color::Rgb(r, g, b) => Some(format!("#{r:02x}{g:02x}{b:02x}")),
        Color::Reset => None,
        other => panic!("pictures are drawn in true colours, not in {other:?}"),
    }
}

/// Returns the shapes and the text of a line.
fn line(row: &[Cell]) -> String {
    let mut out = String::new();
    grounds(row, &mut out);
    shapes(row, &mut out);
    texts(row, &mut out);
    out
}

fn grounds(row: &[Cell], out: &mut String) {
    let mut x = 0;
    while x < row.len() {
        let ground = look(&row[x]).ground;
        let end = (x..row.len()).find(|at| look(&row[*at]).ground != ground).unwrap_or(row.len());
        if let Some(colour) = ground {
            let (left, width) = (n(x as f64 * CELL.0), n((end - x) as f64 * CELL.0));
            let _ = write!(out, "<rect x=\"{left}\" width=\"{width}\" height=\"{}\" fill=\"{colour}\"/>", CELL.1);
        }
        x = end;
    }
}

/// Start and end of a bar's character within its cell.
fn bar(symbol: &str) -> Option<(f64, f64)> {
    match symbol {
        "━" => Some((0.0, 1.0)),
        "╸" => Some((0.0, 0.5)),
        "╺" => Some((0.5, 1.0)),
        _ => None,
    }
}

/// Directions of a thin line's character: left, right, up, down.
fn thin(symbol: &str) -> Option<[bool; 4]> {
    let directions = match symbol {
        "─" => [true, true, false, false],
        "│" => [false, false, true, true],
        "┌" => [false, true, false, true],
        "┐" => [true, false, false, true],
        "└" => [false, true, true, false],
        "┘" => [true, false, true, false],
        "├" => [false, true, true, true],
        "┤" => [true, false, true, true],
        "┬" => [true, true, false, true],
        "┴" => [true, true, true, false],
        "┼" => [true; 4],
        _ => return None,
    };
    Some(directions)
}

fn shapes(row: &[Cell], out: &mut String) {
    let mut x = 0;
    while x < row.len() {
        let symbol = row[x].symbol();
        let ink = look(&row[x]).ink;
        if let Some((start, _)) = bar(symbol) {
            let end = run(row, x, |next| bar(next).is_some_and(|(start, _)| start == 0.0));
            let last = bar(row[end - 1].symbol()).map_or(1.0, |(_, end)| end);
            let (from, to) = (x as f64 + start, (end - 1) as f64 + last);
            rect(out, from, to, 7.0, 4.0, &ink);
            x = end;
        } else if symbol == "╌" {
            for part in [0.05, 0.55] {
                rect(out, x as f64 + part, x as f64 + part + 0.4, 8.0, 2.0, &ink);
            }
            x += 1;
        } else if symbol == "─" {
            let end = run(row, x, |next| next == "─");
            rect(out, x as f64, end as f64, 8.5, 1.0, &ink);
            x = end;
        } else if let Some([left, right, up, down]) = thin(symbol) {
            let at = x as f64;
            if left || right {
                rect(out, at + if left { 0.0 } else { 0.5 }, at + if right { 1.0 } else { 0.55 }, 8.5, 1.0, &ink);
            }
            if up || down {
                let (top, bottom) = (if up { 0.0 } else { 8.5 }, if down { CELL.1 } else { 9.5 });
                let (left, height) = (n((at + 0.5) * CELL.0), n(bottom - top));
                let _ = write!(out, "<rect x=\"{left}\" y=\"{top}\" width=\"1\" height=\"{height}\" fill=\"{ink}\"/>");
            }
            x += 1;
        } else {
            x += 1;
        }
    }
}

/// Returns the end of a run of characters in the same colour.
fn run(row: &[Cell], from: usize, goes_on: impl Fn(&str) -> bool) -> usize {
    let ink = look(&row[from]).ink;
    (from + 1..row.len()).find(|at| !goes_on(row[*at].symbol()) || look(&row[*at]).ink != ink).unwrap_or(row.len())
}

fn rect(out: &mut String, from: f64, to: f64, top: f64, height: f64, ink: &str) {
    let (left, width) = (n(from * CELL.0), n((to - from) * CELL.0));
    let (top, height) = (n(top), n(height));
    let _ = write!(out, "<rect x=\"{left}\" y=\"{top}\" width=\"{width}\" height=\"{height}\" fill=\"{ink}\"/>");
}

fn is_shape(symbol: &str) -> bool {
    bar(symbol).is_some() || thin(symbol).is_some() || symbol == "╌"
}

/// Writes runs of text in one look, stretched to their cells, since fonts differ in width.
fn texts(row: &[Cell], out: &mut String) {
    let mut x = 0;
    while x < row.len() {
        let symbol = row[x].symbol();
        if symbol == " " || is_shape(symbol) {
            x += 1;
            continue;
        }
        let own = look(&row[x]);
        let (mut end, mut text, mut blanks) = (x, String::new(), 0);
        while end + blanks < row.len() {
            let next = &row[end + blanks];
            let is_same = Look { ground: None, ..look(next) } == Look { ground: None, ..own.clone() };
            match next.symbol() {
                " " if blanks < 1 => blanks += 1,
                " " => break,
                other if is_shape(other) || !is_same => break,
                other => {
                    text.push_str(&" ".repeat(blanks));
                    text.push_str(other);
                    end += blanks + other.width().max(1);
                    blanks = 0;
                }
            }
        }
        let bold = if own.bold { " class=\"b\"" } else { "" };
        let colour = if own.ink == TEXT { String::new() } else { format!(" style=\"fill:{}\"", own.ink) };
        let (left, length) = (n(x as f64 * CELL.0), n((end - x) as f64 * CELL.0));
        let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        let _ = write!(out, "<text x=\"{left}\" y=\"{BASELINE}\" textLength=\"{length}\"{bold}{colour}>{text}</text>");
        x = end.max(x + 1);
    }
}
