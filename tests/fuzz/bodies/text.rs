//! A table of text, in whatever dialect. The first byte chooses what is declared of it.

use crosscut::data::{HeaderLine, LoadOptions, OnBadRow, Separator, TextOptions};

pub fn run(data: &[u8]) {
    let (&choice, bytes) = data.split_first().unwrap_or((&0, &[]));
    let separator = [None, Some(b','), Some(b';'), Some(b'\t')][usize::from(choice & 3)].map(Separator);
    let on_bad_row = [None, Some(OnBadRow::Error), Some(OnBadRow::Skip), Some(OnBadRow::Null)];
    let header = [None, Some(HeaderLine::None), Some(HeaderLine::First), Some(HeaderLine::Line(2))];
    let text = TextOptions {
        separator,
        on_bad_row: on_bad_row[usize::from(choice >> 2 & 3)],
        header: header[usize::from(choice >> 4 & 3)],
        ..TextOptions::default()
    };
    let name = if choice >> 6 == 3 { "table.ndjson" } else { "table.csv" };
    super::load::load(name, bytes, LoadOptions { text, ..LoadOptions::default() });
}
