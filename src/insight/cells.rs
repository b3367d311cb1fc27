//! Finds the cells of segmentations, as an inquiry.

use chrono::NaiveDate;

use super::catalog::{Catalog, CellsByName};
use super::cutting::{CutPlan, Cutter};
use super::inquiry::{Inquiry, QuestionSlot};
use crate::engine::{Answer, EngineError, Personas, Question};
use crate::model::{Definitions, PERSONA, Schema, Segmentation};
use crate::rule::cells::SegmentationCell;

/// Finds the cells of segmentations. A question that several of them need is asked once; a question that fails affects
/// only the segmentations that need it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CellsInquiry {
    asked: Vec<AnsweredQuestion>,
    /// Name of the first segmentation.
    asked_for: Option<String>,
    /// Segmentations with missing answers, by name.
    waiting: Vec<(String, CutPlan)>,
    /// Segmentations by persona, which wait for the cells that personas may span.
    by_persona: Option<Box<ByPersona>>,
    found: CellsByName,
}

/// A question with its answer.
#[derive(Debug, Clone, PartialEq)]
struct AnsweredQuestion {
    question: Question,
    answer: Option<Result<Answer, EngineError>>,
}

/// A study with a segmentation by persona.
#[derive(Debug, Clone, PartialEq)]
struct ByPersona {
    definitions: Definitions,
    schema: Schema,
    mask: Vec<String>,
    today: NaiveDate,
}

impl CellsInquiry {
    /// Creates an inquiry for the cells of these segmentations. Of two with the same name the first one counts, as in
    /// `@name`.
    pub fn new<'a>(cutter: &Cutter, segmentations: impl IntoIterator<Item = &'a Segmentation>) -> Self {
        let mut inquiry = Self::default();
        inquiry.add(cutter, segmentations);
        inquiry.settle();
        inquiry
    }

    /// Creates an inquiry for the cells of all segmentations of a study.
    pub fn from_study(definitions: &Definitions, schema: &Schema, mask: &[String], today: NaiveDate) -> Self {
        let cutter = Cutter { definitions, schema, personas: &Personas::default(), mask };
        let cuts = &definitions.segmentations;
        if definitions.personas.is_empty() || !cuts.iter().any(|cut| is_by_persona(&cut.name, definitions)) {
            return Self::new(&cutter, cuts);
        }
        let mut inquiry = Self::default();
        inquiry.add(&cutter, cuts.iter().filter(|cut| !is_by_persona(&cut.name, definitions)));
        inquiry.by_persona = Some(Box::new(ByPersona {
            definitions: definitions.clone(),
            schema: schema.clone(),
            mask: mask.to_vec(),
            today,
        }));
        inquiry.settle();
        inquiry
    }

    /// Returns the cells of an inquiry for a single segmentation. The cells of its scores are entries of their own.
    pub fn of_the_only_one(&self) -> Option<&Result<Vec<SegmentationCell>, String>> {
        self.found.get(self.asked_for.as_deref()?)
    }

    /// Returns the inquiry with the answers of an earlier one to the same questions.
    #[must_use]
    pub fn after(mut self, earlier: Self) -> Self {
        for known in earlier.asked.into_iter().filter(|known| matches!(known.answer, Some(Ok(_)))) {
            match self.asked.iter_mut().find(|asked| asked.question == known.question) {
                Some(asked) => asked.answer = known.answer,
                None => self.asked.push(known),
            }
        }
        self.settle();
        self
    }

    fn add<'a>(&mut self, cutter: &Cutter, segmentations: impl IntoIterator<Item = &'a Segmentation>) {
        for segmentation in segmentations {
            let name = &segmentation.name;
            self.asked_for.get_or_insert_with(|| name.clone());
            if self.found.contains_key(name) || self.waiting.iter().any(|(other, _)| other == name) {
                continue;
            }
            match cutter.plan(segmentation) {
                Ok(plan) => {
                    plan.questions().into_iter().for_each(|question| self.want(question));
                    let scores = cutter.definitions.score_columns(segmentation).into_iter().zip(plan.scores());
                    self.waiting.extend(scores);
                    self.waiting.push((name.clone(), plan));
                }
                Err(reason) => drop(self.found.insert(name.clone(), Err(reason))),
            }
        }
    }

    fn want(&mut self, question: Question) {
        if !self.asked.iter().any(|asked| asked.question == question) {
            self.asked.push(AnsweredQuestion { question, answer: None });
        }
    }

    /// Computes the cells of all segmentations whose questions are answered.
    fn settle(&mut self) {
        loop {
            let asked = &self.asked;
            let answers = |question: &Question| asked.iter().find(|asked| asked.question == *question)?.answer.clone();
            self.waiting.retain(|(name, plan)| match plan.cells(&answers) {
                Some(cells) => {
                    self.found.insert(name.clone(), cells);
                    false
                }
                None => true,
            });
            if !self.waiting.is_empty() {
                return;
            }
            let Some(study) = self.by_persona.take() else { return };
            study.add_to(self);
        }
    }
}

impl ByPersona {
    fn add_to(&self, inquiry: &mut CellsInquiry) {
        let Self { definitions, schema, mask, today } = self;
        let schema = schema.clone().with_definitions(definitions);
        let counted = Catalog::new(definitions, &inquiry.found, &schema, *today).counted;
        let cutter = Cutter { definitions, schema: &schema, personas: &counted, mask };
        inquiry.add(&cutter, definitions.segmentations.iter().filter(|cut| is_by_persona(&cut.name, definitions)));
    }
}

/// Returns true if the segmentation that `@name` stands for cuts the base by persona.
fn is_by_persona(name: &str, definitions: &Definitions) -> bool {
    let cut = definitions.segmentations.iter().find(|cut| cut.name == name);
    cut.is_some_and(|cut| cut.column.eq_ignore_ascii_case(PERSONA))
}

impl Inquiry for CellsInquiry {
    type Result = CellsByName;

    fn open(&self) -> Vec<(QuestionSlot, Question)> {
        let open = self.asked.iter().enumerate().filter(|(_, asked)| asked.answer.is_none());
        open.map(|(n, asked)| (QuestionSlot(n), asked.question.clone())).collect()
    }

    fn take(&mut self, slot: QuestionSlot, answer: Result<Answer, EngineError>) {
        if let Some(asked) = self.asked.get_mut(slot.0).filter(|asked| asked.answer.is_none()) {
            asked.answer = Some(answer);
            self.settle();
        }
    }

    fn result(&self) -> &CellsByName {
        &self.found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{FrequentValues, Quantiles, QuestionBody};
    use crate::model::{Column, ColumnType, Datum, Persona, Rfm};

    fn schema() -> Schema {
        let columns = [
            ("plan", ColumnType::Text),
            ("spend", ColumnType::Integer),
            ("orders", ColumnType::Integer),
            ("age", ColumnType::Integer),
        ];
        let column = |(name, column_type): (&str, ColumnType)| Column { name: name.into(), column_type };
        Schema::new(columns.map(column).into())
    }

    fn by_value(name: &str, column: &str) -> Segmentation {
        Segmentation { name: name.into(), column: column.into(), ..Segmentation::default() }
    }

    fn halves(name: &str, column: &str) -> Segmentation {
        Segmentation { quantiles: Some(2), ..by_value(name, column) }
    }

    fn cross(name: &str, first: &str, second: &str) -> Segmentation {
        Segmentation { cross: Some(vec![first.into(), second.into()]), ..by_value(name, "") }
    }

    fn rfm() -> Segmentation {
        let rfm = Rfm { recency: "age".into(), frequency: "orders".into(), monetary: "spend".into(), scores: None };
        Segmentation { rfm: Some(rfm), ..by_value("rfm", "") }
    }

    fn inquiry_of(definitions: &Definitions, mask: &[&str]) -> CellsInquiry {
        let mask: Vec<String> = mask.iter().map(|column| (*column).to_owned()).collect();
        CellsInquiry::from_study(definitions, &schema(), &mask, NaiveDate::default())
    }

    fn inquiry(segmentations: Vec<Segmentation>) -> CellsInquiry {
        inquiry_of(&Definitions { segmentations, ..Definitions::default() }, &[])
    }

    fn column(question: &Question) -> &str {
        match &question.body {
            QuestionBody::Values(values) => &values.column,
            QuestionBody::Quantiles(quantiles) => &quantiles.column,
            other => panic!("{other:?}"),
        }
    }

    fn open(inquiry: &CellsInquiry) -> Vec<String> {
        inquiry.open().iter().map(|(_, question)| column(question).to_owned()).collect()
    }

    /// Returns two values of a column, or 10, 20, 30 … at the shares.
    fn answer(question: &Question) -> Answer {
        let column = column(question).to_owned();
        match &question.body {
            QuestionBody::Quantiles(asked) => {
                let values = (1..).map(|n| Datum::Integer(n * 10)).take(asked.shares.len()).collect();
                Answer::Quantiles(Quantiles { column, known: 100, values })
            }
            _ => {
                let values = ["basic", "pro"].map(|value| (Datum::Text(value.into()), 50)).into();
                Answer::Values(FrequentValues { column, values, left_out: 0 })
            }
        }
    }

    /// Answers all open questions, the last one first; those about the columns in `failing` fail.
    fn answer_all(inquiry: &mut CellsInquiry, failing: &[&str]) {
        for (slot, question) in inquiry.open().into_iter().rev() {
            let fails = failing.contains(&column(&question));
            let failed = || EngineError::failed(format!("{} was lost", column(&question)));
            inquiry.take(slot, if fails { Err(failed()) } else { Ok(answer(&question)) });
        }
    }

    fn names(inquiry: &CellsInquiry, segmentation: &str) -> Result<Vec<String>, String> {
        let cells = inquiry.result().get(segmentation).expect("it is settled").clone()?;
        Ok(cells.into_iter().map(|cell| cell.name).collect())
    }

    fn texts(names: &[&str]) -> Result<Vec<String>, String> {
        Ok(names.iter().map(|name| (*name).to_owned()).collect())
    }

    #[test]
    fn shared_question_of_segmentations_is_asked_once() {
        let cuts = vec![by_value("tier", "plan"), halves("half", "spend"), cross("both", "tier", "half")];
        let mut inquiry = inquiry(cuts);
        assert_eq!(open(&inquiry), ["plan", "spend"]);
        answer_all(&mut inquiry, &[]);
        assert_eq!(open(&inquiry), Vec::<String>::new());
        assert_eq!(names(&inquiry, "tier"), texts(&["basic", "pro"]));
        assert_eq!(names(&inquiry, "half"), texts(&["1", "2"]));
        assert_eq!(names(&inquiry, "both"), texts(&["basic/1", "basic/2", "pro/1", "pro/2"]));
    }

    #[test]
    fn segmentation_is_resolved_once_its_answers_arrive() {
        let mut inquiry = inquiry(vec![halves("half", "spend"), cross("both", "plan", "half")]);
        let (slot, question) = inquiry.open().remove(0);
        inquiry.take(slot, Ok(answer(&question)));
        assert_eq!(inquiry.result().keys().collect::<Vec<_>>(), ["half"]);
        answer_all(&mut inquiry, &[]);
        assert_eq!(names(&inquiry, "both").map(|names| names.len()), Ok(4));
    }

    #[test]
    fn rfm_needs_three_columns() {
        let mut inquiry = inquiry(vec![rfm()]);
        assert_eq!(open(&inquiry), ["age", "orders", "spend"]);
        for (slot, question) in inquiry.open() {
            assert!(!inquiry.result().contains_key("rfm"));
            inquiry.take(slot, Ok(answer(&question)));
        }
        assert_eq!(names(&inquiry, "rfm_recency"), texts(&["1", "2", "3", "4", "5"]));
        let cells = inquiry.result()["rfm"].clone().expect("cells");
        assert_eq!((cells.len(), cells[0].name.as_str()), (10, "champions"));
        // Fewer days since the last order are better.
        assert!(cells[0].rule.contains("\"age\" <= 10"), "{}", cells[0].rule);
        assert!(cells[0].rule.contains("\"orders\" > 30") && cells[0].rule.contains("\"spend\" > 30"));
    }

    #[test]
    fn failed_question_harms_only_dependent_segmentations() {
        let cuts = vec![by_value("tier", "plan"), halves("half", "spend"), cross("both", "tier", "half"), rfm()];
        let mut inquiry = inquiry(cuts);
        answer_all(&mut inquiry, &["spend"]);
        let lost = || Err("spend was lost".to_owned());
        assert_eq!(names(&inquiry, "tier"), texts(&["basic", "pro"]));
        assert_eq!(
            (names(&inquiry, "half"), names(&inquiry, "both"), names(&inquiry, "rfm")),
            (lost(), lost(), lost())
        );
    }

    #[test]
    fn error_of_several_is_independent_of_answer_order() {
        let fail = |last_first: bool| {
            let mut inquiry = inquiry(vec![cross("both", "plan", "half"), halves("half", "spend")]);
            let mut open = inquiry.open();
            if last_first {
                open.reverse();
            }
            for (slot, question) in open {
                inquiry.take(slot, Err(EngineError::failed(format!("{} was lost", column(&question)))));
            }
            names(&inquiry, "both")
        };
        assert_eq!(fail(false), Err("plan was lost".into()));
        assert_eq!(fail(true), fail(false));
    }

    #[test]
    fn answer_of_wrong_kind_fails_segmentation() {
        let mut inquiry = inquiry(vec![by_value("tier", "plan"), halves("half", "spend")]);
        let open = inquiry.open();
        inquiry.take(open[0].0, Ok(answer(&open[1].1)));
        inquiry.take(open[1].0, Ok(answer(&open[1].1)));
        assert!(names(&inquiry, "tier").is_err_and(|reason| reason.contains("internal error, please report")));
        assert_eq!(names(&inquiry, "half"), texts(&["1", "2"]));
    }

    #[test]
    fn masked_column_is_not_asked_about() {
        let breaks = Segmentation { breaks: Some(vec![10.0]), ..by_value("bands", "spend") };
        let cuts =
            vec![halves("half", "spend"), cross("both", "plan", "half"), rfm(), breaks, by_value("tier", "plan")];
        let mut inquiry = inquiry_of(&Definitions { segmentations: cuts, ..Definitions::default() }, &["spend"]);
        assert_eq!(open(&inquiry), ["plan"]);
        answer_all(&mut inquiry, &[]);
        let masked = || Err("spend is masked: its values are not shown".to_owned());
        let (half, both, rfm) = (names(&inquiry, "half"), names(&inquiry, "both"), names(&inquiry, "rfm"));
        assert_eq!((half, both, rfm), (masked(), masked(), masked()));
        // Break points are the study's own words, but cells by them say who is beyond.
        assert_eq!(names(&inquiry, "bands"), masked());
        assert_eq!(names(&inquiry, "tier"), texts(&["basic", "pro"]));
    }

    #[test]
    fn persona_values_are_asked_after_spanned_cells() {
        let persona = |id: &str, span: &str| Persona { id: id.into(), spans: vec![span.into()], ..Persona::default() };
        let definitions = Definitions {
            segmentations: vec![by_value("whose", PERSONA), by_value("tier", "plan")],
            personas: vec![persona("dana", "tier.basic"), persona("sam", "tier.gone")],
            ..Definitions::default()
        };
        let mut inquiry = inquiry_of(&definitions, &[]);
        assert_eq!(open(&inquiry), ["plan"]);
        answer_all(&mut inquiry, &[]);
        let asked = inquiry.open();
        assert_eq!(open(&inquiry), [PERSONA]);
        let ids: Vec<&str> = asked[0].1.personas.by_priority().iter().map(|(id, _)| id.as_str()).collect();
        assert_eq!(ids, ["dana"]);
        answer_all(&mut inquiry, &[]);
        assert_eq!(names(&inquiry, "whose"), texts(&["basic", "pro"]));
    }

    #[test]
    fn answers_of_earlier_inquiry_are_reused() {
        let mut earlier = inquiry(vec![by_value("tier", "plan"), halves("half", "spend")]);
        answer_all(&mut earlier, &["spend"]);
        let later = inquiry(vec![cross("both", "plan", "age"), halves("half", "spend")]).after(earlier);
        assert_eq!(open(&later), ["age", "spend"]);
        let again = inquiry(vec![by_value("tier", "plan")]).after(later);
        assert_eq!(names(&again, "tier"), texts(&["basic", "pro"]));
    }

    #[test]
    fn first_segmentation_of_duplicate_name_counts() {
        let mut inquiry = inquiry(vec![by_value("tier", "plan"), halves("tier", "spend")]);
        assert_eq!(open(&inquiry), ["plan"]);
        answer_all(&mut inquiry, &[]);
        assert_eq!(names(&inquiry, "tier"), texts(&["basic", "pro"]));
    }
}
