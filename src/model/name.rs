//! Names of segments, cells and personas, as a rule writes them.

/// Returns true if a name needs no quotes in a rule: a letter or `_`, then letters, digits and `_`.
pub fn is_plain_name(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(|c| c.is_alphabetic() || c == '_') && chars.all(|c| c.is_alphanumeric() || c == '_')
}

/// Returns the name as SQL writes it: plain if possible, else in double quotes, with those inside doubled.
pub fn quote_name(name: &str) -> String {
    if is_plain_name(name) { name.to_owned() } else { format!("\"{}\"", name.replace('"', "\"\"")) }
}

/// Returns a reference to a segment (`@vip`), a persona (`@dana`) or a cell (`@age."25-34"`), as a rule writes it.
///
/// `full` is the name in the common namespace; a cell's is `segmentation.cell`, split at the first dot.
pub fn reference(full: &str) -> String {
    match full.split_once('.') {
        Some((segmentation, cell)) => format!("@{segmentation}.{}", quote_name(cell)),
        None => format!("@{full}"),
    }
}
