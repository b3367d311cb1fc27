use std::collections::BTreeMap;

use super::super::state::State;
use super::matrix::personas;
use crate::insight::matrix::Named;
use crate::insight::research::{self, Cell, Research, ResearchInquiry, What};
use crate::model::Events;
use crate::rule::Checked;

/// What was asked and said, by persona.
#[derive(Debug, Clone, Default)]
pub struct ResearchView {
    /// The table, by name; the first one if nothing was chosen.
    pub table: Option<String>,
    /// The column whose answers are listed, by table; the themes if nothing was chosen.
    pub by: BTreeMap<String, String>,
    pub figure: Figure,
    pub order: Order,
    /// The chosen line, counted in the order that is shown, and column: 0 are all respondents.
    pub row: usize,
    pub column: usize,
    /// What the chosen line is of: it stays chosen when other lines come.
    pub chosen: Option<What>,
    /// The lines, what the chosen respondents said of the chosen line, and whether they resemble the rest.
    pub asked: ResearchInquiry,
    pub below: Below,
    /// The keys go to what is below.
    pub is_below: bool,
    /// The chosen quote, or difference.
    pub below_row: usize,
}

/// What stands in the cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Figure {
    /// Customers who said it, and their index.
    #[default]
    Respondents,
    /// Of the persona's respondents, and the index.
    Share,
    /// Rows that say it.
    Mentions,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// What most said comes first; numbers in their own order.
    #[default]
    Frequent,
    /// What the chosen persona says more often than others.
    Apart,
}

/// What is shown of the chosen cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Below {
    #[default]
    Quotes,
    Likeness,
}

impl Figure {
    pub fn next(self) -> Self {
        match self {
            Figure::Respondents => Figure::Share,
            Figure::Share => Figure::Mentions,
            Figure::Mentions => Figure::Respondents,
        }
    }
}

impl ResearchView {
    pub fn is_waiting(&self) -> bool {
        // What there is to ask of is known with the first answer.
        self.asked.voices.found.is_waiting() || (self.found().is_some() && self.waits_below())
    }

    pub fn waits_below(&self) -> bool {
        match self.below {
            Below::Quotes => self.asked.quotes.found.is_waiting(),
            Below::Likeness => self.asked.likeness.is_waiting(),
        }
    }

    /// What is asked has changed: what is here is old.
    pub fn outdate(&mut self) {
        self.asked.voices.outdate();
        self.asked.quotes.outdate();
        self.asked.likeness.outdate();
    }

    /// The newest lines.
    pub fn found(&self) -> Option<&Research> {
        self.asked.voices.found.answer.as_ref()
    }

    /// The places of the lines in the order that is shown: all respondents and their mean stay above.
    pub fn places(&self) -> Vec<usize> {
        let Some(found) = self.found() else { return Vec::new() };
        let mut places: Vec<usize> = (0..found.lines.len()).collect();
        if self.order == Order::Apart {
            let cells = found.cells();
            let rank = |place: &usize| match found.lines[*place].what {
                What::Everyone => f64::NEG_INFINITY,
                What::Mean => f64::MIN,
                What::Value(_) => -apart(&cells[*place][self.column.min(cells[*place].len() - 1)]),
            };
            places.sort_by(|a, b| rank(a).total_cmp(&rank(b)));
        }
        places
    }

    /// The chosen line's place.
    pub fn line(&self) -> Option<usize> {
        self.places().get(self.row).copied()
    }

    /// The chosen persona's place among those that are counted; none of all respondents.
    pub fn persona(&self) -> Option<usize> {
        self.column.checked_sub(1)
    }
}

/// What is not known comes last.
fn apart(cell: &Cell) -> f64 {
    cell.index.or(cell.share).unwrap_or(-1.0)
}

/// All research of the study, by name.
pub fn tables(state: &State) -> Vec<&Events> {
    state.schema().map(|schema| research::tables(schema)).unwrap_or_default()
}

/// The chosen table.
pub fn table(state: &State) -> Option<&Events> {
    let tables = tables(state);
    let chosen = state.views.research.table.as_deref();
    tables.iter().find(|table| Some(table.name.as_str()) == chosen).or(tables.first()).copied()
}

/// The column whose answers are listed.
pub fn by<'s>(state: &'s State, table: &'s Events) -> Option<&'s str> {
    let answers = research::answers(table, &state.settings.mask);
    let chosen = state.views.research.by.get(&table.name);
    let chosen = answers.iter().find(|column| Some(&column.name) == chosen);
    chosen.or(answers.first()).map(|column| column.name.as_str())
}

/// The chosen persona; none of all respondents.
pub fn chosen_set(state: &State) -> Option<Named> {
    personas(state).into_iter().nth(state.views.research.persona()?)
}

/// The filter's customers in the chosen persona.
pub fn chosen_rule(state: &State) -> Checked {
    chosen_set(state).map_or_else(|| state.rule.clone(), |(_, rule)| state.rule.and(&rule))
}
