//! Options that say how a file is to be read, in place of what is detected.

use std::fs::OpenOptions;
use std::io::BufWriter;
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;

use clap::Args;

use super::CommandError;
use super::output::{Formulas, Table, TableCell};
use super::streams::say;
use crate::data::{
    CommentMark, DecimalMark, Escape, HeaderLine, OnBadRow, QuoteMark, Rejects, Separator, TableChoice, TextEncoding,
    TextOptions,
};
use crate::model::Datum;

/// Choice of a table in files that hold several, as options.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Files of several tables")]
pub struct ChoiceFlags {
    /// The table: of an SQLite database, or the member of a JSON object with the rows
    #[arg(long = "table", id = "table_name", global = true, value_name = "NAME")]
    pub table: Option<String>,
    /// The sheet of a workbook [default: the first with a value]
    #[arg(long, global = true, value_name = "NAME")]
    pub sheet: Option<String>,
}

impl ChoiceFlags {
    /// Returns the choice that was made.
    pub fn choice(&self) -> TableChoice {
        TableChoice { table: self.table.clone(), sheet: self.sheet.clone() }
    }

    /// Returns the names of the options that were given.
    pub fn given(&self) -> Vec<&'static str> {
        let given = [("--table", self.table.is_some()), ("--sheet", self.sheet.is_some())];
        given.into_iter().filter(|(_, given)| *given).map(|(name, _)| name).collect()
    }
}

/// The settings of `[data]` for text, as options.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Text tables")]
pub struct TextFlags {
    /// The separator of a text table: one character, tab, space, or blanks for columns aligned by any number of
    /// them [default: detected]
    #[arg(long, global = true, value_name = "CHAR", allow_hyphen_values = true)]
    pub sep: Option<Separator>,
    /// The quote around fields: one character, or none where quotes are plain text [default: detected]
    #[arg(long, global = true, value_name = "CHAR")]
    pub quote: Option<QuoteMark>,
    /// The character before a quote inside quotes, or none where it is written twice [default: detected]
    #[arg(long, global = true, value_name = "CHAR")]
    pub escape: Option<Escape>,
    /// The columns' names: true (first line), false (none), or the number of their line [default: detected]
    #[arg(long, global = true, value_name = "LINE")]
    pub header: Option<HeaderLine>,
    /// The encoding of a text table, such as windows-1252 [default: detected]
    #[arg(long, global = true, value_name = "NAME")]
    pub encoding: Option<TextEncoding>,
    /// The decimal mark of numbers: . or , [default: .]
    #[arg(long, global = true, value_name = "CHAR")]
    pub decimal: Option<DecimalMark>,
    /// The character at the beginning of lines that are comments, or none [default: detected]
    #[arg(long, global = true, value_name = "CHAR")]
    pub comment: Option<CommentMark>,
    /// The number of lines before the table [default: detected]
    #[arg(long, global = true, value_name = "LINES")]
    pub skip: Option<u64>,
    /// Treatment of rows that cannot be read: error, skip, or null (missing fields are null) [default: error]
    #[arg(long, global = true, value_name = "WAY")]
    pub on_bad_row: Option<OnBadRow>,
    /// Write the rows that were left out or repaired to this file, as CSV: file, line, problem, text
    #[arg(long, global = true, value_name = "FILE")]
    pub rejects: Option<PathBuf>,
}

impl TextFlags {
    /// Returns the settings that were given.
    pub fn options(&self) -> TextOptions {
        TextOptions {
            separator: self.sep,
            quote: self.quote,
            escape: self.escape,
            header: self.header,
            encoding: self.encoding,
            decimal: self.decimal,
            comment: self.comment,
            skip: self.skip,
            on_bad_row: self.on_bad_row,
            ..TextOptions::default()
        }
    }

    /// Returns the names of the options that were given.
    pub fn given(&self) -> Vec<&'static str> {
        let given = [
            ("--sep", self.sep.is_some()),
            ("--quote", self.quote.is_some()),
            ("--escape", self.escape.is_some()),
            ("--header", self.header.is_some()),
            ("--encoding", self.encoding.is_some()),
            ("--decimal", self.decimal.is_some()),
            ("--comment", self.comment.is_some()),
            ("--skip", self.skip.is_some()),
            ("--on-bad-row", self.on_bad_row.is_some()),
            ("--rejects", self.rejects.is_some()),
        ];
        given.into_iter().filter(|(_, given)| *given).map(|(name, _)| name).collect()
    }

    /// Refuses `--rejects` where no row can be rejected.
    pub fn check(&self, options: &TextOptions) -> Result<(), CommandError> {
        let rejects = matches!(options.on_bad_row, Some(OnBadRow::Skip | OnBadRow::Null));
        match self.rejects.is_some() && !rejects {
            true => Err(CommandError::usage(
                "--rejects lists rows that cannot be read, which now end the reading: add --on-bad-row skip (or null)",
            )),
            false => Ok(()),
        }
    }

    /// Writes the rejects to the file of `--rejects`, if there is one, readable by its owner alone. Their texts are left
    /// out if the study masks columns.
    pub fn write_rejects(&self, rejects: &Rejects, masks: bool) -> Result<(), CommandError> {
        let Some(path) = &self.rejects else { return Ok(()) };
        let mut table = Table::new(["file", "line", "problem", "text"]);
        for reject in &rejects.listed {
            table.rows.push(vec![
                TableCell::Text(reject.file.clone()),
                TableCell::Datum(Datum::Integer(reject.line as i64)),
                TableCell::Text(reject.problem.clone()),
                TableCell::Text(if masks { String::new() } else { reject.text.clone() }),
            ]);
        }
        if rejects.count > rejects.listed.len() as u64 {
            say!("crosscut: --rejects lists the first {} of {} rows", rejects.listed.len(), rejects.count);
        }
        let file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path);
        let written = file.and_then(|file| table.write_csv(&mut BufWriter::new(file), true, Formulas::Guarded));
        written.map_err(|error| CommandError::Failed(format!("{}: could not be written: {error}", path.display())))
    }
}
