use std::collections::HashSet;

/// Returns column names from a header line: an unnamed column is `columnN`, counted from 1, and a repeated name gets a
/// suffix (`name_2`) that makes it unique.
pub fn names(header: &[String]) -> Vec<String> {
    let mut taken: HashSet<String> = header.iter().filter(|name| !name.is_empty()).cloned().collect();
    let mut seen = HashSet::new();
    let name = |(i, given): (usize, &String)| {
        if !given.is_empty() && seen.insert(given.clone()) {
            return given.clone();
        }
        let wanted = if given.is_empty() { format!("column{}", i + 1) } else { given.clone() };
        let mut name = wanted.clone();
        let mut suffix = 2;
        while !taken.insert(name.clone()) {
            name = format!("{wanted}_{suffix}");
            suffix += 1;
        }
        name
    };
    header.iter().enumerate().map(name).collect()
}

#[cfg(test)]
mod tests {
    fn names(header: &[&str]) -> Vec<String> {
        super::names(&header.iter().map(|name| name.to_string()).collect::<Vec<_>>())
    }

    #[test]
    fn unnamed_columns_are_numbered() {
        assert_eq!(names(&["a", "", "c", ""]), ["a", "column2", "c", "column4"]);
        assert_eq!(names(&["", "column1"]), ["column1_2", "column1"]);
    }

    #[test]
    fn repeated_names_get_a_free_suffix() {
        assert_eq!(names(&["a", "b", "a", "a"]), ["a", "b", "a_2", "a_3"]);
        assert_eq!(names(&["a", "a", "a_2"]), ["a", "a_3", "a_2"]);
    }

    #[test]
    fn nothing_is_trimmed() {
        assert_eq!(names(&["a", " a", " "]), ["a", " a", " "]);
    }
}
