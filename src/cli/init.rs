use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use polars::prelude::QuantileMethod;

use super::{Failure, Options};
use crate::data::{self, Base, LoadOptions, Source};
use crate::engine::local::LocalEngine;
use crate::engine::{Cancel, Engine, ValuesQuestion, ask_one};
use crate::insight::settings::check_settings;
use crate::model::Column;
use crate::study::atomic::{self, Fingerprint, Writing};
use crate::study::starter::{StarterColumn, StarterTable, starter};

#[derive(Debug, Args)]
pub struct Init {
    /// The table to study
    #[arg(value_name = "DATA")]
    table: PathBuf,
}

/// Values of a column that the starter may make cells of.
const VALUES: usize = 50;

impl Init {
    pub fn run(self, options: &Options) -> Result<ExitCode, Failure> {
        options.take_only("init", &["--value"])?;
        let folder = match self.table.parent() {
            Some(folder) if folder != Path::new("") => folder.to_owned(),
            _ => PathBuf::from("."),
        };
        let name = self.table.file_name().map(|name| name.to_string_lossy().into_owned());
        let name = name.ok_or_else(|| Failure::usage("init needs a file to write the study beside, not a pipe"))?;
        let source = Source::Path(self.table);
        let base = data::load(&source, &LoadOptions::default(), &mut |_| {}, &|| false).map_err(Failure::failed)?;
        let table = describe(base, name, options.value.clone())?;
        let files: Vec<(PathBuf, String)> =
            starter(&table).into_iter().map(|(file, text)| (folder.join(file), text)).collect();
        if let Some((file, _)) = files.iter().find(|(file, _)| file.exists()) {
            let file = file.display();
            return Err(Failure::Failed(format!("{file} is there already; nothing was written. Move it away first")));
        }
        // All or none, and never over a file that came to be meanwhile.
        let expect = Some(Fingerprint::ABSENT);
        let writes = files.iter().map(|(path, text)| Writing { path, bytes: text.as_bytes(), expect });
        atomic::write_all(&writes.collect::<Vec<_>>()).map_err(Failure::failed)?;
        for (file, _) in &files {
            println!("{}", file.display());
        }
        let config = &files[0].0;
        let open = if folder == Path::new(".") { String::new() } else { format!(" --config {}", config.display()) };
        eprintln!("crosscut: a study of {} rows is ready: open it with crosscut{open}", table.rows);
        Ok(ExitCode::SUCCESS)
    }
}

fn describe(base: Base, data: String, value: Option<String>) -> Result<StarterTable, Failure> {
    let (key, value) = (data::guess_key(&base), value.or_else(|| data::guess_value(&base)));
    let value = check_settings(&base.schema, value.as_deref(), &[]).map_err(|fault| Failure::Failed(fault.message))?;
    let numbers =
        base.schema.columns().iter().map(|column| Numbers::of(&base, column)).collect::<Result<Vec<_>, _>>()?;
    let engine = LocalEngine::new(base);
    let columns = engine.schema().columns().to_vec();
    let columns = columns.into_iter().zip(numbers).map(|(column, numbers)| {
        let question = ValuesQuestion { column: column.name.clone(), limit: VALUES };
        let values = ask_one(&engine, &question, &Cancel::new()).map_err(Failure::failed)?;
        Ok(StarterColumn {
            distinct: (values.values.len() as u64 + values.left_out).saturating_sub(u64::from(numbers.has_null)),
            values: values.values.into_iter().map(|(value, _)| value).collect(),
            spread: numbers.spread,
            column_type: column.column_type,
            name: column.name,
        })
    });
    let columns = columns.collect::<Result<Vec<_>, Failure>>()?;
    Ok(StarterTable { data, key, value, columns, rows: engine.customers() })
}

/// What is taken from a column's values at once, as they may have to be read for it.
struct Numbers {
    has_null: bool,
    /// The smallest value, one at each percentile, and the largest; nothing of a column that is no number.
    spread: Vec<f64>,
}

impl Numbers {
    fn of(base: &Base, column: &Column) -> Result<Self, Failure> {
        let values = base.table.column(&column.name).map_err(Failure::failed)?;
        let spread = if column.column_type.is_number() { spread(&values) } else { Vec::new() };
        Ok(Self { has_null: values.null_count() > 0, spread })
    }
}

fn spread(values: &polars::prelude::Column) -> Vec<f64> {
    let at = |percent: u32| {
        // Nearest, so that each is a value of the column.
        let scalar = values.quantile_reduce(f64::from(percent) / 100.0, QuantileMethod::Nearest).ok()?;
        scalar.value().extract::<f64>()
    };
    (0..=100).map(at).collect::<Option<Vec<_>>>().unwrap_or_default()
}
