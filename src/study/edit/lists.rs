//! Edits lists of texts, `["a", "b"]`: each item keeps its line and its comments.

use toml_edit::{Array, Value};

use super::style::said;
use super::{matching, toml_text};

/// Number of characters beyond which a list in one line is broken into lines.
const MAX_LINE_WIDTH: usize = 120;

/// An item with the text before it, comments above it included, and the comment behind it.
struct ItemText {
    before: String,
    item: Value,
    behind: String,
}

/// Returns the items of a list of texts.
pub(super) fn items(value: &Value) -> Option<Vec<String>> {
    value.as_array()?.iter().map(|item| item.as_str().map(str::to_owned)).collect()
}

/// Changes the items of a list. `before` is the number of characters in front of it in its line.
pub(super) fn set(array: &mut Array, have: &[String], want: &[String], before: usize) -> Option<()> {
    let (first, mut rows, mut end) = rows(array);
    let is_one_line = !array.to_string().contains('\n');
    let opening = rows.first().map(|row| row.before.clone()).filter(|before| !before.contains('\n'));
    let from = matching(have, want, |a, b| a == b);
    // Comment lines above an item stay when it goes.
    for at in (0..rows.len()).rev().filter(|at| !from.contains(&Some(*at))) {
        let comments = rows[at].before.rsplit_once('\n').map_or(String::new(), |(comments, _)| comments.to_owned());
        rows.get_mut(at + 1).map_or(&mut end, |next| &mut next.before).insert_str(0, &comments);
    }
    let plain = |before: &str| match before.rsplit_once('\n') {
        Some((_, indent)) => format!("\n{indent}"),
        None => " ".to_owned(),
    };
    let usual = rows.last().map(|row| plain(&row.before));
    let is_other_last = from.last().is_some_and(|from| from.is_none_or(|at| at + 1 < have.len()));
    let mut old: Vec<Option<ItemText>> = rows.into_iter().map(Some).collect();
    let mut rows: Vec<ItemText> = Vec::new();
    for (item, from) in want.iter().zip(&from) {
        let item: Value = toml_text::quoted(item).parse().ok()?;
        match from.and_then(|from| old[from].take()) {
            Some(row) if row.item.as_str() == item.as_str() => rows.push(row),
            Some(row) => rows.push(ItemText { item, ..row }),
            None => {
                let before =
                    usual.clone().unwrap_or_else(|| if end.contains('\n') { "\n    ".into() } else { "".into() });
                rows.push(ItemText { before, item, behind: String::new() });
            }
        }
    }
    // Comments above an item stay above a new one in front of it.
    for at in (1..rows.len()).rev() {
        if from[at - 1].is_none() && from[at].is_some() {
            let usual = plain(&rows[at].before);
            rows[at - 1].before = std::mem::replace(&mut rows[at].before, usual);
        }
    }
    let has_comma = array.trailing_comma() || (is_other_last && !is_one_line);
    array.clear();
    let mut behind = first;
    for (at, ItemText { before, mut item, behind: own }) in rows.into_iter().enumerate() {
        let before = match (at, before.contains('\n')) {
            (0, false) => opening.clone().unwrap_or_default(),
            (_, false) if before.is_empty() => " ".to_owned(),
            _ => before,
        };
        item.decor_mut().set_prefix(format!("{behind}{before}"));
        item.decor_mut().set_suffix("");
        array.push_formatted(item);
        behind = own;
    }
    array.set_trailing(format!("{behind}{end}"));
    array.set_trailing_comma(has_comma);
    if is_one_line && before + array.to_string().trim().chars().count() > MAX_LINE_WIDTH {
        let decor = array.decor().clone();
        *array = toml_text::list(want).parse::<Value>().ok()?.as_array()?.clone();
        *array.decor_mut() = decor;
    }
    Some(())
}

/// Takes a list apart: the text behind its bracket, its items, and the text before the closing bracket.
fn rows(array: &Array) -> (String, Vec<ItemText>, String) {
    // Texts around the items; a comma is somewhere in each but the first.
    let mut around: Vec<String> = array.iter().map(|item| said(item.decor().prefix()).to_owned()).collect();
    around.push(said(Some(array.trailing())).to_owned());
    for (n, item) in array.iter().enumerate() {
        around[n + 1].insert_str(0, said(item.decor().suffix()));
    }
    let mut split = around.iter().map(|text| text.split_at(text.find('\n').unwrap_or(0)));
    let (first, mut before) = split.next().unwrap_or_default();
    let rows = array.iter().zip(split.clone()).map(|(item, (behind, next))| {
        let before = std::mem::replace(&mut before, next).to_owned();
        ItemText { before, item: item.clone(), behind: behind.to_owned() }
    });
    let rows = rows.collect();
    (first.to_owned(), rows, before.to_owned())
}
