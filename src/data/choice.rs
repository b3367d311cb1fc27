/// The table to read, if a file holds several.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TableChoice {
    /// Table or view of an SQLite database, or member of a JSON object with the rows: `customers`, `result.rows`.
    pub table: Option<String>,
    /// Sheet of a workbook.
    pub sheet: Option<String>,
}

impl TableChoice {
    /// Returns this choice, with that of `other` where this has none.
    pub fn or(self, other: Self) -> Self {
        Self { table: self.table.or(other.table), sheet: self.sheet.or(other.sheet) }
    }

    /// Returns the choice as lines of `[data]`.
    pub fn lines(&self) -> Vec<String> {
        let line = |key: &str, name: &Option<String>| name.as_ref().map(|name| line(key, name));
        line("table", &self.table).into_iter().chain(line("sheet", &self.sheet)).collect()
    }
}

/// Returns the line of `[data]` that names a table: `table = "customers"`.
pub fn line(key: &str, name: &str) -> String {
    format!("{key} = {}", super::text::quoted(name))
}

/// Returns some names for a message: `a, b, c and 4 more`.
pub fn listed(names: &[String]) -> String {
    const MAX_SHOWN: usize = 12;
    let more = if names.len() > MAX_SHOWN { format!(" and {} more", names.len() - MAX_SHOWN) } else { String::new() };
    format!("{}{more}", names[..names.len().min(MAX_SHOWN)].join(", "))
}
