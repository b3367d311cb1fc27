//! Content of a file that figures or customers are exported to.

use std::path::PathBuf;

use super::table::Table;
use crate::engine::{PageQuestion, Personas};

/// A file to write.
#[derive(Debug, Clone, PartialEq)]
pub struct FileExport {
    pub path: PathBuf,
    pub content: ExportContent,
    /// True to replace a file that is there.
    pub replaces: bool,
}

/// Content of an exported file.
#[derive(Debug, Clone, PartialEq)]
pub enum ExportContent {
    /// A table that is on screen.
    Table(Table),
    /// Customers, however many; they are read page by page.
    Customers(CustomerList),
}

/// Customers to list.
#[derive(Debug, Clone, PartialEq)]
pub struct CustomerList {
    /// Filter, columns and order. Offset and limit are those of the first page.
    pub question: PageQuestion,
    pub personas: Personas,
    /// Columns whose values are not written.
    pub mask: Vec<String>,
}
