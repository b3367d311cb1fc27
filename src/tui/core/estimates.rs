use crate::insight::Catalog;
use crate::insight::estimate::SampleSize;
use crate::insight::facet::FacetInquiry;
use crate::insight::inquiry::NewestFact;
use crate::insight::panes::PanesInquiry;
use crate::insight::sampled::SampledColumns;

/// Counts in a sample of the base, shown as estimates until the exact answers arrive.
///
/// They are kept apart from [`super::Answers`]: only drawing reads them, so that none is copied, saved or taken for an
/// answer.
#[derive(Debug, Default)]
pub struct Estimates {
    /// True once a sample was opened, or opening it failed. A redraw then draws the sample again.
    pub is_wanted: bool,
    /// The sample, once it can be asked.
    pub sample: Option<Sampled>,
    /// Counts in the sample for the panes and the summary.
    pub panes: PanesInquiry,
    /// Counts in the sample for the group-by pane.
    pub groups: FacetInquiry,
    /// Reason why the filter has no estimates.
    pub refused: Option<String>,
    /// Generation of the newest questions. Answers to older ones are dropped.
    pub generation: u64,
    /// Questions asked about the current filter.
    pub asked: SampleInquiries,
    /// The definitions that the sample can count; `None` before they are first needed.
    pub catalog: Option<Catalog>,
}

/// A sample that can be asked.
#[derive(Debug)]
pub struct Sampled {
    /// Numbers of customers in the sample and in the base.
    pub size: SampleSize,
    /// Columns that the sample has.
    pub columns: SampledColumns,
}

/// Inquiries that were asked of the sample.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SampleInquiries {
    /// The panes: the summary alone, or everything once the definitions are known.
    pub panes: Option<AskedPanes>,
    /// True if the groups were asked for.
    pub groups: bool,
}

/// Panes that the sample was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AskedPanes {
    Summary,
    Everything,
}

impl Estimates {
    /// Returns the sample's count to show while the exact answer is being counted, with the sizes of sample and base.
    /// `None` if the exact answer is known, or the sample has not answered.
    pub fn in_place_of<'e, T>(&self, exact: &NewestFact<T>, counted: &'e NewestFact<T>) -> Option<(&'e T, SampleSize)> {
        let sample = self.sample.as_ref()?;
        counted.get().filter(|_| exact.is_waiting()).map(|counted| (counted, sample.size))
    }
}
