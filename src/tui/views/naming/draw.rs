use ratatui::layout::Rect;

use super::Naming;
use crate::model::reference;
use crate::text::wrap;
use crate::tui::paint::canvas::Canvas;
use crate::tui::paint::theme::Role;
use crate::tui::widgets::boxes::open_box;
use crate::tui::widgets::input;

const WIDTH: u16 = 76;
/// Width of the labels, in cells.
const LABEL: u16 = 9;

/// Draws the box that names a group of segments, with the contents of its draft.
pub fn draw(canvas: &mut Canvas, screen: Rect, naming: &Naming) {
    let keys = if naming.saving { "saving…" } else { "enter saves the draft · esc leaves" };
    let width = usize::from(WIDTH.min(screen.width).saturating_sub(4 + LABEL));
    let spans: Vec<String> = naming.spans.iter().map(|span| reference(span)).collect();
    let spans = limited(wrap(&spans.join(" "), width), 3);
    let attributes = naming.attributes();
    let traits: Vec<(String, Role)> = match (naming.is_counting(), attributes.is_empty()) {
        (true, _) => {
            vec![(format!("{} of {} columns…", naming.contrasts.done(), naming.contrasts.columns.len()), Role::Notice)]
        }
        (false, true) => vec![("no distinguishing traits".into(), Role::Dim)],
        (false, false) => attributes.into_iter().map(|one| (one, Role::Text)).collect(),
    };
    let height = (spans.len() + traits.len().max(3) + 7) as u16;
    let area = open_box(canvas, screen, WIDTH, height, "A draft of a persona", keys);
    let (x, wide) = (area.x + 2, area.width.saturating_sub(4 + LABEL));
    let mut y = area.y + 1;
    canvas.text(x, y, LABEL, "name", Role::Accent);
    input::draw(canvas, x + LABEL, y, wide, &naming.name, !naming.saving);
    let below = match (&naming.problem, naming.id()) {
        (Some(problem), _) => (format!("! {problem}"), Role::Error),
        (None, Some(id)) => (format!("written {} in rules", reference(&id)), Role::Dim),
        (None, None) => ("give the persona a name".into(), Role::Dim),
    };
    canvas.text(x + LABEL, y + 1, wide, &below.0, below.1);
    y += 2;
    let spans = spans.into_iter().map(|line| (line, Role::Text));
    let needs = [("goals and frustrations: to be researched".to_owned(), Role::Dim)];
    for (label, lines) in [("spans", spans.collect::<Vec<_>>()), ("traits", traits), ("", needs.into())] {
        canvas.text(x, y, LABEL, label, Role::Dim);
        for (content, role) in lines {
            // Keeps the frame's last line.
            if y + 1 < area.bottom() {
                canvas.text(x + LABEL, y, wide, &content, role);
            }
            y += 1;
        }
    }
}

fn limited(mut lines: Vec<String>, most: usize) -> Vec<String> {
    if lines.len() > most {
        lines.truncate(most);
        if let Some(last) = lines.last_mut() {
            last.push_str(" …");
        }
    }
    lines
}
