use crate::engine::Profile;
use crate::insight::profile::ProfileInquiry;

/// So many bins at most, as `b` steps through them.
pub const BINS: [usize; 3] = [20, 40, 10];

/// One column: its values, spread and chart.
#[derive(Debug, Clone, Default)]
pub struct ProfileView {
    pub column: Option<String>,
    /// A place in [`BINS`].
    pub bins: usize,
    pub profile: ProfileInquiry,
    /// The chosen value, where values are listed.
    pub cursor: usize,
}

impl ProfileView {
    pub fn is_waiting(&self) -> bool {
        self.column.is_some() && self.profile.found.is_waiting()
    }

    /// What is asked has changed: what is here is old.
    pub fn outdate(&mut self) {
        self.profile.outdate();
    }

    /// The answer, if it is about the column that is shown.
    pub fn shown(&self) -> Option<&Profile> {
        self.profile.found.answer.as_deref().filter(|profile| Some(&profile.column) == self.column.as_ref())
    }
}
