//! `crosscut report`: the content of the page, what it must not contain, and its layout in a browser.

mod browser;
mod pages;

use std::path::Path;
use tempfile::TempDir;

use crate::shop::{self, crosscut, replace};

/// Writes the report of a study, which must succeed.
fn report(folder: &Path, args: &[&str]) -> String {
    let output = crosscut(folder, &[&["report"], args].concat());
    assert_eq!((output.status.code(), String::from_utf8_lossy(&output.stderr).as_ref()), (Some(0), ""));
    String::from_utf8(output.stdout).expect("UTF-8")
}

const PERSONA: &str = r#"
[[persona]]
id = "rita"
name = 'Rita <script>document.title = "taken"</script> "&amp;" | O’Neil'
spans = ["pros", "north_america"]
where = "spend > 0 AND country <> '<b>|`x`'"
portrait = '''
 /\_/\ <b>
( o.o ) &
'''
quote = "</title></style><img src=x onerror=alert(1)> ![x](https://example.org/x.png)"
bio = "One *star*.\n\n\u001b[31mTwo\u202e <!-- -->"
goals = ["- not a list | nor a cell", "averyveryverylongwordwithoutanyspaceinitaveryveryverylongwordwithoutanyspaceinitaveryveryverylongword"]
attributes = ["plan = 'pro'", "age >= 30"]
[[persona.journey]]
stage = "Look <i>"
doing = "a | b"
feeling_score = 2
reached = "spend > 0"
[[persona.journey]]
stage = "averyveryverylongwordwithoutanyspaceinit"
thinking = "“hm”"
feeling_score = -2
[[persona.journey]]
stage = "Buy"
reached = "spend > 60"
[[persona.claim]]
text = "Pays <b>more</b>"
check = "spend > 60"
[[persona.claim.evidence]]
kind = "interview"
source = "int-01"
date = 2026-01-02
quote = "`code` <u>"
note = "notes/int-01.md"
[[persona.claim]]
text = "Is happy"
"#;

/// The small shop with a persona whose every text tries to inject markup.
fn hostile() -> TempDir {
    let folder = shop::folder();
    let path = folder.path().join("personas.toml");
    let text = std::fs::read_to_string(&path).expect("a file");
    std::fs::write(path, text + PERSONA).expect("a writable folder");
    folder
}
