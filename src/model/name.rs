//! Spelling of the names of segments, cells and personas in rules.

/// Returns true if a name needs no quotes in a rule: a letter or `_`, then letters, digits and `_`.
pub fn is_plain_name(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(|c| c.is_alphabetic() || c == '_') && chars.all(|c| c.is_alphanumeric() || c == '_')
}

/// Returns the name as SQL writes it: without quotes if possible, otherwise in double quotes, with double quotes in
/// it doubled.
pub fn quote_name(name: &str) -> String {
    if is_plain_name(name) { name.to_owned() } else { format!("\"{}\"", name.replace('"', "\"\"")) }
}

/// Returns a reference to a segment (`@vip`), a persona (`@dana`) or a cell (`@age."25-34"`), as a rule writes it.
///
/// `full` is the name in the common namespace. For a cell it is `segmentation.cell`, split at the first dot.
pub fn reference(full: &str) -> String {
    match full.split_once('.') {
        Some((segmentation, cell)) => format!("@{segmentation}.{}", quote_name(cell)),
        None => format!("@{full}"),
    }
}
