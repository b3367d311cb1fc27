use super::{Persona, Rfm, Segment, Segmentation};

/// The definitions of a study, each kind in the order of its files.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Definitions {
    pub segments: Vec<Segment>,
    pub segmentations: Vec<Segmentation>,
    pub personas: Vec<Persona>,
}

impl Definitions {
    /// Returns the names of a segmentation's score columns: for recency, frequency and monetary value, in this order.
    /// Returns an empty list if it has no scores, or if a segmentation already has one of these names.
    pub fn score_columns(&self, cut: &Segmentation) -> Vec<String> {
        let names = cut.rfm.iter().flat_map(|_| Rfm::score_columns(&cut.name)).collect::<Vec<_>>();
        match self.segmentations.iter().any(|other| names.contains(&other.name)) {
            true => Vec::new(),
            false => names,
        }
    }
}
