//! The figures of a column, in the filter and in the base.

use ratatui::layout::Rect;

use super::ProfileView;
use super::words::{may_show, value};
use crate::engine::{ColumnProfile, Spread};
use crate::insight::format;
use crate::insight::table::TableCell;
use crate::insight::{figures, suppress};
use crate::tui::core::State;
use crate::tui::paint::canvas::Canvas;
use crate::tui::paint::theme::Role;
use crate::tui::widgets::figures::answer_role;

/// Width of a figure's name, in cells.
const NAME: u16 = 15;

/// A line: the name of the figure, its value in the filter, and in the base.
type ProfileFigure = (&'static str, String, String);

/// Returns the number of lines that the facts take.
pub fn height(profile: &ColumnProfile) -> u16 {
    let made = u16::from(profile.cost.is_some());
    made + if profile.spread.is_some() { 13 } else { 5 }
}

/// Draws a line per figure: filter, base.
pub fn draw(canvas: &mut Canvas, area: Rect, profile: &ColumnProfile, state: &State) {
    let role = answer_role(state, state.views.get::<ProfileView>().profile.found.fresh);
    let heading = ("", "in filter".to_owned(), "in base".to_owned());
    let facts = facts(profile, state);
    for (at, (fact, y)) in std::iter::once(&heading).chain(&facts).zip(area.top()..area.bottom()).enumerate() {
        let figures = if at == 0 { Role::Dim } else { role };
        let width = area.width.saturating_sub(NAME + 1) / 2;
        canvas.text(area.x + 1, y, NAME, fact.0, Role::Dim);
        canvas.text_right(area.x + NAME, area.x + NAME + width, y, &fact.1, figures);
        canvas.text_right(
            area.x + NAME + width,
            area.x + NAME + 2 * width,
            y,
            &fact.2,
            if at == 0 { Role::Dim } else { role },
        );
    }
}

/// Returns the facts as rows of a table.
pub fn copied(profile: &ColumnProfile, state: &State) -> Vec<Vec<TableCell>> {
    let row = |(name, here, there): ProfileFigure| {
        let mut row = vec![TableCell::text(name), format::copied(""), format::copied(&here), format::copied(&there)];
        row.extend([format::copied(""), format::copied("")]);
        row
    };
    facts(profile, state).into_iter().map(row).collect()
}

fn facts(profile: &ColumnProfile, state: &State) -> Vec<ProfileFigure> {
    let shown =
        |count: u64| format::shown(suppress::of_base(count, profile.customers.in_base, state.settings.min_cell));
    let (all, known) = (profile.customers, profile.known);
    let of_known = |all: u64, known: u64| suppress::known(known, all, state.settings.min_cell);
    let (here, there) = (of_known(all.in_filter, known.in_filter), of_known(all.in_base, known.in_base));
    let missing =
        |may_show: bool, known: u64, all: u64| format::percent(figures::share(all - known, all).filter(|_| may_show));
    let mut facts = vec![
        ("customers", shown(all.in_filter), shown(all.in_base)),
        ("with a value", format::shown(here.0), format::shown(there.0)),
        ("no value", missing(here.1, known.in_filter, all.in_filter), missing(there.1, known.in_base, all.in_base)),
    ];
    let distinct = |count: Option<u64>| count.map_or("many".to_owned(), format::count);
    let counts = profile.distinct;
    facts.push(("distinct", distinct(counts.map(|d| d.in_filter)), distinct(counts.map(|d| d.in_base))));
    if let Some(cost) = profile.cost {
        facts.push((
            "computed from",
            format!("{} rows", format::count(cost.rows)),
            format!("in {}", format::time(cost.took)),
        ));
    }
    if let Some(spreads) = profile.spread {
        let disclosed = |spread: Spread, known: u64| if may_show(known, state) { spread } else { Spread::default() };
        let (a, b) = (disclosed(spreads.in_filter, known.in_filter), disclosed(spreads.in_base, known.in_base));
        let kind = state.column_type(&profile.column);
        let line = |name, of: fn(&Spread) -> Option<f64>| (name, value(of(&a), kind), value(of(&b), kind));
        facts.extend([
            line("min", |s| s.least),
            line("lower quartile", |s| s.lower),
            line("median", |s| s.median),
            line("upper quartile", |s| s.upper),
            line("max", |s| s.most),
            line("mean", |s| s.mean),
        ]);
        facts.push((
            "std dev",
            deviation(a.deviation, state, &profile.column),
            deviation(b.deviation, state, &profile.column),
        ));
    }
    facts
}

/// Formats a standard deviation. That of dates is a number of days, not a date.
fn deviation(deviation: Option<f64>, state: &State, column: &str) -> String {
    use crate::model::ColumnType::{Date, Timestamp};
    match (deviation, state.column_type(column)) {
        (Some(days), Date) => format!("{} days", format::amount(Some(days))),
        (Some(seconds), Timestamp) => format!("{} days", format::amount(Some(seconds / 86_400.0))),
        (deviation, _) => format::amount(deviation),
    }
}
