//! Research: survey and interview answers, by persona.

mod draw;
mod frame;
mod handlers;
mod likeness;
mod quotes;
mod table;
mod words;

use std::collections::BTreeMap;

use super::matrix::personas;
use crate::insight::inquiry::ErasedInquiry;
use crate::insight::matrix::NamedSet;
use crate::insight::research::{self, LineSubject, ResearchCell, ResearchInquiry, ResearchTable};
use crate::insight::table::Table;
use crate::model::Events;
use crate::rule::Checked;
use crate::tui::core::binding::until_loaded;
use crate::tui::core::{Binding, BindingSection, Hooks, State, View, ViewKeys, ViewName};
use crate::tui::paint::canvas::{Canvas, Rect};

/// Name by which the state and other views refer to this view.
pub const NAME: ViewName = "research";

const OPENS: Binding =
    super::opening(NAME, &["R"], "respondents, themes and quotes of surveys and interviews, by persona", |state| {
        super::switch(state, NAME)
    })
    .synonyms(&["survey", "interview", "quotes", "themes"]);

const KEYS: &[BindingSection] = &[BindingSection::new(
    "Research",
    &[
        Binding::new("sets", &["t"], "go to the next survey or interviews", handlers::next_table).hint("next survey"),
        Binding::new("by", &["b"], "list the answers of another column", handlers::pick).hint("answers"),
        Binding::new(
            "toggle",
            &["space"],
            "below: quotes on the selected line, or how well the respondents represent the persona",
            handlers::toggle_below,
        )
        .hint("quotes/respondents")
        .disabled(until_loaded),
        Binding::new("next-pane", &["tab"], "go to the part below, or back", handlers::other_part)
            .hint("switch part")
            .moves(),
        Binding::new("figure", &["v"], "change the figure shown", handlers::figure).hint("figure"),
        Binding::new("enter", &["enter"], "narrow the filter to the respondents of the cell", handlers::enter)
            .hint("filter")
            .disabled(until_loaded),
        Binding::new(
            "order",
            &["o"],
            "most frequent answers first, or those that set the persona apart",
            handlers::reorder,
        )
        .hint("order"),
        Binding::new("previous-pane", &["shift-tab"], "go to the other part", handlers::other_part).moves(),
        Binding::new("left", &["h", "left"], "go to the column on the left", handlers::left).moves(),
        Binding::new("right", &["l", "right"], "go to the column on the right", handlers::right).moves(),
        Binding::new("copy-line", &["Y"], "copy the cell as a rule", handlers::copy).synonyms(&["copy", "yank"]),
    ],
)];

/// Survey and interview answers, by persona.
#[derive(Debug, Clone, Default)]
pub struct ResearchView {
    /// Name of the table; `None` for the first one.
    pub table: Option<String>,
    /// Column whose answers are listed, by table. A table without an entry lists its themes.
    pub by: BTreeMap<String, String>,
    /// Figure in the cells.
    pub figure: ResearchFigure,
    /// Order of the lines.
    pub order: ResearchOrder,
    /// Selected line, in the order shown, and selected column; column 0 is all respondents.
    pub row: usize,
    pub column: usize,
    /// Subject of the selected line: it stays selected when other lines arrive.
    pub chosen: Option<LineSubject>,
    /// Questions for the lines, for the selected respondents' quotes on the selected line, and for how they differ
    /// from the rest.
    pub asked: ResearchInquiry,
    /// Content of the lower part.
    pub below: DetailContent,
    /// True if the lower pane has the focus.
    pub is_below: bool,
    /// Index of the selected quote or difference.
    pub below_row: usize,
}

/// Figure shown in the cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ResearchFigure {
    /// Customers who said it, and their index.
    #[default]
    Respondents,
    /// Share of the persona's respondents, and the index.
    Share,
    /// Rows that say it.
    Mentions,
}

/// Order of the answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ResearchOrder {
    /// Most frequent answers first; numbers in numeric order.
    #[default]
    Frequent,
    /// Answers that the selected persona gives more often than others come first.
    Apart,
}

/// Content shown below, about the selected cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DetailContent {
    #[default]
    Quotes,
    Likeness,
}

/// Part of the view that the mouse can be pressed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResearchPlace {
    /// The heading of a column.
    Heading(usize),
    /// A line of the answers, and the column, if the place is in one.
    Cell(usize, Option<usize>),
    /// The lower part, and its line, if there is one.
    Below(Option<usize>),
}

impl ResearchFigure {
    pub fn next(self) -> Self {
        match self {
            ResearchFigure::Respondents => ResearchFigure::Share,
            ResearchFigure::Share => ResearchFigure::Mentions,
            ResearchFigure::Mentions => ResearchFigure::Respondents,
        }
    }
}

/// Figures of the view, each in a sentence.
const FIGURES: &[(&str, &str)] = &[
    ("respondents", "customers who said it, in the survey or interviews; one customer counts once"),
    ("mentions", "rows that say it; one customer may say it more than once"),
    ("index", "100 is average: the persona's share against all respondents' share"),
    ("likeness", "respondents resemble the persona if no column differs by an SMD of 0.2 or more"),
];

impl View for ResearchView {
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
        Hooks {
            renew: handlers::renew,
            arrived: handlers::arrived,
            pressed: handlers::pressed,
            step: handlers::step,
            stopped: handlers::stop,
            ..Hooks::default()
        }
    }

    fn inquiry(&mut self) -> Option<&mut dyn ErasedInquiry> {
        Some(&mut self.asked)
    }

    fn is_waiting(&self) -> bool {
        // The questions about the lower part depend on the first answer.
        self.asked.voices.found.is_waiting() || (self.found().is_some() && self.waits_below())
    }

    /// Marks everything as outdated: the query has changed.
    fn outdate(&mut self) {
        self.asked.voices.outdate();
        self.asked.quotes.outdate();
        self.asked.likeness.outdate();
    }

    fn figures(&self) -> &'static [(&'static str, &'static str)] {
        FIGURES
    }

    fn table(&self, state: &State) -> Option<Table> {
        match (self.is_below, self.below) {
            (false, _) => table::table(state),
            (true, DetailContent::Quotes) => quotes::table(state),
            (true, DetailContent::Likeness) => Some(likeness::table(state)),
        }
    }

    fn draw(&self, canvas: &mut Canvas, area: Rect, state: &State) {
        draw::draw(canvas, area, state);
    }
}

impl ResearchView {
    /// Returns true while the lower part waits for an answer.
    pub fn waits_below(&self) -> bool {
        match self.below {
            DetailContent::Quotes => self.asked.quotes.found.is_waiting(),
            DetailContent::Likeness => self.asked.likeness.is_waiting(),
        }
    }

    /// Returns the newest lines.
    pub fn found(&self) -> Option<&ResearchTable> {
        self.asked.voices.found.answer.as_ref()
    }

    /// Returns the indexes of the lines in the order shown: all respondents and their mean stay on top.
    pub fn places(&self) -> Vec<usize> {
        let Some(found) = self.found() else { return Vec::new() };
        let mut places: Vec<usize> = (0..found.lines.len()).collect();
        if self.order == ResearchOrder::Apart {
            let cells = found.cells();
            let rank = |place: &usize| match found.lines[*place].what {
                LineSubject::Everyone => f64::NEG_INFINITY,
                LineSubject::Mean => f64::MIN,
                LineSubject::Value(_) => -apart(&cells[*place][self.column.min(cells[*place].len() - 1)]),
            };
            places.sort_by(|a, b| rank(a).total_cmp(&rank(b)));
        }
        places
    }

    /// Returns the index of the selected line.
    pub fn line(&self) -> Option<usize> {
        self.places().get(self.row).copied()
    }

    /// Returns the index of the selected persona among those counted; `None` for all respondents.
    pub fn persona(&self) -> Option<usize> {
        self.column.checked_sub(1)
    }
}

/// Returns how far a cell stands apart. Unknown ones come last.
fn apart(cell: &ResearchCell) -> f64 {
    cell.index.or(cell.share).unwrap_or(-1.0)
}

/// Returns all research tables of the study, by name.
pub fn tables(state: &State) -> Vec<&Events> {
    state.schema().map(|schema| research::tables(schema)).unwrap_or_default()
}

/// Returns the selected table.
pub fn table(state: &State) -> Option<&Events> {
    let tables = tables(state);
    let chosen = state.views.get::<ResearchView>().table.as_deref();
    tables.iter().find(|table| Some(table.name.as_str()) == chosen).or(tables.first()).copied()
}

/// Returns the column whose answers are listed.
pub fn by<'s>(state: &'s State, table: &'s Events) -> Option<&'s str> {
    let answers = research::answers(table, &state.settings.mask);
    let chosen = state.views.get::<ResearchView>().by.get(&table.name);
    let chosen = answers.iter().find(|column| Some(&column.name) == chosen);
    chosen.or(answers.first()).map(|column| column.name.as_str())
}

/// Returns the selected persona; `None` for all respondents.
pub fn chosen_set(state: &State) -> Option<NamedSet> {
    personas(state).into_iter().nth(state.views.get::<ResearchView>().persona()?)
}

/// Returns the rule for the filter's customers in the selected persona.
pub fn chosen_rule(state: &State) -> Checked {
    chosen_set(state).map_or_else(|| state.rule.clone(), |(_, rule)| state.rule.and(&rule))
}
