//! Counts for the panes beside the filter line: the customers that the filter leaves of every segment and persona.

use std::collections::{BTreeMap, HashMap};

use super::Catalog;
use super::inquiry::{Inquiry, NewestFact, Open, QuestionSlot};
use super::mece::Mece;
use super::suppress::spans::SpanOverlap;
use crate::engine::{
    Answer, CountsQuestion, CustomerCount, EngineError, MembershipsQuestion, Overlap, OverlapQuestion, Question,
    Summary, SummaryQuestion,
};
use crate::rule::Checked;

/// Counts of a filter for all panes at once.
#[derive(Debug, Clone, Default)]
pub struct PanesInquiry {
    summary: Open<SummaryQuestion>,
    segments: Open<CountsQuestion>,
    personas: Open<OverlapQuestion>,
    memberships: Open<MembershipsQuestion>,
    /// Questions by segmentation.
    mece: Vec<(String, bool, Open<MembershipsQuestion>)>,
    /// Full names of the counted segments, in the order of the question.
    names: Vec<String>,
    places: Vec<PersonaPlaces>,
    pub found: PaneFigures,
}

/// Figures of the panes known so far.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PaneFigures {
    pub summary: NewestFact<Summary>,
    pub segments: NewestFact<SegmentCounts>,
    pub personas: NewestFact<PersonaCounts>,
    /// Element k: customers of the filter who are in exactly k personas.
    pub memberships: NewestFact<Vec<u64>>,
    /// Results by segmentation. They do not depend on the filter, and stay until the definitions change.
    pub mece: HashMap<String, Mece>,
}

/// Counts by full name of a segment or cell.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SegmentCounts {
    /// Customers of the filter, the denominator of shares.
    pub whole: u64,
    pub by_name: HashMap<String, CustomerCount>,
}

/// Counts persona by persona, in the catalog's order; `None` for a rule in error.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PersonaCounts {
    /// Customers of the filter, the denominator of shares.
    pub whole: u64,
    pub audiences: Vec<Option<CustomerCount>>,
    /// For each persona, the segments that it spans.
    pub spans: Vec<Vec<Option<SpanOverlap>>>,
}

/// Row and columns of a persona in the overlap of audiences and segments.
#[derive(Debug, Clone, Default, PartialEq)]
struct PersonaPlaces {
    row: Option<usize>,
    /// One column for each segment that the persona spans.
    columns: Vec<Option<usize>>,
}

impl PanesInquiry {
    pub const SUMMARY: QuestionSlot = QuestionSlot(0);
    const SEGMENTS: QuestionSlot = QuestionSlot(1);
    const PERSONAS: QuestionSlot = QuestionSlot(2);
    const MEMBERSHIPS: QuestionSlot = QuestionSlot(3);
    /// Slot of the first segmentation.
    const MECE: usize = 4;

    /// Creates an inquiry. It asks about the filter alone while the definitions are not known. The results of an
    /// earlier inquiry stay, marked as outdated, until they are counted anew.
    pub fn new(filter: &Checked, value: Option<&str>, catalog: Option<&Catalog>, earlier: Self) -> Self {
        let mut found = earlier.found;
        found.outdate();
        let summary = SummaryQuestion { filter: filter.clone(), value: value.map(str::to_owned) };
        let panes = Self { summary: Open::new(summary), found, ..Self::default() };
        match catalog {
            Some(catalog) => panes.with(filter, catalog),
            None => panes,
        }
    }

    fn with(mut self, filter: &Checked, catalog: &Catalog) -> Self {
        let filter = || filter.clone();
        let (names, rules): (Vec<&str>, Vec<&Checked>) = catalog.countable().into_iter().unzip();
        self.names = names.into_iter().map(str::to_owned).collect();
        // The last rule counts the filter's own customers.
        let rules = rules.into_iter().cloned().chain([Checked::everyone()]).collect();
        self.segments = Open::new(CountsQuestion { filter: filter(), rules });
        let (spanned, audiences) = (spanned(catalog), catalog.audiences());
        self.places = places(catalog, &spanned);
        let columns = spanned.into_values().cloned().collect();
        let rows = audiences.iter().copied().cloned().chain([Checked::everyone()]).collect();
        self.personas = Open::new(OverlapQuestion { filter: filter(), rows, columns });
        let sets = audiences.into_iter().cloned().collect();
        self.memberships = Open::new(MembershipsQuestion { filter: filter(), sets });
        for entry in &catalog.segments {
            if let Some(Ok(cells)) = entry.cells()
                && !self.found.mece.contains_key(&entry.name)
            {
                let sets = cells.iter().filter_map(|cell| cell.rule.as_ref().ok().cloned()).collect();
                let question = MembershipsQuestion { filter: Checked::everyone(), sets };
                self.mece.push((entry.name.clone(), entry.is_cut(), Open::new(question)));
            }
        }
        self
    }

    /// Returns the open questions that a sample can answer. Those about memberships need all personas, and are included
    /// only if `is_whole` is true. Whether a segmentation is MECE cannot be estimated.
    pub fn estimable(&self, is_whole: bool) -> Vec<(QuestionSlot, Question)> {
        let slots = [Self::SUMMARY, Self::SEGMENTS, Self::PERSONAS, Self::MEMBERSHIPS];
        let wanted = if is_whole { &slots[..] } else { &slots[..3] };
        self.open().into_iter().filter(|(slot, _)| wanted.contains(slot)).collect()
    }

    /// Marks all results as outdated and closes the open questions, since the subject has changed.
    pub fn outdate(&mut self) {
        let mut found = std::mem::take(&mut self.found);
        found.outdate();
        *self = Self { found, ..Self::default() };
    }

    /// Returns true if something is outdated and no question is open.
    pub fn needs_asking(&self) -> bool {
        self.found.is_waiting() && self.open().is_empty()
    }
}

impl PaneFigures {
    pub fn outdate(&mut self) {
        self.summary.outdate();
        self.segments.outdate();
        self.personas.outdate();
        self.memberships.outdate();
    }

    fn is_waiting(&self) -> bool {
        self.summary.is_waiting() || self.waits_for_definitions()
    }

    /// Returns true if each pane has counts, outdated or not, or a reason why it has none.
    pub fn has_answers(&self) -> bool {
        let Self { summary, segments, personas, .. } = self;
        (summary.answer.is_some() || summary.error.is_some())
            && (segments.answer.is_some() || segments.error.is_some())
            && (personas.answer.is_some() || personas.error.is_some())
    }

    /// Returns true if a pane of segments or personas waits for its counts.
    pub fn waits_for_definitions(&self) -> bool {
        self.segments.is_waiting() || self.personas.is_waiting() || self.memberships.is_waiting()
    }
}

impl Inquiry for PanesInquiry {
    type Result = PaneFigures;

    fn open(&self) -> Vec<(QuestionSlot, Question)> {
        let first = [
            self.summary.at(Self::SUMMARY.0),
            self.segments.at(Self::SEGMENTS.0),
            self.personas.at(Self::PERSONAS.0),
            self.memberships.at(Self::MEMBERSHIPS.0),
        ];
        let mece = self.mece.iter().zip(Self::MECE..).filter_map(|((_, _, question), slot)| question.at(slot));
        first.into_iter().flatten().chain(mece).collect()
    }

    fn take(&mut self, slot: QuestionSlot, answer: Result<Answer, EngineError>) {
        let found = &mut self.found;
        match slot {
            Self::SUMMARY => {
                if let Some(summary) = self.summary.take(answer) {
                    found.summary.settle(summary);
                }
            }
            Self::SEGMENTS => {
                if let Some(counts) = self.segments.take(answer) {
                    found.segments.settle(counts.map(|counts| segment_counts(&self.names, counts)));
                }
            }
            Self::PERSONAS => {
                if let Some(overlap) = self.personas.take(answer) {
                    found.personas.settle(overlap.map(|overlap| persona_counts(&self.places, &overlap)));
                }
            }
            Self::MEMBERSHIPS => {
                if let Some(numbers) = self.memberships.take(answer) {
                    found.memberships.settle(numbers);
                }
            }
            QuestionSlot(at) => {
                // A failed question leaves the segmentation without a remark.
                if let Some((name, is_cut, question)) = self.mece.get_mut(at - Self::MECE)
                    && let Some(Ok(numbers)) = question.take(answer)
                {
                    found.mece.insert(name.clone(), Mece::new(&numbers, *is_cut));
                }
            }
        }
    }

    fn result(&self) -> &PaneFigures {
        &self.found
    }
}

/// Returns the segments that some persona spans, each once, by name, without rules in error.
fn spanned(catalog: &Catalog) -> BTreeMap<&str, &Checked> {
    let spans = catalog.personas.iter().flat_map(|persona| &persona.spans);
    spans.filter_map(|span| Some((span.name.as_str(), span.segment.as_ref().ok()?))).collect()
}

fn places(catalog: &Catalog, spanned: &BTreeMap<&str, &Checked>) -> Vec<PersonaPlaces> {
    let column: HashMap<&str, usize> = spanned.keys().copied().zip(0..).collect();
    let mut rows = 0..;
    let place = |persona: &super::PersonaEntry| PersonaPlaces {
        row: persona.audience.as_ref().ok().and_then(|_| rows.next()),
        columns: persona.spans.iter().map(|span| column.get(span.name.as_str()).copied()).collect(),
    };
    catalog.personas.iter().map(place).collect()
}

fn segment_counts(names: &[String], mut counts: Vec<CustomerCount>) -> SegmentCounts {
    let whole = counts.pop().unwrap_or_default().in_filter;
    SegmentCounts { whole, by_name: names.iter().cloned().zip(counts).collect() }
}

/// Assigns the overlap of audiences and segments to personas and spans.
fn persona_counts(places: &[PersonaPlaces], overlap: &Overlap) -> PersonaCounts {
    let mut counts = PersonaCounts { whole: overlap.rows.last().map_or(0, |all| all.in_filter), ..Default::default() };
    for PersonaPlaces { row, columns } in places {
        counts.audiences.push(row.and_then(|row| overlap.rows.get(row).copied()));
        let both = row.and_then(|row| overlap.both.get(row));
        let span =
            |column: usize| Some(SpanOverlap { segment: *overlap.columns.get(column)?, both: *both?.get(column)? });
        counts.spans.push(columns.iter().map(|column| span((*column)?)).collect());
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::QuestionBody;
    use crate::model::{Column, ColumnType, Definitions, Persona, Schema, Segment};

    fn catalog() -> Catalog {
        let segment = |name: &str, rule: &str| Segment { name: name.into(), kind: None, rule: rule.into(), note: None };
        let definitions = Definitions {
            segments: vec![segment("few", "n < 10"), segment("broken", "n <"), segment("many", "n > 3")],
            personas: vec![Persona { id: "ann".into(), spans: vec!["many".into()], ..Persona::default() }],
            ..Definitions::default()
        };
        let schema = Schema::new(vec![Column { name: "n".into(), column_type: ColumnType::Integer }]);
        let today = "2026-06-30".parse().expect("a date");
        Catalog::new(&definitions, &Default::default(), &schema, today)
    }

    /// Returns an answer of the right size; its counts identify their positions.
    fn answer(question: &Question) -> Answer {
        let count = |n: usize| CustomerCount { in_filter: 100 + n as u64, in_base: 200 + n as u64 };
        match &question.body {
            QuestionBody::Summary(_) => Answer::Summary(Summary { customers: 7, base: 9, value: None }),
            QuestionBody::Counts(asked) => Answer::Counts((0..asked.rules.len()).map(count).collect()),
            QuestionBody::Memberships(asked) => Answer::Memberships((0..=asked.sets.len() as u64).collect()),
            QuestionBody::Overlap(asked) => Answer::Overlap(Overlap {
                rows: (0..asked.rows.len()).map(count).collect(),
                columns: (0..asked.columns.len()).map(count).collect(),
                both: vec![(0..asked.columns.len()).map(count).collect(); asked.rows.len()],
            }),
            other => panic!("{other:?}"),
        }
    }

    fn inquiry() -> PanesInquiry {
        PanesInquiry::new(&Checked::everyone(), None, Some(&catalog()), PanesInquiry::default())
    }

    #[test]
    fn answers_in_any_order_give_same_panes() {
        let asked = inquiry().open();
        assert_eq!(asked.len(), 4);
        let mut results = Vec::new();
        for turn in 0..asked.len() {
            for reversed in [false, true] {
                let mut order = asked.clone();
                order.rotate_left(turn);
                if reversed {
                    order.reverse();
                }
                let mut inquiry = inquiry();
                order.iter().for_each(|(slot, question)| inquiry.take(*slot, Ok(answer(question))));
                assert!(inquiry.open().is_empty() && !inquiry.found.is_waiting());
                results.push(inquiry.found);
            }
        }
        assert!(results.windows(2).all(|pair| pair[0] == pair[1]));
        let segments = results[0].segments.get().expect("counts");
        // The broken one is not counted; the last count is that of the filter.
        assert_eq!(
            (segments.by_name["few"].in_filter, segments.by_name["many"].in_filter, segments.whole),
            (100, 101, 102)
        );
    }

    #[test]
    fn failed_slot_harms_only_its_figure() {
        for (failing, _) in inquiry().open() {
            let mut inquiry = inquiry();
            for (slot, question) in inquiry.open() {
                let lost = || EngineError::Lost("the wire was cut".into());
                inquiry.take(slot, if slot == failing { Err(lost()) } else { Ok(answer(&question)) });
            }
            let PaneFigures { summary, segments, personas, memberships, .. } = &inquiry.found;
            let wrong = [&summary.error, &segments.error, &personas.error, &memberships.error];
            assert_eq!(wrong.into_iter().flatten().count(), 1, "{failing:?}");
            let fresh = [summary.fresh, segments.fresh, personas.fresh, memberships.fresh];
            assert_eq!(fresh.into_iter().filter(|fresh| *fresh).count(), 3, "{failing:?}");
        }
    }

    #[test]
    fn answer_to_closed_question_is_ignored() {
        let mut inquiry = inquiry();
        let (slot, question) = inquiry.open().remove(0);
        inquiry.take(slot, Ok(answer(&question)));
        let before = inquiry.found.clone();
        inquiry.take(slot, Err(EngineError::failed("late")));
        inquiry.take(QuestionSlot(99), Ok(answer(&question)));
        assert_eq!(inquiry.found, before);
    }
}
