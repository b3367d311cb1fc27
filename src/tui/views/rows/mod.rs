//! Rows: the filtered customers as a table.

mod draw;
mod handlers;

use crate::engine::{PageQuestion, Sort};
use crate::insight::table::Table;
use crate::insight::inquiry::{ErasedInquiry, Itself, Single};
use crate::rule::Checked;
use crate::tui::paint::canvas::{Canvas, Rect};
use crate::tui::core::binding::until_loaded;
use crate::tui::core::{Binding, Hooks, ViewKeys, Lane, CustomerListing, BindingSection, State, View, ViewName};
use crate::tui::views::columns::ColumnList;
use crate::tui::widgets::format;

pub const NAME: ViewName = "rows";

const OPENS: Binding =
    super::opening(NAME, &["r"], "the filtered customers as a table", |state| super::switch(state, NAME))
        .synonyms(&["table", "customers", "data", "list"]);

const KEYS: &[BindingSection] = &[BindingSection::new(
    "Rows",
    &[
        Binding::new("left", &["h", "left"], "go to the column on the left", handlers::left).moves(),
        Binding::new("right", &["l", "right"], "go to the column on the right", handlers::right).hint("column").moves(),
        Binding::new("sort-ascending", &["["], "sort by the column, smallest first; again: file order", |state| {
            handlers::sort(state, false)
        })
        .hint("sort up")
        .disabled(until_loaded)
        .synonyms(&["order by"]),
        Binding::new("sort-descending", &["]"], "sort by the column, largest first; again: file order", |state| {
            handlers::sort(state, true)
        })
        .hint("sort down")
        .disabled(until_loaded)
        .synonyms(&["order by"]),
        Binding::new("next-pane", &["tab"], "go to the list of columns, or back to the rows", handlers::other_part)
            .hint("columns")
            .moves(),
        Binding::new("columns", &["v"], "show or hide the list of columns", handlers::toggle_columns)
            .hint("show/hide columns")
            .synonyms(&["schema", "types", "describe"]),
        Binding::new("enter", &["enter"], "profile of the selected column", handlers::profile_column)
            .hint("profile")
            .disabled(until_loaded),
        Binding::new("copy-line", &["Y"], "copy the row, tab-separated; masked columns stay masked", handlers::copy).synonyms(&["copy", "yank"]),
    ],
)];

/// Opens the rows with the list of columns beside them: the first screen of a table without a study.
pub fn open_with_columns(state: &mut State) {
    (state.view, state.home) = (NAME, NAME);
    state.views.get_mut::<ColumnList>().host = Some(NAME);
}

/// A page of the filter's customers.
pub type PageInquiry = Single<Itself<PageQuestion>>;

/// The filtered customers as a table.
#[derive(Debug, Clone, Default)]
pub struct RowsView {
    /// Index of the selected row among the filter's customers.
    pub cursor: u64,
    /// Index of the selected column in the schema; the screen scrolls to it.
    pub column: usize,
    /// Index of the first row of the page that was last requested.
    pub offset: u64,
    pub page: PageInquiry,
    /// True if keys go to the list of columns.
    pub is_in_columns: bool,
    /// Filter and order that the page was requested for.
    asked: Option<(Checked, Option<Sort>)>,
}

impl View for RowsView {
    fn name(&self) -> ViewName {
        NAME
    }

    fn keys(&self) -> ViewKeys {
        ViewKeys::Commands(KEYS)
    }

    fn opens(&self) -> Option<&'static Binding> {
        Some(&OPENS)
    }

    fn hooks(&self) -> Hooks {
        Hooks { renew: handlers::renew, arrived: handlers::arrived, step: handlers::step, ..Hooks::default() }
    }

    fn inquiry(&mut self) -> Option<&mut dyn ErasedInquiry> {
        Some(&mut self.page)
    }

    fn lane(&self) -> Lane {
        Lane::Rows
    }

    fn is_waiting(&self) -> bool {
        self.page.found.is_waiting()
    }

    fn outdate(&mut self) {
        self.page.outdate();
    }

    fn column(&self, state: &State) -> Option<String> {
        state.schema()?.columns().get(self.column).map(|column| column.name.clone())
    }

    fn table(&self, state: &State) -> Option<Table> {
        if self.is_in_columns {
            return state.views.get::<ColumnList>().table(state);
        }
        let page = self.page.found.answer.clone()?;
        Some(Table { title: "Rows".into(), ..Table::from_page(page, &state.settings.mask) })
    }

    fn listings(&self, state: &State) -> Vec<CustomerListing> {
        let count = self.page.found.answer.as_ref().map(|page| format::counted(page.total, "row", "rows"));
        vec![CustomerListing {
            label: format!("all {} of the filter, all columns", count.unwrap_or_else(|| "rows".into())),
            file: NAME.to_owned(),
            customers: Ok(state.rule.clone()),
            columns: Vec::new(),
            sort: state.query.sort.clone(),
        }]
    }

    fn draw(&self, canvas: &mut Canvas, area: Rect, state: &State) {
        draw::draw(canvas, area, self, state);
    }
}
