use super::{DataError, LoadOptions, key};
use crate::model::{Column, ColumnType, Schema};

/// The columns to read: all, or those that were requested and the key.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    columns: Option<Vec<String>>,
    key: Option<String>,
}

impl Selection {
    pub fn new(options: &LoadOptions) -> Self {
        Self { columns: options.columns.clone(), key: options.key.clone() }
    }

    /// Returns true if the column may be selected, as far as its name alone tells: another column may be spelled with
    /// the same letters, and be the one that is meant.
    pub fn may_keep(&self, name: &str) -> bool {
        let Some(columns) = &self.columns else { return true };
        let name = name.to_lowercase();
        columns.iter().chain(&self.key).any(|wanted| wanted.to_lowercase() == name)
    }

    /// Returns the indices of the selected columns, in the table's order.
    ///
    /// # Errors
    /// Returns an error if a requested column is not in the table.
    pub fn places(&self, names: &[&str]) -> Result<Vec<usize>, DataError> {
        let Some(columns) = &self.columns else { return Ok((0..names.len()).collect()) };
        let column = |name: &&str| Column { name: (*name).to_owned(), column_type: ColumnType::Text };
        let schema = Schema::new(names.iter().map(column).collect());
        let wanted = columns.iter().map(|column| {
            let found = key::spelled(&schema, column);
            found.map_err(|hint| DataError::Columns { column: column.clone(), hint })
        });
        let key = self.key.as_deref().map(|name| key::find(&schema, name));
        let wanted = wanted.chain(key).collect::<Result<Vec<_>, _>>()?;
        let is_wanted = |place: &usize| wanted.iter().any(|name| name == names[*place]);
        Ok((0..names.len()).filter(is_wanted).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn selection(columns: &[&str], key: Option<&str>) -> Selection {
        let columns = Some(columns.iter().map(|name| name.to_string()).collect());
        Selection { columns, key: key.map(str::to_owned) }
    }

    #[test]
    fn selection_keeps_key_and_table_order() {
        let names = ["Id", "age", "plan", "city"];
        assert_eq!(selection(&["PLAN", "age"], Some("id")).places(&names).unwrap(), [0, 1, 2]);
        assert_eq!(Selection::default().places(&names).unwrap(), [0, 1, 2, 3]);
        assert!(selection(&["PLAN"], Some("id")).may_keep("ID"));
        assert!(!selection(&["PLAN"], None).may_keep("ID"));
    }

    #[test]
    fn selection_prefers_exact_case_among_equal_names() {
        let names = ["plan", "Plan"];
        assert!(selection(&["Plan"], None).may_keep("plan"));
        assert_eq!(selection(&["Plan"], None).places(&names).unwrap(), [1]);
    }

    #[test]
    fn unknown_selected_column_error_suggests_near_name() {
        let error = |columns, key| selection(columns, key).places(&["country", "plan"]).unwrap_err().to_string();
        assert_eq!(error(&["contry"], None), "column \"contry\" to keep not found: did you mean \"country\"?");
        assert_eq!(error(&["plan"], Some("xyz")), "key column \"xyz\" not found: the columns are country, plan");
    }
}
