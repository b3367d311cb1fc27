//! Charts of a column: numbers as a histogram with box plots below, dates over time. Filter and base are both shown as
//! shares.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::symbols::Marker;
use ratatui::text::Span;
use ratatui::widgets::{Axis, Chart, Dataset, GraphType};

use super::ProfileView;
use super::words::{may_show, value};
use crate::engine::{Bins, ColumnProfile, Spread};
use crate::insight::figures;
use crate::insight::format;
use crate::insight::suppress::{self, DisclosedCount};
use crate::insight::table::TableCell;
use crate::model::ColumnType;
use crate::tui::core::State;
use crate::tui::paint::canvas::{Canvas, cells};
use crate::tui::paint::theme::Role;
use crate::tui::widgets::figures::answer_role;

/// Cells on the left for the labels of the axis and the boxes.
const LEFT: u16 = 8;
/// Lines under the columns: the axis, its labels, two boxes.
const UNDER: u16 = 4;

/// Share of each bin among the filter's customers with a value, and among the base's. `None` if it is suppressed.
struct BinShares {
    filter: Vec<Option<f64>>,
    base: Vec<Option<f64>>,
    most: f64,
}

/// Draws the bins of the filter and of the base.
pub fn draw(canvas: &mut Canvas, area: Rect, profile: &ColumnProfile, bins: &Bins, state: &State) {
    let shares = BinShares::new(profile, bins, state);
    let kind = state.column_type(&profile.column);
    draw_legend(canvas, area, kind);
    let area = Rect { y: area.y + 1, height: area.height - 1, ..area };
    match kind {
        ColumnType::Date | ColumnType::Timestamp => draw_over_time(canvas, area, bins, &shares, (kind, state)),
        _ => draw_columns(canvas, area, (profile, bins), &shares, (kind, state)),
    }
}

impl BinShares {
    fn new(profile: &ColumnProfile, bins: &Bins, state: &State) -> Self {
        let shown = suppress::pairs(&bins.counts, profile.customers, state.settings.min_cell);
        let share = |shown: DisclosedCount, known: u64| figures::share(shown.count()?, known);
        let filter: Vec<_> = shown.iter().map(|shown| share(shown.0, profile.known.in_filter)).collect();
        let base: Vec<_> = shown.iter().map(|shown| share(shown.1, profile.known.in_base)).collect();
        let most = filter.iter().chain(&base).flatten().fold(0.0, |most: f64, share| most.max(*share));
        Self { filter, base, most }
    }
}

/// Returns the bins as rows of a table, with the share of those with a value in each.
pub fn copied(profile: &ColumnProfile, bins: &Bins, state: &State) -> Vec<Vec<TableCell>> {
    let shares = BinShares::new(profile, bins, state);
    let kind = state.column_type(&profile.column);
    let share = |share: Option<f64>| format::copied(&format::percent(share));
    let row = |((edges, filter), base): ((&[f64], &Option<f64>), &Option<f64>)| {
        let range = format!("{} to {}", value(Some(edges[0]), kind), value(Some(edges[1]), kind));
        let mut row = vec![TableCell::text("bin"), TableCell::text(range), share(*filter), share(*base)];
        row.extend([format::copied(""), format::copied("")]);
        row
    };
    bins.edges.windows(2).zip(&shares.filter).zip(&shares.base).map(row).collect()
}

/// Draws the legend. Filter and base differ by place or mark, not by colour alone.
fn draw_legend(canvas: &mut Canvas, area: Rect, kind: ColumnType) {
    let (filter, base) = match kind {
        ColumnType::Date | ColumnType::Timestamp => ("⠒⠒ filter", "•• base"),
        _ => ("█ filter", "█ base"),
    };
    let x = canvas.text(area.x + LEFT, area.y, area.width, filter, Role::Bar);
    let x = canvas.text(x + 2, area.y, area.right().saturating_sub(x + 2), base, Role::Dim);
    let words = "share of those with a value";
    if area.right().saturating_sub(x + 3) >= cells(words) {
        canvas.text(x + 3, area.y, cells(words), words, Role::Dim);
    }
}

fn draw_columns(
    canvas: &mut Canvas,
    area: Rect,
    (profile, bins): (&ColumnProfile, &Bins),
    shares: &BinShares,
    (kind, state): (ColumnType, &State),
) {
    let count = bins.counts.len().max(1) as u16;
    let room = area.width.saturating_sub(LEFT);
    // Two columns per bin, and a gap if there is room.
    let step = (room / count).max(1);
    let wide = if step >= 3 { (step - 1) / 2 } else { 1 };
    let height = area.height.saturating_sub(UNDER);
    let plot = Rect { x: area.x + LEFT, height, width: room.min(step * count), ..area };
    let role = if answer_role(state, state.views.get::<ProfileView>().profile.found.fresh) == Role::Dim {
        Role::Dim
    } else {
        Role::Bar
    };
    for (at, (filter, base)) in shares.filter.iter().zip(&shares.base).enumerate() {
        let x = plot.x + step * at as u16;
        draw_column(canvas, Rect { x, width: wide, ..plot }, *filter, shares.most, role);
        if step >= 2 {
            draw_column(canvas, Rect { x: x + wide, width: wide, ..plot }, *base, shares.most, Role::Dim);
        }
    }
    canvas.text_right(area.x, plot.x - 1, plot.y, &format::percent(Some(shares.most)), Role::Dim);
    let axis = plot.bottom();
    canvas.text(plot.x, axis, plot.width, &"─".repeat(usize::from(plot.width)), Role::Border);
    draw_ticks(canvas, plot, axis + 1, bins, kind);
    if let Some(spreads) = profile.spread {
        let scale = Scale { plot, least: bins.edges[0], most: bins.edges[bins.edges.len() - 1] };
        let known = profile.known;
        draw_box(
            canvas,
            axis + 2,
            ("filter", role),
            may_show(known.in_filter, state).then_some(spreads.in_filter),
            &scale,
        );
        draw_box(
            canvas,
            axis + 3,
            ("base", Role::Dim),
            may_show(known.in_base, state).then_some(spreads.in_base),
            &scale,
        );
    }
}

/// Draws a column from the bottom up, in eighths of a line. Shares above 0 are always visible.
pub fn draw_column(canvas: &mut Canvas, area: Rect, share: Option<f64>, most: f64, role: Role) {
    let full = f64::from(area.height) * 8.0;
    let eighths = match share {
        Some(share) if share > 0.0 && most > 0.0 => ((share / most * full).round() as u16).max(1),
        _ => 0,
    };
    for line in 0..area.height {
        let here = eighths.saturating_sub(line * 8).min(8);
        if here > 0 {
            let block = format::HEIGHTS[usize::from(here)].repeat(usize::from(area.width));
            canvas.text(area.x, area.bottom() - 1 - line, area.width, &block, role);
        }
    }
}

/// Draws labels under the axis, at the edges where they fit.
fn draw_ticks(canvas: &mut Canvas, plot: Rect, y: u16, bins: &Bins, kind: ColumnType) {
    let last = bins.edges.len() - 1;
    let mut free = plot.x;
    for (at, edge) in bins.edges.iter().enumerate() {
        let x = plot.x + (u32::from(plot.width) * at as u32 / last.max(1) as u32) as u16;
        let word = value(Some(*edge), kind);
        let fits = x >= free && x + cells(&word) <= plot.right() + 1;
        if fits {
            canvas.text(x, y, cells(&word), &word, Role::Dim);
            free = x + cells(&word) + 3;
        }
    }
}

/// Maps a column's numbers to cells.
struct Scale {
    plot: Rect,
    least: f64,
    most: f64,
}

impl Scale {
    fn x(&self, number: f64) -> u16 {
        let share = ((number - self.least) / (self.most - self.least)).clamp(0.0, 1.0);
        self.plot.x + (share * f64::from(self.plot.width.saturating_sub(1))).round() as u16
    }
}

/// Draws a box plot: the line from least to most, the box of the middle half, and the median. Nothing if one of them
/// may not be disclosed.
fn draw_box(canvas: &mut Canvas, y: u16, (name, role): (&str, Role), spread: Option<Spread>, scale: &Scale) {
    let Some(Spread {
        least: Some(least),
        lower: Some(lower),
        median: Some(median),
        upper: Some(upper),
        most: Some(most),
        ..
    }) = spread
    else {
        return;
    };
    canvas.text_right(scale.plot.x - LEFT, scale.plot.x - 1, y, name, Role::Dim);
    let [least_x, lower_x, median_x, upper_x, most_x] =
        [least, lower, median, upper, most].map(|number| scale.x(number));
    let line = |from: u16, to: u16, mark: &str| mark.repeat(usize::from(to.saturating_sub(from) + 1));
    canvas.text(least_x, y, scale.plot.width, &line(least_x, most_x, "─"), role);
    canvas.text(lower_x, y, scale.plot.width, &line(lower_x, upper_x, "▒"), role);
    canvas.text(least_x, y, 1, "├", role);
    canvas.text(most_x, y, 1, if most > scale.most { "→" } else { "┤" }, role);
    canvas.text(median_x, y, 1, "┃", if role == Role::Dim { Role::Text } else { Role::Strong });
}

fn draw_over_time(
    canvas: &mut Canvas,
    area: Rect,
    bins: &Bins,
    shares: &BinShares,
    (kind, state): (ColumnType, &State),
) {
    let points = |shares: &[Option<f64>]| -> Vec<(f64, f64)> {
        let point = |(at, share): (usize, &Option<f64>)| Some((at as f64, 100.0 * (*share)?));
        shares.iter().enumerate().filter_map(point).collect()
    };
    let (filter, base) = (points(&shares.filter), points(&shares.base));
    let role = if answer_role(state, state.views.get::<ProfileView>().profile.found.fresh) == Role::Dim {
        Role::Dim
    } else {
        Role::Bar
    };
    let style = |role: Role| canvas.style(role);
    let dataset =
        |data, marker, graph, style: Style| Dataset::default().data(data).marker(marker).graph_type(graph).style(style);
    let datasets = vec![
        dataset(&base, Marker::Dot, GraphType::Scatter, style(Role::Dim)),
        dataset(&filter, Marker::Braille, GraphType::Line, style(role)),
    ];
    let words = |words: Vec<String>| words.into_iter().map(Span::from).collect::<Vec<_>>();
    let edge = |at: usize| value(bins.edges.get(at).copied(), kind);
    let last = bins.counts.len().saturating_sub(1);
    let x = Axis::default()
        .bounds([0.0, last.max(1) as f64])
        .labels(words(vec![edge(0), edge(last / 2), edge(last)]))
        .style(style(Role::Dim));
    let top = 100.0 * shares.most.max(f64::EPSILON);
    let y = Axis::default()
        .bounds([0.0, top])
        .labels(words(vec!["0 %".into(), format::percent(Some(shares.most))]))
        .style(style(Role::Dim));
    canvas.widget(area, Chart::new(datasets).x_axis(x).y_axis(y).legend_position(None));
}
