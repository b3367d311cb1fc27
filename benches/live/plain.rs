//! Plain polars on the same file: the expected answers, and a peer for some of the parts.

#[path = "../../tests/it/agree/plain/expression.rs"]
mod expression;

use std::collections::BTreeSet;
use std::fs::File;
use std::path::Path;

use crosscut::rule::Checked;
use polars::prelude::*;
use polars_io::parquet::read::ParquetReader;

/// Reads some columns of a Parquet file with polars.
pub fn read<'a>(file: &Path, columns: impl IntoIterator<Item = &'a str>) -> DataFrame {
    let columns = columns.into_iter().map(str::to_owned).collect();
    let reader = ParquetReader::new(File::open(file).expect("the base")).with_columns(Some(columns));
    reader.finish().expect("polars reads the base")
}

pub fn column(file: &Path, name: &str) -> Column {
    read(file, [name]).column(name).expect("the column").clone()
}

/// Evaluates each rule and returns its truth for every row.
pub fn truths(file: &Path, rules: &[&Checked]) -> Vec<BooleanChunked> {
    let columns: BTreeSet<String> = rules.iter().flat_map(|rule| rule.columns()).collect();
    let frame = read(file, columns.iter().map(String::as_str));
    let truth = |rule: &&Checked| {
        let truth = expression::expression(rule.expr(), frame.schema()).expect("plain polars knows this rule");
        let answer = frame.clone().lazy().select([truth.alias("truth")]).collect().expect("polars answers");
        answer.column("truth").and_then(|column| column.bool().cloned()).expect("a truth")
    };
    rules.iter().map(truth).collect()
}

pub fn count(file: &Path, rule: &Checked) -> u64 {
    truths(file, &[rule]).iter().map(|truth| u64::from(truth.sum().unwrap_or(0))).sum()
}
