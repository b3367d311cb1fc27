//! The engines that have to agree with plain polars.

use crosscut::data::{Base, BaseTable, column_type};
use crosscut::engine::local::{self, LocalEngine};
use crosscut::model::{Column, Schema};
use polars::prelude::{DataFrame, DataType};

/// Settings of an engine; `None` leaves the choice to the engine.
#[derive(Debug, Clone, Copy)]
pub struct Tuning {
    /// In rows.
    pub chunk: Option<usize>,
    /// In bytes.
    pub memory: Option<usize>,
}

const TUNINGS: [Tuning; 5] = [
    Tuning { chunk: None, memory: None },
    Tuning { chunk: None, memory: Some(0) },
    Tuning { chunk: Some(64), memory: Some(4_096) },
    Tuning { chunk: Some(77), memory: Some(0) },
    Tuning { chunk: Some(1), memory: None },
];
/// Tunings for bases that would have too many small chunks.
const TUNINGS_OF_LARGE: [Tuning; 3] = [
    Tuning { chunk: None, memory: None },
    Tuning { chunk: None, memory: Some(0) },
    Tuning { chunk: Some(20_011), memory: Some(0) },
];

/// One engine for each tuning, with a name for messages.
pub fn engines(frame: &DataFrame) -> Vec<(String, LocalEngine)> {
    engines_of(&base_of(frame.clone()))
}

/// One engine for each tuning on a base.
pub fn engines_of(base: &Base) -> Vec<(String, LocalEngine)> {
    all_of(&TUNINGS, base)
}

/// Engines on a large base or on files; the files must exist while the engines are used.
pub fn engines_on(base: &Base) -> Vec<(String, LocalEngine)> {
    all_of(&TUNINGS_OF_LARGE, base)
}

fn all_of(tunings: &[Tuning], base: &Base) -> Vec<(String, LocalEngine)> {
    tunings.iter().map(|tuning| (tuning.name(), engine(base.clone(), *tuning))).collect()
}

fn engine(base: Base, Tuning { chunk, memory }: Tuning) -> LocalEngine {
    let own = local::Tuning::default();
    LocalEngine::with(base, local::Tuning { chunk: chunk.unwrap_or(own.chunk), memory: memory.unwrap_or(own.memory) })
}

/// A base in memory, with the column types that reading a file would give.
pub fn base_of(frame: DataFrame) -> Base {
    let read = |column: &polars::prelude::Column| match column.dtype() {
        DataType::UInt64 => column.cast(&DataType::Decimal(20, 0)).expect("20 digits hold 64 bits"),
        _ => column.clone(),
    };
    let columns = frame.columns().iter().map(read).collect();
    let frame = DataFrame::new(frame.height(), columns).expect("columns of one length");
    let column = |column: &polars::prelude::Column| Column {
        name: column.name().to_string(),
        column_type: column_type(column.dtype()),
    };
    let schema = Schema::new(frame.columns().iter().map(column).collect());
    Base {
        table: BaseTable::Memory(frame),
        schema,
        key: None,
        source: "random".into(),
        notices: Vec::new(),
        rejects: Default::default(),
    }
}

impl Tuning {
    fn name(self) -> String {
        let told = |number: Option<usize>| number.map_or("as it likes".to_owned(), |number| number.to_string());
        format!("chunk {}, memory {}", told(self.chunk), told(self.memory))
    }
}
