//! Flow of the audience through the journey's stages.

use super::blocks::padded;
use super::page::CardInput;
use crate::insight::card::{StageFacts, StageReach};
use crate::insight::format;
use crate::insight::suppress::DisclosedCount as Count;
use crate::text::wrap;
use crate::tui::paint::canvas::TextPiece;
use crate::tui::paint::theme::Role;
use crate::tui::widgets::bars;
use crate::tui::widgets::page::Lines;

const GAP: usize = 2;

/// Draws a column of `width` cells per stage after a label: a bar, the customers who came this far, those lost, and
/// those who reached the stage at all. Empty if no stage has a rule for who reached it.
pub fn lines(shown: CardInput, flow: &[StageFacts], label: usize, width: usize) -> Lines {
    if flow.iter().all(|stage| stage.reached.is_none()) {
        return Lines::new();
    }
    let room = width.saturating_sub(GAP);
    let columns: Vec<Lines> = flow.iter().map(|stage| column(shown, stage, room)).collect();
    let height = columns.iter().map(Vec::len).max().unwrap_or(0);
    // A stage in error has no figures for the other labels.
    let counted = flow.iter().any(|stage| stage.reached.as_ref().is_some_and(|reached| reached.get().is_some()));
    let labels: &[&str] = if counted { &["reached", "", "lost", "alone"] } else { &["reached"] };
    (0..height)
        .map(|i| {
            let mut line = vec![(padded(labels.get(i).copied().unwrap_or_default(), label), Role::Dim)];
            for column in &columns {
                let pieces = column.get(i).cloned().unwrap_or_default();
                let used = super::blocks::width(&pieces);
                line.extend(pieces);
                line.push((" ".repeat(width.saturating_sub(used)), Role::Text));
            }
            line
        })
        .collect()
}

fn column(shown: CardInput, stage: &StageFacts, room: usize) -> Lines {
    match stage.reached.as_ref().map(|reached| (reached, reached.get())) {
        None => vec![vec![("┄".repeat(room), Role::Track)], vec![("not counted".into(), Role::Dim)]],
        Some((_, Some(reached))) => figures(shown, reached, room),
        Some((unknown, None)) => {
            let (reason, role) = super::page::unknown(unknown);
            wrap(&reason, room).into_iter().map(|line| vec![(line, role)]).collect()
        }
    }
}

fn figures(shown: CardInput, reached: &StageReach, room: usize) -> Lines {
    let role = shown.role(Role::Text);
    let so_far = share_of(reached.so_far, reached.share, shown.role(Role::Strong), role);
    let mut lines = vec![
        bars::tracked(reached.share.unwrap_or(0.0), room, shown.role(Role::Bar)),
        so_far,
        vec![(lost(reached), Role::Dim)],
    ];
    // If nobody reached this stage without all those before it, its own count is redundant.
    if reached.alone != reached.so_far {
        lines.push(share_of(reached.alone, reached.share_alone, Role::Dim, Role::Dim));
    }
    lines
}

fn share_of(count: Count, share: Option<f64>, strong: Role, role: Role) -> Vec<TextPiece> {
    vec![(format::shown(count), strong), (format!("  {}", format::percent(share)), role)]
}

/// Returns the customers lost, as `−194  −16.1 %`.
fn lost(reached: &StageReach) -> String {
    match reached.lost {
        Count::Count(0) => "nobody".into(),
        lost => {
            let share = reached.of_before.map(|kept| format!("  −{}", format::percent(Some(1.0 - kept))));
            let sign = if lost.count().is_some() { "−" } else { "" };
            format!("{sign}{}{}", format::shown(lost), share.unwrap_or_default())
        }
    }
}
