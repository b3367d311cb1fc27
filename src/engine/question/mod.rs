//! Questions to an engine, one type per kind.

mod typed;

use serde::{Deserialize, Serialize};

pub use typed::{TypedQuestion, WithPersonas};

use crate::engine::answer::{
    ColumnProfile, Combinations, Contrast, CustomerCount, EventRows, FrequentValues, GroupAnswer, Layer,
    LayeredOverlap, Overlap, Quantiles, RowPage, Summary, Voices,
};
use crate::engine::{EngineError, Personas};
use crate::model::Cut;
use crate::rule::Checked;

/// A question with everything that an engine needs to answer it.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// Kind of the question with its parameters.
    pub body: QuestionBody,
    /// Definition of the column [`crate::model::PERSONA`] for the question and its rules. A column of the base with
    /// this name takes precedence.
    pub personas: Personas,
    /// True if the caller suppresses small counts. The answer then also has what suppression needs: groups without
    /// customers in the filter, and the largest value of one customer with each sum. It costs one more pass over the
    /// base.
    pub is_guarded: bool,
}

impl Question {
    /// Returns the question with these personas as the definition of the column `persona`.
    pub fn with_personas(self, personas: &Personas) -> Self {
        Self { personas: personas.clone(), ..self }
    }

    /// Returns the question with these personas, unless it already has personas of its own.
    pub fn or_personas(self, personas: &Personas) -> Self {
        if self.personas.is_empty() { self.with_personas(personas) } else { self }
    }
}

/// Declares the kinds of questions, each with its type of answer and its name for messages.
macro_rules! questions {
    ($($kind:ident: $question:ident => $answer:ty, $word:literal;)*) => {
        /// Content of a question, by its kind.
        #[derive(Debug, Clone, PartialEq)]
        pub enum QuestionBody {
            $($kind($question),)*
        }

        /// Answer to a question, by the question's kind.
        #[derive(Debug, Clone, PartialEq)]
        pub enum Answer {
            $($kind($answer),)*
        }

        /// A kind of question.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum QuestionKind {
            $($kind,)*
        }

        impl QuestionKind {
            /// All kinds.
            pub const ALL: &[QuestionKind] = &[$(QuestionKind::$kind,)*];

            /// Returns the kind's name for messages, such as `a summary`.
            pub fn word(self) -> &'static str {
                match self {
                    $(QuestionKind::$kind => $word,)*
                }
            }
        }

        impl QuestionBody {
            /// Returns the question's kind.
            pub fn kind(&self) -> QuestionKind {
                match self {
                    $(QuestionBody::$kind(_) => QuestionKind::$kind,)*
                }
            }
        }

        impl Answer {
            /// Returns the kind of question that this answers.
            pub fn kind(&self) -> QuestionKind {
                match self {
                    $(Answer::$kind(_) => QuestionKind::$kind,)*
                }
            }
        }

        $(
            impl From<$question> for Question {
                fn from(question: $question) -> Self {
                    Question {
                        body: QuestionBody::$kind(question),
                        personas: Personas::default(),
                        is_guarded: false,
                    }
                }
            }

            impl TypedQuestion for $question {
                type Answer = $answer;

                fn question(&self) -> Question {
                    self.clone().into()
                }

                fn read(&self, answer: Answer) -> Result<Self::Answer, EngineError> {
                    match answer {
                        Answer::$kind(answer) if self.fits(&answer) => Ok(answer),
                        other => Err(wrong_answer(QuestionKind::$kind, other.kind())),
                    }
                }
            }
        )*
    };
}

questions! {
    Summary: SummaryQuestion => Summary, "a summary";
    Counts: CountsQuestion => Vec<CustomerCount>, "counts";
    Memberships: MembershipsQuestion => Vec<u64>, "memberships";
    Coverage: CoverageQuestion => LayeredOverlap, "coverage";
    Overlap: OverlapQuestion => Overlap, "an overlap";
    Combinations: CombinationsQuestion => Combinations, "combinations";
    Groups: GroupsQuestion => GroupAnswer, "groups";
    Page: PageQuestion => RowPage, "a page of rows";
    Find: FindQuestion => Option<u64>, "the place of a row";
    Quantiles: QuantilesQuestion => Quantiles, "quantiles";
    Profile: ProfileQuestion => Box<ColumnProfile>, "a profile";
    Contrast: ContrastQuestion => Contrast, "a contrast";
    Voices: VoicesQuestion => Voices, "voices";
    Events: EventsQuestion => EventRows, "rows of a table";
    Values: ValuesQuestion => FrequentValues, "values";
}

/// Matches a question that has a filter, and evaluates `$of` with the question bound to `$question`.
macro_rules! filtered {
    ($body:expr, $question:ident => $of:expr) => {
        match $body {
            QuestionBody::Summary($question) => Some($of),
            QuestionBody::Counts($question) => Some($of),
            QuestionBody::Memberships($question) => Some($of),
            QuestionBody::Coverage($question) => Some($of),
            QuestionBody::Overlap($question) => Some($of),
            QuestionBody::Combinations($question) => Some($of),
            QuestionBody::Groups($question) => Some($of),
            QuestionBody::Page($question) => Some($of),
            QuestionBody::Find($question) => Some($of),
            QuestionBody::Quantiles($question) => Some($of),
            QuestionBody::Profile($question) => Some($of),
            QuestionBody::Voices($question) => Some($of),
            QuestionBody::Events($question) => Some($of),
            QuestionBody::Contrast(_) | QuestionBody::Values(_) => None,
        }
    };
}

impl QuestionBody {
    /// Returns the question's filter; `None` if its kind has none.
    pub fn filter(&self) -> Option<&Checked> {
        filtered!(self, question => &question.filter)
    }

    /// Returns the question's filter for replacement; `None` if its kind has none.
    pub fn filter_mut(&mut self) -> Option<&mut Checked> {
        filtered!(self, question => &mut question.filter)
    }
}

/// Returns the error for an answer of another kind or size: a bug of the engine.
fn wrong_answer(asked: QuestionKind, answered: QuestionKind) -> EngineError {
    let fault = match asked == answered {
        true => format!("the engine answered with {} of another size than asked for", answered.word()),
        false => format!("the engine answered with {} where it was asked for {}", answered.word(), asked.word()),
    };
    EngineError::Failed(format!("{fault}: internal error, please report"))
}

/// Checks the size of an answer. Callers read answers by index, and rely on one element for each element of the
/// question.
trait Fits<A> {
    /// Returns true if the answer has all elements. Answers without elements always fit.
    fn fits(&self, _answer: &A) -> bool {
        true
    }
}

impl Fits<Summary> for SummaryQuestion {}
impl Fits<Combinations> for CombinationsQuestion {}
impl Fits<GroupAnswer> for GroupsQuestion {}
impl Fits<Option<u64>> for FindQuestion {}
impl Fits<Box<ColumnProfile>> for ProfileQuestion {}
impl Fits<Contrast> for ContrastQuestion {}
impl Fits<EventRows> for EventsQuestion {}
impl Fits<FrequentValues> for ValuesQuestion {}

impl Fits<Vec<CustomerCount>> for CountsQuestion {
    fn fits(&self, counts: &Vec<CustomerCount>) -> bool {
        counts.len() == self.rules.len()
    }
}

impl Fits<Vec<u64>> for MembershipsQuestion {
    fn fits(&self, numbers: &Vec<u64>) -> bool {
        numbers.len() == self.sets.len() + 1
    }
}

impl Fits<LayeredOverlap> for CoverageQuestion {
    fn fits(&self, coverage: &LayeredOverlap) -> bool {
        let before = |(at, layer): (usize, &Layer)| layer.lost.len() == at && layer.both.len() == at;
        coverage.layers.len() == self.sets.len() && coverage.layers.iter().enumerate().all(before)
    }
}

impl Fits<RowPage> for PageQuestion {
    fn fits(&self, page: &RowPage) -> bool {
        page.tests.len() == self.tests.len() && page.tests.iter().all(|truths| truths.len() == page.rows.len())
    }
}

impl Fits<Overlap> for OverlapQuestion {
    fn fits(&self, overlap: &Overlap) -> bool {
        let (rows, columns) = (self.rows.len(), self.columns.len());
        let is_full = overlap.both.len() == rows && overlap.both.iter().all(|row| row.len() == columns);
        overlap.rows.len() == rows && overlap.columns.len() == columns && is_full
    }
}

impl Fits<Quantiles> for QuantilesQuestion {
    fn fits(&self, quantiles: &Quantiles) -> bool {
        quantiles.values.len() == self.shares.len()
    }
}

impl Fits<Voices> for VoicesQuestion {
    fn fits(&self, voices: &Voices) -> bool {
        let columns = self.sets.len() + 1;
        let is_full = voices.values.iter().all(|(_, heard)| heard.len() == columns);
        voices.customers.len() == columns && voices.all.len() == columns && is_full
    }
}

// In each question, `filter` restricts the customers that are counted. Columns are spelled as in the schema. `value`
// is the column that is summed, if any.

/// Asks for the number of the filter's customers, and for sums of the `value` column.
#[derive(Debug, Clone, PartialEq)]
pub struct SummaryQuestion {
    pub filter: Checked,
    /// Column that is summed; `None` for counts alone.
    pub value: Option<String>,
}

/// Asks for the number of customers for whom each rule is true, in the filter and in the whole base. The answer has one
/// count per rule.
#[derive(Debug, Clone, PartialEq)]
pub struct CountsQuestion {
    pub filter: Checked,
    pub rules: Vec<Checked>,
}

/// Asks for the number of the filter's customers who are in exactly k of the sets, for each k from 0 to the number of
/// sets. The answer has one element per k.
#[derive(Debug, Clone, PartialEq)]
pub struct MembershipsQuestion {
    pub filter: Checked,
    pub sets: Vec<Checked>,
}

/// Asks how many of the filter's customers are in none, in one or in several of the sets, and which set is each
/// customer's first, with sums of the `value` column. The order of the sets is their priority.
#[derive(Debug, Clone, PartialEq)]
pub struct CoverageQuestion {
    pub filter: Checked,
    pub sets: Vec<Checked>,
    pub value: Option<String>,
}

/// Asks for the number of customers in both sets, for each pair of a row's set and a column's set.
#[derive(Debug, Clone, PartialEq)]
pub struct OverlapQuestion {
    pub filter: Checked,
    pub rows: Vec<Checked>,
    pub columns: Vec<Checked>,
}

/// Asks for the filter's customers by the exact combination of sets that they are in (as in an UpSet plot), with sums
/// of the `value` column. The largest combinations come first.
#[derive(Debug, Clone, PartialEq)]
pub struct CombinationsQuestion {
    pub filter: Checked,
    /// Sets to combine, at most 64.
    pub sets: Vec<Checked>,
    pub value: Option<String>,
    /// Maximum number of combinations.
    pub limit: usize,
}

/// Asks for the filter's customers by the values of the columns `by`. The largest groups come first; ties are in the
/// order of their keys. Null is a group of its own.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupsQuestion {
    pub filter: Checked,
    /// Columns whose values, or cuts of values, form the groups.
    pub by: Vec<Grouping>,
    pub value: Option<String>,
    /// Maximum number of groups.
    pub limit: usize,
}

/// Asks for some rows of the filter's customers, in file order or sorted.
#[derive(Debug, Clone, PartialEq)]
pub struct PageQuestion {
    pub filter: Checked,
    /// Columns of the rows; empty for all columns of the base.
    pub columns: Vec<String>,
    /// Columns to sort by, the most important first; empty for file order.
    pub sort: Vec<Sort>,
    /// Rules to evaluate for each row.
    pub tests: Vec<Checked>,
    /// Number of rows to skip.
    pub offset: u64,
    /// Maximum number of rows.
    pub limit: usize,
}

/// Asks for the index of the next row for which `rule` is true, among the filter's customers in the order of `sort`.
/// The answer is `None` if no row is left.
#[derive(Debug, Clone, PartialEq)]
pub struct FindQuestion {
    pub filter: Checked,
    /// Rule that the row must satisfy.
    pub rule: Checked,
    pub sort: Vec<Sort>,
    /// Index of the first row to check.
    pub from: u64,
    /// True to search towards the first row.
    pub backwards: bool,
}

/// Asks for quantiles of a column of numbers, dates or timestamps. Each share is from 0 to 1.
#[derive(Debug, Clone, PartialEq)]
pub struct QuantilesQuestion {
    pub filter: Checked,
    pub column: String,
    /// Shares of the values that are at or below the quantiles: 0.5 asks for the median.
    pub shares: Vec<f64>,
}

/// Asks for the values of a column in the filter and in the base: their number, distribution and most frequent ones.
#[derive(Debug, Clone, PartialEq)]
pub struct ProfileQuestion {
    pub filter: Checked,
    pub column: String,
    /// Maximum number of bins for numbers and dates; 0 for no bins.
    pub bins: usize,
}

/// Asks how the values of a column differ between the customers of two rules. Customers of both rules are not
/// counted.
#[derive(Debug, Clone, PartialEq)]
pub struct ContrastQuestion {
    /// Rule of the first side.
    pub inside: Checked,
    /// Rule of the other side; `None` for all customers for whom `inside` is false or null.
    pub outside: Option<Checked>,
    pub column: String,
    /// Maximum number of values in the answer: those whose shares differ most.
    pub limit: usize,
}

/// Asks for respondents and mentions in a table of research, by the values of one of its columns (such as themes or
/// answers), in the filter and in each set within it.
#[derive(Debug, Clone, PartialEq)]
pub struct VoicesQuestion {
    pub table: String,
    pub filter: Checked,
    /// Sets whose respondents and mentions are counted separately.
    pub sets: Vec<Checked>,
    /// Column of the table whose values are counted; `None` to count respondents only.
    pub by: Option<String>,
    /// Separator between the values of one cell, if a cell can contain several.
    pub separator: Option<String>,
    /// Maximum number of values in the answer: those with the most respondents.
    pub limit: usize,
}

/// Asks for rows of a table beside the base, in file order.
#[derive(Debug, Clone, PartialEq)]
pub struct EventsQuestion {
    pub table: String,
    /// Rule over the table's own columns that a row must satisfy. Its customer must be in the filter.
    pub rows: Checked,
    /// Rule over the base that the row's customer must satisfy.
    pub filter: Checked,
    /// Columns of the table that are returned.
    pub columns: Vec<String>,
    /// Maximum number of rows.
    pub limit: usize,
}

/// Asks for the distinct values of a column over the whole base, without null. The most frequent come first; ties are
/// in the order of the values.
#[derive(Debug, Clone, PartialEq)]
pub struct ValuesQuestion {
    pub column: String,
    /// Maximum number of values.
    pub limit: usize,
}

/// A column to group customers by.
///
/// The key of a group depends on the cut: it is the value itself; the name of a part between break points; the first
/// day of a period; 1 to 7 for weekdays; or 0 to 23 for hours.
#[derive(Debug, Clone, PartialEq)]
pub struct Grouping {
    pub column: String,
    /// Way in which the column's values are combined to groups.
    pub cut: Cut,
}

impl<S: Into<String>> From<S> for Grouping {
    fn from(column: S) -> Self {
        Self { column: column.into(), cut: Cut::Values }
    }
}

/// A column to sort rows by. Nulls come last in both directions, and rows with equal values stay in file order.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Sort {
    pub column: String,
    pub descending: bool,
}
