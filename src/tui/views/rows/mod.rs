//! Rows: the filtered customers as a table.

pub mod cells;
mod draw;
mod find;
mod handlers;
mod layout;
mod sorting;

use std::collections::BTreeMap;

use crate::engine::{Answer, EngineError, FindQuestion, PageQuestion, Question, Sort};
use crate::insight::format;
use crate::insight::inquiry::{ErasedInquiry, Inquiry, PlainAnswer, QuestionSlot, SingleInquiry};
use crate::insight::table::Table;
use crate::rule::Checked;
use crate::tui::core::binding::until_loaded;
use crate::tui::core::{Binding, BindingSection, CustomerListing, Hooks, Lane, State, View, ViewKeys, ViewName};
use crate::tui::paint::canvas::{Canvas, Rect};
use crate::tui::views::columns::ColumnList;

pub use handlers::step_customer;

/// Name by which the state and other views refer to this view.
pub const NAME: ViewName = "rows";

const OPENS: Binding =
    super::opening(NAME, &["r"], "the filtered customers as a table", |state| super::switch(state, NAME)).synonyms(&[
        "table",
        "customers",
        "data",
        "list",
    ]);

fn without_search(state: &State) -> Option<&'static str> {
    let none = state.views.get::<RowsView>().search.is_none();
    until_loaded(state).or_else(|| none.then_some("no search yet: press ctrl-f to search"))
}

fn without_hidden(state: &State) -> Option<&'static str> {
    state.query.columns.hidden.is_empty().then_some("no column is hidden")
}

/// Keys while the rows have the focus.
const KEYS: &[BindingSection] = &[
    BindingSection::new(
        "Selected row",
        &[Binding::new("enter", &["enter"], "open the customer: all columns, segments and personas", handlers::enter)
            .hint("customer")
            .disabled(until_loaded)
            .synonyms(&["record", "membership", "details"])],
    ),
    TABLE_KEYS,
    COLUMN_KEYS,
];

/// Keys while the list of columns has the focus.
const LIST_KEYS: &[BindingSection] = &[
    BindingSection::new(
        "Selected column",
        &[Binding::new("enter", &["enter"], "open the column's profile", handlers::enter)
            .hint("profile")
            .disabled(until_loaded)],
    ),
    TABLE_KEYS,
    COLUMN_KEYS,
];

const TABLE_KEYS: BindingSection = BindingSection::new(
    "Rows",
    &[
        Binding::new("left", &["h", "left"], "go to the column on the left", handlers::left).moves(),
        Binding::new("right", &["l", "right"], "go to the column on the right", handlers::right).hint("column").moves(),
        Binding::new("sort-ascending", &["["], "sort by the column, ascending; press again to reset", |state| {
            sorting::sort(state, false)
        })
        .hint("sort up")
        .disabled(until_loaded)
        .synonyms(&["order by"]),
        Binding::new("sort-descending", &["]"], "sort by the column, descending; press again to reset", |state| {
            sorting::sort(state, true)
        })
        .hint("sort down")
        .disabled(until_loaded)
        .synonyms(&["order by"]),
        Binding::new("filter-by-cell", &["="], "add the selected cell's value to the filter", handlers::filter_by_cell)
            .disabled(until_loaded)
            .synonyms(&["same value", "equal", "drill"]),
        Binding::new("find", &["ctrl-f"], "find a text in the cells of the shown columns", find::open)
            .hint("find")
            .disabled(until_loaded)
            .synonyms(&["search", "grep", "look for"]),
        Binding::new("find-next", &[">"], "go to the next row that has the text", |state| find::again(state, false))
            .disabled(without_search)
            .synonyms(&["search"]),
        Binding::new("find-previous", &["<"], "go to the previous row that has the text", |state| {
            find::again(state, true)
        })
        .disabled(without_search)
        .synonyms(&["search"]),
        Binding::new("next-pane", &["tab"], "go to the list of columns, or back to the rows", handlers::other_part)
            .hint("columns")
            .moves(),
        Binding::new("columns", &["v"], "show or hide the list of columns", handlers::toggle_columns)
            .hint("show/hide columns")
            .synonyms(&["schema", "types", "describe"]),
        Binding::new("copy-line", &["Y"], "copy the row, tab-separated; masked columns stay masked", handlers::copy)
            .synonyms(&["copy", "yank"]),
    ],
);

const COLUMN_KEYS: BindingSection = BindingSection::new(
    "Columns of the rows",
    &[
        Binding::new("go-to-column", &["ctrl-g"], "go to a column by its name", layout::pick)
            .disabled(until_loaded)
            .synonyms(&["jump", "column"]),
        Binding::new("hide", &["-"], "hide the column; in the list of columns, show it again", layout::hide)
            .hint("hide")
            .disabled(until_loaded),
        Binding::new("show-all", &["+"], "show all hidden columns", layout::show_all)
            .disabled(without_hidden)
            .synonyms(&["unhide"]),
        Binding::new("pin", &["!"], "pin the column to the left, or unpin it", layout::pin)
            .disabled(until_loaded)
            .synonyms(&["freeze", "key column"]),
        Binding::new("move-column-left", &["H"], "move the column to the left", |state| layout::shift(state, -1))
            .disabled(until_loaded),
        Binding::new("move-column-right", &["L"], "move the column to the right", |state| layout::shift(state, 1))
            .disabled(until_loaded),
        Binding::new("narrower", &["("], "make the column narrower", |state| layout::resize(state, -2))
            .disabled(until_loaded)
            .synonyms(&["resize", "width"]),
        Binding::new("wider", &[")"], "make the column wider", |state| layout::resize(state, 2))
            .disabled(until_loaded)
            .synonyms(&["resize", "width"]),
        Binding::new("fit-width", &["_"], "make the column as wide as its values, or as before", layout::fit)
            .disabled(until_loaded)
            .synonyms(&["resize", "width"]),
        Binding::new(
            "also-ascending",
            &["{"],
            "add the column to the sort, ascending; press again to remove it",
            |state| sorting::sort_also(state, false),
        )
        .disabled(until_loaded)
        .synonyms(&["sort", "order by"]),
        Binding::new(
            "also-descending",
            &["}"],
            "add the column to the sort, descending; press again to remove it",
            |state| sorting::sort_also(state, true),
        )
        .disabled(until_loaded)
        .synonyms(&["sort", "order by"]),
    ],
);

const FIGURES: &[(&str, &str)] = &[
    ("# #. @ ?", "type of the column: whole numbers, decimals, dates, true or false; text has no mark"),
    ("▲1 ▼2", "sorted by this column, smallest or largest first; the number is its place among several"),
    ("∅, •••", "no value; masked"),
    ("│", "columns between the pinned ones and the others are out of sight on the left"),
];

/// Opens the rows with the list of columns beside them: the first screen of a table without a study.
pub fn open_with_columns(state: &mut State) {
    (state.view, state.home) = (NAME, NAME);
    state.views.get_mut::<ColumnList>().host = Some(NAME);
}

/// A page of the filter's customers.
pub type PageInquiry = SingleInquiry<PlainAnswer<PageQuestion>>;
/// The place of the next row that has a text.
pub type FindInquiry = SingleInquiry<PlainAnswer<FindQuestion>>;

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
    /// True if the list of columns has the focus.
    pub is_in_columns: bool,
    /// Filter and order that the page was requested for.
    asked: Option<(Checked, Vec<Sort>)>,
    /// Widest value of each column on any page so far, in cells, so that columns do not jump while paging.
    seen: BTreeMap<String, u16>,
    /// Widths that the person has set.
    pub widths: BTreeMap<String, u16>,
    /// Text that was last searched for.
    pub search: Option<String>,
    find: FindInquiry,
    /// True if the search has gone past the last row, or the first.
    has_wrapped: bool,
    /// True if the selected row was found, and the column with the text is to be selected too.
    is_found: bool,
}

impl RowsView {
    const PAGE: QuestionSlot = QuestionSlot(0);
    const FIND: QuestionSlot = QuestionSlot(1);
}

impl Inquiry for RowsView {
    type Result = Self;

    fn open(&self) -> Vec<(QuestionSlot, Question)> {
        let at = |slot: QuestionSlot, open: Vec<(QuestionSlot, Question)>| {
            open.into_iter().map(move |(_, question)| (slot, question))
        };
        let find = Inquiry::open(&self.find);
        at(Self::PAGE, Inquiry::open(&self.page)).chain(at(Self::FIND, find)).collect()
    }

    fn take(&mut self, slot: QuestionSlot, answer: Result<Answer, EngineError>) {
        match slot {
            Self::PAGE => Inquiry::take(&mut self.page, QuestionSlot(0), answer),
            Self::FIND => Inquiry::take(&mut self.find, QuestionSlot(0), answer),
            _ => {}
        }
    }

    fn result(&self) -> &Self {
        self
    }
}

impl View for RowsView {
    fn name(&self) -> ViewName {
        NAME
    }

    fn keys(&self) -> ViewKeys {
        ViewKeys::Commands(if self.is_in_columns { LIST_KEYS } else { KEYS })
    }

    fn has_inner_step(&self) -> bool {
        self.is_in_columns
    }

    fn opens(&self) -> Option<&'static Binding> {
        Some(&OPENS)
    }

    fn hooks(&self) -> Hooks {
        Hooks {
            renew: handlers::renew,
            arrived: handlers::arrived,
            pressed: handlers::pressed,
            step: handlers::step,
            back: handlers::back,
            ..Hooks::default()
        }
    }

    fn inquiry(&mut self) -> Option<&mut dyn ErasedInquiry> {
        Some(self)
    }

    fn lane(&self) -> Lane {
        Lane::Rows
    }

    fn is_waiting(&self) -> bool {
        self.page.found.is_waiting() || self.find.is_open()
    }

    fn outdate(&mut self) {
        self.page.outdate();
        self.find = FindInquiry::default();
    }

    fn column(&self, state: &State) -> Option<String> {
        state.schema()?.columns().get(self.column).map(|column| column.name.clone())
    }

    fn table(&self, state: &State) -> Option<Table> {
        if self.is_in_columns {
            return state.views.get::<ColumnList>().table(state);
        }
        let page = layout::arranged(self.page.found.answer.clone()?, state);
        Some(Table { title: "Rows".into(), ..Table::from_page(page, &state.settings.mask) })
    }

    fn listings(&self, state: &State) -> Vec<CustomerListing> {
        let count = self.page.found.answer.as_ref().map(|page| format::counted(page.total, "row", "rows"));
        let count = count.unwrap_or_else(|| "rows".into());
        let listing = |label: String, columns: Vec<String>| CustomerListing {
            label,
            file: NAME.to_owned(),
            customers: Ok(state.rule.clone()),
            columns,
            sort: state.query.sort.clone(),
        };
        let all = listing(format!("all {count} of the filter, all columns"), Vec::new());
        match layout::arrangement(state) {
            Some(columns) => vec![listing(format!("all {count} of the filter, columns as shown"), columns), all],
            None => vec![all],
        }
    }

    fn figures(&self) -> &'static [(&'static str, &'static str)] {
        FIGURES
    }

    fn draw(&self, canvas: &mut Canvas, area: Rect, state: &State) {
        draw::draw(canvas, area, self, state);
    }
}
