//! Break points, which cut a column's numbers into parts. Each part extends from one break point up to, but not
//! including, the next.

/// Returns the reason why the break points cannot cut a column; `None` if they can.
pub fn fault(breaks: &[f64]) -> Option<String> {
    if breaks.is_empty() {
        return Some("breaks are empty: give at least one, or leave them out to cut by value".into());
    }
    if let Some(odd) = breaks.iter().find(|b| !b.is_finite()) {
        return Some(format!("{odd} is not a break point"));
    }
    let pair = breaks.windows(2).find(|pair| pair[0] >= pair[1])?;
    Some(format!("breaks have to ascend: {} comes before {}", pair[0], pair[1]))
}

/// Returns the parts' names, one more than there are break points: `<25`, `25-34`, `35+`. If the column contains
/// whole numbers (`whole`), a part's name ends in its last number, otherwise in its upper break point.
pub fn names(breaks: &[f64], whole: bool) -> Vec<String> {
    let whole = whole && breaks.iter().all(|b| b.fract() == 0.0);
    let between = breaks.windows(2).map(|pair| match (pair[0], pair[1]) {
        (from, to) if whole && to - from == 1.0 => format!("{from}"),
        (from, to) if whole => format!("{from}-{}", to - 1.0),
        (from, to) => format!("{from}-{to}"),
    });
    let first = breaks.first().map(|first| format!("<{first}"));
    let last = breaks.last().map(|last| format!("{last}+"));
    first.into_iter().chain(between).chain(last).collect()
}
