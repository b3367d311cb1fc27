use ratatui::layout::Rect;

use crate::app::State;
use crate::engine::Profile;
use crate::insight::{figures, suppress};
use crate::ui::canvas::Canvas;
use crate::ui::format;
use crate::ui::theme::Role;
use crate::ui::views::profile::value;

/// Draws the column's profile in three lines: its number of values, its histogram or most frequent values, its spread.
pub fn draw(canvas: &mut Canvas, line: Rect, profile: &Profile, state: &State) {
    let kind = state.column_type(&profile.column);
    let (all, known) = (profile.customers.in_filter, profile.known.in_filter);
    let parts = suppress::parts_of_total(&[known, all - known], state.settings.min_cell);
    let missing = parts[1].count().and_then(|count| figures::share(count, all));
    let mut facts = vec![kind.word().to_owned(), format!("{} no value", format::percent(missing))];
    facts.extend(profile.distinct.map(|distinct| format!("{} distinct", format::count(distinct.in_filter))));
    canvas.text(line.x + 2, line.y, line.width.saturating_sub(2), &facts.join(" · "), Role::Dim);
    let below = Rect { x: line.x + 2, y: line.y + 1, width: line.width.saturating_sub(2), ..line };
    let told = |count: u64| suppress::single(count, state.settings.min_cell).count().unwrap_or(0);
    if let Some(spreads) = profile.spread.filter(|_| parts[0].count().is_some()) {
        let spread = spreads.in_filter;
        let five = [spread.least, spread.lower, spread.median, spread.upper, spread.most];
        let [least, lower, median, upper, most] = five.map(|number| value(number, kind));
        let word = format!("least {least} · quartiles {lower}  {median}  {upper} · most {most}");
        canvas.text(below.x, below.y + 1, below.width, &word, Role::Dim);
    }
    match &profile.bins {
        Some(bins) => {
            let counts: Vec<u64> = bins.counts.iter().map(|count| told(count.in_filter)).collect();
            let ends = (value(bins.edges.first().copied(), kind), value(bins.edges.last().copied(), kind));
            let x = canvas.text(below.x, below.y, below.width, &format!("{} ", ends.0), Role::Dim);
            let x = canvas.text(x, below.y, below.right().saturating_sub(x), &format::sparkline(&counts), Role::Bar);
            canvas.text(x, below.y, below.right().saturating_sub(x), &format!(" {}", ends.1), Role::Dim);
        }
        None => {
            let share = |count: u64| format::percent(figures::share(told(count), all).filter(|share| *share > 0.0));
            let top = profile.top.iter().take(6).map(|(value, count)| format!("{value} {}", share(count.in_filter)));
            canvas.text(below.x, below.y, below.width, &top.collect::<Vec<_>>().join(" · "), Role::Dim);
        }
    }
}
