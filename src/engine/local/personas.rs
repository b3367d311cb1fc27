//! Computes the column of each customer's primary persona: the first one, in order, whose audience contains the
//! customer.
//!
//! The column depends on the personas of the question, but always has the same name. Therefore results of this
//! column, and of rules that name it, are kept separately for each set of personas.

use std::sync::Arc;

use super::chunks::words_of;
use super::column::{CodedColumn, Codes, ColumnData, Width};
use super::memory::{Memory, MemoryKey};
use super::row_set::RowSet;
use super::sums::slices;
use super::{LocalEngine, kernel};
use crate::engine::{Cancel, EngineError, Personas};
use crate::model::{Lookup, PERSONA, Schema};

impl LocalEngine {
    /// Returns an engine over the same base that keeps its results in `memory` and has these personas as the column
    /// `persona`. Without personas, the column is null for every customer.
    pub(super) fn knowing(&self, personas: &Personas, memory: &Memory) -> Self {
        let own = is_free(&self.schema).then(|| (PERSONA.to_owned(), personas.fingerprint()));
        Self {
            columns: self.columns.clone(),
            memory: Arc::new(memory.for_column(own)),
            schema: self.schema.clone(),
            chunks: self.chunks,
            derived: self.derived.clone(),
            personas: personas.clone(),
            is_guarded: self.is_guarded,
            owner: self.owner.clone(),
        }
    }

    /// Returns true if this name refers to the column of the personas.
    pub(super) fn is_persona(&self, name: &str) -> bool {
        name == PERSONA && is_free(&self.schema)
    }
}

/// Returns true if the base has no column `persona`, which would take precedence.
fn is_free(schema: &Schema) -> bool {
    schema.find(PERSONA) == Lookup::Missing && schema.missing(PERSONA).is_none()
}

/// Returns the column of each customer's primary persona; null for customers in no audience.
pub fn column(engine: &LocalEngine, cancel: &Cancel) -> Result<Arc<ColumnData>, EngineError> {
    engine.memory.get_or_make(MemoryKey::Column(PERSONA.to_owned()), || make(engine, cancel), ColumnData::bytes)
}

fn make(engine: &LocalEngine, cancel: &Cancel) -> Result<ColumnData, EngineError> {
    let personas = engine.personas.by_priority();
    let mut ids: Vec<&str> = personas.iter().map(|(id, _)| id.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    let code = |id: &str| ids.binary_search(&id).unwrap_or(ids.len()) as u32;
    let sets = personas.iter().map(|(id, rule)| Ok((code(id), engine.row_set(rule, cancel)?)));
    let sets = sets.collect::<Result<Vec<_>, EngineError>>()?;
    let none = ids.len() as u32;
    let (codes, counts) = match ids.len() {
        0..=0xFF => first::<u8>(engine, &sets, none, cancel).map(|(codes, counts)| (Codes::U8(codes), counts))?,
        _ => first::<u32>(engine, &sets, none, cancel).map(|(codes, counts)| (Codes::U32(codes), counts))?,
    };
    Ok(ColumnData::Coded(CodedColumn::new(PERSONA.into(), codes, ids.into_iter(), counts)))
}

/// Returns the code of each row's first set, or `none` if the row is in no set; and the number of rows of each code.
fn first<C: Width>(
    engine: &LocalEngine,
    sets: &[(u32, Arc<RowSet>)],
    none: u32,
    cancel: &Cancel,
) -> Result<(Vec<C>, Vec<u64>), EngineError> {
    let row_sets: Vec<Arc<RowSet>> = sets.iter().map(|(_, row_set)| row_set.clone()).collect();
    let parts = engine.chunks.map(cancel, |rows| {
        let mut codes = vec![C::from_code(none); rows.len()];
        let of_sets = slices(&row_sets, words_of(&rows));
        // Sets are written in reverse order, so that the first one overwrites the others.
        for ((code, _), words) in sets.iter().zip(of_sets).rev() {
            kernel::set_rows(words).for_each(|row| codes[row] = C::from_code(*code));
        }
        let mut counts = vec![0; none as usize + 1];
        codes.iter().for_each(|code| counts[code.index()] += 1);
        Ok((codes, counts))
    })?;
    let mut all = Vec::with_capacity(engine.rows());
    let mut counts = vec![0; none as usize + 1];
    for (codes, part) in parts {
        all.extend(codes);
        counts.iter_mut().zip(part).for_each(|(sum, count): (&mut u64, u64)| *sum += count);
    }
    Ok((all, counts))
}
