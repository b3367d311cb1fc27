//! Labels and sentences of the research view.

use super::ResearchView;
use crate::insight::figures;
use crate::insight::format;
use crate::insight::research::{LineSubject, QuotesWithheld, ResearchCell, ResearchLine, ResearchTable};
use crate::insight::suppress::DisclosedCount;
use crate::model::reference;
use crate::tui::core::State;
use crate::tui::core::key;
use crate::tui::paint::canvas::TextPiece;
use crate::tui::paint::theme::Role;
use crate::tui::views::research::{self, ResearchFigure, ResearchOrder};

pub fn title(state: &State) -> String {
    let Some(table) = research::table(state) else { return "Research".into() };
    let by = state.views.get::<ResearchView>().asked.voices.found.answer.as_ref().and_then(|found| found.by.as_deref());
    match by.or_else(|| research::by(state, table)) {
        Some(by) => format!("Research: {} by {by}", table.name),
        None => format!("Research: {}", table.name),
    }
}

/// Returns a line's label.
pub fn label(found: &ResearchTable, line: &ResearchLine, is_theme: bool) -> String {
    match &line.what {
        LineSubject::Everyone => "everyone".into(),
        LineSubject::Mean => "mean".into(),
        LineSubject::Value(value) if value.is_null() && is_theme => "no theme".into(),
        LineSubject::Value(value) if value.is_null() => "no answer".into(),
        LineSubject::Value(value) => match &found.by {
            Some(_) => format::value(value),
            None => String::new(),
        },
    }
}

/// Returns the name of a column: `@dana`, or all respondents.
pub fn name_of(found: &ResearchTable, column: usize) -> String {
    match column.checked_sub(1).and_then(|at| found.names.get(at)) {
        Some(name) => reference(name),
        None => "all respondents".into(),
    }
}

/// Describes the selected cell.
pub fn sentence(state: &State, found: &ResearchTable, cells: &[Vec<ResearchCell>], label: &str) -> String {
    let view = state.views.get::<ResearchView>();
    let Some((line, cell)) = view.line().and_then(|line| Some((line, cells.get(line)?.get(view.column)?))) else {
        return String::new();
    };
    let Some(all) = cells.first().and_then(|line| line.get(view.column)) else { return String::new() };
    let whose = match view.column {
        0 => "all".to_owned(),
        column => format!("{}'s", name_of(found, column)),
    };
    let whole = format::shown(all.respondents);
    let share = cell.share.map(|share| format!(" ({})", format::percent(Some(share)))).unwrap_or_default();
    match &found.lines[line].what {
        LineSubject::Everyone => {
            let of = format::shown(found.size(view.column));
            format!("{} of {whose} {of} customers answered{share}", format::shown(cell.respondents))
        }
        LineSubject::Mean => {
            let mean = cell.mean.map_or(format::NOTHING.into(), |mean| format!("{mean:.2}"));
            format!("the mean of what {whose} respondents answered is {mean}")
        }
        LineSubject::Value(_) => {
            let index = cell.index.map(|index| format!(", index {index:.0}")).unwrap_or_default();
            let times = times(cell);
            format!("{} of {whose} {whole} respondents{share}: {label}{index}{times}", format::shown(cell.respondents))
        }
    }
}

/// Describes how often the respondents who said it did so.
fn times(cell: &ResearchCell) -> String {
    let (DisclosedCount::Count(respondents), DisclosedCount::Count(mentions)) = (cell.respondents, cell.mentions)
    else {
        return String::new();
    };
    match figures::mean(mentions as f64, respondents) {
        Some(each) if mentions > respondents => format!(", {} times, {each:.1} each", format::count(mentions)),
        _ => String::new(),
    }
}

/// Describes the figures, and what is left out.
pub fn legend(state: &State, found: &ResearchTable) -> TextPiece {
    let view = state.views.get::<ResearchView>();
    if let Some(error) = &view.asked.voices.found.error {
        return (error.clone(), Role::Error);
    }
    if view.asked.voices.found.is_waiting() {
        return ("counting…".into(), Role::Notice);
    }
    let strangers = (found.strangers > 0)
        .then(|| format!("{} of {} rows match no customer", format::count(found.strangers), format::count(found.rows)));
    let left_out = (found.left_out > 0).then(|| format!("{} rarer left out", format::count(found.left_out)));
    let figure = match view.figure {
        ResearchFigure::Respondents => "respondents, index against all of them",
        ResearchFigure::Share => "share of the respondents, index against all of them",
        ResearchFigure::Mentions => "rows",
    };
    let order = (view.order == ResearchOrder::Apart).then(|| "by what sets the column apart".to_owned());
    let parts: Vec<String> = [strangers, left_out, order, Some(figure.to_owned())].into_iter().flatten().collect();
    (parts.join(" · "), Role::Dim)
}

/// Returns what to show if there is nothing, and what to do about it.
pub fn empty(state: &State) -> Vec<TextPiece> {
    let Some(schema) = state.schema() else { return vec![("the customers are still being read".into(), Role::Dim)] };
    if research::table(state).is_none() {
        if let Some(missing) = schema.all_missing().first() {
            let role = if missing.is_coming { Role::Dim } else { Role::Error };
            return vec![(missing.reason.clone(), role)];
        }
        return vec![
            ("the study names no survey and no interviews".into(), Role::Text),
            ("write in config.toml: [tables.interviews] path = \"interviews.csv\"".into(), Role::Dim),
            ("kind = \"interviews\" (or \"survey\"), key = who was asked, theme and quote".into(), Role::Dim),
        ];
    }
    match &state.views.get::<ResearchView>().asked.voices.found.error {
        Some(error) => vec![(error.clone(), Role::Error)],
        None if state.filter.problem.is_some() => {
            vec![(format!("the filter has an error; press {} to edit it", key(state, "filter")), Role::Text)]
        }
        None => vec![("counting…".into(), Role::Dim)],
    }
}

/// Returns why there are no quotes.
pub fn withheld(state: &State, why: QuotesWithheld) -> Vec<TextPiece> {
    let name = research::table(state).map(|table| table.name.clone()).unwrap_or_default();
    let toggle = key(state, "toggle");
    match why {
        QuotesWithheld::None => vec![
            (format!("{name} has no quotes: write quote = \"…\", their column, under [tables.{name}]"), Role::Text),
            (format!("{toggle} shows how well the respondents represent the audience"), Role::Dim),
        ],
        QuotesWithheld::Masked => vec![("the quotes are masked".into(), Role::Text)],
        QuotesWithheld::TooFew(least) => vec![
            (format!("fewer than {least} respondents: quotes could identify them"), Role::Text),
            (format!("lower min_cell under [tables.{name}] to show them"), Role::Dim),
        ],
    }
}
