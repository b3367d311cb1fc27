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
    /// Arrow IPC file format, also known as Feather 2.
    Arrow,
    /// Excel workbook with one sheet.
    Xlsx,
}

impl FileFormat {
    /// File name extensions of all formats, for messages.
    pub const ENDINGS: &str = ".csv, .tsv, .ndjson, .json, .parquet, .arrow, .xlsx or .md";

    /// Returns the format for the file name's extension; `None` if the extension is unknown.
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

    /// Returns true for the formats that are not text.
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
