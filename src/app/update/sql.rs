//! Opening of the page with the filter as SQL of another engine, and its keys.

use super::super::action::Effect;
use super::super::key::{Code, Key};
use super::super::sql_page::SqlPage;
use super::super::state::{Overlay, State};
use super::is;
use crate::rule::print::{Dialect, Select};

pub fn open(state: &mut State) -> Vec<Effect> {
    show(state, Dialect::DuckDb, Select::Ids);
    Vec::new()
}

pub fn key(state: &mut State, key: Key) -> Vec<Effect> {
    let Some(Overlay::Sql(page)) = &mut state.overlay else { return Vec::new() };
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
        _ if is(key, Code::Esc) || key.code == Code::Char('q') => state.overlay = None,
        _ => show(state, dialect, select),
    }
    Vec::new()
}

fn turn(state: &mut State, by: isize) -> Vec<Effect> {
    if let Some(Overlay::Sql(page)) = &state.overlay {
        let (dialect, select) = (page.next_dialect(by), page.select);
        show(state, dialect, select);
    }
    Vec::new()
}

fn show(state: &mut State, dialect: Dialect, select: Select) {
    state.overlay = SqlPage::new(state, dialect, select).map(|page| Overlay::Sql(Box::new(page)));
}

fn copy(state: &mut State) -> Vec<Effect> {
    let Some(Overlay::Sql(page)) = &state.overlay else { return Vec::new() };
    match page.statement.clone() {
        Ok(statement) => {
            state.overlay = None;
            vec![Effect::Copy(statement)]
        }
        Err(reason) => {
            state.complain(reason);
            Vec::new()
        }
    }
}
