//! Keys of the page.

use super::SqlPage;
use crate::rule::print::{Dialect, Select};
use crate::tui::core::copying::copy_line;
use crate::tui::core::key::{Code, Key, is};
use crate::tui::core::{Effect, State};

/// Opens the page.
pub fn open(state: &mut State) -> Vec<Effect> {
    if let Some(page) = SqlPage::new(state, Dialect::DuckDb, Select::Ids) {
        state.over.push(page);
    }
    Vec::new()
}

pub fn key(state: &mut State, key: Key) -> Vec<Effect> {
    let Some(page) = state.over.get_mut::<SqlPage>() else { return Vec::new() };
    let (dialect, select) = (page.dialect, page.select);
    match key.code {
        Code::Char('y') | Code::Enter => return copy(state),
        Code::Tab if key.shift => return turn(state, -1),
        Code::Right | Code::Tab | Code::Char('l') => return turn(state, 1),
        Code::Left | Code::Char('h') => return turn(state, -1),
        Code::Char('s') => {
            let select = page.next_select();
            show(state, dialect, select);
        }
        Code::Down | Code::Char('j') => page.scroll += 1,
        Code::Up | Code::Char('k') => page.scroll = page.scroll.saturating_sub(1),
        Code::PageDown => page.scroll += 10,
        Code::PageUp => page.scroll = page.scroll.saturating_sub(10),
        _ if is(key, Code::Esc) || key.code == Code::Char('q') => return state.go_back(),
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

fn show(state: &mut State, dialect: Dialect, select: Select) {
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
