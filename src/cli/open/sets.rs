//! The sets that a command lists or compares.

use clap::ValueEnum;

use super::CheckedStudy;
use crate::insight::matrix::NamedSet;

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Sets {
    /// Segments and the cells of segmentations
    Segments,
    Personas,
}

impl Sets {
    /// Returns the sets that can be counted, by full name.
    pub fn resolve(self, opened: &CheckedStudy) -> Vec<NamedSet> {
        match self {
            Sets::Segments => {
                let countable = opened.catalog.countable();
                countable.into_iter().map(|(name, rule)| (name.to_owned(), rule.clone())).collect()
            }
            Sets::Personas => opened.catalog.by_priority(),
        }
    }
}
