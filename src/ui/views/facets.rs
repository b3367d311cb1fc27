//! Up to four columns at once, each filtering the others.

use ratatui::layout::Rect;

use crate::app::views::facets::FacetPane;
use crate::app::{Command, Facet, FacetCut, State};
use crate::ui::canvas::Canvas;
use crate::ui::keys::key;
use crate::ui::layout::SIDE_BY_SIDE;
use crate::ui::panes::groups::{Shown, counted, waiting};
use crate::ui::theme::Role;
use crate::ui::widgets::list::List;

/// Lines below which facets do not stand one under the other.
const LOW: u16 = 16;

/// Beside and under each other where there is room, else the one that has the keys.
pub fn draw(canvas: &mut Canvas, area: Rect, state: &State) {
    let facets = &state.views.facets;
    let panes: Vec<(usize, &FacetPane)> = facets.panes.iter().enumerate().collect();
    if panes.is_empty() {
        return nothing(state).draw(canvas, area);
    }
    if area.width < SIDE_BY_SIDE || (area.height < LOW && panes.len() > 2) {
        return panes.into_iter().filter(|(at, _)| *at == facets.at).for_each(|(at, pane)| {
            list(state, at, pane, area).draw(canvas, area);
        });
    }
    for ((at, pane), area) in panes.iter().zip(grid(area, panes.len())) {
        list(state, *at, pane, area).draw(canvas, area);
    }
}

/// One, two beside each other, or two by two; the last of three is as wide as two.
fn grid(area: Rect, count: usize) -> Vec<Rect> {
    let (left, upper) = (area.width / 2, area.height / 2);
    let right = Rect { x: area.x + left, width: area.width - left, ..area };
    let left = Rect { width: left, ..area };
    let cut = |half: Rect| {
        let below = Rect { y: half.y + upper, height: half.height - upper, ..half };
        [Rect { height: upper, ..half }, below]
    };
    let ([a, c], [b, d]) = (cut(left), cut(right));
    match count {
        1 => vec![area],
        2 => vec![left, right],
        3 => vec![a, b, Rect { width: area.width, ..c }],
        _ => vec![a, b, c, d],
    }
}

fn list(state: &State, at: usize, pane: &FacetPane, area: Rect) -> List {
    let facets = &state.views.facets;
    let words = pane.facet.as_ref().map(Facet::words).unwrap_or_default();
    let title = match facets.panes.len() {
        many if many > 1 && area.width >= state.width => format!("{words} · {} of {many}", at + 1),
        _ => words,
    };
    let cut = pane.facet.as_ref().map_or(FacetCut::Values, |facet| facet.cut);
    let focused = at == facets.at && !state.filter.editing;
    let shown = Shown { answer: &pane.groups, kept: &pane.kept, cursor: pane.cursor, cut };
    let list = match pane.groups.answer.as_ref() {
        Some(groups) => counted(groups, shown, state, area),
        None => waiting(&pane.groups),
    };
    List { title, focused, ..list }
}

fn nothing(state: &State) -> List {
    let empty = vec![
        (format!("{} picks a column for a facet", key(state, Command::Group)), Role::Text),
        ("what is chosen in one filters the others".into(), Role::Dim),
    ];
    List { title: "Facets".into(), focused: true, empty, ..List::default() }
}
