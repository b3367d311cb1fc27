use std::collections::HashSet;

/// Names of columns, from a header line.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct HeaderNames {
    pub names: Vec<String>,
    /// Number of columns at the end whose names are empty in the header.
    pub unnamed_at_end: usize,
    /// Notices on names that are not those of the header.
    pub notices: Vec<String>,
}

/// Returns column names from a header line: blanks around a name are dropped, an unnamed column is `columnN`, counted
/// from 1, and a repeated name gets a suffix (`name_2`) that makes it unique.
pub fn names(header: &[String]) -> HeaderNames {
    let trimmed: Vec<&str> = header.iter().map(|name| name.trim()).collect();
    let mut taken: HashSet<String> =
        trimmed.iter().filter(|name| !name.is_empty()).map(|name| (*name).into()).collect();
    let mut seen = HashSet::new();
    let mut renamed = Vec::new();
    let name = |(i, given): (usize, &&str)| {
        if !given.is_empty() && seen.insert((*given).to_owned()) {
            return (*given).to_owned();
        }
        let wanted = if given.is_empty() { format!("column{}", i + 1) } else { (*given).to_owned() };
        let mut name = wanted.clone();
        let mut suffix = 2;
        while !taken.insert(name.clone()) {
            name = format!("{wanted}_{suffix}");
            suffix += 1;
        }
        if !given.is_empty() {
            renamed.push(name.clone());
        }
        name
    };
    let names: Vec<String> = trimmed.iter().enumerate().map(name).collect();
    let padded: Vec<&str> = header
        .iter()
        .zip(&trimmed)
        .filter(|(name, trimmed)| name != *trimmed && !trimmed.is_empty())
        .map(|(_, t)| *t)
        .collect();
    let mut notices = Vec::new();
    if !padded.is_empty() {
        notices.push(format!("{}: blanks around the name are dropped", listed(&padded)));
    }
    if !renamed.is_empty() {
        let renamed: Vec<&str> = renamed.iter().map(String::as_str).collect();
        notices.push(format!("{}: the header repeats the name before the number", listed(&renamed)));
    }
    let unnamed = trimmed.iter().filter(|name| name.is_empty()).count();
    let unnamed_at_end = trimmed.iter().rev().take_while(|name| name.is_empty()).count();
    if names.len() > 2 && unnamed * 2 > names.len() {
        notices
            .push(format!("{unnamed} of {} columns have no name in the header: header = N takes line N", names.len()));
    }
    HeaderNames { names, unnamed_at_end, notices }
}

/// Returns the first few of some names.
pub fn listed(names: &[&str]) -> String {
    const MAX_SHOWN: usize = 5;
    let more = if names.len() > MAX_SHOWN { format!(" and {} more", names.len() - MAX_SHOWN) } else { String::new() };
    format!("{}{more}", names[..names.len().min(MAX_SHOWN)].join(", "))
}

#[cfg(test)]
mod tests {
    fn names(header: &[&str]) -> Vec<String> {
        super::names(&header.iter().map(|name| name.to_string()).collect::<Vec<_>>()).names
    }

    #[test]
    fn unnamed_columns_are_numbered() {
        assert_eq!(names(&["a", "", "c", ""]), ["a", "column2", "c", "column4"]);
        assert_eq!(names(&["", "column1"]), ["column1_2", "column1"]);
    }

    #[test]
    fn repeated_header_names_get_free_suffix() {
        assert_eq!(names(&["a", "b", "a", "a"]), ["a", "b", "a_2", "a_3"]);
        assert_eq!(names(&["a", "a", "a_2"]), ["a", "a_3", "a_2"]);
    }

    #[test]
    fn blanks_around_names_are_dropped_and_reported() {
        assert_eq!(names(&["a", " a", " "]), ["a", "a_2", "column3"]);
        let names = super::names(&[" a ".into(), "b".into(), "".into(), " ".into()]);
        assert_eq!((names.unnamed_at_end, names.notices), (2, vec!["a: blanks around the name are dropped".into()]));
    }
}
