//! Opens studies, and drives inquiries to their end.
//!
//! The sub-commands, the TUI and the tests open a study here; code above does not name the engine that answers.

mod cells;
mod converting;
mod creating;
mod customers;
mod driving;
mod exporting;
mod lists;
mod opening;
mod privacy_engine;
mod remote;
mod sampling;
mod sink;
mod starter;

pub use cells::find_cells;
pub use converting::Conversion;
pub use creating::{create_study, place_of, write_files};
pub use customers::{CustomersFile, make_customers};
pub use driving::{ask, drive};
pub use exporting::{PageInOrder, export, read_pages};
pub use lists::file_lists;
pub use opening::{
    BaseSource, DeferredWork, MIN_GROWING_BYTES, OpenedStudy, OpenedTable, Opening, OpeningStep, ReadyEngine,
    ValueStore, open_table, schema,
};
pub use privacy_engine::PrivacyEngine;
pub use remote::{connect_table, remote_base};
pub use sampling::{Sample, Sampling, samples_folder};
pub use sink::{ExportError, NewFile, RowSink};
pub use starter::starter_table;
