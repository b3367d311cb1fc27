use chrono::NaiveDate;

use super::drive;
use crate::engine::{Cancel, Engine, EngineError, Personas};
use crate::insight::catalog::CellsByName;
use crate::insight::cells::CellsInquiry;
use crate::insight::inquiry::Inquiry;
use crate::model::Definitions;

/// Finds the cells of all segmentations of a study. A segmentation that cannot be cut has the reason in its place.
///
/// # Errors
/// Returns only [`EngineError::Cancelled`].
pub fn find_cells(
    engine: &dyn Engine,
    definitions: &Definitions,
    mask: &[String],
    today: NaiveDate,
    cancel: &Cancel,
) -> Result<CellsByName, EngineError> {
    let mut inquiry = CellsInquiry::from_study(definitions, engine.schema(), mask, today);
    drive(engine, &Personas::default(), &mut inquiry, cancel)?;
    Ok(inquiry.result().clone())
}
