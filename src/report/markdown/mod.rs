//! The page as GitHub's Markdown.

mod card;
mod coverage;
mod escape;

pub use escape::escape;
use escape::{block, code, code_in_text};

use super::{ReportSource, StudyReport};
use crate::insight::format;

/// Width of a bar, in characters.
const BAR: usize = 12;

/// Returns the whole page.
pub fn page(report: &StudyReport) -> String {
    let mut page = format!("# {}\n\n", escape(&report.head.title));
    page += &head(&report.head);
    if report.sheets.is_empty() {
        page += "This study has no personas yet.\n";
    }
    if let Some(coverage) = &report.coverage {
        page += &coverage::section(report, coverage);
    }
    if let Some(spans) = &report.spans {
        page += &coverage::matrix(report, spans);
    }
    for sheet in &report.sheets {
        page += &card::section(report, sheet);
    }
    if !report.left_out.is_empty() {
        page += "\n## Not counted\n\n";
        page.extend(report.left_out.iter().map(|line| format!("- {}\n", escape(line))));
    }
    page += &footer(&report.head);
    page
}

fn head(head: &ReportSource) -> String {
    let mut parts = vec![
        format!("**{}** customers", format::count(head.base)),
        format!("as of {}", head.as_of),
        format!("from {}", code_in_text(&head.data)),
    ];
    parts.extend(head.value.as_ref().map(|value| format!("value: {}", code_in_text(value))));
    let mut text = format!("{}\n\n", parts.join(" · "));
    if let Some(filter) = &head.filter {
        text += &format!(
            "Coverage and the matrix count customers of {} only: {}, {} of the base. Cards cover the whole base.\n\n",
            code_in_text(&filter.text),
            format::shown(filter.customers),
            format::percent(filter.share)
        );
    }
    text
}

fn footer(head: &ReportSource) -> String {
    let hidden = match head.min_cell {
        0 => String::new(),
        least => {
            format!("Counts below {least} are suppressed (&lt;{least}), and so are counts that would disclose them. ")
        }
    };
    format!(
        "\n---\n\n{hidden}Index: 100 is the average of the base. SMD: the standardised difference between the audience and \
         everyone else; from 0.1 on it is notable. Made by Crosscut.\n"
    )
}

/// Returns a table. Its cells are Markdown already. All columns but the first and those in `left` are right-aligned.
fn table<const N: usize>(columns: [&str; N], left: &[usize], rows: impl IntoIterator<Item = [String; N]>) -> String {
    let rows = rows.into_iter().map(Vec::from).collect();
    any_table(columns.map(str::to_owned).into(), left, rows)
}

fn any_table(columns: Vec<String>, left: &[usize], rows: Vec<Vec<String>>) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let rules: Vec<String> = (0..columns.len())
        .map(|i| if i == 0 || left.contains(&i) { "---".to_owned() } else { "---:".to_owned() })
        .collect();
    let rows: String = rows.iter().map(|row| line(row)).collect();
    format!("{}{}{rows}\n", line(&columns), line(&rules))
}

/// Formats a count, whose `<` would be markup.
fn shown(shown: crate::insight::suppress::DisclosedCount) -> String {
    escape(&format::shown(shown))
}

fn percent(share: Option<f64>) -> String {
    escape(&format::percent(share))
}

fn index(index: Option<f64>) -> String {
    format::index(index).trim().to_owned()
}

/// Formats a share as a bar and a number.
fn barred(share: Option<f64>) -> String {
    match share {
        Some(value) => format!("`{}` {}", format::bar(value, BAR).replace(' ', "·"), percent(share)),
        None => percent(None),
    }
}
