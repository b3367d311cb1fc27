//! Names of segments, cells and personas, as a rule writes them.

/// Whether a name needs no quotes in a rule: a letter or `_`, then letters, digits and `_`.
pub fn is_plain_name(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(|c| c.is_alphabetic() || c == '_') && chars.all(|c| c.is_alphanumeric() || c == '_')
}

/// The name as SQL writes it: plain where it may be, else in double quotes, doubled inside.
pub fn quote_name(name: &str) -> String {
    if is_plain_name(name) { name.to_owned() } else { format!("\"{}\"", name.replace('"', "\"\"")) }
}

/// How a rule refers to a segment (`@vip`), a persona (`@dana`) or a cell (`@age."25-34"`).
///
/// `full` is the name in the one namespace; a cell's is `segmentation.cell`, split at the first dot.
pub fn reference(full: &str) -> String {
    match full.split_once('.') {
        Some((segmentation, cell)) => format!("@{segmentation}.{}", quote_name(cell)),
        None => format!("@{full}"),
    }
}
