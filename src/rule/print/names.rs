//! Names and comments that a statement invents.

/// Returns the name with characters other than ASCII letters, digits and `_` replaced by `_`, for use in a statement's
/// names.
pub(super) fn plain(name: &str) -> String {
    let plain: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    if plain.is_empty() { "x".into() } else { plain }
}

/// Returns a line of a comment.
pub(super) fn comment(note: &str) -> String {
    let one_line: String = note.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    format!("-- {one_line}\n")
}

/// Returns a name that none of the used ones equals in any case, and adds it to them.
pub(super) fn unused(wanted: &str, used: &mut Vec<String>) -> String {
    let is_used = |name: &str, used: &[String]| used.iter().any(|other| other.eq_ignore_ascii_case(name));
    let mut name = wanted.to_owned();
    let mut n = 1;
    while is_used(&name, used) {
        n += 1;
        name = format!("{wanted}_{n}");
    }
    used.push(name.clone());
    name
}
