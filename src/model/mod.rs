//! Plain types that the whole program shares: segments, segmentations, personas, columns and single values.
//!
//! This module does no I/O and uses neither polars nor the terminal. Every other module may depend on it; it depends
//! on none of them.

pub mod breaks;
mod column_type;
mod cut;
mod datum;
mod decimal;
mod definitions;
mod file_format;
mod lists;
mod name;
pub mod nice;
mod persona;
mod schema;
mod segment;
mod segmentation;

pub use column_type::ColumnType;
pub use cut::{Cut, DateUnit};
pub use datum::Datum;
pub use decimal::Decimal;
pub use definitions::Definitions;
pub use file_format::FileFormat;
pub use lists::{ConvertedValues, FileLists, FileValues};
pub use name::{is_plain_name, quote_name, reference};
pub use persona::{Claim, Evidence, EvidenceKind, JourneyStage, Persona, Review};
pub use schema::{
    Column, Events, Limits, Lookup, Missing, PERSONA, SameKey, Schema, TableColumns, TableKind, is_masked,
};
pub use segment::{Segment, SegmentKind};
pub use segmentation::{AgeUnit, CellCut, CellDefinition, Rfm, Segmentation};
