//! The rule language: text to a typed, checked tree.
//!
//! A rule is a boolean SQL expression. It is parsed once, by `sqlparser` ([`parse`](mod@parse)); what it refers to is
//! checked first (`resolve`); a walk over the syntax (`read`) finds names in the [`Schema`] and in [`Namespace`], checks
//! kinds and makes an [`Expr`], each node with its place in the text; the result is a [`Checked`] rule with its normal
//! form. One table of [`functions`] lists what can be called.
//!
//! Nothing here evaluates anything or speaks an engine's SQL.

pub mod cells;
pub mod complete;
mod dates;
mod display;
pub mod edit;
mod error;
pub mod explain;
mod expr;
pub mod functions;
mod lex;
mod names;
mod parse;
mod place;
pub mod print;
mod read;
mod resolve;
pub mod warnings;

use std::collections::BTreeSet;
use std::sync::Arc;

use sqlparser::keywords::ALL_KEYWORDS;

pub use cells::name_all;
pub use dates::{DateField, Interval, parse_date, parse_timestamp};
pub use error::RuleError;
pub use expr::{
    Aggregate, ArithmeticOperation, CastType, Checked, Comparison, ComputedColumn, ComputedDefinition, EventCall,
    EventPattern, Expr, FileCondition, ListedFile, Node, PatternShape,
};
pub(crate) use names::quote;
pub use names::{NameKind, NamedRule, Namespace};

use crate::model::{ColumnType, Lookup, PERSONA, Schema};

/// The schema, the names and the date that a rule is read against.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    pub schema: &'a Schema,
    pub names: &'a Namespace,
    /// The as-of date: the value of `today` and `CURRENT_DATE`.
    pub today: chrono::NaiveDate,
}

/// Reads a rule. Blank text is the rule that holds for everyone.
///
/// The place of an error is in `text`, even if the error is in a rule that this one refers to.
pub fn check(text: &str, cx: &Context) -> Result<Checked, RuleError> {
    let known = resolve::resolve(text, cx)?;
    check_with(text, cx, &known)
}

/// Returns the rule if it may be a persona's audience.
///
/// # Errors
/// Returns an error if the rule reads the persona column, which is itself computed from all audiences.
pub fn of_persona(rule: Checked, schema: &Schema) -> Result<Checked, RuleError> {
    match schema.persona() {
        Some(computed) if rule.columns().contains(&computed.name) => {
            let message =
                format!("a persona cannot ask for the column {}, which is made of the personas", computed.name);
            Err(RuleError::new(0..0, message).with_hint("name the personas that are meant: @dana"))
        }
        _ => Ok(rule),
    }
}

/// Returns the columns that a rule's text names, each once, as the schema spells them. The text need not be a valid rule.
pub fn columns_named(text: &str, schema: &Schema) -> Vec<String> {
    let names = lex::lex(text)
        .into_iter()
        .filter(|lexeme| matches!(lexeme.kind, lex::LexemeKind::Word | lex::LexemeKind::Quoted));
    let mut found: Vec<String> = Vec::new();
    for name in names.map(|lexeme| lexeme.value(text)) {
        if let Lookup::Found(column) = schema.find(&name)
            && !found.contains(&column.name)
        {
            found.push(column.name.clone());
        }
    }
    found
}

/// Returns the full `@names` that a rule's text mentions (`vip`, `plan.pro`), each once, in order. The text need not be
/// a valid rule.
pub fn references(text: &str) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let found = resolve::find_references(text).into_iter().map(|reference| reference.name);
    found.filter(|name| seen.insert(name.clone())).collect()
}

/// Returns true if a text, finished or not, may refer to a definition: by an `@name`, by the column of the personas, or by
/// that of one of these segmentations.
pub fn may_name<'s>(text: &str, segmentations: impl IntoIterator<Item = &'s str>) -> bool {
    let lower = text.to_lowercase();
    let names_segmentation = || segmentations.into_iter().any(|name| lower.contains(&name.to_lowercase()));
    !references(text).is_empty() || lower.contains(PERSONA) || names_segmentation()
}

/// Reads a value: a column, a computed column such as `orders.count('90 days')`, or an expression.
///
/// # Errors
/// Returns an error if the text is no value over the schema's columns.
pub fn value(text: &str, schema: &Schema, today: chrono::NaiveDate) -> Result<Arc<Expr>, RuleError> {
    value_in(text, &Context { schema, names: &Namespace::default(), today })
}

/// Reads a value like [`value`], which may name segmentations as columns, and other definitions in conditions.
///
/// # Errors
/// Returns an error if the text is no value over the schema's columns, or if a definition that it names has an error.
pub fn value_in(text: &str, cx: &Context) -> Result<Arc<Expr>, RuleError> {
    let known = resolve::resolve(text, cx)?;
    let syntax = parse::parse(text)?;
    read::Reader::new(text, cx, &known).value_of(&syntax)
}

/// Returns the kind of the column of this name, or of the value that the text is; [`ColumnType::Other`] if it is
/// neither.
pub fn type_of(name: &str, schema: &Schema, today: chrono::NaiveDate) -> ColumnType {
    match schema.get(name) {
        Some(column) => column.column_type,
        None => value(name, schema, today).map_or(ColumnType::Other, |value| value.kind),
    }
}

/// Reads a rule whose references are all in `known`.
fn check_with(text: &str, cx: &Context, known: &resolve::CheckedRules) -> Result<Checked, RuleError> {
    if text.trim().is_empty() {
        return Ok(Checked::everyone());
    }
    let syntax = parse::parse(text).map_err(|error| suggest_quotes(error, text, cx))?;
    let written = read::Reader::new(text, cx, known).rule(&syntax)?;
    Ok(Checked::new(written))
}

/// Suggests quotes where a column is named like a word of SQL, the likely reason why the parser stumbles over it.
fn suggest_quotes(mut error: RuleError, text: &str, cx: &Context) -> RuleError {
    let word = text.get(error.place.clone()).unwrap_or_default();
    let is_word_of_sql = ALL_KEYWORDS.contains(&word.to_uppercase().as_str());
    if is_word_of_sql && let Lookup::Found(column) = cx.schema.find(word) {
        error.hint = Some(format!("to mean the column, write {}", names::quote(&column.name)));
    }
    error
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Column;

    #[test]
    fn columns_named_finds_columns_in_unfinished_rule() {
        let column = |name: &str| Column { name: name.into(), column_type: ColumnType::Integer };
        let schema = Schema::new(["age", "Net spend", "plan"].map(column).into());
        let named = |text: &str| columns_named(text, &schema);
        assert_eq!(named("AGE > 30 AND (\"net spend"), ["age", "Net spend"]);
        assert_eq!(named("'plan' = 'age' OR ag"), Vec::<String>::new());
        assert_eq!(named("plan IN ('a', plan"), ["plan"]);
    }
}
