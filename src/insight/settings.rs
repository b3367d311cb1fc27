//! Checks the columns that a study's settings name against the base's columns.

use crate::model::{Column, ColumnType, Lookup, Schema, is_masked};
use crate::study::StudyItem;
use crate::text::nearest;

/// A setting that names a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setting {
    /// `[data] key`
    Key,
    /// The n-th of `[data] columns`, from 0.
    Columns(usize),
    /// `[study] value`
    Value,
    /// The n-th of `[privacy] mask`, from 0.
    Mask(usize),
}

impl Setting {
    /// Returns the place of the setting in a study.
    pub fn item(self) -> StudyItem<'static> {
        match self {
            Setting::Key => StudyItem::Setting("data", "key"),
            Setting::Columns(n) => StudyItem::SettingEntry("data", "columns", n),
            Setting::Value => StudyItem::Setting("study", "value"),
            Setting::Mask(n) => StudyItem::SettingEntry("privacy", "mask", n),
        }
    }
}

/// A problem with a setting: one line, lower case, no full stop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingFault {
    pub setting: Setting,
    pub message: String,
}

/// Returns the value column as the schema spells it.
///
/// # Errors
/// Returns the first fault: a base must not be shown with a column unmasked that was meant to be masked.
pub fn check_settings(schema: &Schema, value: Option<&str>, mask: &[String]) -> Result<Option<String>, SettingFault> {
    match faults(schema, value, mask).into_iter().next() {
        Some(fault) => Err(fault),
        None => Ok(value.and_then(|value| value_column(schema, value).ok())),
    }
}

/// Returns all problems with the settings.
pub fn faults(schema: &Schema, value: Option<&str>, mask: &[String]) -> Vec<SettingFault> {
    let value = value.and_then(|value| match value_column(schema, value) {
        Ok(name) if is_masked(mask, &name) => {
            Some(format!("{name} is masked: its sums are not shown, so it cannot be the value column"))
        }
        checked => checked.err(),
    });
    let value = value.map(|message| SettingFault { setting: Setting::Value, message });
    let is_nowhere = |name: &str| {
        let of_tables = schema.all_events().iter().map(|events| &events.schema);
        std::iter::once(schema).chain(of_tables).all(|schema| schema.find(name) == Lookup::Missing)
    };
    let mask = mask.iter().enumerate().filter(|(_, name)| is_nowhere(name)).map(|(n, name)| SettingFault {
        setting: Setting::Mask(n),
        message: format!("there is no column \"{name}\" to mask{}", way_out(schema, name)),
    });
    value.into_iter().chain(mask).collect()
}

/// Returns the column of this name, as the schema spells it.
///
/// # Errors
/// Returns one line with the columns that may have been meant.
pub fn column(schema: &Schema, name: &str) -> Result<String, String> {
    match schema.find(name) {
        Lookup::Found(column) => Ok(column.name.clone()),
        Lookup::Ambiguous(columns) => {
            Err(format!("column \"{name}\" is ambiguous: write one of {}", columns.join(", ")))
        }
        Lookup::Missing => Err(format!("there is no column \"{name}\"{}", way_out(schema, name))),
    }
}

fn value_column(schema: &Schema, name: &str) -> Result<String, String> {
    let name = column(schema, name)?;
    match schema.get(&name).map(|column| column.column_type) {
        Some(other) if !other.is_number() => Err(format!("{name} is {other}: the value column must be a number")),
        _ => Ok(name),
    }
}

fn way_out(schema: &Schema, name: &str) -> String {
    let columns = || schema.columns().iter().map(|column| column.name.as_str());
    match nearest(name, columns()) {
        Some(near) => format!(": did you mean \"{near}\"?"),
        None => format!("; there are {}", columns().collect::<Vec<_>>().join(", ")),
    }
}

/// Returns all columns of the base that may be shown and are informative: neither masked, nor the key, nor nested.
pub fn informative_columns<'s>(schema: &'s Schema, mask: &[String]) -> Vec<&'s Column> {
    schema.columns().iter().filter(|column| is_informative(schema, mask, column)).collect()
}

/// Returns true if a column may be shown and is informative; see [`informative_columns`].
pub fn is_informative(schema: &Schema, mask: &[String], column: &Column) -> bool {
    column.column_type != ColumnType::Other
        && schema.key() != Some(column.name.as_str())
        && !is_masked(mask, &column.name)
}

/// Returns the reason why the values of a masked column are not shown.
pub fn values_not_shown(column: &str) -> String {
    format!("{column} is masked: its values are not shown")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schema() -> Schema {
        let column = |name: &str, column_type| Column { name: name.into(), column_type };
        Schema::new(vec![
            column("Email", ColumnType::Text),
            column("spend", ColumnType::Float),
            column("joined", ColumnType::Date),
        ])
    }

    #[test]
    fn mask_of_unknown_column_suggests_near_name() {
        let checked = check_settings(&schema(), None, &["email".into(), "emial".into()]).map_err(|fault| fault.message);
        assert_eq!(checked, Err("there is no column \"emial\" to mask: did you mean \"Email\"?".into()));
        assert_eq!(check_settings(&schema(), Some("SPEND"), &["email".into()]), Ok(Some("spend".into())));
    }

    #[test]
    fn value_column_must_be_number() {
        let refused = |value| check_settings(&schema(), Some(value), &[]).unwrap_err().message;
        assert_eq!(refused("email"), "Email is text: the value column must be a number");
        assert_eq!(refused("joined"), "joined is date: the value column must be a number");
        assert_eq!(refused("spent"), "there is no column \"spent\": did you mean \"spend\"?");
    }

    #[test]
    fn mask_names_ignore_case() {
        assert!(is_masked(&["ÉMAIL".into()], "émail"));
        assert!(!is_masked(&["email".into()], "mail"));
    }
}
