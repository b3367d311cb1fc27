use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;

use super::{Failure, Options};
use crate::data::Source;
use crate::engine::Cancel;
use crate::session;
use crate::study::atomic::{self, Fingerprint, Writing};
use crate::study::starter::starter;

#[derive(Debug, Args)]
pub struct Init {
    /// The table to study
    #[arg(value_name = "DATA")]
    table: PathBuf,
}

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
        let engine = session::open_table(&source, &Cancel::new()).map_err(Failure::Failed)?;
        let table = session::starter_table(engine.as_ref(), name, options.value.clone()).map_err(Failure::Failed)?;
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
