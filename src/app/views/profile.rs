use crate::engine::Profile;
use crate::insight::profile::ProfileInquiry;

/// Maximum numbers of bins that `b` steps through.
pub const BINS: [usize; 3] = [20, 40, 10];

/// Profile of one column: its values, spread and chart.
#[derive(Debug, Clone, Default)]
pub struct ProfileView {
    pub column: Option<String>,
    /// Index into [`BINS`].
    pub bins: usize,
    pub profile: ProfileInquiry,
    /// Index of the selected value, if values are listed.
    pub cursor: usize,
}

impl ProfileView {
    pub fn is_waiting(&self) -> bool {
        self.column.is_some() && self.profile.found.is_waiting()
    }

    /// Marks the profile as outdated: the query has changed.
    pub fn outdate(&mut self) {
        self.profile.outdate();
    }

    /// Returns the answer, if it is about the column that is shown.
    pub fn shown(&self) -> Option<&Profile> {
        self.profile.found.answer.as_deref().filter(|profile| Some(&profile.column) == self.column.as_ref())
    }
}
