//! Reads the rule tables `cases/*.md`. The `README.md` next to this file documents their format.

use std::path::Path;
use std::sync::LazyLock;

use super::folder;

/// Number of rows for which a rule is true, false and null.
pub type Counts = [u64; 3];

/// A rule and its counts over the base of `base.parquet`.
#[derive(Debug, Clone)]
pub struct Case {
    /// File without its extension, and the line: `like:42`.
    pub place: String,
    pub rule: String,
    pub counts: Counts,
    /// SQL for DuckDB: the rule itself, unless DuckDB reads the rule differently or not at all.
    pub asked: String,
    pub differs: bool,
}

impl Case {
    pub fn topic(&self) -> &str {
        self.place.split(':').next().unwrap_or_default()
    }
}

/// All cases, by file and line.
pub fn cases() -> &'static [Case] {
    static CASES: LazyLock<Vec<Case>> = LazyLock::new(|| {
        let files = std::fs::read_dir(folder().join("cases")).expect("the cases are in the repository");
        let mut paths: Vec<_> = files.map(|file| file.expect("a readable folder").path()).collect();
        paths.sort();
        paths.iter().flat_map(|path| read(path)).collect()
    });
    &CASES
}

fn read(path: &Path) -> Vec<Case> {
    let topic = path.file_stem().and_then(|name| name.to_str()).expect("a name in UTF-8");
    let text = std::fs::read_to_string(path).expect("a readable file");
    let rows = text.lines().enumerate().filter(|(_, line)| line.starts_with("| `"));
    rows.map(|(n, line)| case(format!("{topic}:{}", n + 1), &cells(line))).collect()
}

fn case(place: String, cells: &[String]) -> Case {
    let count = |at: usize| cells[at].parse().unwrap_or_else(|_| panic!("{place}: no count: run make.py"));
    let (rule, asked, differs) = match cells {
        [rule, _, _, _] => (code(rule), code(rule), false),
        [rule, _, _, _, asked, because] if !because.is_empty() => (code(rule), code(asked), true),
        _ => panic!("{place}: {} cells, or no reason", cells.len()),
    };
    Case { counts: [count(1), count(2), count(3)], place, rule, asked, differs }
}

/// Cells of a row; `\|` is a literal bar.
fn cells(line: &str) -> Vec<String> {
    let (mut cells, mut cell, mut before) = (Vec::new(), String::new(), ' ');
    for c in line.trim().trim_start_matches('|').chars() {
        match c {
            '|' if before == '\\' => {
                cell.pop();
                cell.push('|');
            }
            '|' => cells.push(std::mem::take(&mut cell).trim().to_owned()),
            _ => cell.push(c),
        }
        before = c;
    }
    cells
}

/// Text between backquotes, as Markdown reads it; `␤` is a line break.
fn code(cell: &str) -> String {
    let fence = cell.chars().take_while(|c| *c == '`').count();
    let inner = cell.get(fence..cell.len() - fence).filter(|_| fence > 0 && cell.len() > 2 * fence);
    let inner = inner.unwrap_or_else(|| panic!("not in backquotes: {cell}"));
    let inner =
        if fence > 1 { inner.strip_prefix(' ').and_then(|c| c.strip_suffix(' ')).unwrap_or(inner) } else { inner };
    inner.replace('␤', "\n")
}

#[test]
fn case_row_is_read_as_markdown() {
    let row = cells(r"| `a \|\| b = '\|'`   |  1 | 20 | 300 | `` `a` ~ 'x\|y' `` | a reason |");
    assert_eq!(row.len(), 6);
    let case = case("x:1".into(), &row);
    assert_eq!((case.rule.as_str(), case.asked.as_str()), ("a || b = '|'", "`a` ~ 'x|y'"));
    assert_eq!((case.counts, case.topic()), ([1, 20, 300], "x"));
    assert_eq!(code("`n > 0 -- yes␤AND n < 5`"), "n > 0 -- yes\nAND n < 5");
}
