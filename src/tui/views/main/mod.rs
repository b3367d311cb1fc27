//! The main screen: segments and groups on one side, personas on the other.

mod audience;
mod draw;
pub mod draw_groups;
pub mod draw_personas;
mod draw_segments;
mod handlers;
mod personas;
mod segments;
mod selected;

use crate::insight::table::Table;
use crate::tui::core::binding::{NO_STUDY, until_loaded, without_place_for_study, without_study};
use crate::tui::core::{Binding, BindingSection, CustomerListing, Hooks, Pane, State, View, ViewKeys, ViewName};
use crate::tui::paint::canvas::{Canvas, Rect};
use crate::tui::views::{builder, facets, persona_form};

pub use draw::{chosen_error, has_lines};

/// Name by which the state and other views refer to this view.
pub const NAME: ViewName = "main";

/// The main screen. Its lists live in the state: they stay in sight, and keep their cursors, in other views too.
#[derive(Debug, Default)]
pub struct MainView;

fn without_segments(state: &State) -> Option<&'static str> {
    let none = state.catalog.segments.is_empty();
    until_loaded(state)
        .or_else(|| none.then_some("there is no segment yet: press / to filter, s to save the filter as one"))
}

fn to_edit_segments(state: &State) -> Option<&'static str> {
    without_segments(state).or_else(|| (!state.settings.can_save).then_some(NO_STUDY))
}

fn without_personas(state: &State) -> Option<&'static str> {
    state.catalog.personas.is_empty().then_some("the study has no personas")
}

const KEYS: &[BindingSection] = &[
    BindingSection::for_pane(
        Pane::Segments,
        "Segments",
        &[
            Binding::new(
                "enter",
                &["enter"],
                "make the segment the filter; open or close a segmentation",
                segments::enter,
            )
            .hint("filter by this")
            .disabled(until_loaded),
            Binding::new("toggle", &["space"], "add the segment to the filter or remove it", segments::toggle)
                .hint("on/off")
                .disabled(without_segments),
            Binding::new("edit", &["e"], "edit the segment: name, kind, rule, note", segments::edit)
                .late_hint("edit")
                .disabled(to_edit_segments),
            Binding::new("delete", &["d"], "delete it, after showing what refers to it", segments::ask_delete)
                .late_hint("delete")
                .disabled(to_edit_segments),
            Binding::new("open", &["l", "right"], "open the segmentation's cells", handlers::open_line).moves(),
            Binding::new("close", &["h", "left"], "close the segmentation's cells", handlers::close_line).moves(),
            Binding::new("open-all", &["L"], "open the cells of all segmentations", handlers::open_all)
                .moves()
                .synonyms(&["expand", "unfold"]),
            Binding::new("close-all", &["H"], "close the cells of all segmentations", handlers::close_all)
                .moves()
                .synonyms(&["collapse", "fold"]),
            Binding::new("copy-line", &["Y"], "copy the segment's rule", segments::copy).synonyms(&["copy", "yank"]),
        ],
    ),
    BindingSection::for_pane(
        Pane::Groups,
        "Group by",
        &[
            Binding::new(
                "enter",
                &["enter"],
                "keep only this group in the filter; press again for all groups",
                handlers::enter_group,
            )
            .hint("only this")
            .disabled(until_loaded),
            Binding::new("toggle", &["space"], "add the group to the filter or remove it", facets::toggle)
                .hint("on/off")
                .disabled(until_loaded),
            Binding::new("cut", &["z"], "cut the numbers or dates coarser or finer", facets::other_cut)
                .late_hint("bins"),
            Binding::new("copy-line", &["Y"], "copy the group as a condition", facets::copy_group)
                .synonyms(&["copy", "yank"]),
        ],
    ),
    BindingSection::for_pane(
        Pane::Personas,
        "Personas",
        &[
            Binding::new(
                "enter",
                &["enter"],
                "open the persona's card; on a segment that it spans, narrow the filter to both",
                personas::enter,
            )
            .hint("open")
            .disabled(until_loaded),
            Binding::new("edit", &["e"], "edit the persona: every field", personas::edit)
                .late_hint("edit")
                .disabled(without_study),
            Binding::new("editor", &["E"], "edit the persona in $EDITOR", personas::edit_as_text)
                .late_hint("$EDITOR")
                .disabled(without_study),
            Binding::new("new", &["n"], "make a new persona", persona_form::new)
                .hint("new")
                .disabled(without_place_for_study),
            Binding::new("delete", &["d"], "delete it, after showing what refers to it", segments::ask_delete)
                .late_hint("delete")
                .disabled(without_study),
            Binding::new("duplicate", &["D"], "make a copy of the persona", personas::duplicate)
                .disabled(without_study),
            Binding::new("move-down", &["J"], "move the persona down: those above come first", personas::move_down)
                .disabled(without_study),
            Binding::new("move-up", &["K"], "move the persona up", personas::move_up).disabled(without_study),
            Binding::new("open", &["l", "right"], "open the segments that the persona spans", handlers::open_line)
                .moves(),
            Binding::new("close", &["h", "left"], "close the persona's segments", handlers::close_line).moves(),
            Binding::new("open-all", &["L"], "open the segments of all personas", handlers::open_all)
                .moves()
                .synonyms(&["expand", "unfold"]),
            Binding::new("close-all", &["H"], "close the segments of all personas", handlers::close_all)
                .moves()
                .synonyms(&["collapse", "fold"]),
            Binding::new("copy-line", &["Y"], "copy the persona's rule", handlers::copy_persona)
                .synonyms(&["copy", "yank"]),
        ],
    ),
    BindingSection::new(
        "Every pane",
        &[
            Binding::new("next-pane", &["tab"], "go to the next pane", handlers::next_pane).late_hint("pane").moves(),
            Binding::new("group", &["b"], "group the filtered customers by a column", handlers::pick_group)
                .hint("group")
                .synonyms(&["group by", "break down", "pivot"])
                .disabled(until_loaded),
            Binding::new("card", &["p"], "open the persona's card", personas::open_card)
                .late_hint("persona card")
                .disabled(without_personas),
            Binding::new(
                "segmentation",
                &["B"],
                "build a segmentation: cut the base into segments by a column",
                builder::open,
            )
            .late_hint("segmentation")
            .synonyms(&["builder", "cells", "cut", "bins", "quantiles", "rfm"])
            .disabled(without_place_for_study),
            Binding::new("previous-pane", &["shift-tab"], "go to the previous pane", handlers::previous_pane).moves(),
        ],
    ),
];

const OPENS: Binding =
    super::opening(NAME, &["S"], "segments, groups and personas: the main screen", |state| super::switch(state, NAME))
        .late_hint("segments")
        .disabled(|state| until_loaded(state).or_else(|| (state.view == NAME).then_some("this is the main screen")))
        .synonyms(&["segments", "personas", "home"]);

const FIGURES: &[(&str, &str)] = &[
    ("of base", "share of all customers"),
    ("of filter", "share of the customers that the filter leaves"),
    ("of value", "the filter's or the group's share of the value column's sum over all customers"),
    (
        "reach",
        "share of the filter's customers who are in the persona's audience; the bars under it are shares of the persona",
    ),
    ("index", "100 is average: the share inside the filter against the share in the base; ▲ from 120, ▼ to 80"),
    ("<10, >490, ·", "suppressed: too close to nobody or to everyone; · protects another suppressed count"),
    ("–, •••", "no value, or not shown; masked"),
    ("● ○ ! ▸", "part of the filter; not part of it; has an error; opens"),
];

impl View for MainView {
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
        Hooks { step: handlers::step, pressed: handlers::pressed, ..Hooks::default() }
    }

    fn table(&self, state: &State) -> Option<Table> {
        match state.focus {
            Pane::Segments => Some(draw_segments::table(state)),
            Pane::Groups => draw_groups::pane_table(state),
            Pane::Personas => Some(draw_personas::table(state)),
        }
    }

    fn listings(&self, state: &State) -> Vec<CustomerListing> {
        audience::listing(state).into_iter().collect()
    }

    fn column(&self, state: &State) -> Option<String> {
        let facet = state.query.group_by.first().filter(|_| state.focus == Pane::Groups)?;
        Some(facet.column.clone())
    }

    fn figures(&self) -> &'static [(&'static str, &'static str)] {
        FIGURES
    }

    fn draw(&self, canvas: &mut Canvas, area: Rect, state: &State) {
        draw::draw(canvas, area, state);
    }
}
