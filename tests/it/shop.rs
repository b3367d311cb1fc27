//! A study of six customers, small enough to count by hand.

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
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, text) in [
        ("customers.csv", CUSTOMERS),
        ("segments.toml", SEGMENTS),
        ("personas.toml", PERSONAS),
        ("config.toml", CONFIG),
    ] {
        std::fs::write(folder.path().join(name), text).expect("a writable folder");
    }
    folder
}
