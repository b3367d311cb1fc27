//! Renames a name in all references of a definition file.

use toml_edit::{Item, TableLike, Value};

use super::super::place::verbatim;
use super::super::users::rename_in_span;
use super::keys::edit_section;
use super::sections::Sections;
use super::{UneditableText, quoted};
use crate::rule::edit::rename_reference;

/// Returns the text of a definition file with every reference to a segment renamed: rules, spans, checks.
pub(in crate::study) fn rename_references(text: &str, old: &str, new: &str) -> Result<String, UneditableText> {
    let mut file = Sections::parse(text, "")?;
    let renamed = |path: &str, text: &str| match path {
        "segment.where"
        | "segmentation.cell.where"
        | "persona.where"
        | "persona.attributes"
        | "persona.journey.reached"
        | "persona.claim.check" => rename_reference(text, old, new),
        "persona.spans" => rename_in_span(text, old, new),
        "segmentation.cross" if text == old => new.to_owned(),
        _ => text.to_owned(),
    };
    for section in &mut file.all {
        edit_section(section, |document, _| rename_table(document.as_table_mut(), "", &renamed))?;
    }
    Ok(file.into_text())
}

fn rename_table(table: &mut dyn TableLike, path: &str, renamed: &dyn Fn(&str, &str) -> String) -> Option<()> {
    for (key, item) in table.iter_mut() {
        let path = format!("{path}.{key}");
        let path = path.trim_start_matches('.');
        match item {
            Item::Value(value) => rename_value(value, path, renamed)?,
            Item::ArrayOfTables(tables) => {
                tables.iter_mut().try_for_each(|table| rename_table(table, path, renamed))?;
            }
            other => other.as_table_like_mut().map_or(Some(()), |table| rename_table(table, path, renamed))?,
        }
    }
    Some(())
}

/// Renames within a text, in its original quotes if it was written without escapes, and within the items of a list.
fn rename_value(value: &mut Value, path: &str, renamed: &dyn Fn(&str, &str) -> String) -> Option<()> {
    match value {
        Value::Array(items) => items.iter_mut().try_for_each(|item| rename_value(item, path, renamed)),
        Value::InlineTable(table) => rename_table(table, path, renamed),
        Value::String(text) => {
            let (old, new) = (text.value().as_str(), renamed(path, text.value()));
            if *old == new {
                return Some(());
            }
            let written = text.display_repr();
            let spelled = match verbatim(&written, old) {
                Some(start) => format!("{}{new}{}", &written[..start], &written[start + old.len()..]),
                None => quoted(&new),
            };
            let decor = text.decor().clone();
            *value = spelled.parse().ok()?;
            *value.decor_mut() = decor;
            Some(())
        }
        _ => Some(()),
    }
}
