//! The builder of segmentations: what a person types, and the cells that it makes.

use std::sync::Mutex;

use tui_input::Input;

use super::super::answers::Pending;
use super::super::picker::Picker;
use crate::engine::{Answer, Cancel, Count, Engine, EngineError, Profile, Question};
use crate::insight::cutting::Cutter;
use crate::model::{AgeUnit, Column, ColumnType, DatePart, Definitions, Kind, Rfm, Schema, Segmentation};
use crate::rule::cells::Cell;

/// The builder of segmentations.
#[derive(Debug, Clone)]
pub struct Builder {
    /// While the column is picked.
    pub picker: Option<Picker>,
    /// Empty where several columns are cut.
    pub column: String,
    /// What the column holds, in the filter and in the base.
    pub profile: Option<Profile>,
    /// The ways to cut that fit the column.
    pub hows: Vec<How>,
    pub how: usize,
    pub parameter: Input,
    pub name: Input,
    pub kind: Kind,
    pub note: Input,
    pub field: BuilderField,
    /// What the base has said so far.
    pub known: Vec<(Question, Answer)>,
    /// What the base is asked for the cells.
    pub asked: Option<Question>,
    /// Waiting for the base while it is none.
    pub cells: Option<Result<Vec<Cell>, String>>,
    /// Cell by cell, in the filter; the last is the filter itself.
    pub counts: Pending<Vec<Count>>,
    /// Of the cells, element k: in exactly k of them.
    pub problem: Option<String>,
    pub saving: bool,
}

/// A way to cut, as the builder offers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    Values,
    Breaks,
    Quantiles,
    Part,
    Age,
    Cross,
    Rfm,
}

impl How {
    pub fn of(column: ColumnType) -> Vec<How> {
        match column {
            ColumnType::Date | ColumnType::Timestamp => vec![How::Part, How::Age, How::Quantiles, How::Values],
            other if other.is_number() => vec![How::Quantiles, How::Breaks, How::Values],
            _ => vec![How::Values],
        }
    }

    pub fn word(self) -> &'static str {
        match self {
            How::Values => "by value",
            How::Breaks => "break points",
            How::Quantiles => "equal parts",
            How::Part => "calendar",
            How::Age => "age",
            How::Cross => "cross",
            How::Rfm => "RFM",
        }
    }

    /// What is to be typed.
    pub fn hint(self) -> &'static str {
        match self {
            How::Values => "how many of the most frequent; nothing for all",
            How::Breaks => "ascending numbers, such as 25, 35, 50",
            How::Quantiles => "how many parts, such as 4",
            How::Part => "year, quarter, month, week, weekday or hour",
            How::Age => "ascending, with a unit: 30, 90 days",
            How::Cross => "two segmentations or columns: plan, age",
            How::Rfm => "recency, frequency, money: three columns",
        }
    }

    fn first_parameter(self) -> &'static str {
        match self {
            How::Quantiles => "4",
            How::Part => "month",
            How::Age => "30, 90, 180 days",
            _ => "",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BuilderField {
    How,
    Parameter,
    Name,
    Kind,
    Note,
}

impl BuilderField {
    pub const ALL: [BuilderField; 5] =
        [BuilderField::How, BuilderField::Parameter, BuilderField::Name, BuilderField::Kind, BuilderField::Note];

    pub fn step(self, by: isize) -> BuilderField {
        let at = Self::ALL.iter().position(|field| *field == self).unwrap_or(0);
        Self::ALL[(at as isize + by).rem_euclid(Self::ALL.len() as isize) as usize]
    }

    pub fn word(self) -> &'static str {
        match self {
            BuilderField::How => "cut",
            BuilderField::Parameter => "at",
            BuilderField::Name => "name",
            BuilderField::Kind => "kind",
            BuilderField::Note => "note",
        }
    }
}

impl Builder {
    pub fn new(picker: Picker) -> Self {
        Self {
            picker: Some(picker),
            column: String::new(),
            profile: None,
            hows: vec![How::Values],
            how: 0,
            parameter: Input::default(),
            name: Input::default(),
            kind: Kind::Behaviour,
            note: Input::default(),
            field: BuilderField::How,
            known: Vec::new(),
            asked: None,
            cells: None,
            counts: Pending::default(),
            problem: None,
            saving: false,
        }
    }

    /// The column is picked; or no column, for a cut of several.
    pub fn start(&mut self, column: Option<&Column>, hows: Vec<How>, name: String) {
        self.picker = None;
        self.column = column.map(|column| column.name.clone()).unwrap_or_default();
        (self.hows, self.how) = (hows, 0);
        self.name = Input::new(name);
        self.parameter = Input::new(self.chosen().first_parameter().into());
        self.field = if self.hows.len() > 1 { BuilderField::How } else { BuilderField::Parameter };
        self.changed();
    }

    pub fn chosen(&self) -> How {
        self.hows.get(self.how).copied().unwrap_or(How::Values)
    }

    pub fn step_how(&mut self, by: isize) {
        let count = self.hows.len().max(1) as isize;
        self.how = (self.how as isize + by).rem_euclid(count) as usize;
        self.parameter = Input::new(self.chosen().first_parameter().into());
        self.changed();
    }

    pub fn step_kind(&mut self, by: isize) {
        let at = Kind::ALL.iter().position(|kind| *kind == self.kind).unwrap_or(0);
        self.kind = Kind::ALL[(at as isize + by).rem_euclid(Kind::ALL.len() as isize) as usize];
    }

    pub fn input_mut(&mut self) -> Option<&mut Input> {
        match self.field {
            BuilderField::Parameter => Some(&mut self.parameter),
            BuilderField::Name => Some(&mut self.name),
            BuilderField::Note => Some(&mut self.note),
            BuilderField::How | BuilderField::Kind => None,
        }
    }

    pub fn is_waiting(&self) -> bool {
        self.picker.is_none() && (self.cells.is_none() || matches!(self.cells, Some(Ok(_))) && self.counts.is_waiting())
    }

    /// What is asked has changed: what is here is old.
    pub fn outdate(&mut self) {
        self.counts.outdate();
        self.asked = None;
    }

    /// Other cells are wanted.
    pub fn changed(&mut self) {
        (self.cells, self.asked, self.problem) = (None, None, None);
        self.counts = Pending::default();
    }

    /// What is typed, as a segmentation.
    ///
    /// # Errors
    /// One line that says what to type.
    pub fn segmentation(&self) -> Result<Segmentation, String> {
        let note = self.note.value().trim();
        let plain = Segmentation {
            name: self.name.value().trim().to_owned(),
            kind: Some(self.kind),
            column: self.column.clone(),
            note: (!note.is_empty()).then(|| note.to_owned()),
            ..Segmentation::default()
        };
        let how = self.chosen();
        let hint = || how.hint().to_owned();
        let text = self.parameter.value().trim();
        let parts: Vec<String> =
            text.split(',').map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect();
        let whole = || text.parse::<u32>().map_err(|_| hint());
        let cut = match how {
            How::Values if text.is_empty() => plain,
            How::Values => Segmentation { top: Some(whole()?), ..plain },
            How::Quantiles => Segmentation { quantiles: Some(whole()?), ..plain },
            How::Breaks => {
                let breaks: Result<Vec<f64>, _> = parts.iter().map(|part| part.parse::<f64>()).collect();
                Segmentation { breaks: Some(breaks.map_err(|_| hint())?), ..plain }
            }
            How::Part => {
                let part = DatePart::ALL.into_iter().find(|part| part.word() == text).ok_or_else(hint)?;
                Segmentation { part: Some(part), ..plain }
            }
            How::Age => aged(text, plain).ok_or_else(hint)?,
            How::Cross => Segmentation { cross: Some(parts), ..plain },
            How::Rfm => {
                let [recency, frequency, monetary] = &parts[..] else { return Err(hint()) };
                let (recency, frequency, monetary) = (recency.clone(), frequency.clone(), monetary.clone());
                Segmentation { rfm: Some(Rfm { recency, frequency, monetary, scores: None }), ..plain }
            }
        };
        cut.cut().map(|_| ()).map_err(|(_, message)| message)?;
        Ok(cut)
    }

    /// Makes the cells of what is known; what is not known yet is to be asked.
    pub fn cut(&mut self, definitions: &Definitions, schema: &Schema, mask: &[String]) {
        let segmentation = match self.segmentation() {
            Ok(segmentation) => segmentation,
            Err(hint) => return self.cells = Some(Err(hint)),
        };
        let known = Known { schema, answers: &self.known, missing: Mutex::new(None) };
        let cutter = Cutter { definitions, engine: &known, mask, cancel: &Cancel::new() };
        let cells = cutter.cells(&segmentation);
        let missing = known.missing.into_inner().unwrap_or_default();
        self.cells = match cells {
            Ok(cells) => Some(Ok(cells)),
            Err(EngineError::Failed(reason)) => Some(Err(reason)),
            Err(EngineError::Cancelled) => None,
        };
        self.asked = missing;
    }
}

fn aged(text: &str, plain: Segmentation) -> Option<Segmentation> {
    let (numbers, unit) = text.rsplit_once(' ').unwrap_or((text, ""));
    let known = AgeUnit::ALL.into_iter().find(|known| known.word() == unit);
    let numbers = if known.is_some() { numbers } else { text };
    let ages: Option<Vec<u32>> = numbers.split(',').map(|age| age.trim().parse().ok()).collect();
    Some(Segmentation { age: Some(ages?), age_unit: known, ..plain })
}

/// Answers what has been answered before, and keeps the first question that has not.
struct Known<'a> {
    schema: &'a Schema,
    answers: &'a [(Question, Answer)],
    missing: Mutex<Option<Question>>,
}

impl Engine for Known<'_> {
    fn schema(&self) -> &Schema {
        self.schema
    }

    fn customers(&self) -> u64 {
        0
    }

    fn ask(&self, question: &Question, _cancel: &Cancel) -> Result<Answer, EngineError> {
        if let Some((_, answer)) = self.answers.iter().find(|(asked, _)| asked == question) {
            return Ok(answer.clone());
        }
        if let Ok(mut missing) = self.missing.lock() {
            missing.get_or_insert_with(|| question.clone());
        }
        Err(EngineError::Cancelled)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_typed_with_their_unit() {
        let age = |text| aged(text, Segmentation::default()).map(|cut| (cut.age.unwrap_or_default(), cut.age_unit));
        assert_eq!(age("30, 90 days"), Some((vec![30, 90], Some(AgeUnit::Days))));
        assert_eq!(age("1,2"), Some((vec![1, 2], None)));
        assert_eq!(age("a year"), None);
    }
}
