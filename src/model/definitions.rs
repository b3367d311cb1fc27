use super::{Persona, Segment, Segmentation};

/// The definitions of a study, in the order of its files.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Definitions {
    pub segments: Vec<Segment>,
    pub segmentations: Vec<Segmentation>,
    pub personas: Vec<Persona>,
}
