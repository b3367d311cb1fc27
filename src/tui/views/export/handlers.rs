//! Keys of the form, and the outcome of writing.

use std::path::{Path, PathBuf};

use super::{ExportChoice, ExportForm, draw, file_name};
use crate::engine::PageQuestion;
use crate::insight::export::{CustomerList, ExportContent, FileExport};
use crate::insight::format;
use crate::insight::suppress;
use crate::model::FileFormat;
use crate::tui::core::copying::table_of;
use crate::tui::core::key::{KeyPress, KeySymbol, is};
use crate::tui::core::paste::line_of;
use crate::tui::core::{CustomerListing, Effect, State, View, input};
use crate::tui::paint::canvas::{Position, Rect};

/// Opens the form on the view in front: the customers that it can list, its table, and those beside it.
pub fn open(state: &mut State) -> Vec<Effect> {
    if !state.filter.is_asked() {
        state.complain("the filter has an error or is still being checked: nothing can be exported");
        return Vec::new();
    }
    let Some(front) = state.front() else { return Vec::new() };
    let mut choices: Vec<ExportChoice> =
        front.listings(state).into_iter().map(|listing| customers(state, listing)).collect();
    let beside = state.views.iter().filter(|view| view.is_beside(state) && view.name() != front.name());
    let mut reason = None;
    for view in std::iter::once(front).chain(beside) {
        match table(state, view) {
            Ok(choice) => choices.push(choice),
            Err(why) => reason = reason.or(Some(why)),
        }
    }
    if choices.is_empty() {
        state.complain(reason.unwrap_or("there is no table here"));
        return Vec::new();
    }
    state.over.push(ExportForm::new(choices));
    Vec::new()
}

fn customers(state: &State, listing: CustomerListing) -> ExportChoice {
    let CustomerListing { label, file, customers, columns, sort } = listing;
    let content = customers.map(|filter| {
        ExportContent::Customers(CustomerList {
            question: PageQuestion { filter, columns, sort, tests: Vec::new(), offset: 0, limit: 0 },
            personas: state.catalog.counted.clone(),
            mask: state.settings.mask.clone(),
        })
    });
    ExportChoice { label, file, content }
}

fn table(state: &State, view: &dyn View) -> Result<ExportChoice, &'static str> {
    let table = table_of(view, state)?;
    let is_main = state.views.iter().next().is_some_and(|main| main.name() == view.name());
    // A pane of the main screen has a name of its own.
    let file = if is_main { file_name(&table.title.to_lowercase()) } else { view.name().to_owned() };
    let rows = format::counted(table.rows.len() as u64, "row", "rows");
    let label = format!("{rows} of the table “{}”", table.title);
    Ok(ExportChoice { label, file, content: Ok(ExportContent::Table(table)) })
}

pub fn key(state: &mut State, key: KeyPress) -> Vec<Effect> {
    let Some(form) = state.over.get_mut::<ExportForm>() else { return Vec::new() };
    match key.code {
        _ if form.is_writing => {}
        _ if form.asks_to_replace => match key.code {
            KeySymbol::Char('y') if key.typed().is_some() => return write(state, true),
            KeySymbol::Char('n') | KeySymbol::Esc => form.asks_to_replace = false,
            _ => {}
        },
        _ if is(key, KeySymbol::Esc) => drop(state.over.pop()),
        _ if is(key, KeySymbol::Enter) => return write(state, false),
        KeySymbol::Tab | KeySymbol::Down | KeySymbol::Up => form.next_choice(),
        _ => {
            if input::edit(&mut form.path, key) == Some(true) {
                form.problem = None;
            }
        }
    }
    Vec::new()
}

/// Chooses what the mouse was pressed on.
pub fn pressed(state: &mut State, page: Rect, at: Position) -> Vec<Effect> {
    if let Some(form) = state.over.get_mut::<ExportForm>().filter(|form| !form.is_writing && !form.asks_to_replace)
        && let Some(choice) = draw::choice_at(page, form, at)
    {
        form.choose(choice);
    }
    Vec::new()
}

/// Inserts a paste into the path.
pub fn paste(state: &mut State, text: &str) -> Vec<Effect> {
    if let Some(form) = state.over.get_mut::<ExportForm>().filter(|form| !form.is_writing && !form.asks_to_replace) {
        input::insert(&mut form.path, &line_of(text));
        form.problem = None;
    }
    Vec::new()
}

fn write(state: &mut State, replaces: bool) -> Vec<Effect> {
    let Some(form) = state.over.get_mut::<ExportForm>() else { return Vec::new() };
    let path = path_of(form.path.value().trim());
    let content = form.choice().map(|choice| choice.content.clone());
    match content {
        Some(Ok(content)) if FileFormat::from_path(&path).is_some() => {
            (form.is_writing, form.asks_to_replace, form.problem) = (true, false, None);
            vec![Effect::Export(Box::new(FileExport { path, content, replaces }))]
        }
        Some(Err(reason)) => {
            form.problem = Some(reason);
            Vec::new()
        }
        Some(Ok(_)) | None => {
            form.problem = Some(format!("the name must end in {}", FileFormat::ENDINGS));
            Vec::new()
        }
    }
}

/// Returns the path, with `~/` for the home folder.
fn path_of(typed: &str) -> PathBuf {
    match (typed.strip_prefix("~/"), std::env::home_dir()) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => Path::new(typed).to_owned(),
    }
}

/// Closes the form and reports the file that was written.
pub fn exported(state: &mut State, rows: usize, path: &str) {
    let form = state.over.take::<ExportForm>();
    let content = form.and_then(|form| form.choices.into_iter().nth(form.at)).and_then(|choice| choice.content.ok());
    let count = rows as u64;
    let rows = match (content, state.customers()) {
        // The file lists these customers, but a count that differs by a few from the base would disclose the rest.
        (Some(ExportContent::Customers(_)), Some(base)) => {
            let shown = suppress::of_base(count, base, state.settings.min_cell);
            format!("{} {}", format::shown(shown), if count == 1 { "row" } else { "rows" })
        }
        _ => format::counted(count, "row", "rows"),
    };
    state.say(format!("exported {rows} to {path}"));
}

/// Asks whether to replace the file that is there.
pub fn exists(state: &mut State) {
    if let Some(form) = state.over.get_mut::<ExportForm>() {
        (form.is_writing, form.asks_to_replace) = (false, true);
    }
}

/// Says why nothing was written.
pub fn failed(state: &mut State, reason: String) {
    match state.over.get_mut::<ExportForm>() {
        Some(form) => (form.is_writing, form.problem) = (false, Some(reason)),
        None => state.complain(format!("nothing was exported: {reason}")),
    }
}
