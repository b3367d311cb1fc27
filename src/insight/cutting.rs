//! Plans how a segmentation is cut: the questions that its cells need, and the cells from the answers.

use super::settings;
use crate::engine::{
    Answer, EngineError, Personas, QuantilesQuestion, Question, TypedQuestion, ValuesQuestion, WithPersonas,
};
use crate::model::{
    CellCut, CellDefinition, Column, ColumnType, DateUnit, Definitions, Rfm, Schema, Segmentation, is_masked,
};
use crate::rule::Checked;
use crate::rule::cells::{self, ScoredColumn, SegmentationCell};

/// The definitions and settings for cutting segmentations.
#[derive(Debug, Clone, Copy)]
pub struct Cutter<'a> {
    pub definitions: &'a Definitions,
    /// The engine's schema, with the persona column if there is one.
    pub schema: &'a Schema,
    pub personas: &'a Personas,
    /// Columns whose values are not shown.
    pub mask: &'a [String],
}

/// Plan for computing a segmentation's cells from the answers to some questions. Break points are computed over the
/// whole base.
#[derive(Debug, Clone, PartialEq)]
pub enum CutPlan {
    /// Cells that do not depend on the base.
    Known(Vec<SegmentationCell>),
    Values {
        column: Column,
        top: Option<u32>,
        question: WithPersonas<ValuesQuestion>,
    },
    Quantiles(ScorePlan),
    /// A part of the calendar. The question asks for the column's first and last date.
    Part {
        column: Column,
        part: DateUnit,
        question: QuantilesQuestion,
    },
    Cross(Box<[CutPlan; 2]>),
    /// Recency, frequency, monetary value.
    Rfm {
        columns: Box<[ScorePlan; 3]>,
        own: Vec<CellDefinition>,
        scores: u32,
    },
}

/// A column that is cut into equal parts.
#[derive(Debug, Clone, PartialEq)]
pub struct ScorePlan {
    column: Column,
    least_is_best: bool,
    question: QuantilesQuestion,
}

/// Lookup of the answer to a question, `None` while it has none.
pub type AnswerLookup<'a> = dyn Fn(&Question) -> Option<Result<Answer, EngineError>> + 'a;

impl Cutter<'_> {
    /// Plans how a segmentation is cut.
    ///
    /// # Errors
    /// Returns one line on why it cannot be cut.
    pub fn plan(&self, segmentation: &Segmentation) -> Result<CutPlan, String> {
        Ok(match segmentation.cut().map_err(|(_, message)| message)? {
            CellCut::Values { column, top } => {
                let column = self.shown(column)?;
                let limit = top.map_or(cells::MAX_CELLS, |top| top as usize + 1);
                let question = ValuesQuestion { column: column.name.clone(), limit }.with_personas(self.personas);
                CutPlan::Values { column, top, question }
            }
            CellCut::Breaks { column, breaks } => CutPlan::Known(cells::by_breaks(breaks, &self.shown(column)?)?),
            CellCut::Age { column, ages, unit } => CutPlan::Known(cells::by_age(&self.shown(column)?, ages, unit)?),
            CellCut::Quantiles { column, parts } => CutPlan::Quantiles(self.scored(column, parts, false)?),
            CellCut::Part { column, part } if cells::needs_ends(part) => {
                let column = self.shown(column)?;
                let question = quantiles(&column, vec![0.0, 1.0]);
                CutPlan::Part { column, part, question }
            }
            CellCut::Part { column, part } => CutPlan::Known(cells::by_part(&self.shown(column)?, part, &[])?),
            CellCut::Cross { first, second } => {
                CutPlan::Cross(Box::new([self.side(first, segmentation)?, self.side(second, segmentation)?]))
            }
            CellCut::Rfm { rfm, cells } => {
                CutPlan::Rfm { columns: Box::new(self.rfm(rfm)?), own: cells.to_vec(), scores: rfm.scores() }
            }
            CellCut::Cells(own) => {
                let cell =
                    |own: &CellDefinition| Some(SegmentationCell { name: own.name.clone(), rule: own.rule.clone()? });
                CutPlan::Known(own.iter().filter_map(cell).collect())
            }
        })
    }

    fn rfm(&self, rfm: &Rfm) -> Result<[ScorePlan; 3], String> {
        // A later date is better, and so are fewer days since then.
        let recency = self.shown(&rfm.recency)?;
        let is_number = recency.column_type.is_number();
        Ok([
            self.scored(&rfm.recency, rfm.scores(), is_number)?,
            self.scored(&rfm.frequency, rfm.scores(), false)?,
            self.scored(&rfm.monetary, rfm.scores(), false)?,
        ])
    }

    fn scored(&self, column: &str, parts: u32, least_is_best: bool) -> Result<ScorePlan, String> {
        let column = self.shown(column)?;
        let is_ordered = matches!(column.column_type, ColumnType::Date | ColumnType::Timestamp);
        if !is_ordered && !column.column_type.is_number() {
            let is = format!("\"{}\" is {}", column.name, column.column_type);
            return Err(format!("{is}: equal parts need numbers or dates"));
        }
        let question = quantiles(&column, cells::shares(parts));
        Ok(ScorePlan { column, least_is_best, question })
    }

    /// Plans a side of a crossing: a segmentation, or else a column's values.
    fn side(&self, name: &str, crossing: &Segmentation) -> Result<CutPlan, String> {
        let by_value = Segmentation { name: name.into(), column: name.into(), ..Segmentation::default() };
        let named =
            self.definitions.segmentations.iter().find(|other| other.name == name && other.name != crossing.name);
        let side = named.unwrap_or(&by_value);
        if side.cross.is_some() {
            return Err(format!("{name} is crossed itself: cross segmentations that are not"));
        }
        self.plan(side)
    }

    fn column(&self, name: &str) -> Result<Column, String> {
        let name = settings::column(self.schema, name)?;
        self.schema.get(&name).cloned().ok_or_else(|| format!("there is no column \"{name}\""))
    }

    /// Returns the column, if its values may be shown.
    fn shown(&self, name: &str) -> Result<Column, String> {
        let column = self.column(name)?;
        match is_masked(self.mask, &column.name) {
            true => Err(settings::values_not_shown(&column.name)),
            false => Ok(column),
        }
    }
}

impl CutPlan {
    /// Returns all questions of the plan. None of them depends on the answer to another.
    pub fn questions(&self) -> Vec<Question> {
        match self {
            CutPlan::Known(_) => Vec::new(),
            CutPlan::Values { question, .. } => vec![question.question()],
            CutPlan::Quantiles(scored) => vec![scored.question.question()],
            CutPlan::Part { question, .. } => vec![question.question()],
            CutPlan::Cross(sides) => sides.iter().flat_map(CutPlan::questions).collect(),
            CutPlan::Rfm { columns, .. } => columns.iter().map(|scored| scored.question.question()).collect(),
        }
    }

    /// Returns the plans of the scores of recency, frequency and monetary value, in this order; empty if the
    /// segmentation has no scores.
    pub fn scores(&self) -> Vec<CutPlan> {
        match self {
            CutPlan::Rfm { columns, .. } => columns.iter().cloned().map(CutPlan::Quantiles).collect(),
            _ => Vec::new(),
        }
    }

    /// Computes the cells from the answers; returns `None` while an answer is missing.
    ///
    /// # Errors
    /// Returns one line on why there are no cells. It does not depend on the order of the answers.
    pub fn cells(&self, answers: &AnswerLookup) -> Option<Result<Vec<SegmentationCell>, String>> {
        let made = match self {
            CutPlan::Known(cells) => Ok(cells.clone()),
            CutPlan::Values { column, top, question } => {
                let by_values = |values: crate::engine::FrequentValues| {
                    cells::by_values(column, &values.values, values.left_out, *top)
                };
                read(question, answers)?.and_then(by_values)
            }
            CutPlan::Quantiles(plan) => plan.scored(answers)?.and_then(|scored| cells::by_quantiles(&scored)),
            CutPlan::Part { column, part, question } => {
                read(question, answers)?.and_then(|ends| cells::by_part(column, *part, &ends.values))
            }
            CutPlan::Cross(sides) => {
                let [first, second] = sides.each_ref().map(|side| side.cells(answers));
                match (first?, second) {
                    (Err(reason), _) => Err(reason),
                    (Ok(first), second) => second?.and_then(|second| cells::crossed(&first, &second)),
                }
            }
            CutPlan::Rfm { columns, own, scores } => {
                let [recency, frequency, monetary] = columns.each_ref().map(|plan| plan.scored(answers));
                match (recency?, frequency?, monetary?) {
                    (Ok(recency), Ok(frequency), Ok(monetary)) => {
                        cells::by_rfm(&[recency, frequency, monetary], own, *scores)
                    }
                    (Err(reason), ..) | (_, Err(reason), _) | (.., Err(reason)) => Err(reason),
                }
            }
        };
        Some(made)
    }
}

impl ScorePlan {
    fn scored(&self, answers: &AnswerLookup) -> Option<Result<ScoredColumn<'_>, String>> {
        let scored = |quantiles: crate::engine::Quantiles| ScoredColumn {
            column: &self.column,
            breaks: quantiles.values,
            least_is_best: self.least_is_best,
        };
        Some(read(&self.question, answers)?.map(scored))
    }
}

/// Reads the answer to a question as its own type.
fn read<Q: TypedQuestion>(question: &Q, answers: &AnswerLookup) -> Option<Result<Q::Answer, String>> {
    let answer = answers(&question.question())?;
    Some(answer.and_then(|answer| question.read(answer)).map_err(|error| error.to_string()))
}

fn quantiles(column: &Column, shares: Vec<f64>) -> QuantilesQuestion {
    QuantilesQuestion { filter: Checked::everyone(), column: column.name.clone(), shares }
}
