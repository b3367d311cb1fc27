//! `demo`: the sample study, written from the program itself.

use std::io::{self, IsTerminal};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use tempfile::TempDir;

use super::streams::say;
use super::{CommandError, CommonOptions, on_screen, open, recent};
use crate::generate;
use crate::session;

#[derive(Debug, Args)]
pub struct DemoArgs {
    /// The folder to write the study into; without it, a temporary one that is removed at the end
    #[arg(value_name = "FOLDER")]
    folder: Option<PathBuf>,
}

/// Files of the sample that are not generated, by their paths in its folder.
macro_rules! files {
    ($($path:literal),* $(,)?) => {
        &[$(($path, include_str!(concat!("../../", $path)))),*]
    };
}

const FILES: &[(&str, &str)] = files![
    "config.toml",
    "sample/segments.toml",
    "sample/personas.toml",
    "sample/interviews.csv",
    "sample/survey.csv",
    "sample/notes/int-01.md",
    "sample/notes/int-02.md",
    "sample/notes/int-03.md",
    "sample/notes/int-04.md",
    "sample/notes/int-05.md",
    "sample/notes/int-06.md",
    "sample/notes/int-07.md",
    "sample/notes/int-08.md",
    "sample/notes/int-09.md",
    "sample/notes/int-10.md",
    "sample/notes/int-11.md",
    "sample/notes/int-12.md",
    "sample/notes/int-13.md",
    "sample/notes/log-2026-06.md",
    "sample/notes/survey-2026-03.md",
    "sample/notes/survey-2026-05.md",
];

/// Options that made the sample's tables.
const DEMO_CUSTOMERS: u64 = 5000;
const SEED: u64 = 7;

impl DemoArgs {
    pub fn run(self) -> Result<ExitCode, CommandError> {
        let has_terminal = io::stdin().is_terminal() && io::stdout().is_terminal();
        // Removed when this function returns.
        let temporary = match (&self.folder, has_terminal) {
            (Some(_), _) => None,
            (None, true) => {
                Some(tempfile::Builder::new().prefix("crosscut-demo-").tempdir().map_err(CommandError::failed)?)
            }
            (None, false) => {
                return Err(CommandError::usage(
                    "demo opens the full-screen program, which needs a terminal; crosscut demo FOLDER only writes the study",
                ));
            }
        };
        let folder = self.folder.as_deref().or(temporary.as_ref().map(TempDir::path)).unwrap_or(Path::new("."));
        let config = write(folder)?;
        if !has_terminal {
            say!("crosscut: wrote the sample study: open it with {}", recent::command(&config));
            return Ok(ExitCode::SUCCESS);
        }
        let options = CommonOptions { config: Some(config), ..CommonOptions::default() };
        on_screen(match &temporary {
            None => open::for_screen(&options, None, false)?,
            // Removed at the end, so it is not a study to reopen.
            Some(_) => open::for_screen_once(&options, None, false)?,
        })
    }
}

/// Writes the sample into a folder, and returns its `config.toml`. No file is replaced.
pub(super) fn write(folder: &Path) -> Result<PathBuf, CommandError> {
    let failed = |error: io::Error| CommandError::failed(format!("{} could not be written: {error}", folder.display()));
    let config = folder.join("config.toml");
    if config.exists() {
        let open = recent::command(&config);
        return Err(CommandError::failed(format!("{} already exists: open it with {open}", config.display())));
    }
    let (customers, orders) = (folder.join("sample/customers.csv"), folder.join("sample/orders.csv"));
    let others = [&customers, &orders];
    if let Some(taken) = others.into_iter().find(|path| path.exists()) {
        return Err(CommandError::failed(format!("{} already exists: name another folder", taken.display())));
    }
    std::fs::create_dir_all(folder.join("sample/notes")).map_err(failed)?;
    let files = FILES.iter().map(|(path, text)| (PathBuf::from(path), (*text).to_owned())).collect();
    session::write_files(folder, files).map_err(CommandError::Failed)?;
    let tables = generate::GeneratorOptions { rows: DEMO_CUSTOMERS, seed: SEED, out: customers, orders: Some(orders) };
    generate::generate(&tables, &mut |_| ControlFlow::Continue(())).map_err(CommandError::failed)?;
    Ok(config)
}
