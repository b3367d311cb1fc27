//! How a segmentation finds its cells: what it has to ask of the base, and what it makes of the answer.

use super::settings;
use crate::engine::{Ask, Cancel, Engine, EngineError, Personas, QuantilesQuestion, Values, ValuesQuestion, ask_one};
use crate::model::{CellCut, Column, ColumnType, Datum, Definitions, Rfm, Schema, Segmentation};
use crate::rule::Checked;
use crate::rule::cells::{self, Cell, Scored};

/// Cuts segmentations of these definitions. Break points are taken over the whole base.
pub struct Cutter<'a> {
    pub definitions: &'a Definitions,
    pub engine: &'a dyn Engine,
    /// The engine's, with the column that is made of the personas if there is one.
    pub schema: &'a Schema,
    pub personas: &'a Personas,
    pub mask: &'a [String],
    pub cancel: &'a Cancel,
}

impl<'a> Cutter<'a> {
    /// The cells of a segmentation, in their order.
    ///
    /// # Errors
    /// [`EngineError::Failed`] with one line that says why it cannot be cut.
    pub fn cells(&self, segmentation: &Segmentation) -> Result<Vec<Cell>, EngineError> {
        let found = match segmentation.cut().map_err(|(_, message)| EngineError::Failed(message))? {
            CellCut::Values { column, top } => {
                let column = self.shown(column)?;
                let values = self.values(column, top)?;
                cells::by_values(column, &values.values, values.left_out, top)
            }
            // Break points and ages are the study's own words and tell nobody's value.
            CellCut::Breaks { column, breaks } => cells::by_breaks(breaks, self.column(column)?),
            CellCut::Age { column, ages, unit } => cells::by_age(self.column(column)?, ages, unit),
            CellCut::Quantiles { column, parts } => cells::by_quantiles(&self.scored(column, parts, false)?),
            CellCut::Part { column, part } if cells::needs_ends(part) => {
                let column = self.shown(column)?;
                cells::by_part(column, part, &self.quantiles(column, vec![0.0, 1.0])?)
            }
            CellCut::Part { column, part } => cells::by_part(self.column(column)?, part, &[]),
            CellCut::Cross { first, second } => {
                let (first, second) = (self.side(first, segmentation)?, self.side(second, segmentation)?);
                cells::crossed(&first, &second)
            }
            CellCut::Rfm { rfm, cells: own } => cells::by_rfm(&self.rfm(rfm)?, own, rfm.scores()),
            CellCut::Cells(own) => {
                let cell =
                    |(name, rule): (&String, &Option<String>)| Some(Cell { name: name.clone(), rule: rule.clone()? });
                Ok(own.iter().filter_map(|own| cell((&own.name, &own.rule))).collect())
            }
        };
        found.map_err(EngineError::Failed)
    }

    fn rfm(&self, rfm: &Rfm) -> Result<[Scored<'a>; 3], EngineError> {
        // Of a date the latest is best, of the days since then the fewest.
        let recency = self.shown(&rfm.recency)?;
        let is_number = recency.column_type.is_number();
        Ok([
            self.scored(&rfm.recency, rfm.scores(), is_number)?,
            self.scored(&rfm.frequency, rfm.scores(), false)?,
            self.scored(&rfm.monetary, rfm.scores(), false)?,
        ])
    }

    fn scored(&self, column: &str, parts: u32, least_is_best: bool) -> Result<Scored<'a>, EngineError> {
        let column = self.shown(column)?;
        let is_ordered = matches!(column.column_type, ColumnType::Date | ColumnType::Timestamp);
        if !is_ordered && !column.column_type.is_number() {
            let is = format!("\"{}\" is {}", column.name, column.column_type);
            return Err(EngineError::Failed(format!("{is}: equal parts need numbers or dates")));
        }
        Ok(Scored { column, breaks: self.quantiles(column, cells::shares(parts))?, least_is_best })
    }

    /// The cells of a side of a crossing: of a segmentation, or else by a column's values.
    fn side(&self, name: &str, crossing: &Segmentation) -> Result<Vec<Cell>, EngineError> {
        let by_value = Segmentation { name: name.into(), column: name.into(), ..Segmentation::default() };
        let named =
            self.definitions.segmentations.iter().find(|other| other.name == name && other.name != crossing.name);
        let side = named.unwrap_or(&by_value);
        if side.cross.is_some() {
            return Err(EngineError::Failed(format!("{name} is crossed itself: cross segmentations that are not")));
        }
        self.cells(side)
    }

    fn column(&self, name: &str) -> Result<&'a Column, EngineError> {
        let schema = self.schema;
        let name = settings::column(schema, name).map_err(EngineError::Failed)?;
        schema.get(&name).ok_or_else(|| EngineError::Failed(format!("there is no column \"{name}\"")))
    }

    /// The column, if its values may be shown.
    fn shown(&self, name: &str) -> Result<&'a Column, EngineError> {
        let column = self.column(name)?;
        match settings::is_masked(self.mask, &column.name) {
            true => Err(EngineError::Failed(settings::values_not_shown(&column.name))),
            false => Ok(column),
        }
    }

    fn values(&self, column: &Column, top: Option<u32>) -> Result<Values, EngineError> {
        let limit = top.map_or(cells::MAX_CELLS, |top| top as usize + 1);
        let question = ValuesQuestion { column: column.name.clone(), limit }.with_personas(self.personas);
        ask_one(self.engine, &question, self.cancel)
    }

    fn quantiles(&self, column: &Column, shares: Vec<f64>) -> Result<Vec<Datum>, EngineError> {
        let question = QuantilesQuestion { filter: Checked::everyone(), column: column.name.clone(), shares };
        Ok(ask_one(self.engine, &question, self.cancel)?.values)
    }
}
