use super::{Persona, Segment, Segmentation};

/// All that a study defines, in the order of its files.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Definitions {
    pub segments: Vec<Segment>,
    pub segmentations: Vec<Segmentation>,
    pub personas: Vec<Persona>,
}
