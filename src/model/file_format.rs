use std::path::Path;

/// Format of a file that a table is written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileFormat {
    Csv,
    Tsv,
    /// One JSON object per line.
    Ndjson,
    /// An array of JSON objects.
    Json,
    Markdown,
    Parquet,
    /// Arrow IPC with a footer: Feather 2.
    Arrow,
    /// A workbook of one sheet.
    Xlsx,
}

impl FileFormat {
    /// Endings of files, for messages.
    pub const ENDINGS: &str = ".csv, .tsv, .ndjson, .json, .parquet, .arrow, .xlsx or .md";

    /// Returns the format that the ending of a file's name stands for.
    pub fn from_path(path: &Path) -> Option<Self> {
        Some(match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "csv" => FileFormat::Csv,
            "tsv" | "tab" => FileFormat::Tsv,
            "ndjson" | "jsonl" => FileFormat::Ndjson,
            "json" => FileFormat::Json,
            "md" => FileFormat::Markdown,
            "parquet" => FileFormat::Parquet,
            "arrow" | "feather" | "ipc" => FileFormat::Arrow,
            "xlsx" => FileFormat::Xlsx,
            _ => return None,
        })
    }

    /// Returns true for a format that is no text.
    pub fn is_binary(self) -> bool {
        matches!(self, FileFormat::Parquet | FileFormat::Arrow | FileFormat::Xlsx)
    }

    /// Returns the name of the format as `--format` spells it.
    pub fn word(self) -> &'static str {
        match self {
            FileFormat::Csv => "csv",
            FileFormat::Tsv => "tsv",
            FileFormat::Ndjson => "ndjson",
            FileFormat::Json => "json",
            FileFormat::Markdown => "md",
            FileFormat::Parquet => "parquet",
            FileFormat::Arrow => "arrow",
            FileFormat::Xlsx => "xlsx",
        }
    }
}
