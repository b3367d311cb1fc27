use ratatui::layout::Rect;

use crate::app::command::{self, COMMANDS, EVERYWHERE, PANES, Place, TABLES, TYPING};
use crate::app::{Base, State};
use crate::term::text;
use crate::ui::canvas::{Canvas, Piece};
use crate::ui::panes::header::tells_a_fault;
use crate::ui::theme::Role;
use crate::ui::widgets::page::{self, Lines};
use crate::ui::widgets::wrap::wrap;

/// Width of the column of keys, in cells.
const KEYS: usize = 18;

/// Predicate for the commands of a section, by the places that they apply in.
type Belongs = fn(&[Place]) -> bool;

/// Sections of commands by where they apply, the most specific first.
const SECTIONS: [(&str, Belongs); 4] = [
    ("In the panes", |places| places.iter().any(|place| PANES.contains(place)) && !is_wide(places)),
    ("In the views", |places| places.iter().all(|place| !PANES.contains(place))),
    ("In the panes and the views", |places| places == TABLES),
    ("Everywhere", |places| places == EVERYWHERE),
];

fn is_wide(places: &[Place]) -> bool {
    places == TABLES || places == EVERYWHERE
}

const RULES: [(&str, &str); 6] = [
    ("a rule", "is a SQL condition over the columns: country IN ('US','CA') AND spend > 250"),
    ("@name", "stands for a segment, a cell or a persona: @active AND NOT @plan.basic"),
    ("today", "is the as-of date: last_order < today - INTERVAL '90 days'"),
    ("'text'", "stands in single quotes; \"a column\" whose name has spaces in double ones"),
    ("nulls", "never count as true: spend IS NULL finds them"),
    ("case", "matters in values, not in names: LIKE and ILIKE take % and _"),
];

const FIGURES: [(&str, &str); 8] = [
    ("of base", "share of all customers"),
    ("of filter", "share of the customers that the filter leaves"),
    ("of value", "the filter's or the group's share of the value column's sum over all customers"),
    (
        "reach",
        "share of the filter's customers who are in the persona's audience; the bars under it are shares of the persona",
    ),
    ("index", "100 is average: the share inside the filter against the share in the base; ▲ from 120, ▼ to 80"),
    ("<10, >490, ·", "too few, or all but too few, to show without pointing at someone; hidden to hide another"),
    ("–, •••", "no value, or not shown; masked"),
    ("● ○ ! ▸", "part of the filter; not part of it; in error; opens"),
];

/// Draws every key, and short notes on rules and figures.
pub fn draw(canvas: &mut Canvas, area: Rect, scroll: usize, state: &State) {
    let lines = lines(state, usize::from(area.width.saturating_sub(4)));
    page::draw(canvas, area, "Help", &lines, scroll);
}

/// Returns all lines of the page.
pub fn lines(state: &State, width: usize) -> Lines {
    let mut lines = Lines::new();
    for (title, belongs) in SECTIONS {
        let commands = COMMANDS.iter().filter(|spec| belongs(spec.places));
        let rows = commands.map(|spec| (keys(state, spec), spec.doc));
        section(&mut lines, title, rows, width);
    }
    let notes = |rows: &'static [(&str, &'static str)]| rows.iter().map(|(word, doc)| ((*word).to_owned(), *doc));
    section(&mut lines, "While typing", notes(TYPING), width);
    section(&mut lines, "Rules", notes(&RULES), width);
    section(&mut lines, "Figures", notes(&FIGURES), width);
    if let Base::Ready { notices, .. } = &state.base
        && !notices.is_empty()
    {
        let mark = |notice: &str| if tells_a_fault(notice) { "!" } else { "·" }.to_owned();
        let notices = notices.iter().map(|notice| (mark(notice), notice.as_str()));
        section(&mut lines, "About these customers", notices, width);
    }
    lines
}

fn keys(state: &State, spec: &command::Spec) -> String {
    let keys: Vec<String> = state.keymap.keys(spec.command).iter().map(ToString::to_string).collect();
    keys.join("  ")
}

fn section<'a>(lines: &mut Lines, title: &str, rows: impl Iterator<Item = (String, &'a str)>, width: usize) {
    if !lines.is_empty() {
        lines.push(Vec::new());
    }
    lines.push(vec![(title.into(), Role::Strong)]);
    for (left, doc) in rows {
        let keys = key_cells(&left);
        for (i, part) in wrap(doc, width.saturating_sub(keys + 2)).into_iter().enumerate() {
            let left = if i == 0 { left.as_str() } else { "" };
            lines.push(vec![padded(left), (part, Role::Text)]);
        }
    }
}

/// Returns the cells of the key column. Long keys push their text to the right.
fn key_cells(left: &str) -> usize {
    KEYS.max(text::width(left) + 2)
}

fn padded(left: &str) -> Piece {
    let gap = key_cells(left) - text::width(left);
    (format!("  {left}{}", " ".repeat(gap)), Role::Accent)
}
