use std::any::Any;
use std::fmt::Display;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::data::DataError;

/// Reason why a part of a file could not be read.
pub enum PartFault {
    /// An error that does not concern the column, or cancellation.
    Data(DataError),
    /// The reader's reason, in one line.
    Reason(String),
}

impl From<DataError> for PartFault {
    fn from(error: DataError) -> Self {
        PartFault::Data(error)
    }
}

impl PartFault {
    pub fn reason(reason: &impl Display) -> Self {
        PartFault::Reason(first_line(&reason.to_string()))
    }
}

/// Runs a reader and returns its panics as faults: the readers trust a file's own figures, and panic on some wrong
/// ones. It runs on a thread of the pool, since a panic of the program's own thread would be reported as one that ends
/// the program.
pub fn guarded<T: Send, E: Display + Send>(read: impl FnOnce() -> Result<T, E> + Send) -> Result<T, PartFault> {
    match rayon::scope(|_| catch_unwind(AssertUnwindSafe(read))) {
        Ok(read) => read.map_err(|error| PartFault::reason(&error)),
        Err(panic) => Err(PartFault::reason(&panic_message(panic.as_ref()))),
    }
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}

fn panic_message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("unreadable")
}
