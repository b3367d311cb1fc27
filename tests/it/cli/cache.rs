//! `[data] cache`: a table of text that is kept as Parquet for the next start.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use super::{err, out};

struct Study {
    folder: tempfile::TempDir,
}

impl Study {
    fn new(data: &str) -> Self {
        let study = Self { folder: tempfile::tempdir().expect("a temporary folder") };
        study.write("config.toml", data);
        study.write("c.csv", "id;name;joined\n1;Ann;2024-01-05\n2;007;\n3;;2024-02-29\n");
        study
    }

    fn write(&self, file: &str, text: &str) {
        std::fs::write(self.folder.path().join(file), text).expect("a writable folder");
    }

    fn run(&self, args: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_crosscut"));
        command.args(args).current_dir(self.folder.path()).env("XDG_CACHE_HOME", self.folder.path().join("cache"));
        command.env("XDG_CONFIG_HOME", self.folder.path().join("none")).output().expect("the program")
    }

    fn kept(&self) -> Vec<PathBuf> {
        let files = std::fs::read_dir(self.folder.path().join("cache/crosscut/tables")).into_iter().flatten().flatten();
        let mut files: Vec<PathBuf> = files.map(|file| file.path()).collect();
        files.sort();
        files
    }
}

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).expect("a file").permissions().mode() & 0o777
}

#[test]
fn kept_table_is_reused_until_file_changes() {
    let study = Study::new("[data]\npath = \"c.csv\"\nkey = \"id\"\ncache = true\n");
    let first = study.run(&["rows", "--format", "csv"]);
    let rows = "id,name,joined\n1,Ann,2024-01-05\n2,007,\n3,,2024-02-29\n";
    assert_eq!((out(&first).as_str(), err(&first).as_str()), (rows, "crosscut: c.csv: separator ;\n"));
    let kept = study.kept();
    assert_eq!(kept.iter().map(|file| mode(file)).collect::<Vec<_>>(), [0o600, 0o600]);
    assert_eq!(mode(kept[0].parent().expect("a folder")), 0o700);
    let second = study.run(&["rows", "--format", "csv"]);
    assert_eq!((out(&second), err(&second)), (out(&first), err(&first)));
    assert_eq!(study.kept(), kept);
    study.write("c.csv", "id;name;joined\n1;Bob;2024-01-05\n");
    assert_eq!(out(&study.run(&["rows", "--format", "csv"])), "id,name,joined\n1,Bob,2024-01-05\n");
    assert!(study.kept().len() == 2 && study.kept() != kept, "the earlier state is removed");
    // Another reading of the same file is another table.
    assert_eq!(out(&study.run(&["rows", "--format", "csv", "--skip", "0"])).lines().count(), 2);
    assert_eq!(study.kept().len(), 4);
}

#[test]
fn readable_or_damaged_kept_table_is_not_opened() {
    let study = Study::new("[data]\npath = \"c.csv\"\ncache = true\n");
    let rows = out(&study.run(&["rows", "--format", "csv"]));
    let parquet = study.kept().into_iter().find(|file| file.extension().is_some_and(|end| end == "parquet"));
    let parquet = parquet.expect("a kept table");
    std::fs::write(&parquet, "PAR1 and then nothing").expect("a writable file");
    assert_eq!(out(&study.run(&["rows", "--format", "csv"])), rows);
    assert!(std::fs::metadata(&parquet).expect("a file").len() > 100, "it was written again");
    std::fs::set_permissions(&parquet, std::fs::Permissions::from_mode(0o644)).expect("a mode");
    assert_eq!(out(&study.run(&["rows", "--format", "csv"])), rows);
    assert_eq!(mode(&parquet), 0o600);
}

#[test]
fn study_without_cache_keeps_no_table() {
    let study = Study::new("[data]\npath = \"c.csv\"\n");
    assert_eq!(out(&study.run(&["count"])), "3\n");
    assert_eq!(study.kept(), Vec::<PathBuf>::new());
}
