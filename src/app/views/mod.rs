//! State of each view beside the panes and the rows: its cursor, its order, its newest answer. `update/views` handles
//! its keys and its questions.

mod attrition;
pub mod builder;
pub mod card;
pub mod consolidate;
pub mod coverage;
pub mod facets;
pub mod matrix;
pub mod profile;
pub mod research;
pub mod upset;
pub mod why;

pub use attrition::AttritionPane;
pub use builder::Builder;
pub use card::CardView;
pub use consolidate::ConsolidateView;
pub use coverage::CoverageView;
pub use facets::FacetsView;
pub use matrix::MatrixView;
pub use profile::ProfileView;
pub use research::ResearchView;
pub use upset::UpSetView;
pub use why::WhyView;

use super::state::{Overlay, State, View};

#[derive(Debug, Clone, Default)]
pub struct Views {
    pub matrix: MatrixView,
    pub upset: UpSetView,
    pub why: WhyView,
    pub facets: FacetsView,
    pub profile: ProfileView,
    pub consolidate: ConsolidateView,
    pub coverage: CoverageView,
    pub research: ResearchView,
    pub attrition: AttritionPane,
    /// The persona card, which lies over whatever view is open.
    pub card: CardView,
}

/// Returns true if something on screen waits for an answer of its own.
pub fn is_waiting(state: &State) -> bool {
    let views = &state.views;
    let in_view = match state.view {
        View::Main | View::Rows => false,
        View::Matrix => views.matrix.is_waiting(),
        View::UpSet => views.upset.is_waiting(),
        View::Why => views.why.is_waiting(),
        View::Facets => views.facets.is_waiting(),
        View::Profile => views.profile.is_waiting(),
        View::Consolidate => views.consolidate.is_waiting(),
        View::Coverage => views.coverage.is_waiting(),
        View::Research => views.research.is_waiting(),
    };
    let on_card = matches!(state.overlay, Some(Overlay::PersonaCard { .. })) && views.card.is_waiting();
    in_view
        || on_card
        || views.attrition.is_waiting()
        || matches!(&state.overlay, Some(Overlay::Builder(b)) if b.is_waiting())
}
