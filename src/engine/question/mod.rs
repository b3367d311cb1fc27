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

/// A question, complete in itself: an engine needs nothing else to answer it.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    pub body: QuestionBody,
    /// Definition of the column [`crate::model::PERSONA`], wherever the question or one of its rules names it. A column
    /// of the base with this name goes first.
    pub personas: Personas,
    /// True if small counts are suppressed in the answer: groups of the base with nobody in the filter are listed, too, and
    /// sums of a value column come with the largest value of one customer. It costs a pass more.
    pub is_guarded: bool,
}

impl Question {
    /// The same question with these personas behind the column `persona`.
    pub fn with_personas(self, personas: &Personas) -> Self {
        Self { personas: personas.clone(), ..self }
    }

    /// Adds personas like [`Question::with_personas`], unless the question has its own.
    pub fn or_personas(self, personas: &Personas) -> Self {
        if self.personas.is_empty() { self.with_personas(personas) } else { self }
    }
}

/// Pairs each kind of question with the type of its answer: the one place where they are paired.
macro_rules! questions {
    ($($kind:ident: $question:ident => $answer:ty, $word:literal;)*) => {
        /// The content of a question, of each kind.
        #[derive(Debug, Clone, PartialEq)]
        pub enum QuestionBody {
            $($kind($question),)*
        }

        /// The answer to the question of the same name.
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
            pub const ALL: &[QuestionKind] = &[$(QuestionKind::$kind,)*];

            /// The kind in a word or two, for messages.
            pub fn word(self) -> &'static str {
                match self {
                    $(QuestionKind::$kind => $word,)*
                }
            }
        }

        impl QuestionBody {
            pub fn kind(&self) -> QuestionKind {
                match self {
                    $(QuestionBody::$kind(_) => QuestionKind::$kind,)*
                }
            }
        }

        impl Answer {
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

/// Reports an answer of another kind or size, which only an engine with a fault gives.
/// Matches a question that has a filter, and evaluates `$of` with the question as `$question`.
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
    /// Returns the filter; `None` for a question that has none.
    pub fn filter(&self) -> Option<&Checked> {
        filtered!(self, question => &question.filter)
    }

    /// Returns the filter, to be replaced by another.
    pub fn filter_mut(&mut self) -> Option<&mut Checked> {
        filtered!(self, question => &mut question.filter)
    }
}

fn wrong_answer(asked: QuestionKind, answered: QuestionKind) -> EngineError {
    let fault = match asked == answered {
        true => format!("the engine answered with {} of another size than asked for", answered.word()),
        false => format!("the engine answered with {} where it was asked for {}", answered.word(), asked.word()),
    };
    EngineError::Failed(format!("{fault}: a fault of this engine"))
}

/// Says whether an answer has as many parts as its question: what callers count on when they read it by place.
trait Fits<A> {
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

// In all of these `filter` narrows the customers that are counted, and columns are spelled as in the schema.

/// Asks how many customers the filter has, and how much of the `value` column is theirs.
#[derive(Debug, Clone, PartialEq)]
pub struct SummaryQuestion {
    pub filter: Checked,
    pub value: Option<String>,
}

/// Asks how many customers each of many rules holds for, in the filter and in the whole base. The answer is in the order of the
/// rules.
#[derive(Debug, Clone, PartialEq)]
pub struct CountsQuestion {
    pub filter: Checked,
    pub rules: Vec<Checked>,
}

/// Asks how many of the filter's customers are in exactly 0, 1, 2 … of the sets: element k of the answer are those in exactly k,
/// so that it has one element more than there are sets.
#[derive(Debug, Clone, PartialEq)]
pub struct MembershipsQuestion {
    pub filter: Checked,
    pub sets: Vec<Checked>,
}

/// Asks how the sets overlap, the first one before the second and so on: who is in none, in one, in several, and
/// whose first set is which; with sums of the `value` column.
#[derive(Debug, Clone, PartialEq)]
pub struct CoverageQuestion {
    pub filter: Checked,
    pub sets: Vec<Checked>,
    pub value: Option<String>,
}

/// Asks how many customers are in both of every pair of a row's and a column's set.
#[derive(Debug, Clone, PartialEq)]
pub struct OverlapQuestion {
    pub filter: Checked,
    pub rows: Vec<Checked>,
    pub columns: Vec<Checked>,
}

/// The filter's customers by the exact combination of sets that they are in (UpSet), the largest first; with sums of the
/// `value` column.
#[derive(Debug, Clone, PartialEq)]
pub struct CombinationsQuestion {
    pub filter: Checked,
    /// At most 64.
    pub sets: Vec<Checked>,
    pub value: Option<String>,
    /// Maximum number of combinations.
    pub limit: usize,
}

/// The filter's customers by `by`, largest group first, ties by key. A null key is a group of its own.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupsQuestion {
    pub filter: Checked,
    pub by: Vec<Grouping>,
    pub value: Option<String>,
    /// Maximum number of groups.
    pub limit: usize,
}

/// Rows `offset ..` of the filter's customers, in file order or sorted.
#[derive(Debug, Clone, PartialEq)]
pub struct PageQuestion {
    pub filter: Checked,
    /// Empty means all columns of the base.
    pub columns: Vec<String>,
    /// Most important column first; empty means file order.
    pub sort: Vec<Sort>,
    /// Rules whose truth is wanted for each row.
    pub tests: Vec<Checked>,
    pub offset: u64,
    /// Maximum number of rows.
    pub limit: usize,
}

/// Asks for the place of the next row for which `rule` holds: an index among the filter's customers in the order of a
/// page. `None` if there is no such row.
#[derive(Debug, Clone, PartialEq)]
pub struct FindQuestion {
    pub filter: Checked,
    pub rule: Checked,
    pub sort: Vec<Sort>,
    /// Place to begin at; it counts itself.
    pub from: u64,
    /// True to look from there towards the first row.
    pub backwards: bool,
}

/// The values of a column of numbers, dates or timestamps at some shares (0 to 1) of its known values in order.
#[derive(Debug, Clone, PartialEq)]
pub struct QuantilesQuestion {
    pub filter: Checked,
    pub column: String,
    pub shares: Vec<f64>,
}

/// A column's values: how many, which, how they spread; in the filter and in the base.
#[derive(Debug, Clone, PartialEq)]
pub struct ProfileQuestion {
    pub filter: Checked,
    pub column: String,
    /// Maximum number of bins that numbers and dates are counted in; 0 for none.
    pub bins: usize,
}

/// Asks how a column's values differ between the customers of two rules; customers of both are on neither side.
#[derive(Debug, Clone, PartialEq)]
pub struct ContrastQuestion {
    pub inside: Checked,
    /// None means everyone else, those included for whom `inside` is null.
    pub outside: Option<Checked>,
    pub column: String,
    /// Maximum number of values, those whose shares differ most.
    pub limit: usize,
}

/// Asks who speaks in a table beside the base, and how often, by the values of one of its columns (themes, answers), in the
/// filter and in each set within it.
#[derive(Debug, Clone, PartialEq)]
pub struct VoicesQuestion {
    pub table: String,
    pub filter: Checked,
    pub sets: Vec<Checked>,
    /// The table's column; none counts respondents only.
    pub by: Option<String>,
    /// Separator between several values of one cell.
    pub separator: Option<String>,
    /// Maximum number of values, those of the most respondents.
    pub limit: usize,
}

/// Rows of a table beside the base, in file order: those for which `rows` holds and whose customer is in the filter.
#[derive(Debug, Clone, PartialEq)]
pub struct EventsQuestion {
    pub table: String,
    /// A rule over the table's own columns.
    pub rows: Checked,
    pub filter: Checked,
    pub columns: Vec<String>,
    /// Maximum number of rows.
    pub limit: usize,
}

/// The distinct values of a column over the whole base, most frequent first, ties by value; nulls are left out.
#[derive(Debug, Clone, PartialEq)]
pub struct ValuesQuestion {
    pub column: String,
    /// Maximum number of values.
    pub limit: usize,
}

/// A grouping of customers: a column, and how it is cut. The key of a group is the value; the name of the part that
/// break points make; the first day of the period; 1 to 7 for weekdays and 0 to 23 for hours.
#[derive(Debug, Clone, PartialEq)]
pub struct Grouping {
    pub column: String,
    pub cut: Cut,
}

impl<S: Into<String>> From<S> for Grouping {
    fn from(column: S) -> Self {
        Self { column: column.into(), cut: Cut::Values }
    }
}

/// An order of rows; nulls come last either way, equal values stay in file order.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Sort {
    pub column: String,
    pub descending: bool,
}
