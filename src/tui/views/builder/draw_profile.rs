use ratatui::layout::Rect;

use crate::engine::{ColumnProfile, CustomerCount};
use crate::insight::format;
use crate::insight::{figures, suppress};
use crate::tui::core::State;
use crate::tui::paint::canvas::Canvas;
use crate::tui::paint::theme::Role;
use crate::tui::views::profile::value;

/// Draws the column's profile in three lines: its number of values, its histogram or most frequent values, its spread.
pub fn draw(canvas: &mut Canvas, line: Rect, profile: &ColumnProfile, state: &State) {
    let kind = state.column_type(&profile.column);
    let (all, known) = (profile.customers.in_filter, profile.known.in_filter);
    let parts = suppress::parts_of_total(&[known, all - known], state.settings.min_cell);
    let may_show = parts[0].count().is_some() && (known == all || parts[1].count().is_some());
    let missing = figures::share(all - known, all).filter(|_| may_show);
    let mut facts = vec![kind.word().to_owned(), format!("{} no value", format::percent(missing))];
    facts.extend(profile.distinct.map(|distinct| format!("{} distinct", format::count(distinct.in_filter))));
    canvas.text(line.x + 2, line.y, line.width.saturating_sub(2), &facts.join(" · "), Role::Dim);
    let below = Rect { x: line.x + 2, y: line.y + 1, width: line.width.saturating_sub(2), ..line };
    let disclosed = |counts: Vec<CustomerCount>| -> Vec<u64> {
        let shown = suppress::pairs(&counts, profile.customers, state.settings.min_cell);
        shown.iter().map(|shown| shown.0.count().unwrap_or(0)).collect()
    };
    if let Some(spreads) = profile.spread.filter(|_| parts[0].count().is_some()) {
        let spread = spreads.in_filter;
        let five = [spread.least, spread.lower, spread.median, spread.upper, spread.most];
        let [least, lower, median, upper, most] = five.map(|number| value(number, kind));
        let word = format!("min {least} · quartiles {lower}  {median}  {upper} · max {most}");
        canvas.text(below.x, below.y + 1, below.width, &word, Role::Dim);
    }
    match &profile.bins {
        Some(bins) => {
            let counts = disclosed(bins.counts.clone());
            let ends = (value(bins.edges.first().copied(), kind), value(bins.edges.last().copied(), kind));
            let x = canvas.text(below.x, below.y, below.width, &format!("{} ", ends.0), Role::Dim);
            let x = canvas.text(x, below.y, below.right().saturating_sub(x), &format::sparkline(&counts), Role::Bar);
            canvas.text(x, below.y, below.right().saturating_sub(x), &format!(" {}", ends.1), Role::Dim);
        }
        None => {
            let share = |count: u64| format::percent(figures::share(count, all).filter(|share| *share > 0.0));
            let counts = disclosed(profile.top.iter().map(|(_, count)| *count).collect());
            let top = profile.top.iter().zip(counts).take(6);
            let top = top.map(|((value, _), count)| format!("{value} {}", share(count)));
            canvas.text(below.x, below.y, below.width, &top.collect::<Vec<_>>().join(" · "), Role::Dim);
        }
    }
}
