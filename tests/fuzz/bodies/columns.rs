//! A Parquet file, an Arrow file or an Arrow stream, as its first bytes say.

use crosscut::data::LoadOptions;

pub fn run(data: &[u8]) {
    let name = match data {
        [b'P', b'A', b'R', b'1', ..] => "table.parquet",
        [b'A', b'R', b'R', b'O', b'W', b'1', ..] => "table.arrow",
        _ => "table.arrows",
    };
    super::load::load(name, data, LoadOptions::default());
}
