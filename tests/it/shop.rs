//! A study of six customers, small enough to count by hand.

use std::path::Path;
use std::process::{Command, Output};

use crosscut::cli::CommonOptions;
use crosscut::cli::open::CheckedStudy;
use tempfile::TempDir;

const CUSTOMERS: &str = "\
id,country,plan,age,spend,joined,email
1,US,pro,30,100,2025-01-01,a@x.org
2,US,basic,22,50,2025-02-01,b@x.org
3,CA,pro,41,200,2025-03-01,c@x.org
4,DE,basic,35,10,2026-01-01,d@x.org
5,DE,pro,,400,2026-02-01,e@x.org
6,,basic,67,0,2026-03-01,f@x.org
";

const SEGMENTS: &str = "\
# the segments of a small shop
[[segment]]
name = \"pros\"
kind = \"firmographic\"
where = \"plan = 'pro'\"   # the paying kind

[[segment]]
name = \"north_america\"
kind = \"demographic\"
where = \"country IN ('US', 'CA')\"
note = \"two countries\"

[[segmentation]]
name = \"age\"
column = \"age\"
breaks = [25, 40]

[[segmentation]]
name = \"plan\"
column = \"plan\"
";

const PERSONAS: &str = "\
[[persona]]
id = \"pat\"
name = \"Professional Pat\"
spans = [\"pros\", \"age.25-39\"]
quote = \"Time is what I pay for.\"

[[persona]]
id = \"ann\"
name = \"American Ann\"
spans = [\"north_america\"]
where = \"spend < 150\"
";

const CONFIG: &str = "\
[data]
path = \"customers.csv\"
key = \"id\"
as_of = \"2026-06-30\"
[study]
segments = \"segments.toml\"
personas = \"personas.toml\"
value = \"spend\"
[privacy]
mask = [\"email\"]
";

/// The study in a folder of its own, which is deleted when dropped.
pub fn folder() -> TempDir {
    folder_of(&[
        ("customers.csv", CUSTOMERS),
        ("segments.toml", SEGMENTS),
        ("personas.toml", PERSONAS),
        ("config.toml", CONFIG),
    ])
}

/// A folder with these files: name and text. It is deleted when dropped.
pub fn folder_of(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).expect("a writable folder");
    }
    folder
}

/// Replaces a part of a file of a study, which must be there.
pub fn replace(folder: &TempDir, file: &str, old: &str, new: &str) {
    let path = folder.path().join(file);
    let text = std::fs::read_to_string(&path).expect("a file");
    assert!(text.contains(old), "{text}");
    std::fs::write(path, text.replace(old, new)).expect("a writable folder");
}

/// Runs the program in a folder, without the settings of the machine's user.
pub fn crosscut(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_crosscut"))
        .args(args)
        .current_dir(folder)
        .env("XDG_CONFIG_HOME", folder.join("no-preferences"))
        .env_remove("CROSSCUT_LOG")
        .output()
        .expect("the program runs")
}

/// Opens the sample study.
pub fn sample() -> CheckedStudy {
    let config = Some(Path::new(env!("CARGO_MANIFEST_DIR")).join("config.toml"));
    let options = CommonOptions { config, ..CommonOptions::default() };
    CheckedStudy::new(&options).unwrap_or_else(|failure| panic!("{failure}"))
}
