use std::collections::BTreeMap;

use super::super::answers::Pending;
use super::super::state::State;
use super::matrix::personas;
use crate::engine::Contrast;
use crate::insight::matrix::Named;
use crate::insight::research::{self, Cell, Likeness, Plan, Quotes, Research, What, Withheld};
use crate::model::{ColumnType, Events};
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
    pub found: Pending<Research>,
    /// What the newest question is about.
    pub plan: Plan,
    pub below: Below,
    /// The keys go to what is below.
    pub is_below: bool,
    /// The chosen quote, or difference.
    pub below_row: usize,
    /// What the chosen respondents said of the chosen line.
    pub quotes: Pending<Result<Quotes, Withheld>>,
    pub likeness: LikenessOf,
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

/// Whether the chosen persona's respondents resemble the rest of its audience: one answer a column of the base.
#[derive(Debug, Clone, Default)]
pub struct LikenessOf {
    /// The table and the persona that the answers are about; none of all respondents.
    pub of: (String, Option<String>),
    pub columns: Vec<(String, ColumnType)>,
    pub contrasts: Vec<Pending<Contrast>>,
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
        self.found.is_waiting() || (self.found.answer.is_some() && self.waits_below())
    }

    pub fn waits_below(&self) -> bool {
        match self.below {
            Below::Quotes => self.quotes.is_waiting(),
            Below::Likeness => self.likeness.contrasts.iter().any(Pending::is_waiting),
        }
    }

    /// What is asked has changed: what is here is old.
    pub fn outdate(&mut self) {
        self.found.outdate();
        self.outdate_below();
    }

    pub fn outdate_below(&mut self) {
        self.quotes.outdate();
        self.likeness.contrasts.iter_mut().for_each(Pending::outdate);
    }

    /// The places of the lines in the order that is shown: all respondents and their mean stay above.
    pub fn places(&self) -> Vec<usize> {
        let Some(found) = &self.found.answer else { return Vec::new() };
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

impl LikenessOf {
    /// What is known so far.
    pub fn read(&self, min_cell: u64) -> Option<Likeness> {
        let answers = self.contrasts.iter().zip(&self.columns);
        Likeness::of(answers.filter_map(|(one, (_, kind))| Some((one.answer.as_ref()?, *kind))), min_cell)
    }

    pub fn error(&self) -> Option<&str> {
        self.contrasts.iter().find_map(|one| one.error.as_deref())
    }

    pub fn is_fresh(&self) -> bool {
        self.contrasts.iter().all(|one| one.fresh)
    }

    /// Columns answered so far.
    pub fn done(&self) -> usize {
        self.contrasts.iter().filter(|one| !one.is_waiting()).count()
    }
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
