//! The rule language: text to a checked tree.
//!
//! A rule is a boolean SQL expression. It is parsed once, by `sqlparser` (`parse`); what it refers to is checked first
//! (`resolve`); a walk over the syntax (`read`, with `condition`, `forms`, `functions`, `calls`, `arithmetic`,
//! `compare`, `cast`, `like`) finds names in the [`Schema`] and in [`Names`], checks kinds, and splits it at AND, OR and NOT into
//! atoms, of which plain ones also say what they ask without SQL (`simple`); calls that make a column of events, an order or
//! the key are columns to all the others (`derived`); the result is a [`Checked`] rule whose tree an engine walks. Nothing here evaluates anything.
//!
//! An atom's SQL is not what the person wrote but what means the same to polars: where polars differs from SQL (`IS NOT
//! TRUE`, division by zero, remainders, rounding, unsigned lengths, patterns …) the file that writes it says so.

mod arithmetic;
mod calls;
mod cast;
pub mod cells;
mod checked;
mod compare;
pub mod complete;
mod condition;
mod dates;
pub mod derived;
pub mod edit;
mod error;
mod forms;
mod functions;
mod lex;
mod like;
mod names;
mod near;
mod parse;
mod place;
mod read;
mod resolve;
mod simple;
mod term;

use std::collections::BTreeSet;

use sqlparser::keywords::ALL_KEYWORDS;

pub use cells::name_all;
pub use checked::{Atom, Checked, Tree};
pub use error::RuleError;
pub use names::{NameKind, Named, Names};
pub(crate) use near::nearest;
pub use simple::Simple;

use crate::model::{Lookup, Schema};

/// What a rule is read against.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    pub schema: &'a Schema,
    pub names: &'a Names,
    /// The as-of date, which `today` and `CURRENT_DATE` mean.
    pub today: chrono::NaiveDate,
}

/// Reads a rule. Blank text is the rule that holds for everyone.
///
/// The error's place is in `text`, also when the fault is in a rule that this one refers to.
pub fn check(text: &str, cx: &Context) -> Result<Checked, RuleError> {
    let known = resolve::resolve(text, cx)?;
    check_with(text, cx, &known)
}

/// The same rule, as that of a persona's audience.
///
/// # Errors
/// When it asks for the column that is made of all the audiences: it would be made of itself.
pub fn of_persona(rule: Checked, schema: &Schema) -> Result<Checked, RuleError> {
    match schema.persona() {
        Some(made) if rule.columns().contains(&made.name) => {
            let message = format!("a persona cannot ask for the column {}, which is made of the personas", made.name);
            Err(RuleError::new(0..0, message).with_hint("name the personas that are meant: @dana"))
        }
        _ => Ok(rule),
    }
}

/// The full `@names` that a rule's text mentions (`vip`, `plan.pro`), each once, in order; of any text whatever.
pub fn references(text: &str) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let found = resolve::find_references(text).into_iter().map(|reference| reference.name);
    found.filter(|name| seen.insert(name.clone())).collect()
}

/// Reads a rule whose references are all in `known`.
fn check_with(text: &str, cx: &Context, known: &resolve::Known) -> Result<Checked, RuleError> {
    if text.trim().is_empty() {
        return Ok(Checked::everyone());
    }
    let expr = parse::parse(text).map_err(|error| suggest_quotes(error, text, cx))?;
    let tree = read::Reader::new(text, cx, known).truth(&expr)?;
    read::refuse_unanswerable(&tree, text)?;
    Ok(Checked { tree })
}

/// A column named like a word of SQL is the likely reason where the parser stumbles over it.
fn suggest_quotes(mut error: RuleError, text: &str, cx: &Context) -> RuleError {
    let word = text.get(error.place.clone()).unwrap_or_default();
    let is_word_of_sql = ALL_KEYWORDS.contains(&word.to_uppercase().as_str());
    if is_word_of_sql && let Lookup::Found(column) = cx.schema.find(word) {
        error.hint = Some(format!("to mean the column, write {}", term::quote(&column.name)));
    }
    error
}
