//! Random tables as files, split into pieces of odd lengths.

use std::fs::File;
use std::path::{Path, PathBuf};

use crosscut::data::{self, Base, BaseLocation, LoadOptions};
use polars::prelude::*;
use polars_io::SerWriter;
use polars_io::ipc::IpcWriter;
use polars_io::parquet::write::ParquetWriter;

/// Bases of the table, each read from files of a different format in the folder.
pub fn bases(written: &DataFrame, folder: &Path) -> Vec<(&'static str, Base)> {
    whole_parquet(written, folder, 100);
    arrow(written, &folder.join("whole.arrow"));
    arrow(&with_categories(written), &folder.join("categories.arrow"));
    parquet(&with_categories(written), &folder.join("categories.parquet"), 1_000);
    let half = written.height() / 2;
    parquet(&written.slice(0, half), &folder.join("half1.parquet"), 33);
    parquet(&written.slice(half as i64, usize::MAX), &folder.join("half2.parquet"), 64);
    let files = ["whole.parquet", "whole.arrow", "categories.arrow", "categories.parquet", "half*.parquet"];
    files.map(|file| (file, load(&folder.join(file)))).into()
}

/// Writes the table as one Parquet file with this many rows per row group.
pub fn whole_parquet(written: &DataFrame, folder: &Path, rows_in_a_group: usize) -> PathBuf {
    let path = folder.join("whole.parquet");
    parquet(written, &path, rows_in_a_group);
    path
}

pub fn load(path: &Path) -> Base {
    data::load(&BaseLocation::Path(path.to_owned()), &LoadOptions::default(), &mut |_| {}, &|| false)
        .expect("a good file")
}

fn parquet(frame: &DataFrame, path: &Path, rows_in_a_group: usize) {
    let file = File::create(path).expect("a writable folder");
    let writer = ParquetWriter::new(file).with_row_group_size(Some(rows_in_a_group));
    writer.finish(&mut frame.clone()).expect("a table that Parquet can hold");
}

fn arrow(frame: &DataFrame, path: &Path) {
    let file = File::create(path).expect("a writable folder");
    IpcWriter::new(file).finish(&mut frame.clone()).expect("a table that Arrow can hold");
}

/// Converts the table's short texts to categories.
fn with_categories(frame: &DataFrame) -> DataFrame {
    let categories = DataType::from_categories(Categories::global());
    let columns = frame.columns().iter().map(|column| match column.name().as_str() {
        "plan" | "country" => column.cast(&categories).expect("texts are categories"),
        _ => column.clone(),
    });
    DataFrame::new(frame.height(), columns.collect()).expect("columns of one length")
}
