//! The column of each customer's primary persona: the first one, in their order, whose audience they are in.
//!
//! It changes with the personas and keeps its name. So an engine is made anew for other personas, over the same base, and
//! what it keeps of this column, or of a rule that asks for it, is kept apart from what another one does.

use std::sync::Arc;

use xxhash_rust::xxh3::Xxh3;

use super::chunks::words_of;
use super::column::{Coded, Codes, Column, Width};
use super::mask::Mask;
use super::memory::Key;
use super::sums::slices;
use super::{LocalEngine, kernel};
use crate::engine::{Cancel, EngineError};
use crate::rule::Checked;

impl LocalEngine {
    /// The same base, and what is kept of it, for whoever knows these personas: by id, in the order of their priority. Of
    /// none at all everyone is in no persona.
    pub fn knowing(&self, personas: &[(String, Checked)]) -> Self {
        let schema = self.schema.clone().with_personas(true);
        let own = schema.persona().map(|column| (column.name.clone(), fingerprint(personas)));
        Self {
            columns: self.columns.clone(),
            memory: Arc::new(self.memory.of_column(own)),
            schema,
            chunks: self.chunks,
            derived: self.derived.clone(),
            personas: Arc::new(personas.to_vec()),
        }
    }

    /// Whether this is the column that is made of the personas.
    pub(super) fn is_persona(&self, name: &str) -> bool {
        self.schema.persona().is_some_and(|column| column.name == name)
    }
}

/// A number that other personas, or others of their rules, hardly have.
fn fingerprint(personas: &[(String, Checked)]) -> u64 {
    let mut hash = Xxh3::new();
    for (id, rule) in personas {
        for text in [id.as_str(), &rule.canonical()] {
            hash.update(&(text.len() as u64).to_le_bytes());
            hash.update(text.as_bytes());
        }
    }
    hash.digest()
}

pub fn column(engine: &LocalEngine, name: &str, cancel: &Cancel) -> Result<Arc<Column>, EngineError> {
    engine.memory.get_or_make(Key::Column(name.to_owned()), || make(engine, name, cancel), Column::bytes)
}

fn make(engine: &LocalEngine, name: &str, cancel: &Cancel) -> Result<Column, EngineError> {
    let mut ids: Vec<&str> = engine.personas.iter().map(|(id, _)| id.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    let code = |id: &str| ids.binary_search(&id).unwrap_or(ids.len()) as u32;
    let sets = engine.personas.iter().map(|(id, rule)| Ok((code(id), engine.mask(rule, cancel)?)));
    let sets = sets.collect::<Result<Vec<_>, EngineError>>()?;
    let none = ids.len() as u32;
    let (codes, counts) = match ids.len() {
        0..=0xFF => first::<u8>(engine, &sets, none, cancel).map(|(codes, counts)| (Codes::U8(codes), counts))?,
        _ => first::<u32>(engine, &sets, none, cancel).map(|(codes, counts)| (Codes::U32(codes), counts))?,
    };
    Ok(Column::Coded(Coded::new(name.into(), codes, ids.into_iter(), counts)))
}

/// The code of each row's first set, or `none`; and how many rows have each.
fn first<C: Width>(
    engine: &LocalEngine,
    sets: &[(u32, Arc<Mask>)],
    none: u32,
    cancel: &Cancel,
) -> Result<(Vec<C>, Vec<u64>), EngineError> {
    let masks: Vec<Arc<Mask>> = sets.iter().map(|(_, mask)| mask.clone()).collect();
    let parts = engine.chunks.map(cancel, |rows| {
        let mut codes = vec![C::of(none); rows.len()];
        let of_sets = slices(&masks, words_of(&rows));
        // The first one is written last.
        for ((code, _), words) in sets.iter().zip(of_sets).rev() {
            kernel::set_rows(words).for_each(|row| codes[row] = C::of(*code));
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
