//! The filter as SQL of another engine, to read and to copy.

mod draw;
mod handlers;

use crate::rule::print::{self, DatabaseTables, Select, SqlDialect, TableName};
use crate::tui::core::{State, View, ViewKeys, ViewName};
use crate::tui::paint::canvas::{Canvas, Rect};

pub use handlers::open;

/// Name by which the state and other views refer to this view.
pub const NAME: ViewName = "sql";

/// The SQL page that lies over the screen.
#[derive(Debug, Clone)]
pub struct SqlPage {
    /// Dialect of the statement.
    pub dialect: SqlDialect,
    /// Form of the statement: the customers' ids, their number, or the condition alone.
    pub select: Select,
    /// The statement, or what the dialect cannot express.
    pub statement: Result<String, String>,
    /// Scroll offset in lines.
    pub scroll: usize,
}

/// Name of the base's table if its file's name is not known.
const TABLE: &str = "customers";

impl SqlPage {
    /// Creates the page for the current filter; `None` while the customers are still being read.
    pub fn new(state: &State, dialect: SqlDialect, select: Select) -> Option<Self> {
        let mut tables = DatabaseTables::new(TableName::Plain(TABLE.to_owned()), state.schema()?.as_ref().clone());
        tables.personas = state.catalog.by_priority();
        let statement = print::statement(&state.rule, select, false, dialect, &tables);
        let statement = statement.map_err(|refused| format!("{} does not support {refused}", dialect.title()));
        Some(Self { dialect, select, statement, scroll: 0 })
    }

    /// Returns the dialect `by` places further, wrapping around the ends.
    pub fn next_dialect(&self, by: isize) -> SqlDialect {
        let all = SqlDialect::ALL;
        let at = all.iter().position(|dialect| *dialect == self.dialect).unwrap_or_default();
        all[(at as isize + by).rem_euclid(all.len() as isize) as usize]
    }

    /// Returns the next selection: ids, their number, the condition alone.
    pub fn next_select(&self) -> Select {
        let at = Select::ALL.iter().position(|(_, select)| *select == self.select).unwrap_or_default();
        Select::ALL[(at + 1) % Select::ALL.len()].1
    }
}

impl View for SqlPage {
    fn name(&self) -> ViewName {
        NAME
    }

    fn keys(&self) -> ViewKeys {
        ViewKeys::Typing(handlers::key)
    }

    fn draw(&self, canvas: &mut Canvas, area: Rect, _state: &State) {
        draw::draw(canvas, area, self);
    }
}
