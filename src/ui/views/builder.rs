//! The builder of segmentations.

use ratatui::layout::Rect;

use crate::app::views::builder::{Builder, BuilderField};
use crate::app::{Overlay, State};
use crate::engine::Profile;
use crate::insight::mece::Mece;
use crate::insight::{figures, suppress};
use crate::term::text;
use crate::ui::canvas::Canvas;
use crate::ui::format;
use crate::ui::overlays::{open_box, picker};
use crate::ui::theme::Role;
use crate::ui::views::profile::value;
use crate::ui::widgets::input;

const WIDTH: u16 = 84;
/// Cells before a field's text.
const LABEL: u16 = 9;

pub fn draw(canvas: &mut Canvas, area: Rect, state: &State) {
    let Some(Overlay::Builder(builder)) = &state.overlay else { return };
    if let Some(columns) = &builder.picker {
        return picker::draw(canvas, area, columns, "");
    }
    let of = if builder.column.is_empty() { builder.chosen().word() } else { &builder.column };
    let keys = if builder.saving { "saving…" } else { "enter saves · tab next field · h l choose · esc leaves" };
    let cells = builder.cells.as_ref().and_then(|cells| cells.as_ref().ok()).map_or(1, Vec::len);
    let wanted = (cells as u16).saturating_add(14);
    let area = open_box(canvas, area, WIDTH, wanted, &format!("Cut {of} into segments"), keys);
    let line = |n: u16| Rect { x: area.x + 2, y: area.y + 1 + n, width: area.width.saturating_sub(4), height: 1 };
    for (field, n) in BuilderField::ALL.into_iter().zip(0..) {
        if line(n).y < area.bottom().saturating_sub(1) {
            draw_field(canvas, line(n), field, builder);
        }
    }
    // Where there is little room the cells need it more than the profile.
    let with_profile = builder.profile.as_ref().filter(|_| area.height >= 14);
    if let Some(profile) = with_profile {
        draw_profile(canvas, line(5), profile, state);
    }
    let first = if with_profile.is_some() { 8 } else { 5 };
    let rest = Rect { y: line(first).y, height: area.bottom().saturating_sub(line(first).y + 1), ..line(first) };
    draw_cells(canvas, rest, builder, state);
}

/// What the column holds, in three lines: how many values, its histogram or most frequent values, how its numbers spread.
fn draw_profile(canvas: &mut Canvas, line: Rect, profile: &Profile, state: &State) {
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

fn draw_field(canvas: &mut Canvas, line: Rect, field: BuilderField, builder: &Builder) {
    let chosen = builder.field == field;
    let (mark, role) = if chosen { ("› ", Role::Accent) } else { ("  ", Role::Dim) };
    canvas.text(line.x, line.y, LABEL, &format!("{mark}{}", field.word()), role);
    let (x, width) = (line.x + LABEL, line.width.saturating_sub(LABEL));
    let content = match field {
        BuilderField::How => {
            canvas.text(x, line.y, width, &format!("◂ {} ▸", builder.chosen().word()), Role::Text);
            return;
        }
        BuilderField::Kind => {
            canvas.text(x, line.y, width, &format!("◂ {} ▸", builder.kind), Role::Text);
            return;
        }
        BuilderField::Parameter => &builder.parameter,
        BuilderField::Name => &builder.name,
        BuilderField::Note => &builder.note,
    };
    if field == BuilderField::Parameter && content.value().is_empty() {
        canvas.text(x + 2, line.y, width.saturating_sub(2), builder.chosen().hint(), Role::Dim);
    }
    input::draw(canvas, x, line.y, width, content, chosen && !builder.saving);
}

/// The cells with their customers in the filter, as many as there is room for, and whether they are MECE.
fn draw_cells(canvas: &mut Canvas, area: Rect, builder: &Builder, state: &State) {
    if area.height == 0 {
        return;
    }
    let say = |canvas: &mut Canvas, text: &str, role| {
        canvas.text(area.x, area.y, area.width, text, role);
    };
    if let Some(problem) = &builder.problem {
        say(canvas, &format!("! {problem}"), Role::Error);
    }
    let cells = match &builder.cells {
        None => return say(canvas, "counting…", Role::Dim),
        Some(Err(_)) if builder.problem.is_some() => return,
        Some(Err(reason)) => return say(canvas, &format!("! {reason}"), Role::Error),
        Some(Ok(cells)) => cells,
    };
    let Some(counts) = &builder.counts.answer else { return say(canvas, "counting…", Role::Dim) };
    let (of_cells, whole) = counts.split_at(counts.len().saturating_sub(1).min(cells.len()));
    let whole = whole.first().copied().unwrap_or_default().in_filter;
    let numbers: Vec<u64> = of_cells.iter().map(|count| count.in_filter).collect();
    let role = if builder.counts.fresh { Role::Text } else { Role::Dim };
    if builder.problem.is_none() {
        // The cells that the builder makes exclude each other: who is in none is told by their sum.
        let one = numbers.iter().sum::<u64>().min(whole);
        let mece = Mece { none: whole - one, one, several: 0 };
        say(canvas, &mece.sentence(state.settings.min_cell), role);
    }
    let room = usize::from(area.height.saturating_sub(1));
    let fit = if cells.len() > room { room.saturating_sub(1) } else { cells.len() };
    let shown = suppress::cells(&numbers, whole, state.settings.min_cell);
    for (n, (cell, shown)) in cells.iter().zip(shown).take(fit).enumerate() {
        let y = area.y + 1 + n as u16;
        let share = shown.count().and_then(|count| figures::share(count, whole));
        canvas.text(area.x + 2, y, area.width.saturating_sub(24), &text::visible(&cell.name), role);
        canvas.text_right(area.x, area.right().saturating_sub(9), y, &format::shown(shown), role);
        canvas.text_right(area.x, area.right(), y, &format::percent(share), role);
    }
    if fit < cells.len() && room > 0 {
        let more = format!("… {}", format::counted((cells.len() - fit) as u64, "more cell", "more cells"));
        canvas.text(area.x + 2, area.y + 1 + fit as u16, area.width.saturating_sub(2), &more, Role::Dim);
    }
}
