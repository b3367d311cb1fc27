//! Grouping of many segments into a few personas.

mod draw;
mod groups;
mod handlers;
mod labels;
mod steps;

use std::collections::BTreeSet;

use super::matrix::segments;
use crate::insight::catalog::SegmentationState;
use crate::insight::consolidate::{
    ConsolidateInquiry, Consolidation, ConsolidationInput, ConsolidationStep, Method, SegmentUnion, to_bring_together,
};
use crate::insight::inquiry::{ErasedInquiry, NewestFact};
use crate::insight::matrix::NamedSet;
use crate::insight::table::Table;
use crate::tui::core::binding::{until_loaded, until_whole, without_study};
use crate::tui::core::{Binding, BindingSection, Hooks, State, View, ViewKeys, ViewName};
use crate::tui::paint::canvas::{Canvas, Rect};

pub use handlers::{fail, grouped, saved};

/// Name by which the state and other views refer to this view.
pub const NAME: ViewName = "consolidate";

const OPENS: Binding =
    super::opening(NAME, &["c"], "from many segments to a few personas", |state| super::switch(state, NAME))
        .synonyms(&["cluster", "merge", "unify"]);

const KEYS: &[BindingSection] = &[BindingSection::new(
    "Consolidate",
    &[
        Binding::new("left", &["h", "left"], "one group fewer", handlers::fewer).hint("fewer groups").moves(),
        Binding::new("right", &["l", "right"], "one group more", handlers::more).hint("more groups").moves(),
        Binding::new("enter", &["enter"], "name the group: it becomes the draft of a persona", handlers::name_group)
            .hint("name")
            .disabled(|state| without_study(state).or_else(|| until_whole(state))),
        Binding::new("toggle", &["space"], "include or exclude the segment", handlers::toggle)
            .hint("include/exclude")
            .disabled(until_loaded),
        Binding::new("sets", &["t"], "next method", handlers::next_method).hint("method"),
        Binding::new("order", &["o"], "choose the segments: all, or one segmentation's cells", handlers::next_source)
            .hint("segments…"),
        Binding::new("copy-line", &["Y"], "copy the group's rule", handlers::copy).synonyms(&["copy", "yank"]),
    ],
)];

/// Grouping of many segments into a few personas.
#[derive(Debug, Clone, Default)]
pub struct ConsolidateView {
    /// Method that groups the segments.
    pub method: Method,
    /// Choice of segments that take part.
    pub source: SegmentSource,
    /// Segments that were taken out, or taken in although they hold everyone.
    pub switched: BTreeSet<String>,
    /// Number of groups shown; `None` for the suggested number.
    pub k: Option<usize>,
    /// Index of the selected line among [`lines`].
    pub cursor: usize,
    /// The segments that take part, and their combinations.
    pub counted: ConsolidateInquiry,
    /// Result of the method.
    pub consolidation: NewestFact<Consolidation>,
}

/// Choice of segments that take part.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum SegmentSource {
    /// The segments with a rule of their own.
    #[default]
    Segments,
    /// The segments with a rule of their own, and the cells of all segmentations.
    All,
    /// The cells of one segmentation.
    Cells(String),
}

/// A line under the steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConsolidateLine {
    /// The n-th group of the step.
    Group(usize),
    /// A segment of the n-th group, by its index among the sets.
    Member(usize, usize),
    /// A segment that takes part and is in no group of this step.
    Loose(usize),
    /// The n-th of the segments that do not take part.
    Out(usize),
}

/// Figures of the view, each in a sentence.
const FIGURES: &[(&str, &str)] = &[
    (
        "greedy cover",
        "repeatedly takes the segment that adds the most customers; k of them cover at least 63 % of the best possible coverage",
    ),
    ("average linkage", "repeatedly joins the two groups with the most customers in common, which gives a tree"),
    ("NMF", "approximates each customer's memberships by a few patterns of segments; unexplained is the error share"),
    ("covers", "share of the filter's customers in at least one group"),
    ("redundancy", "groups that a covered customer is in, on average: 1 means that nobody is counted twice"),
    ("– hidden", "differs by fewer than the smallest count that may be shown"),
];

impl View for ConsolidateView {
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
            arrived: |state, _| handlers::arrived(state),
            pressed: handlers::pressed,
            step: handlers::step,
            stopped: handlers::fail,
            ..Hooks::default()
        }
    }

    fn inquiry(&mut self) -> Option<&mut dyn ErasedInquiry> {
        Some(&mut self.counted)
    }

    fn is_waiting(&self) -> bool {
        self.consolidation.is_waiting()
    }

    /// Marks counts and groups as outdated: the query has changed.
    fn outdate(&mut self) {
        self.counted.outdate();
        self.consolidation.outdate();
    }

    fn figures(&self) -> &'static [(&'static str, &'static str)] {
        FIGURES
    }

    fn table(&self, state: &State) -> Option<Table> {
        groups::table(state)
    }

    fn draw(&self, canvas: &mut Canvas, area: Rect, state: &State) {
        draw::draw(canvas, area, state);
    }
}

impl ConsolidateView {
    /// Returns the number of groups shown; 0 if there is no result.
    pub fn k(&self) -> usize {
        let Some(all) = &self.consolidation.answer else { return 0 };
        self.k.unwrap_or_else(|| all.suggested()).clamp(1, all.steps.len().max(1)).min(all.steps.len())
    }

    /// Returns the result and its step of the selected number of groups; `None` until there is a result.
    pub fn step(&self) -> Option<(&Consolidation, &ConsolidationStep)> {
        let all = self.consolidation.answer.as_ref()?;
        Some((all, all.step(self.k())?))
    }

    /// Returns the group that the selected line belongs to.
    pub fn group(&self) -> Option<(&Consolidation, &SegmentUnion)> {
        let (all, step) = self.step()?;
        match lines(self).get(self.cursor)? {
            ConsolidateLine::Group(at) | ConsolidateLine::Member(at, _) => Some((all, step.groups.get(*at)?)),
            ConsolidateLine::Loose(_) | ConsolidateLine::Out(_) => None,
        }
    }

    /// Returns the segment of the selected line. For a group of a single segment, returns that segment.
    pub fn segment(&self) -> Option<&str> {
        let all = self.consolidation.answer.as_ref()?;
        let set = match lines(self).get(self.cursor)? {
            ConsolidateLine::Group(at) => match self.step()?.1.groups.get(*at)?.sets.as_slice() {
                [only] => *only,
                _ => return None,
            },
            ConsolidateLine::Member(_, set) | ConsolidateLine::Loose(set) => *set,
            ConsolidateLine::Out(at) => return all.found.out.get(*at).map(|(set, _)| set.name.as_str()),
        };
        all.sets().get(set).map(|set| set.name.as_str())
    }

    /// Returns the input for the method, if the segments are counted and not grouped yet.
    pub fn work(&self) -> Option<ConsolidationInput> {
        let found = self.counted.found.get().filter(|_| self.is_waiting())?;
        Some(ConsolidationInput { method: self.method, found: found.clone() })
    }
}

/// Returns the groups of the selected step with their segments, then those in no group, then those that do not take
/// part.
pub fn lines(view: &ConsolidateView) -> Vec<ConsolidateLine> {
    let Some(all) = &view.consolidation.answer else { return Vec::new() };
    let mut lines = Vec::new();
    let mut grouped = BTreeSet::new();
    let groups = all.step(view.k()).map_or(&[][..], |step| &step.groups);
    for (at, group) in groups.iter().enumerate() {
        lines.push(ConsolidateLine::Group(at));
        if group.sets.len() > 1 {
            lines.extend(group.sets.iter().map(|&set| ConsolidateLine::Member(at, set)));
        }
        grouped.extend(group.sets.iter().copied());
    }
    lines.extend((0..all.sets().len()).filter(|set| !grouped.contains(set)).map(ConsolidateLine::Loose));
    lines.extend((0..all.found.out.len()).map(ConsolidateLine::Out));
    lines
}

impl SegmentSource {
    /// Returns the next choice that is available.
    pub fn next(&self, state: &State) -> Self {
        let cut =
            state.catalog.segments.iter().filter(|entry| matches!(entry.body, SegmentationState::Segmentation { .. }));
        let cells =
            cut.filter(|entry| matches!(entry.cells(), Some(Ok(_)))).map(|entry| Self::Cells(entry.name.clone()));
        let all: Vec<Self> = [Self::Segments, Self::All].into_iter().chain(cells).collect();
        let at = all.iter().position(|source| source == self).unwrap_or(0);
        all[(at + 1) % all.len()].clone()
    }

    /// Returns the segments and cells that the choice names.
    pub fn sets(&self, state: &State) -> Vec<NamedSet> {
        let all = segments(state);
        match self {
            Self::Segments => to_bring_together(all),
            Self::All => all,
            Self::Cells(cut) => {
                let is_of = |name: &str| name.strip_prefix(cut.as_str()).is_some_and(|rest| rest.starts_with('.'));
                all.into_iter().filter(|(name, _)| is_of(name)).collect()
            }
        }
    }

    /// Returns the choice in words: `segments`, `segments and cells`, `cells of age`.
    pub fn words(&self) -> String {
        match self {
            Self::Segments => "segments".into(),
            Self::All => "segments and cells".into(),
            Self::Cells(cut) => format!("cells of {cut}"),
        }
    }
}
