//! Profile of one column: its values, spread and chart.

pub mod chart;
mod draw;
mod facts;
mod handlers;
mod values;
mod words;

use crate::engine::ColumnProfile;
use crate::insight::inquiry::ErasedInquiry;
use crate::insight::profile::ProfileInquiry;
use crate::insight::table::Table;
use crate::tui::core::binding::until_loaded;
use crate::tui::core::{Binding, BindingSection, Hooks, State, View, ViewKeys, ViewName};
use crate::tui::paint::canvas::{Canvas, Rect};

pub use handlers::chosen as open_column;
pub use words::value;

/// Name by which the state and other views refer to this view.
pub const NAME: ViewName = "profile";

const OPENS: Binding =
    super::opening(NAME, &["i"], "a column's values, spread and chart under the filter", handlers::open).synonyms(&[
        "histogram",
        "distribution",
        "describe",
        "column",
    ]);

const KEYS: &[BindingSection] = &[BindingSection::new(
    "Profile",
    &[
        Binding::new("enter", &["enter"], "pick another column", handlers::pick).hint("column…").disabled(until_loaded),
        Binding::new("left", &["h", "left"], "go to the previous column", handlers::left).moves(),
        Binding::new("right", &["l", "right"], "go to the next column", handlers::right).hint("next column").moves(),
        Binding::new("cut", &["z"], "cut the numbers or dates coarser or finer", handlers::next_bins).hint("bins"),
    ],
)];

/// Maximum numbers of bins that `b` steps through.
pub const BINS: [usize; 3] = [20, 40, 10];

/// Profile of one column: its values, spread and chart.
#[derive(Debug, Clone, Default)]
pub struct ProfileView {
    /// Name of the column; `None` before one was chosen.
    pub column: Option<String>,
    /// Index into [`BINS`].
    pub bins: usize,
    /// Questions for the profile, and the newest answer.
    pub profile: ProfileInquiry,
    /// Index of the selected value, if values are listed.
    pub cursor: usize,
}

/// Figures of the view, each in a sentence.
const FIGURES: &[(&str, &str)] = &[
    (
        "quartiles",
        "a quarter of the customers with a value lie below the lower one, half below the median, three quarters below the upper one",
    ),
    ("std dev", "how far values lie from the mean, typically"),
    ("distinct", "different values, without null"),
    ("beyond the axis", "customers whose value is too far out to be drawn"),
];

impl View for ProfileView {
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
                handlers::arrived(state);
                Vec::new()
            },
            pressed: handlers::pressed,
            step: handlers::step,
            ..Hooks::default()
        }
    }

    fn inquiry(&mut self) -> Option<&mut dyn ErasedInquiry> {
        Some(&mut self.profile)
    }

    fn is_waiting(&self) -> bool {
        self.column.is_some() && self.profile.found.is_waiting()
    }

    fn outdate(&mut self) {
        self.profile.outdate();
    }

    fn figures(&self) -> &'static [(&'static str, &'static str)] {
        FIGURES
    }

    fn table(&self, state: &State) -> Option<Table> {
        draw::table(state)
    }

    fn draw(&self, canvas: &mut Canvas, area: Rect, state: &State) {
        draw::draw(canvas, area, state);
    }
}

impl ProfileView {
    /// Returns the answer, if it is about the column that is shown.
    pub fn shown(&self) -> Option<&ColumnProfile> {
        self.profile.found.answer.as_deref().filter(|profile| Some(&profile.column) == self.column.as_ref())
    }
}
