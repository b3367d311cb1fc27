use super::{Persona, Rfm, Segment, Segmentation};

/// The definitions of a study, in the order of its files.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Definitions {
    pub segments: Vec<Segment>,
    pub segmentations: Vec<Segmentation>,
    pub personas: Vec<Persona>,
}

impl Definitions {
    /// Returns the names of the columns of scores beside a segmentation: of recency, frequency and monetary value, in this
    /// order. `None` if it has no scores, or a segmentation has one of these names.
    pub fn score_columns(&self, cut: &Segmentation) -> Vec<String> {
        let names = cut.rfm.iter().flat_map(|_| Rfm::score_columns(&cut.name)).collect::<Vec<_>>();
        match self.segmentations.iter().any(|other| names.contains(&other.name)) {
            true => Vec::new(),
            false => names,
        }
    }
}
