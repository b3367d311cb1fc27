//! Keys of the page.

use super::SqlPage;
use crate::rule::print::{Select, SqlDialect};
use crate::tui::core::copying::copy_line;
use crate::tui::core::key::{KeyPress, KeySymbol, is};
use crate::tui::core::{Effect, State};

/// Opens the page.
pub fn open(state: &mut State) -> Vec<Effect> {
    if let Some(page) = SqlPage::new(state, SqlDialect::DuckDb, Select::Ids) {
        state.over.push(page);
    }
    Vec::new()
}

pub fn key(state: &mut State, key: KeyPress) -> Vec<Effect> {
    let Some(page) = state.over.get_mut::<SqlPage>() else { return Vec::new() };
    let (dialect, select) = (page.dialect, page.select);
    match key.code {
        KeySymbol::Char('y') | KeySymbol::Enter => return copy(state),
        KeySymbol::Tab if key.shift => return turn(state, -1),
        KeySymbol::Right | KeySymbol::Tab | KeySymbol::Char('l') => return turn(state, 1),
        KeySymbol::Left | KeySymbol::Char('h') => return turn(state, -1),
        KeySymbol::Char('s') => {
            let select = page.next_select();
            show(state, dialect, select);
        }
        KeySymbol::Down | KeySymbol::Char('j') => page.scroll += 1,
        KeySymbol::Up | KeySymbol::Char('k') => page.scroll = page.scroll.saturating_sub(1),
        KeySymbol::PageDown => page.scroll += 10,
        KeySymbol::PageUp => page.scroll = page.scroll.saturating_sub(10),
        _ if is(key, KeySymbol::Esc) || key.code == KeySymbol::Char('q') => return state.go_back(),
        _ => show(state, dialect, select),
    }
    Vec::new()
}

fn turn(state: &mut State, by: isize) -> Vec<Effect> {
    if let Some(page) = state.over.get::<SqlPage>() {
        let (dialect, select) = (page.next_dialect(by), page.select);
        show(state, dialect, select);
    }
    Vec::new()
}

fn show(state: &mut State, dialect: SqlDialect, select: Select) {
    let page = SqlPage::new(state, dialect, select);
    if let (Some(page), Some(shown)) = (page, state.over.get_mut()) {
        *shown = page;
    }
}

fn copy(state: &mut State) -> Vec<Effect> {
    let Some(page) = state.over.get::<SqlPage>() else { return Vec::new() };
    match page.statement.clone() {
        Ok(statement) => {
            state.over.pop();
            copy_line(statement)
        }
        Err(reason) => {
            state.complain(reason);
            Vec::new()
        }
    }
}
