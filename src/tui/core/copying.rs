//! Copies to the terminal's clipboard: the table of the view in front, or a line of it.

use super::action::Effect;
use super::binding::until_whole;
use super::state::State;
use super::view::View;
use crate::insight::table::Table;
use crate::model::FileFormat;

/// Maximum number of characters of a copied line in the message about it.
const MAX_QUOTED: usize = 60;

/// Copies a line, such as a rule or a condition.
pub fn copy_line(text: String) -> Vec<Effect> {
    let mut quoted: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((end, _)) = quoted.char_indices().nth(MAX_QUOTED) {
        quoted.truncate(end);
        quoted.push('…');
    }
    vec![Effect::Copy { text, message: format!("copied: {quoted}") }]
}

/// Copies a line if there is one, or says that there is none.
pub fn copy_line_if_any(state: &mut State, text: Option<String>) -> Vec<Effect> {
    match text {
        Some(text) => copy_line(text),
        None => {
            state.complain("there is nothing to copy here");
            Vec::new()
        }
    }
}

/// Copies conditions as one rule, or says that there is nothing to copy.
pub fn copy_conditions(state: &mut State, conditions: &[String]) -> Vec<Effect> {
    let rule = (!conditions.is_empty()).then(|| conditions.join(" AND "));
    copy_line_if_any(state, rule)
}

/// Copies the table of the view in front, with tabs between the cells.
pub fn copy_table(state: &mut State) -> Vec<Effect> {
    copy_as(state, FileFormat::Tsv, "TSV")
}

/// Copies the table of the view in front as Markdown.
pub fn copy_markdown(state: &mut State) -> Vec<Effect> {
    copy_as(state, FileFormat::Markdown, "Markdown")
}

fn copy_as(state: &mut State, format: FileFormat, word: &str) -> Vec<Effect> {
    match state.front().map_or(Err(NO_TABLE), |front| table_of(front, state)) {
        Ok(table) => {
            let rows = table.rows.len();
            let rows = if rows == 1 { "1 row".to_owned() } else { format!("{rows} rows") };
            vec![Effect::Copy { text: table.to_text(format), message: format!("copied {rows} as {word}") }]
        }
        Err(reason) => {
            state.complain(reason);
            Vec::new()
        }
    }
}

const NO_TABLE: &str = "there is no table here to copy";

/// Returns the table that a view shows. Figures that are still being counted are those of an older filter, estimates,
/// or of the first rows alone: none of them leaves the screen.
///
/// # Errors
/// Returns the reason why there is none.
pub fn table_of(view: &dyn View, state: &State) -> Result<Table, &'static str> {
    if let Some(reason) = until_whole(state) {
        return Err(reason);
    }
    if state.is_counting() {
        return Err("the figures are still being counted");
    }
    view.table(state).filter(|table| !table.rows.is_empty()).ok_or(NO_TABLE)
}
