//! Interprets counts: shares, index, suppression, and a study's definitions resolved against a base.
//!
//! Pure functions on answers and definitions. The formulas' names are those of `docs/metrics.md`.

pub mod absent_values;
pub mod attrition;
pub mod card;
pub mod catalog;
pub mod cells;
pub mod cluster;
pub mod combined;
pub mod consolidate;
pub mod contained;
pub mod contrasts;
pub mod coverage;
pub mod customer;
pub mod cutting;
pub mod each_count;
pub mod effect;
pub mod estimate;
pub mod export;
pub mod facet;
pub mod figures;
pub mod file_matches;
pub mod format;
pub mod inquiry;
pub mod match_rates;
pub mod matrix;
pub mod mece;
pub mod panes;
pub mod privacy;
pub mod profile;
pub mod research;
pub mod retention;
pub mod sampled;
pub mod settings;
pub mod suppress;
pub mod table;
pub mod upset;
pub mod values;
pub mod why;

pub use catalog::{Catalog, CellEntry, PersonaEntry, SegmentEntry, SpanEntry};
