use ratatui::layout::Rect;

use crate::data::{LoadProgress, Stage};
use crate::insight::format;
use crate::tui::core::arrivals::tells_a_fault;
use crate::tui::core::key;
use crate::tui::core::{BaseState, State};
use crate::tui::paint::canvas::{Canvas, TextPiece};
use crate::tui::paint::theme::Role;

/// Draws what is open: the study, its customers, the as-of date, the value column, and the key for help.
pub fn draw(canvas: &mut Canvas, area: Rect, state: &State) {
    if area.height == 0 {
        return;
    }
    let help = format!("{} help ", key(state, "help"));
    let mut right = area.right();
    canvas.text_right(area.x, right, area.y, &help, Role::Dim);
    right = right.saturating_sub(help.chars().count() as u16 + 3);
    let mut x = canvas.text(area.x + 1, area.y, area.width, "crosscut", Role::Accent) + 2;
    let room = |x: u16| right.saturating_sub(x);
    x = canvas.text(x, area.y, room(x), &state.settings.title, Role::Strong);
    let mut pieces = facts(state, true);
    let width: usize = pieces.iter().map(|piece| piece.0.chars().count() + 3).sum();
    if width > usize::from(room(x)) {
        // The engine is named beside the filter too, while it works; the date nowhere else.
        pieces = facts(state, false);
    }
    // A number that is cut off reads as another one, so it is dropped. The customers are counted below too.
    let is_cut = |piece: &TextPiece| piece.0.chars().count() + 3 > usize::from(room(x));
    if pieces.first().is_some_and(is_cut) && matches!(state.base, BaseState::Ready { .. }) {
        let Some(part) = state.part().map(|part| (read(part), Role::Notice)).filter(|part| !is_cut(part)) else {
            return;
        };
        pieces = vec![part];
    }
    for piece in pieces {
        let separator = if room(x) > 6 { " · " } else { "" };
        x = canvas.text(x, area.y, room(x), separator, Role::Dim);
        x = canvas.text(x, area.y, room(x), &piece.0, piece.1);
    }
    if let Some(value) = &state.settings.value {
        let value = format!("value: {value}");
        if usize::from(room(x)) > value.chars().count() + 2 {
            canvas.text_right(x, right, area.y, &value, Role::Dim);
        }
    }
}

fn facts(state: &State, names_engine: bool) -> Vec<TextPiece> {
    let as_of = || (format!("as of {}", state.settings.today), Role::Dim);
    match &state.base {
        BaseState::Loading(_) => vec![("reading the customers".into(), Role::Notice), as_of()],
        BaseState::Failed(_) => vec![("not read".into(), Role::Error)],
        BaseState::Ready { customers, part: Some(part), .. } => {
            let customers = format::counted(*customers, "customer", "customers");
            vec![(format!("{customers} so far"), Role::Notice), (read(part), Role::Notice), as_of()]
        }
        BaseState::Ready { customers, engine, notices, part: None, .. } => {
            let mut facts = vec![(format::counted(*customers, "customer", "customers"), Role::Text)];
            facts.extend(engine.iter().filter(|_| names_engine).map(|engine| (format!("on {engine}"), Role::Text)));
            facts.push(as_of());
            facts.extend(notice(notices));
            facts
        }
    }
}

/// Returns how far the base is read, as `34 % read`. It never reads as done.
pub fn read(part: &LoadProgress) -> String {
    let share = part.total.filter(|total| *total > 0).map(|total| part.done.saturating_mul(100) / total);
    match (part.stage, share) {
        (Stage::Reading, Some(share)) => format!("{} % read", share.min(99)),
        (stage, Some(share)) => format!("{} {} %", stage.word(), share.min(99)),
        (stage, None) => stage.word().to_owned(),
    }
}

/// Returns the most important notice about the base, and the number of others: help lists them.
fn notice(notices: &[String]) -> Option<TextPiece> {
    let first = notices.iter().find(|notice| tells_a_fault(notice)).or(notices.first())?;
    let more = if notices.len() == 1 { String::new() } else { format!(" (+{})", notices.len() - 1) };
    Some(match tells_a_fault(first) {
        true => (format!("! {first}{more}"), Role::Notice),
        false => (format!("{first}{more}"), Role::Dim),
    })
}
