use std::ops::Range;
use std::sync::Arc;

use polars::prelude::{BooleanChunked, DataFrame, Expr, IntoLazy, PolarsResult};
use polars_arrow::bitmap::Bitmap;

use crate::engine::local::column::Column;
use crate::engine::local::mask::{Mask, Words};
use crate::engine::local::{LocalEngine, failed};
use crate::engine::{Cancel, EngineError};

/// The condition's truth by polars, chunk by chunk.
pub fn mask(engine: &LocalEngine, columns: &[Arc<Column>], sql: &str, cancel: &Cancel) -> Result<Mask, EngineError> {
    let truth = Truth::new(sql)?;
    if columns.is_empty() {
        return Ok(Mask::constant(truth.of_nobody()?, engine.rows()));
    }
    Mask::write(&engine.chunks.with_polars(), true, cancel, |rows, words| {
        let truths = truth.of(slices(columns, rows)?)?;
        put(&truths, words);
        Ok(())
    })
}

fn slices(columns: &[Arc<Column>], rows: Range<usize>) -> Result<DataFrame, EngineError> {
    let slices = columns.iter().map(|column| column.slice(rows.clone())).collect::<PolarsResult<Vec<_>>>();
    DataFrame::new(rows.len(), slices.map_err(failed)?).map_err(failed)
}

/// A condition as polars evaluates it.
pub struct Truth(Expr);

impl Truth {
    pub fn new(sql: &str) -> Result<Self, EngineError> {
        Ok(Self(polars::sql::sql_expr(sql).map_err(failed)?.alias("truth")))
    }

    /// The truth for each row, in one piece.
    pub fn of(&self, frame: DataFrame) -> Result<BooleanChunked, EngineError> {
        let rows = frame.height();
        let answer = frame.lazy().select([self.0.clone()]).collect().map_err(failed)?;
        let column = answer.column("truth").map_err(failed)?;
        let truths = column.bool().map_err(failed)?.rechunk().into_owned();
        if truths.len() != rows {
            // An expression of constants only comes back as a single row.
            return Err(EngineError::Failed(format!("a condition gave {} truths for {rows} customers", truths.len())));
        }
        Ok(truths)
    }

    /// A condition on no column, as `lower('A') = 'a'`: the same for everyone.
    fn of_nobody(&self) -> Result<Option<bool>, EngineError> {
        let one = DataFrame::new(1, vec![polars::prelude::Column::new("one".into(), [1i32])]).map_err(failed)?;
        Ok(self.of(one)?.get(0))
    }
}

/// Nulls must be zero before.
fn put(truths: &BooleanChunked, words: Words) {
    for array in truths.downcast_iter() {
        copy(array.values(), words.trues);
        if let Some(known) = array.validity() {
            copy(known, words.nulls);
            words.nulls.iter_mut().for_each(|word| *word = !*word);
        }
    }
}

fn copy(bits: &Bitmap, words: &mut [u64]) {
    let chunks = bits.chunks::<u64>();
    let rest = chunks.remainder();
    for (word, bits) in words.iter_mut().zip(chunks.chain(std::iter::once(rest))) {
        *word = bits;
    }
}
