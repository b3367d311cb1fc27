//! Why: the traits that set the filtered customers apart.

pub mod draw;
mod handlers;

use std::collections::BTreeSet;

use crate::insight::catalog::SegmentationState;
use crate::insight::contrasts::ContrastsInquiry;
use crate::insight::inquiry::ErasedInquiry;
use crate::insight::table::Table;
use crate::insight::why::{self, NoTraits, Trait};
use crate::model::reference;
use crate::rule::Checked;
use crate::tui::core::binding::until_loaded;
use crate::tui::core::lines::{PersonaLine, persona_lines, segment_lines};
use crate::tui::core::{Binding, BindingSection, Hooks, Pane, State, View, ViewKeys, ViewName};
use crate::tui::paint::canvas::{Canvas, Rect};

/// Name by which the state and other views refer to this view.
pub const NAME: ViewName = "why";

/// Label for everyone else among the sets to compare with.
const REST: &str = "the rest";

const OPENS: Binding = super::opening(
    NAME,
    &["w"],
    "what sets the filtered customers apart from the rest: traits by size of the difference",
    |state| super::switch(state, NAME),
);

const KEYS: &[BindingSection] = &[BindingSection::new(
    "Why",
    &[
        Binding::new(
            "enter",
            &["enter"],
            "add the trait to the filter (a trait that is rarer here: its negation)",
            handlers::add,
        )
        .hint("add to filter")
        .disabled(until_loaded),
        Binding::new("sets", &["t"], "compare with another segment or persona", handlers::pick)
            .hint("compare with…")
            .synonyms(&["compare", "versus", "contrast"]),
        Binding::new("order", &["o"], "one line per column, or every trait", handlers::reorder).hint("per column/all"),
        Binding::new(
            "toggle",
            &["space"],
            "show or hide the columns that the rule mentions: they differ by definition",
            handlers::toggle_mentioned,
        )
        .hint("rule's columns"),
        Binding::new("copy-line", &["Y"], "copy the trait as a condition", handlers::copy).synonyms(&["copy", "yank"]),
    ],
)];

/// Traits that set the filtered customers apart.
#[derive(Debug, Clone, Default)]
pub struct WhyView {
    /// Full name of the set to compare with; `None` for everyone else.
    pub against: Option<String>,
    /// True to show one line per column, with its largest trait.
    pub by_column: bool,
    /// True to include the columns that the rule mentions.
    pub with_mentioned: bool,
    pub cursor: usize,
    /// Contrasts of the columns, in the schema's order.
    pub contrasts: ContrastsInquiry,
}

/// Customers whose traits are ranked.
#[derive(Debug, Clone, PartialEq)]
pub struct Subject {
    /// Name on screen, such as `the filter` or `@vip`.
    pub name: String,
    /// Rule of the customers.
    pub rule: Checked,
}

/// A trait, and whether it belongs to the current query.
#[derive(Debug, Clone, PartialEq)]
pub struct WhyLine {
    /// The trait with the largest effect of the line.
    pub one: Trait,
    /// Traits of other columns that the same customers have; they have no line of their own.
    pub repeated: Vec<Trait>,
    /// True if the trait belongs to the current query.
    pub fresh: bool,
}

/// Figures of the view, each in a sentence.
const FIGURES: &[(&str, &str)] = &[
    ("SMD", "standardised mean difference: the difference in standard deviations; 0.2 is small, 0.5 medium, 0.8 large"),
    ("V", "Cramér's V of the whole column, corrected for bias: 0 no relation, 1 the column decides"),
    ("index", "100 is average: the share inside against the share of both sides together; ▲ from 120, ▼ to 80"),
    ("dim", "not significant: it may be chance (5 % false discovery rate)"),
];

impl View for WhyView {
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
            arrived: |state, _| {
                handlers::keep_cursor(state);
                Vec::new()
            },
            step: handlers::step,
            pressed: |state, area, at| {
                let (cursor, lines) = (state.views.get::<WhyView>().cursor, lines(state).len());
                super::pressed_line(state, area, at, cursor, lines)
            },
            ..Hooks::default()
        }
    }

    fn inquiry(&mut self) -> Option<&mut dyn ErasedInquiry> {
        Some(&mut self.contrasts)
    }

    fn is_waiting(&self) -> bool {
        self.contrasts.is_waiting()
    }

    fn outdate(&mut self) {
        self.contrasts.outdate();
    }

    fn figures(&self) -> &'static [(&'static str, &'static str)] {
        FIGURES
    }

    fn table(&self, state: &State) -> Option<Table> {
        Some(draw::table(state))
    }

    fn draw(&self, canvas: &mut Canvas, area: Rect, state: &State) {
        draw::draw(canvas, area, state);
    }
}

/// Returns the name of what is compared with, as the screen shows it.
pub fn against_name(state: &State) -> String {
    state.views.get::<WhyView>().against.as_deref().map_or_else(|| REST.to_owned(), reference)
}

/// Returns the filter; without one, the selected segment or persona.
pub fn subject(state: &State) -> Option<Subject> {
    if !state.query.filter.trim().is_empty() {
        return Some(Subject { name: "the filter".into(), rule: state.rule.clone() });
    }
    let (name, rule) = match state.focus {
        Pane::Segments => {
            let lines = segment_lines(state);
            let line = *lines.get(state.segments.cursor)?;
            (line.name().to_owned(), line.rule()?.as_ref().ok()?.clone())
        }
        Pane::Personas => {
            use PersonaLine::{Persona, Span};
            match *persona_lines(state).get(state.personas.cursor)? {
                Persona { entry, .. } => (entry.id.clone(), entry.audience.as_ref().ok()?.clone()),
                Span { entry, .. } => (entry.name.clone(), entry.segment.as_ref().ok()?.clone()),
                _ => return None,
            }
        }
        Pane::Groups => return None,
    };
    Some(Subject { name: reference(&name), rule })
}

/// Returns true if the subject, or what it is compared with, is made of personas. The column of the personas then says
/// nothing new.
pub fn is_of_personas(state: &State) -> bool {
    let against =
        state.views.get::<WhyView>().against.as_ref().is_some_and(|name| state.catalog.names_persona(&reference(name)));
    let Some(subject) = subject(state) else { return against };
    let filter = state.query.filter.trim();
    against || state.catalog.names_persona(if filter.is_empty() { &subject.name } else { filter })
}

/// Returns the rule of a segment, cell or persona by its full name.
pub fn rule_named<'a>(state: &'a State, name: &str) -> Option<&'a Checked> {
    let segment = state.catalog.countable().into_iter().find(|(full, _)| *full == name).map(|(_, rule)| rule);
    let persona = || state.catalog.personas.iter().find(|persona| persona.id == name);
    segment.or_else(|| persona()?.audience.as_ref().ok())
}

/// Returns the full names of all sets to compare with, segments first.
pub fn names(state: &State) -> Vec<String> {
    let segments = state.catalog.segments.iter().flat_map(|entry| match &entry.body {
        SegmentationState::Segment { rule: Ok(_), .. } => vec![entry.name.clone()],
        SegmentationState::Segmentation { cells: Ok(cells), .. } => {
            cells.iter().map(|cell| cell.full.clone()).collect()
        }
        _ => Vec::new(),
    });
    segments.chain(state.catalog.personas.iter().map(|persona| persona.id.clone())).collect()
}

/// Returns the columns that the rules of both sides mention.
fn mentioned(state: &State) -> BTreeSet<String> {
    let mut columns = subject(state).map(|subject| subject.rule.columns()).unwrap_or_default();
    let against = state.views.get::<WhyView>().against.as_deref().and_then(|name| rule_named(state, name));
    columns.extend(against.map(Checked::columns).unwrap_or_default());
    columns
}

/// Returns the ranked traits, as both the keys and the screen count them: those that repeat share a line, unless there
/// is one line per column.
pub fn lines(state: &State) -> Vec<WhyLine> {
    let (ranked, fresh) = ranked(state);
    let groups = match state.views.get::<WhyView>().by_column {
        true => ranked.into_iter().map(|one| vec![one]).collect(),
        false => why::join_repeated(ranked),
    };
    let line = |group: Vec<Trait>| {
        let mut group = group.into_iter();
        let one = group.next()?;
        Some(WhyLine { fresh: fresh.contains(&one.column), one, repeated: group.collect() })
    };
    groups.into_iter().filter_map(line).collect()
}

/// Returns a line for every trait.
pub fn all_lines(state: &State) -> Vec<WhyLine> {
    let (ranked, fresh) = ranked(state);
    let line = |one: Trait| WhyLine { fresh: fresh.contains(&one.column), one, repeated: Vec::new() };
    ranked.into_iter().map(line).collect()
}

/// Returns the ranked traits, and the columns of those that belong to the current query.
fn ranked(state: &State) -> (Vec<Trait>, BTreeSet<String>) {
    let view = state.views.get::<WhyView>();
    let mentioned = mentioned(state);
    let mut fresh = BTreeSet::new();
    let mut traits = Vec::new();
    for column in &view.contrasts.columns {
        let Ok(found) = column.traits(mentioned.contains(&column.name), state.settings.min_cell) else { continue };
        if column.contrast.fresh {
            fresh.insert(column.name.clone());
        }
        traits.extend(found);
    }
    let ranked = why::rank(traits, view.with_mentioned);
    (if view.by_column { why::by_column(ranked) } else { ranked }, fresh)
}

/// Returns the columns that are not in the ranking, with the reason: `email masked`.
pub fn left_out(state: &State) -> Vec<(String, &'static str)> {
    let mentioned = mentioned(state);
    let mut left_out = Vec::new();
    let columns = state.schema().map(|schema| schema.columns()).unwrap_or_default();
    for column in columns {
        if state.is_masked(&column.name) {
            left_out.push((column.name.clone(), "masked"));
        } else if state.schema().and_then(|schema| schema.key()) == Some(column.name.as_str()) {
            left_out.push((column.name.clone(), "the key"));
        }
    }
    for column in &state.views.get::<WhyView>().contrasts.columns {
        let is_mentioned = mentioned.contains(&column.name);
        if !state.views.get::<WhyView>().with_mentioned && is_mentioned {
            left_out.push((column.name.clone(), "in the rule"));
        } else if let Err(NoTraits::TooDiverse) = column.traits(is_mentioned, state.settings.min_cell) {
            left_out.push((column.name.clone(), "too many values"));
        }
    }
    left_out
}
